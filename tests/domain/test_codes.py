"""Accounting codes of the settings: which of them would hold back the first invoice."""

from datetime import date
from decimal import Decimal

import pytest

from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.mapping import what_stands_against
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import ALWAYS, Period
from support.builders import a_setup, a_space, an_account
from support.told import codes_of

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("name", "rate", "small", "against"),
    [
        ("4400", "19", False, None),
        ("4400", None, False, None),
        ("4400", "0", False, None),
        ("4400", "7", False, "CS-204"),
        ("4400", "19", True, "CS-204"),
        ("Podcast", None, False, "CS-202"),
        ("Podcast", "19", False, "CS-202"),
    ],
)
def test_a_code_is_judged_as_a_line_with_it_would_be(
    name: str, rate: str | None, *, small: bool, against: str | None
) -> None:
    code = AccountingCode(name, Decimal(rate) if rate else None)
    space = a_space(small_business=ALWAYS if small else None)
    found = what_stands_against(code, chart=a_setup().chart, space=space, today=TODAY)
    assert codes_of([found] if found else []) == ([against] if against else [])


def test_a_name_of_several_accounts_is_told_with_their_numbers() -> None:
    chart = a_setup(*(an_account(one, name="Miete", account_id=one) for one in "65")).chart
    found = what_stands_against(AccountingCode("Miete"), chart=chart, space=a_space(), today=TODAY)
    assert found == Reason("CS-203", {"code": "Miete", "accounts": "5, 6"})


def test_a_misfit_is_told_with_account_rule_and_rate() -> None:
    code = AccountingCode("4400", Decimal("7.0"))
    found = what_stands_against(code, chart=a_setup().chart, space=a_space(), today=TODAY)
    assert found == Reason("CS-204", {"account": "4400", "rule": "1", "rate": "7"})


@pytest.mark.parametrize("rate", [None, "0"])
def test_a_code_without_rate_needs_an_account_for_revenue_as_well(rate: str | None) -> None:
    code = AccountingCode("4400", Decimal(rate) if rate else None)
    chart = a_setup(an_account(for_revenue=False)).chart
    found = what_stands_against(code, chart=chart, space=a_space(), today=TODAY)
    assert found == Reason("CS-205", {"account": "4400"})


@pytest.mark.parametrize(("until", "against"), [("2026-06-30", "CS-204"), ("2026-06-29", None)])
def test_a_code_is_judged_by_the_rule_of_today(until: str, against: str | None) -> None:
    space = a_space(small_business=Period(until=date.fromisoformat(until)))
    code = AccountingCode("4400", Decimal(19))
    found = what_stands_against(code, chart=a_setup().chart, space=space, today=TODAY)
    assert codes_of([found] if found else []) == ([against] if against else [])
