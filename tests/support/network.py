"""A company's network on loopback: a forward proxy, and TLS with certificates of its own CA."""

import base64
import contextlib
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trustme

SILENCE = 20
"""Seconds after which nobody is expected to say more."""


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    """Serve in the background until the block ends."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def carry(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    while ready := select.select([one, other], [], [], SILENCE)[0]:
        for source in ready:
            target = other if source is one else one
            piece = source.recv(65536)
            # TLS may have more in hand than `select` can see.
            while isinstance(source, ssl.SSLSocket) and source.pending():
                piece += source.recv(source.pending())
            if not piece:
                return
            target.sendall(piece)


class ForwardProxy(ThreadingHTTPServer):
    """Takes `CONNECT` and whole addresses; knows what it was asked for, and by which login."""

    daemon_threads = True
    login = ""
    """`user:password`, where it asks for them."""
    refuses_with = 0
    """The status with which it refuses whatever it is asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.seen: list[tuple[str, str]] = []

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"


class _ProxyHandler(BaseHTTPRequestHandler):
    server: ForwardProxy

    def do_CONNECT(self) -> None:
        if self._refused():
            return
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as target:
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                carry(self.connection, target)
        self.close_connection = True

    def _forward(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.close_connection = True
        if self._refused():
            return
        parts = urlsplit(self.path)
        headers = {k: v for k, v in self.headers.items() if not k.lower().startswith("proxy-")}
        with contextlib.closing(HTTPConnection(parts.netloc)) as target:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            with contextlib.suppress(OSError):  # it hangs up: so do we
                target.request(self.command, path, body, headers)
                answer = target.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers.get("Content-Type") or "")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _forward  # noqa: N815

    def _refused(self) -> bool:
        self.server.seen.append((self.command, self.path))
        wanted = base64.b64encode(self.server.login.encode()).decode()
        status = self.server.refuses_with
        if self.server.login and self.headers.get("Proxy-Authorization") != f"Basic {wanted}":
            status = 407
        if status:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            self.close_connection = True
        return bool(status)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


class TlsRelay(socketserver.ThreadingTCPServer):
    """Speaks TLS for a server on this machine that does not."""

    daemon_threads = True

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _RelayHandler)
        self.port = port
        self.context = context

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"https://localhost:{self.server_address[1]}"


class _RelayHandler(socketserver.BaseRequestHandler):
    server: TlsRelay

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            wrapped = self.server.context.wrap_socket(self.request, server_side=True)
            with wrapped, socket.create_connection(("127.0.0.1", self.server.port)) as target:
                carry(wrapped, target)


@dataclass
class Network:
    """A company's network in a folder; what is opened is closed with it."""

    folder: Path
    opened: ExitStack
    ca: trustme.CA = field(default_factory=trustme.CA)

    @property
    def ca_file(self) -> str:
        """The certificate of the company's CA."""
        path = self.folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(path))
        return str(path)

    def file_of(self, pem: trustme.Blob, name: str) -> str:
        """Something in PEM form as a file."""
        path = self.folder / name
        path.write_bytes(pem.bytes())
        return str(path)

    def proxy(self, **how: Any) -> ForwardProxy:
        """A forward proxy."""
        made = ForwardProxy()
        for name, value in how.items():
            setattr(made, name, value)
        self.opened.enter_context(serving(made))
        return made

    def over_tls(self, url: str, *, asks_for_certificate: bool = False, **how: Any) -> str:
        """The https address of a server on this machine, with a certificate of the company's CA."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert("localhost", **how).configure_cert(context)
        if asks_for_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            self.ca.configure_trust(context)
        parts = urlsplit(url)
        relay = TlsRelay(int(parts.port or 0), context)
        self.opened.enter_context(serving(relay))
        return f"{relay.url}{parts.path}"
