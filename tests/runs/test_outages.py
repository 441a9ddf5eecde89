"""When a service is away or refuses: few requests, one clear problem, nothing half told."""

from collections.abc import Callable
from typing import Any, Literal

import pytest

from cobot_sevdesk.airflow.connections import AT_ONCE
from cobot_sevdesk.errors import RemoteRejectedError, Request
from cobot_sevdesk.sync.vouchers import RefusalBudget
from sandbox.cobot_space import line
from sandbox.voucher_rules import RefusedError
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

TRIES = 5
"""One try and four retries of a task."""

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


def many_invoices(space: SpaceFiles, count: int = 20) -> None:
    for _ in range(count):
        space.cobot.add_invoice("2026-01-05", [line("10.00")])


def small_ones_are_refused(space: SpaceFiles, monkeypatch: pytest.MonkeyPatch) -> SpaceFiles:
    """One at once, oldest first; sevDesk takes none below 5 EUR."""
    monkeypatch.setattr("cobot_sevdesk.airflow.connections.AT_ONCE", 1)
    space.box.world.switches.invoice_order = "oldest"
    refuse_below(space, 5, status=422)
    return space


def refuse_below(space: SpaceFiles, least: int, status: int) -> None:
    """From now on sevDesk takes no voucher with a smaller position, whoever asks how often."""
    save = space.sevdesk.save_voucher

    def refusing(body: dict[str, Any]) -> dict[str, Any]:
        positions = body["voucherPosSave"]
        if any(float(one.get("sumGross", one.get("sumNet", 0))) < least for one in positions):
            raise RefusedError(status, "the sum is too small")
        return save(body)

    vars(space.sevdesk)["save_voucher"] = refusing


def test_an_outage_costs_single_digits_of_requests_per_try(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    many_invoices(space)
    space.box.world.faults.add("status_before", service="sevdesk", status=503, times=10_000)

    result = run_dag()

    assert not result.succeeded
    assert result.codes == ["CS-306"]
    requests = [seen for seen in space.box.world.requests if seen.service == "sevdesk"]
    tasks = 2  # extract_members and extract_invoices; nothing is asked after them
    assert len(requests) <= tasks * TRIES * 9
    assert space.vouchers == []


def test_an_outage_in_the_middle_of_a_push_stops_asking(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    many_invoices(space)
    space.box.world.faults.add("status_before", path="saveVoucher", status=500, times=10_000)

    result = run_dag()

    assert result.codes == ["CS-306"]
    saves = sum(seen.path.endswith("saveVoucher") for seen in space.box.world.requests)
    assert saves <= TRIES * 9
    space.box.world.faults.clear()
    again = run_dag()
    assert again.succeeded
    assert len(space.vouchers) == 20


@pytest.mark.parametrize("path", ["/Voucher$", "/ReceiptGuidance/"])
def test_whatever_stays_away_ends_as_a_box(spaces: Spaces, run_dag: RunDag, path: str) -> None:
    space = spaces()
    many_invoices(space, 2)
    space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.box.world.faults.add("status_before", service="sevdesk", path=path, status=502, times=999)
    result = run_dag()
    assert result.codes == ["CS-306"]
    assert result.boxes == ["failed"]
    assert result.report["held_back"] + result.report["booked"] in {0, 2}
    space.box.world.faults.clear()
    assert run_dag().report["booked"] == 2


@pytest.mark.parametrize("path", ["/Voucher$", "/TagRelation$"])
def test_an_error_under_a_success_status_passes_with_the_next_reading(
    spaces: Spaces, run_dag: RunDag, path: str
) -> None:
    space = spaces()
    many_invoices(space, 2)
    assert run_dag().succeeded
    many_invoices(space, 2)
    space.box.world.faults.add("error_in_200", service="sevdesk", method="GET", path=path)
    assert run_dag().succeeded
    assert len(space.vouchers) == 4


@pytest.mark.parametrize(("service", "code"), [("cobot", "CS-101"), ("sevdesk", "CS-111")])
def test_a_revoked_token_stops_the_space_at_once(
    spaces: Spaces, run_dag: RunDag, service: str, code: str
) -> None:
    space = spaces()
    many_invoices(space)
    space.box.world.faults.add("status_before", service=service, status=401, times=10_000)

    result = run_dag()

    assert result.codes == [code]
    refused = [seen for seen in space.box.world.requests if seen.status == 401]
    assert len(refused) <= 9
    assert space.writes() == []


def test_a_token_revoked_in_the_middle_of_a_push_stops_it(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    many_invoices(space)
    space.box.world.faults.add(
        "status_before", service="sevdesk", path="saveVoucher", status=401, skip=3, times=10_000
    )

    result = run_dag()

    assert result.codes == ["CS-111"]
    assert (result.report["booked"], result.report["held_back"]) == (3, 17)
    # Those that were under way when the first one was refused; nothing is begun after it.
    assert sum(seen.status == 401 for seen in space.box.world.requests) <= AT_ONCE


def test_refusals_of_one_kind_use_up_the_error_budget(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    many_invoices(space)
    space.box.world.faults.add("status_before", path="saveVoucher", status=422, times=10_000)

    result = run_dag()

    assert result.codes == ["CS-303"]
    assert result.report["held_back"] == 20
    refused = [seen for seen in space.box.world.requests if seen.status == 422]
    assert len(refused) == 3
    space.box.world.faults.clear()
    assert run_dag().report["booked"] == 20


def test_a_pdf_that_is_none_holds_back_its_invoice_alone(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    many_invoices(space, 2)
    space.box.world.faults.add(
        "replace", service="cobot", path=r"\.pdf$", body={"error": "no PDF yet"}
    )

    result = run_dag()

    assert result.codes == ["CS-225"]
    assert len(space.vouchers) == 1
    assert run_dag().succeeded
    assert len(space.vouchers) == 2


def test_an_error_inside_a_success_is_an_error(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    many_invoices(space, 2)
    space.box.world.faults.add("error_in_200", path="saveVoucher")

    result = run_dag()

    assert result.codes == ["CS-303"]
    assert len(space.vouchers) == 1


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_refused_vouchers_hold_up_none_of_another_kind(
    spaces: Spaces, run_dag: RunDag, order: Literal["oldest", "newest"]
) -> None:
    space = spaces()
    space.box.world.switches.invoice_order = order
    refuse_below(space, 0, status=422)
    for day in ("2026-01-02", "2026-01-09"):
        for _ in range(3):
            space.cobot.add_invoice(day, [line("-1.00")])
    many_invoices(space, 5)

    result = run_dag()

    assert result.codes == ["CS-303"]
    assert (result.report["booked"], result.report["held_back"]) == (5, 6)


def test_single_refusals_between_successes_use_up_no_budget() -> None:
    budget = RefusalBudget()
    request = Request("sevDesk", "POST", "/Voucher")
    for _ in range(9):
        budget.note(RemoteRejectedError(request, status=422))
        budget.note(RemoteRejectedError(request, status=422))
        budget.note_success()
    assert budget.spent_on() is None
    for _ in range(3):
        budget.note(RemoteRejectedError(request, status=422), group="other")
    assert budget.spent_on("other")
    assert budget.spent_on() is None
    # One that was under way meanwhile.
    budget.note_success("other")
    assert budget.spent_on("other") is None


def test_refusals_between_vouchers_that_go_through_hold_up_none(
    spaces: Spaces, run_dag: RunDag, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = small_ones_are_refused(spaces(), monkeypatch)
    for _ in range(3):
        space.cobot.add_invoice("2026-01-05", [line("1.00")])
        space.cobot.add_invoice("2026-01-05", [line("10.00")])

    result = run_dag()

    assert result.codes == ["CS-303"]
    assert (result.report["booked"], result.report["held_back"]) == (3, 3)


@pytest.mark.parametrize("good", [1, 2, 9])
def test_vouchers_behind_several_that_are_always_refused_are_booked_by_one_of_a_few_runs(
    spaces: Spaces, run_dag: RunDag, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    space = small_ones_are_refused(spaces(), monkeypatch)
    for net in ["1.00"] * 4 + ["10.00"] * good:
        space.cobot.add_invoice("2026-01-05", [line(net)])

    for _ in range(20):  # each run tries others first
        result = run_dag()
        assert result.codes == ["CS-303"]
        if len(space.vouchers) == good:
            break

    assert len(space.vouchers) == good
    assert result.report["held_back"] == 4


def test_one_without_an_answer_keeps_none_waiting_behind_several_that_are_refused(
    spaces: Spaces, run_dag: RunDag, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = small_ones_are_refused(spaces(), monkeypatch)
    lost = space.cobot.add_invoice("2026-01-02", [line("20.00", "7", code="4300")])
    space.box.world.faults.add("status_before", path=rf"{lost}\.pdf$", status=500, times=10_000)
    for net in ["1.00"] * 4 + ["10.00"] * 2:
        space.cobot.add_invoice("2026-01-05", [line(net)])

    for _ in range(20):  # each run tries others first
        result = run_dag()
        assert sorted(result.codes) == ["CS-303", "CS-306"]
        if len(space.vouchers) == 2:
            break

    assert len(space.vouchers) == 2
    assert result.report["held_back"] == 5


def test_members_whose_emails_are_refused_hold_up_no_other(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    for number in range(4):
        space.cobot.sign_up(f"Person {number}", confirmed="2026-01-02")
    space.box.world.faults.add(
        "status_before", method="POST", path="/CommunicationWay$", status=422, times=3
    )

    result = run_dag()

    assert result.codes == ["CS-406"] * 3
    assert [len(contact["ways"]) for contact in space.contacts] == [0, 0, 0, 1]


@pytest.mark.parametrize("at", ["document", "voucher"])
def test_single_invoices_that_always_fail_hold_up_no_other(
    spaces: Spaces, run_dag: RunDag, at: str
) -> None:
    space = spaces()
    space.box.world.switches.invoice_order = "oldest"
    bad = [space.cobot.add_invoice("2026-01-02", [line("-1.00")]) for _ in range(3)]
    many_invoices(space, 5)
    if at == "voucher":
        refuse_below(space, 0, status=500)
    else:
        path = rf"/invoices/({'|'.join(bad)})\.pdf$"
        space.box.world.faults.add(
            "status_before", service="cobot", path=path, status=500, times=9999
        )

    result = run_dag()

    assert result.codes == ["CS-306"]
    assert result.report["held_back"] == len(bad)
    assert len(space.vouchers) == 5
    assert {voucher["sumGross"] for voucher in space.vouchers} == {"11.9"}


def test_a_correction_is_booked_though_its_original_may_not_be_read(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    original = space.cobot.add_invoice("2025-12-01", [line("1.00")])
    space.cobot.correct_invoice(original, "2026-01-02")
    path = rf"/invoices/{original}$"
    space.box.world.faults.add("status_before", service="cobot", path=path, status=403, times=99)
    assert run_dag().succeeded
    assert [voucher["sumGross"] for voucher in space.vouchers] == ["-1.19"]
