"""The sandbox for containers: the same servers, by TLS, on the address of their network's host.

Our clients speak plain HTTP with the loopback of their machine only, and that of a container is
its own. So the sandbox gets what the real services have: a name, and a certificate that is checked.
"""

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "host.containers.internal"
"""How containers call the machine they run on; Podman writes it into their list of hosts."""
_PIECE = 65536


def make_certificate(folder: Path) -> Path:
    """A key, and a certificate for `NAME` signed by itself; returns the latter's file."""
    certificate = folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=cobot_sevdesk test", "-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", str(folder / "key.pem"), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate


@contextmanager
def front_doors(address: str, ports: list[int], certificate: Path) -> Iterator[list[int]]:
    """A port on `address` for each port of this machine: TLS outside, plain HTTP inside."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    loop = asyncio.new_event_loop()
    servers = [
        loop.run_until_complete(asyncio.start_server(_to(port), address, 0, ssl=context))
        for port in ports
    ]
    thread = threading.Thread(target=loop.run_forever, name="front doors", daemon=True)
    thread.start()
    try:
        yield [int(server.sockets[0].getsockname()[1]) for server in servers]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)


def _to(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """What answers a connection by one to a port of this machine."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pump(reader, back), _pump(there, writer))

    return answer


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(_PIECE):
            target.write(piece)
            await target.drain()
    except OSError:
        # The other side hung up; crashes are what is tried here.
        pass
    finally:
        target.close()
