"""Every space file gives its DAG, a broken one too; parsing reads nothing but files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from airflow import __version__ as airflow_version

from cobot_sevdesk.config import SpaceConfig, load_space_configs
from tools import dag_runs

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "include" / "space_configs"

PREFLIGHT = "cobot_sevdesk_preflight"

pytestmark = pytest.mark.airflow


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Any]:
    """Parse the DAG file over a folder of space files."""

    def parsed(folder: Path) -> Any:
        monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
        bag = dag_runs.parse(ROOT / "dags")
        assert bag.import_errors == {}
        return bag.dags

    return parsed


def test_every_shipped_file_gives_its_dag(parse: Callable[[Path], Any]) -> None:
    spaces = [space for space in load_space_configs(FOLDER) if isinstance(space, SpaceConfig)]
    wanted = {space.dag_id for space in spaces} | {space.reconcile_dag_id for space in spaces}
    assert set(parse(FOLDER)) == wanted | {PREFLIGHT}
    assert len(spaces) == len(list(FOLDER.glob("*.y*ml"))) > 0


def test_the_graph_is_the_documented_one(parse: Callable[[Path], Any]) -> None:
    dag = parse(FOLDER)["cobot_sevdesk_elbe-hub"]
    assert {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks} == {
        "extract_members": ["sync_members"],
        "extract_invoices": ["validate_booking_codes"],
        # The report waits for each of them: red tasks may be decided about before they have ended.
        "sync_members": ["push_vouchers", "report"],
        "validate_booking_codes": ["push_vouchers", "report"],
        "push_vouchers": ["needs_attention", "report"],
        "needs_attention": ["report"],
        "report": [],
    }
    assert (dag.catchup, dag.max_active_runs) == (False, 1)
    assert dag.start_date == datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert set(dag.params) == {"from_date", "to_date", "dry_run", "max_new_per_run"}
    timetable = dag.timetable
    # Airflow 3.1 calls it summary.
    assert (getattr(timetable, "expression", None) or timetable.summary) == "15 5 * * *"
    # A box that is cleared reads the newest space file, whatever version its run began with. From
    # 3.4 on the dialog asks.
    wanted = None if airflow_version.startswith("3.4") else True
    assert getattr(dag, "rerun_with_latest_version", True) is wanted
    writers = {"sync_members", "push_vouchers", "needs_attention"}
    assert all(dag.task_dict[task].max_active_tis_per_dag == 1 for task in writers)


def test_what_is_further_in_its_run_goes_first(parse: Callable[[Path], Any]) -> None:
    """Many spaces of one Cobot user wait for each other; each is done once its turn has come."""
    for dag in parse(FOLDER).values():
        for task in dag.tasks:
            options = getattr(task, "partial_kwargs", None) or vars(task)
            assert "upstream" in str(options["weight_rule"]).lower(), task


def test_what_tasks_return_stays_out_of_their_logs(parse: Callable[[Path], Any]) -> None:
    dags = parse(FOLDER)
    tasks = [task for dag in dags.values() for task in dag.tasks]
    for task in tasks:
        options = getattr(task, "partial_kwargs", None) or vars(task)
        assert options["show_return_value_in_logs"] is False, task
        assert task.doc_md or task.dag_id != "cobot_sevdesk_elbe-hub", task


def test_a_broken_file_stays_visible_and_hides_nobody(
    parse: Callable[[Path], Any], tmp_path: Path
) -> None:
    good = "sync_from: 2026-01-01\ncobot: {subdomain: %s}\n"
    (tmp_path / "good.yaml").write_text(good % "good")
    (tmp_path / "broken.yaml").write_text("sync_from: soon\ncobot: {}\nschedul: x\n")
    (tmp_path / "Odd Name!.yaml").write_text(good % "odd")
    dags = parse(tmp_path)
    assert set(dags) == {
        "cobot_sevdesk_good",
        "cobot_sevdesk_reconcile_good",
        PREFLIGHT,
        "cobot_sevdesk_broken",
        "cobot_sevdesk_Odd_Name_",
    }
    assert len(dags["cobot_sevdesk_good"].tasks) == 7
    assert [task.task_id for task in dags["cobot_sevdesk_broken"].tasks] == ["space_file_is_wrong"]
    for told in ("sync_from", "cobot.subdomain", "schedul: unknown key"):
        assert told in dags["cobot_sevdesk_broken"].doc_md


def test_a_space_is_shown_in_its_language_with_its_owner(
    parse: Callable[[Path], Any], tmp_path: Path
) -> None:
    text = "sync_from: 2026-01-01\ncobot: {subdomain: elbe}\n"
    (tmp_path / "plain.yaml").write_text(text.replace("elbe", "plain"))
    (tmp_path / "elbe.yaml").write_text(
        text + "language: de\nowner: {name: Buchhaltung, link: 'mailto:buch@example.com'}\n"
    )
    dags = parse(tmp_path)
    for dag in (dags["cobot_sevdesk_elbe"], dags["cobot_sevdesk_reconcile_elbe"]):
        assert dag.owner_links == {"Buchhaltung": "mailto:buch@example.com"}
        assert {task.owner for task in dag.tasks} == {"Buchhaltung"}
        assert "Ansprechpartner:** Buchhaltung" in dag.doc_md
        assert dag.params.get_param("from_date").schema["title"] == "Von"
    english = dags["cobot_sevdesk_plain"]
    assert english.params.get_param("dry_run").schema["title"] == "Dry run"
    assert english.owner_links == {}
    assert "Who to ask" not in english.doc_md


def test_parsing_twice_gives_the_same_dag(parse: Callable[[Path], Any]) -> None:
    from airflow.serialization import serialized_objects

    names: dict[str, Any] = vars(serialized_objects)
    # Airflow 3.1 has the older name only.
    serialization = names.get("DagSerialization") or names["SerializedDAG"]
    first, second = (
        serialization.to_dict(parse(FOLDER)["cobot_sevdesk_elbe-hub"]) for _ in range(2)
    )
    assert first == second


def test_no_module_of_the_package_is_loaded_by_its_bare_name() -> None:
    import sys

    from airflow import plugins_manager

    plugins_manager.ensure_plugins_loaded()
    assert not {"tasks", "hooks", "handoff", "run_request", "dag_factory"} & set(sys.modules)


@pytest.mark.parametrize("call", ["all_dags()", "all_dags(beside=__file__)"])
def test_a_dag_file_of_three_lines_gives_every_dag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The file that the operator's page shows, in somebody's own project."""
    page = (ROOT / "docs" / "roles" / "operator.md").read_text("utf-8")
    file = page.partition("```python\n")[2].partition("```")[0]
    assert "all_dags()" in file
    folder = tmp_path / "include" / "space_configs"
    folder.mkdir(parents=True)
    (folder / "havel-hof.yaml").write_text("sync_from: 2026-01-01\ncobot: {subdomain: havel-hof}\n")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "mine.py").write_text(file.replace("all_dags()", call))
    if "beside" in call:
        monkeypatch.delenv("COBOT_SEVDESK_SPACE_CONFIGS", raising=False)
    else:
        monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    bag = dag_runs.parse(tmp_path / "dags")
    assert bag.import_errors == {}
    spaces = {"cobot_sevdesk_havel-hof", "cobot_sevdesk_reconcile_havel-hof"}
    assert set(bag.dags) == spaces | {PREFLIGHT}
