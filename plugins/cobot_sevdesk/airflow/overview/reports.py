"""The reports of reconciliations, as the overview lists and serves them.

What an address names is compared with the names that reports have; it never becomes part of a path
otherwise.
"""

import re
from pathlib import Path
from typing import Any

from airflow.sdk import ObjectStoragePath

from cobot_sevdesk.airflow.overview.files import FILES
from cobot_sevdesk.airflow.reports import CONTENT_TYPES, find_report_name, reports_of
from cobot_sevdesk.config import DAG_PREFIX, SpaceConfig

MOST_LISTED = 60
"""Reports of one space, five years of months."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)


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
    space = FILES.by_dag_id().get(f"{DAG_PREFIX}{slug}")
    chosen = space.reconciliation.reports if isinstance(space, SpaceConfig) else None
    return reports_of(slug, chosen)


def _is_inside(file: ObjectStoragePath, folder: ObjectStoragePath) -> bool:
    """Whether a file lies where it seems to: a link on a disk may lead elsewhere."""
    if folder.protocol not in {"file", "local", ""}:
        return True
    return Path(file.path).resolve().is_relative_to(Path(folder.path).resolve())
