"""How a space stands by what its runs left: what is open, its red tasks, and what was booked.

The scheduled run that reported last is believed wholly: it looked at everything, and it carries on
what earlier runs found and it did not see. Of every other run, only what it found itself is added.
An invoice is settled as soon as a later run saw it booked, skipped or ignored.

What runs left is read once and kept in mind until a run leaves something new.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cobot_sevdesk.airflow.history import ROWS, OpenProblem
from cobot_sevdesk.airflow.outcome import ATTENTION
from cobot_sevdesk.airflow.overview import queries
from cobot_sevdesk.airflow.overview.files import Spaces, zone_of
from cobot_sevdesk.airflow.overview.queries import (
    LEFT_OPEN,
    PlainRow,
    RunLeft,
    TasksOfRun,
    to_rows,
)
from cobot_sevdesk.domain.money import CURRENCY, ZERO, to_cents
from cobot_sevdesk.domain.plan import DONE
from cobot_sevdesk.domain.problems import Problem, Reason

STANDS = frozenset({"booked", "kept", "by_hand"})
"""The books hold a voucher for these."""
RECENT = timedelta(days=30)
LONGEST_MEMORY = timedelta(days=62)
"""Of a space without scheduled runs, this much is read."""
TRYING = frozenset({"none", "scheduled", "queued", "running", "restarting", "up_for_retry"})


@dataclass(frozen=True)
class Figures:
    """Vouchers with a date within the last 30 days; what they come to, by currency."""

    vouchers: int = 0
    gross: Mapping[str, Decimal] = field(default_factory=dict)
    mismatches: int = 0


@dataclass(frozen=True)
class Standing:
    """How a space stands; `reported` are the ids of the runs that this was read from."""

    open_now: Sequence[OpenProblem]
    figures: Figures
    reported: frozenset[str]


@dataclass(frozen=True)
class OpenTask:
    """An open problem, and the address of the red task that tells it, below Airflow's own.

    `is_tried` says that the task runs again.
    """

    problem: Problem
    since: date
    path: str
    is_tried: bool


class Standings:
    """How spaces stand, read anew only where a run left something since."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, tuple[object, Standing]] = {}

    def of(
        self, session: Session, dag_ids: Collection[str], spaces: Spaces, now: datetime
    ) -> dict[str, Standing]:
        """The standing of every space of these that has ever reported."""
        runs = queries.runs_that_matter(session, dag_ids, now - LONGEST_MEMORY)
        days = {id_: now.astimezone(ZoneInfo(zone_of(spaces.get(id_)))).date() for id_ in runs}
        signs = {id_: (days[id_], [(run.id, run.at) for run in runs[id_]]) for id_ in runs}
        with self._lock:
            stale = [id_ for id_ in runs if self._known.get(id_, (None,))[0] != signs[id_]]
            read = _read(session, [run for id_ in stale for run in runs[id_]])
            # What an old red run told may have been settled by a run that is not among these.
            doubtful = {id_: at for id_ in stale if (at := _open_since(read[id_]))}
            later = _read(session, queries.runs_since(session, doubtful))
            for id_ in stale:
                standing = _stand(read[id_], later.get(id_, []), days[id_])
                self._known[id_] = (signs[id_], standing)
            return {id_: self._known[id_][1] for id_ in runs}


STANDINGS = Standings()


def _read(session: Session, runs: Sequence[RunLeft]) -> dict[str, list[RunLeft]]:
    return queries.by_dag(queries.read(session, runs, ROWS, *LEFT_OPEN))


def _base_of(runs: Sequence[RunLeft]) -> RunLeft:
    """The run that is believed wholly: the newest scheduled one, else the newest."""
    return next((run for run in reversed(runs) if run.is_scheduled), runs[-1])


def _open_since(runs: Sequence[RunLeft]) -> datetime | None:
    """When the oldest run told what is still open; `None` where the base is not younger."""
    base = _base_of(runs)
    ids = {one.run_id for one in what_is_open(runs, base=base)}
    return next((run.at for run in runs if run.run_id in ids and run.at < base.at), None)


def _stand(runs: Sequence[RunLeft], later: Sequence[RunLeft], today: date) -> Standing:
    """`later` are all runs since the oldest doubtful one; only problems ask them.

    What they booked before the base, the base has seen.
    """
    together = {run.id: run for run in (*runs, *later)}.values()
    in_order = sorted(together, key=lambda run: (run.at, run.id))
    still_open = what_is_open(in_order, base=_base_of(in_order))
    return Standing(still_open, figures_of(runs, today), frozenset(run.run_id for run in runs))


def open_tasks(session: Session, standings: Mapping[str, Standing]) -> dict[str, list[OpenTask]]:
    """By DAG id: what is still open, with its red task; without what a cleared one has solved."""
    runs = {(id_, one.run_id) for id_, standing in standings.items() for one in standing.open_now}
    tasks = queries.tasks_of(session, runs)
    return {
        id_: [
            task
            for one in standing.open_now
            if (task := _open_task(id_, one, tasks[(id_, one.run_id)]))
        ]
        for id_, standing in standings.items()
    }


def _open_task(dag_id: str, one: OpenProblem, tasks: TasksOfRun) -> OpenTask | None:
    reason = one.problem.reason
    index = _index_of(reason, tasks.problems)
    failed = (reason.details.get("tasks") or "").partition(",")[0]
    task_id = ATTENTION if index >= 0 else failed
    state = tasks.states.get((task_id, index))
    did = tasks.repaired.get(index)
    if isinstance(did, dict) and state in {"success", "failed"}:
        left = after_repair(one, did)
        if left is None and state == "success":
            return None
        one = left or one
    elif index < 0 and state == "success":
        return None
    known_task = task_id if index >= 0 or state else None
    path = task_path(dag_id, one.run_id, known_task, index)
    return OpenTask(one.problem, one.since, path, state in TRYING)


def _index_of(reason: Reason, tasks: Sequence[Any]) -> int:
    """The place of the red task with this reason; -1 where there is none."""
    wanted = (reason.code, dict(reason.details))
    for index, task in enumerate(tasks):
        problem = task.get("problem") or {}
        for one in (problem, *(problem.get("rest") or [])):
            plain = one.get("reason") or {}
            if (plain.get("code"), plain.get("details") or {}) == wanted:
                return index
    return -1


def task_path(dag_id: str, run_id: str, task_id: str | None = None, map_index: int = -1) -> str:
    """The address of a task, or of a run, below Airflow's own."""
    path = f"dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}"
    if task_id:
        path += f"/tasks/{quote(task_id, safe='')}"
        path += f"/mapped/{map_index}" if map_index >= 0 else ""
    return path


def key_of(row: PlainRow) -> str:
    """The key of the row's invoice, as `InvoiceRef.key`."""
    invoice = row["invoice"]
    return str(invoice.get("id") or f"number {invoice.get('number')}")


def what_is_open(runs: Sequence[RunLeft], *, base: RunLeft | None) -> list[OpenProblem]:
    """The problems that nobody has solved, oldest first.

    `runs` are in the order in which they reported; `base` is the one that is believed wholly.
    """
    found: dict[Reason, OpenProblem] = {}
    for run in runs:
        own = [one for one in run.problems if run is base or one.run_id == run.run_id]
        # What stops everything names all that it holds; that solves no older problem.
        told = {
            ref.key for one in own if not one.problem.everything for ref in one.problem.invoices
        }
        was_stopped = any(one.problem.everything for one in own)
        settled = {key_of(row) for row in run.rows if row["state"] in DONE}
        for reason, known in list(found.items()):
            left = _left(known.problem, told | settled, run, was_stopped=was_stopped)
            if left is None:
                del found[reason]
            else:
                found[reason] = replace(known, problem=left)
        for one in own:
            known_one = found.get(one.problem.reason)
            found[one.problem.reason] = _joined(known_one, one) if known_one else one
    return sorted(found.values(), key=lambda one: (one.since, one.problem.code))


def _left(problem: Problem, seen: set[str], run: RunLeft, *, was_stopped: bool) -> Problem | None:
    """What of a problem is still open after a later run."""
    if problem.everything:
        return problem if was_stopped else None
    if not problem.invoices:
        # Members: a scheduled run looks at all of them.
        return None if run.is_scheduled and not was_stopped else problem
    invoices = tuple(ref for ref in problem.invoices if ref.key not in seen)
    return replace(problem, invoices=invoices) if invoices else None


def _joined(known: OpenProblem, now: OpenProblem) -> OpenProblem:
    """The newer one, since when the older was known, with all that both hold up."""
    invoices = {ref.key: ref for ref in (*known.problem.invoices, *now.problem.invoices)}
    problem = replace(now.problem, invoices=tuple(invoices.values()))
    return OpenProblem(problem, min(known.since, now.since), now.run_id)


def after_repair(open_now: OpenProblem, repaired: Mapping[str, Any]) -> OpenProblem | None:
    """What is left of a problem after its cleared red task did this; `None` if nothing is.

    A red task that somebody only marked as successful did nothing.
    """
    pushed = repaired.get("pushed") or {}
    applied, members = pushed.get("applied") or {}, pushed.get("members") or {}
    rows = to_rows(applied.get("rows"))
    waits = {key_of(row) for row in rows if row["state"] not in DONE}
    stopped = bool(applied.get("stops") or members.get("problems"))
    done = {key_of(row) for row in rows if row["state"] in DONE}
    problem = open_now.problem
    if not waits and not stopped and (problem.everything or not problem.invoices):
        return None
    invoices = tuple(ref for ref in problem.invoices if ref.key not in done)
    if problem.invoices and not invoices:
        return None
    return replace(open_now, problem=replace(problem, invoices=invoices))


def figures_of(runs: Sequence[RunLeft], today: date) -> Figures:
    """What the books hold of the last 30 days, by voucher date, as of today."""
    newest: dict[str, PlainRow] = {}
    for run in runs:
        for row in run.rows:
            key = key_of(row)
            known = newest.get(key)
            # A run that could not look knows less than one that saw the voucher.
            if known is None or row["state"] in DONE or known["state"] not in DONE:
                newest[key] = row
    since = (today - RECENT).isoformat()
    stand = [
        row
        for row in newest.values()
        if row["state"] in STANDS and since < str(row["invoice"].get("date") or "")
    ]
    gross: dict[str, Decimal] = {}
    for row in stand:
        currency = row["invoice"].get("currency") or CURRENCY
        amount = to_cents(Decimal(row["invoice"].get("gross") or 0))
        gross[currency] = gross.get(currency, ZERO) + amount
    return Figures(len(stand), gross, sum(bool(row.get("mismatch")) for row in newest.values()))
