"""Every problem has its texts in both languages; `tests/test_words.py` compares the source."""

import re
import string
from datetime import date
from decimal import Decimal

import pytest

from cobot_sevdesk.domain.catalogue import CODES, REMARKS, Language, kind_of_finding, text_of
from cobot_sevdesk.domain.catalogue.english import ENGLISH, ENGLISH_REMARKS, ENGLISH_WORDS
from cobot_sevdesk.domain.catalogue.faults import FAULTS
from cobot_sevdesk.domain.catalogue.german import GERMAN, GERMAN_REMARKS, GERMAN_WORDS
from cobot_sevdesk.domain.letters import Links, letter
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Problems, Reason
from cobot_sevdesk.domain.reconciliation import KINDS

LANGUAGES: tuple[Language, ...] = ("en", "de")


def placeholders(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_know_the_same_codes() -> None:
    assert list(ENGLISH) == list(GERMAN) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_both_languages_use_the_same_details(code: str) -> None:
    assert placeholders(*ENGLISH[code]) == placeholders(*GERMAN[code])


def test_a_missing_detail_never_breaks_a_letter() -> None:
    assert "…" in text_of("CS-202", {}, "en").title


def test_equal_reasons_are_one_problem() -> None:
    problems = Problems()
    for number in range(37):
        held = InvoiceRef(str(number), f"CW-{number}")
        problems.add(Problem(Reason("CS-202", {"code": "X"}), invoices=(held,)))
    (problem,) = problems.tasks()
    assert problem.count == 37


def test_more_than_a_thousand_problems_share_a_last_task() -> None:
    problems = Problems()
    for number in range(1500):
        reason = Reason("CS-202", {"code": f"C{number:04}"})
        problems.add(Problem(reason, invoices=(InvoiceRef(str(number), "N"),)))
    tasks = problems.tasks()
    assert len(tasks) == 1001
    assert len(tasks[-1].invoices) == 500
    assert "C1499" in letter(tasks[-1])


def test_a_letter_says_what_why_and_what_to_do() -> None:
    problem = Problem(Reason("CS-202", {"code": "Flex", "target": "Flex"}), members=("m-1",))
    told = letter(problem, language="de")
    for part in ("CS-202", "Flex", "Ursache", "Was zu tun ist", "m-1"):
        assert part in told


def test_a_letter_adds_up_each_currency_apart() -> None:
    held = [
        InvoiceRef("1", "R-1", date(2026, 1, 5), Decimal("10.00")),
        InvoiceRef("2", "R-2", date(2026, 1, 6), Decimal("40.00"), "CHF"),
        InvoiceRef("3", "R-3", date(2026, 1, 7), Decimal("1.90")),
    ]
    told = letter(Problem(Reason("CS-202", {"code": "X"}), invoices=tuple(held)))
    assert "Invoices held up: 3, 11.90 EUR, 40.00 CHF" in told
    assert "40.00 CHF\n" in told


def test_a_letter_links_what_it_names() -> None:
    links = Links("https://c/i/{id}", "https://c/m/{id}", "https://s/v/{id}", "https://s/c/{id}")
    doubled = Reason("CS-403", {"member": "m-1", "contacts": "5, 6"})
    paid = Reason("CS-305", {"invoice": "R-1", "voucher": "77"})
    told = letter(Problem(doubled, members=("m-1",)), links=links)
    told += "\n" + letter(Problem(paid, invoices=(InvoiceRef("i-1", "R-1"),)), links=links)
    for address in ("c/m/m-1", "s/c/5", "s/c/6", "s/v/77", "c/i/i-1"):
        assert f"https://{address}\n" in f"{told}\n"
    assert "https" not in letter(Problem(paid, invoices=(InvoiceRef("i-1", "R-1"),)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_finding_has_a_heading(language: Language) -> None:
    headings = [kind_of_finding(kind, language) for kind in KINDS]
    assert len(set(headings)) == len(KINDS)


def test_both_languages_know_the_same_words() -> None:
    assert list(ENGLISH_REMARKS) == list(GERMAN_REMARKS) == list(REMARKS)
    assert list(ENGLISH_WORDS) == list(GERMAN_WORDS)
    for word in REMARKS:
        assert placeholders(ENGLISH_REMARKS[word]) == placeholders(GERMAN_REMARKS[word])


# --- what can be wrong with a connection, a lock file, an answer


DETAILS = {
    "field": "timeout",
    "lowest": "1",
    "highest": "600",
    "choices": "PUT, PATCH",
    "request": "Cobot GET /user",
    "target": "https://new.example.org",
    "site": "https://example.org",
    "service": "Cobot",
    "said": "Permission denied",
}


@pytest.mark.parametrize("word", FAULTS)
def test_every_fault_is_told_in_both_languages_with_all_its_details(word: str) -> None:
    english, german = FAULTS[word]
    assert placeholders(english) == placeholders(german) <= DETAILS.keys()
    code = "CS-312" if word.startswith("lock.") else "CS-115"
    details = {"connection": "cobot_elbe-hub", "path": "/locks/x", "why": word, **DETAILS}
    told = [text_of(code, details, language).cause for language in LANGUAGES]
    for cause in told:
        assert not re.search(r"[{}\[\]…]", cause), cause
        assert word not in cause
        for name in placeholders(english):
            assert DETAILS[name] in cause
    assert told[0] != told[1]


def test_a_fault_without_its_optional_details_reads_well() -> None:
    details = {
        "connection": "c",
        "why": "connection.at_least",
        "field": "concurrency",
        "lowest": "1",
    }
    assert text_of("CS-115", details, "de").cause == "concurrency: Erwartet wird mindestens 1."


def test_what_an_older_version_left_is_told_as_it_was() -> None:
    assert text_of("CS-115", {"connection": "c", "why": "it is odd"}, "de").cause == "it is odd"
    told = text_of("CS-224", {"invoice": "R-1", "field": "date: expected a date"}, "de").cause
    assert told.endswith("date: expected a date.")
