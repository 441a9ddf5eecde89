"""What is open in a space, whatever ran last: from what runs left, without Airflow's database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.history import OpenProblem
from cobot_sevdesk.airflow.overview.queries import RunLeft, to_rows
from cobot_sevdesk.airflow.overview.standing import (
    after_repair,
    figures_of,
    what_is_open,
)
from cobot_sevdesk.domain.plan import Row, State
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason, stopping

pytestmark = pytest.mark.airflow

TODAY = date(2026, 11, 27)
BEGAN = datetime(2026, 11, 20, 5, 15, tzinfo=UTC)
PODCAST = Reason("CS-202", {"code": "Podcast", "target": "Podcast"})
LOCKER = Reason("CS-202", {"code": "Locker", "target": "Locker"})


def a_ref(number: str, *, day: date = TODAY, gross: str = "11.90", currency: str = "EUR") -> Any:
    return InvoiceRef(f"id-{number}", number, day, Decimal(gross), currency)


def a_run(
    hour: int,
    *problems: OpenProblem,
    rows: Sequence[Row] = (),
    run_id: str = "",
    scheduled: bool = False,
) -> RunLeft:
    return RunLeft(
        hour,
        "cobot_sevdesk_space",
        run_id or f"run-{hour}",
        BEGAN + timedelta(hours=hour),
        scheduled,
        problems,
        to_rows(xcom.dump(list(rows))),
    )


def told(hour: int, *numbers: str, reason: Reason = PODCAST) -> OpenProblem:
    refs = tuple(a_ref(number) for number in numbers)
    return OpenProblem(Problem(reason, invoices=refs), TODAY, f"run-{hour}")


def a_row(number: str, state: State, **changes: Any) -> Row:
    return Row(a_ref(number), state, **changes)


def numbers(found: Sequence[OpenProblem]) -> list[list[str]]:
    return [[ref.number for ref in one.problem.invoices] for one in found]


def test_a_later_run_that_saw_nothing_of_it_solves_nothing() -> None:
    base = a_run(1, told(1, "R-1"), rows=[a_row("R-1", "held")], scheduled=True)
    narrow = a_run(2, rows=[a_row("R-9", "booked")])
    assert numbers(what_is_open([base, narrow], base=base)) == [["R-1"]]


@pytest.mark.parametrize("state", ["booked", "kept", "by_hand", "skipped"])
def test_an_invoice_that_a_later_run_saw_done_is_solved(state: State) -> None:
    base = a_run(1, told(1, "R-1", "R-2"), scheduled=True)
    later = a_run(2, rows=[a_row("R-1", state)])
    assert numbers(what_is_open([base, later], base=base)) == [["R-2"]]


def test_what_a_backfill_found_stays_though_later_runs_do_not_carry_it() -> None:
    backfill = a_run(1, told(1, "R-1"))
    scheduled = a_run(2, scheduled=True)
    assert numbers(what_is_open([backfill, scheduled], base=scheduled)) == [["R-1"]]


def test_old_problems_that_a_backfill_carries_are_not_believed() -> None:
    scheduled = a_run(2, scheduled=True)
    backfill = a_run(3, told(1, "R-1"))  # its logical date is older: it did not see the solution
    assert what_is_open([scheduled, backfill], base=scheduled) == []


def test_what_the_newest_scheduled_run_carries_is_believed() -> None:
    scheduled = a_run(2, told(1, "R-1"), scheduled=True)
    assert numbers(what_is_open([scheduled], base=scheduled)) == [["R-1"]]


def test_an_invoice_that_waits_for_another_reason_counts_once() -> None:
    base = a_run(1, told(1, "R-1"), scheduled=True)
    later = a_run(2, told(2, "R-1", reason=LOCKER))
    found = what_is_open([base, later], base=base)
    assert [one.problem.reason for one in found] == [LOCKER]


def test_what_stopped_everything_is_solved_by_a_run_that_went_through() -> None:
    stop = OpenProblem(stopping(Reason("CS-101")), TODAY, "run-1")
    base = a_run(1, stop, scheduled=True)
    assert what_is_open([base], base=base) == [stop]
    assert what_is_open([base, a_run(2)], base=base) == []
    again = OpenProblem(stop.problem, TODAY + timedelta(1), "run-2")
    (found,) = what_is_open([base, a_run(2, again)], base=base)
    assert (found.since, found.run_id) == (TODAY, "run-2")


def test_an_outage_that_names_an_invoice_solves_no_older_problem_of_it() -> None:
    base = a_run(1, told(1, "R-1"), scheduled=True)
    outage = stopping(
        Reason("CS-306", {"service": "sevDesk", "answer": "HTTP 503"}), [a_ref("R-1")]
    )
    later = a_run(2, OpenProblem(outage, TODAY, "run-2"))
    found = what_is_open([base, later], base=base)
    assert [one.problem.code for one in found] == ["CS-202", "CS-306"]
    mended = a_run(3, rows=[a_row("R-1", "booked")], scheduled=True)
    assert what_is_open([base, later, mended], base=base) == []


def test_a_member_waits_until_a_scheduled_run_looked_at_all_of_them() -> None:
    waits = OpenProblem(Problem(Reason("CS-401"), members=("m-1",)), TODAY, "run-1")
    base = a_run(1, waits, scheduled=True)
    assert what_is_open([base, a_run(2)], base=base) == [waits]
    assert what_is_open([base, a_run(2, scheduled=True)], base=base) == []


def test_figures_count_each_voucher_once_by_its_date() -> None:
    old = a_ref("R-0", day=TODAY - timedelta(days=30))
    rows = [
        a_row("R-1", "kept", mismatch=True),
        a_row("R-2", "held"),
        Row(old, "kept"),
        Row(a_ref("R-4", gross="40", currency="CHF"), "kept"),
    ]
    base = a_run(1, rows=rows, scheduled=True)
    later = a_run(2, rows=[a_row("R-2", "booked"), a_row("R-1", "held")])
    figures = figures_of([base, later], TODAY)
    assert figures.vouchers == 3
    assert figures.gross == {"EUR": Decimal("23.80"), "CHF": Decimal("40.00")}
    assert figures.mismatches == 1
    assert figures_of([base], TODAY + timedelta(days=60)).vouchers == 0


def test_a_cleared_red_task_that_went_through_solves_its_problem() -> None:
    one = told(1, "R-1", "R-2")
    done = {"applied": {"rows": xcom.dump([a_row("R-1", "booked"), a_row("R-2", "booked")])}}
    assert after_repair(one, {"pushed": done}) is None
    half = {"applied": {"rows": xcom.dump([a_row("R-1", "booked"), a_row("R-2", "held")])}}
    left = after_repair(one, {"pushed": half})
    assert left is not None
    assert numbers([left]) == [["R-2"]]


def test_a_red_task_that_was_only_marked_as_successful_solves_nothing() -> None:
    one = told(1, "R-1")
    assert after_repair(one, {}) == one
    still_held = {"applied": {"rows": xcom.dump([a_row("R-1", "held")])}}
    assert after_repair(one, {"pushed": still_held}) == one
