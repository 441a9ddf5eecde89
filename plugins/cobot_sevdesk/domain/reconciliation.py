"""Cobot and sevDesk side by side for a span of days: totals, and whatever does not agree.

Pure: what was read on both sides comes in, findings and totals go out. The texts are German,
since the reader is a German tax adviser.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from cobot_sevdesk.domain.catalogue import text_of
from cobot_sevdesk.domain.chart import Chart
from cobot_sevdesk.domain.contact import AddressBook, recipient_names
from cobot_sevdesk.domain.invoice import Invoice, Sums, UnreadableInvoice
from cobot_sevdesk.domain.mapping import Bookable, Held, Skipped, Verdict
from cobot_sevdesk.domain.member import debtor_key
from cobot_sevdesk.domain.money import text, to_cents
from cobot_sevdesk.domain.numbers import carries_number
from cobot_sevdesk.domain.planning import (
    BookedElsewhere,
    Conflict,
    Ledger,
    drift_of,
    is_doubled,
    plan,
)
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.totals import Totals
from cobot_sevdesk.domain.voucher import (
    IMPORT_TAG,
    BookedPosition,
    BookedVoucher,
    Voucher,
    position_sums,
)

Kind = Literal[
    "missing",
    "held_back",
    "doubled",
    "extra",
    "differs",
    "unfinished",
    "mismatch",
    "gap",
    "booked_by_hand",
    "skipped",
]

TITLES: Mapping[Kind, str] = {
    "missing": "Fehlt in sevDesk",
    "held_back": "Zurückgehalten",
    "doubled": "Doppelt in sevDesk",
    "extra": "In sevDesk, aber nicht (mehr) in Cobot",
    "differs": "Weicht ab: in Cobot oder in sevDesk nachträglich geändert",
    "unfinished": "Unvollständig in sevDesk",
    "mismatch": "Ohne Kontakt (Mismatch)",
    "gap": "Lücke in den Rechnungsnummern",
    "booked_by_hand": "Von Hand oder von anderen gebucht",
    "skipped": "Nicht zu buchen",
}
NOTES: frozenset[Kind] = frozenset({"mismatch", "gap", "booked_by_hand", "skipped"})
"""Worth knowing, but both sides agree as far as they should."""


@dataclass(frozen=True)
class Finding:
    """One thing that a person should look at; `number` is the invoice's."""

    kind: Kind
    number: str
    what: str
    voucher_ids: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the books do not agree because of it."""
        return self.kind not in NOTES


@dataclass(frozen=True)
class Both:
    """What was read on both sides."""

    judged: Sequence[tuple[Invoice | UnreadableInvoice, Verdict]]
    ledger: Ledger
    positions: Mapping[str, Sequence[BookedPosition]]
    tags: Mapping[str, set[str]]
    book: AddressBook
    chart: Chart
    orphans: Sequence[BookedVoucher] = ()
    wants_pdf: bool = True


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
    outcome = Reconciliation(invoices=len(both.judged))
    for invoice, verdict in both.judged:
        outcome.totals.add_cobot(invoice, verdict, both.chart)
        for voucher in _counted(invoice, both):
            outcome.totals.add_sevdesk(voucher, both.positions.get(voucher.id, ()), both.chart)
        outcome.findings += _findings_of(invoice, verdict, both)
    for voucher in both.orphans:
        outcome.totals.add_sevdesk(voucher, both.positions.get(voucher.id, ()), both.chart)
        what = "gelöscht oder auf einen anderen Tag verlegt"
        outcome.findings.append(Finding("extra", voucher.description, what, (voucher.id,)))
    outcome.findings += gaps_in([invoice.number for invoice, _ in both.judged])
    return outcome


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
        ordered = sorted(used)
        for low, high in pairwise(ordered):
            if high - low > 1:
                first, last = f"{low + 1:0{width}}", f"{high - 1:0{width}}"
                span = prefix + first if first == last else f"{prefix}{first} bis {prefix}{last}"
                found.append(Finding("gap", span, "in Cobot nicht (mehr) vorhanden"))
    return found


def _findings_of(
    invoice: Invoice | UnreadableInvoice, verdict: Verdict, both: Both
) -> list[Finding]:
    own = both.ledger.of_invoice(invoice.id)
    ids = tuple(voucher.id for voucher in own)
    if is_doubled(invoice.id, both.ledger):
        what = "mehrere Belege tragen unseren Schlüssel"
        return [Finding("doubled", invoice.number, what, ids)]
    if isinstance(verdict, Skipped):
        return [Finding("skipped", invoice.number, verdict.why, ids)]
    if not own:
        return [_not_booked(invoice, verdict, both)]
    if isinstance(invoice, UnreadableInvoice):
        return [Finding("differs", invoice.number, f"in Cobot unlesbar: {invoice.reason}", ids)]
    differences = list(drift_of(invoice, own))
    if isinstance(verdict, Bookable):
        differences = _differences(invoice, verdict.vouchers, own, both)
    found = [Finding("differs", invoice.number, "; ".join(differences), ids)] if differences else []
    return found + _loose_ends(invoice, own, both)


def _not_booked(invoice: Invoice | UnreadableInvoice, verdict: Verdict, both: Both) -> Finding:
    step = plan(invoice, both.ledger) if isinstance(invoice, Invoice) else None
    if isinstance(step, BookedElsewhere):
        what = f"Beleg {step.voucher.id}, Datum und Brutto stimmen"
        return Finding("booked_by_hand", invoice.number, what, (step.voucher.id,))
    if isinstance(step, Conflict):
        return Finding("differs", invoice.number, _in_german(step.reason))
    if isinstance(verdict, Held):
        whys = [_in_german(reason) for reason in verdict.reasons]
        return Finding("held_back", invoice.number, "; ".join(whys))
    return Finding("missing", invoice.number, f"{_gross(invoice)} nie gebucht oder dort gelöscht")


def _differences(
    invoice: Invoice, wanted: Sequence[Voucher], own: Sequence[BookedVoucher], both: Both
) -> list[str]:
    found = []
    first = wanted[0]
    for voucher in own:
        pairs = (
            ("Datum", invoice.date, voucher.date),
            ("Fälligkeit", first.deadline, voucher.deadline),
            ("Kostenstelle", first.cost_centre_id, voucher.cost_centre_id),
        )
        found += [
            f"{name} {there} statt {here}"
            for name, here, there in pairs
            if here is not None and here != there
        ]
        if not carries_number(voucher.description, invoice.number):
            found.append(f"Nummer: {voucher.description} statt {invoice.number}")
        known = both.book.of_key(debtor_key(invoice.debtor) or "")
        if known and voucher.contact_id and voucher.contact_id not in {c.id for c in known}:
            found.append(f"Kontakt {voucher.contact_id} statt {known[0].id}")
    rules = {str(voucher.tax_rule) for voucher in wanted}
    booked_rules = {voucher.tax_rule for voucher in own if voucher.tax_rule}
    if booked_rules and booked_rules != rules:
        found.append(f"Steuerregel {', '.join(sorted(booked_rules))} statt {', '.join(rules)}")
    return list(dict.fromkeys(found + _amount_differences(wanted, own, both)))


def _amount_differences(
    wanted: Sequence[Voucher], own: Sequence[BookedVoucher], both: Both
) -> list[str]:
    meant: dict[tuple[str, Decimal], Sums] = defaultdict(Sums)
    for voucher in wanted:
        for position in voucher.positions:
            key = (position.account_number, position.rate.normalize())
            meant[key] += position_sums(position, in_net=voucher.in_net)
    there: dict[tuple[str, Decimal], Sums] = defaultdict(Sums)
    for one in own:
        for booked in both.positions.get(one.id, ()):
            key = (both.chart.number_of(booked.account_id), booked.rate.normalize())
            there[key] += Sums(booked.net, booked.gross - booked.net, booked.gross)
    return [
        f"Konto {account} zu {rate:f} %: {text(there[account, rate].gross)} "
        f"statt {text(meant[account, rate].gross)} EUR"
        for account, rate in sorted({*meant, *there})
        if there[account, rate].gross != to_cents(meant[account, rate].gross)
        or there[account, rate].net != to_cents(meant[account, rate].net)
    ]


def _loose_ends(invoice: Invoice, own: Sequence[BookedVoucher], both: Both) -> list[Finding]:
    found: list[Finding] = []
    for voucher in own:
        if both.wants_pdf and not voucher.has_document:
            found.append(Finding("unfinished", invoice.number, "ohne PDF", (voucher.id,)))
        if IMPORT_TAG not in both.tags.get(voucher.id, ()):
            what = f"ohne Schlagwort {IMPORT_TAG}"
            found.append(Finding("unfinished", invoice.number, what, (voucher.id,)))
    if own[0].contact_id is None:
        likely = both.book.of_key(debtor_key(invoice.debtor) or "")
        likely = likely or both.book.of_names(recipient_names(invoice.recipient))
        what = ", ".join(f"Kontakt {c.id} (Nr. {c.customer_number})" for c in likely[:3])
        told = f"wahrscheinlich {what}" if what else "kein passender Kontakt bekannt"
        found.append(Finding("mismatch", invoice.number, told, (own[0].id,)))
    return found


def _counted(invoice: Invoice | UnreadableInvoice, both: Both) -> list[BookedVoucher]:
    """The vouchers that count for an invoice: ours, else what somebody else booked for it."""
    own = both.ledger.of_invoice(invoice.id)
    if own or isinstance(invoice, UnreadableInvoice):
        return own
    step = plan(invoice, both.ledger)
    return [step.voucher] if isinstance(step, BookedElsewhere) else []


def _gross(invoice: Invoice | UnreadableInvoice) -> str:
    if isinstance(invoice, UnreadableInvoice):
        return ""
    return f"{text(invoice.gross)} {invoice.currency}:"


def _in_german(reason: Reason) -> str:
    return f"{reason.code} {text_of(reason.code, reason.details, 'de').title}"
