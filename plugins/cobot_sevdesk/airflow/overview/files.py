"""Files that the API server reads for the overview: those of spaces, and reports about them.

An API server without the space files (they come with a versioned bundle, say) shows what Airflow
knows. What an address names is compared with the names that reports have; it never becomes part of
a path otherwise.
"""

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from airflow.sdk import ObjectStoragePath

from cobot_sevdesk.airflow.reconciliation_files import CONTENT_TYPES, find_report_name, reports_of
from cobot_sevdesk.config import (
    DAG_PREFIX,
    BrokenConfig,
    SpaceConfig,
    configs_folder,
    load_space_configs,
)
from cobot_sevdesk.domain.catalogue import Language

MOST_LISTED = 60
"""Reports of one space, five years of months."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)

Space = SpaceConfig | BrokenConfig
Spaces = Mapping[str, Space]
"""By DAG id."""


def space_files() -> Spaces:
    """Every space file that is there now; read anew when one of them has changed."""
    folder = configs_folder()
    return _read(folder, _signature(folder))


@lru_cache(maxsize=1)
def _read(folder: Path, _: object) -> Spaces:
    return {one.dag_id: one for one in load_space_configs(folder)}


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes whenever a file of the folder does."""
    try:
        with os.scandir(folder) as entries:
            states = [(entry.name, entry.stat()) for entry in entries]
    except OSError:
        return ()
    return tuple(sorted((name, state.st_mtime_ns, state.st_size) for name, state in states))


def language_of(space: Space | None) -> Language:
    """The language of a space; English where its file is not there or wrong."""
    return space.language if isinstance(space, SpaceConfig) else "en"


def zone_of(space: Space | None) -> str:
    """The time zone of a space; the usual one where its file is not there or wrong."""
    return space.timezone if isinstance(space, SpaceConfig) else "Europe/Berlin"


def list_reports(slug: str) -> dict[str, Any]:
    """The reports about a space, newest first; `is_unreadable` where this server may not look."""
    try:
        folder = _folder(slug)
        names = [path.name for path in folder.iterdir()] if folder and folder.is_dir() else []
    except Exception:  # noqa: BLE001  whatever a provider of object storage raises
        return {"reports": [], "is_unreadable": True}
    found = [name for name in map(find_report_name, names) if name is not None]
    found.sort(key=lambda one: one.made, reverse=True)
    return {
        "reports": [
            {
                "name": one.name,
                "start": one.start.isoformat(),
                "last": one.last.isoformat(),
                "made": one.made.isoformat(),
            }
            for one in found[:MOST_LISTED]
        ],
        "is_unreadable": False,
    }


def find_file(slug: str, report: str, name: str) -> bytes | None:
    """A file of a report; `None` where there is no such one."""
    if find_report_name(report) is None or name not in CONTENT_TYPES:
        return None
    try:
        folder = _folder(slug)
        if folder is None or not _is_inside(folder / report / name, folder):
            return None
        content: bytes = (folder / report / name).read_bytes()
    except Exception:  # noqa: BLE001  whatever a provider of object storage raises
        return None
    return content


def _folder(slug: str) -> ObjectStoragePath | None:
    """The folder of a space's reports; `None` where no space may be called that."""
    if _SLUG.fullmatch(slug) is None:
        return None
    space = space_files().get(f"{DAG_PREFIX}{slug}")
    chosen = space.reconciliation.reports if isinstance(space, SpaceConfig) else None
    return reports_of(slug, chosen)


def _is_inside(file: ObjectStoragePath, folder: ObjectStoragePath) -> bool:
    """Whether a file lies where it seems to: a link on a disk may lead elsewhere."""
    if folder.protocol not in {"file", "local", ""}:
        return True
    return Path(file.path).resolve().is_relative_to(Path(folder.path).resolve())
