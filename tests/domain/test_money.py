"""Rounding, and splitting without losing a cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain.money import CENT, fit_to_total, gross_of, net_of, text, to_cents


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1", "1.00")],
)
def test_rounding_is_half_up_away_from_zero(amount: str, cents: str) -> None:
    assert to_cents(Decimal(amount)) == Decimal(cents)


def test_amounts_are_written_with_two_decimals() -> None:
    assert text(Decimal("1234.5")) == "1234.50"


amounts = st.decimals(min_value=-5000, max_value=5000, places=4, allow_nan=False)


@given(st.lists(amounts, min_size=1, max_size=12), st.integers(-14, 14))
def test_fitted_amounts_add_up_and_move_a_cent_at_most(values: list[Decimal], shift: int) -> None:
    total = sum((to_cents(value) for value in values), Decimal(0)) + shift * CENT
    fitted = fit_to_total(values, total)
    if abs(shift) > len(values):
        assert fitted is None
    else:
        assert fitted is not None
        assert sum(fitted) == total
        assert all(
            abs(new - to_cents(old)) <= CENT for new, old in zip(fitted, values, strict=True)
        )


@given(
    st.decimals(min_value=-5000, max_value=5000, places=2),
    st.sampled_from([Decimal(0), Decimal(7), Decimal(19)]),
)
def test_gross_mode_gives_back_the_net_amount_it_came_from(net: Decimal, rate: Decimal) -> None:
    assert net_of(gross_of(net, rate), rate) == net
