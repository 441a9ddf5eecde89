"""Which days a run looks at. Days are calendar dates of the space's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
RECENT = 30 * DAY
"""What overviews call the last thirty days."""


@dataclass(frozen=True)
class Window:
    """The half-open span of days `[start, end)` that a run is about; may be empty."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def is_empty(self) -> bool:
        """Whether there is no day in it."""
        return self.end <= self.start

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.end - DAY

    @property
    def recent(self) -> "Window":
        """Its last thirty days."""
        return Window(self.end - RECENT, self.end)

    def not_before(self, day: date) -> "Window":
        """The same window without the days before `day` (the go-live of the space)."""
        return Window(max(self.start, day), max(self.end, day))


def scheduled_window(start: datetime, end: datetime, *, lookback_days: int, zone: str) -> Window:
    """From `lookback_days` before the data interval to the date of its end, inclusive."""
    first, last = local_date(start, zone), local_date(end, zone)
    return Window(first - timedelta(days=lookback_days), last + DAY)


def backfill_window(start: datetime, end: datetime, *, zone: str) -> Window:
    """The dates from the start of the data interval up to, not including, the date of its end."""
    return Window(local_date(start, zone), local_date(end, zone))


def chosen_window(from_date: date, to_date: date) -> Window:
    """The dates a person typed in, both inclusive."""
    return Window(from_date, to_date + DAY)


def month_before(day: date) -> Window:
    """The whole calendar month before the one of that day."""
    first = day.replace(day=1)
    return Window((first - DAY).replace(day=1), first)


def local_date(moment: datetime, zone: str) -> date:
    """The calendar date of an aware moment in a time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
