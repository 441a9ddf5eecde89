"""One writer for each space: looking and then writing is not atomic in sevDesk.

Airflow keeps writers of one task apart (`max_active_tis_per_dag=1`), but not a push of one run
and a repair of another, nor `airflow dags test` beside the scheduler. This lock does, on one
machine, and on several that share the folder `COBOT_SEVDESK_LOCKS`; the operating system frees it
when its process dies. A file beside it tells who wrote last: sevDesk's lists may lag behind writes.
"""

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from cobot_sevdesk.errors import SpaceBusyError
from cobot_sevdesk.steps.space import Space

log = logging.getLogger(__name__)

FOLDER_VARIABLE = "COBOT_SEVDESK_LOCKS"
_EVERYBODYS = Path("/tmp")  # noqa: S108  the folder below is this user's alone
LONGEST_WAIT = 30 * 60
"""Seconds to wait for another writer of the same space."""
WRITING, DONE = "writing", "done"


@contextmanager
def sole_writer(space: Space) -> Iterator[None]:
    """Hold the space's lock; what another run wrote a moment ago is given time to be listed.

    Raises:
        SpaceBusyError: another task wrote for this space all the time.
    """
    path = _path(space.subdomain)
    lock, last = FileLock(path), path.with_suffix(".last")
    try:
        if not _acquired_at_once(lock):
            log.info("Waiting for another run that writes for %s", space.subdomain)
            lock.acquire(timeout=LONGEST_WAIT)
    except Timeout:
        raise SpaceBusyError(f"another run is still writing for {space.subdomain}") from None
    try:
        if _another_wrote_lately(last, space):
            space.sleep(space.settle_pauses[0])
        last.write_text(f"{WRITING} {space.run_id}", "utf-8")
        yield
        last.write_text(f"{DONE} {space.run_id}", "utf-8")
    finally:
        lock.release()


def _another_wrote_lately(last: Path, space: Space) -> bool:
    """Whether another run ended less than a pause ago, or was killed while it wrote."""
    try:
        state, _, run_id = last.read_text("utf-8").partition(" ")
        ago = time.time() - last.stat().st_mtime
    except FileNotFoundError:
        return False
    return run_id != space.run_id and (state == WRITING or ago < space.settle_pauses[0])


def _acquired_at_once(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def _shared_folder() -> Path:
    """A folder that every process of this machine agrees on, whatever its TMPDIR says."""
    return _EVERYBODYS if os.access(_EVERYBODYS, os.W_OK) else Path(tempfile.gettempdir())


def _folder() -> Path:
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    folder = _shared_folder() / f"cobot_sevdesk-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(subdomain: str) -> Path:
    name = hashlib.sha256(subdomain.encode()).hexdigest()[:16]
    return _folder() / f"{name}.lock"
