"""The example files, the shipped spaces and the sandbox's copies are right, and complete."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cobot_sevdesk.config import SpaceConfig, load_space_configs
from tools.sandbox_env import SPACE_FILES, SPACES, airflow_environment

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SHIPPED = ROOT / "include" / "space_configs"
BUNDLE = EXAMPLES / "git-bundle"
FOLDERS = (EXAMPLES, SHIPPED, SPACE_FILES, BUNDLE / "include" / "space_configs")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_space_file_of_the_project_is_right(folder: Path) -> None:
    wrong = [one for one in load_space_configs(folder) if not isinstance(one, SpaceConfig)]
    assert wrong == []


def test_the_minimal_example_holds_the_required_keys_alone() -> None:
    schema = json.loads((ROOT / "docs" / "space-config.schema.json").read_text("utf-8"))
    content = yaml.safe_load((EXAMPLES / "minimal.yaml").read_text("utf-8"))
    assert sorted(content) == sorted(schema["required"])
    assert list(content["cobot"]) == schema["$defs"]["CobotConfig"]["required"]


def test_the_full_example_names_every_key_there_is() -> None:
    schema = json.loads((ROOT / "docs" / "space-config.schema.json").read_text("utf-8"))
    content = yaml.safe_load((EXAMPLES / "full.yaml").read_text("utf-8"))
    assert set(keys_of_file(content)) == set(keys_of_schema(schema, schema))


def keys_of_schema(schema: Any, whole: Any, path: str = "") -> Iterator[str]:
    """Every key that a space file may have, as a path with points."""
    for name, part in schema.get("properties", {}).items():
        yield f"{path}{name}"
        for possible in (part, *part.get("anyOf", ()), part.get("items", {})):
            if "$ref" in possible:
                referred = whole["$defs"][possible["$ref"].rsplit("/", 1)[1]]
                yield from keys_of_schema(referred, whole, f"{path}{name}.")


def keys_of_file(content: Any, path: str = "") -> Iterator[str]:
    """Every key that stands in a space file; what a person names freely is left out."""
    for name, value in content.items():
        yield f"{path}{name}"
        if name in {"accounts", "arguments"}:
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from keys_of_file(inner, f"{path}{name}.")


def test_the_demo_needs_none_of_the_shipped_space_files(tmp_path: Path) -> None:
    folder = Path(airflow_environment(tmp_path)["COBOT_SEVDESK_SPACE_CONFIGS"])
    assert not folder.is_relative_to(SHIPPED)
    assert {space.slug for space in load_space_configs(folder)} == set(SPACES)


@pytest.mark.parametrize("slug", SPACES)
def test_the_demo_shows_a_space_as_it_is_shipped(slug: str) -> None:
    shipped = SHIPPED / f"{slug}.yaml"
    if not shipped.exists():
        pytest.skip("the example spaces were removed, as an installation does")
    copy = (SPACE_FILES / shipped.name).read_text("utf-8")
    assert yaml.safe_load(copy) == yaml.safe_load(shipped.read_text("utf-8"))


def test_the_git_bundle_names_one_bundle_that_airflow_can_make() -> None:
    (line,) = (BUNDLE / "airflow.env").read_text("utf-8").splitlines()
    name, _, value = line.partition("=")
    assert name == "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"
    (bundle,) = json.loads(value)
    assert bundle["classpath"] == "airflow.providers.git.bundles.git.GitDagBundle"
    connection = bundle["kwargs"]["git_conn_id"]
    assert f"connections add {connection} " in (BUNDLE / "README.md").read_text("utf-8")


@pytest.mark.airflow
def test_the_dag_file_of_the_git_bundle_takes_the_space_files_beside_it() -> None:
    # In a process of its own: Airflow reads a DAG file there too.
    code = "import runpy, sys; print(*runpy.run_path(sys.argv[1]))"
    environment = {name: text for name, text in os.environ.items() if "SPACE_CONFIGS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code, str(BUNDLE / "dags" / "cobot_sevdesk.py")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cobot_sevdesk_my-space" in done.stdout.split()
