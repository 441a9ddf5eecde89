"""sevDesk's side: the contact a member should have, and finding the one they have."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cobot_sevdesk.domain.addresses import PostalAddress, to_postal_address
from cobot_sevdesk.domain.identity import keys_in, marker
from cobot_sevdesk.domain.invoice import Address
from cobot_sevdesk.domain.member import Member
from cobot_sevdesk.domain.names import is_organisation, split_name
from cobot_sevdesk.domain.tax import find_vat_id

WayKind = Literal["EMAIL", "PHONE"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that stands in sevDesk."""

    id: str
    customer_number: str | None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    description: str | None = None

    @property
    def keys(self) -> frozenset[str]:
        """Our keys in its description; none where a person made it."""
        return keys_in(self.description)

    @property
    def spoken_names(self) -> frozenset[str]:
        """Every way in which people write its name, folded for comparison."""
        first, last = self.first_name or "", self.last_name or ""
        names = (self.name, f"{first} {last}", f"{last} {first}", f"{last}, {first}")
        return frozenset(folded for name in names if (folded := fold_name(name)))


@dataclass(frozen=True, slots=True)
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
    odd_tax_id: bool = False
    """Whether Cobot has a tax id that is no VAT id; it is left out."""

    @property
    def ways(self) -> dict[WayKind, str]:
        """How to reach them, as far as Cobot knows."""
        return ways_of(self.email, self.phone)

    @property
    def description(self) -> str:
        """The text that ties the contact to its membership."""
        return marker(self.key)


@dataclass(frozen=True, slots=True)
class ContactParts:
    """Which contacts, by id, have some address, and which kinds of e-mail and phone they have.

    `places` are those whose address says a street, a post code or a city.
    """

    addresses: frozenset[str] = frozenset()
    ways: Mapping[str, frozenset[WayKind]] = field(default_factory=dict)
    places: frozenset[str] = frozenset()


def to_contact(member: Member) -> NewContact:
    """Translate a Cobot member into the contact that should exist for them.

    An organisation where a company is given, for a team, and where the name has a legal form;
    else a person. Only a well-formed VAT id is one: other tax ids stay out.
    """
    company = member.address.company or (member.name if member.is_team else None)
    name = display_name(member)
    if company is None and is_organisation(name):
        company = name
    first, last = (None, None) if company else split_name(name)
    vat_id = find_vat_id(member.tax_id)
    return NewContact(
        key=member.key,
        company=company,
        first_name=first,
        last_name=last,
        address=to_postal_address(member.address),
        email=member.email,
        phone=member.phone,
        vat_id=vat_id,
        odd_tax_id=vat_id is None and bool((member.tax_id or "").strip()),
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


def fold_name(name: str | None) -> str:
    """A name as it compares: case, accents, punctuation and double spaces do not matter."""
    folded = unicodedata.normalize("NFKD", (name or "").casefold())
    letters = (c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join("".join(letters).split())
