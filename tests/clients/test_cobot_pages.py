"""Cobot's lists of several pages, answered by hand."""

import json
from random import Random
from typing import Any

import pytest
import responses

from cobot_sevdesk.clients.cobot import pages
from cobot_sevdesk.clients.cobot.pages import PAGE_SIZE, iter_resources
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import RemoteUnavailableError

URL = "http://127.0.0.1:9/invoices"


def answer(rows: list[Any], *, pages: int = 2) -> None:
    """The next answer: one page of so many."""
    responses.add(responses.GET, URL, json={"data": rows, "meta": {"totalPages": pages}})


def rows(first: int, end: int) -> list[Any]:
    return [{"id": str(number)} for number in range(first, end)]


def ids() -> list[Any]:
    """What comes of the answers."""
    api = Transport("Cobot", "http://127.0.0.1:9", authorization="t", secret="t")
    return [one.get("id") for one in iter_resources(api, "/invoices", {})]


def complaint() -> str:
    """What is said of a list that is not believed."""
    with pytest.raises(RemoteUnavailableError) as caught:
        ids()
    return str(caught.value).removeprefix("Cobot GET /invoices is unavailable, ")


@responses.activate
def test_what_has_no_id_comes_once_however_often_the_list_is_read() -> None:
    for _ in range(2):
        answer(rows(0, PAGE_SIZE))
        answer([{"odd": True}, {"odd": True}])
    assert ids() == [*(str(number) for number in range(PAGE_SIZE)), None, None]


@responses.activate
def test_what_was_pulled_over_a_border_comes_with_the_second_reading() -> None:
    answer(rows(0, PAGE_SIZE))
    answer(rows(PAGE_SIZE + 1, PAGE_SIZE + 3))
    for _ in range(2):
        answer(rows(1, PAGE_SIZE + 1))
        answer(rows(PAGE_SIZE + 1, PAGE_SIZE + 3))
    assert ids()[-1] == str(PAGE_SIZE)
    assert len(responses.calls) == 6


@responses.activate
def test_a_list_that_never_is_the_same_twice_is_not_believed() -> None:
    for number in range(1, 20):
        answer(rows(number, number + PAGE_SIZE))
        answer(rows(1000, 1001))
    assert complaint() == "the list keeps moving"
    assert len(responses.calls) == 2 * pages.WALKS


@responses.activate
def test_a_list_without_any_order_is_read_until_all_was_seen() -> None:
    chance, whole = Random(7), rows(0, 2 * PAGE_SIZE + 50)

    def shuffled(request: Any) -> tuple[int, dict[str, str], str]:
        first = (int(request.params["page[number]"]) - 1) * PAGE_SIZE
        page = chance.sample(whole, len(whole))[first : first + PAGE_SIZE]
        return 200, {}, json.dumps({"data": page, "meta": {"totalPages": 3}})

    responses.add_callback(responses.GET, URL, callback=shuffled)
    assert sorted(ids()) == sorted(row["id"] for row in whole)


@responses.activate
def test_pages_with_the_same_content_in_another_order_are_the_same() -> None:
    for step in (1, -1):
        answer(rows(0, PAGE_SIZE)[::step])
        answer(rows(PAGE_SIZE, PAGE_SIZE + 5)[::step])
    assert len(ids()) == PAGE_SIZE + 5
    assert len(responses.calls) == 4


@responses.activate
def test_one_page_is_read_once() -> None:
    answer(rows(0, 3), pages=1)
    assert len(ids()) == 3
    assert len(responses.calls) == 1


def unlinked(*pages: list[Any]) -> None:
    """Pages without links and without their number."""
    for page in pages:
        responses.add(responses.GET, URL, json={"data": page})


@responses.activate
def test_short_pages_that_say_nothing_about_others_are_read_on() -> None:
    listed = [rows(0, 50), rows(50, 100), rows(100, 110), []]
    unlinked(*listed, *listed)
    assert len(ids()) == 110


@responses.activate
@pytest.mark.parametrize("size", [1, 72, 100])
def test_pages_capped_below_what_was_asked_for_are_read_on(size: int) -> None:
    starts = range(0, 300, size)
    for _ in range(2):
        for start in starts:
            answer(rows(start, min(start + size, 300)), pages=len(starts))
    assert len(ids()) == 300


@responses.activate
def test_a_server_that_ignores_page_numbers_is_found_out() -> None:
    unlinked(rows(0, 50))
    assert complaint() == "its pages repeat"
    assert len(responses.calls) == 2


@responses.activate
def test_a_list_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 20)
    unlinked(*(rows(number, number + 1) for number in range(30)))
    assert complaint() == "more than 20 pages"


@responses.activate
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([], "answer: expected an object"),
        ({"data": [], "meta": 1}, "meta: expected an object"),
        ({"data": [], "links": "x"}, "links: expected an object"),
        ({}, "data: expected a list"),
        ({"data": {"id": "1"}}, "data: expected a list"),
    ],
)
def test_what_is_no_page_may_be_one_later(body: Any, told: str) -> None:
    responses.add(responses.GET, URL, json=body)
    assert complaint() == told


@responses.activate
@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"links": {"next": "/invoices?page=2"}, "meta": {"totalPages": 1}}, 2),
        ({"links": {"next": None}, "meta": {"totalPages": 2}}, 1),
        ({"links": {}, "meta": {"totalPages": 2}}, 2),
        ({"links": {}, "meta": {"totalPages": 1}}, 1),
        ({"meta": {"totalPages": "1"}}, 2),
        ({"meta": {}}, 2),
    ],
)
def test_the_link_says_whether_a_page_follows_else_their_number(more: Any, count: int) -> None:
    asked: list[str] = []

    def page(request: Any) -> tuple[int, dict[str, str], str]:
        asked.append(request.params["page[number]"])
        data = rows(0, 2) if asked[-1] == "1" else []
        return 200, {}, json.dumps({"data": data, **more})

    responses.add_callback(responses.GET, URL, callback=page)
    assert ids() == ["0", "1"]
    assert asked == ["1", "2"][:count]
