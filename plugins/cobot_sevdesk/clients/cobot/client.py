"""Cobot's two APIs: invoices, PDFs and teams from API 2, memberships from API 1."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BufferedIOBase
from typing import Any

from cobot_sevdesk.clients.cobot import parsing
from cobot_sevdesk.clients.cobot.pages import iter_resources, unavailable
from cobot_sevdesk.clients.cobot.space_id import SpaceId, SpaceNotVisibleError
from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import (
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteRejectedError,
    UnreadableAnswerError,
)

PDF_ACCEPT = "application/pdf, */*;q=0.5"
API2_HEADERS = {"Accept": "application/vnd.api+json"}
API1_HEADERS = {"Accept": "application/json"}
_NOBODY = "0" * 32
_ONE_DAY: Query = {"filter[from]": "2026-01-01", "filter[to]": "2026-01-01", "page[size]": 1}
"""The smallest request that needs the scope of a list."""


class CobotClient:
    """One space in Cobot."""

    def __init__(
        self,
        api2: Transport,
        api1: Transport,
        *,
        subdomain: str,
        space_id: str | None = None,
        recalled_space_id: str | None = None,
        update_method: str = "PUT",
    ) -> None:
        self._api2 = api2
        self._api1 = api1
        self._subdomain = subdomain
        self.space = SpaceId(api2, api1, subdomain, stated=space_id, recalled=recalled_space_id)
        self._update_method = update_method

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
        try:
            for resource in iter_resources(
                self._api2, f"/spaces/{self.space.get()}/invoices", query
            ):
                if parsing.space_of(resource) not in {None, self.space.get()}:
                    continue
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
            self._api2.read_json(f"/spaces/{self.space.get()}/invoices", _ONE_DAY)
        except NotFoundRemotelyError:
            raise SpaceNotVisibleError(self._subdomain) from None

    def find_invoice(self, invoice_id: str) -> Invoice | UnreadableInvoice | None:
        """The invoice as it is now; `None` where it was deleted."""
        try:
            body = self._api2.read_json(f"/invoices/{invoice_id}")
        except NotFoundRemotelyError:
            return None
        return parsing.to_invoice(_single(body))

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

    def iter_members(self) -> Iterator[Member | UnreadableMember]:
        """Every membership, unconfirmed and cancelled ones too; each once."""
        try:
            body = self._api1.read_json("/memberships", {"all": "true"})
        except NotFoundRemotelyError:
            raise SpaceNotVisibleError(self._subdomain) from None
        if not isinstance(body, list):
            raise unavailable("/memberships", "the answer is no list")
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

    def check_writing(self) -> None:
        """See whether memberships may be written: at one that does not exist, so nothing changes.

        Raises:
            CredentialsError: the token lacks the scope `write_memberships`.
        """
        try:
            self._api1.write(self._update_method, f"/memberships/{_NOBODY}", payload={})
        except CredentialsError:
            raise
        except (RemoteRejectedError, OutcomeUnknownError):
            pass  # it does not exist, as expected; or nobody knows, and nothing depends on it

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
        body = Fields(self._api2.read_json(f"/spaces/{self.space.get()}/urls"))
        found = {}
        for resource in body.optional_objects("data"):
            shown = resource.optional_object("attributes")
            template = shown.optional_text("urlTemplate") if shown else None
            name = shown.optional_text("identifier") if shown else None
            if template and name:
                found[name] = _with_id(template)
        return found

    def find_accounting_codes(self) -> list[AccountingCode] | None:
        """The codes in the space's settings; `None` where the token may not read them.

        Scope `read_accounting_codes`. A code has a name and no id or number (API 1).
        """
        try:
            body = self._api1.read_json("/accounting_codes")
        except (CredentialsError, NotFoundRemotelyError) as error:
            if error.status == 401:
                raise
            return None
        if not isinstance(body, list):
            raise unavailable("/accounting_codes", "the answer is no list")
        return [
            AccountingCode(name, code.optional_amount("tax_rate"))
            for code in map(Fields, body)
            if (name := code.optional_text("name"))
        ]

    def get_missing_scopes(self) -> tuple[str, ...]:
        """Which scopes for reading the token lacks: each is tried with the smallest request."""
        tries = (
            ("read_invoices", self._api2, f"/spaces/{self.space.get()}/invoices", _ONE_DAY),
            ("read_teams", self._api2, f"/spaces/{self.space.get()}/teams", _ONE_DAY),
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
