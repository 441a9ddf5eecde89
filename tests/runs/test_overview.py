"""What the overview shows of a space whatever ran last, and whom it shows nothing."""

import csv
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cobot_sevdesk.airflow.overview import invoices
from cobot_sevdesk.airflow.overview.spaces import find_spaces
from sandbox.cobot_space import line
from support.readers import overview_of
from support.spaces import SpaceFiles
from tools.dag_runs import DagRunner, RunResult

Spaces = Callable[..., SpaceFiles]

pytestmark = pytest.mark.airflow


def seen(slug: str, *, now: datetime | None = None) -> dict[str, Any]:
    """The row of a space on the page."""
    from airflow.utils.session import create_session

    with create_session() as session:
        (row,) = find_spaces(session, {f"cobot_sevdesk_{slug}"}, now)
    return row


def found(slug: str, part: str) -> list[dict[str, Any]]:
    """The invoices that the page finds."""
    from airflow.utils.session import create_session

    with create_session() as session:
        answer = invoices.find_invoices(session, [f"cobot_sevdesk_{slug}"], part)
    listed: list[dict[str, Any]] = answer["invoices"]
    return listed


def set_state(run: RunResult, task_id: str, index: int, state: str) -> None:
    """What *mark success* does to one task."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        query = select(TaskInstance).where(
            TaskInstance.dag_id == run.dag_id,
            TaskInstance.run_id == run.run_id,
            TaskInstance.task_id == task_id,
            TaskInstance.map_index == index,
        )
        for ti in session.scalars(query):
            ti.state = state


def test_a_space_stays_red_whatever_ran_last_until_its_problem_is_solved(
    spaces: Spaces, run_dag: DagRunner
) -> None:
    space = spaces("havel-hof")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], number="H-1")
    wrong = space.cobot.add_invoice("2026-01-05", [line("20.00", code="Podcast")], number="H-2")
    first = run_dag("havel-hof")
    now = datetime(2026, 1, 10, tzinfo=UTC)
    row = seen("havel-hof", now=now)
    assert (row["state"], row["vouchers"], row["gross"]) == ("failed", 1, "11.90")
    assert (row["held_back"], row["gross_held_back"], row["mismatches"]) == (1, "23.80", 1)
    (problem,) = row["problems"]
    assert (problem["code"], problem["gross"]) == ("CS-202", "23.80")
    assert problem["path"].endswith("/tasks/needs_attention/mapped/0")

    # None of these looked at it, or wrote anything.
    run_dag("havel-hof", dry_run=True)
    run_dag("havel-hof", from_date="2026-01-06", to_date="2026-01-06")
    run_dag("havel-hof", dryrun=True)
    set_state(first, "needs_attention", 0, "success")
    after = seen("havel-hof", now=now)
    assert [p["code"] for p in after["problems"]] == ["CS-202"]
    figures = ("state", "vouchers", "gross", "held_back", "gross_held_back", "mismatches")
    assert [after[name] for name in figures] == [row[name] for name in figures]
    (held,) = found("havel-hof", "h-2")
    assert (held["state"], held["why"][:6], held["run_id"]) == ("held", "CS-202", first.run_id)
    assert held["red_path"]

    space.cobot.edit_invoice(wrong, items=[line("20.00")])
    mended = run_dag("havel-hof", from_date="2026-01-05", to_date="2026-01-05")
    assert mended.succeeded
    row = seen("havel-hof", now=now)
    assert (row["state"], row["vouchers"], row["problems"]) == ("success", 2, [])
    assert seen("havel-hof", now=now + timedelta(days=60))["vouchers"] == 0
    (booked,) = found("havel-hof", "H-2")
    assert (booked["state"], booked["run_id"]) == ("booked", mended.run_id)
    assert len(booked["vouchers"]) == 1
    assert found("havel-hof", "EL-99") == []


def test_a_wrong_space_file_is_red_at_once(spaces: Spaces, run_dag: DagRunner) -> None:
    space = spaces("spree-hof")
    assert run_dag("spree-hof").succeeded
    assert seen("spree-hof")["state"] == "success"
    space.write(schedul="x")
    os.utime(space.folder)
    row = seen("spree-hof")
    assert row["state"] == "failed"
    assert any("schedul" in text for text in row["file_problems"])


def test_a_space_is_overdue_where_two_scheduled_runs_did_not_end(
    spaces: Spaces, run_dag: DagRunner
) -> None:
    spaces("oder-hof")
    run_dag("oder-hof")
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from sqlalchemy import select

    ended = datetime(2026, 1, 10, 5, 20, tzinfo=UTC)
    with create_session() as session:
        run = session.scalars(select(DagRun).where(DagRun.dag_id == "cobot_sevdesk_oder-hof")).one()
        run.run_type, run.end_date = "scheduled", ended
        dag = session.get(DagModel, "cobot_sevdesk_oder-hof")
        assert dag is not None
        dag.is_paused = False
    assert seen("oder-hof", now=ended + timedelta(hours=46))["overdue_since"] is None
    late = seen("oder-hof", now=ended + timedelta(hours=49))
    assert (late["state"], late["overdue_since"]) == ("failed", ended.isoformat())
    # The next run is at work: after a long pause, say.
    with create_session() as session:
        began = DagRun(
            dag_id="cobot_sevdesk_oder-hof",
            run_id="scheduled__2026-01-11",
            run_type="scheduled",
            run_after=datetime(2026, 1, 12, 4, 15, tzinfo=UTC),
            state=DagRunState.RUNNING,
        )
        session.add(began)
    assert seen("oder-hof", now=ended + timedelta(hours=49))["overdue_since"] is None
    # It hangs.
    assert seen("oder-hof", now=ended + timedelta(hours=73))["overdue_since"] == ended.isoformat()
    with create_session() as session:
        dag = session.get(DagModel, "cobot_sevdesk_oder-hof")
        assert dag is not None
        dag.is_paused = True
    assert seen("oder-hof", now=ended + timedelta(hours=49))["state"] == "success"


def test_a_paused_space_says_since_when_where_airflow_wrote_it_down(
    spaces: Spaces, run_dag: DagRunner
) -> None:
    from airflow.models.log import Log
    from airflow.utils.session import create_session

    spaces("aller-hof")
    run_dag("aller-hof")
    id_ = "cobot_sevdesk_aller-hof"

    def note(event: str, day: int, **extra: Any) -> None:
        with create_session() as session:
            log = Log(event=event, owner="ada", dag_id=id_, extra=json.dumps(extra))
            log.dttm = datetime(2026, 1, day, tzinfo=UTC)
            session.add(log)

    assert (seen("aller-hof")["paused"], seen("aller-hof")["paused_since"]) == (True, None)
    note("patch_dag", 10, is_paused=True, method="PATCH")
    note("favorite_dag", 11)
    note("patch_dag", 12, method="PATCH")
    assert seen("aller-hof")["paused_since"] == "2026-01-10T00:00:00+00:00"
    note("cli_dag_unpause", 13, full_command="['airflow', 'dags', 'unpause', ...]")
    # Several were paused at once since then: Airflow does not write down which.
    assert (seen("aller-hof")["paused"], seen("aller-hof")["paused_since"]) == (True, None)
    note("cli_dag_pause", 14, full_command="['airflow', 'dags', 'pause', ...]")
    assert seen("aller-hof")["paused_since"] == "2026-01-14T00:00:00+00:00"


def test_nobody_sees_a_space_whose_dag_he_may_not_read(spaces: Spaces, run_dag: DagRunner) -> None:
    from airflow.utils.session import create_session

    space = spaces("saale-hof")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], number="S-1")
    run_dag("saale-hof")
    with create_session() as session:
        assert find_spaces(session, {"cobot_sevdesk_preflight", "cobot_sevdesk_others"}) == []
        assert invoices.find_invoices(session, ["cobot_sevdesk_others"], "S-1")["invoices"] == []
    assert len(found("saale-hof", "S-1")) == 1


def test_the_invoices_of_the_last_60_days_are_listed_and_saved_as_a_table(
    spaces: Spaces, run_dag: DagRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.api_fastapi.app import create_auth_manager

    monkeypatch.setenv("AIRFLOW__CORE__AUTH_MANAGER", "support.readers.ReadsSomeDags")
    create_auth_manager()
    today = datetime.now(UTC).date()
    space = spaces("leine-hof")
    for days, number, code in ((70, "L-1", "4400"), (30, "=L-2", "4400"), (2, "L-3", "Podcast")):
        day = (today - timedelta(days=days)).isoformat()
        space.cobot.add_invoice(day, [line("10.00", code=code)], number=number)
    from_date = (today - timedelta(days=90)).isoformat()
    run = run_dag("leine-hof", day=today.isoformat(), from_date=from_date)
    run_dag("leine-hof", day=today.isoformat(), from_date=from_date, dry_run=True)

    with overview_of("cobot_sevdesk_leine-hof") as client:
        listed = client.get("/spaces/leine-hof/invoices").json()
        table = client.get("/spaces/leine-hof/invoices.csv")
        held = client.get("/spaces/leine-hof/invoices.csv?state=held").text
    assert [(one["number"], one["state"]) for one in listed["invoices"]] == [
        ("L-3", "held"),
        ("=L-2", "booked"),
    ]
    assert listed["known_since"]
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="invoices-leine-hof.csv"' in table.headers["content-disposition"]
    head, *rows = csv.reader(table.content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert head[:5] == ["number", "date", "gross", "currency", "state"]
    assert [row[0] for row in rows] == ["L-3", "'=L-2"]
    booked = dict(zip(head, rows[1], strict=True))
    assert (booked["gross"], booked["state"], booked["run"]) == ("11.90", "booked", run.run_id)
    (voucher,) = (one for one in space.vouchers if one["description"].startswith("=L-2"))
    assert booked["vouchers"] == voucher["id"]
    assert [row.split(";")[0] for row in held.splitlines()[1:]] == ["L-3"]
    # The search finds older ones, too.
    assert [one["state"] for one in found("leine-hof", "L-1")] == ["booked"]


def test_a_number_that_is_typed_whole_comes_first_however_many_hold_it(
    spaces: Spaces, run_dag: DagRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = spaces("bode-hof")
    space.cobot.add_invoice("2026-01-02", [line("10.00")], number="B-1")
    run_dag("bode-hof", from_date="2026-01-02", to_date="2026-01-02")
    for day in (3, 4, 5):
        space.cobot.add_invoice(f"2026-01-0{day}", [line("10.00")], number=f"B-1{day}")
        run_dag("bode-hof", from_date=f"2026-01-0{day}", to_date=f"2026-01-0{day}")
    assert [one["number"] for one in found("bode-hof", "b-1")] == ["B-1", "B-15", "B-14", "B-13"]
    assert not any(one["is_older"] for one in found("bode-hof", "b-1"))
    monkeypatch.setattr(invoices, "MOST_READ", 2)
    few = found("bode-hof", "b-1")
    assert [(one["number"], one["is_older"]) for one in few] == [("B-1", False), ("B-15", True)]
