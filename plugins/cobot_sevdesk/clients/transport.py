"""One HTTP connection to one service: timeouts, pacing, retry of reads, errors by what comes next.

A write is sent once. Only a 429, which says that nothing was done, is waited for and sent again.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
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

from cobot_sevdesk.clients import statuses as answers
from cobot_sevdesk.clients.base_url import safe_base_url
from cobot_sevdesk.clients.observer import NOBODY, Watch
from cobot_sevdesk.clients.pace import NO_PACE, Pace
from cobot_sevdesk.clients.pdf_files import PIECE, Upload, form_of, received
from cobot_sevdesk.errors import (
    OutcomeUnknownError,
    RemoteUnavailableError,
    Request,
)

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
"""Seconds; peers wait as long for uploads and downloads."""
TRIES = 3
LONGEST_WAIT = 90
"""Seconds a request waits in place for a rate limit; what takes longer is Airflow's to wait for."""
SHORT_WAIT = 0.1
"""Seconds that are not worth telling."""
USER_AGENT = "cobot_sevdesk (Airflow)"

Query = Mapping[str, str | int]
Check = Callable[[Request, Any], None]


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

    def __init__(self, authorization: str) -> None:
        self._authorization = authorization

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign one request."""
        request.headers["Authorization"] = self._authorization
        return request


class Transport:
    """Sends requests to one service below one base URL."""

    def __init__(
        self,
        service: str,
        base_url: str,
        *,
        authorization: str,
        secret: str,
        headers: Mapping[str, str] | None = None,
        pace: Pace = NO_PACE,
        sleep: Callable[[float], None] = time.sleep,
        read_timeout: int = READ_TIMEOUT,
        watch: Watch = NOBODY,
    ) -> None:
        self.service = service
        self._base_url = safe_base_url(base_url)
        self._secret = secret
        self._pace = pace
        self._watch = watch
        self._sleep = sleep
        self._timeout = (CONNECT_TIMEOUT, read_timeout)
        self._auth = HeaderAuth(authorization)
        self._headers = {"User-Agent": USER_AGENT, **(headers or {})}
        self._of_thread = threading.local()

    @property
    def site(self) -> str:
        """Scheme and host of the service."""
        parts = urlsplit(self._base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def download(self, path: str, headers: Mapping[str, str] | None = None) -> BufferedIOBase:
        """Read a document, a piece at a time; the caller closes it.

        Raises:
            RemoteUnavailableError: the service stays away, or asks to wait longer than
                `LONGEST_WAIT`.
            RemoteRejectedError, NotFoundRemotelyError, CredentialsError: it refuses.
        """
        request = Request(self.service, "GET", path)
        for attempt in self._attempts():
            with attempt, self._send(request, headers=headers, stream=True) as response:
                try:
                    return received(response.iter_content(PIECE))
                except requests.RequestException as error:
                    _raise_for(error, request)
        raise AssertionError  # pragma: no cover

    def read_json(
        self, path: str, query: Query | None = None, *, check: Check = lambda *_: None
    ) -> Any:
        """Read JSON; a body that is none counts as the service being away.

        `check` looks at the body and raises what it finds. Raises as `download`.
        """
        request = Request(self.service, "GET", path)
        for attempt in self._attempts():
            with attempt:
                answer = self._once(request, query=query)
                try:
                    body = answer.json()
                except ValueError:
                    raise RemoteUnavailableError(
                        request, status=answer.status, detail="the answer is no JSON"
                    ) from None
                check(request, body)
                return body
        raise AssertionError  # pragma: no cover

    def write(
        self,
        method: str,
        path: str,
        *,
        payload: Any = None,
        upload: Upload | None = None,
    ) -> Answer:
        """Write, once; only a 429 is waited for.

        Raises:
            OutcomeUnknownError: it was sent, and whether it took effect is unknown.
            RemoteUnavailableError: it never reached the service.
            RemoteRejectedError, NotFoundRemotelyError, CredentialsError: it was refused.
        """
        request = Request(self.service, method, path)
        for attempt in self._attempts(only_rate_limits=True):
            with attempt:
                return self._once(request, payload=payload, upload=upload)
        raise AssertionError  # pragma: no cover

    @property
    def _session(self) -> requests.Session:
        """A session for each thread: requests does not promise that threads may share one."""
        if not hasattr(self._of_thread, "session"):
            session = requests.Session()
            # requests drops the Authorization header when a redirect leaves the host.
            session.max_redirects = 3
            session.auth = self._auth
            session.headers.update(self._headers)
            self._of_thread.session = session
        found: requests.Session = self._of_thread.session
        return found

    def _once(self, request: Request, **content: Any) -> Answer:
        response = self._send(request, **content)
        request_id = response.headers.get("X-Request-Id")
        return Answer(request, response.status_code, response.content, request_id)

    def _send(
        self,
        request: Request,
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        payload: Any = None,
        upload: Upload | None = None,
        stream: bool = False,
    ) -> requests.Response:
        waited = self._pace.wait(f"{request.method} {answers.endpoint(request.path)}")
        if waited > SHORT_WAIT:
            self._watch.waited(self.service, waited)
        self._watch.sent(self.service)
        reads = request.method == "GET"
        body, kind = _body(payload, upload)
        try:
            response = self._session.request(
                request.method,
                f"{self._base_url}{request.path}",
                params=query,
                headers={**(headers or {}), **({"Content-Type": kind} if kind else {})},
                data=body,
                timeout=self._timeout,
                allow_redirects=reads,
                stream=stream,
            )
            log.debug("%s -> %s", request, response.status_code)
            answers.raise_for_status(request, response, secret=self._secret)
        except requests.RequestException as error:
            _raise_for(error, request)
        return response

    def _attempts(self, *, only_rate_limits: bool = False) -> Retrying:
        def may_repeat(error: BaseException) -> bool:
            if not isinstance(error, RemoteUnavailableError):
                return False
            if only_rate_limits and error.status != answers.TOO_MANY:
                return False
            return (error.retry_after or 0) <= LONGEST_WAIT

        return Retrying(
            retry=retry_if_exception(may_repeat),
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self._sleep,
            before_sleep=lambda _: self._watch.repeated(self.service),
            reraise=True,
        )


def _raise_for(error: requests.RequestException, request: Request) -> NoReturn:
    """What a request without a usable answer means. The original text holds URLs: left out."""
    detail = type(error).__name__
    if request.method == "GET" or _was_never_sent(error):
        raise RemoteUnavailableError(request, detail=detail) from None
    raise OutcomeUnknownError(request, detail=detail) from None


def _was_never_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
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


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
