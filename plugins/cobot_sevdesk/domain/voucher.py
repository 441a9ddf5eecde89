"""sevDesk's side: the voucher that should exist, the one that does, and where they differ."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cobot_sevdesk.domain.contact import fold_name
from cobot_sevdesk.domain.identity import carries_number, keys_in, marker
from cobot_sevdesk.domain.invoice import Sums, sums_of
from cobot_sevdesk.domain.money import CENT, CURRENCY, ZERO, gross_of, net_of, plain
from cobot_sevdesk.domain.rules import OPEN

IMPORT_TAG, MISMATCH_TAG = "Import", "Mismatch"


@dataclass(frozen=True, slots=True)
class Position:
    """One position; `amount` is net or gross as its voucher says, `rate` is in percent."""

    account_id: str
    account_number: str
    rate: Decimal
    amount: Decimal
    comment: str


@dataclass(frozen=True, slots=True)
class Voucher:
    """The voucher that should exist for an invoice, before its contact is known."""

    key: str
    number: str
    date: dt.date
    deadline: dt.date
    tax_rule: int
    in_net: bool
    positions: tuple[Position, ...]
    status: int
    recipient_name: str
    cost_centre_id: str | None = None
    currency: str = CURRENCY
    off_by: Decimal = ZERO
    """By how much net and tax together differ from the invoice (EUR); the gross never does."""
    moved: Decimal = ZERO
    """How much net turnover stands in other accounts than its lines say, so that sums hold."""

    @property
    def description(self) -> str:
        """What people read in sevDesk, with the key that makes it ours."""
        return f"{self.number} {marker(self.key)}"

    @property
    def sums(self) -> Sums:
        """What sevDesk will compute from the positions."""
        total = Sums()
        for position in self.positions:
            total += position_sums(position, in_net=self.in_net)
        return total


@dataclass(frozen=True, slots=True)
class BookedVoucher:
    """A voucher that stands in sevDesk; `None` is what sevDesk does not show.

    Lists hold those of revenue only. Sums are in `currency`, dates are those of its calendar.
    """

    id: str
    description: str
    date: dt.date | None
    gross: Decimal | None
    net: Decimal | None = None
    status: int | None = None
    has_document: bool = False
    contact_id: str | None = None
    supplier_name: str | None = None
    is_paid_or_locked: bool = False
    delivery_date: dt.date | None = None
    deadline: dt.date | None = None
    tax_rule: str | None = None
    cost_centre_id: str | None = None
    currency: str | None = None
    is_expense: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Our keys in its description; none where a person or another program made it."""
        return keys_in(self.description)


@dataclass(frozen=True, slots=True)
class BookedPosition:
    """A position of a voucher that stands in sevDesk; sums in the voucher's currency.

    A list over several vouchers does not tell currencies: its sums are in EUR.
    """

    voucher_id: str
    account_id: str | None
    rate: Decimal
    net: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class SavedVoucher:
    """What sevDesk says it saved; `positions` is `None` where it does not show them."""

    voucher: BookedVoucher
    positions: tuple[BookedPosition, ...] | None = None


def position_sums(position: Position, *, in_net: bool) -> Sums:
    """Net, tax and gross of one position, rounded as sevDesk rounds it."""
    if in_net:
        gross = gross_of(position.amount, position.rate)
        return sums_of(position.amount, gross)
    net = net_of(position.amount, position.rate)
    return sums_of(net, position.amount)


def differences(
    meant: Voucher,
    saved: BookedVoucher,
    *,
    contact_id: str | None,
    positions: Sequence[BookedPosition] | None = None,
) -> tuple[str, ...]:
    """Words for every field in which sevDesk holds something else; empty where all agrees.

    It is asked after each save, and before an interrupted voucher is finished. sevDesk says in its
    answer what it saved. Where the answer was lost, its list says the same but for the positions.
    What sevDesk does not state (`None`) is not compared: some answers leave fields out.
    `positions` are those of this voucher, as sevDesk states them.
    """
    sums = meant.sums
    pairs: list[tuple[str, object, object]] = [
        ("gross", sums.gross, saved.gross),
        ("date", meant.date, saved.date),
        ("delivery_date", meant.date, saved.delivery_date),
        ("deadline", meant.deadline, saved.deadline),
        ("tax_rule", str(meant.tax_rule), saved.tax_rule),
        ("currency", meant.currency, saved.currency),
    ]
    found = [name for name, wanted, there in pairs if there is not None and wanted != there]
    found += ["side"] if saved.is_expense else []
    found += ["description"] if not _is_described(meant, saved) else []
    # How sevDesk rounds a net is not documented: a cent for each position is no difference.
    spare = CENT * len(meant.positions)
    found += ["net"] if saved.net is not None and abs(saved.net - sums.net) > spare else []
    # A bank may pay an open voucher at once; it is never a draft again by itself.
    is_later = saved.status is not None and saved.status > meant.status == OPEN
    found += ["status"] if saved.status not in {None, meant.status} and not is_later else []
    # A reference that is not set is left out of sevDesk's answers.
    found += ["cost_centre"] if saved.cost_centre_id != meant.cost_centre_id else []
    found += ["contact"] if saved.contact_id != contact_id else []
    found += ["recipient"] if not contact_id and not _is_named(meant, saved) else []
    if positions is not None and not _agree(meant, positions):
        found.append("positions")
    return tuple(found)


def _is_described(meant: Voucher, saved: BookedVoucher) -> bool:
    """Whether the text holds our key, by which it is found again, and the number."""
    return meant.key in saved.keys and carries_number(saved.description, meant.number)


def _is_named(meant: Voucher, saved: BookedVoucher) -> bool:
    """Whether it is for the recipient, where no contact is; sevDesk may cut a long name."""
    there = fold_name(saved.supplier_name)
    return not there or fold_name(meant.recipient_name).startswith(there)


def _agree(meant: Voucher, booked: Iterable[BookedPosition]) -> bool:
    """Whether accounts, rates and amounts are the same, in whatever order."""
    rows = list(booked)
    if any(row.account_id is None for row in rows):
        return True  # sevDesk does not tell
    wanted = Counter(
        (one.account_id, plain(one.rate), position_sums(one, in_net=meant.in_net).gross)
        for one in meant.positions
    )
    if meant.currency != CURRENCY:
        # Positions of vouchers in another currency are stated in EUR.
        return Counter(key[:2] for key in wanted.elements()) == Counter(
            (row.account_id, plain(row.rate)) for row in rows
        )
    return wanted == Counter((row.account_id, plain(row.rate), row.gross) for row in rows)
