"""The problem catalogue: for each code a title, the cause and the remedy, in two languages.

One source for labels, letters, reports and documentation. Codes are stable: they may be added,
never changed or given another meaning. 1xx set-up of the space, 2xx an invoice, 3xx its
voucher, 4xx a member, 9xx the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cobot_sevdesk.domain.catalogue.english import ENGLISH
from cobot_sevdesk.domain.catalogue.german import GERMAN

Language = Literal["en", "de"]

_TEXTS: Mapping[Language, Mapping[str, tuple[str, str, str]]] = {"en": ENGLISH, "de": GERMAN}

CODES = tuple(ENGLISH)


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
    return _filled(code, _Details(details), language)


def text_for_docs(code: str, language: Language) -> Text:
    """Title, cause and remedy of a problem, with the names of its details, as Markdown."""
    return _filled(code, _Names(), language)


def _filled(code: str, details: dict[str, str], language: Language) -> Text:
    title, cause, remedy = (template.format_map(details) for template in _TEXTS[language][code])
    return Text(title, cause, remedy)
