"""From a Cobot invoice to the sevDesk voucher it should become: the only place where both meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cobot_sevdesk.domain.amounts import FittedAmounts, fit_amounts
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.chart import AccountingCode, BookingAccount, Chart, misfit, to_account
from cobot_sevdesk.domain.identity import invoice_key, part_key
from cobot_sevdesk.domain.invoice import Invoice, Line
from cobot_sevdesk.domain.money import CURRENCY, ZERO, text, to_cents
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.domain.tax import SMALL_BUSINESS, TAXED, to_tax_rules
from cobot_sevdesk.domain.voucher import Position, Voucher, position_sums

_CORRECTS: Mapping[Language, str] = {"en": "Correction of", "de": "Korrektur zu"}
COMMENT_LENGTH = 255
"""Longest position text sent; sevDesk names no limit, peers cut here without complaints."""


Row = tuple[Line, BookingAccount, int]
"""A line with its booking account and its tax rule."""


@dataclass(frozen=True)
class Setup:
    """What sevDesk offers this space: its booking accounts and its fixed cost centre."""

    chart: Chart
    cost_centre_id: str | None = None


def to_vouchers(
    invoice: Invoice, *, space: SpaceRules, setup: Setup
) -> tuple[Voucher, ...] | list[Reason]:
    """Translate one Cobot invoice into the voucher that should exist for it.

    It becomes several where its lines need several tax rules and the space allows that.
    Cobot's line totals are the truth; credits keep their negative amounts. Nothing is guessed:
    every reason against booking is returned together.
    """
    reasons = _reasons_on_the_invoice(invoice, space)
    if not invoice.lines:
        details = {"invoice": invoice.number, "by": text(invoice.gross)}
        return _once([*reasons, Reason("CS-223", details)])
    found = [
        to_account(line.code, chart=setup.chart, mapped=space.accounts) for line in invoice.lines
    ]
    accounts = [account for account in found if isinstance(account, BookingAccount)]
    reasons += [reason for reason in found if isinstance(reason, Reason)]
    rules = to_tax_rules(invoice, space=space)
    if isinstance(rules, list):
        return _once(reasons + rules)
    if len(accounts) < len(invoice.lines):
        return _once(reasons)
    rows = [row for row in zip(invoice.lines, accounts, rules, strict=True) if _counts(row[0])]
    fitted = fit_amounts([line for line, _, _ in rows], invoice)
    if isinstance(fitted, Reason):
        reasons += [fitted, *_misfits(row for row in rows if not row[0].rounds_to_nothing)]
        return _once(reasons)
    # A line of less than half a cent becomes no position, unless a cent was moved to it.
    booked = [(row, amount) for row, amount in zip(rows, fitted.amounts, strict=True) if amount]
    reasons += _misfits(row for row, _ in booked)
    parts: dict[int, list[Position]] = {}
    for (line, account, rule), amount in booked:
        comment = _comment(line, invoice, space)
        position = Position(account.id, account.number, line.rate, amount, comment)
        parts.setdefault(rule, []).append(position)
    moved = _moved_between_accounts(rows, fitted)
    vouchers = _vouchers(invoice, parts, fitted, moved, space=space, setup=setup)
    if len(vouchers) > 1 and any(voucher.sums.gross == ZERO for voucher in vouchers):
        reasons.append(Reason("CS-211", {"rules": " + ".join(map(str, sorted(parts)))}))
    return _once(reasons) if reasons else vouchers


def _vouchers(
    invoice: Invoice,
    parts: Mapping[int, Sequence[Position]],
    fitted: FittedAmounts,
    moved: Decimal,
    *,
    space: SpaceRules,
    setup: Setup,
) -> tuple[Voucher, ...]:
    whole = len(parts) == 1
    return tuple(
        Voucher(
            key=invoice_key(invoice.id) if whole else part_key(invoice.id, rule),
            number=invoice.number,
            date=invoice.date,
            deadline=invoice.date + timedelta(days=space.due_in_days),
            tax_rule=rule,
            in_net=fitted.in_net,
            positions=tuple(parts[rule]),
            status=space.status,
            recipient_name=invoice.recipient_name,
            cost_centre_id=setup.cost_centre_id,
            currency=invoice.currency,
            off_by=fitted.off_by if rule == min(parts) else ZERO,
            moved=moved if rule == min(parts) else ZERO,
        )
        for rule in sorted(parts)
    )


def _comment(line: Line, invoice: Invoice, space: SpaceRules) -> str:
    """The position's text; a correction names the invoice that it corrects."""
    corrected = invoice.corrects_number
    before = f"{_CORRECTS[space.language]} {corrected}: " if corrected else ""
    return f"{before}{line.description}"[:COMMENT_LENGTH]


def _reasons_on_the_invoice(invoice: Invoice, space: SpaceRules) -> list[Reason]:
    reasons = []
    if invoice.is_correction and not space.books_corrections:
        reasons.append(Reason("CS-226"))
    if invoice.currency != CURRENCY and not space.books_foreign_currency:
        reasons.append(Reason("CS-221", {"currency": invoice.currency}))
    if invoice.paid_status == "canceled":
        reasons.append(Reason("CS-222"))
    return reasons


def _counts(line: Line) -> bool:
    """A free line needs its code, but no position: it would say nothing and may fit no rate."""
    return line.net != 0 or line.gross != 0


def _misfits(rows: Iterable[Row]) -> list[Reason]:
    found = (misfit(account, tax_rule=rule, rate=line.rate) for line, account, rule in rows)
    return [reason for reason in found if reason is not None]


def _moved_between_accounts(rows: Sequence[Row], fitted: FittedAmounts) -> Decimal:
    """How much net turnover stands in other accounts than that of its lines; never negative."""
    booked: dict[str, Decimal] = {}
    stated: dict[str, Decimal] = {}
    for (line, account, _), amount in zip(rows, fitted.amounts, strict=True):
        position = Position(account.id, account.number, line.rate, amount, "")
        net = position_sums(position, in_net=fitted.in_net).net
        booked[account.id] = booked.get(account.id, ZERO) + net
        stated[account.id] = stated.get(account.id, ZERO) + line.net
    changes = [booked[id_] - to_cents(net) for id_, net in stated.items()]
    gained = sum((change for change in changes if change > 0), ZERO)
    lost = sum((-change for change in changes if change < 0), ZERO)
    return min(gained, lost)


def _once(reasons: Sequence[Reason]) -> list[Reason]:
    return list(dict.fromkeys(reasons))


def what_stands_against(
    code: AccountingCode, *, chart: Chart, space: SpaceRules, today: date
) -> Reason | None:
    """Why lines with this code could not be booked on an invoice of today; `None` if they could.

    A rate of zero needs a tax rule that depends on the recipient: invoices tell that.
    """
    account = to_account(code.name, chart=chart, mapped=space.accounts)
    if not isinstance(account, BookingAccount):
        return account
    if code.rate:
        rule = SMALL_BUSINESS if space.is_small_business(today) else TAXED
        return misfit(account, tax_rule=rule, rate=code.rate)
    return None if account.for_revenue else Reason("CS-205", {"account": account.number})
