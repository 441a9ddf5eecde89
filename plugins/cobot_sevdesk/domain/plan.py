"""A run as values: what is to become of each invoice (`Plan`), and what became of it (`Applied`).

Both consist of rows, one for each invoice. Rows travel between tasks, so they hold no personal
data. The rows of later tasks replace those of earlier ones: see `latest`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from cobot_sevdesk.domain.decisions import (
    BookedByHand,
    Create,
    Decision,
    Finish,
    Hold,
    Keep,
    Skip,
)
from cobot_sevdesk.domain.identity import without_marker
from cobot_sevdesk.domain.invoice import AnyInvoice
from cobot_sevdesk.domain.money import ZERO
from cobot_sevdesk.domain.problems import (
    InvoiceRef,
    Problem,
    Problems,
    Reason,
    Remark,
    ref_of,
)
from cobot_sevdesk.domain.voucher import BookedVoucher, Voucher

State = Literal["open", "booked", "kept", "by_hand", "skipped", "held"]
"""`open`: to be booked. `booked`: by this run. `kept`: stood before. `held`: a person is needed."""
DONE: frozenset[State] = frozenset({"booked", "kept", "by_hand", "skipped"})
"""Nothing is left to do for these."""


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice, and what becomes or became of it.

    `reasons` say why it is held, `remarks` why it is skipped or what was edited later. `off_by`
    and `moved` are the cents (in the invoice's currency) that could not be held together.
    """

    invoice: InvoiceRef
    state: State
    reasons: tuple[Reason, ...] = ()
    remarks: tuple[Remark, ...] = ()
    vouchers: tuple[str, ...] = ()
    mismatch: bool = False
    off_by: Decimal = ZERO
    moved: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Planned:
    """An invoice as it was read, and what was decided about it."""

    invoice: AnyInvoice
    decision: Decision

    @property
    def needs_writing(self) -> bool:
        """Whether something is to be written for it."""
        return isinstance(self.decision, Create | Finish)


@dataclass(frozen=True, slots=True)
class Plan:
    """The decisions about all invoices of a run, before anything is written.

    `gone` are vouchers of ours in the window whose invoice Cobot does not list there any more.
    """

    planned: tuple[Planned, ...] = ()
    gone: tuple[BookedVoucher, ...] = ()

    @property
    def to_write(self) -> list[Planned]:
        """The invoices for which something is to be written, oldest first."""
        return [one for one in self.planned if one.needs_writing]

    def refusal(self, most_new: int) -> Reason | None:
        """Why nothing of this plan may be written; `None` if it is plausible.

        A run that would make more than `most_new` invoices into vouchers may be a mistake. Where
        sevDesk holds something else than was meant, it may do so again.
        """
        for one in self.planned:
            if isinstance(one.decision, Hold):
                for reason in one.decision.reasons:
                    if reason.code == "CS-304":
                        return reason
        new = sum(isinstance(one.decision, Create) for one in self.planned)
        if new > most_new:
            return Reason("CS-307", {"count": str(new), "most": str(most_new)})
        return None

    def rows(self) -> tuple[Row, ...]:
        """A row for each invoice; what is to be written is `open`."""
        return tuple(row_of(one) for one in self.planned)

    def rows_as_if_applied(self) -> tuple[Row, ...]:
        """The rows of a dry run: what is to be written counts as booked."""
        return tuple(
            booked_row(one, vouchers=()) if one.needs_writing else row_of(one)
            for one in self.planned
        )

    def remarks_on_gone(self) -> tuple[tuple[str, Remark], ...]:
        """Number as the voucher shows it, and the remark, for every voucher in `gone`."""
        return tuple(
            (without_marker(voucher.description), Remark("edit.gone")) for voucher in self.gone
        )


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of invoices; `stops` are problems that held up everything."""

    rows: tuple[Row, ...] = ()
    stops: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class MembersApplied:
    """What became of members.

    `contacts` are contact ids by the key of their member, `failed` the keys whose contact does
    not exist. All else are Cobot ids of members and teams.
    """

    contacts: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, Reason] = field(default_factory=dict)
    created: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    unknown_countries: tuple[str, ...] = ()
    odd_tax_ids: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def plus(self, more: "MembersApplied") -> "MembersApplied":
        """Both together; each member counts once."""
        return MembersApplied(
            contacts={**self.contacts, **more.contacts},
            failed={**self.failed, **more.failed},
            created=_union(self.created, more.created),
            numbered=_union(self.numbered, more.numbered),
            unknown_countries=_union(self.unknown_countries, more.unknown_countries),
            odd_tax_ids=_union(self.odd_tax_ids, more.odd_tax_ids),
            problems=tuple(Problems((*self.problems, *more.problems))),
        )


def row_of(planned: Planned) -> Row:
    """The row of an invoice as it was decided."""
    ref = ref_of(planned.invoice)
    match planned.decision:
        case Skip(why):
            return Row(ref, "skipped", remarks=(why,))
        case Hold(reasons):
            return Row(ref, "held", reasons=reasons)
        case Keep(standing, edits):
            mismatch = any(voucher.contact_id is None for voucher in standing)
            return Row(ref, "kept", (), edits, _ids(standing), mismatch)
        case BookedByHand(voucher):
            remark = Remark("by_hand", {"voucher": voucher.id})
            return Row(ref, "by_hand", remarks=(remark,), vouchers=(voucher.id,))
        case Create():
            return Row(ref, "open")
        case Finish(content=content):
            return Row(replace(ref, content=content), "open")


def booked_row(planned: Planned, *, vouchers: Sequence[BookedVoucher]) -> Row:
    """The row of an invoice whose vouchers were made or finished by this run."""
    ref, decision = ref_of(planned.invoice), planned.decision
    if isinstance(decision, Finish):
        # What was edited in between stands as it was saved.
        gross = [one.gross for one in decision.standing]
        known = [amount for amount in gross if amount is not None]
        if decision.edits and len(known) == len(gross):
            ref = replace(ref, gross=sum(known, ZERO), content=decision.content or ref.content)
        mismatch = decision.standing[0].contact_id is None
        return Row(ref, "booked", (), decision.edits, _ids(vouchers), mismatch)
    meant: tuple[Voucher, ...] = decision.vouchers if isinstance(decision, Create) else ()
    return Row(
        ref,
        "booked",
        vouchers=_ids(vouchers),
        mismatch=isinstance(decision, Create) and decision.mismatch,
        off_by=sum((voucher.off_by for voucher in meant), ZERO),
        moved=sum((voucher.moved for voucher in meant), ZERO),
    )


def held_row(invoice: InvoiceRef, *reasons: Reason) -> Row:
    """The row of an invoice that waits."""
    return Row(invoice, "held", reasons=reasons)


def deleted_rows(rows: Iterable[Row], invoices: Sequence[AnyInvoice]) -> tuple[Row, ...]:
    """The rows of those that are not among the invoices, as Cobot has them now."""
    there = {ref_of(invoice).key for invoice in invoices}
    numbers = {invoice.number for invoice in invoices}
    return tuple(
        Row(ref, "skipped", remarks=(Remark("skip.deleted" if ref.id else "skip.unlisted"),))
        for ref in (row.invoice for row in rows)
        if ref.key not in there and (ref.id or ref.number not in numbers)
    )


def all_waiting(
    rows: Iterable[Row], reasons: tuple[Reason, ...], decided: Iterable[Row]
) -> tuple[Row, ...]:
    """The rows where everything waits for these reasons, but for what was decided to be done."""
    now = {row.invoice.key: row for row in decided}
    found = [now.get(row.invoice.key, row) for row in rows]
    return tuple(
        row
        if row.state in DONE
        else held_row(row.invoice, *dict.fromkeys((*row.reasons, *reasons)))
        for row in found
    )


def latest(*tables: Iterable[Row]) -> dict[str, Row]:
    """Invoice key -> its row, out of tables in the order in which they were made.

    A later row replaces an earlier one. What is done stays done: a task that ran beside another
    may have seen it before. An invoice that was listed without id may have got one since.
    """
    found: dict[str, Row] = {}
    for table in map(list, tables):
        keys = {row.invoice.key for row in table}
        for row in table:
            known = found.get(row.invoice.key)
            without_id = replace(row.invoice, id="").key
            if known is None and without_id not in keys:
                found.pop(without_id, None)
            if known is None or row.state in DONE or known.state not in DONE:
                found[row.invoice.key] = _joined(known, row)
    return found


def problems_of(rows: Iterable[Row]) -> list[Problem]:
    """The problems that hold up these invoices: one for each reason."""
    problems = Problems()
    for row in rows:
        for reason in row.reasons:
            problems.add(Problem(reason, invoices=(row.invoice,)))
    return list(problems)


def _joined(known: Row | None, row: Row) -> Row:
    """The later row; what this run booked stays booked by it, though it stands now."""
    if known is not None and known.state == "booked" and row.state == "kept":
        return replace(known, remarks=row.remarks or known.remarks)
    return row


def _ids(vouchers: Sequence[BookedVoucher]) -> tuple[str, ...]:
    return tuple(voucher.id for voucher in vouchers)


def _union(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
