"""Every problem has its texts in both languages, and every code that is raised is documented."""

import re
import string
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cobot_sevdesk.domain.catalogue import CODES, Language, text_of
from cobot_sevdesk.domain.catalogue.english import ENGLISH
from cobot_sevdesk.domain.catalogue.german import GERMAN
from cobot_sevdesk.domain.letters import Links, letter
from cobot_sevdesk.domain.problems import HeldInvoice, Problem, Problems, Reason
from problem_pages import PAGES, page

PACKAGE = Path(__file__).resolve().parents[2] / "plugins" / "cobot_sevdesk"


def test_both_languages_know_the_same_codes() -> None:
    assert list(ENGLISH) == list(GERMAN) == list(CODES)


def test_every_code_in_use_is_in_the_catalogue_and_the_other_way_round() -> None:
    sources = [p for p in PACKAGE.rglob("*.py") if "catalogue" not in p.parts]
    used = {c for p in sources for c in re.findall(r'"(CS-\d{3})"', p.read_text("utf-8"))}
    assert used == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_both_languages_use_the_same_details(code: str) -> None:
    def names(texts: tuple[str, str, str]) -> set[str]:
        return {n for t in texts for _, n, _, _ in string.Formatter().parse(t) if n}

    assert names(ENGLISH[code]) == names(GERMAN[code])


def test_a_missing_detail_never_breaks_a_letter() -> None:
    assert "…" in text_of("CS-202", {}, "en").title


def test_equal_reasons_are_one_problem() -> None:
    problems = Problems()
    for number in range(37):
        held = HeldInvoice(str(number), f"CW-{number}")
        problems.hold(Reason("CS-202", {"code": "X"}), held)
    (box,) = problems.boxes()
    assert box.count == 37


def test_more_than_a_thousand_problems_share_a_last_box() -> None:
    problems = Problems()
    for number in range(1500):
        problems.hold(Reason("CS-202", {"code": f"C{number:04}"}), HeldInvoice(str(number), "N"))
    boxes = problems.boxes()
    assert len(boxes) == 1001
    assert len(boxes[-1].invoices) == 500
    assert "C1499" in letter(boxes[-1])


def test_a_letter_says_what_why_and_what_to_do() -> None:
    problem = Problem(Reason("CS-202", {"code": "Flex", "target": "Flex"}), members=("m-1",))
    told = letter(problem, language="de")
    for part in ("CS-202", "Flex", "Ursache", "Was zu tun ist", "m-1"):
        assert part in told


def test_a_letter_adds_up_each_currency_apart() -> None:
    held = [
        HeldInvoice("1", "R-1", date(2026, 1, 5), Decimal("10.00")),
        HeldInvoice("2", "R-2", date(2026, 1, 6), Decimal("40.00"), "CHF"),
        HeldInvoice("3", "R-3", date(2026, 1, 7), Decimal("1.90")),
    ]
    told = letter(Problem(Reason("CS-202", {"code": "X"}), invoices=tuple(held)))
    assert "Invoices held up: 3, 11.90 EUR, 40.00 CHF" in told
    assert "40.00 CHF\n" in told


def test_a_letter_links_what_it_names() -> None:
    links = Links("https://c/i/{id}", "https://c/m/{id}", "https://s/v/{id}", "https://s/c/{id}")
    doubled = Reason("CS-403", {"member": "m-1", "contacts": "5, 6"})
    paid = Reason("CS-305", {"invoice": "R-1", "voucher": "77"})
    told = letter(Problem(doubled, members=("m-1",)), links=links)
    told += "\n" + letter(Problem(paid, invoices=(HeldInvoice("i-1", "R-1"),)), links=links)
    for address in ("c/m/m-1", "s/c/5", "s/c/6", "s/v/77", "c/i/i-1"):
        assert f"https://{address}\n" in f"{told}\n"
    assert "https" not in letter(Problem(paid, invoices=(HeldInvoice("i-1", "R-1"),)))


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_of_the_catalogue_are_current(language: Language) -> None:
    assert PAGES[language].read_text("utf-8") == page(language), "run: make problem-pages"
