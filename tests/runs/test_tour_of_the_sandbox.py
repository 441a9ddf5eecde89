"""The page of the sandbox tells the truth: its reasons hold, and what it repairs is booked."""

import shutil
from pathlib import Path

import pytest
import requests
import yaml

from sandbox.around import SAMPLES, Around
from sandbox.demo import ELBE, ISAR, build_demo
from sandbox.server import SandboxServer
from sandbox.tour.books import Books
from sandbox.tour.why import NOTHING, today_in_berlin
from tools.dag_runs import DagRunner
from tools.sandbox_env import connections

JANUARY = {"from_date": "2026-01-01", "to_date": "2026-01-09"}

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


@pytest.fixture
def files(box: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The space files of the demo's world, as `make up` has them."""
    build_demo(box.world)
    folder = Path(shutil.copytree(SAMPLES, tmp_path / "spaces"))
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    for name, value in connections(box.cobot_url, box.sevdesk_url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(box.world, "around", Around(space_files=folder, may_write=True))
    return folder


def books_of(box: SandboxServer, files: Path, slug: str) -> Books:
    """What the page shows of a space."""
    rules = yaml.safe_load((files / f"{slug}.yaml").read_text("utf-8"))
    tenant = box.world.tenants[box.world.pairs[slug]]
    return Books(box.world.spaces[slug], tenant, rules, today=today_in_berlin())


FILLED_IN = {"code": "4400", "country": "DE", "reason": "booked by hand"}


@pytest.mark.parametrize(
    ("slug", "repairs"),
    [
        (ELBE, {"give_code", "make_account", "set_country", "ignore_invoice"}),
        (ISAR, {"make_account"}),
    ],
)
def test_what_a_run_holds_back_is_what_the_page_gives_a_reason_for(
    box: SandboxServer, files: Path, run_dag: DagRunner, slug: str, repairs: set[str]
) -> None:
    """Each reason of the page holds an invoice back, and its button lets the next run book it."""
    invoices = box.world.spaces[slug].invoices
    for plain in list(invoices)[18:]:
        del invoices[plain]
    first = run_dag(slug, **JANUARY)
    assert not first.succeeded
    after = books_of(box, files, slug)
    held = {one.number: one.why for one in after.waiting.values() if not one.is_settled}
    assert NOTHING not in [why for reasons in held.values() for why in reasons]
    assert first.report["held_back"] == len(held) > 0
    assert {why.repair for reasons in held.values() for why in reasons} == repairs

    for why, waiting in after.groups():
        for one in waiting if why.repair else ():
            filled = {**why.values, **FILLED_IN, "invoice": one.name, "number": one.number}
            url = f"{box.page_url}/do/{why.repair}"
            assert requests.post(url, data={**filled, "space": slug}, timeout=10).ok
            if why.repair == "make_account":
                break
    again = run_dag(slug, **JANUARY)
    assert again.succeeded
    assert again.report["booked"] + len(ignored(files, slug)) == len(held)
    assert all(one.is_settled for one in books_of(box, files, slug).waiting.values())


def test_the_last_step_names_what_was_changed_and_deleted(
    box: SandboxServer, files: Path, run_dag: DagRunner
) -> None:
    """A correction has its voucher; an edit and a deletion are what the two sides differ in."""
    run_dag(ISAR, **JANUARY)
    changed, deleted, corrected = books_of(box, files, ISAR).stage.booked[:3]
    for action, one in (("change_net", changed), ("delete_invoice", deleted)):
        filled = {"space": ISAR, "invoice": one.value, "net": "99.00"}
        assert requests.post(f"{box.page_url}/do/{action}", data=filled, timeout=10).ok
    filled = {"space": ISAR, "invoice": corrected.value, "day": "2026-01-09"}
    assert requests.post(f"{box.page_url}/do/correct_invoice", data=filled, timeout=10).ok
    again = run_dag(ISAR, from_date="2026-01-01")
    assert (again.report["booked"], len(again.report["edited_later"])) == (1, 2)
    result = run_dag.run(
        f"cobot_sevdesk_reconcile_{ISAR}", day="2026-02-03", from_date="2026-01-01"
    )
    assert not result.succeeded
    findings = result.xcoms["reconcile[-1].totals"]["findings"]
    assert (findings["differs"], findings["extra"]) == (1, 1)
    # The third is the invoice that waits for its booking account.
    assert result.xcoms["reconcile[-1].totals"]["errors"] == 3


def ignored(files: Path, slug: str) -> list[object]:
    """The invoices that a space file takes out."""
    said = yaml.safe_load((files / f"{slug}.yaml").read_text("utf-8"))
    return list(said.get("ignore_invoices", []))
