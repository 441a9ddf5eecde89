"""Both servers in one process: in the background for tests, in the foreground for people."""

import asyncio
import socket
import threading
import time
from types import TracebackType
from typing import Self

import uvicorn

from sandbox.backdoor import add_back_door
from sandbox.cobot_api import cobot_app
from sandbox.demo import build_demo
from sandbox.faults import FaultyApp
from sandbox.sevdesk_api import PREFIX, sevdesk_app
from sandbox.world import World

HOST = "127.0.0.1"


class SandboxServer:
    """Cobot and sevDesk on two ports of this machine, over one world.

    Use as a context manager; `world` may be changed while the servers run (hold `world.lock`
    where several changes belong together).
    """

    def __init__(self, *, cobot_port: int = 0, sevdesk_port: int = 0, world: str = "empty") -> None:
        self.world = World()
        if world == "demo":
            build_demo(self.world)
        self._sockets = [_listen(cobot_port), _listen(sevdesk_port)]
        self._servers = [
            uvicorn.Server(_config(self.world, "cobot")),
            uvicorn.Server(_config(self.world, "sevdesk")),
        ]
        self._thread = threading.Thread(target=self.run, name="sandbox", daemon=True)

    @property
    def cobot_url(self) -> str:
        """Base URL of API 2."""
        return f"http://{HOST}:{self._sockets[0].getsockname()[1]}"

    @property
    def sevdesk_url(self) -> str:
        """Base URL of sevDesk's API."""
        return f"http://{HOST}:{self._sockets[1].getsockname()[1]}{PREFIX}"

    @property
    def page_url(self) -> str:
        """The page that shows both sides."""
        return f"{self.cobot_url}/_sandbox"

    def v1_url(self, subdomain: str) -> str:
        """Base URL of API 1 of a space."""
        return f"{self.cobot_url}/{subdomain}/api"

    def run(self) -> None:
        """Serve until stopped."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        pairs = zip(self._servers, self._sockets, strict=True)
        await asyncio.gather(*(server.serve(sockets=[sock]) for server, sock in pairs))

    def stop(self) -> None:
        """End both servers."""
        for server in self._servers:
            server.should_exit = True
            server.force_exit = True

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 20
        while not all(server.started for server in self._servers):
            if time.monotonic() > deadline:
                raise TimeoutError("the sandbox did not start")
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self._thread.join(timeout=10)
        for sock in self._sockets:
            sock.close()


def _config(world: World, service: str) -> uvicorn.Config:
    app = cobot_app(world) if service == "cobot" else sevdesk_app(world)
    add_back_door(app, world)
    return uvicorn.Config(
        FaultyApp(app, service, world),
        log_level="warning",
        lifespan="off",
        http="h11",
        proxy_headers=False,
        timeout_keep_alive=60,
    )


def _listen(port: int) -> socket.socket:
    # Only with the protocol named asyncio switches Nagle off; else every answer takes 40 ms.
    sock = socket.socket(proto=socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((HOST, port))
    return sock
