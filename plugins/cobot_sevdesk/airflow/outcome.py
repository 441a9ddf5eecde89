"""What became of a run, out of what its tasks left; whatever was cleared since, in any order.

Every invoice has one row, so the counts of the report always add up. A task that is skipped now
left what it left before the run was cleared: that counts for nothing. Neither does a red task
that Airflow has removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airflow.sdk import get_current_context

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.request import RunRequest
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.plan import (
    DONE,
    Applied,
    MembersApplied,
    Row,
    latest,
)
from cobot_sevdesk.domain.problems import Problem, Problems, Reason, stopping
from cobot_sevdesk.sync.members import MembersFound
from cobot_sevdesk.sync.report import Outcome
from cobot_sevdesk.sync.runs import InvoicesFound, Pushed

EXTRACT_MEMBERS, EXTRACT_INVOICES = "extract_members", "extract_invoices"
SYNC, VALIDATE, PUSH = "sync_members", "validate_booking_codes", "push_vouchers"
ATTENTION, REPORT = "needs_attention", "report"
BEFORE_ATTENTION = (EXTRACT_MEMBERS, EXTRACT_INVOICES, SYNC, VALIDATE, PUSH)

PUSHED = "pushed"
"""XCom key of what `push_vouchers` did."""
LINKS = "links"
"""XCom key of the addresses that letters link to."""
REPAIRED = "repaired"
"""XCom key of what a cleared red task did."""


@dataclass(frozen=True)
class Repaired:
    """What a cleared red task did; `index` is its place among the red tasks of the run."""

    index: int = -1
    problem: Problem | None = None
    pushed: Pushed = field(default_factory=Pushed)


def checked_before_push() -> Applied:
    """The invoices that are to be booked, or wait, as the tasks before the push left them.

    Raises:
        NothingLeftError: a task left nothing though it should have.
    """
    found = xcom.get_left(InvoicesFound, EXTRACT_INVOICES)
    return xcom.get_left(Applied, VALIDATE) if found.leaves_work else Applied()


def members_before_push() -> MembersApplied:
    """What became of members, as the tasks before the push left it.

    Raises:
        NothingLeftError: a task left nothing though it should have.
    """
    found = xcom.get_left(MembersFound, EXTRACT_MEMBERS)
    return xcom.get_left(MembersApplied, SYNC) if found.leaves_work else MembersApplied()


def outcome_of_run(request: RunRequest, language: Language) -> Outcome:
    """All that became of the run so far."""
    states = task_states()
    found = xcom.find_left(InvoicesFound, EXTRACT_INVOICES) or InvoicesFound()
    known = Pushed(_checked(found), _synced())
    is_skipped = states.get(PUSH) == "skipped"
    left = None if is_skipped else xcom.find_left(Pushed, PUSH, PUSHED)
    repaired = [] if is_skipped else _repaired(states)
    pushed = left or known
    rows = latest(
        found.rows,
        known.applied.rows,
        pushed.applied.rows,
        *(one.pushed.applied.rows for one in repaired),
    )
    members = pushed.members
    for one in repaired:
        members = members.plus(one.pushed.members)
    failed = [id_ for id_ in BEFORE_ATTENTION if states.get(id_) == "failed"]
    shown = Problems(pushed.problems).tasks()
    if not request.dry_run:
        shown = _after_repair(shown, repaired, states)
    problems = [now for one in shown if (now := _without_done(one, rows))]
    if untold := _untold(failed, states, left, waits=_waits(rows, problems)):
        refs = (row.invoice for row in rows.values() if row.state not in DONE)
        problems.append(stopping(Reason("CS-309", {"tasks": ", ".join(untold)}), refs))
    return Outcome(
        window=request.window,
        dry_run=request.dry_run,
        rows=list(rows.values()),
        members=members,
        problems=list(Problems(problems)),
        gone=found.gone,
        language=language,
        failed_tasks=failed,
    )


def task_states() -> dict[str, str]:
    """The states of all tasks of this run; a mapped one is called `needs_attention_0`.

    A task that has not begun is in the state `none`.
    """
    ti: Any = get_current_context()["ti"]
    ids = [*BEFORE_ATTENTION, ATTENTION]
    found = ti.get_task_states(dag_id=ti.dag_id, task_ids=ids, run_ids=[ti.run_id])
    return {name: str(state or "none") for name, state in found.get(ti.run_id, {}).items()}


def _checked(found: InvoicesFound) -> Applied:
    """What validation left, if it has anything to do with this run as it is now."""
    if not found.leaves_work:
        return Applied()
    return xcom.find_left(Applied, VALIDATE) or Applied(found.unfinished, found.stops)


def _synced() -> MembersApplied:
    found = xcom.find_left(MembersFound, EXTRACT_MEMBERS) or MembersFound()
    if not found.leaves_work:
        return MembersApplied()
    return xcom.find_left(MembersApplied, SYNC) or MembersApplied(problems=found.problems)


def _repaired(states: dict[str, str]) -> list[Repaired]:
    """What cleared red tasks did, but for those that are removed by now."""
    left = xcom.all_left(Repaired, ATTENTION, REPAIRED)
    gone = {None, "removed"}
    return [one for one in left if states.get(f"{ATTENTION}_{one.index}") not in gone]


def _after_repair(
    shown: Sequence[Problem], repaired: Sequence[Repaired], states: Mapping[str, str]
) -> list[Problem]:
    """Instead of a problem whose red task was cleared, what that one left.

    Its colour alone proves nothing: anybody may mark it as successful. Where it was stopped, or
    somebody marked it as failed, the problem stays.
    """
    left: dict[str, Sequence[Problem]] = {}
    for one in repaired:
        if one.problem is not None:
            problems = one.pushed.problems
            is_green = states.get(f"{ATTENTION}_{one.index}") == "success"
            was_stopped = any(problem.everything for problem in problems)
            stays = was_stopped or not (problems or is_green)
            left[_text(one.problem)] = (*([one.problem] if stays else []), *problems)
    return [now for problem in shown for now in left.get(_text(problem), [problem])]


def _without_done(problem: Problem, rows: Mapping[str, Row]) -> Problem | None:
    """The problem without the invoices that are done by now; `None` if it held up nothing else."""
    waiting = tuple(
        ref for ref in problem.invoices if ref.key not in rows or rows[ref.key].state not in DONE
    )
    if problem.invoices and not (waiting or problem.members or problem.everything):
        return None
    return replace(problem, invoices=waiting)


def _waits(rows: Mapping[str, Row], problems: Sequence[Problem]) -> bool:
    """Whether an invoice is not done and no problem says why."""
    named = {ref.key for problem in problems for ref in problem.invoices}
    is_stopped = any(problem.everything for problem in problems)
    return not is_stopped and any(
        row.state not in DONE and key not in named for key, row in rows.items()
    )


def _untold(
    failed: Sequence[str], states: Mapping[str, str], left: Pushed | None, *, waits: bool
) -> Sequence[str]:
    """The tasks to look at for what no red task tells of.

    A failed task that stopped the push is red itself. A push that was cleared alone is red, too,
    but has told its problems. What waits without a problem was left undone by a task that somebody
    marked as successful, or by one that came before it and was cleared alone.
    """
    has_told = left is not None and bool(left.problems)
    by_failure = [id_ for id_ in failed if id_ != PUSH or not has_told]
    if by_failure and states.get(PUSH) in {"failed", "upstream_failed"}:
        return failed
    if waits:
        return [PUSH if left is None else VALIDATE]
    return []


def _text(problem: Problem | None) -> str:
    return str(xcom.dump(problem))
