"""sevDesk's JSON into vouchers, contacts and booking accounts.

Wire types are loose: ids, sums and booleans come as text, lists may come as one object. Fields of
objects that other people made may be odd; see each function for what then counts.
Source: sevDesk OpenAPI document, and recorded answers where it is known to be wrong.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.domain.chart import BookingAccount
from cobot_sevdesk.domain.contact import Contact, WayKind
from cobot_sevdesk.domain.money import CURRENCY, ZERO, to_cents
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, SavedVoucher
from cobot_sevdesk.domain.window import YEARS
from cobot_sevdesk.errors import UnreadableAnswerError

REVENUE = "D"
"""creditDebit of a revenue voucher; "C" is an expense (sevDesk API document, vouchers)."""
EXPENSE = "C"
PAID_IN_PART = 750
FOREIGN = "ForeignCurrency"
"""Ending of the fields that hold a sum in the voucher's own currency."""

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


@dataclass(frozen=True)
class Way:
    """How to reach a contact; `kind` is `None` where it is neither e-mail nor phone."""

    contact_id: str
    kind: WayKind | None
    value: str


def to_booked_voucher(voucher: Fields) -> BookedVoucher:
    """A voucher as a list shows it.

    Only the id must be readable. Most vouchers are those of other people and programs. An odd
    field of theirs must not hold up ours, so what cannot be read counts as not shown. The
    description counts as whatever stands there, since it may hold our key.

    Raises:
        UnreadableAnswerError: there is no id.
    """
    currency = currency_of(voucher)
    # The plain sums are EUR, converted by sevDesk; the invoice's own amounts stand beside them.
    suffix = "" if currency in {None, CURRENCY} else FOREIGN
    status = _known_amount(voucher, "status")
    return BookedVoucher(
        id=_id(voucher),
        description=_any_text(voucher, "description"),
        date=_known_day(voucher, "voucherDate"),
        gross=_known_sum(voucher, f"sumGross{suffix}"),
        net=_known_sum(voucher, f"sumNet{suffix}"),
        status=int(status) if status is not None else None,
        has_document=shows_document(voucher),
        contact_id=_id_of(voucher, "supplier"),
        supplier_name=_known_text(voucher, "supplierName"),
        is_paid_or_locked=_is_paid_or_locked(voucher, int(status or 0)),
        delivery_date=_known_day(voucher, "deliveryDate"),
        deadline=_known_day(voucher, "paymentDeadline"),
        tax_rule=_id_of(voucher, "taxRule"),
        cost_centre_id=_id_of(voucher, "costCentre"),
        currency=currency,
        is_expense=not is_revenue(voucher),
    )


def to_saved_voucher(answer: Fields) -> SavedVoucher:
    """What `saveVoucher` answers: the voucher, and its positions where it shows them.

    Raises:
        UnreadableAnswerError: the voucher has no id.
    """
    voucher = to_booked_voucher(answer.optional_object("voucher") or answer)
    try:
        positions = answer.listed("voucherPos")
        if any(one.raw(name) is None for one in positions for name in ("sumNet", "sumGross")):
            return SavedVoucher(voucher)
        shown = [
            to_booked_position(one, voucher_id=voucher.id, currency=voucher.currency)
            for one in positions
        ]
    except UnreadableAnswerError:
        return SavedVoucher(voucher)
    return SavedVoucher(voucher, tuple(shown) or None)


def to_booked_position(
    position: Fields, *, voucher_id: str | None = None, currency: str | None = None
) -> BookedPosition:
    """A position as its list shows it, or as part of this voucher in this currency.

    Raises:
        UnreadableAnswerError: it names no voucher, or its rate or sums cannot be read.
    """
    return BookedPosition(
        voucher_id=voucher_id or _id(position.object("voucher")),
        account_id=_id_of(position, "accountDatev"),
        rate=position.optional_amount("taxRate") or Decimal(0),
        net=to_cents(_stated_sum(position, "sumNet", currency) or ZERO),
        gross=to_cents(_stated_sum(position, "sumGross", currency) or ZERO),
    )


def sum_sent_back(position: Fields, name: str, currency: str | None) -> Decimal | None:
    """A sum of a position as it is sent back, in the voucher's currency; `None` if not shown."""
    found = _stated_sum(position, name, currency)
    return to_cents(found) if found is not None else None


def shows_document(voucher: Fields) -> bool:
    """Whether a voucher shows the reference to its document."""
    return _id_of(voucher, "document") is not None


def gross_of(fields: Fields) -> Decimal | None:
    """The gross of a voucher or a position, `None` where sevDesk does not state one."""
    return _known_sum(fields, "sumGross")


def currency_of(voucher: Fields) -> str | None:
    """The currency of a voucher; `None` where it shows none that can be read."""
    return _known_text(voucher, "currency")


def voucher_of(position: Fields) -> str | None:
    """The id of the voucher that a position belongs to; `None` where it names none."""
    return _id_of(position, "voucher")


def ids_among(wanted: Collection[str], listed: Iterable[Fields]) -> set[str]:
    """Which of these ids a list shows; it is read no further than needed."""
    missing = set(wanted)
    objects = iter(listed)
    while missing and (found := next(objects, None)) is not None:
        missing -= {found.id}
    return set(wanted) - missing


def owner_of(part: Fields) -> str:
    """The id of the contact that an address or a way belongs to; empty where it has none."""
    return _id_of(part, "contact") or ""


def is_place(address: Fields) -> bool:
    """Whether an address says more than a country."""
    return any(_known_text(address, name) for name in ("street", "zip", "city"))


def to_way(way: Fields) -> Way:
    """A communication way; those of type WEB and FAX are neither e-mail nor phone."""
    kinds: dict[str, WayKind] = {"EMAIL": "EMAIL", "PHONE": "PHONE", "MOBILE": "PHONE"}
    kind = kinds.get((_known_text(way, "type") or "").upper())
    return Way(owner_of(way), kind, _known_text(way, "value") or "")


def tag_and_voucher(relation: Fields) -> tuple[str | None, str | None, str] | None:
    """Id and name of a tag, and the id of the voucher that carries it.

    The name is there only where sevDesk embeds it. `None` for relations of anything else.
    """
    tag, target = relation.optional_object("tag"), relation.optional_object("object")
    if tag is None or target is None or target.optional_text("objectName") != "Voucher":
        return None
    return (tag.id, _known_text(tag, "name"), target.id) if target.id is not None else None


def is_revenue(voucher: Fields) -> bool:
    """Whether a voucher is on the revenue side; the server's own filter is not reliable.

    One that does not say so counts as revenue: it may be ours.
    """
    return _any_text(voucher, "creditDebit").upper() != EXPENSE


def to_contact(contact: Fields) -> Contact:
    """A contact as a list shows it; persons carry `surename` (sic) and `familyname`.

    Only the id must be readable, as with vouchers; number and description count as whatever stands
    there.

    Raises:
        UnreadableAnswerError: there is no id.
    """
    return Contact(
        id=_id(contact),
        customer_number=_any_text(contact, "customerNumber") or None,
        name=_known_text(contact, "name"),
        first_name=_known_text(contact, "surename"),
        last_name=_known_text(contact, "familyname"),
        description=_any_text(contact, "description") or None,
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
    """The calendar date of a sevDesk date; its day as written, never shifted to another zone.

    `None` where it is none, or where its year can only be a mistake.
    """
    day = _as_written(text)
    return day if day and day.year in YEARS else None


def _as_written(text: str | None) -> date | None:
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


def _is_paid_or_locked(voucher: Fields, status: int) -> bool:
    paid = _known_sum(voucher, "paidAmount") or ZERO
    return status >= PAID_IN_PART or paid != 0 or voucher.flag("enshrined")


def _known_sum(fields: Fields, name: str) -> Decimal | None:
    """A sum in cents: sevDesk may show its own floating-point numbers, 79.32000000000001."""
    amount = _known_amount(fields, name)
    return to_cents(amount) if amount is not None else None


def _stated_sum(position: Fields, name: str, currency: str | None) -> Decimal | None:
    """A sum in the currency of the position's voucher; it stands apart from the one in EUR."""
    if currency not in {None, CURRENCY}:
        own = position.optional_amount(f"{name}{FOREIGN}")
        if own:
            return own
    return position.optional_amount(name)


def _id(fields: Fields) -> str:
    if fields.id is None:
        raise UnreadableAnswerError("id", "an id")
    return fields.id


def _id_of(fields: Fields, name: str) -> str | None:
    try:
        reference = fields.optional_object(name)
    except UnreadableAnswerError:
        return None
    return reference.id if reference else None


def _known_day(fields: Fields, name: str) -> date | None:
    return to_day(_known_text(fields, name))


def _known_text(fields: Fields, name: str) -> str | None:
    """A text, or `None` where it cannot be read."""
    try:
        return fields.optional_text(name)
    except UnreadableAnswerError:
        return None


def _any_text(fields: Fields, name: str) -> str:
    """A text, or whatever stands there instead, written as text; empty where nothing does."""
    try:
        return fields.optional_text(name) or ""
    except UnreadableAnswerError:
        return str(fields.raw(name))


def _known_amount(fields: Fields, name: str) -> Decimal | None:
    """An amount, or `None` where it cannot be read."""
    try:
        return fields.optional_amount(name)
    except UnreadableAnswerError:
        return None
