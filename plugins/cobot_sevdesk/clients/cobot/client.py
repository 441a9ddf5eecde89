"""Cobot's two APIs: invoices, PDFs and teams from API 2, memberships from API 1."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from io import BufferedIOBase
from typing import Any

from cobot_sevdesk.clients.cobot import parsing
from cobot_sevdesk.clients.cobot.access import NOBODY, SpaceId, TokenCheck
from cobot_sevdesk.clients.cobot.pages import iter_resources, unavailable
from cobot_sevdesk.clients.json_fields import Fields, is_id
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.invoice import Address, AnyInvoice, UnreadableInvoice
from cobot_sevdesk.domain.member import AnyMember, Member
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import (
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    SpaceNotVisibleError,
    UnreadableAnswerError,
    WrongSpaceError,
)

log = logging.getLogger(__name__)

PDF_ACCEPT = "application/pdf, */*;q=0.5"
API2_HEADERS = {"Accept": "application/vnd.api+json"}
API1_HEADERS = {"Accept": "application/json"}
_ONE_DAY: Query = {"filter[from]": "2026-01-01", "filter[to]": "2026-01-01", "page[size]": 1}
"""The smallest request that needs the scope of a list."""
UPDATE_METHODS = ("PUT", "PATCH", "POST")
UNKNOWN_METHOD = (404, 405)
_NO_ID = UnreadableAnswerError("id", "an id that can be asked for")


class CobotClient:
    """One space in Cobot.

    `www` is Cobot's own address of API 1; it only serves to find the id of the space.
    """

    def __init__(
        self,
        api2: Transport,
        api1: Transport,
        *,
        subdomain: str,
        space_id: str | None = None,
        www: Transport | None = None,
        update_method: str = "PUT",
    ) -> None:
        self.api2 = self._api2 = api2
        self.api1 = self._api1 = api1
        """The connections themselves, for questions that no method here asks."""
        self._subdomain = subdomain
        self.space = SpaceId(api2, api1, www, subdomain, stated=space_id)
        self._token_check = TokenCheck(api2, api1)
        self._update_method = update_method

    # --- invoices

    def iter_invoices(self, window: Window) -> Iterator[AnyInvoice]:
        """Every invoice dated inside the window, each once; unreadable ones come as such.

        Whether Cobot's own date filter includes its bounds is assumption C-02. So Cobot is asked
        for a day more on both sides, and the answer is filtered here.

        Raises:
            WrongSpaceError: an invoice names another space than the one asked for.
            SpaceNotVisibleError: Cobot knows no such space.
        """
        if window.is_empty:
            return
        query = {
            "filter[from]": (window.start - DAY).isoformat(),
            "filter[to]": (window.last + DAY).isoformat(),
        }
        try:
            listed = iter_resources(self._api2, self._path("invoices"), query)
            for resource in listed:
                named = parsing.space_of(resource)
                if named not in {None, self.space.get()}:
                    raise WrongSpaceError(str(named))
                invoice = parsing.to_invoice(resource)
                if isinstance(invoice, UnreadableInvoice) or invoice.date in window:
                    yield invoice
        except NotFoundRemotelyError:
            raise SpaceNotVisibleError(self._subdomain) from None

    def check_invoices(self) -> None:
        """See whether the invoices of the space may be read.

        Raises:
            CredentialsError, SpaceNotVisibleError: they may not.
        """
        try:
            self._api2.read_list(self._path("invoices"), _ONE_DAY)
        except NotFoundRemotelyError:
            raise SpaceNotVisibleError(self._subdomain) from None

    def find_invoice(self, invoice_id: str) -> AnyInvoice | None:
        """The invoice as it is now; `None` where Cobot says that it does not exist.

        Any other answer that does not hold this invoice is an unreadable invoice of this id. What
        cannot be understood was not deleted.

        Raises:
            SpaceNotVisibleError: not even the list of invoices exists, so a 404 proves nothing.
        """
        if not is_id(invoice_id):
            return parsing.unreadable_invoice(None, _NO_ID)
        try:
            body = self._api2.read_json(f"/invoices/{invoice_id}")
        except NotFoundRemotelyError:
            self._check_api2()
            return None
        except RemoteUnavailableError as error:
            return parsing.unreadable_invoice(None, _odd_success(error), asked_for=invoice_id)
        return parsing.to_invoice(_single(body), asked_for=invoice_id)

    def get_pdf(self, invoice_id: str) -> BufferedIOBase:
        """The invoice's PDF as Cobot makes it now; the caller closes it.

        Raises:
            UnreadableAnswerError: what came is no PDF.
            NotFoundRemotelyError: there is none.
        """
        pdf = self._api2.download(f"/invoices/{invoice_id}.pdf", {"Accept": PDF_ACCEPT})
        begins_well = pdf.read(1024).lstrip().startswith(b"%PDF-")
        pdf.seek(0)
        if not begins_well:
            pdf.close()
            raise UnreadableAnswerError("PDF", "a document that begins with %PDF-")
        return pdf

    # --- members and teams

    def iter_members(self) -> Iterator[AnyMember]:
        """Every membership, unconfirmed and cancelled ones too; each once."""
        try:
            body = self._api1.read_list("/memberships", {"all": "true"})
        except NotFoundRemotelyError:
            raise SpaceNotVisibleError(self._subdomain) from None
        if not isinstance(body, list):
            raise unavailable("/memberships", "the answer is no list")
        seen: set[str] = set()
        for membership in body:
            member = parsing.to_member(membership)
            if member.id is None:
                yield member
            elif member.id not in seen:
                seen.add(member.id)
                yield member

    def find_member(self, member_id: str) -> AnyMember | None:
        """One membership as it is now; `None` where Cobot says that it does not exist.

        Any other answer without this member is an unreadable member of this id.

        Raises:
            SpaceNotVisibleError: not even the list of members exists, so a 404 proves nothing.
        """
        if not is_id(member_id):
            return parsing.unreadable_member(None, _NO_ID)
        try:
            body = self._api1.read_json(f"/memberships/{member_id}")
        except NotFoundRemotelyError:
            self._check_api1()
            return None
        except RemoteUnavailableError as error:
            return parsing.unreadable_member(member_id, _odd_success(error))
        return parsing.to_member(body, asked_for=member_id)

    def find_team(self, team_id: str) -> AnyMember | None:
        """One team as it is now; as `find_member`."""
        if not is_id(team_id):
            return parsing.unreadable_member(None, _NO_ID)
        try:
            body = self._api2.read_json(f"/teams/{team_id}")
        except NotFoundRemotelyError:
            self._check_api2()
            return None
        except RemoteUnavailableError as error:
            return parsing.unreadable_member(team_id, _odd_success(error))
        return parsing.to_team(_single(body), asked_for=team_id)

    def check_writing(self) -> None:
        """See whether memberships may be written: at one that does not exist, so nothing changes.

        Raises:
            CredentialsError: the token lacks the scope `write_memberships`.
        """
        try:
            self._api1.write(self._update_method, f"/memberships/{NOBODY}", payload={})
        except CredentialsError:
            raise
        except (RemoteRejectedError, OutcomeUnknownError):
            pass  # it does not exist, as expected; or nobody knows, and nothing depends on it

    def write_customer_number(self, member: Member, number: str) -> Mapping[str, tuple[str, str]]:
        """Overwrite the member's customer number; returns what else changed with it.

        Returns field -> its text before and after. Nothing else may change. Whether Cobot keeps
        fields that an update leaves out is assumption C-21, so the member is read again and
        compared. The texts are personal data.

        Raises:
            UnreadableAnswerError: Cobot took the request, but the number is not there.
        """
        self._update(member.id, {"customer_number": number})
        now = self.find_member(member.id)
        if not isinstance(now, Member) or now.customer_number != number:
            raise UnreadableAnswerError("customer_number", f"{number} after writing it")
        before, after = _texts(member), _texts(now)
        return {name: (text, after[name]) for name, text in before.items() if text != after[name]}

    def _update(self, member_id: str, payload: Mapping[str, str]) -> None:
        """Update a membership, by the first method that Cobot knows (assumption C-20).

        A 404 or 405 says that nothing was done, so the next method may be tried.

        Raises:
            RemoteRejectedError: Cobot refuses; its answer to the first method.
        """
        refused: list[RemoteRejectedError] = []
        methods = dict.fromkeys((self._update_method, *UPDATE_METHODS))
        for method in methods:
            try:
                self._api1.write(method, f"/memberships/{member_id}", payload=payload)
            except RemoteRejectedError as error:
                if error.status not in UNKNOWN_METHOD:
                    raise
                refused.append(error)
            else:
                self._update_method = method
                return
        raise refused[0]

    # --- the rest of the space

    def post_activity(self, text: str, *, level: str, source_ids: Sequence[str]) -> None:
        """Write into the space's activity feed (scope `write_activities`); admins see it.

        Field names and levels as other public clients of API 1 send them.
        """
        payload = {
            "text": text,
            "level": level,
            "channels": ["admin"],
            "source_ids": list(source_ids),
        }
        self._api1.write("POST", "/activities", payload=payload)

    def get_page_addresses(self) -> dict[str, str]:
        """Pages of the admin area by identifier, with `{id}` where an id belongs.

        Scope `read_urls`; the templates are those of RFC 6570 (API 2 description, URLs).
        """
        path = self._path("urls")
        body = self._api2.read_list(path)
        found = body.get("data") if isinstance(body, dict) else None
        pages = (_page_address(path, resource) for resource in _listed(found))
        return dict(page for page in pages if page is not None)

    def find_accounting_codes(self) -> list[AccountingCode] | None:
        """The codes in the space's settings; `None` where the token may not read them.

        Scope `read_accounting_codes`. A code has a name and no id or number (API 1).
        """
        path = "/accounting_codes"
        try:
            body = self._api1.read_list(path)
        except (CredentialsError, NotFoundRemotelyError) as error:
            if isinstance(error, CredentialsError) and error.is_bad_token:
                raise
            return None
        if not isinstance(body, list):
            raise unavailable(path, "the answer is no list")
        codes = (_accounting_code(path, code) for code in body)
        return [code for code in codes if code is not None]

    def get_missing_scopes(self) -> tuple[str, ...]:
        """Which scopes for reading the token lacks: each is tried with the smallest request."""
        tries = (
            ("read_invoices", self._api2, self._path("invoices"), _ONE_DAY),
            ("read_teams", self._api2, self._path("teams"), _ONE_DAY),
            ("read_memberships", self._api1, "/memberships", None),
        )
        missing = []
        for scope, transport, path, query in tries:
            try:
                transport.read_list(path, query)
            except CredentialsError as error:
                if error.is_bad_token:
                    raise
                missing.append(scope)
        return tuple(missing)

    def _path(self, what: str) -> str:
        return f"/spaces/{self.space.get()}/{what}"

    def _check_api2(self) -> None:
        """A 404 about one object proves its absence only where API 2 is at this address."""
        if not self._api2.has_succeeded:
            self.check_invoices()

    def _check_api1(self) -> None:
        if not self._api1.has_succeeded:
            next(self.iter_members(), None)


def _odd_success(error: RemoteUnavailableError) -> UnreadableAnswerError:
    """An answer that is no JSON though its status says that all is well; else the error goes on."""
    if error.status not in range(200, 300):
        raise error
    return UnreadableAnswerError("answer", "JSON")


def _texts(member: Member) -> dict[str, str]:
    """What an update may wipe, by field, as text; empty where Cobot has nothing."""
    address = {f"address.{field.name}": field.name for field in fields(Address)}
    own = ("name", "email", "phone", "tax_id", "confirmed_at")
    return {
        **{name: str(getattr(member, name) or "") for name in own},
        **{path: getattr(member.address, name) or "" for path, name in address.items()},
    }


def _page_address(path: str, resource: Any) -> tuple[str, str] | None:
    try:
        shown = Fields(resource).object("attributes")
        name, template = shown.optional_text("identifier"), shown.optional_text("urlTemplate")
    except UnreadableAnswerError as error:
        _tell_left_out(path, error)
        return None
    return (name, _with_id(template)) if name and template else None


def _accounting_code(path: str, code: Any) -> AccountingCode | None:
    try:
        shown = Fields(code)
        name, rate = shown.optional_text("name"), shown.optional_amount("tax_rate")
    except UnreadableAnswerError as error:
        _tell_left_out(path, error)
        return None
    return AccountingCode(name, rate) if name else None


def _tell_left_out(path: str, error: UnreadableAnswerError) -> None:
    log.warning("Cobot GET %s: one entry is left out: %s", path, error)


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _with_id(template: str) -> str:
    """A template whose first variable is the id; what else may be added is left out."""
    return re.sub(r"\{[^}]*\}", "", re.sub(r"\{\w+\}", "\0", template, count=1)).replace(
        "\0", "{id}"
    )


def _single(body: Any) -> Any:
    """The one resource of a JSON:API document; older answers come without the envelope."""
    if isinstance(body, dict) and isinstance(body.get("data"), dict):
        return body["data"]
    return body
