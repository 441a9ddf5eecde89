"""One stack of the compose files, from its start to the books after every container was killed."""

import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox.server import SandboxServer
from tools.airflow_api import AirflowApi, finished
from tools.demo import DAYS, compare
from tools.image.compose import Compose
from tools.image.front import NAME, front_doors
from tools.sandbox_env import SPACES, connections

BETWEEN_CRASHES = 20
ENDS_WITHIN = 1200
"""Seconds; a task whose process was killed is noticed after some minutes."""
WORKERS = 2
DAGS = {f"cobot_sevdesk_{kind}{slug}" for kind in ("", "reconcile_") for slug in SPACES} | {
    "cobot_sevdesk_preflight"
}


class NotAsMeantError(Exception):
    """Something that must hold does not."""


class Checks:
    """Says what holds, and how many minutes it is into the run."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def step(self, text: str) -> None:
        """Tell how far it is."""
        print(f"[{(time.monotonic() - self._began) / 60:5.1f} min]  {text}", flush=True)

    def hold(self, condition: object, text: str) -> None:
        """Tell that something holds.

        Raises:
            NotAsMeantError: it does not.
        """
        if not condition:
            raise NotAsMeantError(f"does not hold: {text}")
        self.step(f"ok: {text}")


def try_stack(compose: Compose, certificate: Path, checks: Checks) -> None:
    """Start, look, run, kill, compare, replace; then remove it with its volumes."""
    with SandboxServer(world="demo") as box:
        api = _start(compose, checks)
        _look(api, compose, checks)
        ports = [_port(url) for url in (box.cobot_url, box.sevdesk_url)]
        with front_doors(compose.network_address, ports, certificate) as doors:
            _connect(api, doors, checks)
            _run_and_crash(api, box, compose, checks)
            _compare(api, box, checks)
            _look_at_files(api, compose, checks)
            runs = _count_runs(api)
            compose.stop(with_volumes=False)
            api = _start(compose, checks)
            checks.hold(
                _count_runs(api) == runs, f"new containers know the {runs} runs of the old ones"
            )
            _compare(api, box, checks)
    compose.stop(with_volumes=True)


def _start(compose: Compose, checks: Checks) -> AirflowApi:
    began = time.monotonic()
    compose.start(**({"worker": WORKERS} if compose.has("worker") else {}))
    well = compose.wait_until_well()
    checks.step(
        f"ok: health checks green after {time.monotonic() - began:.0f} s: {', '.join(well)}"
    )
    return _logged_in(compose)


def _logged_in(compose: Compose) -> AirflowApi:
    """With the password that Airflow wrote into its log, as operators find it."""
    (server,) = compose.containers("api-server")
    found = re.findall(r"Password for user 'admin': (\S+)", compose.log(server))
    if not found:
        raise NotAsMeantError("the log of the API server names no password")
    api = AirflowApi(compose.url)
    api.log_in("admin", found[-1])
    return api


def _look(api: AirflowApi, compose: Compose, checks: Checks) -> None:
    deadline = time.monotonic() + 120
    while (dags := {one["dag_id"] for one in api.call("GET", "/dags")["dags"]}) < DAGS:
        if time.monotonic() > deadline:
            break
        time.sleep(2)
    checks.hold(dags == DAGS, f"{len(DAGS)} DAGs and no others")
    errors = api.call("GET", "/importErrors")["import_errors"]
    checks.hold(not errors, f"no import error of a DAG file {errors or ''}")
    errors = api.call("GET", "/plugins/importErrors")["import_errors"]
    checks.hold(not errors, f"no import error of a plugin {errors or ''}")
    names = [one["name"] for one in api.call("GET", "/plugins")["plugins"]]
    checks.hold(names.count("cobot_sevdesk") == 1, "the overview is there, once")
    types = compose.inside("scheduler", "airflow", "providers", "hooks", "--output", "json")
    known = {one["connection_type"] for one in json.loads(types[types.index("[{") :])}
    checks.hold({"cobot", "sevdesk"} <= known, "both connection types are known")


def _connect(api: AirflowApi, doors: list[int], checks: Checks) -> None:
    cobot, sevdesk = (f"https://{NAME}:{port}" for port in doors)
    tested = []
    for variable, value in connections(cobot, f"{sevdesk}/api/v1").items():
        body = json.loads(value)
        # As fast as on this machine itself; the pace has tests of its own.
        extra = json.dumps({**body.get("extra", {}), "requests_per_minute": 0})
        connection = variable.removeprefix("AIRFLOW_CONN_").lower()
        body |= {"connection_id": connection, "extra": extra}
        api.call("POST", "/connections", body)
        tested.append(api.call("POST", "/connections/test", body))
    checks.hold(all(one["status"] for one in tested), f"{len(tested)} connections answer by TLS")


def _run_and_crash(api: AirflowApi, box: SandboxServer, compose: Compose, checks: Checks) -> None:
    runs = []
    for slug in SPACES:
        dag = f"cobot_sevdesk_{slug}"
        runs += [(dag, api.trigger(dag, from_date=day, to_date=day)) for day in DAYS]
        api.call("PATCH", f"/dags/{dag}", {"is_paused": False})
    # The first crash should meet a run that is booking.
    deadline = time.monotonic() + ENDS_WITHIN
    while not _writes(box) and time.monotonic() < deadline:
        time.sleep(0.5)
    for container in compose.containers():
        began = time.monotonic()
        compose.crash(container)
        seconds = time.monotonic() - began
        checks.step(f"{container} killed after {_writes(box)} writes; back after {seconds:.0f} s")
        time.sleep(BETWEEN_CRASHES)
    compose.wait_until_well()
    states = [finished(api, dag, run, within=ENDS_WITHIN) for dag, run in runs]
    checks.step(
        f"{len(states)} runs ended, {states.count('success')} green, the rest with red tasks"
    )


def _compare(api: AirflowApi, box: SandboxServer, checks: Checks) -> None:
    """Look at all days once more: nothing was left to do, and both sides hold the same."""
    before = _writes(box)
    for slug in SPACES:
        dag = f"cobot_sevdesk_{slug}"
        run = api.trigger(dag, from_date=DAYS[0], to_date=DAYS[-1])
        finished(api, dag, run, within=ENDS_WITHIN)
        report = _returned(api, dag, run, "report")
        told = {
            key: report[key] for key in ("invoices_found", "already_booked", "booked", "held_back")
        }
        checks.hold(report["already_booked"] and not report["booked"], f"{slug}: {told}")
    checks.hold(_writes(box) == before, "a last run over all days wrote nothing")
    checks.hold(compare(box.world), "the books agree")


def _look_at_files(api: AirflowApi, compose: Compose, checks: Checks) -> None:
    """Volumes can be written by those who write, and read by those who read."""
    dag = f"cobot_sevdesk_reconcile_{SPACES[0]}"
    run = api.trigger(dag, from_date=DAYS[0], to_date=DAYS[-1])
    api.call("PATCH", f"/dags/{dag}", {"is_paused": False})
    finished(api, dag, run, within=ENDS_WITHIN)
    reports = compose.inside("api-server", "find", "/opt/airflow/reports", "-type", "f").split()
    checks.hold(reports, f"the reconciliation left {len(reports)} files for all to read")
    log = api.call("GET", f"/dags/{dag}/dagRuns/{run}/taskInstances/reconcile/logs/1")
    checks.hold("difference" in json.dumps(log), "the page shows the task's log")


def _returned(api: AirflowApi, dag: str, run: str, task: str) -> Any:
    path = f"/dags/{dag}/dagRuns/{run}/taskInstances/{task}/xcomEntries/return_value"
    value = api.call("GET", f"{path}?deserialize=true")["value"]
    return json.loads(value) if isinstance(value, str) else value


def _count_runs(api: AirflowApi) -> int:
    return int(api.call("GET", "/dags/~/dagRuns?limit=1")["total_entries"])


def _writes(box: SandboxServer) -> int:
    return sum(seen.method != "GET" for seen in list(box.world.requests))


def _port(url: str) -> int:
    return int(urlsplit(url).port or 0)
