"""sevDesk's API (bookkeeping 2.0) over the state of the world, below /api/v1."""

import base64
import json
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from sandbox.sevdesk_lists import changed_after, embedded, filtered, page
from sandbox.tenant import COUNTRIES, UNKNOWN_COUNTRY, Tenant
from sandbox.voucher_rules import RefusedError
from sandbox.wire import berlin, shown
from sandbox.world import World

Json = dict[str, Any]
PREFIX = "/api/v1"

Answer = Callable[[Tenant, Request, Json], Any]
Route = tuple[str, str, Answer, int]
"""Method, path, answer, status of a success."""


def sevdesk_app(world: World) -> FastAPI:
    """The sevDesk server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    sevdesk = _Sevdesk(world)
    for route in sevdesk.routes():
        _add(app, world, route)
    # Where sevDesk's web application shows a voucher and a contact.
    for kind, path in (("voucher", "/ex/detail/id/{id}"), ("contact", "/crm/detail/id/{id}")):
        app.add_api_route(path, _page_of(kind), methods=["GET"])
    return app


def _page_of(kind: str) -> Callable[[str], RedirectResponse]:
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
                return _refused(error)
            return JSONResponse(found, status_code=status)

    app.add_api_route(PREFIX + path, endpoint, methods=[method])


def _tenant(world: World, request: Request) -> Tenant:
    tenant = world.tenants.get(request.headers.get("authorization", ""))
    if tenant is None:
        raise RefusedError(401, "Authentication required")
    return tenant


def _refused(error: RefusedError) -> Response:
    detail = {
        "exceptionUUID": "00000000-0000-0000-0000-000000000000",
        "message": error.message,
        "errorCode": 0,
        "code": error.code,
        "data": [],
        "responseCode": error.status,
    }
    return JSONResponse({"objects": None, "error": detail}, status_code=error.status)


class _Sevdesk:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._switches = world.switches

    def routes(self) -> list[Route]:
        """Everything this server answers."""
        return [
            ("GET", "/Tools/bookkeepingSystemVersion", self.version, 200),
            ("GET", "/ReceiptGuidance/forAllAccounts", self.guidance, 200),
            ("GET", "/ReceiptGuidance/forRevenue", self.guidance_for_revenue, 200),
            ("GET", "/ReceiptGuidance/forAccountNumber", self.guidance_for_number, 200),
            ("GET", "/StaticCountry", self.countries, 200),
            ("GET", "/CostCentre", self.list_of("CostCentre"), 200),
            ("GET", "/Contact/Factory/getNextCustomerNumber", self.next_number, 200),
            ("GET", "/Contact", self.contacts, 200),
            ("POST", "/Contact", self.create_contact, 201),
            ("GET", "/Contact/{id}", self.one_of("Contact"), 200),
            ("PUT", "/Contact/{id}", self.update_of("Contact"), 200),
            ("GET", "/ContactAddress", self.list_of("ContactAddress"), 200),
            ("POST", "/ContactAddress", self.create_address, 201),
            ("GET", "/CommunicationWay", self.list_of("CommunicationWay"), 200),
            ("POST", "/CommunicationWay", self.create_way, 201),
            ("POST", "/Voucher/Factory/uploadTempFile", self.upload, 201),
            ("POST", "/Voucher/Factory/saveVoucher", self.save_voucher, 201),
            ("GET", "/Voucher", self.vouchers, 200),
            ("GET", "/Voucher/{id}", self.one_voucher, 200),
            ("DELETE", "/Voucher/{id}", self.delete_voucher, 200),
            ("PUT", "/Voucher/{id}/resetToDraft", self.reset_to("50"), 200),
            ("PUT", "/Voucher/{id}/resetToOpen", self.reset_to("100"), 200),
            ("PUT", "/Voucher/{id}/enshrine", self.enshrine, 200),
            ("GET", "/Voucher/{id}/downloadDocument", self.download, 200),
            ("GET", "/VoucherPos", self.list_of("VoucherPos"), 200),
            ("GET", "/Tag", self.list_of("Tag"), 200),
            ("POST", "/Tag/Factory/create", self.create_tag, 200),
            ("GET", "/TagRelation", self.list_of("TagRelation"), 200),
        ]

    # --- the account

    def version(self, tenant: Tenant, _request: Request, _body: Json) -> Json:
        return {"objects": {"version": tenant.version}}

    def guidance(self, tenant: Tenant, _request: Request, _body: Json) -> Json:
        return {"objects": tenant.chart}

    def guidance_for_revenue(self, tenant: Tenant, _request: Request, _body: Json) -> Json:
        found = [a for a in tenant.chart if "REVENUE" in a["allowedReceiptTypes"]]
        return {"objects": found}

    def guidance_for_number(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        wanted = request.query_params.get("accountNumber")
        found = [a for a in tenant.chart if a["accountNumber"] == wanted]
        if not found:
            raise RefusedError(422, "account number is not bookable")
        return {"objects": found[0]}

    def countries(self, _tenant: Tenant, request: Request, _body: Json) -> Json:
        if not self._switches.countries_path_exists:
            raise RefusedError(404, "no such path")
        rows = [{"id": id_, "code": code, "name": code} for code, id_ in COUNTRIES.items()]
        rows.append({"id": UNKNOWN_COUNTRY, "code": "", "name": "unknown country"})
        return self._page(request, rows)

    # --- lists and single objects

    def list_of(self, kind: str) -> Answer:
        def answer(tenant: Tenant, request: Request, _body: Json) -> Json:
            query = request.query_params
            found = self._page(request, filtered(query, tenant.listed(kind)))
            return embedded(query, found, tenant)

        return answer

    def one_of(self, kind: str) -> Answer:
        def answer(tenant: Tenant, request: Request, _body: Json) -> Json:
            return {"objects": [shown(tenant.get(kind, request.path_params["id"]))]}

        return answer

    def update_of(self, kind: str) -> Answer:
        def answer(tenant: Tenant, request: Request, body: Json) -> Json:
            row = tenant.get(kind, request.path_params["id"])
            row.update(body)
            return {"objects": shown(row)}

        return answer

    def _page(self, request: Request, rows: list[Json]) -> Json:
        return page(request.query_params, rows, self._switches)

    # --- contacts

    def contacts(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        rows = tenant.listed("Contact")
        query = request.query_params
        if query.get("depth") != "1":
            rows = [row for row in rows if row.get("name")]
        if number := query.get("customerNumber"):
            rows = [row for row in rows if row["customerNumber"] == number]
        return self._page(request, rows)

    def create_contact(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        return {"objects": tenant.create_contact(body)}

    def create_address(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        row = tenant.create_part("ContactAddress", body, ("contact", "country", "category"))
        return {"objects": row}

    def create_way(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        row = tenant.create_part("CommunicationWay", body, ("contact", "type", "value", "key"))
        return {"objects": row}

    def next_number(self, tenant: Tenant, _request: Request, _body: Json) -> Json:
        return {"objects": tenant.take_customer_number()}

    # --- vouchers

    def vouchers(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        query = request.query_params
        rows = tenant.listed("Voucher")
        if wanted := query.get("creditDebit"):
            rows = [row for row in rows if row["creditDebit"] == wanted]
        if text := query.get("descriptionLike"):
            rows = [row for row in rows if text in (row["description"] or "")]
        if status := query.get("status"):
            rows = [row for row in rows if row["status"] == status]
        if start := query.get("startDate"):
            rows = [row for row in rows if row["voucherDate"] >= (berlin(start) or "")]
        if end := query.get("endDate"):
            rows = [row for row in rows if row["voucherDate"] <= (berlin(end) or "")]
        if moment := query.get("updateAfter"):
            rows = changed_after(int(moment), rows, self._switches)
        if tag := query.get("tags[0][id]"):
            tied = {
                relation["object"]["id"]
                for relation in tenant.listed("TagRelation")
                if relation["tag"]["id"] == tag
            }
            rows = [row for row in rows if row["id"] in tied]
        return self._page(request, [self._without_document(row) for row in rows])

    def save_voucher(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        if tenant.version != "2.0":
            raise RefusedError(422, "taxRule needs bookkeeping system 2.0")
        saved = tenant.save_voucher(body)
        return {"objects": {**saved, "voucher": self._without_document(saved["voucher"])}}

    def one_voucher(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        row = tenant.get("Voucher", request.path_params["id"])
        return {"objects": [shown(self._without_document(row, by_id=True))]}

    def _without_document(self, row: Json, *, by_id: bool = False) -> Json:
        """A voucher as the switches let it be seen."""
        where = self._switches.documents_shown
        hides = where == "nowhere" or (where == "singly" and not by_id)
        return {**row, "document": None} if hides else row

    def upload(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        part = body.get("file")
        if part is None:
            raise RefusedError(500, "no part named file")
        return {"objects": tenant.upload(*part)}

    def delete_voucher(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        tenant.delete_voucher(request.path_params["id"])
        return {"objects": [True]}

    def reset_to(self, status: str) -> Answer:
        def answer(tenant: Tenant, request: Request, _body: Json) -> Json:
            return {"objects": shown(tenant.reset(request.path_params["id"], status))}

        return answer

    def enshrine(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        tenant.change(request.path_params["id"], enshrined="2026-01-31T00:00:00+01:00")
        return {"objects": None}

    def download(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        document = tenant.get("Voucher", request.path_params["id"]).get("document")
        if not document:
            raise RefusedError(404, "no document")
        name = tenant.tables["Document"][document["id"]]["filename"]
        content = base64.b64encode(tenant.files[name]).decode()
        return {"objects": {"filename": name, "content": content, "base64encoded": True}}

    # --- tags

    def create_tag(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        if not body.get("name") or not (body.get("object") or {}).get("id"):
            raise RefusedError(422, "name and object are required")
        relation = tenant.tag(body["name"], body["object"])
        return {"objects": relation} if self._switches.tag_answer_has_envelope else relation


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
