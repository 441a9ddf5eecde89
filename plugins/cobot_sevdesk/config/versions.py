"""Which configuration is in force: its checksum, and the changes of its file as git tells them."""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cobot_sevdesk.config.models import SpaceConfig

LONGEST_WAIT = 20
"""Seconds for git to answer."""
_FORMAT = "%ad%x1f%h%x1f%an%x1f%s"


@dataclass(frozen=True)
class Change:
    """One change of a space file; `day` as `27.11.2026`."""

    day: str
    commit: str
    author: str
    why: str


def config_version(config: SpaceConfig) -> str:
    """Twelve characters that change whenever anything in the space file does."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:12]


def find_changes(file: Path) -> list[Change] | None:
    """The changes of a file, newest first; `None` where no git knows it.

    What is not committed yet comes first, without commit and author.
    """
    told = _git(file, "log", "--follow", f"--format={_FORMAT}", "--date=format:%d.%m.%Y")
    if not told:
        return None
    changes = [Change(*line.split("\x1f", 3)) for line in told.splitlines()]
    if _git(file, "status", "--porcelain"):
        return [
            Change("noch offen", "", "", "Änderungen, die noch nicht eingetragen sind"),
            *changes,
        ]
    return changes


def _git(file: Path, *arguments: str) -> str | None:
    """What git says about a file; `None` where there is no git, or no repository."""
    program = shutil.which("git")
    if program is None:
        return None
    command = [program, "-C", str(file.parent), *arguments, "--", file.name]
    try:
        done = subprocess.run(  # noqa: S603  our own words and the name of a file
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
