"""How sevDesk is spoken to: envelopes, errors inside a 200, complete paging."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Any, TypeVar

from cobot_sevdesk.clients import statuses as answers
from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.errors import (
    ConfigError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)

SERVICE = "sevDesk"
PAGE_SIZE = 1000
"""The largest `limit` (sevDesk tech blog, pagination limits, 2025-03-11)."""
MOST_PAGES = 2000
WALKS = 12

_NO_SUCH_OBJECT = re.compile(r"\bnot found\b|\bno \w+\b.*\bwas found\b", re.IGNORECASE)
"""How a 400 says that an object does not exist; both wordings are on record."""

Parsed = TypeVar("Parsed")


class SevdeskWire:
    """Reads lists and objects, writes objects; one sevDesk account.

    Of a list with many pages up to `at_once` are read at the same time.
    """

    def __init__(self, transport: Transport, *, at_once: int = 1) -> None:
        self._http = transport
        self._at_once = at_once

    def objects(self, path: str, query: Query | None = None) -> list[Fields]:
        """What one unpaged answer holds, whether it came as one object or as many."""
        body = self._read(path, query or {})
        return self._unwrap(path, body)

    def value(self, path: str) -> Any:
        """What the envelope holds, as it came."""
        body = self._read(path, {})
        return body.get("objects") if isinstance(body, dict) else None

    def single(self, path: str) -> Fields:
        """The one object of an answer; sevDesk's own 400 "not found" counts as a 404.

        Raises:
            NotFoundRemotelyError: there is none.
        """
        try:
            found = self.objects(path)
        except RemoteRejectedError as error:
            if error.status == 400 and _NO_SUCH_OBJECT.search(error.detail):
                raise NotFoundRemotelyError(error.request, status=400) from None
            raise
        if not found:
            raise NotFoundRemotelyError(Request(SERVICE, "GET", path))
        return found[0]

    def iter(
        self,
        path: str,
        query: Query | None = None,
        *,
        last_page_first: bool = False,
        may_be_absent: bool = False,
    ) -> Iterator[Fields]:
        """Every object of a list once, whatever its order; lists may move while they are read.

        The list is read again until as many different objects were seen as sevDesk says there
        are: something may have slipped over a page border. With `last_page_first` the pages
        after the first come backwards, for who stops reading once what is recent was seen.

        Raises:
            RemoteUnavailableError: it keeps moving, or an object has no id.
            ConfigError: sevDesk has no such list, so this is not the address of its API.
            NotFoundRemotelyError: the same for one that `may_be_absent`.
        """
        try:
            yield from self._iter(path, query or {}, last_page_first)
        except NotFoundRemotelyError:
            if may_be_absent:
                raise
            raise ConfigError([f"{self._http.site}: no sevDesk API at this address"]) from None

    def _iter(
        self,
        path: str,
        query: Query,
        last_page_first: bool,  # noqa: FBT001  handed on
    ) -> Iterator[Fields]:
        seen: set[str] = set()
        for walk in range(WALKS):
            total, pages, shrank = None, 0, False
            for stated, page in self._pages(path, query, last_page_first):
                shrank = shrank or (stated or 0) < (total or 0)
                total, pages = stated, pages + 1
                for found in page:
                    id_ = self.parsed(path, lambda one: one.text("id"), found)
                    if id_ not in seen:
                        seen.add(id_)
                        yield found
            # What goes from a page that was read pulls another over its border, unseen: the
            # numbers agree then, since the one that is gone was counted.
            if pages <= 1 or total is None or (len(seen) >= total and not (shrank and walk == 0)):
                return
        raise self.away(path, "the list keeps moving")

    def count(self, path: str, query: Query) -> int | None:
        """How many objects sevDesk says a list has, `None` where it does not say."""
        return _total(self._read(path, {**query, "limit": 1, "countAll": "true"}))

    def write(self, method: str, path: str, **content: Any) -> list[Fields]:
        """Write once; returns the objects of the answer.

        Raises:
            OutcomeUnknownError: no answer, or one that cannot be read: it may have happened.
            RemoteRejectedError: refused, be it with an error inside a 200.
        """
        answer = self._http.write(method, path, **content)
        try:
            body = answer.json() if answer.body.strip() else {}
            raise_for_error(answer.request, body)
            # Some writes answer with null, true or the whole voucher; who needs it checks it.
            inside = body.get("objects", body) if isinstance(body, dict) else body
            return parsing.objects_of(body) if isinstance(inside, dict | list) else []
        except (ValueError, UnreadableAnswerError):
            raise OutcomeUnknownError(
                answer.request, status=answer.status, detail="unreadable answer"
            ) from None

    def parsed(self, path: str, parse: Callable[[Fields], Parsed], found: Fields) -> Parsed:
        """An object of an answer, parsed; what cannot be read stops the task, nothing is lost."""
        try:
            return parse(found)
        except UnreadableAnswerError as error:
            raise self.away(path, f"unreadable answer: {error}") from None

    def away(self, path: str, detail: str) -> RemoteUnavailableError:
        """The error for an answer that makes no sense; it may make sense later."""
        return RemoteUnavailableError(Request(SERVICE, "GET", path), detail=detail)

    def _pages(
        self,
        path: str,
        query: Query,
        last_page_first: bool,  # noqa: FBT001  handed on
    ) -> Iterator[tuple[int | None, list[Fields]]]:
        total, page = self._page(path, query, 0)
        yield total, page
        if len(page) < PAGE_SIZE:
            if (total or 0) > len(page) and self._objects_from(path, query, len(page))[1]:
                raise self.away(path, "its pages are shorter than asked for")
            return
        if last_page_first and total is not None:
            for number in reversed(range(1, -(-total // PAGE_SIZE))):
                yield self._page(path, query, number)
            return
        count = 1 if not total else min(-(-total // PAGE_SIZE), MOST_PAGES)
        stated = self._read_ahead(path, query, range(1, count))
        # A full last page does not prove that it was the last.
        more = (self._page(path, query, number) for number in range(count, MOST_PAGES))
        for total, page in chain(stated, more):
            yield total, page
            if len(page) < PAGE_SIZE:
                return
        raise self.away(path, f"more than {MOST_PAGES} pages")

    def _read_ahead(
        self, path: str, query: Query, numbers: Iterable[int]
    ) -> Iterator[tuple[int | None, list[Fields]]]:
        """These pages in their order; some are on their way while one is taken in."""
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="page") as pool:
            ahead: deque[Future[tuple[int | None, list[Fields]]]] = deque()
            for number in numbers:
                ahead.append(pool.submit(self._page, path, query, number))
                if len(ahead) > self._at_once:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def _page(self, path: str, query: Query, number: int) -> tuple[int | None, list[Fields]]:
        """The number of objects that sevDesk states for the whole list, and those of a page."""
        return self._objects_from(path, query, number * PAGE_SIZE)

    def _objects_from(
        self, path: str, query: Query, offset: int
    ) -> tuple[int | None, list[Fields]]:
        paging: Query = {"limit": PAGE_SIZE, "offset": offset, "countAll": "true"}
        body = self._read(path, {**query, **paging})
        return _total(body), self._unwrap(path, body)

    def _read(self, path: str, query: Query) -> Any:
        return self._http.read_json(path, query, check=_raise_for_error_in_reading)

    def _unwrap(self, path: str, body: Any) -> list[Fields]:
        try:
            return parsing.objects_of(body)
        except UnreadableAnswerError as error:
            raise self.away(path, f"unreadable answer: {error}") from None


def _total(body: Any) -> int | None:
    total = str(body.get("total") if isinstance(body, dict) else "")
    return int(total) if total.isdecimal() else None


def _raise_for_error_in_reading(request: Request, body: Any) -> None:
    """What a list or object could not be read for, under a success status, may pass."""
    try:
        raise_for_error(request, body)
    except RemoteRejectedError as error:
        raise RemoteUnavailableError(request, status=200, detail=error.detail) from None


def raise_for_error(request: Request, body: Any) -> None:
    """sevDesk may report an error inside a success status (measured: code 390)."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if error:
        message = error.get("message") if isinstance(error, Mapping) else error
        raise RemoteRejectedError(request, status=200, detail=answers.clean_detail(str(message)))
