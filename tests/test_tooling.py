"""The lock files, the Makefile, the image and the layers fit together."""

import re
import subprocess
import sys
from importlib.metadata import distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[1]
RUNTIME = PROJECT / "requirements.txt"
DEVELOPMENT = PROJECT / "requirements-dev.txt"
TOOLS = PROJECT / "requirements-tools.txt"
LOCKS = pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT, TOOLS], ids=lambda path: path.name)
TARGETS = {"setup", "demo", "up", "test", "test-unit", "test-exhaustive", "check", "bench"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: Path) -> dict[str, str]:
    """Name -> version; a lock that pins a name twice is none."""
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text("utf-8"), re.MULTILINE)
    assert len(pins) == len(dict(pins))
    return dict(pins)


def direct(source: Path) -> list[Requirement]:
    """The dependencies that a source of a lock names itself."""
    lines = source.read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def makefile() -> str:
    return (PROJECT / "Makefile").read_text("utf-8")


def test_the_runtime_lock_is_part_of_the_development_lock() -> None:
    assert locked(RUNTIME).items() <= locked(DEVELOPMENT).items()


@LOCKS
def test_every_direct_dependency_is_locked(lock: Path) -> None:
    versions = locked(lock)
    for requirement in direct(lock.with_suffix(".in")):
        assert requirement.specifier.contains(versions[normal(requirement.name)])


def test_the_package_asks_for_no_other_airflow_where_a_supported_one_is() -> None:
    (airflow,) = (one for one in direct(RUNTIME.with_suffix(".in")) if one.name == "apache-airflow")
    tested = re.findall(r'"(3[\d.]+)": "20', (PROJECT / "noxfile.py").read_text("utf-8"))
    assert len(tested) == 3
    assert list(airflow.specifier.filter([*tested, "3.0.6", "4.0.0"])) == tested


@LOCKS
def test_every_locked_file_has_a_hash_and_no_lock_names_a_registry(lock: Path) -> None:
    text = lock.read_text("utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(lock))
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry
    assert not re.search(r"://|--(extra-)?index-url|--find-links| @ ", text)


@LOCKS
def test_older_versions_of_pip_take_the_locks_too(lock: Path) -> None:
    extras = re.findall(r"^([\w.-]+)\[[^\]]*\]==([^\s;]+)", lock.read_text("utf-8"), re.MULTILINE)
    assert dict(extras).items() <= locked(lock).items(), "make lock adds the missing entries"


def test_this_environment_is_the_locked_one() -> None:
    installed = {normal(found.metadata["Name"]): found.version for found in distributions()}
    expected = locked(DEVELOPMENT) | {"cobot-sevdesk": version("cobot-sevdesk")}
    assert {name: expected.get(name) for name in installed} == installed


def test_the_image_and_the_lock_have_the_same_airflow() -> None:
    base = re.search(
        r"^ARG BASE=apache/airflow:(\S+)-python(\S+)$",
        (PROJECT / "Dockerfile").read_text(),
        re.MULTILINE,
    )
    assert base
    assert base[1] == locked(RUNTIME)["apache-airflow"]
    assert base[2] == "3.12"


def test_the_docs_list_every_direct_dependency_with_its_version() -> None:
    text = (PROJECT / "docs" / "decisions" / "dependencies.md").read_text("utf-8")
    listed = re.findall(r"^\| ([\w.-]+) \| (\d\S*) \|", text, re.MULTILINE)
    locks = (RUNTIME, DEVELOPMENT, TOOLS)
    versions = {name: version for lock in locks for name, version in locked(lock).items()}
    named = {
        normal(requirement.name)
        for lock in locks
        for requirement in direct(lock.with_suffix(".in"))
    }
    assert {normal(name): version for name, version in listed} == {
        name: versions[name] for name in named
    }


def test_every_target_sets_up_what_it_needs() -> None:
    rules = dict(re.findall(r"^([a-z-]+):(.*?)(?:##.*)?$", makefile(), re.MULTILINE))
    assert rules.keys() >= TARGETS
    for target in TARGETS - {"setup"}:
        assert rules[target].split() == ["setup"], target


def test_airflow_does_not_import_the_files_of_the_package_one_by_one() -> None:
    assert (PROJECT / "plugins" / ".airflowignore").read_text("utf-8") == "cobot_sevdesk/\n"


def test_nothing_crosses_the_layers() -> None:
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=PROJECT,
        env={"PYTHONPATH": "plugins", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr


LINK_CASES = [
    ("[up](guide.md)", None),
    ("[part](guide.md#two-words)", None),
    ("[again](guide.md#two-words-1)", None),
    ("[mark](guide.md#by-hand)", None),
    ("[here](#start)", None),
    ("[titled](guide.md 'A guide')", None),
    ("[far](https://example.com/x)", None),
    ("`[code](gone.md)`", None),
    ("```\n[code](gone.md)\n```", None),
    ("[gone](gone.md)", "does not exist"),
    ("![picture](gone.png)", "does not exist"),
    ("<img alt='x' src='gone.png'>", "does not exist"),
    ("[ref]\n\n[ref]: gone.md", "does not exist"),
    ("[part](guide.md#three)", "no such heading"),
    ("[out](../outside.md)", "leads out of the project"),
]


@pytest.mark.parametrize(("text", "wrong"), LINK_CASES)
def test_bad_links_are_found(tmp_path: Path, text: str, wrong: str | None) -> None:
    guide = "# Two words!\n\n# Two words\n\n<a id='by-hand'></a>\n"
    (tmp_path / "guide.md").write_text(guide, "utf-8")
    (tmp_path / "start.md").write_text(f"# Start\n\n{text}\n", "utf-8")
    check = [sys.executable, str(PROJECT / "scripts" / "check_links.py"), str(tmp_path)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if wrong else 0), done.stdout
    assert wrong is None or wrong in done.stdout
