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
"""After so many, unless it answers another question, the service is away: stop asking, let Airflow
wait. One that could not be reached at all counts twice: reads were repeated by then."""
MOST_FAILURES_THOUGH_IT_ANSWERS = 6
"""The same where it answers: single objects that it fails at must not hold up the others, but
sevDesk blocks tokens that produce many errors."""


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
    left, error = _try_all(pieces, work, space)
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
        left, error = _try_all(left, work, space)
    if left and error:
        raise error


def _try_all(
    pieces: Iterable[Piece], work: Work[Piece], space: Space
) -> tuple[list[Piece], Uncertain | None]:
    """The pieces that are not certainly done, and the last error."""
    left: list[Piece] = []
    last: Uncertain | None = None
    row: list[Uncertain] = []
    answers = False
    # Closed here, not some day: what is under way must have ended before anybody looks again.
    with closing(attempts(pieces, work.do, at_once=work.at_once)) as ended:
        for piece, error in ended:
            if error is None:
                row, answers = [], False
                continue
            if not isinstance(error, OutcomeUnknownError | RemoteUnavailableError):
                raise error
            log.warning("%s", error)
            left.append(piece)
            last = error
            row.append(error)
            if answers and len(row) >= MOST_FAILURES_THOUGH_IT_ANSWERS:
                raise error
            if not answers and _weight(row) >= MOST_FAILURES_IN_A_ROW:
                answers = is_answering(error.request.service, space)
                if not answers:
                    raise error
    return left, last


def _weight(row: list[Uncertain]) -> int:
    return sum(2 if isinstance(error, RemoteUnavailableError) else 1 for error in row)


def is_answering(service: str, space: Space) -> bool:
    """Whether the service answers the cheapest question there is."""
    try:
        if service == "Cobot":
            space.cobot.check_invoices()
        else:
            space.sevdesk.account.get_bookkeeping_version()
    except (RemoteUnavailableError, OutcomeUnknownError):
        return False
    return True
