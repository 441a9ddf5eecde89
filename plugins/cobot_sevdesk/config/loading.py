"""Reading space files: every file becomes a space or a broken one that says what is wrong.

One broken file must neither hide nor break another space: reading a folder never raises.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cobot_sevdesk.config.models import IN_WORDS, SpaceConfig
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
LONGEST_NAME_SHOWN = 80
LONGEST_VALUE = 80
"""Characters of a wrong value that are repeated."""
LONGEST_MESSAGE = 300
LONGEST_SLUG = 200
"""Characters; Airflow allows 250 for a DAG id."""
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


def configs_folder(beside: str | None = None) -> Path:
    """The folder of the space files.

    The environment variable names it. Else it is `include/space_configs` beside the DAG file
    `beside`, or above it, so that a versioned bundle (git) brings its own. Without either it is the
    one of this repository, or that of Airflow's home.
    """
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen)
    roots = [] if beside is None else list(Path(beside).parents[:2])
    roots.append(Path(__file__).resolve().parents[3])
    folders = [root / "include" / "space_configs" for root in roots]
    home = os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow"
    usual = Path(home) / "include" / "space_configs"
    return next((folder for folder in folders if folder.is_dir()), usual)


def load_space_configs(folder: Path | None = None) -> list[SpaceConfig | BrokenConfig]:
    """Every space file of the folder, sorted by file name; never raises."""
    folder = folder or configs_folder()
    return _compared([_load(folder / name) for name in _names(folder)])


def load_space_config(slug: str, folder: Path | None = None) -> SpaceConfig:
    """The space with this slug; of other files it reads only those that may clash with it.

    Raises:
        ConfigError: there is no such file, it is wrong, or another one is about the same space.
    """
    folder = folder or configs_folder()
    names = _names(folder)
    read = [name for ending in _ENDINGS if (name := slug + ending) in names]
    own = [_load(folder / name) for name in read]
    if not own:
        raise ConfigError([f"{slug}.yaml: no such file in the folder of the space files"])
    ids = {id_ for one in own for id_ in (one.subdomain, one.space_id) if id_}
    others = [name for name in names if name not in read and _may_name(f"{folder}/{name}", ids)]
    # Its own file comes first.
    space = _compared([*own, *(_load(folder / name) for name in others)])[0]
    if isinstance(space, BrokenConfig):
        raise ConfigError(list(space.problems))
    return space


def load_space_configs_for(
    dag_id: str | None, task_id: str | None, *, prefix: str, folder: Path | None = None
) -> list[SpaceConfig | BrokenConfig]:
    """The spaces whose DAGs are wanted: all, or the one whose task is about to start.

    A task that starts does not pay for the other spaces. A broken file's only task reads all,
    since its file may be wrong only beside another one.
    """
    if dag_id is None or task_id == BROKEN_TASK:
        return load_space_configs(folder)
    if not dag_id.startswith(prefix):
        return []
    try:
        return [load_space_config(dag_id.removeprefix(prefix), folder)]
    except ConfigError:
        return load_space_configs(folder)


def other_sevdesk_connections(config: SpaceConfig, folder: Path | None = None) -> frozenset[str]:
    """The sevDesk connections of all other spaces; reads every file."""
    return frozenset(
        other.sevdesk_connection
        for other in load_space_configs(folder)
        if isinstance(other, SpaceConfig) and other.slug != config.slug
    )


@dataclass(frozen=True)
class _File:
    """A space file that was read; the two ids are those it states, wrong or not."""

    file: str
    space: SpaceConfig | BrokenConfig
    subdomain: str | None = None
    space_id: str | None = None


def _names(folder: Path) -> list[str]:
    """The names of the space files, sorted; none where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in entries if e.name.endswith(_ENDINGS) and e.is_file())
    except OSError:
        return []


def _name(path: Path) -> str:
    """The file's name, fit to be shown even where its bytes are no UTF-8."""
    return path.name.encode("utf-8", "replace").decode()


def _load(path: Path) -> _File:
    file = _name(path)
    slug = Path(file).stem
    problems = [f"{file[:LONGEST_NAME_SHOWN]}: {problem}" for problem in _name_problems(slug)]
    content = _read(path)
    if isinstance(content, str):
        return _File(file, BrokenConfig(slug, file, (*problems, f"{file}: {content}")))
    subdomain, space_id = _stated_id(content, "subdomain"), _stated_id(content, "space_id")
    space: SpaceConfig | None = None
    try:
        space = SpaceConfig.model_validate({**content, "slug": slug})
    except ValidationError as error:
        problems += [f"{file}: {problem}" for problem in in_words(error)]
    if "slug" in content:
        problems.append(f"{file}: slug: unknown key (the file name is the slug)")
    if space is None or problems:
        return _File(file, BrokenConfig(slug, file, tuple(problems)), subdomain, space_id)
    return _File(file, space, subdomain, space_id)


def _name_problems(slug: str) -> list[str]:
    problems = []
    if slug in RESERVED:
        problems.append("this name is taken by the DAG of the same name")
    if len(slug) > LONGEST_SLUG:
        problems.append(f"the name is longer than {LONGEST_SLUG} characters")
    if not _SLUG.fullmatch(slug):
        better = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[:LONGEST_NAME_SHOWN]
        example = f"; such as {better}.yaml" if better else ""
        problems.append(
            "a file name is made of a-z, 0-9 and -, and begins with a letter or digit" + example
        )
    return problems


def _read(path: Path) -> Mapping[str, Any] | str:
    """The content of a file, or what is wrong with it."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return f"larger than {LARGEST_FILE // 1024} kB"
        content = parse_yaml(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start}"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except YAML_ERRORS as error:
        return f"no valid YAML: {' '.join(str(error).split())[:LONGEST_MESSAGE]}"
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        return "expected keys and values, such as `sync_from: 2026-01-01`"
    return content


def _stated_id(content: Mapping[str, Any], key: str) -> str | None:
    """An id as it compares: a subdomain is one host, however it is written."""
    cobot = content.get("cobot")
    stated = cobot.get(key) if isinstance(cobot, dict) else None
    return stated.strip().lower() if isinstance(stated, str) else None


def _may_name(path: str, ids: Iterable[str]) -> bool:
    """Whether a file may state one of these ids; parsing it tells.

    Searching is much faster than parsing, and `os.read` three times as fast as a file object: each
    task that starts searches all files. What is written with escapes cannot be searched for.
    """
    try:
        file = os.open(path, os.O_RDONLY)
        try:
            text = os.read(file, LARGEST_FILE).lower()
        finally:
            os.close(file)
    except OSError:
        return False
    return b"\\" in text or any(
        id_.encode() in text
        and re.search(rb"(?<![\w-])%s(?![\w-])" % re.escape(id_.encode()), text)
        for id_ in ids
    )


def _compared(files: list[_File]) -> list[SpaceConfig | BrokenConfig]:
    """The spaces of the files; broken where two are about one space: which one is meant?"""
    clashes: dict[str, list[str]] = defaultdict(list)
    for one, other in _pairs(files, lambda one: one.space.slug):
        clashes[one.file].append(f"stands beside {other.file}; keep one of them")
    for key, id_of in _IDS.items():
        for one, other in _pairs(files, id_of):
            if one.space.slug != other.space.slug:
                named = f"{id_of(one)} is named in {other.file} as well"
                clashes[one.file].append(f"cobot.{key}: {named}")
    return _once_per_dag_id(_with_problems(one, clashes[one.file]) for one in files)


_IDS: Mapping[str, Callable[[_File], str | None]] = {
    "subdomain": lambda one: one.subdomain,
    "space_id": lambda one: one.space_id,
}


def _pairs(
    files: Iterable[_File], id_of: Callable[[_File], str | None]
) -> Iterator[tuple[_File, _File]]:
    """Each two files that have the same id, both ways round."""
    of_id: dict[str, list[_File]] = defaultdict(list)
    for one in files:
        if id_ := id_of(one):
            of_id[id_].append(one)
    for same in of_id.values():
        yield from permutations(same, 2)


def _with_problems(one: _File, problems: Iterable[str]) -> SpaceConfig | BrokenConfig:
    more = tuple(f"{one.file}: {problem}" for problem in problems)
    if not more:
        return one.space
    known = one.space.problems if isinstance(one.space, BrokenConfig) else ()
    return BrokenConfig(one.space.slug, one.file, (*known, *more))


def _once_per_dag_id(
    spaces: Iterable[SpaceConfig | BrokenConfig],
) -> list[SpaceConfig | BrokenConfig]:
    """`x.yml` and `x.yaml` share one DAG: their problems are shown together."""
    by_id: dict[str, SpaceConfig | BrokenConfig] = {}
    for space in spaces:
        known = by_id.setdefault(space.dag_id, space)
        if known is space or not isinstance(space, BrokenConfig):
            continue
        if isinstance(known, SpaceConfig):
            by_id[space.dag_id] = space
            continue
        files, problems = f"{known.file}, {space.file}", (*known.problems, *space.problems)
        by_id[space.dag_id] = replace(known, file=files, problems=problems)
    return list(by_id.values())


def in_words(error: ValidationError) -> list[str]:
    """One sentence for each problem, with its field."""
    return [_in_words(detail) for detail in error.errors()]


def _in_words(detail: ErrorDetails) -> str:
    # Parts in brackets are pydantic's own: `[key]`, or which kind of value was taken for meant.
    loc = [str(part) for part in detail["loc"] if not str(part).startswith("[")]
    field, kind = ".".join(loc) or "file", detail["type"]
    if kind == "missing":
        return f"{field}: required, but missing"
    if kind == "extra_forbidden":
        meant = _meant(loc)
        return f"{field}: unknown key" + (f"; did you mean {meant}?" if meant else "")
    expected = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if kind == "string_pattern_mismatch":
        expected = IN_WORDS.get(detail["ctx"]["pattern"], expected)
    if kind == "bool_type":
        or_period = ", or the dates `from` and `until`" if "[flag]" in detail["loc"] else ""
        expected = f"true or false{or_period}"
    if field == "file":
        return f"{field}: {expected}"
    if len(expected) > 2 * LONGEST_VALUE:
        expected = f"{expected[:LONGEST_VALUE]}…"
    return f"{field}: expected {expected}, found {repr(detail['input'])[:LONGEST_VALUE]}"


def _meant(loc: list[str]) -> str | None:
    """The key that an unknown one resembles: beside it, or else of this name in another place."""
    # Indexes of lists are no keys.
    *above, key = [part for part in loc if not part.isdecimal()]
    beside = [path[-1] for path in _keys() if list(path[:-1]) == above]
    if close := get_close_matches(key, beside, n=1):
        return close[0]
    elsewhere = {path[-1]: path for path in _keys()}
    found = get_close_matches(key, elsewhere, n=1, cutoff=0.8)
    return ".".join(elsewhere[found[0]]) if found else None


@cache
def _keys() -> tuple[tuple[str, ...], ...]:
    """The path of every key of a space file."""
    return tuple(path for path in _keys_of(SpaceConfig) if path != ("slug",))


def _keys_of(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        yield (key,)
        for inner in _models_in(field.annotation):
            yield from ((key, *path) for path in _keys_of(inner))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  a type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
