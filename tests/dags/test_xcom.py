"""What travels between tasks and runs arrives as it was sent."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.history import OpenProblem, ScheduledRun
from cobot_sevdesk.airflow.outcome import Repaired
from cobot_sevdesk.domain.letters import Links
from cobot_sevdesk.domain.plan import Applied, MembersApplied, Row
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason, Remark
from cobot_sevdesk.sync.members import MembersFound
from cobot_sevdesk.sync.runs import InvoicesFound, KnownContents, Pushed
from dags.fake_airflow import FakeAirflow

pytestmark = pytest.mark.airflow

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
IDS = st.lists(TEXT, max_size=3).map(tuple)
DETAILS = st.dictionaries(TEXT, TEXT, max_size=3)
AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
)
REASONS = st.builds(Reason, TEXT, DETAILS)
REMARKS = st.builds(Remark, TEXT, DETAILS)
DATES = st.dates()
REFS = st.builds(
    InvoiceRef,
    TEXT,
    TEXT,
    st.none() | DATES,
    st.none() | AMOUNTS | st.just(Decimal("1E+5")),
    st.sampled_from(["EUR", "CHF", ""]),
    TEXT,
)
STATES = st.sampled_from(["open", "booked", "kept", "by_hand", "skipped", "held"])


def some(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=2).map(tuple)


ROWS = st.builds(
    Row, REFS, STATES, some(REASONS), some(REMARKS), IDS, st.booleans(), AMOUNTS, AMOUNTS
)
FLAT = st.builds(Problem, REASONS, some(REFS), IDS, st.booleans())
PROBLEMS = st.builds(Problem, REASONS, some(REFS), IDS, st.booleans(), some(FLAT))
MEMBERS_APPLIED = st.builds(
    MembersApplied,
    DETAILS,
    st.dictionaries(TEXT, REASONS, max_size=2),
    IDS,
    IDS,
    IDS,
    IDS,
    some(PROBLEMS),
)
APPLIED = st.builds(Applied, some(ROWS), some(PROBLEMS))
PUSHED = st.builds(Pushed, APPLIED, MEMBERS_APPLIED)
TRAVELLERS: dict[type, st.SearchStrategy[Any]] = {
    InvoicesFound: st.builds(
        InvoicesFound, some(ROWS), some(st.tuples(TEXT, REMARKS)), some(PROBLEMS)
    ),
    MembersFound: st.builds(MembersFound, IDS, IDS, st.booleans(), st.none() | IDS, some(PROBLEMS)),
    Applied: APPLIED,
    Row: ROWS,
    MembersApplied: MEMBERS_APPLIED,
    Pushed: PUSHED,
    Repaired: st.builds(Repaired, st.integers(-1, 2000), st.none() | PROBLEMS, PUSHED),
    Problem: PROBLEMS,
    KnownContents: st.builds(KnownContents, DETAILS, DETAILS),
    Links: st.builds(Links, TEXT, TEXT, TEXT, TEXT),
    ScheduledRun: st.builds(ScheduledRun, TEXT, DATES, DATES),
    OpenProblem: st.builds(OpenProblem, PROBLEMS, DATES, TEXT),
}


@pytest.mark.parametrize("kind", TRAVELLERS, ids=lambda kind: kind.__name__)
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_loaded_is_what_was_dumped(kind: type, data: st.DataObject) -> None:
    value = data.draw(TRAVELLERS[kind])
    stored = json.loads(json.dumps(xcom.dump(value), allow_nan=False))
    assert xcom.load(kind, stored) == value


@pytest.mark.parametrize("kind", [Row, ScheduledRun, OpenProblem])
@settings(max_examples=20)
@given(data=st.data())
def test_lists_arrive_as_well(kind: type, data: st.DataObject) -> None:
    values = data.draw(st.lists(TRAVELLERS[kind], max_size=3))
    stored = json.loads(json.dumps(xcom.dump(values)))
    assert xcom.load(list[kind], stored) == values  # type: ignore[valid-type]


def test_amounts_travel_as_text() -> None:
    ref = InvoiceRef("1", "R-1", date(2026, 1, 5), Decimal("0.10"))
    assert xcom.dump(ref) == {"id": "1", "number": "R-1", "date": "2026-01-05", "gross": "0.10"}


def test_what_a_task_left_is_there_for_others_of_the_run_and_later_ones() -> None:
    airflow = FakeAirflow()
    found = MembersFound(members=("mem-1",))
    with airflow.task("monday", "extract_members"):
        xcom.leave(xcom.RETURN_VALUE, found)
    with airflow.task("monday", "sync_members"):
        assert xcom.get_left(MembersFound, "extract_members") == found
    with airflow.task("tuesday", "sync_members"):
        assert xcom.find_left(MembersFound, "extract_members") is None
        before = xcom.find_left_before(MembersFound, "extract_members", xcom.RETURN_VALUE)
        assert before == found


def test_what_a_task_did_not_leave_is_not_nothing() -> None:
    airflow = FakeAirflow()
    with (
        airflow.task("monday", "push_vouchers"),
        pytest.raises(xcom.NothingLeftError, match="extract_invoices left nothing: clear it"),
    ):
        xcom.get_left(InvoicesFound, "extract_invoices")


def test_what_another_version_left_is_refused_within_a_run_and_forgotten_between_runs() -> None:
    airflow = FakeAirflow()
    with airflow.task("monday", "report"):
        xcom.leave("open_problems", [{"trouble": "x"}])
        with pytest.raises(ValidationError):
            xcom.get_left(list[OpenProblem], "report", "open_problems")
        assert xcom.find_left_before(list[OpenProblem], "report", "open_problems") is None
