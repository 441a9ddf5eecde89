"""The report of a run: every invoice once, counts, euros, problems, and what is worth telling."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from cobot_sevdesk.domain.catalogue import Language, line_of_report, remark_of
from cobot_sevdesk.domain.language import value_in
from cobot_sevdesk.domain.money import CURRENCY, ZERO, text
from cobot_sevdesk.domain.plan import MembersApplied, Row, State
from cobot_sevdesk.domain.problems import (
    Problem,
    Remark,
    gross_by_currency,
    gross_in_words,
)
from cobot_sevdesk.domain.window import Window

Told = dict[str, str]
"""An invoice that is only mentioned: `number`, and `why` in the language of the space."""


@dataclass(frozen=True)
class Report:
    """What a run found and did; amounts are EUR as text. No personal data.

    `invoices_found` is the sum of `already_booked`, `booked`, `held_back` and `skipped`. Invoices
    in other currencies are counted, but are in no sum in EUR: `foreign_currency` has them.
    """

    from_date: str
    to_date: str
    dry_run: bool
    invoices_found: int = 0
    already_booked: int = 0
    booked: int = 0
    held_back: int = 0
    skipped: int = 0
    mismatches: int = 0
    contacts_created: int = 0
    numbers_written: int = 0
    gross_booked: str = "0.00"
    gross_held_back: str = "0.00"
    problems: list[dict[str, Any]] = field(default_factory=list)
    new_invoices: list[str] = field(default_factory=list)
    """Numbers that a dry run would book."""
    known_invoices: list[str] = field(default_factory=list)
    """Numbers that a dry run found booked."""
    edited_later: list[Told] = field(default_factory=list)
    skipped_invoices: list[Told] = field(default_factory=list)
    booked_by_hand: list[Told] = field(default_factory=list)
    mismatched_invoices: list[str] = field(default_factory=list)
    off_by_cents: dict[str, str] = field(default_factory=dict)
    """Number -> by how much net and tax differ from the invoice's, with its currency if not EUR."""
    moved_cents: dict[str, str] = field(default_factory=dict)
    """Number -> what was moved between lines of different accounts, so that each rate's net holds.
    The amounts as in `off_by_cents`."""
    foreign_currency: dict[str, str] = field(default_factory=dict)
    last_30_days: dict[str, Any] = field(default_factory=dict)
    members_without_known_country: list[str] = field(default_factory=list)
    members_with_odd_tax_id: list[str] = field(default_factory=list)
    failed_tasks: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As the report task returns it."""
        return asdict(self)


@dataclass(frozen=True)
class Outcome:
    """All that a report is made from: the final rows, and what still needs a person."""

    window: Window
    dry_run: bool
    rows: Sequence[Row]
    members: MembersApplied
    problems: Sequence[Problem]
    gone: Sequence[tuple[str, Remark]] = ()
    language: Language = "en"
    failed_tasks: Sequence[str] = ()


def make_report(outcome: Outcome) -> Report:
    """The report of a run."""
    by_state: dict[State, list[Row]] = {}
    for row in outcome.rows:
        by_state.setdefault(_counted_as(row), []).append(row)
    booked, kept = by_state.get("booked", []), by_state.get("kept", [])
    held, skipped = by_state.get("held", []), by_state.get("skipped", [])
    language = outcome.language
    by_hand = [row for row in outcome.rows if row.state == "by_hand"]
    edits = _told((row for row in (*kept, *booked) if row not in by_hand), language)
    edits += [
        {"number": number, "why": _words((remark,), language)} for number, remark in outcome.gone
    ]
    return Report(
        from_date=outcome.window.start.isoformat(),
        to_date=outcome.window.last.isoformat(),
        dry_run=outcome.dry_run,
        invoices_found=len(outcome.rows),
        already_booked=len(kept),
        booked=len(booked),
        held_back=len(held),
        skipped=len(skipped),
        mismatches=sum(row.mismatch for row in booked),
        contacts_created=len(outcome.members.created),
        numbers_written=len(outcome.members.numbered),
        gross_booked=_euros(booked),
        gross_held_back=_euros(held),
        problems=[problem_told(one, language) for one in outcome.problems],
        new_invoices=_numbers(booked) if outcome.dry_run else [],
        known_invoices=sorted(_numbers(kept)) if outcome.dry_run else [],
        edited_later=edits,
        skipped_invoices=_told(skipped, language),
        booked_by_hand=_told(by_hand, language),
        mismatched_invoices=_numbers(row for row in booked if row.mismatch),
        off_by_cents={r.invoice.number: _cents(r, r.off_by) for r in booked if r.off_by},
        moved_cents={r.invoice.number: _cents(r, r.moved) for r in booked if r.moved},
        foreign_currency={
            row.invoice.number: f"{text(row.invoice.cents)} {row.invoice.currency}"
            for row in booked
            if row.invoice.currency != CURRENCY
        },
        last_30_days=_recent(outcome.window, (*booked, *kept)),
        members_without_known_country=list(outcome.members.unknown_countries),
        members_with_odd_tax_id=list(outcome.members.odd_tax_ids),
        failed_tasks=list(outcome.failed_tasks),
    )


def in_words(report: Report, language: Language) -> str:
    """The report for the task log: one line per figure, lists only where there is something."""
    return "\n".join((*_figures(report, language), *_lists(report, language)))


def _figures(report: Report, language: Language) -> list[str]:
    """Days and counts; of what is booked and held back, the euros too."""
    counted = {
        "invoices_found": "",
        "already_booked": "",
        "booked": report.gross_booked,
        "held_back": report.gross_held_back,
        "skipped": "",
        "mismatches": "",
        "contacts_created": "",
        "numbers_written": "",
    }
    days = {name: value_in(getattr(report, name), language) for name in ("from_date", "to_date")}
    lines = [line_of_report("days", days, language)]
    lines += [line_of_report("dry_run", {}, language)] if report.dry_run else []
    for name, gross in counted.items():
        euros = f"{value_in(gross, language):>12} {CURRENCY}" if gross else ""
        label, count = line_of_report(name, {}, language), getattr(report, name)
        lines.append(f"{label:<20}{count:>6}  {euros}".rstrip())
    return lines


def _lists(report: Report, language: Language) -> Iterator[str]:
    """What is worth telling of single invoices and members."""

    def told(name: str, rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
        return (line_of_report(name, row, language) for row in rows)

    for one in report.problems:
        sums = [value_in(amount, language) for amount in one["amounts"].split(", ") if amount]
        amounts = ", ".join([str(one["count"]), *sums])
        yield from told("problem", [{"label": one["label"], "amounts": amounts}])
    for name, numbers in (
        ("failed_task", report.failed_tasks),
        ("would_book", report.new_invoices),
        ("is_there", report.known_invoices),
        ("mismatch", report.mismatched_invoices),
        ("country_unknown", report.members_without_known_country),
        ("tax_id_not_sent", report.members_with_odd_tax_id),
    ):
        yield from told(name, ({"number": number} for number in numbers))
    yield from told("edited_later", report.edited_later)
    yield from told("is_skipped", report.skipped_invoices)
    yield from told("by_hand", report.booked_by_hand)
    for name, amounts_of in (
        ("off_by", report.off_by_cents),
        ("moved", report.moved_cents),
        ("foreign", report.foreign_currency),
    ):
        for number, amount in amounts_of.items():
            shown = amount if " " in amount else f"{amount} {CURRENCY}"
            yield from told(name, [{"number": number, "amount": shown}])


def problem_told(problem: Problem, language: Language) -> dict[str, Any]:
    """A problem as the report lists it."""
    euros = gross_by_currency(problem.invoices).get(CURRENCY, ZERO)
    return {
        "code": problem.code,
        "label": problem.label(language),
        "count": problem.count,
        "gross": text(euros),
        "amounts": gross_in_words(problem.invoices),
    }


def _counted_as(row: Row) -> State:
    """What is still open at the end of a run waits; what somebody else booked stands."""
    names: Mapping[State, State] = {"open": "held", "by_hand": "kept"}
    return names.get(row.state, row.state)


def _told(rows: Iterable[Row], language: Language) -> list[Told]:
    """What is to be told of invoices, in the words of a language."""
    return [
        {"number": row.invoice.number, "why": _words(row.remarks, language)}
        for row in rows
        if row.remarks
    ]


def _words(remarks: Iterable[Remark], language: Language) -> str:
    return "; ".join(remark_of(one.word, one.details, language) for one in remarks)


def _recent(window: Window, rows: Iterable[Row]) -> dict[str, Any]:
    """What sevDesk holds now of the last thirty days of the window; other currencies apart."""
    recent = [row for row in rows if row.invoice.date and row.invoice.date in window.recent]
    sums = gross_by_currency(row.invoice for row in recent)
    others = {currency: text(gross) for currency, gross in sums.items() if currency != CURRENCY}
    return {
        "vouchers": len(recent),
        "gross": text(sums.get(CURRENCY, ZERO)),
        "other_currencies": others,
    }


def _euros(rows: Iterable[Row]) -> str:
    return text(gross_by_currency(row.invoice for row in rows).get(CURRENCY, ZERO))


def _cents(row: Row, amount: Decimal) -> str:
    currency = row.invoice.currency
    return text(amount) if currency == CURRENCY else f"{text(amount)} {currency}"


def _numbers(rows: Iterable[Row]) -> list[str]:
    return [row.invoice.number for row in rows]
