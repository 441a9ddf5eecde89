"""A reconciliation as files for people: one page that prints well, three tables (CSV).

German throughout, with decimal commas, as the reader's spreadsheet expects.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from cobot_sevdesk.domain.money import to_cents
from cobot_sevdesk.domain.reconciliation import TITLES, Finding
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.steps.reconcile import Evidence, Reconciled

_pages = Environment(
    loader=PackageLoader("cobot_sevdesk"), autoescape=True, undefined=StrictUndefined
)
_KINDS = list(TITLES)


@dataclass(frozen=True)
class Circumstances:
    """What the report says about itself; `made` in the space's zone."""

    slug: str
    window: Window
    made: datetime
    config_version: str


def to_files(reconciled: Reconciled, about: Circumstances) -> dict[str, str]:
    """File name -> content."""
    return {
        "abstimmung.html": to_html(reconciled, about),
        "summen.csv": _totals(reconciled),
        "befunde.csv": _table(
            ("Art", "Rechnung", "Befund", "Belege"),
            (
                (TITLES[one.kind], one.number, one.what, " ".join(one.voucher_ids))
                for one in reconciled.outcome.findings
            ),
        ),
        "nachweise.csv": _table(
            tuple(field.name for field in fields(Evidence)),
            (astuple(one) for one in reconciled.evidence),
        ),
    }


def to_html(reconciled: Reconciled, about: Circumstances) -> str:
    """The page."""
    outcome = reconciled.outcome
    template = _pages.get_template("reconciliation.html.j2")
    return template.render(
        slug=about.slug,
        start=f"{about.window.start:%d.%m.%Y}",
        last=f"{about.window.last:%d.%m.%Y}",
        made=f"{about.made:%d.%m.%Y %H:%M}",
        config_version=about.config_version,
        agrees=outcome.agrees,
        errors=sum(finding.is_error for finding in outcome.findings),
        invoices=outcome.invoices,
        rows=outcome.totals.rows(),
        overall=outcome.totals.overall(),
        findings=_by_kind(outcome.findings),
        evidence=reconciled.evidence,
        euro=euro,
        percent=percent,
    )


def euro(amount: Decimal) -> str:
    """`1.234,50`, as German readers write it."""
    return f"{to_cents(amount):,.2f}".translate(str.maketrans(",.", ".,"))


def percent(rate: Decimal) -> str:
    """`19`, `5,5`."""
    return f"{rate.normalize():f}".replace(".", ",")


def _by_kind(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    ordered = sorted(findings, key=lambda finding: _KINDS.index(finding.kind))
    grouped = groupby(ordered, key=lambda finding: finding.kind)
    return [(TITLES[kind], list(found)) for kind, found in grouped]


def _totals(reconciled: Reconciled) -> str:
    names = ("Positionen", "Netto", "Steuer", "Brutto")
    head = ("Monat", "Konto", "Satz", *(f"{n} {s}" for s in ("Cobot", "sevDesk") for n in names))
    return _table(
        (*head, "Differenz"),
        (
            (
                group.month,
                group.account,
                percent(group.rate),
                *(str(total.cobot_count), *map(euro, astuple(total.cobot))),
                *(str(total.sevdesk_count), *map(euro, astuple(total.sevdesk))),
                euro(total.difference),
            )
            for group, total in reconciled.outcome.totals.rows()
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    content = io.StringIO()
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return content.getvalue()


def _harmless(cell: str) -> str:
    """A text that a spreadsheet would run as a formula is shown instead."""
    is_formula = cell[:1] in {"=", "+", "@", "\t"} or (cell[:1] == "-" and not cell[1:2].isdigit())
    return f"'{cell}" if is_formula else cell
