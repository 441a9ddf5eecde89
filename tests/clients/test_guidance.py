"""sevDesk's guidance: which booking accounts there are, and what may be booked on them."""

from decimal import Decimal
from typing import Any

import pytest

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk.parsing import to_booking_account
from cobot_sevdesk.domain.chart import BookingAccount

ENTRY = {"accountDatevId": 3654, "accountNumber": "4400"}


@pytest.mark.parametrize(
    ("kinds", "for_revenue"),
    [
        *((None, True), ([], True), (["REVENUE"], True), (["EXPENSE", "REVENUE"], True)),
        (["EXPENSE"], False),
    ],
)
def test_an_account_is_for_revenue_unless_it_is_for_something_else_only(
    kinds: Any, *, for_revenue: bool
) -> None:
    rules = [{"id": 1, "taxRates": ["NINETEEN", "7", "ODD"]}]
    entry = {**ENTRY, "allowedReceiptTypes": kinds, "allowedTaxRules": rules}
    rates = {1: frozenset({Decimal(19), Decimal(7)})}
    wanted = BookingAccount("3654", "4400", "", rates, for_revenue)
    assert to_booking_account(Fields(entry)) == wanted
