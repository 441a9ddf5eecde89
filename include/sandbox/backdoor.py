"""The back door, never below the API paths: to set up the world, to break things, to look.

`/_sandbox/...` on both servers; see README.md in this folder.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import compile_path

from sandbox import space_files
from sandbox.cobot_space import CobotSpace
from sandbox.demo import build_demo, build_new, tokens_of_new
from sandbox.faults import SERVICES
from sandbox.switches import set_switch
from sandbox.tenant import Tenant
from sandbox.tour.actions import BY_NAME, Call, call_of
from sandbox.tour.page import Done, Page
from sandbox.tour.why import today_in_berlin
from sandbox.tour.words import language_of
from sandbox.voucher_rules import RefusedError
from sandbox.world import World

Json = dict[str, Any]
Params = Mapping[str, str]
Answer = Callable[[Params, Json], Any]

COBOT_OPERATIONS = frozenset(
    "sign_up confirm cancel delete_member add_team add_contact add_invoice send_invoice "
    "edit_invoice set_code set_country set_net correct_invoice delete_invoice damage_pdf".split()
)
SEVDESK_OPERATIONS = frozenset(
    "create_contact delete_contact create_address create_way save_voucher save_old_voucher "
    "delete_voucher reset tag delete_tag make_account".split()
)
WORLDS = ("demo", "empty")
GO_LIVE = "2026-01-01"
"""`sync_from` of a space that is made here: that of the sample spaces."""
HERE = "/_sandbox"
_FORM = "/do/{action}"


def add_back_door(app: FastAPI, world: World) -> None:
    """Give a server the back door."""
    door = _BackDoor(world)

    def route(method: str, path: str, answer: Callable[[Request, bytes], Any]) -> None:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            with world.lock:
                try:
                    found = answer(request, body)
                except LookupError as error:
                    return JSONResponse({"error": str(error.args[0])}, status_code=404)
                except (ValueError, RefusedError) as error:
                    return JSONResponse({"error": str(error)}, status_code=400)
            return found if isinstance(found, Response) else JSONResponse(found)

        app.add_api_route(f"{HERE}{path}", endpoint, methods=[method])

    route("GET", "", door.page)
    route("POST", _FORM, door.do)
    for method, path, answer in door.calls:
        route(method, path, _as_call(answer))
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        route(method, "/{rest:path}", door.unknown)


def _as_call(answer: Answer) -> Callable[[Request, bytes], Any]:
    return lambda request, body: answer(request.path_params, _parsed(body))


class _BackDoor:
    """The calls; each error says what was expected."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done: list[Done] = []
        self.calls: list[tuple[str, str, Answer]] = [
            ("POST", "/reset", self.reset),
            ("GET", "/ledger", lambda *_: world.ledger()),
            ("GET", "/requests", lambda *_: [asdict(seen) for seen in world.requests]),
            ("DELETE", "/requests", self.clear_requests),
            ("GET", "/switches", lambda *_: asdict(world.switches)),
            ("PATCH", "/switches", self.switch),
            ("POST", "/faults", self.fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/cobot/{subdomain}/{operation}", self.in_cobot),
            ("POST", "/sevdesk/{subdomain}/{operation}", self.in_sevdesk),
            ("POST", "/tokens/{subdomain}/{service}/{change}", self.token),
            ("POST", "/spaces", self.add_space),
            ("POST", "/space_files/{subdomain}/ignore", self.ignore),
            ("GET", "/document/{subdomain}/{voucher}", self.document),
        ]

    # --- for people

    def page(self, request: Request, _body: bytes) -> Response:
        """The page, in the language that its address or the browser asks for."""
        asked = request.query_params.get("lang")
        lang = language_of(asked, request.headers.get("accept-language", ""))
        base = f"{str(request.base_url).rstrip('/')}{HERE}"
        return HTMLResponse(Page(self._world, lang, base, self._done).html())

    def do(self, request: Request, body: bytes) -> Response:
        """What a button does: the call of its row in the table; then the page again."""
        filled = dict(parse_qsl(body.decode(), keep_blank_values=True))
        action = BY_NAME[_one_of(request.path_params["action"], BY_NAME, "action")]
        call = call_of(action, filled)
        error = ""
        try:
            self.make(call)
        except (ValueError, LookupError, RefusedError) as refused:
            error = str(refused.args[0] if isinstance(refused, LookupError) else refused)
        back, lang = filled.get("back", ""), filled.get("lang", "")
        self._done.append(Done(action, filled, call, error, back))
        where = f"{HERE}?lang={quote(lang)}#{quote(back)}"
        return RedirectResponse(where, status_code=303)

    def make(self, call: Call) -> Any:
        """Make a call as if it had come over HTTP."""
        for method, path, answer in self.calls:
            match = compile_path(path)[0].match(call.path)
            if match and method == call.method:
                return answer(match.groupdict(), call.body)
        raise LookupError(self._expected(call.method, call.path))

    def unknown(self, request: Request, _body: bytes) -> Response:
        """Nothing is there; says what is."""
        raise LookupError(self._expected(request.method, f"/{request.path_params['rest']}"))

    def _expected(self, method: str, path: str) -> str:
        known = ", ".join(f"{method} {HERE}{path}" for method, path, _ in self.calls)
        return f"{method} {HERE}{path}: no such call; expected one of GET {HERE}, {known}"

    # --- for programs

    def reset(self, _params: Params, body: Json) -> Json:
        wanted = _one_of(body.get("world", "empty"), WORLDS, "world")
        self._world.clear()
        self._done.clear()
        if wanted == "demo":
            build_demo(self._world)
        return {}

    def switch(self, _params: Params, body: Json) -> Json:
        before = asdict(self._world.switches)
        try:
            for name, value in body.items():
                set_switch(self._world.switches, name, value)
        except ValueError:
            for name, value in before.items():
                setattr(self._world.switches, name, value)
            raise
        return asdict(self._world.switches)

    def fault(self, _params: Params, body: Json) -> Json:
        self._world.faults.add(**{"kind": "", **body})
        return {}

    def clear_faults(self, _params: Params, _body: Json) -> Json:
        self._world.faults.clear()
        return {}

    def clear_requests(self, _params: Params, _body: Json) -> Json:
        self._world.requests.clear()
        return {}

    def in_cobot(self, params: Params, body: Json) -> Json:
        operation = _one_of(params["operation"], COBOT_OPERATIONS, "operation")
        if isinstance(body.get("debtor"), list):
            body["debtor"] = tuple(body["debtor"])
        space = self._space(params)
        body = {**body, **_ids_of(space, body)}
        return {"result": _called(getattr(space, operation), body)}

    def in_sevdesk(self, params: Params, body: Json) -> Json:
        operation = _one_of(params["operation"], SEVDESK_OPERATIONS, "operation")
        return {"result": _called(getattr(self._tenant(params), operation), body)}

    def token(self, params: Params, _body: Json) -> Json:
        service = _one_of(params["service"], SERVICES, "service")
        change = _one_of(params["change"], ("revoke", "renew"), "change")
        subdomain = _one_of(params["subdomain"], self._world.pairs, "space")
        tokens = self._world.tokens_of(subdomain, service)
        if change == "revoke":
            self._world.revoked |= tokens
        else:
            self._world.revoked -= tokens
        return {}

    def add_space(self, _params: Params, body: Json) -> Json:
        slug = space_files.check_slug(body.get("slug"))
        if slug in self._world.spaces:
            known = ", ".join(sorted(self._world.spaces))
            raise ValueError(f"slug {slug!r}: expected a new one; there are {known}")
        around = self._world.around
        try:
            if around.connect:
                around.connect(slug, *tokens_of_new(slug))
        except OSError as error:
            raise ValueError(f"Airflow did not take the connections: {error}; try again") from None
        yesterday = today_in_berlin() - timedelta(days=1)
        build_new(self._world, slug, day=str(yesterday))
        if around.may_write:
            space_files.write_new(around, slug, start=GO_LIVE)
        return {"space_file": f"{slug}.yaml" if around.may_write else None}

    def ignore(self, params: Params, body: Json) -> Json:
        around = self._world.around
        slug = self._space(params).subdomain
        number, reason = body.get("number"), body.get("reason")
        space_files.ignore(around, slug, number=number, reason=reason)
        return {}

    def document(self, params: Params, _body: Json) -> Response:
        tenant = self._tenant(params)
        voucher = tenant.get("Voucher", params["voucher"])
        if not voucher["document"]:
            raise ValueError(f"voucher {voucher['id']}: it has no document")
        name = tenant.get("Document", voucher["document"]["id"])["filename"]
        return Response(tenant.files[name], media_type="application/pdf")

    def _space(self, params: Params) -> CobotSpace:
        return self._world.spaces[_one_of(params["subdomain"], self._world.spaces, "space")]

    def _tenant(self, params: Params) -> Tenant:
        """The sevDesk account beside a space."""
        subdomain = _one_of(params["subdomain"], self._world.pairs, "space")
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
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{what} {value!r}: expected one of {', '.join(sorted(known)) or 'none'}")
    return value


def _ids_of(space: CobotSpace, body: Json) -> Json:
    """The id of the invoice that a body names by its number.

    Raises:
        ValueError: several invoices have that number.
    """
    named = body.get("invoice_id")
    if not isinstance(named, str) or named in space.invoices:
        return {}
    ids = [i for i, row in space.invoices.items() if row["attributes"]["number"] == named]
    if len(ids) > 1:
        raise ValueError(f"invoice_id: {len(ids)} invoices have the number {named}; expected an id")
    return {"invoice_id": ids[0]} if ids else {}


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
    except ArithmeticError:
        raise ValueError(f"an amount such as 120.00 is expected; {_described(wanted)}") from None
    except (TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"{error}; expected {_described(wanted)}") from None


def _described(wanted: inspect.Signature) -> str:
    """The arguments of an operation, as its README's readers see them."""
    return ", ".join(
        f"{one.name}{'' if one.default is one.empty else ' (optional)'}"
        for one in wanted.parameters.values()
        if one.kind is not one.VAR_KEYWORD
    )
