"""One push under way: every invoice is looked up, then booked or finished, once."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

from cobot_sevdesk.domain.digests import OTHER_LINES, content_of
from cobot_sevdesk.domain.invoice import Debtor, Invoice
from cobot_sevdesk.domain.keys import invoice_key
from cobot_sevdesk.domain.mapping import Setup
from cobot_sevdesk.domain.money import ZERO
from cobot_sevdesk.domain.outcome import Listed, LookMark, MembersSynced
from cobot_sevdesk.domain.planning import (
    BookedElsewhere,
    Conflict,
    Create,
    Keep,
    Ledger,
    plan,
)
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.voucher import IMPORT_TAG, BookedVoucher, Voucher
from cobot_sevdesk.errors import OutcomeUnknownError, RemoteRejectedError, RemoteUnavailableError
from cobot_sevdesk.steps.budget import ErrorBudget, group_of, refusal
from cobot_sevdesk.steps.careful import Work, carry_out, is_answering
from cobot_sevdesk.steps.contacts import sync_found
from cobot_sevdesk.steps.documents import attach, upload
from cobot_sevdesk.steps.drift import changed_lines
from cobot_sevdesk.steps.invoices import TAGS, is_half_done, missing_tags
from cobot_sevdesk.steps.judging import judge_afresh
from cobot_sevdesk.steps.looking import read_since
from cobot_sevdesk.steps.setup import check_setup
from cobot_sevdesk.steps.space import STOPS, Space
from cobot_sevdesk.steps.suppliers import HoldError, Suppliers
from cobot_sevdesk.steps.tally import Tally, difference


@dataclass
class Booking:
    """What is known of sevDesk, and what has become of each invoice so far."""

    space: Space
    tally: Tally
    synced: MembersSynced
    dry_run: bool
    look_mark: LookMark | None = None
    """Set where a look at all vouchers found none of what is to be booked now."""
    setup: Setup = field(init=False)
    ledger: Ledger = field(default_factory=Ledger)
    tags: dict[str, set[str]] = field(default_factory=dict)
    suppliers: Suppliers = field(init=False)
    budget: ErrorBudget = field(default_factory=ErrorBudget)
    put_off: list[Invoice] = field(default_factory=list)
    """Not sent, since several like them were refused."""
    uncertain: OutcomeUnknownError | RemoteUnavailableError | None = None
    """The last error of single invoices whose outcome stayed unknown."""
    vouchers: dict[str, tuple[Voucher, ...]] = field(default_factory=dict)
    """What each invoice should become: one voucher, or several where it is split."""
    started: set[str] = field(default_factory=set)
    contents: dict[str, str] = field(default_factory=dict)
    """What to remember of invoices other than what they are now."""
    documented: set[str] = field(default_factory=set)
    """Vouchers that sevDesk has shown with their document."""

    def run(self) -> None:
        """Look at both sides, then book invoice by invoice."""
        self.space.let_settle()
        setup = check_setup(self.space)
        if isinstance(setup, Reason):
            self.tally.stop(setup)
            return
        self.setup = setup
        invoices = self._judge_again()
        self.suppliers = Suppliers(self.space, self.synced, dry_run=self.dry_run)
        self._welcome(self.suppliers.strangers(invoices))
        if self.tally.is_stopped():
            self.tally.hold_the_rest()
            return
        self.look()
        new = [one for one in invoices if isinstance(plan(one, self.ledger), Create)]
        if len(new) > self.space.rules.most_new:
            details = {"count": str(len(new)), "most": str(self.space.rules.most_new)}
            self.tally.stop(Reason("CS-307", details))
            return
        self._carry_out(invoices)
        while self.put_off:
            self._try_what_was_put_off()
        if self.uncertain:
            raise self.uncertain

    def _carry_out(self, invoices: Sequence[Invoice]) -> None:
        """Single ones without an answer keep none waiting that were put off.

        Raises:
            RemoteUnavailableError, OutcomeUnknownError: the service is away.
        """
        work = Work(self.book_one, self.is_done, self.look, self.space.at_once)
        try:
            carry_out(invoices, work, self.space)
        except (OutcomeUnknownError, RemoteUnavailableError) as error:
            if not is_answering(error.request.service, self.space):
                raise
            self.uncertain = error

    def _try_what_was_put_off(self) -> None:
        """One of each kind; where it goes through, the others may follow.

        Another one in each try, so that a few that are always refused, and come first, do not hold
        up for good what is like them.
        """
        groups: dict[Hashable, list[Invoice]] = defaultdict(list)
        for invoice in self.put_off:
            groups[group_of(self.vouchers[invoice.id])].append(invoice)
        self.put_off = []
        seed = crc32(f"{self.space.run_id} {self.space.try_number}".encode())
        for group, alike in groups.items():
            probe = alike.pop(seed % len(alike))
            self.budget.allow_one(group)
            self._carry_out([probe])
            if spent_on := self.budget.spent_on(group):
                for invoice in alike:
                    self.tally.hold(invoice, refusal(spent_on))
            elif self.tally.is_through(probe):
                self._carry_out(alike)

    def _welcome(self, strangers: Collection[Debtor]) -> None:
        """Give contacts to debtors to whom no other task of this run gave one."""
        found = self.suppliers.introduce(strangers)
        if found.leaves_work:
            welcomed = sync_found(self.space, found, dry_run=self.dry_run)
            self.suppliers.take_in(welcomed)
            self.tally.take_in(welcomed)

    def look(self) -> None:
        """Read all revenue vouchers, whatever their dates; with a mark, those changed since."""
        vouchers = self.space.sevdesk.vouchers
        self.ledger = Ledger(read_since(vouchers, self.look_mark))
        own = [v.id for one in self.tally.bookable for v in self.ledger.of_invoice(one.id)]
        if own:
            self.tags = vouchers.get_tags(TAGS, of=own)

    def is_done(self, invoice: Invoice) -> bool:
        """Whether nothing has to be written for this invoice any more."""
        if self.tally.is_through(invoice):
            return True
        own = self.ledger.of_invoice(invoice.id)
        return bool(own) and not self._are_half_done(own)

    def book_one(self, invoice: Invoice) -> bool:
        """Bring one invoice to its end: a complete voucher, or a reason why not (`False`).

        Runs in several threads at once, each with an invoice of its own.

        Raises:
            OutcomeUnknownError, RemoteUnavailableError: look again later.
        """
        try:
            self._book_one(invoice)
        except HoldError as hold:
            self.tally.hold(invoice, hold.reason)
        except STOPS:
            raise
        except RemoteRejectedError as error:
            self.budget.note(error, group_of(self.vouchers[invoice.id]))
            self.tally.hold(invoice, refusal(error))
        return self.tally.is_through(invoice) and invoice.id not in self.tally.held

    def _book_one(self, invoice: Invoice) -> None:
        step = plan(invoice, self.ledger)
        if isinstance(step, Conflict):
            raise HoldError(step.reason)
        if isinstance(step, BookedElsewhere):
            self.tally.already[invoice.id] = invoice.number
        elif isinstance(step, Keep):
            self._finish(invoice, step)
        else:
            self._create(invoice)

    def _create(self, invoice: Invoice) -> None:
        contact_id = self.suppliers.find(invoice)
        group = group_of(self.vouchers[invoice.id])
        if self.budget.spent_on(group):
            self.put_off.append(invoice)
            return
        if self.dry_run:
            self.tally.note_booked(
                invoice, self.vouchers[invoice.id], (), mismatch=contact_id is None
            )
            return
        saved = self._save(invoice, self.vouchers[invoice.id], contact_id)
        for voucher in saved:
            self._tag(voucher, invoice)
        self.budget.note_success(group)
        self.tally.note_booked(
            invoice, self.vouchers[invoice.id], saved, mismatch=contact_id is None
        )

    def _save(
        self, invoice: Invoice, vouchers: Sequence[Voucher], contact_id: str | None
    ) -> list[BookedVoucher]:
        """Save vouchers of one invoice; tagged later, since `Import` says that all are there."""
        saved = []
        for voucher in vouchers:
            filename = upload(self.space, invoice) if self.space.rules.attach_pdf else None
            self.started.add(invoice.id)
            answer = self.space.sevdesk.vouchers.create(
                voucher, contact_id=contact_id, filename=filename
            )
            self.tally.compare(invoice, voucher, answer)
            self._note_documents([answer])
            one = replace(
                answer,
                description=voucher.description,
                contact_id=contact_id,
                has_document=filename is not None,
            )
            self.ledger.add(one)
            saved.append(one)
        return saved

    def _finish(self, invoice: Invoice, step: Keep) -> None:
        """Ours stands; add what it lacks, change nothing else."""
        standing = step.vouchers
        is_mismatch = standing[0].contact_id is None
        if not self._are_half_done(standing):
            if invoice.id in self.started:
                self.tally.note_booked(
                    invoice, self.vouchers[invoice.id], standing, mismatch=is_mismatch
                )
            else:
                self.tally.already.setdefault(invoice.id, invoice.number)
            return
        self._note_documents(standing)
        missing = self._missing_of(invoice, standing)
        if not missing and invoice.id not in self.started:
            self._tell_edits(invoice, step)
        if not self.dry_run:
            for voucher in standing:
                if self.space.rules.attach_pdf and not voucher.has_document:
                    self.ledger.add(attach(self.space, invoice, voucher))
                    # Sent twice by now: a sevDesk that does not show it is not asked for ever.
                    self.documented.add(voucher.id)
            added = self._save(invoice, missing, standing[0].contact_id)
            for voucher in (*standing, *added):
                self._tag(voucher, invoice)
        self.tally.note_booked(invoice, self.vouchers[invoice.id], standing, mismatch=is_mismatch)

    def _tell_edits(self, invoice: Invoice, step: Keep) -> None:
        """What was changed in Cobot since a try before this one had saved the voucher."""
        lines = changed_lines(self.space, self.vouchers[invoice.id], step.vouchers)
        if changes := step.drift or lines:
            why = "; ".join(changes)
            self.tally.edited[invoice.id] = Listed(invoice.id, invoice.number, why)
        if lines:
            self.contents[invoice.id] = OTHER_LINES

    def _note_documents(self, vouchers: Sequence[BookedVoucher]) -> None:
        self.documented.update(voucher.id for voucher in vouchers if voucher.has_document)

    def _missing_of(self, invoice: Invoice, standing: Sequence[BookedVoucher]) -> list[Voucher]:
        """The parts of a split invoice that a crash left out; those that stand must fit them."""
        wanted = {voucher.key: voucher for voucher in self.vouchers[invoice.id]}
        own = {key: voucher for voucher in standing for key in voucher.keys}
        is_complete = any(IMPORT_TAG in self.tags.get(one.id, ()) for one in standing)
        if is_complete or invoice_key(invoice.id) in own:
            return []
        for key, voucher in own.items():
            meant = wanted[key].sums.gross if key in wanted else ZERO
            if voucher.gross != meant:
                raise HoldError(difference(invoice, voucher, meant))
        return [voucher for key, voucher in wanted.items() if key not in own]

    def _are_half_done(self, vouchers: Sequence[BookedVoucher]) -> bool:
        return any(is_half_done(self.space, voucher, self.tags) for voucher in vouchers)

    def _tag(self, voucher: BookedVoucher, invoice: Invoice) -> None:
        for name in missing_tags(voucher, self.tags):
            self.space.sevdesk.vouchers.create_tag(voucher.id, name)
            self.tags.setdefault(voucher.id, set()).add(name)
        # What was sent is not yet what is there: the next run looks, unless sevDesk showed it.
        if voucher.id in self.documented or not self.space.rules.attach_pdf:
            content = self.contents.get(invoice.id) or content_of(invoice)
            self.space.memory.note(voucher.stamp, content)

    def _judge_again(self) -> list[Invoice]:
        """The invoices as they are now; what was edited since the check may not be bookable."""
        judged = judge_afresh(self.space, self.tally.bookable, self.setup)
        for invoice, reasons in judged.held:
            for reason in reasons:
                self.tally.hold(invoice, reason)
        if judged.is_renumbered:
            self.look_mark = None
        self.tally.skipped = {one.id: one for one in judged.skipped}
        self.vouchers = {invoice.id: vouchers for invoice, vouchers in judged.bookable}
        return [invoice for invoice, _ in judged.bookable]
