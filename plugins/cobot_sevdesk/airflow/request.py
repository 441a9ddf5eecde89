"""What a run is asked to do: which days, and whether only to look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from airflow.timetables.interval import CronDataIntervalTimetable
from pendulum import instance

from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.window import (
    Window,
    backfill_window,
    chosen_window,
    local_date,
    month_before,
    scheduled_window,
)
from cobot_sevdesk.errors import ConfigError

PARAMS = ("from_date", "to_date", "dry_run", "max_new_per_run")

RECONCILE_PARAMS = ("from_date", "to_date", "pdf_hashes")


@dataclass(frozen=True)
class RunRequest:
    """The days of a run (`window`, dates of the space's zone) and whether it may write."""

    window: Window
    dry_run: bool
    today: date
    most_new: int | None = None
    """Overrides the safety stop of the space file for this run."""
    is_scheduled: bool = False


@dataclass(frozen=True)
class ReconcileRequest:
    """The days to reconcile, and whether to read every PDF for its hash."""

    window: Window
    with_pdfs: bool
    today: date


def read_request(
    context: Mapping[str, Any], config: SpaceConfig, *, now: datetime | None = None
) -> RunRequest:
    """What the run's parameters, type and data interval ask for.

    Raises:
        ConfigError: unknown or wrong parameters; a mistyped `dryrun` must not become a real run.
    """
    today = local_date(now or datetime.now(UTC), config.timezone)
    dag_run = context["dag_run"]
    params = _checked_params(dag_run.conf or {}, context.get("params") or {}, known=PARAMS)
    window = _chosen(params, today)
    run_type = str(getattr(dag_run.run_type, "value", dag_run.run_type))
    if window is not None and run_type != "manual":
        raise ConfigError(["from_date, to_date: only for runs started by hand"])
    if window is None:
        window = _of_interval(context, config, run_type, now or datetime.now(UTC))
    window = window.not_before(config.sync_from)
    return RunRequest(
        window,
        params["dry_run"],
        today,
        most_new=params["max_new_per_run"],
        is_scheduled=run_type == "scheduled",
    )


def read_reconcile_request(
    context: Mapping[str, Any], config: SpaceConfig, *, now: datetime | None = None
) -> ReconcileRequest:
    """The days to reconcile: those typed in, else the month that ended before the run.

    Raises:
        ConfigError: unknown or wrong parameters.
    """
    moment = now or datetime.now(UTC)
    today = local_date(moment, config.timezone)
    conf = context["dag_run"].conf or {}
    params = _checked_params(conf, context.get("params") or {}, known=RECONCILE_PARAMS)
    window = _chosen(params, today)
    if window is None:
        end = context.get("data_interval_end") or context.get("logical_date") or moment
        window = month_before(local_date(end, config.timezone))
    return ReconcileRequest(window.not_before(config.sync_from), params["pdf_hashes"], today)


def next_window(config: SpaceConfig, now: datetime) -> tuple[Window, date]:
    """The days that a run started now would look at, and today's date in the space's zone."""
    start, end = _last_interval(config, now)
    days = config.vouchers.lookback_days
    window = scheduled_window(start, end, lookback_days=days, zone=config.timezone)
    return window.not_before(config.sync_from), local_date(now, config.timezone)


def _checked_params(
    conf: Mapping[str, Any], params: Mapping[str, Any], *, known: tuple[str, ...]
) -> dict[str, Any]:
    unknown = sorted((set(conf) | set(params)) - set(known))
    problems = [f"{name}: unknown parameter; known are {', '.join(known)}" for name in unknown]
    values = {name: conf.get(name, params.get(name)) for name in (*PARAMS, *RECONCILE_PARAMS)}
    flags = {
        name: False if values[name] is None else values[name] for name in ("dry_run", "pdf_hashes")
    }
    problems += [
        f"{name}: expected true or false, found {flag!r}"
        for name, flag in flags.items()
        if not isinstance(flag, bool)
    ]
    most_new = values["max_new_per_run"]
    if most_new is not None and (isinstance(most_new, bool) or not isinstance(most_new, int)):
        problems.append(f"max_new_per_run: expected a whole number, found {most_new!r}")
    days: dict[str, Any] = {}
    for name in ("from_date", "to_date"):
        try:
            days[name] = _day(values[name])
        except ValueError:
            problems.append(f"{name}: expected a date such as 2026-01-31, found {values[name]!r}")
    if problems:
        raise ConfigError(problems)
    return {**days, **flags, "max_new_per_run": most_new}


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) != len("2026-01-31"):
        raise ValueError(value)
    return date.fromisoformat(value)


def _chosen(params: Mapping[str, Any], today: date) -> Window | None:
    from_date, to_date = params["from_date"], params["to_date"]
    if from_date is None and to_date is None:
        return None
    if from_date is None:
        raise ConfigError(["to_date: needs from_date as well"])
    to_date = to_date or max(today, from_date)
    if to_date < from_date:
        raise ConfigError([f"to_date: {to_date} lies before from_date {from_date}"])
    return chosen_window(from_date, to_date)


def _of_interval(
    context: Mapping[str, Any], config: SpaceConfig, run_type: str, now: datetime
) -> Window:
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    if start is None or end is None or end <= start:
        # A run without a logical date keeps its days when it is cleared weeks later.
        started = context.get("logical_date") or getattr(context["dag_run"], "run_after", None)
        start, end = _last_interval(config, started or now)
    if run_type == "backfill":
        return backfill_window(start, end, zone=config.timezone)
    days = config.vouchers.lookback_days
    return scheduled_window(start, end, lookback_days=days, zone=config.timezone)


def _last_interval(config: SpaceConfig, moment: datetime) -> tuple[datetime, datetime]:
    """The data interval that ended last before a moment; a day where there is no schedule."""
    if config.schedule is None:
        return moment - timedelta(days=1), moment
    timetable = CronDataIntervalTimetable(config.schedule, timezone=config.timezone)
    interval = timetable.infer_manual_data_interval(run_after=instance(moment))
    return interval.start, interval.end
