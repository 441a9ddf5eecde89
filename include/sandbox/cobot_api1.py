"""Cobot's API 1: memberships, accounting codes, activities, as plain JSON."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from sandbox.cobot_access import RefusedError, below, find, parsed_body
from sandbox.cobot_space import CobotSpace
from sandbox.world import World

Json = dict[str, Any]


class CobotApi1:
    """The endpoints; each gets the request, its body and the spaces its token sees."""

    def __init__(self, world: World) -> None:
        self._world = world

    def memberships(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> list[Json]:
        """Current members; all of them with `all=true`."""
        rows = list(below(request, spaces).members.values())
        if request.query_params.get("all") != "true":
            rows = [row for row in rows if row["confirmed_at"] and not row["canceled_to"]]
        if not self._world.switches.lists_ended_members:
            rows = [row for row in rows if not row["canceled_to"]]
        if ids := request.query_params.get("ids"):
            rows = [row for row in rows if row["id"] in ids.split(",")]
        return rows

    def membership(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """One membership."""
        row: Json = find([below(request, spaces)], "members", request.path_params["id"])[1]
        return row

    def update_membership(self, request: Request, body: bytes, spaces: list[CobotSpace]) -> Json:
        """Overwrite fields of a membership, in the way the switches say."""
        space = below(request, spaces)
        row = find([space], "members", request.path_params["id"])[1]
        if request.method != self._world.switches.member_update_method:
            raise RefusedError(405, "method not allowed")
        changes = parsed_body(body)
        number = changes.get("customer_number")
        if self._world.switches.unique_customer_numbers and any(
            other["customer_number"] == number and other is not row
            for other in space.members.values()
        ):
            raise RefusedError(422, "customer number is taken")
        if self._world.switches.member_update_wipes:
            row.update(dict.fromkeys(("email", "phone"), None))
        row.update({k: v for k, v in changes.items() if k in row})
        return dict(row)

    def codes(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> list[Json]:
        """Accounting codes."""
        return below(request, spaces).codes

    def space1(self, request: Request, _body: bytes, _spaces: list[CobotSpace]) -> Json:
        """A space by its name."""
        space = self._world.spaces.get(request.path_params["name"])
        if space is None:
            raise RefusedError(404, "not found")
        return {"id": space.id, "name": space.name, "subdomain": space.subdomain}

    def post_activity(self, request: Request, body: bytes, spaces: list[CobotSpace]) -> Response:
        """Write into the activity feed."""
        below(request, spaces).activities.append(parsed_body(body))
        return JSONResponse({}, status_code=201)

    def activities(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> list[Json]:
        """The activity feed."""
        return below(request, spaces).activities
