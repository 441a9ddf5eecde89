"""Which members need a contact or another number; `contacts.py` gives it to them."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import cache

from cobot_sevdesk.domain.contact import AddressBook, Contact, Parts, names_of, ways_of
from cobot_sevdesk.domain.invoice import Debtor, Invoice
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.outcome import MembersFound
from cobot_sevdesk.domain.problems import Problem, Reason
from cobot_sevdesk.domain.window import DAY, Window, local_date
from cobot_sevdesk.steps.space import ENDS, Space, stop_reason, stopped

FRESH = 7 * DAY
"""How long a contact of ours is looked at for a missing e-mail or phone, where no run saw it whole;
later they may be new in Cobot. An address every contact of ours was given."""


def find_members(space: Space, window: Window) -> MembersFound:
    """Members whose contact is missing, half done, or whose number in Cobot differs.

    Those confirmed in the window and, whenever they were confirmed since `members_from`, the
    debtors of its invoices; cancelled or not. Teams only where the space wants contacts for them.
    """
    try:
        return _find_in_the_right_space(space, window)
    except ENDS as error:
        return MembersFound(problems=(stopped(stop_reason(error, space)),))


def _find_in_the_right_space(space: Space, window: Window) -> MembersFound:
    """A subdomain may have come to mean another space since an earlier run looked it up."""
    try:
        return _find_members(space, window)
    except ENDS:
        if space.cobot.space.confirm():
            raise
        return _find_members(space, window)


def _find_members(space: Space, window: Window) -> MembersFound:
    listed = {member.id: member for member in space.cobot.iter_members()}
    contacts = list(space.sevdesk.contacts.iter())
    space.memory.keep(contact.stamp for contact in contacts if contact.keys)
    book = AddressBook(contacts)
    debtors: set[Debtor] = set()
    if space.rules.contacts_for_teams or _debtors_matter(space, window, listed.values(), book):
        debtors = _debtors(space, window)
    # Read once, and only where a contact of ours may be half done.
    parts = cache(space.sevdesk.contacts.get_parts)
    wanted: list[Member] = []
    problems: list[Problem] = []
    for member in (*listed.values(), *_unlisted(space, debtors, listed, book)):
        if isinstance(member, UnreadableMember):
            problems.append(unreadable(member))
        elif (
            needs_work(space, member, book, parts)
            if _is_meant(member, debtors, window, space)
            else _is_half_done(space, member, book, parts)
        ):
            wanted.append(member)
    return MembersFound(
        members=tuple(member.id for member in wanted if not member.is_team),
        teams=tuple(member.id for member in wanted if member.is_team),
        problems=tuple(problems),
    )


def _debtors_matter(
    space: Space,
    window: Window,
    listed: Collection[Member | UnreadableMember],
    book: AddressBook,
) -> bool:
    """Whether the window's invoices could name somebody who needs work; else they stay unread.

    A debtor whom Cobot's list leaves out (whether it shows all that have ended is contradictory in
    its documentation) gets a contact when an invoice of theirs is booked: `get_to_know`.
    """
    return any(
        _is_meant(member, {Debtor("memberships", member.id)}, window, space)
        and not _is_meant(member, (), window, space)
        and may_need_work(member, book)
        for member in listed
        if isinstance(member, Member)
    )


def get_to_know(
    space: Space, debtors: Collection[Debtor], book: AddressBook
) -> tuple[dict[str, str], MembersFound]:
    """Debtors without a contact of ours: those that a person made, by key; who should get one.

    They are those whom Cobot's membership list leaves out, who joined since this run read it, or
    whose contact was refused before; teams too where the space wants contacts for them. Deleted
    ones are found nowhere.
    """
    people = {debtor.id for debtor in debtors if debtor.kind == "memberships"}
    listed = {member.id: member for member in space.cobot.iter_members()} if people else {}
    by_hand_made: dict[str, str] = {}
    wanted: list[str] = []
    teams: list[str] = []
    problems = []
    for id_ in sorted(debtor.id for debtor in debtors):
        member = (
            listed.get(id_) or space.cobot.find_member(id_)
            if id_ in people
            else space.cobot.find_team(id_)
        )
        if isinstance(member, Member) and len(made := by_hand(space, member, book)) == 1:
            by_hand_made[member.key] = made[0].id
        elif member is None:
            continue
        elif isinstance(member, UnreadableMember):
            problems.append(unreadable(member))
        elif member.is_team:
            teams.append(member.id)
        elif _confirmed_since(member, space):
            wanted.append(member.id)
    return by_hand_made, MembersFound(tuple(wanted), tuple(teams), tuple(problems))


def needs_work(
    space: Space, member: Member, book: AddressBook, parts: Callable[[], Parts] | None = None
) -> bool:
    """Whether the member's contact is missing, doubled, half done, or its number not in Cobot.

    `parts` knows the addresses of all contacts; without it the one contact is looked up.
    """
    own = book.of_key(member.key)
    if not own:
        return len(by_hand(space, member, book)) != 1
    if may_need_work(member, book):
        return True
    # The number is written last, so it tells that the rest is there, unless it agreed by chance.
    return not is_complete(space, member, own[0], parts)


def may_need_work(member: Member, book: AddressBook) -> bool:
    """The same as far as the lists of members and contacts tell it."""
    own = book.of_key(member.key)
    return len(own) != 1 or _number_differs(member, own[0])


def is_complete(
    space: Space, member: Member, contact: Contact, parts: Callable[[], Parts] | None = None
) -> bool:
    """Whether our own contact has address, e-mail and phone.

    One that was seen whole is taken as it is: somebody may have removed something on purpose.
    """
    if space.memory.knows(contact.stamp):
        return True
    contacts = space.sevdesk.contacts
    # The number is written last: one that differs tells that something before it was refused.
    is_looked_at = _is_fresh(space, contact) or _number_differs(member, contact)
    wanted = set(ways_of(member.email, member.phone)) if is_looked_at else set()
    if parts is not None:
        known = parts()
        is_whole = contact.id in known.addresses and wanted <= known.ways.get(contact.id, set())
    else:
        is_whole = contacts.has_address(contact.id) and (
            not wanted or wanted <= contacts.get_kinds_of_ways(contact.id)
        )
    if is_whole:
        space.memory.note(contact.stamp)
    return is_whole


def by_hand(space: Space, member: Member, book: AddressBook) -> list[Contact]:
    """Contacts that a person made for this member: number and name (or e-mail) agree."""

    def has_email(contact: Contact) -> bool:
        return bool(member.email) and space.sevdesk.contacts.has_email(
            contact.id, member.email or ""
        )

    return book.made_by_hand(member.customer_number, names_of(member), has_email)


def doubled(member_id: str, contacts: Iterable[Contact]) -> Reason:
    """Several contacts where one should be; a person must decide."""
    ids = ", ".join(sorted(contact.id for contact in contacts))
    return Reason("CS-403", {"member": member_id, "contacts": ids})


def unreadable(member: UnreadableMember) -> Problem:
    """The problem of a membership that cannot be understood."""
    reason = Reason("CS-404", {"member": member.id, "field": member.reason})
    return Problem(reason, members=(member.id,))


def _debtors(space: Space, window: Window) -> set[Debtor]:
    return {
        invoice.debtor
        for invoice in space.cobot.iter_invoices(window)
        if isinstance(invoice, Invoice) and invoice.debtor is not None
    }


def _unlisted(
    space: Space,
    debtors: Iterable[Debtor],
    listed: dict[str, Member | UnreadableMember],
    book: AddressBook,
) -> list[Member | UnreadableMember]:
    """Debtors that the membership list leaves out: teams where wanted, and whoever is missing."""
    found: list[Member | UnreadableMember | None] = []
    for debtor in sorted(debtors, key=lambda debtor: debtor.id):
        if debtor.kind == "memberships" and debtor.id not in listed:
            if not book.of_key(Member(debtor.id, None).key):
                found.append(space.cobot.find_member(debtor.id))
        elif debtor.kind == "teams" and space.rules.contacts_for_teams:
            found.append(space.cobot.find_team(debtor.id))
    return [member for member in found if member is not None]


def _is_meant(member: Member, debtors: Collection[Debtor], window: Window, space: Space) -> bool:
    if member.is_team:
        return True
    day = _confirmed_since(member, space)
    if day is None:
        return False
    return day in window or Debtor("memberships", member.id) in debtors


def _confirmed_since(member: Member, space: Space) -> date | None:
    """The day of confirmation; `None` where there is none, or it is before `members_from`."""
    day = local_date(member.confirmed_at, space.rules.zone) if member.confirmed_at else None
    return day if day is not None and day >= space.rules.members_from else None


def _number_differs(member: Member, contact: Contact) -> bool:
    return not member.is_team and contact.customer_number != member.customer_number


def _is_fresh(space: Space, contact: Contact) -> bool:
    return contact.created_on is None or space.today - contact.created_on <= FRESH


def _is_half_done(
    space: Space, member: Member, book: AddressBook, parts: Callable[[], Parts]
) -> bool:
    """Whether we began a contact for this member, whenever they were confirmed."""
    own = book.of_key(member.key)
    if len(own) != 1 or _confirmed_since(member, space) is None:
        return False
    return not is_complete(space, member, own[0], parts)
