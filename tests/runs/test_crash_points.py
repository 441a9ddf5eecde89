"""Every request of a run fails once, in every way; afterwards the books are as if nothing had.

A small world makes R requests in a clean run. For each of them and each kind of fault: one run
with that fault, then runs until green, at most three; the final state is that of the clean run.
`make test` takes the requests that matter most, `make test-exhaustive` all of them.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cobot_space import line
from sandbox.faults import Seen
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-01-10"
MOST_RUNS = 3
HELD = ["CS-202"]

FAULTS: dict[str, dict[str, Any]] = {
    "drop_before": {},
    "drop_after": {},
    "status_before": {"status": 500},
    "status_after": {"status": 500},
    "too_many": {"retry_after": 1},
    "lag": {"seconds": 1},
}
KILLS = ("kill_before", "kill_after")

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(5400)]


def small_world(space: SpaceFiles) -> None:
    """Three members (one number agrees by chance), four invoices: a mismatch, a held-back one."""
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="1001")
    bert = space.cobot.sign_up("Bert Muster", confirmed="2026-01-03", email=None)
    space.cobot.sign_up("Cleo", company="Probe GmbH", confirmed="2026-01-04", number="3")
    space.cobot.add_invoice("2026-01-05", [line("100.00")], debtor=("memberships", ada))
    two = [line("20.00"), line("5.00", "7", code="4300")]
    space.cobot.add_invoice("2026-01-05", two, debtor=("memberships", bert))
    space.cobot.add_invoice("2026-01-06", [line("30.00")], recipient={"company": "Fremde AG"})
    space.cobot.add_invoice("2026-01-07", [line("9.00", code="Podcast")])


@pytest.fixture
def again(spaces: Spaces) -> Callable[[], SpaceFiles]:
    """Makes the small world anew, as often as wanted."""
    space = spaces(vouchers={"cost_centre": "100", "due_in_days": 3})

    def make() -> SpaceFiles:
        space.renew()
        small_world(space)
        return space

    return make


def clean_run(again: Callable[[], SpaceFiles], run_dag: RunDag) -> tuple[Any, list[Seen]]:
    """What the books hold after a run without faults, and its requests."""
    space = again()
    result = run_dag(day=DAY)
    assert result.codes == HELD
    return space.state(), list(space.box.world.requests)


def until_settled(run_dag: RunDag, runs: int) -> int:
    """Run until only what must be held back is; returns how many runs it took."""
    for count in range(1, runs + 1):
        if run_dag(day=DAY).codes == HELD:
            return count
    pytest.fail(f"not settled after {runs} runs")


def matter_most(requests: list[Seen]) -> Iterator[int]:
    """The first write of each kind, and two reads."""
    kinds: set[str] = set()
    for seen in requests:
        kind = f"{seen.method} {re.sub('[0-9a-f]{32}', '', seen.path)}"
        if kind not in kinds and (seen.method != "GET" or seen.path.endswith("/Contact")):
            yield seen.number
        kinds.add(kind)
    yield 1


def fail_once(
    again: Callable[[], SpaceFiles], run_dag: RunDag, kind: str, number: int
) -> tuple[Any, int]:
    """The books after one run with one fault and the runs that mended it."""
    space = again()
    space.box.world.faults.add(kind, number=number, **FAULTS[kind])
    runs = until_settled(run_dag, MOST_RUNS)
    space.box.world.faults.clear()
    return space.state(), runs


def kill_once(again: Callable[[], SpaceFiles], run_dag: RunDag, kind: str, number: int) -> Any:
    """The books after the process of one run was killed at one request, and another run."""
    space = again()
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "AIRFLOW_HOME": home,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
            "PYTHONPATH": os.pathsep.join(str(ROOT / f) for f in ("plugins", "include", ".")),
        }
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("one_run.py")), DAY],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        space.box.world.faults.add(kind, number=number, pid=process.pid)
        assert process.wait(timeout=120) == -9, "the process was not killed"
    space.box.world.faults.clear()
    until_settled(run_dag, MOST_RUNS)
    return space.state()


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_at_any_write_leaves_the_same_books(
    again: Callable[[], SpaceFiles], run_dag: RunDag, kind: str
) -> None:
    wanted, requests = clean_run(again, run_dag)
    for number in matter_most(requests):
        state, runs = fail_once(again, run_dag, kind, number)
        where = f"{kind} at {number}: {requests[number - 1]}"
        assert state == wanted, where
        assert runs == 1, f"{where} needed a second run"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("kill_after", "/Contact$"),
        ("kill_before", "/ContactAddress$"),
        ("kill_after", "/api/memberships/"),
        ("kill_after", "/saveVoucher$"),
        ("kill_before", "/Tag/Factory/create$"),
        ("kill_after", "/Tag/Factory/create$"),
    ],
)
def test_a_killed_process_leaves_nothing_doubled_or_half_done(
    again: Callable[[], SpaceFiles], run_dag: RunDag, kind: str, path: str
) -> None:
    wanted, requests = clean_run(again, run_dag)
    number = next(s.number for s in requests if s.method != "GET" and re.search(path, s.path))
    assert kill_once(again, run_dag, kind, number) == wanted


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_at_any_request_leaves_the_same_books(
    again: Callable[[], SpaceFiles], run_dag: RunDag, kind: str
) -> None:
    wanted, requests = clean_run(again, run_dag)
    for seen in requests:
        state, runs = fail_once(again, run_dag, kind, seen.number)
        assert (state, runs) == (wanted, 1), f"{kind} at {seen}"


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", KILLS)
def test_a_kill_at_any_request_leaves_the_same_books(
    again: Callable[[], SpaceFiles], run_dag: RunDag, kind: str
) -> None:
    wanted, requests = clean_run(again, run_dag)
    for seen in requests:
        assert kill_once(again, run_dag, kind, seen.number) == wanted, f"{kind} at {seen}"
