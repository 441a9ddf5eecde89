"""`make up`: the sandbox with the whole Airflow to click around in, until Ctrl-C.

Ports: AIRFLOW_PORT (8080), COBOT_PORT (8701), SEVDESK_PORT (8702); this machine only.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "include"), str(ROOT / "scripts")]

from sandbox.server import SandboxServer  # noqa: E402  found by the path above
from sandbox_env import SPACES, airflow_environment, connections  # noqa: E402
from stack import PASSWORD, USER, AirflowStack  # noqa: E402

HOME = ROOT / ".airflow"


def main() -> int:
    """Start everything, wait for Ctrl-C (or SIGTERM), end everything."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    # The sandbox forgets everything when it ends; an Airflow that remembers would contradict it.
    shutil.rmtree(HOME, ignore_errors=True)
    print("Starting Airflow, about half a minute ...", flush=True)
    try:
        with (
            SandboxServer(
                cobot_port=_port("COBOT", 8701), sevdesk_port=_port("SEVDESK", 8702), world="demo"
            ) as box,
            AirflowStack(
                HOME,
                _port("AIRFLOW", 8080),
                {**airflow_environment(HOME), **connections(box.cobot_url, box.sevdesk_url)},
            ) as airflow,
        ):
            for slug in SPACES:
                # Something to look at: the sample spaces' January, as a person would trigger it.
                airflow.trigger(
                    f"cobot_sevdesk_{slug}", from_date="2026-01-01", to_date="2026-01-09"
                )
            print(
                f"\nAirflow   {airflow.url}   login {USER} / {PASSWORD}\n"
                f"Sandbox   {box.page_url}   both sides at a glance\n"
                f"Logs      {HOME.name}/standalone.log\n\nCtrl-C ends everything.",
                flush=True,
            )
            airflow.wait()
    except KeyboardInterrupt:
        print("\nEverything ended.", flush=True)
    return 0


def _port(name: str, usual: int) -> int:
    return int(os.environ.get(f"{name}_PORT", usual))


if __name__ == "__main__":
    sys.exit(main())
