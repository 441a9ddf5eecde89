"""Which days a run looks at: calendar dates of the space's zone, whatever the clock does."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain.window import (
    DAY,
    Window,
    backfill_window,
    chosen_window,
    local_date,
    month_before,
    scheduled_window,
)

BERLIN = "Europe/Berlin"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("utc", "zone", "day"),
    [
        ("2026-01-05T22:59", BERLIN, "2026-01-05"),
        ("2026-01-05T23:01", BERLIN, "2026-01-06"),
        ("2026-07-05T21:59", BERLIN, "2026-07-05"),
        ("2026-07-05T22:01", BERLIN, "2026-07-06"),
        ("2025-12-31T23:30", BERLIN, "2026-01-01"),
        ("2026-03-29T00:59", BERLIN, "2026-03-29"),
        ("2026-03-29T01:01", BERLIN, "2026-03-29"),
        ("2026-10-25T00:30", BERLIN, "2026-10-25"),
        ("2028-02-28T23:30", BERLIN, "2028-02-29"),
        ("2026-01-05T23:59", "Atlantic/Azores", "2026-01-05"),
        ("2026-01-05T10:30", "Pacific/Kiritimati", "2026-01-06"),
    ],
)
def test_a_moment_is_a_date_of_its_zone(utc: str, zone: str, day: str) -> None:
    assert local_date(moment(utc), zone).isoformat() == day


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-03-28T04:15", "2026-03-29T03:15", "2026-01-27", "2026-03-29"),
        ("2026-10-24T03:15", "2026-10-25T04:15", "2026-08-25", "2026-10-25"),
        ("2025-12-31T04:15", "2026-01-01T04:15", "2025-11-01", "2026-01-01"),
        ("2028-02-28T04:15", "2028-02-29T04:15", "2027-12-30", "2028-02-29"),
    ],
)
def test_a_scheduled_run_looks_back_and_includes_its_last_day(
    start: str, end: str, first: str, last: str
) -> None:
    window = scheduled_window(moment(start), moment(end), lookback_days=60, zone=BERLIN)
    assert (window.start.isoformat(), window.last.isoformat()) == (first, last)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 40))
def test_backfilled_days_follow_each_other_without_gap_or_overlap(first: date, days: int) -> None:
    marks = [
        datetime(first.year, first.month, first.day, 5, tzinfo=UTC) + n * DAY
        for n in range(days + 1)
    ]
    windows = [backfill_window(start, end, zone=BERLIN) for start, end in pairwise(marks)]
    covered = [window.start + n * DAY for window in windows for n in range(len_of(window))]
    assert covered == [first + timedelta(n) for n in range(days)]


def len_of(window: Window) -> int:
    return (window.end - window.start).days


def test_typed_in_dates_are_inclusive() -> None:
    window = chosen_window(date(2026, 1, 31), date(2026, 1, 31))
    assert date(2026, 1, 31) in window
    assert date(2026, 2, 1) not in window


def test_nothing_before_go_live() -> None:
    window = chosen_window(date(2025, 12, 1), date(2025, 12, 31)).not_before(date(2026, 1, 1))
    assert window.is_empty


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-01-03", "2025-12-01", "2025-12-31"),
        ("2028-03-31", "2028-02-01", "2028-02-29"),
        ("2026-12-01", "2026-11-01", "2026-11-30"),
    ],
)
def test_a_reconciliation_looks_at_the_whole_month_before(day: str, first: str, last: str) -> None:
    window = month_before(date.fromisoformat(day))
    assert (window.start.isoformat(), window.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("green_until", "first"),
    [
        (None, "2026-03-02"),
        ("2026-05-01", "2026-03-02"),
        ("2026-06-01", "2026-03-02"),
        ("2026-04-30", "2026-03-01"),
        ("2026-01-10", "2025-11-11"),
    ],
)
def test_the_look_back_counts_from_the_last_green_run_where_that_is_earlier(
    green_until: str | None, first: str
) -> None:
    """Last green run of 10 January, next run of 1 May: an invoice of 20 January is looked at."""
    window = scheduled_window(
        moment("2026-05-01T03:15"),
        moment("2026-05-02T03:15"),
        lookback_days=60,
        zone=BERLIN,
        green_until=date.fromisoformat(green_until) if green_until else None,
    )
    assert (window.start.isoformat(), window.last.isoformat()) == (first, "2026-05-02")


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(0, 400), st.integers(0, 90))
def test_no_day_falls_between_a_green_run_and_the_next_one(
    green: date, pause: int, lookback: int
) -> None:
    """However long the pause: what the green run looked at last, the next one looks at again."""
    start = datetime(green.year, green.month, green.day, 5, tzinfo=UTC) + pause * DAY
    window = scheduled_window(
        start, start + DAY, lookback_days=lookback, zone=BERLIN, green_until=green
    )
    assert green in window
