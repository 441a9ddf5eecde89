"""`make pages`: the pages of the assumptions, from their table."""

import sys
from pathlib import Path

from cobot_sevdesk.domain.language import Language
from cobot_sevdesk.proof.assumptions import ASSUMPTIONS, Assumption
from tools import ROOT

PAGES: dict[Language, Path] = {
    "en": ROOT / "docs" / "assumptions.md",
    "de": ROOT / "docs" / "annahmen.md",
}
ENGLISH = """# What is assumed about Cobot and sevDesk

Neither vendor documents all that matters. Each assumption has an id, which code, reports, red
tasks and the sandbox use too. [first-day.md](first-day.md) says how to prove them on your own
accounts. The table is made from
[its file](../plugins/cobot_sevdesk/proof/assumptions.yaml) by `make pages`.
Deutsch: [annahmen.md](annahmen.md).

- **Source**: *vendor* is the vendor's own document or code, *recorded* was seen by others in a
  live account, *guessed* was told by nobody.
- **Proven by**: *reading* is done by every preflight, *writing* by a proof that is asked for.
  *Nothing*: it cannot be tried without harm, or nothing depends on it.
- **Otherwise**: what the package does where the assumption is wrong. **Red** means that a person
  has to set or do something, and the red task CS-120 says what.
- **Switch**: the switch of the [sandbox](../include/sandbox/README.md) that plays it."""
GERMAN = """# Was über Cobot und sevDesk angenommen wird

Keiner der beiden Anbieter dokumentiert alles, worauf es ankommt. Jede Annahme hat eine Kennung, die
auch im Code, in Berichten, roten Aufgaben und in der Sandbox steht. Wie Sie die Annahmen mit Ihren
eigenen Konten prüfen, steht in [erster-tag.md](erster-tag.md).
English: [assumptions.md](assumptions.md).

- **Quelle**: *Anbieter* heißt, es steht in dessen Dokumentation oder Code. *Gesehen* haben es
  andere in einem echten Konto. *Vermutet* heißt, niemand hat es gesagt.
- **Belegt durch**: *Lesen* geschieht in jeder Vorprüfung, *Schreiben* in einer Probe, die jemand
  verlangt. *Nichts*: Es lässt sich nicht gefahrlos prüfen, oder es hängt nichts davon ab.
- **Sonst**: was das Paket tut, wenn die Annahme falsch ist. **Rot** heißt, dass jemand etwas
  einstellen oder tun muss; die rote Aufgabe CS-120 sagt, was.
- **Schalter**: der Schalter der [Sandbox](../include/sandbox/README.md), der es nachstellt."""
HEADS: dict[Language, str] = {"en": ENGLISH, "de": GERMAN}
TITLES: dict[Language, dict[str, str]] = {
    "en": {"both": "Both services", "Cobot": "Cobot", "sevDesk": "sevDesk"},
    "de": {"both": "Beide Dienste", "Cobot": "Cobot", "sevDesk": "sevDesk"},
}
COLUMNS: dict[Language, str] = {
    "en": "| id | assumed | source | proven by | otherwise | switch |",
    "de": "| Kennung | Annahme | Quelle | belegt durch | sonst | Schalter |",
}
WORDS: dict[Language, dict[str, str]] = {
    "en": {"none": "nothing", "red": "**Red.**"},
    "de": {
        "vendor": "Anbieter",
        "recorded": "gesehen",
        "guessed": "vermutet",
        "reading": "Lesen",
        "writing": "Schreiben",
        "none": "nichts",
        "red": "**Rot.**",
    },
}


def page(language: Language) -> str:
    """The page as Markdown."""
    parts = [HEADS[language]]
    for service, title in TITLES[language].items():
        rows = [_row(one, language) for one in ASSUMPTIONS if one.service == service]
        head = f"{COLUMNS[language]}\n|---|---|---|---|---|---|"
        parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _row(one: Assumption, language: Language) -> str:
    words = WORDS[language]
    switches = ", ".join(f"`{name}`" for name in one.switches)
    otherwise = one.otherwise.in_words(language) + (f" {words['red']}" if one.to_do else "")
    source, way = (words.get(word, word) for word in (one.source, one.way))
    cells = (one.id, one.assumed.in_words(language), source, way, otherwise, switches)
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Write the pages."""
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
