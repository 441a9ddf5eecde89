"""What the overview serves as files: to whom, from where, and with which headers."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from support.readers import overview_of
from support.spaces import SpaceFiles

Spaces = Callable[..., SpaceFiles]

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow_db")]

REPORT = "2026-01-01_2026-01-31_20260203-063000"
OLDER = "2025-12-01_2025-12-31_20260103-063000"
SLUG = "weser-hof"
DAG = f"cobot_sevdesk_{SLUG}"
AT = f"/spaces/{SLUG}/reports"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.api_fastapi.app import create_auth_manager

    monkeypatch.setenv("AIRFLOW__CORE__AUTH_MANAGER", "support.readers.ReadsSomeDags")
    create_auth_manager()


@pytest.fixture
def reports(spaces: Spaces, tmp_path: Path) -> Path:
    """The folder of a space's reports, with two of them and things that are none."""
    add_dag(DAG)
    spaces(SLUG, reconciliation={"reports": f"file://{tmp_path}/reports"})
    folder = tmp_path / "reports" / SLUG
    for name in (REPORT, OLDER, "proof_20260203-063000", "notes"):
        (folder / name).mkdir(parents=True)
        (folder / name / "abstimmung.html").write_text(f"<p>{name}</p>")
    for table in ("summen.csv", "befunde.csv", "nachweise.csv"):
        (folder / REPORT / table).write_text(table)
    (folder / REPORT / "recording.json").write_text("secret")
    (tmp_path / "reports" / "secret.html").write_text("secret")
    (tmp_path / "secret.csv").write_text("secret")
    return folder


def add_dag(dag_id: str) -> None:
    """Airflow knows a DAG."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session
    from sqlalchemy import insert

    with create_session() as session:
        if session.get(DagBundleModel, "of-files") is None:
            session.add(DagBundleModel(name="of-files"))
            session.flush()
        if session.get(DagModel, dag_id) is None:
            known = insert(DagModel).values(
                dag_id=dag_id,
                is_paused=True,
                is_stale=False,
                bundle_name="of-files",
                fileloc="x",
                max_active_tasks=1,
                max_consecutive_failed_dag_runs=0,
                has_task_concurrency_limits=False,
            )
            session.execute(known)


@pytest.mark.usefixtures("reports")
def test_reports_are_listed_newest_first_and_nothing_else() -> None:
    with overview_of(DAG) as client:
        listed = client.get(AT).json()
    assert listed["is_unreadable"] is False
    assert [one["name"] for one in listed["reports"]] == [REPORT, OLDER]
    assert listed["reports"][0] == {
        "name": REPORT,
        "start": "2026-01-01",
        "last": "2026-01-31",
        "made": "2026-02-03T06:30:00",
    }


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize(
    ("name", "kind", "where"),
    [
        ("abstimmung.html", "text/html; charset=utf-8", "inline"),
        ("summen.csv", "text/csv; charset=utf-8", f"{SLUG}_{REPORT}_summen.csv"),
        ("befunde.csv", "text/csv; charset=utf-8", f"{SLUG}_{REPORT}_befunde.csv"),
        ("nachweise.csv", "text/csv; charset=utf-8", f"{SLUG}_{REPORT}_nachweise.csv"),
    ],
)
def test_a_report_is_shown_and_its_tables_are_saved(name: str, kind: str, where: str) -> None:
    with overview_of(DAG) as client:
        answer = client.get(f"{AT}/{REPORT}/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert where in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script" not in policy


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize(
    "path",
    [
        "../secret.html",
        "%2e%2e/secret.html",
        "..%2f..%2fsecret.csv",
        f"{REPORT}/..%2f..%2f..%2fsecret.csv",
        f"{REPORT}/%2e%2e",
        f"{REPORT}/..%5csecret.html",
        f"{REPORT}/summen.csv%00.html",
        f"{REPORT}/recording.json",
        f"{REPORT}/Summen.csv",
        f"{REPORT}%2f..%2f{REPORT}/summen.csv",
        f"{REPORT}%00/summen.csv",
        f"{REPORT}%0a/summen.csv",
        f".%2f{REPORT}/summen.csv",
        f"%2f{REPORT}/summen.csv",
        "proof_20260203-063000/abstimmung.html",
        "notes/abstimmung.html",
        "2026-01-01_2026-13-31_20260203-063000/summen.csv",
        f"{OLDER}/summen.csv",
    ],
)
def test_no_address_leads_out_of_a_report(path: str) -> None:
    with overview_of(DAG) as client:
        answer = client.get(f"{AT}/{path}")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_link_on_the_disk_leads_nowhere_else(reports: Path) -> None:
    (reports / REPORT / "summen.csv").unlink()
    (reports / REPORT / "summen.csv").symlink_to(reports.parents[1] / "secret.csv")
    with overview_of(DAG) as client:
        assert client.get(f"{AT}/{REPORT}/summen.csv").status_code == 404


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize(
    "path",
    [
        "invoices",
        "invoices.csv",
        "reports",
        f"reports/{REPORT}/abstimmung.html",
        f"reports/{REPORT}/summen.csv",
        "procedure.html",
        "procedure.md",
    ],
)
def test_whoever_may_not_read_the_dag_gets_no_file_of_the_space(path: str) -> None:
    with overview_of("cobot_sevdesk_another", "cobot_sevdesk_reconcile_weser-hof") as client:
        assert client.get(f"/spaces/{SLUG}/{path}").status_code == 404
    with overview_of(DAG) as client:
        assert client.get(f"/spaces/{SLUG}/{path}").status_code == 200


def test_a_space_without_reports_has_an_empty_list(spaces: Spaces, tmp_path: Path) -> None:
    add_dag(DAG)
    spaces(SLUG, reconciliation={"reports": f"file://{tmp_path}/none"})
    with overview_of(DAG) as client:
        assert client.get(AT).json() == {"reports": [], "is_unreadable": False}


def test_a_folder_that_cannot_be_read_from_here_is_told(spaces: Spaces) -> None:
    add_dag(DAG)
    spaces(SLUG, reconciliation={"reports": "nowhere-known://bucket/reports"})
    with overview_of(DAG) as client:
        assert client.get(AT).json() == {"reports": [], "is_unreadable": True}
        assert client.get(f"{AT}/{REPORT}/summen.csv").status_code == 404


@pytest.mark.usefixtures("reports")
def test_the_procedure_documentation_is_a_page_and_a_file() -> None:
    with overview_of(DAG) as client:
        page = client.get(f"/spaces/{SLUG}/procedure.html")
        text = client.get(f"/spaces/{SLUG}/procedure.md")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-disposition"] == "inline"
    assert "@media print" in page.text
    assert f"Space {SLUG}" in page.text
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert f"verfahrensdokumentation-{SLUG}.md" in text.headers["content-disposition"]
    assert text.text.startswith("# Verfahrensdokumentation")


def test_a_wrong_space_file_has_no_procedure_documentation(spaces: Spaces) -> None:
    add_dag(DAG)
    space = spaces(SLUG, schedul="x")
    os.utime(space.folder)
    with overview_of(DAG) as client:
        assert client.get(f"/spaces/{SLUG}/procedure.html").status_code == 404
