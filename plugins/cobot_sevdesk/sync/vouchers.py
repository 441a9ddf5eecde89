"""Exactly one complete voucher for each invoice: what is written, in which order, once each.

An invoice's vouchers are saved with their documents first, then tagged. `Import` comes last, so it
proves that all before it is there. What sevDesk says it saved must be what was meant.
"""

import logging
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace
from threading import Lock
from zlib import crc32

from cobot_sevdesk.domain.decisions import (
    Create,
    Finish,
    Hold,
    Keep,
    decide,
    missing_tags,
    saved_otherwise,
)
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.money import text
from cobot_sevdesk.domain.plan import Applied, Plan, Planned, Row, booked_row, held_row, row_of
from cobot_sevdesk.domain.problems import Reason, ref_of, stopping
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.domain.voucher import (
    MISMATCH_TAG,
    BookedPosition,
    BookedVoucher,
    Voucher,
    differences,
)
from cobot_sevdesk.errors import (
    Reach,
    RemoteRejectedError,
    UnreadableAnswerError,
)
from cobot_sevdesk.sync.account import Account, ReasonedError, answer_of
from cobot_sevdesk.sync.apply import apply
from cobot_sevdesk.sync.gather import Parts, find_positions, gather
from cobot_sevdesk.sync.listed import Written

log = logging.getLogger(__name__)

MOST_REFUSALS_OF_A_KIND = 3
"""sevDesk names no request limit, but blocks tokens that produce many errors.
https://landing.sevdesk.de/service-support-center-technik-api-faq"""
MOST_REFUSED_DOCUMENTS = 10
"""More than of vouchers: what is wrong with one PDF says nothing about the next one."""


class HoldError(Exception):
    """One invoice cannot go on now, for this reason; the others do."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.code)


def write_planned(account: Account, plan: Plan, parts: Parts, written: Written) -> Applied:
    """Carry a plan out; returns what became of each of its invoices.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError: a service is away, and Airflow tries again.
    """
    untouched = [row_of(one) for one in plan.planned if not one.needs_writing]
    writer = VoucherWriter(account, parts, written)
    to_write = _rotated(plan.to_write, account)
    result = apply(to_write, writer, account, at_once=account.at_once)
    written.has_unknown |= bool(result.unknown)
    rows = [*untouched, *result.outcomes]
    if not result.left:
        return Applied(tuple(rows))
    left = [row_of(one).invoice for one in result.left]
    reason = result.why_left(account)
    stops = () if result.stop is None else (stopping(reason),)
    return Applied((*rows, *(held_row(ref, reason) for ref in left)), stops)


def _rotated(planned: Sequence[Planned], account: Account) -> list[Planned]:
    """In another order in each run and try.

    A few that are always refused, and come first, must not hold up for good what is like them.
    """
    if not planned:
        return []
    cut = crc32(f"{account.task.run_id} {account.task.try_number}".encode()) % len(planned)
    return [*planned[cut:], *planned[:cut]]


class VoucherWriter:
    """Writes what was planned, each invoice in a thread of its own; see `apply`."""

    def __init__(self, account: Account, parts: Parts, written: Written) -> None:
        self._account = account
        self._vouchers = account.sevdesk.vouchers
        self._parts = parts
        self._written = written
        self._budget = RefusalBudget()
        self._documents = RefusalBudget(MOST_REFUSED_DOCUMENTS)

    def ensure(self, planned: Planned) -> Row:
        """Bring one invoice to its end: complete vouchers, or a reason why not.

        Raises:
            OutcomeUnknownError, RemoteUnavailableError: nobody knows what became of it.
            CredentialsError, ReasonedError: the whole space stops.
        """
        invoice, decision = planned.invoice, planned.decision
        if isinstance(invoice, UnreadableInvoice) or not isinstance(decision, Create | Finish):
            return row_of(planned)
        try:
            vouchers = self._write(invoice, decision)
        except HoldError as hold:
            return held_row(row_of(planned).invoice, hold.reason)
        except RemoteRejectedError as error:
            if error.reach is not Reach.OBJECT:
                raise
            log.warning("%s: %s", invoice.number, error)
            self._budget.note(error, group_of(decision))
            return held_row(row_of(planned).invoice, _refusal(error))
        self._budget.note_success(group_of(decision))
        return self._note(planned, vouchers)

    def is_success(self, outcome: Row) -> bool:
        """Whether the invoice was booked."""
        return outcome.state == "booked"

    def look_again(self, pieces: Sequence[Planned]) -> tuple[list[Row], list[Planned]]:
        """What stands by now of invoices whose write got no answer; nothing is written."""
        invoices = [planned.invoice for planned in pieces]
        meant = {ref.id: ref.content for ref in (row_of(one).invoice for one in pieces)}
        known = self._written.only(self._parts.unlisted.names | self._written.half_done)
        parts = replace(self._parts, planned_contents=meant, unlisted=known)
        books = gather(self._account, invoices, parts=parts)
        rows, left = [], []
        for before in pieces:
            decision = decide(before.invoice, books, self._account.rules, today=self._account.today)
            now = replace(before, decision=decision)
            if isinstance(decision, Keep | Finish):
                self._compare_standing(before, decision.standing)
            if now.needs_writing:
                left.append(now)
            elif isinstance(decision, Keep):
                rows.append(self._note(before, decision.standing))
            else:
                rows.append(_row_or_stop(now))
        return rows, left

    def _note(self, planned: Planned, vouchers: Sequence[BookedVoucher]) -> Row:
        day = ref_of(planned.invoice).date or self._account.today
        for one in vouchers:
            self._written.add_voucher(one.id, one.date or day)
        row = booked_row(planned, vouchers=vouchers)
        _log_booked(row)
        return row

    def _write(self, invoice: Invoice, decision: Create | Finish) -> list[BookedVoucher]:
        """Vouchers and documents first, then the tags; returns all vouchers of the invoice."""
        if spent := self._budget.spent_on(group_of(decision)):
            raise HoldError(_refusal(spent))
        if isinstance(decision, Create):
            standing: list[BookedVoucher] = []
            saved = self._save(invoice, decision.vouchers, decision.contact_id)
            tags = {}
        else:
            standing, tags = list(decision.standing), dict(decision.tags)
            for voucher in decision.undocumented:
                self._attach(invoice, voucher)
            saved = self._save(invoice, decision.missing, standing[0].contact_id)
        tags |= {voucher.id: missing_tags(voucher, {}) for voucher in saved}
        for id_, names in tags.items():
            for name in names:
                self._vouchers.create_tag(id_, name)
        return [*standing, *saved]

    def _save(
        self, invoice: Invoice, vouchers: Sequence[Voucher], contact_id: str | None
    ) -> list[BookedVoucher]:
        found = []
        for voucher in vouchers:
            filename = self._upload(invoice) if self._account.rules.attach_pdf else None
            saved = self._vouchers.create(voucher, contact_id=contact_id, filename=filename)
            self._written.half_done_vouchers.add(saved.voucher.id)
            self._compare(invoice, voucher, saved.voucher, contact_id, saved.positions)
            if filename and not saved.voucher.has_document:
                # Once more at most: a sevDesk that never shows documents is not asked for ever.
                self._attach(invoice, saved.voucher)
            found.append(replace(saved.voucher, contact_id=contact_id))
        return found

    def _compare(
        self,
        invoice: Invoice,
        meant: Voucher,
        saved: BookedVoucher,
        contact_id: str | None,
        positions: Sequence[BookedPosition] | None,
    ) -> None:
        """Stop the space where sevDesk holds something else; an answer alone may be incomplete.

        Raises:
            ReasonedError: the voucher itself shows the difference, too.
        """
        if not differences(meant, saved, contact_id=contact_id, positions=positions):
            return
        now = self._vouchers.get(saved.id)
        there = find_positions(self._account, saved.id)
        if fields := differences(meant, now, contact_id=contact_id, positions=there):
            raise ReasonedError(saved_otherwise(invoice.number, saved.id, fields))

    def _compare_standing(self, before: Planned, standing: Sequence[BookedVoucher]) -> None:
        """The same for vouchers whose answer was lost: as sevDesk's list shows them."""
        if not isinstance(before.decision, Create) or not isinstance(before.invoice, Invoice):
            return
        meant = {voucher.key: voucher for voucher in before.decision.vouchers}
        for voucher in standing:
            for key in voucher.keys & meant.keys():
                contact_id = before.decision.contact_id
                self._compare(before.invoice, meant[key], voucher, contact_id, None)

    def _upload(self, invoice: Invoice) -> str:
        """Bring the PDF from Cobot to sevDesk; returns the name by which a voucher refers to it.

        Raises:
            HoldError: Cobot has no PDF that can be used, or sevDesk cannot read it. After ten
                that it cannot read, one after the other, no more are sent.
        """
        if spent := self._documents.spent_on():
            raise HoldError(_refusal(spent))
        try:
            pdf = self._account.cobot.get_pdf(invoice.id)
        except (UnreadableAnswerError, RemoteRejectedError) as error:
            if error.reach is not Reach.OBJECT:
                raise
            log.warning("%s: no PDF: %s", invoice.number, error)
            raise HoldError(Reason("CS-225", {"invoice": invoice.number})) from None
        name = re.sub(r"[^\w-]", "_", invoice.number)
        with pdf:
            try:
                filename = self._vouchers.upload_pdf(pdf, f"{name}.pdf")
            except RemoteRejectedError as error:
                if error.reach is not Reach.OBJECT:
                    raise
                log.warning("%s: PDF refused: %s", invoice.number, error)
                self._documents.note(error)
                details = {"invoice": invoice.number, "answer": answer_of(error)}
                raise HoldError(Reason("CS-227", details)) from None
        self._documents.note_success()
        return filename

    def _attach(self, invoice: Invoice, voucher: BookedVoucher) -> None:
        """Give an interrupted voucher its document; an open one is a draft for a moment.

        Raises:
            HoldError: it is paid or locked by now; or there is no PDF.
        """
        if self._vouchers.shows_document(voucher.id):
            return
        if voucher.is_paid_or_locked:
            details = {"invoice": invoice.number, "voucher": voucher.id}
            raise HoldError(Reason("CS-305", details))
        # A draft may be an open voucher that an earlier try had to reset for the same purpose.
        status = self._account.rules.status if voucher.status == DRAFT else voucher.status
        self._vouchers.attach_pdf(voucher, self._upload(invoice), status=status)


class RefusalBudget:
    """Counts refusals by kind in each group; after three of a kind the group is not sent any more.

    A kind is path, status and message, whatever numbers it names. A group is what sevDesk may
    refuse alike: a closed month or an account must not hold up the vouchers of others.
    """

    def __init__(self, most: int = MOST_REFUSALS_OF_A_KIND) -> None:
        self._most = most
        self._refusals: dict[Hashable, Counter[str]] = {}
        self._spent_on: dict[Hashable, RemoteRejectedError] = {}
        self._lock = Lock()

    def note(self, error: RemoteRejectedError, group: Hashable = None) -> None:
        """Count a refusal."""
        what = re.sub(r"\d+", "#", f"{error.request.path} {error.said}")
        kind = f"{error.status} {what}"
        with self._lock:
            refusals = self._refusals.setdefault(group, Counter())
            refusals[kind] += 1
            if refusals[kind] >= self._most:
                self._spent_on[group] = error

    def note_success(self, group: Hashable = None) -> None:
        """One of the group went through: what was refused before was about single ones."""
        with self._lock:
            self._refusals.pop(group, None)
            self._spent_on.pop(group, None)

    def spent_on(self, group: Hashable = None) -> RemoteRejectedError | None:
        """The refusal that used up the budget of a group; `None` while some is left."""
        return self._spent_on.get(group)


def group_of(decision: Create | Finish) -> Hashable:
    """What sevDesk may refuse alike: the month, the tax rule, the accounts, the sign."""
    if isinstance(decision, Finish):
        return "finish"
    return frozenset(
        (
            voucher.date.replace(day=1),
            voucher.tax_rule,
            voucher.sums.gross < 0,
            frozenset(position.account_id for position in voucher.positions),
        )
        for voucher in decision.vouchers
    )


def _refusal(error: RemoteRejectedError) -> Reason:
    """Why an invoice waits whose write was refused."""
    return Reason("CS-303", {"answer": answer_of(error)})


def _row_or_stop(planned: Planned) -> Row:
    """The row of what needs a person now.

    Raises:
        ReasonedError: sevDesk holds something else than was meant.
    """
    invoice, decision = planned.invoice, planned.decision
    if isinstance(invoice, Invoice) and isinstance(decision, Hold):
        for reason in decision.reasons:
            if reason.code == "CS-304":
                raise ReasonedError(reason)
    return row_of(planned)


def _log_booked(row: Row) -> None:
    log.info(
        "%s  %s %s  voucher %s%s",
        row.invoice.number,
        text(row.invoice.cents),
        row.invoice.currency,
        ", ".join(row.vouchers),
        f"  {MISMATCH_TAG}" if row.mismatch else "",
    )
