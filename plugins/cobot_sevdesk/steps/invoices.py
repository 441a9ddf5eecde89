"""Which invoices sevDesk does not hold yet, and which of those can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cobot_sevdesk.domain.digests import changes_since, content_of
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.mapping import reason_to_skip
from cobot_sevdesk.domain.money import ZERO
from cobot_sevdesk.domain.outcome import InvoicesChecked, InvoicesFound, Listed, LookMark, Recent
from cobot_sevdesk.domain.planning import BookedElsewhere, Conflict, Create, Keep, Ledger, plan
from cobot_sevdesk.domain.problems import HeldInvoice, Problem, Problems, Reason, held
from cobot_sevdesk.domain.voucher import IMPORT_TAG, MISMATCH_TAG, BookedVoucher
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import RemoteUnavailableError
from cobot_sevdesk.steps.drift import gone_from_cobot
from cobot_sevdesk.steps.judging import judge_afresh
from cobot_sevdesk.steps.looking import look_for
from cobot_sevdesk.steps.setup import check_setup
from cobot_sevdesk.steps.space import ENDS, Space, stop_reason, stopped

TAGS = frozenset({IMPORT_TAG, MISMATCH_TAG})


def find_invoices(space: Space, window: Window) -> InvoicesFound:
    """The invoices of the window, sorted by what sevDesk holds of them.

    Where something is left to do, or all is gone, the space's id is looked up anew if it came from
    an earlier run.
    """
    found = _find_invoices(space, window)
    is_usual = not (found.wanted or found.problems) and (found.found or not found.edited_later)
    try:
        confirmed = is_usual or space.cobot.space.confirm()
    except ENDS as error:
        return InvoicesFound(problems=(stopped(stop_reason(error, space)),))
    return found if confirmed else _find_invoices(space, window)


def _find_invoices(space: Space, window: Window) -> InvoicesFound:
    try:
        invoices = list(space.cobot.iter_invoices(window))
    except ENDS as error:
        return InvoicesFound(problems=(stopped(stop_reason(error, space)),))
    return sort_out(space, invoices, window)


def sort_out(
    space: Space, invoices: Sequence[Invoice | UnreadableInvoice], window: Window | None = None
) -> InvoicesFound:
    """What sevDesk holds of these invoices; `window` narrows the first look where given."""
    sorting = _Sorting(space)
    to_look_up = [invoice for invoice in invoices if sorting.is_to_be_booked(invoice)]
    try:
        ledger = sorting.look_up(to_look_up, window)
        if window is not None:
            sorting.edited += gone_from_cobot(space, invoices, ledger, window)
    except ENDS as error:
        everything = tuple(held(invoice) for invoice in to_look_up)
        reason = stop_reason(error, space)
        return sorting.outcome(len(invoices), stop=stopped(reason, everything))
    return sorting.outcome(len(invoices))


def check_invoices(space: Space, found: InvoicesFound) -> InvoicesChecked:
    """Which of the wanted invoices can be booked; for the others every reason, before any write."""
    if not found.wanted or any(problem.everything for problem in found.problems):
        return InvoicesChecked(problems=found.problems)
    try:
        return _check(space, found)
    except ENDS as error:
        return _all_stopped(stop_reason(error, space), found)
    except RemoteUnavailableError as error:
        if not space.last_try:
            raise
        return _all_stopped(Reason("CS-306", {"service": error.request.service}), found)


def _check(space: Space, found: InvoicesFound) -> InvoicesChecked:
    setup = check_setup(space)
    if isinstance(setup, Reason):
        return _all_stopped(setup, found)
    problems = Problems(found.problems)
    judged = judge_afresh(space, found.wanted, setup)
    for invoice, reasons in judged.held:
        for reason in reasons:
            problems.hold(reason, held(invoice))
    bookable = tuple(held(invoice) for invoice, _ in judged.bookable)
    look_mark = None if judged.is_renumbered else found.look_mark
    return InvoicesChecked(bookable, tuple(judged.skipped), tuple(problems), look_mark)


def _all_stopped(reason: Reason, found: InvoicesFound) -> InvoicesChecked:
    return InvoicesChecked(problems=(*found.problems, stopped(reason, found.wanted)))


@dataclass
class _Sorting:
    """The invoices of one call, falling into place."""

    space: Space
    wanted: list[HeldInvoice] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    elsewhere: list[Listed] = field(default_factory=list)
    skipped: list[Listed] = field(default_factory=list)
    edited: list[Listed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    recent: Recent = field(default_factory=Recent)
    look_mark: LookMark | None = None

    def is_to_be_booked(self, invoice: Invoice | UnreadableInvoice) -> bool:
        """Whether sevDesk should hold the invoice; lists it as skipped otherwise."""
        why = reason_to_skip(invoice, space=self.space.rules, today=self.space.today)
        if why:
            self.skipped.append(Listed(invoice.id, invoice.number, why))
        return why is None

    def look_up(
        self, invoices: Sequence[Invoice | UnreadableInvoice], window: Window | None
    ) -> Ledger:
        """Look at the vouchers of the window first; at others only where some are missing."""
        vouchers = self.space.sevdesk.vouchers
        narrow = window is not None and not window.is_empty
        ledger = Ledger(vouchers.iter(window) if narrow else ())
        if missing := [one for one in invoices if not ledger.of_invoice(one.id)]:
            earlier = self.space.memory.look()
            looked = look_for(missing, vouchers, earlier=earlier, today=self.space.today)
            for voucher in looked.vouchers:
                ledger.add(voucher)
            self.look_mark, self.space.memory.new_look = looked.mark, looked.look
        kept = [v for i in invoices for v in ledger.of_invoice(i.id)]
        if window is not None:
            recent = [
                v.gross or ZERO for v in kept if v.date is not None and v.date in window.recent
            ]
            self.recent = Recent(len(recent), sum(recent, ZERO))
        memory = self.space.memory
        memory.keep(voucher.stamp for voucher in kept)
        unknown = [voucher.id for voucher in kept if not memory.knows(voucher.stamp)]
        tags = vouchers.get_tags(TAGS, of=unknown) if unknown else {}
        for invoice in invoices:
            self._place(invoice, ledger, tags)
        self._find_edited_among_skipped(ledger)
        return ledger

    def _find_edited_among_skipped(self, ledger: Ledger) -> None:
        """What became a reason to skip after it was booked is an edit: a total of zero, say."""
        ignored = self.space.rules.ignored
        for one in self.skipped[:]:
            if one.number not in ignored and ledger.of_invoice(one.id):
                self.skipped.remove(one)
                self.already.append(one.number)
                self.edited.append(one)

    def _place(
        self, invoice: Invoice | UnreadableInvoice, ledger: Ledger, tags: dict[str, set[str]]
    ) -> None:
        if isinstance(invoice, UnreadableInvoice):
            self._place_unreadable(invoice, ledger)
            return
        step = plan(invoice, ledger)
        if isinstance(step, Create):
            self.wanted.append(held(invoice))
        elif isinstance(step, Conflict):
            self.problems.append(Problem(step.reason, invoices=(held(invoice),)))
        elif isinstance(step, BookedElsewhere):
            self.already.append(invoice.number)
            why = f"booked by hand as voucher {step.voucher.id}"
            self.elsewhere.append(Listed(invoice.id, invoice.number, why))
        else:
            self._place_kept(invoice, step, tags)

    def _place_kept(self, invoice: Invoice, step: Keep, tags: dict[str, set[str]]) -> None:
        if any(is_half_done(self.space, voucher, tags) for voucher in step.vouchers):
            self.wanted.append(held(invoice))
            self.look_mark = None
            return
        self.already.append(invoice.number)
        memory, content = self.space.memory, content_of(invoice)
        before = [memory.content(voucher.stamp) for voucher in step.vouchers]
        changes = step.drift or changes_since(before[0], content)
        if changes:
            self.edited.append(Listed(invoice.id, invoice.number, "; ".join(changes)))
        for voucher in step.vouchers:
            memory.note(voucher.stamp, content)

    def _place_unreadable(self, invoice: UnreadableInvoice, ledger: Ledger) -> None:
        """A booked invoice that cannot be read any more is a later edit; else it is held back."""
        if ledger.of_invoice(invoice.id):
            self.already.append(invoice.number)
            self.edited.append(Listed(invoice.id, invoice.number, f"unreadable: {invoice.reason}"))
        else:
            self.wanted.append(held(invoice))
            self.look_mark = None  # what number it has, nobody could look for

    def outcome(self, found: int, *, stop: Problem | None = None) -> InvoicesFound:
        return InvoicesFound(
            found=found,
            wanted=tuple(self.wanted),
            already_booked=tuple(self.already),
            booked_elsewhere=tuple(self.elsewhere),
            skipped=tuple(self.skipped),
            edited_later=tuple(self.edited),
            problems=(*self.problems, *((stop,) if stop else ())),
            recent=self.recent,
            look_mark=self.look_mark,
        )


def missing_tags(voucher: BookedVoucher, tags: dict[str, set[str]]) -> tuple[str, ...]:
    """The tags that our voucher still needs; `Import` comes last and so proves the others."""
    own = tags.get(voucher.id, set())
    if IMPORT_TAG in own:
        return ()
    needed = (IMPORT_TAG,) if voucher.contact_id else (MISMATCH_TAG, IMPORT_TAG)
    return tuple(tag for tag in needed if tag not in own)


def is_half_done(space: Space, voucher: BookedVoucher, tags: dict[str, set[str]]) -> bool:
    """Whether our own voucher lacks its tags or, where it can still be had, its document.

    One that was seen whole is taken as it is: somebody may have removed something on purpose, or
    the space file did not ask for documents then.
    """
    if space.memory.knows(voucher.stamp):
        return False
    lacks_document = space.rules.attach_pdf and not voucher.has_document
    return lacks_document or bool(missing_tags(voucher, tags))
