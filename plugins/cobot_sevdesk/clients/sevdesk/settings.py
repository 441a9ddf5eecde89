"""What a sevDesk account offers: bookkeeping version, booking accounts, cost centres."""

from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.sevdesk.pages import SevdeskWire
from cobot_sevdesk.domain.chart import Chart


class Account:
    """The settings of the account; nothing here writes."""

    def __init__(self, wire: SevdeskWire) -> None:
        self._wire = wire

    def get_bookkeeping_version(self) -> str:
        """`2.0`, or `1.0` where the account was never moved."""
        path = "/Tools/bookkeepingSystemVersion"
        found = self._wire.single(path)
        return self._wire.parsed(path, lambda tools: tools.text("version"), found)

    def get_chart(self) -> Chart:
        """Every account that revenue can be booked to, with rules and rates (one request)."""
        path = "/ReceiptGuidance/forRevenue"
        return Chart(
            self._wire.parsed(path, parsing.to_booking_account, entry)
            for entry in self._wire.objects(path)
        )

    def find_cost_centres(self, number: str) -> list[str]:
        """The ids of the cost centres with exactly this number."""
        return [
            centre.text("id")
            for centre in self._wire.iter("/CostCentre")
            if centre.optional_text("number") == number.strip()
        ]
