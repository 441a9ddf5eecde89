"""Cobot's side: an invoice as Cobot issued it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from cobot_sevdesk.domain.money import CENT, ZERO, to_cents

DebtorKind = Literal["memberships", "teams", "contacts"]
HALF_A_CENT = CENT / 2


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in parts, in one blob, or both; Cobot leaves out what it does not know."""

    name: str | None = None
    company: str | None = None
    full_address: str | None = None
    street: str | None = None
    post_code: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax on a line: `rate` in percent, `amount` in the invoice's currency."""

    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `net` and `gross` are the line's totals as Cobot states them."""

    description: str
    net: Decimal
    gross: Decimal
    taxes: tuple[Tax, ...] = ()
    code: str | None = None
    quantity: Decimal = Decimal(1)

    @property
    def rounding(self) -> Decimal:
        """By how much net, tax and gross may miss each other and still belong together.

        A cent. Or a cent for each unit, where some price per unit, rounded, explains all three;
        then 1 % of the line at most. Cobot states prices per unit and per line, and how it rounds
        is not documented.
        """
        if not self._was_rounded_per_unit():
            return CENT
        return max(CENT, min(abs(self.quantity) * CENT, abs(self.net) / 100))

    def _was_rounded_per_unit(self) -> bool:
        """Whether there is a net price of one unit from which net, tax and gross may come."""
        tax, rate = sum((one.amount for one in self.taxes), ZERO), self.rate / 100
        if abs(self.quantity) <= 1 or (rate <= 0 and tax != 0):
            return False
        prices = [self._unit_price(self.net, of=Decimal(1))]
        if rate > 0:
            prices.append(self._unit_price(tax, of=rate))
        if self.gross != self.net + tax:  # else it was added up, and says nothing
            prices.append(self._unit_price(self.gross, of=1 + rate))
        return max(low for low, _ in prices) < min(high for _, high in prices)

    def _unit_price(self, total: Decimal, *, of: Decimal) -> tuple[Decimal, Decimal]:
        """Between which net prices of a unit the one must lie that this total comes from.

        Half a cent to each side if it is a multiple of whole cents, else the total was rounded.
        """
        count, total = abs(self.quantity), abs(total)
        is_multiple = to_cents(to_cents(total / count) * count) == to_cents(total)
        spare = HALF_A_CENT if is_multiple else HALF_A_CENT / count
        return (total / count - spare) / of, (total / count + spare) / of

    @property
    def rate(self) -> Decimal:
        """The tax rate in percent; 0 where Cobot lists no tax."""
        return self.taxes[0].rate if self.taxes else ZERO

    @property
    def rounds_to_nothing(self) -> bool:
        """A line without any amount, such as a free item, or with less than half a cent."""
        return to_cents(self.net) == ZERO and to_cents(self.gross) == ZERO


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes the invoice: a membership, a team or an external contact of Cobot."""

    kind: DebtorKind
    id: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """An issued invoice. Amounts are in `currency`, `date` is the editable invoice date."""

    id: str
    number: str
    date: dt.date
    currency: str
    net: Decimal
    gross: Decimal
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...] = ()
    """The taxes below the lines, as the invoice states them."""
    recipient: Address = field(default_factory=Address)
    emails: tuple[str, ...] = ()
    tax_id: str | None = None
    customer_number: str | None = None
    debtor: Debtor | None = None
    paid_status: str = "unpaid"
    corrects: str | None = None
    """The id of the invoice that this correction invoice corrects."""
    corrects_number: str | None = None
    """Its number, looked up where positions are about to be written."""
    corrects_date: dt.date | None = None
    """Its date, looked up with the number."""

    @property
    def is_correction(self) -> bool:
        """A correction invoice, or a credit: what takes turnover back."""
        return self.corrects is not None or self.gross < ZERO

    @property
    def recipient_name(self) -> str:
        """The name on the invoice: the company where one is given, else the person.

        sevDesk refuses a voucher without contact and name. So a nameless recipient is called by
        the first line of the address, else by the number of the invoice.
        """
        first_line = (self.recipient.full_address or "").partition("\n")[0].strip()
        return self.recipient.company or self.recipient.name or first_line or self.number


@dataclass(frozen=True, slots=True)
class UnreadableInvoice:
    """An invoice that Cobot showed but that cannot be understood; it is held back, never lost.

    `id` is `None` where it has none that could be asked for. `number` then is the next best name.
    `field` of the answer should have been `expected`, in a word of the catalogue.
    """

    id: str | None
    number: str
    field: str
    expected: str


AnyInvoice = Invoice | UnreadableInvoice


@dataclass(frozen=True, slots=True)
class Sums:
    """Net, tax and gross of several lines or positions."""

    net: Decimal = ZERO
    tax: Decimal = ZERO
    gross: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.net + other.net, self.tax + other.tax, self.gross + other.gross)


def sums_of(net: Decimal, gross: Decimal) -> Sums:
    """Net and gross, and the tax between them."""
    return Sums(net, gross - net, gross)


def sums_by_rate(lines: tuple[Line, ...]) -> Mapping[Decimal, Sums]:
    """Net, tax and gross of the lines for each tax rate, unrounded as Cobot states them."""
    sums: dict[Decimal, Sums] = {}
    for line in lines:
        sums[line.rate] = sums.get(line.rate, Sums()) + sums_of(line.net, line.gross)
    return sums
