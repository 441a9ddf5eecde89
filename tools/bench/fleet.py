"""`make bench PART=fleet`: 200 spaces whose tokens belong to one Cobot user, all started at once.

Cobot's limits are on, and last as long as they really do: six membership lists a minute for all
spaces together. Eight processes do what eight tasks of an Airflow do, over HTTP. Each task makes
its clients anew, and a task that fails is tried again as often and as late as Airflow would.
Airflow itself is left out, since it needs a core for itself; `PART=hour` has it.
"""

import heapq
import logging
import os
import random
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from typing import Any

from cobot_sevdesk.airflow.factory import LONGEST_RETRY_DELAY, RETRIES, RETRY_DELAY
from cobot_sevdesk.clients.cobot.client import API1_HEADERS, API2_HEADERS, CobotClient
from cobot_sevdesk.clients.pace import Pace
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.errors import CobotSevdeskError
from cobot_sevdesk.sync import runs
from cobot_sevdesk.sync.account import Account, Circumstances
from cobot_sevdesk.sync.lock import FOLDER_VARIABLE
from tools.bench.box import FIRST, LAST, WINDOW, Addresses, FarSandbox
from tools.bench.tables import show, table

SPACES, MEMBERS, INVOICES = 200, 2, 5
SLOTS = 8
"""Tasks at once, as in compose.yaml."""
AFTER: Mapping[str, tuple[str, ...]] = {
    "extract_members": (),
    "extract_invoices": (),
    "sync_members": ("extract_members",),
    "validate_booking_codes": ("extract_invoices",),
    "push_vouchers": ("sync_members", "validate_booking_codes"),
}


@dataclass(order=True)
class Ready:
    """A task that may start: what is further in its run goes first, then in the order of spaces."""

    order: tuple[int, int, str]
    name: str = field(compare=False)
    number: int = field(compare=False)
    try_number: int = field(compare=False, default=1)


@dataclass
class Fleet:
    """What became of the runs."""

    green: int = 0
    red: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    tries: int = 0
    longest: float = 0
    left: dict[tuple[int, str], Any] = field(default_factory=dict)


def main(spaces: int = SPACES, slots: int = SLOTS) -> None:
    """Measure a day on which every space has new members and invoices."""
    # The log of each task would be thousands of lines.
    logging.disable(logging.WARNING)
    with TemporaryDirectory(prefix="cobot-sevdesk-fleet-") as name, FarSandbox() as box:
        os.environ[FOLDER_VARIABLE] = name
        where = box.ask("addresses_of_fleet")
        box.ask("fill_fleet", spaces, MEMBERS, INVOICES)
        fleet = run_all(where, spaces, slots)
        refused = box.ask("refused")
    print(dict(fleet.red), f"{fleet.tries} tries of tasks", refused, f"load {os.getloadavg()}")
    tried = sum(refused.values())
    row = [slots, f"{fleet.green} of {spaces}", fleet.seconds / 60, fleet.longest / 60, tried]
    heads = ("green", "minutes", "minutes of the longest task", "answers 429")
    show("fleet", table((f"{spaces} spaces of one user, tasks at once", *heads), [row]))


def run_all(where: Addresses, spaces: int, slots: int) -> Fleet:
    """Run every space once, as Airflow's scheduler would with so many tasks at once."""
    fleet, began = Fleet(), time.monotonic()
    first = [name for name, before in AFTER.items() if not before]
    ready = [_ready(name, number) for number in range(spaces) for name in first]
    heapq.heapify(ready)
    later: list[tuple[float, Ready]] = []
    running: dict[Future[Any], tuple[Ready, float]] = {}
    with ProcessPoolExecutor(slots, get_context("spawn"), initializer=_quiet) as pool:
        while ready or later or running:
            now = time.monotonic()
            while later and later[0][0] <= now:
                heapq.heappush(ready, heapq.heappop(later)[1])
            while ready and len(running) < slots:
                task = heapq.heappop(ready)
                before = [fleet.left[task.number, name] for name in AFTER[task.name]]
                fleet.tries += 1
                future = pool.submit(work, where, task.number, task.name, before, task.try_number)
                running[future] = (task, now)
            done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                task, started = running.pop(future)
                fleet.longest = max(fleet.longest, time.monotonic() - started)
                _note(fleet, task, future.result(), ready, later)
    fleet.seconds = time.monotonic() - began
    return fleet


def _note(
    fleet: Fleet, task: Ready, left: Any, ready: list[Ready], later: list[tuple[float, Ready]]
) -> None:
    if isinstance(left, CobotSevdeskError):
        if task.try_number > RETRIES:
            fleet.red[task.name] += 1
            return
        # As Airflow counts: twice as long each time, and up to twice that by chance.
        delay = RETRY_DELAY.total_seconds() * 2 ** (task.try_number - 1) * random.uniform(1, 2)  # noqa: S311
        delay = min(delay, LONGEST_RETRY_DELAY.total_seconds())
        again = Ready(task.order, task.name, task.number, task.try_number + 1)
        heapq.heappush(later, (time.monotonic() + delay, again))
        return
    if left.problems if hasattr(left, "problems") else left.stops:
        fleet.red[task.name] += 1
        return
    fleet.left[task.number, task.name] = left
    if task.name == "push_vouchers":
        fleet.green += 1
    for name, before in AFTER.items():
        if task.name in before and all((task.number, one) in fleet.left for one in before):
            heapq.heappush(ready, _ready(name, task.number))


def _ready(name: str, number: int) -> Ready:
    return Ready((-list(AFTER).index(name) // 2, number, name), name, number)


def work(where: Addresses, number: int, name: str, before: list[Any], try_number: int) -> Any:
    """One task of one space; returns what it found, or the error after which it is tried again."""
    slug = f"s{number:03}"
    account = _account(where, slug, Circumstances(slug, try_number, try_number > RETRIES))
    try:
        match name:
            case "extract_members":
                return runs.find_members(account, WINDOW, WINDOW)
            case "extract_invoices":
                return runs.find_invoices(account, WINDOW, runs.KnownContents())
            case "sync_members":
                return runs.sync_members(account, before[0], dry_run=False)
            case "validate_booking_codes":
                return runs.check_invoices(account, before[0].unfinished)
        known, checked = before
        return runs.push(account, checked.rows, known, dry_run=False)
    except CobotSevdeskError as error:
        return CobotSevdeskError(str(error))  # others cannot all travel between processes


def _quiet() -> None:
    logging.disable(logging.WARNING)


def _account(where: Addresses, slug: str, task: Circumstances) -> Account:
    """A space with its clients, made anew and with the pace of `connections.py`."""

    def cobot(url: str, headers: dict[str, str]) -> Transport:
        token = f"cobot-{slug}"
        limits = Pace(60, {"GET /memberships": 6})
        authorization = f"Bearer {token}"
        return Transport(
            "Cobot", url, authorization=authorization, secret=token, headers=headers, pace=limits
        )

    token = f"token-{slug}"
    sevdesk = Transport("sevDesk", where.sevdesk, authorization=token, secret=token)
    api1 = cobot(where.cobot_api1.format(slug), API1_HEADERS)
    return Account(
        rules=SpaceRules(slug=slug, sync_from=FIRST, members_from=FIRST),
        subdomain=slug,
        cobot=CobotClient(cobot(where.cobot, API2_HEADERS), api1, subdomain=slug),
        sevdesk=SevdeskClient(sevdesk, at_once=4),
        today=LAST,
        sleep=lambda _: None,
        clock=lambda: int(time.time()),
        settle_pauses=(0, 0),
        at_once=4,
        task=task,
    )
