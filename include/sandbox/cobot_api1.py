"""Cobot's API 1: memberships, accounting codes, activities, as plain JSON."""

from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from sandbox.answers import with_nulls
from sandbox.cobot_access import RefusedError, below, find, parsed_body
from sandbox.cobot_shapes import MEMBERSHIP
from sandbox.cobot_space import CobotSpace, an_id
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
        return with_nulls(rows, self._world.switches)

    def membership(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """One membership."""
        row: Json = find([below(request, spaces)], "members", request.path_params["id"])[1]
        return row

    def update_membership(self, request: Request, body: bytes, spaces: list[CobotSpace]) -> Any:
        """Overwrite fields of a membership, in the way the switches say."""
        switches = self._world.switches
        space = below(request, spaces)
        row = find([space], "members", request.path_params["id"])[1]
        if request.method != switches.member_update_method:
            raise RefusedError(405, "method not allowed")
        changes = parsed_body(body)
        if "customer_number" in changes:
            self._check_number(space, row, str(changes["customer_number"]))
        if switches.member_update_does_nothing:
            changes = {}
        if switches.member_update_wipes:
            _wipe(row)
        row.update({name: value for name, value in changes.items() if name in row})
        return dict(row) if switches.member_update_answer == "member" else Response(status_code=204)

    def _check_number(self, space: CobotSpace, member: Json, number: str) -> None:
        switches = self._world.switches
        if switches.customer_number_form == "digits" and not number.isdecimal():
            raise RefusedError(422, "customer number is not a number")
        others = (other for other in space.members.values() if other is not member)
        if switches.unique_customer_numbers and any(
            other["customer_number"] == number for other in others
        ):
            raise RefusedError(422, "customer number is taken")

    def codes(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> list[Json]:
        """Accounting codes."""
        return with_nulls(below(request, spaces).codes, self._world.switches)

    def space(self, request: Request, _body: bytes, _spaces: list[CobotSpace]) -> Json:
        """A space by its subdomain, without a token; below `www`, or below the subdomain itself."""
        asked = request.path_params.get("sub", "www")
        space = self._world.spaces.get(request.path_params["name"])
        if space is None or (asked != "www" and not self._world.switches.subdomain_knows_space):
            raise RefusedError(404, "not found")
        return {
            "id": space.id,
            "name": space.name,
            "url": f"{request.base_url}{space.subdomain}",
            "email": f"{space.subdomain}@example.org",
            "created_at": "2020/04/28 09:00:00 +0000",
            "description": None,
            "owner_id": an_id("owner", space.subdomain),
            "subdomain": space.subdomain,
            "tax_rate": "19.0",
            "price_display": "net",
            "price_decimals": 2,
            "country": "Germany",
            "locale": "de-DE",
            "in_eu": True,
            "time_zone_name": "Europe/Berlin",
            "time_zone_offset": 3600,
            "hour_format": 24,
        }

    def post_activity(self, request: Request, body: bytes, spaces: list[CobotSpace]) -> Response:
        """Write into the activity feed."""
        below(request, spaces).activities.append(parsed_body(body))
        return JSONResponse({}, status_code=201)

    def activities(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> list[Json]:
        """The activity feed."""
        moment = datetime.now(UTC).strftime("%Y/%m/%d %H:%M:%S +0000")
        return [
            {
                "created_at": moment,
                "type": "text",
                "channels": activity.get("channels", ["admin"]),
                "attributes": {name: activity.get(name) for name in ("text", "level")},
            }
            for activity in below(request, spaces).activities
        ]


def _wipe(member: Json) -> None:
    """What becomes of a membership whose update names none of these."""
    member.update(email=None, phone=None, billing_emails=[])
    member["address"] = dict.fromkeys(member["address"])
    member.update(dict.fromkeys(member.keys() - MEMBERSHIP.keys()))  # fields of the space's own
