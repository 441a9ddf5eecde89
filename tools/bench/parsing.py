"""One measurement of parsing, in a process of its own: `python -m tools.bench.parsing KIND COUNT`.

Prints milliseconds and kilobytes per DAG as JSON. Kinds: this package, floor (the same graph in
plain Airflow code, no YAML, no validation, no parameters), dag-factory, and start: what one task
of one space pays for the DAG file when it starts.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from tools import ROOT

DAG_FACTORY = ROOT / ".tools" / "dag-factory"
"""Where the Makefile puts it, outside of what Airflow itself sees."""
FLOOR = """
from datetime import datetime
from airflow.sdk import DAG, CronDataIntervalTimetable
from airflow.providers.standard.operators.python import PythonOperator
from bench_callables import nothing
for i in range({count}):
    with DAG(f"floor_{{i}}", start_date=datetime(2026, 1, 1), catchup=False,
             schedule=CronDataIntervalTimetable("15 5 * * *", timezone="Europe/Berlin")) as dag:
        a, b, c, d, e, g = (
            PythonOperator(task_id=name, python_callable=nothing) for name in "abcdeg")
        f = PythonOperator.partial(task_id="f", python_callable=nothing).expand(op_args=e.output)
        a >> c >> e
        b >> d >> e >> f >> g.as_teardown()
    globals()[dag.dag_id] = dag
"""

TASK = """
    - task_id: {name}
      operator: airflow.providers.standard.operators.python.PythonOperator
      python_callable: bench_callables.nothing
      dependencies: [{after}]"""

EDGES = {"a": "", "b": "", "c": "a", "d": "b", "e": "c, d", "f": "e", "g": "f"}


def write(kind: str, count: int, folder: Path) -> Path:
    """The files that are parsed; returns the DAG file."""
    (folder / "bench_callables.py").write_text("def nothing(*_):\n    pass\n")
    if kind in {"this package", "start"}:
        for number in range(count):
            text = (
                f"sync_from: 2026-01-01\ncobot:\n  subdomain: s{number:04}\n"
                'vouchers:\n  due_in_days: 14\n  cost_centre: "100"\naccounts:\n'
                '  FlexPlan: "4400"\ntax:\n  zero_rate:\n    domestic: 4\n'
            )
            (folder / f"s{number:04}.yaml").write_text(text)
        os.environ["COBOT_SEVDESK_SPACE_CONFIGS"] = str(folder)
        return ROOT / "dags" / "cobot_sevdesk_spaces.py"
    dag_file = folder / "dags_of_the_bench.py"
    if kind == "floor":
        dag_file.write_text(FLOOR.format(count=count))
        return dag_file
    tasks = "".join(TASK.format(name=name, after=after) for name, after in EDGES.items())
    for number in range(count):
        text = (
            f"factory_{number}:\n  default_args:\n    start_date: 2026-01-01\n"
            f'  schedule: "15 5 * * *"\n  catchup: false\n  tasks:{tasks}\n'
        )
        (folder / f"f{number:04}.yaml").write_text(text)
    dag_file.write_text(
        "from airflow.sdk import DAG\nfrom dagfactory import load_yaml_dags\n"
        f"load_yaml_dags(globals_dict=globals(), dags_folder={str(folder)!r})\n"
    )
    return dag_file


def measured(kind: str, count: int, *, stored: bool = False) -> dict[str, float]:
    """One measurement in a process of its own, with `stored` in core seconds."""
    command = [sys.executable, "-m", "tools.bench.parsing", kind, str(count)]
    done = subprocess.run(
        [*command, *(["stored"] if stored else [])],
        cwd=ROOT,
        env=os.environ | ({"PYTHONPATH": str(DAG_FACTORY)} if kind == "dag-factory" else {}),
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _storing(bag: Any) -> float:
    """Core seconds for what the DAG processor's own process does after parsing.

    It serialises each DAG, and hands all of them to the process that writes.
    """
    from airflow.dag_processing.processor import DagFileParsingResult
    from airflow.sdk.execution_time.comms import _RequestFrame
    from airflow.serialization.serialized_objects import LazyDeserializedDAG

    from cobot_sevdesk.airflow.versions import to_stored

    to_stored(next(iter(bag.dags.values())))  # what is imported once does not count
    began = time.process_time()
    dags = [LazyDeserializedDAG(data=dict(to_stored(dag))) for dag in bag.dags.values()]
    result = DagFileParsingResult(fileloc="x.py", serialized_dags=dags, import_errors={})
    _RequestFrame(id=1, body=result.model_dump()).as_bytes()
    return time.process_time() - began


def main(kind: str, count: int, stored: str = "") -> None:
    """Measure and print; with `stored` core seconds, and also how long serialising takes."""
    clock = time.process_time if stored else time.perf_counter
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="cobot-sevdesk-bench-") as name:
        folder = Path(name)
        os.environ.update(
            AIRFLOW_HOME=f"{name}/home",
            AIRFLOW__CORE__LOAD_EXAMPLES="False",
            AIRFLOW__LOGGING__LOGGING_LEVEL="CRITICAL",
            AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT="600",
        )
        sys.path.insert(0, name)
        dag_file = write(kind, count, folder)
        from airflow.dag_processing.dagbag import DagBag

        if kind == "dag-factory":
            import dagfactory  # noqa: F401  its import is not what is measured
        else:
            import cobot_sevdesk.dags  # noqa: F401
        if kind == "start":
            os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = "cobot_sevdesk_s0000"
            os.environ["_AIRFLOW_PARSING_CONTEXT_TASK_ID"] = "push_vouchers"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = clock()
        bag = DagBag(str(dag_file))
        seconds = clock() - began
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        found = {"stored_ms": 1000 * _storing(bag) / count} if stored else {}
    wanted = 1 if kind == "start" else count
    assert not bag.import_errors, bag.import_errors  # noqa: S101  a wrong figure is worse
    assert len(bag.dags) == wanted, len(bag.dags)  # noqa: S101
    print(json.dumps({"ms": 1000 * seconds / wanted, "kb": grown / wanted} | found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
