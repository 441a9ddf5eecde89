"""What the overview page shows, read from Airflow's own database in four queries.

Only the API server imports this: tasks have no database.
"""

from collections.abc import Collection
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.xcom import XComModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cobot_sevdesk.config import DAG_PREFIX, RECONCILE_PREFIX

PREFLIGHT = "cobot_sevdesk_preflight"
FINISHED = ("success", "failed")


def find_spaces(session: Session, readable: Collection[str]) -> list[dict[str, Any]]:
    """Every space among the readable DAGs, as the page shows it: red first, then by name.

    Times are ISO 8601, amounts are EUR as text.
    """
    dags = {
        dag.dag_id: dag
        for dag in session.scalars(
            select(DagModel).where(
                DagModel.dag_id.startswith(DAG_PREFIX, autoescape=True), ~DagModel.is_stale
            )
        )
        if dag.dag_id in readable and _is_space(dag.dag_id)
    }
    runs = _latest_runs(session)
    good = _last_good(session)
    reports = _reports(session)
    found = [_row(dag, runs.get(id_), good.get(id_), reports.get(id_)) for id_, dag in dags.items()]
    return sorted(found, key=lambda row: (row["state"] != "failed", row["slug"]))


def _is_space(dag_id: str) -> bool:
    return not dag_id.startswith(RECONCILE_PREFIX) and dag_id != PREFLIGHT


def _row(
    dag: DagModel, run: DagRun | None, good: datetime | None, report: dict[str, Any] | None
) -> dict[str, Any]:
    told = report or {}
    recent = told.get("last_30_days") or {}
    return {
        "dag_id": dag.dag_id,
        "slug": dag.dag_id.removeprefix(DAG_PREFIX),
        "paused": bool(dag.is_paused),
        "state": str(run.state) if run else None,
        "run_id": run.run_id if run else None,
        "last_good": good.isoformat() if good else None,
        "next_run": dag.next_dagrun_create_after.isoformat()
        if dag.next_dagrun_create_after and not dag.is_paused
        else None,
        "vouchers": recent.get("vouchers"),
        "gross": recent.get("gross"),
        "held_back": told.get("held_back"),
        "gross_held_back": told.get("gross_held_back"),
        "mismatches": told.get("mismatches"),
        "problems": told.get("problems") or [],
        "version": _version(),
    }


def _latest_runs(session: Session) -> dict[str, DagRun]:
    newest = (
        select(func.max(DagRun.id))
        .where(DagRun.dag_id.startswith(DAG_PREFIX, autoescape=True))
        .group_by(DagRun.dag_id)
    )
    return {run.dag_id: run for run in session.scalars(select(DagRun).where(DagRun.id.in_(newest)))}


def _last_good(session: Session) -> dict[str, datetime]:
    query = (
        select(DagRun.dag_id, func.max(DagRun.end_date).label("ended"))
        .where(DagRun.dag_id.startswith(DAG_PREFIX, autoescape=True), DagRun.state == "success")
        .group_by(DagRun.dag_id)
    )
    return {row.dag_id: row.ended for row in session.execute(query)}


def _reports(session: Session) -> dict[str, dict[str, Any]]:
    """The report of each space's last finished run; backfills look at single days only."""
    newest = (
        select(func.max(DagRun.id))
        .where(
            DagRun.dag_id.startswith(DAG_PREFIX, autoescape=True),
            DagRun.state.in_(FINISHED),
            DagRun.run_type != "backfill",
        )
        .group_by(DagRun.dag_id)
    )
    query = (
        select(XComModel)
        .join(DagRun, DagRun.id == XComModel.dag_run_id)
        .where(
            DagRun.id.in_(newest), XComModel.task_id == "report", XComModel.key == "return_value"
        )
    )
    found = {}
    for xcom in session.scalars(query):
        report = XComModel.deserialize_value(xcom)
        if isinstance(report, dict):
            found[xcom.dag_id] = report
    return found


def _version() -> str:
    try:
        return version("cobot-sevdesk")
    except PackageNotFoundError:
        return ""
