"""What the package says, read from its source, and the catalogue know the same words."""

import ast
import re
import string
from dataclasses import dataclass
from pathlib import Path

import pytest

from cobot_sevdesk.domain.catalogue import CODES, REMARKS, Language, remark_of, text_of
from cobot_sevdesk.domain.catalogue.english import ENGLISH, ENGLISH_REMARKS, ENGLISH_WORDS
from cobot_sevdesk.domain.catalogue.faults import EXPECTED, FAULTS
from cobot_sevdesk.domain.catalogue.german import GERMAN, GERMAN_REMARKS, GERMAN_WORDS
from cobot_sevdesk.domain.letters import letter
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason
from tools.problem_pages import PAGES, page

LANGUAGES: tuple[Language, ...] = ("en", "de")
PACKAGE = Path(__file__).resolve().parents[1] / "plugins" / "cobot_sevdesk"


def test_every_code_in_use_is_in_the_catalogue_and_the_other_way_round() -> None:
    sources = [p for p in PACKAGE.rglob("*.py") if "catalogue" not in p.parts]
    used = {c for p in sources for c in re.findall(r'"(CS-\d{3})"', p.read_text("utf-8"))}
    assert used == set(CODES)


@dataclass(frozen=True)
class Site:
    """A place in the package that makes a reason or a remark."""

    place: str
    words: frozenset[str]
    details: frozenset[str]


def constants(node: ast.AST | None, pattern: str) -> set[str]:
    """The texts in a piece of source that look like this."""
    return {
        one.value
        for one in ast.walk(node or ast.Pass())
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
        if re.fullmatch(pattern, one.value)
    }


def keys_of_dicts(node: ast.AST) -> set[str]:
    """The keys of all dicts that are written out in a piece of source."""
    dicts = (one for one in ast.walk(node) if isinstance(one, ast.Dict))
    return {str(k.value) for d in dicts for k in d.keys if isinstance(k, ast.Constant)}


def words_of(
    call: ast.Call, function: ast.FunctionDef, module: ast.Module, pattern: str
) -> set[str]:
    """Which words of the catalogue a call may mean.

    They stand in it, in a constant of the module, in the function around it, or in its callers.
    """
    first = call.args[0]
    if isinstance(first, ast.JoinedStr):
        (prefix,) = constants(first, r"\w+\.")
        return {f"{prefix}{part}" for part in ("lines", "recipient")}
    named = {
        target.id: one.value
        for one in module.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    if isinstance(first, ast.Name) and first.id in named:
        return constants(named[first.id], pattern)
    callers = [
        one
        for one in ast.walk(module)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and one.func.id == function.name
    ]
    said_by_callers = {word for one in callers for word in constants(one, pattern)}
    return constants(first, pattern) or constants(function, pattern) or said_by_callers


def sites() -> list[Site]:
    """Every construction of a `Reason` or `Remark` in the package."""
    patterns = {"Reason": r"CS-\d{3}", "Remark": r"(skip|edit|finding)\.\w+|by_hand"}
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ast.parse(path.read_text("utf-8"))
        functions = [one for one in ast.walk(module) if isinstance(one, ast.FunctionDef)]
        for function in functions:
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                    continue
                if call.func.id not in patterns or not call.args:
                    continue
                pattern = patterns[call.func.id]
                named = words_of(call, function, module, pattern)
                assert named, ast.unparse(call)
                second = call.args[1] if len(call.args) > 1 else None
                is_written_out = isinstance(second, ast.Dict) and None not in second.keys
                around = function if isinstance(second, ast.Name) else module
                keys = keys_of_dicts(second if is_written_out else around) if second else set()
                place = f"{path.relative_to(PACKAGE)}:{call.lineno}"
                found.append(Site(place, frozenset(named), frozenset(keys)))
    return found


SITES = sites()
ALL_REMARKS = {"en": ENGLISH_REMARKS, "de": GERMAN_REMARKS}
ALL_TEXTS = {"en": ENGLISH, "de": GERMAN}
VOCABULARY = {
    "en": ENGLISH_WORDS | {w: texts[0] for w, texts in FAULTS.items()} | {w: w for w in EXPECTED},
    "de": GERMAN_WORDS | {w: texts[1] for w, texts in FAULTS.items()} | EXPECTED,
}
ANSWER = {
    "answer": "no_answer",
    "expected": "the currency of the total",
    "fields": "gross tax_rule",
    "recipient": "eu_private",
    "why": "connection.missing",
}
"""Details that are words of the catalogue themselves."""


def placeholders(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def all_details(word: str) -> dict[str, str]:
    """Every detail that some place in the package gives with a word, with a value to look for."""
    keys = {key for site in SITES if word in site.words for key in site.details}
    return {key: ANSWER.get(key, f"<{key}>") for key in keys}


def test_every_word_of_the_catalogue_is_made_somewhere() -> None:
    made = {word for site in SITES for word in site.words}
    assert made == {*CODES, *REMARKS}


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.place)
def test_a_reason_has_every_detail_that_its_texts_name(site: Site) -> None:
    for word in site.words:
        for language in LANGUAGES:
            texts = ALL_TEXTS[language].get(word) or (ALL_REMARKS[language][word],)
            # What stands in square brackets is left out where a detail of it is missing.
            needed = (re.sub(r"\[[^\[\]]*\]", "", text) for text in texts)
            assert placeholders(*needed) <= site.details, (word, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_code_is_told_with_all_its_details(code: str, language: Language) -> None:
    details = all_details(code)
    text = text_of(code, details, language)
    for told in (text.title, text.cause, text.remedy):
        assert told
        assert not re.search(r"[{}…]", told), told
    problem = Problem(Reason(code, details), invoices=(InvoiceRef("1", "R-1"),), members=("m",))
    assert text.title in letter(problem, language=language)
    whole = " ".join((text.title, text.cause, text.remedy))
    for key in details.keys() & placeholders(*ALL_TEXTS[language][code]):
        value = details[key]
        words = VOCABULARY[language]
        parts = [value] if key == "expected" else value.split()
        expected = ", ".join(words[one] for one in parts) if key in ANSWER else value
        assert expected in whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", REMARKS)
def test_every_remark_is_told_with_all_its_details(word: str, language: Language) -> None:
    details = all_details(word)
    told = remark_of(word, details, language)
    assert not re.search(r"[{}…]", told), told
    for key in placeholders(ALL_REMARKS[language][word]) - ANSWER.keys():
        assert f"<{key}>" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_may_differ_has_a_word(language: Language) -> None:
    path = PACKAGE / "domain" / "voucher.py"
    (function,) = (
        one
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.FunctionDef) and one.name == "differences"
    )
    fields = constants(function, r"[a-z_]+")
    assert len(fields) > 8
    assert fields <= VOCABULARY[language].keys()
    for name in fields:
        assert VOCABULARY[language][name] in remark_of(
            "finding.differs", {"fields": name, "there": "1", "here": "2"}, language
        )


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_of_the_catalogue_are_current(language: Language) -> None:
    assert PAGES[language].read_text("utf-8") == page(language), "run: make pages"


def words_in_the_package(pattern: str) -> set[str]:
    """What the package's code holds of words like this, the catalogue left out."""
    sources = [p for p in PACKAGE.rglob("*.py") if "catalogue" not in p.parts]
    return {word for p in sources for word in re.findall(pattern, p.read_text("utf-8"))}


def test_every_fault_is_found_somewhere_and_every_one_that_is_found_has_its_words() -> None:
    named = words_in_the_package(r'"((?:connection|lock)\.\w+)"')
    of_extras = words_in_the_package(r'self\._wrong\([^")]*(?:"\w+", )?"(\w+)"[,)]')
    of_numbers = words_in_the_package(r'self\._number\(.*, "(\w+)"\)')
    extras = {f"connection.{word}" for word in of_extras | of_numbers}
    assert named | extras == FAULTS.keys()


def expectations() -> set[str]:
    """What is expected of the fields of invoices and members, wherever it is written."""
    found = set()
    for path in ("clients/json_fields.py", "clients/cobot/parsing.py", "clients/cobot/client.py"):
        for call in ast.walk(ast.parse((PACKAGE / path).read_text("utf-8"))):
            name = getattr(getattr(call, "func", None), "id", "") or getattr(
                getattr(call, "func", None), "attr", ""
            )
            if isinstance(call, ast.Call) and name in {"UnreadableAnswerError", "_unreadable"}:
                found |= constants(call.args[1], r".+")
    return found | {"an id", "the id that was asked for"}


def test_whatever_an_answer_should_have_held_has_a_german_word() -> None:
    of_writing = {"a document that begins with %PDF-", " after writing it"}
    assert expectations() - of_writing == EXPECTED.keys()
    for code in ("CS-224", "CS-404"):
        for english, german in EXPECTED.items():
            details = {"invoice": "R-1", "member": "m-1", "field": "x.y", "expected": english}
            assert f"x.y: expected {english}." in text_of(code, details, "en").cause
            assert f"x.y, erwartet wird {german}." in text_of(code, details, "de").cause
            told = remark_of("edit.unreadable", details, "de")
            assert told == f"nicht lesbar: x.y, erwartet wird {german}"
