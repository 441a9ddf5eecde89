"""The reconciliation DAG, whole: green after a clean run, red and exact after a change."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import DagRunner

Spaces = Callable[..., SpaceFiles]

DAG_ID = "cobot_sevdesk_reconcile_elbe-hub"
JANUARY = {"from_date": "2026-01-01", "to_date": "2026-01-31"}

pytestmark = pytest.mark.airflow


@pytest.fixture
def space(spaces: Spaces, run_dag: DagRunner, tmp_path: Path) -> SpaceFiles:
    """A booked January, with a mismatch; reports go to a folder of the test."""
    made = spaces(
        vouchers={"cost_centre": "100", "due_in_days": 3},
        reconciliation={"reports": f"file://{tmp_path}/reports"},
    )
    ada = made.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    for day in range(3, 9):
        lines = [line("10.00"), line("5.00", "7", code="4300")]
        made.cobot.add_invoice(f"2026-01-{day:02}", lines, debtor=("memberships", ada))
    made.cobot.add_invoice("2026-01-09", [line("30.00")], recipient={"company": "=Fremde AG"})
    assert run_dag().succeeded
    made.box.world.requests.clear()
    return made


def report(tmp_path: Path, name: str) -> str:
    (found,) = (tmp_path / "reports").rglob(name)
    return found.read_text("utf-8-sig")


def test_books_that_agree_are_green_and_nothing_is_written(
    space: SpaceFiles, run_dag: DagRunner, tmp_path: Path
) -> None:
    result = run_dag.run(DAG_ID, day="2026-02-03", **JANUARY)

    assert result.succeeded
    assert space.writes() == []
    totals = result.xcoms["reconcile[-1].return_value"]
    assert (totals["invoices"], totals["difference"]) == (7, "0.00")
    assert totals["cobot_gross"] == totals["sevdesk_gross"] == "139.20"
    assert "Beide Seiten stimmen überein." in report(tmp_path, "abstimmung.html")
    rows = list(csv.reader(report(tmp_path, "summen.csv").splitlines(), delimiter=";"))
    assert rows[1][:3] == ["01.2026", "4300", "7"]
    assert rows[1][-1] == "0,00"


def test_without_dates_it_looks_at_the_month_before(space: SpaceFiles, run_dag: DagRunner) -> None:
    space.cobot.add_invoice("2026-02-01", [line("99.00")])
    result = run_dag.run(DAG_ID, day="2026-02-03")
    assert result.xcoms["reconcile[-1].return_value"]["invoices"] == 7


def test_what_was_changed_by_hand_in_sevdesk_is_red_and_named(
    space: SpaceFiles, run_dag: DagRunner, tmp_path: Path
) -> None:
    vouchers = list(space.sevdesk.tables["Voucher"].values())
    vouchers[0]["voucherDate"] = "2026-01-20T00:00:00+01:00"
    space.sevdesk.reset(vouchers[1]["id"], "50")
    space.sevdesk.delete_voucher(vouchers[1]["id"])

    result = run_dag.run(DAG_ID, day="2026-02-03", **JANUARY)

    assert not result.succeeded
    totals = result.xcoms["reconcile[-1].totals"]
    assert totals["findings"] == {"missing": 1, "differs": 1, "mismatch": 1}
    assert totals["errors"] == 2
    assert totals["difference"] == "-17.25"
    page = report(tmp_path, "abstimmung.html")
    assert "Datum 20.01.2026 statt" in page


def test_a_pdf_hash_is_read_only_where_it_is_asked_for(
    space: SpaceFiles, run_dag: DagRunner, tmp_path: Path
) -> None:
    assert run_dag.run(DAG_ID, day="2026-02-03", **JANUARY, pdf_hashes=True).succeeded
    rows = list(csv.reader(report(tmp_path, "nachweise.csv").splitlines(), delimiter=";"))
    assert all(len(row[-1]) == 64 for row in rows[1:])
    assert sum(seen.path.endswith(".pdf") for seen in space.box.world.requests) == 7


def test_a_bad_token_is_a_letter(spaces: Spaces, run_dag: DagRunner) -> None:
    made = spaces()
    made.box.world.faults.add("status_before", service="sevdesk", status=401, times=99)
    assert not run_dag.run(DAG_ID, day="2026-02-03", **JANUARY).succeeded
