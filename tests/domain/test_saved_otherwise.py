"""Whether sevDesk holds what was meant: every field that it states."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cobot_sevdesk.domain.identity import marker
from cobot_sevdesk.domain.mapping import to_vouchers
from cobot_sevdesk.domain.voucher import (
    BookedPosition,
    BookedVoucher,
    Voucher,
    differences,
    position_sums,
)
from support.builders import a_line, a_setup, a_space, an_invoice

LINES = (a_line(), a_line("20.00", "7", code="4300"))


def meant(**changes: Any) -> Voucher:
    outcome = to_vouchers(an_invoice(*LINES), space=a_space(), setup=a_setup(cost_centre_id="77"))
    assert isinstance(outcome, tuple)
    return replace(outcome[0], **changes)


def saved(**changes: Any) -> BookedVoucher:
    """As sevDesk states it, linked to the contact 500."""
    wanted = meant()
    fields: dict[str, Any] = {
        "id": "900",
        "description": wanted.description,
        "date": wanted.date,
        "gross": wanted.sums.gross,
        "net": wanted.sums.net,
        "status": 100,
        "contact_id": "500",
        "delivery_date": wanted.date,
        "deadline": wanted.deadline,
        "tax_rule": "1",
        "cost_centre_id": "77",
        "currency": "EUR",
    }
    return BookedVoucher(**{**fields, **changes})


def positions(**changes: Any) -> list[BookedPosition]:
    """As sevDesk states them; the changes are those of the first."""
    wanted = meant()
    rows = ((one, position_sums(one, in_net=wanted.in_net)) for one in wanted.positions)
    first, *rest = (BookedPosition("900", p.account_id, p.rate, s.net, s.gross) for p, s in rows)
    return [*rest, replace(first, **changes)]


def test_what_was_saved_as_it_was_meant_has_no_difference() -> None:
    assert differences(meant(), saved(), contact_id="500", positions=positions()) == ()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("gross", {"gross": Decimal("140.41")}),
        ("net", {"net": Decimal("119.97")}),
        ("date", {"date": date(2026, 1, 6)}),
        ("delivery_date", {"delivery_date": date(2026, 1, 6)}),
        ("deadline", {"deadline": date(2026, 1, 6)}),
        ("tax_rule", {"tax_rule": "4"}),
        ("currency", {"currency": "CHF"}),
        ("status", {"status": 50}),
        ("cost_centre", {"cost_centre_id": "78"}),
        ("cost_centre", {"cost_centre_id": None}),
        ("contact", {"contact_id": "501"}),
        ("contact", {"contact_id": None}),
        ("description", {"description": "CW-2026-1"}),
        ("description", {"description": f"CW-2026-2 {marker(meant().key)}"}),
        ("description", {"description": ""}),
        ("side", {"is_expense": True}),
    ],
)
def test_each_field_is_compared(field: str, changes: dict[str, Any]) -> None:
    assert differences(meant(), saved(**changes), contact_id="500") == (field,)


@pytest.mark.parametrize(
    "field", ["gross", "net", "date", "delivery_date", "deadline", "tax_rule", "currency", "status"]
)
def test_what_is_not_stated_is_not_compared(field: str) -> None:
    assert differences(meant(), saved(**{field: None}), contact_id="500") == ()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ada Beispiel", ()),
        ("ada  beispiel", ()),
        ("Ada Bei", ()),
        (None, ()),
        ("Diverse", ("recipient",)),
        ("Ada Beispiel und Söhne", ("recipient",)),
    ],
)
def test_the_name_is_compared_where_there_is_no_contact(
    name: str | None, found: tuple[str, ...]
) -> None:
    there = saved(contact_id=None, supplier_name=name)
    assert differences(meant(), there, contact_id=None) == found
    assert differences(meant(), saved(supplier_name=name), contact_id="500") == ()


@pytest.mark.parametrize(
    ("wanted", "there", "differs"),
    [(100, 100, False), (100, 750, False), (100, 1000, False), (100, 50, True), (50, 100, True)],
)
def test_a_bank_may_have_paid_an_open_voucher(wanted: int, there: int, *, differs: bool) -> None:
    found = differences(meant(status=wanted), saved(status=there), contact_id="500")
    assert found == (("status",) if differs else ())


def test_the_net_may_differ_by_a_cent_for_each_position() -> None:
    for cents, differs in (("0.02", False), ("0.03", True)):
        net = meant().sums.net + Decimal(cents)
        found = differences(meant(), saved(net=net), contact_id="500")
        assert found == (("net",) if differs else ())


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"account_id": "id-4200"}, True),
        ({"account_id": "id-4300"}, True),
        ({"rate": Decimal(7)}, True),
        ({"gross": Decimal("119.01")}, True),
        ({"rate": Decimal("19.00")}, False),
        ({"net": Decimal("1.00")}, False),
        ({"account_id": None}, False),
    ],
)
def test_positions_are_compared_in_any_order(changes: dict[str, Any], *, differs: bool) -> None:
    there = positions(**changes)
    found = differences(meant(), saved(), contact_id="500", positions=there)
    assert found == (("positions",) if differs else ())


def test_a_position_too_few_or_too_many_is_a_difference() -> None:
    for there in (positions()[1:], [*positions(), positions()[0]], []):
        found = differences(meant(), saved(), contact_id="500", positions=there)
        assert found == ("positions",)


def test_positions_in_another_currency_are_compared_without_sums() -> None:
    """sevDesk states them in EUR."""
    wanted, there = meant(currency="CHF"), saved(currency="CHF")
    converted = positions(gross=Decimal("1.00"))
    assert differences(wanted, there, contact_id="500", positions=converted) == ()
    others = positions(account_id="id-4200")
    assert differences(wanted, there, contact_id="500", positions=others) == ("positions",)
