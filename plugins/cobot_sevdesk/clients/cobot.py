"""Cobot's two APIs: invoices, PDFs and teams from API 2, memberships from API 1."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cobot_sevdesk.clients import cobot_parsing as parsing
from cobot_sevdesk.clients.fields import Fields
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import (
    CredentialsError,
    NotFoundRemotelyError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)

PAGE_SIZE = 200
"""The largest page that API 2 serves (API 2 description, pagination)."""
MOST_PAGES = 5000
PDF_ACCEPT = "application/pdf, */*;q=0.5"
API2_HEADERS = {"Accept": "application/vnd.api+json"}
API1_HEADERS = {"Accept": "application/json"}


class SpaceNotVisibleError(Exception):
    """The owner of the token is no admin of the wanted space."""


class CobotClient:
    """One space in Cobot."""

    def __init__(
        self,
        api2: Transport,
        api1: Transport,
        *,
        subdomain: str,
        space_id: str | None = None,
        update_method: str = "PUT",
    ) -> None:
        self._api2 = api2
        self._api1 = api1
        self._subdomain = subdomain
        self._space_id = space_id
        self._update_method = update_method

    @property
    def space_id(self) -> str:
        """The id of the space, looked up once where the configuration has none.

        Raises:
            SpaceNotVisibleError: the token belongs to no admin of that space.
        """
        if self._space_id is None:
            self._space_id = self._get_space_id()
        return self._space_id

    def iter_invoices(self, window: Window) -> Iterator[Invoice | UnreadableInvoice]:
        """Every invoice dated inside the window, each once; unreadable ones come as such.

        Whether Cobot's own date filter includes its bounds is not documented, so it is asked
        for a day more on both sides and filtered here.
        """
        if window.is_empty:
            return
        query = {
            "filter[from]": (window.start - DAY).isoformat(),
            "filter[to]": (window.last + DAY).isoformat(),
        }
        for resource in self._iter_pages(f"/spaces/{self.space_id}/invoices", query):
            if parsing.space_of(resource) not in {None, self.space_id}:
                continue
            invoice = parsing.to_invoice(resource)
            if isinstance(invoice, UnreadableInvoice) or invoice.date in window:
                yield invoice

    def find_invoice(self, invoice_id: str) -> Invoice | UnreadableInvoice | None:
        """The invoice as it is now; `None` where it was deleted."""
        try:
            body = self._api2.read_json(f"/invoices/{invoice_id}")
        except NotFoundRemotelyError:
            return None
        return parsing.to_invoice(_single(body))

    def get_pdf(self, invoice_id: str) -> bytes:
        """The invoice's PDF as Cobot makes it now.

        Raises:
            UnreadableAnswerError: what came is no PDF.
            NotFoundRemotelyError: there is none.
        """
        answer = self._api2.get(f"/invoices/{invoice_id}.pdf", headers={"Accept": PDF_ACCEPT})
        if not answer.body.lstrip()[:5] == b"%PDF-":
            raise UnreadableAnswerError("PDF", "a document that begins with %PDF-")
        return answer.body

    def iter_members(self) -> Iterator[Member | UnreadableMember]:
        """Every membership, unconfirmed and cancelled ones too; each once."""
        body = self._api1.read_json("/memberships", {"all": "true"})
        if not isinstance(body, list):
            raise self._unavailable("/memberships", "the answer is no list")
        seen: set[str] = set()
        for membership in body:
            member = parsing.to_member(membership)
            if member.id not in seen:
                seen.add(member.id)
                yield member

    def find_member(self, member_id: str) -> Member | UnreadableMember | None:
        """One membership as it is now; `None` where it was deleted."""
        try:
            return parsing.to_member(self._api1.read_json(f"/memberships/{member_id}"))
        except NotFoundRemotelyError:
            return None

    def find_team(self, team_id: str) -> Member | UnreadableMember | None:
        """One team as it is now; `None` where it was deleted."""
        try:
            return parsing.to_team(_single(self._api2.read_json(f"/teams/{team_id}")))
        except NotFoundRemotelyError:
            return None

    def write_customer_number(self, member: Member, number: str) -> tuple[str, ...]:
        """Overwrite the member's customer number; returns other fields that changed with it.

        Nothing else may change: whether Cobot keeps fields that an update leaves out is not
        documented, so the member is read again and compared.

        Raises:
            UnreadableAnswerError: Cobot took the request, but the number is not there.
        """
        path = f"/memberships/{member.id}"
        self._api1.write(self._update_method, path, payload={"customer_number": number})
        now = self.find_member(member.id)
        if not isinstance(now, Member) or now.customer_number != number:
            raise UnreadableAnswerError("customer_number", f"{number} after writing it")
        if now == replace(member, customer_number=number):
            return ()
        return tuple(
            name
            for name in ("name", "email", "phone", "address", "confirmed_at")
            if getattr(now, name) != getattr(member, name)
        )

    def get_missing_scopes(self) -> tuple[str, ...]:
        """Which scopes for reading the token lacks: each is tried with the smallest request."""
        one_day: Query = {
            "filter[from]": "2026-01-01",
            "filter[to]": "2026-01-01",
            "page[size]": 1,
        }
        tries = (
            ("read_invoices", self._api2, f"/spaces/{self.space_id}/invoices", one_day),
            ("read_teams", self._api2, f"/spaces/{self.space_id}/teams", one_day),
            ("read_memberships", self._api1, "/memberships", None),
        )
        missing = []
        for scope, transport, path, query in tries:
            try:
                transport.read_json(path, query)
            except CredentialsError as error:
                if error.status == 401:
                    raise
                missing.append(scope)
        return tuple(missing)

    def _get_space_id(self) -> str:
        try:
            for space in _spaces_in(self._api2.read_json("/user", {"include": "adminOf"})):
                if space.subdomain == self._subdomain:
                    return space.id
        except (NotFoundRemotelyError, CredentialsError, UnreadableAnswerError) as error:
            if isinstance(error, CredentialsError) and error.status == 401:
                raise
        return self._get_space_id_from_api1()

    def _get_space_id_from_api1(self) -> str:
        """The second way, for tokens without the scope `read_user`."""
        try:
            return Fields(self._api1.read_json(f"/spaces/{self._subdomain}")).text("id")
        except (NotFoundRemotelyError, CredentialsError, UnreadableAnswerError):
            raise SpaceNotVisibleError(self._subdomain) from None

    def _iter_pages(self, path: str, query: Query) -> Iterator[Any]:
        """Every resource of a list once, whatever its order; lists may move while they are read.

        Where the number of pages changed on the way, the list is read a second time: something
        may have slipped over a page border.
        """
        seen: set[str] = set()
        for _ in range(2):
            moved = yield from self._iter_once(path, query, seen)
            if not moved:
                return

    def _iter_once(self, path: str, query: Query, seen: set[str]) -> Generator[Any, None, bool]:
        totals: set[Any] = set()
        pages: set[tuple[str, ...]] = set()
        for number in range(1, MOST_PAGES):
            body = self._api2.read_json(
                path, {**query, "page[number]": number, "page[size]": PAGE_SIZE}
            )
            resources, links, total = self._opened(path, body)
            ids = tuple(str(r.get("id")) if isinstance(r, dict) else "?" for r in resources)
            if ids and ids in pages:
                raise self._unavailable(path, "its pages repeat")
            pages.add(ids)
            totals.add(total)
            for id_, resource in zip(ids, resources, strict=True):
                if id_ in {"?", "None"} or id_ not in seen:
                    seen.add(id_)
                    yield resource
            if not resources or not _has_next(number, len(resources), links, total):
                return len(totals) > 1
        raise self._unavailable(path, f"more than {MOST_PAGES} pages")

    def _opened(self, path: str, body: Any) -> tuple[list[Any], Fields | None, Any]:
        """The resources of a page, its links and the number of pages it states."""
        try:
            page = Fields(body)
            meta, links = page.optional_object("meta"), page.optional_object("links")
        except UnreadableAnswerError as error:
            raise self._unavailable(path, str(error)) from None
        resources = page.raw("data")
        if not isinstance(resources, list):
            raise self._unavailable(path, "data: expected a list")
        return resources, links, meta.raw("totalPages") if meta else None

    def _unavailable(self, path: str, detail: str) -> RemoteUnavailableError:
        return RemoteUnavailableError(Request("Cobot", "GET", path), detail=detail)


@dataclass(frozen=True)
class _Space:
    id: str
    subdomain: str
    name: str


def find_spaces(api2: Transport) -> dict[str, str]:
    """Subdomain -> name of every space that the owner of the token administers."""
    body = api2.read_json("/user", {"include": "adminOf"})
    return {space.subdomain: space.name for space in _spaces_in(body)}


def _spaces_in(body: Any) -> Iterator[_Space]:
    for space in Fields(body).optional_objects("included"):
        shown = space.optional_object("attributes")
        if shown and (subdomain := shown.optional_text("subdomain")):
            yield _Space(space.text("id"), subdomain, shown.optional_text("name") or subdomain)


def _has_next(number: int, count: int, links: Fields | None, total: Any) -> bool:
    """Whether a page follows; the link says it, else the number of pages, else a full page."""
    if links is not None and links.has("next"):
        return bool(links.raw("next"))
    if isinstance(total, int):
        return number < total
    return count >= PAGE_SIZE


def _single(body: Any) -> Any:
    """The one resource of a JSON:API document; older answers come without the envelope."""
    if isinstance(body, dict) and isinstance(body.get("data"), dict):
        return body["data"]
    return body
