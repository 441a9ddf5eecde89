"""`make airflow ARGS="..."`: Airflow's command line, for what `make up` started."""

import json
import os
import shlex
import subprocess
import sys

from tools.up import HOME, LOCK, RUNNING, alone


def main(arguments: str) -> int:
    """Run the command; returns its exit status, 1 where nothing runs or nothing was asked."""
    with alone(HOME, LOCK) as is_alone:
        nothing_runs = is_alone
    if nothing_runs:
        print("Nothing runs here; start it with: make up")
        return 1
    try:
        running = json.loads((HOME / RUNNING).read_text("utf-8"))
    except (OSError, ValueError):
        print("It is just starting; try again when `make up` shows its address.")
        return 1
    if not arguments.strip():
        print(f'Airflow runs at {running["url"]}. Such as: make airflow ARGS="dags list"')
        return 1
    command = [sys.executable, "-m", "airflow", *shlex.split(arguments)]
    environment = {**os.environ, **running["environment"]}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    # From the environment, where `make` leaves it: a shell would take its quotes.
    sys.exit(main(os.environ.get("ARGS", "")))
