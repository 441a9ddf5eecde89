"""Sessions of `requests`: they sign requests, take the connection's route, and follow nothing."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from requests.auth import AuthBase
from requests.models import PreparedRequest

from cobot_sevdesk.clients.route import Route

USER_AGENT = "cobot_sevdesk (Airflow)"
_UNKNOWN_CA = {2, 18, 19, 20, 21}
"""OpenSSL's codes for: no issuer, or signed by itself. Expired and "another host" have others."""

_NOT_CONNECTED = {"ConnectTimeoutError", "NameResolutionError", "NewConnectionError"}
"""What urllib3 says where there was no connection, be it to the service or to a proxy."""


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


class Sessions:
    """One session for each thread: requests does not promise that threads may share one."""

    def __init__(self, auth: HeaderAuth, headers: Mapping[str, str], route: Route) -> None:
        self.headers = {"User-Agent": USER_AGENT, **headers}
        self.auth = auth
        self.route = route
        self._of_thread = threading.local()

    def request(self, method: str, url: str, **content: Any) -> requests.Response:
        """Send once; the body of the answer is still to be read.

        What the connection says goes with each request: what a session holds, `requests` lets the
        environment replace.

        Raises:
            requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError: no answer.
        """
        return self._session.request(
            method,
            url,
            timeout=self.route.timeouts,
            proxies=dict(self.route.proxies),
            verify=self.route.verify,
            cert=self.route.cert,
            allow_redirects=False,
            stream=True,
            **content,
        )

    @property
    def _session(self) -> requests.Session:
        if not hasattr(self._of_thread, "session"):
            session = _Session()
            session.trust_env = self.route.trust_env
            session.auth = self.auth
            session.headers.update(self.headers)
            self._of_thread.session = session
        found: requests.Session = self._of_thread.session
        return found


def find_fault_of_route(error: Exception) -> tuple[str, str] | None:
    """What about the connection's route kept a request from being sent: word, and field to mend.

    `None` where it was something else. The word is the catalogue's.
    """
    for cause in causes_of(error):
        if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _UNKNOWN_CA:
            return "connection.unknown_ca", "verify"
        if "Tunnel connection failed: 407" in str(cause):
            return "connection.proxy_login", "proxies"
    return None


def was_never_sent(error: Exception) -> bool:
    """Whether it is certain that nothing of a request has reached the service.

    Value errors come of URLs and headers that cannot be sent. A `ProxyError` alone proves nothing:
    an answer that is lost behind the proxy comes as one, too.
    """
    if isinstance(error, requests.ConnectTimeout | ValueError):
        return True
    return isinstance(error, requests.ConnectionError) and any(
        isinstance(cause, ssl.SSLCertVerificationError)
        or type(cause).__name__ in _NOT_CONNECTED
        or "Tunnel connection failed" in str(cause)
        for cause in causes_of(error)
    )


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """The error and those inside it, as requests and urllib3 wrap them."""
    yield error
    inside = (*error.args, getattr(error, "reason", None))
    for one in inside:
        if isinstance(one, BaseException):
            yield from causes_of(one)
