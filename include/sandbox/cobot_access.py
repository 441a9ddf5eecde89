"""What both of Cobot's APIs need: errors, and finding what a path names."""

import json
from typing import Any

from fastapi import Request

from sandbox.cobot_space import CobotSpace

Json = dict[str, Any]


class RefusedError(Exception):
    """Cobot answers with an error."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        self.status, self.detail, self.headers = status, detail, headers
        super().__init__(detail)


def in_path(request: Request, spaces: list[CobotSpace]) -> CobotSpace:
    """The space whose id stands in the path."""
    for space in spaces:
        if space.id == request.path_params["id"]:
            return space
    raise RefusedError(404, "space not found")


def below(request: Request, spaces: list[CobotSpace]) -> CobotSpace:
    """The space whose subdomain stands in the path."""
    for space in spaces:
        if space.subdomain == request.path_params["sub"]:
            return space
    raise RefusedError(404, "space not found")


def find(spaces: list[CobotSpace], kind: str, id_: str) -> tuple[CobotSpace, Json]:
    """The space that has an object, and the object."""
    for space in spaces:
        if id_ in getattr(space, kind):
            return space, getattr(space, kind)[id_]
    raise RefusedError(404, "not found")


def required_filters(request: Request) -> tuple[str, str]:
    """Both dates of a list that cannot be read without them."""
    query = request.query_params
    if "filter[from]" not in query or "filter[to]" not in query:
        raise RefusedError(422, "filter[from] and filter[to] are required")
    return query["filter[from]"], query["filter[to]"]


def parsed_body(body: bytes) -> Json:
    """The JSON object in a body."""
    try:
        parsed = json.loads(body)
    except ValueError:
        raise RefusedError(400, "no JSON") from None
    return parsed if isinstance(parsed, dict) else {}
