"""What a run takes over from the one before, and what it rather looks at again."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cobot_sevdesk.airflow import recall
from cobot_sevdesk.airflow.recall import KEY, Recalled
from cobot_sevdesk.steps.memory import Memory

TODAY = date(2026, 1, 10)

pytestmark = pytest.mark.airflow


def no_look() -> None:
    """No run has left one."""


def test_what_was_read_and_written_in_one_run_counts_together() -> None:
    read, written = Recalled("run-2", {"A": ""}), Recalled("run-2", {"B": ""})
    assert read.memory(written, no_look).recalled == {"A": "", "B": ""}


def test_a_writing_task_of_an_earlier_run_does_not_count() -> None:
    """That of the last run was killed: the earlier one may have written into another account."""
    read, written = Recalled("run-2", {"A": ""}), Recalled("run-1", {"B": ""})
    assert read.memory(written, no_look).recalled == {"A": ""}


@pytest.mark.parametrize(
    ("looked_up", "expected"),
    [(TODAY, "space"), (date(2026, 1, 3), "space"), (date(2026, 1, 2), None), (None, None)],
)
def test_the_id_of_a_space_is_looked_up_again_after_a_week(
    looked_up: date | None, expected: str | None
) -> None:
    assert Recalled("run-1", {}, "space", looked_up).id_on(TODAY) == expected


@pytest.mark.parametrize(("logical_date", "pushed"), [(TODAY, {KEY}), (None, set())])
def test_a_run_without_a_logical_date_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, logical_date: date | None, pushed: set[str]
) -> None:
    left: dict[str, object] = {}
    context = {
        "run_id": "run-1",
        "dag_run": SimpleNamespace(logical_date=logical_date),
        "ti": SimpleNamespace(xcom_push=left.__setitem__),
    }
    monkeypatch.setattr(recall, "get_current_context", lambda: context)
    cobot = SimpleNamespace(space=SimpleNamespace(looked_up=None))
    space: Any = SimpleNamespace(memory=Memory(), cobot=cobot, today=TODAY, accounts="here")
    recall.leave(space)
    assert set(left) == pushed
