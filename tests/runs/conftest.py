"""Running whole DAGs in this process, through Airflow's own task runner."""

import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.server import SandboxServer
from support.spaces import LIVE_TOKEN
from tools.dag_runs import DagRunner
from tools.stack import AirflowStack

ROOT = Path(__file__).resolve().parents[2]
BY_FORM = "browser"
IN_PICTURES = "elbe-hub"
"""Shown in the pictures of the docs."""
LIVE_SPACES = (
    "repair",
    "idle",
    "skipped",
    "stays",
    "failed",
    "alone-push",
    "alone-vali",
    "backfill",
    "clean",
    BY_FORM,
    IN_PICTURES,
)


@pytest.fixture(scope="session")
def airflow_db() -> None:
    """A migrated database in the test session's own Airflow home."""
    from airflow.utils import db

    db.initdb()
    logging.getLogger("airflow").setLevel(logging.ERROR)


@pytest.fixture
def run_dag(airflow_db: None) -> DagRunner:  # noqa: ARG001  its effect is what counts
    """Run a space's DAG by hand at a moment, or with parameters; waits for its end."""
    return DagRunner(ROOT / "dags")


@pytest.fixture(scope="session")
def live() -> Iterator[SandboxServer]:
    """A sandbox of its own with these spaces."""
    with SandboxServer() as servers:
        for slug in LIVE_SPACES:
            servers.world.add_tenant(f"{LIVE_TOKEN}-{slug}")
            servers.world.add_space(
                slug, token=f"cobot-{slug}", sevdesk_token=f"{LIVE_TOKEN}-{slug}"
            )
        yield servers


@pytest.fixture(scope="session")
def airflow(
    live: SandboxServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AirflowStack]:
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
    for slug in LIVE_SPACES:
        text = f"sync_from: 2026-01-01\ncobot: {{subdomain: {slug}}}\n"
        (folder / f"{slug}.yaml").write_text(text)
        if slug == BY_FORM:
            continue  # a person adds its connections in the UI
        extra = {"api2_base_url": live.cobot_url, "v1_base_url": live.v1_url(slug)}
        cobot = {"conn_type": "http", "password": f"cobot-{slug}", "extra": extra}
        sevdesk = {
            "conn_type": "http",
            "password": f"{LIVE_TOKEN}-{slug}",
            "host": live.sevdesk_url,
        }
        environment[f"AIRFLOW_CONN_COBOT_{slug.upper()}"] = json.dumps(cobot)
        environment[f"AIRFLOW_CONN_SEVDESK_{slug.upper()}"] = json.dumps(sevdesk)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with AirflowStack(home, port, environment) as stack:
        yield stack
