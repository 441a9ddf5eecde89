"""Control totals of both sides: per month, booking account and tax rate."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from cobot_sevdesk.domain.chart import Chart
from cobot_sevdesk.domain.invoice import Invoice, Sums, UnreadableInvoice
from cobot_sevdesk.domain.mapping import Bookable, Skipped, Verdict
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, position_sums


@dataclass(frozen=True, order=True)
class Group:
    """What totals are kept for: month `2026-01`, booking account, tax rate in percent."""

    month: str
    account: str
    rate: Decimal


@dataclass
class Total:
    """Both sides of one group; counts are positions."""

    cobot: Sums = field(default_factory=Sums)
    sevdesk: Sums = field(default_factory=Sums)
    cobot_count: int = 0
    sevdesk_count: int = 0

    @property
    def difference(self) -> Decimal:
        """sevDesk's gross minus Cobot's, in EUR."""
        return self.sevdesk.gross - self.cobot.gross


class Totals:
    """The totals of a span of days, by group."""

    def __init__(self) -> None:
        self._by_group: dict[Group, Total] = {}

    def rows(self) -> list[tuple[Group, Total]]:
        """Every group with its totals, in order."""
        return sorted(self._by_group.items(), key=lambda row: row[0])

    def overall(self) -> Total:
        """Everything added up."""
        whole = Total()
        for total in self._by_group.values():
            whole.cobot += total.cobot
            whole.sevdesk += total.sevdesk
            whole.cobot_count += total.cobot_count
            whole.sevdesk_count += total.sevdesk_count
        return whole

    def add_cobot(
        self, invoice: Invoice | UnreadableInvoice, verdict: Verdict, chart: Chart
    ) -> None:
        """Take in an invoice as it should be booked; what is held back counts by its lines."""
        if isinstance(verdict, Skipped) or isinstance(invoice, UnreadableInvoice):
            return
        month = f"{invoice.date:%Y-%m}"
        if isinstance(verdict, Bookable):
            for voucher in verdict.vouchers:
                for position in voucher.positions:
                    sums = position_sums(position, in_net=voucher.in_net)
                    self._cobot(month, position.account_number, position.rate, sums)
            return
        for line in invoice.lines:
            code = (line.code or "").strip()
            accounts = chart.find_all(code) if code else ()
            account = accounts[0].number if len(accounts) == 1 else f"? {code}".strip()
            sums = Sums(line.net, line.gross - line.net, line.gross)
            self._cobot(month, account, line.rate, sums)

    def add_sevdesk(
        self, voucher: BookedVoucher, positions: Iterable[BookedPosition], chart: Chart
    ) -> None:
        """Take in a voucher as it stands."""
        month = f"{voucher.date:%Y-%m}" if voucher.date else "?"
        for position in positions:
            total = self._of(month, chart.number_of(position.account_id), position.rate)
            total.sevdesk += Sums(position.net, position.gross - position.net, position.gross)
            total.sevdesk_count += 1

    def _cobot(self, month: str, account: str, rate: Decimal, sums: Sums) -> None:
        total = self._of(month, account, rate)
        total.cobot += sums
        total.cobot_count += 1

    def _of(self, month: str, account: str, rate: Decimal) -> Total:
        group = Group(month, account, Decimal(f"{rate.normalize():f}"))
        return self._by_group.setdefault(group, Total())
