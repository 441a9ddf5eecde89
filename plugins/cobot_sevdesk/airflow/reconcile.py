"""The one task of the reconciliation DAG: compare, write the report, be red where books differ."""

import hashlib
import logging
import os
from datetime import UTC, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from airflow.sdk import ObjectStoragePath, get_current_context

from cobot_sevdesk.airflow.connections import UnusableConnectionError, open_space
from cobot_sevdesk.airflow.reconciliation_files import Circumstances, to_files
from cobot_sevdesk.airflow.request import ReconcileRequest, read_reconcile_request
from cobot_sevdesk.airflow.versions import AirflowFailException
from cobot_sevdesk.config import SpaceConfig, load_space_config
from cobot_sevdesk.domain.letters import letter
from cobot_sevdesk.domain.money import text
from cobot_sevdesk.domain.problems import Problem
from cobot_sevdesk.domain.reconciliation import TITLES, Reconciliation
from cobot_sevdesk.steps.reconcile import reconcile_window
from cobot_sevdesk.steps.space import connection_reason, stopped

log = logging.getLogger(__name__)

FOLDER_VARIABLE = "COBOT_SEVDESK_REPORTS"


def reconcile(slug: str) -> dict[str, Any]:
    """Totals of both sides and the files of the report; red where both sides differ."""
    context: Any = get_current_context()
    config = load_space_config(slug)
    request = read_reconcile_request(context, config)
    try:
        space = open_space(config, today=request.today)
    except UnusableConnectionError as error:
        _refuse(stopped(connection_reason(error.connection, error)), config)
    reconciled = reconcile_window(space, request.window, with_pdfs=request.with_pdfs)
    if isinstance(reconciled, Problem):
        _refuse(reconciled, config)
    made = datetime.now(UTC).astimezone(ZoneInfo(config.timezone))
    about = Circumstances(slug, request.window, made, config_version(config))
    folder = _folder(config, request, made)
    for name, content in to_files(reconciled, about).items():
        (folder / name).write_bytes(content.encode("utf-8-sig"))
    totals = summary(reconciled.outcome) | {"reports": str(folder)}
    log.info("%s", in_words(totals))
    for finding in reconciled.outcome.findings:
        log.info("%s  %s  %s", TITLES[finding.kind], finding.number, finding.what)
    if not reconciled.outcome.agrees:
        context["ti"].xcom_push("totals", totals)
        raise AirflowFailException(f"{totals['errors']} differences; report: {folder}")
    return totals


def summary(outcome: Reconciliation) -> dict[str, Any]:
    """What the task returns: EUR as text, counts, findings by kind."""
    overall = outcome.totals.overall()
    kinds = [finding.kind for finding in outcome.findings]
    return {
        "invoices": outcome.invoices,
        "cobot_gross": text(overall.cobot.gross),
        "sevdesk_gross": text(overall.sevdesk.gross),
        "difference": text(overall.difference),
        "errors": sum(finding.is_error for finding in outcome.findings),
        "findings": {kind: kinds.count(kind) for kind in TITLES if kind in kinds},
    }


def in_words(totals: dict[str, Any]) -> str:
    """The totals for the task log."""
    lines = [
        f"{totals['invoices']} invoices",
        f"Cobot       {totals['cobot_gross']:>14} EUR",
        f"sevDesk     {totals['sevdesk_gross']:>14} EUR",
        f"difference  {totals['difference']:>14} EUR",
        *(f"{TITLES[kind]}: {count}" for kind, count in totals["findings"].items()),
        f"report      {totals['reports']}",
    ]
    return "\n".join(lines)


def config_version(config: SpaceConfig) -> str:
    """Twelve characters that change whenever anything in the space file does."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:12]


def _folder(config: SpaceConfig, request: ReconcileRequest, made: datetime) -> ObjectStoragePath:
    """A new folder for each report: an earlier one is never overwritten."""
    home = os.environ.get("AIRFLOW_HOME") or os.path.expanduser("~/airflow")  # noqa: PTH111
    base = config.reconciliation.reports or os.environ.get(FOLDER_VARIABLE)
    days = f"{request.window.start:%Y-%m-%d}_{request.window.last:%Y-%m-%d}"
    path = ObjectStoragePath(base or f"file://{home}/cobot_sevdesk_reports")
    folder = path / config.slug / f"{days}_{made:%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _refuse(problem: Problem, config: SpaceConfig) -> NoReturn:
    log.error("%s", letter(problem, language=config.language))
    raise AirflowFailException(problem.label(config.language))
