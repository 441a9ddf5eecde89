"""How sevDesk writes things: references, sums, dates, flags."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.sevdesk_shapes import LEFT_OUT
from sandbox.switches import Switches
from sandbox.voucher_rules import RefusedError

Json = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")


def shown(row: Json, switches: Switches) -> Json:
    """An object as sevDesk shows it: references that are not set look as the switches say."""
    references = LEFT_OUT.get(str(row.get("objectName")), ())
    if switches.null_references == "absent":
        return {k: v for k, v in row.items() if v is not None or k not in references}
    unset: Any = [] if switches.null_references == "list" else None
    return {k: unset if v is None and k in references else v for k, v in row.items()}


def stored(fields: Json) -> Json:
    """What a request sends, in the form in which answers show it."""
    return {name: _stored(value) for name, value in fields.items()}


def _stored(value: Any) -> Any:
    if isinstance(value, dict):
        return reference(value)
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int | float | Decimal) else value


def reference(row: Json) -> Json:
    """A reference to an object.

    Raises:
        RefusedError: what was sent as a reference lacks its id or its kind.
    """
    if not row.get("id") or not row.get("objectName"):
        raise RefusedError(422, "a reference needs 'id' and 'objectName'")
    return {"id": str(row["id"]), "objectName": row["objectName"]}


def two(amount: Decimal) -> Decimal:
    """Two decimals, half up."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def plain(amount: Decimal) -> str:
    """An amount without trailing zeros, as sevDesk writes sums."""
    return f"{amount.normalize():f}" if amount else "0"


def now() -> str:
    """This moment as sevDesk writes it."""
    return datetime.now(BERLIN).isoformat(timespec="seconds")


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
