"""One writer for each space, across processes that agree on a folder."""

import multiprocessing
from pathlib import Path

import pytest
from filelock import FileLock

from cobot_sevdesk.errors import SpaceBusyError
from cobot_sevdesk.steps import lock
from cobot_sevdesk.steps.lock import FOLDER_VARIABLE, sole_writer


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that several machines might share."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(lock, "LONGEST_WAIT", 0.2)
    return tmp_path


def test_a_second_writer_of_the_space_waits_and_then_gives_way(folder: Path) -> None:
    with sole_writer("elbe"):
        (path,) = folder.iterdir()
        with pytest.raises(SpaceBusyError, match="elbe"), sole_writer("elbe"):
            pass
        with sole_writer("isar"):
            pass
    assert not FileLock(path).is_locked
    with sole_writer("elbe"):
        pass


def _hold_and_die(subdomain: str) -> None:
    with sole_writer(subdomain):
        multiprocessing.current_process().kill()


def test_a_writer_that_is_killed_leaves_no_lock() -> None:
    process = multiprocessing.get_context("fork").Process(target=_hold_and_die, args=("elbe",))
    process.start()
    process.join()
    with sole_writer("elbe"):
        pass
