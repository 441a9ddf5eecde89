"""Where is this invoice? Answered from the rows that runs left in Airflow; no service is asked.

What is older than Airflow keeps is not known here: `known_since` says from when on.
"""

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
from cobot_sevdesk.airflow.overview.files import language_of, space_files
from cobot_sevdesk.airflow.overview.queries import PlainRow, RunLeft
from cobot_sevdesk.airflow.overview.standing import (
    STANDINGS,
    OpenTask,
    key_of,
    open_tasks,
    task_path,
)
from cobot_sevdesk.airflow.reconciliation_files import to_table
from cobot_sevdesk.config import DAG_PREFIX
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
CSV_COLUMNS = ("number", "date", "gross", "currency", "state", "why", "since", "run", "vouchers")


@dataclass(frozen=True)
class Seen:
    """An invoice as a run saw it last, and since which run it stands like that.

    `is_older` says that it may have stood like that before: in runs that Airflow does not know any
    more, or that were not read.
    """

    row: PlainRow
    since: RunLeft
    is_older: bool
    last: RunLeft

    @property
    def number(self) -> str:
        """As Cobot has it."""
        return str(self.row["invoice"].get("number", ""))

    @property
    def state(self) -> str:
        """`booked`, `edited` (booked, and changed in Cobot later), `held`, `skipped`, `by_hand`."""
        state = _state_of(self.row)
        return "edited" if state == "booked" and self.row.get("remarks") else state


def _state_of(row: PlainRow) -> str:
    """What is open at the end of a run waits, what stood before is booked."""
    state = str(row["state"])
    return {"open": "held", "kept": "booked"}.get(state, state)


def find_invoices(session: Session, dag_ids: Collection[str], part: str) -> dict[str, Any]:
    """Every invoice of these spaces whose number holds a text, the best match first.

    `is_cut` says that there may be more. Case does not matter.
    """
    wanted = part.strip().lower()
    # What JSON may write in another way (umlauts, quotes) is compared afterwards.
    searched = max(re.findall(r"[a-z0-9 ._/#-]+", wanted), key=len, default="")
    if len(searched) < SHORTEST or len(re.findall(r"\w", wanted)) < SHORTEST:
        return _answer(session, dag_ids, [], is_cut=False) | {"is_too_short": True}
    runs = queries.runs_that_name(session, dag_ids, searched, MOST_READ + 1)
    is_cut = len(runs) > MOST_READ
    found = [
        # Runs that were not read may have seen the same.
        replace(seen, is_older=True) if is_cut and seen.number.lower() != wanted else seen
        for seen in last_seen(session, runs[:MOST_READ])
        if wanted in seen.number.lower()
    ]
    found.sort(key=lambda seen: (seen.number.lower() != wanted, _newest_first(seen)))
    is_cut = is_cut or len(found) > MOST_SHOWN
    return _answer(session, dag_ids, found[:MOST_SHOWN], is_cut=is_cut)


def list_invoices(session: Session, dag_id: str, now: datetime | None = None) -> dict[str, Any]:
    """Every invoice of a space with a date within the last 60 days, newest first."""
    first = (now or datetime.now(UTC)) - LISTED
    runs = queries.runs_of(session, dag_id)
    recent = [run for run in runs if run.at >= first] or runs[-1:]
    day = first.date().isoformat()
    found = [
        seen
        for seen in last_seen(session, recent)
        if str(seen.row["invoice"].get("date") or "9999") >= day
    ]
    return _answer(session, [dag_id], sorted(found, key=_newest_first), is_cut=False)


def _answer(
    session: Session, dag_ids: Collection[str], found: Sequence[Seen], *, is_cut: bool
) -> dict[str, Any]:
    known_since = queries.known_since(session, dag_ids)
    return {
        "known_since": known_since.isoformat() if known_since else None,
        "invoices": in_words(session, found),
        "is_cut": is_cut,
    }


def to_csv(invoices: Iterable[dict[str, Any]]) -> str:
    """Invoices as a table for a spreadsheet."""
    told = (
        one | {"run": one["run_id"], "vouchers": " ".join(v["id"] for v in one["vouchers"])}
        for one in invoices
    )
    return to_table(CSV_COLUMNS, ([str(one[name] or "") for name in CSV_COLUMNS] for one in told))


def last_seen(session: Session, runs: Sequence[RunLeft]) -> list[Seen]:
    """Every invoice in the rows of these runs, as it was seen last."""
    found: dict[tuple[str, str], Seen] = {}
    for run in queries.read(session, runs, ROWS):
        for row in run.rows:
            key = (run.dag_id, key_of(row))
            known = found.get(key)
            if known is None:
                found[key] = Seen(row, run, row["state"] == "kept", run)
            elif _state_of(known.row) == _state_of(row):
                found[key] = replace(known, row=row, last=run)
            else:
                found[key] = Seen(row, run, is_older=False, last=run)
    return list(found.values())


def _newest_first(seen: Seen) -> tuple[int, str]:
    date = str(seen.row["invoice"].get("date") or "0000-00-00")
    return (-int(date.replace("-", "")), seen.number)


def in_words(session: Session, found: Sequence[Seen]) -> list[dict[str, Any]]:
    """Invoices as the page shows them, each in the language of its space."""
    if not found:
        return []
    dag_ids = {seen.last.dag_id for seen in found}
    spaces = space_files()
    links = {id_: _to_links(plain) for id_, plain in queries.newest_links(session, dag_ids).items()}
    standings = STANDINGS.of(session, dag_ids, spaces, datetime.now(UTC))
    red = {
        (id_, ref.key): task
        for id_, tasks in open_tasks(session, standings).items()
        for task in tasks
        for ref in task.problem.invoices
    }
    return [
        _in_words(
            seen,
            language_of(spaces.get(seen.last.dag_id)),
            links.get(seen.last.dag_id, NO_LINKS),
            red.get((seen.last.dag_id, key_of(seen.row))),
        )
        for seen in found
    ]


def _in_words(
    seen: Seen, language: Language, links: Links, task: OpenTask | None
) -> dict[str, Any]:
    invoice, dag_id = seen.row["invoice"], seen.last.dag_id
    return {
        "dag_id": dag_id,
        "slug": dag_id.removeprefix(DAG_PREFIX),
        "number": seen.number,
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
        "red_path": task.path if task and seen.state == "held" else None,
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
