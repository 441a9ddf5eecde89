"""How a space stands by what its runs left: what is open, and what was booked; no database here.

The scheduled run that reported last is believed wholly: it looked at everything, and it carries on
what earlier runs found and it did not see. Of every run that reported later, and of red ones
beside the schedule, only what they found themselves is added. An invoice is settled as soon as a
later run saw it booked, skipped or ignored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cobot_sevdesk.airflow.history import OpenProblem
from cobot_sevdesk.domain.money import CURRENCY, ZERO, to_cents
from cobot_sevdesk.domain.plan import DONE
from cobot_sevdesk.domain.problems import Problem, Reason

PlainRow = dict[str, Any]
"""A `domain.plan.Row` as JSON; parsing thousands of them into values would take seconds."""
STANDS = frozenset({"booked", "kept", "by_hand"})
"""The books hold a voucher for these."""
RECENT = timedelta(days=30)
_PROBLEMS = TypeAdapter(list[OpenProblem])
"""Made once: it takes 20 ms, which are 20 seconds with 1,000 spaces (measured)."""


@dataclass(frozen=True)
class RunLeft:
    """What the report task of one run left; `run_id` is Airflow's name of the run."""

    run_id: str
    at: datetime
    is_scheduled: bool
    problems: Sequence[OpenProblem] = ()
    rows: Sequence[PlainRow] = ()


@dataclass(frozen=True)
class Figures:
    """Vouchers with a date within the last 30 days; what they come to, by currency."""

    vouchers: int = 0
    gross: Mapping[str, Decimal] = field(default_factory=dict)
    mismatches: int = 0


def to_problems(plain: object) -> tuple[OpenProblem, ...]:
    """What a run left as open; empty where another version of this package left it."""
    try:
        return tuple(_PROBLEMS.validate_python(plain or []))
    except ValidationError:
        return ()


def to_rows(plain: object) -> list[PlainRow]:
    """The rows of a run; empty where another version of this package left them."""
    rows = plain if isinstance(plain, list) else []
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("invoice"), dict)]


def key_of(row: PlainRow) -> str:
    """The key of the row's invoice, as `InvoiceRef.key`."""
    invoice = row["invoice"]
    return str(invoice.get("id") or f"number {invoice.get('number')}")


def what_is_open(runs: Sequence[RunLeft], *, base: RunLeft | None) -> list[OpenProblem]:
    """The problems that nobody has solved, oldest first.

    `runs` are in the order in which they reported; `base` is the one that is believed wholly.
    """
    found: dict[Reason, OpenProblem] = {}
    for run in runs:
        own = [one for one in run.problems if run is base or one.run_id == run.run_id]
        # What stops everything names all that it holds; that solves no older problem.
        told = {
            ref.key for one in own if not one.problem.everything for ref in one.problem.invoices
        }
        was_stopped = any(one.problem.everything for one in own)
        settled = {key_of(row) for row in run.rows if row["state"] in DONE}
        for reason, known in list(found.items()):
            left = _left(known.problem, told | settled, run, was_stopped=was_stopped)
            if left is None:
                del found[reason]
            else:
                found[reason] = replace(known, problem=left)
        for one in own:
            known_one = found.get(one.problem.reason)
            found[one.problem.reason] = _joined(known_one, one) if known_one else one
    return sorted(found.values(), key=lambda one: (one.since, one.problem.code))


def _left(problem: Problem, seen: set[str], run: RunLeft, *, was_stopped: bool) -> Problem | None:
    """What of a problem is still open after a later run."""
    if problem.everything:
        return problem if was_stopped else None
    if not problem.invoices:
        # Members: a scheduled run looks at all of them.
        return None if run.is_scheduled and not was_stopped else problem
    invoices = tuple(ref for ref in problem.invoices if ref.key not in seen)
    return replace(problem, invoices=invoices) if invoices else None


def _joined(known: OpenProblem, now: OpenProblem) -> OpenProblem:
    """The newer one, since when the older was known, with all that both hold up."""
    invoices = {ref.key: ref for ref in (*known.problem.invoices, *now.problem.invoices)}
    problem = replace(now.problem, invoices=tuple(invoices.values()))
    return OpenProblem(problem, min(known.since, now.since), now.run_id)


def after_repair(open_now: OpenProblem, repaired: Mapping[str, Any]) -> OpenProblem | None:
    """What is left of a problem after its cleared red task did this; `None` if nothing is.

    A red task that somebody only marked as successful did nothing.
    """
    pushed = repaired.get("pushed") or {}
    applied, members = pushed.get("applied") or {}, pushed.get("members") or {}
    rows = to_rows(applied.get("rows"))
    waits = {key_of(row) for row in rows if row["state"] not in DONE}
    stopped = bool(applied.get("stops") or members.get("problems"))
    done = {key_of(row) for row in rows if row["state"] in DONE}
    problem = open_now.problem
    if not waits and not stopped and (problem.everything or not problem.invoices):
        return None
    invoices = tuple(ref for ref in problem.invoices if ref.key not in done)
    if problem.invoices and not invoices:
        return None
    return replace(open_now, problem=replace(problem, invoices=invoices))


def figures_of(runs: Sequence[RunLeft], today: date) -> Figures:
    """What the books hold of the last 30 days, by voucher date, as of today."""
    newest: dict[str, PlainRow] = {}
    for run in runs:
        for row in run.rows:
            key = key_of(row)
            known = newest.get(key)
            # A run that could not look knows less than one that saw the voucher.
            if known is None or row["state"] in DONE or known["state"] not in DONE:
                newest[key] = row
    since = (today - RECENT).isoformat()
    stand = [
        row
        for row in newest.values()
        if row["state"] in STANDS and since < str(row["invoice"].get("date") or "")
    ]
    gross: dict[str, Decimal] = {}
    for row in stand:
        currency = row["invoice"].get("currency") or CURRENCY
        amount = to_cents(Decimal(row["invoice"].get("gross") or 0))
        gross[currency] = gross.get(currency, ZERO) + amount
    return Figures(len(stand), gross, sum(bool(row.get("mismatch")) for row in newest.values()))


def unsettled_before(
    open_now: Iterable[OpenProblem], base: RunLeft, runs: Sequence[RunLeft]
) -> list[RunLeft]:
    """The runs older than `base` that first told of something still open.

    Later runs than those read may have settled it: the rows of `base` reach back only so far.
    """
    ids = {one.run_id for one in open_now}
    return [run for run in runs if run.at < base.at and run.run_id in ids]
