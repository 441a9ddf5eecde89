"""One run of a space's DAG in a process of its own, to be killed from outside."""

import sys
from pathlib import Path

from airflow.utils import db

from tools.dag_runs import DagRunner

if __name__ == "__main__":
    db.initdb()
    DagRunner(Path(__file__).resolve().parents[2] / "dags")("elbe-hub", day=sys.argv[1])
