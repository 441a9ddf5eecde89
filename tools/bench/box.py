"""The sandbox in a process of its own, and a space in it, for measurements: no shared interpreter.

`FarSandbox` runs functions of this module beside the servers: `box.ask("fill", 500)`.
"""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from cobot_sevdesk.clients.cobot.client import API1_HEADERS, API2_HEADERS, CobotClient
from cobot_sevdesk.clients.pace import NO_PACE, Pace
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.sync.account import Account
from sandbox.cobot_space import line
from sandbox.server import SandboxServer

SLUG = "bench-hub"
COBOT_TOKEN, SEVDESK_TOKEN = "cobot-token-of-the-bench", "be" * 16
FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)
WINDOW = Window(FIRST, date(2026, 2, 1))
FAULTS = ("drop_before", "drop_after", "status_before", "status_after")


@dataclass(frozen=True)
class Addresses:
    """Where the two services are."""

    cobot: str
    cobot_api1: str
    sevdesk: str


def addresses(box: SandboxServer) -> Addresses:
    """Of both services."""
    return Addresses(box.cobot_url, box.v1_url(SLUG), box.sevdesk_url)


def fill(box: SandboxServer, invoices: int, members: int = 1) -> None:
    """A new world with so many members and invoices, spread over one month."""
    box.world.clear()
    box.world.add_tenant(SEVDESK_TOKEN)
    space = box.world.add_space(SLUG, token=COBOT_TOKEN, sevdesk_token=SEVDESK_TOKEN)
    people = [space.sign_up(f"Ada Beispiel {n}", confirmed="2026-01-02") for n in range(members)]
    add_invoices(box, people, invoices)


def add_invoices(box: SandboxServer, people: Sequence[str], invoices: int) -> None:
    """So many invoices, in turn for these members and on each day of the month."""
    for number in range(invoices):
        debtor = ("memberships", people[number % len(people)])
        day = f"2026-01-{number % 28 + 1:02}"
        box.world.spaces[SLUG].add_invoice(day, [line("10.00")], debtor=debtor)
    box.world.requests.clear()


def add_years(box: SandboxServer, others: int) -> None:
    """So many vouchers that people made years ago."""
    tenant = box.world.tenants[SEVDESK_TOKEN]
    (model,) = tenant.tables["Voucher"].values()
    old = {name: value for name, value in model.items() if name != "id"}
    old["create"] = old["update"] = "2021-01-03T10:00:00+01:00"
    old["voucherDate"] = "2021-01-02T00:00:00+01:00"
    for number in range(others):
        tenant.insert("Voucher", {**old, "description": f"Rechnung 2021/{number}"})


def add_news(box: SandboxServer, invoices: int) -> None:
    """So many new invoices of the members."""
    add_invoices(box, list(box.world.spaces[SLUG].members), invoices)


def addresses_of_fleet(box: SandboxServer) -> Addresses:
    """Of both services; the slug of a space is still to be put into API 1's."""
    return Addresses(box.cobot_url, box.v1_url("{}"), box.sevdesk_url)


def fill_fleet(box: SandboxServer, spaces: int, members: int, invoices: int) -> None:
    """So many spaces, each with a token of its own, all of one user; Cobot's limits are on."""
    box.world.clear()
    box.world.switches.rate_limits = True
    for number in range(spaces):
        slug = f"s{number:03}"
        box.world.add_tenant(f"token-{slug}")
        space = box.world.add_space(
            slug, token=f"cobot-{slug}", sevdesk_token=f"token-{slug}", user="owner of all"
        )
        people = [
            space.sign_up(f"Ada Beispiel {n}", confirmed="2026-01-02") for n in range(members)
        ]
        for count in range(invoices):
            debtor = ("memberships", people[count % members])
            space.add_invoice(f"2026-01-{count + 1:02}", [line("10.00")], debtor=debtor)


def refused(box: SandboxServer) -> dict[str, int]:
    """How often Cobot answered 429 since the last look, by endpoint."""
    found = Counter(
        f"{one.method} {'membership list' if one.path.endswith('/memberships') else 'others'}"
        for one in box.world.requests
        if one.status == 429
    )
    box.world.requests.clear()
    return dict(found)


def slow_down(box: SandboxServer, seconds: float) -> None:
    """Every answer takes at least so long."""
    box.world.switches.latency_seconds = seconds


def thicken(box: SandboxServer, megabytes: int) -> None:
    """Every PDF has so many megabytes."""
    box.world.switches.smallest_pdf = megabytes * 1024 * 1024


def break_some(box: SandboxServer, percent: int, seed: int) -> None:
    """So many of the next 20,000 writes and PDFs fail, in one of four ways."""
    chance = random.Random(seed)  # noqa: S311  only has to repeat itself
    box.world.faults.clear()
    box.world.requests.clear()
    for number in range(1, 20_001):
        if chance.random() * 100 < percent:
            box.world.faults.add(chance.choice(FAULTS), number=number, status=500)


def requests(box: SandboxServer) -> dict[str, int]:
    """How many were sent since the last look: in all, to Cobot, writes to sevDesk."""
    seen = list(box.world.requests)
    box.world.requests.clear()
    counted = Counter(one.service for one in seen)
    writes = sum(one.method != "GET" for one in seen)
    return {"all": len(seen), "cobot": counted["cobot"], "writes": writes}


def books(box: SandboxServer) -> dict[str, int]:
    """Invoices, vouchers, those too many, those missing, those without PDF or tag."""
    tenant = box.world.tenants[SEVDESK_TOKEN]
    found = Counter(v["description"].split()[0] for v in tenant.tables["Voucher"].values())
    half = sum(
        not v.get("document") or "Import" not in tenant.tags_of(v["id"])
        for v in tenant.tables["Voucher"].values()
    )
    numbers = [i["attributes"]["number"] for i in box.world.spaces[SLUG].invoices.values()]
    return {
        "invoices": len(numbers),
        "vouchers": sum(found.values()),
        "doubled": sum(count - 1 for count in found.values()),
        "missing": sum(number not in found for number in numbers),
        "half_done": half,
    }


class FarSandbox:
    """A sandbox in a child process; the child ends with it."""

    def __init__(self) -> None:
        self._here, there = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(there,), daemon=True)

    def ask(self, function: str, *arguments: Any) -> Any:
        """Call a function of this module with the sandbox; returns what it returns."""
        self._here.send((function, arguments))
        return self._here.recv()

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._here.send(None)
        self._process.join(timeout=10)
        self._process.kill()


def _serve(there: Connection) -> None:
    # The servers complain of every answer that is cut off on purpose.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with SandboxServer() as box:
        while (asked := there.recv()) is not None:
            name, arguments = asked
            function: Callable[..., Any] = globals()[name]
            there.send(function(box, *arguments))


def open_space(
    where: Addresses, *, at_once: int = 4, cobot_pace: Pace = NO_PACE, settle: int = 0
) -> Account:
    """The space with its clients, as the tasks open it."""

    def cobot(url: str, headers: dict[str, str]) -> Transport:
        authorization = f"Bearer {COBOT_TOKEN}"
        return Transport(
            "Cobot",
            url,
            authorization=authorization,
            secret=COBOT_TOKEN,
            headers=headers,
            pace=cobot_pace,
            sleep=lambda _: None,
        )

    sevdesk = Transport(
        "sevDesk",
        where.sevdesk,
        authorization=SEVDESK_TOKEN,
        secret=SEVDESK_TOKEN,
        sleep=lambda _: None,
    )
    return Account(
        rules=SpaceRules(slug=SLUG, sync_from=FIRST, members_from=FIRST),
        subdomain=SLUG,
        cobot=CobotClient(
            cobot(where.cobot, API2_HEADERS),
            cobot(where.cobot_api1, API1_HEADERS),
            subdomain=SLUG,
        ),
        sevdesk=SevdeskClient(sevdesk, at_once=at_once),
        today=LAST,
        sleep=lambda _: None,
        clock=lambda: int(time.time()),
        settle_pauses=(settle, settle),
        at_once=at_once,
    )
