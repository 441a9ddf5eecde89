"""Which days a run looks at, where its context says little."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cobot_sevdesk.airflow.request import read_request
from cobot_sevdesk.config.models import SpaceConfig

pytestmark = pytest.mark.airflow


def test_a_run_without_logical_date_keeps_its_days_when_it_is_cleared_weeks_later() -> None:
    config = SpaceConfig.model_validate(
        {"slug": "elbe", "sync_from": "2026-01-01", "cobot": {"subdomain": "elbe"}}
    )
    run_after = datetime(2026, 3, 10, 12, tzinfo=UTC)
    run = SimpleNamespace(conf={}, run_type="manual", run_after=run_after)
    context: dict[str, Any] = {"dag_run": run, "logical_date": None, "params": {}}
    days = [
        read_request(context, config, now=now).window
        for now in (run_after, datetime(2026, 4, 20, 12, tzinfo=UTC))
    ]
    assert days[0] == days[1]
    assert days[0].last == date(2026, 3, 10)
