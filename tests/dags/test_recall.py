"""What a run takes over from the one before, and what it rather looks at again."""

from datetime import date

import pytest

from cobot_sevdesk.recall import Recalled

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
