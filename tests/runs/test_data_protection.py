"""What stands in logs, XComs, rendered fields and reports: no personal data, no token.

The strings that are looked for come from the simulated services themselves, after a month of two
spaces with every odd case, their reconciliation and the preflight. What does stand there is listed
in docs/roles/operator.md.
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pendulum
import pytest

from sandbox import demo
from sandbox.server import SandboxServer
from sandbox.world import World
from tools.dag_runs import DagRunner
from tools.sandbox_env import SPACE_FILES, SPACES, connections

DAY = "2026-01-10"
PLACES = {"Germany", "Deutschland", "Hamburg"}
"""Parts of addresses that are no secret and stand in documents of their own."""

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


@pytest.fixture
def demo_world(box: SandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Both sample spaces with their files and connections."""
    demo.build_demo(box.world)
    for space in box.world.spaces.values():
        for number, member in enumerate(space.members.values()):
            member["phone"] = f"+49 40 5550{number:03}"
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(SPACE_FILES))
    monkeypatch.setenv("COBOT_SEVDESK_REPORTS", f"file://{tmp_path}/reports")
    for name, value in connections(box.cobot_url, box.sevdesk_url).items():
        monkeypatch.setenv(name, value)
    return box.world


def personal_strings(world: World) -> set[str]:
    """Names, companies, addresses, e-mails, phones and tokens of everybody in both services."""
    found: set[str] = {*world.tokens, *world.tenants}
    for space in world.spaces.values():
        people = [*space.members.values(), *space.teams.values(), *space.contacts.values()]
        invoices = [one["attributes"] for one in space.invoices.values()]
        for address in (one["recipientAddress"] for one in invoices):
            found |= {address.get(key) or "" for key in ("name", "company", "fullAddress")}
        for person in people:
            found |= set(_texts(person, ("name", "company", "email", "phone", "address")))
    lines = {line.strip() for text in found for line in text.splitlines()}
    return {line for line in lines if len(line) > 4} - PLACES


def _texts(value: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """Every text below these keys."""
    for key, inside in value.items() if isinstance(value, dict) else ():
        if isinstance(inside, dict):
            yield from _texts(inside, (*keys, "full_address", "fullAddress"))
        elif key in keys and isinstance(inside, str):
            yield inside


def everything_kept(results: list[Any], reports: Path) -> str:
    """XComs, rendered fields and reports as one text."""
    from airflow.models.renderedtifields import RenderedTaskInstanceFields
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        rendered = session.scalars(select(RenderedTaskInstanceFields)).all()
        fields = [str(row.rendered_fields) for row in rendered]
    files = [path.read_text("utf-8-sig") for path in reports.rglob("*") if path.is_file()]
    assert len(files) >= 2
    assert fields
    return "\n".join([*(str(result.xcoms) for result in results), *fields, *files])


def test_nothing_personal_is_kept_or_logged(
    demo_world: World,
    run_dag: DagRunner,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = personal_strings(demo_world)
    results = [run_dag(slug, day=DAY) for slug in SPACES]
    for slug in SPACES:
        dates = {"from_date": "2026-01-01", "to_date": "2026-01-09"}
        results.append(run_dag.run(f"cobot_sevdesk_reconcile_{slug}", day=DAY, **dates))
    results.append(run_dag.run("cobot_sevdesk_preflight", day=DAY))

    kept = everything_kept(results, tmp_path / "reports")
    told = caplog.text + "".join(capfd.readouterr())

    assert len(secrets) > 40
    assert "CS-201" in told, "the letters of red boxes are among what was looked at"
    assert [one for one in sorted(secrets) if one in kept] == []
    assert [one for one in sorted(secrets) if one in told] == []
    assert not re.search(r"[\w.]+@(?!.*mailto)\w+\.\w+", kept)


def test_the_clean_up_of_the_operators_page_leaves_no_xcom(
    demo_world: World, run_dag: DagRunner
) -> None:
    from airflow.models.xcom import XComModel
    from airflow.utils.db_cleanup import run_cleanup
    from airflow.utils.session import create_session
    from sqlalchemy import func, select

    def count() -> int:
        with create_session() as session:
            return session.scalar(select(func.count()).select_from(XComModel)) or 0

    assert demo_world.spaces
    run_dag(SPACES[0], day=DAY)
    assert count() > 0
    run_cleanup(clean_before_timestamp=pendulum.now("UTC"), skip_archive=True, confirm=False)
    assert count() == 0
