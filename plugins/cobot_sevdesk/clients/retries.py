"""Trying again: what a service asks for with 429, and reads that found it away.

Many processes may share one limit. So each waits as long as it is asked to, and a while more that
is left to chance. That while gets shorter from try to try: who has waited long comes first.
"""

import logging
import time
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random

from cobot_sevdesk.clients import statuses
from cobot_sevdesk.clients.request_counter import RequestCounter
from cobot_sevdesk.errors import RemoteError, RemoteUnavailableError

log = logging.getLogger(__name__)

TRIES = 3
"""Of a request; a rate limit that says how long to wait is not counted in tries."""
LONGEST_WAIT = 90
"""Seconds that a service may ask to wait; what takes longer is Airflow's to wait for."""
PATIENCE = 15 * 60
"""Seconds a request waits in place for a rate limit, 429 after 429; then Airflow waits."""
LONGEST_MORE = 20
"""Seconds at most that are waited beyond those asked for, and no longer than these."""
WORTH_TELLING = 2
"""Seconds of waiting from which a person who reads the log should know why nothing happens."""


class TooSlowError(RemoteUnavailableError):
    """The answer trickled for as long as one may take: another try would hold the lock again."""


class Retries:
    """How often the requests to one service are tried."""

    def __init__(
        self, service: str, counter: RequestCounter, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._service = service
        self._counter = counter
        self._sleep = sleep

    def of_reading(self) -> Retrying:
        """Attempts at a read: again where the service is away."""
        return self._attempts(_may_read_again)

    def of_writing(self) -> Retrying:
        """Attempts at a write: again only after a 429, which says that nothing was done."""
        return self._attempts(_may_write_again)

    def _attempts(self, may_repeat: Callable[[BaseException], bool]) -> Retrying:
        return Retrying(
            retry=retry_if_exception(may_repeat),
            stop=_has_had_enough,
            wait=_wait,
            sleep=self._sleep,
            before_sleep=self._before_sleep,
            reraise=True,
        )

    def _before_sleep(self, state: RetryCallState) -> None:
        self._counter.repeated(self._service)
        seconds = state.next_action.sleep if state.next_action else 0
        error = state.outcome.exception() if state.outcome else None
        if seconds >= WORTH_TELLING and isinstance(error, RemoteError):
            is_limit = error.status == statuses.TOO_MANY
            why = "its rate limit is reached (HTTP 429)" if is_limit else str(error)
            log.info("%s: waiting %.0f s, since %s", self._service, seconds, why)


def _may_read_again(error: BaseException) -> bool:
    if not isinstance(error, RemoteUnavailableError) or isinstance(error, TooSlowError):
        return False
    return (error.retry_after or 0) <= LONGEST_WAIT


def _may_write_again(error: BaseException) -> bool:
    is_limit = isinstance(error, RemoteUnavailableError) and error.status == statuses.TOO_MANY
    return is_limit and _may_read_again(error)


def _has_had_enough(state: RetryCallState) -> bool:
    """Whether a request is given up: after `TRIES`; after `PATIENCE` where it was told to wait."""
    if _asked_of(state) is not None:
        return state.idle_for >= PATIENCE
    return state.attempt_number >= TRIES


def _wait(state: RetryCallState) -> float:
    """The seconds that a rate limit asks for, and some more by chance; else 1, 2, 4."""
    asked = _asked_of(state)
    if asked is None:
        return 2.0 ** (state.attempt_number - 1)
    more = min(max(asked, 1), LONGEST_MORE) / state.attempt_number
    return asked + wait_random(0, more)(state)


def _asked_of(state: RetryCallState) -> int | None:
    """The seconds that a rate limit asks to wait; `None` where it names none."""
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, RemoteUnavailableError) else None
