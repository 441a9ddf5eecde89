"""Airflow's memory of runs without Airflow: XComs and task states in dicts, behind a context."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from airflow.sdk.execution_time.context import set_current_context


@dataclass
class FakeAirflow:
    """Runs of one DAG in the order of their logical dates."""

    runs: list[str] = field(default_factory=list)
    xcoms: dict[tuple[str, str, int, str], Any] = field(default_factory=dict)
    """Run, task, map index (-1 where it is not mapped), key -> plain JSON."""
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    """Run, task (a mapped one with its index) -> state."""
    green: set[str] = field(default_factory=set)

    @contextmanager
    def task(self, run_id: str, task_id: str, map_index: int = -1) -> Iterator[None]:
        """Within, this task runs; what it left before is wiped, as Airflow does."""
        if run_id not in self.runs:
            self.runs.append(run_id)
        self.xcoms = {
            at: v for at, v in self.xcoms.items() if at[:3] != (run_id, task_id, map_index)
        }
        with self.inside(run_id, task_id, map_index):
            yield

    @contextmanager
    def inside(self, run_id: str, task_id: str = "report", map_index: int = -1) -> Iterator[None]:
        """Within, this task runs; nothing is wiped."""
        ti = _TaskInstance(self, run_id, task_id, map_index)
        day = datetime(2026, 1, 1 + self.runs.index(run_id), tzinfo=UTC)
        run = SimpleNamespace(logical_date=day)
        context: Any = {"ti": ti, "run_id": run_id, "dag_run": run}
        with set_current_context(context):
            yield


@dataclass
class _TaskInstance:
    airflow: FakeAirflow
    run_id: str
    task_id: str
    map_index: int
    dag_id: str = "cobot_sevdesk_elbe-hub"

    def xcom_push(self, key: str, value: Any) -> None:
        stored = json.loads(json.dumps(value))
        self.airflow.xcoms[self.run_id, self.task_id, self.map_index, key] = stored

    def xcom_pull(
        self,
        *,
        task_ids: str | list[str],
        key: str,
        map_indexes: int | None = None,
        include_prior_dates: bool = False,
    ) -> Any:
        known = self.airflow.runs[: self.airflow.runs.index(self.run_id) + 1]
        xcoms = self.airflow.xcoms
        if isinstance(task_ids, list):
            found = [at for at in xcoms if (at[0], at[1], at[3]) == (self.run_id, task_ids[0], key)]
            return [xcoms[at] for at in sorted(found, key=lambda at: at[2])]
        for run_id in reversed(known if include_prior_dates else [self.run_id]):
            at = (run_id, task_ids, -1 if map_indexes is None else map_indexes, key)
            if at in xcoms:
                return xcoms[at]
        return None

    def get_task_states(
        self, *, dag_id: str, task_ids: list[str], run_ids: list[str]
    ) -> dict[str, dict[str, str]]:
        assert dag_id == self.dag_id
        return {
            run_id: {
                name: state
                for (of, name), state in self.airflow.states.items()
                if of == run_id
                and any(name == id_ or name.startswith(f"{id_}_") for id_ in task_ids)
            }
            for run_id in run_ids
        }

    def get_dr_count(self, *, dag_id: str, run_ids: list[str], states: list[str]) -> int:
        assert (dag_id, states) == (self.dag_id, ["success"])
        return len(self.airflow.green & set(run_ids))
