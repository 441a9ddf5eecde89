"""`make test-fresh`: the README's two commands on a machine that has nothing else.

Makes a bare Debian in a temporary folder, with the packages that the README names. In it a user who
is not root clones the last commit into a folder whose name has a blank, and runs the commands.

    make test-fresh                               Debian 12 and 13, `make demo` and `make test-unit`
    make test-fresh DEBIAN="trixie forky"         others
    make test-fresh DEBIAN="trixie --test test"   with all tests

Needs root (for chroot) and Debian's mmdebstrap; without them it says so and does nothing. The
package registries are those that this machine is set up with.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import ROOT

DEBIANS = ("bookworm", "trixie")
PACKAGES = "git,make,python3-venv"
"""What the README names."""
OLD_MIRROR = 'Acquire::Check-Valid-Until "false"'
"""A mirror that stands still will do; its signatures are checked all the same."""
USER = "ada"
FOLDER = "my projects/cobot sevdesk"
WITHIN = 3 * 3600
"""Seconds for one command."""
OF_REGISTRIES = ("PIP_", "UV_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy")
"""How the names of the variables begin that say how this machine reaches its registries."""
FILES = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/uv/uv.toml",
    "/etc/ssl/certs/ca-certificates.crt",
)
OWN_FILES = (".config/pip/pip.conf", ".config/uv/uv.toml", ".netrc")
IN_A_NAMESPACE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
"""What is mounted and started there ends with it."""


def main() -> int:
    """Try every Debian that is named; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make test-fresh")
    parser.add_argument("debian", nargs="*", default=DEBIANS)
    parser.add_argument("--test", default="test-unit", help="the second command")
    asked = parser.parse_args()
    if missing := list(what_is_missing()):
        print(f"make test-fresh skipped: {', '.join(missing)}")
        return 0
    for debian in asked.debian or DEBIANS:
        with tempfile.TemporaryDirectory(prefix="cobot-sevdesk-fresh-") as name:
            root = Path(name) / "root"
            took = timed(lambda: make_machine(root, debian))  # noqa: B023
            version = run_there(root, "python3 --version", told=True).strip()
            print(f"{debian}: bare, with {version}, in {took}", flush=True)
            for target in ("demo", asked.test):
                command = f"cd {shlex.quote(FOLDER)} && make {target}"
                took = timed(lambda: run_there(root, command))  # noqa: B023
                print(f"{debian}: make {target} ended well in {took}", flush=True)
    return 0


def what_is_missing() -> Iterator[str]:
    """What this machine lacks for it."""
    if os.geteuid():
        yield "it needs root"
    for program in ("mmdebstrap", "unshare", "chroot", "git"):
        if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
            yield f"it needs {program} (apt-get install mmdebstrap git)"


def make_machine(root: Path, debian: str) -> None:
    """A Debian with a user who owns a clone of the last commit and nothing else."""
    how = ("--quiet", "--variant=minbase", f"--include={PACKAGES}", f"--aptopt={OLD_MIRROR}")
    run("mmdebstrap", *how, debian, str(root))
    run("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", USER)
    home = root / "home" / USER
    pairs = [(Path(file), root / file.lstrip("/")) for file in FILES]
    pairs += [(Path.home() / file, home / file) for file in OWN_FILES]
    for here, there in pairs:
        if here.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(here, there)
    run("git", "-C", str(ROOT), "bundle", "create", "--quiet", str(home / "project"), "HEAD")
    run("chroot", str(root), "chown", "--recursive", f"{USER}:", f"/home/{USER}")
    run_there(root, f"git clone --quiet project {shlex.quote(FOLDER)}")


def run_there(root: Path, command: str, *, told: bool = False) -> str:
    """Run a command as the user of the machine; returns what it printed where that is wanted.

    Raises:
        SystemExit: it failed, or did not end.
    """
    mounts = f"mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev"
    enter = shlex.join(["chroot", f"--userspec={USER}:{USER}", str(root), "/bin/bash", "-c"])
    there = shlex.quote(f"cd /home/{USER} && {command}")
    kept = {name: text for name, text in os.environ.items() if name.startswith(OF_REGISTRIES)}
    environment = {
        **kept,
        "HOME": f"/home/{USER}",
        "USER": USER,
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    }
    process = subprocess.Popen(
        [*IN_A_NAMESPACE, "sh", "-c", f"{mounts} && exec {enter} {there}"],
        env=environment,
        stdout=subprocess.PIPE if told else None,
        text=True,
    )
    try:
        printed, _ = process.communicate(timeout=WITHIN)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise SystemExit(f"failed with {process.returncode}: {command}")
    return printed or ""


def run(*command: str) -> None:
    """Run a command of this machine.

    Raises:
        CalledProcessError: it failed.
    """
    subprocess.run(command, check=True, timeout=WITHIN)


def timed(act: Callable[[], object]) -> str:
    """Call something; returns the minutes and seconds that it took."""
    began = time.monotonic()
    act()
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    return f"{minutes}:{seconds:02} minutes"


if __name__ == "__main__":
    sys.exit(main())
