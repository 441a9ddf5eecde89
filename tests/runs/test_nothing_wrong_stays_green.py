"""What must not end green: wrong, doubled or lost things that a run could overlook."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]
DAY = "2026-01-10"

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


def settle(space: SpaceFiles, seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a write without answer, and a list that lags, are waited for."""
    name = f"AIRFLOW_CONN_SEVDESK_{space.slug.upper()}"
    connection = json.loads(os.environ[name])
    connection["extra"]["settle_seconds"] = seconds
    monkeypatch.setenv(name, json.dumps(connection))


@pytest.mark.parametrize("lag", [2, 20])
def test_lists_that_lag_double_nothing_though_no_answer_is_lost(
    spaces: Spaces, run_dag: RunDag, monkeypatch: pytest.MonkeyPatch, lag: int
) -> None:
    """Within the time that is waited for, and beyond it: then the ids are handed over."""
    space = spaces()
    settle(space, "0.3", monkeypatch)
    space.box.world.switches.list_lag_seconds = lag
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))

    assert run_dag(day=DAY).succeeded
    assert run_dag(day=DAY).succeeded

    assert len(space.vouchers) == 1
    assert len(space.contacts) == 1
    assert space.vouchers[0]["tags"] == ["Import"]
    assert len(space.contacts[0]["addresses"]) == 1


def test_an_invoice_that_was_deleted_and_issued_anew_is_held_back(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    first = space.cobot.add_invoice("2026-01-05", [line("10.00")], number="CW-7")
    assert run_dag(day=DAY).succeeded
    space.cobot.delete_invoice(first)
    space.cobot.add_invoice("2026-01-06", [line("10.00")], number="CW-7")

    assert run_dag(day=DAY).codes == ["CS-310"]
    assert len(space.vouchers) == 1


def test_a_number_that_another_space_of_the_account_has_holds_nothing_back(
    spaces: Spaces, run_dag: RunDag
) -> None:
    north, south = spaces("north"), spaces("south")
    for space in (north, south):
        space.cobot.add_invoice("2026-01-05", [line("10.00")], number="CW-7")
    assert run_dag("north", day=DAY).succeeded
    assert run_dag("south", day=DAY).succeeded
    assert len(north.vouchers) == 2


@pytest.mark.parametrize(
    "field",
    [
        *("date", "tax_rule", "cost_centre", "contact", "due_date", "status", "account", "sum"),
        *("delivery_date", "rate", "currency"),
    ],
)
@pytest.mark.parametrize("answer", ["shown", "lost"])
def test_what_sevdesk_saves_otherwise_stops_the_space_until_somebody_has_looked(
    spaces: Spaces, run_dag: RunDag, field: Any, answer: str
) -> None:
    space = spaces(vouchers={"cost_centre": "100"})
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    for day in (5, 6):
        space.cobot.add_invoice(f"2026-01-0{day}", [line("10.00")], debtor=("memberships", ada))
    space.box.world.switches.saves_otherwise = field
    if answer == "lost":
        space.box.world.faults.add("drop_after", path="saveVoucher")

    first = run_dag(day=DAY)

    assert first.codes == ["CS-304"]
    assert first.report["held_back"] == 2
    # A lost answer shows nothing: the next one, or the look after it, does.
    saved = len(space.vouchers)
    assert saved <= (1 if answer == "shown" else 2)
    space.box.world.switches.saves_otherwise = ""
    again = run_dag(day=DAY)
    assert again.codes == ["CS-304"] * saved
    assert len(space.vouchers) == saved
    assert [one["tags"] for one in space.vouchers] == [[]] * saved


@pytest.mark.parametrize("field", ["description", "side"])
def test_what_would_be_booked_again_each_day_stops_the_space(
    spaces: Spaces, run_dag: RunDag, field: Any
) -> None:
    """Lists do not show it as ours."""
    space = spaces()
    for day in (5, 6):
        space.cobot.add_invoice(f"2026-01-0{day}", [line("10.00")])
    space.box.world.switches.saves_otherwise = field
    assert run_dag(day=DAY).codes == ["CS-304"]
    assert len(space.vouchers) == 1


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("extract_members", "extract_members left nothing"),
        ("extract_invoices", "extract_invoices left nothing"),
        ("extract_.*", "left nothing"),
        ("sync_members", "sync_members left nothing"),
        ("validate_booking_codes", "validate_booking_codes left nothing"),
        ("extract_invoices|validate_booking_codes", "extract_invoices left nothing"),
        ("push_vouchers", "push_vouchers"),
    ],
)
def test_a_task_marked_success_by_hand_turns_no_run_green(
    spaces: Spaces,
    run_dag: RunDag,
    capfd: pytest.CaptureFixture[str],
    marked: str,
    told: str,
) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))

    result = run_dag(day=DAY, marked=marked)

    assert not result.succeeded
    assert told in "".join(capfd.readouterr()) + str(result.report)
    assert space.vouchers == []


def test_a_cobot_that_wipes_fields_stops_the_writing_of_numbers_for_good(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    space.box.world.switches.member_update_wipes = True
    members = [
        space.cobot.sign_up(f"Person {n}", confirmed="2026-01-02", number=str(n)) for n in range(3)
    ]

    for _ in range(2):
        result = run_dag(day=DAY)
        assert result.codes == ["CS-405"]
        numbers = [space.cobot.members[id_]["customer_number"] for id_ in members]
        assert sum(number in {"0", "1", "2"} for number in numbers) == 2

    space.write(cobot={"subdomain": space.slug, "write_numbers": False})
    assert run_dag(day=DAY).succeeded


def test_a_space_id_of_another_space_is_no_idle_run(spaces: Spaces, run_dag: RunDag) -> None:
    """The other space's invoices stand in the account that both share: nothing is left to do."""
    north, south = spaces("north"), spaces("south")
    south.cobot.add_invoice("2026-01-05", [line("10.00")])
    assert run_dag("south", day=DAY).succeeded
    north.write(cobot={"subdomain": "north", "space_id": south.cobot.id})
    assert run_dag("north", day=DAY).codes == ["CS-103"]


def test_a_space_id_of_another_space_books_nothing(spaces: Spaces, run_dag: RunDag) -> None:
    north, south = spaces("north"), spaces("south")
    token = next(iter(north.box.world.spaces.values()))
    assert token
    south.cobot.add_invoice("2026-01-05", [line("10.00")])
    north.write(cobot={"subdomain": "north", "space_id": south.cobot.id})

    result = run_dag("north", day=DAY)

    assert result.codes == ["CS-103"]
    assert north.vouchers == []


def test_one_made_by_hand_is_no_booking_of_two_spaces(spaces: Spaces, run_dag: RunDag) -> None:
    north, south = spaces("north"), spaces("south")
    for space in (north, south):
        recipient = {"name": "Probe GmbH", "company": "Probe GmbH"}
        space.cobot.add_invoice("2026-01-05", [line("10.00")], number="CW-7", recipient=recipient)
    by_hand(north, "Rechnung CW-7", "11.90", "Probe GmbH")

    assert run_dag("north", day=DAY).codes == ["CS-301"]
    assert run_dag("south", day=DAY).codes == ["CS-301"]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (("Rechnung CW-7", "Probe GmbH"), (0, [])),
        (("Rechnung CW-7", "Andere GmbH"), (0, ["CS-301"])),
        (("Tageskasse 7 Personen", "Kasse"), (1, [])),
    ],
)
def test_what_people_book_by_hand_counts_only_where_the_recipient_agrees(
    spaces: Spaces,
    run_dag: RunDag,
    made: tuple[str, str],
    expected: tuple[int, list[str]],
) -> None:
    space = spaces()
    recipient = {"name": "Probe GmbH", "company": "Probe GmbH"}
    space.cobot.add_invoice("2026-01-05", [line("10.00")], number="CW-7", recipient=recipient)
    text, name = made
    by_hand(space, text, "11.90", name)

    result = run_dag(day=DAY)

    assert (result.report["booked"], result.codes) == expected


def by_hand(space: SpaceFiles, description: str, gross: str, name: str) -> None:
    """A voucher that a person made in sevDesk."""
    space.sevdesk.insert(
        "Voucher",
        {
            "description": description,
            "supplierName": name,
            "voucherDate": "2026-01-05T00:00:00+01:00",
            "sumGross": gross,
            "sumNet": "10.00",
            "status": "100",
            "creditDebit": "D",
            "currency": "EUR",
        },
    )
