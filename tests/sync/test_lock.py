"""One writer for each space, across processes, users and machines that share a folder."""

import errno
import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.errors import LockFileError, SpaceBusyError
from cobot_sevdesk.sync import lock, runs
from cobot_sevdesk.sync.lock import FOLDER_VARIABLE, LONGEST_WAIT, is_shared, lock_path, sole_writer
from sync.world import (
    JANUARY,
    LAST_TRY,
    NOTHING_KNOWN,
    World,
    codes,
    environment,
    kill_a_writer,
    states,
)


class Holder:
    """Another writer of the space, as the operating system sees it."""

    def __init__(self) -> None:
        self.handle = os.open(lock_path("elbe-hub"), os.O_RDWR | os.O_CREAT)
        fcntl.flock(self.handle, fcntl.LOCK_EX)

    def leave(self) -> None:
        os.close(self.handle)


def refusal() -> tuple[str, str]:
    """Why the lock file of the space cannot be used, and what the system says of it."""
    with pytest.raises(LockFileError) as caught, sole_writer(World().account):
        raise AssertionError
    assert caught.value.path == str(lock_path("elbe-hub"))
    return caught.value.word, caught.value.said


def test_a_second_writer_waits_and_then_gives_way(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "cobot_sevdesk.sync.lock")
    world = World()
    holder = Holder()
    with pytest.raises(SpaceBusyError, match="elbe-hub"), sole_writer(world.account):
        raise AssertionError
    assert sum(world.clock.slept) == LONGEST_WAIT
    assert len(caplog.messages) == 1  # not one line for each second
    holder.leave()
    with sole_writer(world.account):
        pass


def test_a_second_writer_begins_as_soon_as_the_first_has_ended() -> None:
    world = World()
    holder = Holder()
    naps = iter(range(5))

    def sleep(seconds: int) -> None:
        assert seconds == 1
        if next(naps) == 4:
            holder.leave()

    world.clock.sleep = sleep  # type: ignore[method-assign]
    with sole_writer(world.account):
        assert list(naps) == []


def test_another_space_is_written_beside_it() -> None:
    world = World()
    Holder()
    other = World()
    assert lock_path("isar") != lock_path("elbe-hub")
    with pytest.raises(SpaceBusyError), sole_writer(world.account):
        raise AssertionError
    assert other.clock.slept == []


def test_two_processes_exclude_each_other() -> None:
    code = (
        "import fcntl, os, sys\n"
        "from cobot_sevdesk.sync.lock import lock_path\n"
        "handle = os.open(lock_path('elbe-hub'), os.O_RDWR)\n"
        "try:\n"
        "    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        "except BlockingIOError:\n"
        "    sys.exit(7)\n"
    )
    command = [sys.executable, "-c", code]
    with sole_writer(World().account):
        held = subprocess.run(command, env=environment(), check=False)
    freed = subprocess.run(command, env=environment(), check=False)
    assert (held.returncode, freed.returncode) == (7, 0)


def test_a_writer_that_is_killed_leaves_no_lock() -> None:
    kill_a_writer()
    world = World()
    with sole_writer(world.account):
        pass
    assert 1 not in world.clock.slept


def test_a_link_is_never_followed(locks: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("elsewhere") / "precious"
    target.write_text("keep")
    lock_path("elbe-hub").symlink_to(target)
    assert refusal() == ("lock.link", os.strerror(errno.ELOOP))
    assert target.read_text() == "keep"
    assert len(list(locks.iterdir())) == 1


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("pipe", ("lock.not_own", "")),
        ("folder", ("lock.unusable", os.strerror(errno.EISDIR))),
        ("second name", ("lock.not_own", "")),
    ],
)
def test_what_is_no_file_of_its_own_is_never_written_to(
    kind: str, told: tuple[str, str], tmp_path: Path
) -> None:
    path, precious = lock_path("elbe-hub"), tmp_path / "precious"
    precious.write_text("keep")
    make: dict[str, Callable[[], object]] = {
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "second name": lambda: path.hardlink_to(precious),
    }
    make[kind]()
    assert refusal() == told
    assert precious.read_text() == "keep"


def test_a_folder_may_be_reached_by_a_link(locks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (locks / "real").mkdir()
    (locks / "link").symlink_to(locks / "real")
    monkeypatch.setenv(FOLDER_VARIABLE, str(locks / "link"))
    with sole_writer(World().account):
        pass
    assert [one.parent.name for one in (locks / "real").iterdir()] == ["real"]


def test_a_link_holds_up_everything_and_books_nothing(tmp_path: Path) -> None:
    lock_path("elbe-hub").symlink_to(tmp_path / "nowhere")
    world = World()
    world.add_invoice()
    pushed = world.push()
    assert codes(pushed) == ["CS-312"]
    assert world.sevdesk.vouchers.there == {}


def test_other_users_may_take_turns_whatever_the_umask() -> None:
    before = os.umask(0o077)
    try:
        with sole_writer(World().account):
            pass
    finally:
        os.umask(before)
    assert lock_path("elbe-hub").stat().st_mode & 0o777 == 0o666


def test_another_users_file_is_opened_without_creating_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Linux refuses `O_CREAT` for another user's file in a sticky folder."""
    lock_path("elbe-hub").touch(0o666)
    fine = os.open

    def as_in_a_sticky_folder(path: Path, flags: int, *args: int) -> int:
        if flags & os.O_CREAT and Path(path).exists():
            raise PermissionError(13, "Permission denied")
        return fine(path, flags, *args)

    monkeypatch.setattr(os, "open", as_in_a_sticky_folder)
    with sole_writer(World().account):
        pass


def test_a_file_that_is_made_meanwhile_by_another_process_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fine = os.open

    def made_meanwhile(path: Path, flags: int, *args: int) -> int:
        if flags & os.O_CREAT:
            os.close(fine(path, os.O_RDWR | os.O_CREAT, 0o666))
        return fine(path, flags, *args)

    monkeypatch.setattr(os, "open", made_meanwhile)
    with sole_writer(World().account):
        pass


def test_a_file_that_is_cleaned_away_while_it_is_waited_for_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else two writers would hold locks on two files of one name."""
    fine = fcntl.flock
    cleaned = iter([lambda: lock_path("elbe-hub").unlink()])

    def cleaned_meanwhile(handle: int, how: int) -> None:
        next(cleaned, lambda: None)()
        fine(handle, how)

    monkeypatch.setattr(fcntl, "flock", cleaned_meanwhile)
    with sole_writer(World().account):
        assert lock_path("elbe-hub").exists()
        other = os.open(lock_path("elbe-hub"), os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fine(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)


def test_a_folder_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "nowhere"))
    assert refusal() == ("lock.no_folder", "")


def test_a_file_that_vanishes_again_and_again_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def vanishes(path: Path, flags: int, *_: int) -> int:
        raise FileExistsError(path) if flags & os.O_CREAT else FileNotFoundError(path)

    monkeypatch.setattr(os, "open", vanishes)
    assert refusal() == ("lock.vanishes", "")


def test_a_file_whose_place_was_taken_by_a_link_to_it_is_not_written_to(
    locks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = fcntl.flock
    path = lock_path("elbe-hub")

    def moved_meanwhile(handle: int, how: int) -> None:
        path.rename(locks / "elsewhere")
        path.symlink_to(locks / "elsewhere")
        fine(handle, how)

    monkeypatch.setattr(fcntl, "flock", moved_meanwhile)
    assert refusal() == ("lock.link", os.strerror(errno.ELOOP))
    assert (locks / "elsewhere").read_bytes() == b""


def test_locks_may_be_shared_where_somebody_chose_a_folder_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert is_shared()
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert not is_shared()


def test_all_processes_of_a_machine_mean_the_same_file_whatever_tmpdir_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE)
    before = lock_path("elbe-hub")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert lock_path("elbe-hub") == before


@pytest.mark.parametrize("last_try", [False, True])
def test_a_busy_space_is_tried_again_and_then_told(*, last_try: bool) -> None:
    world = World(task=LAST_TRY) if last_try else World()
    world.add_invoice()
    Holder()
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).rows
    if not last_try:
        with pytest.raises(SpaceBusyError):
            runs.push(world.account, rows, MembersApplied(), dry_run=False)
        return
    pushed = runs.push(world.account, rows, MembersApplied(), dry_run=False)
    assert codes(pushed) == ["CS-311"]
    assert states(pushed) == {"CW-2026-1": "held"}
    assert world.sevdesk.vouchers.there == {}


def test_a_dry_run_waits_for_nobody() -> None:
    world = World()
    world.add_invoice()
    Holder()
    assert states(world.push(dry_run=True)) == {"CW-2026-1": "booked"}
    assert world.clock.slept == []


def test_a_file_that_is_too_large_is_read_in_part_only() -> None:
    lock_path("elbe-hub").write_text("x" * (lock.LARGEST_FILE + 1))
    with sole_writer(World().account) as written:
        assert not written
