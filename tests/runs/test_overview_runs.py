"""Which runs the overview reads: an old red run counts until a later one settles what it told."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.history import OPEN_PROBLEMS, ROWS, OpenProblem
from cobot_sevdesk.airflow.overview.standing import Standing, Standings
from cobot_sevdesk.domain.plan import Row, State
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason
from support.reported import add_reported_run

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow_db")]

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
INVOICE = InvoiceRef("id-1", "R-1", date(2026, 6, 1), Decimal("119.00"))
ANOTHER = InvoiceRef("id-2", "R-2", date(2026, 11, 20), Decimal("7.00"))
PODCAST = Reason("CS-202", {"code": "Podcast", "target": "Podcast"})


@pytest.fixture
def dag_id() -> str:
    """A space of which Airflow knows no run yet."""
    return f"cobot_sevdesk_{uuid.uuid4().hex}"


def add_run(
    dag_id: str,
    days_ago: int,
    kind: str,
    state: str,
    *,
    row: State | None,
    told: bool = False,
    mismatch: bool = False,
    invoice: InvoiceRef = INVOICE,
) -> None:
    """A run that has reported, with what it saw of the invoice and whether it told a problem."""
    from airflow.utils.session import create_session

    run_id, at = f"{kind}-{days_ago}", NOW - timedelta(days=days_ago)
    problems = [OpenProblem(Problem(PODCAST, (invoice,)), at.date(), run_id)] if told else []
    rows = [Row(invoice, row, mismatch=mismatch)] if row else []
    left = {OPEN_PROBLEMS: xcom.dump(problems), ROWS: xcom.dump(rows)}
    with create_session() as session:
        add_reported_run(session, dag_id, run_id, at, left, run_type=kind, state=state)


def standing(dag_id: str, standings: Standings | None = None) -> Standing:
    """How the space stands, by what is in the database now."""
    from airflow.utils.session import create_session

    with create_session() as session:
        return (standings or Standings()).of(session, [dag_id], {}, NOW)[dag_id]


def open_numbers(found: Standing) -> list[str]:
    return [ref.number for one in found.open_now for ref in one.problem.invoices]


def test_what_an_old_red_run_told_is_open_however_many_runs_look_elsewhere(dag_id: str) -> None:
    add_run(dag_id, 90, "manual", "failed", told=True, row="held")
    for days in (3, 2, 1):
        add_run(dag_id, days, "scheduled", "success", row=None)
    assert open_numbers(standing(dag_id)) == ["R-1"]


def test_two_red_runs_with_the_same_problem_hold_what_each_of_them_told(dag_id: str) -> None:
    add_run(dag_id, 90, "manual", "failed", told=True, row="held")
    add_run(dag_id, 80, "manual", "failed", told=True, row="held", invoice=ANOTHER)
    add_run(dag_id, 1, "scheduled", "success", row=None)
    found = standing(dag_id)
    assert open_numbers(found) == ["R-1", "R-2"]
    assert [one.since for one in found.open_now] == [date(2026, 8, 29)]


def test_an_open_problem_takes_no_voucher_out_of_the_figures(dag_id: str) -> None:
    add_run(dag_id, 20, "manual", "success", row="booked", invoice=ANOTHER, mismatch=True)
    add_run(dag_id, 10, "manual", "failed", told=True, row="held")
    add_run(dag_id, 1, "manual", "success", row=None)
    figures = standing(dag_id).figures
    assert (figures.vouchers, figures.gross, figures.mismatches) == (1, {"EUR": Decimal("7.00")}, 1)


def test_what_a_red_run_before_the_last_scheduled_one_booked_counts(dag_id: str) -> None:
    add_run(dag_id, 5, "manual", "failed", row="booked", invoice=ANOTHER)
    add_run(dag_id, 1, "scheduled", "success", row=None)
    assert standing(dag_id).figures.vouchers == 1


@pytest.mark.parametrize("kind", ["manual", "scheduled", "backfill"])
def test_any_run_after_it_may_settle_it(dag_id: str, kind: str) -> None:
    standings = Standings()
    add_run(dag_id, 90, "manual", "failed", told=True, row="held")
    add_run(dag_id, 2, "scheduled", "success", row=None)
    assert open_numbers(standing(dag_id, standings)) == ["R-1"]
    add_run(dag_id, 60, kind, "success", row="booked")
    add_run(dag_id, 1, "scheduled", "success", row=None)
    assert open_numbers(standing(dag_id, standings)) == []


def test_what_a_run_between_them_booked_is_not_counted_again(dag_id: str) -> None:
    add_run(dag_id, 90, "manual", "failed", told=True, row="held")
    add_run(dag_id, 60, "scheduled", "success", row="booked", mismatch=True)
    assert standing(dag_id).figures.mismatches == 1
    add_run(dag_id, 1, "scheduled", "success", row=None)
    assert standing(dag_id).figures.mismatches == 0


def test_a_run_that_is_green_by_now_and_older_than_the_last_scheduled_one_is_not_read(
    dag_id: str,
) -> None:
    add_run(dag_id, 90, "manual", "success", told=True, row="held")
    add_run(dag_id, 1, "scheduled", "success", row=None)
    found = standing(dag_id)
    assert open_numbers(found) == []
    assert found.reported == {"scheduled-1"}


def test_without_a_scheduled_run_two_months_are_read_or_else_the_last_run(dag_id: str) -> None:
    add_run(dag_id, 90, "manual", "success", row="booked")
    add_run(dag_id, 80, "manual", "success", row="booked")
    assert standing(dag_id).reported == {"manual-80"}
    add_run(dag_id, 30, "manual", "success", row="booked")
    add_run(dag_id, 20, "manual", "success", row="booked")
    assert standing(dag_id).reported == {"manual-30", "manual-20"}
