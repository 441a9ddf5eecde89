"""From a space file to its DAG; nothing here reads a connection, a variable or the network.

`PythonOperator` makes the tasks, not `@task`. That one looks at the signature of the function
several times for each task of each DAG. This is half of the time that it takes to parse 1,000
spaces (measured, `make bench`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Param, TriggerRule

from cobot_sevdesk.airflow.failures import write_letters
from cobot_sevdesk.airflow.tasks import SpaceTasks
from cobot_sevdesk.airflow.texts import TEXTS, Texts
from cobot_sevdesk.airflow.versions import (
    CronDataIntervalTimetable,
    final_at_once,
    latest_files,
    retry_policy,
)
from cobot_sevdesk.config import BROKEN_TASK, BrokenConfig, SpaceConfig
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.errors import ConfigError

TAG = "cobot_sevdesk"

RETRIES = 4
RETRY_DELAY = timedelta(seconds=30)
LONGEST_RETRY_DELAY = timedelta(minutes=15)

_DEFAULTS: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay": RETRY_DELAY,
    "retry_exponential_backoff": True,
    "max_retry_delay": LONGEST_RETRY_DELAY,
    # What is further in its run goes first: with many spaces, runs end one after another.
    "weight_rule": "upstream",
    **retry_policy(),
}

_LATEST_FILES = latest_files()

ONE_WRITER: dict[str, Any] = {"max_active_tis_per_dag": 1}
"""For tasks that write: one of each at a time in a space, backfills included."""


def build_dag(config: SpaceConfig, folder: Path) -> DAG:
    """The DAG of one space; `folder` holds the space files."""
    texts = TEXTS[config.language]
    with new_dag(config, config.dag_id, config.schedule, texts.sync) as dag:
        _wire(SpaceTasks(config.slug, folder))
    params = {
        **date_params(texts),
        "dry_run": param(texts.dry_run, False, type="boolean"),
        "max_new_per_run": param(texts.max_new_per_run, None, type=["null", "integer"], minimum=1),
    }
    # Given last and one by one: otherwise every task copies them and Airflow checks their schemas
    # again for each DAG, together two thirds of the time it takes to parse one (measured).
    for name, one in params.items():
        dag.params[name] = one
    return dag


def build_broken_dag(broken: BrokenConfig) -> DAG:
    """The DAG of a file that cannot be used: one red task that says what is wrong with it."""
    told = "\n".join(f"- {problem}" for problem in broken.problems)
    with DAG(
        dag_id=broken.dag_id,
        schedule=timetable("0 5 * * *", "Europe/Berlin"),
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")),
        catchup=False,
        # It turns red by itself, also where new DAGs are paused.
        is_paused_upon_creation=False,
        tags=[TAG, "config-error"],
        doc_md=f"### {broken.file} is wrong\n\n{told}\n",
        default_args=defaults("en"),
    ) as dag:
        # Not as an argument, which Airflow would take as a template.
        def tell() -> None:
            """Say what is wrong with the space file."""
            raise ConfigError(list(broken.problems))

        task_of(tell, task_id=BROKEN_TASK)
    return dag


def _wire(space: SpaceTasks) -> None:
    members = task_of(space.extract_members)
    invoices = task_of(space.extract_invoices)
    synced = task_of(space.sync_members, **ONE_WRITER)
    checked = task_of(space.validate_booking_codes)
    # Where nothing is to be booked or no contact to be made, what comes before is skipped.
    rule = {"trigger_rule": TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, **ONE_WRITER}
    pushed = task_of(space.push_vouchers, **rule)
    members >> synced >> pushed
    invoices >> checked >> pushed
    label = {"map_index_template": "{{ label | default(map_index) }}"}
    attention = mapped_task_of(space.needs_attention, **ONE_WRITER, **label)
    boxes = attention.expand(op_kwargs=pushed.output)
    report = task_of(space.report)
    # As a teardown it always runs, and the colour of the run is that of the red tasks: one that
    # was cleared and went through turns the run green without anything else being cleared.
    # It waits for all, since red tasks may be settled early: one red branch makes them
    # upstream_failed while the other is at work, and Airflow 3.4 removes old ones in a cleared run.
    [synced, checked, pushed, boxes] >> report.as_teardown()


def new_dag(
    config: SpaceConfig,
    dag_id: str,
    schedule: str | None,
    page: str,
    *tags: str,
    **options: Any,  # noqa: ANN401  of a DAG
) -> DAG:
    """A DAG about a space, without tasks; `page` is Markdown, as in `Texts`."""
    day, owner = config.sync_from, config.owner
    asked = TEXTS[config.language].owner.format(name=owner.name) if owner else ""
    return DAG(
        dag_id=dag_id,
        schedule=timetable(schedule, config.timezone),
        start_date=datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(config.timezone)),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, config.slug, *tags],
        doc_md=page.format(subdomain=config.cobot.subdomain, owner=asked),
        owner_links={owner.name: owner.link} if owner and owner.link else {},
        default_args=defaults(config.language) | ({"owner": owner.name} if owner else {}),
        **_LATEST_FILES,
        **options,
    )


def defaults(language: Language) -> dict[str, Any]:
    """What all tasks share: how often they are tried, and the letter where they turn red."""
    return _DEFAULTS | {"on_failure_callback": partial(write_letters, language=language)}


def timetable(schedule: str | None, zone: str) -> Any:  # noqa: ANN401  Airflow's, wherever it is
    """A cron string with its zone; as plain text it gives empty data intervals in Airflow 3."""
    return CronDataIntervalTimetable(schedule, timezone=zone) if schedule else None


def date_params(texts: Texts) -> dict[str, Param]:
    """The fields of the trigger form for the days of a run."""
    return {
        "from_date": param(texts.from_date, None, type=["null", "string"], format="date"),
        "to_date": param(texts.to_date, None, type=["null", "string"], format="date"),
    }


def param(texts: tuple[str, str], default: object, **schema: Any) -> Param:  # noqa: ANN401  JSON
    """A field of the trigger form, with title and help."""
    title, description = texts
    return Param(default, title=title, description=description, **schema)


def task_of(function: Callable[..., Any], **options: Any) -> PythonOperator:  # noqa: ANN401
    """A task that calls the function."""
    return PythonOperator(**_common(function, options))


def mapped_task_of(function: Callable[..., Any], **options: Any) -> Any:  # noqa: ANN401
    """The same for a task that is mapped: `.expand(op_kwargs=...)` gives what it is called with."""
    return PythonOperator.partial(**_common(function, options))


def _common(function: Callable[..., Any], options: dict[str, Any]) -> dict[str, Any]:
    return {
        "task_id": function.__name__,
        "python_callable": final_at_once(function),
        "doc_md": function.__doc__,
        # People read these logs; what goes on to the next task stands in XCom.
        "show_return_value_in_logs": False,
        **options,
    }
