"""sevDesk's side: the voucher that should exist, and the one that does."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from cobot_sevdesk.domain.invoice import Sums
from cobot_sevdesk.domain.keys import keys_in, marker
from cobot_sevdesk.domain.money import CURRENCY, ZERO, gross_of, net_of

IMPORT_TAG, MISMATCH_TAG = "Import", "Mismatch"


@dataclass(frozen=True)
class Position:
    """One position; `amount` is net or gross as its voucher says, `rate` is in percent."""

    account_id: str
    account_number: str
    rate: Decimal
    amount: Decimal
    comment: str


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class BookedPosition:
    """A position of a voucher that stands in sevDesk; sums in the voucher's currency.

    A list over several vouchers does not tell currencies: its sums are in EUR.
    """

    voucher_id: str
    account_id: str | None
    rate: Decimal
    net: Decimal
    gross: Decimal


@dataclass(frozen=True)
class SavedVoucher:
    """What sevDesk says it saved; `positions` is `None` where it does not show them."""

    voucher: BookedVoucher
    positions: tuple[BookedPosition, ...] | None = None


def position_sums(position: Position, *, in_net: bool) -> Sums:
    """Net, tax and gross of one position, rounded as sevDesk rounds it."""
    if in_net:
        gross = gross_of(position.amount, position.rate)
        return Sums(position.amount, gross - position.amount, gross)
    net = net_of(position.amount, position.rate)
    return Sums(net, position.amount - net, position.amount)
