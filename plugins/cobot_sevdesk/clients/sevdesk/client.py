"""One sevDesk account: its settings, its vouchers, its contacts."""

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.sevdesk.contacts import Contacts
from cobot_sevdesk.clients.sevdesk.envelope import SevdeskWire
from cobot_sevdesk.clients.sevdesk.vouchers import Vouchers
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.chart import Chart

VERSION = "/Tools/bookkeepingSystemVersion"
GUIDANCE = "/ReceiptGuidance/forRevenue"
COST_CENTRES = "/CostCentre"


class SevdeskClient:
    """The three sides of a sevDesk account, over one connection."""

    def __init__(self, transport: Transport, *, at_once: int = 1) -> None:
        wire = SevdeskWire(transport, at_once=at_once)
        self.transport = transport
        """The connection itself, for questions that none of the three sides asks."""
        self.site = transport.site
        """Address of the web application: that of the API without its path."""
        self.settings = Settings(wire)
        self.vouchers = Vouchers(wire)
        self.contacts = Contacts(wire)


class Settings:
    """The settings of one sevDesk account; nothing here writes."""

    def __init__(self, wire: SevdeskWire) -> None:
        self._wire = wire

    def get_bookkeeping_version(self) -> str:
        """`2.0`, or `1.0` where the account was never moved.

        Raises:
            RemoteUnavailableError: sevDesk names no version.
        """
        tools = self._wire.objects(VERSION)
        if not tools:
            raise self._wire.senseless(VERSION, "the answer is empty")
        return self._wire.parsed(VERSION, lambda shown: shown.text("version"), tools[0])

    def get_chart(self) -> Chart:
        """Every account that revenue can be booked to, with rules and rates (one request).

        An entry that cannot be read is left out: lines for that account alone are held back then.

        Raises:
            RemoteUnavailableError: none of the entries can be read.
        """
        entries = self._wire.objects(GUIDANCE)
        accounts = list(self._wire.readable(GUIDANCE, parsing.to_booking_account, entries))
        if entries and not accounts:
            raise self._wire.senseless(GUIDANCE, "no entry can be read")
        return Chart(accounts)

    def find_cost_centres(self, number: str) -> list[str]:
        """The ids of the cost centres with exactly this number."""
        centres = self._wire.readable(COST_CENTRES, _id_and_number, self._wire.iter(COST_CENTRES))
        return [id_ for id_, found in centres if found == number.strip()]


def _id_and_number(centre: Fields) -> tuple[str, str | None]:
    return centre.text("id"), centre.optional_text("number")
