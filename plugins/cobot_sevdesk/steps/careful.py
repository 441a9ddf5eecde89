"""Writing piece by piece where any answer may be lost.

Every piece looks before it writes, so a piece whose outcome is unknown is looked up again
after a pause, and only what is still not there is written again.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

from cobot_sevdesk.errors import OutcomeUnknownError, RemoteUnavailableError
from cobot_sevdesk.steps.parallel import attempts
from cobot_sevdesk.steps.space import Space

log = logging.getLogger(__name__)

Piece = TypeVar("Piece")
Uncertain = OutcomeUnknownError | RemoteUnavailableError

MOST_FAILURES_IN_A_ROW = 3
"""After so many the service is away: stop asking, let Airflow wait. A service that could not be
reached at all counts twice: reads were repeated by then."""


@dataclass(frozen=True)
class Work(Generic[Piece]):
    """How to carry out pieces: `do` looks and writes, `is_done` only looks, `look` reads afresh.

    `do` says whether the piece went well; up to `at_once` of them run together.
    """

    do: Callable[[Piece], bool]
    is_done: Callable[[Piece], bool]
    look: Callable[[], None]
    at_once: int = 1


def carry_out(pieces: Iterable[Piece], work: Work[Piece], space: Space) -> None:
    """Do every piece; one failure never holds up the others.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError: the service is away, or pieces are left
            whose outcome stays unknown; the next try looks first.
        CredentialsError and all else that `do` raises.
    """
    left, error = _try_all(pieces, work)
    for pause in space.settle_pauses:
        if not left:
            return
        log.info("%d outcome(s) unknown, looking again in %g s", len(left), pause)
        space.sleep(pause)
        work.look()
        for piece in (piece for piece in left if work.is_done(piece)):
            work.do(piece)
        left = [piece for piece in left if not work.is_done(piece)]
    if left:
        left, error = _try_all(left, work)
    if left and error:
        raise error


def _try_all(pieces: Iterable[Piece], work: Work[Piece]) -> tuple[list[Piece], Uncertain | None]:
    """The pieces that are not certainly done, and the last error."""
    left: list[Piece] = []
    last: Uncertain | None = None
    in_a_row = 0
    # Closed here, not some day: what is under way must have ended before anybody looks again.
    with closing(attempts(pieces, work.do, at_once=work.at_once)) as ended:
        for piece, error in ended:
            if error is None:
                in_a_row = 0
                continue
            if not isinstance(error, OutcomeUnknownError | RemoteUnavailableError):
                raise error
            log.warning("%s", error)
            left.append(piece)
            last = error
            in_a_row += 2 if isinstance(error, RemoteUnavailableError) else 1
            if in_a_row >= MOST_FAILURES_IN_A_ROW:
                raise error
    return left, last
