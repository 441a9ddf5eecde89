"""`make up`: the sandbox with the whole Airflow to click around in, until Ctrl-C.

Ports: AIRFLOW_PORT (8080), COBOT_PORT (8701), SEVDESK_PORT (8702); this machine only.
The page of the sandbox leads through everything, and can do what people do in both services.
"""

import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from types import FrameType

from sandbox.around import Around
from sandbox.server import SandboxServer
from tools import ROOT
from tools.sandbox_env import (
    SPACE_FILES,
    SPACES,
    airflow_environment,
    connections,
    connections_of,
)
from tools.stack import HOST, PASSWORD, USER, AirflowStack, hurry

HOME = ROOT / ".airflow"
LOCK = ROOT / ".airflow.lock"
RUNNING = "running.json"
"""In `HOME`: the URL of the running instance, and the environment of its Airflow."""
PORTS = {"AIRFLOW_PORT": 8080, "COBOT_PORT": 8701, "SEVDESK_PORT": 8702}


def main() -> int:
    """Start everything, wait for Ctrl-C (or SIGTERM), end everything; returns the exit status."""
    asked = {name: os.environ.get(name) or str(usual) for name, usual in PORTS.items()}
    if wrong := [name for name, port in asked.items() if not port.isdecimal()]:
        say(
            *(f"{name}={asked[name]}: a port is a number, such as {PORTS[name]}." for name in wrong)
        )
        return 1
    ports = {name: int(port) for name, port in asked.items()}
    with alone(HOME, LOCK) as is_alone:
        if not is_alone:
            say(f"It runs already: {running_url(HOME)}\nCtrl-C in its terminal ends it.")
            return 1
        if taken := find_taken(ports):
            say(*(f"Port {ports[one]} is taken; {one}=... names another." for one in taken))
            say(f"Such as: {taken[0]}={ports[taken[0]] + 1000} make up")
            return 1
        end_on_signals()
        with suppress(KeyboardInterrupt):
            run(ports)
    say("Everything ended.")
    return 0


def run(ports: dict[str, int]) -> None:
    """Everything, until it is interrupted."""
    # The sandbox forgets everything when it ends; an Airflow that remembers would contradict it.
    shutil.rmtree(HOME, ignore_errors=True)
    say("Starting; a minute on a quick machine. Ctrl-C ends everything.")
    # A folder of its own: the page of the sandbox writes there.
    files = Path(shutil.copytree(SPACE_FILES, HOME / "spaces"))
    with SandboxServer(
        cobot_port=ports["COBOT_PORT"], sevdesk_port=ports["SEVDESK_PORT"], world="demo"
    ) as box:
        say("  the sandbox answers")
        environment = {
            **airflow_environment(HOME),
            **connections(box.cobot_url, box.sevdesk_url),
            "COBOT_SEVDESK_SPACE_CONFIGS": str(files),
        }
        with AirflowStack(HOME, ports["AIRFLOW_PORT"], environment, tell=say) as airflow:
            try:
                leave_running(HOME, airflow)
                box.world.around = around(box, airflow, files)
                say(
                    f"\nAirflow   {airflow.url}   login {USER} / {PASSWORD}",
                    f"Sandbox   {box.page_url}   both sides, and a tour of ten minutes",
                    f"Logs      {HOME.name}/standalone.log",
                    "\nCtrl-C ends everything.",
                )
                airflow.wait()
            finally:
                say("\nEnding Airflow, its database and the sandbox ...")


def around(box: SandboxServer, airflow: AirflowStack, files: Path) -> Around:
    """What the page of the sandbox leads to and writes to; triggers the sample spaces' January."""

    def connect(slug: str, cobot: str, sevdesk: str) -> None:
        urls = box.cobot_url, box.sevdesk_url
        for id_, fields in connections_of(slug, cobot, sevdesk, urls).items():
            airflow.add_connection(id_, fields)

    runs = {
        slug: airflow.trigger(f"cobot_sevdesk_{slug}", from_date="2026-01-01", to_date="2026-01-09")
        for slug in SPACES
    }
    return Around(airflow.url, runs, files, may_write=True, connect=connect)


@contextmanager
def alone(home: Path, lock: Path) -> Iterator[bool]:
    """Whether no other instance runs in this folder; while it lasts none can start."""
    with lock.open("w") as held:
        try:
            flock(held, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            (home / RUNNING).unlink(missing_ok=True)


def find_taken(ports: dict[str, int]) -> list[str]:
    """The variables of the ports that cannot be listened on; two may not be the same."""
    taken = []
    for name, port in ports.items():
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, port))
                tried.listen()
            except (OSError, OverflowError):
                taken.append(name)
                continue
        if list(ports.values()).index(port) < list(ports).index(name):
            taken.append(name)
    return taken


def leave_running(home: Path, airflow: AirflowStack) -> None:
    """Leave for `make airflow` how the running instance is spoken to; only we may read it."""
    ours = {
        name: value
        for name, value in airflow.environment.items()
        if name.startswith(("AIRFLOW", "COBOT_SEVDESK"))
    }
    file = home / RUNNING
    file.touch(mode=0o600)
    file.write_text(json.dumps({"url": airflow.url, "environment": ours}), "utf-8")


def running_url(home: Path) -> str:
    """Where the running instance is found; while it starts, that it does."""
    try:
        return str(json.loads((home / RUNNING).read_text("utf-8"))["url"])
    except (OSError, ValueError):
        return "it is just starting, or ending"


def end_on_signals() -> None:
    """The first Ctrl-C ends everything in order; a second one ends the same things at once."""
    asked = []

    def end(sign: int, frame: FrameType | None) -> None:  # noqa: ARG001  as Python calls it
        asked.append(sign)
        if len(asked) == 1:
            raise KeyboardInterrupt
        hurry.set()
        say("Ending at once ...")

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, end)


def say(*lines: str) -> None:
    """Print lines that are seen at once."""
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
