"""Runs that have reported, put straight into Airflow's database."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def add_reported_run(
    session: Any, dag_id: str, run_id: str, at: datetime, left: Mapping[str, object], **of_run: Any
) -> None:
    """A run whose report task ended at a moment and left these XComs; `of_run`: its type, state."""
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from sqlalchemy import insert

    run = {"dag_id": dag_id, "run_id": run_id}
    added = session.execute(
        insert(DagRun).values(
            **run, **of_run, logical_date=at, run_after=at, end_date=at, clear_number=0
        )
    )
    task = {**run, "task_id": "report", "map_index": -1}
    session.execute(
        insert(TaskInstance).values(
            **task,
            id=uuid.uuid4(),
            state="success",
            pool="default_pool",
            queue="default",
            priority_weight=1,
            max_tries=0,
            try_number=1,
        )
    )
    (number,) = added.inserted_primary_key
    for key, value in left.items():
        of_key = {"dag_run_id": number, "key": key, "value": value, "timestamp": at}
        session.execute(insert(XComModel).values(**task, **of_key))
