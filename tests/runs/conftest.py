"""Running whole DAGs in this process, through Airflow's own task runner."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dag_runs import DagRunner, RunResult

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def airflow_db() -> None:
    """A migrated database in the test session's own Airflow home."""
    from airflow.utils import db

    db.initdb()
    logging.getLogger("airflow").setLevel(logging.ERROR)


@pytest.fixture
def run_dag(airflow_db: None, spaces: Callable[..., Any]) -> Iterator[Callable[..., RunResult]]:
    """Run a space's DAG by hand at a moment, or with parameters; waits for its end."""
    yield DagRunner(ROOT / "dags")
