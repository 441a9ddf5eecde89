"""Measurements of a push: requests, wall time beside its bounds, memory, faults."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cobot_sevdesk.clients.pace import Pace
from cobot_sevdesk.domain.plan import Applied, MembersApplied
from cobot_sevdesk.errors import OutcomeUnknownError, RemoteUnavailableError
from cobot_sevdesk.sync.account import Account
from cobot_sevdesk.sync.lock import FOLDER_VARIABLE
from cobot_sevdesk.sync.runs import (
    KnownContents,
    Pushed,
    check_invoices,
    find_invoices,
    find_members,
    push,
    sync_members,
)
from tools import ROOT
from tools.bench.box import WINDOW, Addresses, FarSandbox, open_space
from tools.bench.naive import naive_run

REQUESTS_OF_A_VOUCHER = 4
"""PDF, upload, voucher, tag."""
TRIES = 5
"""One try of a task and four retries, as Airflow gives them."""
MEGABYTE = 1024
"""Kilobytes, the unit in which Linux counts memory."""


def whole_run(open_: Callable[[], Account]) -> Pushed:
    """What the tasks of one run do; each opens the space anew, as they do.

    A task that has nothing to do is skipped.
    """
    members = find_members(open_(), WINDOW, None)
    found = find_invoices(open_(), WINDOW, KnownContents())
    synced, checked = MembersApplied(), Applied()
    if members.leaves_work:
        synced = sync_members(open_(), members, dry_run=False)
    if found.leaves_work:
        checked = check_invoices(open_(), found.rows)
    return push(open_(), checked.rows, synced, dry_run=False)


def calls(invoices: int) -> dict[str, float]:
    """Requests for each new and each known voucher, and of a run that finds nothing to do."""
    members = max(invoices // 20, 1)
    with sandbox() as (box, where):
        box.ask("fill", invoices, members)
        run_again = in_turn(where)
        run_again()
        new = box.ask("requests")
        run_again()
        known = box.ask("requests")
        # One page of everything, as a small space has it.
        box.ask("fill", 100, 5)
        run_again = in_turn(where)
        run_again()
        box.ask("requests")
        run_again()
        idle = box.ask("requests")
    # Contact, address, e-mail, number in Cobot and the look at it: five for each new member.
    of_members = 5 * members
    return {
        "new": (new["all"] - of_members) / invoices,
        "known": known["all"] / invoices,
        "known_writes": known["writes"],
        "idle": idle["all"],
    }


def in_turn(where: Addresses) -> Callable[[], Pushed]:
    """Runs one after another."""
    return lambda: whole_run(lambda: open_space(where))


def years(invoices: int, others: int) -> dict[str, float]:
    """Seconds and reading requests of a whole run beside so many vouchers of others."""
    with sandbox() as (box, where):
        box.ask("fill", 1)
        run_again = in_turn(where)
        run_again()
        box.ask("add_years", others)
        box.ask("add_news", invoices)
        seconds = timed(run_again)
        seen = box.ask("requests")
    return {"seconds": seconds, "reads": seen["all"] - seen["writes"] - invoices}


def pace(invoices: int, latency: float, at_once: int) -> dict[str, float]:
    """Seconds of a push, beside latency x requests / concurrency; and of the naive script."""
    with sandbox() as (box, where):
        box.ask("fill", invoices)
        box.ask("slow_down", latency)
        seconds = timed_push(where, at_once=at_once)
        bound = latency * REQUESTS_OF_A_VOUCHER * invoices / at_once
    return {"seconds": seconds, "bound": bound}


def naive_pace(invoices: int, latency: float) -> float:
    """Seconds of the naive script."""
    with sandbox() as (box, where):
        box.ask("fill", invoices)
        box.ask("slow_down", latency)
        space_id = open_space(where).cobot.space.get()
        return timed(lambda: naive_run(where, space_id))


def limit(invoices: int, per_minute: int, others: int) -> dict[str, float]:
    """Seconds of a push that Cobot's own limit binds, beside what the limit allows.

    `others` are vouchers that stand in the account already.
    """
    with sandbox() as (box, where):
        box.ask("fill", 1)
        whole_run(lambda: open_space(where))
        box.ask("add_years", others)
        box.ask("add_news", invoices)
        seconds = timed_push(where, cobot_pace=Pace(per_minute))
    return {"seconds": seconds, "bound": 60.0 * ((invoices - 1) // per_minute)}


def memory(invoices: int, pdf_megabytes: int = 0) -> dict[str, float]:
    """Megabytes that a push of so many invoices takes on top of Airflow itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.push", str(invoices), str(pdf_megabytes)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def faults(invoices: int, percent: int, seed: int) -> dict[str, dict[str, int]]:
    """What the books hold when so many requests of every hundred fail; each tries five times."""
    outcomes = {}
    for who in ("this package", "naive script"):
        with sandbox() as (box, where):
            box.ask("fill", invoices)
            space = open_space(where)
            space_id = space.cobot.space.get()
            box.ask("break_some", percent, seed)
            for _ in range(TRIES):
                ended = tried(
                    (lambda: whole_run(lambda: open_space(where)))
                    if who == "this package"
                    else (lambda: naive_run(where, space_id))  # noqa: B023
                )
                if ended:
                    break
            outcomes[who] = box.ask("books")
    return outcomes


def timed_push(where: Addresses, **how: Any) -> float:
    """Seconds of the writing alone: contacts and checks were done before."""
    members = find_members(open_space(where), WINDOW, None)
    synced = sync_members(open_space(where), members, dry_run=False)
    found = find_invoices(open_space(where), WINDOW, KnownContents())
    checked = check_invoices(open_space(where), found.rows)
    account = open_space(where, **how)
    return timed(lambda: push(account, checked.rows, synced, dry_run=False))


def tried(act: Callable[[], Any]) -> bool:
    """Whether it came to its end."""
    try:
        act()
    except (RemoteUnavailableError, OutcomeUnknownError, OSError, ValueError, KeyError, TypeError):
        return False
    return True


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def sandbox() -> Iterator[tuple[FarSandbox, Addresses]]:
    """Both services in a process of their own; nothing is left of what wrote for another one."""
    with TemporaryDirectory() as locks, FarSandbox() as box:
        os.environ[FOLDER_VARIABLE] = locks
        yield box, box.ask("addresses")


def _peak() -> float:
    """Megabytes; what `getrusage` tells begins with those of the process that started this one."""
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (one for one in status.splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) / MEGABYTE


def _measure_memory(invoices: int, pdf_megabytes: int) -> None:
    """In a process of its own: what Airflow takes, then what the push adds."""
    import cobot_sevdesk.airflow.tasks  # noqa: F401  Airflow and all of ours, as a task has them

    with sandbox() as (box, where):
        box.ask("fill", invoices, 100)
        box.ask("thicken", pdf_megabytes)
        before = _peak()
        seconds = timed(lambda: whole_run(lambda: open_space(where)))
        grown = _peak() - before
        booked = box.ask("books")["vouchers"]
    assert booked == invoices, booked  # noqa: S101  a wrong figure is worse
    print(json.dumps({"mb": grown, "baseline_mb": before, "seconds": seconds}))


if __name__ == "__main__":
    _measure_memory(int(sys.argv[1]), int(sys.argv[2]))
