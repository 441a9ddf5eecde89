"""`make up-production`: compose.yaml's processes on this machine, each killed once while runs go.

With the commands and the environment of compose.yaml, and of compose.celery.yaml where
`EXECUTOR=CeleryExecutor` is given; both services simulated. Exit status 0 if afterwards nothing
is lost and nothing is doubled.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from sandbox.server import SandboxServer
from tools.airflow_api import AirflowApi, finished
from tools.demo import DAYS, compare
from tools.production import LOCAL, production
from tools.sandbox_env import SPACE_FILES, SPACES, connections

BETWEEN_KILLS = 20
WITHIN = 1200
"""Seconds; a task whose worker was killed is noticed after some minutes."""


def main(executor: str = LOCAL) -> int:
    """Start, run, kill, compare; returns the exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="cobot-sevdesk-production-") as name,
        SandboxServer(world="demo") as box,
        production(Path(name), executor, take_sample_spaces) as (services, api),
    ):
        services.add_connections(connections(box.cobot_url, box.sevdesk_url))
        print("Up: " + ", ".join(services.names), flush=True)
        print("Health checks agree: " + ", ".join(services.wait_until_well()), flush=True)
        runs = trigger_all(api)
        for one in services.names:
            time.sleep(BETWEEN_KILLS)
            services.kill(one)
            services.start(one)
            print(f"{one} killed and started again", flush=True)
        services.wait_until_up()
        states = [finished(api, dag, run, within=WITHIN) for dag, run in runs]
        print(f"{len(states)} runs ended: {states.count('success')} green, the rest with red tasks")
        before = len(writes(box))
        last = [(dag, api.trigger(dag, **whole_month())) for dag in {dag for dag, _ in runs}]
        for dag, run in last:
            finished(api, dag, run, within=WITHIN)
        more = len(writes(box)) - before
        print(f"A last run over all days wrote {more} times\n")
        return 0 if compare(box.world) and not more else 1


def take_sample_spaces(folder: Path) -> None:
    """Make the space files of this folder those of the sandbox."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SPACE_FILES, folder)


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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
