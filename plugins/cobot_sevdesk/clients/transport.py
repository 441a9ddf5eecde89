"""One HTTP connection to one service: timeouts, pacing, retry of reads, errors by what comes next.

A write is sent once. Only a 429, which says that nothing was done, is waited for and sent again.
A redirect is followed by reads only, and only on the same host: the token goes nowhere else.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import BufferedIOBase
from typing import Any, NoReturn
from urllib.parse import urlsplit

import msgspec
import requests
from requests.auth import AuthBase
from requests.models import PreparedRequest
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from urllib3.exceptions import HTTPError

from cobot_sevdesk.clients import bodies, statuses
from cobot_sevdesk.clients.base_url import find_redirect, new_base_url, safe_base_url
from cobot_sevdesk.clients.pace import NO_PACE, Pace
from cobot_sevdesk.clients.pdf_files import Upload, form_of, received
from cobot_sevdesk.clients.request_counter import NO_COUNTER, RequestCounter
from cobot_sevdesk.errors import (
    ConfigError,
    ConnectionConfigError,
    CredentialsError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
"""Seconds; peers wait as long for uploads and downloads."""
TRIES = 3
LONGEST_WAIT = 90
"""Seconds a request waits in place for a rate limit; what takes longer is Airflow's to wait for."""
SHORT_WAIT = 0.1
"""Seconds that are not worth counting."""
WORTH_TELLING = 2
"""Seconds of waiting from which a person who reads the log should know why nothing happens."""
MOST_REDIRECTS = 3
USER_AGENT = "cobot_sevdesk (Airflow)"

Query = Mapping[str, str | int]
Check = Callable[[Request, Any], None]
OnAnswer = Callable[[Request, int, bytes], None]


@dataclass(frozen=True)
class Answer:
    """A successful answer."""

    request: Request
    status: int
    body: bytes
    request_id: str | None = None

    def json(self) -> Any:
        """The JSON body, decimals exact.

        Raises:
            ValueError: it is no JSON (an error page, half an answer).
        """
        return json.loads(self.body, parse_float=Decimal, parse_constant=_no_constant)


class HeaderAuth(AuthBase):
    """Puts the token into the Authorization header; as `auth` so that no .netrc replaces it."""

    def __init__(self, authorization: str | None) -> None:
        self.authorization = authorization

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign one request."""
        if self.authorization is not None:
            request.headers["Authorization"] = self.authorization
        return request


class _Session(requests.Session):
    """Leaves redirects alone: even unfollowed, requests would read and judge them."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None, ever."""
        _ = resp
        return None


class Transport:
    """Sends requests to one service below one base URL.

    `connection` is the id of the Airflow connection that holds the token. `address_field` is its
    field with the base URL. Errors name both. Without `authorization` no token is sent.

    Raises:
        ConnectionConfigError: base URL or token cannot be used.
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        *,
        authorization: str | None,
        secret: str = "",
        connection: str = "",
        address_field: str = "host",
        headers: Mapping[str, str] | None = None,
        pace: Pace = NO_PACE,
        sleep: Callable[[float], None] = time.sleep,
        read_timeout: int = READ_TIMEOUT,
        longest: float = bodies.LONGEST,
        counter: RequestCounter = NO_COUNTER,
    ) -> None:
        self.service = service
        self._connection = connection
        self._address_field = address_field
        self._base_url = self._checked(base_url)
        self._secret = self._checked_token(secret)
        self._pace = pace
        self._counter = counter
        self._sleep = sleep
        self._timeout = (CONNECT_TIMEOUT, read_timeout)
        self._longest = longest
        self._auth = HeaderAuth(authorization)
        self._headers = {"User-Agent": USER_AGENT, **(headers or {})}
        self._of_thread = threading.local()
        self.has_succeeded = False
        """Whether the service has answered any request with success."""
        self.answered: str | None = None
        """The path of the last read that was answered with success."""
        self.on_denial: Callable[[CredentialsError], None] = lambda _: None
        """Is told of every 401 and 403 before it is raised."""
        self.on_answer: OnAnswer | None = None
        """Is told of every answer: the request, its status and its body. Documents are left out."""

    @property
    def site(self) -> str:
        """Scheme and host of the service."""
        parts = urlsplit(self._base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def with_wrong_token(self) -> "Transport":
        """A way to the same service with a token that opens nothing, to see what it answers."""
        nobody = "0" * 32
        is_bearer = (self._auth.authorization or "").startswith("Bearer ")
        return Transport(
            self.service,
            self._base_url,
            authorization=f"Bearer {nobody}" if is_bearer else nobody,
            connection=self._connection,
            address_field=self._address_field,
            headers=self._headers,
        )

    def download(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        at_most: int = bodies.MOST_OF_DOCUMENT,
    ) -> BufferedIOBase:
        """Read a document, a piece at a time; the caller closes it.

        Raises:
            RemoteUnavailableError: the service stays away, asks to wait longer than
                `LONGEST_WAIT`, or sends so slowly that the document takes longer than `LONGEST`.
            UnreadableAnswerError: the document is larger than `at_most` bytes, or lies at another
                host. That concerns this document only: the token is not sent there.
            RemoteRejectedError, NotFoundRemotelyError, CredentialsError: it refuses.
        """
        request = Request(self.service, "GET", path)
        try:
            return self._download(request, headers, at_most)
        except ConnectionConfigError as error:
            log.warning("%s", error)
            raise UnreadableAnswerError(path, f"a document on {self.site}") from None

    def _download(
        self, request: Request, headers: Mapping[str, str] | None, at_most: int
    ) -> BufferedIOBase:
        with self._telling():
            for attempt in self._attempts():
                with attempt, self._send(request, headers=headers) as response:
                    pieces = bodies.iter_pieces(response, until=self._deadline(), at_most=at_most)
                    try:
                        return received(pieces)
                    except bodies.TooLargeError:
                        limit = f"a document of at most {at_most // 1024**2} MB"
                        raise UnreadableAnswerError(request.path, limit) from None
                    except (bodies.TooLateError, requests.RequestException, HTTPError) as error:
                        self._raise_for(error, request)
        raise AssertionError  # pragma: no cover

    def read_json(
        self, path: str, query: Query | None = None, *, check: Check = lambda *_: None
    ) -> Any:
        """Read JSON; a body that is none counts as the service being away.

        `check` looks at the body and raises what it finds. Raises as `download`.
        """
        request = Request(self.service, "GET", path)
        with self._telling():
            for attempt in self._attempts():
                with attempt:
                    answer = self._once(request, query=query)
                    try:
                        body = answer.json()
                    except (ValueError, RecursionError):
                        raise RemoteUnavailableError(
                            request, status=answer.status, detail="the answer is no JSON"
                        ) from None
                    check(request, body)
                    return body
        raise AssertionError  # pragma: no cover

    def read_list(
        self, path: str, query: Query | None = None, *, check: Check = lambda *_: None
    ) -> Any:
        """Like `read_json`, for a list: where it is refused, nobody knows what it holds.

        Raises as `read_json`, but a `RemoteRejectedError` reaches the whole space.
        """
        try:
            return self.read_json(path, query, check=check)
        except RemoteRejectedError as error:
            raise error.of_list() from None

    def write(
        self,
        method: str,
        path: str,
        *,
        payload: Any = None,
        upload: Upload | None = None,
        check: Check = lambda *_: None,
    ) -> Answer:
        """Write, once; only a 429 is waited for. `check` looks at an answer that is JSON.

        Raises:
            OutcomeUnknownError: it was sent, and whether it took effect is unknown.
            RemoteUnavailableError: it never reached the service.
            RemoteRejectedError, NotFoundRemotelyError, CredentialsError: it was refused.
            ConnectionConfigError: the service has moved to another host.
        """
        request = Request(self.service, method, path)
        with self._telling():
            for attempt in self._attempts(only_rate_limits=True):
                with attempt:
                    answer = self._once(request, payload=payload, upload=upload)
                    check(request, _json_or_none(answer))
                    return answer
        raise AssertionError  # pragma: no cover

    def denies(self, path: str) -> bool:
        """Whether the service refuses the token for this question; asked once, never told."""
        try:
            self._once(Request(self.service, "GET", path))
        except CredentialsError:
            return True
        except RemoteError:
            return False
        return False

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Write what the service said itself into the log, once, fit to be read there."""
        try:
            yield
        except RemoteError as error:
            error.said = statuses.clean(error.said, secret=self._secret)
            if error.said:
                log.warning("%s, HTTP %s, says: %s", error.request, error.status, error.said)
            if isinstance(error, CredentialsError):
                self.on_denial(error)
            raise

    def _once(self, request: Request, **content: Any) -> Answer:
        with self._send(request, **content) as response:
            pieces = bodies.iter_pieces(
                response, until=self._deadline(), at_most=bodies.MOST_OF_JSON
            )
            try:
                body = b"".join(pieces)
            except (
                bodies.TooLargeError,
                bodies.TooLateError,
                requests.RequestException,
                HTTPError,
            ) as error:
                self._raise_for(error, request)
            if self.on_answer:
                self.on_answer(request, response.status_code, body)
            request_id = response.headers.get("X-Request-Id")
            return Answer(request, response.status_code, body, request_id)

    def _send(
        self,
        request: Request,
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        payload: Any = None,
        upload: Upload | None = None,
    ) -> requests.Response:
        """The answer to a request that succeeded, its body still to be read."""
        self._keep_pace(request)
        body, kind = _body(payload, upload)
        headers = {**(headers or {}), **({"Content-Type": kind} if kind else {})}
        url: str | None = f"{self._base_url}{request.path}"
        for _ in range(MOST_REDIRECTS + 1):
            response = self._ask(request, str(url), params=query, headers=headers, data=body)
            url = self._next_url(request, response)
            if url is None:
                break
            response.close()
            query = None  # it stands in the new URL
        log.debug("%s -> %s", request, response.status_code)
        if 200 <= response.status_code < 300:
            self.has_succeeded = True
            if request.method == "GET":
                self.answered = request.path
            return response
        with response:
            raise self._error(request, response)

    def _ask(self, request: Request, url: str, **content: Any) -> requests.Response:
        self._counter.sent(self.service)
        try:
            return self._session.request(
                request.method,
                url,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                **content,
            )
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            self._raise_for(error, request)

    def _next_url(self, request: Request, response: requests.Response) -> str | None:
        """Where a read goes on after a redirect on the same host; `None` where nothing follows.

        Raises:
            ConnectionConfigError: it leads to another host.
        """
        location = response.headers.get("Location")
        if not 300 <= response.status_code < 400 or not location:
            return None
        asked = str(response.request.url)
        target = find_redirect(asked, location)
        if target is None:
            moved_to = new_base_url(asked, location, request.path)
            response.close()
            raise ConnectionConfigError(
                self._connection,
                f"{request} was redirected to another host, {moved_to}; the token is not sent "
                f"there. Set {self._address_field} to the new address, if it is the right one",
            )
        return target if request.method == "GET" else None

    def _error(self, request: Request, response: requests.Response) -> RemoteError:
        try:
            start = bodies.start_of(response, until=self._deadline())
        except (bodies.TooLateError, bodies.TooLargeError, requests.RequestException, HTTPError):
            start = b""
        if self.on_answer:
            self.on_answer(request, response.status_code, start)
        refusal = statuses.Refusal(response.status_code, response.headers, start)
        return statuses.to_error(request, refusal)

    def _keep_pace(self, request: Request) -> None:
        waited = self._pace.wait(f"{request.method} {statuses.endpoint(request.path)}")
        if waited > SHORT_WAIT:
            self._counter.waited(self.service, waited)
        if waited >= WORTH_TELLING:
            log.info(
                "%s: waited %.0f s, to send no more requests a minute than are allowed",
                self.service,
                waited,
            )

    def _deadline(self) -> float:
        return time.monotonic() + self._longest

    @property
    def _session(self) -> requests.Session:
        """A session for each thread: requests does not promise that threads may share one."""
        if not hasattr(self._of_thread, "session"):
            session = _Session()
            session.auth = self._auth
            session.headers.update(self._headers)
            self._of_thread.session = session
        found: requests.Session = self._of_thread.session
        return found

    def _attempts(self, *, only_rate_limits: bool = False) -> Retrying:
        def may_repeat(error: BaseException) -> bool:
            if not isinstance(error, RemoteUnavailableError) or isinstance(error, _TooSlowError):
                return False
            if only_rate_limits and error.status != statuses.TOO_MANY:
                return False
            return (error.retry_after or 0) <= LONGEST_WAIT

        return Retrying(
            retry=retry_if_exception(may_repeat),
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self._sleep,
            before_sleep=self._before_sleep,
            reraise=True,
        )

    def _before_sleep(self, state: RetryCallState) -> None:
        self._counter.repeated(self.service)
        seconds = state.next_action.sleep if state.next_action else 0
        error = state.outcome.exception() if state.outcome else None
        if seconds >= WORTH_TELLING and isinstance(error, RemoteError):
            is_limit = error.status == statuses.TOO_MANY
            why = "its rate limit is reached (HTTP 429)" if is_limit else str(error)
            log.info("%s: waiting %.0f s, since %s", self.service, seconds, why)

    def _raise_for(self, error: Exception, request: Request) -> NoReturn:
        """What a request without a usable answer means. The text may hold URLs: left out."""
        reads = request.method == "GET"
        if isinstance(error, bodies.TooLateError):
            detail = f"the answer did not arrive within {self._longest:.0f} seconds"
            raise (_TooSlowError if reads else OutcomeUnknownError)(
                request, detail=detail
            ) from None
        detail = type(error).__name__
        if isinstance(error, bodies.TooLargeError):
            detail = f"the answer is larger than {bodies.MOST_OF_JSON // 1024**2} MB"
        if reads or _was_never_sent(error):
            raise RemoteUnavailableError(request, detail=detail) from None
        raise OutcomeUnknownError(request, detail=detail) from None

    def _checked(self, base_url: str) -> str:
        try:
            return safe_base_url(base_url)
        except ConfigError as error:
            problem = f"{self._address_field}: {'; '.join(error.problems)}"
            raise ConnectionConfigError(self._connection, problem) from None

    def _checked_token(self, token: str) -> str:
        """The token, if a header can carry it; the error does not repeat it."""
        if any(not "!" <= character <= "~" for character in token):
            raise ConnectionConfigError(
                self._connection,
                "password: the token holds blanks, line breaks or letters that no token has",
            )
        return token


class _TooSlowError(RemoteUnavailableError):
    """The answer trickled for as long as one may take: another try would hold the lock again."""


def _was_never_sent(error: Exception) -> bool:
    """Value errors come of URLs and headers that cannot be sent."""
    if isinstance(error, requests.ConnectTimeout | ValueError):
        return True
    # urllib3 wraps "connection refused" and "no such host" like this; nothing was sent then.
    return isinstance(error, requests.ConnectionError) and (
        "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
    )


def _wait(state: RetryCallState) -> float:
    """The seconds the service asked for, else 1, 2, 4."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, RemoteUnavailableError) else None
    return asked if asked is not None else 2 ** (state.attempt_number - 1)


_encoder = msgspec.json.Encoder(decimal_format="number")


def _body(payload: Any, upload: Upload | None) -> tuple[Any, str | None]:
    """What is sent, and its content type: a form with a file, or JSON with exact amounts."""
    if upload is not None:
        form = form_of(upload)
        return form, str(form.content_type)
    return (None, None) if payload is None else (_encoder.encode(payload), "application/json")


def _json_or_none(answer: Answer) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
