"""What became of a run, whatever was cleared since; and what runs leave to later ones."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobot_sevdesk.airflow import history, xcom
from cobot_sevdesk.airflow.history import OpenProblem, ScheduledRun
from cobot_sevdesk.airflow.outcome import (
    ATTENTION,
    EXTRACT_INVOICES,
    EXTRACT_MEMBERS,
    PUSH,
    PUSHED,
    REPAIRED,
    REPORT,
    SYNC,
    VALIDATE,
    Repaired,
    checked_before_push,
    members_before_push,
    outcome_of_run,
)
from cobot_sevdesk.airflow.request import RunRequest
from cobot_sevdesk.domain.plan import Applied, MembersApplied, Row, State, problems_of
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Problems, Reason, Remark, stopping
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.sync.members import MembersFound
from cobot_sevdesk.sync.report import Outcome, Report, make_report
from cobot_sevdesk.sync.runs import InvoicesFound, Pushed
from dags.fake_airflow import FakeAirflow

pytestmark = pytest.mark.airflow

RUN = "scheduled__2026-01-31"
JANUARY = Window(date(2026, 1, 1), date(2026, 2, 1))
REQUEST = RunRequest(JANUARY, dry_run=False, today=date(2026, 1, 31), confirmed=JANUARY)
COUNT = 6


AWAY = Reason("CS-306", {"service": "sevDesk", "answer": "no_answer"})


def ref(number: int) -> InvoiceRef:
    return InvoiceRef(f"inv-{number}", f"R-{number}", date(2026, 1, 5), Decimal("119.00"))


def no_account(number: int) -> Reason:
    """Three invoices share each reason."""
    return Reason("CS-202", {"code": f"C{number % 2}", "target": "x"})


@dataclass
class Run:
    """One run of the DAG over a few invoices, whose tasks may be cleared in any order."""

    airflow: FakeAirflow = field(default_factory=FakeAirflow)
    booked: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    zero: set[int] = field(default_factory=set)
    away: bool = False

    def __post_init__(self) -> None:
        """An earlier run found a problem with all of them."""
        before = Problem(Reason("CS-201"), invoices=tuple(ref(n) for n in range(1, COUNT + 1)))
        with self.airflow.task("earlier", REPORT):
            history.leave_open_problems([OpenProblem(before, date(2025, 12, 31), "earlier")])

    # --- the world

    def row(self, number: int, *, push: bool) -> Row:
        """What becomes of an invoice now; a push books what can be booked."""
        if number in self.booked:
            return Row(ref(number), "kept", vouchers=(str(number),))
        if number in self.zero:
            return Row(ref(number), "skipped", remarks=(Remark("skip.zero"),))
        if number in self.broken:
            return Row(
                ref(number), "held" if push else "open", (no_account(number),) if push else ()
            )
        if push:
            self.booked.add(number)
            return Row(ref(number), "booked", vouchers=(str(number),))
        return Row(ref(number), "open")

    def rows(self, of: Sequence[Row], *, push: bool) -> tuple[Row, ...]:
        return tuple(self.row(int(row.invoice.id[4:]), push=push) for row in of)

    # --- the tasks

    def _end(self, task: str, state: str) -> None:
        self.airflow.states[RUN, task] = state

    def extract(self) -> None:
        with self.airflow.task(RUN, EXTRACT_MEMBERS):
            xcom.leave(xcom.RETURN_VALUE, MembersFound())
        self._end(EXTRACT_MEMBERS, "success")
        self._end(SYNC, "skipped")
        with self.airflow.task(RUN, EXTRACT_INVOICES):
            found = self._found()
            xcom.leave(xcom.RETURN_VALUE, found)
        self._end(EXTRACT_INVOICES, "success")
        self._end(VALIDATE, "none" if found.leaves_work else "skipped")

    def _found(self) -> InvoicesFound:
        rows = tuple(self.row(number, push=False) for number in range(1, COUNT + 1))
        if not self.away:
            return InvoicesFound(rows)
        held = tuple(Row(row.invoice, "held", (AWAY,)) for row in rows if row.state == "open")
        stop = stopping(AWAY, (row.invoice for row in held))
        return InvoicesFound((*held, *(r for r in rows if r.state != "open")), stops=(stop,))

    def _is_red_itself(self, task: str, problems: Sequence[Problem], *, alone: bool) -> bool:
        """Whether no red task will tell these problems, so that the task does."""
        if alone and problems:
            self._end(task, "failed")
            return True
        return False

    def validate(self, *, alone: bool = False) -> None:
        if self.airflow.states.get((RUN, VALIDATE)) == "skipped":
            return
        with self.airflow.task(RUN, VALIDATE):
            found = xcom.get_left(InvoicesFound, EXTRACT_INVOICES)
            rows = self.rows(found.unfinished, push=False)
            held = tuple(
                Row(r.invoice, "held", (no_account(int(r.invoice.id[4:])),))
                if int(r.invoice.id[4:]) in self.broken - self.booked
                else r
                for r in rows
            )
            checked = Applied(found.unfinished, found.stops) if found.stops else Applied(held)
            problems = [*checked.stops, *problems_of(checked.rows)]
            if self._is_red_itself(VALIDATE, problems, alone=alone):
                return
            xcom.leave(xcom.RETURN_VALUE, checked)
        self._end(VALIDATE, "success")

    def push(self, *, alone: bool = False) -> None:
        if self.airflow.states.get((RUN, VALIDATE)) == "skipped":
            # Nothing before it succeeded: it is skipped, and keeps what it left.
            self._end_push("skipped")
            return
        if self.airflow.states.get((RUN, VALIDATE)) == "failed":
            self._end_push("upstream_failed")
            return
        with self.airflow.task(RUN, PUSH):
            try:
                checked = checked_before_push()
            except xcom.NothingLeftError:
                self._end(PUSH, "failed")
                return
            pushed = Pushed(checked, members_before_push())
            if not checked.stops:
                pushed = Pushed(Applied(self.rows(checked.rows, push=True)))
            xcom.leave(PUSHED, pushed)
            problems = Problems(pushed.problems).tasks()
            if self._is_red_itself(PUSH, problems, alone=alone):
                return
            xcom.leave(xcom.RETURN_VALUE, [{"problem": xcom.dump(one)} for one in problems])
        self._end(PUSH, "success")

    def _end_push(self, state: str) -> None:
        """It does not run, nor do the red tasks; all keep what they left."""
        for name in (PUSH, *self._boxes()):
            self._end(name, state)

    def make_boxes(self) -> None:
        """Airflow maps the red tasks anew; what is too many is removed, and keeps what it left."""
        if self.airflow.states.get((RUN, PUSH)) != "success":
            return
        count = len(self._shown())
        for name in self._boxes():
            self._end(name, "removed")
        for index in range(count):
            self.airflow.xcoms.pop((RUN, ATTENTION, index, REPAIRED), None)
            self._end(f"{ATTENTION}_{index}", "failed")

    def clear_box(self, index: int) -> None:
        name = f"{ATTENTION}_{index}"
        if self.airflow.states.get((RUN, name)) not in {"failed", "success"}:
            return
        if index >= len(self._shown()):
            return
        if self.airflow.states[RUN, PUSH] != "success":
            self._end(name, "upstream_failed")
            return
        with self.airflow.task(RUN, ATTENTION, index):
            problem = self._shown()[index]
            refs = problem.invoices or tuple(ref(n) for n in range(1, COUNT + 1))
            of = [Row(one, "held") for one in refs]
            pushed = Pushed(Applied(stops=(stopping(AWAY, refs),)))
            if not self.away:
                pushed = Pushed(Applied(self.rows(of, push=True)))
            xcom.leave(REPAIRED, Repaired(index, problem, pushed))
        self._end(name, "failed" if pushed.problems else "success")

    def mark(self, task: str, state: str) -> None:
        """A person marks a task; what it left stays."""
        if self.airflow.states.get((RUN, task)) not in {None, "none", "removed"}:
            self._end(task, state)

    def mend(self, number: int) -> None:
        """A person repairs what holds up an invoice."""
        self.broken.discard(number)

    def _shown(self) -> list[Problem]:
        with self.airflow.inside(RUN):
            plain = xcom.find_left(list[dict[str, Any]], PUSH) or []
            return [xcom.load(Problem, one["problem"]) for one in plain]

    def _boxes(self) -> list[str]:
        return [name for _, name in self.airflow.states if name.startswith(ATTENTION)]

    def all(self) -> None:
        """The run, or all of it cleared."""
        self.extract()
        self.validate()
        self.push()
        self.make_boxes()

    def push_with_boxes(self) -> None:
        self.push()
        self.make_boxes()

    def validate_with_push(self) -> None:
        self.validate()
        self.push_with_boxes()

    def outcome(self) -> Outcome:
        with self.airflow.inside(RUN, REPORT):
            return outcome_of_run(REQUEST, "en")

    def report(self) -> Report:
        return make_report(self.outcome())


CLEARS: dict[str, Callable[[Run], None]] = {
    "everything": Run.all,
    "extract alone": Run.extract,
    "validate alone": partial(Run.validate, alone=True),
    "push alone": partial(Run.push, alone=True),
    "push with boxes": Run.push_with_boxes,
    "validate and push": Run.validate_with_push,
    **{f"box {index}": partial(Run.clear_box, index=index) for index in range(3)},
    **{
        f"mark {task} {state}": partial(Run.mark, task=task, state=state)
        for task in (VALIDATE, PUSH, *(f"{ATTENTION}_{index}" for index in range(3)))
        for state in ("success", "failed")
    },
    **{f"mend {number}": partial(Run.mend, number=number) for number in range(1, COUNT + 1)},
    "sevDesk is away": lambda run: setattr(run, "away", True),
    "sevDesk is back": lambda run: setattr(run, "away", False),
}


def holds(run: Run) -> None:
    """The identity, no invoice twice, each told as it is, and nothing waits without a problem."""
    outcome, report = run.outcome(), run.report()
    keys = [row.invoice.key for row in outcome.rows]
    assert len(keys) == len(set(keys)) == report.invoices_found == COUNT
    parts = (report.already_booked, report.booked, report.held_back, report.skipped)
    assert sum(parts) == COUNT
    told = {int(row.invoice.id[4:]): row.state for row in outcome.rows}
    assert {n for n, state in told.items() if state in {"booked", "kept"}} <= run.booked
    assert {n for n, state in told.items() if state == "skipped"} == run.zero
    waiting = {n for n, state in told.items() if state in {"open", "held"}}
    named = {int(one.id[4:]) for problem in outcome.problems for one in problem.invoices}
    if any(problem.everything for problem in outcome.problems):
        named |= waiting
    assert named == waiting
    # What is open beside the run is exactly what waits: the earlier problem is told as solved only
    # where its invoices are done, or wait for another reason of their own.
    with run.airflow.inside(RUN, REPORT):
        still_open = history.open_problems(outcome, date(2026, 1, 31))
    assert {int(r.id[4:]) for one in still_open for r in one.problem.invoices} == waiting


@settings(max_examples=150)
@given(
    st.sets(st.integers(1, COUNT)),
    st.sets(st.integers(1, COUNT)),
    st.lists(st.sampled_from(sorted(CLEARS)), max_size=12),
)
def test_the_counts_add_up_after_any_sequence_of_clears(
    broken: set[int], zero: set[int], clears: list[str]
) -> None:
    run = Run(broken=broken - zero, zero=zero)
    run.all()
    holds(run)
    for clear in clears:
        CLEARS[clear](run)
        holds(run)
    # Cleared as a whole, the report says exactly what stands.
    run.away = False
    run.all()
    holds(run)
    told = {int(row.invoice.id[4:]): row.state for row in run.outcome().rows}
    assert {n for n, state in told.items() if state in {"booked", "kept"}} == run.booked


def test_repaired_boxes_and_a_whole_run_cleared_count_once() -> None:
    run = Run(broken={1, 2, 3})
    run.all()
    assert (run.report().booked, run.report().held_back) == (3, 3)
    run.broken.clear()
    run.clear_box(0)
    run.clear_box(1)
    report = run.report()
    assert (report.booked, report.held_back, report.problems) == (6, 0, [])
    assert report.gross_booked == "714.00"
    run.all()
    report = run.report()
    assert (report.already_booked, report.booked, report.held_back) == (6, 0, 0)
    assert report.problems == []


def cleared_and_red_again(*, away: bool = False) -> Run:
    """A red task over invoices 1, 3 and 5, cleared while only invoice 1 was mended."""
    run = Run(broken={1, 3, 5})
    run.all()
    run.mend(1)
    run.away = away
    run.clear_box(0)
    return run


@pytest.mark.parametrize("state", ["failed", "success"])
def test_a_red_task_has_solved_what_it_did_not_leave_whatever_its_colour(state: str) -> None:
    run = cleared_and_red_again()
    run.mark(f"{ATTENTION}_0", state)
    (problem,) = run.outcome().problems
    assert (problem.code, [one.number for one in problem.invoices]) == ("CS-202", ["R-3", "R-5"])
    assert (run.report().booked, run.report().held_back) == (4, 2)


def test_a_red_task_that_met_an_outage_solves_nothing() -> None:
    run = cleared_and_red_again(away=True)
    run.mark(f"{ATTENTION}_0", "success")
    assert [(one.code, one.count) for one in run.outcome().problems] == [
        ("CS-202", 3),
        ("CS-306", 3),
    ]


def test_a_red_task_that_is_marked_as_failed_has_booked_all_the_same() -> None:
    run = Run(broken={1})
    run.all()
    run.mend(1)
    run.clear_box(0)
    assert run.outcome().problems == []
    run.mark(f"{ATTENTION}_0", "failed")
    # What it booked is booked: no invoice waits any more.
    assert run.outcome().problems == []
    assert run.report().booked == COUNT


def test_an_invoice_that_waits_for_another_reason_after_a_clear_has_only_that_one() -> None:
    run = Run(broken={1})
    run.all()
    with run.airflow.inside(RUN):
        (before,) = run._shown()
    other = Row(ref(1), "held", (Reason("CS-201"),))
    with run.airflow.task(RUN, ATTENTION, 0):
        xcom.leave(REPAIRED, Repaired(0, before, Pushed(Applied((other,)))))
    assert [one.code for one in run.outcome().problems] == ["CS-201"]


def test_a_push_that_was_cleared_alone_tells_its_problems_and_no_other() -> None:
    run = Run(broken={1})
    run.all()
    for _ in range(2):
        run.push(alone=True)
        assert run.airflow.states[RUN, PUSH] == "failed"
        assert [one.code for one in run.outcome().problems] == ["CS-202"]


def test_a_push_marked_as_successful_leaves_a_problem() -> None:
    run = Run()
    run.extract()
    run.validate()
    run._end(PUSH, "success")
    (problem,) = run.outcome().problems
    assert problem.reason == Reason("CS-309", {"tasks": PUSH})
    assert problem.count == COUNT


def test_a_box_that_was_removed_counts_for_nothing() -> None:
    run = Run(broken={1})
    run.all()
    run.broken.clear()
    run.clear_box(0)
    run.booked.clear()  # somebody deleted all vouchers
    run.all()
    run.booked.clear()
    assert run.airflow.states[RUN, f"{ATTENTION}_0"] == "removed"
    assert (RUN, ATTENTION, 0, REPAIRED) in run.airflow.xcoms
    (row,) = [one for one in run.outcome().rows if one.invoice.key == "inv-1"]
    assert row == Row(ref(1), "booked", vouchers=("1",))
    run.broken = {1}
    run.extract()
    run.validate()
    run.push()  # red task 0 is not mapped anew yet: what it did is of an earlier time
    (row,) = [one for one in run.outcome().rows if one.invoice.key == "inv-1"]
    assert row.state == "held"


@pytest.mark.parametrize("away", [False, True])
def test_a_task_that_is_skipped_now_counts_for_nothing(*, away: bool) -> None:
    run = Run(broken={1}, away=away)
    run.all()
    run.away = False
    run.booked |= set(range(1, COUNT + 1))  # by another run
    run.all()
    outcome = run.outcome()
    assert {row.state for row in outcome.rows} == {"kept"}
    assert outcome.problems == []


@pytest.mark.parametrize("push", ["failed", "upstream_failed"])
def test_a_run_that_failed_without_red_task_says_so_with_what_waits(push: str) -> None:
    run = Run()
    run.all()
    run.airflow.states |= {(RUN, VALIDATE): "failed", (RUN, PUSH): push}
    failed = [VALIDATE, *([PUSH] if push == "failed" else [])]
    outcome = run.outcome()
    assert outcome.failed_tasks == run.report().failed_tasks == failed
    (problem,) = outcome.problems
    assert (problem.reason, problem.everything) == (
        Reason("CS-309", {"tasks": ", ".join(failed)}),
        True,
    )


def test_a_task_that_failed_beside_a_red_task_is_told_by_that_one() -> None:
    run = Run(broken={1})
    run.all()
    run.airflow.states[RUN, VALIDATE] = "failed"
    assert [problem.code for problem in run.outcome().problems] == ["CS-202"]


def test_an_outage_counts_all_invoices_as_held() -> None:
    run = Run(away=True, booked={1}, zero={2})
    run.all()
    report = run.report()
    parts = (report.invoices_found, report.already_booked, report.held_back, report.skipped)
    assert parts == (6, 1, 4, 1)
    assert report.gross_held_back == "476.00"
    assert [problem["code"] for problem in report.problems] == ["CS-306"]


def test_a_task_marked_success_by_hand_is_not_nothing() -> None:
    run = Run()
    run.airflow.states[RUN, EXTRACT_INVOICES] = "success"
    with (
        run.airflow.task(RUN, PUSH),
        pytest.raises(xcom.NothingLeftError, match="extract_invoices left nothing"),
    ):
        checked_before_push()
    run.extract()
    with (
        run.airflow.task(RUN, PUSH),
        pytest.raises(xcom.NothingLeftError, match="validate_booking_codes left nothing"),
    ):
        checked_before_push()


@pytest.mark.parametrize("task", [EXTRACT_MEMBERS, SYNC])
def test_a_members_task_marked_success_by_hand_is_not_nothing(task: str) -> None:
    run = Run()
    run.extract()
    with run.airflow.task(RUN, EXTRACT_MEMBERS):
        if task == SYNC:
            xcom.leave(xcom.RETURN_VALUE, MembersFound(members=("mem-1",)))
    with (
        run.airflow.task(RUN, PUSH),
        pytest.raises(xcom.NothingLeftError, match=f"{task} left nothing"),
    ):
        members_before_push()


def test_a_push_marked_success_by_hand_is_told_with_what_waits() -> None:
    run = Run()
    run.extract()
    run.validate()
    run.airflow.states[RUN, PUSH] = "success"
    outcome, report = run.outcome(), run.report()
    assert (report.booked, report.held_back) == (0, COUNT)
    (problem,) = outcome.problems
    assert (problem.reason, problem.count) == (Reason("CS-309", {"tasks": PUSH}), COUNT)


# --- what runs leave to later ones


def outcome_with(*rows: Row, problems: Sequence[Problem] = (), **more: Any) -> Outcome:
    """The outcome of a run over January."""
    fields = {"dry_run": False, "members": MembersApplied(), **more}
    return Outcome(JANUARY, rows=rows, problems=problems, **fields)


CODE = Reason("CS-202", {"code": "Podcast", "target": "Podcast"})
HELD = Problem(CODE, invoices=(ref(1), ref(2)))
OF_A_MEMBER = Problem(Reason("CS-402", {"number": "7"}), members=("mem-1",))
TOKEN = stopping(Reason("CS-111", {"connection": "sevdesk"}))
OUTAGE = stopping(Reason("CS-306", {"service": "sevDesk", "answer": "no_answer"}))


def open_after(before: Sequence[Problem], outcome: Outcome) -> dict[str, tuple[str, ...]]:
    """Code -> invoices of the problems that are open after a run."""
    airflow = FakeAirflow()
    with airflow.task("monday", REPORT):
        history.leave_open_problems(
            [OpenProblem(one, date(2026, 1, 1), "monday") for one in before]
        )
    with airflow.task("tuesday", REPORT):
        found = history.open_problems(outcome, date(2026, 1, 31))
    return {one.problem.code: tuple(r.number for r in one.problem.invoices) for one in found}


@pytest.mark.parametrize("state", ["booked", "kept", "by_hand", "skipped"])
def test_a_problem_is_solved_once_its_invoices_are_done(state: State) -> None:
    rows = [Row(ref(number), state) for number in (1, 2)]
    assert open_after([HELD], outcome_with(*rows)) == {}
    assert open_after([HELD], outcome_with(rows[0])) == {"CS-202": ("R-2",)}


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        (outcome_with(), ("R-1", "R-2")),
        (outcome_with(Row(ref(9), "booked")), ("R-1", "R-2")),
        (outcome_with(Row(ref(1), "held", (CODE,)), problems=[HELD]), ("R-1", "R-2")),
        (outcome_with(failed_tasks=[PUSH]), ("R-1", "R-2")),
        (
            outcome_with(Row(ref(1), "held"), Row(ref(2), "held"), failed_tasks=[PUSH]),
            ("R-1", "R-2"),
        ),
        (outcome_with(Row(ref(1), "open"), Row(ref(2), "open"), problems=[TOKEN]), ("R-1", "R-2")),
        (outcome_with(Row(ref(1), "held"), Row(ref(2), "held"), problems=[OUTAGE]), ("R-1", "R-2")),
        (
            outcome_with(
                Row(ref(1), "held", (AWAY,)),
                Row(ref(2), "held", (AWAY,)),
                problems=[stopping(AWAY, (ref(1), ref(2)))],
            ),
            ("R-1", "R-2"),
        ),
        (outcome_with(Row(ref(1), "kept"), problems=[OUTAGE]), ("R-2",)),
    ],
    ids=[
        "a narrow run",
        "a run over others",
        "still held",
        "a failed run before it looked",
        "a failed run",
        "a stopped run",
        "an outage",
        "an outage that names them",
        "an outage, one was booked before",
    ],
)
def test_a_run_that_did_not_see_it_done_solves_nothing(
    outcome: Outcome, left: tuple[str, ...]
) -> None:
    assert open_after([HELD], outcome)["CS-202"] == left


def test_an_invoice_that_waits_for_another_reason_has_only_that_one() -> None:
    other = Problem(Reason("CS-201"), invoices=(ref(1),))
    rows = [Row(ref(1), "held", (other.reason,)), Row(ref(2), "booked")]
    assert open_after([HELD], outcome_with(*rows, problems=[other])) == {"CS-201": ("R-1",)}


@pytest.mark.parametrize(
    ("outcome", "open_"),
    [
        (outcome_with(), False),
        (outcome_with(failed_tasks=[SYNC]), True),
        (outcome_with(problems=[OUTAGE]), True),
        (outcome_with(problems=[OF_A_MEMBER]), True),
    ],
)
def test_a_problem_without_invoices_is_solved_by_a_run_that_went_through(
    outcome: Outcome, *, open_: bool
) -> None:
    assert ("CS-402" in open_after([OF_A_MEMBER], outcome)) is open_
    if outcome.problems != [OF_A_MEMBER]:
        assert ("CS-111" in open_after([TOKEN], outcome)) is open_


def test_a_problem_keeps_the_day_on_which_it_appeared_and_the_run_that_tells_it() -> None:
    airflow = FakeAirflow()
    with airflow.task("monday", REPORT):
        monday = history.open_problems(outcome_with(problems=[HELD]), date(2026, 1, 31))
        history.leave_open_problems(monday)
    later = replace(
        outcome_with(problems=[HELD, OF_A_MEMBER]), window=Window(JANUARY.start, date(2026, 3, 1))
    )
    with airflow.task("tuesday", REPORT):
        tuesday = history.open_problems(later, date(2026, 2, 28))
    assert [(one.problem.code, one.since, one.run_id) for one in monday] == [
        ("CS-202", date(2026, 1, 31), "monday")
    ]
    assert [(one.problem.code, one.since, one.run_id) for one in tuesday] == [
        ("CS-202", date(2026, 1, 31), "tuesday"),
        ("CS-402", date(2026, 2, 28), "tuesday"),
    ]


def test_a_problem_that_is_not_solved_keeps_the_run_whose_red_task_tells_it() -> None:
    airflow = FakeAirflow()
    with airflow.task("monday", REPORT):
        history.leave_open_problems([OpenProblem(HELD, date(2026, 1, 1), "monday")])
    with airflow.task("tuesday", REPORT):
        (left,) = history.open_problems(outcome_with(Row(ref(1), "booked")), date(2026, 1, 31))
    assert left == OpenProblem(replace(HELD, invoices=(ref(2),)), date(2026, 1, 1), "monday")


@dataclass
class Daily:
    """Scheduled runs, one for each day of January."""

    airflow: FakeAirflow = field(default_factory=FakeAirflow)

    @contextmanager
    def run(self, day: int, *, green: bool = False, scheduled: bool = True) -> Iterator[None]:
        began = date(2026, 1, day)
        name = f"{'scheduled' if scheduled else 'manual'}__{began}"
        request = replace(REQUEST, interval=(began, began + DAY) if scheduled else None)
        with self.airflow.task(name, EXTRACT_INVOICES):
            yield
            history.leave_scheduled_run(request)
        if green:
            self.airflow.green.add(name)


def green_until_after(*greens: bool) -> date | None:
    """What the run after these scheduled ones counts its look-back from."""
    daily = Daily()
    for index, green in enumerate(greens):
        with daily.run(index + 1, green=green):
            pass
    with daily.run(len(greens) + 1):
        return history.green_until()


@pytest.mark.parametrize(
    ("greens", "until"),
    [
        ((), None),
        ((True,), date(2026, 1, 2)),
        ((True, True), date(2026, 1, 3)),
        ((True, False), date(2026, 1, 2)),
        ((True, False, False, False), date(2026, 1, 2)),
        ((False,), date(2026, 1, 1)),
        ((False, False, False), date(2026, 1, 1)),
        ((False, True, False), date(2026, 1, 3)),
        # Held for weeks: it stays in sight until a run is green.
        ((True, *[False] * 25), date(2026, 1, 2)),
        ((False, *[False] * 25, True), date(2026, 1, 28)),
    ],
)
def test_the_look_back_counts_from_the_last_green_scheduled_run(
    greens: tuple[bool, ...], until: date | None
) -> None:
    assert green_until_after(*greens) == until


def test_green_runs_by_hand_do_not_count() -> None:
    daily = Daily()
    with daily.run(1, green=False):
        pass
    with daily.run(2, green=True, scheduled=False):
        pass
    with daily.run(3):
        assert history.green_until() == date(2026, 1, 1)


def test_a_run_does_not_count_itself_in_any_of_its_tasks() -> None:
    daily = Daily()
    for day in (1, 2):
        with daily.run(day, green=True):
            pass
    with daily.airflow.inside("scheduled__2026-01-02", PUSH):
        assert history.green_until() == date(2026, 1, 2)


def test_the_first_scheduled_run_is_remembered_however_many_follow() -> None:
    runs = [
        ScheduledRun(f"r-{n}", date(2026, 1, 1) + n * DAY, date(2026, 1, 2) + n * DAY)
        for n in range(450)
    ]
    airflow = FakeAirflow()
    with airflow.task("monday", EXTRACT_INVOICES):
        xcom.leave(history.SCHEDULED_RUNS, runs)
    with airflow.task("tuesday", EXTRACT_INVOICES):
        day = date(2028, 1, 1)
        history.leave_scheduled_run(replace(REQUEST, interval=(day, day + timedelta(1))))
    with airflow.task("wednesday", EXTRACT_INVOICES):
        assert history.green_until() == date(2026, 1, 1)
    left = airflow.xcoms["tuesday", EXTRACT_INVOICES, -1, history.SCHEDULED_RUNS]
    assert (len(left), left[0]["run_id"], left[-1]["run_id"]) == (401, "r-0", "tuesday")


# --- contents, for "edited later" and "edited in between"


def contents_after(*days: tuple[State, str]) -> tuple[str, str]:
    """What is known of one invoice after runs that saw it so: as booked, and as planned."""
    airflow = FakeAirflow()
    for index, (state, content) in enumerate(days):
        with airflow.task(f"day {index}", REPORT):
            history.leave_contents([Row(replace(ref(1), content=content), state)])
    with airflow.inside(f"day {len(days) - 1}", REPORT):
        known = history.known_contents()
    return known.booked.get("inv-1", ""), known.planned.get("inv-1", "")


@pytest.mark.parametrize(
    ("days", "booked", "planned"),
    [
        ([("booked", "A")], "A", ""),
        ([("booked", "A"), ("kept", "B")], "A", ""),
        ([("kept", "A"), ("kept", "B")], "A", ""),
        ([("open", "A")], "", "A"),
        ([("held", "A")], "", "A"),
        ([("open", "A"), ("held", "B")], "", "B"),
        ([("open", "A"), ("booked", "B")], "B", ""),
        ([("held", "A"), ("kept", "B")], "B", ""),
        ([("booked", "A"), ("booked", "B")], "B", ""),
        ([("open", "A"), ("skipped", "B")], "", ""),
        ([("open", "A"), ("by_hand", "B")], "", ""),
        ([("open", "A"), ("held", "")], "", ""),
        ([("booked", "")], "", ""),
    ],
)
def test_the_content_that_was_booked_or_sent_is_known_later(
    days: list[tuple[State, str]], booked: str, planned: str
) -> None:
    assert contents_after(*days) == (booked, planned)


def test_problems_of_rows_are_told_once_for_each_reason() -> None:
    rows = [Row(ref(number), "held", (no_account(number),)) for number in range(1, 7)]
    assert [(one.code, one.count) for one in problems_of(rows)] == [("CS-202", 3), ("CS-202", 3)]
