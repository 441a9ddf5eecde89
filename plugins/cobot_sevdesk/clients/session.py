"""Sending: through which proxy, by whose certificates, for how long; signed, following nothing."""

import os
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import requests
from requests.models import PreparedRequest

CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
"""Seconds; peers wait as long for uploads and downloads."""
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The first that is set names whose certificates count, where the connection does not."""


@dataclass(frozen=True)
class Route:
    """What the extras of a connection say about the way, by the names that `requests` has.

    `proxies` maps `http`, `https` or `all` (each with `://host`, too) to a proxy's address, and may
    hold its password. `verify` is the path of the certificates of those who may sign; `None` means
    the usual ones. `cert` is the path of our own certificate, or of it and its key. `timeout` is in
    seconds: connecting, then the next bytes. With `trust_env`, `HTTPS_PROXY`, `NO_PROXY` and
    `REQUESTS_CA_BUNDLE` hold for what the connection leaves open.
    """

    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    verify: str | None = None
    cert: str | tuple[str, str] | None = None
    timeout: float | None = None
    trust_env: bool = True

    @property
    def timeouts(self) -> tuple[float, float]:
        """Seconds to wait for a connection, and for the next bytes."""
        if self.timeout is None:
            return (CONNECT_TIMEOUT, READ_TIMEOUT)
        return (self.timeout, self.timeout)

    def find_fault(self) -> tuple[str, str] | None:
        """A file that cannot be used: the catalogue's word for it, and the field that names it.

        Without this, `requests` would fail at the first request, with an error of its own.
        """
        for name, path in self._certificate_authorities():
            if word := _fault_of_ca(path):
                return word, name
        if self.cert is not None and (word := _fault_of_cert(self.cert)):
            return word, "cert"
        return None

    def _certificate_authorities(self) -> list[tuple[str, str]]:
        if self.verify is not None:
            return [("verify", self.verify)]
        named = [(name, os.environ.get(name, "")) for name in CA_VARIABLES if self.trust_env]
        return [(name, path) for name, path in named if path][:1]


DIRECT = Route()


def _fault_of_ca(path: str) -> str | None:
    is_folder = Path(path).is_dir()
    try:
        ssl.create_default_context(
            cafile=None if is_folder else path, capath=path if is_folder else None
        )
    except ssl.SSLError:
        return "connection.no_pem"
    except (OSError, ValueError):
        return "connection.no_file"
    return None


def _fault_of_cert(cert: str | tuple[str, str]) -> str | None:
    certificate, key = (cert, None) if isinstance(cert, str) else cert
    try:
        # A key with a password would ask for it at the terminal.
        ssl.create_default_context().load_cert_chain(certificate, key, password="")
    except ssl.SSLError:
        return "connection.no_pem"
    except (OSError, ValueError):
        return "connection.no_file"
    return None


USER_AGENT = "cobot_sevdesk (Airflow)"
_UNKNOWN_CA = {2, 18, 19, 20, 21}
"""OpenSSL's codes for: no issuer, or signed by itself. Expired and "another host" have others."""

_NOT_CONNECTED = {"ConnectTimeoutError", "NameResolutionError", "NewConnectionError"}
"""What urllib3 says where there was no connection, be it to the service or to a proxy."""


class _Session(requests.Session):
    """Leaves redirects alone: even unfollowed, requests would read and judge them."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None, ever."""
        _ = resp
        return None


class Sessions:
    """One session for each thread: requests does not promise that threads may share one."""

    def __init__(self, authorization: str | None, headers: Mapping[str, str], route: Route) -> None:
        self.headers = {"User-Agent": USER_AGENT, **headers}
        self.authorization = authorization
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
            # As `auth`, so that no .netrc replaces the token. Not a method of this object: what
            # holds what holds it is freed only when the garbage collector comes by.
            session.auth = partial(_sign, self.authorization)
            session.headers.update(self.headers)
            self._of_thread.session = session
        found: requests.Session = self._of_thread.session
        return found


def _sign(authorization: str | None, request: PreparedRequest) -> PreparedRequest:
    if authorization is not None:
        request.headers["Authorization"] = authorization
    return request


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
