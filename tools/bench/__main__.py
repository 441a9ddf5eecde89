"""`make bench`: ratios within one run, since machines are noisy.

`make bench PART=years` measures one part. Longer ones run only if they are named: `scheduler` and
`sizing` (a real Airflow with many spaces), `processor` (a real DAG processor), `fleet` and `hour`
(200 spaces of one Cobot user). The tables are printed and left for docs/performance.md, where
`make pages` puts them.
"""

import sys
from collections.abc import Callable

from tools.bench import fleet, processor, push, scheduler, sizing
from tools.bench.parsing import measured
from tools.bench.tables import keep, table

KINDS = ("floor", "this package", "dag-factory")
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


_LONG: dict[str, Callable[[], None]] = {
    "fleet": fleet.main,
    "hour": sizing.hour,
    "processor": processor.main,
    "scheduler": scheduler.main,
    "sizing": sizing.main,
}


def main(*wanted: str) -> int:
    """Measure every part but the long ones, or the parts that are named."""
    usual = (parsing, start, calls, pace, limit, memory, years, faults)
    parts: dict[str, Callable[[], None]] = {part.__name__: part for part in usual}
    for name in wanted or parts:
        (parts | _LONG)[name]()
    return 0


def parsing() -> None:
    """Milliseconds and kilobytes per DAG."""
    rows: list[list[object]] = []
    for count in SPACES:
        found = {kind: measure(kind, count) for kind in KINDS}
        floor = found["floor"]["ms"]
        rows += [
            [count, kind, one["ms"], one["kb"], one["ms"] / floor] for kind, one in found.items()
        ]
    columns = ("spaces", "", "ms per DAG", "kB per DAG", "× floor")
    keep("parsing", table(columns, rows))


def start() -> None:
    """Milliseconds that a task pays for the DAG file when it starts."""
    rows = [[count, measure("start", count)["ms"]] for count in (1, SPACES[-1])]
    keep("start", table(("spaces", "ms until one task has its DAG"), rows))


def measure(kind: str, count: int) -> dict[str, float]:
    """The best of three processes: what disturbs only makes it slower."""
    found = [measured(kind, count) for _ in range(3)]
    return min(found, key=lambda one: float(one["ms"]))


def calls() -> None:
    """Requests of new and known vouchers, and of a run without anything to do."""
    found = push.calls(INVOICES[-1])
    rows = [
        ("for each new voucher, lists and look-ups divided among them", found["new"]),
        ("for each voucher that is there already", found["known"]),
        ("writes of a run that finds all of them there", found["known_writes"]),
        ("of a run that finds nothing to do", found["idle"]),
    ]
    columns = (f"{INVOICES[-1]} invoices, {INVOICES[-1] // 20} members", "requests")
    keep("calls", table(columns, rows))


def pace() -> None:
    """Wall time of a push with latency, beside its bound and a naive serial script."""
    rows: list[list[object]] = []
    for count in INVOICES:
        for at_once in AT_ONCE:
            one = push.pace(count, LATENCY, at_once)
            who = f"this package, {at_once} at once"
            rows.append([count, who, one["seconds"], one["seconds"] / one["bound"]])
        seconds = push.naive_pace(count, LATENCY)
        rows.append([count, "naive script, serial", seconds, seconds / (LATENCY * 5 * count)])
    keep("pace", table(("new invoices", "", "seconds", "× bound"), rows))


def limit() -> None:
    """Wall time of a push that Cobot's limit of 60 PDFs a minute binds, also in an old account."""
    rows: list[list[object]] = []
    for others in OTHERS:
        one = push.limit(150, 60, others)
        rows.append([others, one["seconds"], one["bound"], one["seconds"] / one["bound"]])
    columns = ("vouchers of others", "seconds", "of the limit alone", "× the limit")
    keep("limit", table(columns, rows))


def memory() -> None:
    """What a push adds to Airflow's own memory."""
    many, large = push.memory(MANY), push.memory(*LARGE_PDFS)
    rows = [
        (f"{MANY:,} new invoices", many["baseline_mb"], many["mb"], many["seconds"]),
        (f"{LARGE_PDFS[0]} PDFs of {LARGE_PDFS[1]} MB", large["baseline_mb"], large["mb"], "–"),
    ]
    columns = ("one run", "MB of Airflow itself", "MB on top", "seconds without latency")
    keep("memory", table(columns, rows))


def years() -> None:
    """A run with new invoices in an account with the vouchers of many years."""
    rows: list[list[object]] = []
    for others in (0, OTHERS[-1]):
        one = push.years(INVOICES[-1], others)
        name = f"{others:,} vouchers of others" if others else "an account with nothing else"
        reads = int(one["reads"])
        rows.append([name, reads, reads / INVOICES[-1], one["seconds"]])
    columns = (f"{INVOICES[-1]} new invoices, one run", "reading requests", "for each", "seconds")
    keep("years", table(columns, rows))


def faults() -> None:
    """Doubled, missing and half-done vouchers when requests fail by chance."""
    wrong = ("doubled", "missing", "half_done")
    rows: list[list[object]] = []
    for percent in PERCENT:
        sums: dict[str, dict[str, int]] = {}
        for seed in range(SEEDS):
            for who, books in push.faults(BROKEN_INVOICES, percent, seed).items():
                mine = sums.setdefault(who, dict.fromkeys(books, 0))
                for name, count in books.items():
                    mine[name] += count
        rows += [
            [f"{percent} %", who, *(books[kind] for kind in wrong)] for who, books in sums.items()
        ]
    columns = ("requests that fail", "", *(kind.replace("_", " ") for kind in wrong))
    keep("faults", table(columns, rows))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
