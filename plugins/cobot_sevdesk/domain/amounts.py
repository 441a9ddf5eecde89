"""The amounts of a voucher's positions, so that it equals its invoice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cobot_sevdesk.domain.invoice import Invoice, Line, Sums, sums_by_rate
from cobot_sevdesk.domain.money import CENT, ZERO, fit_to_total, text, to_cents
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.voucher import Position, position_sums

ByRate = Mapping[Decimal, Sums]


@dataclass(frozen=True)
class FittedAmounts:
    """One amount for each line, net or gross, that together equal the invoice."""

    amounts: tuple[Decimal, ...]
    in_net: bool
    off_by: Decimal = ZERO
    """By how much net or tax differ from the invoice; the gross never does."""


def fit_amounts(lines: Sequence[Line], invoice: Invoice) -> FittedAmounts | Reason:
    """The positions' amounts, in the mode in which the voucher equals the invoice.

    The gross total is exact, always. Net and tax for each rate are those of the invoice; lines may
    give or take a cent for it. Gross mode is taken where both modes can do it: sevDesk then adds up
    just what was sent.

    Where that cannot be held together, net and tax may differ in gross mode, by one cent for each
    line at most (more where Cobot rounded per unit). Beyond that the invoice contradicts itself.
    """
    if reason := _contradiction(lines, invoice):
        return reason
    wanted = _stated(lines, invoice)
    if wanted is not None:
        found = [_exact(lines, wanted, in_net=in_net) for in_net in (False, True)]
        exact = [one for one in found if one is not None]
        if exact:
            return min(exact, key=lambda one: _moved(lines, one))
    return _near(lines, invoice)


def _stated(lines: Sequence[Line], invoice: Invoice) -> ByRate | None:
    """Net and tax for each rate that add up to the invoice's own net and gross.

    The taxes are those below the invoice, where it lists them for every rate of its lines. How
    Cobot adds up is not documented: from net or gross prices, from lines rounded or not.
    """
    total = (to_cents(invoice.net), to_cents(invoice.gross))
    for by_lines in (sums_by_rate(tuple(lines)), sums_by_rate(tuple(map(_rounded, lines)))):
        for way in _ways_of_adding_up(by_lines, _taxes_below(invoice, by_lines)):
            whole = sum(way.values(), Sums())
            if (whole.net, whole.gross) == total:
                return way
    return None


def _ways_of_adding_up(
    by_lines: ByRate, taxes: Mapping[Decimal, Decimal] | None
) -> Iterator[ByRate]:
    if taxes is not None:
        yield {rate: _sums(own.net, taxes[rate]) for rate, own in by_lines.items()}
        yield {rate: _sums(own.gross - taxes[rate], taxes[rate]) for rate, own in by_lines.items()}
    yield {rate: _sums(own.net, to_cents(own.gross) - own.net) for rate, own in by_lines.items()}


def _taxes_below(invoice: Invoice, by_lines: ByRate) -> dict[Decimal, Decimal] | None:
    """The taxes that the invoice states below its lines; `None` where they are of other rates."""
    taxes = {rate: ZERO for rate in by_lines if rate == 0}
    for tax in invoice.taxes:
        taxes[tax.rate] = taxes.get(tax.rate, ZERO) + tax.amount
    return taxes if taxes.keys() >= by_lines.keys() else None


def _exact(lines: Sequence[Line], wanted: ByRate, *, in_net: bool) -> FittedAmounts | None:
    """Amounts with just these sums, each within a cent of its line; `None` if there are none."""
    amounts = [to_cents(line.net if in_net else line.gross) for line in lines]
    for rate, sums in wanted.items():
        of_rate = [index for index, line in enumerate(lines) if line.rate == rate]
        have = sum((_position(rate, amounts[i], in_net) for i in of_rate), Sums())
        by_size = sorted(of_rate, key=lambda i: (-abs(amounts[i]), i))
        for net, tax, count in _moves(sums.net - have.net, sums.tax - have.tax, in_net=in_net):
            step = net if in_net else net + tax
            fitting = [
                i for i in by_size if _change(rate, amounts[i], step, in_net=in_net) == (net, tax)
            ][:count]
            if len(fitting) < count:
                return None
            for index in fitting:
                amounts[index] += step
                by_size.remove(index)
    return FittedAmounts(tuple(amounts), in_net)


def _moves(net: Decimal, tax: Decimal, *, in_net: bool) -> list[tuple[Decimal, Decimal, int]]:
    """Which changes of single lines (net, tax) make up this change, and how many of each.

    A cent more gross is a cent of net or of tax; a cent more net may bring a cent of tax with it.
    """
    kinds = (
        [(_cent(tax), _cent(tax), tax), (_cent(net - tax), ZERO, net - tax)]
        if in_net
        else [(_cent(net), ZERO, net), (ZERO, _cent(tax), tax)]
    )
    return [(a, b, int(abs(by) / CENT)) for a, b, by in kinds if by]


def _cent(direction: Decimal) -> Decimal:
    return CENT.copy_sign(direction)


def _change(
    rate: Decimal, amount: Decimal, step: Decimal, *, in_net: bool
) -> tuple[Decimal, Decimal]:
    """By how much net and tax of a position change with its amount."""
    before, after = _position(rate, amount, in_net), _position(rate, amount + step, in_net)
    return after.net - before.net, after.tax - before.tax


def _near(lines: Sequence[Line], invoice: Invoice) -> FittedAmounts | Reason:
    """Amounts with the invoice's gross, and its net and tax but for a cent for each line."""
    gross = fit_to_total([line.gross for line in lines], invoice.gross)
    if gross is None:
        lines_total = sum((line.gross for line in lines), ZERO)
        return _contradicts(invoice, invoice.gross - lines_total)
    by_lines = sums_by_rate(tuple(lines))
    got: dict[Decimal, Sums] = {}
    for line, amount in zip(lines, gross, strict=True):
        got[line.rate] = got.get(line.rate, Sums()) + _position(line.rate, amount, in_net=False)
    off = sum((abs(got[rate].net - to_cents(own.net)) for rate, own in by_lines.items()), ZERO)
    if off > sum((line.rounding for line in lines), ZERO):
        return _contradicts(invoice, off)
    taxes = _taxes_below(invoice, by_lines) or {}
    off_in_tax = sum((abs(got[r].tax - to_cents(taxes[r])) for r in got if r in taxes), ZERO)
    return FittedAmounts(tuple(gross), in_net=False, off_by=max(off, off_in_tax))


def _contradiction(lines: Sequence[Line], invoice: Invoice) -> Reason | None:
    """A line whose net, tax and gross do not belong together."""
    for line in lines:
        stated = sum((tax.amount for tax in line.taxes), ZERO)
        by = max(abs(line.net + stated - line.gross), abs(line.net * line.rate / 100 - stated))
        if by > line.rounding:
            return _contradicts(invoice, by)
    return None


def _contradicts(invoice: Invoice, by: Decimal) -> Reason:
    return Reason("CS-223", {"invoice": invoice.number, "by": text(by)})


def _moved(lines: Sequence[Line], fitted: FittedAmounts) -> int:
    """How many lines gave or took a cent."""
    meant = [to_cents(line.net if fitted.in_net else line.gross) for line in lines]
    return sum(a != b for a, b in zip(meant, fitted.amounts, strict=True))


def _rounded(line: Line) -> Line:
    return replace(line, net=to_cents(line.net), gross=to_cents(line.gross))


def _sums(net: Decimal, tax: Decimal) -> Sums:
    net, tax = to_cents(net), to_cents(tax)
    return Sums(net, tax, net + tax)


def _position(rate: Decimal, amount: Decimal, in_net: bool) -> Sums:  # noqa: FBT001
    return position_sums(Position("", "", rate, amount, ""), in_net=in_net)
