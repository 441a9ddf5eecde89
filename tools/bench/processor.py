"""`make bench PART=processor`: what Airflow's DAG processor needs for the DAG file of many spaces.

A real `airflow dag-processor` reads one DAG file into an empty PostgreSQL, then once more. A
process of its own parses and serialises the file. Airflow's limit of 50 seconds is for this, so it
is measured apart. Then the processor writes what has changed.

Core seconds, since other work on the machine hardly changes them. On a quiet machine they are the
seconds on the clock.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.bench.parsing import measured, write
from tools.bench.tables import keep, show, table
from tools.stack import own_database, sqlalchemy_url

SPACES = (100, 300, 1000)
KINDS = ("floor", "this package")
WITHIN = 1800


def main() -> None:
    """Measure each kind with each number of spaces: first what the limit is for, then the rest."""
    reading()
    writing()


def reading(counts: tuple[int, ...] = SPACES) -> None:
    """Core seconds of the process that parses and serialises."""
    rows: list[list[object]] = []
    for count in counts:
        floor = 0.0
        for kind in KINDS:
            one = measured(kind, count, stored=True)
            parse, store = one["ms"] * count / 1000, one["stored_ms"] * count / 1000
            floor = floor or parse + store
            rows.append([count, kind, parse, store, (parse + store) / floor])
            print(rows[-1], f"load {os.getloadavg()}", flush=True)
    heads = ("parsing", "serialising", "both × floor")
    keep("processor", table(("spaces", "core seconds for", *heads), rows))


def writing(counts: tuple[int, ...] = SPACES) -> None:
    """Core seconds of whole passes of the processor, beyond one over a single DAG."""
    rows: list[list[object]] = []
    idle = _passes("floor", 1)
    for count in counts:
        for kind in KINDS:
            found = zip(_passes(kind, count), idle, strict=True)
            rows.append([count, kind, *(used - nothing for used, nothing in found)])
            print(rows[-1], f"load {os.getloadavg()}", flush=True)
    heads = ("at first", "where nothing has changed")
    show("passes", table(("spaces", "core seconds of a pass", *heads), rows))


def _passes(kind: str, count: int) -> tuple[float, float]:
    """Core seconds of the processor's first pass, and of one where nothing has changed."""
    prefix = "cobot-sevdesk-processor-"
    with tempfile.TemporaryDirectory(prefix=prefix) as name, own_database() as database:
        home, dags, spaces = (Path(name) / part for part in ("home", "dags", "spaces"))
        for folder in (home, dags, spaces):
            folder.mkdir()
        shutil.copy(write(kind, count, spaces), dags)
        environment = {
            **os.environ,
            "PYTHONPATH": str(spaces),
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": str(WITHIN),
            "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": str(WITHIN),
            "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": sqlalchemy_url(database),
        }
        _airflow(environment, "db", "migrate")

        def once() -> float:
            used = _airflow(environment, "dag-processor", "--num-runs", "1")
            told = database.psql("SELECT count(*) FROM dag WHERE NOT is_stale;")
            assert f" {count}\n" in told, told  # noqa: S101  a wrong figure is worse
            return used

        return once(), once()


def _airflow(environment: dict[str, str], *arguments: str) -> float:
    """Run Airflow's command line; returns the core seconds of all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (Path(environment["AIRFLOW_HOME"]) / "log").open("ab") as log:
        subprocess.run(
            [str(Path(sys.executable).parent / "airflow"), *arguments],
            env=environment,
            check=True,
            stdout=log,
            stderr=log,
            timeout=WITHIN,
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
