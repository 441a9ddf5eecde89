"""What the overview page shows of each space, read from Airflow's own database.

Only the API server imports this: tasks have no database. However many spaces there are, the number
of questions to the database is the same. What runs left is read once and kept in mind until a run
leaves something new.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from airflow.models.dag import DagModel, DagTag
from airflow.models.dagrun import DagRun
from airflow.models.log import Log
from airflow.models.taskinstance import TaskInstance
from croniter import croniter
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow import overview_left
from cobot_sevdesk.airflow.history import ROWS, OpenProblem
from cobot_sevdesk.airflow.outcome import ATTENTION, REPORT
from cobot_sevdesk.airflow.overview_files import SpaceFiles
from cobot_sevdesk.airflow.overview_left import LEFT_OPEN, Reported
from cobot_sevdesk.airflow.overview_standing import (
    Figures,
    RunLeft,
    after_repair,
    figures_of,
    to_problems,
    to_rows,
    unsettled_before,
    what_is_open,
)
from cobot_sevdesk.config import (
    BROKEN_TASK,
    DAG_PREFIX,
    RECONCILE_PREFIX,
    BrokenConfig,
    SpaceConfig,
)
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.money import CURRENCY, ZERO, text
from cobot_sevdesk.domain.problems import Problem, Reason, gross_by_currency, gross_in_words

PREFLIGHT = "cobot_sevdesk_preflight"
FINISHED = ("success", "failed")
CONFIG_ERROR = "config-error"
"""The tag of DAGs whose space file is wrong."""
LONGEST_MEMORY = timedelta(days=62)
"""Of a space without scheduled runs, this much is read."""
TRYING = frozenset({"none", "scheduled", "queued", "running", "restarting", "up_for_retry"})

FILES = SpaceFiles()


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


def find_spaces(
    session: Session, readable: Collection[str], now: datetime | None = None
) -> list[dict[str, Any]]:
    """Every space among the readable DAGs, as the page shows it: red first, then by name.

    Times are ISO 8601, amounts are text. Paths are those of Airflow's pages.
    """
    moment = now or datetime.now(UTC)
    dags = find_dags(session, readable)
    files = FILES.by_dag_id()
    standings = STANDINGS.of(session, dags, files, moment)
    tasks = open_tasks(session, {id_: one.open_now for id_, one in standings.items()})
    newest, ended, switched = _newest_runs(session), _ended(session), _switched(session, dags)
    untold = _untold(session, newest, standings)
    broken = set(session.scalars(select(DagTag.dag_id).where(DagTag.name == CONFIG_ERROR)))
    found = [
        _row(
            dag,
            files.get(id_),
            standings.get(id_, Standing()),
            tasks.get(id_, []),
            _Runs(newest.get(id_, []), ended.get(id_), switched.get(id_), untold.get(id_)),
            is_broken=id_ in broken,
            now=moment,
        )
        for id_, dag in dags.items()
    ]
    return sorted(found, key=lambda row: (row["state"] != "failed", row["slug"]))


def find_dags(session: Session, readable: Collection[str]) -> dict[str, DagModel]:
    """The DAGs of spaces among the readable ones, by id."""
    query = select(DagModel).where(
        DagModel.dag_id.startswith(DAG_PREFIX, autoescape=True), ~DagModel.is_stale
    )
    allowed = set(readable)
    return {
        dag.dag_id: dag
        for dag in session.scalars(query)
        if dag.dag_id in allowed and is_space(dag.dag_id)
    }


def is_space(dag_id: str) -> bool:
    """Whether a DAG of this package is that of a space."""
    return not dag_id.startswith(RECONCILE_PREFIX) and dag_id != PREFLIGHT


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
        newest = overview_left.newest_reports(session, now - LONGEST_MEMORY)
        beside = overview_left.red_beside_schedule(session)
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
        later = overview_left.reports_after(session, since)
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
    states = overview_left.red_tasks(session, runs)
    told = overview_left.told_of_red_tasks(session, runs)
    found: dict[str, list[OpenTask]] = {}
    for id_, some in problems.items():
        for one in some:
            if task := _open_task(id_, one, states, told.get((id_, one.run_id))):
                found.setdefault(id_, []).append(task)
    return found


def _open_task(
    dag_id: str,
    one: OpenProblem,
    states: Mapping[overview_left.RedTask, str],
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
    for id_, key, _, value in overview_left.left(session, runs, ROWS, *LEFT_OPEN):
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
    zone = space.timezone if isinstance(space, SpaceConfig) else "Europe/Berlin"
    return now.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class _Ended:
    """When runs of a space ended last, and when the first scheduled one began."""

    good: datetime | None
    scheduled: datetime | None
    began: datetime | None


@dataclass(frozen=True)
class _Runs:
    """The newest runs of a space, when runs ended, and when it was paused or switched on last.

    `untold` is one that failed without a report.
    """

    newest: Sequence[DagRun]
    ended: _Ended | None
    switched: datetime | None
    untold: DagRun | None


def _row(
    dag: DagModel,
    space: SpaceConfig | BrokenConfig | None,
    standing: Standing,
    tasks: Sequence[OpenTask],
    runs: _Runs,
    *,
    is_broken: bool,
    now: datetime,
) -> dict[str, Any]:
    language: Language = space.language if isinstance(space, SpaceConfig) else "en"
    wrong = list(space.problems) if isinstance(space, BrokenConfig) else []
    if space is None and is_broken:
        wrong = [""]  # the page says that the DAG tells it
    late = _overdue_since(dag, space, runs, now)
    run = max(runs.newest, key=lambda one: one.id, default=None)
    untold = None if wrong or runs.untold is None else task_path(dag.dag_id, runs.untold.run_id)
    is_red = bool(tasks or wrong or late or untold)
    held = {ref.key: ref for task in tasks for ref in task.problem.invoices}
    held_gross = gross_by_currency(held.values())
    gross = standing.figures.gross
    slug = dag.dag_id.removeprefix(DAG_PREFIX)
    return {
        "dag_id": dag.dag_id,
        "slug": slug,
        "state": "failed" if is_red else "success" if standing.is_known else None,
        "is_running": run is not None and str(run.state) in {"running", "queued"},
        "paused": bool(dag.is_paused),
        "paused_since": runs.switched.isoformat() if runs.switched and dag.is_paused else None,
        "overdue_since": late.isoformat() if late else None,
        "file_problems": wrong,
        "untold_path": untold,
        "last_run": _run_told(dag.dag_id, run),
        "last_good": runs.ended.good.isoformat() if runs.ended and runs.ended.good else None,
        "next_run": dag.next_dagrun_create_after.isoformat()
        if dag.next_dagrun_create_after and not dag.is_paused
        else None,
        "vouchers": standing.figures.vouchers if standing.is_known else None,
        "gross": text(gross.get(CURRENCY, ZERO)) if standing.is_known else None,
        "gross_others": _others(gross),
        "held_back": len(held) if standing.is_known else None,
        "gross_held_back": text(held_gross.get(CURRENCY, ZERO)) if standing.is_known else None,
        "held_others": _others(held_gross),
        "mismatches": standing.figures.mismatches if standing.is_known else None,
        "problems": [_problem_told(dag.dag_id, task, language) for task in tasks],
        "dag_path": f"dags/{quote(dag.dag_id, safe='')}",
        "reconcile_path": f"dags/{RECONCILE_PREFIX}{quote(slug, safe='')}/runs",
        "version": _version(),
    }


def _problem_told(dag_id: str, task: OpenTask, language: Language) -> dict[str, Any]:
    euros = gross_by_currency(task.problem.invoices).get(CURRENCY, ZERO)
    return {
        "code": task.problem.code,
        "label": task.problem.label(language),
        "count": task.problem.count,
        "gross": text(euros),
        "amounts": gross_in_words(task.problem.invoices),
        "since": task.since.isoformat(),
        "path": task.path(dag_id),
        "is_tried": task.is_tried,
    }


def _run_told(dag_id: str, run: DagRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "state": str(run.state),
        "at": (run.end_date or run.start_date or run.run_after).isoformat(),
        "kind": str(run.run_type),
        "path": task_path(dag_id, run.run_id),
        "report_path": task_path(dag_id, run.run_id, REPORT),
    }


def _others(gross: Mapping[str, Any]) -> dict[str, str]:
    return {currency: text(sum_) for currency, sum_ in gross.items() if currency != CURRENCY}


def _overdue_since(
    dag: DagModel, space: SpaceConfig | BrokenConfig | None, runs: _Runs, now: datetime
) -> datetime | None:
    """Since when no scheduled run has ended, where two were due in the meantime."""
    if dag.is_paused or not isinstance(space, SpaceConfig) or space.schedule is None:
        return None
    ended = runs.ended
    last = ended.scheduled if ended else None
    if last is None:
        first = [one for one in (ended and ended.began, dag.next_dagrun_create_after) if one]
        last = min(first) if first else None
    if last is None:
        return None
    if runs.switched:
        last = max(last, runs.switched)
    due = _due_before_last(space.schedule, space.timezone, now.replace(second=0, microsecond=0))
    return last if last < due else None


@lru_cache(maxsize=512)
def _due_before_last(schedule: str, zone: str, now: datetime) -> datetime:
    """The moment before the last one at which a run was due."""
    times = croniter(schedule, now.astimezone(ZoneInfo(zone)))
    times.get_prev(datetime)
    moment: datetime = times.get_prev(datetime)
    return moment


def _newest_runs(session: Session) -> dict[str, list[DagRun]]:
    """By DAG id: the newest scheduled run and the newest other one."""
    newest = (
        select(func.max(DagRun.id))
        .where(DagRun.dag_id.startswith(DAG_PREFIX, autoescape=True))
        .group_by(DagRun.dag_id, case((DagRun.run_type == "scheduled", 1), else_=0))
    )
    found: dict[str, list[DagRun]] = {}
    for run in session.scalars(select(DagRun).where(DagRun.id.in_(newest))):
        found.setdefault(run.dag_id, []).append(run)
    return found


def _untold(
    session: Session, newest: Mapping[str, Sequence[DagRun]], standings: Mapping[str, Standing]
) -> dict[str, DagRun]:
    """By DAG id: a run that failed without a report, so that nobody knows what it missed.

    By hand somebody mistyped something, and nothing was missed; where nothing was ever reported,
    that counts too. Runs of a file that was wrong then have told it.
    """
    found = {}
    for id_, runs in newest.items():
        standing = standings.get(id_, Standing())
        for run in runs:
            counts = str(run.run_type) == "scheduled" or not standing.is_known
            if counts and str(run.state) == "failed" and run.run_id not in standing.reported:
                found[id_] = run
    query = select(TaskInstance.dag_id, TaskInstance.run_id).where(
        TaskInstance.dag_id.in_(list(found)), TaskInstance.task_id == BROKEN_TASK
    )
    told = {(row.dag_id, row.run_id) for row in session.execute(query)}
    return {id_: run for id_, run in found.items() if (id_, run.run_id) not in told}


def _ended(session: Session) -> dict[str, _Ended]:
    is_scheduled = DagRun.run_type == "scheduled"
    good = case((DagRun.state == "success", DagRun.end_date))
    finished = case((is_scheduled & DagRun.state.in_(FINISHED), DagRun.end_date))
    query = (
        select(
            DagRun.dag_id,
            func.max(good).label("good"),
            func.max(finished).label("finished"),
            func.min(case((is_scheduled, DagRun.run_after))).label("began"),
        )
        .where(DagRun.dag_id.startswith(DAG_PREFIX, autoescape=True))
        .group_by(DagRun.dag_id)
    )
    return {row.dag_id: _Ended(row.good, row.finished, row.began) for row in session.execute(query)}


def _switched(session: Session, dags: Iterable[str]) -> dict[str, datetime]:
    """When each space was paused or switched on last, as far as Airflow's own log knows."""
    query = (
        select(Log.dag_id, func.max(Log.dttm).label("at"))
        .where(
            Log.dag_id.startswith(DAG_PREFIX, autoescape=True),
            or_(
                Log.event == "patch_dag",
                and_(Log.event == "cli_dags", Log.extra.like("%pause%")),
            ),
        )
        .group_by(Log.dag_id)
    )
    wanted = set(dags)
    return {row.dag_id: row.at for row in session.execute(query) if row.dag_id in wanted}


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("cobot-sevdesk")
    except PackageNotFoundError:
        return ""
