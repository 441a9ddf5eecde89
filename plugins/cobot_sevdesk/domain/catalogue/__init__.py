"""The words of this package for people: problems, remarks and findings, in two languages.

One source for labels, letters, reports and documentation. Codes are stable: they may be added,
never changed or given another meaning. 1xx set-up of the space, 2xx an invoice, 3xx its
voucher, 4xx a member, 9xx the rest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cobot_sevdesk.domain.catalogue.english import (
    ENGLISH,
    ENGLISH_REMARKS,
    ENGLISH_WORDS,
)
from cobot_sevdesk.domain.catalogue.faults import EXPECTED, FAULTS
from cobot_sevdesk.domain.catalogue.german import (
    GERMAN,
    GERMAN_REMARKS,
    GERMAN_WORDS,
)
from cobot_sevdesk.domain.catalogue.report_lines import ENGLISH_REPORT, GERMAN_REPORT
from cobot_sevdesk.domain.language import Language, value_in

__all__ = [
    "CODES",
    "IN_WORDS",
    "REMARKS",
    "Language",
    "Text",
    "fault_of",
    "kind_of_finding",
    "line_of_report",
    "remark_of",
    "text_for_docs",
    "text_of",
    "words_in",
]

_TEXTS: Mapping[Language, Mapping[str, tuple[str, str, str]]] = {"en": ENGLISH, "de": GERMAN}
_REMARKS: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH_REMARKS, "de": GERMAN_REMARKS}
_REPORT: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH_REPORT, "de": GERMAN_REPORT}
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": ENGLISH_WORDS | {word: english for word, (english, _) in FAULTS.items()},
    "de": GERMAN_WORDS | {word: german for word, (_, german) in FAULTS.items()} | EXPECTED,
}

NO_DETAILS: Mapping[str, str] = MappingProxyType({})
CODES = tuple(ENGLISH)
REMARKS = tuple(ENGLISH_REMARKS)
IN_WORDS = frozenset(
    {"answer", "assumed", "expected", "fields", "recipient", "tax_id_problem", "to_do", "why"}
)
"""Details whose values are words of the catalogue, or several of them with blanks between."""
NOTHING = str(None)
"""The value of a detail where one side has none."""
IN_FIGURES = frozenset({"amount", "before", "by", "day", "here", "now", "rate", "there"})
"""Details whose values are amounts, rates or dates, most often."""
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
"""A part of a text in square brackets; it is left out where a detail in it is empty or missing."""


@dataclass(frozen=True)
class Text:
    """What a person reads about a problem."""

    title: str
    cause: str
    remedy: str


class _Details(dict[str, str]):
    """A detail that is not known is shown as an ellipsis; a letter must never fail to be read."""

    def __missing__(self, name: str) -> str:
        return "…"


class _Names(dict[str, str]):
    """Every detail is shown as its name, for the documentation."""

    def __missing__(self, name: str) -> str:
        return f"*{name}*"


def text_of(code: str, details: Mapping[str, str], language: Language) -> Text:
    """Title, cause and remedy of a problem, its details filled in.

    Raises:
        KeyError: there is no such code; a bug of ours.
    """
    return _filled(code, _Details(_in_words(details, language)), language)


def text_for_docs(code: str, language: Language) -> Text:
    """Title, cause and remedy of a problem, with the names of its details, as Markdown."""
    return _filled(code, _Names(), language)


def remark_of(word: str, details: Mapping[str, str], language: Language) -> str:
    """A remark in words, such as why an invoice is skipped or what was edited later.

    Raises:
        KeyError: there is no such remark; a bug of ours.
    """
    return _fill(_REMARKS[language][word], _Details(_in_words(details, language)))


def fault_of(word: str, details: Mapping[str, str], language: Language) -> str:
    """What is wrong with a connection, as a sentence.

    Raises:
        KeyError: there is no such word; a bug of ours.
    """
    return _fill(_WORDS[language][word], _Details(details))


def line_of_report(name: str, details: Mapping[str, str], language: Language) -> str:
    """A line of a run's report, as the task log shows it."""
    return _REPORT[language][name].format_map(_in_words(details, language))


def kind_of_finding(kind: str, language: Language) -> str:
    """The heading of a kind of findings of a reconciliation."""
    return _WORDS[language][f"kind.{kind}"]


def _in_words(details: Mapping[str, str], language: Language) -> dict[str, str]:
    """The details as readers of the language write them."""
    told = dict(details)
    for name, value in details.items():
        if name in IN_WORDS:
            told[name] = words_in(value, language, details)
        # An invoice number may look like a date.
        elif name in IN_FIGURES and details.get("fields") != "number":
            nothing = _WORDS[language]["nothing"]
            told[name] = nothing if value == NOTHING else value_in(value, language)
    return told


def words_in(value: str, language: Language, details: Mapping[str, str] = NO_DETAILS) -> str:
    """Words of the catalogue for people, with the details that they name; else as it is."""
    words = _WORDS[language]
    parts = [value] if value in words else value.split()
    if parts and all(part in words for part in parts):
        return ", ".join(_fill(words[part], _Details(details)) for part in parts)
    return value


def _filled(code: str, details: dict[str, str], language: Language) -> Text:
    title, cause, remedy = (_fill(template, details) for template in _TEXTS[language][code])
    return Text(title, cause, remedy)


def _fill(template: str, details: dict[str, str]) -> str:
    def keep(part: re.Match[str]) -> str:
        names = re.findall(r"\{(\w+)\}", part[1])
        return part[1] if all(details[name] not in {"", "…"} for name in names) else ""

    return _OPTIONAL.sub(keep, template).format_map(details)
