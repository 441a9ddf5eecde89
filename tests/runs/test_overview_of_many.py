"""The overview of many spaces: as many questions to the database as of few, and quick."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.history import NUMBERS, OPEN_PROBLEMS, ROWS, OpenProblem
from cobot_sevdesk.airflow.overview import spaces, standing
from cobot_sevdesk.domain.plan import Row
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason
from support.reported import add_reported_run

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(600)]

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
RUNS = 3
PODCAST = Reason("CS-202", {"code": "Podcast", "target": "Podcast"})


def a_space(number: int, invoices: int) -> tuple[list[Any], list[OpenProblem]]:
    """The rows of a space, and its problems; every tenth has one."""
    refs = [
        InvoiceRef(
            str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number}-{one}")),
            f"M{number}-{one}",
            date(2026, 11, 20),
            Decimal("119.00"),
        )
        for one in range(invoices)
    ]
    held = [PODCAST] if number % 10 == 0 else []
    rows = [Row(ref, "held" if held and ref is refs[0] else "kept") for ref in refs]
    return rows, [OpenProblem(Problem(PODCAST, (refs[0],)), date(2026, 11, 25), "run-2")] * len(
        held
    )


def add_spaces(first: int, last: int, *, invoices: int = 3) -> set[str]:
    """Put spaces with three scheduled runs each into Airflow's database; returns their DAG ids."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session
    from sqlalchemy import insert

    with create_session() as session:
        bundle = "of-many"
        if session.get(DagBundleModel, bundle) is None:
            session.add(DagBundleModel(name=bundle))
            session.flush()
        for number in range(first, last):
            id_ = f"cobot_sevdesk_many-{number}"
            session.execute(
                insert(DagModel).values(
                    dag_id=id_,
                    is_paused=True,
                    is_stale=False,
                    bundle_name=bundle,
                    fileloc="x",
                    max_active_tasks=1,
                    max_consecutive_failed_dag_runs=0,
                    has_task_concurrency_limits=False,
                )
            )
            rows, problems = a_space(number, invoices)
            left = {OPEN_PROBLEMS: xcom.dump(problems), ROWS: xcom.dump(rows)}
            left[NUMBERS] = "|".join(["", *(row.invoice.number.lower() for row in rows), ""])
            for run in range(RUNS):
                ended = NOW - timedelta(days=RUNS - run)
                of_run = {"run_type": "scheduled", "state": "failed" if problems else "success"}
                add_reported_run(session, id_, f"run-{run}", ended, left, **of_run)
    return {f"cobot_sevdesk_many-{number}" for number in range(first, last)}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to Airflow's database meanwhile."""
    from airflow import settings
    from sqlalchemy import event

    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(settings.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(settings.engine, "before_cursor_execute", note)


def look(ids: set[str]) -> tuple[list[dict[str, Any]], int, float]:
    """The page's content, the questions asked for it, and the seconds it took."""
    from airflow.utils.session import create_session

    began = time.monotonic()
    with counted() as sent, create_session() as session:
        found = spaces.find_spaces(session, ids, NOW)
    return found, len(sent), time.monotonic() - began


@pytest.mark.usefixtures("airflow_db")
def test_many_spaces_need_no_more_questions_than_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "STANDINGS", standing.Standings())
    few, few_questions, _ = look(add_spaces(0, 11))
    many, many_questions, _ = look(add_spaces(11, 60) | {row["dag_id"] for row in few})
    assert (len(few), len(many)) == (11, 60)
    assert [row["slug"] for row in many if row["state"] == "failed"][:2] == ["many-0", "many-10"]
    assert many_questions <= few_questions
    assert many_questions < 20
    again, again_questions, seconds = look({row["dag_id"] for row in many})
    assert again == many
    assert again_questions < many_questions
    assert seconds < 1


@pytest.mark.exhaustive
@pytest.mark.usefixtures("airflow_db")
def test_a_thousand_spaces_are_shown_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "STANDINGS", standing.Standings())
    ids = add_spaces(1000, 2000, invoices=100)
    _, _, cold = look(ids)
    _, questions, warm = look(ids)
    print(f"1,000 spaces: {cold:.2f} s at first, then {warm:.2f} s, {questions} questions")  # noqa: T201
    assert warm < 1
