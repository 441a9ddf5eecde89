"""`make pages`: the pages of the problem catalogue, from the catalogue itself."""

import sys
from pathlib import Path
from textwrap import fill

from cobot_sevdesk.domain.catalogue import CODES, Language, text_for_docs
from tools import ROOT

COLUMNS = 100

PAGES: dict[Language, Path] = {
    "en": ROOT / "docs" / "problems.md",
    "de": ROOT / "docs" / "probleme.md",
}
HEADS: dict[Language, tuple[str, str, str]] = {
    "en": (
        """# Every problem, and what to do

A red task in the Airflow UI starts with one of these codes. Its log says the same, with the
invoices and euros it holds up. Words like *connection* stand for what the log names.
Deutsch: [probleme.md](probleme.md).""",
        "Why",
        "What to do",
    ),
    "de": (
        """# Alle Probleme, und was zu tun ist

Der Name einer roten Aufgabe in Airflow beginnt mit einer dieser Kennungen. Ihr Log sagt dasselbe
und nennt die Rechnungen und Beträge, die warten. Wörter wie *connection* stehen für das, was das
Log nennt. Was Sie nicht selbst dürfen, etwa die Space-Datei oder eine Verbindung ändern, erledigt
der Betrieb. English: [problems.md](problems.md).""",
        "Ursache",
        "Was zu tun ist",
    ),
}
KINDS: dict[str, dict[Language, str]] = {
    "1": {"en": "Set-up of the space: holds up everything", "de": "Einrichtung: hält alles auf"},
    "2": {"en": "The invoice", "de": "Die Rechnung"},
    "3": {"en": "The voucher, the services", "de": "Der Beleg, die Dienste"},
    "4": {"en": "The member", "de": "Das Mitglied"},
    "9": {"en": "The rest", "de": "Der Rest"},
}


def page(language: Language) -> str:
    """The page of one language, as Markdown."""
    head, why, remedy = HEADS[language]
    parts = [head]
    kind = ""
    for code in CODES:
        if code[3] != kind:
            kind = code[3]
            parts.append(f"## {KINDS[kind][language]}")
        text = text_for_docs(code, language)
        parts += [
            f"### {code} {text.title}",
            _wrapped(f"**{why}.** {text.cause}"),
            _wrapped(f"**{remedy}.** {text.remedy}"),
        ]
    return "\n\n".join(parts) + "\n"


def _wrapped(paragraph: str) -> str:
    return fill(paragraph, COLUMNS, break_long_words=False, break_on_hyphens=False)


def main() -> int:
    """Write both pages."""
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
