"""What becomes of a member: the one place that decides whether a contact is made or mended.

A contact of ours is written in this order: contact, e-mail and phone, address, number in Cobot. So
an address proves what comes before it, and the number proves the address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cobot_sevdesk.domain.contact import (
    Contact,
    ContactParts,
    NewContact,
    WayKind,
    names_of,
    to_contact,
)
from cobot_sevdesk.domain.decisions import several_contacts
from cobot_sevdesk.domain.ledger import AddressBook
from cobot_sevdesk.domain.member import AnyMember, Member, UnreadableMember
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import SpaceRules


@dataclass(frozen=True)
class LeaveMember:
    """Nothing is to be done; `contact` is theirs."""

    contact: Contact


@dataclass(frozen=True)
class HoldMember:
    """A person must look; nothing is written."""

    reason: Reason


@dataclass(frozen=True)
class MakeContact:
    """No contact stands for this member: this one is to be made."""

    wanted: NewContact


@dataclass(frozen=True)
class MendContact:
    """A contact of ours stands; it lacks these kinds of ways, an address, or its number in Cobot.

    `number` says whether the number in Cobot is another one.
    """

    contact: Contact
    wanted: NewContact
    ways: tuple[WayKind, ...] = ()
    address: bool = False
    number: bool = False


MemberDecision = LeaveMember | HoldMember | MakeContact | MendContact


@dataclass(frozen=True)
class MemberBooks:
    """What was read in sevDesk for members.

    `parts` are the addresses and ways of all contacts, `emails` those of single contacts that
    people made and whose number agrees.
    """

    contacts: AddressBook = field(default_factory=AddressBook)
    parts: ContactParts = field(default_factory=ContactParts)
    emails: Mapping[str, frozenset[str]] = field(default_factory=dict)


def decide_member(member: AnyMember, books: MemberBooks, rules: SpaceRules) -> MemberDecision:
    """What one member still needs."""
    if isinstance(member, UnreadableMember):
        return HoldMember(unreadable_member(member))
    own = books.contacts.of_key(member.key)
    if len(own) > 1:
        return HoldMember(several_contacts(member.id, own))
    if own:
        return _mend(member, own[0], books, rules)
    by_hand = made_by_hand(member, books)
    if len(by_hand) > 1:
        return HoldMember(several_contacts(member.id, by_hand))
    return LeaveMember(by_hand[0]) if by_hand else MakeContact(to_contact(member))


def made_by_hand(member: Member, books: MemberBooks) -> list[Contact]:
    """The contacts that people made for this member: number and name (or e-mail) agree."""
    email = (member.email or "").casefold()
    return books.contacts.made_by_hand(
        member.customer_number,
        names_of(member),
        lambda contact: bool(email) and email in books.emails.get(contact.id, frozenset()),
    )


def unreadable_member(member: UnreadableMember) -> Reason:
    """Why a member waits whose answer cannot be understood."""
    details = {"member": member.called, "field": member.field, "expected": member.expected}
    return Reason("CS-404", details)


def number_differs(member: Member, contact: Contact, rules: SpaceRules) -> bool:
    """Whether sevDesk's number is still to be written to Cobot; teams have none there.

    A contact that shows no number may have one, or gets one.
    """
    number = contact.customer_number
    wants = rules.writes_numbers and not member.is_team
    return wants and (number is None or number != member.customer_number)


def looks_wiped(member: Member, contact: Contact, parts: ContactParts) -> bool:
    """Whether a member lost in Cobot everything that our contact was once given.

    So a member looks after an update that lost all fields it did not name. Where something is
    left, a person may have taken out the rest, or added to the contact. Only members whose number
    stands in Cobot are asked about: those were updated.
    """
    if member.is_team or contact.customer_number != member.customer_number:
        return False
    there = member.address
    has_address = any((there.full_address, there.street, there.post_code, there.city))
    was_given = bool(parts.ways.get(contact.id)) or contact.id in parts.places
    return was_given and not (member.email or member.phone or has_address)


def find_wiped(
    members: Iterable[AnyMember], contacts: AddressBook, parts: ContactParts
) -> list[str]:
    """Ids of members who lost in Cobot what our contact was once given.

    While there are any, no number is written: each update would wipe one more member. Whoever
    restores them, or switches the writing off, lifts the stop.
    """
    return [
        member.id
        for member in members
        if isinstance(member, Member)
        for contact in contacts.of_key(member.key)
        if looks_wiped(member, contact, parts)
    ]


def _mend(
    member: Member, contact: Contact, books: MemberBooks, rules: SpaceRules
) -> LeaveMember | MendContact:
    number = number_differs(member, contact, rules)
    address = contact.id not in books.parts.addresses
    if not number and not address:
        return LeaveMember(contact)
    wanted = to_contact(member)
    there = books.parts.ways.get(contact.id, frozenset())
    # Where the address stands, a way that is missing was taken out by a person.
    ways = tuple(kind for kind in wanted.ways if kind not in there) if address else ()
    return MendContact(contact, wanted, ways, address, number)
