"""With a real scheduler: repair and clear as the UI does, backfill beside the schedule."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cobot_space import CobotSpace, line
from sandbox.server import SandboxServer
from sandbox.world import tenant_ledger
from stack import AirflowStack

ROOT = Path(__file__).resolve().parents[2]
SLUGS = ("repair", "backfill", "clean")
TOKEN = "5e7de5c0ffee"

pytestmark = [pytest.mark.scheduler, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def box() -> Iterator[SandboxServer]:
    """A sandbox of its own with three spaces."""
    with SandboxServer() as servers:
        for slug in SLUGS:
            servers.world.add_tenant(f"{TOKEN}-{slug}")
            servers.world.add_space(slug, token=f"cobot-{slug}", sevdesk_token=f"{TOKEN}-{slug}")
        yield servers


@pytest.fixture(scope="module")
def airflow(box: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirflowStack]:
    """The whole Airflow over these spaces."""
    home = tmp_path_factory.mktemp("airflow")
    folder = tmp_path_factory.mktemp("spaces")
    environment = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "COBOT_SEVDESK_SPACE_CONFIGS": str(folder),
    }
    for slug in SLUGS:
        text = f"sync_from: 2026-01-01\ncobot: {{subdomain: {slug}}}\n"
        (folder / f"{slug}.yaml").write_text(text)
        extra = {"api2_base_url": box.cobot_url, "v1_base_url": box.v1_url(slug)}
        cobot = {"conn_type": "http", "password": f"cobot-{slug}", "extra": extra}
        sevdesk = {"conn_type": "http", "password": f"{TOKEN}-{slug}", "host": box.sevdesk_url}
        environment[f"AIRFLOW_CONN_COBOT_{slug.upper()}"] = json.dumps(cobot)
        environment[f"AIRFLOW_CONN_SEVDESK_{slug.upper()}"] = json.dumps(sevdesk)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with AirflowStack(home, port, environment) as stack:
        yield stack


def finished(airflow: AirflowStack, dag_id: str, run_id: str) -> str:
    """The final state of a run."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        state = airflow.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
        if state in {"success", "failed"}:
            return str(state)
        time.sleep(0.5)
    pytest.fail(f"{dag_id} {run_id} did not end")


def boxes(airflow: AirflowStack, dag_id: str, run_id: str) -> list[dict[str, Any]]:
    """The red (or green) boxes of a run."""
    path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100"
    found = airflow.call("GET", path)["task_instances"]
    return [ti for ti in found if ti["task_id"] == "needs_attention" and ti["map_index"] >= 0]


def books(box: SandboxServer, slug: str) -> list[tuple[Any, ...]]:
    """What a space's sevDesk holds, without ids."""
    ledger = tenant_ledger(box.world.tenants[f"{TOKEN}-{slug}"])
    return sorted(
        (
            v["description"].split(" [")[0],
            v["sumGross"],
            "supplier" in v and v["supplier"] is not None,
            tuple(v["tags"]),
            v.get("document") is not None,
        )
        for v in ledger["vouchers"]
    )


def january(space: CobotSpace) -> None:
    """Thirty days with an invoice each, three members."""
    members = [
        space.sign_up(f"Person {n}", confirmed=f"2026-01-{n:02}", member_id=f"{space.subdomain}{n}")
        for n in (2, 9, 16)
    ]
    for day in range(1, 31):
        debtor = ("memberships", members[day % 3])
        space.add_invoice(
            f"2026-01-{day:02}", [line(f"{day}.00")], debtor=debtor, number=f"N-{day:02}"
        )


def test_a_cleared_box_turns_green_once_its_cause_is_gone(
    box: SandboxServer, airflow: AirflowStack
) -> None:
    space, dag_id = box.world.spaces["repair"], "cobot_sevdesk_repair"
    wrong = space.add_invoice("2026-01-05", [line("10.00", code="Podcast")])
    space.add_invoice("2026-01-05", [line("20.00")])
    run_id = airflow.trigger(dag_id, from_date="2026-01-01", to_date="2026-01-31")
    assert finished(airflow, dag_id, run_id) == "failed"
    (red,) = boxes(airflow, dag_id, run_id)
    assert red["rendered_map_index"] == "CS-202 No booking account for accounting code Podcast"
    assert len(books(box, "repair")) == 1

    space.edit_invoice(wrong, items=[line("10.00")])
    clear = {
        "dry_run": False,
        "dag_run_id": run_id,
        "task_ids": [["needs_attention", red["map_index"]]],
        "only_failed": True,
        "include_downstream": False,
    }
    airflow.call("POST", f"/dags/{dag_id}/clearTaskInstances", clear)

    assert finished(airflow, dag_id, run_id) == "success"
    assert [one["state"] for one in boxes(airflow, dag_id, run_id)] == ["success"]
    assert len(books(box, "repair")) == 2


def test_a_backfill_beside_schedule_and_hand_leaves_the_books_of_one_clean_pass(
    box: SandboxServer, airflow: AirflowStack
) -> None:
    for slug in ("backfill", "clean"):
        january(box.world.spaces[slug])
    by_hand = airflow.trigger(
        "cobot_sevdesk_backfill", from_date="2026-01-01", to_date="2026-01-31"
    )
    clean = airflow.trigger("cobot_sevdesk_clean", from_date="2026-01-01", to_date="2026-01-31")
    dates = ["--from-date", "2026-01-01", "--to-date", "2026-01-30"]
    created = subprocess.run(
        [
            str(Path(sys.executable).parent / "airflow"),
            *("backfill", "create", "--dag-id", "cobot_sevdesk_backfill", *dates),
            *("--max-active-runs", "3"),
        ],
        env={**os.environ, **airflow.environment},
        check=False,
        capture_output=True,
        text=True,
    )
    assert created.returncode == 0, created.stderr[-3000:]
    assert finished(airflow, "cobot_sevdesk_clean", clean) == "success"
    assert finished(airflow, "cobot_sevdesk_backfill", by_hand) == "success"
    runs: list[dict[str, Any]] = []
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline:
        path = "/dags/cobot_sevdesk_backfill/dagRuns?limit=100"
        runs = airflow.call("GET", path)["dag_runs"]
        if sum(r["run_type"] == "backfill" for r in runs) >= 29 and all(
            r["state"] in {"success", "failed"} for r in runs
        ):
            break
        time.sleep(2)

    assert {run["state"] for run in runs} == {"success"}
    assert len(books(box, "backfill")) == 30
    assert books(box, "backfill") == books(box, "clean")
    contacts = box.world.tenants[f"{TOKEN}-backfill"].tables["Contact"]
    assert len(contacts) == 3
