"""One writer for each space, across processes that agree on a folder."""

import multiprocessing
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from filelock import FileLock

from cobot_sevdesk.errors import SpaceBusyError
from cobot_sevdesk.steps import lock
from cobot_sevdesk.steps.lock import FOLDER_VARIABLE, sole_writer
from cobot_sevdesk.steps.space import Seconds, Space


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that several machines might share."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(lock, "LONGEST_WAIT", 0.2)
    return tmp_path


def space(subdomain: str, run_id: str = "a", waited: list[Seconds] | None = None) -> Space:
    """As much of a space as its lock needs; `waited` gathers its pauses."""
    sleep = (waited if waited is not None else []).append
    return cast(
        "Space",
        SimpleNamespace(subdomain=subdomain, run_id=run_id, settle_pauses=(3, 9), sleep=sleep),
    )


def test_a_second_writer_of_the_space_waits_and_then_gives_way(folder: Path) -> None:
    with sole_writer(space("elbe")):
        (path,) = folder.glob("*.lock")
        with pytest.raises(SpaceBusyError, match="elbe"), sole_writer(space("elbe")):
            pass
        with sole_writer(space("isar")):
            pass
    assert not FileLock(path).is_locked
    with sole_writer(space("elbe")):
        pass


def test_what_another_run_wrote_a_moment_ago_is_given_time_to_be_listed() -> None:
    waited: list[Seconds] = []
    for run_id in ("a", "a", "b"):
        with sole_writer(space("elbe", run_id, waited)):
            pass
    assert waited == [3]


def test_what_another_run_wrote_long_ago_is_not_waited_for(folder: Path) -> None:
    waited: list[Seconds] = []
    with sole_writer(space("elbe", "a", waited)):
        pass
    (last,) = folder.glob("*.last")
    os.utime(last, (time.time() - 4, time.time() - 4))
    with sole_writer(space("elbe", "b", waited)):
        pass
    assert waited == []


def _hold_and_die(subdomain: str) -> None:
    with sole_writer(space(subdomain)):
        multiprocessing.current_process().kill()


def test_a_writer_that_is_killed_leaves_no_lock() -> None:
    process = multiprocessing.get_context("fork").Process(target=_hold_and_die, args=("elbe",))
    process.start()
    process.join()
    waited: list[Seconds] = []
    with sole_writer(space("elbe", "b", waited)):
        pass
    assert waited == [3]
