"""What each answer means for the caller, how often it is asked, and where the token goes."""

import contextlib
import gc
import gzip
import logging
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from cobot_sevdesk.clients.bodies import MOST_OF_DOCUMENT, Upload
from cobot_sevdesk.clients.pace import Pace, RequestCounter
from cobot_sevdesk.clients.session import Route
from cobot_sevdesk.clients.statuses import LONGEST_MORE, PATIENCE
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import (
    ConnectionConfigError,
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    Reach,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
    UnreadableAnswerError,
)

TOKEN = "5e7de5c0ffee5e7de5c0ffee5e7de5c0"

NOT_FOUND = 404


class Canned(ThreadingHTTPServer):
    """Answers every request alike and keeps what it was asked."""

    status = 200
    headers: dict[str, str] = {}  # noqa: RUF012  replaced by each test
    redirects: dict[str, str] = {}  # noqa: RUF012
    """Path -> where it leads."""
    body = b"{}"
    promised = 0
    """Bytes that are announced but never come."""
    refusals = 0
    """Requests that get a 429 before the others."""
    trickle = 0.0
    """Seconds between two bytes of the body."""

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
        target = self.server.redirects.get(self.path)
        refused = len(self.server.seen) <= self.server.refusals
        self.send_response(301 if target else 429 if refused else self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", str(len(self.server.body) + self.server.promised))
        self.end_headers()
        with contextlib.suppress(OSError):  # the client has seen enough
            self._send_body()
        self.close_connection = True

    def _send_body(self) -> None:
        if not self.server.trickle:
            self.wfile.write(self.server.body)
            return
        for byte in self.server.body:
            self.wfile.write(bytes([byte]))
            time.sleep(self.server.trickle)

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
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return server

    yield run
    for server in running:
        server.shutdown()
        server.server_close()


def a_transport(url: str, pauses: list[float] | None = None, **how: Any) -> Transport:
    return Transport(
        "sevDesk",
        url,
        authorization=TOKEN,
        secret=TOKEN,
        sleep=(pauses if pauses is not None else []).append,
        route=Route(timeout=5),
        **how,
    )


def ask(transport: Transport, method: str) -> None:
    """Read or write something."""
    if method == "GET":
        transport.read_json("/x")
    else:
        transport.write(method, "/x", payload={"name": "Ada"})


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
    server = start(status=status)
    with pytest.raises(read) as caught:
        a_transport(server.url).read_json("/x")
    assert type(caught.value) is read
    assert len(server.seen) == (3 if read is RemoteUnavailableError else 1)
    server.seen.clear()
    with pytest.raises(written) as caught:
        a_transport(server.url).write("POST", "/x", payload={})
    assert type(caught.value) is written
    assert len(server.seen) == (3 if status == 429 else 1)


def test_what_is_no_longer_used_is_freed_at_once(start: Callable[..., Canned]) -> None:
    used = a_transport(start().url)
    used.read_json("/x")
    sessions = weakref.ref(used._sessions)
    gc.disable()
    try:
        del used
        assert sessions() is None
    finally:
        gc.enable()


def test_a_rate_limit_is_waited_for_as_long_as_it_says(start: Callable[..., Canned]) -> None:
    server = start(refusals=9, headers={"Retry-After": "20"})
    pauses: list[float] = []
    a_transport(server.url, pauses).write("POST", "/x", payload={})
    assert len(server.seen) == 10
    # What is waited beyond that differs, so that many processes do not all come back at once.
    # Who has waited long comes before who has not.
    assert all(20 <= pause <= 20 + 20 / tries for tries, pause in enumerate(pauses, start=1))
    assert len(set(pauses)) == len(pauses)
    assert max(pauses) > 21


def test_a_rate_limit_that_does_not_end_is_left_to_airflow(start: Callable[..., Canned]) -> None:
    server = start(status=429, headers={"Retry-After": "60"})
    pauses: list[float] = []
    with pytest.raises(RemoteUnavailableError):
        a_transport(server.url, pauses).read_json("/x")
    assert PATIENCE <= sum(pauses) < PATIENCE + 60 + LONGEST_MORE


def test_a_rate_limit_without_a_word_of_when_is_soon_left_to_airflow(
    start: Callable[..., Canned],
) -> None:
    server = start(status=429)
    pauses: list[float] = []
    with pytest.raises(RemoteUnavailableError):
        a_transport(server.url, pauses).read_json("/x")
    assert pauses == [1, 2]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("seconds", [91, 3600])
def test_a_long_rate_limit_is_left_to_airflow(
    start: Callable[..., Canned], seconds: int, method: str
) -> None:
    server = start(status=429, headers={"Retry-After": str(seconds)})
    with pytest.raises(RemoteUnavailableError) as caught:
        ask(a_transport(server.url), method)
    assert caught.value.retry_after == seconds
    assert len(server.seen) == 1


@pytest.mark.parametrize("seconds", [0, 1, 90])
def test_any_other_rate_limit_is_waited_for(start: Callable[..., Canned], seconds: int) -> None:
    server = start(refusals=1, headers={"Retry-After": str(seconds)})
    pauses: list[float] = []
    a_transport(server.url, pauses).read_json("/x")
    (pause,) = pauses
    assert seconds <= pause <= seconds + min(max(seconds, 1), LONGEST_MORE)


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


@pytest.mark.parametrize(
    ("method", "error", "told"),
    [
        ("GET", requests.ReadTimeout, "is unavailable, ReadTimeout"),
        ("POST", requests.ReadTimeout, "has an unknown outcome, ReadTimeout"),
        ("POST", requests.ConnectionError, "has an unknown outcome, ConnectionError"),
        ("POST", requests.ConnectTimeout, "is unavailable, ConnectTimeout"),
        ("POST", requests.exceptions.InvalidURL, "is unavailable, InvalidURL"),
    ],
)
@responses.activate
def test_what_went_wrong_is_named_but_not_quoted(
    method: str, error: type[Exception], told: str
) -> None:
    url = "http://127.0.0.1:9"
    responses.add(method, f"{url}/x", body=error(f"{url}/x?access_token={TOKEN}"))
    with pytest.raises(RemoteError) as caught:
        ask(a_transport(url), method)
    assert str(caught.value) == f"sevDesk {method} /x {told}"


def test_who_listens_hears_every_answer_but_no_documents(start: Callable[..., Canned]) -> None:
    heard: list[tuple[str, int, bytes]] = []
    server = start(body=b"[1]", redirects={"/y": "/z"})
    transport = a_transport(f" {server.url}/ ")
    transport.on_answer = lambda request, status, body: heard.append((str(request), status, body))
    assert (transport.has_succeeded, transport.answered) == (False, None)
    server.status = 422
    with pytest.raises(RemoteRejectedError):
        transport.read_json("/w")
    assert (transport.has_succeeded, transport.answered) == (False, None)
    server.status = 201
    transport.write("POST", "/x", payload={})
    assert (transport.has_succeeded, transport.answered) == (True, None)
    transport.read_json("/y")
    transport.download("/y.pdf").close()
    assert transport.answered == "/y.pdf"
    assert heard == [
        ("sevDesk GET /w", 422, b"[1]"),
        ("sevDesk POST /x", 201, b"[1]"),
        ("sevDesk GET /y", 201, b"[1]"),
    ]
    assert transport.site == server.url
    assert {path for _, path, _ in server.seen} == {"/w", "/x", "/y", "/z", "/y.pdf"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_redirect_to_another_host_is_a_matter_of_the_connection(
    start: Callable[..., Canned], status: int, method: str
) -> None:
    elsewhere = start()
    target = f"http://localhost:{elsewhere.server_address[1]}/api/x?access_token={TOKEN}"
    server = start(status=status, headers={"Location": target})
    transport = a_transport(server.url, connection="cobot_elbe-hub", address_field="v1_base_url")
    with pytest.raises(ConnectionConfigError) as caught:
        ask(transport, method)
    assert caught.value.connection == "cobot_elbe-hub"
    assert caught.value.reach is Reach.SPACE
    told = str(caught.value)
    assert f"http://localhost:{elsewhere.server_address[1]}/api;" in told
    assert "v1_base_url" in told
    assert TOKEN not in told
    assert elsewhere.seen == []
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "location", ["https://127.0.0.1/x", "//localhost/x", "http://[broken/x", "ftp://127.0.0.1/x"]
)
def test_whatever_leaves_the_host_is_not_followed(
    start: Callable[..., Canned], location: str
) -> None:
    server = start(status=302, headers={"Location": location})
    with pytest.raises(ConnectionConfigError):
        a_transport(server.url).read_json("/x")
    assert len(server.seen) == 1
    # One document that lies elsewhere is a matter of its invoice.
    with pytest.raises(UnreadableAnswerError) as caught:
        a_transport(server.url).download("/x.pdf")
    assert caught.value.reach is Reach.OBJECT
    assert len(server.seen) == 2


def test_a_read_follows_a_redirect_on_the_same_host(start: Callable[..., Canned]) -> None:
    server = start(redirects={"/x?page=1": "/x/?page=1"}, body=b"[1]")
    assert a_transport(server.url).read_json("/x", {"page": 1}) == [1]
    assert [(path, token) for _, path, token in server.seen] == [
        ("/x?page=1", TOKEN),
        ("/x/?page=1", TOKEN),
    ]


def test_a_way_that_leaves_the_host_at_its_second_step_is_not_followed(
    start: Callable[..., Canned],
) -> None:
    elsewhere = start()
    server = start()
    server.redirects = {"/x": f"{server.url}/y", "/y": f"{elsewhere.url}/x"}
    with pytest.raises(ConnectionConfigError) as caught:
        a_transport(server.url).read_json("/x")
    assert elsewhere.url in str(caught.value)
    assert elsewhere.seen == []


def test_three_redirects_are_followed(start: Callable[..., Canned]) -> None:
    server = start(redirects={"/x": "/a", "/a": "/b", "/b": "/c"}, body=b"[1]")
    assert a_transport(server.url).read_json("/x") == [1]
    server.redirects["/c"] = "/d"
    with pytest.raises(RemoteRejectedError):
        a_transport(server.url).read_json("/x")


def test_a_circle_of_redirects_ends(start: Callable[..., Canned]) -> None:
    server = start(redirects={"/x": "/y", "/y": "/x"})
    with pytest.raises(RemoteRejectedError):
        a_transport(server.url).read_json("/x")
    assert len(server.seen) <= 4


def test_a_write_follows_no_redirect_on_the_same_host_either(start: Callable[..., Canned]) -> None:
    server = start(redirects={"/x": "/x/"})
    with pytest.raises(RemoteRejectedError):
        a_transport(server.url).write("POST", "/x", payload={})
    assert len(server.seen) == 1


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
        "https://[broken",
        "https://my.sevdesk.de:port",
        "https://my.sevdesk.de:99999",
        "https://my sevdesk.de",
        "https://my.sevdesk.de/api v1",
        "https://my.sevdesk.de/api#secret",
    ],
)
def test_an_address_that_would_leak_or_lead_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ConnectionConfigError) as caught:
        a_transport(url)
    assert "secret" not in str(caught.value)
    # A connection without a field of its own for the address has its host.
    assert (caught.value.connection, caught.value.details) == ("", {"field": "host"})


SAID = f'{{"error": {{"message": "no {TOKEN} for ada@example.com in Musterweg 1"}}}}'.encode()


@pytest.mark.parametrize(
    ("status", "method", "error"),
    [
        (422, "POST", RemoteRejectedError),
        (401, "GET", CredentialsError),
        (404, "GET", NotFoundRemotelyError),
        (429, "GET", RemoteUnavailableError),
        (500, "GET", RemoteUnavailableError),
        (500, "POST", OutcomeUnknownError),
        (503, "PUT", OutcomeUnknownError),
    ],
)
def test_what_a_service_says_stands_in_the_log_once_and_in_no_message(
    start: Callable[..., Canned],
    caplog: pytest.LogCaptureFixture,
    status: int,
    method: str,
    error: type[RemoteError],
) -> None:
    caplog.set_level(logging.DEBUG)
    server = start(status=status, body=SAID)
    with pytest.raises(error) as caught:
        ask(a_transport(server.url), method)
    assert caught.value.said == "no *** for … in Musterweg 1"
    assert caught.value.detail == ""
    whole = "".join(traceback.format_exception(caught.value))
    for told in (str(caught.value), repr(caught.value), whole):
        assert "Musterweg" not in told
    (line,) = [one for one in caplog.records if "Musterweg" in one.getMessage()]
    assert line.levelno == (logging.INFO if status == NOT_FOUND else logging.WARNING)
    assert TOKEN not in caplog.text
    assert "ada@example.com" not in caplog.text
    assert "Ada" not in caplog.text


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, b"Limit must be at most 1000", "Limit must be at most 1000"),
        (400, b"<html>ada@example.com</html>", ""),
        (400, b"", ""),
        (400, b"[" * 100_000, "[" * 200),
        (400, b"\xff\xfe" * 50_000, None),
        (502, b"upstream connect error", ""),
        (422, b'{"errors": [{"detail": "can\'t be blank"}]}', "can't be blank"),
        (422, b'{"errors": {"name": "too long"}}', "name too long"),
        (422, b'{"Ada Beispiel": {"Musterweg 1": ["no"]}}', ""),
        (500, b'{"message": {"ada@example.com": "Musterweg 1"}}', "… Musterweg 1"),
    ],
    ids="text markup empty brackets bytes gateway api2 api1 keys keyed".split(),
)
def test_odd_explanations_are_no_trouble(
    start: Callable[..., Canned], status: int, body: bytes, said: str | None
) -> None:
    server = start(status=status, body=body)
    with pytest.raises(RemoteError) as caught:
        a_transport(server.url).write("POST", "/x", payload={})
    assert len(caught.value.said) <= 200
    if said is not None:
        assert caught.value.said == said
    assert not caught.value.said or caught.value.said not in str(caught.value)


@pytest.mark.parametrize("how", [{"trickle": 0.05}, {"promised": 7}])
def test_a_refusal_is_one_even_if_its_explanation_does_not_arrive(
    start: Callable[..., Canned], how: dict[str, Any]
) -> None:
    server = start(status=400, body=b"Limit must be at most 1000", **how)
    with pytest.raises(RemoteRejectedError) as caught:
        a_transport(server.url, longest=0.3).write("POST", "/x", payload={})
    assert caught.value.said == ""


def test_a_refused_list_reaches_the_whole_space(start: Callable[..., Canned]) -> None:
    server = start(status=400)
    with pytest.raises(RemoteRejectedError) as caught:
        a_transport(server.url).read_json("/x")
    assert caught.value.reach is Reach.OBJECT
    with pytest.raises(RemoteRejectedError) as caught:
        a_transport(server.url).read_list("/x")
    assert caught.value.reach is Reach.SPACE


# --- waiting


def test_a_long_wait_for_the_service_is_announced(
    start: Callable[..., Canned], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = start(refusals=1, headers={"Retry-After": "50"}, body=b"[]")
    a_transport(server.url).read_json("/x")
    (line,) = [one for one in caplog.records if one.levelno == logging.INFO]
    assert line.getMessage() in {
        f"sevDesk: waiting {seconds} s, since its rate limit is reached (HTTP 429)"
        for seconds in range(50, 50 + LONGEST_MORE + 1)
    }


def test_a_short_wait_is_not_worth_a_line(
    start: Callable[..., Canned], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = start(refusals=1, headers={"Retry-After": "1"}, body=b"[]")
    a_transport(server.url).read_json("/x")
    assert caplog.records == []


def test_who_waits_for_a_service_that_is_away_reads_why(
    start: Callable[..., Canned], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(RemoteUnavailableError):
        a_transport(start(status=503).url).read_json("/x")
    assert [one.getMessage() for one in caplog.records] == [
        "sevDesk: waiting 2 s, since sevDesk GET /x is unavailable, HTTP 503"
    ]


class Slow(Pace):
    """Holds each request back for so many seconds, without waiting; knows for which endpoints."""

    def __init__(self, seconds: float) -> None:
        super().__init__(None)
        self.seconds = seconds
        self.asked: list[str] = []

    def wait(self, endpoint: str) -> float:
        """Say so."""
        self.asked.append(endpoint)
        return self.seconds


class Counter(RequestCounter):
    """What is told of requests, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    def sent(self, service: str) -> None:
        """A request goes out."""
        self.told.append(("sent", service))

    def repeated(self, service: str) -> None:
        """A request has to be sent again."""
        self.told.append(("repeated", service))

    def waited(self, service: str, seconds: float) -> None:
        """A request was held back."""
        self.told.append(("waited", service, str(seconds)))


@pytest.mark.parametrize("seconds", [0.1, 0.2])
def test_each_request_counts_and_so_does_what_held_it_back(
    start: Callable[..., Canned], seconds: float
) -> None:
    server = start(refusals=1, redirects={"/x/7.pdf": "/y"})
    counter, pace = Counter(), Slow(seconds)
    transport = a_transport(server.url, counter=counter, pace=pace)
    transport.download("/x/7.pdf").close()
    transport.write("POST", "/x/7", payload={})
    held, sent = ([("waited", "sevDesk", "0.2")] if seconds > 0.1 else []), ("sent", "sevDesk")
    assert counter.told == [*held, sent, sent, *held, sent]
    assert pace.asked == ["GET /x/{}.pdf", "POST /x/{}"]
    server.refusals = len(server.seen) + 1
    transport.write("POST", "/x/7", payload={})
    assert counter.told[len(held) * 2 + 3 :] == [
        *(*held, sent, ("repeated", "sevDesk")),
        *(*held, sent),
    ]


def test_a_long_wait_of_our_own_is_told(
    start: Callable[..., Canned], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = start(body=b"[]")
    a_transport(server.url, pace=Slow(1.9)).read_json("/x")
    a_transport(server.url, pace=Slow(33.4)).read_json("/x")
    (line,) = [one for one in caplog.records if one.levelno == logging.INFO]
    assert line.getMessage().startswith("sevDesk: waited 33 s, to send no more requests a minute")


# --- limits


@pytest.mark.parametrize("read", ["document", "JSON", "write"])
def test_what_trickles_is_not_waited_for_without_end(
    start: Callable[..., Canned], read: str
) -> None:
    server = start(body=b"%PDF-" + b"x" * 100, trickle=0.05)
    transport = a_transport(server.url, longest=0.5)
    expected = OutcomeUnknownError if read == "write" else RemoteUnavailableError
    reads: dict[str, Callable[[], object]] = {
        "document": lambda: transport.download("/x.pdf"),
        "JSON": lambda: transport.read_json("/x"),
        "write": lambda: transport.write("POST", "/x", payload={}),
    }
    began = time.monotonic()
    with pytest.raises(expected, match=r"within 0 seconds|within 1 seconds"):
        reads[read]()
    assert time.monotonic() - began < 3
    assert len(server.seen) == 1


def test_json_that_is_too_large_is_not_read(start: Callable[..., Canned]) -> None:
    server = start(body=b"[" + b" " * (1024**2 - 2) + b"]")
    transport = a_transport(server.url, largest=1024**2)
    assert transport.read_json("/x") == []
    server.body += b" "
    for method, kind in (("GET", RemoteUnavailableError), ("POST", OutcomeUnknownError)):
        with pytest.raises(kind, match="the answer is larger than 1 MB"):
            ask(transport, method)


def test_a_document_that_is_too_large_is_named_unreadable(start: Callable[..., Canned]) -> None:
    server = start(body=b"%PDF-" + bytes(MOST_OF_DOCUMENT))
    with pytest.raises(UnreadableAnswerError, match=r"/x\.pdf: .* at most 20 MB"):
        a_transport(server.url).download("/x.pdf")
    assert len(server.seen) == 1


def test_a_document_as_large_as_allowed_arrives(start: Callable[..., Canned]) -> None:
    document = b"%PDF-" + bytes(MOST_OF_DOCUMENT - 5)
    with a_transport(start(body=document).url).download("/x.pdf") as file:
        assert file.read() == document


def test_a_small_packet_that_unpacks_to_too_much_is_refused(start: Callable[..., Canned]) -> None:
    bomb = gzip.compress(bytes(MOST_OF_DOCUMENT + 1))
    server = start(body=bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(UnreadableAnswerError):
        a_transport(server.url).download("/x.pdf")


# --- tokens


@pytest.mark.parametrize("odd", ["€", "ä", "\n", "\r\nX-Evil: 1", " ", "\x00", "\u2028", "😀"])
@pytest.mark.parametrize("form", ["{odd}{token}", "{token}{odd}", "ab{odd}{token}"])
def test_a_token_that_no_header_can_carry_is_refused_unspoken(odd: str, form: str) -> None:
    token = form.format(odd=odd, token=TOKEN)
    with pytest.raises(ConnectionConfigError) as caught:
        Transport(
            "Cobot",
            "http://127.0.0.1:9",
            authorization=f"Bearer {token}",
            secret=token,
            connection="cobot_elbe-hub",
        )
    assert caught.value.connection == "cobot_elbe-hub"
    whole = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in whole
    assert "password" in whole


@pytest.mark.parametrize(
    ("right", "wrong"), [("Bearer 5e7de", f"Bearer {'0' * 32}"), ("5e7de", "0" * 32)]
)
@responses.activate
def test_a_wrong_token_goes_the_same_way_as_the_right_one(right: str, wrong: str) -> None:
    url = "http://127.0.0.1:9/api"
    responses.get(f"{url}/x", json={})
    responses.get(f"{url}/y", status=302, headers={"Location": "http://127.0.0.1:8/y"})
    headers = {"Accept": "application/vnd.api+json"}
    where: dict[str, Any] = {"connection": "cobot_elbe-hub", "address_field": "v1_base_url"}
    transport = Transport("Cobot", url, authorization=right, headers=headers, **where)
    for used in (transport, transport.with_wrong_token()):
        used.read_json("/x")
        with pytest.raises(ConnectionConfigError, match=r"Cobot GET /y .*v1_base_url") as caught:
            used.read_json("/y")
        assert caught.value.connection == "cobot_elbe-hub"
    sent = [call.request.headers for call in responses.calls]
    assert [one["Authorization"] for one in sent] == [right, right, wrong, wrong]
    assert {one["Accept"] for one in sent} == {"application/vnd.api+json"}
    assert {one["User-Agent"] for one in sent} == {"cobot_sevdesk (Airflow)"}


def test_without_a_token_none_is_sent(
    start: Callable[..., Canned], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_netrc(monkeypatch, tmp_path)
    server = start()
    Transport("Cobot", server.url, authorization=None).read_json("/x")
    assert server.seen[0][2] is None


def test_a_netrc_file_replaces_no_token(
    start: Callable[..., Canned], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_netrc(monkeypatch, tmp_path)
    server = start()
    a_transport(server.url).read_json("/x")
    assert server.seen[0][2] == TOKEN


def use_netrc(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Write a `.netrc` with another login for this host."""
    (folder / ".netrc").write_text("machine 127.0.0.1 login eve password eve\n")
    (folder / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("NETRC", str(folder / ".netrc"))
