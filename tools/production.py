"""compose.yaml's services as processes of this machine: PostgreSQL from a wheel, Debian's Redis.

Everything that is started here is ended by its pid.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools import ROOT, make_secrets
from tools.airflow_api import AirflowApi
from tools.compose_here import Place, Process, read_processes
from tools.stack import HOST, PASSWORD, USER, end, own_database, wait_for

IN_THE_IMAGE = ("dags", "include", "plugins")
"""What the Dockerfile copies."""
LOCAL, CELERY = "LocalExecutor", "CeleryExecutor"
FILES = {LOCAL: ("compose.yaml",), CELERY: ("compose.yaml", "compose.celery.yaml")}
WORKERS = 2
MIGRATES_WITHIN = 300
STARTS_WITHIN = 120
"""Seconds."""


class Production:
    """The running services; each may be killed and started again."""

    def __init__(self, processes: list[Process], place: Place, database: int) -> None:
        self._processes = {one.name: one for process in processes for one in _scaled(process)}
        self._place = place
        self._database = database
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def pids(self) -> dict[str, int]:
        """The first process of each service, and of the database; what it started are children."""
        return {name: one.pid for name, one in self._running.items()} | {"postgres": self._database}

    @property
    def names(self) -> list[str]:
        """The services that run for good."""
        return [name for name in self._processes if name != "migrate"]

    def once(self, name: str) -> None:
        """Run a service to its end."""
        self.start(name)
        if self._running.pop(name).wait(timeout=MIGRATES_WITHIN):
            raise SystemExit(f"{name} failed; see {self._place.home}/{name}.log")

    def start(self, name: str) -> None:
        """Start a service as compose would."""
        with (self._place.home / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [_airflow(), *self._processes[name].arguments],
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
            **self._processes[name].environment,
        }

    def airflow(self, *arguments: str) -> None:
        """Run Airflow's command line beside the services, to its end."""
        subprocess.run(
            [_airflow(), *arguments],
            env=self.environment("scheduler"),
            check=True,
            capture_output=True,
        )

    def add_connections(self, connections: Mapping[str, str]) -> None:
        """Into the database, encrypted with the key of all services.

        `connections` are environment variables as Airflow reads them, with JSON.
        """
        prefix = "AIRFLOW_CONN_"
        found = {
            name.removeprefix(prefix).lower(): json.loads(value)
            for name, value in connections.items()
        }
        file = self._place.home / "connections.json"
        file.write_text(json.dumps(found))
        self.airflow("connections", "import", str(file))
        file.unlink()

    def kill(self, name: str) -> None:
        """End a service and all it started at once, as a crash of its machine would."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """End everything."""
        for process in self._running.values():
            end(process)

    def wait_until_well(self) -> list[str]:
        """Return once every health check of the compose files agrees; returns whose.

        Raises:
            TimeoutError: one does not agree in time.
        """
        checked = [name for name in self.names if self._processes[name].health_check]
        deadline = time.monotonic() + STARTS_WITHIN
        for name in checked:
            while subprocess.run(
                self._processes[name].health_check,
                env=self.environment(name),
                check=False,
                capture_output=True,
            ).returncode:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the health check of {name} fails")
        return checked

    def wait_until_up(self) -> None:
        """Return when the API server answers."""
        wait_for(f"{self._place.url}/api/v2/version", self._running["api-server"])


@contextmanager
def production(
    home: Path, executor: str, prepare: Callable[[Path], None] = lambda _: None
) -> Iterator[tuple[Production, AirflowApi]]:
    """Everything of the compose files, up; ended afterwards.

    `prepare` may change the folder of space files before anything starts.
    """
    # Whoever ends the script ends the services too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for folder in IN_THE_IMAGE:
        shutil.copytree(ROOT / folder, home / folder)
    prepare(home / "include" / "space_configs")
    (home / "locks").mkdir()
    secrets = home / "secrets"
    make_secrets.write_all(secrets)
    with ExitStack() as opened:
        database = opened.enter_context(own_database())
        password = (secrets / "postgres_password").read_text()
        database.psql(f"CREATE ROLE airflow LOGIN PASSWORD '{password}';")
        database.psql("CREATE DATABASE airflow OWNER airflow;")
        socket_folder = Path(str(database.get_postmaster_info().socket_dir))
        redis = opened.enter_context(_redis(home, secrets)) if executor == CELERY else None
        place = Place(home, secrets, socket_folder, f"http://{HOST}:{free_port()}", redis)
        services = Production(
            read_processes([ROOT / name for name in FILES[executor]], place),
            place,
            int(database.get_postmaster_info().pid),
        )
        passwords = home / "simple_auth_manager_passwords.json.generated"
        passwords.write_text(json.dumps({USER: PASSWORD}))
        opened.callback(services.end)
        services.once("migrate")
        for name in services.names:
            services.start(name)
        services.wait_until_up()
        api = AirflowApi(place.url)
        api.log_in(USER, PASSWORD)
        yield services, api


@contextmanager
def _redis(home: Path, secrets: Path) -> Iterator[str]:
    """Debian's Redis, in memory only; yields host and port."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise SystemExit("redis-server is needed: apt-get install redis-server")
    port = str(free_port())
    settings = f"requirepass {(secrets / 'redis_password').read_text()}\n"
    process = subprocess.Popen(
        [binary, "-", "--port", port, "--bind", HOST, "--save", "", "--dir", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101  for mypy: it is a pipe
    # Not as an argument: those can be seen by everybody on the machine.
    process.stdin.write(settings.encode())
    process.stdin.close()
    try:
        _wait_for_port(int(port))
        yield f"{HOST}:{port}"
    finally:
        end(process)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _scaled(process: Process) -> Iterator[Process]:
    """Workers come more than once; compose names their hosts, here the names differ."""
    if process.name != "worker":
        yield process
        return
    for number in range(1, WORKERS + 1):
        name = f"worker-{number}"
        named = ["--celery-hostname", f"{name}@%h"]
        yield Process(name, [*process.arguments, *named], process.environment)


def _airflow() -> str:
    return str(Path(sys.executable).parent / "airflow")
