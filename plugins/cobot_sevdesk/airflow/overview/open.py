"""How spaces stand by what their runs left, and the red task of each open problem.

What runs left is read once and kept in mind until a run leaves something new.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from cobot_sevdesk.airflow.history import ROWS, OpenProblem
from cobot_sevdesk.airflow.outcome import ATTENTION, REPORT
from cobot_sevdesk.airflow.overview import queries
from cobot_sevdesk.airflow.overview.files import USUAL_ZONE
from cobot_sevdesk.airflow.overview.queries import LEFT_OPEN, Reported
from cobot_sevdesk.airflow.overview.standing import (
    Figures,
    RunLeft,
    after_repair,
    figures_of,
    to_problems,
    to_rows,
    unsettled_before,
    what_is_open,
)
from cobot_sevdesk.config import BrokenConfig, SpaceConfig
from cobot_sevdesk.domain.problems import Problem, Reason

LONGEST_MEMORY = timedelta(days=62)
"""Of a space without scheduled runs, this much is read."""
TRYING = frozenset({"none", "scheduled", "queued", "running", "restarting", "up_for_retry"})


@dataclass(frozen=True)
class Standing:
    """How a space stands by what its runs left; `is_known` is false before the first report."""

    open_now: tuple[OpenProblem, ...] = ()
    figures: Figures = field(default_factory=Figures)
    is_known: bool = False
    reported: frozenset[str] = frozenset()
    """The run ids of the newest reports."""


@dataclass(frozen=True)
class OpenTask:
    """An open problem, and the red task that tells it; `is_tried` while that runs again."""

    problem: Problem
    since: date
    run_id: str
    task_id: str | None
    map_index: int
    is_tried: bool = False

    def path(self, dag_id: str) -> str:
        """The address of the red task below Airflow's own; of the run where it is not known."""
        return task_path(dag_id, self.run_id, self.task_id, self.map_index)


def task_path(dag_id: str, run_id: str, task_id: str | None = None, map_index: int = -1) -> str:
    """The address of a task, or of a run, below Airflow's own."""
    path = f"dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}"
    if task_id:
        path += f"/tasks/{quote(task_id, safe='')}"
        path += f"/mapped/{map_index}" if map_index >= 0 else ""
    return path


class Standings:
    """How spaces stand, read anew only where a run left something since."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, tuple[object, Standing]] = {}

    def of(
        self,
        session: Session,
        dags: Collection[str],
        files: Mapping[str, SpaceConfig | BrokenConfig],
        now: datetime,
    ) -> dict[str, Standing]:
        """The standing of every space of these that has ever reported."""
        newest = queries.newest_reports(session, dags, now - LONGEST_MEMORY)
        beside = queries.red_beside_schedule(session)
        with self._lock:
            signed = {
                id_: (_local_date(now, files.get(id_)), _signature(newest[id_], beside.get(id_)))
                for id_ in dags
                if id_ in newest
            }
            stale = [id_ for id_, sign in signed.items() if self._known.get(id_, ("",))[0] != sign]
            runs = {id_: _in_order(newest[id_], beside.get(id_, [])) for id_ in stale}
            read = _read(session, [run for found in runs.values() for run in found])
            first = {id_: _stand(read[id_], newest[id_][0].run_id, signed[id_][0]) for id_ in stale}
            self._settle(session, first, read, newest)
            for id_ in stale:
                self._known[id_] = (signed[id_], first[id_])
            return {id_: self._known[id_][1] for id_ in signed}

    @staticmethod
    def _settle(
        session: Session,
        found: dict[str, Standing],
        read: Mapping[str, list[RunLeft]],
        newest: Mapping[str, list[Reported]],
    ) -> None:
        """Look whether a run in between settled what older red runs told."""
        since: dict[str, datetime] = {}
        for id_, standing in found.items():
            base = _base(read[id_], newest[id_][0].run_id)
            if old := unsettled_before(standing.open_now, base, read[id_]):
                since[id_] = min(run.at for run in old)
        later = queries.reports_after(session, since)
        for id_, runs in _read(session, [run for some in later.values() for run in some]).items():
            known = {run.run_id for run in runs}
            merged = [*(run for run in read[id_] if run.run_id not in known), *runs]
            merged.sort(key=lambda run: run.at)
            base = _base(merged, newest[id_][0].run_id)
            still_open = what_is_open(merged, base=base)
            found[id_] = replace(found[id_], open_now=tuple(still_open))


STANDINGS = Standings()


def open_tasks(
    session: Session, problems: Mapping[str, Sequence[OpenProblem]]
) -> dict[str, list[OpenTask]]:
    """By DAG id: what is still open, with its red task; without what a cleared one has solved."""
    runs = {(id_, one.run_id) for id_, found in problems.items() for one in found}
    states = queries.red_tasks(session, runs)
    told = queries.told_of_red_tasks(session, runs)
    found: dict[str, list[OpenTask]] = {}
    for id_, some in problems.items():
        for one in some:
            if task := _open_task(id_, one, states, told.get((id_, one.run_id))):
                found.setdefault(id_, []).append(task)
    return found


def _open_task(
    dag_id: str,
    one: OpenProblem,
    states: Mapping[queries.RedTask, str],
    told: Mapping[str, Any] | None,
) -> OpenTask | None:
    index = _index_of(one.problem.reason, told["problems"]) if told else -1
    if index < 0:
        failed = (one.problem.reason.details.get("tasks") or "").partition(",")[0] or None
        if failed and (dag_id, one.run_id, failed, -1) not in states:
            failed = None
        state = states.get((dag_id, one.run_id, failed or "", -1))
        if state == "success":
            return None
        return OpenTask(one.problem, one.since, one.run_id, failed, -1, state in TRYING)
    state = states.get((dag_id, one.run_id, ATTENTION, index))
    did = told["repaired"].get(index) if told else None
    if state in {"success", "failed"} and isinstance(did, dict):
        left = after_repair(one, did)
        if left is None and state == "success":
            return None
        one = left or one
    return OpenTask(one.problem, one.since, one.run_id, ATTENTION, index, state in TRYING)


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


def _signature(newest: Sequence[Reported], beside: Sequence[Reported] | None) -> object:
    return tuple(run.version for run in (*newest, *(beside or ())))


def _in_order(newest: Sequence[Reported], beside: Sequence[Reported]) -> list[Reported]:
    known = {run.id for run in newest}
    return sorted(
        [*newest, *(run for run in beside if run.id not in known)], key=lambda run: (run.at, run.id)
    )


def _read(session: Session, runs: Sequence[Reported]) -> dict[str, list[RunLeft]]:
    """By DAG id: what the report tasks of these runs left, oldest first."""
    values: dict[tuple[int, str], Any] = {}
    for id_, key, _, value in queries.left(session, runs, ROWS, *LEFT_OPEN):
        values[(id_, ROWS if key == ROWS else REPORT)] = value
    found: dict[str, list[RunLeft]] = {}
    for run in runs:
        found.setdefault(run.dag_id, []).append(
            RunLeft(
                run.run_id,
                run.at,
                run.is_scheduled,
                to_problems(values.get((run.id, REPORT))),
                to_rows(values.get((run.id, ROWS))),
            )
        )
    return found


def _stand(runs: Sequence[RunLeft], first: str, today: date) -> Standing:
    base = _base(runs, first)
    still_open = what_is_open(runs, base=base)
    reported = frozenset(run.run_id for run in runs if run.at >= base.at)
    return Standing(tuple(still_open), figures_of(runs, today), is_known=True, reported=reported)


def _base(runs: Sequence[RunLeft], first: str) -> RunLeft:
    """The run that is believed wholly: the newest scheduled one, else the newest."""
    base = next(run for run in runs if run.run_id == first)
    return base if base.is_scheduled else runs[-1]


def _local_date(now: datetime, space: SpaceConfig | BrokenConfig | None) -> date:
    zone = space.timezone if isinstance(space, SpaceConfig) else USUAL_ZONE
    return now.astimezone(ZoneInfo(zone)).date()
