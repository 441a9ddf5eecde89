"""The space files as the API server sees them, read anew when one of them has changed.

An API server without the files (they come with a versioned bundle, say) shows what Airflow knows.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from time import monotonic

from cobot_sevdesk.config import BrokenConfig, SpaceConfig, configs_folder, load_space_configs

LOOKED_AT_FOR = 3.0
"""Seconds after which the folder is looked at again."""

USUAL_ZONE = "Europe/Berlin"
"""Of a space whose file is not there or wrong."""

Signature = tuple[tuple[str, int, int], ...]


class SpaceFiles:
    """The spaces of a folder by DAG id; several threads may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: tuple[Path, Signature] | None = None
        self._looked = -LOOKED_AT_FOR
        self._spaces: Mapping[str, SpaceConfig | BrokenConfig] = {}

    def by_dag_id(self) -> Mapping[str, SpaceConfig | BrokenConfig]:
        """Every space file that is there now; at most three seconds old."""
        with self._lock:
            folder = configs_folder()
            is_known = self._read is not None and self._read[0] == folder
            if not is_known or monotonic() - self._looked > LOOKED_AT_FOR:
                signature = _signature(folder)
                if self._read != (folder, signature):
                    self._spaces = {one.dag_id: one for one in load_space_configs(folder)}
                    self._read = (folder, signature)
                self._looked = monotonic()
            return self._spaces


FILES = SpaceFiles()


def _signature(folder: Path) -> Signature:
    """What changes whenever a file of the folder does."""
    try:
        with os.scandir(folder) as entries:
            states = [(entry.name, entry.stat()) for entry in entries]
    except OSError:
        return ()
    return tuple(sorted((name, state.st_mtime_ns, state.st_size) for name, state in states))
