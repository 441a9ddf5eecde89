"""The preflight DAG: one box per space, green only where the next run would be."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from cobot_sevdesk.airflow.request import last_interval
from cobot_sevdesk.config import load_space_config
from sandbox.cobot_space import line
from support.spaces import COBOT_TOKEN, SpaceFiles
from tools.dag_runs import DagRunner, RunResult

Spaces = Callable[..., SpaceFiles]

DAG_ID = "cobot_sevdesk_preflight"

pytestmark = pytest.mark.airflow


def checks(result: RunResult) -> list[str]:
    """The states of the boxes, in the order of the slugs."""
    return [state for (task, _), state in sorted(result.tasks.items()) if task == "check_space"]


def test_a_space_that_is_ready_is_green_and_nothing_is_written(
    spaces: Spaces, run_dag: DagRunner
) -> None:
    space = spaces(sync_from="2026-01-01", vouchers={"lookback_days": 3660})
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))

    result = run_dag.run(DAG_ID, day="2026-02-03")

    assert result.succeeded
    assert checks(result) == ["success"]
    report = result.xcoms["check_space[0].return_value"]
    assert (report["booked"], report["contacts_created"], report["dry_run"]) == (1, 1, True)
    assert space.writes() == []


def test_each_space_has_its_own_box(spaces: Spaces, run_dag: DagRunner) -> None:
    spaces("aachen")
    bremen = spaces("bremen", vouchers={"lookback_days": 3660})
    bremen.cobot.add_invoice("2026-01-05", [line("10.00", code="Podcast")])
    (bremen.folder / "celle.yaml").write_text("sync_from: soon\n")
    spaces("dresden", vouchers={"cost_centre": "999"})

    result = run_dag.run(DAG_ID, day="2026-02-03")

    assert checks(result) == ["success", "failed", "failed", "failed"]
    assert bremen.writes() == []


def test_single_spaces_can_be_chosen(spaces: Spaces, run_dag: DagRunner) -> None:
    spaces("aachen")
    spaces("bremen", vouchers={"cost_centre": "999"})
    assert checks(run_dag.run(DAG_ID, day="2026-02-03", spaces=["aachen"])) == ["success"]
    assert not run_dag.run(DAG_ID, day="2026-02-03", spaces=["nowhere"]).succeeded


def test_a_revoked_token_and_missing_scopes_are_red(spaces: Spaces, run_dag: DagRunner) -> None:
    space = spaces()
    space.box.world.faults.add("status_before", service="cobot", status=401, times=999)
    assert checks(run_dag.run(DAG_ID, day="2026-02-03")) == ["failed"]
    space.box.world.faults.clear()
    space.box.world.faults.add("status_before", path="/teams$", status=403, times=999)
    assert checks(run_dag.run(DAG_ID, day="2026-02-03")) == ["failed"]


def test_an_id_of_another_space_is_red(spaces: Spaces, run_dag: DagRunner) -> None:
    """Its invoices would be booked into the account of this one."""
    space = spaces()
    other = space.box.world.add_space("other", token=f"{COBOT_TOKEN}-{space.slug}")
    space.write(cobot={"subdomain": space.slug, "space_id": other.id})
    assert checks(run_dag.run(DAG_ID, day="2026-02-03")) == ["failed"]
    space.write(cobot={"subdomain": space.slug, "space_id": space.cobot.id})
    assert checks(run_dag.run(DAG_ID, day="2026-02-03")) == ["success"]


def test_codes_of_the_settings_are_checked_before_any_invoice_carries_them(
    spaces: Spaces, run_dag: DagRunner
) -> None:
    space = spaces(accounts={"Flex": "4400"})
    good: list[dict[str, Any]] = [{"name": "4400", "tax_rate": "19.0"}, {"name": "Flex"}]
    space.cobot.codes = good
    result = run_dag.run(DAG_ID, day="2026-02-03")
    assert checks(result) == ["success"]
    space.cobot.codes = [
        *good,
        {"name": "Podcast", "tax_rate": None},
        {"name": "4300", "tax_rate": "19.0"},
    ]
    result = run_dag.run(DAG_ID, day="2026-02-03")
    assert checks(result) == ["failed"]


def test_a_token_that_may_not_read_codes_is_no_problem(spaces: Spaces, run_dag: DagRunner) -> None:
    space = spaces()
    space.cobot.codes = [{"name": "Podcast", "tax_rate": None}]
    token, (subdomains, scopes) = next(iter(space.box.world.tokens.items()))
    space.box.world.tokens[token] = (subdomains, scopes - {"read_accounting_codes"})
    assert checks(run_dag.run(DAG_ID, day="2026-02-03")) == ["success"]


def test_a_space_that_is_overdue_is_red_until_a_scheduled_run_has_ended(
    spaces: Spaces, run_dag: DagRunner
) -> None:
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select, update

    slug = "ems-hof"
    spaces(slug)
    run_dag(slug)
    ours = DagModel.dag_id == f"cobot_sevdesk_{slug}"
    with create_session() as session:
        session.execute(update(DagModel).where(ours).values(is_paused=False))
    if not hasattr(RuntimeTaskInstance, "get_dag"):
        pytest.skip("this Airflow does not tell a task whether a DAG is paused")
    assert checks(run_dag.run(DAG_ID, day="2026-02-03")) == ["failed"]
    with create_session() as session:
        run = session.scalars(select(DagRun).where(DagRun.dag_id == f"cobot_sevdesk_{slug}")).one()
        config = load_space_config(slug)
        run.logical_date, _ = last_interval(config, datetime.now(UTC))
    assert checks(run_dag.run(DAG_ID, day="2026-02-03")) == ["success"]
