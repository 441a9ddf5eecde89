"""How sevDesk writes things: references, sums, dates."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")


def shown(row: Json) -> Json:
    """An object as sevDesk shows it: references that are not set are left out."""
    absent = {"supplier", "document", "costCentre", "taxRule"}
    return {k: v for k, v in row.items() if not (v is None and k in absent)}


def two(amount: Decimal) -> Decimal:
    """Two decimals, half up."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def plain(amount: Decimal) -> str:
    """An amount without trailing zeros, as sevDesk writes sums."""
    return f"{amount.normalize():f}" if amount else "0"


def berlin(day: object) -> str | None:
    """A date in any accepted form as Berlin midnight with offset."""
    if day is None:
        return None
    text = str(day)
    if text.isdecimal():
        moment = datetime.fromtimestamp(int(text), UTC).astimezone(BERLIN)
        return moment.isoformat(timespec="seconds")
    if "." in text[:10]:
        parsed = datetime.strptime(text[:10], "%d.%m.%Y").date()  # noqa: DTZ007
    else:
        parsed = date.fromisoformat(text[:10])
    midnight = datetime(parsed.year, parsed.month, parsed.day, tzinfo=BERLIN)
    return midnight.isoformat(timespec="seconds")
