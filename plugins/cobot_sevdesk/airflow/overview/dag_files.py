"""DAG files of this package that Airflow reads so slowly that it may soon give them up.

Airflow keeps with each DAG how long its file took last. Only the API server imports this.
"""

from collections.abc import Collection
from typing import Any

from airflow.models.dag import DagModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow.dag_files import is_near
from cobot_sevdesk.airflow.versions import seconds_for_dag_file
from cobot_sevdesk.config import DAG_PREFIX


def find_slow_files(session: Session, readable: Collection[str]) -> list[dict[str, Any]]:
    """Each file that takes half of the allowed time or more, with its seconds; slowest first."""
    limit = seconds_for_dag_file()
    seconds = func.max(DagModel.last_parse_duration)
    query = (
        select(DagModel.relative_fileloc, seconds)
        .where(DagModel.dag_id.startswith(DAG_PREFIX, autoescape=True), ~DagModel.is_stale)
        .where(DagModel.dag_id.in_(readable))
        .group_by(DagModel.bundle_name, DagModel.relative_fileloc)
        .order_by(seconds.desc())
    )
    return [
        {"file": file, "seconds": round(took), "limit": round(limit)}
        for file, took in session.execute(query)
        if took is not None and is_near(took, limit)
    ]
