"""Where the reports of reconciliations lie, and how their folders and files are called."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from airflow.sdk import ObjectStoragePath

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
