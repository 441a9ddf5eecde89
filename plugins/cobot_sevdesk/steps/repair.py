"""Trying again what a problem held up, with fresh data from both sides."""

from dataclasses import dataclass, replace

from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.money import ZERO, to_cents
from cobot_sevdesk.domain.outcome import (
    InvoicesFound,
    MembersFound,
    MembersSynced,
    Pushed,
)
from cobot_sevdesk.domain.planning import Ledger
from cobot_sevdesk.domain.problems import Problem, Problems, held
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.steps.chain import go_through
from cobot_sevdesk.steps.invoices import find_invoices, sort_out
from cobot_sevdesk.steps.members import find_members
from cobot_sevdesk.steps.reading import read_again
from cobot_sevdesk.steps.space import ENDS, Space, stop_reason, stopped


@dataclass(frozen=True)
class Repaired:
    """What came of another try; `pushed.problems` is empty where everything is through."""

    synced: MembersSynced
    pushed: Pushed


def retry(space: Space, problem: Problem, window: Window, *, dry_run: bool) -> Repaired:
    """Try again what this problem held up; the whole window where it held up everything.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError: a service is away; to be tried again.
    """
    if problem.everything:
        return _go(
            space, find_members(space, window), find_invoices(space, window), dry_run=dry_run
        )
    try:
        read = read_again(space, problem.invoices)
        members = _members_of(problem, list(read.values()))
        found = sort_out(space, list(read.values()))
        repaired = _go(space, members, found, dry_run=dry_run)
        return _still_different(space, problem, read, repaired)
    except ENDS as error:
        reason = stop_reason(error, space)
        return Repaired(MembersSynced(), Pushed(problems=(stopped(reason, problem.invoices),)))


def _go(space: Space, members: MembersFound, invoices: InvoicesFound, *, dry_run: bool) -> Repaired:
    done = go_through(space, members, invoices, dry_run=dry_run)
    already = (*invoices.already_booked, *done.pushed.already_booked)
    return Repaired(done.synced, replace(done.pushed, already_booked=already))


def _members_of(problem: Problem, invoices: list[Invoice | UnreadableInvoice]) -> MembersFound:
    """The members that the problem names; its invoices tell which of them are teams."""
    owing = {i.debtor for i in invoices if isinstance(i, Invoice) and i.debtor is not None}
    teams = {debtor.id for debtor in owing if debtor.kind == "teams"}
    return MembersFound(
        members=tuple(id_ for id_ in problem.members if id_ not in teams),
        teams=tuple(id_ for id_ in problem.members if id_ in teams),
    )


def _still_different(
    space: Space, problem: Problem, read: dict[str, Invoice | UnreadableInvoice], done: Repaired
) -> Repaired:
    """A voucher that sevDesk computed differently counts as through once its gross agrees."""
    told = [
        (one.reason, read[invoice.id])
        for one in (problem, *problem.rest)
        for invoice in one.invoices
        if one.code == "CS-304" and invoice.id in read
    ]
    if not told:
        return done
    ledger = Ledger(space.sevdesk.vouchers.iter())
    problems = Problems(done.pushed.problems)
    for reason, invoice in told:
        own = ledger.of_invoice(invoice.id)
        gross = sum((voucher.gross or ZERO for voucher in own), ZERO)
        if isinstance(invoice, Invoice) and own and gross != to_cents(invoice.gross):
            problems.hold(reason, held(invoice))
    return replace(done, pushed=replace(done.pushed, problems=tuple(problems)))
