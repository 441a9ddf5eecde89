"""What people are told outside of Airflow: addresses in letters, messages in Cobot's feed."""

import pytest

from cobot_sevdesk.domain.letters import Links
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason
from cobot_sevdesk.sync.notices import find_links, tell_number, tell_problem
from sync.wire import away
from sync.world import World

PROBLEM = Problem(
    Reason("CS-101", {"connection": "cobot"}),
    invoices=(InvoiceRef("inv-1", "R-1"), InvoiceRef("", "R-2")),
    members=("mem-1",),
)


def test_letters_link_to_the_pages_that_cobot_names_and_to_those_of_sevdesk() -> None:
    world = World()
    world.cobot.pages = {"admin:invoice": "https://a/{id}", "admin:membership": "https://b/{id}"}
    assert find_links(world.account) == Links(
        invoice="https://a/{id}",
        member="https://b/{id}",
        voucher="https://sevdesk.invalid/ex/detail/id/{id}",
        contact="https://sevdesk.invalid/crm/detail/id/{id}",
    )


@pytest.mark.parametrize("is_away", [True, False])
def test_without_pages_of_cobot_members_are_linked_all_the_same(*, is_away: bool) -> None:
    world = World()
    world.wire.fail("pages", *[away("Cobot")] * is_away)
    links = find_links(world.account)
    assert (links.invoice, links.member) == (
        "",
        "https://elbe-hub.cobot.me/admin/memberships/{id}",
    )
    assert links.voucher


@pytest.mark.parametrize(
    ("language", "number_told", "title", "remedy"),
    [
        (
            "en",
            "Customer number K1 taken over from sevDesk.",
            "Cobot does not accept the access token",
            "Ask an admin",
        ),
        (
            "de",
            "Kundennummer K1 aus sevDesk übernommen.",
            "Cobot nimmt den Access Token nicht an",
            "Bitten Sie einen Admin",
        ),
    ],
)
def test_a_message_says_what_happened_and_what_to_do_in_the_language_of_the_space(
    language: str, number_told: str, title: str, remedy: str
) -> None:
    world = World(rules={"activity_feed": True, "language": language})
    tell_number(world.account, "mem-1", "K1")
    tell_problem(world.account, PROBLEM)
    told, warned = world.cobot.posted
    assert told == (number_told, "", ["mem-1"])
    text, level, sources = warned
    assert (level, sources) == ("WARN", ["inv-1", "mem-1"])
    assert text.startswith(f"sevDesk: {title}. {remedy}")


def test_a_message_is_tied_to_fifty_objects_at_most() -> None:
    world = World(rules={"activity_feed": True})
    members = tuple(f"mem-{number}" for number in range(60))
    tell_problem(world.account, Problem(Reason("CS-101"), members=members))
    ((_, _, sources),) = world.cobot.posted
    assert sources == list(members[:50])


def test_no_message_comes_where_the_space_wants_none() -> None:
    world = World()
    tell_number(world.account, "mem-1", "K1")
    tell_problem(world.account, PROBLEM)
    assert world.wire.calls == []


def test_a_message_that_is_lost_stops_nothing() -> None:
    world = World(rules={"activity_feed": True})
    world.wire.fail("post", away("Cobot"))
    tell_number(world.account, "mem-1", "K1")
    assert world.cobot.posted == []
