"""From a space file to its DAG; nothing here reads a connection, a variable or the network."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, Param, TriggerRule

from cobot_sevdesk.airflow.failures import ToldFailure, write_letters, wrong_input
from cobot_sevdesk.airflow.operators import ONE_WRITER, mapped_task_of, task_of
from cobot_sevdesk.airflow.preflight import PreflightTasks
from cobot_sevdesk.airflow.reconcile import ReconcileTask
from cobot_sevdesk.airflow.tasks import SpaceTasks
from cobot_sevdesk.airflow.texts import TEXTS, Texts
from cobot_sevdesk.airflow.versions import (
    CronDataIntervalTimetable,
    latest_files,
    retry_policy,
)
from cobot_sevdesk.config import BROKEN_TASK, BrokenConfig, SpaceConfig
from cobot_sevdesk.domain.catalogue import Language

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

_LETTERS: dict[Language, Any] = {
    language: partial(write_letters, language=language) for language in TEXTS
}
"""What writes the letter of a red task, by the language of its space."""

PREFLIGHT_DOC = """
### Is every space ready, and what would its next run do?

Checks connections, scopes, bookkeeping system, cost centre, accounts and tax rules of each space,
and goes through its next run without writing anything. A green box: safe to switch on. A red one:
its log says what to do where.

**Prove by writing** (off unless a space is named): tries on the real accounts what nobody has
documented. **It writes**, and removes what it made. Read docs/first-day.md before.
"""


def build_dag(config: SpaceConfig, folder: Path) -> DAG:
    """The DAG of one space."""
    with DAG(
        dag_id=config.dag_id,
        schedule=_timetable(config.schedule, config.timezone),
        start_date=_start(config),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, config.slug],
        doc_md=_page(TEXTS[config.language].sync, config),
        owner_links=_owner_links(config),
        default_args=_defaults(config),
        **_LATEST_FILES,
    ) as dag:
        _wire(SpaceTasks(config.slug, folder))
    # Given last and one by one: otherwise every task copies them and Airflow checks their schemas
    # again for each DAG, together two thirds of the time it takes to parse one (measured).
    for name, param in _params(TEXTS[config.language]).items():
        dag.params[name] = param
    return dag


def build_reconcile_dag(config: SpaceConfig, folder: Path) -> DAG:
    """The DAG that compares both sides of one space; it writes nothing to either."""
    with DAG(
        dag_id=config.reconcile_dag_id,
        schedule=_timetable(config.reconciliation.schedule, config.timezone),
        start_date=_start(config),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, config.slug, "reconciliation"],
        params={**_date_params(TEXTS[config.language]), "pdf_hashes": _pdf_hashes(config)},
        doc_md=_page(TEXTS[config.language].reconcile, config),
        owner_links=_owner_links(config),
        default_args=_defaults(config),
        **_LATEST_FILES,
    ) as dag:
        task_of(ReconcileTask(config.slug, folder).reconcile)
    return dag


def build_preflight_dag(folder: Path, check_dag_file: Callable[[], Any]) -> DAG:
    """The DAG that checks every space and looks ahead; only a proof that is asked for writes.

    `check_dag_file` becomes a task beside the spaces.
    """
    with DAG(
        dag_id="cobot_sevdesk_preflight",
        schedule=_timetable("0 4 * * *", "Europe/Berlin"),
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, "preflight"],
        params={"spaces": _SPACES, **_PROOF},
        doc_md=PREFLIGHT_DOC,
        default_args=_DEFAULTS | {"on_failure_callback": _LETTERS["en"]},
    ) as dag:
        preflight = PreflightTasks(folder)
        spaces = task_of(preflight.list_spaces)
        label = {"map_index_template": "{{ space | default(map_index) }}"}
        checks = mapped_task_of(preflight.check_space, retries=1, **label)
        checks.expand(op_kwargs=spaces.output)
        task_of(check_dag_file)
    return dag


def build_broken_dag(broken: BrokenConfig) -> DAG:
    """The DAG of a file that cannot be used: one red task that says what is wrong with it."""
    told = "\n".join(f"- {problem}" for problem in broken.problems)
    with DAG(
        dag_id=broken.dag_id,
        schedule=_timetable("0 5 * * *", "Europe/Berlin"),
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")),
        catchup=False,
        # It turns red by itself, also where new DAGs are paused.
        is_paused_upon_creation=False,
        tags=[TAG, "config-error"],
        doc_md=f"### {broken.file} is wrong\n\n{told}\n",
    ) as dag:
        # Not as an argument, which Airflow would take as a template.
        def tell() -> None:
            """Say what is wrong with the space file."""
            raise ToldFailure("\n".join(broken.problems), [wrong_input(broken.problems, "en")])

        task_of(tell, task_id=BROKEN_TASK, on_failure_callback=_LETTERS["en"])
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
    report = task_of(space.report)
    # As a teardown it always runs, and the colour of the run is that of the red tasks: one that
    # was cleared and went through turns the run green without anything else being cleared.
    attention = attention.expand(op_kwargs=pushed.output)
    # Not after the red tasks alone: they are upstream_failed as soon as one branch is red, and
    # Airflow 3.4 removes old ones at once when a run is cleared. Both is before the rest has ended.
    [synced, checked, pushed, attention] >> report.as_teardown()


def _timetable(schedule: str | None, zone: str) -> Any:  # noqa: ANN401  Airflow's, wherever it is
    """A plain cron string would give empty data intervals in Airflow 3."""
    return CronDataIntervalTimetable(schedule, timezone=zone) if schedule else None


def _start(config: SpaceConfig) -> datetime:
    day = config.sync_from
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(config.timezone))


def _page(text: str, config: SpaceConfig) -> str:
    owner = config.owner
    asked = TEXTS[config.language].owner.format(name=owner.name) if owner else ""
    return text.format(subdomain=config.cobot.subdomain, owner=asked)


def _owner_links(config: SpaceConfig) -> dict[str, str]:
    owner = config.owner
    return {owner.name: owner.link} if owner and owner.link else {}


def _defaults(config: SpaceConfig) -> dict[str, Any]:
    owner = {"owner": config.owner.name} if config.owner else {}
    return _DEFAULTS | {"on_failure_callback": _LETTERS[config.language]} | owner


def _date_params(texts: Texts) -> dict[str, Param]:
    return {
        "from_date": _param(texts.from_date, None, type=["null", "string"], format="date"),
        "to_date": _param(texts.to_date, None, type=["null", "string"], format="date"),
    }


def _params(texts: Texts) -> dict[str, Param]:
    return {
        **_date_params(texts),
        "dry_run": _param(texts.dry_run, False, type="boolean"),
        "max_new_per_run": _param(texts.max_new_per_run, None, type=["null", "integer"], minimum=1),
    }


def _pdf_hashes(config: SpaceConfig) -> Param:
    return _param(TEXTS[config.language].pdf_hashes, False, type="boolean")


def _param(texts: tuple[str, str], default: object, **schema: Any) -> Param:  # noqa: ANN401  JSON
    title, description = texts
    return Param(default, title=title, description=description, **schema)


_SPACES = Param(
    None,
    type=["null", "array"],
    items={"type": "string"},
    title="Spaces",
    description="Names of space files without ending; empty: all.",
)

_PROOF = {
    "prove_writing": Param(
        None,
        type=["null", "string"],
        title="Prove by writing",
        description="WARNING: THIS WRITES. Name of one space file without ending; empty: nothing "
        "is written. In sevDesk it makes a contact, two drafts (one is open for a moment) and a "
        "tag marked COBOT-PROOF. In Cobot it changes the customer number of the member named "
        "below and changes it back. What it made it removes, or lists.",
    ),
    "prove_member": Param(
        None,
        type=["null", "string"],
        title="Member for the proof",
        description="Id of the membership in Cobot whose number is changed and changed back: one "
        "made for this, no customer. Empty: no member is touched, and what needs one is not tried.",
    ),
    "record": Param(
        False,
        type="boolean",
        title="Record",
        description="Together with Prove by writing: keeps what both services answered beside "
        "the report, all names, addresses, numbers and tokens replaced.",
    ),
}
