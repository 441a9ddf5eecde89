"""The DAGs of this package, for DAG files of three lines.

When Airflow starts one task it says which; then only the DAG of that task is built. With
`beside=__file__` the space files are those in `include/space_configs` beside the DAG file or above
it, unless the environment variable names another folder.

Several DAG files may share the spaces: `part=(1, 4)` is the first of four parts. Which part a space
is in depends on its DAG id alone, so that no other space moves when one comes or goes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from airflow.sdk import DAG, get_parsing_context

from cobot_sevdesk.airflow.factory import build_broken_dag, build_dag
from cobot_sevdesk.airflow.preflight import build_preflight_dag
from cobot_sevdesk.airflow.reconcile import build_reconcile_dag
from cobot_sevdesk.config import (
    DAG_PREFIX,
    RECONCILE_PREFIX,
    BrokenConfig,
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


Part = tuple[int, int]
"""Which part, counted from 1, and of how many."""
WHOLE: Part = (1, 1)


@_collector_paused()
def space_dags(*, beside: str | None = None, part: Part = WHOLE) -> dict[str, DAG]:
    """One DAG for each space file of the part, by id; a broken file stays visible as a red one.

    Raises:
        ValueError: there is no such part.
    """
    _check(part)
    wanted, folder = get_parsing_context(), configs_folder(beside)
    spaces = load_space_configs_for(wanted.dag_id, wanted.task_id, prefix=DAG_PREFIX, folder=folder)
    return {
        space.dag_id: build_dag(space, folder)
        if isinstance(space, SpaceConfig)
        else build_broken_dag(space)
        for space in spaces
        if _is_wanted(space, space.dag_id, wanted.dag_id, part)
    }


@_collector_paused()
def reconcile_dags(*, beside: str | None = None, part: Part = WHOLE) -> dict[str, DAG]:
    """One DAG for each space of the part that compares both sides, by id.

    Raises:
        ValueError: there is no such part.
    """
    _check(part)
    wanted, folder = get_parsing_context(), configs_folder(beside)
    spaces = load_space_configs_for(
        wanted.dag_id, wanted.task_id, prefix=RECONCILE_PREFIX, folder=folder
    )
    return {
        space.reconcile_dag_id: build_reconcile_dag(space, folder)
        for space in spaces
        if isinstance(space, SpaceConfig)
        and _is_wanted(space, space.reconcile_dag_id, wanted.dag_id, part)
    }


def preflight_dags(*, beside: str | None = None, parts: int = 1) -> dict[str, DAG]:
    """The one DAG that checks every space beforehand, by id.

    `parts` is the number of DAG files that share the spaces; it checks how long one of them takes.
    """
    dag = build_preflight_dag(configs_folder(beside), parts)
    return {dag.dag_id: dag}


def all_dags(*, beside: str | None = None, part: Part = WHOLE) -> dict[str, DAG]:
    """Every DAG of this package, by id; of several parts, the first has the preflight.

    Raises:
        ValueError: there is no such part.
    """
    number, count = part
    preflight = preflight_dags(beside=beside, parts=count) if number == 1 else {}
    spaces = space_dags(beside=beside, part=part)
    return spaces | reconcile_dags(beside=beside, part=part) | preflight


def part_of(space: SpaceConfig | BrokenConfig, count: int) -> int:
    """Which of so many parts a space is in, counted from 1; the same in every process."""
    return crc32(space.dag_id.encode()) % count + 1


def _is_wanted(
    space: SpaceConfig | BrokenConfig, dag_id: str, started: str | None, part: Part
) -> bool:
    """Whether a DAG belongs into this file; one whose task starts does, whatever its part."""
    number, count = part
    return dag_id == started if started else part_of(space, count) == number


def _check(part: Part) -> None:
    number, count = part
    if not 1 <= number <= count:
        raise ValueError(f"part={part}: expected (1, {count}) to ({count}, {count})")
