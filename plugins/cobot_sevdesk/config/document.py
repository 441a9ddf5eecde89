"""A document in sections, written as Markdown or as a page that prints well.

Text may hold `code` between backticks; nothing else in it is markup.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    text: str
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list; numbered where the reader has to tick it off."""

    rows: tuple[str, ...]
    numbered: bool = False
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Table:
    """Rows below a head, all of the same length."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Picture:
    """A drawing made of characters, or a file quoted as it is."""

    text: str
    kind: ClassVar[str] = "picture"


Block = Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Section:
    """A title with what stands below it; `level` 2 is a chapter, 3 a part of one."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True)
class Document:
    """A title and its sections."""

    title: str
    sections: tuple[Section, ...]

    def to_markdown(self) -> str:
        """The document as Markdown."""
        return _render("procedure.md.j2", self)

    def to_html(self) -> str:
        """The document as one page without any other file."""
        return _render("procedure.html.j2", self)


def _render(template: str, document: Document) -> str:
    made = Environment(
        loader=PackageLoader("cobot_sevdesk"),
        autoescape=template.endswith("html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["cell"] = _cell
    made.filters["code"] = _code
    return made.get_template(template).render(document=document)


def _cell(text: str) -> str:
    """A text inside a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> Markup:
    """A text as HTML."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped
