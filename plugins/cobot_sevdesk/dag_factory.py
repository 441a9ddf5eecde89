"""From a space file to its DAG; nothing here reads a connection, a variable or the network."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import (
    DAG,
    CronDataIntervalTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    task,
)
from airflow.sdk.exceptions import AirflowFailException

from cobot_sevdesk import preflight_tasks, reconcile_tasks, tasks
from cobot_sevdesk.config import BROKEN_TASK, BrokenConfig, SpaceConfig

TAG = "cobot_sevdesk"

RETRIES = 4
RETRY_DELAY = timedelta(seconds=30)
LONGEST_RETRY_DELAY = timedelta(minutes=15)

FINAL = ("ConfigError", "CredentialsError", "RemoteRejectedError", "NeedsAttentionError")
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[f"cobot_sevdesk.errors.{name}" for name in FINAL],
            action=RetryAction.FAIL,
            reason="waiting does not help",
        )
    ]
)
"""What heals by waiting is tried again with Airflow's delays, what does not fails at once."""

_DEFAULTS: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay": RETRY_DELAY,
    "retry_exponential_backoff": True,
    "max_retry_delay": LONGEST_RETRY_DELAY,
    "retry_policy": RETRY_POLICY,
}

DOC = """
### Cobot `{subdomain}` to sevDesk

Members confirmed in Cobot become sevDesk contacts, invoices become vouchers, each exactly once.

**A red box below `needs_attention`?** Open its log: it says what is wrong, which invoices wait,
and what to do where. Do that, then *Clear* the box. Clearing is always safe, anything, any time.

**By hand:** *Trigger*, with `from_date` and `to_date` (both inclusive), and `dry_run` to only look.
"""

RECONCILE_DOC = """
### Cobot `{subdomain}` against sevDesk

Compares both sides for the month before, or for the dates typed in, and writes nothing to either.
Green: both agree. Red: the log lists what does not; the report (HTML, CSV) has the details.
"""

PREFLIGHT_DOC = """
### Is every space ready, and what would its next run do?

Checks connections, scopes, bookkeeping system, cost centre, accounts and tax rules of each space,
and goes through its next run without writing anything. A green box: safe to switch on. A red one:
its log says what to do where.
"""


def build_dag(config: SpaceConfig) -> DAG:
    """The DAG of one space."""
    with DAG(
        dag_id=config.dag_id,
        schedule=_timetable(config.schedule, config.timezone),
        start_date=_start(config),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, config.slug],
        doc_md=DOC.format(subdomain=config.cobot.subdomain),
        default_args=_DEFAULTS,
    ) as dag:
        _wire(config.slug)
    # Given last and one by one: otherwise every task copies them and Airflow checks their schemas
    # again for each DAG, together two thirds of the time it takes to parse one (measured).
    for name, param in _params().items():
        dag.params[name] = param
    return dag


def build_reconcile_dag(config: SpaceConfig) -> DAG:
    """The DAG that compares both sides of one space; it writes nothing to either."""
    with DAG(
        dag_id=config.reconcile_dag_id,
        schedule=_timetable(config.reconciliation.schedule, config.timezone),
        start_date=_start(config),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, config.slug, "reconciliation"],
        params={**_date_params(), "pdf_hashes": _PDF_HASHES},
        doc_md=RECONCILE_DOC.format(subdomain=config.cobot.subdomain),
        default_args=_DEFAULTS,
    ) as dag:
        reconcile_tasks.reconcile(config.slug)
    return dag


def build_preflight_dag() -> DAG:
    """The DAG that checks every space and looks ahead; it writes nothing anywhere."""
    with DAG(
        dag_id="cobot_sevdesk_preflight",
        schedule=_timetable("0 4 * * *", "Europe/Berlin"),
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, "preflight"],
        params={"spaces": _SPACES},
        doc_md=PREFLIGHT_DOC,
        default_args=_DEFAULTS,
    ) as dag:
        slugs: Any = preflight_tasks.list_spaces()
        preflight_tasks.check_space.override(
            map_index_template="{{ space | default(map_index) }}", retries=1
        ).expand(slug=slugs)
    return dag


def build_broken_dag(broken: BrokenConfig) -> DAG:
    """The DAG of a file that cannot be used: one red task that says what is wrong with it."""
    told = "\n".join(f"- {problem}" for problem in broken.problems)
    with DAG(
        dag_id=broken.dag_id,
        schedule=None,
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")),
        catchup=False,
        tags=[TAG, "config-error"],
        doc_md=f"### {broken.file} is wrong\n\n{told}\n",
    ) as dag:

        @task(task_id=BROKEN_TASK)
        def tell(problems: list[str]) -> None:
            raise AirflowFailException("\n".join(problems))

        tell(list(broken.problems))
    return dag


def _wire(slug: str) -> None:
    one_writer: dict[str, Any] = {"max_active_tis_per_dag": 1}
    # While wiring, a call returns what the task will return: Airflow's types cannot say that.
    members: Any = tasks.extract_members(slug)
    invoices: Any = tasks.extract_invoices(slug)
    synced: Any = tasks.sync_members.override(**one_writer)(members, slug)
    checked: Any = tasks.validate_booking_codes(invoices, slug)
    problems = tasks.push_vouchers.override(**one_writer)(checked, synced, slug)
    boxes = (
        tasks.needs_attention.override(
            **one_writer, map_index_template="{{ label | default(map_index) }}"
        )
        .partial(slug=slug)
        .expand(problem=problems)
    )
    # As a teardown it always runs, and the colour of the run is that of the boxes: a box that
    # was cleared and went through turns the run green without anything else being cleared.
    boxes >> tasks.report_run.override(task_id="report")(slug).as_teardown()


def _timetable(schedule: str | None, zone: str) -> CronDataIntervalTimetable | None:
    """A plain cron string would give empty data intervals in Airflow 3."""
    return CronDataIntervalTimetable(schedule, timezone=zone) if schedule else None


def _start(config: SpaceConfig) -> datetime:
    day = config.sync_from
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(config.timezone))


def _date_params() -> dict[str, Param]:
    return {
        "from_date": Param(
            None,
            type=["null", "string"],
            format="date",
            title="From date",
            description="First invoice date to look at. Empty: like the last scheduled run.",
        ),
        "to_date": Param(
            None,
            type=["null", "string"],
            format="date",
            title="To date",
            description="Last invoice date to look at, inclusive. Empty: until today.",
        ),
    }


def _params() -> dict[str, Param]:
    return {
        **_date_params(),
        "dry_run": Param(
            False,
            type="boolean",
            title="Dry run",
            description="Only look and report what would be done; nothing is written anywhere.",
        ),
        "max_new_per_run": Param(
            None,
            type=["null", "integer"],
            minimum=1,
            title="Most new vouchers",
            description="Safety stop for this run; empty: as the space file says (10,000).",
        ),
    }


_PDF_HASHES = Param(
    False,
    type="boolean",
    title="Hashes of PDFs",
    description="Read every PDF from Cobot once more; takes about a second for each invoice.",
)
_SPACES = Param(
    None,
    type=["null", "array"],
    items={"type": "string"},
    title="Spaces",
    description="Names of space files without ending; empty: all.",
)
