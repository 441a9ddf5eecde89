"""The proof as a parameter of the preflight DAG: off by default, a table, a page, red problems."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_sevdesk.airflow.connections import patient, variable_of
from cobot_sevdesk.proof.assumptions import ASSUMPTIONS
from sandbox.cobot_space import line
from support.proofs import a_trial
from support.spaces import COBOT_TOKEN, SEVDESK_TOKEN, SpaceFiles
from tools.dag_runs import DagRunner

Spaces = Callable[..., SpaceFiles]

DAG_ID = "cobot_sevdesk_preflight"
DAY = "2026-02-03"
HOME = Path(os.environ["COBOT_SEVDESK_LOCKS"])

pytestmark = pytest.mark.airflow


def a_world(space: SpaceFiles) -> str:
    """A member with an invoice; returns their id."""
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="4711")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    return ada


def test_a_proof_writes_only_where_it_is_asked_for(spaces: Spaces, run_dag: DagRunner) -> None:
    space = spaces()
    a_world(space)
    result = run_dag.run(DAG_ID, day=DAY)
    assert result.succeeded
    assert space.writes() == []
    table = result.xcoms["check_space[0].assumptions"]
    assert table["C-08"] == {"verdict": "proven", "observed": "shown"}
    assert table["S-40"]["verdict"] == "not tried"


def test_a_proof_leaves_a_report_and_a_recording_without_personal_data(
    spaces: Spaces, run_dag: DagRunner, tmp_path: Path
) -> None:
    space = spaces(reconciliation={"reports": str(tmp_path / "reports")})
    ada = a_world(space)
    spaces("bremen")
    result = run_dag.run(DAG_ID, day=DAY, prove_writing=space.slug, prove_member=ada, record=True)
    assert result.succeeded
    assert "check_space[1].assumptions" not in result.xcoms
    table = result.xcoms["check_space[0].assumptions"]
    assert list(table) == [one.id for one in ASSUMPTIONS]
    assert {one["verdict"] for one in table.values()} == {"proven", "not tried"}
    assert space.vouchers == space.contacts == []
    (folder,) = (tmp_path / "reports" / space.slug).iterdir()
    page = (folder / "proof.html").read_text("utf-8")
    assert all(one.id in page for one in ASSUMPTIONS)
    recording = (folder / "recording.json").read_text("utf-8")
    assert len(json.loads(recording)) > 50
    for secret in (ada, "Beispiel, ", "Musterweg", "4711", COBOT_TOKEN, SEVDESK_TOKEN, "Ada"):
        assert secret not in recording


def test_what_a_person_has_to_set_is_red(spaces: Spaces, run_dag: DagRunner) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.negative_vouchers = "refused"
    assert not run_dag.run(DAG_ID, day=DAY, prove_writing=space.slug).succeeded
    space.write(vouchers={"corrections": "held_back"})
    assert run_dag.run(DAG_ID, day=DAY, prove_writing=space.slug).succeeded


def test_a_measured_lag_makes_all_later_runs_of_the_space_wait_longer(
    spaces: Spaces, run_dag: DagRunner
) -> None:
    space = spaces()
    a_world(space)
    # A write without answer is waited for for 1.4 seconds in tests.
    space.box.world.switches.list_lag_seconds = 2
    first = run_dag.run(DAG_ID, day=DAY, prove_writing=space.slug)
    assert first.succeeded, "the package copes, so nothing is red"
    assert first.xcoms["check_space[0].assumptions"]["S-25"]["verdict"] == "otherwise"
    second = run_dag.run(DAG_ID, day=DAY, prove_writing=space.slug)
    assert second.xcoms["check_space[0].assumptions"]["S-25"]["verdict"] == "proven"
    forget(variable_of(space.slug))


def forget(name: str) -> None:
    """Somebody deletes the variable."""
    from airflow.models import Variable

    assert Variable.get(name) == "2"  # noqa: AIR311
    Variable.delete(name)  # noqa: AIR311


@pytest.mark.parametrize(("kept", "waited"), [("7", 98), ("2", 70), ("soon", 70), ("", 70)])
def test_a_lag_that_was_measured_only_makes_runs_wait_longer(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch, kept: str, waited: int
) -> None:
    space = spaces()
    monkeypatch.setenv(f"AIRFLOW_VAR_{variable_of(space.slug).upper()}", kept)
    account = a_trial(space.slug, space.folder).account.waiting_at_least(5)
    assert patient(account, space.slug).full_wait == waited
    assert patient(account, "bremen") is account


@pytest.mark.parametrize(("kept", "is_listed"), [("", False), ("1", True)])
def test_runs_of_the_space_wait_as_long_as_was_measured(
    spaces: Spaces,
    run_dag: DagRunner,
    monkeypatch: pytest.MonkeyPatch,
    kept: str,
    is_listed: bool,  # noqa: FBT001
) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.list_lag_seconds = 4
    monkeypatch.setenv(f"AIRFLOW_VAR_{variable_of(space.slug).upper()}", kept)
    assert run_dag(space.slug, day="2026-01-06").succeeded
    (left,) = [json.loads(path.read_text("utf-8")) for path in HOME.glob("*.lock")]
    assert (left["vouchers"] == {}) is is_listed


def test_a_space_without_file_is_refused(spaces: Spaces, run_dag: DagRunner) -> None:
    space = spaces()
    assert not run_dag.run(DAG_ID, day=DAY, prove_writing="nowhere").succeeded
    assert space.writes() == []
