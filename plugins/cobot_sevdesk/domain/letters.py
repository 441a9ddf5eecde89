"""The letter of a problem: what a support person reads in a red task's log, or in an e-mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill

from cobot_sevdesk.domain.catalogue import Language, text_of
from cobot_sevdesk.domain.language import amount_in, day_in
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, gross_in_words

LETTER_WIDTH = 96
"""Characters in a line; Airflow's log view does not wrap them."""

LONG_LETTER = 25
"""Lines after which the remedy is told once more."""


@dataclass(frozen=True)
class Links:
    """Where people find things in Cobot and sevDesk: addresses with `{id}`; empty = not known."""

    invoice: str = ""
    member: str = ""
    voucher: str = ""
    contact: str = ""


NO_LINKS = Links()


def letter(problem: Problem, *, language: Language = "en", links: Links = NO_LINKS) -> str:
    """What is wrong, why, what to do where, and what it holds up; no personal data."""
    words = _WORDS[language]
    told = text_of(problem.code, problem.reason.details, language)
    lines = [
        f"{problem.code}: {told.title}",
        "",
        fill(f"{words['why']}: {told.cause}", LETTER_WIDTH),
        fill(f"{words['do']}: {told.remedy}", LETTER_WIDTH),
        *_in_sevdesk(problem.reason.details, links),
    ]
    if problem.invoices:
        amounts = gross_in_words(problem.invoices, language)
        lines += ["", f"{words['invoices']}: {len(problem.invoices)}, {amounts}"]
        lines += [_line_of(held, links, language) for held in problem.invoices]
    if problem.members:
        lines += ["", f"{words['members']}: {len(problem.members)}"]
        lines += [f"  {_to(links.member, member) or member}" for member in problem.members]
    for other in problem.rest:
        lines += ["", f"- {other.label(language)} ({other.count})"]
        lines += [_line_of(held, links, language) for held in other.invoices]
    if len(lines) > LONG_LETTER:  # its end is what Airflow shows first
        lines += ["", fill(f"{words['do']}: {told.remedy}", LETTER_WIDTH)]
    return "\n".join(lines)


_WORDS = {
    "en": {
        "why": "Why",
        "do": "What to do",
        "invoices": "Invoices held up",
        "members": "Members concerned (in Cobot)",
    },
    "de": {
        "why": "Ursache",
        "do": "Was zu tun ist",
        "invoices": "Zurückgehaltene Rechnungen",
        "members": "Betroffene Mitglieder (in Cobot)",
    },
}


def _in_sevdesk(details: Mapping[str, str], links: Links) -> list[str]:
    """The vouchers and contacts that a problem names by their ids."""
    pages = ((links.voucher, ("voucher", "vouchers")), (links.contact, ("contacts",)))
    return [
        f"  {_to(page, id_.strip())}"
        for page, names in pages
        for name in names
        for id_ in details.get(name, "").split(",")
        if page and id_.strip()
    ]


def _line_of(invoice: InvoiceRef, links: Links, language: Language) -> str:
    day = day_in(invoice.date, language) if invoice.date else "?" * len("2026-11-27")
    gross = amount_in(invoice.gross, language) if invoice.gross is not None else "?"
    line = f"  {invoice.number}  {day}  {gross:>12} {invoice.currency}"
    where = _to(links.invoice, invoice.id)
    return f"{line}  {where}" if where else line


def _to(address: str, id_: str) -> str:
    return address.replace("{id}", id_)
