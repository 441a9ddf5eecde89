"""Complete lists out of sevDesk's pages, also while they move."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.errors import RemoteUnavailableError, Request

PAGE_SIZE = 1000
"""The largest `limit` (sevDesk tech blog, pagination limits, 2025-03-11; assumption S-02)."""
MOST_PAGES = 2000
WALKS = 12


@dataclass(frozen=True)
class Page:
    """Some objects of a list; `total` is the number that sevDesk states for the whole list."""

    objects: list[Fields]
    total: int | None = None


ReadPage = Callable[[int, int], Page]
"""Reads so many objects at most, after leaving out so many: offset, limit."""


def iter_list(
    request: Request, read: ReadPage, *, at_once: int = 1, last_page_first: bool = False
) -> Iterator[Fields]:
    """Every object of a list once, whatever its order; lists may move while they are read.

    The list is read again until as many different objects were seen as sevDesk says there are.
    Something may have slipped over a page border. What has no id comes with the first reading.

    With `last_page_first` that reading takes the pages after the first one backwards. That is for
    callers that stop once they have seen what is recent.

    Raises:
        RemoteUnavailableError: the list keeps moving, repeats, or does not end.
    """
    walk = _Walks(request, read, at_once)
    seen: set[str] = set()
    for number in range(WALKS):
        is_first = number == 0
        total, pages, nameless, shrank = None, 0, 0, False
        for page in walk.backwards() if last_page_first and is_first else walk.forwards():
            shrank = shrank or (page.total or 0) < (total or 0)
            total, pages = page.total, pages + bool(page.objects)
            for found in page.objects:
                id_ = found.id
                if id_ is None:
                    nameless += 1
                    is_new = is_first
                else:
                    is_new = id_ not in seen
                    seen.add(id_)
                if is_new:
                    yield found
        # What goes from a page that was read pulls another over its border, unseen: the numbers
        # agree then, since the one that is gone was counted.
        is_complete = total is None or len(seen) + nameless >= total
        if pages <= 1 or total is None or (is_complete and not (shrank and is_first)):
            return
    raise RemoteUnavailableError(request, detail="the list keeps moving")


class _Walks:
    """Ways through the pages of one list."""

    def __init__(self, request: Request, read: ReadPage, at_once: int) -> None:
        self._request = request
        self._read = read
        self._at_once = at_once

    def forwards(self) -> Iterator[Page]:
        """Page after page, each beginning where the one before really ended."""
        first = self._page(0)
        yield first
        yield from self._after(first)

    def backwards(self) -> Iterator[Page]:
        """The first page, then from the last one back; what slips is for the next walk."""
        first = self._page(0)
        yield first
        if first.total is None:  # nobody knows where the end is
            yield from self._after(first)
            return
        for offset in reversed(range(len(first.objects), first.total, len(first.objects) or 1)):
            yield self._page(offset)

    def _after(self, page: Page) -> Iterator[Page]:
        """What follows the first page."""
        offset = len(page.objects)
        if offset == PAGE_SIZE and page.total is not None:
            for following in self._ahead(range(PAGE_SIZE, page.total, PAGE_SIZE)):
                page = self._another(page, following)
                yield page
                offset += len(page.objects)
                if len(page.objects) < PAGE_SIZE:
                    break
        for _ in range(MOST_PAGES):
            if _is_last(page, offset):
                return
            page = self._another(page, self._page(offset))
            yield page
            offset += len(page.objects)
        raise RemoteUnavailableError(self._request, detail=f"more than {MOST_PAGES} pages")

    def _ahead(self, offsets: Iterable[int]) -> Iterator[Page]:
        """The pages at these offsets, in order; some are on their way while one is taken in."""
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="page") as pool:
            on_their_way: deque[Future[Page]] = deque()
            for offset in offsets:
                on_their_way.append(pool.submit(self._page, offset))
                if len(on_their_way) > self._at_once:
                    yield on_their_way.popleft().result()
            while on_their_way:
                yield on_their_way.popleft().result()

    def _another(self, page: Page, following: Page) -> Page:
        """The following page; the same one again means that offsets count for nothing."""
        if page.objects and _ids(page) == _ids(following):
            raise RemoteUnavailableError(self._request, detail="its pages repeat")
        return following

    def _page(self, offset: int) -> Page:
        return self._read(offset, PAGE_SIZE)


def _is_last(page: Page, offset: int) -> bool:
    """Whether nothing follows a page that ends at this offset.

    A page may be shorter than asked for without being the last: sevDesk may cap it. A full page
    never proves that it was the last.
    """
    if not page.objects:
        return True
    is_short = len(page.objects) < PAGE_SIZE
    return is_short and page.total is not None and offset >= page.total


def _ids(page: Page) -> list[str | None]:
    return [found.id for found in page.objects]
