"""The amounts of a voucher's positions, so that it equals its invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cobot_sevdesk.domain.invoice import Invoice, Line, Sums, sums_by_rate
from cobot_sevdesk.domain.money import CENT, ZERO, fit_to_total, text, to_cents
from cobot_sevdesk.domain.reason import Reason
from cobot_sevdesk.domain.voucher import Position, position_sums


@dataclass(frozen=True)
class FittedAmounts:
    """One amount for each line, net or gross, that together equal the invoice."""

    amounts: tuple[Decimal, ...]
    in_net: bool
    off_by: Decimal = ZERO


def fit_amounts(lines: Sequence[Line], invoice: Invoice) -> FittedAmounts | Reason:
    """The positions' amounts, in the mode in which the voucher equals the invoice.

    The gross total is exact, always. Gross mode comes first: sevDesk then adds up just what was
    sent. Net mode is taken where only it keeps net and tax for each rate. Where neither does,
    gross mode with up to one cent for each line; beyond that the invoice contradicts itself.
    """
    if reason := _contradiction(lines, invoice):
        return reason
    gross = fit_to_total([line.gross for line in lines], invoice.gross)
    if gross is None:
        lines_total = sum((line.gross for line in lines), ZERO)
        return Reason(
            "CS-223", {"invoice": invoice.number, "by": text(invoice.gross - lines_total)}
        )
    in_gross = FittedAmounts(tuple(gross), in_net=False)
    off = _off_by(lines, in_gross)
    if off == ZERO:
        return in_gross
    net = fit_to_total([line.net for line in lines], invoice.net)
    if net is not None:
        in_net = FittedAmounts(tuple(net), in_net=True)
        if _gross_total(lines, in_net) == to_cents(invoice.gross) and not _off_by(lines, in_net):
            return in_net
    if off > CENT * len(lines):
        return Reason("CS-223", {"invoice": invoice.number, "by": text(off)})
    return FittedAmounts(tuple(gross), in_net=False, off_by=off)


def _contradiction(lines: Sequence[Line], invoice: Invoice) -> Reason | None:
    """A line whose net, tax and gross do not belong together, by more than a cent."""
    for line in lines:
        stated = sum((tax.amount for tax in line.taxes), ZERO)
        by = max(
            abs(line.net + stated - line.gross), abs(line.net * line.rate / 100 - stated), key=abs
        )
        if by > CENT:
            return Reason("CS-223", {"invoice": invoice.number, "by": text(by)})
    return None


def _off_by(lines: Sequence[Line], fitted: FittedAmounts) -> Decimal:
    """By how much net amounts, summed for each rate, miss those of the invoice."""
    wanted = sums_by_rate(tuple(lines))
    got: dict[Decimal, Sums] = {}
    for line, sums in zip(lines, _sums_of(lines, fitted), strict=True):
        got[line.rate] = got.get(line.rate, Sums()) + sums
    return sum(
        (abs(got[rate].net - to_cents(sums.net)) for rate, sums in wanted.items()), start=ZERO
    )


def _gross_total(lines: Sequence[Line], fitted: FittedAmounts) -> Decimal:
    return sum((sums.gross for sums in _sums_of(lines, fitted)), start=ZERO)


def _sums_of(lines: Sequence[Line], fitted: FittedAmounts) -> list[Sums]:
    return [
        position_sums(Position("", "", line.rate, amount, ""), in_net=fitted.in_net)
        for line, amount in zip(lines, fitted.amounts, strict=True)
    ]
