"""JSON as both services send it, with what the switches change of every answer."""

import random
from typing import Any

from fastapi.responses import JSONResponse

from sandbox.switches import Switches


def json_answer(
    body: Any,
    switches: Switches,
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The answer, its fields in the order of the switches."""
    if switches.key_order != "recorded":
        body = _reordered(body, switches.key_order)
    return JSONResponse(body, status_code=status, media_type=media_type, headers=headers)


def with_nulls(rows: list[Any], switches: Switches) -> list[Any]:
    """A list with as many null entries as the switches say."""
    return [*rows, *[None] * switches.null_entries]


def _reordered(value: Any, order: str) -> Any:
    if isinstance(value, list):
        return [_reordered(inner, order) for inner in value]
    if not isinstance(value, dict):
        return value
    names = list(reversed(value))
    if order == "shuffled":
        random.shuffle(names)
    return {name: _reordered(value[name], order) for name in names}
