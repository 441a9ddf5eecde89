"""Writing piece by piece where any answer may be lost: the one loop for vouchers and contacts.

A piece whose write got no answer is looked for three times before it is written again. One
piece that fails never holds up the others, but a service that is away is not asked on and on.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Generic, Protocol, TypeVar

from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    OutcomeUnknownError,
    Reach,
    RemoteUnavailableError,
)
from cobot_sevdesk.sync.account import Account, reason_of, reason_to_wait

log = logging.getLogger(__name__)

MOST_FAILURES_IN_A_ROW = 3
"""After so many the service is away, unless it answers another question. A request that could
not be delivered at all counts twice: it was repeated by then."""
MOST_FAILURES_THOUGH_IT_ANSWERS = 6
"""The same where it answers: single objects at which it fails must not hold up the others, but
sevDesk blocks tokens that produce many errors."""

Piece = TypeVar("Piece")
Outcome = TypeVar("Outcome")
Lost = OutcomeUnknownError | RemoteUnavailableError


class Writer(Protocol[Piece, Outcome]):
    """What `apply` needs to know of vouchers or contacts."""

    def ensure(self, piece: Piece) -> Outcome:
        """Write what the piece lacks.

        Raises:
            OutcomeUnknownError, RemoteUnavailableError: nobody knows what became of it.
            CobotSevdeskError: the whole space is concerned.
        """

    def is_success(self, outcome: Outcome) -> bool:
        """Whether the next pieces may be written beside each other."""

    def look_again(self, pieces: Sequence[Piece]) -> tuple[list[Outcome], list[Piece]]:
        """Read both sides afresh, and write nothing.

        Returns the outcomes of the pieces that are whole by now, and the others, decided anew.
        """


@dataclass
class Result(Generic[Piece, Outcome]):
    """What became of the pieces.

    `unknown` were begun and got no answer, `untouched` were not begun. `lost` is the last error
    of the unknown ones, `stop` an error that concerns the whole space.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    unknown: list[Piece] = field(default_factory=list)
    untouched: list[Piece] = field(default_factory=list)
    lost: Lost | None = None
    stop: CobotSevdeskError | None = None

    @property
    def left(self) -> list[Piece]:
        """All that has no outcome."""
        return [*self.unknown, *self.untouched]

    def why_left(self, account: Account) -> Reason:
        """Why the pieces wait that are left.

        Raises:
            RemoteUnavailableError, OutcomeUnknownError: Airflow tries again.
        """
        if self.stop is not None:
            return reason_of(self.stop, account)
        if self.lost is not None:
            return reason_to_wait(self.lost, account)
        raise AssertionError(self.left)  # pragma: no cover  nothing is left without a reason


def apply(
    pieces: Sequence[Piece], writer: Writer[Piece, Outcome], account: Account, *, at_once: int = 1
) -> Result[Piece, Outcome]:
    """Write every piece; up to `at_once` run together, once the first has gone well."""
    result = _write_all(pieces, writer, account, at_once)
    for pause in account.settle_pauses:
        if not result.unknown or result.untouched or result.stop:
            return result
        log.info("%d outcome(s) unknown, looking again in %g s", len(result.unknown), pause)
        account.sleep(pause)
        try:
            done, result.unknown = writer.look_again(result.unknown)
        except (OutcomeUnknownError, RemoteUnavailableError) as error:
            result.lost = error
            return result
        except CobotSevdeskError as error:
            result.stop = error
            return result
        result.outcomes += done
    if not result.unknown:
        return result
    again = _write_all(result.unknown, writer, account, at_once)
    return replace(again, outcomes=[*result.outcomes, *again.outcomes])


def _write_all(
    pieces: Sequence[Piece], writer: Writer[Piece, Outcome], account: Account, at_once: int
) -> Result[Piece, Outcome]:
    """One write for each piece, as long as the service is there and nothing stops the space."""
    result: Result[Piece, Outcome] = Result()
    outage = _Outage(account)
    begun = 0

    def until_halted() -> Iterator[Piece]:
        nonlocal begun
        for piece in pieces:
            if result.stop or outage.is_certain:
                return
            begun += 1
            yield piece

    def ensure(piece: Piece) -> tuple[Outcome, bool]:
        outcome = writer.ensure(piece)
        return outcome, writer.is_success(outcome)

    for piece, ended in attempts(until_halted(), ensure, at_once=at_once):
        if isinstance(ended, OutcomeUnknownError | RemoteUnavailableError):
            log.warning("%s", ended)
            result.unknown.append(piece)
            result.lost = ended
            outage.note(ended)
        elif isinstance(ended, CobotSevdeskError) and ended.reach is Reach.SPACE:
            result.unknown.append(piece)
            result.stop = ended
        elif isinstance(ended, BaseException):
            raise ended
        else:
            result.outcomes.append(ended)
            outage.end()
    result.untouched = list(pieces[begun:])
    return result


class _Outage:
    """Failures in a row: whether the service is away, and nothing more should be asked."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.is_certain = False
        self.end()

    def end(self) -> None:
        """Something went well."""
        self._row: list[Lost] = []
        self._answers = False

    def note(self, error: Lost) -> None:
        """One more failure."""
        self._row.append(error)
        if self._answers:
            self.is_certain = len(self._row) >= MOST_FAILURES_THOUGH_IT_ANSWERS
        elif self._weight() >= MOST_FAILURES_IN_A_ROW:
            self._answers = is_answering(error.request.service, self._account)
            self.is_certain = not self._answers

    def _weight(self) -> int:
        return sum(2 if isinstance(one, RemoteUnavailableError) else 1 for one in self._row)


def is_answering(service: str, account: Account) -> bool:
    """Whether the service answers the cheapest question there is."""
    try:
        if service == "Cobot":
            account.cobot.check_invoices()
        else:
            account.sevdesk.settings.get_bookkeeping_version()
    except (RemoteUnavailableError, OutcomeUnknownError):
        return False
    return True


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
