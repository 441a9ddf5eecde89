"""`make demo`: five days of two spaces through Airflow and the sandbox, then the same days again.

No account, no Docker, no database server. Exit status 0 if the books agree and the second pass
wrote nothing.
"""

import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.server import SandboxServer
from sandbox.world import World, tenant_ledger
from tools import ROOT
from tools.quietly import quiet
from tools.sandbox_env import SPACES, airflow_environment, connections, enter

DAYS = [f"2026-01-{day:02}" for day in range(2, 7)]


def main() -> int:
    """Run the demo; returns the exit status."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="cobot-sevdesk-demo-") as home,
        SandboxServer(world="demo") as box,
    ):
        enter(airflow_environment(Path(home)))
        enter(connections(box.cobot_url, box.sevdesk_url))
        log = Path(home) / "airflow.log"
        print("Cobot and sevDesk are simulated on this machine; Airflow is real.\n")
        with quiet(log):
            runner = start_airflow()
        one_pass("First pass", runner, box.world, log)
        second = one_pass("Second pass, the same days again", runner, box.world, log)
        agree = compare(box.world)
    print(f"\nThe second pass wrote {second} times. {time.monotonic() - began:.0f} seconds in all.")
    return 0 if second == 0 and agree else 1


def start_airflow() -> Any:
    """A migrated database, and what runs DAGs in this process."""
    from airflow.utils import db

    from tools.dag_runs import DagRunner

    db.initdb()
    return DagRunner(ROOT / "dags")


def one_pass(title: str, runner: Any, world: World, log: Path) -> int:
    """Run every space for every day; prints a line for each run, returns the writes."""
    world.requests.clear()
    print(title)
    print(
        f"  {'day':12}{'space':12}{'found':>6}{'there':>7}{'booked':>8}{'EUR':>12}{'held':>6}"
        f"{'contacts':>10}  run"
    )
    told: dict[str, str] = {}
    for day in DAYS:
        for slug in SPACES:
            with quiet(log):
                result = runner(slug, day=day)
            report = result.report
            print(
                f"  {day:12}{slug:12}{report['invoices_found']:>6}{report['already_booked']:>7}"
                f"{report['booked']:>8}{report['gross_booked']:>12}{report['held_back']:>6}"
                f"{report['contacts_created']:>10}  {'green' if result.succeeded else 'red'}"
            )
            told |= {f"{slug}  {p['label']}": str(p["count"]) for p in report["problems"]}
    for label, count in told.items():
        print(f"  held back: {label}: {count}")
    writes = sum(seen.method != "GET" for seen in world.requests)
    print(f"  {len(world.requests)} requests, {writes} of them writes\n")
    return writes


def compare(world: World) -> bool:
    """Print both sides' sums for what was booked; returns whether they agree to the cent."""
    heads = ("invoices booked", "Cobot EUR", "vouchers", "sevDesk EUR")
    print(f"{'The books':14}{heads[0]:>16}{heads[1]:>14}{heads[2]:>10}{heads[3]:>14}")
    agree = True
    for subdomain, space in world.spaces.items():
        ledger = tenant_ledger(world.tenants[world.pairs[subdomain]])
        ours = [v for v in ledger["vouchers"] if "[COBOT:" in (v["description"] or "")]
        numbers = {v["description"].split(" [COBOT:")[0] for v in ours}
        booked = [
            Decimal(i["attributes"]["totalAmount"]["gross"])
            for i in space.invoices.values()
            if i["attributes"]["number"] in numbers
        ]
        gross = sum((Decimal(v["sumGross"]) for v in ours), Decimal(0))
        print(
            f"{subdomain:14}{len(booked):>16}{sum(booked, Decimal(0)):>14.2f}{len(ours):>10}"
            f"{gross:>14.2f}"
        )
        agree = agree and len(booked) == len(ours) and sum(booked, Decimal(0)) == gross
        tags = sorted({tag for v in ours for tag in v["tags"]})
        without = sum(v.get("document") is None for v in ours)
        print(f"{'':14}tags {', '.join(tags)}; vouchers without PDF: {without}")
    return agree


if __name__ == "__main__":
    sys.exit(main())
