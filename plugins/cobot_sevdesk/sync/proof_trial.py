"""What the steps of a proof share: both services, what was made, what was found out."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cobot_sevdesk.clients.probe import Probe
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.assumptions import Finding
from cobot_sevdesk.errors import Request
from cobot_sevdesk.sync.account import Account

Json = dict[str, Any]

MARK = "[COBOT-PROOF]"
"""Stands first in the description of all that a proof makes. It is no key of ours: what carries it
is never taken for an invoice's voucher or a member's contact."""
TAG = "COBOT-PROOF"
"""The tag of a proof; the tags of the bookings stay untouched."""
LONGEST_LAG = 120.0
"""Seconds after which a list is not waited for any longer."""


class NotPossibleError(Exception):
    """A step cannot be tried here; says why."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they came: full of personal data."""

    request: Request
    status: int
    body: bytes


class Listener:
    """Hears every answer of both services; keeps them all where a recording is wanted."""

    def __init__(self, *, keeps_all: bool = False) -> None:
        self._keeps_all = keeps_all
        self.kept: list[Exchange] = []
        self.last: Exchange | None = None

    def __call__(self, request: Request, status: int, body: bytes) -> None:
        """Take in one answer."""
        self.last = Exchange(request, status, body)
        if self._keeps_all:
            self.kept.append(self.last)

    @contextmanager
    def on(self, *transports: Transport) -> Iterator[None]:
        """Listen for as long as the block runs."""
        for transport in transports:
            transport.on_answer = self
        try:
            yield
        finally:
            for transport in transports:
                transport.on_answer = None


@dataclass
class Trial:
    """One proof at work.

    `member_id` is the member whose number may be changed; `None` leaves the choice to the proof.
    `pause` is how many seconds lie between making a voucher and changing it, so that sevDesk's
    clock, which counts seconds, tells both apart.
    """

    account: Account
    listener: Listener = field(default_factory=Listener)
    member_id: str | None = None
    longest_lag: float = LONGEST_LAG
    pause: float = 2.0
    now: Callable[[], float] = time.monotonic
    findings: list[Finding] = field(default_factory=list)
    lag: float = 0.0
    """Seconds after which lists showed what was made: the longest that was measured."""
    seen: dict[str, Any] = field(default_factory=dict)
    """Answers that several steps need, by a name."""
    contact: Json = field(default_factory=dict)
    """The contact, as sevDesk answered when it was made."""
    note_of_member: Json = field(default_factory=dict)
    """How the chosen member was before; it stands in the description of the contact too."""
    vouchers: list[Json] = field(default_factory=list)
    """The two drafts: the id of each, and that of its position."""
    tags: set[str] = field(default_factory=set)
    """Ids of the tags that were made."""
    is_uncertain: bool = False
    """Whether a write got no answer, so that lists may show its effect later."""

    @property
    def sevdesk(self) -> Probe:
        """Questions to sevDesk."""
        return Probe(self.account.sevdesk.transport)

    @property
    def cobot1(self) -> Probe:
        """Questions to Cobot's API 1."""
        return Probe(self.account.cobot.api1)

    @property
    def cobot2(self) -> Probe:
        """Questions to Cobot's API 2."""
        return Probe(self.account.cobot.api2)

    def note(self, id_: str, *, holds: bool, observed: str) -> None:
        """What was found out about an assumption."""
        self.findings.append(Finding(id_, "proven" if holds else "otherwise", observed))

    def skip(self, id_: str, why: str) -> None:
        """An assumption that could not be tried."""
        self.findings.append(Finding(id_, "not tried", why))

    def wait_for(self, is_there: Callable[[], bool]) -> float | None:
        """Ask until it is there; returns the seconds it took, `None` where it never came.

        Zero where the first question finds it.
        """
        if is_there():
            return 0.0
        began = self.now()
        while not is_there():
            waited = self.now() - began
            if waited > self.longest_lag:
                return None
            # So the measured time is at most a quarter too long.
            self.account.sleep(Decimal(f"{max(0.25, waited / 4):.2f}"))
        return self.now() - began
