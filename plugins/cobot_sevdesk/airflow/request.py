"""What a run is asked to do: which days, and whether only to look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.timetables.base import TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable
from pendulum import instance

from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.window import (
    YEARS,
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

WITHOUT_DATES = frozenset({"scheduled", "backfill"})
"""Kinds of runs whose days the scheduler knows. All others (by hand, by another DAG, by an asset)
may name theirs."""


CLOCKS_CHANGE = timedelta(hours=3)
"""More than any clock changes at once."""


@dataclass(frozen=True)
class RunRequest:
    """What a run is to look at, and whether it may write; dates of the space's zone.

    `window` holds invoice dates. Members get a contact who were confirmed in `confirmed`, and in
    runs over chosen days those who owe invoices of `members_window`. `most_new` overrides the
    safety stop of the space file. `interval` are the dates on which the data interval of a
    scheduled run began and ended.
    """

    window: Window
    dry_run: bool
    today: date
    confirmed: Window
    members_window: Window | None = None
    most_new: int | None = None
    is_scheduled: bool = False
    interval: tuple[date, date] | None = None


@dataclass(frozen=True)
class ReconcileRequest:
    """The days to reconcile, and whether to read every PDF for its hash."""

    window: Window
    with_pdfs: bool
    today: date


def read_request(
    context: Mapping[str, Any],
    config: SpaceConfig,
    green_until: Callable[[], date | None] = lambda: None,
    *,
    now: datetime | None = None,
) -> RunRequest:
    """What the run's parameters, type and data interval ask for.

    `green_until` tells from where the look-back counts; see `scheduled_window`. It is asked for
    scheduled runs, and for those without dates that look at the same days.

    Raises:
        ConfigError: unknown or wrong parameters; a mistyped `dryrun` must not become a real run.
    """
    moment = now or datetime.now(UTC)
    today = local_date(moment, config.timezone)
    dag_run = context["dag_run"]
    params = _checked_params(dag_run.conf or {}, context.get("params") or {}, known=PARAMS)
    run_type = str(getattr(dag_run.run_type, "value", dag_run.run_type))
    if run_type in WITHOUT_DATES and (params["from_date"] or params["to_date"]):
        raise ConfigError(["from_date, to_date: not for scheduled runs and backfills"])
    interval = _interval(context, config, moment)
    chosen = _chosen(params, config, today)
    if chosen is None and run_type == "backfill":
        chosen = backfill_window(*interval, zone=config.timezone)
    window = chosen or _scheduled(config, interval, green_until())
    confirmed = window if chosen else Window(config.rules.members_from, window.end)
    ends = (local_date(end, config.timezone) for end in interval)
    return RunRequest(
        window=window.not_before(config.sync_from),
        dry_run=params["dry_run"],
        today=today,
        confirmed=confirmed,
        members_window=window.not_before(config.sync_from) if chosen else None,
        most_new=params["max_new_per_run"],
        is_scheduled=run_type == "scheduled",
        interval=(next(ends), next(ends)) if run_type == "scheduled" else None,
    )


def next_request(config: SpaceConfig, now: datetime) -> RunRequest:
    """What a run that is scheduled to start now would look at, without writing."""
    window = _scheduled(config, last_interval(config, now), None)
    return RunRequest(
        window=window.not_before(config.sync_from),
        dry_run=True,
        today=local_date(now, config.timezone),
        confirmed=Window(config.rules.members_from, window.end),
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
    window = _chosen(params, config, today)
    if window is None:
        end = context.get("data_interval_end") or context.get("logical_date") or moment
        window = month_before(local_date(end, config.timezone))
    return ReconcileRequest(window.not_before(config.sync_from), params["pdf_hashes"], today)


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
    day = date.fromisoformat(value)
    if day.year not in YEARS:
        raise ValueError(value)
    return day


def _chosen(params: Mapping[str, Any], config: SpaceConfig, today: date) -> Window | None:
    from_date, to_date = params["from_date"], params["to_date"]
    if from_date is None and to_date is None:
        return None
    if from_date is None:
        raise ConfigError(["to_date: needs from_date as well"])
    if from_date > today:
        raise ConfigError([f"from_date: {from_date} lies in the future"])
    to_date = to_date or today
    if to_date < from_date:
        raise ConfigError([f"to_date: {to_date} lies before from_date {from_date}"])
    if to_date < config.sync_from:
        raise ConfigError([f"to_date: {to_date} lies before sync_from {config.sync_from}"])
    return chosen_window(from_date, to_date)


def _interval(
    context: Mapping[str, Any], config: SpaceConfig, now: datetime
) -> tuple[datetime, datetime]:
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    if start is not None and end is not None and end > start:
        return start, end
    # A run without a logical date keeps its days when it is cleared weeks later.
    started = context.get("logical_date") or getattr(context["dag_run"], "run_after", None)
    return last_interval(config, started or now)


def _scheduled(
    config: SpaceConfig, interval: tuple[datetime, datetime], green_until: date | None
) -> Window:
    return scheduled_window(
        *interval,
        lookback_days=config.vouchers.lookback_days,
        zone=config.timezone,
        green_until=green_until,
    )


def last_interval(config: SpaceConfig, moment: datetime) -> tuple[datetime, datetime]:
    """The data interval that ended last before a moment; a day where there is no schedule.

    Its neighbours are asked for as the scheduler does. What Airflow infers for runs by hand is
    empty, or ends later, where clocks change: at 2:30 of a day without it, or with two of them.
    """
    if config.schedule is None:
        local = moment.astimezone(ZoneInfo(config.timezone))
        return local - timedelta(days=1), local  # the same time of day, also where clocks change
    timetable = CronDataIntervalTimetable(config.schedule, timezone=config.timezone)
    inferred = timetable.infer_manual_data_interval(run_after=instance(moment))
    earlier = instance(inferred.start) - CLOCKS_CHANGE
    last = timetable.infer_manual_data_interval(run_after=earlier)
    while True:
        following = timetable.next_dagrun_info(
            last_automated_data_interval=last, restriction=TimeRestriction(None, None, True)
        )
        interval = following.data_interval if following else None
        if interval is None or interval.end > moment:
            return last.start, last.end
        last = interval
