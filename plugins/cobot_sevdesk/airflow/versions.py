"""What differs between Airflow 3.1, 3.2, 3.3 and 3.4, and how this one is set up, in one place.

The names below are those of 3.3; older versions have them elsewhere, or do the same otherwise:
before 3.3 there are no retry policies, so errors that waiting does not heal become Airflow's own
exception for them.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from inspect import signature
from typing import Any

from airflow import __version__ as airflow_version
from airflow import sdk
from airflow.configuration import conf

from cobot_sevdesk.errors import (
    ConfigError,
    CredentialsError,
    RemoteRejectedError,
)

FINAL = (ConfigError, CredentialsError, RemoteRejectedError)
"""Errors that waiting does not heal: the task fails at once."""


def _minor() -> tuple[int, int]:
    major, minor, _rest = airflow_version.split(".", maxsplit=2)
    return int(major), int(minor)


def _first(name: str, *modules: str) -> Any:  # noqa: ANN401  whatever Airflow has there
    for module in modules:
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError):
            continue
    raise ImportError(f"{name} is in none of {', '.join(modules)}")


AirflowFailException = _first(
    "AirflowFailException", "airflow.sdk.exceptions", "airflow.exceptions"
)
AirflowNotFoundException = _first(
    "AirflowNotFoundException", "airflow.sdk.exceptions", "airflow.exceptions"
)
DownstreamTasksSkipped = _first(
    "DownstreamTasksSkipped", "airflow.sdk.exceptions", "airflow.exceptions"
)
AirflowRuntimeError = _first("AirflowRuntimeError", "airflow.sdk.exceptions")
CronDataIntervalTimetable = _first(
    "CronDataIntervalTimetable", "airflow.sdk", "airflow.timetables.interval"
)
Stats = _first("Stats", "airflow.sdk.observability.stats", "airflow.stats")

HAS_RETRY_POLICIES = hasattr(sdk, "ExceptionRetryPolicy")


def form_widgets(connection_type: Mapping[str, Any]) -> dict[str, Any]:
    """A connection type's own fields as Airflow 3.1 asks its hook for them.

    Later versions read them from the provider's description; there is no wtforms then.
    """
    wtforms = import_module("wtforms")
    kinds = {"string": wtforms.StringField, "integer": wtforms.IntegerField}
    return {
        name: kinds[field["schema"]["type"][0]](field["label"], description=field["description"])
        for name, field in connection_type["conn-fields"].items()
    }


def field_behaviour(connection_type: Mapping[str, Any]) -> dict[str, Any]:
    """What Airflow 3.1 asks a hook about the form's common fields."""
    described = connection_type["ui-field-behaviour"]
    return {name.replace("-", "_"): value for name, value in described.items()}


def latest_files() -> dict[str, Any]:
    """A task that is cleared reads the newest space file, also from a versioned bundle.

    Many problems are mended there. Returns arguments of a DAG; none where the dialog has to be
    answered by hand:

    - before Airflow 3.3, which knows no such argument;
    - from 3.4 on. A run that is cleared onto the newest version loses its red tasks there for good,
      whatever its push finds (3.4.0b2, measured). They are removed as long as their number is not
      known, and nothing restores them.
    """
    name = "rerun_with_latest_version"
    is_safe = _minor() < (3, 4)
    return {name: True} if is_safe and name in signature(sdk.DAG).parameters else {}


def find_is_paused(ti: Any, dag_id: str) -> bool | None:  # noqa: ANN401  Airflow's
    """Whether a DAG is paused, as a task may ask.

    `None` where Airflow does not tell: before 3.2, and where it does not know the DAG yet.
    """
    get_dag = getattr(ti, "get_dag", None)
    if get_dag is None:
        return None
    try:
        return bool(get_dag(dag_id).is_paused)
    except AirflowRuntimeError:
        return None


def to_stored(dag: sdk.DAG) -> Mapping[str, Any]:
    """A DAG as Airflow stores it in its database; before 3.2 another class does that."""
    module = import_module("airflow.serialization.serialized_objects")
    kind = getattr(module, "DagSerialization", None) or module.SerializedDAG
    stored: Mapping[str, Any] = kind.to_dict(dag)
    return stored


def seconds_for_dag_file() -> float:
    """How many seconds the DAG processor has for one file; 0 is no limit."""
    return float(conf.getfloat("dag_processor", "dag_file_processor_timeout"))


def is_near(seconds: float, limit: float) -> bool:
    """Whether a DAG file takes half of its time or more, so that a person should know."""
    return 0 < limit * 0.5 <= seconds


def runs_on_one_machine() -> bool:
    """Whether all tasks run where the scheduler runs: Airflow has local executors only."""
    executors = conf.get("core", "executor").split(",")
    return all("Local" in name or "Sequential" in name for name in executors)


def retry_policy() -> dict[str, Any]:
    """What heals by waiting is tried again with Airflow's delays, what does not fails at once.

    Returns default arguments of tasks; none where Airflow knows no retry policies.
    """
    if not HAS_RETRY_POLICIES:
        return {}
    rule = sdk.RetryRule(
        exception=[f"{error.__module__}.{error.__name__}" for error in FINAL],
        action=sdk.RetryAction.FAIL,
        reason="waiting does not help",
    )
    return {"retry_policy": sdk.ExceptionRetryPolicy(rules=[rule])}


def final_at_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself where a retry policy does it, else one that fails at once."""
    return function if HAS_RETRY_POLICIES else failing_at_once(function)


def failing_at_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with errors of `FINAL` as the exception after which Airflow tries no more."""

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  as the function
        try:
            return function(*args, **kwargs)
        except FINAL as error:
            raise AirflowFailException(f"{type(error).__name__}: {error}") from error

    return guarded
