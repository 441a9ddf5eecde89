"""What becomes of a member: a table, and what proves what."""

from dataclasses import replace
from typing import Any

import pytest

from cobot_sevdesk.domain.contact import Contact, ContactParts, WayKind
from cobot_sevdesk.domain.identity import marker, membership_key, team_key
from cobot_sevdesk.domain.invoice import Address
from cobot_sevdesk.domain.ledger import AddressBook
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.member_decisions import (
    HoldMember,
    LeaveMember,
    MakeContact,
    MemberBooks,
    MemberDecision,
    MendContact,
    decide_member,
    looks_wiped,
)
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import SpaceRules
from support.builders import a_member, a_space
from support.told import codes_of

OURS = Contact("500", "17", description=marker(membership_key("mem-1")))
BY_HAND = Contact("600", "17", first_name="Ada", last_name="Beispiel")
NUMBERED = a_member(customer_number="17")
UNNUMBERED = a_member(customer_number=None)
TEAM = replace(UNNUMBERED, is_team=True)
TEAMS_OWN = replace(OURS, description=marker(team_key("mem-1")))
SILENT = a_space(writes_numbers=False)
ALL_WAYS: frozenset[WayKind] = frozenset({"EMAIL", "PHONE"})


def told(decision: MemberDecision) -> str:
    """A decision as the tables write it."""
    match decision:
        case LeaveMember(contact):
            return f"leave {contact.id}"
        case HoldMember(reason):
            return " ".join(["hold", *codes_of([reason])])
        case MakeContact(wanted):
            return f"make {wanted.last_name or wanted.company}"
        case MendContact(ways=ways, address=address, number=number):
            what = [*ways, *(["address"] if address else []), *(["number"] if number else [])]
            return " ".join(["mend", *what])


def books(*contacts: Contact, addresses: str = "500", ways: Any = None, **more: Any) -> MemberBooks:
    """What sevDesk holds; our contact 500 has an address unless told otherwise."""
    parts = ContactParts(frozenset(addresses.split()), ways or {})
    return MemberBooks(AddressBook(contacts), parts, **more)


TABLE: list[tuple[str, Member | UnreadableMember, MemberBooks, SpaceRules, str]] = [
    ("nobody", NUMBERED, books(), a_space(), "make Beispiel"),
    (
        "unreadable",
        UnreadableMember("mem-1", "email", "a text"),
        books(OURS),
        a_space(),
        "hold CS-404",
    ),
    (
        "unreadable without id",
        UnreadableMember(None, "id", "an id"),
        books(),
        a_space(),
        "hold CS-404",
    ),
    # Ours: the number proves the address, the address proves the ways.
    ("whole", NUMBERED, books(OURS), a_space(), "leave 500"),
    ("whole, without ways", NUMBERED, books(OURS, ways={}), a_space(), "leave 500"),
    ("no address", NUMBERED, books(OURS, addresses=""), a_space(), "mend EMAIL address"),
    ("no number", UNNUMBERED, books(OURS), a_space(), "mend number"),
    ("another number", a_member(customer_number="9"), books(OURS), a_space(), "mend number"),
    (
        "nothing but the contact",
        UNNUMBERED,
        books(OURS, addresses=""),
        a_space(),
        "mend EMAIL address number",
    ),
    ("a way is there", UNNUMBERED, books(OURS, ways={"500": ALL_WAYS}), a_space(), "mend number"),
    (
        "one way is there",
        a_member(customer_number=None, phone="1"),
        books(OURS, addresses="", ways={"500": frozenset({"EMAIL"})}),
        a_space(),
        "mend PHONE address number",
    ),
    (
        "ways of another contact",
        NUMBERED,
        books(OURS, addresses="", ways={"501": ALL_WAYS}),
        a_space(),
        "mend EMAIL address",
    ),
    (
        "no e-mail",
        a_member(customer_number="17", email=None),
        books(OURS, addresses=""),
        a_space(),
        "mend address",
    ),
    ("numbers are not written", UNNUMBERED, books(OURS), SILENT, "leave 500"),
    (
        "not written, no address",
        UNNUMBERED,
        books(OURS, addresses=""),
        SILENT,
        "mend EMAIL address",
    ),
    (
        "a contact without number",
        UNNUMBERED,
        books(replace(OURS, customer_number=None)),
        a_space(),
        "mend number",
    ),
    ("several of ours", NUMBERED, books(OURS, replace(OURS, id="501")), a_space(), "hold CS-403"),
    ("ours beside one by hand", NUMBERED, books(OURS, BY_HAND), a_space(), "leave 500"),
    (
        "ours of another",
        NUMBERED,
        books(replace(OURS, description=marker("A" * 10))),
        a_space(),
        "make Beispiel",
    ),
    # Teams have no number in Cobot.
    ("a team", TEAM, books(TEAMS_OWN), a_space(), "leave 500"),
    ("a team, no address", TEAM, books(TEAMS_OWN, addresses=""), a_space(), "mend EMAIL address"),
    ("a team is no member", TEAM, books(OURS), a_space(), "make Ada Beispiel"),
    # By hand: number and name (or e-mail) agree.
    ("by hand", NUMBERED, books(BY_HAND), a_space(), "leave 600"),
    (
        "by hand, number alone",
        NUMBERED,
        books(replace(BY_HAND, first_name="B")),
        a_space(),
        "make Beispiel",
    ),
    ("by hand, name alone", UNNUMBERED, books(BY_HAND), a_space(), "make Beispiel"),
    (
        "by hand, number and e-mail",
        NUMBERED,
        books(replace(BY_HAND, first_name="B"), emails={"600": frozenset({"ada@example.com"})}),
        a_space(),
        "leave 600",
    ),
    (
        "by hand, no e-mail on either side",
        a_member(customer_number="17", email=None),
        books(replace(BY_HAND, first_name="B"), emails={"600": frozenset()}),
        a_space(),
        "make Beispiel",
    ),
    (
        "by hand, two",
        NUMBERED,
        books(BY_HAND, replace(BY_HAND, id="601")),
        a_space(),
        "hold CS-403",
    ),
    (
        "our key is no hand-made contact",
        NUMBERED,
        books(replace(BY_HAND, description=marker("A" * 10))),
        a_space(),
        "make Beispiel",
    ),
]


@pytest.mark.parametrize(
    ("member", "known", "rules", "decided"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_what_a_member_needs(
    member: Member | UnreadableMember, known: MemberBooks, rules: SpaceRules, decided: str
) -> None:
    assert told(decide_member(member, known, rules)) == decided


def test_a_member_that_cannot_be_read_is_held_with_what_is_wrong() -> None:
    """A member is called by its id; without one nothing else may be shown."""
    for id_, called in (("mem-1", "mem-1"), (None, UnreadableMember(None, "", "").called)):
        decision = decide_member(UnreadableMember(id_, "email", "a text"), books(), a_space())
        details = {"member": called, "field": "email", "expected": "a text"}
        assert decision == HoldMember(Reason("CS-404", details))


@pytest.mark.parametrize(
    ("changes", "ways", "wiped"),
    [
        ({}, ALL_WAYS, False),
        ({"email": None, "address": Address()}, ALL_WAYS, True),
        ({"email": None, "address": Address(name="Ada")}, ALL_WAYS, True),
        ({"email": None, "address": Address()}, frozenset(), False),
        ({"email": None}, ALL_WAYS, False),
        ({"address": Address()}, ALL_WAYS, False),
        ({"email": None, "phone": "1", "address": Address()}, ALL_WAYS, False),
        ({"email": None, "address": Address(full_address="Weg 1")}, ALL_WAYS, False),
        ({"email": None, "address": Address(), "customer_number": "9"}, ALL_WAYS, False),
        ({"email": None, "address": Address(), "is_team": True}, ALL_WAYS, False),
    ],
    ids=[
        "nothing lost",
        "all lost",
        "a name is left",
        "never had anything",
        "e-mail lost",
        "address lost",
        "a phone is left",
        "a street is left",
        "not updated by us",
        "a team",
    ],
)
def test_who_looks_wiped(changes: dict[str, Any], ways: frozenset[WayKind], *, wiped: bool) -> None:
    member = replace(NUMBERED, **changes)
    assert looks_wiped(member, OURS, ContactParts(ways={"500": ways})) is wiped


@pytest.mark.parametrize(
    ("left", "given", "wiped"),
    [
        ("", "place", True),
        ("", "EMAIL", True),
        ("", "PHONE", True),
        ("", "", False),
        ("place", "EMAIL", False),
        ("EMAIL", "EMAIL PHONE place", False),
        ("PHONE", "PHONE place", False),
    ],
)
def test_whatever_was_given_all_of_it_is_lost(left: str, given: str, *, wiped: bool) -> None:
    """What is left over may be what a person left."""
    member = replace(
        NUMBERED,
        email="ada@example.com" if "EMAIL" in left else None,
        phone="040 1" if "PHONE" in left else None,
        address=Address(street="Weg 1" if "place" in left else None),
    )
    ways: Any = frozenset(given.split()) - {"place"}
    places = frozenset({"500"} if "place" in given else ())
    parts = ContactParts(frozenset({"500"}), {"500": ways}, places)
    assert looks_wiped(member, OURS, parts) is wiped
