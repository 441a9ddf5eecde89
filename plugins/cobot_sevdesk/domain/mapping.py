"""From a Cobot invoice to the sevDesk voucher it should become: the only place where both meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cobot_sevdesk.domain.chart import BookingAccount, Chart, misfit, to_account
from cobot_sevdesk.domain.identity import invoice_key
from cobot_sevdesk.domain.invoice import Invoice, Line, Sums, UnreadableInvoice, sums_by_rate
from cobot_sevdesk.domain.money import CENT, ZERO, fit_to_total, text, to_cents
from cobot_sevdesk.domain.reason import Reason
from cobot_sevdesk.domain.space import SpaceRules
from cobot_sevdesk.domain.tax import to_tax_rule
from cobot_sevdesk.domain.voucher import Position, Voucher, position_sums

CURRENCY = "EUR"
COMMENT_LENGTH = 255
"""Longest position text sent; sevDesk names no limit, peers cut here without complaints."""


@dataclass(frozen=True)
class Bookable:
    """The invoice can be booked as this voucher."""

    voucher: Voucher


@dataclass(frozen=True)
class Held:
    """The invoice cannot be booked now, for every one of these reasons."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Skipped:
    """The invoice needs no voucher."""

    why: str


Verdict = Bookable | Held | Skipped


@dataclass(frozen=True)
class Setup:
    """What sevDesk offers this space: its booking accounts and its fixed cost centre."""

    chart: Chart
    cost_centre_id: str | None = None


def judge(
    invoice: Invoice | UnreadableInvoice, *, space: SpaceRules, setup: Setup, today: date
) -> Verdict:
    """What should become of an invoice; `today` is the date in the space's zone."""
    if isinstance(invoice, UnreadableInvoice):
        return Held((Reason("CS-224", {"invoice": invoice.number, "field": invoice.reason}),))
    if why := reason_to_skip(invoice, space=space, today=today):
        return Skipped(why)
    return to_voucher(invoice, space=space, setup=setup)


def reason_to_skip(invoice: Invoice, *, space: SpaceRules, today: date) -> str | None:
    """Why an invoice needs no voucher at all; `None` if it does."""
    if invoice.number in space.ignored:
        return f"named in ignore_invoices: {space.ignored[invoice.number]}"
    if invoice.date < space.sync_from:
        return f"dated before sync_from ({space.sync_from.isoformat()})"
    if invoice.date > today:
        return "dated in the future"
    if to_cents(invoice.gross) == ZERO:
        return "total of zero"
    return None


def to_voucher(invoice: Invoice, *, space: SpaceRules, setup: Setup) -> Bookable | Held:
    """Translate one Cobot invoice into the voucher that should exist for it.

    Cobot's line totals are the truth; credits keep their negative amounts. Nothing is guessed:
    every reason against booking is returned together.
    """
    reasons = _reasons_on_the_invoice(invoice)
    found = [
        to_account(line.code, chart=setup.chart, mapped=space.accounts) for line in invoice.lines
    ]
    accounts = [account for account in found if isinstance(account, BookingAccount)]
    reasons += [reason for reason in found if isinstance(reason, Reason)]
    rule = to_tax_rule(invoice, space=space)
    if isinstance(rule, list):
        return _held(reasons + rule)
    if len(accounts) < len(invoice.lines):
        return _held(reasons)
    pairs = [pair for pair in zip(invoice.lines, accounts, strict=True) if _counts(pair[0])]
    misfits = [misfit(account, tax_rule=rule, rate=line.rate) for line, account in pairs]
    reasons += [reason for reason in misfits if reason is not None]
    amounts = fit_amounts([line for line, _ in pairs], invoice)
    if isinstance(amounts, Reason):
        reasons.append(amounts)
    if reasons or isinstance(amounts, Reason):
        return _held(reasons)
    positions = tuple(
        Position(account.id, account.number, line.rate, amount, line.description[:COMMENT_LENGTH])
        for (line, account), amount in zip(pairs, amounts.amounts, strict=True)
    )
    return Bookable(
        Voucher(
            key=invoice_key(invoice.id),
            number=invoice.number,
            date=invoice.date,
            deadline=invoice.date + timedelta(days=space.due_in_days),
            tax_rule=rule,
            in_net=amounts.in_net,
            positions=positions,
            status=space.status,
            recipient_name=invoice.recipient_name,
            cost_centre_id=setup.cost_centre_id,
            off_by=amounts.off_by,
        )
    )


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


def _reasons_on_the_invoice(invoice: Invoice) -> list[Reason]:
    reasons = []
    if invoice.currency != CURRENCY:
        reasons.append(Reason("CS-221", {"currency": invoice.currency}))
    if invoice.paid_status == "canceled":
        reasons.append(Reason("CS-222"))
    return reasons


def _counts(line: Line) -> bool:
    """A free line needs its code, but no position: it would say nothing and may fit no rate."""
    return not line.is_nothing


def _held(reasons: Sequence[Reason]) -> Held:
    return Held(tuple(dict.fromkeys(reasons)))
