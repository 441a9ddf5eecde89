"""Contacts, written piece by piece: exactly one for each member, and its number in Cobot."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.identity import marker, membership_key, team_key
from cobot_sevdesk.domain.invoice import Address, Debtor
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.domain.problems import Problem, Reason
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CredentialsError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)
from cobot_sevdesk.sync import runs
from cobot_sevdesk.sync.members import MembersFound
from support.builders import a_member
from sync.wire import away, lost, refused
from sync.world import JANUARY, LAST_TRY, NOTHING_KNOWN, World, codes, row_of, states

WRITES = ("contact", "way", "address", "number")


def cobot_refused(path: str = "/memberships/1") -> RemoteRejectedError:
    """Cobot understood a request, and refused it."""
    return RemoteRejectedError(Request("Cobot", "PUT", path), status=422, said="taken")


def own_contact(world: World, number: int = 1, **changes: Any) -> Contact:
    """A contact of ours that stands for a member."""
    id_ = changes.pop("id", f"80{number}")
    parts = {"address": changes.pop("address", True), **changes.pop("ways", {})}
    description = marker(membership_key(f"mem-{number}"))
    fields = {"name": None, "first_name": "Ada", "last_name": "Beispiel", **changes}
    return world.sevdesk.contacts.put(
        Contact(id_, f"K{id_}", description=description, **fields), **parts
    )


def synced(world: World) -> MembersApplied:
    """Only the members' part of a run."""
    found = runs.find_members(world.account, JANUARY, None)
    return runs.sync_members(world.account, found, dry_run=False)


def while_waiting(world: World, happens: Callable[[], object]) -> None:
    """Let something happen before each look at what got no answer."""
    sleep = world.clock.sleep

    def sleep_meanwhile(seconds: Any) -> None:
        happens()
        sleep(seconds)

    world.clock.sleep = sleep_meanwhile  # type: ignore[method-assign]


def is_whole(world: World, count: int = 1) -> None:
    """Exactly so many contacts, each with address and e-mail; every member has its number."""
    contacts = world.sevdesk.contacts
    assert len(contacts.there) == count
    assert set(contacts.addresses) == set(contacts.there)
    assert all(ways["EMAIL"] == "ada@example.com" for ways in contacts.ways.values())
    numbers = {contact.customer_number for contact in contacts.there.values()}
    members = [one for one in world.cobot.members.values() if isinstance(one, Member)]
    assert {member.customer_number for member in members} == numbers


def test_a_new_member_is_written_with_one_request_for_each_write() -> None:
    world = World()
    world.add_pair()
    pushed = world.run()
    is_whole(world)
    assert [name for name in world.wire.calls if name in WRITES] == list(WRITES)
    assert states(pushed) == {"CW-2026-1": "booked"}
    assert (pushed.members.created, pushed.members.numbered) == (("mem-1",), ("mem-1",))
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.contact_id in world.sevdesk.contacts.there
    assert world.sevdesk.vouchers.tags_of(voucher.id) == ["Import"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", WRITES)
def test_a_lost_answer_is_looked_for_and_makes_one_contact(name: str, *, after: bool) -> None:
    world = World()
    world.add_pair()
    service = "Cobot" if name == "number" else "sevDesk"
    world.wire.fail(name, lost(service), after=after)
    assert states(world.run()) == {"CW-2026-1": "booked"}
    is_whole(world)
    assert world.wire.count("contact") == (2 if name == "contact" and not after else 1)


@pytest.mark.parametrize("lag", [2, 11, 41])
def test_a_contact_that_is_listed_late_is_found(lag: int) -> None:
    world = World(lag=lag)
    world.add_pair()
    world.wire.fail("contact", lost(), after=True)
    world.run()
    assert len(world.sevdesk.contacts.there) == 1
    assert world.wire.count("contact") == 1


def test_what_is_not_there_after_three_looks_is_written_once_more_only() -> None:
    world = World()
    world.add_pair()
    world.wire.fail("contact", lost(), lost(), lost())
    with pytest.raises(OutcomeUnknownError):
        world.run()
    assert world.clock.slept == [3, 9, 30]
    assert world.wire.count("contact") == 2
    assert world.wire.count("save") == 0


def test_on_the_last_try_a_contact_without_answer_holds_its_invoices() -> None:
    world = World(task=LAST_TRY)
    world.add_pair()
    world.add_invoice(2)
    world.wire.fail("contact", lost(), lost())
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "held", "CW-2026-2": "booked"}
    (problem,) = pushed.problems
    assert (problem.code, problem.members) == ("CS-306", ("mem-1",))


def test_a_failed_contact_holds_its_invoices_and_no_others() -> None:
    world = World()
    world.add_pair(1)
    world.add_pair(2)
    world.wire.fail("contact", refused("/Contact"))
    pushed = world.run()
    assert sorted(states(pushed).values()) == ["booked", "held"]
    (problem,) = pushed.problems
    details = {"member": problem.members[0], "answer": "POST /Contact, HTTP 422"}
    assert problem.reason == Reason("CS-401", details)
    assert len(problem.invoices) == len(problem.members) == 1
    assert len(world.sevdesk.vouchers.there) == 1
    # The next run makes the contact, and then the voucher.
    assert states(world.run()) == {problem.invoices[0].number: "booked"}
    is_whole(world, count=2)


@pytest.mark.parametrize("name", ["way", "address"])
def test_a_refused_part_of_a_contact_holds_up_no_invoice(name: str) -> None:
    world = World()
    world.add_pair()
    world.wire.fail(name, refused("/CommunicationWay"))
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "booked"}
    (problem,) = pushed.problems
    assert (problem.code, problem.members, problem.invoices) == ("CS-406", ("mem-1",), ())
    answer = "POST /CommunicationWay, HTTP 422"
    assert problem.reason.details == {"member": "mem-1", "answer": answer}
    assert pushed.members.contacts == {membership_key("mem-1"): "500"}
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.contact_id == "500"


def test_a_contact_with_a_refused_part_is_linked_though_no_list_shows_it_yet() -> None:
    world = World(lag=60)
    world.add_pair()
    world.wire.fail("way", refused("/CommunicationWay"))
    pushed = world.run()
    assert (states(pushed), codes(pushed)) == ({"CW-2026-1": "booked"}, ["CS-406"])
    assert not row_of(pushed).mismatch


def test_ten_refused_members_alike_stop_the_space() -> None:
    world = World()
    for number in range(1, 15):
        world.add_pair(number)
    world.wire.fail("contact", *(refused("/Contact") for _ in range(14)))
    pushed = world.run()
    assert world.wire.count("contact") == 10
    assert "CS-308" in codes(pushed)
    assert world.sevdesk.vouchers.there == {}
    assert set(states(pushed).values()) == {"held"}


def test_write_scope_is_tried_before_the_first_contact() -> None:
    world = World()
    world.add_pair(1)
    world.add_pair(2)
    denied = CredentialsError(Request("Cobot", "PUT", "/memberships"), status=403)
    world.wire.fail("check writing", denied)
    pushed = world.run()
    assert codes(pushed) == ["CS-102"]
    assert world.sevdesk.contacts.there == {}
    assert world.sevdesk.vouchers.there == {}


def test_write_scope_is_tried_once_and_only_where_numbers_are_written() -> None:
    world = World()
    world.add_member(1)
    world.add_member(2)
    synced(world)
    assert world.wire.count("check writing") == 1
    world = World(rules={"writes_numbers": False})
    world.add_member(1)
    assert synced(world).created == ("mem-1",)
    assert world.wire.count("check writing", "number") == 0


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        ("check invoices", CredentialsError(Request("Cobot", "GET", "/x"), status=401), "CS-101"),
        ("version", CredentialsError(Request("sevDesk", "GET", "/x"), status=401), "CS-111"),
    ],
)
def test_both_tokens_are_tried_before_the_first_contact(
    call: str, error: CredentialsError, code: str
) -> None:
    world = World()
    world.add_member()
    world.wire.fail(call, error)
    assert [one.code for one in synced(world).problems] == [code]
    assert world.sevdesk.contacts.there == {}


def test_bookkeeping_of_version_1_makes_no_contact() -> None:
    world = World()
    world.add_member()
    world.sevdesk.version = "1.0"
    (problem,) = synced(world).problems
    assert (problem.code, problem.everything) == ("CS-113", True)
    assert world.wire.count(*WRITES) == 0


# --- contacts by hand, and our own


def by_hand(world: World, **changes: Any) -> Contact:
    """A contact that a person made, with the customer number 17."""
    fields = {"first_name": "Ada", "last_name": "Beispiel", "customer_number": "17", **changes}
    return world.sevdesk.contacts.put(Contact("600", **fields))


def test_a_contact_by_hand_with_number_and_name_is_linked() -> None:
    world = World()
    by_hand(world)
    world.add_member(customer_number="17")
    world.add_invoice(debtor=Debtor("memberships", "mem-1"), customer_number="17")
    assert states(world.run()) == {"CW-2026-1": "booked"}
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.contact_id == "600"
    assert world.wire.count(*WRITES) == 0


@pytest.mark.parametrize("found_by", ["number alone", "name alone", "our key"])
def test_a_contact_that_is_not_surely_theirs_is_not_linked(found_by: str) -> None:
    world = World()
    if found_by == "number alone":
        by_hand(world, first_name="Bert", last_name="Probe")
    elif found_by == "name alone":
        by_hand(world, customer_number="18")
    else:
        # Number and name agree, but it is our contact of somebody else.
        by_hand(world, description=marker(membership_key("mem-99")))
    world.add_member(customer_number="17")
    world.add_invoice(debtor=Debtor("memberships", "mem-1"), customer_number="17")
    assert states(world.run()) == {"CW-2026-1": "booked"}
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.contact_id == "500"


def test_an_email_stands_in_for_the_name() -> None:
    world = World()
    world.sevdesk.contacts.put(Contact("600", "17", "Firma"), EMAIL="ada@example.com")
    world.add_member(customer_number="17")
    assert synced(world).created == ()
    assert list(world.sevdesk.contacts.there) == ["600"]


@pytest.mark.parametrize(
    ("has_own", "email", "asked"),
    [(False, "ada@example.com", 1), (False, None, 0), (True, "ada@example.com", 1)],
)
def test_addresses_and_emails_are_read_only_where_they_may_decide(
    email: str | None, asked: int, *, has_own: bool
) -> None:
    world = World()
    world.sevdesk.contacts.put(Contact("600", "17", "Firma"))
    if has_own:
        own_contact(world)
    world.add_member(customer_number="17", email=email)
    runs.find_members(world.account, JANUARY, None)
    # Of all contacts where ours stands, else of the one by hand.
    assert world.wire.count("list ways") == asked
    assert world.wire.count("list addresses") == has_own


def test_two_contacts_of_ours_are_asked_about() -> None:
    world = World()
    own_contact(world, id="801")
    own_contact(world, id="802")
    world.add_pair()
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "held"}
    assert codes(pushed) == ["CS-403"]


# --- what was begun


@pytest.mark.parametrize("address", [True, False])
@pytest.mark.parametrize("numbered", [True, False])
def test_a_contact_is_whole_with_its_address_and_its_number(
    *, address: bool, numbered: bool
) -> None:
    world = World()
    contact = own_contact(world, address=address)
    world.add_member(customer_number=contact.customer_number if numbered else None)
    applied = synced(world)
    assert world.wire.count("contact") == 0
    assert world.wire.count("address") == (0 if address else 1)
    assert world.wire.count("number") == (0 if numbered else 1)
    # Ways come before the address, which proves them.
    assert world.wire.count("way") == (0 if address else 1)
    assert applied.numbered == (() if numbered else ("mem-1",))
    assert not applied.problems


def test_a_number_that_sevdesk_left_out_is_asked_for() -> None:
    world = World()
    world.add_member()
    world.sevdesk.contacts.names_no_number = True
    assert synced(world).numbered == ("mem-1",)
    is_whole(world)


def test_a_number_that_only_the_answer_left_out_is_not_given_anew() -> None:
    world = World()
    world.add_member()
    world.sevdesk.contacts.tells_no_number = True
    assert synced(world).numbered == ("mem-1",)
    assert world.wire.count("assign number") == 0
    is_whole(world)


def test_a_refused_number_is_tried_once_more_after_all_others() -> None:
    world = World()
    world.add_member(1)
    world.add_member(2)
    world.wire.fail("number", cobot_refused())
    applied = synced(world)
    assert applied.problems == ()
    assert world.wire.count("number") == 3
    is_whole(world, count=2)


def test_a_number_that_cobot_refuses_is_told_and_holds_up_no_invoice() -> None:
    world = World()
    world.add_pair()
    world.wire.fail("number", cobot_refused(), UnreadableAnswerError("id", "a text"))
    pushed = world.run()
    (problem,) = pushed.problems
    details = {"number": "K500", "answer": "id: expected a text"}
    assert problem == Problem(Reason("CS-402", details), members=("mem-1",))
    assert states(pushed) == {"CW-2026-1": "booked"}


# --- CS-405: Cobot wipes what an update does not name


def wiping(members: int = 3) -> World:
    """Cobot empties what an update does not name."""
    world = World()
    for number in range(1, members + 1):
        world.add_pair(number)
    world.cobot.wipes = True
    return world


def test_the_first_wiped_member_stops_all_numbers_and_all_are_named() -> None:
    world = wiping()
    pushed = world.run()
    assert world.wire.count("number") == 1
    (problem,) = pushed.problems
    assert (problem.code, problem.everything) == ("CS-405", False)
    assert sorted(problem.members) == ["mem-1", "mem-2", "mem-3"]
    # The contacts stand, and the invoices are booked.
    assert set(states(pushed).values()) == {"booked"}
    assert len(world.sevdesk.contacts.there) == 3


@pytest.mark.parametrize(
    "had", [{"email": None}, {"email": None, "phone": "040 1", "address": Address()}]
)
def test_the_next_run_sees_the_stop_whatever_the_member_had(had: dict[str, Any]) -> None:
    world = wiping()
    for number in (1, 2, 3):
        world.change_member(f"mem-{number}", **had)
    for _ in range(3):
        assert codes(world.run()) == ["CS-405"]
    assert world.wire.count("number") == 1


def test_a_task_tried_again_or_cleared_alone_does_not_wipe_another() -> None:
    """It was handed what was found before the first member was wiped."""
    world = wiping()
    found = runs.find_members(world.account, JANUARY, None)
    for _ in range(3):
        applied = runs.sync_members(world.account, found, dry_run=False)
        assert [one.code for one in applied.problems] == ["CS-405"]
    assert world.wire.count("number") == 1


def test_all_members_are_listed_once_in_a_run() -> None:
    # Cobot allows six lists a minute, for all spaces of one user.
    world = World()
    for number in (1, 2, 3):
        world.add_pair(number)
    world.run()
    assert world.wire.count("number") == 3
    assert world.wire.calls.count("list members") == 1


@pytest.mark.parametrize("restored", [False, True])
def test_who_was_wiped_before_is_looked_at_afresh(*, restored: bool) -> None:
    world = wiping(1)
    world.run()
    world.add_pair(2)
    found = runs.find_members(world.account, JANUARY, None)
    world.cobot.wipes = False
    if restored:
        world.change_member("mem-1", email="ada@example.com")
    applied = runs.sync_members(world.account, found, dry_run=False)
    assert [one.code for one in applied.problems] == ([] if restored else ["CS-405"])
    assert world.wire.count("number") == (2 if restored else 1)


def test_a_debtor_whom_the_list_left_out_is_not_wiped_after_another() -> None:
    world = wiping(1)
    world.run()
    world.add_pair(2)
    world.cobot.unlisted = {"mem-2"}
    pushed = world.run()
    assert codes(pushed) == ["CS-405"]
    assert sorted(pushed.problems[0].members) == ["mem-1", "mem-2"]
    assert world.wire.count("number") == 1


def test_clearing_the_red_task_of_the_only_wiped_member_changes_nothing() -> None:
    world = wiping(1)
    (problem,) = world.run().problems
    pushed = runs.retry(world.account, problem, JANUARY, JANUARY, NOTHING_KNOWN, dry_run=False)
    assert codes(pushed) == ["CS-405"]
    world.change_member("mem-1", phone="040 1")
    pushed = runs.retry(world.account, problem, JANUARY, JANUARY, NOTHING_KNOWN, dry_run=False)
    assert pushed.problems == ()


def test_an_update_that_changes_nothing_else_is_no_stop() -> None:
    world = wiping()
    world.cobot.wipes = False
    assert world.run().problems == ()
    assert world.wire.count("number") == 3


def test_the_lost_values_stand_in_the_log_and_nowhere_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = wiping(1)
    pushed = world.run()
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert told == ["Member mem-1: email was 'ada@example.com', is '' now"]
    assert "ada@example.com" not in str(pushed)


def test_the_next_run_reads_the_stop_from_both_sides() -> None:
    world = wiping()
    world.run()
    wiped = [
        one.id for one in world.cobot.members.values() if isinstance(one, Member) and not one.email
    ]
    for _ in range(2):
        applied = synced(world)
        (problem,) = applied.problems
        assert problem.code == "CS-405"
        assert sorted(problem.members) == ["mem-1", "mem-2", "mem-3"]
    assert world.wire.count("number") == 1
    assert len(wiped) == 1


def test_restoring_the_member_lifts_the_stop() -> None:
    world = wiping()
    world.run()
    world.cobot.wipes = False
    world.change_member("mem-1", email="ada@example.com")
    assert synced(world).problems == ()
    is_whole(world, count=3)


def test_switching_numbers_off_lifts_the_stop() -> None:
    world = wiping()
    (problem,) = world.run().problems
    world.rules = {"writes_numbers": False}
    world.add_member(4)
    assert synced(world).problems == ()
    pushed = runs.retry(world.account, problem, JANUARY, JANUARY, NOTHING_KNOWN, dry_run=False)
    assert pushed.problems == ()
    assert world.wire.count("number") == 1


def test_who_was_wiped_holds_up_nobody_who_needs_no_number() -> None:
    world = wiping(1)
    world.run()
    own_contact(world, 2, address=False)
    world.add_member(2, customer_number="K802")
    found = runs.find_members(world.account, JANUARY, None)
    world.wire.calls.clear()
    applied = runs.sync_members(world.account, replace(found, members=("mem-2",)), dry_run=False)
    assert (applied.contacts, applied.problems) == ({membership_key("mem-2"): "802"}, ())
    # Nor is anybody else read for it.
    assert world.wire.count("list members") == 0
    assert world.wire.count("get member") == 1
    problem = Problem(Reason("CS-406", {"member": "mem-2"}), members=("mem-2",))
    pushed = runs.retry(world.account, problem, JANUARY, JANUARY, NOTHING_KNOWN, dry_run=False)
    assert pushed.problems == ()


@pytest.mark.parametrize("restored", [False, True])
def test_clearing_the_red_task_of_wiped_members_does_not_wipe_another(*, restored: bool) -> None:
    world = wiping()
    (problem,) = world.run().problems
    world.cobot.wipes = not restored
    if restored:
        world.change_member("mem-1", email="ada@example.com")
    pushed = runs.retry(world.account, problem, JANUARY, JANUARY, NOTHING_KNOWN, dry_run=False)
    assert codes(pushed) == ([] if restored else ["CS-405"])
    assert world.wire.count("number") == (3 if restored else 1)
    if not restored:
        assert sorted(pushed.problems[0].members) == ["mem-1", "mem-2", "mem-3"]


def test_a_member_deleted_while_its_contact_has_no_answer_yet_leaves_its_contact() -> None:
    world = World()
    world.add_pair()
    world.wire.fail("address", lost(), after=True)
    asked = iter([world.cobot.find_member])

    def find_member(id_: str) -> Any:
        for find in asked:
            return find(id_)
        world.cobot.members.clear()
        return None

    world.cobot.find_member = find_member  # type: ignore[assignment]
    pushed = world.run()
    assert world.cobot.members == {}
    assert pushed.members.contacts == {membership_key("mem-1"): "500"}
    assert states(pushed) == {"CW-2026-1": "booked"}
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.contact_id == "500"


def test_members_whose_contacts_stand_after_a_look_keep_them_though_one_is_deleted() -> None:
    world = World()
    world.add_member(1)
    world.add_member(2)
    world.wire.fail("number", lost("Cobot"), lost("Cobot"), after=True)
    found = runs.find_members(world.account, JANUARY, None)
    while_waiting(world, lambda: world.cobot.members.pop("mem-2", None))
    applied = runs.sync_members(world.account, found, dry_run=False)
    assert applied.contacts == {membership_key("mem-1"): "500", membership_key("mem-2"): "501"}
    assert applied.problems == ()


def test_a_member_deleted_before_its_contact_was_made_gets_none() -> None:
    world = World()
    world.add_member()
    world.wire.fail("contact", lost())
    found = runs.find_members(world.account, JANUARY, None)
    while_waiting(world, world.cobot.members.clear)
    assert runs.sync_members(world.account, found, dry_run=False) == MembersApplied()
    assert world.sevdesk.contacts.there == {}


def test_what_stops_the_space_at_a_contact_stops_everything() -> None:
    world = World()
    world.add_member()
    denied = CredentialsError(Request("sevDesk", "POST", "/x"), status=403)
    world.wire.fail("address", denied)
    (problem,) = [one for one in synced(world).problems if one.everything]
    assert problem.reason == Reason("CS-112", {"connection": "sevdesk"})


def test_a_whole_contact_of_a_member_confirmed_long_ago_is_left() -> None:
    world = World()
    own_contact(world, ways={"EMAIL": "x@example.com"})
    world.add_member(confirmed_at=datetime(2025, 1, 2, 9, tzinfo=UTC))
    assert runs.find_members(world.account, JANUARY, None) == MembersFound(wiped=())


# --- debtors whom no other task gave a contact, and teams


@pytest.mark.parametrize("teams", [True, False])
def test_a_debtor_whom_the_list_left_out_gets_a_contact_before_the_voucher(*, teams: bool) -> None:
    world = World(rules={"contacts_for_teams": teams})
    world.add_pair()
    world.cobot.unlisted = {"mem-1"}
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "booked"}
    assert pushed.members.created == ("mem-1",)
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.contact_id == "500"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_lost_answer_is_looked_for_and_makes_one_contact_of_a_team(*, after: bool) -> None:
    world = World(rules={"contacts_for_teams": True})
    world.cobot.teams["team-1"] = a_member(id="team-1", is_team=True, confirmed_at=None)
    world.wire.fail("contact", lost(), after=after)
    applied = runs.sync_members(world.account, MembersFound(teams=("team-1",)), dry_run=False)
    assert applied.contacts == {team_key("team-1"): "500"}
    assert list(world.sevdesk.contacts.there) == ["500"]


def test_two_invoices_of_one_stranger_make_one_contact() -> None:
    world = World(at_once=4)
    world.add_pair()
    world.add_invoice(2, debtor=Debtor("memberships", "mem-1"))
    world.cobot.unlisted = {"mem-1"}
    assert set(states(world.run()).values()) == {"booked"}
    assert len(world.sevdesk.contacts.there) == 1


def test_a_stranger_whose_contact_fails_holds_the_invoice() -> None:
    world = World()
    world.add_pair()
    world.cobot.unlisted = {"mem-1"}
    world.wire.fail("contact", refused("/Contact"))
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "held"}
    assert codes(pushed) == ["CS-401"]


def test_a_stranger_before_members_from_gets_none() -> None:
    world = World()
    member, _ = world.add_pair()
    day = member.confirmed_at
    assert day is not None
    world.change_member("mem-1", confirmed_at=day.replace(year=2025))
    pushed = world.run()
    assert row_of(pushed).mismatch
    assert world.sevdesk.contacts.there == {}


@pytest.mark.parametrize(
    ("moment", "zone", "gets_one"),
    [
        ("2025-06-01T00:00:00+02:00", "Europe/Berlin", True),
        ("2025-05-31T22:30:00+00:00", "Europe/Berlin", True),
        ("2025-05-31T21:30:00+00:00", "Europe/Berlin", False),
        ("2025-06-01T02:00:00+00:00", "America/New_York", False),
        ("2025-05-31T18:45:00+00:00", "Asia/Kolkata", True),
        ("2026-01-31T22:59:00+00:00", "Europe/Berlin", True),
        ("2026-01-31T23:01:00+00:00", "Europe/Berlin", False),
    ],
)
def test_members_of_any_day_since_members_from_get_a_contact_without_any_invoice(
    moment: str, zone: str, *, gets_one: bool
) -> None:
    """From `members_from`, long before `sync_from`, to the last day of the run; in local dates."""
    first = date(2025, 6, 1)
    world = World(rules={"members_from": first, "zone": zone})
    world.add_member(confirmed_at=datetime.fromisoformat(moment))
    found = runs.find_members(world.account, Window(first, JANUARY.end), None)
    assert found.members == (("mem-1",) if gets_one else ())


@pytest.mark.parametrize("owes", [True, False])
def test_a_run_over_chosen_days_looks_at_debtors_confirmed_before(*, owes: bool) -> None:
    world = World(rules={"members_from": date(2025, 6, 1)})
    member, _ = world.add_pair()
    world.change_member(member.id, confirmed_at=datetime(2025, 7, 1, 12, tzinfo=UTC))
    if not owes:
        world.cobot.invoices.clear()
    found = runs.find_members(world.account, JANUARY, JANUARY)
    assert found.members == (("mem-1",) if owes else ())


@pytest.mark.parametrize("wanted", [True, False])
def test_a_team_gets_a_contact_only_where_the_space_wants_that(*, wanted: bool) -> None:
    world = World(rules={"contacts_for_teams": wanted})
    world.cobot.teams["team-1"] = replace(
        world.add_member(), id="team-1", name="Team Probe", is_team=True, confirmed_at=None
    )
    world.cobot.members.clear()
    world.add_invoice(debtor=Debtor("teams", "team-1"))
    found = runs.find_members(world.account, JANUARY, None)
    assert (found.members, found.teams) == ((), ("team-1",) if wanted else ())
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "booked"}
    assert row_of(pushed).mismatch is not wanted
    descriptions = [one.description for one in world.sevdesk.contacts.there.values()]
    assert descriptions == ([marker(team_key("team-1"))] if wanted else [])
    assert world.wire.count("number") == 0


def test_an_unreadable_member_is_a_problem_and_holds_its_invoices() -> None:
    world = World()
    _, invoice = world.add_pair()
    world.cobot.members["mem-1"] = UnreadableMember("mem-1", "email", "a text")
    pushed = world.run()
    assert states(pushed) == {invoice.number: "held"}
    assert codes(pushed) == ["CS-404"]


def test_a_member_whose_own_page_answers_404_for_a_moment_is_there_as_the_list_shows() -> None:
    world = World()
    world.add_pair()
    world.cobot.find_member = lambda _: None  # type: ignore[method-assign,assignment]
    assert states(world.run()) == {"CW-2026-1": "booked"}
    assert len(world.sevdesk.contacts.there) == 1


def test_a_wiped_address_alone_is_no_wipe() -> None:
    world = World()
    own_contact(world, ways={"EMAIL": "x@example.com"})
    world.add_member(customer_number="K801", address=Address())
    world.add_member(2)
    assert synced(world).problems == ()


def test_a_service_that_is_away_is_tried_again_by_airflow() -> None:
    world = World()
    world.add_member()
    world.wire.fail("contact", away(), away(), away())
    with pytest.raises(RemoteUnavailableError):
        synced(world)


def test_a_dry_run_writes_nothing_and_says_what_it_would_do() -> None:
    world = World()
    world.add_pair()
    own_contact(world, 2)
    world.add_pair(2)
    pushed = world.run(dry_run=True)
    assert world.wire.count(*WRITES, "save", "tag", "upload") == 0
    assert pushed.members.created == ("mem-1",)
    assert pushed.members.numbered == ("mem-1", "mem-2")
    assert states(pushed) == {"CW-2026-1": "booked", "CW-2026-2": "booked"}
    assert [row.mismatch for row in pushed.applied.rows] == [False, False]


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_becomes_of_members_is_told_in_full_and_the_same_before(*, dry_run: bool) -> None:
    world = World(rules={"contacts_for_teams": True})
    team = replace(world.add_member(), id="team-1", is_team=True)
    odd = replace(team.address, country="Atlantis")
    world.add_member(1, address=odd, tax_id="17")
    for number, address in ((2, True), (3, False)):
        own_contact(world, number, address=address, ways={"EMAIL": "ada@example.com"})
        world.add_member(number, customer_number=f"K80{number}")
    world.cobot.members["mem-4"] = UnreadableMember("mem-4", "email", "a text")
    world.cobot.teams["team-1"] = team
    found = MembersFound(("mem-1", "mem-2", "mem-3", "mem-4"), ("team-1",))
    told = runs.sync_members(world.account, found, dry_run=dry_run)
    details = {"member": "mem-4", "field": "email", "expected": "a text"}
    unreadable = Reason("CS-404", details)
    assert told == MembersApplied(
        contacts={
            membership_key("mem-1"): "" if dry_run else "500",
            membership_key("mem-2"): "802",
            membership_key("mem-3"): "803",
            team_key("team-1"): "" if dry_run else "501",
        },
        failed={membership_key("mem-4"): unreadable},
        created=("mem-1", "team-1"),
        numbered=("mem-1",),
        unknown_countries=("mem-1",),
        odd_tax_ids=("mem-1",),
        problems=(Problem(unreadable, members=("mem-4",)),),
    )


def test_nobody_found_asks_for_nothing() -> None:
    world = World()
    runs.sync_members(world.account, MembersFound(), dry_run=False)
    assert world.wire.calls == []
