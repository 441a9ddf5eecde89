"""Cobot and sevDesk side by side for a span of days: totals, and whatever does not agree.

Pure: what was read and decided comes in, totals and findings go out. Findings are words of the
catalogue.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Literal, get_args

from cobot_sevdesk.domain.catalogue import Language, remark_of, text_of
from cobot_sevdesk.domain.contact import Contact, recipient_names
from cobot_sevdesk.domain.decisions import (
    BookedByHand,
    Books,
    Create,
    Finish,
    Hold,
    Keep,
    Skip,
    edits_of,
    not_readable,
)
from cobot_sevdesk.domain.identity import carries_number
from cobot_sevdesk.domain.invoice import Invoice, Sums, UnreadableInvoice, sums_of
from cobot_sevdesk.domain.ledger import AddressBook
from cobot_sevdesk.domain.mapping import Setup, to_vouchers
from cobot_sevdesk.domain.member import debtor_key
from cobot_sevdesk.domain.money import CURRENCY, text, to_cents
from cobot_sevdesk.domain.plan import Planned
from cobot_sevdesk.domain.problems import Reason, Remark
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.domain.totals import Totals
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Voucher, position_sums
from cobot_sevdesk.domain.window import Window

Kind = Literal[
    "missing",
    "held_back",
    "doubled",
    "extra",
    "differs",
    "unfinished",
    "mismatch",
    "no_document",
    "gap",
    "booked_by_hand",
    "skipped",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
NOTES: frozenset[Kind] = frozenset({"mismatch", "no_document", "gap", "booked_by_hand", "skipped"})
"""Worth knowing, but both sides agree as far as they should."""


@dataclass(frozen=True)
class Finding:
    """One thing that a person should look at; `number` is the invoice's."""

    kind: Kind
    number: str
    what: tuple[Reason | Remark, ...]
    voucher_ids: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the books do not agree because of it."""
        return self.kind not in NOTES

    def in_words(self, language: Language) -> str:
        """What was found."""
        return "; ".join(_words(one, language) for one in self.what)


@dataclass(frozen=True)
class Both:
    """What was read on both sides, and decided; `planned` are all invoices since go-live.

    Totals are kept for the invoices of `window`. Of the others only those are told that are
    neither booked nor skipped. `gone` are our vouchers of the window without an invoice there.
    """

    planned: Sequence[Planned]
    books: Books
    setup: Setup
    rules: SpaceRules
    window: Window
    positions: Mapping[str, Sequence[BookedPosition]]
    gone: Sequence[BookedVoucher] = ()

    def is_inside(self, planned: Planned) -> bool:
        """Whether an invoice belongs to the window; one that cannot be read may."""
        invoice = planned.invoice
        return isinstance(invoice, UnreadableInvoice) or invoice.date in self.window


@dataclass
class Reconciliation:
    """The outcome; `agrees` where nothing has to be done."""

    totals: Totals = field(default_factory=Totals)
    findings: list[Finding] = field(default_factory=list)
    invoices: int = 0

    @property
    def agrees(self) -> bool:
        """Whether both sides say the same."""
        return not any(finding.is_error for finding in self.findings)


def reconcile(both: Both) -> Reconciliation:
    """Compare every invoice with what sevDesk holds of it."""
    inside = [one for one in both.planned if both.is_inside(one)]
    outcome = Reconciliation(invoices=len(inside))
    for planned in both.planned:
        wanted = wanted_of(planned, both)
        if both.is_inside(planned):
            _add_up(planned, wanted, both, outcome.totals)
            outcome.findings += _findings_of(planned, wanted, both)
        elif isinstance(planned.decision, Create | Hold | Finish):
            outcome.findings += _findings_of(planned, wanted, both)
    for voucher in both.gone:
        _add_booked(voucher, voucher.description, both, outcome.totals)
        what = (Remark("edit.gone"),)
        outcome.findings.append(Finding("extra", voucher.description, what, (voucher.id,)))
    outcome.findings += gaps_in([one.invoice.number for one in inside])
    return outcome


def wanted_of(planned: Planned, both: Both) -> tuple[Voucher, ...]:
    """The vouchers that an invoice would become today; empty where it cannot be booked."""
    if isinstance(planned.invoice, UnreadableInvoice) or isinstance(planned.decision, Skip):
        return ()
    outcome = to_vouchers(planned.invoice, space=both.rules, setup=both.setup)
    return () if isinstance(outcome, list) else outcome


def gaps_in(numbers: Iterable[str]) -> list[Finding]:
    """Numbers left out between the lowest and the highest of each prefix (`CW-2026-`)."""
    series: dict[tuple[str, int], set[int]] = defaultdict(set)
    for number in numbers:
        match = re.fullmatch(r"(.*?)([0-9]{1,12})", number)
        if match:
            width = len(match[2]) if match[2].startswith("0") else 0
            series[match[1], width].add(int(match[2]))
    found = []
    for (prefix, width), used in sorted(series.items()):
        for low, high in pairwise(sorted(used)):
            if high - low > 1:
                first, last = f"{low + 1:0{width}}", f"{high - 1:0{width}}"
                span = prefix + first if first == last else f"{prefix}{first} – {prefix}{last}"
                found.append(Finding("gap", span, (Remark("finding.gap"),)))
    return found


def _add_up(planned: Planned, wanted: Sequence[Voucher], both: Both, totals: Totals) -> None:
    if isinstance(planned.invoice, Invoice) and not isinstance(planned.decision, Skip):
        totals.add_cobot(planned.invoice, wanted, both.setup.chart)
    own = both.books.vouchers.of_invoice(planned.invoice.id)
    by_hand = [planned.decision.voucher] if isinstance(planned.decision, BookedByHand) else []
    for voucher in own or by_hand:
        _add_booked(voucher, planned.invoice.number, both, totals)


def _add_booked(voucher: BookedVoucher, number: str, both: Both, totals: Totals) -> None:
    positions = both.positions.get(voucher.id, ())
    totals.add_sevdesk(voucher, positions, both.setup.chart, number=number)


def _findings_of(planned: Planned, wanted: Sequence[Voucher], both: Both) -> list[Finding]:
    invoice, decision = planned.invoice, planned.decision
    own = both.books.vouchers.of_invoice(invoice.id)
    ids = tuple(voucher.id for voucher in own)
    match decision:
        case Skip(why):
            return [Finding("skipped", invoice.number, (why,), ids)]
        case Hold(reasons):
            return [Finding(_kind_of_hold(reasons), invoice.number, reasons, ids)]
        case BookedByHand(voucher):
            other_accounts = _amount_differences(wanted, [voucher], both) if wanted else []
            told = (Remark("by_hand", {"voucher": voucher.id}), *other_accounts)
            return [Finding("booked_by_hand", invoice.number, told, (voucher.id,))]
    if isinstance(invoice, UnreadableInvoice):
        return [Finding("differs", invoice.number, (not_readable(invoice),), ids)]
    if isinstance(decision, Create):
        return [Finding("missing", invoice.number, (_never_booked(invoice),))]
    return _of_standing(invoice, decision, wanted, own, both)


def _of_standing(
    invoice: Invoice,
    decision: Keep | Finish,
    wanted: Sequence[Voucher],
    own: Sequence[BookedVoucher],
    both: Both,
) -> list[Finding]:
    ids = tuple(voucher.id for voucher in own)
    found: list[Finding] = []
    differences = _differences(invoice, wanted, own, both)
    if differences:
        found.append(Finding("differs", invoice.number, tuple(differences), ids))
    if isinstance(decision, Finish):
        found.append(Finding("unfinished", invoice.number, (Remark("finding.no_import"),), ids))
    elif both.rules.attach_pdf and not all(voucher.has_document for voucher in own):
        found.append(Finding("no_document", invoice.number, (Remark("finding.no_document"),), ids))
    if own[0].contact_id is None:
        likely = _likely_contacts(invoice, both.books.contacts or AddressBook())
        found.append(Finding("mismatch", invoice.number, (likely,), (own[0].id,)))
    return found


def _kind_of_hold(reasons: Sequence[Reason]) -> Kind:
    codes = {reason.code for reason in reasons}
    if "CS-302" in codes:
        return "doubled"
    return "differs" if codes & {"CS-301", "CS-304", "CS-310"} else "held_back"


def _never_booked(invoice: Invoice) -> Remark:
    amount = f"{text(invoice.gross)} {invoice.currency}"
    return Remark("finding.missing", {"amount": amount, "day": invoice.date.isoformat()})


def _differences(
    invoice: Invoice, wanted: Sequence[Voucher], own: Sequence[BookedVoucher], both: Both
) -> list[Remark]:
    if not wanted:
        return list(edits_of(invoice, own, both.books))
    found: list[Remark] = []
    first = wanted[0]
    for voucher in own:
        pairs = (
            ("date", invoice.date, voucher.date),
            ("deadline", first.deadline, voucher.deadline),
            ("cost_centre", first.cost_centre_id, voucher.cost_centre_id),
        )
        found += [
            _differs(name, there, here)
            for name, here, there in pairs
            if here is not None and here != there
        ]
        if not carries_number(voucher.description, invoice.number):
            found.append(_differs("number", voucher.description, invoice.number))
        found += _other_contact(invoice, voucher, both)
    rules = {str(voucher.tax_rule) for voucher in wanted}
    booked = {voucher.tax_rule for voucher in own if voucher.tax_rule}
    if booked and booked != rules:
        found.append(_differs("tax_rule", ", ".join(sorted(booked)), ", ".join(sorted(rules))))
    found += _amount_differences(wanted, own, both)
    return [one for i, one in enumerate(found) if one not in found[:i]]


def _other_contact(invoice: Invoice, voucher: BookedVoucher, both: Both) -> list[Remark]:
    known = both.books.contacts.of_key(debtor_key(invoice.debtor)) if both.books.contacts else []
    if known and voucher.contact_id and voucher.contact_id not in {one.id for one in known}:
        return [_differs("contact", voucher.contact_id, known[0].id)]
    return []


def _differs(field_name: str, there: object, here: object) -> Remark:
    details = {"fields": field_name, "there": str(there), "here": str(here)}
    return Remark("finding.differs", details)


def _amount_differences(
    wanted: Sequence[Voucher], own: Sequence[BookedVoucher], both: Both
) -> list[Remark]:
    if any((voucher.currency or CURRENCY) != CURRENCY for voucher in own):
        # sevDesk shows positions of other currencies in EUR: only the whole can be compared.
        gross = sum((voucher.gross or Decimal(0) for voucher in own), Decimal(0))
        meant = sum((voucher.sums.gross for voucher in wanted), Decimal(0))
        return [] if gross == meant else [_differs("gross", text(gross), text(meant))]
    meant_by: dict[tuple[str, Decimal], Sums] = defaultdict(Sums)
    for voucher in wanted:
        for position in voucher.positions:
            key = (position.account_number, position.rate.normalize())
            meant_by[key] += position_sums(position, in_net=voucher.in_net)
    there = _booked_by_account(own, both)
    return [
        _of_account(account, rate, there[account, rate], meant_by[account, rate])
        for account, rate in sorted({*meant_by, *there})
        if there[account, rate].gross != to_cents(meant_by[account, rate].gross)
        or there[account, rate].net != to_cents(meant_by[account, rate].net)
    ]


def _booked_by_account(own: Sequence[BookedVoucher], both: Both) -> dict[tuple[str, Decimal], Sums]:
    there: dict[tuple[str, Decimal], Sums] = defaultdict(Sums)
    for voucher in own:
        for booked in both.positions.get(voucher.id, ()):
            key = (both.setup.chart.number_of(booked.account_id), booked.rate.normalize())
            there[key] += sums_of(booked.net, booked.gross)
    return there


def _of_account(account: str, rate: Decimal, there: Sums, meant: Sums) -> Remark:
    details = {"account": account, "rate": f"{rate:f}"}
    details |= {"there": text(there.gross), "here": text(meant.gross)}
    return Remark("finding.account", details)


def _likely_contacts(invoice: Invoice, book: AddressBook) -> Remark:
    """Contacts that come close: by our key, by name, else by number; numbers only, no names."""
    names = recipient_names(invoice.recipient)
    if likely := book.of_key(debtor_key(invoice.debtor)) or book.of_names(names):
        return Remark("finding.likely_contacts", {"numbers": _customer_numbers(likely)})
    if similar := book.similar(names, invoice.customer_number):
        return Remark("finding.similar_contacts", {"numbers": _customer_numbers(similar)})
    return Remark("finding.no_contact")


def _customer_numbers(contacts: Sequence[Contact]) -> str:
    """How people find the contacts; sevDesk's id where one has no number."""
    return ", ".join(one.customer_number or f"Id {one.id}" for one in contacts[:3])


def _words(one: Reason | Remark, language: Language) -> str:
    if isinstance(one, Reason):
        return f"{one.code} {text_of(one.code, one.details, language).title}"
    return remark_of(one.word, one.details, language)
