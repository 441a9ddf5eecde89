"""`make bench`: ratios within one run, since machines are noisy.

What was measured is kept in docs/images/performance.json, from which `make plots` draws.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "include"), str(ROOT / "scripts")]

import bench_push as push  # noqa: E402  found by the path above

RECORD = ROOT / "docs" / "images" / "performance.json"
DAG_FACTORY = ROOT / ".tools" / "dag-factory"
"""Where the Makefile puts it, outside of what Airflow itself sees."""
SPACES = (100, 300, 1000)
INVOICES = (100, 200, 500)
LATENCY = 0.05
AT_ONCE = (1, 4, 8)
PERCENT = (0, 2, 5, 10, 20)
SEEDS = 3
BROKEN_INVOICES = 40
MANY = 10_000
LARGE_PDFS = (16, 20)
"""Invoices, megabytes of each PDF."""
OTHERS = (0, 30_000)
"""Vouchers that stand in the account already."""
LATER = "later run"


def main(*wanted: str) -> int:
    """Print every figure, or those of the parts that are named, and keep it."""
    found = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    for part in (parsing, calls, pace, limit, memory, years, faults):
        if not wanted or part.__name__ in wanted:
            found[part.__name__] = part()
            RECORD.write_text(json.dumps(found, indent=1) + "\n")
    return 0


def parsing() -> Any:
    """Milliseconds and kilobytes per DAG; the start of one task."""
    rows = []
    for count in SPACES:
        floor = measure("floor", count)
        for kind in ("floor", "this package", "dag-factory"):
            one = floor if kind == "floor" else measure(kind, count)
            rows.append({"kind": kind, "spaces": count, **one, "ratio": one["ms"] / floor["ms"]})
    table(f"Parsing {SPACES[-1]} spaces", ("kind", "ms", "kb", "ratio"), rows[-3:])
    one, many = measure("start", 1), measure("start", SPACES[-1])
    print(f"Start of one task: {one['ms']:.1f} ms with one space, {many['ms']:.1f} ms with all\n")
    return {"rows": rows, "start": [one["ms"], many["ms"]]}


def measure(kind: str, count: int) -> Any:
    """The best of three processes: what disturbs only makes it slower."""
    script = str(ROOT / "scripts" / "bench_parse.py")
    beside = {"PYTHONPATH": str(DAG_FACTORY)} if kind == "dag-factory" else {}
    found = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, script, kind, str(count)],
            env=os.environ | beside,
            check=True,
            capture_output=True,
            text=True,
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return min(found, key=lambda one: one["ms"])


def calls() -> Any:
    """Requests of new and known vouchers, and of a run without anything to do."""
    found = push.calls(INVOICES[-1])
    print(
        f"Requests with {INVOICES[-1]} invoices: {found['new']:.2f} per new voucher, "
        f"{found['known']:.3f} per known one ({found['known_writes']:.0f} writes); "
        f"{found['idle']:.0f} of a run without anything to do\n"
    )
    return found


def pace() -> Any:
    """Wall time of a push with latency, beside its bound and a naive serial script."""
    rows = []
    for count in INVOICES:
        for at_once in AT_ONCE:
            one = push.pace(count, LATENCY, at_once)
            rows.append(
                {"who": f"this package, {at_once} at once", "invoices": count}
                | one
                | {"ratio": one["seconds"] / one["bound"]}
            )
        seconds = push.naive_pace(count, LATENCY)
        bound = LATENCY * 5 * count
        rows.append(
            {"who": "naive script", "invoices": count, "seconds": seconds, "bound": bound}
            | {"ratio": seconds / bound}
        )
    title = f"Push, {LATENCY * 1000:.0f} ms latency"
    table(title, ("who", "invoices", "seconds", "bound", "ratio"), rows)
    return rows


def limit() -> Any:
    """Wall time of a push that Cobot's limit of 60 PDFs a minute binds, also in an old account."""
    rows = []
    for others in OTHERS:
        one = push.limit(150, 60, others)
        rows.append({"others": others} | one | {"ratio": one["seconds"] / one["bound"]})
    title = "Push of 150 under Cobot's 60 a minute"
    table(title, ("others", "seconds", "bound", "ratio"), rows)
    return rows


def memory() -> Any:
    """What a push of 10,000 invoices adds to Airflow's own memory."""
    found = push.memory(MANY)
    large = push.memory(*LARGE_PDFS)
    print(
        f"Run with {MANY} new invoices: {found['mb']:.0f} MB on top of {found['baseline_mb']:.0f} "
        f"MB of Airflow, {found['seconds']:.0f} s without latency; {large['mb']:.0f} MB with "
        f"{LARGE_PDFS[0]} PDFs of {LARGE_PDFS[1]} MB each\n"
    )
    return found | {"large_pdfs_mb": large["mb"]}


def years() -> Any:
    """A run with new invoices in an account with the vouchers of many years."""
    rows = [
        {"account": f"{others} vouchers of others, {when}"}
        | push.years(INVOICES[-1], others, looked_before=when == LATER)
        for others, when in [(0, LATER), *((OTHERS[-1], when) for when in ("first look", LATER))]
    ]
    table(f"Run with {INVOICES[-1]} new invoices", ("account", "seconds", "reads"), rows)
    return rows


def faults() -> Any:
    """Doubled, missing and half-done vouchers when requests fail by chance."""
    rows: list[dict[str, Any]] = []
    for percent in PERCENT:
        sums: dict[str, dict[str, int]] = {}
        for seed in range(SEEDS):
            for who, books in push.faults(BROKEN_INVOICES, percent, seed).items():
                mine = sums.setdefault(who, dict.fromkeys(books, 0))
                for name, count in books.items():
                    mine[name] += count
        rows += [{"who": who, "percent": percent, **books} for who, books in sums.items()]
    columns = ("who", "percent", "invoices", "doubled", "missing", "half_done")
    table("Failing requests", columns, rows)
    return rows


def table(title: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Print rows under their columns."""
    print(title)
    print("  " + "".join(f"{name:>14}" if n else f"{name:26}" for n, name in enumerate(columns)))
    for row in rows:
        cells = [row[name] for name in columns]
        shown = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        print("  " + "".join(f"{c:>14}" if n else f"{c:26}" for n, c in enumerate(shown)))
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
