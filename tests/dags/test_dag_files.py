"""A DAG file that takes Airflow too long is told in time, and can be split."""

from pathlib import Path

import pytest

from cobot_sevdesk.airflow.failures import ToldFailure
from cobot_sevdesk.airflow.preflight import PreflightTasks, seconds_of_file
from cobot_sevdesk.config import load_space_configs
from cobot_sevdesk.dags import part_of
from tools import dag_runs

PREFLIGHT = "cobot_sevdesk_preflight"
GOOD = "sync_from: 2026-01-01\ncobot: {subdomain: %s}\n"
LIMIT = "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT"

pytestmark = pytest.mark.airflow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Space files: good ones, wrong ones, and names that are none."""
    folder = tmp_path / "spaces"
    folder.mkdir()
    for number in range(20):
        (folder / f"s{number}.yaml").write_text(GOOD % f"s{number}")
    (folder / "wrong.yaml").write_text("sync_from: soon\n")
    (folder / "Odd Name!.yaml").write_text(GOOD % "odd")
    (folder / "twice.yaml").write_text(GOOD % "twice")
    (folder / "twice.yml").write_text(GOOD % "twice")
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    return folder


def dags_of(folder: Path, call: str) -> set[str]:
    """The ids that one DAG file gives."""
    folder.mkdir()
    text = f"from airflow.sdk import DAG\nfrom cobot_sevdesk.dags import *\n{call}"
    (folder / "mine.py").write_text(f"{text}\nglobals().update(dags)\n")
    bag = dag_runs.parse(folder)
    assert bag.import_errors == {}
    return set(bag.dags)


@pytest.mark.parametrize("makes", ["space_dags", "reconcile_dags", "all_dags"])
def test_the_parts_together_are_the_whole_and_share_nothing(
    folder: Path, tmp_path: Path, makes: str
) -> None:
    assert folder.is_dir()
    whole = dags_of(tmp_path / "whole", f"dags = {makes}()")
    parts = [dags_of(tmp_path / f"{n}", f"dags = {makes}(part=({n}, 3))") for n in (1, 2, 3)]
    assert set().union(*parts) == whole
    assert sum(map(len, parts)) == len(whole)
    assert all(parts)
    assert [PREFLIGHT in part for part in parts] == [makes == "all_dags", False, False]


def test_a_space_stays_in_its_part_when_its_file_breaks_and_when_others_come(folder: Path) -> None:
    def parts() -> dict[str, int]:
        return {space.slug: part_of(space, 4) for space in load_space_configs(folder)}

    before = parts()
    (folder / "s7.yaml").write_text("broken: [")
    (folder / "new.yaml").write_text(GOOD % "new")
    assert {slug: part for slug, part in parts().items() if slug != "new"} == before
    assert set(before.values()) == {1, 2, 3, 4}
    # The same on every machine and in every version: runs would else be lost between two files.
    assert [before[slug] for slug in ("s0", "s1", "s2", "wrong")] == [2, 4, 2, 1]


def test_a_task_finds_its_dag_in_whatever_part_it_is_now(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_dir()
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "cobot_sevdesk_s7")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "report")
    found = [dags_of(tmp_path / f"{n}", f"dags = space_dags(part=({n}, 3))") for n in (1, 2, 3)]
    assert found == [{"cobot_sevdesk_s7"}] * 3


@pytest.mark.parametrize("part", ["(0, 4)", "(5, 4)", "(1, 0)"])
def test_a_part_that_does_not_exist_is_an_error_of_the_file(tmp_path: Path, part: str) -> None:
    (tmp_path / "mine.py").write_text(
        f"from airflow.sdk import DAG\nfrom cobot_sevdesk.dags import *\nspace_dags(part={part})\n"
    )
    (error,) = dag_runs.parse(tmp_path).import_errors.values()
    assert f"part={part}" in error


def test_a_file_near_the_limit_is_red_and_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = PreflightTasks(folder, 1)
    told = task.check_dag_file()
    assert told["spaces"] == 20
    assert 0 < told["seconds"] < told["limit"] == 50
    # The real figure of a small folder, beside a limit that it comes near.
    monkeypatch.setenv(LIMIT, "0.01")
    with pytest.raises(ToldFailure, match="20 spaces") as caught:
        task.check_dag_file()
    assert "CS-121" in caught.value.letters[0]
    monkeypatch.setenv(LIMIT, "0")
    task.check_dag_file()


def test_the_letter_about_the_file_is_german_where_every_space_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMIT, "0.01")
    for file in folder.iterdir():
        file.write_text(file.read_text() + "language: de\n")
    with pytest.raises(ToldFailure, match="Die DAG-Datei von 20 Spaces"):
        PreflightTasks(folder, 1).check_dag_file()
    (folder / "another.yaml").write_text(GOOD % "another")
    with pytest.raises(ToldFailure, match="The DAG file of 21 spaces"):
        PreflightTasks(folder, 1).check_dag_file()


def test_in_parts_each_file_takes_less(folder: Path) -> None:
    (count, whole), (few, part) = seconds_of_file(folder, 1), seconds_of_file(folder, 10)
    assert (count, few) == (20, 2)
    assert part < whole
