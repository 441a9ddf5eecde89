"""What the tasks of a run do: gather, decide, and where they write, apply.

Every function reads afresh what it needs, so that it may be repeated at any time, alone. What
stops the whole space becomes a problem. What may heal by waiting is raised, so that Airflow tries
again; on the last try it becomes a problem, too.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from cobot_sevdesk.domain.decisions import Books, decide, reason_to_skip
from cobot_sevdesk.domain.invoice import AnyInvoice
from cobot_sevdesk.domain.plan import (
    DONE,
    Applied,
    MembersApplied,
    Plan,
    Planned,
    Row,
    all_waiting,
    deleted_rows,
    held_row,
    problems_of,
)
from cobot_sevdesk.domain.problems import (
    Problem,
    Problems,
    Reason,
    Remark,
    ref_of,
    stopping,
)
from cobot_sevdesk.domain.voucher import BookedVoucher
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import CobotSevdeskError
from cobot_sevdesk.sync import members as members_steps
from cobot_sevdesk.sync.account import Account, ReasonedError, reason_to_wait
from cobot_sevdesk.sync.gather import (
    Parts,
    check_sevdesk,
    find_contact,
    find_gone,
    gather,
    read_invoices,
)
from cobot_sevdesk.sync.listed import Written
from cobot_sevdesk.sync.lock import sole_writer
from cobot_sevdesk.sync.members import MembersFound, stopped, sync_found, sync_strangers
from cobot_sevdesk.sync.vouchers import write_planned


@dataclass(frozen=True)
class KnownContents:
    """Invoice id -> content, as earlier runs knew it: when booked, or when about to be booked."""

    booked: Mapping[str, str] = field(default_factory=dict)
    planned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InvoicesFound:
    """The invoices of a window, one row for each; `gone` are vouchers whose invoice is not there.

    `gone` holds numbers and remarks.
    """

    rows: tuple[Row, ...] = ()
    gone: tuple[tuple[str, Remark], ...] = ()
    stops: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What needs a person."""
        return tuple(Problems((*self.stops, *problems_of(self.rows))))

    @property
    def leaves_work(self) -> bool:
        """Whether the next task has anything to do, or to tell."""
        return bool(self.stops) or any(row.state not in DONE for row in self.rows)

    @property
    def unfinished(self) -> tuple[Row, ...]:
        """What is to be booked, and what waits."""
        return tuple(row for row in self.rows if row.state not in DONE)


@dataclass(frozen=True)
class Pushed:
    """What a push did, with every problem of the run so far."""

    applied: Applied = field(default_factory=Applied)
    members: MembersApplied = field(default_factory=MembersApplied)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What needs a person."""
        return tuple(
            Problems((*self.members.problems, *self.applied.stops, *problems_of(self.applied.rows)))
        )


def find_members(account: Account, confirmed: Window, window: Window | None) -> MembersFound:
    """Who needs a contact or a number; see `members.find_members`."""
    try:
        return members_steps.find_members(account, confirmed, window)
    except CobotSevdeskError as error:
        return MembersFound(problems=(stopping(reason_to_wait(error, account)),))


def find_invoices(account: Account, window: Window, known: KnownContents) -> InvoicesFound:
    """The invoices of the window, and what sevDesk holds of each."""
    try:
        # Also where nothing is to be done: another space's invoices may all be booked.
        account.cobot.space.check_stated()
        invoices = read_invoices(account, window)
    except CobotSevdeskError as error:
        return InvoicesFound(stops=(stopping(reason_to_wait(error, account)),))
    return look_up(account, invoices, window, known)


def look_up(
    account: Account,
    invoices: Sequence[AnyInvoice],
    window: Window | None,
    known: KnownContents,
) -> InvoicesFound:
    """What sevDesk holds of these invoices; without a window nothing is told of others."""
    try:
        parts = Parts(booked_contents=known.booked, planned_contents=known.planned)
        books = gather(account, invoices, window, parts)
        gone = find_gone(account, invoices, books, window) if window is not None else []
        plan = _decide_all(account, invoices, books, gone)
    except CobotSevdeskError as error:
        return _all_held(account, invoices, reason_to_wait(error, account))
    return InvoicesFound(plan.rows(), plan.remarks_on_gone())


def check_invoices(account: Account, rows: Sequence[Row]) -> Applied:
    """Which of these can be booked; for the others every reason, before anything is written."""
    to_check = [row for row in rows if row.state not in DONE]
    if not to_check:
        return Applied()
    try:
        invoices = read_invoices(account, [row.invoice for row in to_check])
        books = gather(account, invoices, parts=_parts_of(to_check, contacts=False))
        plan = _decide_all(account, invoices, books)
    except CobotSevdeskError as error:
        reason = reason_to_wait(error, account)
        rows_held = tuple(held_row(row.invoice, reason) for row in to_check)
        return Applied(rows_held, (stopping(reason),))
    return Applied((*plan.rows(), *deleted_rows(to_check, invoices)))


def sync_members(account: Account, found: MembersFound, *, dry_run: bool) -> MembersApplied:
    """Give every found member its contact and its number; in a dry run only count.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError, SpaceBusyError: a service is away, or another
            run writes; the next try goes on where this one stopped.
    """
    before = found.held
    if not (found.members or found.teams) or any(one.everything for one in found.problems):
        return before
    try:
        with _writing(account, dry_run=dry_run) as written:
            _check_before_contacts(account)
            return before.plus(sync_found(account, found, written, dry_run=dry_run))
    except CobotSevdeskError as error:
        return before.plus(stopped(reason_to_wait(error, account)))


def push(account: Account, rows: Sequence[Row], known: MembersApplied, *, dry_run: bool) -> Pushed:
    """Book what can be booked; in a dry run only say what would be.

    `rows` are the invoices that are not done yet, `known` is what became of members in this run.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError, SpaceBusyError: as `sync_members`.
    """
    to_push = [row for row in rows if row.state not in DONE]
    if not to_push:
        return Pushed(members=known)
    if stops := [one for one in known.problems if one.everything]:
        return _nothing_pushed(to_push, stops, known)
    try:
        with _writing(account, dry_run=dry_run) as written:
            return _push(account, to_push, known, written, dry_run=dry_run)
    except CobotSevdeskError as error:
        stop = stopping(reason_to_wait(error, account))
        return _nothing_pushed(to_push, [stop], known)


def go_through(
    account: Account, members: MembersFound, rows: Sequence[Row], *, dry_run: bool
) -> Pushed:
    """Members, then invoices, where no tasks stand between them: repair and preflight."""
    known = sync_members(account, members, dry_run=dry_run)
    return push(account, rows, known, dry_run=dry_run)


def retry(
    account: Account,
    problem: Problem,
    confirmed: Window,
    window: Window,
    known: KnownContents,
    *,
    dry_run: bool,
) -> Pushed:
    """Try again what this problem held up; the whole window where it held up everything.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError, SpaceBusyError: as `sync_members`.
    """
    deleted: tuple[Row, ...] = ()
    if problem.everything:
        members = find_members(account, confirmed, window)
        found = find_invoices(account, window, known)
    else:
        try:
            invoices = read_invoices(account, problem.invoices)
        except CobotSevdeskError as error:
            stop = stopping(reason_to_wait(error, account), problem.invoices)
            return Pushed(Applied(stops=(stop,)))
        members = _members_of(account, problem)
        contents = {ref.id: ref.content for ref in problem.invoices if ref.content}
        found = look_up(account, invoices, None, replace(known, planned=contents))
        deleted = tuple(deleted_rows([Row(ref, "held") for ref in problem.invoices], invoices))
    if found.stops:
        told = MembersApplied(problems=members.problems)
        return Pushed(Applied((*deleted, *found.rows), found.stops), told)
    pushed = go_through(account, members, found.rows, dry_run=dry_run)
    done = (row for row in found.rows if row.state in DONE)
    rows = (*deleted, *done, *pushed.applied.rows)
    return replace(pushed, applied=replace(pushed.applied, rows=rows))


def _members_of(account: Account, problem: Problem) -> MembersFound:
    """The members that a problem names; some of them may be teams."""
    is_wiping = any(one.code == "CS-405" for one in problem.flat)
    return MembersFound(problem.members, numbers_stopped=is_wiping and account.rules.writes_numbers)


def _push(
    account: Account,
    rows: Sequence[Row],
    known: MembersApplied,
    written: Written,
    *,
    dry_run: bool,
) -> Pushed:
    account.cobot.space.check_stated()
    invoices = read_invoices(account, [row.invoice for row in rows])
    deleted = tuple(deleted_rows(rows, invoices))
    parts = replace(_parts_of(rows), unlisted=written.only(written.names))
    books = gather(account, invoices, parts=parts)
    known = sync_strangers(account, invoices, books, known, written, dry_run=dry_run)
    books = _with_members(account, books, known)
    plan = _decide_all(account, invoices, books)
    refusal = plan.refusal(account.rules.most_new)
    if refusal or any(one.everything for one in known.problems):
        stops = [stopping(refusal)] if refusal else [p for p in known.problems if p.everything]
        return _nothing_pushed(rows, stops, known, (*plan.rows(), *deleted))
    if dry_run:
        return Pushed(Applied((*deleted, *plan.rows_as_if_applied())), known)
    done = write_planned(account, plan, parts, written)
    told = _with_earlier_tries(done.rows, rows, account)
    return Pushed(replace(done, rows=(*deleted, *told)), known)


def _with_earlier_tries(
    now: Sequence[Row], before: Sequence[Row], account: Account
) -> Sequence[Row]:
    """What was open when this run looked, and stands at a later try of it, was booked by it."""
    if account.task.try_number == 1:
        return now
    was_open = {row.invoice.key for row in before if row.state == "open"}
    return [
        replace(row, state="booked") if row.state == "kept" and row.invoice.key in was_open else row
        for row in now
    ]


def _with_members(account: Account, books: Books, known: MembersApplied) -> Books:
    """The books with what became of the debtors; contacts made a moment ago are read singly."""
    if books.contacts is not None:
        for id_ in known.contacts.values():
            if id_ and id_ not in books.contacts and (contact := find_contact(account, id_)):
                books.contacts.add(contact)
    promised = frozenset(key for key, id_ in known.contacts.items() if id_ == "")
    return replace(books, failed=known.failed, promised=promised)


def _check_before_contacts(account: Account) -> None:
    """A token that may not do all would leave contacts without numbers or vouchers.

    Raises:
        ReasonedError: sevDesk is not ready for this space.
        CredentialsError, SpaceNotVisibleError: Cobot's invoices may not be read.
    """
    reason = check_sevdesk(account)
    if isinstance(reason, Reason):
        raise ReasonedError(reason)
    account.cobot.space.check_stated()
    account.cobot.check_invoices()


def _decide_all(
    account: Account,
    invoices: Sequence[AnyInvoice],
    books: Books,
    gone: Sequence[BookedVoucher] = (),
) -> Plan:
    planned = tuple(
        Planned(one, decide(one, books, account.rules, today=account.today)) for one in invoices
    )
    return Plan(planned, tuple(gone))


def _parts_of(rows: Sequence[Row], *, contacts: bool = True) -> Parts:
    """What is read before something is written, or said to be bookable."""
    contents = {row.invoice.id: row.invoice.content for row in rows if row.invoice.content}
    return Parts(setup=True, contacts=contacts, planned_contents=contents)


def _all_held(account: Account, invoices: Sequence[AnyInvoice], reason: Reason) -> InvoicesFound:
    """All that should be booked waits, since sevDesk's side could not be read."""
    rows = []
    for invoice in invoices:
        why = reason_to_skip(invoice, rules=account.rules, today=account.today)
        ref = ref_of(invoice)
        rows.append(Row(ref, "skipped", remarks=(why,)) if why else held_row(ref, reason))
    return InvoicesFound(tuple(rows), stops=(stopping(reason),))


def _nothing_pushed(
    rows: Sequence[Row],
    stops: Sequence[Problem],
    known: MembersApplied,
    decided: Sequence[Row] = (),
) -> Pushed:
    """Everything waits for these problems; what stands or needs no voucher is told all the same."""
    reasons = tuple(stop.reason for stop in stops)
    return Pushed(Applied(all_waiting(rows, reasons, decided), tuple(stops)), known)


def _writing(account: Account, *, dry_run: bool) -> AbstractContextManager[Written]:
    """The space's lock; a dry run writes nothing and needs none."""
    return nullcontext(Written()) if dry_run else sole_writer(account)
