"""Base images made here, from Debian packages and PyPI, under the names that the files ask for.

They have the users, paths, variables and entrypoints that the Dockerfile and the compose files rely
on. Where Docker Hub cannot be reached, this is how both can be tried at all.
"""

import re
import shutil
import subprocess
from pathlib import Path
from string import Template
from typing import Any

import yaml

from tools import ROOT
from tools.image.engine import Engine, run

BASES = Path(__file__).resolve().parent / "bases"
RELEASE = "bookworm"
"""Debian's release of the official Airflow image; its Python is 3.11."""
DEBIAN = f"localhost/debian:{RELEASE}"
TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")


def make_debian(engine: Engine, certificate: Path) -> None:
    """The image that all others stand on; it trusts what this machine trusts, and `certificate`."""
    context = _context(engine, "debian")
    run(
        [
            *("mmdebstrap", "--variant=minbase", "--quiet", "--include=ca-certificates"),
            *(RELEASE, str(context / "debian.tar")),
        ],
        engine.environment,
        within=900,
    )
    own = TRUSTED.read_text() if TRUSTED.exists() else ""
    (context / "certificates.pem").write_text(own + certificate.read_text())
    engine.run("build", "--tag", DEBIAN, str(context))
    shutil.rmtree(context)


def make_stand_ins(engine: Engine, project: Path, uv: Path, released: str) -> list[str]:
    """Make what `project`'s Dockerfile and compose files name; returns the names.

    `released` is the day up to which packages count, as in the lock.
    """
    airflow = base_image(project / "Dockerfile")
    _make_airflow(engine, airflow, ROOT / ".venv" / "requirements.txt", uv, released)
    names = [airflow]
    for name in _images(project):
        kind = name.partition(":")[0]
        context = _context(engine, kind)
        engine.run("build", "--build-arg", f"DEBIAN={DEBIAN}", "--tag", _full(name), str(context))
        names.append(name)
    return names


def base_image(dockerfile: Path) -> str:
    """What the Dockerfile builds on by default."""
    lines = dockerfile.read_text("utf-8").splitlines()
    arguments = dict(re.findall(r"^ARG (\w+)=(\S+)$", "\n".join(lines), re.MULTILINE))
    return Template(arguments["BASE"]).substitute(arguments)


def _make_airflow(engine: Engine, name: str, constraints: Path, uv: Path, released: str) -> None:
    context = _context(engine, "airflow")
    shutil.copy(constraints, context / "constraints.txt")
    version = re.search(r":([\d.]+)", name)
    cache = subprocess.run([uv, "cache", "dir"], check=True, capture_output=True, text=True)
    engine.run(
        "build",
        *("--build-arg", f"DEBIAN={DEBIAN}"),
        *("--build-arg", f"AIRFLOW={version[1] if version else ''}"),
        *("--build-arg", f"RELEASED={released}"),
        *("--volume", f"{uv}:/usr/local/bin/uv:ro"),
        *("--volume", f"{cache.stdout.strip()}:/var/cache/uv"),
        *("--tag", _full(name)),
        str(context),
    )


def _images(project: Path) -> list[str]:
    """Images that the compose files take as they are, without the one that is built."""
    found: set[str] = set()
    for file in sorted(project.glob("compose*.yaml")):
        services: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))["services"]
        found |= {service["image"] for service in services.values() if "image" in service}
    return sorted(name for name in found if (BASES / name.partition(":")[0]).is_dir())


def _context(engine: Engine, kind: str) -> Path:
    context = engine.home / "tmp" / kind
    shutil.copytree(BASES / kind, context)
    return context


def _full(name: str) -> str:
    """The name as Docker Hub's: what has no owner belongs to its library."""
    return f"docker.io/{name}" if "/" in name else f"docker.io/library/{name}"
