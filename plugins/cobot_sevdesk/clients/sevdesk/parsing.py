"""sevDesk's JSON into vouchers, contacts and booking accounts.

Wire types are loose: ids, sums and booleans come as text, lists may come as one object.
Source: sevDesk OpenAPI document, and recorded answers where it is known to be wrong.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.domain.chart import BookingAccount
from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.money import CURRENCY, ZERO, to_cents
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher
from cobot_sevdesk.errors import UnreadableAnswerError

REVENUE = "D"
"""creditDebit of a revenue voucher; "C" is an expense (sevDesk API document, vouchers)."""
PAID_IN_PART = 750

_RATES = {
    "ZERO": 0,
    "FIVE": 5,
    "SEVEN": 7,
    "TEN": 10,
    "THIRTEEN": 13,
    "SIXTEEN": 16,
    "NINETEEN": 19,
    "TWENTY": 20,
}
"""Names of tax rates in the guidance; ZERO, SEVEN and NINETEEN were seen in recorded answers."""


def to_booked_voucher(voucher: Fields) -> BookedVoucher:
    """A voucher as a list shows it."""
    status = _known_amount(voucher, "status")
    # The plain sums are EUR, converted by sevDesk; the invoice's own amounts stand beside them.
    suffix = "" if voucher.optional_text("currency") in {None, CURRENCY} else "ForeignCurrency"
    return BookedVoucher(
        id=voucher.text("id"),
        description=voucher.optional_text("description") or "",
        date=to_day(voucher.optional_text("voucherDate")),
        gross=_known_sum(voucher, f"sumGross{suffix}"),
        net=_known_sum(voucher, f"sumNet{suffix}"),
        status=int(status) if status is not None else None,
        has_document=voucher.optional_object("document") is not None,
        contact_id=_id_of(voucher, "supplier"),
        is_paid_or_locked=_is_paid_or_locked(voucher, int(status or 0)),
        deadline=to_day(voucher.optional_text("paymentDeadline")),
        tax_rule=_id_of(voucher, "taxRule"),
        cost_centre_id=_id_of(voucher, "costCentre"),
        created=voucher.optional_text("create"),
        sev_client=_id_of(voucher, "sevClient"),
        updated=voucher.optional_text("update"),
    )


def to_booked_position(position: Fields) -> BookedPosition:
    """A position as its list shows it."""
    return BookedPosition(
        voucher_id=position.object("voucher").text("id"),
        account_id=_id_of(position, "accountDatev"),
        rate=_known_amount(position, "taxRate") or Decimal(0),
        net=_known_sum(position, "sumNet") or ZERO,
        gross=_known_sum(position, "sumGross") or ZERO,
    )


def gross_of(fields: Fields) -> Decimal | None:
    """The gross of a voucher or a position, `None` where sevDesk does not state one."""
    return _known_sum(fields, "sumGross")


def _id_of(fields: Fields, name: str) -> str | None:
    reference = fields.optional_object(name)
    return reference.optional_text("id") if reference else None


def is_revenue(voucher: Fields) -> bool:
    """Whether a voucher is on the revenue side; the server's own filter is not reliable."""
    return voucher.optional_text("creditDebit") == REVENUE


def to_contact(contact: Fields) -> Contact:
    """A contact as a list shows it; persons carry `surename` (sic) and `familyname`."""
    return Contact(
        id=contact.text("id"),
        customer_number=contact.optional_text("customerNumber"),
        name=contact.optional_text("name"),
        first_name=contact.optional_text("surename"),
        last_name=contact.optional_text("familyname"),
        description=contact.optional_text("description"),
        created_on=to_day(contact.optional_text("create")),
        created=contact.optional_text("create"),
        sev_client=_id_of(contact, "sevClient"),
    )


def to_booking_account(entry: Fields) -> BookingAccount:
    """One entry of the guidance."""
    rates: dict[int, frozenset[Decimal]] = {}
    for rule in entry.optional_objects("allowedTaxRules"):
        rates[int(rule.amount("id"))] = frozenset(
            rate for name in rule.texts("taxRates") if (rate := to_rate(name)) is not None
        )
    kinds = entry.texts("allowedReceiptTypes")
    return BookingAccount(
        id=entry.text("accountDatevId"),
        number=entry.text("accountNumber"),
        name=entry.optional_text("accountName") or "",
        rates=rates,
        for_revenue=not kinds or "REVENUE" in kinds,
    )


def to_rate(name: str) -> Decimal | None:
    """A tax rate in percent by its name (`NINETEEN`) or number; `None` for names never seen."""
    if name.upper() in _RATES:
        return Decimal(_RATES[name.upper()])
    try:
        return Decimal(name)
    except ArithmeticError:
        return None


# Thousands of vouchers share a few days; dates were 40 % of reading them (profiled).
@lru_cache(maxsize=4096)
def to_day(text: str | None) -> date | None:
    """The calendar date of a sevDesk date; its day as written, never shifted to another zone."""
    if not text:
        return None
    if text.isdecimal():
        try:
            return datetime.fromtimestamp(int(text), ZoneInfo("Europe/Berlin")).date()
        except (OverflowError, ValueError, OSError):
            return None
    for form, length in (("%Y-%m-%d", 10), ("%d.%m.%Y", 10)):
        try:
            return datetime.strptime(text[:length], form).date()  # noqa: DTZ007  a date, no moment
        except ValueError:
            continue
    return None


def objects_of(answer: Any) -> list[Fields]:
    """What the envelope holds, as a list, whether it came as one object or as many.

    Raises:
        UnreadableAnswerError: there is no such envelope.
    """
    found = answer.get("objects", answer) if isinstance(answer, dict) else answer
    if found is None:
        return []
    return [Fields(value, "objects") for value in (found if isinstance(found, list) else [found])]


def _is_paid_or_locked(voucher: Fields, status: int) -> bool:
    paid = _known_sum(voucher, "paidAmount") or ZERO
    return status >= PAID_IN_PART or paid != 0 or voucher.flag("enshrined")


def _known_sum(fields: Fields, name: str) -> Decimal | None:
    """A sum in cents: sevDesk may show its own floating-point numbers, 79.32000000000001."""
    amount = _known_amount(fields, name)
    return to_cents(amount) if amount is not None else None


def _known_amount(voucher: Fields, name: str) -> Decimal | None:
    """An amount, or `None`: a voucher that somebody else made must not stop ours."""
    try:
        return voucher.optional_amount(name)
    except UnreadableAnswerError:
        return None
