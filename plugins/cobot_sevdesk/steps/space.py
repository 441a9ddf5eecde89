"""One space at work: its rules, its two clients, and what the world outside gives."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cobot_sevdesk.clients.cobot.client import CobotClient
from cobot_sevdesk.clients.cobot.space_id import SpaceNotVisibleError
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.domain.problems import HeldInvoice, Problem, Reason
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.errors import ConfigError, CredentialsError, RemoteRejectedError
from cobot_sevdesk.steps.memory import Memory

Seconds = int | Decimal

SETTLE_SECONDS = 3
LOOKS = (1, 3, 10)
"""So many times as long is waited before the first, second and third look."""
SETTLE_PAUSES = tuple(times * SETTLE_SECONDS for times in LOOKS)
"""Seconds before each look after a write with unknown outcome: it may take effect late, and whether
sevDesk's lists lag behind its writes is not documented. Only what is still not there after the
last one, 42 seconds later, is written again."""


def sleep_seconds(seconds: Seconds) -> None:
    """Wait; exists because `time.sleep` takes no decimals in its types."""
    time.sleep(int(seconds * 1000) / 1000)


@dataclass(frozen=True)
class Space:
    """What the steps work with; `today` is the date in the space's zone."""

    rules: SpaceRules
    subdomain: str
    cobot: CobotClient
    sevdesk: SevdeskClient
    today: date
    cobot_connection: str
    sevdesk_connection: str
    settle_pauses: tuple[Seconds, ...] = SETTLE_PAUSES
    sleep: Callable[[Seconds], None] = sleep_seconds
    shares_sevdesk: Callable[[], bool] = lambda: False
    """Whether another space books into the same sevDesk account; only asked where it matters."""
    at_once: int = 1
    """How many invoices are booked at the same time."""
    last_try: bool = False
    """Whether Airflow will not try this task again by itself."""
    memory: Memory = field(default_factory=Memory)
    run_id: str = ""
    """Airflow's name of the run; another one may have written a moment ago."""
    accounts: str = ""
    """What tells the servers and the subdomain from all others."""
    try_number: int = 1

    @property
    def is_repeat(self) -> bool:
        """Whether this task ran before: what it wrote last may not be in sevDesk's lists yet."""
        return self.try_number > 1

    def let_settle(self) -> None:
        """Wait before the first look of a task that may have written a moment ago."""
        if self.is_repeat:
            self.sleep(self.settle_pauses[0])


STOPS = (CredentialsError, SpaceNotVisibleError, ConfigError)
"""Errors that concern the whole space: stop at once, one problem, nothing more is sent."""
ENDS = (*STOPS, RemoteRejectedError)
"""The same where a refusal is not about one invoice or member: of a list, say."""


def stop_reason(error: Exception, space: Space) -> Reason:
    """The catalogue entry of an error that stops the whole space."""
    if isinstance(error, SpaceNotVisibleError):
        return Reason("CS-103", {"subdomain": space.subdomain})
    if isinstance(error, ConfigError):
        return connection_reason(space.sevdesk_connection, error)
    if not isinstance(error, RemoteRejectedError):
        raise error
    of_cobot = error.request.service == "Cobot"
    connection = space.cobot_connection if of_cobot else space.sevdesk_connection
    # One missing permission is one problem, whichever object it was noticed at.
    request = f"{error.request.method} {_without_ids(error.request.path)}"
    if not isinstance(error, CredentialsError):
        why = error.detail or f"HTTP {error.status}"
        return Reason("CS-308", {"service": error.request.service, "request": request, "why": why})
    if error.status == 401:
        return Reason("CS-101" if of_cobot else "CS-111", {"connection": connection})
    code = "CS-102" if of_cobot else "CS-112"
    return Reason(code, {"connection": connection, "request": request})


def connection_reason(connection: str, error: ConfigError) -> Reason:
    """The catalogue entry of a connection that cannot be used."""
    return Reason("CS-115", {"connection": connection, "why": "; ".join(error.problems)})


def stopped(reason: Reason, invoices: tuple[HeldInvoice, ...] = ()) -> Problem:
    """A problem that holds up everything."""
    return Problem(reason, invoices=invoices, everything=True)


def _without_ids(path: str) -> str:
    return "/".join("…" if any(c.isdigit() for c in part) else part for part in path.split("/"))
