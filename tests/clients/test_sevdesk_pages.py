"""sevDesk's lists: capped, moving, shuffled, lying or endless ones."""

import threading
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import pages
from cobot_sevdesk.clients.sevdesk.pages import PAGE_SIZE, Page, iter_list
from cobot_sevdesk.errors import RemoteUnavailableError, Request

REQUEST = Request("sevDesk", "GET", "/Voucher")
Read = Callable[[int, int], Page]


def rows(count: int, first: int = 0) -> list[Fields]:
    return [Fields({"id": str(number)}) for number in range(first, first + count)]


def a_list(objects: list[Fields], *, cap: int = PAGE_SIZE, states_total: bool = True) -> Read:
    """A server whose pages are never longer than the cap."""

    def read(offset: int, limit: int) -> Page:
        page = objects[offset : offset + min(limit, cap)]
        return Page(page, len(objects) if states_total else None)

    return read


def ids(read: Read, **how: bool | int) -> list[str | None]:
    return [found.id for found in iter_list(REQUEST, read, **how)]  # type: ignore[arg-type]


@given(
    count=st.integers(0, 40),
    cap=st.integers(1, 12),
    states_total=st.booleans(),
    backwards=st.booleans(),
    at_once=st.integers(1, 3),
)
def test_pages_of_any_length_are_read_on(
    *, count: int, cap: int, states_total: bool, backwards: bool, at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "PAGE_SIZE", 10)
        read = a_list(rows(count), cap=cap, states_total=states_total)
        found = ids(read, last_page_first=backwards, at_once=at_once)
    assert sorted(map(str, found)) == sorted(str(number) for number in range(count))


@given(sizes=st.lists(st.integers(1, 10), max_size=12), seed=st.integers(0, 9))
def test_pages_whose_length_changes_all_the_time_are_read_on(sizes: list[int], seed: int) -> None:
    objects, chance = rows(sum(sizes)), Random(seed)

    def read(offset: int, limit: int) -> Page:
        return Page(objects[offset : offset + chance.randint(1, limit)], len(objects))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "PAGE_SIZE", 10)
        found = ids(read)
    assert sorted(map(str, found)) == sorted(str(number) for number in range(sum(sizes)))


@pytest.mark.parametrize("total", [None, 3000, 10])
def test_a_server_that_ignores_offsets_is_found_out(total: int | None) -> None:
    asked: list[int] = []

    def read(offset: int, _limit: int) -> Page:
        asked.append(offset)
        return Page(rows(PAGE_SIZE), total)

    with pytest.raises(RemoteUnavailableError, match=r"unavailable, its pages repeat$"):
        ids(read)
    assert len(asked) <= 3


def test_a_list_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 20)
    with pytest.raises(RemoteUnavailableError, match=r"unavailable, more than 20 pages$"):
        ids(lambda offset, _: Page(rows(7, offset)))


def test_a_list_that_never_shows_all_it_counts_is_not_believed() -> None:
    with pytest.raises(RemoteUnavailableError, match=r"unavailable, the list keeps moving$"):
        ids(lambda offset, limit: Page(rows(1500)[offset : offset + limit], 1600))


def test_a_short_list_with_its_total_costs_one_request() -> None:
    asked: list[int] = []

    def read(offset: int, limit: int) -> Page:
        asked.append(limit)
        return a_list(rows(7))(offset, limit)

    assert len(ids(read)) == 7
    assert asked == [PAGE_SIZE]


@pytest.mark.parametrize("backwards", [False, True])
def test_what_has_no_id_comes_once(*, backwards: bool) -> None:
    objects = [*rows(PAGE_SIZE), Fields({}), *rows(3, PAGE_SIZE), Fields({"id": []})]
    found = ids(a_list(objects), last_page_first=backwards)
    assert found.count(None) == 2
    assert len(found) == PAGE_SIZE + 5


def test_the_next_page_is_on_its_way_while_one_is_taken_in_but_no_more_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 10)
    third_began, was_alone = threading.Event(), []

    def read(offset: int, limit: int) -> Page:
        if offset == 10:
            was_alone.append(not third_began.wait(0.05))
        elif offset == 20:
            third_began.set()
        return a_list(rows(40))(offset, limit)

    reading = iter_list(REQUEST, read, at_once=1)
    assert [next(reading).id for _ in range(11)][-1] == "10"
    assert third_began.wait(5)
    assert was_alone == [True]
