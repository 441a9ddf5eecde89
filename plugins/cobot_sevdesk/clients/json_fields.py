"""Reading typed fields out of answers that do not always keep their promises.

A field that is missing or of the wrong kind is an `UnreadableAnswerError` that names it. Nothing is
ever replaced by a guess. Where a text, an amount or an object may be missing, an empty list counts
as null: PHP programs write "nothing" like that.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Self, TypeVar

from cobot_sevdesk.domain.money import LARGEST
from cobot_sevdesk.domain.window import YEARS
from cobot_sevdesk.errors import UnreadableAnswerError

_AMOUNT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: neither databases nor UTF-8 take them."""
_ID = re.compile(r"[\w~:@=+-][\w.~:@=+-]*", re.ASCII)
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})")

Day = TypeVar("Day", date, datetime)


def printable(text: str) -> str:
    """The text with a blank for each character that databases and logs do not take."""
    return _UNPRINTABLE.sub(" ", text)


def id_in(value: Any) -> str | None:
    """The id of a JSON object, `None` where it is no object or has no id that could be asked for.

    Ids are opaque; letters, digits and a few signs are all that was ever seen in one.
    """
    found = value.get("id") if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return str(found).strip() if is_id(str(found).strip()) else None


def is_id(text: str) -> bool:
    """Whether a text may be an id, so that one may ask for it: not empty, no `?`, no path."""
    return _ID.fullmatch(text) is not None


class Fields:
    """The fields of one JSON object; `where` leads to it from the top of the answer."""

    def __init__(self, value: Any, where: str = "") -> None:
        if not isinstance(value, dict):
            raise UnreadableAnswerError(where or "answer", "an object")
        self._fields = value
        self._where = where

    @property
    def id(self) -> str | None:
        """The object's id, `None` where it has none that could be asked for."""
        return id_in(self._fields)

    def text(self, name: str) -> str:
        """A text that must not be empty; numbers count as text."""
        found = self.optional_text(name)
        if found is None:
            raise self._unreadable(name, "a text")
        return found

    def optional_text(self, name: str) -> str | None:
        """A text on one line, `None` where it is missing, null or blank."""
        value = self._text_or_none(name)
        return (" ".join(value.split()) or None) if value is not None else None

    def optional_lines(self, name: str) -> str | None:
        """A text of several lines, such as an address; `None` where missing, null or blank."""
        value = self._text_or_none(name)
        return (value.strip() or None) if value is not None else None

    def amount(self, name: str) -> Decimal:
        """An amount: a JSON number or a decimal text with a dot."""
        found = self.optional_amount(name)
        if found is None:
            raise self._unreadable(name, "an amount")
        return found

    def optional_amount(self, name: str) -> Decimal | None:
        """An amount, `None` where it is missing or null."""
        value = self._value(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self._unreadable(name, "an amount")
        if isinstance(value, str) and not _AMOUNT.fullmatch(value.strip()):
            raise self._unreadable(name, "an amount")
        amount = Decimal(value)
        if abs(amount) >= LARGEST:
            raise self._unreadable(name, "an amount of usual size")
        return amount

    def day(self, name: str) -> date:
        """A calendar date, written with `-` or `/`; a time behind it is ignored, never shifted."""
        value = self.text(name)
        match = _DAY.match(value)
        try:
            day = date(*(int(part) for part in match.groups())) if match else None
        except ValueError:
            day = None
        if day is None:
            raise self._unreadable(name, "a date")
        return self._of_our_time(name, day)

    def optional_moment(self, name: str) -> datetime | None:
        """An aware moment, ISO or `2010/01/01 12:00:00 +0000`; `None` where missing or null.

        A bare date counts as noon UTC, which is the same date in every European zone.
        """
        value = self.optional_text(name)
        if value is None:
            return None
        return self._of_our_time(name, self._moment(name, value))

    def flag(self, name: str) -> bool:
        """Whether something holds; sevDesk writes `"0"`, `"1"`, true, null."""
        return str(self._value(name) or "0").lower() not in {"0", "false"}

    def object(self, name: str) -> Self:
        """An object that must be there."""
        return type(self)(self._fields.get(name), self._path(name))

    def optional_object(self, name: str) -> Self | None:
        """An object, `None` where it is missing or null."""
        return None if self._value(name) is None else self.object(name)

    def objects(self, name: str) -> list[Self]:
        """A list of objects; null counts as empty, a missing list does not."""
        if name not in self._fields:
            raise self._unreadable(name, "a list")
        values = self._fields[name] or []
        if not isinstance(values, list):
            raise self._unreadable(name, "a list")
        return [type(self)(v, f"{self._path(name)}[{i}]") for i, v in enumerate(values)]

    def optional_objects(self, name: str) -> list[Self]:
        """A list of objects; empty where it is missing."""
        return self.objects(name) if name in self._fields else []

    def listed(self, name: str) -> list[Self]:
        """A list of objects that may also come as the only one, or be missing."""
        found = self._value(name)
        values = found if isinstance(found, list) else [] if found is None else [found]
        return [type(self)(v, f"{self._path(name)}[{i}]") for i, v in enumerate(values)]

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty where it is missing or null."""
        values = self._fields.get(name) or []
        if not isinstance(values, list):
            raise self._unreadable(name, "a list")
        return [printable(str(value)) for value in values if value]

    def raw(self, name: str) -> Any:
        """The field as it came."""
        return self._fields.get(name)

    def has(self, name: str) -> bool:
        """Whether the field is there, null included."""
        return name in self._fields

    def _value(self, name: str) -> Any:
        value = self._fields.get(name)
        return None if isinstance(value, list) and not value else value

    def _text_or_none(self, name: str) -> str | None:
        value = self._value(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._unreadable(name, "a text")
        return printable(str(value))

    def _moment(self, name: str, value: str) -> datetime:
        for form in ("%Y/%m/%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S %z"):
            try:
                return datetime.strptime(value, form)  # noqa: DTZ007  both forms hold %z
            except ValueError:
                continue
        if _DAY.fullmatch(value):
            day = self.day(name)
            return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise self._unreadable(name, "a date and time") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _of_our_time(self, name: str, day: Day) -> Day:
        if day.year not in YEARS:
            raise self._unreadable(name, "a year from 1900 to 2999")
        return day

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def _unreadable(self, name: str, expected: str) -> UnreadableAnswerError:
        return UnreadableAnswerError(self._path(name), expected)
