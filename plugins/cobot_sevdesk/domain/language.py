"""How readers of a language write amounts, rates and dates.

Between programs amounts are `1234.50` and dates `2026-11-27`. English letters write them so, too.
"""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Literal

from cobot_sevdesk.domain.money import plain, text, to_cents

Language = Literal["en", "de"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMOUNT = re.compile(r"(-?\d+\.\d{2})( [A-Z]{3})?")
_RATE = re.compile(r"\d+\.\d+")


def amount_in(amount: Decimal, language: Language) -> str:
    """An amount with two decimals: `1.234,50` in German, `1234.50` in English."""
    if language == "en":
        return text(amount)
    return f"{to_cents(amount):,.2f}".translate(str.maketrans(",.", ".,"))


def rate_in(rate: Decimal, language: Language) -> str:
    """A tax rate in percent without idle zeros: `5,5` in German, `5.5` in English."""
    return plain(rate) if language == "en" else plain(rate).replace(".", ",")


def day_in(day: date, language: Language) -> str:
    """A date: `27.11.2026` in German, `2026-11-27` in English."""
    return day.isoformat() if language == "en" else f"{day:%d.%m.%Y}"


def value_in(value: str, language: Language) -> str:
    """A value as programs write it, for people; what is no amount, rate or date stays as it is."""
    if _DAY.fullmatch(value):
        with suppress(ValueError):  # no day of the calendar
            return day_in(date.fromisoformat(value), language)
    if found := _AMOUNT.fullmatch(value):
        return amount_in(Decimal(found[1]), language) + (found[2] or "")
    if _RATE.fullmatch(value):
        return rate_in(Decimal(value), language)
    return value
