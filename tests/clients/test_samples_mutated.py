"""Samples with something wrong in them: a client reads them or raises an error of ours.

Whatever a real service leaves out, adds or writes in another type, nothing else may come of it: an
object that cannot be read, or an error that says what becomes of the run.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
import responses
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.test_samples import CASES, Case, answer, clients, sample
from cobot_sevdesk.errors import CobotSevdeskError

Json = Any
Path = tuple[str | int, ...]
Change = Callable[[Json], Json]

GONE = object()
"""Stands for a field that is left out."""


def _other_type(value: Json) -> Json:
    """A number as text, a text as number or as its beginning, an object as its id."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else 7
    if isinstance(value, dict):
        return value.get("id", 7)
    return value[:1] if value else {}


CHANGES: dict[str, Change] = {
    "left out": lambda _: GONE,
    "null": lambda _: None,
    "other type": _other_type,
    "empty text": lambda _: "",
    "empty list": lambda _: [],
    "empty object": lambda _: {},
    "in a list": lambda value: [value],
    "in an object": lambda value: {"id": value, "objectName": "Other"},
    "true": lambda _: True,
    "large number": lambda _: 10**40,
    "odd number": lambda _: "1e999",
    "odd text": lambda _: "\u0000 <b>ä</b> \ud800 9999-99-99T99:99:99Z",
    "extra field": lambda value: (
        {**value, "new": {"id": "1"}} if isinstance(value, dict) else value
    ),
    "extra entry": lambda value: [*value, None, 7, "x"] if isinstance(value, list) else value,
    "twice": lambda value: [*value, *value] if isinstance(value, list) else value,
}


def paths_in(value: Json, path: Path = ()) -> Iterator[Path]:
    """The way to every value in a JSON body, the body itself included."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths_in(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from paths_in(inner, (*path, place))


def changed(body: Json, path: Path, change: Change) -> Json:
    """The body with one value changed; as it was where an earlier change took the way to it."""
    if not path:
        new = change(body)
        return None if new is GONE else new
    body = deepcopy(body)
    inner = body
    try:
        for step in path[:-1]:
            inner = inner[step]
        new = change(inner[path[-1]])
        if new is GONE:
            del inner[path[-1]]
        else:
            inner[path[-1]] = new
    except (LookupError, TypeError, AttributeError):
        return body
    return body


def ask_with(name: str, case: Case, body: Json) -> None:
    """Ask what the case asks, and let the body be the answer."""
    service = name.partition("/")[0]
    with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
        for path, other in case.beside.items():
            answer(http, f"{service}/{other}", 200, path)
        text = json.dumps(body)

        def page(request: Any) -> tuple[int, dict[str, str], str]:
            is_behind = request.params.get("offset", "0") != "0"
            is_list = is_behind and isinstance(body, dict) and "objects" in body
            return case.status, {}, json.dumps({**body, "objects": []}) if is_list else text

        for method in ("GET", "POST", "PUT"):
            http.add_callback(method, re.compile(".*"), page)
        with suppress(CobotSevdeskError):
            case.ask(clients())


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, list[tuple[Path, str]]]:
    """A sample, and up to four places in it with what is wrong there."""
    name = draw(st.sampled_from(sorted(CASES)))
    places = st.sampled_from(list(paths_in(sample(name))))
    wrong = st.tuples(places, st.sampled_from(sorted(CHANGES)))
    return name, draw(st.lists(wrong, min_size=1, max_size=4))


@given(broken())
@settings(
    max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow], deadline=None
)
def test_a_broken_answer_is_read_or_is_an_error_of_ours(
    wrong: tuple[str, list[tuple[Path, str]]],
) -> None:
    name, changes = wrong
    body = sample(name)
    for path, change in changes:
        body = changed(body, path, CHANGES[change])
    ask_with(name, CASES[name], body)


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", CASES)
def test_every_change_at_every_place_is_read_or_is_an_error_of_ours(name: str) -> None:
    body = sample(name)
    for path in paths_in(body):
        for change in CHANGES.values():
            ask_with(name, CASES[name], changed(body, path, change))
