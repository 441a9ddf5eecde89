"""Several pieces of work at once, where most of the time is waiting for two services."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Piece = TypeVar("Piece")
Attempt = tuple[Piece, BaseException | None]


def attempts(
    pieces: Iterable[Piece], do: Callable[[Piece], bool], *, at_once: int
) -> Generator[Attempt[Piece], None, None]:
    """Do every piece, up to `at_once` together; yields each as it ends, with what it raised.

    `do` says whether the piece went well. Until one does, and again after one that did not, it
    is one at a time: a service that is away or refuses is asked little. Closing waits for what
    is under way and begins nothing more.
    """
    if at_once == 1:
        yield from _one_by_one(pieces, do)
        return
    waiting, allowed = iter(pieces), 1
    running: dict[Future[bool], Piece] = {}
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="piece") as pool:
        while True:
            for piece in islice(waiting, max(allowed - len(running), 0)):
                running[pool.submit(do, piece)] = piece
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                error = future.exception()
                allowed = at_once if error is None and future.result() else 1
                yield running.pop(future), error


def _one_by_one(
    pieces: Iterable[Piece], do: Callable[[Piece], bool]
) -> Generator[Attempt[Piece], None, None]:
    for piece in pieces:
        try:
            do(piece)
        except Exception as error:  # noqa: BLE001  whoever asked decides what it means
            yield piece, error
        else:
            yield piece, None
