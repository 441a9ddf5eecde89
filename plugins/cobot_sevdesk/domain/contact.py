"""sevDesk's side: the contact a member should have, and finding the one they have."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cobot_sevdesk.domain.addresses import PostalAddress, to_postal_address
from cobot_sevdesk.domain.invoice import Address
from cobot_sevdesk.domain.keys import keys_in, marker, stamp
from cobot_sevdesk.domain.member import Member

_NAME_PARTICLES = frozenset(
    "von vom zu zum zur van der den de del della di da dos el al bin ten ter la le".split()
)


WayKind = Literal["EMAIL", "PHONE"]


@dataclass(frozen=True)
class Contact:
    """A contact that stands in sevDesk."""

    id: str
    customer_number: str | None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    description: str | None = None
    created_on: date | None = None
    created: str | None = None
    sev_client: str | None = None
    """The account it stands in."""
    """The moment as sevDesk writes it."""

    @property
    def keys(self) -> frozenset[str]:
        """Our keys in its description; none where a person made it."""
        return keys_in(self.description)

    @property
    def stamp(self) -> str | None:
        """What tells it from every other contact."""
        return stamp(self.id, self.created, self.sev_client)

    @property
    def spoken_names(self) -> frozenset[str]:
        """Every way in which people write its name, folded for comparison."""
        first, last = self.first_name or "", self.last_name or ""
        names = (self.name, f"{first} {last}", f"{last} {first}", f"{last}, {first}")
        return frozenset(folded for name in names if (folded := fold_name(name)))


@dataclass(frozen=True)
class NewContact:
    """The contact that should be made; an organisation has `company`, a person the others."""

    key: str
    company: str | None
    first_name: str | None
    last_name: str | None
    address: PostalAddress
    email: str | None
    phone: str | None = None
    vat_id: str | None = None

    @property
    def ways(self) -> dict[WayKind, str]:
        """How to reach them, as far as Cobot knows."""
        return ways_of(self.email, self.phone)

    @property
    def description(self) -> str:
        """The text that ties the contact to its membership."""
        return marker(self.key)


@dataclass(frozen=True)
class Parts:
    """Which contacts, by id, have some address, and which kinds of e-mail and phone they have."""

    addresses: frozenset[str] = frozenset()
    ways: Mapping[str, frozenset[WayKind]] = field(default_factory=dict)


class AddressBook:
    """All contacts of a sevDesk account, found by our key or by customer number."""

    def __init__(self, contacts: Iterable[Contact] = ()) -> None:
        self._by_id: dict[str, Contact] = {}
        # Ids that carry, or carried, a key or a number: looked up for each of many members.
        self._of_key: dict[str, set[str]] = defaultdict(set)
        self._of_number: dict[str, set[str]] = defaultdict(set)
        for contact in contacts:
            self.add(contact)

    def add(self, contact: Contact) -> None:
        """Take in a contact; a later reading replaces the earlier one."""
        self._by_id[contact.id] = contact
        for key in contact.keys:
            self._of_key[key].add(contact.id)
        if contact.customer_number:
            self._of_number[contact.customer_number].add(contact.id)

    def find(self, contact_id: str | None) -> Contact | None:
        """The contact with this sevDesk id."""
        return self._by_id.get(contact_id or "")

    def of_key(self, key: str) -> list[Contact]:
        """The contacts that carry this key; more than one is a conflict."""
        found = (self._by_id[id_] for id_ in sorted(self._of_key.get(key, ())))
        return [contact for contact in found if key in contact.keys]

    def of_number(self, number: str | None) -> list[Contact]:
        """The contacts with exactly this customer number."""
        if not number:
            return []
        found = (self._by_id[id_] for id_ in sorted(self._of_number.get(number, ())))
        return [contact for contact in found if contact.customer_number == number]

    def of_names(self, names: Iterable[str | None]) -> list[Contact]:
        """The contacts with one of these names; a guess for people, never for the books."""
        wanted = {folded for name in names if (folded := fold_name(name))}
        return [contact for contact in self._by_id.values() if wanted & contact.spoken_names]

    def made_by_hand(
        self,
        number: str | None,
        names: Iterable[str | None],
        has_email: Callable[[Contact], bool] = lambda _: False,
    ) -> list[Contact]:
        """Contacts without our key whose number and name (or e-mail) agree.

        The number alone proves nothing: Cobot counts its own numbers from 1 as well.
        """
        wanted = {folded for name in names if (folded := fold_name(name))}
        candidates = [contact for contact in self.of_number(number) if not contact.keys]
        agreeing = [contact for contact in candidates if wanted & contact.spoken_names]
        return agreeing or [contact for contact in candidates if has_email(contact)]


def to_contact(member: Member) -> NewContact:
    """Translate a Cobot member into the contact that should exist for them.

    An organisation where a company is given (or for a team), else a person. A person's last
    word is the family name, name particles included.
    """
    company = member.address.company or (member.name if member.is_team else None)
    first, last = (None, None) if company else split_name(display_name(member))
    return NewContact(
        key=member.key,
        company=company,
        first_name=first,
        last_name=last,
        address=to_postal_address(member.address),
        email=member.email,
        phone=member.phone,
        vat_id=member.tax_id,
    )


def ways_of(email: str | None, phone: str | None) -> dict[WayKind, str]:
    """The ways to reach somebody that are known."""
    ways: dict[WayKind, str | None] = {"EMAIL": email, "PHONE": phone}
    return {kind: value for kind, value in ways.items() if value}


def display_name(member: Member) -> str:
    """The person's name; where Cobot has none, the e-mail address or the id stand in."""
    return member.address.name or member.name or member.email or f"Cobot {member.id}"


def names_of(member: Member) -> tuple[str | None, ...]:
    """Every name under which a contact made by hand may stand for this member."""
    return (member.address.company, member.address.name, member.name)


def recipient_names(recipient: Address) -> tuple[str | None, ...]:
    """Every name under which a contact may stand for the recipient of an invoice."""
    return (recipient.company, recipient.name)


def split_name(name: str) -> tuple[str | None, str]:
    """First and last name: `Ada von Lovelace` -> (`Ada`, `von Lovelace`)."""
    if "," in name:
        last, _, first = (part.strip() for part in name.partition(","))
        if first and last:
            return first, last
    words = name.split()
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in _NAME_PARTICLES:
        cut -= 1
    return " ".join(words[:cut]) or None, " ".join(words[cut:])


def fold_name(name: str | None) -> str:
    """A name as it compares: case, accents, punctuation and double spaces do not matter."""
    folded = unicodedata.normalize("NFKD", (name or "").casefold())
    letters = (c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join("".join(letters).split())
