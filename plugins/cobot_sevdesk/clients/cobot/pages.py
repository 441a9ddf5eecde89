"""Complete lists out of API 2's pages, also while they move."""

from collections.abc import Generator, Iterator
from typing import Any

from cobot_sevdesk.clients.json_fields import Fields, id_in
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.errors import RemoteUnavailableError, Request, UnreadableAnswerError

PAGE_SIZE = 200
"""The largest page that API 2 serves (API 2 description, pagination)."""
MOST_PAGES = 5000
WALKS = 12
"""Enough for a list of three pages that comes in another order at each request."""


def iter_resources(api2: Transport, path: str, query: Query) -> Iterator[Any]:
    """Every resource of a list once, whatever its order; lists may move while they are read.

    What goes from a page that was read pulls others over the borders, unseen. Cobot states only how
    many pages there are. So a list of several pages is read until it was the same twice. One
    without any order is read until one more reading brought no news.

    Raises:
        RemoteUnavailableError: it keeps moving; the answers are no pages, or never end.
        RemoteRejectedError: it is refused; that reaches the whole space.
    """
    seen: set[str] = set()
    before: list[frozenset[str]] = []
    for _ in range(WALKS):
        known = len(seen)
        pages = yield from _iter_once(api2, path, query, seen, again=bool(before))
        is_complete = len(seen) == known == sum(map(len, pages)) == sum(map(len, before))
        if len(pages) <= 1 or pages == before or is_complete:
            return
        before = pages
    raise unavailable(path, "the list keeps moving")


def unavailable(path: str, detail: str) -> RemoteUnavailableError:
    """The error for an answer that makes no sense; it may make sense later."""
    return RemoteUnavailableError(Request("Cobot", "GET", path), detail=detail)


def _iter_once(
    api2: Transport, path: str, query: Query, seen: set[str], *, again: bool
) -> Generator[Any, None, list[frozenset[str]]]:
    """What was not seen yet (without an id: the first time only); returns the ids of each page."""
    pages: list[frozenset[str]] = []
    for number in range(1, MOST_PAGES):
        body = api2.read_list(path, {**query, "page[number]": number, "page[size]": PAGE_SIZE})
        resources, links, total = _opened(path, body)
        if not resources:
            return pages
        ids = frozenset(id_ for resource in resources if (id_ := id_in(resource)))
        if ids and ids in pages:
            raise unavailable(path, "its pages repeat")
        pages.append(ids)
        for resource in resources:
            id_ = id_in(resource)
            is_new = not again if id_ is None else id_ not in seen
            if is_new:
                if id_ is not None:
                    seen.add(id_)
                yield resource
        if not _has_next(number, links, total):
            return pages
    raise unavailable(path, f"more than {MOST_PAGES} pages")


def _opened(path: str, body: Any) -> tuple[list[Any], Fields | None, Any]:
    """The resources of a page, its links and the number of pages it states."""
    try:
        page = Fields(body)
        meta, links = page.optional_object("meta"), page.optional_object("links")
    except UnreadableAnswerError as error:
        raise unavailable(path, str(error)) from None
    resources = page.raw("data")
    if not isinstance(resources, list):
        raise unavailable(path, "data: expected a list")
    return resources, links, meta.raw("totalPages") if meta else None


def _has_next(number: int, links: Fields | None, total: Any) -> bool:
    """Whether a page follows: the link says it, else the number of pages.

    Where neither is there, an empty page ends the list: a short one may only be capped.
    """
    if links is not None and links.has("next"):
        return bool(links.raw("next"))
    return number < total if isinstance(total, int) else True
