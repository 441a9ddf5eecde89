"""What the overview page shows of each space, read from Airflow's own database.

However many spaces there are, the number of questions to the database is the same.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from airflow.models.dag import DagModel, DagTag
from airflow.models.dagrun import DagRun
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cobot_sevdesk import __version__
from cobot_sevdesk.airflow.outcome import REPORT
from cobot_sevdesk.airflow.overview.files import Space, language_of, space_files
from cobot_sevdesk.airflow.overview.runs import AT_WORK, Runs, find_runs, overdue_since
from cobot_sevdesk.airflow.overview.standing import (
    STANDINGS,
    OpenTask,
    Standing,
    open_tasks,
    task_path,
)
from cobot_sevdesk.airflow.versions import is_near, seconds_for_dag_file
from cobot_sevdesk.config import DAG_PREFIX, RECONCILE_PREFIX, BrokenConfig
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.money import CURRENCY, ZERO, text
from cobot_sevdesk.domain.problems import gross_by_currency, gross_in_words

PREFLIGHT = "cobot_sevdesk_preflight"
CONFIG_ERROR = "config-error"
"""The tag of DAGs whose space file is wrong."""


def find_spaces(
    session: Session, readable: Collection[str], now: datetime | None = None
) -> list[dict[str, Any]]:
    """Every space among the readable DAGs, as the page shows it: red first, then by name.

    Times are ISO 8601, amounts are text. Paths are those of Airflow's pages.
    """
    moment = now or datetime.now(UTC)
    dags = find_dags(session, readable)
    spaces = space_files()
    standings = STANDINGS.of(session, dags, spaces, moment)
    tasks = open_tasks(session, standings)
    runs = find_runs(session, dags, standings)
    broken = set(session.scalars(select(DagTag.dag_id).where(DagTag.name == CONFIG_ERROR)))
    found = [
        _row(
            dag,
            spaces.get(id_),
            standings.get(id_),
            tasks.get(id_, []),
            runs[id_],
            is_broken=id_ in broken,
            now=moment,
        )
        for id_, dag in dags.items()
    ]
    return sorted(found, key=lambda row: (row["state"] != "failed", row["slug"]))


def find_dags(session: Session, readable: Collection[str]) -> dict[str, DagModel]:
    """The DAGs of spaces among the readable ones, by id."""
    query = select(DagModel).where(
        DagModel.dag_id.startswith(DAG_PREFIX, autoescape=True),
        DagModel.dag_id != PREFLIGHT,
        ~DagModel.is_stale,
    )
    # Not in the query: for SQLite, capitals and small letters are the same there.
    ids = {id_ for id_ in readable if not id_.startswith(RECONCILE_PREFIX)}
    return {dag.dag_id: dag for dag in session.scalars(query) if dag.dag_id in ids}


def find_slow_files(session: Session, readable: Collection[str]) -> list[dict[str, Any]]:
    """Each DAG file of this package that Airflow may soon give up: it reads it too slowly.

    With the seconds that it took last, by half of the allowed time or more; slowest first.
    """
    limit = seconds_for_dag_file()
    seconds = func.max(DagModel.last_parse_duration)
    query = (
        select(DagModel.relative_fileloc, seconds)
        .where(DagModel.dag_id.startswith(DAG_PREFIX, autoescape=True), ~DagModel.is_stale)
        .where(DagModel.dag_id.in_(readable))
        .group_by(DagModel.bundle_name, DagModel.relative_fileloc)
        .order_by(seconds.desc())
    )
    return [
        {"file": file, "seconds": round(took), "limit": round(limit)}
        for file, took in session.execute(query)
        if took is not None and is_near(took, limit)
    ]


def _row(
    dag: DagModel,
    space: Space | None,
    standing: Standing | None,
    tasks: Sequence[OpenTask],
    runs: Runs,
    *,
    is_broken: bool,
    now: datetime,
) -> dict[str, Any]:
    wrong = list(space.problems) if isinstance(space, BrokenConfig) else []
    if space is None and is_broken:
        wrong = [""]  # the page says that the DAG tells it
    late, run = overdue_since(dag, space, runs, now), runs.last
    untold = None if wrong or runs.untold is None else task_path(dag.dag_id, runs.untold.run_id)
    slug = dag.dag_id.removeprefix(DAG_PREFIX)
    return {
        "dag_id": dag.dag_id,
        "slug": slug,
        "state": "failed" if tasks or wrong or late or untold else "success" if standing else None,
        "is_running": run is not None and str(run.state) in AT_WORK,
        "paused": bool(dag.is_paused),
        "paused_since": _iso(runs.paused if dag.is_paused else None),
        "overdue_since": _iso(late),
        "file_problems": wrong,
        "untold_path": untold,
        "last_run": _run_told(dag.dag_id, run),
        "last_good": _iso(runs.good),
        "next_run": _iso(None if dag.is_paused else dag.next_dagrun_create_after),
        **_sums(standing, tasks),
        "problems": [_problem_told(task, language_of(space)) for task in tasks],
        "dag_path": f"dags/{quote(dag.dag_id, safe='')}",
        "reconcile_path": f"dags/{RECONCILE_PREFIX}{quote(slug, safe='')}/runs",
        "version": __version__,
    }


def _sums(standing: Standing | None, tasks: Sequence[OpenTask]) -> dict[str, Any]:
    """What was booked and what waits; of a space that has never reported nothing is known."""
    if standing is None:
        names = ("vouchers", "gross", "held_back", "gross_held_back", "mismatches")
        return dict.fromkeys(names) | {"gross_others": {}, "held_others": {}}
    booked = standing.figures
    held = {ref.key: ref for task in tasks for ref in task.problem.invoices}
    held_gross = gross_by_currency(held.values())
    return {
        "vouchers": booked.vouchers,
        "gross": text(booked.gross.get(CURRENCY, ZERO)),
        "gross_others": _others(booked.gross),
        "held_back": len(held),
        "gross_held_back": text(held_gross.get(CURRENCY, ZERO)),
        "held_others": _others(held_gross),
        "mismatches": booked.mismatches,
    }


def _problem_told(task: OpenTask, language: Language) -> dict[str, Any]:
    euros = gross_by_currency(task.problem.invoices).get(CURRENCY, ZERO)
    return {
        "code": task.problem.code,
        "label": task.problem.label(language),
        "count": task.problem.count,
        "gross": text(euros),
        "amounts": gross_in_words(task.problem.invoices),
        "since": task.since.isoformat(),
        "path": task.path,
        "is_tried": task.is_tried,
    }


def _run_told(dag_id: str, run: DagRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "state": str(run.state),
        "at": (run.end_date or run.start_date or run.run_after).isoformat(),
        "kind": str(run.run_type),
        "path": task_path(dag_id, run.run_id),
        "report_path": task_path(dag_id, run.run_id, REPORT),
    }


def _others(gross: Mapping[str, Any]) -> dict[str, str]:
    return {currency: text(sum_) for currency, sum_ in gross.items() if currency != CURRENCY}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
