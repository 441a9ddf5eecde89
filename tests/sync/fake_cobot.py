"""Cobot in memory: the methods that `sync/` calls, without HTTP."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.invoice import Address, Invoice, UnreadableInvoice
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.window import Window
from sync.wire import Wire


class FakeCobot:
    """A space in Cobot; `wipes` empties what an update of a member does not name.

    `days` are the windows of invoices that were asked for.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.invoices: list[Invoice | UnreadableInvoice] = []
        self.days: list[Window] = []
        self.members: dict[str, Member | UnreadableMember] = {}
        self.teams: dict[str, Member] = {}
        self.unlisted: set[str] = set()
        self.posted: list[tuple[str, str, list[str]]] = []
        self.pages: dict[str, str] = {}
        self.codes: list[AccountingCode] | None = None
        self.wipes = False
        self.space = SimpleNamespace(check_stated=lambda: wire.call("space"))

    def iter_invoices(self, window: Window) -> Iterator[Invoice | UnreadableInvoice]:
        self.days.append(window)
        for one in self.wire.call("list invoices", lambda: list(self.invoices)):
            if isinstance(one, UnreadableInvoice) or one.date in window:
                yield one

    def find_invoice(self, invoice_id: str) -> Invoice | UnreadableInvoice | None:
        found = [one for one in self.invoices if one.id == invoice_id]
        self.wire.call("get invoice")
        return found[0] if found else None

    def check_invoices(self) -> None:
        self.wire.call("check invoices")

    def get_pdf(self, invoice_id: str) -> BytesIO:
        return cast("BytesIO", self.wire.call("pdf", lambda: BytesIO(invoice_id.encode())))

    def iter_members(self) -> Iterator[Member | UnreadableMember]:
        self.wire.call("list members")
        return (one for one in list(self.members.values()) if one.id not in self.unlisted)

    def find_member(self, member_id: str) -> Member | UnreadableMember | None:
        self.wire.call("get member")
        return self.members.get(member_id)

    def find_team(self, team_id: str) -> Member | None:
        self.wire.call("get team")
        return self.teams.get(team_id)

    def check_writing(self) -> None:
        self.wire.call("check writing")

    def write_customer_number(self, member: Member, number: str) -> Mapping[str, tuple[str, str]]:
        def write() -> Mapping[str, tuple[str, str]]:
            now = replace(member, customer_number=number)
            if self.wipes:
                now = replace(now, email=None, phone=None, address=Address())
            self.members[member.id] = now
            return {"email": (member.email or "", "")} if self.wipes else {}

        return cast("Mapping[str, tuple[str, str]]", self.wire.call("number", write))

    def post_activity(self, text: str, *, level: str, source_ids: Any) -> None:
        self.wire.call("post", lambda: self.posted.append((text, level, list(source_ids))))

    def get_page_addresses(self) -> dict[str, str]:
        return cast("dict[str, str]", self.wire.call("pages", lambda: self.pages))

    def get_missing_scopes(self) -> tuple[str, ...]:
        return cast("tuple[str, ...]", self.wire.call("scopes", tuple))

    def find_accounting_codes(self) -> list[AccountingCode] | None:
        return cast("list[AccountingCode] | None", self.wire.call("codes", lambda: self.codes))
