"""The runs of each space: the newest ones, when runs ended, and whether the space is overdue."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.log import Log
from airflow.models.taskinstance import TaskInstance
from croniter import croniter
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow.overview.files import Space, zone_of
from cobot_sevdesk.airflow.overview.standing import Standing
from cobot_sevdesk.config import BROKEN_TASK, DAG_PREFIX, SpaceConfig

FINISHED = ("success", "failed")
AT_WORK = frozenset({"queued", "running"})
SWITCHED_BY_COMMAND = {"cli_dag_pause": True, "cli_dag_unpause": False}
"""What Airflow's log calls `airflow dags pause` and `airflow dags unpause`: is it paused then?"""


@dataclass(frozen=True)
class Runs:
    """What Airflow knows of the runs of a space.

    `newest` are the newest scheduled one and the newest other one, `untold` is one that failed
    without a report. `good` and `scheduled` say when a green run and a scheduled one ended last,
    `began` when the first scheduled one was due.

    Airflow writes down when one DAG is switched on (`resumed`) or off (`paused`). Of several that
    are switched at once it does not write down which.
    """

    newest: Sequence[DagRun] = ()
    untold: DagRun | None = None
    good: datetime | None = None
    scheduled: datetime | None = None
    began: datetime | None = None
    resumed: datetime | None = None
    paused: datetime | None = None

    @property
    def last(self) -> DagRun | None:
        """The newest of all."""
        return max(self.newest, key=lambda one: one.id, default=None)


def find_runs(
    session: Session, dags: Collection[str], standings: Mapping[str, Standing]
) -> dict[str, Runs]:
    """By DAG id: what is known of the runs of a space."""
    newest, ended, switched = _newest_runs(session), _ended(session), _switched(session)
    untold = _untold(session, newest, standings)
    return {
        id_: Runs(
            newest.get(id_, []), untold.get(id_), **ended.get(id_, {}), **switched.get(id_, {})
        )
        for id_ in dags
    }


def overdue_since(dag: DagModel, space: Space | None, runs: Runs, now: datetime) -> datetime | None:
    """Since when no scheduled run has ended, where two were due in the meantime."""
    schedule = _schedule(dag, space)
    if dag.is_paused or schedule is None:
        return None
    first = (one for one in (runs.began, dag.next_dagrun_create_after) if one)
    last = runs.scheduled or min(first, default=None)
    if last is None:
        return None
    if runs.resumed:
        last = max(last, runs.resumed)
    due, due_last = _due(schedule, zone_of(space), now.replace(second=0, microsecond=0))
    return last if last < due and not _is_at_work(runs, due_last) else None


def _schedule(dag: DagModel, space: Space | None) -> str | None:
    """The cron expression; without the space file as Airflow knows the DAG."""
    if isinstance(space, SpaceConfig):
        return space.schedule
    known = dag.timetable_summary if space is None else None
    return known if known and croniter.is_valid(known) else None


def _is_at_work(runs: Runs, due: datetime) -> bool:
    """Whether a scheduled run that was due then, or later, has begun: after a pause, say."""
    return any(
        str(run.run_type) == "scheduled" and str(run.state) in AT_WORK and run.run_after >= due
        for run in runs.newest
    )


@lru_cache(maxsize=512)
def _due(schedule: str, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """The last two moments at which a run was due, the older one first."""
    times = croniter(schedule, now.astimezone(ZoneInfo(zone)))
    last: datetime = times.get_prev(datetime)
    before: datetime = times.get_prev(datetime)
    return before, last


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
        standing = standings.get(id_)
        for run in runs:
            counts = standing is None or str(run.run_type) == "scheduled"
            has_reported = standing is not None and run.run_id in standing.reported
            if counts and str(run.state) == "failed" and not has_reported:
                found[id_] = run
    query = select(TaskInstance.dag_id, TaskInstance.run_id).where(
        TaskInstance.dag_id.in_(list(found)), TaskInstance.task_id == BROKEN_TASK
    )
    told = {(row.dag_id, row.run_id) for row in session.execute(query)}
    return {id_: run for id_, run in found.items() if (id_, run.run_id) not in told}


def _ended(session: Session) -> dict[str, dict[str, datetime | None]]:
    """By DAG id: when runs ended, and the first was due, as `Runs` has it."""
    is_scheduled = DagRun.run_type == "scheduled"
    good = case((DagRun.state == "success", DagRun.end_date))
    finished = case((is_scheduled & DagRun.state.in_(FINISHED), DagRun.end_date))
    query = (
        select(
            DagRun.dag_id,
            func.max(good).label("good"),
            func.max(finished).label("scheduled"),
            func.min(case((is_scheduled, DagRun.run_after))).label("began"),
        )
        .where(DagRun.dag_id.startswith(DAG_PREFIX, autoescape=True))
        .group_by(DagRun.dag_id)
    )
    return {
        row.dag_id: {"good": row.good, "scheduled": row.scheduled, "began": row.began}
        for row in session.execute(query)
    }


def _switched(session: Session) -> dict[str, dict[str, datetime]]:
    """By DAG id: when it was switched last, on or off, as `Runs` has it."""
    query = (
        select(Log.dag_id, Log.dttm, Log.event, Log.extra)
        .where(
            Log.dag_id.startswith(DAG_PREFIX, autoescape=True),
            or_(
                and_(Log.event == "patch_dag", Log.extra.like('%"is_paused"%')),
                Log.event.in_(list(SWITCHED_BY_COMMAND)),
            ),
        )
        .order_by(Log.dttm)
    )
    found = {}
    for row in session.execute(query):
        is_paused = SWITCHED_BY_COMMAND.get(row.event)
        if is_paused is None:
            is_paused = bool(json.loads(row.extra)["is_paused"])
        found[row.dag_id] = {"paused" if is_paused else "resumed": row.dttm}
    return found
