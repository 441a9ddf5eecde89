"""Making answers fail on purpose: lost before or after they took effect, delayed, garbled, killed.

The wrapper sits outside of everything else, so it can close the connection itself.
"""

import asyncio
import json
import os
import re
import signal
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world import World

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

KINDS = (
    *("drop_before", "drop_after", "status_before", "status_after", "too_many"),
    *(
        "error_in_200",
        "hang",
        "truncate",
        "kill_before",
        "kill_after",
        "lag",
        "replace",
        "meanwhile",
    ),
)
SERVICES = ("cobot", "sevdesk")


@dataclass
class Fault:
    """One fault: which requests it meets, and what happens to them.

    `number` counts requests to both services since the log was cleared; else the fault meets
    every request that matches `service`, `method` and `path` (a regular expression), after
    leaving out the first `skip`, `times` times.
    """

    kind: str
    number: int | None = None
    service: str | None = None
    method: str | None = None
    path: str | None = None
    skip: int = 0
    times: int = 1
    status: int = 500
    retry_after: int | None = None
    html: bool = False
    seconds: float = 1
    pid: int | None = None
    body: Any = None
    """For `replace`: the JSON that is answered instead, with status 200."""
    do: Callable[[], object] | None = None
    """For `meanwhile` (from Python only): what somebody does right after the request."""


@dataclass
class Seen:
    """One request in the log; no query, no token."""

    number: int
    service: str
    method: str
    path: str
    status: int | None = None
    fault: str | None = None


class Faults:
    """The faults that are waiting for their request."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, kind: str, **how: Any) -> None:
        """Make a request fail; see `Fault` for the options."""
        if kind not in KINDS:
            raise ValueError(f"kind {kind!r}: expected one of {', '.join(KINDS)}")
        options = [field.name for field in fields(Fault) if field.name not in {"kind", "do"}]
        if unknown := sorted(set(how) - {*options, "do"}):
            raise ValueError(f"{unknown[0]}: no such option; expected one of {', '.join(options)}")
        for field in fields(Fault):
            if field.name in how:
                _check(field.name, how[field.name], field.type)
        self._waiting.append(Fault(kind, **how))

    def clear(self) -> None:
        """Nothing fails any more."""
        self._waiting.clear()

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """Those that no request has met yet."""
        return tuple(self._waiting)

    def take(self, seen: Seen) -> Fault | None:
        """The fault that meets this request, used up by one."""
        for fault in self._waiting:
            if not _meets(fault, seen):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            return fault
        return None


def _check(name: str, value: Any, kind: Any) -> None:
    """Raise a `ValueError` that says what was expected where an option does not fit."""
    if name in {"body", "do"}:
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number if kind is float else isinstance(value, kind)) or (
        isinstance(value, bool) and kind is not bool
    ):
        wanted = getattr(kind, "__name__", str(kind))
        raise ValueError(f"{name}: {value!r} does not fit; expected {_WANTED[wanted]}")
    if name == "service" and value not in SERVICES:
        raise ValueError(f"service {value!r}: expected one of {', '.join(SERVICES)}")
    if name == "path" and value is not None:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"path: {error}; expected a regular expression") from None


_WANTED = {
    "int": "a whole number",
    "int | None": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str | None": "a text",
}


def _meets(fault: Fault, seen: Seen) -> bool:
    if fault.number is not None:
        return fault.number == seen.number
    return (
        fault.service in {None, seen.service}
        and fault.method in {None, seen.method}
        and (fault.path is None or re.search(fault.path, seen.path) is not None)
    )


class FaultyApp:
    """Logs every request of one service and lets faults happen to it."""

    def __init__(self, app: App, service: str, world: "World") -> None:
        self._app, self._service, self._world = app, service, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let its fault happen."""
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            await self._app(scope, receive, send)
            return
        with self._world.lock:
            number = len(self._world.requests) + 1
            seen = Seen(number, self._service, scope["method"], scope["path"])
            self._world.requests.append(seen)
            fault = self._world.faults.take(seen)
        seen.fault = fault.kind if fault else None
        await asyncio.sleep(self._world.switches.latency_seconds)
        if fault is None:
            await self._app(scope, receive, _noting(send, seen))
        else:
            await self._fail(fault, seen, scope, receive, send)

    async def _fail(
        self, fault: Fault, seen: Seen, scope: Scope, receive: Receive, send: Send
    ) -> None:
        kind = fault.kind
        if kind in {"drop_before", "hang", "kill_before"}:
            await _read_all(receive)
            if kind == "kill_before" and fault.pid:
                os.kill(fault.pid, signal.SIGKILL)
            if kind == "hang":
                await asyncio.sleep(fault.seconds)
            await _drop(send)
            return
        if kind in {"status_before", "too_many", "error_in_200", "replace"}:
            await _read_all(receive)
            await _answer(send, seen, *_made_up(fault, seen))
            return
        if kind == "lag":
            lag = self._world.switches.list_lag_seconds
            self._world.switches.list_lag_seconds = fault.seconds
            await self._app(scope, receive, _noting(send, seen))
            self._world.switches.list_lag_seconds = lag
            return
        if kind == "meanwhile" and fault.do:
            await self._app(scope, receive, _noting(send, seen))
            with self._world.lock:
                fault.do()
            return
        body, status, headers = await self._applied(scope, receive)
        if kind == "kill_after" and fault.pid:
            os.kill(fault.pid, signal.SIGKILL)
        if kind in {"drop_after", "kill_after"}:
            seen.status = status
            await _drop(send)
        elif kind == "status_after":
            await _answer(send, seen, *_made_up(fault, seen))
        else:
            kept = [(k, v) for k, v in headers if k != b"content-length"]
            await _answer(send, seen, status, body[: len(body) // 2], kept)

    async def _applied(
        self, scope: Scope, receive: Receive
    ) -> tuple[bytes, int, list[tuple[bytes, bytes]]]:
        """Let the request take effect, keep the answer."""
        parts: list[bytes] = []
        start: Message = {}

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, keep)
        return b"".join(parts), start["status"], list(start["headers"])


def _made_up(fault: Fault, seen: Seen) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    headers = [(b"content-type", b"text/html" if fault.html else b"application/json")]
    if fault.retry_after is not None:
        headers.append((b"retry-after", str(fault.retry_after).encode()))
    if fault.kind == "replace":
        return 200, json.dumps(fault.body).encode(), headers
    status = {"too_many": 429, "error_in_200": 200}.get(fault.kind, fault.status)
    if fault.html:
        return status, b"<html><body><h1>Bad gateway</h1></body></html>", headers
    error = {"message": "made to fail", "code": 390, "data": [], "responseCode": status}
    body = (
        {"objects": None, "error": error}
        if seen.service == "sevdesk"
        else {"errors": [{"detail": "made to fail"}]}
    )
    return status, json.dumps(body).encode(), headers


def _noting(send: Send, seen: Seen) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]
        await send(message)

    return noted


async def _read_all(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _answer(
    send: Send, seen: Seen, status: int, body: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    seen.status = status
    length = [(b"content-length", str(len(body)).encode())]
    start = {"type": "http.response.start", "status": status, "headers": [*headers, *length]}
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def _drop(send: Send) -> None:
    """Close the connection without an answer; under uvicorn `send` belongs to the request."""
    send.__self__.transport.abort()  # type: ignore[attr-defined]
    # Let uvicorn notice before the request ends, else it reports an answer that was forgotten.
    await asyncio.sleep(0)
