"""Reading both sides: the only place that lists. Nothing is written, nothing is decided.

`read_invoices` reads Cobot, `gather` adds what sevDesk holds of these invoices. What is read
singly is asked for by id; every filter of a list is checked here again.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cobot_sevdesk.domain.contact import Contact, recipient_names
from cobot_sevdesk.domain.decisions import Books, Create, Hold, decide
from cobot_sevdesk.domain.identity import carries_number, invoice_keys
from cobot_sevdesk.domain.invoice import AnyInvoice, Debtor, Invoice, UnreadableInvoice
from cobot_sevdesk.domain.ledger import AddressBook, Ledger, folded
from cobot_sevdesk.domain.mapping import Setup
from cobot_sevdesk.domain.member import Member
from cobot_sevdesk.domain.money import to_cents
from cobot_sevdesk.domain.problems import InvoiceRef, Reason
from cobot_sevdesk.domain.voucher import IMPORT_TAG, BookedPosition, BookedVoucher
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    CredentialsError,
    NotFoundRemotelyError,
    RemoteUnavailableError,
)
from cobot_sevdesk.sync.account import Account, ReasonedError
from cobot_sevdesk.sync.listed import TAGS, Written

log = logging.getLogger(__name__)

ONE_BY_ONE = 3
"""Up to so many invoices are read singly; more come by the page."""
FORBIDDEN = 403


@dataclass(frozen=True)
class Parts:
    """What to read of sevDesk besides the vouchers.

    `setup`: chart and cost centre. `contacts`: of the recipients. `unlisted`: what this writer and
    the last ones made, which the lists may not show. The contents are those of `Books`.
    """

    setup: bool = False
    contacts: bool = False
    unlisted: Written = field(default_factory=Written)
    booked_contents: Mapping[str, str] = field(default_factory=dict)
    planned_contents: Mapping[str, str] = field(default_factory=dict)


def read_invoices(account: Account, which: Window | Sequence[InvoiceRef]) -> list[AnyInvoice]:
    """The invoices dated in a window, or these as they are in Cobot now; deleted ones are missing.

    An invoice that Cobot listed without id is looked for in the list again.
    """
    if isinstance(which, Window):
        found = list(account.cobot.iter_invoices(which))
    else:
        found = _read_again(account, which)
    known = {invoice.id: invoice for invoice in found if invoice.id}
    return [_with_corrected(account, invoice, known) for invoice in found]


def gather(
    account: Account,
    invoices: Sequence[AnyInvoice],
    window: Window | None = None,
    parts: Parts = Parts(),  # noqa: B008  frozen
) -> Books:
    """What sevDesk holds of these invoices; `window` narrows the first look at vouchers.

    All vouchers are read where the window leaves an invoice open: dates are edited, and people
    book invoices by hand, so only a look at all of them shows that there is none.
    """
    setup = read_setup(account) if parts.setup else None
    if isinstance(setup, Reason):
        raise ReasonedError(setup)
    vouchers = account.sevdesk.vouchers
    is_narrow = window is not None and not window.is_empty
    ledger = Ledger(vouchers.iter(window) if is_narrow else ())
    books = Books(
        ledger,
        setup=setup,
        booked_contents=parts.booked_contents,
        planned_contents=parts.planned_contents,
    )
    if not is_narrow or _leaves_open(account, invoices, books):
        for voucher in vouchers.iter():
            ledger.add(voucher)
    for id_ in parts.unlisted.voucher_ids:
        if id_ not in ledger and (unlisted := _find_voucher(account, id_)):
            ledger.add(unlisted)
    books = replace(books, tags=_tags(account, invoices, ledger, parts.unlisted))
    return _with_doubts_settled(account, invoices, books, parts)


def read_setup(account: Account) -> Setup | Reason:
    """The account's chart and cost centre, or why nothing may be written."""
    cost_centre_id = check_sevdesk(account)
    if isinstance(cost_centre_id, Reason):
        return cost_centre_id
    return Setup(account.sevdesk.settings.get_chart(), cost_centre_id)


def check_sevdesk(account: Account) -> str | Reason | None:
    """The id of the space's cost centre (`None` where it has none), or why nothing may be written.

    Only bookkeeping system 2.0 takes vouchers as they are sent here (sevDesk API document,
    system update 2.0).
    """
    version = account.sevdesk.settings.get_bookkeeping_version()
    if version.partition(".")[0] == "1":
        return Reason("CS-113", {"version": version})
    number = account.rules.cost_centre
    if number is None:
        return None
    found = account.sevdesk.settings.find_cost_centres(number)
    if len(found) != 1:
        return Reason("CS-114", {"number": number, "found": str(len(found))})
    return found[0]


def read_contacts(account: Account, unlisted: Iterable[str] = ()) -> AddressBook:
    """All contacts, with those that a writer made a moment ago and that no list shows yet."""
    book = AddressBook(account.sevdesk.contacts.iter())
    for id_ in unlisted:
        if id_ and id_ not in book and (contact := find_contact(account, id_)):
            book.add(contact)
    return book


def find_contact(account: Account, contact_id: str) -> Contact | None:
    """A contact that some writer made; `None` where it was deleted since."""
    try:
        return account.sevdesk.contacts.get(contact_id)
    except NotFoundRemotelyError:
        return None


def emails_of(account: Account, contacts: Iterable[Contact]) -> Mapping[str, frozenset[str]]:
    """Contact id -> its e-mail addresses in small letters; one request for each contact."""
    read = account.sevdesk.contacts.get_emails
    return {contact.id: read(contact.id) for contact in contacts}


def find_positions(account: Account, voucher_id: str) -> list[BookedPosition] | None:
    """The positions of a voucher; `None` where sevDesk does not show those that make its total."""
    try:
        return account.sevdesk.vouchers.get_positions(voucher_id)
    except RemoteUnavailableError as error:
        log.warning("Positions are not compared: %s", error)
        return None


def find_gone(
    account: Account, invoices: Iterable[AnyInvoice], books: Books, window: Window
) -> list[BookedVoucher]:
    """Our vouchers dated in the window whose invoice Cobot does not list there.

    A key does not say which space it belongs to. Where several spaces book into one sevDesk
    account, only vouchers linked to a contact of this space's members are told.
    """
    known = {key for invoice in invoices if invoice.id for key in invoice_keys(invoice.id)}
    gone = [
        own[0]
        for key, own in books.vouchers.ours.items()
        if key not in known and own[0].date is not None and own[0].date in window
    ]
    if not gone or not account.neighbours():
        return gone
    book = books.contacts or read_contacts(account)
    members = {one.key for one in account.cobot.iter_members() if isinstance(one, Member)}
    return [
        voucher
        for voucher in gone
        if (contact := book.find(voucher.contact_id)) and contact.keys & members
    ]


def debtors_of(invoices: Iterable[AnyInvoice], *, with_teams: bool) -> set[Debtor]:
    """Who owes these invoices and may have a contact of ours."""
    kinds = {"memberships", "teams"} if with_teams else {"memberships"}
    return {
        invoice.debtor
        for invoice in invoices
        if isinstance(invoice, Invoice) and invoice.debtor and invoice.debtor.kind in kinds
    }


def _read_again(account: Account, refs: Sequence[InvoiceRef]) -> list[AnyInvoice]:
    found: dict[str, AnyInvoice] = {}
    without_id = {ref.number for ref in refs if not ref.id}
    if len(refs) > ONE_BY_ONE or without_id:
        wanted = {ref.id for ref in refs if ref.id}
        for invoice in account.cobot.iter_invoices(_span(account, refs)):
            if invoice.id in wanted or invoice.number in without_id:
                found[invoice.id or f"number {invoice.number}"] = invoice
    for ref in refs:
        if ref.id and ref.id not in found and (single := account.cobot.find_invoice(ref.id)):
            found[ref.id] = single
    return list(found.values())


def _span(account: Account, refs: Sequence[InvoiceRef]) -> Window:
    """The days of these invoices; all since go-live where one has none."""
    days = [ref.date for ref in refs if ref.date]
    if len(days) < len(refs):
        return Window(account.rules.sync_from, account.today + DAY)
    return Window(min(days), max(days) + DAY)


def _with_corrected(
    account: Account, invoice: AnyInvoice, known: Mapping[str, AnyInvoice]
) -> AnyInvoice:
    """A correction knows number and date of the invoice it corrects.

    Its position text names the number. The date says whether that was one of a small business.
    """
    if isinstance(invoice, UnreadableInvoice) or invoice.corrects is None:
        return invoice
    try:
        original = known.get(invoice.corrects) or account.cobot.find_invoice(invoice.corrects)
    except CredentialsError as error:
        if error.status != FORBIDDEN or error.is_bad_token:
            raise
        original = None  # it may be none of this space
    if original is None:
        return invoice
    day = original.date if isinstance(original, Invoice) else None
    return replace(invoice, corrects_number=original.number, corrects_date=day)


def _leaves_open(account: Account, invoices: Sequence[AnyInvoice], books: Books) -> bool:
    """Whether some invoice has no voucher of its own among those of the window."""
    decisions = (decide(invoice, books, account.rules, today=account.today) for invoice in invoices)
    return any(isinstance(decision, Create | Hold) for decision in decisions)


def _find_voucher(account: Account, voucher_id: str) -> BookedVoucher | None:
    try:
        return account.sevdesk.vouchers.get(voucher_id)
    except NotFoundRemotelyError:
        return None


def _tags(
    account: Account, invoices: Sequence[AnyInvoice], ledger: Ledger, unlisted: Written
) -> Mapping[str, frozenset[str]]:
    own = {voucher.id for invoice in invoices for voucher in ledger.of_invoice(invoice.id)}
    if not own:
        return {}
    found = account.sevdesk.vouchers.get_tags(TAGS, of=own)
    tags = {id_: frozenset(names) for id_, names in found.items() if id_ in own}
    # A writer notes what it completed, so these have their tags, listed or not.
    return tags | {id_: frozenset({IMPORT_TAG}) for id_ in unlisted.vouchers if id_ in own}


def _with_doubts_settled(
    account: Account, invoices: Sequence[AnyInvoice], books: Books, parts: Parts
) -> Books:
    """The books with what only some invoices make necessary to ask."""
    ledger = books.vouchers
    new = [one for one in invoices if isinstance(one, Invoice) and not ledger.of_invoice(one.id)]
    by_hand = {one.id: ledger.of_others(one.number) for one in new}
    doubted = [one for one in new if by_hand[one.id]]
    contacts = None
    if parts.contacts or doubted:
        contacts = read_contacts(account, parts.unlisted.contact_ids)
    reissued = [v for one in new for v in ledger.ours_of_other_invoices(one.id, one.number)]
    positions = {
        voucher.id: found
        for invoice in invoices
        for voucher in ledger.of_invoice(invoice.id)
        if books.setup is not None and IMPORT_TAG not in books.tags.get(voucher.id, ())
        if (found := find_positions(account, voucher.id)) is not None
    }
    return replace(
        books,
        contacts=contacts,
        positions=positions,
        emails=emails_of(account, _candidates(contacts, new, by_hand)) if contacts else {},
        still_in_cobot=_still_in_cobot(account, reissued),
        rivals=_rivals(account, doubted, by_hand),
    )


def _candidates(
    contacts: AddressBook, new: Sequence[Invoice], by_hand: Mapping[str, Sequence[BookedVoucher]]
) -> list[Contact]:
    """Contacts of others whose e-mail addresses may decide: the names do not agree."""
    found: dict[str, Contact] = {}
    for invoice in new:
        names = folded(recipient_names(invoice.recipient))
        linked = (contacts.find(voucher.contact_id) for voucher in by_hand[invoice.id])
        for contact in (*contacts.by_hand_with_number(invoice.customer_number), *linked):
            if contact is not None and invoice.emails and not names & contact.spoken_names:
                found[contact.id] = contact
    return list(found.values())


def _still_in_cobot(account: Account, vouchers: Sequence[BookedVoucher]) -> frozenset[str]:
    """Which of our vouchers belong to an invoice that Cobot still has, of any of the spaces."""
    found: set[str] = set()
    for day in {one.date for one in vouchers if one.date}:
        for invoices in _of_day_in_all_spaces(account, day):
            keys = {key for one in invoices or () if one.id for key in invoice_keys(one.id)}
            found |= {one.id for one in vouchers if one.date == day and one.keys & keys}
    return frozenset(found)


def _rivals(
    account: Account,
    doubted: Sequence[Invoice],
    by_hand: Mapping[str, Sequence[BookedVoucher]],
) -> frozenset[str]:
    """Ids of invoices beside which another one fits a voucher of somebody else just as well.

    It has the same date and gross, and the voucher's text carries its number, too. So are all
    where a neighbour's invoices cannot be read.
    """
    rivals = set()
    for invoice in doubted:
        listed = _of_day_in_all_spaces(account, invoice.date)
        others = [one for found in listed for one in found or () if one.id != invoice.id]
        vouchers = by_hand[invoice.id]
        if None in listed or any(_fits_too(one, invoice, vouchers) for one in others):
            rivals.add(invoice.id)
    return frozenset(rivals)


def _fits_too(one: AnyInvoice, invoice: Invoice, vouchers: Sequence[BookedVoucher]) -> bool:
    return (
        isinstance(one, Invoice)
        and _looks(one) == _looks(invoice)
        and any(carries_number(voucher.description, one.number) for voucher in vouchers)
    )


def _of_day_in_all_spaces(account: Account, day: date) -> list[list[AnyInvoice] | None]:
    """The invoices of one day: of this space, then of each that books into the same account.

    `None` stands for a neighbour whose invoices cannot be read: nothing is known of it.
    """
    window = Window(day, day + DAY)
    found: list[list[AnyInvoice] | None] = [list(account.cobot.iter_invoices(window))]
    for neighbour in account.neighbours():
        try:
            found.append(None if neighbour is None else list(neighbour.iter_invoices(window)))
        except CobotSevdeskError as error:
            log.warning("Invoices of a space with the same sevDesk account not read: %s", error)
            found.append(None)
    return found


def _looks(invoice: Invoice) -> tuple[object, ...]:
    return (invoice.date, to_cents(invoice.gross), invoice.currency)
