"""What a run leaves to the next one: an XCom of its tasks, which the next one's tasks pull.

Airflow's own store, so it ends with the runs (`airflow db clean`), and whoever deletes it loses
a few requests and word of edits before that, never a voucher; see `steps/memory.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from airflow.sdk import get_current_context
from pydantic import ValidationError

from cobot_sevdesk.airflow import xcom as handoff
from cobot_sevdesk.domain.outcome import Look
from cobot_sevdesk.steps.memory import Memory
from cobot_sevdesk.steps.space import Space

KEY = "seen_whole"
LOOK_KEY = "looked_at_all"
"""Apart from the other, since a run leaves it only where it has looked at all. Whoever changes what
signs are or how they are packed gives it another name, since old ones would be misread."""
MOST_STAMPS = 5000
"""More are not worth their place: so many vouchers take many requests anyway."""
ID_LASTS = timedelta(days=7)
"""How long the id of a space is taken as an earlier run looked it up."""


Left = TypeVar("Left")


@dataclass(frozen=True)
class Recalled:
    """What a task left: stamps of what it saw whole, with contents; the space's id, if it asked.

    `accounts` tells where it saw that: what was seen elsewhere counts for nothing.
    """

    run_id: str = ""
    stamps: Mapping[str, str] = field(default_factory=dict)
    space_id: str | None = None
    looked_up: date | None = None
    accounts: str = ""

    def id_on(self, today: date) -> str | None:
        """The id of the space, while it is young."""
        is_young = self.looked_up is not None and today - self.looked_up <= ID_LASTS
        return self.space_id if is_young else None

    def memory(self, writer: "Recalled", look: Callable[[], Look | None]) -> Memory:
        """What the run saw whole, its writing task as well; `look` is its last one at all vouchers.

        A run whose writing task was killed is not mixed with an earlier one.
        """
        written = writer.stamps if writer.run_id == self.run_id else {}
        return Memory({**self.stamps, **written}, look=look)


@dataclass(frozen=True)
class _RecalledLook:
    look: Look | None = None
    accounts: str = ""


def recall(task_id: str, accounts: str) -> Recalled:
    """What this task left in the last run up to the date of this one, of these accounts."""
    found = _pulled(Recalled, task_id, KEY)
    return found if found.accounts == accounts else Recalled()


def recall_look(task_id: str, accounts: str) -> Look | None:
    """The same of the last run that left a look at all vouchers."""
    found = _pulled(_RecalledLook, task_id, LOOK_KEY)
    return found.look if found.accounts == accounts else None


def leave(space: Space, recalled: Recalled | None = None) -> None:
    """Leave to the next run what this task saw; an id that it did not look up stays as old.

    A run without a logical date leaves nothing: PostgreSQL sorts it last, so that all later runs
    would recall it and never each other (order of Airflow 3.3.2's `XComModel.get_many`).
    """
    if get_current_context()["dag_run"].logical_date is None:
        return
    before = recalled or Recalled()
    stamps = space.memory.noted
    looked_up = space.cobot.space.looked_up
    left = Recalled(
        run_id=str(get_current_context()["run_id"]),
        stamps=stamps if len(stamps) <= MOST_STAMPS else {},
        space_id=looked_up or before.space_id,
        looked_up=space.today if looked_up else before.looked_up,
        accounts=space.accounts,
    )
    _task_instance().xcom_push(KEY, handoff.dump(left))
    if look := space.memory.new_look:
        _task_instance().xcom_push(LOOK_KEY, handoff.dump(_RecalledLook(look, space.accounts)))


def _pulled(kind: type[Left], task_id: str, key: str) -> Left:
    left = _task_instance().xcom_pull(
        task_ids=task_id, key=key, map_indexes=-1, include_prior_dates=True
    )
    try:
        return handoff.load(kind, left)
    except ValidationError:  # another version of this package wrote it
        return kind()


def _task_instance() -> Any:  # noqa: ANN401  Airflow's
    return get_current_context()["ti"]
