"""Reading both sides for a reconciliation; nothing is written."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

import msgspec

from cobot_sevdesk.clients.sevdesk.payloads import voucher_payload
from cobot_sevdesk.domain.decisions import decide
from cobot_sevdesk.domain.invoice import Invoice
from cobot_sevdesk.domain.plan import Planned
from cobot_sevdesk.domain.problems import Problem, stopping
from cobot_sevdesk.domain.reconciliation import Both, Reconciliation, reconcile, wanted_of
from cobot_sevdesk.domain.voucher import BookedPosition
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    NotFoundRemotelyError,
    Reach,
    UnreadableAnswerError,
)
from cobot_sevdesk.sync.account import Account, reason_of
from cobot_sevdesk.sync.gather import Parts, find_gone, gather, read_invoices


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
    account: Account, window: Window, *, with_pdfs: bool = False
) -> Reconciled | Problem:
    """Compare both sides for the days of the window, or say why they cannot be read.

    Every invoice since `sync_from` is looked at as well: one that is neither booked nor skipped is
    named, whatever its date. `with_pdfs` reads every PDF from Cobot once more, for its hash: one
    request per invoice.

    Raises:
        RemoteUnavailableError: a service is away.
    """
    try:
        return _reconcile(account, window, with_pdfs=with_pdfs)
    except CobotSevdeskError as error:
        if error.reach is Reach.LATER:
            raise
        return stopping(reason_of(error, account))


def _reconcile(account: Account, window: Window, *, with_pdfs: bool) -> Reconciled:
    account.cobot.space.check_stated()
    first = min(window.start, account.rules.sync_from)
    invoices = read_invoices(account, Window(first, window.end))
    books = gather(account, invoices, parts=Parts(setup=True, contacts=True))
    setup = books.setup
    if setup is None:  # pragma: no cover  it was asked for
        raise AssertionError
    positions: dict[str, list[BookedPosition]] = defaultdict(list)
    for position in account.sevdesk.vouchers.iter_positions():
        positions[position.voucher_id].append(position)
    planned = [
        Planned(one, decide(one, books, account.rules, today=account.today)) for one in invoices
    ]
    inside = [one for one in invoices if not isinstance(one, Invoice) or one.date in window]
    both = Both(
        planned=planned,
        books=books,
        setup=setup,
        rules=account.rules,
        window=window,
        positions=positions,
        gone=find_gone(account, inside, books, window),
    )
    evidence = tuple(
        _evidence(account, both, one, with_pdfs=with_pdfs) for one in planned if both.is_inside(one)
    )
    return Reconciled(reconcile(both), evidence)


def _evidence(account: Account, both: Both, planned: Planned, *, with_pdfs: bool) -> Evidence:
    invoice = planned.invoice
    own = both.books.vouchers.of_invoice(invoice.id)
    read = invoice if isinstance(invoice, Invoice) else None
    return Evidence(
        number=invoice.number,
        date=read.date.isoformat() if read else "",
        gross=f"{read.gross} {read.currency}" if read else "",
        cobot_id=invoice.id or "",
        keys=" ".join(sorted(key for voucher in own for key in voucher.keys)),
        voucher_ids=" ".join(voucher.id for voucher in own),
        payload_hash=_payload_hash(planned, both),
        pdf_hash=_pdf_hash(account, invoice.id) if with_pdfs and own and invoice.id else "",
    )


def _payload_hash(planned: Planned, both: Both) -> str:
    """Of what would be sent today, without contact and file name; equal as long as it is."""
    wanted = wanted_of(planned, both)
    if not wanted:
        return ""
    payloads = [voucher_payload(v, contact_id=None, filename=None) for v in wanted]
    return hashlib.sha256(msgspec.json.encode(payloads, order="sorted")).hexdigest()


def _pdf_hash(account: Account, invoice_id: str) -> str:
    try:
        with account.cobot.get_pdf(invoice_id) as pdf:
            return hashlib.file_digest(pdf, "sha256").hexdigest()
    except (NotFoundRemotelyError, UnreadableAnswerError):
        return ""
