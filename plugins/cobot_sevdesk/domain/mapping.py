"""From a Cobot invoice to the sevDesk voucher it should become: the only place where both meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cobot_sevdesk.domain.amounts import FittedAmounts, fit_amounts
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.chart import AccountingCode, BookingAccount, Chart, misfit, to_account
from cobot_sevdesk.domain.invoice import Invoice, Line, UnreadableInvoice
from cobot_sevdesk.domain.keys import invoice_key, part_key
from cobot_sevdesk.domain.money import CURRENCY, ZERO, text, to_cents
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.domain.tax import SMALL_BUSINESS, TAXED, to_tax_rules
from cobot_sevdesk.domain.voucher import Position, Voucher

_CORRECTS: Mapping[Language, str] = {"en": "Correction of", "de": "Korrektur zu"}
COMMENT_LENGTH = 255
"""Longest position text sent; sevDesk names no limit, peers cut here without complaints."""


@dataclass(frozen=True)
class Bookable:
    """The invoice can be booked as this voucher, or as these that together equal it."""

    vouchers: tuple[Voucher, ...]


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
    if why := reason_to_skip(invoice, space=space, today=today):
        return Skipped(why)
    if isinstance(invoice, UnreadableInvoice):
        return Held((Reason("CS-224", {"invoice": invoice.number, "field": invoice.reason}),))
    return to_vouchers(invoice, space=space, setup=setup)


def reason_to_skip(
    invoice: Invoice | UnreadableInvoice, *, space: SpaceRules, today: date
) -> str | None:
    """Why an invoice needs no voucher at all; `None` if it does, or if nobody can tell."""
    if invoice.number in space.ignored:
        return f"named in ignore_invoices: {space.ignored[invoice.number]}"
    if isinstance(invoice, UnreadableInvoice):
        return None
    if invoice.date < space.sync_from:
        return f"dated before sync_from ({space.sync_from.isoformat()})"
    if invoice.date > today:
        return "dated in the future"
    if to_cents(invoice.gross) == ZERO:
        return "total of zero"
    return None


def to_vouchers(invoice: Invoice, *, space: SpaceRules, setup: Setup) -> Bookable | Held:
    """Translate one Cobot invoice into the voucher that should exist for it.

    It becomes several where its lines need several tax rules and the space allows that.
    Cobot's line totals are the truth; credits keep their negative amounts. Nothing is guessed:
    every reason against booking is returned together.
    """
    reasons = _reasons_on_the_invoice(invoice, space)
    if not invoice.lines:
        details = {"invoice": invoice.number, "by": text(invoice.gross)}
        return _held([*reasons, Reason("CS-223", details)])
    found = [
        to_account(line.code, chart=setup.chart, mapped=space.accounts) for line in invoice.lines
    ]
    accounts = [account for account in found if isinstance(account, BookingAccount)]
    reasons += [reason for reason in found if isinstance(reason, Reason)]
    rules = to_tax_rules(invoice, space=space)
    if isinstance(rules, list):
        return _held(reasons + rules)
    if len(accounts) < len(invoice.lines):
        return _held(reasons)
    rows = [row for row in zip(invoice.lines, accounts, rules, strict=True) if _counts(row[0])]
    misfits = [misfit(account, tax_rule=rule, rate=line.rate) for line, account, rule in rows]
    reasons += [reason for reason in misfits if reason is not None]
    amounts = fit_amounts([line for line, _, _ in rows], invoice)
    if isinstance(amounts, Reason):
        return _held([*reasons, amounts])
    parts: dict[int, list[Position]] = {}
    for (line, account, rule), amount in zip(rows, amounts.amounts, strict=True):
        comment = _comment(line, invoice, space)
        position = Position(account.id, account.number, line.rate, amount, comment)
        parts.setdefault(rule, []).append(position)
    vouchers = _vouchers(invoice, parts, amounts, space=space, setup=setup)
    if len(vouchers) > 1 and any(voucher.sums.gross == ZERO for voucher in vouchers):
        reasons.append(Reason("CS-211", {"rules": " + ".join(map(str, sorted(parts)))}))
    return _held(reasons) if reasons else Bookable(vouchers)


def _vouchers(
    invoice: Invoice,
    parts: Mapping[int, Sequence[Position]],
    amounts: FittedAmounts,
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
            in_net=amounts.in_net,
            positions=tuple(parts[rule]),
            status=space.status,
            recipient_name=invoice.recipient_name,
            cost_centre_id=setup.cost_centre_id,
            currency=invoice.currency,
            off_by=amounts.off_by if rule == min(parts) else ZERO,
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
    return not line.is_nothing


def _held(reasons: Sequence[Reason]) -> Held:
    return Held(tuple(dict.fromkeys(reasons)))


def what_stands_against(code: AccountingCode, *, chart: Chart, space: SpaceRules) -> Reason | None:
    """Why lines with this code could not be booked; `None` where they could.

    A rate of zero needs a tax rule that depends on the recipient: invoices tell that.
    """
    account = to_account(code.name, chart=chart, mapped=space.accounts)
    if not isinstance(account, BookingAccount):
        return account
    if code.rate:
        rule = SMALL_BUSINESS if space.small_business else TAXED
        return misfit(account, tax_rule=rule, rate=code.rate)
    return None if account.for_revenue else Reason("CS-205", {"account": account.number})
