"""One writer for each space, and what it leaves to the next one.

Looking and then writing is not atomic in sevDesk, and its lists may lag behind its writes. So
writers take turns, and a writer that ends waits until the lists show what it made. What they do
not show by then, and what is half done, stands in the lock file by its ids. Writers of the next
hour read those singly, and wait for none of them again.

Airflow keeps runs of one task apart (`max_active_tis_per_dag=1`), but not a push of one run from
the repair of another, nor `airflow dags test` from the scheduler. The lock does, for all users of
one machine, and for several machines that share the folder `COBOT_SEVDESK_LOCKS`. The operating
system frees it when its process dies.
"""

import errno
import fcntl
import hashlib
import json
import logging
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cobot_sevdesk.domain.window import YEARS
from cobot_sevdesk.errors import LockFileError, SpaceBusyError
from cobot_sevdesk.sync.account import Account
from cobot_sevdesk.sync.listed import Written, wait_until_listed

log = logging.getLogger(__name__)

FOLDER_VARIABLE = "COBOT_SEVDESK_LOCKS"
_EVERYBODYS = Path("/tmp")  # noqa: S108  sticky: nobody can take another user's file away
LONGEST_WAIT = 30 * 60
"""Seconds to wait for another writer of the same space."""
LONGEST_LAG = 60 * 60
"""Seconds after which an id that no list shows is forgotten: somebody deleted or changed it."""
LARGEST_FILE = 1024 * 1024
"""Bytes that are read of a lock file."""


@dataclass(frozen=True)
class Left:
    """What the last writer left: its state, the second when it ended, and ids not listed then.

    `noted` says since which second each of these ids stands in the file.
    `writing` stands there while it writes, and stays if its process is killed. `unknown` means
    that a write got no answer, that something is half done, or that the task failed. `done` means
    that all is known.
    """

    state: str
    ended: int = 0
    unlisted: Written = field(default_factory=Written)
    noted: Mapping[str, int] = field(default_factory=dict)


@contextmanager
def sole_writer(account: Account) -> Iterator[Written]:
    """Hold the space's lock; yields where to note what is written.

    It begins with what the last writer could not see listed. Whoever writes adds to it.

    Raises:
        SpaceBusyError: another task wrote for this space all the time.
        LockFileError: the lock file cannot be used.
    """
    path = lock_path(account.subdomain)
    handle = _acquire(path, account)
    try:
        before = _read(handle, account.clock())
        written = _wait_for_last_writer(before, account)
        handed_over = written.names
        noted = before.noted if before else {}

        def leave(state: str, unlisted: Written) -> None:
            now = account.clock()
            _write(handle, Left(state, now, unlisted, noted), now)

        leave("writing", written)
        try:
            yield written
        except BaseException:
            leave("unknown", written)
            raise
        own = written.names - handed_over
        unlisted = wait_until_listed(written.only(own), account)
        is_open = written.has_unknown or unlisted.half_done
        leave("unknown" if is_open else "done", written.only(handed_over | unlisted.names))
    finally:
        os.close(handle)


def lock_path(subdomain: str) -> Path:
    """The lock file of a space, the same for every process that may write for it."""
    name = hashlib.sha256(subdomain.encode()).hexdigest()[:16]
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen) / f"{name}.lock"
    # Whatever a process's TMPDIR says.
    everybodys = _EVERYBODYS if os.access(_EVERYBODYS, os.W_OK) else Path(tempfile.gettempdir())
    return everybodys / f"cobot_sevdesk-{name}.lock"


def is_shared() -> bool:
    """Whether somebody chose a folder for the locks, which several machines may share."""
    return bool(os.environ.get(FOLDER_VARIABLE))


def _wait_for_last_writer(left: Left | None, account: Account) -> Written:
    """Give late writes of the last writer their time; returns what it could not see listed."""
    if left is None:
        # Nothing is known here. A try before this one may have written, on another machine.
        wait = account.full_wait if account.task.try_number > 1 else 0
    elif left.state == "done":
        return left.unlisted
    elif left.state == "unknown":
        wait = max(account.full_wait - max(account.clock() - left.ended, 0), 0)
    else:
        wait = account.full_wait
    if wait > 0:
        log.info("An earlier writer was interrupted: waiting %g s for what it sent", wait)
        account.sleep(wait)
    return left.unlisted if left else Written()


def _acquire(path: Path, account: Account) -> int:
    """An open file descriptor that holds the lock."""
    waited = 0
    while True:
        handle = _open(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
        else:
            if _is_still_there(handle, path):
                return handle
            os.close(handle)
            continue
        if waited >= LONGEST_WAIT:
            raise SpaceBusyError(f"another run is still writing for {account.subdomain}")
        if waited == 0:
            log.info("Waiting for another run that writes for %s", account.subdomain)
        account.sleep(1)
        waited += 1


def _open(path: Path) -> int:
    """The lock file, made where it is missing; another user's file is taken, a link never is.

    Neither is a pipe or a folder of its name, nor a second name of some other file.

    The file is not created where it exists: Linux refuses that for another user's file in a
    sticky folder (`fs.protected_regular`).
    """
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    for more in (0, os.O_CREAT | os.O_EXCL, 0):
        try:
            handle = os.open(path, flags | more, 0o666)
        except (FileNotFoundError, FileExistsError) as error:
            if not path.parent.is_dir():
                raise LockFileError(str(path), "lock.no_folder") from error
            continue
        except OSError as error:
            word = "lock.link" if error.errno == errno.ELOOP else "lock.unusable"
            raise LockFileError(str(path), word, str(error.strerror)) from None
        if more:
            os.fchmod(handle, 0o666)  # whatever the umask: other users take turns with us
        there = os.fstat(handle)
        if stat.S_ISREG(there.st_mode) and there.st_nlink <= 1:
            return handle
        os.close(handle)
        raise LockFileError(str(path), "lock.not_own")
    raise LockFileError(str(path), "lock.vanishes")


def _is_still_there(handle: int, path: Path) -> bool:
    """Whether the file was not cleaned away while the lock was waited for."""
    try:
        there = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    mine = os.fstat(handle)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)


def _read(handle: int, now: int) -> Left | None:
    """What the last writer left; an unreadable text counts as an interrupted writer.

    Ids that were waited for too long are left out.
    """
    text = os.pread(handle, LARGEST_FILE, 0)
    if not text:
        return None
    try:
        plain = json.loads(text)
        noted = {str(key): int(since) for key, since in plain["noted"].items()}
        young = {key for key, since in noted.items() if now - since < LONGEST_LAG}
        days = {str(id_): _day(day) for id_, day in plain["vouchers"].items()}
        unlisted = Written(
            days,
            set(map(str, plain["contacts"])),
            set(map(str, plain["half_done_vouchers"])),
            set(map(str, plain["half_done_contacts"])),
        )
        return Left(str(plain["state"]), int(plain["ended"]), unlisted.only(young), noted)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return Left("unreadable")


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _write(handle: int, left: Left, now: int) -> None:
    unlisted = left.unlisted
    plain = {
        "state": left.state,
        "ended": left.ended,
        "vouchers": {id_: day.isoformat() for id_, day in unlisted.vouchers.items()},
        "contacts": sorted(unlisted.contacts),
        "half_done_vouchers": sorted(unlisted.half_done_vouchers),
        "half_done_contacts": sorted(unlisted.half_done_contacts),
        "noted": {name: left.noted.get(name, now) for name in sorted(unlisted.names)},
    }
    text = json.dumps(plain).encode()
    os.ftruncate(handle, 0)
    os.pwrite(handle, text, 0)
