"""What each answer means for the caller, how often it is asked, and where the token goes."""

import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from cobot_sevdesk.clients.pdf_files import Upload
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import (
    ConfigError,
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
)

TOKEN = "5e7de5c0ffee5e7de5c0ffee5e7de5c0"


class Canned(ThreadingHTTPServer):
    """Answers every request alike and keeps what it was asked."""

    status = 200
    headers: dict[str, str] = {}  # noqa: RUF012  replaced by each test
    body = b"{}"
    promised = 0
    """Bytes that are announced but never come."""
    refusals = 0
    """Requests that get a 429 before the others."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, str | None]] = []
        self.bodies: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One request to a canned server."""

    server: Canned

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.bodies.append(self.rfile.read(length))
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization")))
        self.send_response(
            429 if len(self.server.seen) <= self.server.refusals else self.server.status
        )
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body) + self.server.promised))
        self.end_headers()
        self.wfile.write(self.server.body)
        self.close_connection = True

    do_GET = do_POST = do_PUT = _answer  # noqa: N815  as the standard library calls them

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def start() -> Iterator[Callable[..., Canned]]:
    """Starts servers; ends them with the test."""
    running: list[Canned] = []

    def run(**how: object) -> Canned:
        server = Canned()
        for name, value in how.items():
            setattr(server, name, value)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server

    yield run
    for server in running:
        server.shutdown()
        server.server_close()


def a_transport(url: str, pauses: list[float] | None = None) -> Transport:
    return Transport(
        "sevDesk",
        url,
        authorization=TOKEN,
        secret=TOKEN,
        sleep=(pauses if pauses is not None else []).append,
        read_timeout=5,
    )


@pytest.mark.parametrize(
    ("status", "read", "written"),
    [
        (400, RemoteRejectedError, RemoteRejectedError),
        (401, CredentialsError, CredentialsError),
        (403, CredentialsError, CredentialsError),
        (404, NotFoundRemotelyError, NotFoundRemotelyError),
        (408, RemoteUnavailableError, OutcomeUnknownError),
        (409, RemoteRejectedError, RemoteRejectedError),
        (422, RemoteRejectedError, RemoteRejectedError),
        (429, RemoteUnavailableError, RemoteUnavailableError),
        (500, RemoteUnavailableError, OutcomeUnknownError),
        (502, RemoteUnavailableError, OutcomeUnknownError),
        (503, RemoteUnavailableError, OutcomeUnknownError),
    ],
)
def test_each_status_has_its_error_and_number_of_tries(
    start: Callable[..., Canned], status: int, read: type[RemoteError], written: type[RemoteError]
) -> None:
    server = start(status=status, headers={"Retry-After": "0"})
    with pytest.raises(read) as caught:
        a_transport(server.url).read_json("/x")
    assert type(caught.value) is read
    assert len(server.seen) == (3 if read is RemoteUnavailableError else 1)
    server.seen.clear()
    with pytest.raises(written) as caught:
        a_transport(server.url).write("POST", "/x", payload={})
    assert type(caught.value) is written
    assert len(server.seen) == (3 if status == 429 else 1)


def test_a_rate_limit_is_waited_for_as_long_as_it_says(start: Callable[..., Canned]) -> None:
    server = start(status=429, headers={"Retry-After": "7"})
    pauses: list[float] = []
    with pytest.raises(RemoteUnavailableError):
        a_transport(server.url, pauses).write("POST", "/x", payload={})
    assert pauses == [7, 7]


def test_a_long_rate_limit_is_left_to_airflow(start: Callable[..., Canned]) -> None:
    server = start(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(RemoteUnavailableError) as caught:
        a_transport(server.url).read_json("/x")
    assert caught.value.retry_after == 3600
    assert len(server.seen) == 1


LARGE = b"%PDF-" + bytes(range(256)) * 20_000
"""Some five megabytes: more than is kept in memory."""


@pytest.mark.parametrize("document", [b"%PDF- small", LARGE], ids=["small", "large"])
def test_a_document_arrives_whole_on_the_other_side(
    start: Callable[..., Canned], document: bytes
) -> None:
    here, there = start(body=document), start()
    with a_transport(here.url).download("/x.pdf") as file:
        assert file.read() == document
        a_transport(there.url).write("POST", "/x", upload=Upload("x.pdf", file))
    (form,) = there.bodies
    assert form.count(document) == 1
    assert b'filename="x.pdf"' in form
    assert len(form) < len(document) + 500


def test_half_a_document_is_none(start: Callable[..., Canned]) -> None:
    server = start(body=LARGE, promised=7)
    with pytest.raises(RemoteUnavailableError):
        a_transport(server.url).download("/x.pdf")
    assert len(server.seen) == 3


def test_a_document_that_is_sent_again_begins_anew(start: Callable[..., Canned]) -> None:
    server = start(refusals=1, headers={"Retry-After": "0"})
    a_transport(server.url).write("POST", "/x", upload=Upload("x.pdf", BytesIO(LARGE)))
    assert [body.count(LARGE) for body in server.bodies] == [1, 1]


def test_a_write_that_never_left_is_not_uncertain() -> None:
    with pytest.raises(RemoteUnavailableError):
        a_transport("http://127.0.0.1:9").write("POST", "/x", payload={})


def test_the_token_never_follows_a_redirect_to_another_host(start: Callable[..., Canned]) -> None:
    elsewhere = start()
    port = elsewhere.server_address[1]
    server = start(status=302, headers={"Location": f"http://localhost:{port}/stolen"})
    a_transport(server.url).read_json("/x")
    assert server.seen[0][2] == TOKEN
    assert [authorization for _, _, authorization in elsewhere.seen] == [None]


def test_a_write_follows_no_redirect(start: Callable[..., Canned]) -> None:
    elsewhere = start()
    server = start(status=307, headers={"Location": f"{elsewhere.url}/x"})
    with pytest.raises(RemoteRejectedError):
        a_transport(server.url).write("POST", "/x", payload={})
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "http://my.sevdesk.de/api/v1",
        "http://127.0.0.1.example.com",
        "https://user:secret@my.sevdesk.de",
        "https://my.sevdesk.de/api?token=1",
        "ftp://my.sevdesk.de",
        "my.sevdesk.de",
        "",
    ],
)
def test_an_address_that_would_leak_or_lead_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        a_transport(url)
    assert "secret" not in str(caught.value)


def test_what_a_service_echoes_is_told_without_token_and_e_mail(
    start: Callable[..., Canned], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = f'{{"error": {{"message": "bad {TOKEN} of ada@example.com"}}}}'.encode()
    server = start(status=422, body=body)
    with pytest.raises(RemoteRejectedError) as caught:
        a_transport(server.url).write("POST", "/x", payload={"name": "Ada"})
    told = f"{caught.value!r} {caught.value} {caplog.text}"
    assert "bad" in told
    for secret in (TOKEN, "ada@example.com", "Ada"):
        assert secret not in told


def test_a_netrc_file_replaces_no_token(
    start: Callable[..., Canned], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login eve password eve\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server = start()
    a_transport(server.url).read_json("/x")
    assert server.seen[0][2] == TOKEN
