"""`make up`: the sandbox with the whole Airflow to click around in, until Ctrl-C.

Ports: AIRFLOW_PORT (8080), COBOT_PORT (8701), SEVDESK_PORT (8702); this machine only.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "include"), str(ROOT / "scripts")]

from sandbox_env import SPACES, airflow_environment, connections  # noqa: E402

HOME = ROOT / ".airflow"
HOST = "127.0.0.1"
USER = PASSWORD = "admin"
STARTS_IN = 120


def main() -> int:
    """Start everything, wait for Ctrl-C (or SIGTERM), end everything."""
    ports = {n: os.environ.get(f"{n}_PORT", d) for n, d in _DEFAULTS.items()}
    environment = _environment(ports)
    HOME.mkdir(exist_ok=True)
    (HOME / "simple_auth_manager_passwords.json.generated").write_text(json.dumps({USER: PASSWORD}))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(_sandbox(ports, environment))
        processes.append(_airflow(environment))
        url = f"http://{HOST}:{ports['AIRFLOW']}"
        _wait_for(f"{url}/api/v2/version", processes)
        _first_runs(url)
        print(
            f"\nAirflow   {url}   login {USER} / {PASSWORD}\n"
            f"Sandbox   http://{HOST}:{ports['COBOT']}/_sandbox   both sides at a glance\n"
            f"Logs      {HOME.name}/standalone.log\n\nCtrl-C ends everything.",
            flush=True,
        )
        processes[-1].wait()
    except KeyboardInterrupt:
        print("\nEnding ...", flush=True)
    finally:
        for process in reversed(processes):
            _end(process)
    return 0


_DEFAULTS = {"AIRFLOW": "8080", "COBOT": "8701", "SEVDESK": "8702"}


def _environment(ports: dict[str, str]) -> dict[str, str]:
    url = f"http://{HOST}:{ports['AIRFLOW']}"
    return {
        **os.environ,
        **airflow_environment(HOME),
        **connections(
            f"http://{HOST}:{ports['COBOT']}", f"http://{HOST}:{ports['SEVDESK']}/api/v1"
        ),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "include"),
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": ports["AIRFLOW"],
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "10",
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
    }


def _sandbox(ports: dict[str, str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    arguments = ["--cobot-port", ports["COBOT"], "--sevdesk-port", ports["SEVDESK"]]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    _wait_for(f"http://{HOST}:{ports['COBOT']}/health", [process])
    return process


def _airflow(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    print("Starting Airflow, about half a minute ...", flush=True)
    with (HOME / "standalone.log").open("wb") as log:
        return subprocess.Popen(
            [str(Path(sys.executable).parent / "airflow"), "standalone"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _first_runs(url: str) -> None:
    """Something to look at: the sample spaces' January, triggered as a person would."""
    token = _post(f"{url}/auth/token", {"username": USER, "password": PASSWORD})["access_token"]
    conf = {"from_date": "2026-01-01", "to_date": "2026-01-09"}
    deadline = time.monotonic() + STARTS_IN
    waiting = list(SPACES)
    while waiting and time.monotonic() < deadline:
        path = f"{url}/api/v2/dags/cobot_sevdesk_{waiting[0]}/dagRuns"
        try:
            _post(path, {"logical_date": None, "conf": conf}, token)
            waiting.pop(0)
        except OSError:
            time.sleep(1)


def _post(url: str, body: dict[str, Any], token: str | None = None) -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310  loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  loopback
        return json.load(answer)


def _wait_for(url: str, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + STARTS_IN
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            raise SystemExit("a process ended at once; is a port taken? See the logs above.")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  loopback
                return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"{url} did not answer in {STARTS_IN} seconds")


def _end(process: subprocess.Popen[bytes]) -> None:
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


if __name__ == "__main__":
    sys.exit(main())
