"""Podman with storage, networks and settings of its own, below one folder that can go."""

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = f"cobot-sevdesk-test-{os.getpid()}"
"""With this begin the names of all containers, volumes and networks of one run."""
NEEDED = {
    "podman": "podman",
    "runc": "runc",
    "mmdebstrap": "mmdebstrap",
    "iptables": "iptables",
}
"""Programs, and the Debian packages that bring them."""
NAMES = (Path("/usr/lib/cni/dnsname"), Path("/usr/lib/podman/aardvark-dns"))
"""One of them lets containers find each other by name; the second is the newer one."""
MOST_FILES, MOST_PROCESSES = 65536, 32768


class Engine:
    """Runs Podman; nothing that it makes is seen by another Podman of this machine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._interfaces = _bridges()
        self.driver = "overlay"
        self.environment = {
            **os.environ,
            "CONTAINERS_CONF": str(home / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(home / "storage.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(home / "registries.conf"),
            # The default format knows no health checks.
            "BUILDAH_FORMAT": "docker",
            "TMPDIR": str(home / "tmp"),
        }
        for folder in ("tmp", "networks", "storage", "run"):
            (home / folder).mkdir()
        (home / "containers.conf").write_text(_CONTAINERS.format(home=home, **_limits()))
        (home / "registries.conf").write_text(_REGISTRIES)
        self._choose_storage()

    def run(self, *arguments: str, within: float = 1800) -> str:
        """What a Podman command prints.

        Raises:
            CommandError: it fails; with the end of what it said.
        """
        return run(["podman", *arguments], self.environment, within=within)

    def succeeds(self, *arguments: str) -> bool:
        """Whether a Podman command ends well."""
        try:
            self.run(*arguments)
        except CommandError:
            return False
        return True

    def end(self) -> None:
        """Remove every container and network that was made here, and what they left mounted."""
        self.succeeds("rm", "--all", "--force", "--time", "0")
        self.succeeds("network", "prune", "--force")
        # Addresses that were given out, by the plugins' own list.
        for folder in Path("/var/lib/cni/networks").glob(f"{PROJECT}_*"):
            shutil.rmtree(folder, ignore_errors=True)
        for bridge in _bridges() - self._interfaces:
            subprocess.run(["ip", "link", "delete", bridge], check=False, capture_output=True)
        for mounted in reversed(_mounts_below(self.home)):
            subprocess.run(["umount", "--lazy", mounted], check=False, capture_output=True)

    def _choose_storage(self) -> None:
        """Layers on top of each other; whole copies where the kernel or the disk cannot do that."""
        for driver in ("overlay", "vfs"):
            self.driver = driver
            (self.home / "storage.conf").write_text(_STORAGE.format(home=self.home, driver=driver))
            if self.succeeds("info"):
                return


class CommandError(Exception):
    """A command failed; the text is the end of what it said."""


def run(command: list[str], environment: dict[str, str], *, within: float) -> str:
    """What a command prints.

    Raises:
        CommandError: it fails, or does not end within `within` seconds.
    """
    try:
        done = subprocess.run(
            command, env=environment, check=False, capture_output=True, text=True, timeout=within
        )
    except subprocess.TimeoutExpired:
        raise CommandError(f"{' '.join(command[:3])} did not end in {within:.0f} seconds") from None
    if done.returncode:
        said = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}".strip()
        raise CommandError(f"{' '.join(command)} failed:\n{said}")
    return done.stdout


def why_not() -> str | None:
    """Why no container can be run here; `None` where nothing is known to be missing."""
    if os.geteuid() != 0:
        return "containers with addresses of their own need root here; run it as root"
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if not any(file.exists() for file in NAMES):
        missing.append("golang-github-containernetworking-plugin-dnsname (Debian 13: aardvark-dns)")
    if missing:
        return f"missing here: {', '.join(missing)}; they are Debian packages"
    return None


@contextmanager
def own_engine() -> Iterator[Engine]:
    """An engine in a temporary folder; afterwards both are gone, however the block ends."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.default_int_handler)
    with TemporaryDirectory(prefix="cobot-sevdesk-image-", ignore_cleanup_errors=True) as name:
        engine = Engine(Path(name))
        try:
            yield engine
        finally:
            # Who presses Ctrl-C twice would leave containers behind.
            for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(sign, signal.SIG_IGN)
            engine.end()


def _limits() -> dict[str, int]:
    """Limits that the kernel lets us set; more than it allows and no container starts."""

    def allowed(kind: int, wanted: int) -> int:
        hard = resource.getrlimit(kind)[1]
        return wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)

    return {
        "files": allowed(resource.RLIMIT_NOFILE, MOST_FILES),
        "processes": allowed(resource.RLIMIT_NPROC, MOST_PROCESSES),
    }


def _bridges() -> set[str]:
    """Network bridges that some Podman of this machine made."""
    names = {path.name for path in Path("/sys/class/net").iterdir()}
    return {name for name in names if name.startswith(("cni-podman", "podman"))}


def _mounts_below(folder: Path) -> list[str]:
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [mounted for line in lines if (mounted := line.split()[1]).startswith(f"{folder}/")]


_CONTAINERS = """\
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "{home}/run/libpod"
[network]
network_config_dir = "{home}/networks"
"""
_STORAGE = """\
[storage]
driver = "{driver}"
graphroot = "{home}/storage"
runroot = "{home}/run"
"""
# Short names are Docker Hub's, as with Docker. Nothing is pulled: the stand-ins are meant.
_REGISTRIES = """\
unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"
[[registry]]
prefix = "docker.io"
location = "docker.io"
blocked = true
"""
