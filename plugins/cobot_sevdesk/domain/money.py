"""Amounts: exact decimals, one rounding rule, and splitting without losing a cent.

An amount is a `Decimal` in the currency of its invoice. An invoice has exactly one currency, which
is checked where it is read, so amounts carry none of their own. `float` never appears.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CURRENCY = "EUR"
"""What the books are kept in."""
CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal(10) ** 9
"""No invoice of a coworking space reaches this; a larger amount is a broken answer."""


def to_cents(amount: Decimal) -> Decimal:
    """The amount with two decimals, half up (away from zero), as commercial rounding does."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def text(amount: Decimal) -> str:
    """The amount as people and the hand-off write it: `1234.50`."""
    return f"{to_cents(amount):.2f}"


def plain(number: Decimal) -> str:
    """A rate or an amount without idle zeros, as it compares: `19`, `5.5`."""
    return f"{number.normalize():f}"


def net_of(gross: Decimal, rate: Decimal) -> Decimal:
    """Net amount inside a gross one, rounded as sevDesk does for each position.

    Source: measured on invoice positions only (half up per position). Vouchers are assumed alike.
    The answer of every save is compared with it.
    """
    return to_cents(gross / (1 + rate / 100))


def gross_of(net: Decimal, rate: Decimal) -> Decimal:
    """Gross amount of a net one, the tax rounded per position."""
    return net + to_cents(net * rate / 100)


def fit_to_total(amounts: Sequence[Decimal], total: Decimal) -> list[Decimal] | None:
    """The amounts rounded to cents and shifted by at most one cent each so that they add up.

    The largest amounts take the cents, where they matter least. `None` if one cent for each
    amount is not enough: then lines and total contradict each other.
    """
    rounded = [to_cents(amount) for amount in amounts]
    missing = int((to_cents(total) - sum(rounded, ZERO)) / CENT)
    if abs(missing) > len(rounded):
        return None
    step = CENT if missing > 0 else -CENT
    by_size = sorted(range(len(rounded)), key=lambda index: (-abs(rounded[index]), index))
    for index in by_size[: abs(missing)]:
        rounded[index] += step
    return rounded
