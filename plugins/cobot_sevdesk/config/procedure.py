"""The procedure documentation of a space, in German: what is booked how, and what proves it.

For the tax adviser's files. The GoBD ask for a description that fits what is really done. It has
four parts: general, user, technical and operating documentation. Source: BMF letter of 28 November
2019, IV A 4 - S 0316/19/10003 :001, section 10.1, marginal numbers 151 to 155.

The text is in `templates/procedure.md.j2`. What this package cannot know is a numbered list at its
end. Paragraphs of law without a source mean the German text in force on the day `LAW_AS_OF`. An
adviser has to confirm them.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from cobot_sevdesk.config.loading import configs_folder, load_space_config
from cobot_sevdesk.config.models import SpaceConfig, config_version
from cobot_sevdesk.domain.language import day_in
from cobot_sevdesk.domain.rules import ALWAYS, Period

LAW_AS_OF = date(2026, 1, 1)

RULES = {
    1: "Steuerpflichtige Umsätze, § 1 Abs. 1 Nr. 1 UStG",
    2: "Ausfuhren, § 4 Nr. 1 Buchst. a und § 6 UStG",
    3: "Innergemeinschaftliche Lieferungen, § 4 Nr. 1 Buchst. b und § 6a UStG",
    4: "Steuerfreie Umsätze, § 4 UStG",
    5: "Steuerschuldnerschaft des Leistungsempfängers, § 13b UStG",
    11: "Kleinunternehmer, § 19 UStG",
    17: "Nicht im Inland steuerbare Leistungen, § 3a UStG",
    21: "Leistungen an Unternehmen in anderen EU-Staaten, § 3a Abs. 2 und § 18b UStG",
    22: "Nicht steuerbare Einnahmen",
}
"""sevDesk's tax rules of the revenue side. Source: sevDesk API document, "tax rules"; 22 as seen in
accounts."""

MARKUP = re.compile(r"[\\`*_\[\]<>|~&]")
"""What Markdown would take as markup in a value."""

LONGEST_WAIT = 20
"""Seconds for git to answer."""
_FORMAT = "%ad%x1f%h%x1f%an%x1f%s"


@dataclass(frozen=True)
class Change:
    """One change of a space file; `day` as `27.11.2026`."""

    day: str
    commit: str
    author: str
    why: str


@dataclass(frozen=True)
class About:
    """What the document says about itself.

    `changes` are those of the space file; `None` where no git knows it.
    """

    version: str
    made: date
    file: str
    changes: Sequence[Change] | None = None


class Markdown(str):
    """A value that is Markdown already."""

    __slots__ = ()


@dataclass(frozen=True)
class Procedure:
    """The document, as Markdown or as a page that prints well."""

    title: str
    text: str

    def to_markdown(self) -> str:
        """The document as Markdown."""
        return self.text

    def to_html(self) -> str:
        """The document as one page without any other file."""
        body = MarkdownIt("commonmark", {"html": False}).enable("table").render(self.text)
        page = _templates().get_template("procedure.html.j2")
        return page.render(title=self.title, body=Markup(body))  # noqa: S704  escaped by markdown-it


def procedure_of(slug: str, folder: Path | None = None, *, version: str) -> Procedure:
    """The document of a space, out of its file as it is now; `version` is that of the package.

    Raises:
        ConfigError: there is no such file, or it is wrong.
    """
    known = folder or configs_folder()
    config = load_space_config(slug, known)
    file = next(path for path in sorted(known.glob(f"{slug}.y*ml")) if path.is_file())
    today = datetime.now(ZoneInfo(config.timezone)).date()
    return procedure(config, About(version, today, file.name, find_changes(file)))


def procedure(config: SpaceConfig, about: About) -> Procedure:
    """What is in force for this space, defaults as well; notifications may name people."""
    stated = config.model_dump(mode="json", by_alias=True, exclude={"notifications"})
    period = config.tax.small_business_period
    title = f"Verfahrensdokumentation: Rechnungen von Cobot nach sevDesk, Space {config.slug}"
    templates = _templates(finalize=_as_text)
    templates.filters |= {
        "code": _code,
        "day": partial(day_in, language="de"),
        "days": _days,
        "quoted": _quoted,
        "rule": _rule,
    }
    text = templates.get_template("procedure.md.j2").render(
        about=about,
        always_small=period == ALWAYS,
        as_configured=yaml.safe_dump(stated, allow_unicode=True, sort_keys=False).rstrip(),
        checksum=config_version(config),
        law_as_of=LAW_AS_OF,
        scopes=_scopes(config),
        small_business=period,
        space=config,
        title=title,
    )
    return Procedure(title, text)


def _templates(finalize: Callable[[object], object] | None = None) -> Environment:
    return Environment(
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        finalize=finalize,
        loader=PackageLoader("cobot_sevdesk"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _as_text(value: object) -> object:
    """A value as it stands in one line of Markdown."""
    if isinstance(value, Markdown):
        return value
    return MARKUP.sub(lambda found: f"\\{found[0]}", re.sub(r"\s+", " ", str(value)))


def _code(value: str) -> Markdown:
    """A value as it is, between backticks."""
    return Markdown("`{}`".format(" ".join(value.split()).replace("`", "'")))


def _quoted(text: str) -> Markdown:
    """Several lines as they are."""
    return Markdown(f"```\n{text}\n```")


def _rule(number: int | None) -> str:
    if number is None:
        return "nicht festgelegt, die Rechnung wartet"
    return f"{number}: {RULES.get(number, 'nach der Auskunft von sevDesk')}"


def _days(period: Period) -> str:
    start = f" ab {day_in(period.start, 'de')}" if period.start else ""
    until = f" bis {day_in(period.until, 'de')}" if period.until else ""
    return f", Rechnungsdatum{start}{until}" if start or until else ""


def _scopes(config: SpaceConfig) -> list[str]:
    scopes = ["read_user", "read_spaces", "read_memberships", "read_teams", "read_invoices"]
    if config.cobot.write_numbers:
        scopes.append("write_memberships")
    if config.cobot.activity_feed:
        scopes.append("write_activities")
    return scopes


def find_changes(file: Path) -> list[Change] | None:
    """The changes of a file, newest first; `None` where no git knows it.

    What is not committed yet comes first, without commit and author.
    """
    told = _git(file, "log", "--follow", f"--format={_FORMAT}", "--date=format:%d.%m.%Y")
    if not told:
        return None
    changes = [Change(*line.split("\x1f", 3)) for line in told.splitlines()]
    if _git(file, "status", "--porcelain"):
        return [
            Change("noch offen", "", "", "Änderungen, die noch nicht eingetragen sind"),
            *changes,
        ]
    return changes


def _git(file: Path, *arguments: str) -> str | None:
    """What git says about a file; `None` where there is no git, or no repository."""
    program = shutil.which("git")
    if program is None:
        return None
    command = [program, "-C", str(file.parent), *arguments, "--", file.name]
    try:
        done = subprocess.run(  # noqa: S603  our own words and the name of a file
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
