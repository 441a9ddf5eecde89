"""The proof as a parameter of the preflight DAG: off by default, a table, a page, red problems."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_sevdesk.domain.assumptions import ASSUMPTIONS
from sandbox.cobot_space import line
from support.spaces import COBOT_TOKEN, SEVDESK_TOKEN, SpaceFiles
from tools.dag_runs import DagRunner

Spaces = Callable[..., SpaceFiles]

DAG_ID = "cobot_sevdesk_preflight"
DAY = "2026-02-03"

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


def test_a_space_without_file_is_refused(spaces: Spaces, run_dag: DagRunner) -> None:
    space = spaces()
    assert not run_dag.run(DAG_ID, day=DAY, prove_writing="nowhere").succeeded
    assert space.writes() == []
