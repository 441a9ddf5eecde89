"""Which members need a contact or another number, and giving it to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cobot_sevdesk.domain.decisions import Books, reason_to_skip
from cobot_sevdesk.domain.identity import membership_key, team_key
from cobot_sevdesk.domain.invoice import AnyInvoice, Debtor
from cobot_sevdesk.domain.member import AnyMember, Member, UnreadableMember, debtor_key
from cobot_sevdesk.domain.member_decisions import (
    HoldMember,
    LeaveMember,
    MakeContact,
    MendContact,
    find_wiped,
    number_differs,
)
from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.domain.problems import Problem, Reason, stopping
from cobot_sevdesk.domain.window import Window, local_date
from cobot_sevdesk.sync.account import Account
from cobot_sevdesk.sync.apply import apply
from cobot_sevdesk.sync.contacts import (
    ContactWriter,
    PlannedMember,
    as_if_applied,
    plan_members,
    stop_of_numbers,
)
from cobot_sevdesk.sync.gather import debtors_of, read_contacts, read_invoices
from cobot_sevdesk.sync.gather_members import (
    find_wiped_now,
    gather_members,
    list_members,
    read_members,
)
from cobot_sevdesk.sync.listed import Written


@dataclass(frozen=True)
class MembersFound:
    """Cobot ids of members and teams whose contact or number is missing or differs.

    `numbers_stopped` says that somebody tries again what Cobot's wiping updates held up. `wiped`
    are the ids of all who had lost fields when Cobot's list was read; `None` if nobody looked.
    """

    members: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    numbers_stopped: bool = False
    wiped: tuple[str, ...] | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def held(self) -> MembersApplied:
        """The problems, and whose invoices wait for them: keys of members and teams."""
        failed = {
            key(id_): problem.reason
            for problem in self.problems
            for id_ in problem.members
            for key in (membership_key, team_key)
        }
        return MembersApplied(problems=self.problems, failed=failed)

    @property
    def leaves_work(self) -> bool:
        """Whether the next task has anything to do, or to tell."""
        return bool(self.members or self.teams or self.problems)


def find_members(account: Account, confirmed: Window, window: Window | None = None) -> MembersFound:
    """Members whose contact is missing, half done, or whose number in Cobot differs.

    Those `confirmed` in these days, and the debtors of the invoices of `window`, whenever they
    were confirmed since `members_from`; cancelled or not. Teams only where the space wants it.
    """
    teams = account.rules.contacts_for_teams
    days = window if window is not None else confirmed if teams else None
    invoices = read_invoices(account, days) if days is not None else []
    debtors = debtors_of(invoices, with_teams=teams)
    listed, unlisted = list_members(account, debtors)
    members = [*listed, *unlisted]
    meant = [one for one in members if _is_meant(account, one, confirmed, debtors)]
    # Of the others, too: a contact that was begun is finished, whenever the member was confirmed.
    books = gather_members(account, meant, others=members)
    found = [
        one
        for one in plan_members(account, members, books)
        if not isinstance(one.decision, LeaveMember) and (one.member in meant or _is_half_done(one))
    ]
    work = [one.member for one in found if isinstance(one.decision, MakeContact | MendContact)]
    wiped = tuple(find_wiped(members, books.contacts, books.parts))
    return replace(_handed_on(work, found), wiped=wiped)


def sync_found(
    account: Account, found: MembersFound, written: Written, *, dry_run: bool
) -> MembersApplied:
    """Give these members their contacts and numbers, under the space's lock.

    Who is left without outcome waits, with the invoices.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError: a service is away, and Airflow tries again.
    """
    members = read_members(account, found.members, found.teams)
    books = gather_members(account, members, written=written)
    planned = plan_members(account, members, books)
    if dry_run:
        return as_if_applied(account, planned)
    writer = ContactWriter(account, written, books)
    wiped: list[str] = []
    if found.numbers_stopped or any(_needs_number(account, one) for one in planned):
        among = _members_to_look_at(account, found, members)
        wiped = find_wiped_now(account, books.contacts, among)
    writer.number_stop = stop_of_numbers() if wiped else None
    result = apply(planned, writer, account)
    result.outcomes = writer.retry_numbers(result.outcomes)
    applied = writer.summary(result.outcomes)
    if writer.number_stop:
        told = Problem(writer.number_stop, members=tuple(wiped))
        applied = applied.plus(MembersApplied(problems=(told,)))
    written.has_unknown |= bool(result.unknown)
    if not result.left:
        return applied
    reason = result.why_left(account)
    applied = applied.plus(_waiting(result.left, applied, reason))
    return applied if result.stop is None else applied.plus(stopped(reason))


def _members_to_look_at(
    account: Account, found: MembersFound, members: Sequence[AnyMember]
) -> list[AnyMember] | None:
    """Who may have lost fields in Cobot by now; `None` where all have to be looked at.

    Whoever looked a moment ago need not list all members again: Cobot allows six lists a minute.
    A try of this task since then may have wiped one of these `members`, who were read afresh.
    """
    if found.wiped is None:
        return None
    known = {member.called for member in members}
    return [*members, *read_members(account, [id_ for id_ in found.wiped if id_ not in known])]


def stopped(reason: Reason) -> MembersApplied:
    """What is told of members where a reason stops the whole space."""
    return MembersApplied(problems=(stopping(reason),))


def _waiting(
    left: Sequence[PlannedMember], applied: MembersApplied, reason: Reason
) -> MembersApplied:
    """What is told of members who were not reached: with their invoices, unless a contact stands.

    A contact that stands only lacks its number in Cobot.
    """
    failed = {
        one.member.key: reason
        for one in left
        if isinstance(one.member, Member)
        and isinstance(one.decision, MakeContact)
        and one.member.id not in applied.created
    }
    ids = tuple(str(one.member.id) for one in left if one.member.id)
    return MembersApplied(failed=failed, problems=(Problem(reason, members=ids),))


def sync_strangers(
    account: Account,
    invoices: Sequence[AnyInvoice],
    books: Books,
    known: MembersApplied,
    written: Written,
    *,
    dry_run: bool,
) -> MembersApplied:
    """Give contacts to debtors to whom no other task of this run gave one.

    `known` is what became of members before; returns that with what is new. Raises as `sync_found`.
    """
    bookable = [
        one
        for one in invoices
        if not reason_to_skip(one, rules=account.rules, today=account.today)
        and not books.vouchers.of_invoice(one.id)
    ]
    debtors = debtors_of(bookable, with_teams=account.rules.contacts_for_teams)
    strangers = _strangers_among(account, debtors, books, known)
    if not strangers.leaves_work:
        return known
    known = known.plus(strangers.held)
    if not (strangers.members or strangers.teams):
        return known
    return known.plus(sync_found(account, strangers, written, dry_run=dry_run))


def _strangers_among(
    account: Account, debtors: Collection[Debtor], books: Books, known: MembersApplied
) -> MembersFound:
    """Debtors who should get a contact and have none: for the moment before they are booked.

    They are those whom Cobot's membership list left out, who joined since this run read it, or
    whose contact was refused before. A team gets one only where the space wants that.
    """
    book = books.contacts or read_contacts(account)
    strangers = [
        debtor
        for debtor in debtors
        if (key := debtor_key(debtor)) and not book.of_key(key)
        if key not in known.contacts and key not in known.failed
    ]
    if not strangers:
        return MembersFound()
    ids = sorted(one.id for one in strangers if one.kind == "memberships")
    teams = sorted(one.id for one in strangers if one.kind == "teams")
    members = read_members(account, ids, teams)
    planned = plan_members(account, members, gather_members(account, members))
    meant = [one for one in planned if _confirmed_on(account, one.member) or one.member.is_team]
    make = [one.member for one in meant if isinstance(one.decision, MakeContact)]
    return _handed_on(make, planned)


def _handed_on(work: Sequence[AnyMember], planned: Sequence[PlannedMember]) -> MembersFound:
    """Those for whom something is to be written, and the problems of all."""
    return MembersFound(
        members=tuple(str(member.id) for member in work if not member.is_team),
        teams=tuple(str(member.id) for member in work if member.is_team),
        problems=tuple(
            Problem(one.decision.reason, members=(one.member.called,))
            for one in planned
            if isinstance(one.decision, HoldMember)
        ),
    )


def _is_meant(
    account: Account, member: AnyMember, confirmed: Window, debtors: Collection[Debtor]
) -> bool:
    if isinstance(member, UnreadableMember) or member.is_team:
        return True
    day = _confirmed_on(account, member)
    return day is not None and (day in confirmed or Debtor("memberships", member.id) in debtors)


def _is_half_done(planned: PlannedMember) -> bool:
    """Whether a contact of ours was begun, whenever the member was confirmed."""
    return isinstance(planned.decision, MendContact) and planned.decision.address


def _confirmed_on(account: Account, member: AnyMember) -> date | None:
    """The day of confirmation; `None` where there is none, or it is before `members_from`."""
    if isinstance(member, UnreadableMember) or member.confirmed_at is None:
        return None
    day = local_date(member.confirmed_at, account.rules.zone)
    return day if day >= account.rules.members_from else None


def _needs_number(account: Account, planned: PlannedMember) -> bool:
    member, decision = planned.member, planned.decision
    if isinstance(decision, MendContact) and isinstance(member, Member):
        return number_differs(member, decision.contact, account.rules)
    return isinstance(decision, MakeContact) and account.rules.writes_numbers
