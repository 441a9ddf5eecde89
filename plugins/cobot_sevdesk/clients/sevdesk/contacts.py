"""Contacts in sevDesk with their addresses and e-mail addresses."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing, payloads
from cobot_sevdesk.clients.sevdesk.envelope import SERVICE, SevdeskWire
from cobot_sevdesk.domain.contact import Contact, ContactParts, NewContact, WayKind
from cobot_sevdesk.errors import (
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)

CONTACTS = "/Contact"
ADDRESSES = "/ContactAddress"
WAYS = "/CommunicationWay"
COUNTRIES = "/StaticCountry"
NEXT_NUMBER = "/Contact/Factory/getNextCustomerNumber"
UNKNOWN_COUNTRY = "1337"
KNOWN_COUNTRIES = dict(
    known.split(":")
    for known in (
        "de:1 ch:2 at:3 be:6 bg:7 dk:8 gb:9 fi:10 fr:11 gr:12 "
        "ie:13 it:14 lv:16 lu:17 nl:18 no:19 pl:21 pt:22 ro:23 ru:24 "
        "se:25 sk:27 si:28 es:29 cz:30 hu:31 tr:34 il:36 mt:37 au:38 "
        "jp:40 li:42 mc:43 ae:44 hr:48 nz:50 is:51 cn:60 ua:66 br:73 "
        "lt:1346 us:1353 in:1375 ee:1390 ca:1423 rs:1425 cy:1490"
    ).split()
)
"""sevDesk's ids by country, for accounts where their list is not to be had.
Source: list of a live account, 2026-07-29; the list's path is assumption S-07."""
PERSONS_TOO = {"depth": 1}
"""Without it the list holds organisations only (sevDesk API document, contacts)."""


class Contacts:
    """The contacts of one sevDesk account."""

    def __init__(self, wire: SevdeskWire) -> None:
        self._wire = wire
        self._countries: dict[str, str] | None = None

    def iter(self) -> Iterator[Contact]:
        """Every contact, organisations and persons; every one once.

        Odd fields of other people's contacts count as not shown.

        Raises:
            RemoteUnavailableError: one has no id, so that nobody knows which one it is.
        """
        for contact in self._wire.iter(CONTACTS, PERSONS_TOO):
            yield self._wire.parsed(CONTACTS, parsing.to_contact, contact)

    def find_listed(self, ids: Collection[str]) -> set[str]:
        """Which of these contacts the list shows now; what was made last is looked for first."""
        listed = self._wire.iter(CONTACTS, PERSONS_TOO, last_page_first=True)
        return parsing.ids_among(ids, listed)

    def get(self, contact_id: str) -> Contact:
        """One contact as it is now.

        Raises:
            NotFoundRemotelyError: there is none.
            UnreadableAnswerError: the answer is no contact, or another one.
        """
        return parsing.to_contact(self._wire.single(f"{CONTACTS}/{contact_id}", id_=contact_id))

    def create(self, contact: NewContact) -> Contact:
        """Make a contact; sevDesk assigns its customer number. One HTTP write, not repeatable.

        Raises:
            OutcomeUnknownError: it may stand in sevDesk now; look before trying again.
        """
        found = self._wire.write("POST", CONTACTS, payload=payloads.contact_payload(contact))
        try:
            return parsing.to_contact(found[0])
        except (IndexError, UnreadableAnswerError):
            raise OutcomeUnknownError(
                Request(SERVICE, "POST", CONTACTS), detail="unreadable answer"
            ) from None

    def assign_customer_number(self, contact_id: str) -> str:
        """Give a contact that has none sevDesk's next free number; repeatable.

        Raises:
            RemoteUnavailableError: sevDesk names no number.
        """
        shown = self._wire.value(NEXT_NUMBER)
        number = str(shown).strip() if isinstance(shown, str | int) else ""
        if not number:
            raise self._wire.senseless(NEXT_NUMBER, "no number")
        self._wire.write("PUT", f"{CONTACTS}/{contact_id}", payload={"customerNumber": number})
        return number

    def get_emails(self, contact_id: str) -> frozenset[str]:
        """The e-mail addresses of a contact, in small letters."""
        ways = self._ways_of(contact_id)
        return frozenset(way.value.casefold() for way in ways if way.kind == "EMAIL")

    def get_parts(self) -> ContactParts:
        """Addresses, e-mails and phones of all contacts: two lists instead of two look-ups each."""
        ways: dict[str, set[WayKind]] = defaultdict(set)
        for way in map(parsing.to_way, self._wire.iter(WAYS)):
            if way.kind:
                ways[way.contact_id].add(way.kind)
        addresses = list(self._wire.iter(ADDRESSES))
        return ContactParts(
            addresses=frozenset(map(parsing.owner_of, addresses)),
            ways={id_: frozenset(kinds) for id_, kinds in ways.items()},
            places=frozenset(parsing.owner_of(one) for one in addresses if parsing.is_place(one)),
        )

    def create_address(self, contact: NewContact, contact_id: str) -> None:
        """Add the address; one HTTP write, not repeatable."""
        country_id = self.country_id(contact.address.country)
        payload = payloads.address_payload(contact, contact_id, country_id)
        self._wire.write("POST", ADDRESSES, payload=payload)

    def create_way(self, contact_id: str, kind: WayKind, value: str) -> None:
        """Add an e-mail address or a phone number; one HTTP write, not repeatable."""
        payload = payloads.way_payload(contact_id, kind, value)
        self._wire.write("POST", WAYS, payload=payload)

    def country_id(self, code: str | None) -> str:
        """sevDesk's id of a country; its "unknown country" for `None` or a code that it lacks."""
        if self._countries is None:
            self._countries = self._get_countries()
        return self._countries.get((code or "").lower(), UNKNOWN_COUNTRY)

    def knows_country(self, code: str | None) -> bool:
        """Whether sevDesk has an id for this country."""
        return code is not None and self.country_id(code) != UNKNOWN_COUNTRY

    def _get_countries(self) -> dict[str, str]:
        """From sevDesk; whether its list is there is assumption S-07, so known ids stand by.

        Also where it fails: a country is no reason to do without the contact.
        """
        try:
            found = list(self._wire.iter(COUNTRIES, may_be_absent=True))
        except (RemoteRejectedError, RemoteUnavailableError):
            return dict(KNOWN_COUNTRIES)
        countries: dict[str, str] = {}
        for code, id_ in self._wire.readable(COUNTRIES, _code_and_id, found):
            # Some codes stand there more than once (GB: 9, 74, 77); the first is the state.
            countries.setdefault(code, id_)
        return {**KNOWN_COUNTRIES, **countries}

    def _ways_of(self, contact_id: str) -> Iterator[parsing.Way]:
        """The ways of a contact; compared here, since sevDesk's filter may be ignored."""
        for way in map(parsing.to_way, self._wire.iter(WAYS, _of_contact(contact_id))):
            if way.contact_id == contact_id:
                yield way


def _of_contact(contact_id: str) -> dict[str, str | int]:
    return {"contact[id]": contact_id, "contact[objectName]": "Contact"}


def _code_and_id(country: Fields) -> tuple[str, str]:
    return (country.optional_text("code") or "").lower(), country.text("id")
