"""Cobot's JSON into invoices and members; both API generations, leniently where it is safe.

Sources: API 2 OpenAPI document of Cobot; API 1 pages at https://dev.cobot.me/api-docs.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from cobot_sevdesk.clients.json_fields import Fields, id_in
from cobot_sevdesk.domain.identity import short_digest
from cobot_sevdesk.domain.invoice import (
    Address,
    AnyInvoice,
    Debtor,
    DebtorKind,
    Invoice,
    Line,
    Tax,
    UnreadableInvoice,
)
from cobot_sevdesk.domain.member import AnyMember, Member, UnreadableMember
from cobot_sevdesk.errors import UnreadableAnswerError

_DEBTORS: tuple[tuple[str, DebtorKind], ...] = (
    ("membership", "memberships"),
    ("team", "teams"),
    ("contact", "contacts"),
)
"""Deprecated relationships that older answers still use instead of `debitor`."""
API1_ADDRESS = {"full_address": "full_address", "street": "address"}
API2_ADDRESS = {
    "full_address": "fullAddress",
    "post_code": "postCode",
    "country": "countryCode",
}
"""What the APIs call the parts of an address, where the name is another one."""
NAMELESS = "(no number, no id)"
"""How an invoice is called that shows neither; a digest follows, by which it is found again."""

_DIGEST_LENGTH = 6


def to_invoice(resource: Any, *, asked_for: str | None = None) -> AnyInvoice:
    """One `invoices` resource of API 2; what cannot be understood comes back as unreadable.

    With `asked_for` anything but the invoice of this id is unreadable, and is named by this id.
    """
    try:
        _check_identity(resource, "invoices", asked_for)
        return _invoice(Fields(resource))
    except UnreadableAnswerError as error:
        return unreadable_invoice(resource, error, asked_for=asked_for)


def unreadable_invoice(
    resource: Any, error: UnreadableAnswerError, *, asked_for: str | None = None
) -> UnreadableInvoice:
    """An invoice of which only the id and the number are known, as far as they can be read."""
    id_ = asked_for or id_in(resource)
    number = _text_in(resource.get("attributes"), "number") if isinstance(resource, dict) else None
    called = number or id_ or f"{NAMELESS} {_digest(resource)}"
    return UnreadableInvoice(id_, called, error.field, error.expected)


def space_of(resource: Any) -> str | None:
    """The space id that a resource names, where it names one."""
    try:
        relations = Fields(resource).optional_object("relationships")
        return _related(relations, "space")[1] if relations else None
    except UnreadableAnswerError:
        return None


def to_member(membership: Any, *, asked_for: str | None = None) -> AnyMember:
    """One membership of API 1, confirmed or not; `asked_for` as with invoices."""
    try:
        _check_identity(membership, None, asked_for)
        return _member(Fields(membership))
    except UnreadableAnswerError as error:
        id_ = asked_for or id_in(membership)
        return unreadable_member(id_, error, digest=_digest(membership))


def to_team(resource: Any, *, asked_for: str | None = None) -> AnyMember:
    """One `teams` resource of API 2, as a member that owes its own invoices."""
    try:
        _check_identity(resource, "teams", asked_for)
        return _team(Fields(resource))
    except UnreadableAnswerError as error:
        return unreadable_member(asked_for or id_in(resource), error)


def unreadable_member(
    id_: str | None, error: UnreadableAnswerError, *, digest: str = ""
) -> UnreadableMember:
    """A member or team of which only the id is known, as far as it can be read."""
    return UnreadableMember(id_, error.field, error.expected, digest)


def _check_identity(resource: Any, kind: str | None, asked_for: str | None) -> None:
    """See whether an answer is of this kind, has an id, and the one that was asked for.

    Raises:
        UnreadableAnswerError: it is something else.
    """
    shown = Fields(resource)
    if kind is not None and (shown.optional_text("type") or kind) != kind:
        raise UnreadableAnswerError("type", "the type that was asked for")
    if shown.id is None or asked_for not in {None, shown.id}:
        expected = "the id that was asked for" if asked_for else "an id"
        raise UnreadableAnswerError("id", expected)


def _invoice(resource: Fields) -> Invoice:
    shown = resource.object("attributes")
    total = shown.object("totalAmount")
    currency = total.text("currency").upper()
    relations = resource.optional_object("relationships")
    return Invoice(
        id=resource.text("id"),
        number=shown.text("number"),
        date=shown.day("invoiceDate"),
        currency=currency,
        net=total.amount("net"),
        gross=total.amount("gross"),
        lines=tuple(_line(item, currency) for item in shown.objects("items")),
        taxes=_taxes(total.optional_objects("taxes")),
        recipient=_address(shown.optional_object("recipientAddress")),
        emails=tuple(shown.texts("billingEmails")),
        tax_id=shown.optional_text("taxId"),
        customer_number=shown.optional_text("customerNumber"),
        debtor=_debtor(relations),
        paid_status=shown.optional_text("paidStatus") or "",
        corrects=_related(relations, "correctedInvoice")[1] if relations else None,
    )


def _line(item: Fields, currency: str) -> Line:
    total = item.object("totalAmount")
    if (total.optional_text("currency") or currency).upper() != currency:
        raise UnreadableAnswerError("items.totalAmount.currency", "the currency of the total")
    return Line(
        description=item.optional_text("description") or "",
        net=total.amount("net"),
        gross=total.amount("gross"),
        taxes=_taxes(total.objects("taxes")),
        code=item.optional_text("accountingCode"),
        quantity=_quantity(item),
    )


def _quantity(item: Fields) -> Decimal:
    """Only how a line was rounded depends on it: one that cannot be read counts as 1."""
    try:
        return item.optional_amount("quantity") or Decimal(1)
    except UnreadableAnswerError:
        return Decimal(1)


def _taxes(stated: Iterable[Fields]) -> tuple[Tax, ...]:
    return tuple(Tax(rate=tax.amount("rate"), amount=tax.amount("amount")) for tax in stated)


def _team(team: Fields) -> Member:
    shown = team.object("attributes")
    emails = shown.texts("billingEmails")
    return Member(
        id=team.text("id"),
        name=shown.optional_text("name"),
        email=emails[0] if emails else None,
        address=_address(shown.optional_object("billingAddress")),
        tax_id=shown.optional_text("taxId"),
        customer_number=shown.optional_text("customerNumber"),
        is_team=True,
    )


def _member(membership: Fields) -> Member:
    address = membership.optional_object("address")
    emails = membership.texts("billing_emails")
    return Member(
        id=membership.text("id"),
        name=membership.optional_text("name"),
        email=membership.optional_text("email") or (emails[0] if emails else None),
        phone=membership.optional_text("phone"),
        address=_address(address, API1_ADDRESS),
        customer_number=membership.optional_text("customer_number"),
        confirmed_at=membership.optional_moment("confirmed_at"),
    )


def _address(address: Fields | None, names: Mapping[str, str] = API2_ADDRESS) -> Address:
    """An address; `names` are what its parts are called there, where they are called otherwise."""
    if address is None:
        return Address()

    def part(name: str) -> str | None:
        return address.optional_text(names.get(name, name))

    return Address(
        name=part("name"),
        company=part("company"),
        full_address=address.optional_lines(names["full_address"]),
        street=part("street"),
        post_code=part("post_code"),
        city=part("city"),
        state=part("state"),
        country=part("country"),
    )


def _debtor(relations: Fields | None) -> Debtor | None:
    if relations is None:
        return None
    kind, id_ = _related(relations, "debitor")
    if id_ and kind in {"memberships", "teams", "contacts"}:
        return Debtor(kind, id_)  # type: ignore[arg-type]  # narrowed by the line above
    for name, old_kind in _DEBTORS:
        if id_ := _related(relations, name)[1]:
            return Debtor(old_kind, id_)
    return None


def _related(relations: Fields, name: str) -> tuple[str | None, str | None]:
    """Type and id of a related resource; both `None` where there is none."""
    relation = relations.optional_object(name)
    target = relation.optional_object("data") if relation else None
    if target is None:
        return None, None
    return target.optional_text("type"), target.optional_text("id")


def _digest(value: Any) -> str:
    """What tells one object from others; the same wherever in a list it stands."""
    return short_digest(repr(value), _DIGEST_LENGTH)


def _text_in(value: Any, name: str) -> str | None:
    """A field for a message about an unreadable object, `None` where even that is missing."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return Fields({name: found}).optional_text(name)
