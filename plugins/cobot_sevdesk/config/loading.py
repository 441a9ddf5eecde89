"""Reading space files: every file becomes a space or a broken one that says what is wrong.

Nothing here raises: one broken file must neither hide nor break another space.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cobot_sevdesk.config.models import SpaceConfig
from cobot_sevdesk.config.yaml_text import YAML_ERRORS, parse_yaml
from cobot_sevdesk.errors import ConfigError

FOLDER_VARIABLE = "COBOT_SEVDESK_SPACE_CONFIGS"
DAG_PREFIX = "cobot_sevdesk_"
RECONCILE_PREFIX = "cobot_sevdesk_reconcile_"
RESERVED = frozenset({"preflight"})
"""Slugs whose DAG id another DAG of this package has."""
BROKEN_TASK = "space_file_is_wrong"
LARGEST_FILE = 256 * 1024
"""Bytes; a space file has two kilobytes."""
LONGEST_VALUE = 80
"""Characters of a wrong value that are repeated."""
LONGEST_SLUG = 200
"""Characters; Airflow allows 250 for a DAG id."""
_beside: list[Path] = []
"""The folder of `use_folder_beside`, once there is one."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class BrokenConfig:
    """A space file that cannot be used, with everything that is wrong with it."""

    slug: str
    file: str
    problems: tuple[str, ...]

    @property
    def dag_id(self) -> str:
        """The id of the DAG that stays visible as one red task."""
        odd = re.sub(r"[^A-Za-z0-9_.-]", "_", self.slug)[:LONGEST_SLUG] or "_"
        # Ids that other DAGs of this package have or may have.
        taken = odd in RESERVED or odd.startswith("reconcile_")
        return f"{DAG_PREFIX}{odd}{'_' if taken else ''}"


def use_folder_beside(dag_file: str) -> None:
    """Take the space files that came with a DAG file: `include/space_configs` beside it or above.

    So a versioned bundle (git) brings its own: Airflow reads the DAG file of a version before it
    runs a task of it.
    """
    folders = [parent / "include" / "space_configs" for parent in Path(dag_file).parents[:2]]
    _beside[:] = [folder for folder in folders if folder.is_dir()][:1]


def configs_folder() -> Path:
    """The folder of the space files; the environment variable replaces the usual one."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen)
    if _beside:
        return _beside[0]
    in_project = Path(__file__).resolve().parents[3] / "include" / "space_configs"
    if in_project.is_dir():
        return in_project
    # Installed as a package: beside Airflow's own folders.
    home = os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow"
    return Path(home) / "include" / "space_configs"


def load_space_configs(folder: Path | None = None) -> list[SpaceConfig | BrokenConfig]:
    """Every space file of the folder, sorted by file name; never raises."""
    loaded = [_load(path) for path in _files(folder or configs_folder())]
    return _without_clashes(loaded)


def load_space_config(slug: str, folder: Path | None = None) -> SpaceConfig:
    """The space with this slug; reads its file only, so that a task does not pay for the others.

    Raises:
        ConfigError: there is no such file, or it is wrong.
    """
    folder = folder or configs_folder()
    paths = [path for ending in _ENDINGS if (path := folder / f"{slug}{ending}").is_file()]
    found = _without_clashes([_load(path) for path in paths])
    if not found:
        raise ConfigError([f"{slug}.yaml: no such file in the folder of the space files"])
    if isinstance(found[0], BrokenConfig):
        raise ConfigError(list(found[0].problems))
    return found[0]


def load_space_configs_for(
    dag_id: str | None, task_id: str | None, *, prefix: str
) -> list[SpaceConfig | BrokenConfig]:
    """The spaces whose DAGs are wanted: all, or the one whose task is about to start.

    A task that starts does not pay for the other spaces. A broken file's only task reads all,
    since its file may be wrong only beside another one.
    """
    if dag_id is None or task_id == BROKEN_TASK:
        return load_space_configs()
    if not dag_id.startswith(prefix):
        return []
    try:
        return [load_space_config(dag_id.removeprefix(prefix))]
    except ConfigError:
        return load_space_configs()


def other_sevdesk_connections(config: SpaceConfig, folder: Path | None = None) -> frozenset[str]:
    """The sevDesk connections of all other spaces; reads every file."""
    return frozenset(
        other.sevdesk_connection
        for other in load_space_configs(folder)
        if isinstance(other, SpaceConfig) and other.slug != config.slug
    )


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(p for p in folder.iterdir() if p.suffix in _ENDINGS and p.is_file())
    except OSError:
        return


@dataclass(frozen=True)
class _Loaded:
    file: str
    space: SpaceConfig | BrokenConfig
    subdomain: str | None

    @property
    def space_id(self) -> str | None:
        """The id of the space where the file states it."""
        return None if isinstance(self.space, BrokenConfig) else self.space.cobot.space_id


def _name(path: Path) -> str:
    """The file's name, fit to be shown even where its bytes are no UTF-8."""
    return path.name.encode("utf-8", "replace").decode()


def _load(path: Path) -> _Loaded:
    slug = Path(_name(path)).stem
    problems: list[str] = []
    if slug in RESERVED:
        problems.append(f"{_name(path)}: this name is taken by the DAG of the same name")
    if len(slug) > LONGEST_SLUG:
        problems.append(f"{_name(path)[:LONGEST_VALUE]}…: longer than {LONGEST_SLUG} characters")
    if not _SLUG.fullmatch(slug):
        problems.append(
            f"{_name(path)}: a file name is made of a-z, 0-9 and -, "
            "and begins with a letter or digit"
        )
    content = _read(path)
    if isinstance(content, str):
        return _Loaded(_name(path), BrokenConfig(slug, _name(path), (*problems, content)), None)
    subdomain = _subdomain(content)
    try:
        space = SpaceConfig.model_validate({**content, "slug": slug})
    except ValidationError as error:
        problems += [_in_words(_name(path), detail) for detail in error.errors()]
    if "slug" in content:
        problems.append(f"{_name(path)}: slug: unknown key (the file name is the slug)")
    if problems:
        return _Loaded(_name(path), BrokenConfig(slug, _name(path), tuple(problems)), subdomain)
    return _Loaded(_name(path), space, subdomain)


def _read(path: Path) -> Mapping[str, Any] | str:
    """The content of a file, or what is wrong with it."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return f"{_name(path)}: larger than {LARGEST_FILE // 1024} kB"
        text = path.read_text("utf-8")
        content = parse_yaml(text)
    except UnicodeDecodeError as error:
        return f"{_name(path)}: not UTF-8 at byte {error.start}"
    except OSError as error:
        return f"{_name(path)}: cannot be read: {error.strerror}"
    except YAML_ERRORS as error:
        return f"{_name(path)}: no valid YAML: {' '.join(str(error).split())[:300]}"
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        return f"{_name(path)}: expected keys and values, such as `sync_from: 2026-01-01`"
    return content


def _subdomain(content: Mapping[str, Any]) -> str | None:
    cobot = content.get("cobot")
    subdomain = cobot.get("subdomain") if isinstance(cobot, dict) else None
    return subdomain if isinstance(subdomain, str) else None


def _without_clashes(loaded: list[_Loaded]) -> list[SpaceConfig | BrokenConfig]:
    """Two files of one space are both wrong: nobody can know which one is meant."""
    by_slug: dict[str, list[str]] = defaultdict(list)
    by_subdomain: dict[str, list[str]] = defaultdict(list)
    by_space_id: dict[str, list[str]] = defaultdict(list)
    by_dag_id: dict[str, list[str]] = defaultdict(list)
    for one in loaded:
        by_slug[one.space.slug].append(one.file)
        by_dag_id[one.space.dag_id].append(one.file)
        if one.subdomain:
            by_subdomain[one.subdomain].append(one.file)
        if one.space_id:
            by_space_id[one.space_id].append(one.file)
    result: list[SpaceConfig | BrokenConfig] = []
    for one in loaded:
        problems = [
            f"{one.file}: stands beside {other}; keep one of them"
            for other in by_slug[one.space.slug]
            if other != one.file
        ]
        problems += [
            f"{one.file}: cobot.subdomain: {one.subdomain} is named in {other} as well"
            for other in by_subdomain.get(one.subdomain or "", [])
            if other != one.file and other not in by_slug[one.space.slug]
        ]
        problems += [
            f"{one.file}: cobot.space_id: {one.space_id} is named in {other} as well"
            for other in by_space_id.get(one.space_id or "", [])
            if other != one.file
        ]
        result.append(_broken(one, problems) if problems else one.space)
    return _once_per_dag_id(result)


def _broken(one: _Loaded, problems: list[str]) -> BrokenConfig:
    known = one.space.problems if isinstance(one.space, BrokenConfig) else ()
    return BrokenConfig(one.space.slug, one.file, (*known, *problems))


def _once_per_dag_id(
    spaces: list[SpaceConfig | BrokenConfig],
) -> list[SpaceConfig | BrokenConfig]:
    """`x.yml` and `x.yaml` share one DAG: their problems are shown together."""
    merged: dict[str, SpaceConfig | BrokenConfig] = {}
    for space in spaces:
        known = merged.get(space.dag_id)
        if known is None:
            merged[space.dag_id] = space
            continue
        told = [p for s in (known, space) if isinstance(s, BrokenConfig) for p in s.problems]
        files = ", ".join(s.file for s in (known, space) if isinstance(s, BrokenConfig))
        merged[space.dag_id] = BrokenConfig(known.slug, files, tuple(told))
    return list(merged.values())


def _in_words(file: str, detail: ErrorDetails) -> str:
    """One problem: file, field, what was found and what was expected."""
    field = ".".join(str(part) for part in detail["loc"] if part != "[key]") or "file"
    kind, message = detail["type"], detail["msg"]
    if kind == "missing":
        return f"{file}: {field}: required, but missing"
    if kind == "extra_forbidden":
        return f"{file}: {field}: unknown key"
    message = message.removeprefix("Value error, ").removeprefix("Input should be ")
    if field == "file":
        return f"{file}: {message}"
    found = repr(detail["input"])[:LONGEST_VALUE]
    message = message if len(message) <= 2 * LONGEST_VALUE else f"{message[:LONGEST_VALUE]}…"
    return f"{file}: {field}: expected {message}, found {found}"
