"""What an invoice still needs, given what stands in sevDesk.

`plan` is pure and stable: planned again after its steps were carried out, it creates nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cobot_sevdesk.domain.identity import carries_number, invoice_key
from cobot_sevdesk.domain.invoice import Invoice
from cobot_sevdesk.domain.money import text, to_cents
from cobot_sevdesk.domain.reason import Reason
from cobot_sevdesk.domain.voucher import BookedVoucher


@dataclass(frozen=True)
class Create:
    """Nothing stands in sevDesk for this invoice."""


@dataclass(frozen=True)
class Keep:
    """Our voucher stands; `drift` says what differs from the invoice as it is today."""

    voucher: BookedVoucher
    drift: tuple[str, ...] = ()


@dataclass(frozen=True)
class BookedElsewhere:
    """A voucher without our key carries the number, the date and the gross: somebody booked it."""

    voucher: BookedVoucher


@dataclass(frozen=True)
class Conflict:
    """A person must decide; nothing is created, nothing is deleted."""

    reason: Reason


Step = Create | Keep | BookedElsewhere | Conflict


class Ledger:
    """The revenue vouchers of a sevDesk account, found by our key or by invoice number."""

    def __init__(self, vouchers: Iterable[BookedVoucher] = ()) -> None:
        self._by_key: dict[str, dict[str, BookedVoucher]] = defaultdict(dict)
        self._foreign: dict[str, BookedVoucher] = {}
        for voucher in vouchers:
            self.add(voucher)

    def add(self, voucher: BookedVoucher) -> None:
        """Take in a voucher; a later reading of the same voucher replaces the earlier one."""
        if not voucher.keys:
            self._foreign[voucher.id] = voucher
        for key in voucher.keys:
            self._by_key[key][voucher.id] = voucher

    @property
    def keyed(self) -> dict[str, list[BookedVoucher]]:
        """Our vouchers by key, oldest first."""
        return {key: self.of_key(key) for key in self._by_key}

    def of_key(self, key: str) -> list[BookedVoucher]:
        """The vouchers with this key, oldest first; more than one is a conflict."""
        return [self._by_key[key][id_] for id_ in sorted(self._by_key.get(key, {}), key=_by_age)]

    def of_number(self, number: str) -> list[BookedVoucher]:
        """The vouchers without any key of ours that carry this invoice number as a whole."""
        return [v for v in self._foreign.values() if carries_number(v.description, number)]


def plan(invoice: Invoice, ledger: Ledger) -> Step:
    """What this invoice needs; looks at our key first, then at bookings of others."""
    own = ledger.of_key(invoice_key(invoice.id))
    if len(own) > 1:
        return Conflict(Reason("CS-302", {"invoice": invoice.number, "vouchers": _ids(own)}))
    if own:
        return Keep(own[0], drift_of(invoice, own[0]))
    others = ledger.of_number(invoice.number)
    if not others:
        return Create()
    for other in others:
        if other.date == invoice.date and other.gross == to_cents(invoice.gross):
            return BookedElsewhere(other)
    return Conflict(Reason("CS-301", {"invoice": invoice.number, "vouchers": _ids(others)}))


def drift_of(invoice: Invoice, voucher: BookedVoucher) -> tuple[str, ...]:
    """What was changed in Cobot after the invoice was booked, in words; empty if nothing."""
    changes = []
    if not carries_number(voucher.description, invoice.number):
        changes.append("number")
    if voucher.date is not None and voucher.date != invoice.date:
        changes.append(f"date {voucher.date.isoformat()} -> {invoice.date.isoformat()}")
    changes += _amount_change("gross", voucher.gross, invoice.gross, tolerance=Decimal(0))
    if not changes:
        # Net may differ by the cents that could not be held together with the gross.
        spare = Decimal("0.01") * max(len(invoice.lines), 1)
        changes += _amount_change("net", voucher.net, invoice.net, tolerance=spare)
    return tuple(changes)


def _amount_change(
    name: str, booked: Decimal | None, now: Decimal, *, tolerance: Decimal
) -> list[str]:
    if booked is None or abs(booked - to_cents(now)) <= tolerance:
        return []
    return [f"{name} {text(booked)} -> {text(now)}"]


def _ids(vouchers: Iterable[BookedVoucher]) -> str:
    return ", ".join(sorted((voucher.id for voucher in vouchers), key=_by_age))


def _by_age(voucher_id: str) -> tuple[int, str]:
    """sevDesk's ids ascend; they come as text."""
    return (len(voucher_id), voucher_id)
