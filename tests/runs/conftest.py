"""Running whole DAGs in this process, through Airflow's own task runner."""

import logging
from pathlib import Path

import pytest

from dag_runs import DagRunner

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def airflow_db() -> None:
    """A migrated database in the test session's own Airflow home."""
    from airflow.utils import db

    db.initdb()
    logging.getLogger("airflow").setLevel(logging.ERROR)


@pytest.fixture
def run_dag(airflow_db: None) -> DagRunner:  # noqa: ARG001  its effect is what counts
    """Run a space's DAG by hand at a moment, or with parameters; waits for its end."""
    return DagRunner(ROOT / "dags")
