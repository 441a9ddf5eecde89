"""What is changed, or goes wrong, between one run and the next that finishes or recalls it."""

from collections.abc import Callable

import pytest

from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]
DAY = "2026-01-10"

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


@pytest.fixture
def space(spaces: Spaces) -> SpaceFiles:
    """A space with one invoice."""
    space = spaces(vouchers={"attach_pdf": False})
    space.cobot.add_invoice("2026-01-05", [line("10.00")])
    return space


def edit(space: SpaceFiles, *lines: dict[str, object]) -> None:
    """Give the invoice other lines in Cobot."""
    (id_,) = space.cobot.invoices
    space.cobot.edit_invoice(id_, items=list(lines))


def out_of_order(space: SpaceFiles, run_dag: RunDag) -> None:
    """A run in which Cobot is away."""
    space.box.world.faults.add(
        "status_before", service="cobot", path="/invoices$", status=500, times=99
    )
    assert run_dag(day=DAY).codes == ["CS-306"]
    space.box.world.faults.clear()


def of_other_days(_: SpaceFiles, run_dag: RunDag) -> None:
    """A run by hand that does not look at the invoice's day."""
    assert run_dag(day=DAY, from_date="2026-01-08", to_date="2026-01-09").succeeded


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (line("20.00"), "gross 11.90 -> 23.80"),
        (line("10.00", code="4200"), "lines changed"),
    ],
)
def test_an_edit_before_a_half_done_voucher_is_finished_is_told(
    space: SpaceFiles, run_dag: RunDag, now: dict[str, object], why: str
) -> None:
    space.box.world.faults.add("status_before", path="Tag/Factory", status=422)
    assert run_dag(day=DAY).codes == ["CS-303"]
    edit(space, now)
    finishing = run_dag(day=DAY).report
    assert (finishing["booked"], finishing["gross_booked"]) == (1, "11.90")
    for report in (finishing, run_dag(day=DAY).report, run_dag(day=DAY).report):
        assert [one["why"] for one in report["edited_later"]] == [why]
    assert [voucher["sumGross"] for voucher in space.vouchers] == ["11.9"]


def test_a_half_done_voucher_of_an_invoice_as_it_was_is_no_edit(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    space.box.world.faults.add("status_before", path="Tag/Factory", status=422)
    run_dag(day=DAY)
    assert run_dag(day=DAY).report["edited_later"] == []
    assert run_dag(day=DAY).report["edited_later"] == []


@pytest.mark.parametrize("between", [out_of_order, of_other_days])
def test_what_was_seen_whole_is_known_after_a_run_that_did_not_look(
    space: SpaceFiles, run_dag: RunDag, between: Callable[[SpaceFiles, RunDag], None]
) -> None:
    assert run_dag(day=DAY).succeeded
    assert run_dag(day=DAY).succeeded
    between(space, run_dag)
    edit(space, line("10.00", code="4200"))
    space.write()  # with documents from now on; those of whole vouchers stay as they are
    for voucher in space.sevdesk.tables["Voucher"].values():
        voucher["status"] = "1000"
    after = run_dag(day=DAY)
    assert after.succeeded
    assert [one["why"] for one in after.report["edited_later"]] == ["lines changed"]
