"""The lock files, the Makefile, the image and the layers fit together."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import cobot_sevdesk
from tools.bench.tables import PAGE, filled, table

PROJECT = Path(__file__).resolve().parents[1]
TARGETS = {"setup", "demo", "up", "test", "test-unit", "test-exhaustive", "check", "docs", "bench"}
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def read(name: str) -> str:
    return (PROJECT / name).read_text("utf-8")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


def locked() -> dict[str, str]:
    """Name -> version of everything in uv.lock; each package has one version there."""
    packages = [one for one in tomllib.loads(read("uv.lock"))["package"] if "version" in one]
    versions = {one["name"]: one["version"] for one in packages}
    assert len(versions) == len(packages)
    return versions


def exported() -> dict[str, str]:
    """Name -> version of requirements.txt."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", read("requirements.txt"), re.MULTILINE))


def at_run_time() -> list[Requirement]:
    return [Requirement(line) for line in project()["project"]["dependencies"]]


def direct() -> list[Requirement]:
    """Every dependency that pyproject.toml names, at run time or in a group."""
    groups = project()["dependency-groups"].values()
    named = [line for group in groups for line in group if isinstance(line, str)]
    return [*at_run_time(), *map(Requirement, named)]


def test_every_direct_dependency_is_locked() -> None:
    versions = locked()
    for requirement in direct():
        assert requirement.specifier.contains(versions[normal(requirement.name)]), requirement


@pytest.mark.parametrize("requirement", direct(), ids=lambda one: str(one.name))
def test_every_direct_dependency_says_from_which_version_on(requirement: Requirement) -> None:
    assert {one.operator for one in requirement.specifier} & {">=", "=="}


def test_requirements_txt_holds_what_the_lock_holds() -> None:
    assert exported().items() <= locked().items()
    assert {normal(one.name) for one in at_run_time()} <= exported().keys()


def test_every_line_of_requirements_txt_has_a_hash_and_none_names_a_registry() -> None:
    text = read("requirements.txt")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(exported())
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry
    # Older versions of pip take name and name[extra] for two packages, and refuse the file.
    assert not re.search(r"^[\w.-]+\[", text, re.MULTILINE)
    assert not re.search(r"://|--(extra-)?index-url|--find-links| @ ", text)


def test_the_lock_names_the_public_registry_and_no_other() -> None:
    hosts = set(re.findall(r"\w+://[^/\"]+", read("uv.lock")))
    assert hosts == {"https://pypi.org", "https://files.pythonhosted.org"}


def test_this_environment_is_the_locked_one() -> None:
    installed = {normal(found.metadata["Name"]): found.version for found in distributions()}
    ours = installed.pop("cobot-sevdesk")
    assert ours == cobot_sevdesk.__version__
    assert installed.items() <= locked().items()


def test_the_package_asks_for_no_other_airflow_where_a_supported_one_is() -> None:
    (airflow,) = (one for one in at_run_time() if one.name == "apache-airflow")
    tested = re.findall(r'"(3[\d.b]+)": "20', read("noxfile.py"))
    assert len(tested) == 4
    known = [*tested, "3.0.6", "4.0.0"]
    assert list(airflow.specifier.filter(known, prereleases=True)) == tested


def test_all_say_the_same_of_the_pythons_that_are_supported() -> None:
    stated = project()["project"]
    line = "Programming Language :: Python :: "
    named = [one.removeprefix(line) for one in stated["classifiers"] if one.startswith(line)]
    assert [one for one in named if one[-1].isdigit()] == PYTHONS
    wanted = SpecifierSet(stated["requires-python"])
    assert list(wanted.filter(["3.10", *PYTHONS, "3.15"])) == PYTHONS
    first, last = (tuple(map(int, one.split("."))) for one in (PYTHONS[0], PYTHONS[-1]))
    assert f"{first} <= sys.version_info[:2] <= {last}" in read("Makefile")
    assert re.findall(r"python(3\.\d+) ", read("Makefile").partition("-c '$(IS_SUPPORTED)'")[0])
    assert f"Python {PYTHONS[0]} to {PYTHONS[-1]}" in read("README.md")


def test_the_image_and_the_lock_have_the_same_airflow() -> None:
    text = read("Dockerfile")
    base = re.search(r"^ARG BASE=apache/airflow:(\S+)-python\$\{PYTHON\}$", text, re.MULTILINE)
    assert base
    assert base[1] == locked()["apache-airflow"]
    assert re.search(r"^ARG PYTHON=(\S+)$", text, re.MULTILINE)[1] in PYTHONS  # type: ignore[index]


def test_the_version_comes_from_one_place() -> None:
    assert metadata("cobot-sevdesk")["Version"] == cobot_sevdesk.__version__
    assert "version" not in project()["project"]
    headings = re.findall(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", cobot_sevdesk.__version__]


def test_the_docs_list_every_direct_dependency_with_its_version() -> None:
    text = read("docs/decisions/dependencies.md")
    listed = re.findall(r"^\| ([\w.-]+) \| ([\d.]+) \| (\d\S*) \|", text, re.MULTILINE)
    lowest = {
        normal(one.name): next(part.version for part in one.specifier if part.operator == ">=")
        for one in at_run_time()
    }
    found = re.findall(r"^\| ([\w.-]+) \| (\d\S*) \|", text, re.MULTILINE)
    assert {normal(name): from_ for name, from_, _ in listed} == lowest
    versions = {normal(name): version for name, version in found}
    versions |= {normal(name): version for name, _, version in listed}
    assert versions == {normal(one.name): locked()[normal(one.name)] for one in direct()}


def test_every_target_sets_up_what_it_needs() -> None:
    rules = dict(re.findall(r"^([a-z-]+):(.*?)(?:##.*)?$", read("Makefile"), re.MULTILINE))
    assert rules.keys() >= TARGETS
    for target in TARGETS - {"setup"}:
        assert rules[target].split() == ["setup"], target


def test_every_target_is_shown_in_one_of_three_groups() -> None:
    text = read("Makefile")
    named = re.search(r"^\.PHONY:((?:[^\\\n]|\\\n)*)", text, re.MULTILINE)
    assert named
    shown = subprocess.run(
        ["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    groups = re.findall(r"^(\w+)$", shown.stdout, re.MULTILINE)
    assert groups == ["use", "check", "maintain"]
    targets = re.findall(r"^  ([a-z-]+)  ", shown.stdout, re.MULTILINE)
    assert sorted([*targets, "help"]) == sorted(named[1].replace("\\", "").split())


def test_figures_stand_between_the_marks_of_their_page(tmp_path: Path) -> None:
    page = "a\n<!-- figures: x -->\nold\n<!-- end -->\nb\n<!-- figures: y -->\nold\n<!-- end -->\n"
    (tmp_path / "x.md").write_text(table(("n", "s"), [(30_000, 0.126)]), "utf-8")
    once = filled(page, tmp_path)
    new = "| n | s |\n| --- | --- |\n| 30,000 | 0.13 |"
    assert once == page.replace("old", new, 1)
    assert filled(once, tmp_path) == once


def test_every_part_of_the_bench_has_a_place_on_its_page() -> None:
    folder = PROJECT / "tools" / "bench"
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    kept = set(re.findall(r'keep\("(\w+)"', text))
    assert kept == set(re.findall(r"<!-- figures: (\w+) -->", PAGE.read_text("utf-8")))


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
    check = [sys.executable, "-m", "tools.check_links", str(tmp_path)]
    done = subprocess.run(check, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if wrong else 0), done.stdout
    assert wrong is None or wrong in done.stdout
