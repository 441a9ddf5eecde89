"""Contacts in sevDesk with their addresses and e-mail addresses."""

from collections import defaultdict
from collections.abc import Iterator

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing, payloads
from cobot_sevdesk.clients.sevdesk.countries import KNOWN_COUNTRIES, UNKNOWN_COUNTRY
from cobot_sevdesk.clients.sevdesk.pages import SERVICE, SevdeskWire
from cobot_sevdesk.domain.contact import Contact, NewContact, Parts, WayKind
from cobot_sevdesk.errors import (
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)


def _is_phone(way: Fields) -> bool:
    return way.optional_text("type") in {"PHONE", "MOBILE"}


def _owner(part: Fields) -> str:
    """The id of the contact that an address or a way belongs to; empty where it has none."""
    owner = part.optional_object("contact")
    return (owner.optional_text("id") if owner else None) or ""


class Contacts:
    """The contacts of one sevDesk account."""

    def __init__(self, wire: SevdeskWire) -> None:
        self._wire = wire
        self._countries: dict[str, str] | None = None

    def iter(self) -> Iterator[Contact]:
        """Every contact, organisations and persons (`depth=1`); every one once."""
        for contact in self._wire.iter("/Contact", {"depth": 1}):
            yield self._wire.parsed("/Contact", parsing.to_contact, contact)

    def get(self, contact_id: str) -> Contact:
        """One contact as it is now."""
        path = f"/Contact/{contact_id}"
        return self._wire.parsed(path, parsing.to_contact, self._wire.single(path))

    def create(self, contact: NewContact) -> Contact:
        """Make a contact; sevDesk assigns its customer number. One HTTP write, not repeatable.

        Raises:
            OutcomeUnknownError: it may stand in sevDesk now; look before trying again.
        """
        found = self._wire.write("POST", "/Contact", payload=payloads.contact_payload(contact))
        try:
            return parsing.to_contact(found[0])
        except (IndexError, UnreadableAnswerError):
            raise OutcomeUnknownError(
                Request(SERVICE, "POST", "/Contact"), detail="unreadable answer"
            ) from None

    def assign_customer_number(self, contact_id: str) -> str:
        """Give a contact that has none sevDesk's next free number; repeatable."""
        number = str(self._wire.value("/Contact/Factory/getNextCustomerNumber") or "").strip()
        if not number:
            raise self._wire.away("/Contact/Factory/getNextCustomerNumber", "no number")
        self._wire.write("PUT", f"/Contact/{contact_id}", payload={"customerNumber": number})
        return number

    def has_address(self, contact_id: str) -> bool:
        """Whether the contact has any address."""
        return any(True for _ in self._of_contact("/ContactAddress", contact_id))

    def has_email(self, contact_id: str, email: str) -> bool:
        """Whether the contact has this e-mail address; case does not matter."""
        return any(
            (way.optional_text("value") or "").casefold() == email.casefold()
            for way in self._of_contact("/CommunicationWay", contact_id)
        )

    def get_kinds_of_ways(self, contact_id: str) -> frozenset[WayKind]:
        """Whether the contact has some e-mail address, and some phone number."""
        found = self._of_contact("/CommunicationWay", contact_id)
        return frozenset("PHONE" if _is_phone(way) else "EMAIL" for way in found)

    def get_parts(self) -> Parts:
        """Addresses, e-mails and phones of all contacts: two lists instead of two look-ups each."""
        ways: dict[str, set[WayKind]] = defaultdict(set)
        for way in self._wire.iter("/CommunicationWay"):
            ways[_owner(way)].add("PHONE" if _is_phone(way) else "EMAIL")
        return Parts(
            addresses=frozenset(_owner(address) for address in self._wire.iter("/ContactAddress")),
            ways={id_: frozenset(kinds) for id_, kinds in ways.items()},
        )

    def create_address(self, contact: NewContact, contact_id: str) -> None:
        """Add the address; one HTTP write, not repeatable."""
        country_id = self.country_id(contact.address.country)
        payload = payloads.address_payload(contact, contact_id, country_id)
        self._wire.write("POST", "/ContactAddress", payload=payload)

    def create_way(self, contact_id: str, kind: WayKind, value: str) -> None:
        """Add an e-mail address or a phone number; one HTTP write, not repeatable."""
        payload = payloads.way_payload(contact_id, kind, value)
        self._wire.write("POST", "/CommunicationWay", payload=payload)

    def country_id(self, code: str | None) -> str:
        """sevDesk's id of a country; its "unknown country" for `None` or a code that it lacks."""
        if self._countries is None:
            self._countries = self._get_countries()
        return self._countries.get((code or "").lower(), UNKNOWN_COUNTRY)

    def knows_country(self, code: str | None) -> bool:
        """Whether sevDesk has an id for this country."""
        return code is not None and self.country_id(code) != UNKNOWN_COUNTRY

    def _get_countries(self) -> dict[str, str]:
        """From sevDesk; its list has no documented path, so known ids stand by.

        Also where it fails: a country is no reason to do without the contact.
        """
        try:
            found = list(self._wire.iter("/StaticCountry", may_be_absent=True))
        except (RemoteRejectedError, RemoteUnavailableError):
            return dict(KNOWN_COUNTRIES)
        countries: dict[str, str] = {}
        for country in found:
            # Some codes stand there more than once (GB: 9, 74, 77); the first is the state.
            countries.setdefault((country.optional_text("code") or "").lower(), country.text("id"))
        return {**KNOWN_COUNTRIES, **countries}

    def _of_contact(self, path: str, contact_id: str) -> Iterator[Fields]:
        """What belongs to a contact; compared here, since sevDesk's filter may be ignored."""
        query = {"contact[id]": contact_id, "contact[objectName]": "Contact"}
        for found in self._wire.iter(path, query):
            if _owner(found) == contact_id:
                yield found
