"""sevDesk in memory: the methods that `sync/` calls, without HTTP.

Lists may lag behind writes, those of tags and addresses by `parts_lag` seconds more. What is asked
for by its id never does. `days` are the windows of vouchers that were asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from cobot_sevdesk.domain.contact import Contact, ContactParts, NewContact
from cobot_sevdesk.domain.voucher import (
    BookedPosition,
    BookedVoucher,
    SavedVoucher,
    Voucher,
    position_sums,
)
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import NotFoundRemotelyError, Request
from support.builders import a_setup
from sync.wire import Clock, Wire


class FakeVouchers:
    """The vouchers of an account with positions and tags; `saves` is what it saves otherwise."""

    def __init__(self, wire: Wire, clock: Clock, lag: int) -> None:
        self.wire, self.clock, self.lag, self.parts_lag = wire, clock, lag, 0
        self.days: list[Window | None] = []
        self.there: dict[str, BookedVoucher] = {}
        self.tags: dict[str, dict[str, int]] = defaultdict(dict)
        self.positions: dict[str, tuple[BookedPosition, ...]] = {}
        self.saves: dict[str, Any] = {}
        self.uploaded: list[str] = []
        self._born: dict[str, int] = {}
        self._ids = count(900)

    def put(self, voucher: BookedVoucher, *tags: str) -> BookedVoucher:
        """Let a voucher stand since long."""
        self.there[voucher.id] = voucher
        self._born[voucher.id] = 0
        self.tags[voucher.id] = dict.fromkeys(tags, 0)
        return voucher

    def tags_of(self, voucher_id: str) -> list[str]:
        """Tags in the order in which they were written."""
        return list(self.tags[voucher_id])

    def iter(self, window: Window | None = None) -> Iterator[BookedVoucher]:
        self.days.append(window)
        listed = self.wire.call("list vouchers", lambda: list(self.there.values()))
        for one in listed:
            is_meant = window is None or (one.date is not None and one.date in window)
            if is_meant and self._born[one.id] + self.lag <= self.clock.now:
                yield one

    def get(self, voucher_id: str) -> BookedVoucher:
        return cast("BookedVoucher", self.wire.call("get voucher", lambda: self._get(voucher_id)))

    def _get(self, voucher_id: str) -> BookedVoucher:
        if voucher_id not in self.there:
            raise NotFoundRemotelyError(Request("sevDesk", "GET", "/Voucher"), status=404)
        return self.there[voucher_id]

    def create(
        self, voucher: Voucher, *, contact_id: str | None, filename: str | None
    ) -> SavedVoucher:
        def save() -> SavedVoucher:
            return self.save(voucher, has_document=filename is not None, contact_id=contact_id)

        return cast("SavedVoucher", self.wire.call("save", save))

    def save(self, voucher: Voucher, **changes: Any) -> SavedVoucher:
        """Let a voucher stand as it was meant, but for the changes."""
        id_, sums = str(next(self._ids)), voucher.sums
        fields = {
            "id": id_,
            "description": voucher.description,
            "date": voucher.date,
            "gross": sums.gross,
            "net": sums.net,
            "status": voucher.status,
            "delivery_date": voucher.date,
            "deadline": voucher.deadline,
            "tax_rule": str(voucher.tax_rule),
            "cost_centre_id": voucher.cost_centre_id,
            "currency": voucher.currency,
            "supplier_name": None if changes.get("contact_id") else voucher.recipient_name,
        }
        made = BookedVoucher(**{**fields, **changes, **self.saves})
        self.there[id_], self._born[id_] = made, self.clock.now
        rows = ((p, position_sums(p, in_net=voucher.in_net)) for p in voucher.positions)
        self.positions[id_] = tuple(
            BookedPosition(id_, p.account_id, p.rate, s.net, s.gross) for p, s in rows
        )
        return SavedVoucher(made, self.positions[id_])

    def get_positions(self, voucher_id: str) -> list[BookedPosition]:
        return list(self.wire.call("positions", lambda: self.positions.get(voucher_id, ())))

    def iter_positions(self) -> Iterator[BookedPosition]:
        rows = self.wire.call("list positions", lambda: list(self.positions.values()))
        return iter([one for some in rows for one in some])

    def upload_pdf(self, pdf: BytesIO, name: str) -> str:
        self.uploaded.append(name)
        return cast("str", self.wire.call("upload", lambda: f"{name} {len(pdf.read())}"))

    def shows_document(self, voucher_id: str) -> bool:
        return bool(self.wire.call("get voucher", lambda: self.there[voucher_id].has_document))

    def attach_pdf(self, voucher: BookedVoucher, filename: str, *, status: int | None) -> None:
        assert filename
        if voucher.status != 50:
            self.wire.call("reset", lambda: self._change(voucher.id, status=50))
        changes = {"status": status or 50, "has_document": True}
        self.wire.call("attach", lambda: self._change(voucher.id, **changes))

    def _change(self, voucher_id: str, **changes: Any) -> None:
        self.there[voucher_id] = replace(self.there[voucher_id], **changes)

    def get_tags(self, names: frozenset[str], *, of: Iterable[str]) -> dict[str, set[str]]:
        self.wire.call("list tags")
        latest = self.clock.now - self.lag - self.parts_lag
        return {
            id_: {name for name, since in self.tags[id_].items() if since <= latest} & names
            for id_ in of
        }

    def create_tag(self, voucher_id: str, name: str) -> None:
        self.wire.call("tag", lambda: self.tags[voucher_id].setdefault(name, self.clock.now))


class FakeContacts:
    """The contacts of an account; `there` holds each with its address and ways."""

    def __init__(self, wire: Wire, clock: Clock, lag: int) -> None:
        self.wire, self.clock, self.lag, self.parts_lag = wire, clock, lag, 0
        self.there: dict[str, Contact] = {}
        self.addresses: dict[str, int] = {}
        self.places: set[str] = set()
        self.ways: dict[str, dict[str, str]] = defaultdict(dict)
        self.names_no_number = False
        self.tells_no_number = False
        self._born: dict[str, int] = {}
        self._ids = count(500)

    def put(self, contact: Contact, *, address: bool = True, **ways: str) -> Contact:
        """Let a contact stand since long."""
        self.there[contact.id], self._born[contact.id] = contact, 0
        if address:
            self.addresses[contact.id] = 0
        self.ways[contact.id] = ways
        return contact

    def _is_listed(self, since: int) -> bool:
        return since + self.lag <= self.clock.now

    def iter(self) -> Iterator[Contact]:
        self.wire.call("list contacts")
        return iter([one for id_, one in self.there.items() if self._is_listed(self._born[id_])])

    def get(self, contact_id: str) -> Contact:
        self.wire.call("get contact")
        if contact_id not in self.there:
            raise NotFoundRemotelyError(Request("sevDesk", "GET", "/Contact"), status=404)
        return self.there[contact_id]

    def create(self, contact: NewContact) -> Contact:
        def make() -> Contact:
            id_ = str(next(self._ids))
            made = Contact(
                id_,
                None if self.names_no_number else f"K{id_}",
                contact.company,
                contact.first_name,
                contact.last_name,
                contact.description,
            )
            self.there[id_], self._born[id_] = made, self.clock.now
            # sevDesk's answer need not say all that was sent.
            number = None if self.tells_no_number else made.customer_number
            return replace(made, customer_number=number, description=None)

        return cast("Contact", self.wire.call("contact", make))

    def assign_customer_number(self, contact_id: str) -> str:
        number = f"K{contact_id}"
        self.wire.call("assign number")
        self.there[contact_id] = replace(self.there[contact_id], customer_number=number)
        return number

    def get_emails(self, contact_id: str) -> frozenset[str]:
        self.wire.call("list ways")
        return frozenset({self.ways[contact_id].get("EMAIL", "")} - {""})

    def get_parts(self) -> ContactParts:
        self.wire.call("list ways")
        self.wire.call("list addresses")
        listed = {
            id_ for id_, since in self.addresses.items() if self._is_listed(since + self.parts_lag)
        }
        ways: Any = {id_: frozenset(ways) for id_, ways in self.ways.items() if ways}
        return ContactParts(frozenset(listed), ways, frozenset(self.places & listed))

    def create_address(self, contact: NewContact, contact_id: str) -> None:
        if contact.address.street or contact.address.post_code or contact.address.city:
            self.places.add(contact_id)
        self.wire.call("address", lambda: self.addresses.setdefault(contact_id, self.clock.now))

    def create_way(self, contact_id: str, kind: str, value: str) -> None:
        self.wire.call("way", lambda: self.ways[contact_id].update({kind: value}))

    def knows_country(self, code: str | None) -> bool:
        return code is not None


class FakeSevdesk:
    """A sevDesk account."""

    site = "https://sevdesk.invalid"

    def __init__(self, wire: Wire, clock: Clock, lag: int = 0) -> None:
        self.wire = wire
        self.version, self.cost_centres = "2.0", {"100": ["77"]}
        self.vouchers = FakeVouchers(wire, clock, lag)
        self.contacts = FakeContacts(wire, clock, lag)
        self.settings = SimpleNamespace(
            get_bookkeeping_version=lambda: wire.call("version", lambda: self.version),
            get_chart=lambda: wire.call("chart", lambda: a_setup().chart),
            find_cost_centres=lambda number: wire.call(
                "cost centres", lambda: self.cost_centres.get(number, [])
            ),
        )
