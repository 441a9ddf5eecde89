"""Where is this invoice? Answered from the rows that runs left in Airflow; no service is asked.

What is older than Airflow keeps is not known here: `known_since` says from when on.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.history import ROWS
from cobot_sevdesk.airflow.overview import queries
from cobot_sevdesk.airflow.overview.files import FILES
from cobot_sevdesk.airflow.overview.open import STANDINGS, OpenTask, open_tasks, task_path
from cobot_sevdesk.airflow.overview.queries import Reported, by_dag
from cobot_sevdesk.airflow.overview.standing import PlainRow, key_of, to_rows
from cobot_sevdesk.config import DAG_PREFIX, SpaceConfig
from cobot_sevdesk.domain.catalogue import Language, remark_of, text_of
from cobot_sevdesk.domain.letters import NO_LINKS, Links
from cobot_sevdesk.domain.money import CURRENCY

MOST_SHOWN = 200
"""Invoices of one answer; whoever finds more types more of the number."""
MOST_READ = 150
"""Runs whose rows are read for one answer: 20 kB each where a run looks at 100 invoices."""
SHORTEST = 2
"""Letters and digits of a number that are searched for."""
LISTED = timedelta(days=60)
STATES: Mapping[str, str] = {"open": "held", "kept": "booked"}
"""What people are told: what is open at the end of a run waits, what stood before is booked."""
CSV_COLUMNS = ("number", "date", "gross", "currency", "state", "why", "since", "run", "vouchers")


@dataclass(frozen=True)
class Seen:
    """An invoice as a run saw it last, and since which run it stands like that.

    `is_older` says that it may have stood like that before: in runs that Airflow does not know any
    more, or that were not read.
    """

    row: PlainRow
    since: Reported
    is_older: bool
    last: Reported

    @property
    def state(self) -> str:
        """`booked`, `edited` (booked, and changed in Cobot later), `held`, `skipped`, `by_hand`."""
        state = STATES.get(self.row["state"], self.row["state"])
        return "edited" if state == "booked" and self.row.get("remarks") else state


def find_invoices(session: Session, dag_ids: Collection[str], part: str) -> dict[str, Any]:
    """Every invoice of these spaces whose number holds a text, the best match first.

    `is_cut` says that there may be more. Case does not matter.
    """
    wanted = part.strip().lower()
    # What JSON may write in another way (umlauts, quotes) is compared afterwards.
    searched = max(re.findall(r"[a-z0-9 ._/#-]+", wanted), key=len, default="")
    known_since = queries.known_since(session, dag_ids)
    answer = {"known_since": known_since.isoformat() if known_since else None}
    if len(searched) < SHORTEST or len(re.findall(r"\w", wanted)) < SHORTEST:
        return answer | {"invoices": [], "is_cut": False, "is_too_short": True}
    runs = queries.runs_that_name(session, dag_ids, searched, MOST_READ + 1)
    is_cut = len(runs) > MOST_READ
    found = [
        seen
        for seen in last_seen(session, by_dag(runs[:MOST_READ]))
        if wanted in str(seen.row["invoice"].get("number", "")).lower()
    ]
    if is_cut:  # older runs may have seen the same
        found = [
            seen if _is_called(seen, wanted) else replace(seen, is_older=True) for seen in found
        ]
    found.sort(key=_newest_first)
    found.sort(key=lambda seen: not _is_called(seen, wanted))
    is_cut = is_cut or len(found) > MOST_SHOWN
    return answer | {"invoices": in_words(session, found[:MOST_SHOWN]), "is_cut": is_cut}


def _is_called(seen: Seen, wanted: str) -> bool:
    return str(seen.row["invoice"].get("number", "")).lower() == wanted


def list_invoices(session: Session, dag_id: str, now: datetime | None = None) -> dict[str, Any]:
    """Every invoice of a space with a date within the last 60 days, newest first."""
    moment = now or datetime.now(UTC)
    known_since = queries.known_since(session, [dag_id])
    reports = queries.all_reports(session, [dag_id])
    first = moment - LISTED
    recent = {
        id_: [run for run in runs if run.at >= first] or runs[-1:] for id_, runs in reports.items()
    }
    day = first.date().isoformat()
    found = [
        seen
        for seen in last_seen(session, recent)
        if str(seen.row["invoice"].get("date") or "9999") >= day
    ]
    found.sort(key=_newest_first)
    return {
        "known_since": known_since.isoformat() if known_since else None,
        "invoices": in_words(session, found),
        "is_cut": False,
    }


def to_csv(invoices: Iterable[dict[str, Any]]) -> str:
    """Invoices as a table for a spreadsheet; no cell of it is run as a formula."""
    content = io.StringIO()
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for one in invoices:
        told = one | {"run": one["run_id"], "vouchers": " ".join(v["id"] for v in one["vouchers"])}
        writer.writerow([harmless(str(told[name] or "")) for name in CSV_COLUMNS])
    return content.getvalue()


def harmless(cell: str) -> str:
    """A text that a spreadsheet would run as a formula is shown instead."""
    starts = cell.lstrip()[:1]
    is_amount = re.fullmatch(r"-?[0-9.,]+", cell) is not None
    is_formula = starts in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r", "\n"}
    return f"'{cell}" if is_formula and not is_amount else cell


def last_seen(session: Session, reports: Mapping[str, Sequence[Reported]]) -> list[Seen]:
    """Every invoice in the rows of these runs, as it was seen last; runs are oldest first."""
    runs = {run.id: run for some in reports.values() for run in some}
    rows = {id_: to_rows(value) for id_, _, _, value in queries.left(session, runs.values(), ROWS)}
    found: dict[tuple[str, str], Seen] = {}
    for some in reports.values():
        for run in some:
            for row in rows.get(run.id, []):
                key = (run.dag_id, key_of(row))
                found[key] = _now_seen(found.get(key), row, run)
    return list(found.values())


def _now_seen(known: Seen | None, row: PlainRow, run: Reported) -> Seen:
    state = STATES.get(row["state"], row["state"])
    if known is None:
        return Seen(row, run, row["state"] == "kept", run)
    if STATES.get(known.row["state"], known.row["state"]) == state:
        return replace(known, row=row, last=run)
    return Seen(row, run, is_older=False, last=run)


def _newest_first(seen: Seen) -> tuple[int, str]:
    date = str(seen.row["invoice"].get("date") or "0000-00-00")
    return (-int(date.replace("-", "")), str(seen.row["invoice"].get("number", "")))


def in_words(session: Session, found: Sequence[Seen]) -> list[dict[str, Any]]:
    """Invoices as the page shows them, each in the language of its space."""
    dag_ids = {seen.last.dag_id for seen in found}
    files = FILES.by_dag_id()
    links = {id_: _to_links(plain) for id_, plain in queries.newest_links(session, dag_ids).items()}
    standings = STANDINGS.of(session, dag_ids, files, datetime.now(UTC))
    red = {
        (id_, ref.key): task
        for id_, tasks in open_tasks(
            session, {id_: one.open_now for id_, one in standings.items()}
        ).items()
        for task in tasks
        for ref in task.problem.invoices
    }
    told = []
    for seen in found:
        id_ = seen.last.dag_id
        space = files.get(id_)
        language: Language = space.language if isinstance(space, SpaceConfig) else "en"
        task = red.get((id_, key_of(seen.row)))
        told.append(_in_words(seen, language, links.get(id_, NO_LINKS), task))
    return told


def _in_words(
    seen: Seen, language: Language, links: Links, task: OpenTask | None
) -> dict[str, Any]:
    invoice, dag_id = seen.row["invoice"], seen.last.dag_id
    is_held = seen.state == "held"
    return {
        "dag_id": dag_id,
        "slug": dag_id.removeprefix(DAG_PREFIX),
        "number": invoice.get("number", ""),
        "date": invoice.get("date"),
        "gross": invoice.get("gross"),
        "currency": invoice.get("currency", CURRENCY),
        "state": seen.state,
        "why": _why(seen.row, language),
        "mismatch": bool(seen.row.get("mismatch")),
        "since": seen.since.at.isoformat(),
        "is_older": seen.is_older,
        "run_id": seen.since.run_id,
        "run_path": task_path(dag_id, seen.since.run_id),
        "seen_last": seen.last.at.isoformat(),
        "red_path": task.path(dag_id) if task and is_held else None,
        "invoice_url": _to(links.invoice, str(invoice.get("id") or "")),
        "vouchers": [
            {"id": str(id_), "url": _to(links.voucher, str(id_))}
            for id_ in seen.row.get("vouchers") or []
        ],
    }


def _why(row: PlainRow, language: Language) -> str:
    return "; ".join(
        [
            *(_reason(one, language) for one in row.get("reasons") or []),
            *(_remark(one, language) for one in row.get("remarks") or []),
        ]
    )


def _reason(plain: Mapping[str, Any], language: Language) -> str:
    code = str(plain.get("code"))
    try:
        return f"{code} {text_of(code, plain.get('details') or {}, language).title}"
    except KeyError:  # of another version
        return code


def _remark(plain: Mapping[str, Any], language: Language) -> str:
    word = str(plain.get("word"))
    try:
        return remark_of(word, plain.get("details") or {}, language)
    except KeyError:  # of another version
        return word


def _to_links(plain: object) -> Links:
    try:
        return xcom.load(Links, plain)
    except ValidationError:
        return NO_LINKS


def _to(address: str, id_: str) -> str | None:
    """An address of a web page; what is none is no link."""
    found = address.replace("{id}", id_)
    return found if id_ and found.startswith(("https://", "http://")) else None
