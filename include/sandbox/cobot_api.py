"""Cobot's two APIs over the state of the world: API 2 at the root, API 1 below /<subdomain>/api."""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response

from sandbox.answers import json_answer
from sandbox.cobot_access import RefusedError
from sandbox.cobot_api1 import CobotApi1
from sandbox.cobot_api2 import CobotApi2
from sandbox.cobot_space import CobotSpace
from sandbox.world import World

Json = dict[str, Any]
MEDIA_TYPE = "application/vnd.api+json"

Answer = Callable[..., Any]
Route = tuple[str, str, Answer, str | None]
"""Method, path, answer, the scope that a token needs (none: no token)."""


def cobot_app(world: World) -> FastAPI:
    """The Cobot server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    door = _Door(world)
    for route in cobot_routes(world):
        _add(app, world, door, route)
    return app


def cobot_routes(world: World) -> list[Route]:
    """Everything this server answers."""
    api1, api2 = CobotApi1(world), CobotApi2(world)
    return [
        ("GET", "/health", lambda *_: Response(status_code=204), None),
        ("GET", "/user", api2.user, "read_user"),
        ("GET", "/spaces/{id}", api2.space, "read_spaces"),
        ("GET", "/spaces/{id}/urls", api2.urls, "read_urls"),
        ("GET", "/spaces/{id}/invoices", api2.invoices, "read_invoices"),
        ("GET", "/spaces/{id}/memberships", api2.memberships, "read_memberships"),
        ("GET", "/spaces/{id}/teams", api2.teams, "read_teams"),
        ("GET", "/spaces/{id}/contacts", api2.contacts, "read_contacts"),
        ("GET", "/spaces/{id}/cost_centers", api2.cost_centers, "read_cost_centers"),
        ("GET", "/invoices/{id}.pdf", api2.pdf, "read_invoices"),
        ("GET", "/invoices/{id}", api2.invoice, "read_invoices"),
        ("GET", "/memberships/{id}", api2.membership, "read_memberships"),
        ("GET", "/teams/{id}", api2.team, "read_teams"),
        ("GET", "/contacts/{id}", api2.contact, "read_contacts"),
        ("GET", "/api/spaces/{name}", api1.space, None),
        ("GET", "/{sub}/api/spaces/{name}", api1.space, None),
        ("GET", "/{sub}/api/memberships", api1.memberships, "read_memberships"),
        ("GET", "/{sub}/api/memberships/{id}", api1.membership, "read_memberships"),
        *(
            (method, "/{sub}/api/memberships/{id}", api1.update_membership, "write_memberships")
            for method in ("PUT", "PATCH", "POST")
        ),
        ("GET", "/{sub}/api/accounting_codes", api1.codes, "read_accounting_codes"),
        ("POST", "/{sub}/api/activities", api1.post_activity, "write_activities"),
        ("GET", "/{sub}/api/activities", api1.activities, "read_activities"),
    ]


def _add(app: FastAPI, world: World, door: "_Door", route: Route) -> None:
    method, path, answer, scope = route

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        with world.lock:
            try:
                return door.answered(request, path, body, answer, scope)
            except RefusedError as error:
                return door.refused(request, error)

    app.add_api_route(path, endpoint, methods=[method])


class _Door:
    """What comes before every answer: redirects, tokens, rate limits, media types."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hits: dict[tuple[str, str], list[float]] = defaultdict(list)

    def answered(
        self, request: Request, path: str, body: bytes, answer: Answer, scope: str | None
    ) -> Response:
        is_api1 = "/api/" in path
        if is_api1 and (elsewhere := self._custom_domain(request)):
            return Response(status_code=301, headers={"Location": elsewhere})
        spaces = self._spaces(request, scope) if scope else []
        self._limit(request, path)
        accept = request.headers.get("accept", "*/*")
        is_json_api = not is_api1 and not path.endswith((".pdf", "/health"))
        if is_json_api and MEDIA_TYPE not in accept and "*/*" not in accept:
            raise RefusedError(406, f"accepts {MEDIA_TYPE} only")
        found = answer(request, body, spaces)
        if isinstance(found, Response):
            return found
        kind = "application/json" if is_api1 else MEDIA_TYPE
        return json_answer(found, self._world.switches, media_type=kind)

    def refused(self, request: Request, error: RefusedError) -> Response:
        body: Any = {"errors": [{"detail": error.detail}]}
        if "/api/" in request.url.path:
            body = {
                "errors": {"errors": {"base": error.detail}},
                "texts": {"errors": [error.detail]},
                "bare": {"base": error.detail},
                "error": {"error": error.detail},
            }[self._world.switches.v1_error]
        switches = self._world.switches
        return json_answer(body, switches, status=error.status, headers=error.headers)

    def _custom_domain(self, request: Request) -> str | None:
        """Where a request for a subdomain is sent on to; `None` where it is answered here."""
        domain = self._world.switches.custom_domain
        is_of_subdomain = request.path_params.get("sub", "www") != "www"
        if not domain or not is_of_subdomain or request.headers.get("host") == domain:
            return None
        return str(request.url.replace(netloc=domain))

    def _spaces(self, request: Request, scope: str) -> list[CobotSpace]:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        known = self._world.tokens.get(token)
        if kind.lower() != "bearer" or known is None or token in self._world.revoked:
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
        hits = self._hits[f"{request.method} {path}", self._user(request)]
        hits[:] = [hit for hit in hits if hit > now - window]
        if len(hits) >= allowed:
            wait = max(1, int(hits[0] + window - now) + 1)
            raise RefusedError(429, "rate limit exceeded", {"Retry-After": str(wait)})
        hits.append(now)

    def _user(self, request: Request) -> str:
        """Whose limit a request counts against; empty without a token."""
        token = request.headers.get("authorization", "").partition(" ")[2]
        return self._world.users.get(token, token)
