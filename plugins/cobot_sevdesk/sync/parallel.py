"""Several pieces of work at once, where most of the time is waiting for two services."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Piece = TypeVar("Piece")
Outcome = TypeVar("Outcome")


def attempts(
    pieces: Iterable[Piece], do: Callable[[Piece], tuple[Outcome, bool]], *, at_once: int
) -> Iterator[tuple[Piece, Outcome | BaseException]]:
    """Do every piece, up to `at_once` together; yields each as it ends, with what it raised.

    `do` returns an outcome, and whether it went well. Until one does, and again after one that
    did not, it is one at a time: a service that is away or refuses is asked little. What is
    under way when `pieces` ends is waited for.
    """
    waiting, allowed = iter(pieces), 1
    running: dict[Future[tuple[Outcome, bool]], Piece] = {}
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="piece") as pool:
        while True:
            for piece in islice(waiting, max(allowed - len(running), 0)):
                running[pool.submit(do, piece)] = piece
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                error = future.exception()
                if error is None:
                    outcome, went_well = future.result()
                    allowed = at_once if went_well else 1
                    yield running.pop(future), outcome
                else:
                    allowed = 1
                    yield running.pop(future), error
