"""Control totals of both sides: per month, booking account, tax rate and currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cobot_sevdesk.domain.chart import Chart
from cobot_sevdesk.domain.invoice import Invoice, Sums, sums_of
from cobot_sevdesk.domain.money import CURRENCY, ZERO, plain, to_cents
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Voucher, position_sums


@dataclass(frozen=True, order=True)
class Group:
    """What totals are kept for: month `2026-01`, booking account, tax rate in percent, currency.

    The currency is the invoice's. Currencies never share a sum.
    """

    month: str
    account: str
    rate: Decimal
    currency: str = CURRENCY


@dataclass
class Total:
    """Both sides of one group; counts are positions.

    `cobot` is in the group's currency. `sevdesk` is in EUR, as sevDesk converted it where the
    group's currency is another one.
    """

    cobot: Sums = field(default_factory=Sums)
    sevdesk: Sums = field(default_factory=Sums)
    cobot_count: int = 0
    sevdesk_count: int = 0
    by_invoice: dict[str, Decimal] = field(default_factory=dict)
    """Invoice number -> what of the difference comes from it."""

    @property
    def difference(self) -> Decimal:
        """sevDesk's gross minus Cobot's; only of use for groups in EUR."""
        return self.sevdesk.gross - self.cobot.gross

    @property
    def causes(self) -> dict[str, Decimal]:
        """The invoices that the difference comes from, the largest first."""
        found = [(number, to_cents(by)) for number, by in self.by_invoice.items() if to_cents(by)]
        return dict(sorted(found, key=lambda row: (-abs(row[1]), row[0])))

    def add_difference(self, number: str, by: Decimal) -> None:
        """Note that an invoice moves the difference."""
        self.by_invoice[number] = self.by_invoice.get(number, ZERO) + by


class Totals:
    """The totals of a span of days, by group."""

    def __init__(self) -> None:
        self._by_group: dict[Group, Total] = {}

    def rows(self) -> list[tuple[Group, Total]]:
        """Every group with its totals, in order; EUR first."""
        return sorted(self._by_group.items(), key=lambda row: (row[0].currency != CURRENCY, row[0]))

    def overall(self, currency: str = CURRENCY) -> Total:
        """Everything in one currency, added up."""
        whole = Total()
        for group, total in self._by_group.items():
            if group.currency == currency:
                whole.cobot += total.cobot
                whole.sevdesk += total.sevdesk
                whole.cobot_count += total.cobot_count
                whole.sevdesk_count += total.sevdesk_count
        return whole

    def difference_of(self, group: Group) -> Decimal:
        """In EUR and cents; 0.00 for another currency, where both sides cannot be compared."""
        return to_cents(self._by_group[group].difference) if group.currency == CURRENCY else ZERO

    def currencies(self) -> list[str]:
        """Every currency that occurs, EUR first."""
        found = {group.currency for group in self._by_group}
        return sorted(found, key=lambda currency: (currency != CURRENCY, currency))

    def add_cobot(self, invoice: Invoice, vouchers: Sequence[Voucher], chart: Chart) -> None:
        """Take in an invoice as it should be booked; without vouchers it counts by its lines."""
        month = f"{invoice.date:%Y-%m}"
        for voucher in vouchers:
            for position in voucher.positions:
                sums = position_sums(position, in_net=voucher.in_net)
                group = _group(month, position.account_number, position.rate, invoice.currency)
                self._cobot(group, sums, invoice.number)
        for line in () if vouchers else invoice.lines:
            code = (line.code or "").strip()
            accounts = chart.find_all(code) if code else ()
            account = accounts[0].number if len(accounts) == 1 else f"? {code}".strip()
            group = _group(month, account, line.rate, invoice.currency)
            self._cobot(group, sums_of(line.net, line.gross), invoice.number)

    def add_sevdesk(
        self,
        voucher: BookedVoucher,
        positions: Iterable[BookedPosition],
        chart: Chart,
        *,
        number: str,
    ) -> None:
        """Take in a voucher as it stands, of the invoice `number`; its positions are in EUR."""
        month = f"{voucher.date:%Y-%m}" if voucher.date else "?"
        for position in positions:
            account = chart.number_of(position.account_id)
            group = _group(month, account, position.rate, voucher.currency or CURRENCY)
            total = self._by_group.setdefault(group, Total())
            total.sevdesk += sums_of(position.net, position.gross)
            total.sevdesk_count += 1
            total.add_difference(number, position.gross)

    def _cobot(self, group: Group, sums: Sums, number: str) -> None:
        total = self._by_group.setdefault(group, Total())
        total.cobot += sums
        total.cobot_count += 1
        total.add_difference(number, -sums.gross)


def _group(month: str, account: str, rate: Decimal, currency: str) -> Group:
    return Group(month, account, Decimal(plain(rate)), currency)
