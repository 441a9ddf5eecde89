"""Accounting codes of the settings: which of them would hold back the first invoice."""

from decimal import Decimal

import pytest

from builders import a_setup, a_space
from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.mapping import what_stands_against


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
    found = what_stands_against(code, chart=a_setup().chart, space=a_space(small_business=small))
    assert (found.code if found else None) == against
