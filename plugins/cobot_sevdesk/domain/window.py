"""Which days a run looks at. Days are calendar dates of the space's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
YEARS = range(1900, 3000)
"""In which every date lies. Others are mistakes, and nothing can be added to the year 9999."""
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
        """This window without the days before `day`, the go-live of the space."""
        return Window(max(self.start, day), max(self.end, day))


def scheduled_window(
    start: datetime,
    end: datetime,
    *,
    lookback_days: int,
    zone: str,
    green_until: date | None = None,
) -> Window:
    """From `lookback_days` before the data interval to the date of its end, inclusive.

    `green_until` is the date on which the interval of the last green scheduled run ended. Where
    none was green, it is the date on which that of the first one began. The look-back counts from
    there where that is earlier. So neither a pause nor a long problem lets an invoice drop out of
    sight.
    """
    first, last = local_date(start, zone), local_date(end, zone)
    counted_from = min(first, green_until or first)
    return Window(counted_from - timedelta(days=lookback_days), last + DAY)


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
