"""Whether a space is overdue, as a task may ask: the preflight has no database.

Overdue: switched on, and neither of the last two scheduled runs has ended.
"""

from datetime import datetime
from functools import partial
from typing import Any

from cobot_sevdesk.airflow.request import last_interval
from cobot_sevdesk.airflow.versions import find_is_paused
from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.problems import Problem, Reason
from cobot_sevdesk.domain.window import local_date

ENDED = ["success", "failed"]
AT_WORK = ["queued", "running"]


def find_overdue(ti: Any, config: SpaceConfig, now: datetime) -> Problem | None:  # noqa: ANN401
    """The problem of an overdue space; `None` where it is none, or where Airflow does not tell.

    `ti` is the task instance that asks. In time is also a run that was due last and is at work, and
    a space that has never run: somebody has just added it.
    """
    if config.schedule is None or find_is_paused(ti, config.dag_id) is not False:
        return None
    # Airflow names a scheduled run by the start of its data interval.
    last, _ = last_interval(config, now)
    before, due = last_interval(config, last)
    counts = partial(ti.get_dr_count, config.dag_id)
    in_time = (
        counts(logical_dates=[before, last], states=ENDED)
        or counts(logical_dates=[last], states=AT_WORK)
        or not counts()
    )
    if in_time:
        return None
    day = local_date(due, config.timezone).isoformat()
    return Problem(Reason("CS-130", {"dag": config.dag_id, "day": day}))
