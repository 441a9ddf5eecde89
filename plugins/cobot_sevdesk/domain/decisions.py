"""What becomes of an invoice: the one place that decides it, with every reason.

`decide` is pure. It looks at both sides as they were read a moment ago (`Books`) and at the rules
of the space. Decided again after its decision was carried out, an invoice is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from cobot_sevdesk.domain.contact import Contact, recipient_names
from cobot_sevdesk.domain.identity import carries_number, changed_parts, content_of, is_bare
from cobot_sevdesk.domain.invoice import AnyInvoice, Invoice, UnreadableInvoice
from cobot_sevdesk.domain.ledger import AddressBook, Ledger, folded
from cobot_sevdesk.domain.mapping import Setup, to_vouchers
from cobot_sevdesk.domain.member import debtor_key
from cobot_sevdesk.domain.money import CENT, ZERO, text, to_cents
from cobot_sevdesk.domain.problems import Reason, Remark
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.domain.voucher import (
    IMPORT_TAG,
    MISMATCH_TAG,
    BookedPosition,
    BookedVoucher,
    Voucher,
    differences,
)


@dataclass(frozen=True, slots=True)
class Skip:
    """The invoice needs no voucher."""

    why: Remark


@dataclass(frozen=True, slots=True)
class Hold:
    """A person must decide or repair something; nothing is written. Holds every reason."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Create:
    """Nothing stands for this invoice: these vouchers are to be made.

    `vouchers` is empty where the books were read without chart. `mismatch` says that no contact
    is known, nor about to be made.
    """

    vouchers: tuple[Voucher, ...] = ()
    contact_id: str | None = None
    mismatch: bool = False


@dataclass(frozen=True, slots=True)
class Finish:
    """Our own vouchers stand, but without `Import`: something was interrupted.

    `undocumented` are those that show no document. `missing` are the parts of a split invoice that
    are not there. `tags` are what each voucher lacks, by its id. `edits` are what was changed in
    Cobot in between. `content` is that of the invoice when it was begun; empty where nobody knows.
    """

    standing: tuple[BookedVoucher, ...]
    undocumented: tuple[BookedVoucher, ...] = ()
    missing: tuple[Voucher, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edits: tuple[Remark, ...] = ()
    content: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """Our own vouchers stand and are whole; `edits` is what was changed in Cobot later."""

    standing: tuple[BookedVoucher, ...]
    edits: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class BookedByHand:
    """A voucher of somebody else agrees in number, date, gross and recipient."""

    voucher: BookedVoucher


Decision = Skip | Hold | Create | Finish | Keep | BookedByHand


@dataclass(frozen=True, slots=True)
class Books:
    """Both sides as they were read; everything that `decide` may ask.

    `setup` and `contacts` are `None` where they were not read: then nothing is said about accounts
    and recipients.
    """

    vouchers: Ledger = field(default_factory=Ledger)
    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Voucher id -> our tags that it carries."""
    setup: Setup | None = None
    contacts: AddressBook | None = None
    failed: Mapping[str, Reason] = field(default_factory=dict)
    """Key of a debtor whose contact cannot be made now -> why."""
    promised: frozenset[str] = frozenset()
    """Keys of debtors who would get a contact, were this no dry run."""
    emails: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Contact id -> its e-mail addresses in small letters, where they may matter."""
    still_in_cobot: frozenset[str] = frozenset()
    """Ids of our vouchers whose invoice is known to be in Cobot, of whichever space."""
    rivals: frozenset[str] = frozenset()
    """Ids of invoices beside which another one in Cobot fits the voucher of somebody else."""
    booked_contents: Mapping[str, str] = field(default_factory=dict)
    """Invoice id -> its content when it was booked, as far as earlier runs know it."""
    planned_contents: Mapping[str, str] = field(default_factory=dict)
    """Invoice id -> its content when it was about to be booked."""
    positions: Mapping[str, Sequence[BookedPosition]] = field(default_factory=dict)
    """Voucher id -> its positions, where an interrupted one has to be compared."""


def decide(invoice: AnyInvoice, books: Books, rules: SpaceRules, *, today: date) -> Decision:
    """What becomes of one invoice; `today` is the date in the space's zone."""
    why = reason_to_skip(invoice, rules=rules, today=today)
    own = books.vouchers.of_invoice(invoice.id)
    if own and not (why and why.word == IGNORED):
        return _of_own(invoice, own, why, books, rules)
    if why:
        return Skip(why)
    if isinstance(invoice, UnreadableInvoice):
        return Hold((unreadable(invoice),))
    by_hand = _by_hand(invoice, books, rules)
    if isinstance(by_hand, BookedByHand):
        return by_hand
    return _create(invoice, books, rules, reasons=[by_hand, _reissued(invoice, books)])


IGNORED = "skip.ignored"


def reason_to_skip(invoice: AnyInvoice, *, rules: SpaceRules, today: date) -> Remark | None:
    """Why an invoice needs no voucher; `None` if it needs one, or if nobody can tell."""
    if invoice.number in rules.ignored:
        return Remark(IGNORED, {"reason": rules.ignored[invoice.number]})
    if isinstance(invoice, UnreadableInvoice):
        return None
    if invoice.date < rules.sync_from:
        return Remark("skip.before_go_live", {"day": rules.sync_from.isoformat()})
    if invoice.date > today:
        return Remark("skip.future")
    if to_cents(invoice.gross) == ZERO:
        return Remark("skip.zero")
    return None


def unreadable(invoice: UnreadableInvoice) -> Reason:
    """Why an invoice waits whose answer cannot be understood."""
    details = {"invoice": invoice.number, "field": invoice.field}
    return Reason("CS-224", {**details, "expected": invoice.expected})


def not_readable(invoice: UnreadableInvoice) -> Remark:
    """What is told of an invoice that is booked, but cannot be understood any more."""
    return Remark("edit.unreadable", {"field": invoice.field, "expected": invoice.expected})


def missing_tags(voucher: BookedVoucher, tags: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The tags that our voucher still needs, in their order: `Import` is last, as the proof."""
    there = tags.get(voucher.id, frozenset())
    if IMPORT_TAG in there:
        return ()
    needed = (IMPORT_TAG,) if voucher.contact_id else (MISMATCH_TAG, IMPORT_TAG)
    return tuple(tag for tag in needed if tag not in there)


def _of_own(
    invoice: AnyInvoice,
    own: Sequence[BookedVoucher],
    why: Remark | None,
    books: Books,
    rules: SpaceRules,
) -> Decision:
    """What stands is ours: it is kept, or finished where it was interrupted."""
    if books.vouchers.is_doubled(invoice.id):
        return Hold((Reason("CS-302", {"invoice": invoice.number, "vouchers": _ids(own)}),))
    if isinstance(invoice, UnreadableInvoice):
        return Keep(tuple(own), (not_readable(invoice),))
    edits = (why,) if why else edits_of(invoice, own, books)
    unfinished = [one for one in own if IMPORT_TAG not in books.tags.get(one.id, ())]
    if not unfinished:
        return Keep(tuple(own), edits)
    undocumented = [one for one in unfinished if rules.attach_pdf and not one.has_document]
    tags = {one.id: missing_tags(one, books.tags) for one in unfinished}
    content = books.planned_contents.get(invoice.id, "")
    finish = Finish(tuple(own), tuple(undocumented), tags=tags, edits=edits, content=content)
    if books.setup is None:
        return finish
    return _checked(invoice, finish, books, rules, books.setup)


def _checked(
    invoice: Invoice, finish: Finish, books: Books, rules: SpaceRules, setup: Setup
) -> Finish | Hold:
    """What was interrupted must be what was meant, unless the invoice was edited in between.

    An edit shows where the content is known from before. Without that knowledge a difference is
    sevDesk's: a person looks.
    """
    outcome = to_vouchers(invoice, space=rules, setup=setup)
    own = {key: one for one in finish.standing for key in one.keys}
    was_edited = bool(finish.content) and finish.content != content_of(invoice)
    if isinstance(outcome, list) or was_edited:
        return replace(finish, edits=finish.edits or (Remark("edit.lines"),))
    wanted = {one.key: one for one in outcome}
    for key, booked in own.items():
        fields = _differences(wanted.get(key), booked, invoice, books)
        fields.discard("description")  # it has our key, and another number is told as an edit
        if booked in finish.undocumented:
            fields.discard("status")  # a draft while its document is attached
        if fields:
            return Hold((saved_otherwise(invoice.number, booked.id, sorted(fields)),))
    missing = tuple(one for key, one in wanted.items() if key not in own)
    # While a part is missing, the sums of those that stand say nothing.
    return replace(finish, missing=missing, edits=() if missing else finish.edits)


def _differences(
    meant: Voucher | None, booked: BookedVoucher, invoice: Invoice, books: Books
) -> set[str]:
    if meant is None:
        return {"positions"}  # no part of the invoice as it is
    positions = books.positions.get(booked.id)
    contact = find_contact(invoice, books)
    contact_id = contact.id if isinstance(contact, Contact) else booked.contact_id
    return set(differences(meant, booked, contact_id=contact_id, positions=positions))


def saved_otherwise(number: str, voucher_id: str, fields: Sequence[str]) -> Reason:
    """Why everything stops: sevDesk holds something else than was meant."""
    return Reason("CS-304", {"invoice": number, "voucher": voucher_id, "fields": " ".join(fields)})


def _create(
    invoice: Invoice, books: Books, rules: SpaceRules, *, reasons: Sequence[Reason | None]
) -> Create | Hold:
    vouchers: tuple[Voucher, ...] = ()
    found = [reason for reason in reasons if reason is not None]
    if books.setup is not None:
        outcome = to_vouchers(invoice, space=rules, setup=books.setup)
        found += outcome if isinstance(outcome, list) else []
        vouchers = () if isinstance(outcome, list) else outcome
    contact = find_contact(invoice, books)
    if isinstance(contact, Reason):
        found.append(contact)
    if found:
        return Hold(tuple(dict.fromkeys(found)))
    key = debtor_key(invoice.debtor)
    contact_id = contact.id if isinstance(contact, Contact) else None
    return Create(vouchers, contact_id, mismatch=contact is None and key not in books.promised)


def find_contact(invoice: Invoice, books: Books) -> Contact | Reason | None:
    """The contact of the debtor: by our key, else made by hand and agreeing; else `None`.

    A reason where the contact cannot be made now, or where several fit.
    """
    key = debtor_key(invoice.debtor)
    own = books.contacts.of_key(key) if books.contacts else []
    if len(own) == 1:
        return own[0]
    if key and key in books.failed:
        return books.failed[key]
    if own and invoice.debtor is not None:
        return several_contacts(invoice.debtor.id, own)
    if books.contacts is None:
        return None
    emails = {email.casefold() for email in invoice.emails}
    by_hand = books.contacts.made_by_hand(
        invoice.customer_number,
        recipient_names(invoice.recipient),
        lambda contact: bool(emails & books.emails.get(contact.id, frozenset())),
    )
    return by_hand[0] if len(by_hand) == 1 else None


def several_contacts(member_id: str, contacts: Sequence[Contact]) -> Reason:
    """Several contacts stand where one should be; a person must decide."""
    ids = ", ".join(sorted(contact.id for contact in contacts))
    return Reason("CS-403", {"member": member_id, "contacts": ids})


def _by_hand(invoice: Invoice, books: Books, rules: SpaceRules) -> BookedByHand | Reason | None:
    """What somebody else booked under this number.

    It counts as this invoice where number, date, gross and recipient agree. A number without any
    letter stands in many texts: there it matters only where two of the others agree.
    """
    others = [
        one
        for one in books.vouchers.of_others(invoice.number)
        if one.id not in rules.ignored_vouchers
    ]
    agreeing = {one.id: _agreements(invoice, one, books) for one in others}
    if is_bare(invoice.number):
        others = [one for one in others if {"gross"} < agreeing[one.id]]
    whole = [one for one in others if agreeing[one.id] == {"date", "gross", "recipient"}]
    if len(whole) == 1 and invoice.id not in books.rivals:
        return BookedByHand(whole[0])
    if not others:
        return None
    return Reason("CS-301", {"invoice": invoice.number, "vouchers": _ids(others)})


def _agreements(invoice: Invoice, voucher: BookedVoucher, books: Books) -> set[str]:
    """In which of date, gross and recipient a voucher of somebody else agrees."""
    found = set()
    if voucher.date == invoice.date:
        found.add("date")
    is_same_currency = voucher.currency in {None, invoice.currency}
    if voucher.gross == to_cents(invoice.gross) and is_same_currency:
        found.add("gross")
    if _is_for_recipient(invoice, voucher, books):
        found.add("recipient")
    return found


def _is_for_recipient(invoice: Invoice, voucher: BookedVoucher, books: Books) -> bool:
    names = folded((*recipient_names(invoice.recipient), invoice.recipient_name))
    if voucher.contact_id is None:
        return bool(names & folded((voucher.supplier_name,)))
    contact = books.contacts.find(voucher.contact_id) if books.contacts else None
    if contact is None:
        return False
    emails = {email.casefold() for email in invoice.emails}
    return bool(
        debtor_key(invoice.debtor) in contact.keys
        or names & contact.spoken_names
        or emails & books.emails.get(contact.id, frozenset())
    )


def _reissued(invoice: Invoice, books: Books) -> Reason | None:
    """Whether our voucher of an invoice that Cobot has no longer carries this number."""
    others = books.vouchers.ours_of_other_invoices(invoice.id, invoice.number)
    gone = [one for one in others if one.id not in books.still_in_cobot]
    if not gone:
        return None
    return Reason("CS-310", {"invoice": invoice.number, "vouchers": _ids(gone)})


def edits_of(invoice: Invoice, own: Sequence[BookedVoucher], books: Books) -> tuple[Remark, ...]:
    """What was changed in Cobot after the invoice was booked; empty if nothing is known."""
    edits = [Remark("edit.canceled")] if invoice.paid_status == "canceled" else []
    if not all(carries_number(voucher.description, invoice.number) for voucher in own):
        edits.append(Remark("edit.number"))
    for day in sorted({voucher.date for voucher in own if voucher.date is not None}):
        if day != invoice.date:
            before, now = day.isoformat(), invoice.date.isoformat()
            edits.append(Remark("edit.date", {"before": before, "now": now}))
    edits += _amount_edit("edit.gross", [one.gross for one in own], invoice.gross, ZERO)
    if not edits:
        # Net may differ by the cents that could not be held together with the gross.
        spare = max(sum((line.rounding for line in invoice.lines), ZERO), CENT)
        edits += _amount_edit("edit.net", [one.net for one in own], invoice.net, spare)
    if not edits:
        before = books.booked_contents.get(invoice.id, "")
        edits = [Remark(f"edit.{part}") for part in changed_parts(before, content_of(invoice))]
    return tuple(edits)


def _amount_edit(
    word: str, booked: Sequence[Decimal | None], now: Decimal, spare: Decimal
) -> list[Remark]:
    known = [amount for amount in booked if amount is not None]
    before = sum(known, ZERO)
    if len(known) < len(booked) or abs(before - to_cents(now)) <= spare:
        return []
    return [Remark(word, {"before": text(before), "now": text(now)})]


def _ids(vouchers: Sequence[BookedVoucher]) -> str:
    return ", ".join(voucher.id for voucher in vouchers)
