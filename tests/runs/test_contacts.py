"""Which contact a voucher is linked to, and contacts that were left half done."""

from collections.abc import Callable
from typing import Any

import pytest

from cobot_sevdesk.clients.sevdesk.contacts import KNOWN_COUNTRIES
from cobot_sevdesk.domain.identity import marker, membership_key
from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]
CUSTOMER = {"id": 3, "objectName": "Category"}

pytestmark = pytest.mark.airflow


def contact_by_hand(space: SpaceFiles, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = space.sevdesk.create_contact({"category": CUSTOMER, **fields})
    return made


def test_a_voucher_is_linked_to_the_contact_that_a_person_made_for_the_member(
    spaces: Spaces, run_dag: RunDag
) -> None:
    """Whatever name and number the invoice carries: the member agrees, by number and name."""
    space = spaces()
    made = contact_by_hand(space, surename="Bert", familyname="Muster", customerNumber="8")
    bert = space.cobot.sign_up("Bert Muster", confirmed="2026-01-02", number="8")
    for number in range(2):
        space.cobot.add_invoice(
            f"2026-01-0{5 + number}",
            [line("10.00")],
            debtor=("memberships", bert),
            recipient={"company": "Muster und Töchter GmbH"},
            customer_number="4711",
        )

    assert run_dag().succeeded

    assert [voucher["supplier"]["id"] for voucher in space.vouchers] == [made["id"]] * 2
    assert [voucher["tags"] for voucher in space.vouchers] == [["Import"]] * 2
    assert len(space.contacts) == 1


def test_invoices_of_a_member_with_two_contacts_of_ours_wait(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    for _ in range(2):
        contact_by_hand(space, name="Ada", description=marker(membership_key(ada)))
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))

    result = run_dag()

    assert result.codes == ["CS-403"]
    assert space.vouchers == []


def test_invoices_of_a_member_who_cannot_be_read_wait_with_the_member(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.members[ada]["confirmed_at"] = "some day"
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))

    result = run_dag()

    assert result.codes == ["CS-404"]
    assert result.report["held_back"] == 1
    assert space.vouchers == []


def test_a_number_that_cobot_does_not_take_is_a_red_box_and_holds_no_invoice(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    space.box.world.faults.add("status_before", service="cobot", method="PUT", times=99, status=500)

    result = run_dag()

    assert result.codes == ["CS-306"]
    assert result.report["booked"] == 1
    assert space.vouchers[0]["tags"] == ["Import"]


def test_a_number_that_another_member_of_the_run_gives_up_is_written_then(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    space.box.world.switches.unique_customer_numbers = True
    first = str(space.sevdesk.next_customer_number)
    for number in ("1", first):
        space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number=number)

    result = run_dag()

    assert result.succeeded
    assert result.report["numbers_written"] == 2
    assert len({member["customer_number"] for member in space.cobot.members.values()}) == 2


def test_a_number_that_another_member_keeps_is_told(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    space.box.world.switches.unique_customer_numbers = True
    space.cobot.sign_up("Eva", number=str(space.sevdesk.next_customer_number))
    space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    assert run_dag().codes == ["CS-402"]


def test_no_contact_waits_for_the_list_of_countries(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.box.world.faults.add("status_before", path="/StaticCountry", status=500, times=99)

    assert run_dag().succeeded

    (address,) = space.contacts[0]["addresses"]
    assert address["country"]["id"] == KNOWN_COUNTRIES["de"]


def test_countries_that_sevdesk_lacks_are_listed(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    abroad = space.cobot.sign_up("Eva Beispiel", confirmed="2026-01-02")
    space.cobot.members[abroad]["address"]["country"] = "Mexico"
    space.box.world.switches.countries_path_exists = False

    tried, result = run_dag(dry_run=True), run_dag()

    for report in (tried.report, result.report):
        assert report["members_without_known_country"] == [abroad]


def test_a_number_that_was_refused_is_told_beside_another_problem(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    switches = space.box.world.switches
    switches.unique_customer_numbers = switches.member_update_wipes = True
    space.cobot.sign_up("Eva", number=str(space.sevdesk.next_customer_number))
    for _ in range(2):
        space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    assert sorted(run_dag().codes) == ["CS-402", "CS-405"]


def test_a_contact_that_was_never_seen_whole_is_finished_however_old(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(members_from="2025-01-01")
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2025-03-02", number="1001")
    made = contact_by_hand(
        space,
        surename="Ada",
        familyname="Beispiel",
        customerNumber="1001",
        description=marker(membership_key(ada)),
    )
    space.sevdesk.tables["Contact"][made["id"]]["create"] = "2025-03-02T10:00:00+01:00"

    assert run_dag().succeeded

    (contact,) = space.contacts
    assert len(contact["addresses"]) == 1
    assert [way["type"] for way in contact["ways"]] == ["EMAIL"]


def test_a_phone_that_is_new_in_cobot_is_not_sent_to_an_old_contact(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    assert run_dag().succeeded
    # As seen by an Airflow that was set up anew: it remembers nothing.
    (contact,) = space.sevdesk.tables["Contact"].values()
    contact["create"] = "2026-01-02T00:00:00+01:00"
    space.cobot.members[ada]["phone"] = "+49 40 5550100"
    assert run_dag().succeeded
    assert [way["type"] for way in space.contacts[0]["ways"]] == ["EMAIL"]


def test_an_email_that_a_person_removes_from_a_whole_contact_stays_removed(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    assert run_dag().succeeded
    space.sevdesk.tables["CommunicationWay"].clear()
    assert run_dag().succeeded
    assert run_dag().succeeded
    assert space.contacts[0]["ways"] == []


def test_an_email_that_is_refused_stays_red_however_old_the_contact(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.box.world.faults.add(
        "status_before", method="POST", path="/CommunicationWay$", status=422, times=99
    )
    assert run_dag().codes == ["CS-406"]
    (contact,) = space.sevdesk.tables["Contact"].values()
    contact["create"] = "2026-01-02T00:00:00+01:00"
    assert run_dag().codes == ["CS-406"]
    space.box.world.faults.clear()
    assert run_dag().succeeded
    assert [way["type"] for way in space.contacts[0]["ways"]] == ["EMAIL"]
    assert space.cobot.members[ada]["customer_number"] == contact["customerNumber"]
