"""What the overview page shows of each space, read from Airflow's own database.

Only the API server imports this: tasks have no database. However many spaces there are, the number
of questions to the database is the same. What runs left is read once and kept in mind until a run
leaves something new.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from airflow.models.dag import DagModel, DagTag
from airflow.models.dagrun import DagRun
from sqlalchemy import select
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow.outcome import REPORT
from cobot_sevdesk.airflow.overview.files import FILES
from cobot_sevdesk.airflow.overview.open import (
    STANDINGS,
    OpenTask,
    Standing,
    open_tasks,
    task_path,
)
from cobot_sevdesk.airflow.overview.runs import (
    AT_WORK,
    Runs,
    find_runs,
    overdue_since,
    paused_since,
)
from cobot_sevdesk.config import DAG_PREFIX, RECONCILE_PREFIX, BrokenConfig, SpaceConfig
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
    files = FILES.by_dag_id()
    standings = STANDINGS.of(session, dags, files, moment)
    tasks = open_tasks(session, {id_: one.open_now for id_, one in standings.items()})
    runs = find_runs(session, dags, standings)
    broken = set(session.scalars(select(DagTag.dag_id).where(DagTag.name == CONFIG_ERROR)))
    found = [
        _row(
            dag,
            files.get(id_),
            standings.get(id_, Standing()),
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
        DagModel.dag_id.startswith(DAG_PREFIX, autoescape=True), ~DagModel.is_stale
    )
    allowed = set(readable)
    return {
        dag.dag_id: dag
        for dag in session.scalars(query)
        if dag.dag_id in allowed and is_space(dag.dag_id)
    }


def is_space(dag_id: str) -> bool:
    """Whether a DAG of this package is that of a space."""
    return not dag_id.startswith(RECONCILE_PREFIX) and dag_id != PREFLIGHT


def _row(
    dag: DagModel,
    space: SpaceConfig | BrokenConfig | None,
    standing: Standing,
    tasks: Sequence[OpenTask],
    runs: Runs,
    *,
    is_broken: bool,
    now: datetime,
) -> dict[str, Any]:
    language: Language = space.language if isinstance(space, SpaceConfig) else "en"
    wrong = list(space.problems) if isinstance(space, BrokenConfig) else []
    if space is None and is_broken:
        wrong = [""]  # the page says that the DAG tells it
    late, paused = overdue_since(dag, space, runs, now), paused_since(dag, runs)
    run = runs.last
    untold = None if wrong or runs.untold is None else task_path(dag.dag_id, runs.untold.run_id)
    is_red = bool(tasks or wrong or late or untold)
    held = {ref.key: ref for task in tasks for ref in task.problem.invoices}
    held_gross = gross_by_currency(held.values())
    gross = standing.figures.gross
    slug = dag.dag_id.removeprefix(DAG_PREFIX)
    return {
        "dag_id": dag.dag_id,
        "slug": slug,
        "state": "failed" if is_red else "success" if standing.is_known else None,
        "is_running": run is not None and str(run.state) in AT_WORK,
        "paused": bool(dag.is_paused),
        "paused_since": paused.isoformat() if paused else None,
        "overdue_since": late.isoformat() if late else None,
        "file_problems": wrong,
        "untold_path": untold,
        "last_run": _run_told(dag.dag_id, run),
        "last_good": runs.ended.good.isoformat() if runs.ended and runs.ended.good else None,
        "next_run": dag.next_dagrun_create_after.isoformat()
        if dag.next_dagrun_create_after and not dag.is_paused
        else None,
        "vouchers": standing.figures.vouchers if standing.is_known else None,
        "gross": text(gross.get(CURRENCY, ZERO)) if standing.is_known else None,
        "gross_others": _others(gross),
        "held_back": len(held) if standing.is_known else None,
        "gross_held_back": text(held_gross.get(CURRENCY, ZERO)) if standing.is_known else None,
        "held_others": _others(held_gross),
        "mismatches": standing.figures.mismatches if standing.is_known else None,
        "problems": [_problem_told(dag.dag_id, task, language) for task in tasks],
        "dag_path": f"dags/{quote(dag.dag_id, safe='')}",
        "reconcile_path": f"dags/{RECONCILE_PREFIX}{quote(slug, safe='')}/runs",
        "version": _version(),
    }


def _problem_told(dag_id: str, task: OpenTask, language: Language) -> dict[str, Any]:
    euros = gross_by_currency(task.problem.invoices).get(CURRENCY, ZERO)
    return {
        "code": task.problem.code,
        "label": task.problem.label(language),
        "count": task.problem.count,
        "gross": text(euros),
        "amounts": gross_in_words(task.problem.invoices),
        "since": task.since.isoformat(),
        "path": task.path(dag_id),
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


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("cobot-sevdesk")
    except PackageNotFoundError:
        return ""
