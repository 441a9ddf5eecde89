"""Through a company's proxy, by its own CA, with a certificate of one's own, for a chosen time."""

import contextlib
import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from cobot_sevdesk.clients.bodies import Upload
from cobot_sevdesk.clients.session import Route
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import (
    ConnectionConfigError,
    OutcomeUnknownError,
    RemoteUnavailableError,
)
from support.network import Network, serving

TOKEN = "5e7de5c0ffee5e7de5c0ffee5e7de5c0"
ENVIRONMENT = "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY REQUESTS_CA_BUNDLE CURL_CA_BUNDLE".split()


class Service(ThreadingHTTPServer):
    """Answers everything with `[1]`, or hangs up after it has read the request."""

    daemon_threads = True
    hangs_up = False
    pause = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Service
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.headers.get("Authorization")))
        time.sleep(self.server.pause)
        if self.server.hangs_up:
            self.close_connection = True
            return
        with contextlib.suppress(OSError):  # nobody waits any more
            self.send_response(200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"[1]")

    do_GET = do_POST = do_PUT = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A company's network; nothing of this machine's environment holds."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with ExitStack() as opened:
        yield Network(tmp_path, opened)


@pytest.fixture
def service(network: Network) -> Service:
    """A service that speaks plain http."""
    made = Service()
    network.opened.enter_context(serving(made))
    return made


@pytest.fixture
def secure(network: Network, service: Service) -> str:
    """Where the service speaks TLS, with a certificate of the company's CA."""
    return network.over_tls(service.url)


def a_transport(url: str, **route: Any) -> Transport:
    return Transport(
        "sevDesk",
        url,
        authorization=TOKEN,
        secret=TOKEN,
        connection="sevdesk_elbe-hub",
        sleep=lambda _: None,
        route=Route(**route),
    )


def send(transport: Transport, method: str) -> Any:
    """Read or write something."""
    if method == "GET":
        return transport.read_json("/x")
    return transport.write(method, "/x", payload={}).json()


def problem_of(transport: Transport, method: str = "GET") -> ConnectionConfigError:
    """What is wrong with the connection, when it is used."""
    with pytest.raises(ConnectionConfigError) as caught:
        send(transport, method)
    assert caught.value.connection == "sevdesk_elbe-hub"
    assert TOKEN not in str(caught.value)
    return caught.value


# --- certificates


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_ca_that_nobody_named_is_a_matter_of_the_connection(
    secure: str, service: Service, method: str
) -> None:
    error = problem_of(a_transport(secure), method)
    assert error.word == "connection.unknown_ca"
    assert error.details == {"field": "verify", "service": "sevDesk"}
    assert service.seen == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_ca_that_the_connection_names_is_trusted(
    network: Network, secure: str, service: Service, method: str
) -> None:
    assert send(a_transport(secure, verify=network.ca_file), method) == [1]
    assert service.seen == [(method, TOKEN)]


def test_the_connection_goes_before_the_environment(
    network: Network, secure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    assert problem_of(a_transport(secure)).word == "connection.unknown_ca"
    assert send(a_transport(secure, verify=network.ca_file), "GET") == [1]


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environments_ca_holds_where_the_connection_names_none(
    network: Network, secure: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, network.ca_file)
    assert send(a_transport(secure), "POST") == [1]
    assert problem_of(a_transport(secure, trust_env=False)).word == "connection.unknown_ca"


def test_a_certificate_that_has_ended_heals_by_waiting(network: Network, service: Service) -> None:
    ended = datetime.now(UTC) - timedelta(days=1)
    url = network.over_tls(service.url, not_after=ended)
    for method in ("GET", "POST"):
        with pytest.raises(RemoteUnavailableError):
            send(a_transport(url, verify=network.ca_file), method)
    assert service.seen == []


@pytest.mark.parametrize(
    ("content", "word"),
    [(None, "connection.no_file"), ("", "connection.no_pem"), ("text", "connection.no_pem")],
)
@pytest.mark.parametrize("field", ["verify", "cert", "REQUESTS_CA_BUNDLE"])
def test_a_file_that_cannot_be_used_is_named_before_anything_is_sent(
    network: Network, monkeypatch: pytest.MonkeyPatch, content: str | None, word: str, field: str
) -> None:
    path = network.folder / "wrong.pem"
    if content is not None:
        path.write_text(content)
    if field.isupper():
        monkeypatch.setenv(field, str(path))
    with pytest.raises(ConnectionConfigError) as caught:
        a_transport("https://localhost:9", **({} if field.isupper() else {field: str(path)}))
    assert (caught.value.word, caught.value.details["field"]) == (word, field)


@pytest.mark.parametrize("in_one_file", [True, False])
def test_the_service_may_ask_for_a_certificate(
    network: Network, service: Service, *, in_one_file: bool
) -> None:
    url = network.over_tls(service.url, asks_for_certificate=True)
    ours = network.ca.issue_cert("bookkeeping@example.org")
    cert: str | tuple[str, str] = network.file_of(ours.private_key_and_cert_chain_pem, "both.pem")
    if not in_one_file:
        (chain,) = ours.cert_chain_pems
        key = network.file_of(ours.private_key_pem, "key.pem")
        cert = network.file_of(chain, "cert.pem"), key
    assert send(a_transport(url, verify=network.ca_file, cert=cert), "POST") == [1]
    with pytest.raises(RemoteUnavailableError):
        send(a_transport(url, verify=network.ca_file), "GET")


# --- proxies


def test_reads_writes_and_documents_take_the_proxy(
    network: Network, secure: str, service: Service
) -> None:
    proxy = network.proxy()
    transport = a_transport(
        secure, verify=network.ca_file, proxies={"https": f"http://{proxy.address}"}
    )
    assert send(transport, "GET") == [1]
    with transport.download("/x.pdf") as document:
        transport.write("POST", "/x", upload=Upload("x.pdf", document))
    wrong_token = transport.with_wrong_token()
    assert send(wrong_token, "GET") == [1]

    target = secure.removeprefix("https://")
    assert set(proxy.seen) == {("CONNECT", target)}
    assert len(proxy.seen) == 2  # one connection for each transport
    assert [method for method, _ in service.seen] == ["GET", "GET", "POST", "GET"]


def test_the_environments_proxy_holds_where_the_connection_names_none(
    network: Network, secure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_all, of_one = network.proxy(), network.proxy()
    monkeypatch.setenv("HTTPS_PROXY", f"http://{of_all.address}")
    send(a_transport(secure, verify=network.ca_file), "GET")
    assert (len(of_all.seen), len(of_one.seen)) == (1, 0)

    proxies = {"https": f"http://{of_one.address}"}
    send(a_transport(secure, verify=network.ca_file, proxies=proxies), "GET")
    assert (len(of_all.seen), len(of_one.seen)) == (1, 1)

    send(a_transport(secure, verify=network.ca_file, trust_env=False), "GET")
    monkeypatch.setenv("NO_PROXY", "localhost")
    send(a_transport(secure, verify=network.ca_file), "GET")
    assert (len(of_all.seen), len(of_one.seen)) == (1, 1)


def test_plain_http_never_leaves_this_machine(
    network: Network, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = network.proxy()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{proxy.address}")
    assert send(a_transport(service.url), "POST") == [1]
    assert proxy.seen == []
    # One that the connection names is used, if it is here.
    assert send(a_transport(service.url, proxies={"all": f"http://{proxy.address}"}), "PUT") == [1]
    assert proxy.seen == [("PUT", f"{service.url}/x")]
    far = "http://proxy.example.org:3128"
    with pytest.raises(ConnectionConfigError) as caught:
        a_transport(service.url, proxies={"http": far})
    assert caught.value.word == "connection.far_proxy"
    assert caught.value.details == {"field": "proxies"}
    assert send(a_transport(service.url, proxies={"https": far, "https://x": far}), "GET") == [1]


def test_a_proxy_may_ask_for_a_login_that_is_never_shown(
    network: Network, secure: str, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    proxy = network.proxy(login="ada:dove-and-wren")
    for login in ("", "ada:wrong-dove-and-wren@"):
        route = {"proxies": {"https": f"http://{login}{proxy.address}"}, "verify": network.ca_file}
        for method in ("GET", "POST"):
            error = problem_of(a_transport(secure, **route), method)
            assert (error.word, error.details["field"]) == ("connection.proxy_login", "proxies")
            assert "dove-and-wren" not in str(error)
    assert service.seen == []
    right = {"https": f"http://ada:dove-and-wren@{proxy.address}"}
    assert send(a_transport(secure, verify=network.ca_file, proxies=right), "POST") == [1]
    assert "dove-and-wren" not in caplog.text
    assert "dove-and-wren" not in repr(Route(proxies=right))


@pytest.mark.parametrize("status", [403, 502])
def test_what_the_proxy_refuses_was_never_sent(
    network: Network, secure: str, service: Service, status: int
) -> None:
    proxy = network.proxy(refuses_with=status)
    route = {"proxies": {"https": f"http://{proxy.address}"}, "verify": network.ca_file}
    for method in ("GET", "POST"):
        with pytest.raises(RemoteUnavailableError):
            send(a_transport(secure, **route), method)
    assert service.seen == []
    assert len(proxy.seen) == 3 + 1  # a read is tried again, a write is not


def test_what_finds_no_proxy_was_never_sent(network: Network, secure: str) -> None:
    route = {"proxies": {"https": "http://127.0.0.1:9"}, "verify": network.ca_file}
    with pytest.raises(RemoteUnavailableError):
        send(a_transport(secure, **route), "POST")


def test_a_lost_answer_behind_a_proxy_is_unknown(
    network: Network, secure: str, service: Service
) -> None:
    """Both ways: through a tunnel, and forwarded."""
    service.hangs_up = True
    proxies = {"all": f"http://{network.proxy().address}"}
    for url in (secure, service.url):
        with pytest.raises(OutcomeUnknownError):
            send(a_transport(url, verify=network.ca_file, proxies=proxies), "POST")
    assert [method for method, _ in service.seen] == ["POST", "POST"]


# --- timeouts


def test_the_timeout_is_the_connections(service: Service) -> None:
    service.pause = 3
    began = time.monotonic()
    with pytest.raises(OutcomeUnknownError):
        send(a_transport(service.url, timeout=0.3), "POST")
    assert time.monotonic() - began < 2
