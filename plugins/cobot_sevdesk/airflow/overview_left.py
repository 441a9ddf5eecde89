"""What runs left in Airflow's database, read for the overview.

Only the API server imports this: tasks have no database. Every function asks a constant number of
questions, however many spaces there are. Runs that only looked (dry runs) left no open problems,
so they are never read here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from sqlalchemy import String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow.history import OPEN_PROBLEMS, OPEN_PROBLEMS_UNDATED, ROWS
from cobot_sevdesk.airflow.outcome import ATTENTION, PUSH, REPAIRED, REPORT
from cobot_sevdesk.config import DAG_PREFIX

RETURN_VALUE = "return_value"
LINKS = "links"
LEFT_OPEN = (OPEN_PROBLEMS, OPEN_PROBLEMS_UNDATED)
AT_ONCE = 5000
"""Ids in one question; SQLite allows 32,766."""

RedTask = tuple[str, str, str, int]
"""DAG id, run id, task id, map index."""


@dataclass(frozen=True)
class Reported:
    """A run whose report task left something: when it did, and what kind of run it was."""

    id: int
    dag_id: str
    run_id: str
    at: datetime
    is_scheduled: bool

    @property
    def version(self) -> tuple[int, datetime]:
        """Changes when the report was written again."""
        return (self.id, self.at)


def newest_reports(session: Session, since: datetime) -> dict[str, list[Reported]]:
    """By DAG id: the scheduled run that reported last, and every run that reported after it.

    Oldest first. Where no scheduled run is known, every run since a moment, or else the last one.
    """
    base = _at_by_dag(DagRun.run_type == "scheduled").subquery()
    last = _at_by_dag().subquery()
    found = session.execute(
        _reported()
        .join(last, last.c.dag_id == XComModel.dag_id)
        .outerjoin(base, base.c.dag_id == XComModel.dag_id)
        .where(
            or_(
                XComModel.timestamp >= base.c.at,
                and_(
                    base.c.at.is_(None),
                    or_(XComModel.timestamp >= since, XComModel.timestamp == last.c.at),
                ),
            )
        )
    )
    return _by_dag(found)


def red_beside_schedule(session: Session) -> dict[str, list[Reported]]:
    """By DAG id: the runs by hand, backfills and others that are still red, oldest first."""
    query = _reported().where(DagRun.run_type != "scheduled", DagRun.state == "failed")
    return _by_dag(session.execute(query))


def reports_after(session: Session, moments: Mapping[str, datetime]) -> dict[str, list[Reported]]:
    """By DAG id: every run that reported after a moment of its own, oldest first."""
    if not moments:
        return {}
    query = _reported().where(
        XComModel.dag_id.in_(list(moments)), XComModel.timestamp > min(moments.values())
    )
    found = _by_dag(session.execute(query))
    return {id_: [one for one in runs if one.at > moments[id_]] for id_, runs in found.items()}


def all_reports(session: Session, dag_ids: Collection[str]) -> dict[str, list[Reported]]:
    """By DAG id: every run that Airflow still knows, oldest first."""
    return _by_dag(session.execute(_reported().where(XComModel.dag_id.in_(list(dag_ids)))))


def left(
    session: Session, runs: Iterable[Reported], *keys: str, task_id: str = REPORT
) -> Iterator[tuple[int, str, int, Any]]:
    """What a task left in these runs: run (its number), key, map index, value."""
    ids = [one.id for one in runs]
    for first in range(0, len(ids), AT_ONCE):
        query = select(
            XComModel.dag_run_id, XComModel.key, XComModel.map_index, XComModel.value
        ).where(
            XComModel.dag_run_id.in_(ids[first : first + AT_ONCE]),
            XComModel.task_id == task_id,
            XComModel.key.in_(keys),
        )
        for row in session.execute(query):
            yield row.dag_run_id, row.key, row.map_index, XComModel.deserialize_value(row)


def red_tasks(session: Session, runs: Iterable[tuple[str, str]]) -> dict[RedTask, str]:
    """The states of all tasks of these runs (DAG id, run id)."""
    wanted = set(runs)
    query = select(
        TaskInstance.dag_id,
        TaskInstance.run_id,
        TaskInstance.task_id,
        TaskInstance.map_index,
        TaskInstance.state,
    ).where(
        TaskInstance.dag_id.in_({dag_id for dag_id, _ in wanted}),
        TaskInstance.run_id.in_({run_id for _, run_id in wanted}),
    )
    return {
        (row.dag_id, row.run_id, row.task_id, row.map_index): str(row.state or "none")
        for row in (session.execute(query) if wanted else ())
        if (row.dag_id, row.run_id) in wanted
    }


def told_of_red_tasks(
    session: Session, runs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """By run (DAG id, run id): the problems of its red tasks, and what cleared ones did.

    Under `problems` a list in the order of the tasks, under `repaired` by map index.
    """
    wanted = set(runs)
    query = select(
        XComModel.dag_id, XComModel.run_id, XComModel.key, XComModel.map_index, XComModel.value
    ).where(
        XComModel.dag_id.in_({dag_id for dag_id, _ in wanted}),
        XComModel.run_id.in_({run_id for _, run_id in wanted}),
        or_(
            and_(XComModel.task_id == PUSH, XComModel.key == RETURN_VALUE),
            and_(XComModel.task_id == ATTENTION, XComModel.key == REPAIRED),
        ),
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in session.execute(query) if wanted else ():
        told = found.setdefault((row.dag_id, row.run_id), {"problems": [], "repaired": {}})
        value = XComModel.deserialize_value(row)
        if row.key == REPAIRED:
            told["repaired"][row.map_index] = value
        elif isinstance(value, list):
            told["problems"] = value
    return {run: told for run, told in found.items() if run in wanted}


def dags_that_name(session: Session, dag_ids: Collection[str], part: str) -> dict[str, set[int]]:
    """By DAG id: the numbers of the runs whose rows hold a text somewhere."""
    pattern = part.lower().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    query = select(XComModel.dag_id, XComModel.dag_run_id).where(
        XComModel.dag_id.in_(list(dag_ids)),
        XComModel.task_id == REPORT,
        XComModel.key == ROWS,
        func.lower(cast(XComModel.value, String)).like(f"%{pattern}%", escape="\\"),
    )
    found: dict[str, set[int]] = {}
    for row in session.execute(query):
        found.setdefault(row.dag_id, set()).add(row.dag_run_id)
    return found


def known_since(session: Session, dag_ids: Collection[str]) -> datetime | None:
    """When the oldest report of these spaces was left that Airflow still keeps."""
    query = select(func.min(XComModel.timestamp)).where(
        *_OF_REPORTS, XComModel.dag_id.in_(list(dag_ids))
    )
    return session.scalar(query)


def newest_links(session: Session, dag_ids: Collection[str]) -> dict[str, Any]:
    """By DAG id: the addresses of pages in Cobot and sevDesk, as a run found them last."""
    newest = (
        select(XComModel.dag_id, func.max(XComModel.timestamp).label("at"))
        .where(XComModel.dag_id.in_(list(dag_ids)), XComModel.task_id == PUSH)
        .where(XComModel.key == LINKS)
        .group_by(XComModel.dag_id)
        .subquery()
    )
    query = (
        select(XComModel.dag_id, XComModel.value)
        .join(newest, and_(newest.c.dag_id == XComModel.dag_id, newest.c.at == XComModel.timestamp))
        .where(XComModel.task_id == PUSH, XComModel.key == LINKS)
    )
    return {row.dag_id: XComModel.deserialize_value(row) for row in session.execute(query)}


def _reported() -> Any:  # noqa: ANN401  a query
    return (
        select(
            XComModel.dag_run_id,
            XComModel.dag_id,
            XComModel.run_id,
            XComModel.timestamp,
            DagRun.run_type,
        )
        .join(DagRun, DagRun.id == XComModel.dag_run_id)
        .where(*_OF_REPORTS)
    )


_OF_REPORTS = (
    XComModel.dag_id.startswith(DAG_PREFIX, autoescape=True),
    XComModel.task_id == REPORT,
    XComModel.key.in_(LEFT_OPEN),
)


def _at_by_dag(*conditions: Any) -> Any:  # noqa: ANN401  a query
    return (
        select(XComModel.dag_id, func.max(XComModel.timestamp).label("at"))
        .join(DagRun, DagRun.id == XComModel.dag_run_id)
        .where(*_OF_REPORTS, *conditions)
        .group_by(XComModel.dag_id)
    )


def _by_dag(rows: Any) -> dict[str, list[Reported]]:  # noqa: ANN401  of `_reported`
    found: dict[str, list[Reported]] = {}
    for row in rows:
        is_scheduled = str(row.run_type) == "scheduled"
        found.setdefault(row.dag_id, []).append(
            Reported(row.dag_run_id, row.dag_id, row.run_id, row.timestamp, is_scheduled)
        )
    for runs in found.values():
        runs.sort(key=lambda one: (one.at, one.id))
    return found
