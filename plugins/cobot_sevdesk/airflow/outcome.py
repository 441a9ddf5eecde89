"""What became of a run, out of what its tasks left; whatever was cleared since, in any order.

Every invoice has one row, so the counts of the report always add up. A task that is skipped now
left what it left before the run was cleared: that counts for nothing. Neither does a red task
that Airflow has removed.
"""

from dataclasses import dataclass, field
from typing import Any

from airflow.sdk import get_current_context

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.request import RunRequest
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.plan import DONE, Applied, MembersApplied, latest, problems_of
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
    checked, synced = _checked(found), _synced()
    shown: list[Problem] = [*checked.stops, *problems_of(checked.rows), *synced.problems]
    pushed, repaired = Pushed(checked, synced), []
    if states.get(PUSH) != "skipped":
        pushed = xcom.find_left(Pushed, PUSH, PUSHED) or pushed
        if (tasks := xcom.find_left(list[dict[str, Any]], PUSH)) is not None:
            shown = [xcom.load(Problem, one["problem"]) for one in tasks]
        repaired = _repaired(states)
    failed = [id_ for id_ in BEFORE_ATTENTION if states.get(id_) == "failed"]
    if failed and states.get(PUSH) in {"failed", "upstream_failed"}:
        # No red task tells of it: the failed one is red itself.
        refs = (row.invoice for row in pushed.applied.rows if row.state not in DONE)
        shown.append(stopping(Reason("CS-309", {"tasks": ", ".join(failed)}), refs))
    solved = {
        _text(one.problem)
        for one in repaired
        if one.problem and states.get(f"{ATTENTION}_{one.index}") == "success"
    }
    members = pushed.members
    for one in repaired:
        members = members.plus(one.pushed.members)
    rows = latest(
        found.rows,
        checked.rows,
        pushed.applied.rows,
        *(one.pushed.applied.rows for one in repaired),
    )
    return Outcome(
        window=request.window,
        dry_run=request.dry_run,
        rows=list(rows.values()),
        members=members,
        problems=[one for one in Problems(shown) if _text(one) not in solved],
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


def _text(problem: Problem | None) -> str:
    return str(xcom.dump(problem))
