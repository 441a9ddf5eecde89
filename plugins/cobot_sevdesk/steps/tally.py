"""What has become of each invoice of a push so far; several threads write into it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from threading import Lock

from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.money import ZERO, text
from cobot_sevdesk.domain.outcome import BookedInvoice, Listed, MembersSynced, Pushed
from cobot_sevdesk.domain.planning import gross_of
from cobot_sevdesk.domain.problems import HeldInvoice, Problem, Problems, Reason, held
from cobot_sevdesk.domain.voucher import MISMATCH_TAG, BookedVoucher, Voucher
from cobot_sevdesk.errors import OutcomeUnknownError, RemoteUnavailableError
from cobot_sevdesk.steps.space import stopped

log = logging.getLogger(__name__)


@dataclass
class Tally:
    """Every invoice of `bookable` ends as booked, booked before, skipped or held back."""

    bookable: tuple[HeldInvoice, ...]
    problems: Problems
    booked: dict[str, BookedInvoice] = field(default_factory=dict)
    already: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, Listed] = field(default_factory=dict)
    edited: dict[str, Listed] = field(default_factory=dict)
    """What was changed after a try before this one had saved the voucher."""
    held: set[str] = field(default_factory=set)
    synced: MembersSynced = field(default_factory=MembersSynced)
    """Members who got their contact on the way."""
    _lock: Lock = field(default_factory=Lock)
    """For problems, which grow by several steps; single dict and set operations are whole."""

    def hold(self, invoice: Invoice | UnreadableInvoice, reason: Reason) -> None:
        """The invoice waits, for this reason."""
        self.held.add(invoice.id)
        self.tell(invoice, reason)

    def tell(self, invoice: Invoice | UnreadableInvoice, reason: Reason) -> None:
        """Somebody must look at this invoice, whatever becomes of it."""
        with self._lock:
            self.problems.hold(reason, held(invoice))

    def take_in(self, synced: MembersSynced) -> None:
        """What became of members on the way."""
        self.synced = self.synced.plus(synced)
        for problem in synced.problems:
            self.problems.add(problem)

    def is_through(self, invoice: Invoice) -> bool:
        """Whether it has ended in this push."""
        return any(invoice.id in ended for ended in (self.held, self.booked, self.already))

    def is_stopped(self) -> bool:
        """Whether something holds up the whole space."""
        return any(problem.everything for problem in self.problems)

    def stop(self, reason: Reason) -> None:
        """Nothing more is written; what is left is held back for this reason."""
        self.problems.add(stopped(reason))
        self.hold_the_rest()

    def hold_the_rest(self) -> None:
        """Every problem that stops the space holds up all invoices that are not through."""
        for problem in list(self.problems):
            if problem.everything:
                self.problems.add(replace(problem, invoices=self._rest(), members=()))

    def give_up(self, error: RemoteUnavailableError | OutcomeUnknownError) -> None:
        """The last try ended without an answer; a person, or the next run, tries again."""
        reason = Reason("CS-306", {"service": error.request.service})
        self.problems.add(Problem(reason, invoices=self._rest()))

    def compare(self, invoice: Invoice, voucher: Voucher, saved: BookedVoucher) -> None:
        """What sevDesk says it saved must be what was meant; it is not saved twice, only told."""
        wanted = voucher.sums.gross
        if saved.gross is not None and saved.gross != wanted:
            self.tell(invoice, difference(invoice, saved, wanted))

    def note_booked(
        self,
        invoice: Invoice,
        wanted: Sequence[Voucher],
        vouchers: Sequence[BookedVoucher],
        *,
        mismatch: bool,
    ) -> None:
        """It stands in these vouchers, as far as a dry run has any."""
        off_by = sum((voucher.off_by for voucher in wanted), ZERO)
        ids = ", ".join(voucher.id for voucher in vouchers)
        # What was edited since stands as it was saved.
        stands = gross_of(vouchers) if invoice.id in self.edited else None
        gross = invoice.gross if stands is None else stands
        self.booked[invoice.id] = BookedInvoice(
            id=invoice.id,
            number=invoice.number,
            gross=gross,
            voucher_id=ids,
            mismatch=mismatch,
            off_by=off_by,
            currency=invoice.currency,
            date=invoice.date,
        )
        log.info(
            "%s  %s %s  voucher %s%s",
            invoice.number,
            text(gross),
            invoice.currency,
            ids or "(dry run)",
            f"  {MISMATCH_TAG}" if mismatch else "",
        )

    def outcome(self) -> Pushed:
        """What became of the invoices, and every problem of the run so far."""
        return Pushed(
            booked=tuple(self.booked.values()),
            already_booked=tuple(self.already.values()),
            skipped=tuple(self.skipped.values()),
            edited_later=tuple(self.edited.values()),
            synced=self.synced,
            problems=tuple(self.problems),
        )

    def _rest(self) -> tuple[HeldInvoice, ...]:
        through = {*self.booked, *self.already, *self.skipped, *self.held}
        return tuple(one for one in self.bookable if one.id not in through)


def difference(invoice: Invoice, voucher: BookedVoucher, wanted: Decimal) -> Reason:
    """Why somebody has to look: sevDesk holds another sum than was meant."""
    details = {"invoice": invoice.number, "voucher": voucher.id}
    details |= {"got": text(voucher.gross or ZERO), "wanted": text(wanted)}
    return Reason("CS-304", details)
