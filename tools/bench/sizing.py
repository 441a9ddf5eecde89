"""`make bench PART=sizing`: what so many spaces take of cores, memory and minutes.

compose.yaml's processes with LocalExecutor, as in `PART=scheduler`, over few and many spaces: a day
with new members and invoices, then one with nothing new. `PART=hour` takes 200 spaces of one Cobot
user, with Cobot's limits as they are: how long until all are green?
"""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from cobot_sevdesk.clients.pace import endpoint
from sandbox.server import SandboxServer
from tools.airflow_api import AirflowApi
from tools.bench.scheduler import (
    DAILY,
    INVOICES,
    airflow_over,
    fill,
    wait_for_dags,
    wait_for_runs,
)
from tools.bench.tables import MEASURED, show, table
from tools.production import LOCAL, Production

SPACES = (10, 50, 200)
EVERY = 5
"""Seconds between two looks at the memory."""


@dataclass
class Used:
    """What a stretch of time took."""

    seconds: float = 0
    core_seconds: float = 0
    peak_mb: float = 0

    @property
    def cores(self) -> float:
        """Cores that were busy with it, on average."""
        return self.core_seconds / self.seconds


def main() -> None:
    """Measure few and many spaces."""
    rows: list[list[object]] = []
    for spaces in SPACES:
        for what, used in _days(spaces).items():
            each = used.core_seconds / spaces
            minutes = used.seconds / 60
            rows.append([spaces, what, minutes, used.cores, each, used.peak_mb])
    heads = ("minutes", "cores busy", "core seconds each", "MB at most")
    show("sizing", table(("spaces", "a day with", *heads), rows))


def hour(spaces: int = SPACES[-1]) -> None:
    """200 spaces of one Cobot user, all due at once, Cobot's limits on."""
    rows: list[list[object]] = []
    for what, used in _days(spaces, user="owner of all").items():
        rows.append([what, used.seconds / 60, used.cores, used.peak_mb])
    heads = ("minutes until all are green", "cores busy", "MB at most")
    show("hour", table((f"{spaces} spaces of one Cobot user", *heads), rows))


def _days(spaces: int, user: str = "") -> dict[str, Used]:
    slugs = [f"s{number:03}" for number in range(spaces)]
    today = datetime.now(UTC).date()
    found = {}
    with airflow_over(slugs, DAILY, today - timedelta(days=30), LOCAL, user=user) as opened:
        box, services, api = opened
        for slug in slugs:
            fill(box, slug, [today - timedelta(days=day + 2) for day in range(INVOICES)])
        wait_for_dags(api, spaces)
        with _measured(services) as found["new invoices"]:
            api.call("PATCH", "/dags?dag_id_pattern=cobot_sevdesk_s%25", {"is_paused": False})
            wait_for_runs(api, "success", spaces)
        _tell(box, api, "new", spaces, found)
        with _measured(services) as found["nothing new"]:
            for slug in slugs:
                api.trigger(f"cobot_sevdesk_{slug}")
            wait_for_runs(api, "success", 2 * spaces)
        _tell(box, api, "idle", spaces, found)
    return found


def _tell(
    box: SandboxServer, api: AirflowApi, what: str, spaces: int, found: dict[str, Used]
) -> None:
    """Print what the table does not hold: answers 429, tries, the slowest tasks."""
    limited = [one for one in box.world.requests if one.status == 429]
    refused = Counter(endpoint(one.path.removeprefix("/s")[3:]) for one in limited)
    booked = sum(len(t.tables["Voucher"]) for t in box.world.tenants.values())
    asked = len(box.world.requests)
    box.world.requests.clear()
    tasks = list(_tasks(api))
    longest: Counter[str] = Counter()
    for one in tasks:
        longest[one["task_id"]] = max(longest[one["task_id"]], int(one["duration"] or 0))
    tries = Counter(one["try_number"] for one in tasks)
    print(what, spaces, found, f"load {os.getloadavg()}", flush=True)
    print(what, f"{booked} vouchers, {asked} requests, 429: {dict(refused)}", flush=True)
    print(f"tries {dict(tries)}, longest task in seconds {dict(longest)}", flush=True)
    MEASURED.mkdir(exist_ok=True)
    (MEASURED / f"tasks-{spaces}-{what}.json").write_text(json.dumps(tasks))


def _tasks(api: AirflowApi) -> Iterator[dict[str, Any]]:
    path = "/dags/~/dagRuns/~/taskInstances?limit=100&order_by=id"
    at = 0
    while page := api.call("GET", f"{path}&offset={at}")["task_instances"]:
        yield from page
        at += len(page)


@contextmanager
def _measured(services: Production) -> Iterator[Used]:
    """Time, core seconds and the most memory of all services and the database."""
    used, ended = Used(), threading.Event()
    before, began = _core_seconds(services), time.monotonic()

    def look() -> None:
        while not ended.wait(EVERY):
            used.peak_mb = max(used.peak_mb, _memory(services))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield used
    finally:
        used.seconds = time.monotonic() - began
        used.core_seconds = _core_seconds(services) - before
        ended.set()
        watcher.join()


def _processes(services: Production) -> Iterator[psutil.Process]:
    for pid in services.pids.values():
        root = psutil.Process(pid)
        yield from (root, *root.children(recursive=True))


def _core_seconds(services: Production) -> float:
    """Seconds of a core so far, of those too that have ended and were waited for."""
    total = 0.0
    for one in _processes(services):
        with suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _memory(services: Production) -> float:
    """Megabytes; what several processes share counts once."""
    total = 0
    for one in _processes(services):
        with suppress(psutil.Error):
            total += one.memory_full_info().pss
    return total / 1e6
