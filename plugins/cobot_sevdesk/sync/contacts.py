"""Exactly one sevDesk contact for each member, and its number in Cobot.

A contact is written in this order: contact, e-mail and phone, address, number in Cobot. Each step
proves those before it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cobot_sevdesk.domain.contact import Contact, NewContact
from cobot_sevdesk.domain.member import AnyMember, Member, UnreadableMember
from cobot_sevdesk.domain.member_decisions import (
    HoldMember,
    LeaveMember,
    MakeContact,
    MemberBooks,
    MemberDecision,
    MendContact,
    decide_member,
    number_differs,
)
from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.domain.problems import Problem, Reason
from cobot_sevdesk.errors import Reach, RemoteRejectedError, UnreadableAnswerError
from cobot_sevdesk.sync.account import Account, answer_of
from cobot_sevdesk.sync.gather_members import gather_members, read_members
from cobot_sevdesk.sync.listed import Written
from cobot_sevdesk.sync.notices import tell_number
from cobot_sevdesk.sync.vouchers import RefusalBudget

log = logging.getLogger(__name__)

MOST_REFUSALS_OF_MEMBERS = 10
"""More than of vouchers: what is refused of one member says nothing about the next one."""


@dataclass(frozen=True)
class PlannedMember:
    """A member as it was read, and what was decided about it."""

    member: AnyMember
    decision: MemberDecision


@dataclass(frozen=True)
class MemberOutcome:
    """What became of one member; `reason` says why something of it waits."""

    member: AnyMember
    contact_id: str | None = None
    reason: Reason | None = None


def plan_members(
    account: Account, members: Sequence[AnyMember], books: MemberBooks
) -> list[PlannedMember]:
    """What each member needs."""
    return [PlannedMember(one, decide_member(one, books, account.rules)) for one in members]


def as_if_applied(account: Account, planned: Sequence[PlannedMember]) -> MembersApplied:
    """What a dry run tells: who would get a contact or a number, and which contacts stand."""
    writer = ContactWriter(account, Written(), MemberBooks())
    outcomes = []
    for one in planned:
        member, decision = one.member, one.decision
        contact_id: str | None = None
        reason: Reason | None = None
        match decision:
            case HoldMember():
                reason = decision.reason
            case LeaveMember(contact):
                contact_id = contact.id
            case MendContact(contact, number=number):
                contact_id = contact.id
                writer.numbered |= {str(member.id)} if number else set()
            case MakeContact(wanted):
                contact_id = ""
                writer.note_oddities(str(member.id), wanted)
                writer.created.add(str(member.id))
                if account.rules.writes_numbers and not member.is_team:
                    writer.numbered.add(str(member.id))
        outcomes.append(MemberOutcome(member, contact_id, reason))
    return writer.summary(outcomes)


@dataclass
class ContactWriter:
    """Writes what was planned for members, one after another; see `apply`.

    Two invoices of one new member must not make two contacts, so nothing runs beside it. The sets
    hold Cobot ids.
    """

    account: Account
    written: Written
    books: MemberBooks
    created: set[str] = field(default_factory=set)
    numbered: set[str] = field(default_factory=set)
    unknown_countries: set[str] = field(default_factory=set)
    odd_tax_ids: set[str] = field(default_factory=set)
    budget: RefusalBudget = field(default_factory=lambda: RefusalBudget(MOST_REFUSALS_OF_MEMBERS))
    number_stop: Reason | None = None
    """Why no more customer numbers are written to Cobot."""

    def ensure(self, piece: PlannedMember) -> MemberOutcome:
        """Contact, ways, address, then the number in Cobot.

        Raises:
            OutcomeUnknownError, RemoteUnavailableError: nobody knows what became of it.
            RemoteRejectedError: sevDesk refuses one member after the other.
        """
        member, decision = piece.member, piece.decision
        if isinstance(decision, HoldMember) or isinstance(member, UnreadableMember):
            return _undecided(piece)
        try:
            contact = self._ensure_contact(member, decision)
        except RemoteRejectedError as error:
            refusal = self._refused(member, error)
            own = self.books.contacts.of_key(member.key)
            return MemberOutcome(member, own[0].id if own else None, refusal)
        self.budget.note_success()
        if not number_differs(member, contact, self.account.rules):
            return MemberOutcome(member, contact.id)
        return MemberOutcome(member, contact.id, self._write_number(member, contact))

    def is_success(self, outcome: MemberOutcome) -> bool:
        """Whether nothing of the member waits."""
        return outcome.reason is None

    def look_again(
        self, pieces: Sequence[PlannedMember]
    ) -> tuple[list[MemberOutcome], list[PlannedMember]]:
        """What stands by now of members whose write got no answer; nothing is written."""
        ids = [str(one.member.id) for one in pieces if not one.member.is_team]
        teams = [str(one.member.id) for one in pieces if one.member.is_team]
        members = read_members(self.account, ids, teams)
        self.books = gather_members(self.account, members, written=self.written)
        planned = plan_members(self.account, members, self.books)
        left = [one for one in planned if not isinstance(one.decision, LeaveMember | HoldMember)]
        done = [_undecided(one) for one in planned if one not in left]
        there = {one.member.id for one in planned}
        done += [self._deleted(one.member) for one in pieces if one.member.id not in there]
        for one in done:
            if one.contact_id:
                self.written.add_contact(one.contact_id)
        return done, left

    def _deleted(self, member: AnyMember) -> MemberOutcome:
        """Nothing more is written for whom Cobot has no longer; a contact of ours stays theirs."""
        own = self.books.contacts.of_key(member.key)
        return MemberOutcome(member, own[0].id if len(own) == 1 else None)

    def retry_numbers(self, outcomes: Sequence[MemberOutcome]) -> list[MemberOutcome]:
        """Numbers that Cobot refused are tried once more: another member may have freed one."""
        again = []
        for one in outcomes:
            contact = self.books.contacts.find(one.contact_id)
            is_refused = one.reason is not None and one.reason.code == "CS-402"
            if is_refused and contact and isinstance(one.member, Member) and not self.number_stop:
                again.append(replace(one, reason=self._write_number(one.member, contact)))
            else:
                again.append(one)
        return again

    def summary(self, outcomes: Sequence[MemberOutcome]) -> MembersApplied:
        """What became of all members."""
        waiting = [one for one in outcomes if one.reason is not None]
        return MembersApplied(
            contacts={
                one.member.key: one.contact_id
                for one in outcomes
                if isinstance(one.member, Member) and one.contact_id is not None
            },
            failed={
                key: one.reason
                for one in waiting
                if one.contact_id is None and one.reason and (key := one.member.key)
            },
            created=tuple(sorted(self.created)),
            numbered=tuple(sorted(self.numbered)),
            unknown_countries=tuple(sorted(self.unknown_countries)),
            odd_tax_ids=tuple(sorted(self.odd_tax_ids)),
            problems=tuple(
                Problem(one.reason, members=(one.member.called,))
                for one in waiting
                if one.reason is not None
            ),
        )

    def note_oddities(self, member_id: str, wanted: NewContact) -> None:
        """What a person has to add by hand: a country, a VAT id."""
        if not self.account.sevdesk.contacts.knows_country(wanted.address.country):
            self.unknown_countries.add(member_id)
        if wanted.odd_tax_id:
            self.odd_tax_ids.add(member_id)

    def _ensure_contact(self, member: Member, decision: MemberDecision) -> Contact:
        contacts = self.account.sevdesk.contacts
        match decision:
            case MakeContact(wanted):
                if not self.created:
                    # A token that may not write would leave contacts without numbers.
                    self._check_writing()
                contact = contacts.create(wanted)
                contact = replace(contact, description=wanted.description)
                self.written.half_done_contacts.add(contact.id)
                self.created.add(member.id)
                self.books.contacts.add(contact)
                log.info("Member %s: contact %s created", member.id, contact.id)
                missing = MendContact(contact, wanted, tuple(wanted.ways), address=True)
            case MendContact():
                missing = decision
            case LeaveMember(contact):
                return contact
            case HoldMember():  # pragma: no cover  sorted out before
                raise AssertionError(decision)
        contact = missing.contact
        for kind in missing.ways:
            contacts.create_way(contact.id, kind, missing.wanted.ways[kind])
        if missing.address:
            self.note_oddities(member.id, missing.wanted)
            contacts.create_address(missing.wanted, contact.id)
        self.written.add_contact(contact.id)
        return contact

    def _check_writing(self) -> None:
        if self.account.rules.writes_numbers:
            self.account.cobot.check_writing()

    def _refused(self, member: Member, error: RemoteRejectedError) -> Reason:
        """Why a member waits whose contact, e-mail or address was refused.

        Raises:
            RemoteRejectedError: the whole space is concerned, or ten were refused alike.
        """
        if error.reach is not Reach.OBJECT:
            raise error
        log.warning("Member %s: %s", member.id, error)
        self.budget.note(error)
        if spent := self.budget.spent_on():
            raise spent.of_list()
        is_part = error.request.path != "/Contact"
        details = {"member": member.id, "answer": answer_of(error)}
        return Reason("CS-406" if is_part else "CS-401", details)

    def _write_number(self, member: Member, contact: Contact) -> Reason | None:
        """Write sevDesk's number to Cobot, and see whether nothing else changed."""
        if self.number_stop:
            return self.number_stop
        number = contact.customer_number or self._number_of(contact)
        if number == member.customer_number:
            return None
        try:
            changed = self.account.cobot.write_customer_number(member, number)
        except (RemoteRejectedError, UnreadableAnswerError) as error:
            if error.reach is not Reach.OBJECT:
                raise
            log.warning("Member %s: number %s refused: %s", member.id, number, error)
            return Reason("CS-402", {"number": number, "answer": answer_of(error)})
        self.numbered.add(member.id)
        tell_number(self.account, member.id, number)
        if changed:
            for name, (before, now) in changed.items():
                log.error("Member %s: %s was %r, is %r now", member.id, name, before, now)
            self.number_stop = stop_of_numbers()
            return self.number_stop
        return None

    def _number_of(self, contact: Contact) -> str:
        """The number of a contact whose creation answered without one."""
        contacts = self.account.sevdesk.contacts
        number = contacts.get(contact.id).customer_number
        return number or contacts.assign_customer_number(contact.id)


def stop_of_numbers() -> Reason:
    """Why no customer number is written: Cobot's update wipes what it is not told."""
    return Reason("CS-405")


def _undecided(planned: PlannedMember) -> MemberOutcome:
    """The outcome of a member for whom nothing is to be written."""
    decision = planned.decision
    contact_id = decision.contact.id if isinstance(decision, LeaveMember) else None
    reason = decision.reason if isinstance(decision, HoldMember) else None
    return MemberOutcome(planned.member, contact_id, reason)
