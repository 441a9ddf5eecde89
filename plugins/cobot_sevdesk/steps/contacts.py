"""Exactly one sevDesk contact for each member, and its number in Cobot."""

import logging
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from cobot_sevdesk.domain.contact import AddressBook, Contact, NewContact, to_contact
from cobot_sevdesk.domain.keys import membership_key
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.outcome import MembersFound, MembersSynced
from cobot_sevdesk.domain.problems import Problem, Problems, Reason
from cobot_sevdesk.errors import (
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    UnreadableAnswerError,
)
from cobot_sevdesk.steps.budget import MOST_REFUSALS_OF_MEMBERS, ErrorBudget, why
from cobot_sevdesk.steps.careful import Work, carry_out
from cobot_sevdesk.steps.feed import tell_number
from cobot_sevdesk.steps.lock import sole_writer
from cobot_sevdesk.steps.members import by_hand, doubled, is_complete, needs_work, unreadable
from cobot_sevdesk.steps.setup import check_account
from cobot_sevdesk.steps.space import ENDS, STOPS, Space, stop_reason, stopped

log = logging.getLogger(__name__)

ONE_BY_ONE = 3
"""Up to so many members are read singly; the list is limited to six requests a minute."""


def sync_members(space: Space, found: MembersFound, *, dry_run: bool) -> MembersSynced:
    """Give every found member its contact and its number; in a dry run only count.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError: a service is away; the next try goes on
            where this one stopped.
    """
    if (not found.members and not found.teams) or _is_stopped(found):
        return MembersSynced(failed=found.failed, problems=found.problems)
    with nullcontext() if dry_run else sole_writer(space):
        return sync_found(space, found, dry_run=dry_run)


def sync_found(space: Space, found: MembersFound, *, dry_run: bool) -> MembersSynced:
    """The same for who holds the space's lock already."""
    syncing = _Syncing(space, dry_run=dry_run, failed=found.failed)
    for problem in found.problems:
        syncing.problems.add(problem)
    try:
        reason = check_account(space)
        if isinstance(reason, Reason):
            syncing.problems.add(stopped(reason))
        else:
            # A token that may not do all would leave contacts without numbers or vouchers.
            space.cobot.check_invoices()
            if not dry_run:
                space.cobot.check_writing()
            syncing.run(found)
    except ENDS as error:
        syncing.problems.add(stopped(stop_reason(error, space)))
    except (RemoteUnavailableError, OutcomeUnknownError) as error:
        if not space.last_try:
            raise
        syncing.give_up(error, found)
    return syncing.outcome()


def _is_stopped(found: MembersFound) -> bool:
    return any(problem.everything for problem in found.problems)


@dataclass(frozen=True)
class _RefusedNumber:
    """A customer number that Cobot did not take."""

    member: Member
    number: str
    reason: Reason


@dataclass
class _Syncing:
    """The members of one call on their way; every step looks before it writes."""

    space: Space
    dry_run: bool
    problems: Problems = field(default_factory=Problems)
    book: AddressBook = field(default_factory=AddressBook)
    contacts: dict[str, str] = field(default_factory=dict)
    failed: dict[str, Reason] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    unknown_countries: set[str] = field(default_factory=set)
    started: set[str] = field(default_factory=set)
    """Members for whom a write was sent whose answer may have been lost."""
    through: set[str] = field(default_factory=set)
    """Keys of members for whom nothing is left to do."""
    now: dict[str, Member] = field(default_factory=dict)
    budget: ErrorBudget = field(default_factory=lambda: ErrorBudget(MOST_REFUSALS_OF_MEMBERS))
    numbers_stopped: bool = False
    refused_numbers: dict[str, _RefusedNumber] = field(default_factory=dict)
    """By member's key, those that Cobot did not take the first time."""

    def run(self, found: MembersFound) -> None:
        self.space.let_settle()
        self.look()
        members = self._read(found)
        work = Work(do=self.sync, is_done=self.is_done, look=self.look)
        carry_out(members, work, self.space)
        for refused in list(self.refused_numbers.values()):
            if not self.numbers_stopped:
                self._write_number(refused.member, refused.number)
        self._tell_refused_numbers()

    def look(self) -> None:
        for contact in self.space.sevdesk.contacts.iter():
            self.book.add(contact)

    def is_done(self, member: Member) -> bool:
        if member.key in self.failed:
            return True
        now = member if member.is_team else self.space.cobot.find_member(member.id)
        if not isinstance(now, Member):
            return False
        self.now[member.id] = now
        return not needs_work(self.space, now, self.book)

    def sync(self, member: Member) -> bool:
        """Contact, address, ways, then the number in Cobot: the last step proves the others."""
        member = self.now.get(member.id, member)
        try:
            contact = self._ensure_contact(member)
            if contact is None:
                return member.key not in self.failed
            self.contacts[member.key] = contact.id
            if not member.is_team:
                self._ensure_number(member, contact)
            if member.key not in self.refused_numbers:
                self.through.add(member.key)
            self.budget.note_success()
        except STOPS:
            raise
        except RemoteRejectedError as error:
            self.budget.note(error)
            self._fail(member, Reason("CS-401", {"member": member.id, "why": why(error)}))
        return member.key not in self.failed

    def _ensure_contact(self, member: Member) -> Contact | None:
        own = self.book.of_key(member.key) or by_hand(self.space, member, self.book)
        if len(own) > 1:
            self._fail(member, doubled(member.id, own))
            return None
        if own and not own[0].keys:
            return own[0]
        wanted = to_contact(member)
        if own:
            if member.id in self.started:
                self.created.add(member.id)
            return self._finish(member, own[0])
        if self.dry_run:
            self._note_country(member, wanted)
            self.created.add(member.id)
            self.numbers.add(member.id)
            self.contacts[member.key] = ""
            return None
        if spent_on := self.budget.spent_on():
            raise spent_on
        self.started.add(member.id)
        contact = self.space.sevdesk.contacts.create(wanted)
        contact = replace(contact, description=wanted.description)
        self.book.add(contact)
        self.created.add(member.id)
        log.info("Member %s: contact %s created", member.id, contact.id)
        return self._finish(member, contact, is_new=True)

    def _finish(self, member: Member, contact: Contact, *, is_new: bool = False) -> Contact:
        """Address, e-mail and phone of our own contact, whatever is missing of them."""
        contacts, memory = self.space.sevdesk.contacts, self.space.memory
        if self.dry_run or (not is_new and is_complete(self.space, member, contact)):
            return contact
        wanted = to_contact(member)
        if is_new or not contacts.has_address(contact.id):
            self._note_country(member, wanted)
            contacts.create_address(wanted, contact.id)
        there = frozenset() if is_new or not wanted.ways else contacts.get_kinds_of_ways(contact.id)
        for kind, value in wanted.ways.items():
            if kind not in there:
                contacts.create_way(contact.id, kind, value)
        memory.note(contact.stamp)
        return contact

    def _note_country(self, member: Member, wanted: NewContact) -> None:
        """Somebody has to set it by hand: it is unknown in Cobot, or sevDesk lacks it."""
        if not self.space.sevdesk.contacts.knows_country(wanted.address.country):
            self.unknown_countries.add(member.id)

    def _ensure_number(self, member: Member, contact: Contact) -> None:
        number = contact.customer_number or self._number_of(contact)
        if number == member.customer_number:
            if member.id in self.now and member.id in self.started:
                self.numbers.add(member.id)
            return
        if self.numbers_stopped:
            return
        if self.dry_run:
            self.numbers.add(member.id)
            return
        self.started.add(member.id)
        self._write_number(member, number)

    def _write_number(self, member: Member, number: str) -> None:
        """Where Cobot wants numbers to be unique, another member of this run may free one."""
        try:
            changed = self.space.cobot.write_customer_number(member, number)
        except STOPS:
            raise
        except (RemoteRejectedError, UnreadableAnswerError) as error:
            reason = Reason("CS-402", {"number": number, "why": why(error)})
            self.refused_numbers[member.key] = _RefusedNumber(member, number, reason)
            return
        self.refused_numbers.pop(member.key, None)
        self.through.add(member.key)
        self.numbers.add(member.id)
        tell_number(self.space, member.id, number)
        if changed:
            self.numbers_stopped = True
            reason = Reason("CS-405", {"member": member.id, "fields": ", ".join(changed)})
            self.problems.add(Problem(reason, members=(member.id,)))

    def _tell_refused_numbers(self) -> None:
        for key, refused in self.refused_numbers.items():
            self.problems.add(Problem(refused.reason, members=(refused.member.id,)))
            self.through.add(key)

    def _number_of(self, contact: Contact) -> str:
        """The number of a contact whose creation answered without one."""
        now = self.space.sevdesk.contacts.get(contact.id)
        number = now.customer_number
        if not number and not self.dry_run:
            number = self.space.sevdesk.contacts.assign_customer_number(contact.id)
        return number or ""

    def give_up(
        self, error: RemoteUnavailableError | OutcomeUnknownError, found: MembersFound
    ) -> None:
        """The last try ended without an answer: who is not through waits.

        With their invoices, unless it is only the number in Cobot that is missing.
        """
        self._tell_refused_numbers()
        reason = Reason("CS-306", {"service": error.request.service})
        left = [Member(id_, None) for id_ in found.members]
        left += [Member(id_, None, is_team=True) for id_ in found.teams]
        for member in left:
            if member.key not in self.contacts:
                self._fail(member, reason)
            elif member.key not in self.through:
                self.problems.add(Problem(reason, members=(member.id,)))

    def _fail(self, member: Member, reason: Reason) -> None:
        self.failed[member.key] = reason
        self.problems.add(Problem(reason, members=(member.id,)))

    def _read(self, found: MembersFound) -> list[Member]:
        """The members as they are now; those deleted since are nobody's problem."""
        cobot = self.space.cobot
        if len(found.members) > ONE_BY_ONE:
            wanted = set(found.members)
            read = [member for member in cobot.iter_members() if member.id in wanted]
            listed = {member.id for member in read}
            missing = [id_ for id_ in found.members if id_ not in listed]
        else:
            read, missing = [], list(found.members)
        # A box knows ids only: what is no member may be a team.
        more = [cobot.find_member(id_) or self._team(id_) for id_ in missing]
        more += [cobot.find_team(id_) for id_ in found.teams]
        read += [member for member in more if member is not None]
        for member in read:
            if isinstance(member, UnreadableMember):
                problem = unreadable(member)
                self.problems.add(problem)
                self.failed[membership_key(member.id)] = problem.reason
        return [member for member in read if isinstance(member, Member)]

    def _team(self, id_: str) -> Member | UnreadableMember | None:
        wanted = self.space.rules.contacts_for_teams
        return self.space.cobot.find_team(id_) if wanted else None

    def outcome(self) -> MembersSynced:
        return MembersSynced(
            contacts=self.contacts,
            failed=self.failed,
            created=len(self.created),
            numbers_written=len(self.numbers),
            unknown_countries=tuple(sorted(self.unknown_countries)),
            problems=tuple(self.problems),
        )
