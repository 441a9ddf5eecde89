"""When the preflight calls a space overdue: by what Airflow tells a task of another DAG."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cobot_sevdesk.airflow.preflight import find_overdue
from cobot_sevdesk.airflow.versions import AirflowRuntimeError
from cobot_sevdesk.config import SpaceConfig

pytestmark = pytest.mark.airflow

NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
"""In Berlin five o'clock, a quarter of an hour before the next run is due."""
DUE_LAST = datetime(2026, 11, 25, 4, 15, tzinfo=UTC)
"""The start of the interval that ended last: of the run that was due on the 26th."""
DUE_BEFORE = datetime(2026, 11, 24, 4, 15, tzinfo=UTC)
EARLIER = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


@dataclass
class Asking:
    """A task instance that may ask; the runs of the space are `(logical date, state)`."""

    runs: list[tuple[datetime, str]] = field(default_factory=list)
    is_paused: bool | None = False

    def get_dag(self, _: str) -> Any:
        if self.is_paused is None:
            raise AirflowRuntimeError(SimpleNamespace(error=SimpleNamespace(value="x"), detail={}))
        return SimpleNamespace(is_paused=self.is_paused)

    def get_dr_count(self, dag_id: str, logical_dates: Any = None, states: Any = None) -> int:
        assert dag_id == "cobot_sevdesk_ems-hof"
        return sum(
            (logical_dates is None or at in logical_dates) and (states is None or state in states)
            for at, state in self.runs
        )


def a_space(schedule: str | None = "15 5 * * *") -> SpaceConfig:
    return SpaceConfig(
        slug="ems-hof",
        schedule=schedule,
        sync_from=date(2026, 1, 1),
        cobot={"subdomain": "ems-hof"},  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("state", ["running", "queued"])
def test_two_runs_that_did_not_end_are_overdue(state: str) -> None:
    found = find_overdue(Asking([(EARLIER, "success"), (DUE_BEFORE, state)]), a_space(), NOW)
    assert found is not None
    assert found.reason.details == {"dag": "cobot_sevdesk_ems-hof", "day": "2026-11-25"}
    assert "25.11.2026" in found.label("de")
    assert find_overdue(Asking([(EARLIER, "success")]), a_space(), NOW) is not None


@pytest.mark.parametrize(
    "run",
    [(DUE_BEFORE, "success"), (DUE_BEFORE, "failed"), (DUE_LAST, "failed"), (DUE_LAST, "running")],
)
def test_one_that_ended_or_has_just_begun_is_in_time(run: tuple[datetime, str]) -> None:
    assert find_overdue(Asking([(EARLIER, "success"), run]), a_space(), NOW) is None


@pytest.mark.parametrize("is_paused", [True, None])
def test_a_paused_space_is_not_overdue_nor_one_that_airflow_does_not_know(
    is_paused: bool | None,  # noqa: FBT001
) -> None:
    assert find_overdue(Asking([(EARLIER, "success")], is_paused), a_space(), NOW) is None


def test_a_space_without_schedule_or_without_any_run_is_not_overdue() -> None:
    assert find_overdue(Asking([(EARLIER, "success")]), a_space(None), NOW) is None
    assert find_overdue(Asking(), a_space(), NOW) is None


def test_an_airflow_that_does_not_say_whether_a_dag_is_paused_is_not_guessed_at() -> None:
    assert find_overdue(SimpleNamespace(), a_space(), NOW) is None
