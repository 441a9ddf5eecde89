"""Every test has a folder for locks of its own."""

from pathlib import Path

import pytest

from cobot_sevdesk.sync.lock import FOLDER_VARIABLE


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of lock files, as several machines might share it."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path
