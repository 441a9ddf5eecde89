"""Letters and remarks write amounts and dates as their readers do."""

import re
from datetime import date
from decimal import Decimal

import pytest

from cobot_sevdesk.domain.catalogue import CODES, Language, remark_of, text_for_docs, text_of
from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.language import amount_in, day_in, rate_in
from cobot_sevdesk.domain.ledger import AddressBook
from cobot_sevdesk.domain.letters import Links, letter
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason

HELD = (
    InvoiceRef("1", "R-1", date(2026, 11, 27), Decimal("53.55")),
    InvoiceRef("2", "R-2", date(2026, 11, 28), Decimal("-1234.5")),
    InvoiceRef("3", "R-3", date(2026, 11, 29), Decimal("40.00"), "CHF"),
    InvoiceRef("4", "R-4"),
)


GERMAN = """\
CS-201: Zeilen ohne Buchungscode

Ursache: Mindestens eine Zeile hat keinen Buchungscode (Accounting Code). Darum ist ihr
Buchungskonto unbekannt.
Was zu tun ist: Öffnen Sie die Rechnung in Cobot und geben Sie jeder Zeile einen Buchungscode.
Geben Sie ihn auch dem Tarif oder Produkt, aus dem die Zeile stammt. Starten Sie dann diese
Aufgabe neu (Clear).

Zurückgehaltene Rechnungen: 4, -1.180,95 EUR, 40,00 CHF
  R-1  27.11.2026         53,55 EUR
  R-2  28.11.2026     -1.234,50 EUR
  R-3  29.11.2026         40,00 CHF
  R-4  ??????????             ? EUR"""
LINKED = """\
CS-302: sevDesk holds R-1 more than once

Why: Several vouchers carry our key of this invoice: ids 9, 10.
What to do: In sevDesk keep one of them. Delete the others: reset each to draft, then delete it.
Then clear this task.
  https://sevdesk.example/v/9
  https://sevdesk.example/v/10

Invoices held up: 1, 53.55 EUR
  R-1  2026-11-27         53.55 EUR  https://cobot.example/i/1

Members concerned (in Cobot): 1
  https://cobot.example/m/mem-1"""
OF_THE_REST = """\
CS-900: 2 more problems

Why: One run shows 1,000 problems as red tasks of their own. The others are listed here.
What to do: Look up each code of the list in docs/problems.md and do what it says there. Then
clear this task.

- CS-201 Lines without accounting code (1)
  R-1  2026-11-27         53.55 EUR

- CS-222 Invoice is canceled in Cobot (1)
  R-2  2026-11-28      -1234.50 EUR"""


def test_a_german_letter_has_german_amounts_and_dates() -> None:
    assert letter(Problem(Reason("CS-201"), invoices=HELD), language="de") == GERMAN


def test_an_english_letter_has_them_as_programs_write_them_and_links_where_they_are_known() -> None:
    cobot, sevdesk = "https://cobot.example", "https://sevdesk.example"
    links = Links(f"{cobot}/i/{{id}}", f"{cobot}/m/{{id}}", f"{sevdesk}/v/{{id}}", f"{sevdesk}/c")
    twice = Reason("CS-302", {"invoice": "R-1", "vouchers": "9, 10"})
    assert letter(Problem(twice, HELD[:1], ("mem-1",)), links=links) == LINKED


def test_the_last_letter_lists_the_problems_without_a_task() -> None:
    rest = (Problem(Reason("CS-201"), HELD[:1]), Problem(Reason("CS-222"), HELD[1:2]))
    assert letter(Problem(Reason("CS-900", {"count": "2"}), rest=rest)) == OF_THE_REST


SEVERAL = Reason("CS-403", {"member": "mem-1", "contacts": "5, 6"})
REMEDY = (
    "What to do: In sevDesk keep one of them. Merge or delete the others. Then clear this task."
)


def test_contacts_are_linked_as_well() -> None:
    told = letter(Problem(SEVERAL), links=Links(contact="https://sevdesk.example/c/{id}"))
    ends = [REMEDY, "  https://sevdesk.example/c/5", "  https://sevdesk.example/c/6"]
    assert told.splitlines()[-3:] == ends


@pytest.mark.parametrize(("count", "end"), [(19, ["  18"]), (20, ["  19", "", REMEDY])])
def test_a_long_letter_ends_with_what_to_do(count: int, end: list[str]) -> None:
    lines = letter(Problem(SEVERAL, members=tuple(map(str, range(count))))).splitlines()
    members = [f"  {number}" for number in range(count - 1)]
    assert lines[3:] == [REMEDY, "", f"Members concerned (in Cobot): {count}", *members, *end]


@pytest.mark.parametrize(
    ("word", "details", "german", "english"),
    [
        (
            "edit.gross",
            {"before": "53.55", "now": "1060.00"},
            "Brutto war 53,55, ist jetzt 1.060,00",
            "gross 53.55 -> 1060.00",
        ),
        (
            "edit.date",
            {"before": "2026-11-27", "now": "2026-12-01"},
            "Datum war 27.11.2026, ist jetzt 01.12.2026",
            "date 2026-11-27 -> 2026-12-01",
        ),
        (
            "finding.missing",
            {"amount": "53.55 EUR", "day": "2026-11-27"},
            "53,55 EUR vom 27.11.2026: nie gebucht oder in sevDesk gelöscht",
            "53.55 EUR of 2026-11-27: never booked, or deleted in sevDesk",
        ),
        (
            "finding.account",
            {"account": "4400", "rate": "5.5", "there": "0.00", "here": "-10.50"},
            "Buchungskonto 4400 zu 5,5 %: 0,00 statt -10,50 EUR",
            "account 4400 at 5.5 %: 0.00 instead of -10.50 EUR",
        ),
        (
            "finding.differs",
            {"fields": "deadline", "there": "None", "here": "2026-11-27"},
            "Fälligkeit nichts statt 27.11.2026",
            "due date nothing instead of 2026-11-27",
        ),
        (
            "finding.differs",
            {"fields": "number", "there": "2026-11-27 [COBOT:A]", "here": "2026-11-28"},
            "Nummer 2026-11-27 [COBOT:A] statt 2026-11-28",
            "number 2026-11-27 [COBOT:A] instead of 2026-11-28",
        ),
        (
            "skip.before_go_live",
            {"day": "2026-13-45"},
            "Rechnungsdatum vor sync_from (2026-13-45)",
            "dated before sync_from (2026-13-45)",
        ),
    ],
)
def test_remarks_write_figures_as_their_readers_do(
    word: str, details: dict[str, str], german: str, english: str
) -> None:
    assert remark_of(word, details, "de") == german
    assert remark_of(word, details, "en") == english


def test_problems_do_so_too() -> None:
    by = text_of("CS-223", {"invoice": "2026-11-27", "by": "0.03"}, "de").title
    assert by == "Beträge von 2026-11-27 widersprechen sich um 0,03 EUR"
    rate = text_of("CS-204", {"account": "4400", "rate": "5.5", "rule": "1"}, "de").title
    assert "5,5 %" in rate


def test_figures_of_each_language() -> None:
    assert [amount_in(Decimal("1234.505"), one) for one in ("de", "en")] == ["1.234,51", "1234.51"]
    assert [rate_in(Decimal("19.00"), one) for one in ("de", "en")] == ["19", "19"]
    assert day_in(date(2026, 1, 2), "de") == "02.01.2026"


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (
            {"recipient": "eu_private", "tax_id_problem": "missing", "tax_id": ""},
            "nie eine. Die USt-IdNr. der Rechnung fehlt.",
        ),
        (
            {"recipient": "eu_private", "tax_id_problem": "malformed", "tax_id": "FR12"},
            "Die USt-IdNr. der Rechnung ist falsch geschrieben. In Cobot steht: FR12.",
        ),
        ({"recipient": "third_country"}, "nie eine."),
    ],
)
def test_what_is_wrong_with_a_vat_id_is_told_as_far_as_it_is_known(
    details: dict[str, str], told: str
) -> None:
    text = text_of("CS-212", details, "de")
    assert text.cause.endswith(told)
    assert "…" not in text.cause + text.title


@pytest.mark.parametrize("language", ["de", "en"])
def test_lines_of_a_letter_do_not_exceed_its_width(language: Language) -> None:
    problem = Problem(Reason("CS-303", {"answer": "POST /Voucher, HTTP 422"}), invoices=HELD)
    assert max(map(len, letter(problem, language=language).splitlines())) <= 96


BOOK = AddressBook(
    [
        Contact("1", "10005", last_name="Beispiel", first_name="Ada"),
        Contact("2", "10006", "Muster Handels GmbH"),
        Contact("3", "77", "Ganz Anders"),
    ]
)


@pytest.mark.parametrize(
    ("name", "number", "found"),
    [
        ("Ada Beispeil", None, ["1"]),
        ("Muster Handel GmbH", None, ["2"]),
        ("Beispiel Werkstatt", "10015", ["1"]),
        ("Fremder Name", "10015", []),
        ("Fremder Name", "10006", ["2"]),
        ("Fremder Name", "7", []),
        ("Ida Beimler", None, []),
        (None, None, []),
    ],
)
def test_contacts_come_close_by_name_or_number(
    name: str | None, number: str | None, found: list[str]
) -> None:
    assert [one.id for one in BOOK.similar([name], number)] == found


FORBIDDEN = ("Kasten", "Kästchen", "Betreiber", "Preflight", " Id des", "zurücksetzen (Clear)")


@pytest.mark.parametrize("code", CODES)
def test_german_problems_are_short_and_say_what_a_person_does(code: str) -> None:
    told = text_for_docs(code, "de")
    whole = " ".join((told.title, told.cause, told.remedy))
    assert not [word for word in FORBIDDEN if word in whole]
    for sentence in re.split(r"(?<=[.!?:])\s+", whole):
        assert len(sentence.split()) <= 30, sentence
    assert " Sie " in told.remedy
    assert "neu (Clear)" in told.remedy or code == "CS-309"
