"""What the overview shows of a space, and whom it shows nothing."""

from collections.abc import Callable

import pytest

from dag_runs import DagRunner
from sandbox.cobot_space import line
from spaces import SpaceFiles

Spaces = Callable[..., SpaceFiles]

DAG_ID = "cobot_sevdesk_havel-hof"

pytestmark = pytest.mark.airflow


def test_the_overview_tells_what_the_last_run_did(spaces: Spaces, run_dag: DagRunner) -> None:
    from airflow.utils.session import create_session

    from cobot_sevdesk.airflow.overview import find_spaces

    space = spaces("havel-hof")
    space.cobot.add_invoice("2026-01-05", [line("10.00")])
    space.cobot.add_invoice("2026-01-05", [line("20.00", code="Podcast")])
    assert not run_dag("havel-hof").succeeded

    with create_session() as session:
        assert find_spaces(session, {"cobot_sevdesk_somebody-elses"}) == []
        (row,) = find_spaces(session, {DAG_ID, "cobot_sevdesk_preflight"})

    assert (row["slug"], row["state"], row["last_good"]) == ("havel-hof", "failed", None)
    assert (row["vouchers"], row["gross"]) == (1, "11.90")
    assert (row["held_back"], row["gross_held_back"], row["mismatches"]) == (1, "23.80", 1)
    assert [(one["code"], one["gross"]) for one in row["problems"]] == [("CS-202", "23.80")]
