"""Plain functions as Airflow tasks.

`PythonOperator` makes them, not `@task`. That one looks at the signature of the function several
times for each task of each DAG. This is half of the time that it takes to parse 1,000 spaces
(measured, `make bench`).
"""

from collections.abc import Callable
from typing import Any

from airflow.providers.standard.operators.python import PythonOperator

from cobot_sevdesk.airflow.versions import final_at_once

ONE_WRITER: dict[str, Any] = {"max_active_tis_per_dag": 1}
"""For tasks that write: one of each at a time in a space, backfills included."""


def task_of(function: Callable[..., Any], *arguments: Any, **options: Any) -> PythonOperator:  # noqa: ANN401
    """A task that calls the function; among its arguments may be outputs of other tasks."""
    return PythonOperator(**_common(function, options), op_args=arguments)


def mapped_task_of(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
    """The same for a task that is mapped: `.expand(op_kwargs=...)` adds what differs."""
    return PythonOperator.partial(**_common(function, options), op_args=list(arguments))


def _common(function: Callable[..., Any], options: dict[str, Any]) -> dict[str, Any]:
    return {
        "task_id": function.__name__,
        "python_callable": final_at_once(function),
        "doc_md": function.__doc__,
        # People read these logs; what goes on to the next task stands in XCom.
        "show_return_value_in_logs": False,
        **options,
    }
