"""A reconciliation as files for people: one page that prints well, three tables (CSV).

Here is also where reports lie, and how their folders and files are called.

German throughout: dates as `27.11.2026`, amounts with decimal commas, as the reader's spreadsheet
expects.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from airflow.sdk import ObjectStoragePath
from jinja2 import Environment, PackageLoader, StrictUndefined

from cobot_sevdesk.domain.catalogue import kind_of_finding
from cobot_sevdesk.domain.language import amount_in, day_in, rate_in
from cobot_sevdesk.domain.money import CURRENCY
from cobot_sevdesk.domain.reconciliation import KINDS, Finding, Kind, Reconciliation
from cobot_sevdesk.domain.totals import Total
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.sync.reconcile import Evidence, Reconciled

FOLDER_VARIABLE = "COBOT_SEVDESK_REPORTS"
PAGE = "abstimmung.html"
TABLES = ("summen.csv", "befunde.csv", "nachweise.csv")
CONTENT_TYPES: Mapping[str, str] = {
    PAGE: "text/html; charset=utf-8",
    **dict.fromkeys(TABLES, "text/csv; charset=utf-8"),
}
"""What a report is made of, by name."""
_NAME = re.compile(
    r"(?P<start>\d{4}-\d\d-\d\d)_(?P<last>\d{4}-\d\d-\d\d)_(?P<made>\d{8}-\d{6})", re.ASCII
)
_MADE = "%Y%m%d-%H%M%S"
MOST_CAUSES = 8
"""Invoices that one line of totals names as the causes of its difference."""

TO_DO: Mapping[Kind, str] = {
    "missing": "Starten Sie den DAG des Space von Hand (Trigger) für diese Tage. Soll eine Rechnung"
    " nicht gebucht werden, nennt der Betrieb sie in der Space-Datei unter ignore_invoices:.",
    "held_back": "Die rote Aufgabe im neuesten Lauf des Space sagt, was zu tun ist.",
    "doubled": "Behalten Sie in sevDesk einen der Belege. Setzen Sie die anderen auf Entwurf zurück"
    " und löschen Sie sie.",
    "extra": "Prüfen Sie in Cobot, ob die Rechnung gelöscht oder verlegt wurde. Ist der Umsatz"
    " entfallen, stornieren Sie den Beleg in sevDesk nach Rücksprache mit der Steuerberatung.",
    "differs": "Die Änderung wird nicht noch einmal gesendet. Entscheiden Sie, welche Seite gilt,"
    " und berichtigen Sie die andere von Hand.",
    "unfinished": "Der nächste Lauf über diese Tage vollendet den Beleg von selbst.",
    "mismatch": "Öffnen Sie den Beleg in sevDesk. Wählen Sie den genannten Kontakt, wenn er der"
    " Empfänger ist; sonst legen Sie einen an. Entfernen Sie dann das Schlagwort Mismatch.",
    "no_document": "Laden Sie das PDF in Cobot herunter und hängen Sie es in sevDesk an den Beleg.",
    "gap": "Klären Sie für Ihre Unterlagen, warum diese Nummern fehlen: etwa gelöscht oder nie"
    " vergeben.",
    "booked_by_hand": "Nichts zu tun. Weicht das Buchungskonto ab, entscheidet die"
    " Steuerberatung, welches gilt.",
    "skipped": "Nichts zu tun.",
}
"""What a person does about a kind of findings."""

_pages = Environment(
    loader=PackageLoader("cobot_sevdesk"), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True)
class ReportName:
    """What the name of a report's folder says; `made` in the zone of the space."""

    name: str
    start: date
    last: date
    made: datetime


def report_name(start: date, last: date, made: datetime) -> str:
    """The folder of a report over these days, below that of its space."""
    return f"{start:%Y-%m-%d}_{last:%Y-%m-%d}_{made.strftime(_MADE)}"


def find_report_name(name: str) -> ReportName | None:
    """The same read; `None` where it is no such name."""
    parts = _NAME.fullmatch(name)
    if parts is None:
        return None
    try:
        return ReportName(
            name,
            date.fromisoformat(parts["start"]),
            date.fromisoformat(parts["last"]),
            datetime.strptime(parts["made"], _MADE),  # noqa: DTZ007  in the zone of the space
        )
    except ValueError:
        return None


def reports_of(slug: str, chosen: str | None = None) -> ObjectStoragePath:
    """The folder of all reports about a space; `chosen` is what its file says."""
    home = os.environ.get("AIRFLOW_HOME") or os.path.expanduser("~/airflow")  # noqa: PTH111
    base = chosen or os.environ.get(FOLDER_VARIABLE)
    return ObjectStoragePath(base or f"file://{home}/cobot_sevdesk_reports") / slug


@dataclass(frozen=True)
class About:
    """What the report says about itself; `made` in the space's zone."""

    slug: str
    window: Window
    made: datetime
    config_version: str


def to_files(reconciled: Reconciled, about: About) -> dict[str, str]:
    """File name -> content."""
    totals, findings, evidence = TABLES
    return {
        PAGE: to_html(reconciled, about),
        totals: _totals(reconciled),
        findings: _findings(reconciled.outcome.findings),
        evidence: _evidence(reconciled.evidence),
    }


def to_html(reconciled: Reconciled, about: About) -> str:
    """The page."""
    outcome = reconciled.outcome
    template = _pages.get_template("reconciliation.html.j2")
    return template.render(
        slug=about.slug,
        start=_day(about.window.start),
        last=_day(about.window.last),
        made=f"{_day(about.made)}, {about.made:%H:%M} Uhr",
        config_version=about.config_version,
        agrees=outcome.agrees,
        errors=sum(finding.is_error for finding in outcome.findings),
        invoices=outcome.invoices,
        rows=[(group, total, _causes(total, outcome)) for group, total in outcome.totals.rows()],
        sums=[(c, outcome.totals.overall(c)) for c in _currencies(outcome)],
        overall=outcome.totals.overall(),
        difference_of=outcome.totals.difference_of,
        findings=_by_kind(outcome.findings),
        evidence=reconciled.evidence,
        amount=_amount,
        percent=_percent,
        month=_month,
        day_of=_day_of,
        gross_of=lambda one: " ".join(_gross_of(one)),
    )


def _amount(amount: Decimal) -> str:
    return amount_in(amount, "de")


def _percent(rate: Decimal) -> str:
    return rate_in(rate, "de")


def _day(day: date) -> str:
    return day_in(day, "de")


def _month(month: str) -> str:
    """`2026-01` as `01.2026`."""
    return ".".join(reversed(month.split("-")))


def _currencies(outcome: Reconciliation) -> list[str]:
    """Every currency that occurs, EUR last: its sum ends the table."""
    others = [one for one in outcome.totals.currencies() if one != CURRENCY]
    return [*others, CURRENCY]


def _causes(total: Total, outcome: Reconciliation) -> str:
    """Which invoices make the difference of a line, and what was found about them."""
    found = {one.number: kind_of_finding(one.kind, "de") for one in reversed(outcome.findings)}
    causes = [
        f"{number} ({_amount(by)} EUR" + (f"; {found[number]}" if number in found else "") + ")"
        for number, by in total.causes.items()
    ]
    more = len(causes) - MOST_CAUSES
    shown = ", ".join(causes[:MOST_CAUSES])
    return f"{shown} und {more} weitere" if more > 0 else shown


def _by_kind(findings: Sequence[Finding]) -> list[tuple[str, str, list[Finding]]]:
    ordered = sorted(findings, key=lambda finding: KINDS.index(finding.kind))
    grouped = groupby(ordered, key=lambda finding: finding.kind)
    return [(kind_of_finding(kind, "de"), TO_DO[kind], list(found)) for kind, found in grouped]


def _findings(findings: Sequence[Finding]) -> str:
    return to_table(
        ("Art", "Rechnung", "Befund", "Belege", "Was zu tun ist"),
        (
            (
                kind_of_finding(one.kind, "de"),
                one.number,
                one.in_words("de"),
                " ".join(one.voucher_ids),
                TO_DO[one.kind],
            )
            for one in findings
        ),
    )


def _totals(reconciled: Reconciled) -> str:
    names = ("Positionen", "Netto", "Steuer", "Brutto")
    head = (
        "Monat",
        "Buchungskonto",
        "Steuersatz",
        "Währung",
        *(f"{n} {s}" for s in ("Cobot", "sevDesk") for n in names),
    )
    return to_table(
        (*head, "Differenz"),
        (
            (
                _month(group.month),
                group.account,
                _percent(group.rate),
                group.currency,
                *(str(total.cobot_count), *map(_amount, astuple(total.cobot))),
                *(str(total.sevdesk_count), *map(_amount, astuple(total.sevdesk))),
                _amount(reconciled.outcome.totals.difference_of(group)),
            )
            for group, total in reconciled.outcome.totals.rows()
        ),
    )


def _evidence(evidence: Iterable[Evidence]) -> str:
    head = ("Rechnung", "Datum", "Brutto", "Währung", "Cobot-Id", "Schlüssel", "Belege")
    return to_table(
        (*head, "Prüfsumme der Buchung", "Prüfsumme des PDF"),
        (
            (
                one.number,
                _day_of(one),
                *_gross_of(one),
                one.cobot_id,
                one.keys,
                one.voucher_ids,
                one.payload_hash,
                one.pdf_hash,
            )
            for one in evidence
        ),
    )


def _day_of(one: Evidence) -> str:
    return _day(date.fromisoformat(one.date)) if one.date else ""


def _gross_of(one: Evidence) -> tuple[str, str]:
    """Amount and currency; both empty where the invoice cannot be read."""
    gross, _, currency = one.gross.partition(" ")
    return (_amount(Decimal(gross)), currency) if gross else ("", "")


def to_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for a spreadsheet (CSV); no cell of it is run as a formula."""
    content = io.StringIO()
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return content.getvalue()


def _harmless(cell: str) -> str:
    """A text that a spreadsheet would run as a formula is shown instead."""
    is_amount = re.fullmatch(r"-?[0-9.,]+", cell) is not None
    is_formula = cell.lstrip()[:1] in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r", "\n"}
    return f"'{cell}" if is_formula and not is_amount else cell
