"""What is wrong with a space file, in words: field, what was found, what was expected."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cobot_sevdesk.config.models import IN_WORDS, SpaceConfig

LONGEST_VALUE = 80
"""Characters of a wrong value that are repeated."""


def in_words(error: ValidationError) -> list[str]:
    """One sentence for each problem, with its field."""
    return [_in_words(detail) for detail in error.errors()]


def _in_words(detail: ErrorDetails) -> str:
    # Parts in brackets are pydantic's own: `[key]`, or which kind of value was taken for meant.
    loc = [str(part) for part in detail["loc"] if not str(part).startswith("[")]
    field, kind = ".".join(loc) or "file", detail["type"]
    if kind == "missing":
        return f"{field}: required, but missing"
    if kind == "extra_forbidden":
        meant = _meant(loc)
        return f"{field}: unknown key" + (f"; did you mean {meant}?" if meant else "")
    expected = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if kind == "string_pattern_mismatch":
        expected = IN_WORDS.get(detail["ctx"]["pattern"], expected)
    if kind == "bool_type":
        or_period = ", or the dates `from` and `until`" if "[flag]" in detail["loc"] else ""
        expected = f"true or false{or_period}"
    if field == "file":
        return f"{field}: {expected}"
    if len(expected) > 2 * LONGEST_VALUE:
        expected = f"{expected[:LONGEST_VALUE]}…"
    return f"{field}: expected {expected}, found {repr(detail['input'])[:LONGEST_VALUE]}"


def _meant(loc: list[str]) -> str | None:
    """The key that an unknown one resembles: beside it, or else of this name in another place."""
    # Indexes of lists are no keys.
    *above, key = [part for part in loc if not part.isdecimal()]
    beside = [path[-1] for path in _keys() if list(path[:-1]) == above]
    if close := get_close_matches(key, beside, n=1):
        return close[0]
    elsewhere = {path[-1]: path for path in _keys()}
    found = get_close_matches(key, elsewhere, n=1, cutoff=0.8)
    return ".".join(elsewhere[found[0]]) if found else None


@cache
def _keys() -> tuple[tuple[str, ...], ...]:
    """The path of every key of a space file."""
    return tuple(path for path in _keys_of(SpaceConfig) if path != ("slug",))


def _keys_of(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        yield (key,)
        for inner in _models_in(field.annotation):
            yield from ((key, *path) for path in _keys_of(inner))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  a type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
