"""Which days a run looks at, where its context says little."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.timetables.base import DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import instance

from cobot_sevdesk.airflow import tasks
from cobot_sevdesk.airflow.request import (
    next_request,
    read_reconcile_request,
    read_request,
)
from cobot_sevdesk.config.models import SpaceConfig
from cobot_sevdesk.domain.window import DAY, Window, local_date
from cobot_sevdesk.errors import ConfigError
from cobot_sevdesk.sync.lock import FOLDER_VARIABLE

pytestmark = pytest.mark.airflow


def test_a_run_without_logical_date_keeps_its_days_when_it_is_cleared_weeks_later() -> None:
    config = SpaceConfig.model_validate(
        {"slug": "elbe", "sync_from": "2026-01-01", "cobot": {"subdomain": "elbe"}}
    )
    run_after = datetime(2026, 3, 10, 12, tzinfo=UTC)
    run = SimpleNamespace(conf={}, run_type="manual", run_after=run_after)
    context: dict[str, Any] = {"dag_run": run, "logical_date": None, "params": {}}
    days = [
        read_request(context, config, now=now).window
        for now in (run_after, datetime(2026, 4, 20, 12, tzinfo=UTC))
    ]
    assert days[0] == days[1]
    assert days[0].last == date(2026, 3, 10)


def a_config(**changes: Any) -> SpaceConfig:
    fields = {"slug": "elbe", "sync_from": "2026-01-01", "cobot": {"subdomain": "elbe"}}
    return SpaceConfig.model_validate({**fields, **changes})


def a_context(run_type: str = "manual", *, now: str = "2026-07-01T12:00", **conf: Any) -> Any:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    run = SimpleNamespace(conf=conf, run_type=run_type, run_after=moment)
    return {"dag_run": run, "logical_date": None, "params": {}}


def window_of(context: Any, config: SpaceConfig | None = None, **more: Any) -> Window:
    now = context["dag_run"].run_after
    return read_request(context, config or a_config(), now=now, **more).window


@pytest.mark.parametrize(
    ("members_from", "first"), [(None, "2026-01-01"), ("2025-06-01", "2025-06-01")]
)
def test_a_scheduled_run_looks_at_members_confirmed_on_any_day_since_members_from(
    members_from: str | None, first: str
) -> None:
    config = a_config(members_from=members_from, vouchers={"lookback_days": 0})
    context = a_context("scheduled")
    request = read_request(context, config, now=context["dag_run"].run_after)
    assert request.confirmed.start == date.fromisoformat(first)
    assert request.confirmed.end == request.window.end


@pytest.mark.parametrize(
    ("executor", "folder", "warns"),
    [
        ("CeleryExecutor", None, True),
        ("LocalExecutor,KubernetesExecutor", None, True),
        ("CeleryExecutor", "locks", False),
        ("LocalExecutor", None, False),
    ],
)
def test_several_machines_without_a_shared_folder_are_warned_of(
    executor: str,
    folder: str | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    warns: bool,
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executor)
    if folder:
        monkeypatch.setenv(FOLDER_VARIABLE, folder)
    else:
        monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    tasks._warn_of_several_machines()
    assert ("several machines" in caplog.text) == warns


@pytest.mark.parametrize(
    ("schedule", "now", "first", "last"),
    [
        # 2:30 of 29 March does not exist; it comes at 3:30, which is 1:30 in UTC.
        ("30 2 * * *", "2026-03-29T12:00", "2026-03-28", "2026-03-29"),
        ("30 2 * * *", "2026-03-30T00:15", "2026-03-28", "2026-03-29"),
        ("30 2 * * *", "2026-03-29T01:15", "2026-03-27", "2026-03-28"),
        ("30 2 * * *", "2026-03-30T12:00", "2026-03-29", "2026-03-30"),
        ("0 2 * * *", "2026-03-29T12:00", "2026-03-28", "2026-03-29"),
        ("30 2,14 * * *", "2026-03-29T12:00", "2026-03-28", "2026-03-29"),
        ("15 5 * * *", "2026-03-29T12:00", "2026-03-28", "2026-03-29"),
        # 2:30 of 25 October exists twice; it comes at the second, 1:30 in UTC.
        ("30 2 * * *", "2026-10-25T00:45", "2026-10-23", "2026-10-24"),
        ("30 2 * * *", "2026-10-25T12:00", "2026-10-24", "2026-10-25"),
        # Without a schedule it is a day, of 23 to 25 hours.
        (None, "2026-03-29T22:30", "2026-03-29", "2026-03-30"),
        (None, "2026-10-25T22:30", "2026-10-24", "2026-10-25"),
    ],
)
def test_a_run_by_hand_looks_at_whole_days_where_clocks_change(
    schedule: str | None, now: str, first: str, last: str
) -> None:
    config = a_config(schedule=schedule, vouchers={"lookback_days": 0})
    context = a_context(now=now)
    window = window_of(context, config)
    assert (window.start.isoformat(), window.last.isoformat()) == (first, last)
    assert next_request(config, context["dag_run"].run_after).window == window


def intervals(config: SpaceConfig, until: datetime) -> list[tuple[datetime, datetime]]:
    """The data intervals of the runs that the scheduler makes, over some weeks."""
    timetable = CronDataIntervalTimetable(str(config.schedule), timezone=config.timezone)
    begin = instance(until - timedelta(days=3 if config.schedule in DAILY else 16))
    restriction = TimeRestriction(begin, None, catchup=True)
    last: DataInterval | None = None
    found: list[tuple[datetime, datetime]] = []
    while True:
        following = timetable.next_dagrun_info(
            last_automated_data_interval=last, restriction=restriction
        )
        assert following is not None
        last = following.data_interval
        assert last is not None
        if last.end > until:
            return found
        found.append((last.start, last.end))


ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "America/Havana",
)
DAILY = (
    "30 2 * * *",
    "0 2 * * *",
    "0 3 * * *",
    "30 3 * * *",
    "15 2 * * *",
    "0 0 * * *",
    "30 0 * * *",
    "30 1,2,3 * * *",
    "0 */6 * * *",
)
WEEKLY = ("15 5 * * 1", "30 2 * * 0")


@settings(max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    schedule=st.sampled_from(DAILY + WEEKLY),
    change=st.sampled_from(["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01"]),
    minutes=st.integers(-2 * 24 * 60, 3 * 24 * 60),
)
def test_a_run_by_hand_looks_at_what_the_last_scheduled_run_looked_at(
    zone: str, schedule: str, change: str, minutes: int
) -> None:
    """The scheduler's own intervals are the truth, in every zone and on every odd day."""
    config = a_config(timezone=zone, schedule=schedule, vouchers={"lookback_days": 0})
    now = datetime.fromisoformat(change).replace(tzinfo=UTC) + timedelta(minutes=minutes)
    context = a_context(now=now.replace(tzinfo=None).isoformat())
    start, end = intervals(config, now)[-1]
    assert start < end
    expected = Window(local_date(start, zone), local_date(end, zone) + DAY)
    assert window_of(context, config) == expected


def test_an_empty_interval_from_airflow_is_not_believed() -> None:
    """What Airflow infers for a run by hand on that day begins where it ends."""
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    context = a_context(now="2026-03-29T12:00")
    context |= {"data_interval_start": moment, "data_interval_end": moment}
    window = window_of(context, a_config(schedule="30 2 * * *", vouchers={"lookback_days": 0}))
    assert (window.start, window.last) == (date(2026, 3, 28), date(2026, 3, 29))


@pytest.mark.parametrize(
    "run_type", ["manual", "operator_triggered", "asset_triggered", "asset_materialization"]
)
def test_runs_by_hand_of_another_dag_or_of_an_asset_may_name_dates(run_type: str) -> None:
    context = a_context(run_type, from_date="2026-05-01", to_date="2026-05-31")
    window = window_of(context)
    assert (window.start, window.last) == (date(2026, 5, 1), date(2026, 5, 31))
    assert not read_request(context, a_config()).is_scheduled
    with pytest.raises(ConfigError, match="unknown parameter"):
        window_of(a_context(run_type, dates=["2026-05-01"]))
    without: Any = {"from_date": None, "to_date": "", "dry_run": None, "max_new_per_run": None}
    assert window_of(a_context(run_type, **without)) == window_of(a_context(run_type))


@pytest.mark.parametrize("run_type", ["scheduled", "backfill"])
@pytest.mark.parametrize(
    "conf", [{"from_date": "2026-05-01"}, {"to_date": "2026-05-01"}], ids=["from", "to"]
)
def test_the_scheduler_names_its_own_dates(run_type: str, conf: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="not for scheduled runs and backfills"):
        window_of(a_context(run_type, **conf))


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        ({"from_date": "2026-05-02", "to_date": "2026-05-01"}, "lies before from_date"),
        ({"from_date": "2025-01-01", "to_date": "2025-12-31"}, "lies before sync_from"),
        ({"from_date": "2062-05-01", "to_date": "2062-05-31"}, "lies in the future"),
        ({"from_date": "2062-05-01"}, "lies in the future"),
        ({"from_date": "2026-07-02"}, "lies in the future"),
        ({"from_date": "2062-05-02", "to_date": "2026-05-01"}, "lies in the future"),
        ({"to_date": "2026-05-01"}, "needs from_date"),
        ({"from_date": "2026-05-01", "to_date": "9999-12-31"}, "to_date: expected a date"),
        ({"from_date": "0001-01-01", "to_date": "2026-05-01"}, "from_date: expected a date"),
        ({"from_date": "2026-05-01T00:00:00"}, "from_date: expected a date"),
        ({"from_date": ["2026-05-01"]}, "from_date: expected a date"),
        ({"from_date": 20260501}, "from_date: expected a date"),
        ({"dry_run": "true"}, "dry_run: expected true or false"),
        ({"dry_run": 1}, "dry_run: expected true or false"),
        ({"max_new_per_run": "5"}, "max_new_per_run: expected a whole number"),
        ({"from_date": "2026-05-01", "asset": "x", "uri": "y"}, "asset: unknown .*\nuri: unknown"),
        ({"form_date": "2026-05-01"}, "unknown parameter"),
        ({"dryrun": True}, "unknown parameter"),
    ],
)
def test_dates_that_cannot_be_meant_are_refused_before_anything_is_read(
    conf: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        window_of(a_context(**conf))


def test_a_reconciliation_refuses_the_same_dates() -> None:
    context = a_context(from_date="2062-05-01", to_date="2062-05-31")
    with pytest.raises(ConfigError, match="lies in the future"):
        read_reconcile_request(context, a_config(), now=context["dag_run"].run_after)


@pytest.mark.parametrize(
    ("conf", "first", "last"),
    [
        ({"from_date": "2026-07-01"}, "2026-07-01", "2026-07-01"),
        ({"from_date": "2025-12-01", "to_date": "2026-01-01"}, "2026-01-01", "2026-01-01"),
        ({"from_date": "2026-06-30", "to_date": "2062-07-31"}, "2026-06-30", "2062-07-31"),
    ],
)
def test_dates_that_reach_beyond_are_fine(conf: dict[str, str], first: str, last: str) -> None:
    window = window_of(a_context(**conf))
    assert (window.start.isoformat(), window.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("run_type", "first"),
    [("scheduled", "2026-02-28"), ("manual", "2026-02-28"), ("backfill", "2026-06-30")],
)
def test_the_last_green_run_moves_the_look_back_but_no_backfill(run_type: str, first: str) -> None:
    context = a_context(run_type) | {
        "data_interval_start": datetime(2026, 6, 30, 3, 15, tzinfo=UTC),
        "data_interval_end": datetime(2026, 7, 1, 3, 15, tzinfo=UTC),
    }
    assert window_of(context, green_until=lambda: date(2026, 4, 29)).start.isoformat() == first
