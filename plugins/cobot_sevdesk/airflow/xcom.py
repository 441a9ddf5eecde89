"""What may travel between tasks: plain JSON, amounts and dates as text, no personal data.

Airflow stores what a task leaves as JSON and shows it in its UI. On the way it would turn
`Decimal` into `float`, and on arrival it refuses our classes.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, cast

from airflow.sdk import get_current_context
from pydantic import TypeAdapter, ValidationError

from cobot_sevdesk.errors import ConfigError

Value = TypeVar("Value")
RETURN_VALUE = "return_value"


class NothingLeftError(ConfigError):
    """A task left nothing, though it should have: it was marked as successful by hand, say."""

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        super().__init__([f"{task_id} left nothing: clear it, with Downstream ticked"])


def dump(value: object) -> Any:  # noqa: ANN401  JSON
    """A value of the domain as plain JSON; what is as usual is left out, as `load` fills it in."""
    kind: Any = type(value)
    return _adapter(kind).dump_python(value, mode="json", exclude_defaults=True)


def load(kind: type[Value], plain: object) -> Value:
    """A value of the domain from plain JSON.

    Raises:
        pydantic.ValidationError: it was written by another version of this package.
    """
    wanted: Any = kind
    return cast("Value", _adapter(wanted).validate_python(plain))


def leave(key: str, value: object) -> None:
    """Leave something of this task under a key, for others of this run or of later ones."""
    _task_instance().xcom_push(key, dump(value))


def get_left(kind: type[Value], task_id: str, key: str = RETURN_VALUE) -> Value:
    """What a task of this run left.

    Raises:
        NothingLeftError: nothing.
        pydantic.ValidationError: another version of this package left it.
    """
    plain = _task_instance().xcom_pull(task_ids=task_id, key=key, map_indexes=-1)
    if plain is None:
        raise NothingLeftError(task_id)
    return load(kind, plain)


def find_left(kind: type[Value], task_id: str, key: str = RETURN_VALUE) -> Value | None:
    """What a task of this run left; `None` where nothing."""
    try:
        return get_left(kind, task_id, key)
    except NothingLeftError:
        return None


def find_left_before(kind: type[Value], task_id: str, key: str) -> Value | None:
    """What a task left last, in this run or one with an earlier logical date.

    `None` where nothing, or where another version of this package left it.
    """
    plain = _task_instance().xcom_pull(
        task_ids=task_id, key=key, map_indexes=-1, include_prior_dates=True
    )
    try:
        return None if plain is None else load(kind, plain)
    except ValidationError:
        return None


def all_left(kind: type[Value], task_id: str, key: str) -> list[Value]:
    """What the mapped instances of a task left in this run."""
    found: Sequence[Any] = _task_instance().xcom_pull(task_ids=[task_id], key=key) or []
    return [load(kind, plain) for plain in found if plain is not None]


def has_logical_date() -> bool:
    """Whether later runs may be told of this one.

    PostgreSQL sorts runs without logical date last, so that all later runs would find what such a
    run left, and never each other's (order of Airflow 3.3.2's `XComModel.get_many`).
    """
    return get_current_context()["dag_run"].logical_date is not None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401  a type, or one such as list[str]
    return TypeAdapter(kind)


def _task_instance() -> Any:  # noqa: ANN401  Airflow's
    return get_current_context()["ti"]
