"""The DAG of the reconciliation: compare, write the report, be red where both sides differ."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, ObjectStoragePath, get_current_context

from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.airflow.factory import date_params, new_dag, param, task_of
from cobot_sevdesk.airflow.failures import fail
from cobot_sevdesk.airflow.reconciliation_files import (
    About,
    report_name,
    reports_of,
    to_files,
)
from cobot_sevdesk.airflow.request import ReconcileRequest, read_reconcile_request
from cobot_sevdesk.airflow.texts import TEXTS
from cobot_sevdesk.airflow.versions import AirflowFailException
from cobot_sevdesk.config import SpaceConfig, load_space_config
from cobot_sevdesk.config.models import config_version
from cobot_sevdesk.domain.catalogue import Language, kind_of_finding, line_of_report
from cobot_sevdesk.domain.language import value_in
from cobot_sevdesk.domain.money import CURRENCY, text
from cobot_sevdesk.domain.problems import Problem, stopping
from cobot_sevdesk.domain.reconciliation import KINDS, Reconciliation
from cobot_sevdesk.errors import ConnectionConfigError
from cobot_sevdesk.sync.account import connection_reason
from cobot_sevdesk.sync.reconcile import reconcile_window

log = logging.getLogger(__name__)


def build_reconcile_dag(config: SpaceConfig, folder: Path) -> DAG:
    """The DAG that compares both sides of one space; it writes nothing to either."""
    texts = TEXTS[config.language]
    with new_dag(
        config,
        config.reconcile_dag_id,
        config.reconciliation.schedule,
        texts.reconcile,
        "reconciliation",
        params={
            **date_params(texts),
            "pdf_hashes": param(texts.pdf_hashes, False, type="boolean"),
        },
    ) as dag:
        task_of(ReconcileTask(config.slug, folder).reconcile)
    return dag


@dataclass(frozen=True)
class ReconcileTask:
    """The task of one space; `folder` holds the space files."""

    slug: str
    folder: Path

    def reconcile(self) -> dict[str, Any]:
        """Totals of both sides and the files of the report; red where both sides differ."""
        context: Any = get_current_context()
        config = load_space_config(self.slug, self.folder)
        request = read_reconcile_request(context, config)
        try:
            account = open_account(config, self.folder, today=request.today)
        except ConnectionConfigError as error:
            fail([stopping(connection_reason(error))], config.language)
        reconciled = reconcile_window(account, request.window, with_pdfs=request.with_pdfs)
        if isinstance(reconciled, Problem):
            fail([reconciled], config.language)
        made = datetime.now(UTC).astimezone(ZoneInfo(config.timezone))
        about = About(self.slug, request.window, made, config_version(config))
        folder = _folder(config, request, made)
        for name, content in to_files(reconciled, about).items():
            (folder / name).write_bytes(content.encode("utf-8-sig"))
        totals = summary(reconciled.outcome) | {"reports": str(folder)}
        log.info("%s", in_words(totals, config.language))
        for finding in reconciled.outcome.findings:
            kind = kind_of_finding(finding.kind, config.language)
            log.info("%s  %s  %s", kind, finding.number, finding.in_words(config.language))
        if not reconciled.outcome.agrees:
            context["ti"].xcom_push("totals", totals)
            told = TEXTS[config.language].differences
            raise AirflowFailException(told.format(count=totals["errors"], folder=folder))
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
        "findings": {kind: kinds.count(kind) for kind in KINDS if kind in kinds},
        "other_currencies": {
            currency: {
                "cobot_gross": text(outcome.totals.overall(currency).cobot.gross),
                "sevdesk_euros": text(outcome.totals.overall(currency).sevdesk.gross),
            }
            for currency in outcome.totals.currencies()
            if currency != CURRENCY
        },
    }


def in_words(totals: dict[str, Any], language: Language) -> str:
    """The totals for the task log."""
    sums = ("cobot_gross", "sevdesk_gross", "difference")
    lines = [line_of_report("compared", {"count": str(totals["invoices"])}, language)]
    lines += [
        f"{line_of_report(name, {}, language):<12}{value_in(totals[name], language):>14} {CURRENCY}"
        for name in sums
    ]
    lines += [
        f"{kind_of_finding(kind, language)}: {count}" for kind, count in totals["findings"].items()
    ]
    lines.append(line_of_report("folder", {"folder": totals["reports"]}, language))
    return "\n".join(lines)


def _folder(config: SpaceConfig, request: ReconcileRequest, made: datetime) -> ObjectStoragePath:
    """A new folder for each report: an earlier one is never overwritten."""
    name = report_name(request.window.start, request.window.last, made)
    folder = reports_of(config.slug, config.reconciliation.reports) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
