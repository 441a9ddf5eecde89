"""A problem: one cause that a person can remove, with everything it holds up."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cobot_sevdesk.domain.catalogue import Language, text_of
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.money import CURRENCY, ZERO, text

MOST_PROBLEMS = 1000
"""Boxes of their own in one run; Airflow maps at most 1,024 (`core.max_map_length`)."""

LABEL_LENGTH = 200


@dataclass(frozen=True)
class Reason:
    """A catalogue code with its details, such as the accounting code without an account."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.details.items()))))


@dataclass(frozen=True)
class HeldInvoice:
    """An invoice that a problem holds up; `gross` in the invoice's currency."""

    id: str
    number: str
    date: dt.date | None = None
    gross: Decimal | None = None
    currency: str = CURRENCY


@dataclass(frozen=True)
class Problem:
    """One red box. `everything` marks problems that stopped the whole run, whatever it held."""

    reason: Reason
    invoices: tuple[HeldInvoice, ...] = ()
    members: tuple[str, ...] = ()
    everything: bool = False
    rest: tuple["Problem", ...] = ()

    @property
    def code(self) -> str:
        """The catalogue code."""
        return self.reason.code

    @property
    def count(self) -> int:
        """How many invoices are held up, else how many members."""
        return len(self.invoices) or len(self.members)

    def label(self, language: Language = "en") -> str:
        """What stands on the box in Airflow's grid."""
        title = text_of(self.code, self.reason.details, language).title
        return f"{self.code} {title}"[:LABEL_LENGTH]


class Problems:
    """The problems of a run, gathered: equal reasons become one problem."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._by_reason: dict[Reason, Problem] = {}
        for problem in problems:
            self.add(problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._by_reason.values())

    def __bool__(self) -> bool:
        return bool(self._by_reason)

    def add(self, problem: Problem) -> None:
        """Take in a problem; what it holds up joins an equal one."""
        known = self._by_reason.get(problem.reason)
        if known is None:
            self._by_reason[problem.reason] = problem
            return
        invoices = {held.id: held for held in (*known.invoices, *problem.invoices)}
        self._by_reason[problem.reason] = replace(
            known,
            invoices=tuple(invoices.values()),
            members=tuple(dict.fromkeys((*known.members, *problem.members))),
            everything=known.everything or problem.everything,
        )

    def hold(self, reason: Reason, invoice: HeldInvoice) -> None:
        """Note that a reason holds up an invoice."""
        self.add(Problem(reason, invoices=(invoice,)))

    def held_invoices(self) -> dict[str, HeldInvoice]:
        """Every invoice that is held up, once, by its id."""
        return {held.id: held for problem in self._by_reason.values() for held in problem.invoices}

    def boxes(self) -> list[Problem]:
        """At most `MOST_PROBLEMS` problems and one that lists the rest; set-up problems first."""
        found = sorted(self._by_reason.values(), key=lambda p: (p.code, -p.count, p.label()))
        if len(found) <= MOST_PROBLEMS:
            return found
        shown, rest = found[:MOST_PROBLEMS], found[MOST_PROBLEMS:]
        listed = Problems(rest)
        return [
            *shown,
            Problem(
                Reason("CS-900", {"count": str(len(rest))}),
                invoices=tuple(listed.held_invoices().values()),
                members=tuple(dict.fromkeys(m for p in rest for m in p.members)),
                everything=any(p.everything for p in rest),
                rest=tuple(rest),
            ),
        ]


def held(invoice: Invoice | UnreadableInvoice) -> HeldInvoice:
    """What a letter says of an invoice: number, date and amount, no personal data."""
    if isinstance(invoice, UnreadableInvoice):
        return HeldInvoice(invoice.id, invoice.number)
    return HeldInvoice(invoice.id, invoice.number, invoice.date, invoice.gross, invoice.currency)


def gross_in_euros(invoices: Iterable[HeldInvoice]) -> Decimal:
    """What the invoices in EUR come to."""
    return _gross_by_currency(invoices).get(CURRENCY, ZERO)


def gross_in_words(invoices: Iterable[HeldInvoice]) -> str:
    """What invoices come to, as `71.40 EUR, 40.00 CHF`: no sum over currencies."""
    sums = _gross_by_currency(invoices).items()
    return ", ".join(f"{text(gross)} {currency}" for currency, gross in sums)


def _gross_by_currency(invoices: Iterable[HeldInvoice]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in invoices:
        sums[one.currency] = sums.get(one.currency, ZERO) + (one.gross or ZERO)
    return sums
