"""How sevDesk wraps what it answers: one object or many under `objects`, errors inside a 200."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk.pages import Page, iter_list
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.errors import (
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)

log = logging.getLogger(__name__)

SERVICE = "sevDesk"

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

    def objects(self, path: str) -> list[Fields]:
        """What one unpaged list holds; what is no object stands there without fields."""
        return _objects_in(self._read_list(path, {}))

    def value(self, path: str) -> Any:
        """What the envelope holds, as it came."""
        body = self._http.read_json(path, check=_raise_for_error_in_reading)
        return body.get("objects") if isinstance(body, dict) else None

    def single(self, path: str, *, id_: str | None = None) -> Fields:
        """The one object of an answer; with `id_` it must be the one of this id.

        sevDesk's own 400 "not found" counts as a 404.

        Raises:
            NotFoundRemotelyError: there is none.
            UnreadableAnswerError: the answer holds another object, or none that can be read.
        """
        try:
            body = self._http.read_json(path, check=_raise_for_error_in_reading)
        except RemoteRejectedError as error:
            if error.status == 400 and _NO_SUCH_OBJECT.search(error.said):
                raise NotFoundRemotelyError(error.request, status=400, said=error.said) from None
            raise
        found = _objects_in(body)
        if not found:
            raise NotFoundRemotelyError(Request(SERVICE, "GET", path))
        if id_ is not None and found[0].id != id_:
            raise UnreadableAnswerError("id", f"{id_} in the answer to GET {path}")
        return found[0]

    def iter(
        self,
        path: str,
        query: Query | None = None,
        *,
        last_page_first: bool = False,
        may_be_absent: bool = False,
    ) -> Iterator[Fields]:
        """Every object of a list once, as `iter_list`; what has no id comes as it is.

        Raises:
            RemoteUnavailableError: it keeps moving, repeats, or does not end.
            RemoteRejectedError: it is refused; that reaches the whole space.
            ConnectionConfigError: sevDesk has no such list, so this is not its API's address.
            NotFoundRemotelyError: the same for one that `may_be_absent`.
        """

        def read(offset: int, limit: int) -> Page:
            paging: Query = {"limit": limit, "offset": offset, "countAll": "true"}
            body = self._read_list(path, {**(query or {}), **paging})
            return Page(_objects_in(body), _total(body))

        try:
            yield from iter_list(
                Request(SERVICE, "GET", path),
                read,
                at_once=self._at_once,
                last_page_first=last_page_first,
            )
        except NotFoundRemotelyError:
            if may_be_absent:
                raise
            raise self._http.wrong("connection.no_api", site=self._http.site) from None

    def write(self, method: str, path: str, **content: Any) -> list[Fields]:
        """Write once; returns the objects of the answer.

        Raises:
            OutcomeUnknownError: no answer, or one that cannot be read: it may have happened.
            RemoteRejectedError: refused, be it with an error inside a 200.
        """
        answer = self._http.write(method, path, check=raise_for_error, **content)
        try:
            body = answer.json() if answer.body.strip() else {}
        except ValueError:
            raise OutcomeUnknownError(
                answer.request, status=answer.status, detail="unreadable answer"
            ) from None
        # Some writes answer with null, true or the whole voucher; who needs it checks it.
        inside = body.get("objects", body) if isinstance(body, dict) else body
        return _objects_in(body) if isinstance(inside, dict | list) else []

    def parsed(self, path: str, parse: Callable[[Fields], Parsed], found: Fields) -> Parsed:
        """An object of a list, parsed; one that cannot be left out stops the list.

        Raises:
            RemoteUnavailableError: it cannot be read.
        """
        try:
            return parse(found)
        except UnreadableAnswerError as error:
            raise self.senseless(path, f"unreadable answer: {error}") from None

    def readable(
        self, path: str, parse: Callable[[Fields], Parsed], found: Iterable[Fields]
    ) -> Iterator[Parsed]:
        """Each object parsed. What cannot be read is left out, with a line in the task log."""
        for one in found:
            try:
                yield parse(one)
            except UnreadableAnswerError as error:
                log.warning(
                    "sevDesk GET %s: one entry (id %s) is left out: %s", path, one.id, error
                )

    def senseless(self, path: str, detail: str, *, method: str = "GET") -> RemoteUnavailableError:
        """The error for an answer that makes no sense; it may make sense later."""
        return RemoteUnavailableError(Request(SERVICE, method, path), detail=detail)

    def _read_list(self, path: str, query: Query) -> Any:
        return self._http.read_list(path, query, check=_raise_for_error_in_reading)


def _objects_in(body: Any) -> list[Fields]:
    """What the envelope holds, as a list, whether it came as one object or as many."""
    found = body.get("objects", body) if isinstance(body, dict) else body
    if found is None:
        return []
    values = found if isinstance(found, list) else [found]
    return [Fields(value if isinstance(value, dict) else {}, "objects") for value in values]


def _total(body: Any) -> int | None:
    total = str(body.get("total") if isinstance(body, dict) else "")
    return int(total) if total.isascii() and total.isdecimal() else None


def _raise_for_error_in_reading(request: Request, body: Any) -> None:
    """What a list or object could not be read for, under a success status, may pass."""
    try:
        raise_for_error(request, body)
    except RemoteRejectedError as error:
        raise RemoteUnavailableError(request, status=200, said=error.said) from None


def raise_for_error(request: Request, body: Any) -> None:
    """sevDesk may report an error inside a success status (measured: code 390)."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if error:
        message = error.get("message") if isinstance(error, Mapping) else error
        raise RemoteRejectedError(request, status=200, said=str(message))
