"""The documentation site: Sphinx makes pages of the project's Markdown files (`make docs`).

Two tables stand here and nowhere else: which page is which in the other language, and what the
navigation shows.
"""

import gettext
import re
from functools import partial
from pathlib import Path
from typing import Any, cast

import sphinx
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.adapters.toctree import TocTree

import cobot_sevdesk

PAIRS = {
    "README": "docs/liesmich",
    "docs/tour": "docs/rundgang",
    "docs/first-day": "docs/erster-tag",
    "docs/problems": "docs/probleme",
    "docs/assumptions": "docs/annahmen",
    "docs/roles/space-manager": "docs/rollen/space-manager",
    "docs/roles/support": "docs/rollen/support",
    "docs/roles/data-team": "docs/rollen/datenteam",
    "docs/roles/operator": "docs/rollen/betrieb",
    "docs/roles/tax-adviser": "docs/rollen/steuerberatung",
}
"""English page: the same page in German. Every other page is in English only."""

START = {"en": "README", "de": "docs/liesmich"}
SEARCH = {"en": "search", "de": "suche"}
NAVIGATION = {
    "README": {
        "Start here": """
            What it does <self>
            A tour of ten minutes </docs/tour>
            The first day </docs/first-day>
            Examples </examples/README>
            Git bundle </examples/git-bundle/README>
            Changes </CHANGELOG>
        """,
        "Roles": """
            Space manager </docs/roles/space-manager>
            Support </docs/roles/support>
            Data team </docs/roles/data-team>
            Operator </docs/roles/operator>
            Tax adviser </docs/roles/tax-adviser>
            Maintainer </CONTRIBUTING>
        """,
        "Reference": """
            Space files </docs/space-files>
            Problems </docs/problems>
            Assumptions </docs/assumptions>
            Metrics </docs/metrics>
            Performance </docs/performance>
            Security </SECURITY>
            Sandbox </include/sandbox/README>
        """,
        "Decisions": """
            Architecture </docs/architecture>
            Decisions </docs/decisions/README>
        """,
    },
    "docs/liesmich": {
        "Hier anfangen": """
            Was es tut <self>
            Ein Rundgang von zehn Minuten </docs/rundgang>
            Der erste Tag </docs/erster-tag>
        """,
        "Rollen": """
            Space-Manager </docs/rollen/space-manager>
            Support </docs/rollen/support>
            Datenteam </docs/rollen/datenteam>
            Betrieb </docs/rollen/betrieb>
            Steuerberatung </docs/rollen/steuerberatung>
        """,
        "Nachschlagen": """
            Probleme </docs/probleme>
            Annahmen </docs/annahmen>
            Space-Dateien (englisch) </docs/space-files>
            Messwerte (englisch) </docs/performance>
            Sicherheit (englisch) </SECURITY>
        """,
        "Entscheidungen": """
            Architektur (englisch) </docs/architecture>
            Entscheidungen (englisch) </docs/decisions/README>
        """,
    },
    "docs/decisions/README": {"Each of them": "/docs/decisions/*"},
}
"""Page: caption: what stands below it, as `title <page>`."""

project = "cobot_sevdesk"
html_title = f"{project} {cobot_sevdesk.__version__}"
root_doc = START["en"]
include_patterns = ["*.md", "docs/**.md", "examples/**.md", "include/sandbox/README.md"]
exclude_patterns = [".*", "**/.*", "site"]

extensions = ["myst_parser"]
myst_heading_anchors = 4
highlight_language = "none"

html_theme = "furo"
templates_path = ["templates"]
# Sphinx's own words for the German search, beside our style sheet.
_WORDS = Path(sphinx.__file__).parent / "locale"
html_static_path = ["static", str(_WORDS / "de" / "LC_MESSAGES" / "sphinx.js")]
html_css_files = ["site.css"]
html_additional_pages = {"index": "to_start.html", SEARCH["de"]: "search.html"}
# Its stems fit English plurals too; parts of words are found anyway.
html_search_language = "de"
html_copy_source = False
html_use_index = False
html_domain_indices = False

_SPHINX = gettext.translation("sphinx", _WORDS, ["de"])
_FURO = {
    "Back to top": "Nach oben",
    "On this page": "Auf dieser Seite",
    "Skip to content": "Zum Inhalt",
}
_OTHER = PAIRS | {german: english for english, german in PAIRS.items()}
_GERMAN = {*PAIRS.values(), SEARCH["de"]}


def add_index(_app: Sphinx, _page: str, text: list[str]) -> None:
    """Let the search lead from the code of a problem to its heading."""
    text[0] = re.sub(r"^(#+ (CS-\d+) )", r"```{index} ! \2\n```\n\n\1", text[0], flags=re.MULTILINE)


def add_navigation(_app: Sphinx, page: str, text: list[str]) -> None:
    """Append the page's part of the navigation, which code hosts need not show."""
    for caption, entries in NAVIGATION.get(page, {}).items():
        lines = [f":caption: {caption}", ":hidden:", ":glob:", "", *entries.split("\n")]
        text[0] += "\n\n```{toctree}\n" + "\n".join(line.strip() for line in lines) + "\n```\n"
    if page == START["de"]:  # no other page's navigation leads here
        text[0] = f"---\norphan: true\n---\n\n{text[0]}"


def navigation(builder: StandaloneHTMLBuilder, page: str, start: str, **_theme: object) -> str:
    """The navigation below the start page of one language, as HTML."""
    tree = TocTree(builder.env)
    parts = addnodes.compact_paragraph(toctree=True)
    for part in builder.env.get_doctree(start).findall(addnodes.toctree):
        shown = tree.resolve(
            page, builder, part, prune=False, maxdepth=-1, titles_only=True, includehidden=True
        )
        parts += shown.children if shown else []
    return builder.render_partial(parts)["fragment"]


def german(text: str) -> str:
    """What the theme says, in German where it is known."""
    return _FURO.get(text) or _SPHINX.gettext(text)


def speak_its_language(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Give each page the words, the navigation and the search of its language."""
    builder = cast("StandaloneHTMLBuilder", app.builder)
    language = "de" if page in _GERMAN else "en"
    context |= {
        "language": language,
        "master_doc": START[language],
        "search_page": SEARCH[language],
        "other_page": _OTHER.get(page),
        "german_pages": sorted(_GERMAN),
        "toctree": partial(navigation, builder, page, START[language]),
        "next": None,
        "prev": None,
    }
    if language == "de":
        context |= {"_": german, "gettext": german}
        app.add_js_file("sphinx.js")


def setup(app: Sphinx) -> None:
    """Sphinx calls this once; the theme makes its navigation after ours."""
    app.connect("source-read", add_index)
    app.connect("source-read", add_navigation)
    app.connect("html-page-context", speak_its_language, priority=400)
