"""What an HTTP status means: which error it is, and whether the request is sent again."""

import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random

from cobot_sevdesk.clients.json_fields import printable
from cobot_sevdesk.clients.pace import RequestCounter
from cobot_sevdesk.errors import (
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
)

log = logging.getLogger(__name__)

TOO_MANY = 429
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
_LONGEST_SAYING = 200
_EMAIL = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")


def to_error(request: Request, status: int, headers: Mapping[str, str], body: bytes) -> RemoteError:
    """The error that says what to do next; of the body the beginning is enough.

    - `RemoteUnavailableError`: 429; 5xx and 408 after a read.
    - `OutcomeUnknownError`: 5xx and 408 after a write: it may have taken effect.
    - `CredentialsError`: 401, 403.
    - `NotFoundRemotelyError`: 404.
    - `RemoteRejectedError`: other 4xx; a redirect that is not followed.

    What the service says itself stands in `said`, as it came.
    """
    said = find_said(body, plain=status < 500)
    request_id = headers.get("X-Request-Id")
    kinds: dict[int, type[RemoteError]] = {
        401: CredentialsError,
        403: CredentialsError,
        404: NotFoundRemotelyError,
        TOO_MANY: RemoteUnavailableError,
    }
    kind = kinds.get(status, RemoteRejectedError)
    if status >= 500 or status == 408:
        kind = RemoteUnavailableError if request.method == "GET" else OutcomeUnknownError
    wait = to_seconds(headers.get("Retry-After")) if status == TOO_MANY else None
    return kind(request, status=status, said=said, request_id=request_id, retry_after=wait)


def find_said(body: bytes, *, plain: bool) -> str:
    """The service's own explanation: the text that its JSON holds; else empty.

    With `plain` also a plain text. One beside a 5xx is mostly the word of some gateway.
    """
    text = body.decode("utf-8", errors="replace").strip()
    try:
        return _message_in(json.loads(text))
    except (ValueError, RecursionError):
        return text if plain and not text.startswith("<") else ""


def clean(said: str, *, secret: str) -> str:
    """A foreign text fit for the task log: one line, short, no token, no e-mail address."""
    if secret:
        said = said.replace(secret, "***")
    # Looking for addresses in a long text without any takes time with the square of its length.
    start = " ".join(printable(said).split())[: 5 * _LONGEST_SAYING]
    return _EMAIL.sub("…", start)[:_LONGEST_SAYING]


def to_seconds(retry_after: str | None, *, now: datetime | None = None) -> int | None:
    """`Retry-After` in seconds, given as a number or as a date; `None` if missing or unreadable.

    Source: RFC 9110, section 10.2.3.
    """
    if not retry_after:
        return None
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return int(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0, int((moment - (now or datetime.now(UTC))).total_seconds()))


def _message_in(body: Any) -> str:
    """Both services word errors in many shapes; take the first text that looks like one."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, (_message_in(part) for part in body[:3])))
    if not isinstance(body, dict):
        return ""
    for name in ("error", "errors", "message", "detail", "title", "base"):
        if body.get(name):
            return _message_in(body[name])
    return "; ".join(f"{k} {v}" for k, v in list(body.items())[:3] if isinstance(v, str))


class TooSlowError(RemoteUnavailableError):
    """The answer trickled for as long as one may take: another try would hold the lock again."""


def attempts(
    service: str, counter: RequestCounter, sleep: Callable[[float], None], *, writes: bool
) -> Retrying:
    """The attempts at a request: a read comes again where the service is away.

    A write comes again only after a 429, which says that nothing was done. Many processes may share
    one limit. So each waits as long as it is asked to, and a while more that is left to chance.
    That while gets shorter from try to try: who has waited long comes first.
    """

    def before_sleep(state: RetryCallState) -> None:
        counter.repeated(service)
        seconds = state.upcoming_sleep
        error = state.outcome.exception() if state.outcome else None
        if seconds >= WORTH_TELLING and isinstance(error, RemoteError):
            is_limit = error.status == TOO_MANY
            why = "its rate limit is reached (HTTP 429)" if is_limit else str(error)
            log.info("%s: waiting %.0f s, since %s", service, seconds, why)

    return Retrying(
        retry=retry_if_exception(_may_write_again if writes else _may_read_again),
        stop=_has_had_enough,
        wait=_wait,
        sleep=sleep,
        before_sleep=before_sleep,
        reraise=True,
    )


def _may_read_again(error: BaseException) -> bool:
    if not isinstance(error, RemoteUnavailableError) or isinstance(error, TooSlowError):
        return False
    return (error.retry_after or 0) <= LONGEST_WAIT


def _may_write_again(error: BaseException) -> bool:
    is_limit = isinstance(error, RemoteUnavailableError) and error.status == TOO_MANY
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
