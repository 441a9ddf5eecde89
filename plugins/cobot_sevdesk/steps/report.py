"""The totals of a run, as the report task returns and logs them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.money import CURRENCY, ZERO, text
from cobot_sevdesk.domain.outcome import (
    BookedInvoice,
    InvoicesChecked,
    InvoicesFound,
    Listed,
    MembersSynced,
    Pushed,
)
from cobot_sevdesk.domain.problems import Problem, Problems, gross_in_euros, gross_in_words
from cobot_sevdesk.domain.window import Window


@dataclass(frozen=True)
class RunOutcome:
    """Everything a run did; `repaired` holds what cleared red boxes did afterwards."""

    window: Window
    dry_run: bool
    found: InvoicesFound
    synced: MembersSynced
    checked: InvoicesChecked
    pushed: Pushed
    problems: tuple[Problem, ...]
    repaired: tuple[Pushed, ...] = ()
    language: Language = "en"


def totals(run: RunOutcome) -> dict[str, Any]:
    """The report: counts, EUR as text, problems, lists by invoice number; no personal data.

    Invoices in another currency are in no sum; they are listed with theirs.
    `new_invoices` and `known_invoices` name what a dry run would book and what is there already.
    `invoices_found` is the sum of `already_booked`, `booked`, `held_back` and `skipped`.
    """
    booked = _once([one for pushed in (run.pushed, *run.repaired) for one in pushed.booked])
    held = {
        id_: held_one
        for id_, held_one in Problems(_flat(run.problems)).held_invoices().items()
        if id_ not in booked
    }
    skipped = {one.id for one in (*run.found.skipped, *run.checked.skipped, *run.pushed.skipped)}
    already = _already(run, booked.values())
    synced = run.synced.plus(run.pushed.synced)
    return {
        "from_date": run.window.start.isoformat(),
        "to_date": run.window.last.isoformat(),
        "dry_run": run.dry_run,
        "invoices_found": run.found.found,
        "already_booked": already.total(),
        "booked": len(booked),
        "held_back": len(held),
        "skipped": len(skipped),
        "mismatches": sum(one.mismatch for one in booked.values()),
        "contacts_created": synced.created,
        "numbers_written": synced.numbers_written,
        "gross_booked": text(_sum(one for one in booked.values() if one.currency == CURRENCY)),
        "gross_held_back": text(gross_in_euros(held.values())),
        "problems": [_told(problem, run.language) for problem in run.problems],
        "new_invoices": [one.number for one in booked.values()] if run.dry_run else [],
        "known_invoices": sorted(already.elements()) if run.dry_run else [],
        "edited_later": _listed(_edited(run)),
        "skipped_invoices": _listed(
            (*run.found.skipped, *run.checked.skipped, *run.pushed.skipped)
        ),
        "booked_by_hand": _listed(run.found.booked_elsewhere),
        "mismatched_invoices": [one.number for one in booked.values() if one.mismatch],
        "off_by_cents": {
            one.number: text(one.off_by) for one in booked.values() if one.off_by != ZERO
        },
        "foreign_currency": {
            one.number: f"{text(one.gross)} {one.currency}"
            for one in booked.values()
            if one.currency != CURRENCY
        },
        "last_30_days": _recent(run, booked.values()),
        "members_without_known_country": list(synced.unknown_countries),
    }


def in_words(report: Mapping[str, Any]) -> str:
    """The report for the task log: one line per figure, lists only where there is something."""
    lines = [
        f"{report['from_date']} to {report['to_date']}"
        + ("  DRY RUN, nothing was written" if report["dry_run"] else ""),
        f"invoices found      {report['invoices_found']:>6}",
        f"  already booked    {report['already_booked']:>6}",
        f"  booked            {report['booked']:>6}  {report['gross_booked']:>12} EUR",
        f"  held back         {report['held_back']:>6}  {report['gross_held_back']:>12} EUR",
        f"  skipped           {report['skipped']:>6}",
        f"mismatches          {report['mismatches']:>6}",
        f"contacts created    {report['contacts_created']:>6}",
        f"numbers written     {report['numbers_written']:>6}",
    ]
    lines += [
        f"problem  {p['label']}  ({', '.join(filter(None, [str(p['count']), p['amounts']]))})"
        for p in report["problems"]
    ]
    lines += [f"would book  {number}" for number in report["new_invoices"]]
    lines += [f"is there    {number}" for number in report["known_invoices"]]
    for title in ("edited_later", "skipped_invoices", "booked_by_hand"):
        lines += [f"{title}  {one['number']}: {one['why']}" for one in report[title]]
    lines += [f"mismatch  {number}" for number in report["mismatched_invoices"]]
    lines += [f"off by  {number}: {by} EUR" for number, by in report["off_by_cents"].items()]
    lines += [f"in {amount}  {number}" for number, amount in report["foreign_currency"].items()]
    lines += [f"country unknown  {id_}" for id_ in report["members_without_known_country"]]
    return "\n".join(lines)


def _told(problem: Problem, language: Language) -> dict[str, Any]:
    return {
        "code": problem.code,
        "label": problem.label(language),
        "count": problem.count,
        "gross": text(gross_in_euros(problem.invoices)),
        "amounts": gross_in_words(problem.invoices),
    }


def _edited(run: RunOutcome) -> list[Listed]:
    """Every invoice that was changed in Cobot after it was booked, once."""
    pushed = (run.pushed, *run.repaired)
    found = [*run.found.edited_later, *(one for each in pushed for one in each.edited_later)]
    return list({one.id or one.number: one for one in found}.values())


def _flat(problems: Sequence[Problem]) -> list[Problem]:
    return [one for problem in problems for one in (problem, *problem.rest)]


def _already(run: RunOutcome, booked: Iterable[BookedInvoice]) -> Counter[str]:
    """The numbers of invoices that sevDesk held already; two invoices may share one.

    A box that was cleared finds what its run had booked before.
    """
    found = Counter(run.found.already_booked) + Counter(run.pushed.already_booked)
    own = Counter(one.number for one in booked)
    for repaired in run.repaired:
        found |= Counter(repaired.already_booked) - own
    return found


def _once(booked: list[BookedInvoice]) -> dict[str, BookedInvoice]:
    return {one.id: one for one in booked}


def _recent(run: RunOutcome, booked: Iterable[BookedInvoice]) -> dict[str, Any]:
    """What sevDesk holds now of the last thirty days of the window."""
    new = [b for b in booked if b.date is not None and b.date in run.window.recent]
    gross = run.found.recent.gross + _sum(b for b in new if b.currency == CURRENCY)
    return {"vouchers": run.found.recent.vouchers + len(new), "gross": text(gross)}


def _sum(booked: Iterable[BookedInvoice]) -> Decimal:
    return sum((one.gross for one in booked), ZERO)


def _listed(listed: Sequence[Listed]) -> list[dict[str, str]]:
    return [{"number": one.number, "why": one.why} for one in listed]
