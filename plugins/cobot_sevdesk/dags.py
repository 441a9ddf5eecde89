"""The DAGs of this package, for DAG files of three lines.

When Airflow starts one task it says which; then only the DAG of that task is built. With
`beside=__file__` the space files are those in `include/space_configs` beside the DAG file or above
it, unless the environment variable names another folder.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk import DAG, get_parsing_context

from cobot_sevdesk.airflow.factory import (
    build_broken_dag,
    build_dag,
    build_preflight_dag,
    build_reconcile_dag,
)
from cobot_sevdesk.config import (
    DAG_PREFIX,
    RECONCILE_PREFIX,
    SpaceConfig,
    configs_folder,
    load_space_configs_for,
)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without looking for garbage, again and again through all DAGs made so far.

    Making them leaves next to none; with 1,000 spaces it is a tenth of the time (measured).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_collector_paused()
def space_dags(*, beside: str | None = None) -> dict[str, DAG]:
    """One DAG for each space file, by id; a broken file stays visible as a red one."""
    wanted, folder = get_parsing_context(), configs_folder(beside)
    spaces = load_space_configs_for(wanted.dag_id, wanted.task_id, prefix=DAG_PREFIX, folder=folder)
    return {
        space.dag_id: build_dag(space, folder)
        if isinstance(space, SpaceConfig)
        else build_broken_dag(space)
        for space in spaces
        if wanted.dag_id in {None, space.dag_id}
    }


@_collector_paused()
def reconcile_dags(*, beside: str | None = None) -> dict[str, DAG]:
    """One DAG for each space that compares both sides, by id."""
    wanted, folder = get_parsing_context(), configs_folder(beside)
    spaces = load_space_configs_for(
        wanted.dag_id, wanted.task_id, prefix=RECONCILE_PREFIX, folder=folder
    )
    return {
        space.reconcile_dag_id: build_reconcile_dag(space, folder)
        for space in spaces
        if isinstance(space, SpaceConfig) and wanted.dag_id in {None, space.reconcile_dag_id}
    }


def preflight_dags(*, beside: str | None = None) -> dict[str, DAG]:
    """The one DAG that checks every space beforehand, by id."""
    dag = build_preflight_dag(configs_folder(beside))
    return {dag.dag_id: dag}


def all_dags(*, beside: str | None = None) -> dict[str, DAG]:
    """Every DAG of this package, by id."""
    return space_dags(beside=beside) | reconcile_dags(beside=beside) | preflight_dags(beside=beside)
