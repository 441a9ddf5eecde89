"""The back door, never below the API paths: to set up the world, to break things, to look.

`/_sandbox/...` on both servers; see README.md in this folder.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.demo import build_demo
from sandbox.page import page
from sandbox.switches import set_switch
from sandbox.tenant import Tenant
from sandbox.voucher_rules import RefusedError
from sandbox.world import World

Json = dict[str, Any]

COBOT_OPERATIONS = frozenset(
    "sign_up confirm cancel delete_member add_team add_contact add_invoice edit_invoice "
    "correct_invoice delete_invoice damage_pdf".split()
)
SEVDESK_OPERATIONS = frozenset(
    "create_contact delete_contact create_address create_way save_voucher save_old_voucher "
    "delete_voucher reset tag delete_tag".split()
)
WORLDS = ("demo", "empty")


def add_back_door(app: FastAPI, world: World) -> None:
    """Give a server the back door."""
    door = _BackDoor(world)

    def route(method: str, path: str, answer: Callable[[Request, Json], Any]) -> None:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            with world.lock:
                try:
                    found = answer(request, _parsed(body))
                except (ValueError, RefusedError) as error:
                    return JSONResponse({"error": str(error)}, status_code=400)
            return found if isinstance(found, Response) else JSONResponse(found)

        app.add_api_route(f"/_sandbox{path}", endpoint, methods=[method])

    route("GET", "", lambda *_: HTMLResponse(page(world)))
    route("POST", "/reset", door.reset)
    route("GET", "/ledger", lambda *_: world.ledger())
    route("GET", "/requests", lambda *_: [asdict(seen) for seen in world.requests])
    route("DELETE", "/requests", door.clear_requests)
    route("GET", "/switches", lambda *_: asdict(world.switches))
    route("PATCH", "/switches", door.switch)
    route("POST", "/faults", door.fault)
    route("DELETE", "/faults", door.clear_faults)
    route("POST", "/cobot/{subdomain}/{operation}", door.in_cobot)
    route("POST", "/sevdesk/{subdomain}/{operation}", door.in_sevdesk)
    route("GET", "/document/{subdomain}/{voucher}", door.document)


class _BackDoor:
    """The calls; each error says what was expected."""

    def __init__(self, world: World) -> None:
        self._world = world

    def reset(self, _request: Request, body: Json) -> Json:
        wanted = _one_of(body.get("world", "empty"), WORLDS, "world")
        self._world.clear()
        if wanted == "demo":
            build_demo(self._world)
        return {}

    def switch(self, _request: Request, body: Json) -> Json:
        before = asdict(self._world.switches)
        try:
            for name, value in body.items():
                set_switch(self._world.switches, name, value)
        except ValueError:
            for name, value in before.items():
                setattr(self._world.switches, name, value)
            raise
        return asdict(self._world.switches)

    def fault(self, _request: Request, body: Json) -> Json:
        self._world.faults.add(body.pop("kind", ""), **body)
        return {}

    def clear_faults(self, _request: Request, _body: Json) -> Json:
        self._world.faults.clear()
        return {}

    def clear_requests(self, _request: Request, _body: Json) -> Json:
        self._world.requests.clear()
        return {}

    def in_cobot(self, request: Request, body: Json) -> Json:
        operation = _one_of(request.path_params["operation"], COBOT_OPERATIONS, "operation")
        if isinstance(body.get("debtor"), list):
            body["debtor"] = tuple(body["debtor"])
        subdomain = _one_of(request.path_params["subdomain"], self._world.spaces, "space")
        return {"result": _called(getattr(self._world.spaces[subdomain], operation), body)}

    def in_sevdesk(self, request: Request, body: Json) -> Json:
        operation = _one_of(request.path_params["operation"], SEVDESK_OPERATIONS, "operation")
        return {"result": _called(getattr(self._tenant(request), operation), body)}

    def document(self, request: Request, _body: Json) -> Response:
        tenant = self._tenant(request)
        voucher = tenant.get("Voucher", request.path_params["voucher"])
        if not voucher["document"]:
            raise ValueError(f"voucher {voucher['id']}: it has no document")
        name = tenant.get("Document", voucher["document"]["id"])["filename"]
        return Response(tenant.files[name], media_type="application/pdf")

    def _tenant(self, request: Request) -> Tenant:
        """The sevDesk account beside a space."""
        subdomain = _one_of(request.path_params["subdomain"], self._world.pairs, "space")
        return self._world.tenants[self._world.pairs[subdomain]]


def _parsed(body: bytes) -> Json:
    try:
        parsed = json.loads(body) if body else {}
    except ValueError:
        parsed = None
    if isinstance(parsed, dict):
        return parsed
    raise ValueError('the body: expected a JSON object such as {"name": "value"}')


def _one_of(value: Any, known: Any, what: str) -> str:
    if value not in known:
        raise ValueError(f"{what} {value!r}: expected one of {', '.join(sorted(known)) or 'none'}")
    return str(value)


def _called(operation: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """What an operation returns; the body holds its arguments, or its one argument."""
    wanted = inspect.signature(operation)
    only = next(iter(wanted.parameters)) if len(wanted.parameters) == 1 else ""
    if only in {"body", "fields"} and only not in arguments:
        arguments = {only: arguments}
    try:
        wanted.bind(**arguments)
    except TypeError as error:
        raise ValueError(f"{error}; expected {_described(wanted)}") from None
    try:
        return operation(**arguments)
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r}: no such thing, or it lacks this field") from None
    except (TypeError, AttributeError) as error:
        raise ValueError(f"{error}; expected {_described(wanted)}") from None


def _described(wanted: inspect.Signature) -> str:
    """The arguments of an operation, as its README's readers see them."""
    return ", ".join(
        f"{one.name}{'' if one.default is one.empty else ' (optional)'}"
        for one in wanted.parameters.values()
        if one.kind is not one.VAR_KEYWORD
    )
