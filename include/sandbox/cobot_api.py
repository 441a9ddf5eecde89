"""Cobot's two APIs over the state of the world: API 2 at the root, API 1 below /<subdomain>/api."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from sandbox.cobot_access import RefusedError, find, in_path, required_filters
from sandbox.cobot_api1 import CobotApi1
from sandbox.cobot_space import CobotSpace
from sandbox.pdf import invoice_pdf
from sandbox.world import World

Json = dict[str, Any]
MEDIA_TYPE = "application/vnd.api+json"


def cobot_app(world: World) -> FastAPI:
    """The Cobot server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    cobot, api1 = _Cobot(world), CobotApi1(world)

    def route(method: str, path: str, answer: Callable[..., Any], scope: str | None) -> None:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            with world.lock:
                try:
                    return cobot.answered(request, path, body, answer, scope)
                except RefusedError as error:
                    return cobot.refused(request, error)

        app.add_api_route(path, endpoint, methods=[method])

    route("GET", "/health", lambda *_: Response(status_code=204), None)
    route("GET", "/user", cobot.user, "read_user")
    route("GET", "/spaces/{id}", cobot.space, "read_spaces")
    route("GET", "/spaces/{id}/urls", cobot.urls, "read_urls")
    route("GET", "/spaces/{id}/invoices", cobot.invoices, "read_invoices")
    route("GET", "/spaces/{id}/memberships", cobot.memberships2, "read_memberships")
    route("GET", "/spaces/{id}/teams", cobot.teams, "read_teams")
    route("GET", "/invoices/{id}.pdf", cobot.pdf, "read_invoices")
    route("GET", "/invoices/{id}", cobot.invoice, "read_invoices")
    route("GET", "/memberships/{id}", cobot.membership2, "read_memberships")
    route("GET", "/teams/{id}", cobot.team, "read_teams")
    route("GET", "/contacts/{id}", cobot.contact, "read_contacts")
    route("GET", "/{sub}/api/memberships", api1.memberships, "read_memberships")
    route("GET", "/{sub}/api/memberships/{id}", api1.membership, "read_memberships")
    for method in ("PUT", "PATCH", "POST"):
        path = "/{sub}/api/memberships/{id}"
        route(method, path, api1.update_membership, "write_memberships")
    route("GET", "/{sub}/api/accounting_codes", api1.codes, "read_accounting_codes")
    route("GET", "/{sub}/api/spaces/{name}", api1.space1, None)
    route("POST", "/{sub}/api/activities", api1.post_activity, "write_activities")
    route("GET", "/{sub}/api/activities", api1.activities, "read_activities")
    return app


class _Cobot:
    """The endpoints; each gets the request, its JSON body and the spaces its token sees."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hits: dict[tuple[str, str], list[float]] = defaultdict(list)

    def answered(
        self,
        request: Request,
        path: str,
        body: bytes,
        answer: Callable[..., Any],
        scope: str | None,
    ) -> Response:
        spaces = self._spaces(request, scope) if scope else []
        self._limit(request, path)
        is_api1 = path.startswith("/{sub}")
        accept = request.headers.get("accept", "*/*")
        is_json_api = not is_api1 and not path.endswith((".pdf", "/health"))
        if is_json_api and MEDIA_TYPE not in accept and "*/*" not in accept:
            raise RefusedError(406, f"accepts {MEDIA_TYPE} only")
        found = answer(request, body, spaces)
        if isinstance(found, Response):
            return found
        return JSONResponse(found, media_type="application/json" if is_api1 else MEDIA_TYPE)

    def refused(self, request: Request, error: RefusedError) -> Response:
        body: Any = {"errors": [{"detail": error.detail}]}
        if "/api/" in request.url.path:
            body = {
                "errors": {"errors": {"base": error.detail}},
                "texts": {"errors": [error.detail]},
                "bare": {"base": error.detail},
                "error": {"error": error.detail},
            }[self._world.switches.v1_error]
        return JSONResponse(body, status_code=error.status, headers=error.headers)

    def _spaces(self, request: Request, scope: str) -> list[CobotSpace]:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        known = self._world.tokens.get(token)
        if kind.lower() != "bearer" or known is None:
            raise RefusedError(self._world.switches.bad_token_status, "invalid access token")
        subdomains, scopes = known
        if scope not in scopes:
            raise RefusedError(403, "insufficient scope")
        return [self._world.spaces[name] for name in sorted(subdomains)]

    def _limit(self, request: Request, path: str) -> None:
        if not self._world.switches.rate_limits:
            return
        allowed = 6 if path == "/{sub}/api/memberships" else 60
        window = self._world.switches.rate_window
        now = time.monotonic()
        hits = self._hits[f"{request.method} {path}", request.headers.get("authorization", "")]
        hits[:] = [hit for hit in hits if hit > now - window]
        if len(hits) >= allowed:
            wait = max(1, int(hits[0] + window - now) + 1)
            raise RefusedError(429, "rate limit exceeded", {"Retry-After": str(wait)})
        hits.append(now)

    def user(self, _request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        included = [
            {"id": s.id, "type": "spaces", "attributes": {"name": s.name, "subdomain": s.subdomain}}
            for s in spaces
        ]
        return {"data": {"id": "user-1", "type": "users"}, "included": included}

    def space(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        found = in_path(request, spaces)
        attributes = {"name": found.name, "subdomain": found.subdomain, "timeZone": "Europe/Berlin"}
        return {"data": {"id": found.id, "type": "spaces", "attributes": attributes}}

    def urls(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """Pages for people, as templates; here they all lead to the sandbox's own page."""
        in_path(request, spaces)
        page = f"{request.base_url}_sandbox"
        templates = {
            "admin:accounting-codes": {"url": page},
            "admin:invoice": {"urlTemplate": f"{page}#{{invoiceId}}{{?print}}"},
            "admin:membership": {"urlTemplate": f"{page}#{{membershipId}}"},
        }
        rows = [
            {"id": str(number), "type": "urls", "attributes": {"identifier": name, **where}}
            for number, (name, where) in enumerate(templates.items())
        ]
        return {"data": rows}

    def invoices(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        space = in_path(request, spaces)
        query = request.query_params
        first, last = query.get("filter[from]", ""), query.get("filter[to]", "9999")
        rows = [
            (id_, row)
            for id_, row in space.invoices.items()
            if first <= row["attributes"]["invoiceDate"] <= last
        ]
        order = self._world.switches.invoice_order
        if order == "shuffled":
            random.Random(len(rows)).shuffle(rows)
        else:
            rows.sort(
                key=lambda pair: pair[1]["attributes"]["invoiceDate"], reverse=order == "newest"
            )
        return self._page(request, [self._invoice(space, row) for _, row in rows])

    def invoice(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        space, row = find(spaces, "invoices", request.path_params["id"])
        return {"data": self._invoice(space, row)}

    def pdf(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Response:
        id_ = request.path_params["id"]
        space, row = find(spaces, "invoices", id_)
        attributes = row["attributes"]
        salt = "" if id_ in space.archived else str(time.time_ns())
        document = invoice_pdf(
            [
                f"Rechnung {attributes['number']}",
                f"{space.name}, {attributes['invoiceDate']}",
                f"{attributes['totalAmount']['gross']} {attributes['totalAmount']['currency']}",
            ],
            salt,
        )
        document = document.ljust(self._world.switches.smallest_pdf)
        return Response(document, media_type="application/pdf")

    def memberships2(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        space = in_path(request, spaces)
        first, last = required_filters(request)
        shown = [
            _membership2(m)
            for m in space.members.values()
            if m["confirmed_at"]
            and m["confirmed_at"][:10].replace("/", "-") <= last
            and (not m["canceled_to"] or m["canceled_to"].replace("/", "-") >= first)
        ]
        return self._page(request, shown)

    def membership2(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        return {"data": _membership2(find(spaces, "members", request.path_params["id"])[1])}

    def teams(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        space = in_path(request, spaces)
        required_filters(request)
        return self._page(request, [_resource("teams", *pair) for pair in space.teams.items()])

    def team(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        id_ = request.path_params["id"]
        return {"data": _resource("teams", id_, find(spaces, "teams", id_)[1])}

    def contact(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        id_ = request.path_params["id"]
        return {"data": _resource("contacts", id_, find(spaces, "contacts", id_)[1])}

    def _invoice(self, space: CobotSpace, row: Json) -> Json:
        relations: Json = {"space": _related("spaces", space.id)}
        switches = self._world.switches
        debtor = row["debtor"]
        if debtor and switches.debtor_relation != "deprecated":
            relations["debitor"] = _related(*debtor)
        if debtor and switches.debtor_relation != "debitor":
            relations[debtor[0].removesuffix("s")] = _related(*debtor)
        if row.get("corrects"):
            relations["correctedInvoice"] = _related("invoices", row["corrects"])
        attributes = row["attributes"]
        if switches.customer_number_on_invoice == "follows" and debtor:
            member = space.members.get(debtor[1])
            if member:
                attributes = {**attributes, "customerNumber": member["customer_number"]}
        return {
            "id": row["id"],
            "type": "invoices",
            "attributes": attributes,
            "relationships": relations,
        }

    def _page(self, request: Request, rows: list[Json]) -> Json:
        query = request.query_params
        size = min(200, max(1, int(query.get("page[size]", "72"))))
        number = max(1, int(query.get("page[number]", "1")))
        pages = max(1, -(-len(rows) // size))

        def link(target: int) -> str:
            url = request.url.include_query_params(**{"page[number]": target, "page[size]": size})
            if self._world.switches.links == "absolute":
                return str(url)
            return f"{url.path}?{url.query}"

        found: Json = {
            "data": rows[(number - 1) * size : number * size],
            "meta": {"totalPages": pages, "currentPage": number},
        }
        if self._world.switches.links != "absent":
            found["links"] = {
                "self": link(number),
                "first": link(1),
                "prev": link(number - 1) if number > 1 else None,
                "next": link(number + 1) if number < pages else None,
                "last": link(pages),
            }
        return found


def _membership2(member: Json) -> Json:
    confirmed = member["confirmed_at"]
    attributes = {
        "name": member["name"],
        "email": member["email"],
        "phone": member["phone"],
        "company": member["address"]["company"],
        "confirmedAt": confirmed[:10].replace("/", "-") if confirmed else None,
        "canceledAt": member["canceled_to"],
        "photo": None,
    }
    return _resource("memberships", member["id"], attributes)


def _resource(kind: str, id_: str, attributes: Json) -> Json:
    return {"id": id_, "type": kind, "attributes": attributes}


def _related(kind: str, id_: str) -> Json:
    return {"data": {"id": id_, "type": kind}}
