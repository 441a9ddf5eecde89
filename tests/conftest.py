"""Fixtures: the sandbox, a space that lives in it, and running whole DAGs against it.

Airflow reads its settings when it is imported first, so its home is set here, before that.
"""

import atexit
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(tempfile.mkdtemp(prefix="cobot-sevdesk-airflow-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# A test session that is told to end takes down what it started; while Airflow runs a DAG in this
# process, it keeps the signal to itself.
signal.signal(signal.SIGTERM, signal.default_int_handler)

os.environ.update(
    AIRFLOW_HOME=str(HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
    AIRFLOW__CORE__PLUGINS_FOLDER=str(ROOT / "plugins"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{HOME}/airflow.db",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
    # Test processes beside each other use the same names of spaces.
    COBOT_SEVDESK_LOCKS=str(HOME),
)

if TYPE_CHECKING:
    from sandbox.server import SandboxServer
    from support.spaces import SpaceFiles


settings.register_profile("quick", deadline=None, max_examples=25)
settings.register_profile("whole", deadline=None, max_examples=100)
settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Time tests of Airflow in a thread: Airflow resets the alarm clock, which costs less."""
    for item in items:
        if item.get_closest_marker("airflow") or item.get_closest_marker("scheduler"):
            given = item.get_closest_marker("timeout")
            limit = pytest.mark.timeout(*(given.args if given else ()), method="thread")
            item.add_marker(limit, append=False)


@pytest.fixture(scope="session")
def servers() -> Iterator["SandboxServer"]:
    """Both simulated services, for the whole test session."""
    # Tests that need no sandbox start without it, in half the time.
    from sandbox.server import SandboxServer

    with SandboxServer() as box:
        yield box


@pytest.fixture
def box(servers: "SandboxServer") -> "SandboxServer":
    """The sandbox with an empty world."""
    with servers.world.lock:
        servers.world.clear()
    # Ids of the sandbox repeat: what a writer of another test left is about other objects.
    for lock in HOME.glob("*.lock"):
        lock.unlink()
    return servers


@pytest.fixture
def spaces(
    box: "SandboxServer", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., "SpaceFiles"]:
    """Makes a space: in the sandbox, as a file, with its two connections in the environment."""
    from support.spaces import COBOT_TOKEN, SEVDESK_TOKEN, SpaceFiles

    folder = tmp_path / "spaces"
    folder.mkdir()
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))

    def make(
        slug: str = "elbe-hub", *, tenant: str = SEVDESK_TOKEN, **config: object
    ) -> SpaceFiles:
        token = f"{COBOT_TOKEN}-{slug}"
        space = box.world.add_space(slug, token=token, sevdesk_token=tenant)
        known = box.world.tenants.get(tenant) or box.world.add_tenant(tenant)
        cobot = {
            "conn_type": "cobot",
            "password": token,
            "extra": {"api2_base_url": box.cobot_url, "v1_base_url": box.v1_url(slug)},
        }
        sevdesk = {
            "conn_type": "sevdesk",
            "password": tenant,
            "host": box.sevdesk_url,
            "extra": {"settle_seconds": "0.1"},
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_COBOT_{slug.upper()}", json.dumps(cobot))
        monkeypatch.setenv(f"AIRFLOW_CONN_SEVDESK_{slug.upper()}", json.dumps(sevdesk))
        files = SpaceFiles(slug, folder, space, known, box)
        files.write(**config)
        return files

    return make
