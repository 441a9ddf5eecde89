"""Words in both languages, and how they are put on the page."""

import re
from collections.abc import Mapping
from html import escape
from typing import Literal, NamedTuple

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
_STRONG = re.compile(r"\*([^*]+)\*")


class Words(NamedTuple):
    """A text in both languages. `*so*` is strong, `{name}` is filled in."""

    en: str
    de: str

    def text(self, lang: Language, values: Mapping[str, str] | None = None) -> str:
        """The text of one language; `values` fill its placeholders."""
        return getattr(self, lang).format_map(values or {}) if values else str(getattr(self, lang))

    def html(self, lang: Language, values: Mapping[str, str] | None = None) -> str:
        """The same, fit for a page."""
        return _STRONG.sub(r"<b>\1</b>", escape(self.text(lang, values)))


def language_of(asked: str | None, accepted: str) -> Language:
    """The language that an address asks for, else the first one that a browser accepts."""
    if asked in LANGUAGES:
        return "de" if asked == "de" else "en"
    return "de" if accepted.strip().lower().startswith("de") else "en"
