"""Reading both sides for a reconciliation; nothing is written."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

import msgspec

from cobot_sevdesk.clients.sevdesk.payloads import voucher_payload
from cobot_sevdesk.domain.contact import AddressBook
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.mapping import Bookable, Setup, Verdict, judge
from cobot_sevdesk.domain.planning import Ledger
from cobot_sevdesk.domain.problems import Problem, Reason
from cobot_sevdesk.domain.reconciliation import Both, Reconciliation, reconcile
from cobot_sevdesk.domain.voucher import BookedPosition
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import NotFoundRemotelyError, UnreadableAnswerError
from cobot_sevdesk.steps.drift import find_orphans
from cobot_sevdesk.steps.invoices import TAGS
from cobot_sevdesk.steps.reading import with_corrected
from cobot_sevdesk.steps.setup import check_setup
from cobot_sevdesk.steps.space import ENDS, Space, stop_reason, stopped


@dataclass(frozen=True)
class Evidence:
    """What proves one invoice: both ids, our keys, and hashes (SHA-256, hexadecimal)."""

    number: str
    date: str
    gross: str
    cobot_id: str
    keys: str
    voucher_ids: str
    payload_hash: str
    pdf_hash: str


@dataclass(frozen=True)
class Reconciled:
    """The outcome for a span of days, with its evidence."""

    outcome: Reconciliation
    evidence: tuple[Evidence, ...]


def reconcile_window(
    space: Space, window: Window, *, with_pdfs: bool = False
) -> Reconciled | Problem:
    """Compare both sides for the days of the window, or say why they cannot be read.

    `with_pdfs` reads every PDF from Cobot once more, for its hash: one request per invoice.

    Raises:
        RemoteUnavailableError: a service is away.
    """
    try:
        setup = check_setup(space)
        if isinstance(setup, Reason):
            return stopped(setup)
        return _reconcile(space, window, setup, with_pdfs=with_pdfs)
    except ENDS as error:
        return stopped(stop_reason(error, space))


def _reconcile(space: Space, window: Window, setup: Setup, *, with_pdfs: bool) -> Reconciled:
    invoices = list(space.cobot.iter_invoices(window))
    known = {invoice.id: invoice for invoice in invoices}
    judged = [
        (one, judge(one, space=space.rules, setup=setup, today=space.today))
        for one in (with_corrected(space, invoice, known) for invoice in invoices)
    ]
    ledger = Ledger(space.sevdesk.vouchers.iter())
    positions: dict[str, list[BookedPosition]] = defaultdict(list)
    for position in space.sevdesk.vouchers.iter_positions():
        positions[position.voucher_id].append(position)
    both = Both(
        judged=judged,
        ledger=ledger,
        positions=positions,
        tags=space.sevdesk.vouchers.get_tags(TAGS),
        book=AddressBook(space.sevdesk.contacts.iter()),
        chart=setup.chart,
        orphans=find_orphans(space, invoices, ledger, window),
        wants_pdf=space.rules.attach_pdf,
    )
    evidence = tuple(_evidence(space, both, one, with_pdfs=with_pdfs) for one in judged)
    return Reconciled(reconcile(both), evidence)


def _evidence(
    space: Space,
    both: Both,
    judged: tuple[Invoice | UnreadableInvoice, Verdict],
    *,
    with_pdfs: bool,
) -> Evidence:
    invoice, verdict = judged
    own = both.ledger.of_invoice(invoice.id)
    read = invoice if isinstance(invoice, Invoice) else None
    return Evidence(
        number=invoice.number,
        date=read.date.isoformat() if read else "",
        gross=f"{read.gross} {read.currency}" if read else "",
        cobot_id=invoice.id,
        keys=" ".join(sorted(key for voucher in own for key in voucher.keys)),
        voucher_ids=" ".join(voucher.id for voucher in own),
        payload_hash=_payload_hash(verdict),
        pdf_hash=_pdf_hash(space, invoice.id) if with_pdfs and own else "",
    )


def _payload_hash(verdict: Verdict) -> str:
    """Of what would be sent today, without contact and file name; equal as long as it is."""
    if not isinstance(verdict, Bookable):
        return ""
    payloads = [voucher_payload(v, contact_id=None, filename=None) for v in verdict.vouchers]
    return hashlib.sha256(msgspec.json.encode(payloads, order="sorted")).hexdigest()


def _pdf_hash(space: Space, invoice_id: str) -> str:
    try:
        with space.cobot.get_pdf(invoice_id) as pdf:
            return hashlib.file_digest(pdf, "sha256").hexdigest()
    except (NotFoundRemotelyError, UnreadableAnswerError):
        return ""
