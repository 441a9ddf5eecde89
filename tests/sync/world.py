"""A space with both its sides in memory, and a whole run over it, as the tasks do it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import cobot_sevdesk
from cobot_sevdesk.clients.cobot.client import CobotClient
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.domain.invoice import Debtor, Invoice
from cobot_sevdesk.domain.mapping import to_vouchers
from cobot_sevdesk.domain.member import Member
from cobot_sevdesk.domain.plan import Applied, MembersApplied, Row
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.sync import runs
from cobot_sevdesk.sync.account import Account, Circumstances
from cobot_sevdesk.sync.runs import KnownContents, Pushed
from support.builders import a_member, a_setup, a_space, an_invoice
from sync.fake_cobot import FakeCobot
from sync.fake_sevdesk import FakeSevdesk
from sync.wire import Clock, Wire

TODAY = date(2026, 1, 31)
JANUARY = Window(date(2026, 1, 1), date(2026, 2, 1))
NOTHING_KNOWN = KnownContents()
FIRST_TRY = Circumstances(run_id="r")
LAST_TRY = Circumstances(run_id="r", try_number=4, last_try=True)


@dataclass
class World:
    """One space; `wire` counts and breaks what both services are asked."""

    lag: int = 0
    rules: Mapping[str, Any] = field(default_factory=dict)
    task: Circumstances = FIRST_TRY
    at_once: int = 1
    neighbours: Callable[[], Any] = tuple

    def __post_init__(self) -> None:
        self.wire, self.clock = Wire(), Clock()
        self.cobot = FakeCobot(self.wire)
        self.sevdesk = FakeSevdesk(self.wire, self.clock, self.lag)

    @property
    def account(self) -> Account:
        """As the tasks open it."""
        return Account(
            rules=a_space(**self.rules),
            subdomain="elbe-hub",
            cobot=cast("CobotClient", self.cobot),
            sevdesk=cast("SevdeskClient", self.sevdesk),
            today=TODAY,
            sleep=self.clock.sleep,
            clock=lambda: self.clock.now,
            at_once=self.at_once,
            neighbours=self.neighbours,
            task=self.task,
        )

    def add_member(self, number: int = 1, **changes: Any) -> Member:
        """A member in Cobot."""
        member = a_member(**{"id": f"mem-{number}", "customer_number": None, **changes})
        self.cobot.members[member.id] = member
        return member

    def add_invoice(self, number: int = 1, *lines: Any, **changes: Any) -> Invoice:
        """An invoice in Cobot, owed by nobody who gets a contact unless told otherwise."""
        fields = {"id": f"inv-{number}", "number": f"CW-2026-{number}", "debtor": None, **changes}
        invoice = an_invoice(*lines, **fields)
        self.cobot.invoices.append(invoice)
        return invoice

    def add_invoices(self, how_many: int) -> list[Invoice]:
        """Invoices without debtors, numbered from 1."""
        return [self.add_invoice(number) for number in range(1, how_many + 1)]

    def add_pair(self, number: int = 1) -> tuple[Member, Invoice]:
        """A member and an invoice of theirs."""
        member = self.add_member(number)
        return member, self.add_invoice(number, debtor=Debtor("memberships", member.id))

    def put_half_done(self, invoice: Invoice, *tags: str, **changes: Any) -> str:
        """Let the voucher stand that this invoice becomes, not finished; returns its id."""
        outcome = to_vouchers(invoice, space=self.account.rules, setup=a_setup())
        assert isinstance(outcome, tuple), outcome
        id_ = self.sevdesk.vouchers.save(outcome[0], **changes).voucher.id
        self.sevdesk.vouchers.tags[id_] = dict.fromkeys(tags, 0)
        return id_

    def run(self, *, dry_run: bool = False, known: KnownContents = NOTHING_KNOWN) -> Pushed:
        """A whole run over January, step by step as the tasks of the DAG."""
        account = self.account
        members = runs.find_members(account, JANUARY, None)
        found = runs.find_invoices(account, JANUARY, known)
        synced = MembersApplied()
        if members.leaves_work:
            synced = runs.sync_members(account, members, dry_run=dry_run)
        checked = Applied()
        if found.stops:
            return Pushed(Applied(found.unfinished, found.stops), synced)
        if found.leaves_work:
            checked = runs.check_invoices(account, found.unfinished)
        if checked.stops:
            return Pushed(checked, synced)
        return runs.push(account, checked.rows, synced, dry_run=dry_run)

    def push(self, *, dry_run: bool = False, window: Window = JANUARY) -> Pushed:
        """Only the push, of all invoices of a window."""
        found = runs.find_invoices(self.account, window, NOTHING_KNOWN)
        return runs.push(self.account, found.unfinished, MembersApplied(), dry_run=dry_run)

    def change_member(self, member_id: str, **changes: Any) -> None:
        """Edit a member in Cobot."""
        self.cobot.members[member_id] = replace(
            cast("Member", self.cobot.members[member_id]), **changes
        )


_DIES = """
import os, signal
from types import SimpleNamespace
from cobot_sevdesk.sync.lock import sole_writer

task = SimpleNamespace(try_number=1)
account = SimpleNamespace(subdomain="elbe-hub", task=task, full_wait=0, clock=int, sleep=int)
with sole_writer(account):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def environment() -> dict[str, str]:
    """For another process that imports the package, and takes turns with this one."""
    return {**os.environ, "PYTHONPATH": str(Path(cobot_sevdesk.__file__).parents[1])}


def kill_a_writer() -> None:
    """Let another process begin to write for the space, and kill it."""
    ended = subprocess.run([sys.executable, "-c", _DIES], env=environment(), check=False)
    assert ended.returncode == -signal.SIGKILL


def states(pushed: Pushed) -> dict[str, str]:
    """Invoice number -> state."""
    return {row.invoice.number: row.state for row in pushed.applied.rows}


def codes(pushed: Pushed) -> list[str]:
    """The codes of all problems, in order, each once."""
    return sorted({problem.code for problem in pushed.problems})


def row_of(pushed: Pushed, number: int = 1) -> Row:
    """The row of one invoice."""
    (row,) = [one for one in pushed.applied.rows if one.invoice.number == f"CW-2026-{number}"]
    return row
