"""What runs leave to later ones, in XComs of their tasks, and what is read of it.

Nothing of it decides whether something is booked. Without it a run looks back from its own data
interval, knows of no edits before it, and tells problems again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from airflow.sdk import get_current_context

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.outcome import EXTRACT_INVOICES, REPORT
from cobot_sevdesk.airflow.request import RunRequest
from cobot_sevdesk.domain.plan import DONE, Row
from cobot_sevdesk.domain.problems import Problem
from cobot_sevdesk.sync.report import Outcome
from cobot_sevdesk.sync.runs import KnownContents

SCHEDULED_RUNS = "scheduled_runs"
CONTENTS = "invoice_contents"
OPEN_PROBLEMS = "open_problems"
OPEN_PROBLEMS_UNDATED = "open_problems_undated"
"""The same of a run without logical date: only the overview reads it."""
ROWS = "rows"
"""XCom key of what became of each invoice: what the overview shows of it."""
NUMBERS = "numbers"
"""XCom key of the numbers of these invoices, as one text: what the overview finds them by. The rows
themselves are 1.5 GB where 200 spaces have run for a year."""
BESIDE_NUMBER = "|"
"""Stands before and after each number."""
MOST_RUNS = 400
"""Scheduled runs that are remembered: more than a year of daily ones."""
MOST_CONTENTS = 2000
"""Invoices of each kind whose content is remembered. What Airflow stores for a task must stay below
the 256 kB that MySQL sorts by default (measured)."""


@dataclass(frozen=True)
class ScheduledRun:
    """A scheduled run: Airflow's name of it, and the dates between which its interval lies."""

    run_id: str
    began: date
    ended: date


@dataclass(frozen=True)
class OpenProblem:
    """A problem that nobody has solved: since which date, and the run whose red task tells it."""

    problem: Problem
    since: date
    run_id: str


def leave_scheduled_run(request: RunRequest) -> None:
    """Leave word of this scheduled run, with those before it that may still matter."""
    if request.interval:
        context: Any = get_current_context()
        runs = [*_scheduled_runs(), ScheduledRun(context["run_id"], *request.interval)]
        # The first one stays: from it the look-back counts while none was green.
        xcom.leave(SCHEDULED_RUNS, [*runs[:1], *runs[1:][-MOST_RUNS:]])


def green_until() -> date | None:
    """The date on which the interval of the last green scheduled run before this one ended.

    Where none was green, the date on which that of the first one began; `None` where no scheduled
    run is known.
    """
    runs = _scheduled_runs()
    if not runs:
        return None
    ti: Any = get_current_context()["ti"]
    ids = [run.run_id for run in runs]
    if ti.get_dr_count(dag_id=ti.dag_id, run_ids=ids, states=["success"]):
        for run in reversed(runs):
            if ti.get_dr_count(dag_id=ti.dag_id, run_ids=[run.run_id], states=["success"]):
                return run.ended
    return runs[0].began


def known_contents() -> KnownContents:
    """What invoices held when they were booked, or about to be, as earlier runs saw it."""
    return xcom.find_left_before(KnownContents, REPORT, CONTENTS) or KnownContents()


def leave_contents(rows: Sequence[Row]) -> None:
    """Leave what the invoices of this run held: the first content since each was booked stays."""
    if not xcom.has_logical_date():
        return
    known = known_contents()
    booked, planned = dict(known.booked), dict(known.planned)
    for row in rows:
        id_, content = row.invoice.id, row.invoice.content
        if row.state == "kept" and content:
            booked.setdefault(id_, content)
        elif row.state == "booked" and content:
            booked[id_] = content
        elif row.state in {"open", "held"} and content:
            planned[id_] = content
            continue
        planned.pop(id_, None)
    xcom.leave(CONTENTS, KnownContents(_newest(booked), _newest(planned)))


def _newest(contents: Mapping[str, str]) -> dict[str, str]:
    return dict(list(contents.items())[-MOST_CONTENTS:])


def open_problems(outcome: Outcome, today: date) -> list[OpenProblem]:
    """The problems of this run, and those of earlier ones that it did not see solved."""
    context: Any = get_current_context()
    before = {str(one.problem.reason): one for one in _open_before()}
    found = []
    for problem in outcome.problems:
        known = before.pop(str(problem.reason), None)
        since = known.since if known else today
        found.append(OpenProblem(problem, since, str(context["run_id"])))
    for known in before.values():
        if left := _unsolved(known.problem, outcome):
            found.append(replace(known, problem=left))
    return found


def leave_open_problems(problems: Sequence[OpenProblem]) -> None:
    """Leave them to the next run and to the overview."""
    key = OPEN_PROBLEMS if xcom.has_logical_date() else OPEN_PROBLEMS_UNDATED
    xcom.leave(key, list(problems))


def leave_numbers(rows: Sequence[Row]) -> None:
    """Leave the numbers of the invoices of this run to the overview, in small letters."""
    numbers = (row.invoice.number.lower() for row in rows)
    xcom.leave(NUMBERS, BESIDE_NUMBER.join(("", *numbers, "")))


def _open_before() -> list[OpenProblem]:
    return xcom.find_left_before(list[OpenProblem], REPORT, OPEN_PROBLEMS) or []


def _unsolved(problem: Problem, outcome: Outcome) -> Problem | None:
    """What of an earlier problem this run did not see solved: it did not look at it.

    An invoice is solved once it is booked, skipped or ignored, or waits for another reason of its
    own. What holds up everything, such as an outage, says nothing about it.
    """
    was_stopped = outcome.failed_tasks or any(one.everything for one in outcome.problems)
    if problem.everything or not problem.invoices:
        return problem if was_stopped else None
    states = {row.invoice.key: row.state for row in outcome.rows}
    told = {ref.key for one in outcome.problems if not one.everything for ref in one.invoices}
    left = tuple(
        ref for ref in problem.invoices if ref.key not in told and states.get(ref.key) not in DONE
    )
    return replace(problem, invoices=left) if left else None


def _scheduled_runs() -> list[ScheduledRun]:
    """The scheduled runs before this one, oldest first."""
    context: Any = get_current_context()
    left = xcom.find_left_before(list[ScheduledRun], EXTRACT_INVOICES, SCHEDULED_RUNS) or []
    return [run for run in left if run.run_id != context["run_id"]]
