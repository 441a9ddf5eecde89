"""The DAG of the preflight: is every space ready, and what would its next run do?

It also looks whether a space is overdue, and whether Airflow can read the DAG file in time. The DAG
processor gives up a file after `dag_file_processor_timeout` seconds. Then all its DAGs vanish.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, Param, get_current_context

from cobot_sevdesk.airflow import metrics
from cobot_sevdesk.airflow.connections import open_account, patient
from cobot_sevdesk.airflow.factory import (
    TAG,
    build_dag,
    defaults,
    mapped_task_of,
    task_of,
    timetable,
)
from cobot_sevdesk.airflow.failures import fail
from cobot_sevdesk.airflow.proof import look_at_assumptions, prove_by_writing
from cobot_sevdesk.airflow.request import last_interval, next_request
from cobot_sevdesk.airflow.texts import TEXTS
from cobot_sevdesk.airflow.versions import (
    find_is_paused,
    is_near,
    seconds_for_dag_file,
    to_stored,
)
from cobot_sevdesk.config import SpaceConfig, load_space_config, load_space_configs
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.problems import Problem, Reason, stopping
from cobot_sevdesk.domain.window import local_date
from cobot_sevdesk.errors import ConfigError, ConnectionConfigError
from cobot_sevdesk.sync.account import connection_reason
from cobot_sevdesk.sync.notices import find_links
from cobot_sevdesk.sync.preflight import look_ahead
from cobot_sevdesk.sync.report import in_words

log = logging.getLogger(__name__)

ENDED = ["success", "failed"]
AT_WORK = ["queued", "running"]
TRIED = 50
"""DAGs that are tried at most, to see how long Airflow takes for one."""

PAGE = """
### Is every space ready, and what would its next run do?

Checks connections, scopes, bookkeeping system, cost centre, accounts and tax rules of each space,
and goes through its next run without writing anything. A green box: safe to switch on. A red one:
its log says what to do where.

**Prove by writing** (off unless a space is named): tries on the real accounts what nobody has
documented. **It writes**, and removes what it made. Read docs/first-day.md before.
"""

PARAMS = {
    "spaces": Param(
        None,
        type=["null", "array"],
        items={"type": "string"},
        title="Spaces",
        description="Names of space files without ending; empty: all.",
    ),
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


def build_preflight_dag(folder: Path, parts: int) -> DAG:
    """The DAG that checks every space and looks ahead; only a proof that is asked for writes.

    `parts` DAG files share the space files of the folder.
    """
    with DAG(
        dag_id="cobot_sevdesk_preflight",
        schedule=timetable("0 4 * * *", "Europe/Berlin"),
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")),
        catchup=False,
        max_active_runs=1,
        tags=[TAG, "preflight"],
        params=PARAMS,
        doc_md=PAGE,
        default_args=defaults("en"),
    ) as dag:
        preflight = PreflightTasks(folder, parts)
        spaces = task_of(preflight.list_spaces)
        label = {"map_index_template": "{{ space | default(map_index) }}"}
        checks = mapped_task_of(preflight.check_space, retries=1, **label)
        checks.expand(op_kwargs=spaces.output)
        task_of(preflight.check_dag_file)
    return dag


@dataclass(frozen=True)
class PreflightTasks:
    """The tasks of the preflight; `parts` DAG files share the space files of the folder."""

    folder: Path
    parts: int

    def list_spaces(self) -> list[dict[str, str]]:
        """The spaces to check, by slug: those typed in, else all.

        Raises:
            ConfigError: a space that there is no file for.
        """
        context: Any = get_current_context()
        known = [space.slug for space in load_space_configs(self.folder)]
        chosen = context["params"].get("spaces") or known
        to_prove = context["params"].get("prove_writing")
        unknown = sorted({*chosen, *([to_prove] if to_prove else [])} - set(known))
        if unknown:
            raise ConfigError([f"spaces: no file for {', '.join(unknown)}"])
        if to_prove:
            chosen = [to_prove]
        return [{"slug": slug} for slug in sorted(chosen)]

    def check_space(self, slug: str) -> dict[str, Any]:
        """What the next run of the space would report; red where anything stands in its way."""
        context: Any = get_current_context()
        context["space"] = slug
        config = load_space_config(slug, self.folder)
        now = datetime.now(UTC)
        request, late = next_request(config, now), _look_whether_overdue(context["ti"], config, now)
        try:
            account = patient(open_account(config, self.folder, today=request.today), slug)
        except ConnectionConfigError as error:
            fail((*late, stopping(connection_reason(error))), config.language)
        may_write = context["params"].get("prove_writing") == slug
        proven = prove_by_writing(account, config, context) if may_write else []
        ahead = look_ahead(account, request.confirmed, request.window, language=config.language)
        texts = TEXTS[config.language]
        if ahead.report:
            told = in_words(ahead.report, config.language)
            log.info("%s", texts.next_run.format(report=told))
            checked = "–" if ahead.codes_checked is None else ahead.codes_checked
            log.info("%s", texts.codes_checked.format(count=checked))
            if not may_write:
                look_at_assumptions(account, config, context)
        if found := (*late, *proven, *ahead.problems):
            fail(found, config.language, links=find_links(account))
        log.info("%s", texts.all_fine.format(space=slug))
        return ahead.report.to_json() if ahead.report else {}

    def check_dag_file(self) -> dict[str, float]:
        """How many seconds Airflow takes for the DAG file, by a few DAGs; red near its limit.

        Raises:
            ToldFailure: it is half of what Airflow allows, or more.
        """
        count, seconds = seconds_of_file(self.folder, self.parts)
        limit = seconds_for_dag_file()
        log.info("About %.1f of %g seconds for %d spaces", seconds, limit, count)
        if is_near(seconds, limit):
            told = {"spaces": str(count), "seconds": f"{seconds:.0f}", "limit": f"{limit:g}"}
            fail([stopping(Reason("CS-121", told))], language_of_all(self.folder))
        return {"spaces": count, "seconds": round(seconds, 1), "limit": limit}


def _look_whether_overdue(ti: Any, config: SpaceConfig, now: datetime) -> tuple[Problem, ...]:  # noqa: ANN401
    """The problem of a space that is overdue, if it is; tells Airflow's metrics of it."""
    problem = find_overdue(ti, config, now)
    metrics.gauge(config.slug, "overdue", int(problem is not None))
    return (problem,) if problem else ()


def find_overdue(ti: Any, config: SpaceConfig, now: datetime) -> Problem | None:  # noqa: ANN401
    """The problem of an overdue space; `None` where it is none, or where Airflow does not tell.

    Overdue: switched on, and neither of the last two scheduled runs has ended. In time is also a
    run that was due last and is at work, and a space that has never run: somebody has just added
    it. `ti` is the task instance that asks: tasks have no database.
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


def language_of_all(folder: Path) -> Language:
    """German where every space is German, else English: for what concerns all of them."""
    spaces = load_space_configs(folder)
    languages = {one.language for one in spaces if isinstance(one, SpaceConfig)}
    return "de" if languages == {"de"} else "en"


def seconds_of_file(folder: Path, parts: int) -> tuple[int, float]:
    """Spaces in one of so many parts, and about how many seconds Airflow takes for it.

    Parsing is the small part of that; turning DAGs into what Airflow stores is the large one.
    Airflow keeps how long a file took, but tasks cannot ask for it, so a few DAGs are tried.
    """
    began = perf_counter()
    spaces = [one for one in load_space_configs(folder) if isinstance(one, SpaceConfig)]
    reading = perf_counter() - began
    tried = spaces[:: max(1, len(spaces) // TRIED)]
    for space in spaces[:1]:
        to_stored(build_dag(space, folder))  # what is imported once does not count
    began = perf_counter()
    for space in tried:
        to_stored(build_dag(space, folder))
    each = (perf_counter() - began) / max(1, len(tried))
    # Every part reads all files, to see which are about one space.
    count = -(-len(spaces) // parts)
    return count, reading + each * count
