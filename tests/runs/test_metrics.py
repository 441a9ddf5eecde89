"""What StatsD is told over the wire equals the report of the run; every name is documented."""

import json
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cobot_sevdesk.airflow import metrics
from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

ROOT = Path(__file__).resolve().parents[2]
NAMES = {*metrics.COUNTERS, *metrics.GAUGES, *metrics.TIMERS}
Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]
Told = Callable[[], dict[str, float]]

pytestmark = pytest.mark.airflow


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """A StatsD server; gives the sums (gauges: the last value) of what it was told so far."""
    from airflow.sdk._shared.observability.metrics import stats
    from airflow.sdk.observability.metrics import stats_utils

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.2)
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_ON", "True")
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_HOST", "127.0.0.1")
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_PORT", str(server.getsockname()[1]))
        # As Airflow does it when a task starts in a process of its own.
        stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)

        def sums() -> dict[str, float]:
            found: dict[str, float] = {}
            try:
                while True:
                    name, value, kind = re.split("[:|]", server.recv(65536).decode())[:3]
                    found[name] = float(value) + (found.get(name, 0) if kind != "g" else 0)
            except TimeoutError:
                return found

        yield sums
    client: Any = stats._get_backend()
    client.statsd.close()
    monkeypatch.undo()
    stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)


def test_statsd_is_told_what_the_report_says(spaces: Spaces, run_dag: RunDag, told: Told) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="7")
    space.cobot.add_invoice("2026-01-05", [line("100.00")], debtor=("memberships", ada))
    space.cobot.add_invoice("2026-01-05", [line("-10.00")], recipient={"name": "Fremd"})
    space.cobot.add_invoice("2026-01-05", [line("10.00", code="Podcast")])

    report = run_dag().report

    found = told()
    ours = {
        name.removeprefix("airflow.cobot_sevdesk.elbe-hub."): value
        for name, value in found.items()
        if name.startswith("airflow.cobot_sevdesk.elbe-hub.")
    }
    assert ours["vouchers_created"] == report["booked"] == 2
    assert ours["mismatches"] == report["mismatches"] == 1
    assert (ours["gross_booked_cents"], ours["gross_corrected_cents"]) == (11_900, 1_190)
    assert ours["contacts_created"] == ours["numbers_written"] == 1
    assert ours["invoices_held_back"] == report["held_back"] == 1
    assert ours["gross_held_back_cents"] == 1_190
    assert ours["problems"] == 1
    assert ours["push"] > 0
    seen = Counter(one.service for one in space.box.world.requests)
    assert ours["requests_cobot"] == seen["cobot"]
    assert ours["requests_sevdesk"] == seen["sevdesk"]
    assert found["airflow.cobot_sevdesk.vouchers_created"] == 2
    assert set(ours) <= NAMES


def test_a_dry_run_counts_requests_only(spaces: Spaces, run_dag: RunDag, told: Told) -> None:
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("100.00")])
    run_dag(dry_run=True)
    ours = {name.rsplit(".", 1)[1] for name in told() if "elbe-hub" in name}
    assert ours == {"requests_cobot", "requests_sevdesk"}


def test_repeated_requests_are_counted(spaces: Spaces, run_dag: RunDag, told: Told) -> None:
    space = spaces()
    space.box.world.faults.add("too_many", service="cobot", retry_after=0)
    run_dag()
    assert told()["airflow.cobot_sevdesk.elbe-hub.repeats_cobot"] == 1


def deployed(name: str) -> Any:
    return yaml.safe_load((ROOT / "deploy" / name).read_text("utf-8"))


def mappings() -> list[dict[str, Any]]:
    """How statsd_exporter names the metrics: the timers, then all others."""
    found: list[dict[str, Any]] = deployed("statsd-mapping.yaml")["mappings"]
    return found


def test_the_chart_names_metrics_alike() -> None:
    assert deployed("helm-values.yaml")["statsd"]["extraMappings"] == mappings()


def test_every_metric_is_documented_mapped_and_drawn_and_no_other() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)` ", page, re.MULTILINE)) == NAMES
    special = {one["match"].rsplit(".", 1)[1]: one["name"] for one in mappings()[:-1]}
    assert special.keys() == set(metrics.TIMERS)
    assert mappings()[-1]["name"] == "cobot_sevdesk_${2}"
    prometheus = {special.get(name, f"cobot_sevdesk_{name}") for name in NAMES}
    dashboard = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text("utf-8"))
    asked = " ".join(t["expr"] for panel in dashboard["panels"] for t in panel["targets"])
    drawn = set(re.findall(r"cobot_sevdesk_\w+", asked))
    assert {re.sub(r"_(sum|count)$", "", name) for name in drawn} <= prometheus
    assert {name for name in prometheus if "wait" not in name and "repeats" not in name} <= {
        re.sub(r"_(sum|count)$", "", name) for name in drawn
    }
