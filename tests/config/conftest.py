"""A folder of space files, and short ways to fill and read it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_sevdesk.config import BrokenConfig, SpaceConfig, load_space_configs

REQUIRED = "sync_from: 2026-01-01\ncobot: {{subdomain: {}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of space files."""
    made = tmp_path / "spaces"
    made.mkdir()
    return made


@pytest.fixture
def put(folder: Path) -> Callable[..., Path]:
    """Writes a file; `more` joins what is required, `text` replaces it."""

    def write(name: str, more: str = "", *, text: str | bytes | None = None) -> Path:
        content = REQUIRED.format(Path(name).stem) + more if text is None else text
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


@pytest.fixture
def space(folder: Path, put: Callable[..., Path]) -> Callable[..., SpaceConfig]:
    """Writes elbe-hub.yaml, which must be fine, and reads it."""

    def read(more: str = "", *, text: str | bytes | None = None) -> SpaceConfig:
        put("elbe-hub.yaml", more, text=text)
        (found,) = load_space_configs(folder)
        assert isinstance(found, SpaceConfig), found
        return found

    return read


@pytest.fixture
def problems(folder: Path, put: Callable[..., Path]) -> Callable[..., tuple[str, ...]]:
    """Writes elbe-hub.yaml, which must be wrong, and says what is wrong with it."""

    def read(more: str = "", *, text: str | bytes | None = None) -> tuple[str, ...]:
        put("elbe-hub.yaml", more, text=text)
        (found,) = load_space_configs(folder)
        assert isinstance(found, BrokenConfig), found
        assert all(problem.startswith("elbe-hub.yaml: ") for problem in found.problems)
        return found.problems

    return read
