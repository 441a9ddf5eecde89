"""The back door, never below the API paths: to set up the world, to break things, to look.

`/_sandbox/...` on both servers; see README.md in this folder.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.demo import build_demo
from sandbox.page import page
from sandbox.world import World

COBOT_OPERATIONS = frozenset(
    "sign_up confirm cancel delete_member add_team add_contact add_invoice edit_invoice "
    "correct_invoice delete_invoice".split()
)
SEVDESK_OPERATIONS = frozenset("create_contact save_voucher delete_voucher reset tag".split())


def add_back_door(app: FastAPI, world: World) -> None:
    """Give a server the back door."""

    def route(method: str, path: str, answer: Callable[[Request, Any], Any]) -> None:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            with world.lock:
                try:
                    found = answer(request, json.loads(body) if body else {})
                except (KeyError, TypeError, ValueError) as error:
                    return JSONResponse({"error": repr(error)}, status_code=400)
            return found if isinstance(found, Response) else JSONResponse(found)

        app.add_api_route(f"/_sandbox{path}", endpoint, methods=[method])

    def reset(_request: Request, body: Any) -> Any:
        world.clear()
        if body.get("world") == "demo":
            build_demo(world)
        return {}

    def switch(_request: Request, body: Any) -> Any:
        for name, value in body.items():
            if not hasattr(world.switches, name):
                raise ValueError(f"{name}: no such switch")
            setattr(world.switches, name, value)
        return asdict(world.switches)

    def fault(_request: Request, body: Any) -> Any:
        world.faults.add(body.pop("kind"), **body)
        return {}

    def clear_faults(_request: Request, _body: Any) -> Any:
        world.faults.clear()
        return {}

    def clear_requests(_request: Request, _body: Any) -> Any:
        world.requests.clear()
        return {}

    route("GET", "", lambda *_: HTMLResponse(page(world)))
    route("POST", "/reset", reset)
    route("GET", "/ledger", lambda *_: world.ledger())
    route("GET", "/requests", lambda *_: [asdict(seen) for seen in world.requests])
    route("DELETE", "/requests", clear_requests)
    route("GET", "/switches", lambda *_: asdict(world.switches))
    route("PATCH", "/switches", switch)
    route("POST", "/faults", fault)
    route("DELETE", "/faults", clear_faults)
    route("POST", "/cobot/{subdomain}/{operation}", lambda r, b: _in_cobot(world, r, b))
    route("POST", "/sevdesk/{subdomain}/{operation}", lambda r, b: _in_sevdesk(world, r, b))
    route("GET", "/document/{subdomain}/{voucher}", lambda r, _: _document(world, r))


def _in_cobot(world: World, request: Request, body: Any) -> Any:
    operation = request.path_params["operation"]
    if operation not in COBOT_OPERATIONS:
        raise ValueError(f"{operation}: one of {', '.join(sorted(COBOT_OPERATIONS))}")
    if isinstance(body.get("debtor"), list):
        body["debtor"] = tuple(body["debtor"])
    space = world.spaces[request.path_params["subdomain"]]
    return {"result": getattr(space, operation)(**body)}


def _in_sevdesk(world: World, request: Request, body: Any) -> Any:
    operation = request.path_params["operation"]
    if operation not in SEVDESK_OPERATIONS:
        raise ValueError(f"{operation}: one of {', '.join(sorted(SEVDESK_OPERATIONS))}")
    tenant = world.tenants[world.pairs[request.path_params["subdomain"]]]
    return {"result": getattr(tenant, operation)(**body)}


def _document(world: World, request: Request) -> Response:
    tenant = world.tenants[world.pairs[request.path_params["subdomain"]]]
    document = tenant.tables["Voucher"][request.path_params["voucher"]]["document"]
    name = tenant.tables["Document"][document["id"]]["filename"]
    return Response(tenant.files[name], media_type="application/pdf")
