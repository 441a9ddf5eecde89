"""One sevDesk account: its settings, its vouchers, its contacts."""

from cobot_sevdesk.clients.sevdesk.contacts import Contacts
from cobot_sevdesk.clients.sevdesk.envelope import SevdeskWire
from cobot_sevdesk.clients.sevdesk.settings import Settings
from cobot_sevdesk.clients.sevdesk.vouchers import Vouchers
from cobot_sevdesk.clients.transport import Transport


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
