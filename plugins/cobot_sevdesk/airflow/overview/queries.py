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
from sqlalchemy import String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow.history import (
    BESIDE_NUMBER,
    NUMBERS,
    OPEN_PROBLEMS,
    OPEN_PROBLEMS_UNDATED,
)
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


def newest_reports(
    session: Session, dag_ids: Collection[str], since: datetime
) -> dict[str, list[Reported]]:
    """By DAG id: the scheduled run that reported last, and every run that reported after it.

    Oldest first. Where no scheduled run is known, every run since a moment, or else the last one.
    """
    ours = XComModel.dag_id.in_(list(dag_ids))
    base = _last_by_dag(ours, DagRun.run_type == "scheduled").subquery()
    last = _last_by_dag(ours).subquery()
    query = (
        _reported()
        .join(last, last.c.dag_id == XComModel.dag_id)
        .outerjoin(base, base.c.dag_id == XComModel.dag_id)
        .where(
            ours,
            or_(
                XComModel.timestamp >= base.c.at,
                and_(
                    base.c.at.is_(None),
                    or_(XComModel.timestamp >= since, XComModel.timestamp == last.c.at),
                ),
            ),
        )
    )
    return _read(session, query)


def red_beside_schedule(session: Session) -> dict[str, list[Reported]]:
    """By DAG id: the runs by hand, backfills and others that are still red, oldest first."""
    query = _reported().where(DagRun.run_type != "scheduled", DagRun.state == "failed")
    return _read(session, query)


def reports_after(session: Session, moments: Mapping[str, datetime]) -> dict[str, list[Reported]]:
    """By DAG id: every run that reported after a moment of its own, oldest first."""
    if not moments:
        return {}
    query = _reported().where(
        XComModel.dag_id.in_(list(moments)), XComModel.timestamp > min(moments.values())
    )
    found = _read(session, query)
    return {id_: [one for one in runs if one.at > moments[id_]] for id_, runs in found.items()}


def all_reports(session: Session, dag_ids: Collection[str]) -> dict[str, list[Reported]]:
    """By DAG id: every run that Airflow still knows, oldest first."""
    return _read(session, _reported().where(XComModel.dag_id.in_(list(dag_ids))))


def by_dag(runs: Iterable[Reported]) -> dict[str, list[Reported]]:
    """By DAG id: these runs, oldest first."""
    found: dict[str, list[Reported]] = {}
    for run in runs:
        found.setdefault(run.dag_id, []).append(run)
    for some in found.values():
        some.sort(key=lambda one: (one.at, one.id))
    return found


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


def runs_that_name(
    session: Session, dag_ids: Collection[str], part: str, most: int
) -> list[Reported]:
    """The runs in which an invoice number holds a text, newest first, at most so many.

    Those in which it is the whole number come before all others.
    """
    numbers = cast(XComModel.value, String)
    pattern = part.lower().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    is_whole = numbers.like(f"%{BESIDE_NUMBER}{pattern}{BESIDE_NUMBER}%", escape="\\")
    query = (
        _reported(NUMBERS)
        .where(XComModel.dag_id.in_(list(dag_ids)), numbers.like(f"%{pattern}%", escape="\\"))
        .order_by(case((is_whole, 0), else_=1), XComModel.timestamp.desc())
        .limit(most)
    )
    return [_to_reported(row) for row in session.execute(query)]


def known_since(session: Session, dag_ids: Collection[str]) -> datetime | None:
    """When the oldest report of these spaces was left that Airflow still keeps."""
    query = select(func.min(XComModel.timestamp)).where(
        *_of_reports(NUMBERS), XComModel.dag_id.in_(list(dag_ids))
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


def _reported(*keys: str) -> Any:  # noqa: ANN401  a query
    return (
        select(
            XComModel.dag_run_id,
            XComModel.dag_id,
            XComModel.run_id,
            XComModel.timestamp,
            DagRun.run_type,
        )
        .join(DagRun, DagRun.id == XComModel.dag_run_id)
        .where(*_of_reports(*keys))
    )


def _of_reports(*keys: str) -> tuple[Any, ...]:
    """The conditions for what report tasks left under one of these keys."""
    return (
        XComModel.dag_id.startswith(DAG_PREFIX, autoescape=True),
        XComModel.task_id == REPORT,
        XComModel.key.in_(keys or LEFT_OPEN),
    )


def _last_by_dag(*conditions: Any) -> Any:  # noqa: ANN401  a query
    return (
        select(XComModel.dag_id, func.max(XComModel.timestamp).label("at"))
        .join(DagRun, DagRun.id == XComModel.dag_run_id)
        .where(*_of_reports(), *conditions)
        .group_by(XComModel.dag_id)
    )


def _read(session: Session, query: Any) -> dict[str, list[Reported]]:  # noqa: ANN401
    return by_dag(map(_to_reported, session.execute(query)))


def _to_reported(row: Any) -> Reported:  # noqa: ANN401  of `_reported`
    is_scheduled = str(row.run_type) == "scheduled"
    return Reported(row.dag_run_id, row.dag_id, row.run_id, row.timestamp, is_scheduled)
