"""sevDesk's API (bookkeeping 2.0) over the state of the world, below /api/v1."""

import json
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from sandbox.answers import json_answer, with_nulls
from sandbox.chart import account_without_number
from sandbox.countries import all_countries
from sandbox.sevdesk_lists import embedded, filtered, page
from sandbox.sevdesk_shapes import SHAPES
from sandbox.sevdesk_vouchers import VoucherEndpoints
from sandbox.switches import Switches
from sandbox.tenant import Tenant
from sandbox.voucher_rules import RefusedError
from sandbox.wire import shown, stored
from sandbox.world import World

Json = dict[str, Any]
PREFIX = "/api/v1"

Answer = Callable[[Tenant, Request, Json], Any]
Route = tuple[str, str, Answer, int]
"""Method, path, answer, status of a success."""


def sevdesk_app(world: World) -> FastAPI:
    """The sevDesk server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for route in sevdesk_routes(world):
        _add(app, world, route)
    # Where sevDesk's web application shows a voucher and a contact.
    for kind, path in (("voucher", "/ex/detail/id/{id}"), ("contact", "/crm/detail/id/{id}")):
        app.add_api_route(path, _page_for_people(kind), methods=["GET"])
    return app


def sevdesk_routes(world: World) -> list[Route]:
    """Everything this server answers."""
    vouchers = VoucherEndpoints(world, page_of)
    return [*_Account(world).routes(), *_Objects(world).routes(), *vouchers.routes()]


def page_of(kind: str, request: Request, rows: list[Json], switches: Switches) -> Json:
    """One page of a list, filtered as the request asks."""
    query = request.query_params
    return page(query, filtered(kind, query, rows, switches), switches)


def _page_for_people(kind: str) -> Callable[[str], RedirectResponse]:
    def redirect(id: str) -> RedirectResponse:  # noqa: A002  as in the path
        return RedirectResponse(f"/_sandbox#{kind}-{id}")

    return redirect


def _add(app: FastAPI, world: World, route: Route) -> None:
    method, path, answer, status = route

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        with world.lock:
            try:
                found = answer(_tenant(world, request), request, _parsed(request, body))
            except RefusedError as error:
                return _refused(error, world.switches)
            return json_answer(found, world.switches, status=status)

    app.add_api_route(PREFIX + path, endpoint, methods=[method])


def _tenant(world: World, request: Request) -> Tenant:
    token = request.headers.get("authorization", "")
    tenant = world.tenants.get(token)
    if tenant is None or token in world.revoked:
        raise RefusedError(world.switches.sevdesk_bad_token_status, "Authentication required")
    return tenant


def _refused(error: RefusedError, switches: Switches) -> Response:
    detail: Json = {"message": error.message, "code": error.code}
    if error.status < 500:  # recorded: a 500 has these two only
        detail = {
            "exceptionUUID": "00000000-0000-0000-0000-000000000000",
            "message": error.message,
            "errorCode": 0,
            "code": error.code,
            "data": [],
            "responseCode": error.status,
        }
    return json_answer({"objects": None, "error": detail}, switches, status=error.status)


class _Account:
    """What an account offers: bookkeeping system, booking accounts, countries."""

    def __init__(self, world: World) -> None:
        self._switches = world.switches

    def routes(self) -> list[Route]:
        """Everything that is answered here."""
        return [
            ("GET", "/Tools/bookkeepingSystemVersion", self.version, 200),
            ("GET", "/ReceiptGuidance/forAllAccounts", self.guidance_for(None), 200),
            ("GET", "/ReceiptGuidance/forRevenue", self.guidance_for("REVENUE"), 200),
            ("GET", "/ReceiptGuidance/forExpense", self.guidance_for("EXPENSE"), 200),
            ("GET", "/ReceiptGuidance/forAccountNumber", self.guidance_for_number, 200),
            ("GET", "/ReceiptGuidance/forTaxRule", self.guidance_for_tax_rule, 200),
            ("GET", "/StaticCountry", self.countries, 200),
        ]

    def version(self, tenant: Tenant, _request: Request, _body: Json) -> Json:
        return {"objects": {"version": tenant.version}}

    def guidance_for(self, receipts: str | None) -> Answer:
        def answer(tenant: Tenant, _request: Request, _body: Json) -> Json:
            listed = tenant.guidance
            if self._switches.chart_entry_without_number:
                listed = [*listed, account_without_number()]
            found = [a for a in listed if receipts is None or receipts in a["allowedReceiptTypes"]]
            return {"objects": with_nulls(found, self._switches)}

        return answer

    def guidance_for_number(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        wanted = request.query_params.get("accountNumber")
        found = [a for a in tenant.guidance if a["accountNumber"] == wanted]
        if not found:
            raise RefusedError(422, "account number is not bookable")
        return {"objects": found[0]}

    def guidance_for_tax_rule(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        wanted = request.query_params.get("taxRule")
        found = [
            account
            for account in tenant.guidance
            if wanted in {rule["name"] for rule in account["allowedTaxRules"]}
        ]
        if not found:
            raise RefusedError(422, "tax rule is unknown")
        return {"objects": with_nulls(found, self._switches)}

    def countries(self, _tenant: Tenant, request: Request, _body: Json) -> Json:
        if not self._switches.countries_path_exists:
            raise RefusedError(404, "no such path")
        return page_of("StaticCountry", request, all_countries(), self._switches)


class _Objects:
    """Lists and single objects of every kind, contacts and tags."""

    def __init__(self, world: World) -> None:
        self._switches = world.switches

    def routes(self) -> list[Route]:
        """Everything that is answered here."""
        return [
            ("GET", "/Contact/Factory/getNextCustomerNumber", self.next_number, 200),
            ("GET", "/Contact", self.contacts, 200),
            ("POST", "/Contact", self.create_contact, 201),
            ("GET", "/Contact/{id}", self.one_of("Contact"), 200),
            ("PUT", "/Contact/{id}", self.update_of("Contact"), 200),
            ("DELETE", "/Contact/{id}", self.delete_contact, 200),
            ("GET", "/ContactAddress", self.list_of("ContactAddress"), 200),
            ("POST", "/ContactAddress", self.create_address, 201),
            ("DELETE", "/ContactAddress/{id}", self.delete_of("ContactAddress"), 200),
            ("GET", "/CommunicationWay", self.list_of("CommunicationWay"), 200),
            ("POST", "/CommunicationWay", self.create_way, 201),
            ("DELETE", "/CommunicationWay/{id}", self.delete_of("CommunicationWay"), 200),
            ("GET", "/CostCentre", self.list_of("CostCentre"), 200),
            ("POST", "/CostCentre", self.create_cost_centre, 201),
            ("DELETE", "/CostCentre/{id}", self.delete_of("CostCentre"), 200),
            ("GET", "/VoucherPos", self.list_of("VoucherPos"), 200),
            ("GET", "/Tag", self.list_of("Tag"), 200),
            ("GET", "/Tag/{id}", self.one_of("Tag"), 200),
            ("PUT", "/Tag/{id}", self.update_of("Tag"), 200),
            ("DELETE", "/Tag/{id}", self.delete_tag, 200),
            ("POST", "/Tag/Factory/create", self.create_tag, 200),
            ("GET", "/TagRelation", self.list_of("TagRelation"), 200),
            ("DELETE", "/TagRelation/{id}", self.delete_of("TagRelation"), 200),
        ]

    def list_of(self, kind: str) -> Answer:
        def answer(tenant: Tenant, request: Request, _body: Json) -> Json:
            found = page_of(kind, request, tenant.listed(kind), self._switches)
            return embedded(request.query_params, found, tenant)

        return answer

    def one_of(self, kind: str) -> Answer:
        def answer(tenant: Tenant, request: Request, _body: Json) -> Json:
            row = tenant.read(kind, request.path_params["id"])
            return {"objects": [shown(row, self._switches)]}

        return answer

    def update_of(self, kind: str) -> Answer:
        def answer(tenant: Tenant, request: Request, body: Json) -> Json:
            known = {name: value for name, value in body.items() if name in SHAPES[kind]}
            row = tenant.update(kind, request.path_params["id"], stored(known))
            return {"objects": shown(row, self._switches)}

        return answer

    def delete_of(self, kind: str) -> Answer:
        def answer(tenant: Tenant, request: Request, _body: Json) -> Json:
            tenant.delete(kind, request.path_params["id"])
            return {"objects": [None]}

        return answer

    # --- contacts

    def contacts(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        rows = tenant.listed("Contact")
        if request.query_params.get("depth") != "1":
            rows = [row for row in rows if row.get("name")]
        return page_of("Contact", request, rows, self._switches)

    def create_contact(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        return {"objects": shown(tenant.create_contact(body), self._switches)}

    def delete_contact(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        tenant.delete_contact(request.path_params["id"])
        return {"objects": [None]}

    def create_address(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        made = tenant.create_address(body)
        # Recorded: this one answer holds the whole contact.
        contact = shown(tenant.get("Contact", made["contact"]["id"]), self._switches)
        return {"objects": {**shown(made, self._switches), "contact": contact}}

    def create_way(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        return {"objects": shown(tenant.create_way(body), self._switches)}

    def next_number(self, tenant: Tenant, _request: Request, _body: Json) -> Json:
        return {"objects": tenant.take_customer_number()}

    def create_cost_centre(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        known = {name: value for name, value in body.items() if name in SHAPES["CostCentre"]}
        return {"objects": shown(tenant.insert("CostCentre", stored(known)), self._switches)}

    # --- tags

    def create_tag(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        if not body.get("name") or not (body.get("object") or {}).get("id"):
            raise RefusedError(422, "name and object are required")
        relation = tenant.tag(body["name"], body["object"])
        return {"objects": relation} if self._switches.tag_answer_has_envelope else relation

    def delete_tag(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        tenant.delete_tag(request.path_params["id"])
        return {"objects": [None]}


def _parsed(request: Request, body: bytes) -> Json:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _parts(kind, body)
    if not body:
        return {}
    try:
        parsed = json.loads(body, parse_float=str)
    except ValueError:
        raise RefusedError(400, "no JSON") from None
    return parsed if isinstance(parsed, dict) else {}


def _parts(kind: str, body: bytes) -> Json:
    """The files of a multipart body: name -> (content, file name, media type)."""
    message = message_from_bytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=HTTP
    )
    found: Json = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        found[str(name)] = (content, part.get_filename() or "", part.get_content_type())
    return found
