"""Reading members and contacts of both sides: the only place that lists them.

Nothing is written, nothing is decided. See `gather` for invoices and vouchers.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from cobot_sevdesk.domain.contact import ContactParts, names_of
from cobot_sevdesk.domain.invoice import Debtor
from cobot_sevdesk.domain.ledger import AddressBook, folded
from cobot_sevdesk.domain.member import WITHOUT_ID, AnyMember, Member
from cobot_sevdesk.domain.member_decisions import MemberBooks, find_wiped
from cobot_sevdesk.sync.account import Account
from cobot_sevdesk.sync.gather import emails_of, read_contacts
from cobot_sevdesk.sync.listed import Written

ONE_BY_ONE = 3
"""Up to so many members are read singly; Cobot allows its list six times a minute."""


def list_members(
    account: Account, debtors: Collection[Debtor]
) -> tuple[list[AnyMember], list[AnyMember]]:
    """The members whom Cobot lists, and those of the debtors whom its list leaves out."""
    listed: list[AnyMember] = list(account.cobot.iter_members())
    return listed, _unlisted(account, debtors, {member.id for member in listed})


def read_members(
    account: Account, ids: Sequence[str], teams: Sequence[str] = ()
) -> list[AnyMember]:
    """These members and teams as they are now; deleted ones are missing.

    A member that the list shows is there, whatever its own page answers. One without id is looked
    for in the list alone. What is no member may be a team, where the space wants contacts for
    teams.
    """
    cobot = account.cobot
    found: dict[str, AnyMember] = {}
    askable = [id_ for id_ in ids if not id_.startswith(WITHOUT_ID)]
    if len(ids) <= ONE_BY_ONE:
        found = {id_: member for id_ in askable if (member := cobot.find_member(id_))}
    if len(found) < len(ids):
        listed = {member.called: member for member in cobot.iter_members()}
        found |= {id_: listed[id_] for id_ in ids if id_ in listed and id_ not in found}
    missing = [id_ for id_ in askable if id_ not in found]
    for id_ in missing if len(ids) > ONE_BY_ONE else ():
        if member := cobot.find_member(id_):
            found[id_] = member
    more = [id_ for id_ in askable if id_ not in found] if account.rules.contacts_for_teams else []
    read_teams = (cobot.find_team(id_) for id_ in (*teams, *more))
    return [*found.values(), *(team for team in read_teams if team is not None)]


def gather_members(
    account: Account,
    members: Sequence[AnyMember],
    *,
    others: Sequence[AnyMember] = (),
    written: Written | None = None,
) -> MemberBooks:
    """The contacts of the account, with whatever else decides about these members.

    Addresses and ways are read where a contact of ours stands for one of them, or of the `others`.
    Of what was `written`, lists may not show everything.
    """
    written = written or Written()
    contacts = read_contacts(account, written.contact_ids)
    readable = [member for member in members if isinstance(member, Member)]
    may_own = (*readable, *(other for other in others if isinstance(other, Member)))
    has_own = any(contacts.of_key(member.key) for member in may_own)
    parts = account.sevdesk.contacts.get_parts() if has_own else ContactParts()
    # Of a contact that was completed everything stands, listed or not: its address proves that.
    parts = replace(parts, addresses=parts.addresses | written.contacts)
    by_hand = {
        contact.id: contact
        for member in readable
        if member.email and not contacts.of_key(member.key)
        for contact in contacts.by_hand_with_number(member.customer_number)
        if not folded(names_of(member)) & contact.spoken_names
    }
    return MemberBooks(contacts, parts, emails_of(account, by_hand.values()))


def find_wiped_now(
    account: Account, contacts: AddressBook, among: Sequence[AnyMember] | None = None
) -> list[str]:
    """Ids of the members who lost in Cobot what their contact was once given.

    They are looked for `among` members who were read just now, or among all whom Cobot lists.
    """
    members = account.cobot.iter_members() if among is None else among
    return find_wiped(members, contacts, account.sevdesk.contacts.get_parts())


def _unlisted(
    account: Account, debtors: Collection[Debtor], listed: Collection[str | None]
) -> list[AnyMember]:
    """Debtors whom the membership list leaves out, and teams."""
    found: list[AnyMember | None] = []
    for debtor in sorted(debtors, key=lambda one: one.id):
        if debtor.kind == "teams":
            found.append(account.cobot.find_team(debtor.id))
        elif debtor.id not in listed:
            found.append(account.cobot.find_member(debtor.id))
    return [member for member in found if member is not None]
