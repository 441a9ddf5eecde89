"""Invoices, lines, members as they usually come; a test changes only what it is about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cobot_sevdesk.domain.chart import BookingAccount, Chart
from cobot_sevdesk.domain.identity import invoice_key, marker
from cobot_sevdesk.domain.invoice import Address, Debtor, Invoice, Line, Tax
from cobot_sevdesk.domain.mapping import Setup
from cobot_sevdesk.domain.member import Member
from cobot_sevdesk.domain.money import to_cents
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.domain.voucher import BookedVoucher

RATES = {Decimal(0), Decimal(7), Decimal(19)}


def a_line(
    net: str = "100.00",
    rate: str = "19",
    *,
    code: str | None = "4400",
    gross: str | None = None,
    description: str = "Flex Desk",
) -> Line:
    """A line whose tax fits its net amount; `gross` may be given where it should not."""
    tax = to_cents(Decimal(net) * Decimal(rate) / 100)
    total = Decimal(gross) if gross is not None else Decimal(net) + tax
    taxes = (Tax(Decimal(rate), total - Decimal(net)),) if Decimal(rate) else ()
    return Line(description, Decimal(net), total, taxes, code)


def an_invoice(*lines: Line, **changes: Any) -> Invoice:
    """An invoice over its lines, 119.00 EUR by default, to a person in Germany."""
    lines = lines or (a_line(),)
    fields: dict[str, Any] = {
        "id": "inv-1",
        "number": "CW-2026-1",
        "date": date(2026, 1, 5),
        "currency": "EUR",
        "net": sum((line.net for line in lines), Decimal(0)),
        "gross": sum((line.gross for line in lines), Decimal(0)),
        "lines": lines,
        "recipient": Address(name="Ada Beispiel", country="DE"),
        "debtor": Debtor("memberships", "mem-1"),
    }
    return Invoice(**{**fields, **changes})


def a_member(**changes: Any) -> Member:
    """A confirmed person with a German address in parts."""
    fields: dict[str, Any] = {
        "id": "mem-1",
        "name": "Ada Beispiel",
        "email": "ada@example.com",
        "address": Address(
            name="Ada Beispiel",
            street="Musterweg 1",
            post_code="20095",
            city="Hamburg",
            country="Germany",
        ),
        "customer_number": "17",
        "confirmed_at": datetime(2026, 1, 2, 9, tzinfo=UTC),
    }
    return Member(**{**fields, **changes})


def a_space(**changes: Any) -> SpaceRules:
    """Rules of a space that went live with the year 2026."""
    fields: dict[str, Any] = {
        "slug": "elbe-hub",
        "sync_from": date(2026, 1, 1),
        "members_from": date(2026, 1, 1),
    }
    return SpaceRules(**{**fields, **changes})


def an_account(
    number: str = "4400",
    *,
    rates: Mapping[int, set[int]] | None = None,
    name: str = "",
    for_revenue: bool = True,
    account_id: str | None = None,
) -> BookingAccount:
    """A booking account; locked to tax rule 1 at 19 % unless told otherwise."""
    allowed = {1: {19}} if rates is None else rates
    return BookingAccount(
        id=account_id or f"id-{number}",
        number=number,
        name=name or f"Konto {number}",
        rates={rule: frozenset(map(Decimal, known)) for rule, known in allowed.items()},
        for_revenue=for_revenue,
    )


def a_setup(*accounts: BookingAccount, cost_centre_id: str | None = None) -> Setup:
    """A chart with 4400 (19 %), 4300 (7 %) and the generic 4200, or the accounts given."""
    standard = (
        an_account(),
        an_account("4300", rates={1: {7}}),
        an_account("4200", rates={1: {0, 7, 19}, 4: {0}, 11: {0}, 17: {0}}),
    )
    return Setup(Chart(accounts or standard), cost_centre_id)


def a_booked_voucher(invoice: Invoice, **changes: Any) -> BookedVoucher:
    """The voucher that an invoice became, complete and linked to a contact."""
    fields: dict[str, Any] = {
        "id": "900",
        "description": f"{invoice.number} {marker(invoice_key(invoice.id))}",
        "date": invoice.date,
        "gross": to_cents(invoice.gross),
        "net": to_cents(invoice.net),
        "status": 100,
        "has_document": True,
        "contact_id": "500",
    }
    return BookedVoucher(**{**fields, **changes})
