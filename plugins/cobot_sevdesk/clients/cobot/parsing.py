"""Cobot's JSON into invoices and members; both API generations, leniently where it is safe.

Sources: API 2 OpenAPI document of Cobot; API 1 pages at https://dev.cobot.me/api-docs.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.domain.invoice import (
    Address,
    Debtor,
    DebtorKind,
    Invoice,
    Line,
    Tax,
    UnreadableInvoice,
)
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.errors import UnreadableAnswerError

_DEBTORS: tuple[tuple[str, DebtorKind], ...] = (
    ("membership", "memberships"),
    ("team", "teams"),
    ("contact", "contacts"),
)
"""Deprecated relationships that older answers still use instead of `debitor`."""


def to_invoice(resource: Any) -> Invoice | UnreadableInvoice:
    """One `invoices` resource of API 2; what cannot be understood comes back as unreadable."""
    try:
        return _invoice(Fields(resource))
    except UnreadableAnswerError as error:
        return UnreadableInvoice(
            id=_readable(resource, "id"),
            number=_readable(
                resource.get("attributes") if isinstance(resource, dict) else None, "number"
            ),
            reason=str(error),
        )


def space_of(resource: Any) -> str | None:
    """The space id that a resource names, where it names one."""
    try:
        relations = Fields(resource).optional_object("relationships")
        return _related(relations, "space")[1] if relations else None
    except UnreadableAnswerError:
        return None


def to_member(membership: Any) -> Member | UnreadableMember:
    """One membership of API 1, confirmed or not."""
    try:
        return _member(Fields(membership))
    except UnreadableAnswerError as error:
        return UnreadableMember(_readable(membership, "id"), str(error))


def to_team(resource: Any) -> Member | UnreadableMember:
    """One `teams` resource of API 2, as a member that owes its own invoices."""
    try:
        team = Fields(resource)
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
    except UnreadableAnswerError as error:
        return UnreadableMember(_readable(resource, "id"), str(error))


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
        raise UnreadableAnswerError("items.totalAmount.currency", f"{currency} as in the total")
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


def _member(membership: Fields) -> Member:
    address = membership.optional_object("address")
    emails = membership.texts("billing_emails")
    return Member(
        id=membership.text("id"),
        name=membership.optional_text("name"),
        email=membership.optional_text("email") or (emails[0] if emails else None),
        phone=membership.optional_text("phone"),
        address=_address_v1(address),
        customer_number=membership.optional_text("customer_number"),
        confirmed_at=membership.optional_moment("confirmed_at"),
    )


def _address(address: Fields | None) -> Address:
    if address is None:
        return Address()
    return Address(
        name=address.optional_text("name"),
        company=address.optional_text("company"),
        full_address=address.optional_lines("fullAddress"),
        street=address.optional_text("street"),
        post_code=address.optional_text("postCode"),
        city=address.optional_text("city"),
        state=address.optional_text("state"),
        country=address.optional_text("countryCode"),
    )


def _address_v1(address: Fields | None) -> Address:
    if address is None:
        return Address()
    return Address(
        name=address.optional_text("name"),
        company=address.optional_text("company"),
        full_address=address.optional_lines("full_address"),
        street=address.optional_text("address"),
        post_code=address.optional_text("post_code"),
        city=address.optional_text("city"),
        state=address.optional_text("state"),
        country=address.optional_text("country"),
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


def _readable(value: Any, name: str) -> str:
    """A field for a message about an unreadable object; "?" where even that is missing."""
    found = value.get(name) if isinstance(value, dict) else None
    return str(found) if isinstance(found, str | int) and str(found).strip() else "?"
