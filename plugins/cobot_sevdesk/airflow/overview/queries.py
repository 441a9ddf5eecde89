"""What runs left in Airflow's database, read for the overview.

Every function asks a constant number of questions, however many spaces there are. Runs that only
looked (dry runs) left no open problems, so they are never read here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from pydantic import ValidationError
from sqlalchemy import String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.history import (
    BESIDE_NUMBER,
    NUMBERS,
    OPEN_PROBLEMS,
    OPEN_PROBLEMS_UNDATED,
    ROWS,
    OpenProblem,
)
from cobot_sevdesk.airflow.outcome import ATTENTION, LINKS, PUSH, REPAIRED, REPORT
from cobot_sevdesk.config import DAG_PREFIX

LEFT_OPEN = (OPEN_PROBLEMS, OPEN_PROBLEMS_UNDATED)
AT_ONCE = 5000
"""Ids in one question; SQLite allows 32,766."""

PlainRow = dict[str, Any]
"""A `domain.plan.Row` as JSON; parsing thousands of them into values would take seconds."""


@dataclass(frozen=True)
class RunLeft:
    """What the report task of one run left, and when; `run_id` is Airflow's name of the run.

    `problems` and `rows` are there once `read` has filled them in.
    """

    id: int
    dag_id: str
    run_id: str
    at: datetime
    is_scheduled: bool
    problems: Sequence[OpenProblem] = ()
    rows: Sequence[PlainRow] = ()


@dataclass
class TasksOfRun:
    """The tasks of one run: their states, what its red tasks tell, and what cleared ones did.

    States are found by task id and map index, what was done by map index.
    """

    states: dict[tuple[str, int], str] = field(default_factory=dict)
    problems: list[Any] = field(default_factory=list)
    repaired: dict[int, Any] = field(default_factory=dict)


def runs_that_matter(
    session: Session, dag_ids: Collection[str], since: datetime
) -> dict[str, list[RunLeft]]:
    """By DAG id: the runs by which a space stands, oldest first; not filled in.

    That is the scheduled run that reported last, all that reported after it, and older ones beside
    the schedule that are still red. Where no scheduled run is known: every run since a moment, or
    else the last one.
    """
    is_scheduled, at = DagRun.run_type == "scheduled", XComModel.timestamp
    ours = XComModel.dag_id.in_(list(dag_ids))
    last = (
        select(
            XComModel.dag_id,
            func.max(case((is_scheduled, at))).label("scheduled"),
            func.max(at).label("any"),
        )
        .join(DagRun, DagRun.id == XComModel.dag_run_id)
        .where(ours, *_of_reports(*LEFT_OPEN))
        .group_by(XComModel.dag_id)
        .subquery()
    )
    query = (
        _reported(*LEFT_OPEN)
        .join(last, last.c.dag_id == XComModel.dag_id)
        .where(
            ours,
            or_(
                at >= last.c.scheduled,
                ~is_scheduled & (DagRun.state == "failed"),
                last.c.scheduled.is_(None) & or_(at >= since, at == last.c.any),
            ),
        )
    )
    return by_dag(_runs(session, query))


def runs_since(session: Session, moments: Mapping[str, datetime]) -> list[RunLeft]:
    """Every run that reported since a moment of its space's own (by DAG id); not filled in."""
    if not moments:
        return []
    query = _reported(*LEFT_OPEN).where(
        XComModel.dag_id.in_(list(moments)), XComModel.timestamp >= min(moments.values())
    )
    return [run for run in _runs(session, query) if run.at >= moments[run.dag_id]]


def runs_of(session: Session, dag_id: str) -> list[RunLeft]:
    """Every run of a space that Airflow still knows, oldest first; not filled in."""
    query = _reported(*LEFT_OPEN).where(XComModel.dag_id == dag_id)
    return sorted(_runs(session, query), key=_order)


def runs_that_name(
    session: Session, dag_ids: Collection[str], part: str, most: int
) -> list[RunLeft]:
    """The runs in which an invoice number holds a text, at most so many; not filled in.

    Newest first, and those in which it is the whole number come before all others.
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
    return _runs(session, query)


def read(session: Session, runs: Sequence[RunLeft], *keys: str) -> list[RunLeft]:
    """The same runs with what they left under these keys, oldest first."""
    problems: dict[int, Sequence[OpenProblem]] = {}
    rows: dict[int, Sequence[PlainRow]] = {}
    for first in range(0, len(runs), AT_ONCE):
        ids = [run.id for run in runs[first : first + AT_ONCE]]
        query = select(XComModel.dag_run_id, XComModel.key, XComModel.value).where(
            XComModel.dag_run_id.in_(ids), XComModel.task_id == REPORT, XComModel.key.in_(keys)
        )
        for row in session.execute(query):
            value = XComModel.deserialize_value(row)
            if row.key == ROWS:
                rows[row.dag_run_id] = to_rows(value)
            else:
                problems[row.dag_run_id] = to_problems(value)
    found = (
        replace(run, problems=problems.get(run.id, ()), rows=rows.get(run.id, ())) for run in runs
    )
    return sorted(found, key=_order)


def to_problems(plain: object) -> Sequence[OpenProblem]:
    """What a run left as open; empty where another version of this package left it."""
    try:
        return xcom.load(list[OpenProblem], plain or [])
    except ValidationError:
        return ()


def to_rows(plain: object) -> list[PlainRow]:
    """The rows of a run; empty where another version of this package left them."""
    rows = plain if isinstance(plain, list) else []
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("invoice"), dict)]


def by_dag(runs: Iterable[RunLeft]) -> dict[str, list[RunLeft]]:
    """By DAG id: these runs, oldest first."""
    found: dict[str, list[RunLeft]] = {}
    for run in sorted(runs, key=_order):
        found.setdefault(run.dag_id, []).append(run)
    return found


def tasks_of(
    session: Session, runs: Collection[tuple[str, str]]
) -> dict[tuple[str, str], TasksOfRun]:
    """The tasks of each of these runs, by DAG id and run id."""
    found = {run: TasksOfRun() for run in runs}
    if not found:
        return found
    dag_ids, run_ids = {dag_id for dag_id, _ in runs}, {run_id for _, run_id in runs}
    ti = TaskInstance
    states = select(ti.dag_id, ti.run_id, ti.task_id, ti.map_index, ti.state).where(
        ti.dag_id.in_(dag_ids), ti.run_id.in_(run_ids)
    )
    for row in session.execute(states):
        if tasks := found.get((row.dag_id, row.run_id)):
            tasks.states[(row.task_id, row.map_index)] = str(row.state or "none")
    left = select(
        XComModel.dag_id, XComModel.run_id, XComModel.key, XComModel.map_index, XComModel.value
    ).where(
        XComModel.dag_id.in_(dag_ids),
        XComModel.run_id.in_(run_ids),
        or_(
            and_(XComModel.task_id == PUSH, XComModel.key == xcom.RETURN_VALUE),
            and_(XComModel.task_id == ATTENTION, XComModel.key == REPAIRED),
        ),
    )
    for row in session.execute(left):
        if tasks := found.get((row.dag_id, row.run_id)):
            value = XComModel.deserialize_value(row)
            if row.key == REPAIRED:
                tasks.repaired[row.map_index] = value
            elif isinstance(value, list):
                tasks.problems = value
    return found


def known_since(session: Session, dag_ids: Collection[str]) -> datetime | None:
    """When the oldest report of these spaces was left that Airflow still keeps."""
    query = select(func.min(XComModel.timestamp)).where(
        *_of_reports(NUMBERS), XComModel.dag_id.in_(list(dag_ids))
    )
    return session.scalar(query)


def newest_links(session: Session, dag_ids: Collection[str]) -> dict[str, Any]:
    """By DAG id: the addresses of pages in Cobot and sevDesk, as a run found them last."""
    are_links = and_(XComModel.task_id == PUSH, XComModel.key == LINKS)
    newest = (
        select(XComModel.dag_id, func.max(XComModel.timestamp).label("at"))
        .where(XComModel.dag_id.in_(list(dag_ids)), are_links)
        .group_by(XComModel.dag_id)
        .subquery()
    )
    query = (
        select(XComModel.dag_id, XComModel.value)
        .join(newest, and_(newest.c.dag_id == XComModel.dag_id, newest.c.at == XComModel.timestamp))
        .where(are_links)
    )
    return {row.dag_id: XComModel.deserialize_value(row) for row in session.execute(query)}


def _reported(*keys: str) -> Any:  # noqa: ANN401  a query
    """The runs whose report tasks left something under one of these keys."""
    columns = (XComModel.dag_run_id, XComModel.dag_id, XComModel.run_id, XComModel.timestamp)
    query = select(*columns, DagRun.run_type).join(DagRun, DagRun.id == XComModel.dag_run_id)
    return query.where(*_of_reports(*keys))


def _of_reports(*keys: str) -> tuple[Any, ...]:
    return (
        XComModel.dag_id.startswith(DAG_PREFIX, autoescape=True),
        XComModel.task_id == REPORT,
        XComModel.key.in_(keys),
    )


def _runs(session: Session, query: Any) -> list[RunLeft]:  # noqa: ANN401  of `_reported`
    return [
        RunLeft(
            row.dag_run_id, row.dag_id, row.run_id, row.timestamp, str(row.run_type) == "scheduled"
        )
        for row in session.execute(query)
    ]


def _order(run: RunLeft) -> tuple[datetime, int]:
    return run.at, run.id
