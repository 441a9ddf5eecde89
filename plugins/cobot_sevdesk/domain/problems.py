"""What needs a person, and what is only worth telling: both are words of the catalogue.

A `Reason` says why something waits. Two invoices with equal reasons are one `Problem`: a missing
booking account that holds up 37 invoices is repaired once. A `Remark` asks nothing of anybody.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cobot_sevdesk.domain.catalogue import Language, fault_of, text_of
from cobot_sevdesk.domain.identity import content_of
from cobot_sevdesk.domain.invoice import AnyInvoice, UnreadableInvoice
from cobot_sevdesk.domain.language import amount_in
from cobot_sevdesk.domain.money import CURRENCY, ZERO, to_cents
from cobot_sevdesk.errors import ConnectionConfigError

MOST_PROBLEMS = 1000
"""Tasks of their own in one run; Airflow maps at most 1,024 (`core.max_map_length`)."""

LABEL_LENGTH = 200
"""Characters of a label in Airflow's grid."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something waits: a code of the catalogue, and its details by name."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.details.items()))))


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be told: a word of the catalogue such as `edit.gross`, and its details."""

    word: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InvoiceRef:
    """What travels between tasks of an invoice; no personal data.

    `gross` is in `currency`. `date` is the invoice date. `content` holds digests of lines and
    recipient as they were when this was written. `id` is empty where Cobot stated none.
    """

    id: str
    number: str
    date: dt.date | None = None
    gross: Decimal | None = None
    currency: str = CURRENCY
    content: str = ""

    @property
    def key(self) -> str:
        """What tells this invoice from others: its id, else its number."""
        return self.id or f"number {self.number}"

    @property
    def cents(self) -> Decimal:
        """The gross, rounded to cents; 0.00 where it is not known."""
        return to_cents(self.gross) if self.gross is not None else ZERO


@dataclass(frozen=True, slots=True)
class Problem:
    """One red task: one reason with all that it holds up.

    `everything` marks a reason that stopped the whole run. `rest` holds the problems that found
    no task of their own.
    """

    reason: Reason
    invoices: tuple[InvoiceRef, ...] = ()
    members: tuple[str, ...] = ()
    everything: bool = False
    rest: tuple["Problem", ...] = ()

    @property
    def code(self) -> str:
        """The catalogue code."""
        return self.reason.code

    @property
    def count(self) -> int:
        """How many invoices wait; where none does, how many members."""
        return len(self.invoices) or len(self.members)

    @property
    def flat(self) -> tuple["Problem", ...]:
        """This problem and those in its `rest`."""
        return (self, *self.rest)

    def label(self, language: Language = "en") -> str:
        """What stands on the task in Airflow's grid."""
        title = text_of(self.code, self.reason.details, language).title
        return f"{self.code} {title}"[:LABEL_LENGTH]


class Problems:
    """Problems, gathered: equal reasons become one problem."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._by_reason: dict[Reason, Problem] = {}
        for problem in problems:
            self.add(problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._by_reason.values())

    def add(self, problem: Problem) -> None:
        """Take in a problem; what it holds up joins an equal one."""
        known = self._by_reason.get(problem.reason)
        if known is None:
            self._by_reason[problem.reason] = problem
            return
        invoices = {ref.key: ref for ref in (*known.invoices, *problem.invoices)}
        self._by_reason[problem.reason] = replace(
            known,
            invoices=tuple(invoices.values()),
            members=tuple(dict.fromkeys((*known.members, *problem.members))),
            everything=known.everything or problem.everything,
        )

    def tasks(self) -> list[Problem]:
        """At most `MOST_PROBLEMS` problems, set-up first, and one that lists the rest."""
        found = sorted(self._by_reason.values(), key=lambda p: (p.code, -p.count, p.label()))
        shown, rest = found[:MOST_PROBLEMS], found[MOST_PROBLEMS:]
        if not rest:
            return shown
        invoices = {ref.key: ref for problem in rest for ref in problem.invoices}
        last = Problem(
            Reason("CS-900", {"count": str(len(rest))}),
            invoices=tuple(invoices.values()),
            members=tuple(dict.fromkeys(m for problem in rest for m in problem.members)),
            everything=any(problem.everything for problem in rest),
            rest=tuple(rest),
        )
        return [*shown, last]


def ref_of(invoice: AnyInvoice) -> InvoiceRef:
    """What may travel of an invoice."""
    if isinstance(invoice, UnreadableInvoice):
        return InvoiceRef(invoice.id or "", invoice.number)
    return InvoiceRef(
        invoice.id,
        invoice.number,
        invoice.date,
        invoice.gross,
        invoice.currency,
        content_of(invoice),
    )


def stopping(reason: Reason, invoices: Iterable[InvoiceRef] = ()) -> Problem:
    """A problem that holds up everything."""
    return Problem(reason, invoices=tuple(invoices), everything=True)


def gross_by_currency(invoices: Iterable[InvoiceRef]) -> dict[str, Decimal]:
    """Currency -> what the invoices in it come to; EUR first. Currencies never share a sum."""
    sums: dict[str, Decimal] = {}
    for ref in invoices:
        sums[ref.currency] = sums.get(ref.currency, ZERO) + ref.cents
    return dict(sorted(sums.items(), key=lambda row: (row[0] != CURRENCY, row[0])))


def gross_in_words(invoices: Iterable[InvoiceRef], language: Language = "en") -> str:
    """What invoices come to, as `71.40 EUR, 40.00 CHF`."""
    sums = gross_by_currency(invoices).items()
    return ", ".join(f"{amount_in(gross, language)} {currency}" for currency, gross in sums)


def connection_error(connection: str, word: str, **details: str) -> ConnectionConfigError:
    """The error for the connection of this id; `word` is one of `catalogue.faults`.

    Its message is English. The value of a field is never a detail: somebody may have pasted a token
    into the wrong field.
    """
    told = fault_of(word, details, "en")
    return ConnectionConfigError(connection, told, word=word, details=details)
