"""What an invoice still needs, given what stands in sevDesk.

`plan` is pure and stable: planned again after its steps were carried out, it creates nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cobot_sevdesk.domain.invoice import Invoice
from cobot_sevdesk.domain.keys import invoice_keys
from cobot_sevdesk.domain.money import CENT, ZERO, text, to_cents
from cobot_sevdesk.domain.numbers import carries_number, words_in
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.voucher import BookedVoucher


@dataclass(frozen=True)
class Create:
    """Nothing stands in sevDesk for this invoice."""


@dataclass(frozen=True)
class Keep:
    """Our voucher stands, or some or all of those of a split invoice.

    `drift` says what differs from the invoice as it is today; parts that are still missing
    differ as well.
    """

    vouchers: tuple[BookedVoucher, ...]
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
        # An account holds tens of thousands of others' vouchers; each new invoice asks for a few.
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for voucher in vouchers:
            self.add(voucher)

    def add(self, voucher: BookedVoucher) -> None:
        """Take in a voucher; a later reading of the same voucher replaces the earlier one."""
        if not voucher.keys:
            self._foreign[voucher.id] = voucher
            for word in words_in(voucher.description):
                self._by_word[word].add(voucher.id)
        for key in voucher.keys:
            self._by_key[key][voucher.id] = voucher

    @property
    def keyed(self) -> dict[str, list[BookedVoucher]]:
        """Our vouchers by key, oldest first."""
        return {key: self.of_key(key) for key in self._by_key}

    def of_key(self, key: str) -> list[BookedVoucher]:
        """The vouchers with this key, oldest first; more than one is a conflict."""
        return [self._by_key[key][id_] for id_ in sorted(self._by_key.get(key, {}), key=_by_age)]

    def of_invoice(self, invoice_id: str) -> list[BookedVoucher]:
        """Our vouchers of this invoice: the whole one, or its parts."""
        return [voucher for key in invoice_keys(invoice_id) for voucher in self.of_key(key)]

    def of_number(self, number: str) -> list[BookedVoucher]:
        """The vouchers without any key of ours that carry this invoice number as a whole."""
        words = words_in(number)
        ids = min((self._by_word.get(word, set()) for word in words), key=len, default=set())
        found = [self._foreign[id_] for id_ in sorted(ids, key=_by_age)]
        return [voucher for voucher in found if carries_number(voucher.description, number)]


def plan(invoice: Invoice, ledger: Ledger) -> Step:
    """What this invoice needs; looks at our key first, then at bookings of others."""
    own = ledger.of_invoice(invoice.id)
    if is_doubled(invoice.id, ledger):
        return Conflict(Reason("CS-302", {"invoice": invoice.number, "vouchers": _ids(own)}))
    if own:
        return Keep(tuple(own), drift_of(invoice, own))
    others = ledger.of_number(invoice.number)
    if not others:
        return Create()
    for other in others:
        if other.date == invoice.date and other.gross == to_cents(invoice.gross):
            return BookedElsewhere(other)
    return Conflict(Reason("CS-301", {"invoice": invoice.number, "vouchers": _ids(others)}))


def is_doubled(invoice_id: str, ledger: Ledger) -> bool:
    """One key on two vouchers, or the whole invoice booked beside its parts."""
    of_keys = [len(ledger.of_key(key)) for key in invoice_keys(invoice_id)]
    return max(of_keys) > 1 or (of_keys[0] == 1 and sum(of_keys) > 1)


def drift_of(invoice: Invoice, vouchers: Sequence[BookedVoucher]) -> tuple[str, ...]:
    """What was changed in Cobot after the invoice was booked, in words; empty if nothing."""
    changes = ["canceled"] if invoice.paid_status == "canceled" else []
    if not all(carries_number(voucher.description, invoice.number) for voucher in vouchers):
        changes.append("number")
    for day in sorted({voucher.date for voucher in vouchers if voucher.date is not None}):
        if day != invoice.date:
            changes.append(f"date {day.isoformat()} -> {invoice.date.isoformat()}")
    gross = gross_of(vouchers)
    changes += _amount_change("gross", gross, invoice.gross, tolerance=Decimal(0))
    if not changes:
        # Net may differ by the cents that could not be held together with the gross.
        spare = max(sum((line.rounding for line in invoice.lines), ZERO), CENT)
        net = _sum_of(voucher.net for voucher in vouchers)
        changes += _amount_change("net", net, invoice.net, tolerance=spare)
    return tuple(changes)


def gross_of(vouchers: Iterable[BookedVoucher]) -> Decimal | None:
    """What they come to together, `None` where sevDesk does not say of one."""
    return _sum_of(voucher.gross for voucher in vouchers)


def _sum_of(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = list(amounts)
    return sum((a for a in known if a is not None), Decimal(0)) if None not in known else None


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
