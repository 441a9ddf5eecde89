"""One HTTP connection to one service: requests, pacing, and what each answer means.

A write is sent once. Only a 429, which says that nothing was done, is waited for and sent again.
A redirect is followed by reads only, and only on the same host: the token goes nowhere else.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import BufferedIOBase
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from cobot_sevdesk.clients import bodies
from cobot_sevdesk.clients.base_url import (
    find_fault,
    find_redirect,
    is_loopback_url,
    is_plain_http,
    new_base_url,
)
from cobot_sevdesk.clients.bodies import Answer, Upload, body_of, received
from cobot_sevdesk.clients.pace import NO_COUNTER, NO_PACE, Pace, RequestCounter, endpoint
from cobot_sevdesk.clients.session import (
    DIRECT,
    Route,
    Sessions,
    find_fault_of_route,
    was_never_sent,
)
from cobot_sevdesk.clients.statuses import WORTH_TELLING, TooSlowError, attempts, clean, to_error
from cobot_sevdesk.domain.problems import connection_error
from cobot_sevdesk.errors import (
    ConnectionConfigError,
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)

log = logging.getLogger(__name__)

SHORT_WAIT = 0.1
"""Seconds that are not worth counting."""
MOST_REDIRECTS = 3

Query = Mapping[str, str | int]
Check = Callable[[Request, Any], None]
OnAnswer = Callable[[Request, int, bytes], None]


class Transport:
    """Sends requests to one service below one base URL.

    `connection` is the id of the Airflow connection that holds the token. `address_field` is its
    field with the base URL. Errors name both. Without `authorization` no token is sent. `route` is
    the way that every request takes, documents included.

    Raises:
        ConnectionConfigError: base URL, token or route cannot be used.
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
        route: Route = DIRECT,
        longest: float = bodies.LONGEST,
        largest: int = bodies.MOST_OF_JSON,
        counter: RequestCounter = NO_COUNTER,
    ) -> None:
        self.service = service
        self._connection = connection
        self._address_field = address_field
        self._base_url = self._checked(base_url)
        self._secret = self._checked_token(secret)
        self._pace = pace
        self._counter = counter
        self._attempts = partial(attempts, service, counter, sleep)
        self._longest = longest
        self._largest = largest
        self._sessions = Sessions(authorization, headers or {}, self._checked_route(route))
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
        is_bearer = (self._sessions.authorization or "").startswith("Bearer ")
        return Transport(
            self.service,
            self._base_url,
            authorization=f"Bearer {nobody}" if is_bearer else nobody,
            connection=self._connection,
            address_field=self._address_field,
            headers=self._sessions.headers,
            route=self._sessions.route,
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
            if error.word != "connection.moved":
                raise
            log.warning("%s", error)
            raise UnreadableAnswerError(path, f"a document on {self.site}") from None

    def _download(
        self, request: Request, headers: Mapping[str, str] | None, at_most: int
    ) -> BufferedIOBase:
        with self._telling():
            for attempt in self._attempts(writes=False):
                with attempt, self._send(request, headers=headers) as response:
                    pieces = bodies.iter_pieces(response, until=self._deadline(), at_most=at_most)
                    try:
                        return received(pieces)
                    except bodies.TooLargeError as error:
                        limit = f"a document of at most {error}"
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
            for attempt in self._attempts(writes=False):
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
            for attempt in self._attempts(writes=True):
                with attempt:
                    answer = self._once(request, payload=payload, upload=upload)
                    check(request, answer.json_or_none())
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
            error.said = clean(error.said, secret=self._secret)
            if error.said:
                # That something is not there is often just what was asked.
                is_answer = isinstance(error, NotFoundRemotelyError)
                level = logging.INFO if is_answer else logging.WARNING
                log.log(level, "%s, HTTP %s, says: %s", error.request, error.status, error.said)
            if isinstance(error, CredentialsError):
                self.on_denial(error)
            raise

    def _once(self, request: Request, **content: Any) -> Answer:
        with self._send(request, **content) as response:
            pieces = bodies.iter_pieces(response, until=self._deadline(), at_most=self._largest)
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
        body, kind = body_of(payload, upload)
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
            return self._sessions.request(request.method, url, **content)
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
            raise self.wrong("connection.moved", request=str(request), target=moved_to)
        return target if request.method == "GET" else None

    def _error(self, request: Request, response: requests.Response) -> RemoteError:
        try:
            start = bodies.start_of(response, until=self._deadline())
        except (bodies.TooLateError, bodies.TooLargeError, requests.RequestException, HTTPError):
            start = b""
        if self.on_answer:
            self.on_answer(request, response.status_code, start)
        return to_error(request, response.status_code, response.headers, start)

    def _keep_pace(self, request: Request) -> None:
        waited = self._pace.wait(f"{request.method} {endpoint(request.path)}")
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

    def _raise_for(self, error: Exception, request: Request) -> NoReturn:
        """What a request without a usable answer means. The text may hold URLs: left out."""
        reads = request.method == "GET"
        if isinstance(error, bodies.TooLateError):
            detail = f"the answer did not arrive within {self._longest:.0f} seconds"
            raise (TooSlowError if reads else OutcomeUnknownError)(request, detail=detail) from None
        if fault := find_fault_of_route(error):
            word, field = fault
            raise self.wrong(word, field=field, service=self.service) from None
        detail = type(error).__name__
        if isinstance(error, bodies.TooLargeError):
            detail = f"the answer is larger than {error}"
        if reads or was_never_sent(error):
            raise RemoteUnavailableError(request, detail=detail) from None
        raise OutcomeUnknownError(request, detail=detail) from None

    def wrong(self, word: str, *, field: str = "", **details: str) -> ConnectionConfigError:
        """The error that says what is wrong with the connection, by its word in the catalogue.

        `field` is the connection's field to mend; the one with the address where none is given.
        """
        named = field or self._address_field
        return connection_error(self._connection, word, field=named, **details)

    def _checked(self, base_url: str) -> str:
        """The base URL without trailing slash."""
        if word := find_fault(base_url):
            raise self.wrong(word)
        return base_url.strip().rstrip("/")

    def _checked_token(self, token: str) -> str:
        """The token, if a header can carry it; the error does not repeat it."""
        if any(not "!" <= character <= "~" for character in token):
            raise self.wrong("connection.odd_token", field="password")
        return token

    def _checked_route(self, route: Route) -> Route:
        """The route, if its files can be used; no other machine gets to see plain http."""
        if is_plain_http(self._base_url):
            route = replace(route, trust_env=False)
            proxies = [address for name, address in route.proxies.items() if name[:5] != "https"]
            if not all(map(is_loopback_url, proxies)):
                raise self.wrong("connection.far_proxy", field="proxies")
        if fault := route.find_fault():
            word, field = fault
            raise self.wrong(word, field=field)
        return route
