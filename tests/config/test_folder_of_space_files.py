"""Many files: each stands for itself, clashes name both, and every file keeps a DAG."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_sevdesk.config import (
    BROKEN_TASK,
    DAG_PREFIX,
    RECONCILE_PREFIX,
    BrokenConfig,
    SpaceConfig,
    configs_folder,
    load_space_config,
    load_space_configs,
    load_space_configs_for,
    loading,
    other_sevdesk_connections,
)
from cobot_sevdesk.config.yaml_text import parse_yaml
from cobot_sevdesk.errors import ConfigError

Put = Callable[..., Path]

LONGEST_DAG_ID = 250
"""Airflow refuses longer ones."""


def _problems(folder: Path) -> dict[str, tuple[str, ...]]:
    found = load_space_configs(folder)
    return {one.file: one.problems for one in found if isinstance(one, BrokenConfig)}


def test_spaces_come_sorted_by_file_name(folder: Path, put: Put) -> None:
    for name in ("b.yaml", "a-b.yml", "a.yaml", "c.yml"):
        put(name)
    assert [space.slug for space in load_space_configs(folder)] == ["a-b", "a", "b", "c"]


def test_other_files_and_folders_are_left_alone(folder: Path, put: Put) -> None:
    for name in ("README.md", "a.yaml.bak", "a.yaml~", "a.json"):
        put(name)
    (folder / "folder.yaml").mkdir()
    assert load_space_configs(folder) == []


def test_a_missing_folder_holds_no_spaces(folder: Path) -> None:
    assert load_space_configs(folder / "none") == []
    assert load_space_configs(Path(__file__)) == []


def test_the_environment_replaces_the_folder(
    folder: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.yaml")
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    assert configs_folder() == folder
    assert [space.slug for space in load_space_configs()] == ["a"]
    assert load_space_config("a").slug == "a"
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", "")
    assert configs_folder().parts[-2:] == ("include", "space_configs")


def test_the_shipped_files_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COBOT_SEVDESK_SPACE_CONFIGS", raising=False)
    found = load_space_configs()
    assert found
    assert all(isinstance(space, SpaceConfig) for space in found)


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b"[", b"- a", b"a: *b", b"foo: 1", b"#" * 300_000, b"a: 1\na: 2"]
)
def test_a_broken_file_never_hides_another(folder: Path, put: Put, text: bytes) -> None:
    put("a.yaml")
    put("b.yaml", text=text)
    put("c.yaml")
    found = load_space_configs(folder)
    assert [(s.slug, isinstance(s, BrokenConfig)) for s in found] == [
        ("a", False),
        ("b", True),
        ("c", False),
    ]


@pytest.mark.parametrize(
    ("slug", "dag_id"),
    [
        ("Elbe", "cobot_sevdesk_Elbe"),
        ("elbe hub", "cobot_sevdesk_elbe_hub"),
        ("elbe_hub", "cobot_sevdesk_elbe_hub"),
        ("elbe.hub", "cobot_sevdesk_elbe.hub"),
        ("-elbe", "cobot_sevdesk_-elbe"),
        ("büro", "cobot_sevdesk_b_ro"),
        ("東京", "cobot_sevdesk___"),
        ("elbe\nhub", "cobot_sevdesk_elbe_hub"),
        ("elbe\n", "cobot_sevdesk_elbe_"),
        ("a'; DROP", "cobot_sevdesk_a___DROP"),
    ],
)
def test_a_slug_that_is_none_keeps_a_dag_under_a_replaced_id(
    folder: Path, put: Put, slug: str, dag_id: str
) -> None:
    put(f"{slug}.yaml", text="sync_from: 2026-01-01\ncobot: {subdomain: elbe}\nfoo: 1\n")
    (found,) = load_space_configs(folder)
    assert isinstance(found, BrokenConfig)
    assert found.dag_id == dag_id
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", found.dag_id)
    assert "a file name is made of" in found.problems[0]
    assert found.problems[1].endswith("foo: unknown key")


@pytest.mark.parametrize("slug", ["a", "0", "42", "a-b-", "a--b"])
def test_a_slug_of_letters_digits_and_dashes_is_fine(folder: Path, put: Put, slug: str) -> None:
    put(f"{slug}.yaml", text="sync_from: 2026-01-01\ncobot: {subdomain: elbe}\n")
    assert load_space_config(slug, folder).slug == slug


def test_two_endings_of_one_name_are_both_wrong_and_share_a_dag(folder: Path, put: Put) -> None:
    put("x.yaml")
    put("x.yml")
    (found,) = load_space_configs(folder)
    assert isinstance(found, BrokenConfig)
    assert found.dag_id == "cobot_sevdesk_x"
    assert found.problems == (
        "x.yaml: stands beside x.yml; keep one of them",
        "x.yml: stands beside x.yaml; keep one of them",
    )
    with pytest.raises(ConfigError, match=r"x\.yml"):
        load_space_config("x", folder)


def test_two_files_of_one_subdomain_name_each_other(folder: Path, put: Put) -> None:
    text = "sync_from: 2026-01-01\ncobot: {subdomain: elbe}\n"
    put("a.yaml", text=text)
    put("b.yaml", text=text + "foo: 1\n")
    put("c.yaml")
    assert _problems(folder) == {
        "a.yaml": ("a.yaml: cobot.subdomain: elbe is named in b.yaml as well",),
        "b.yaml": (
            "b.yaml: foo: unknown key",
            "b.yaml: cobot.subdomain: elbe is named in a.yaml as well",
        ),
    }


def test_three_files_of_one_subdomain_name_all_others(folder: Path, put: Put) -> None:
    for name in ("a.yaml", "b.yaml", "c.yml"):
        put(name, text="sync_from: 2026-01-01\ncobot: {subdomain: elbe}\n")
    assert [len(problems) for problems in _problems(folder).values()] == [2, 2, 2]


def test_file_names_that_become_one_dag_id_share_it(folder: Path, put: Put) -> None:
    put("a b.yaml")
    put("a_b.yaml")
    (found,) = load_space_configs(folder)
    assert isinstance(found, BrokenConfig)
    assert {"a b.yaml", "a_b.yaml"} <= {problem.split(": ")[0] for problem in found.problems}


def test_one_space_is_read_by_its_slug(folder: Path, put: Put) -> None:
    put("a.yml")
    put("b.yaml", text="[")
    assert load_space_config("a", folder).slug == "a"


def test_a_space_that_is_wrong_or_missing_raises_with_all_problems(folder: Path, put: Put) -> None:
    put("b.yaml", text="foo: 1")
    with pytest.raises(ConfigError) as caught:
        load_space_config("b", folder)
    for field in ("sync_from", "cobot", "foo"):
        assert f"b.yaml: {field}: " in str(caught.value)
    with pytest.raises(ConfigError, match=r"none\.yaml: no such file"):
        load_space_config("none", folder)


@pytest.fixture
def in_use(folder: Path, put: Put, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Writes into the folder that the environment names."""
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    return put


@pytest.mark.parametrize(
    ("started", "prefix", "slugs"),
    [
        ((None, None), DAG_PREFIX, ["a", "b"]),
        (("cobot_sevdesk_a", "report"), DAG_PREFIX, ["a"]),
        (("cobot_sevdesk_b", BROKEN_TASK), DAG_PREFIX, ["a", "b"]),
        (("cobot_sevdesk_b", None), DAG_PREFIX, ["a", "b"]),
        (("cobot_sevdesk_reconcile_a", "compare"), RECONCILE_PREFIX, ["a"]),
        (("cobot_sevdesk_a", "report"), RECONCILE_PREFIX, []),
        (("other", "report"), DAG_PREFIX, []),
    ],
)
def test_a_task_that_starts_reads_its_own_file(
    in_use: Put, started: tuple[str | None, str | None], prefix: str, slugs: list[str]
) -> None:
    in_use("a.yaml")
    in_use("b.yaml", text="")
    found = load_space_configs_for(*started, prefix=prefix)
    assert [space.slug for space in found] == slugs


def test_the_connections_of_other_spaces_are_those_of_all_readable_files(
    folder: Path, put: Put
) -> None:
    put("a.yaml", "sevdesk: {connection: books}\n")
    put("b.yaml", "sevdesk: {connection: books}\n")
    put("c.yaml")
    put("d.yaml", text="sync_from: never\n")
    found = [other_sevdesk_connections(load_space_config(slug, folder), folder) for slug in "abc"]
    assert found == [{"books", "sevdesk_c"}, {"books", "sevdesk_c"}, {"books"}]


@pytest.mark.parametrize("slug", ["a" * 240, "A" * 240], ids=["good", "bad"])
def test_no_dag_id_is_too_long_for_airflow(folder: Path, put: Put, slug: str) -> None:
    put(f"{slug}.yaml", text="sync_from: 2026-01-01\ncobot: {subdomain: elbe}\n")
    (found,) = load_space_configs(folder)
    assert len(found.dag_id) <= LONGEST_DAG_ID


def test_a_broken_file_takes_no_other_dags_id(folder: Path, put: Put) -> None:
    put("a.yaml")
    put("reconcile_a.yaml")
    broken = next(s for s in load_space_configs(folder) if isinstance(s, BrokenConfig))
    assert broken.dag_id != load_space_config("a", folder).reconcile_dag_id


def test_the_problems_of_a_file_name_that_is_no_utf_8_can_be_printed(folder: Path) -> None:
    with (folder / os.fsdecode(b"b\xfcro.yaml")).open("w") as file:
        file.write("foo: 1")
    (found,) = load_space_configs(folder)
    assert isinstance(found, BrokenConfig)
    assert "\n".join(found.problems).encode("utf-8")


@pytest.mark.parametrize("dag_file", ["bundle/spaces.py", "bundle/dags/spaces.py"])
def test_space_files_come_with_the_dag_file_unless_the_environment_names_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dag_file: str
) -> None:
    beside = tmp_path / "bundle" / "include" / "space_configs"
    beside.mkdir(parents=True)
    monkeypatch.delenv("COBOT_SEVDESK_SPACE_CONFIGS", raising=False)
    usual = configs_folder()
    assert configs_folder(str(tmp_path / dag_file)) == beside
    # One DAG file's folder is nothing that the next call remembers.
    assert configs_folder() == usual
    assert configs_folder(str(tmp_path / "elsewhere" / "dags" / "spaces.py")) == usual
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(tmp_path))
    assert configs_folder(str(tmp_path / dag_file)) == tmp_path


def test_two_files_of_one_space_id_name_each_other(folder: Path, put: Put) -> None:
    for name in ("a", "b"):
        text = f"sync_from: 2026-01-01\ncobot: {{subdomain: {name}, space_id: abc}}\n"
        put(f"{name}.yaml", text=text)
    assert _problems(folder) == {
        "a.yaml": ("a.yaml: cobot.space_id: abc is named in b.yaml as well",),
        "b.yaml": ("b.yaml: cobot.space_id: abc is named in a.yaml as well",),
    }


@pytest.mark.parametrize(
    "other",
    [
        "sync_from: 2026-01-01\ncobot: {subdomain: elbe}\n",
        "cobot:\n  subdomain: 'elbe'\n",
        'cobot: {subdomain: "\\x65lbe"}\n',
        "sync_from: 2026-01-01\ncobot: {subdomain: b, space_id: abc}\n",
        "foo: 1\ncobot: {space_id: abc}\n",
        "sync_from: 2026-01-01\ncobot: {subdomain: ELBE}\n",
        "sync_from: 2026-01-01\ncobot: {subdomain: ' Elbe '}\n",
    ],
    ids=["same", "broken", "escaped", "id", "broken with the id", "capitals", "blanks"],
)
def test_a_task_that_starts_sees_another_file_about_its_space(
    folder: Path, put: Put, other: str
) -> None:
    put("a.yaml", text="sync_from: 2026-01-01\ncobot: {subdomain: elbe, space_id: abc}\n")
    load_space_config("a", folder)
    put("b.yaml", text=other)
    with pytest.raises(ConfigError, match=r"is named in b\.yaml as well"):
        load_space_config("a", folder)


@pytest.mark.parametrize("other", ["elbe-hub", "my-elbe", "elbes", "b # not elbe", "b"])
def test_a_file_that_only_looks_alike_is_no_clash(folder: Path, put: Put, other: str) -> None:
    put("a.yaml", text="sync_from: 2026-01-01\ncobot: {subdomain: elbe}\n")
    put("b.yaml", text=f"sync_from: 2026-01-01\ncobot:\n  subdomain: {other}\n")
    assert load_space_config("a", folder).cobot.subdomain == "elbe"


def test_a_task_that_starts_parses_no_file_that_cannot_clash(
    folder: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        put(f"space-{number}.yaml")
    parsed: list[str] = []

    def parse(text: str) -> object:
        parsed.append(text)
        return parse_yaml(text)

    monkeypatch.setattr(loading, "parse_yaml", parse)
    load_space_config("space-4", folder)
    assert len(parsed) == 1


def test_a_wrong_file_name_is_told_with_a_good_one(folder: Path, put: Put) -> None:
    put("Büro am Kai.yaml", text="sync_from: 2026-01-01\ncobot: {subdomain: kai}\n")
    (problems,) = _problems(folder).values()
    assert problems[0].endswith("such as b-ro-am-kai.yaml")


def test_two_files_of_one_id_with_problems_of_their_own_tell_all(folder: Path, put: Put) -> None:
    put("a b.yaml", "foo: 1\n")
    put("a_b.yaml", "bar: 1\n")
    (found,) = load_space_configs(folder)
    assert isinstance(found, BrokenConfig)
    assert found.file == "a b.yaml, a_b.yaml"
    assert {problem.rpartition(": ")[0] for problem in found.problems} >= {
        "a b.yaml: foo",
        "a_b.yaml: bar",
    }
