"""What this package assumes about Cobot and sevDesk, what a proof found out, and the words for it.

Neither vendor documents all that matters here. Each assumption has an id, so that code, simulated
services, reports and people mean the same one. `assumptions.yaml` holds them. `docs/assumptions.md`
is made from it, and `docs/annahmen.md` for readers of German.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from typing import Annotated, Literal, NamedTuple

import yaml
from pydantic import BaseModel, StringConstraints

from cobot_sevdesk.domain.catalogue import words_in
from cobot_sevdesk.domain.language import Language

Verdict = Literal["proven", "otherwise", "not tried"]
Service = Literal["Cobot", "sevDesk", "both"]
SERVICES: dict[str, Service] = {"B": "both", "C": "Cobot", "S": "sevDesk"}
"""Which service an assumption is about, by the letter that its id begins with."""
FIELDS = "fields"
"""The detail whose value names fields of a voucher, as words of the catalogue."""

_Text = Annotated[str, StringConstraints(min_length=1)]


class Texts(NamedTuple):
    """The same in both languages."""

    en: _Text
    de: _Text

    def in_words(self, language: Language) -> str:
        """The text for readers of this language."""
        return self.de if language == "de" else self.en


@dataclass(frozen=True)
class Assumption:
    """A sentence about one of the services, and what happens where it is wrong.

    The head of `assumptions.yaml` says what the fields mean.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[BCS]-\d\d$")]
    assumed: Texts
    source: Literal["vendor", "recorded", "guessed"]
    way: Literal["reading", "writing", "none"]
    otherwise: Texts
    switches: tuple[str, ...] = ()
    to_do: str = ""

    @property
    def service(self) -> Service:
        """Which service it is about."""
        return SERVICES[self.id[0]]


class Table(BaseModel, extra="forbid"):
    """What stands in `assumptions.yaml`."""

    assumptions: tuple[Assumption, ...]
    observed: dict[str, Texts]


def parse_table(text: str) -> Table:
    """The assumptions and the words.

    Raises:
        ValueError: a field is wrong, missing or unknown. pydantic's error says which.
    """
    return Table.model_validate(yaml.load(text, yaml.CSafeLoader))


_TABLE = parse_table(files("cobot_sevdesk.proof").joinpath("assumptions.yaml").read_text("utf-8"))
ASSUMPTIONS = _TABLE.assumptions
BY_ID = {one.id: one for one in ASSUMPTIONS}
WORDS = _TABLE.observed
"""Word -> the observation in both languages."""


@dataclass(frozen=True)
class Observed:
    """One observation: a word of the table and its details; no personal data."""

    word: str
    details: Mapping[str, object] = field(default_factory=dict)

    def in_words(self, language: Language) -> str:
        """The observation for readers of this language.

        Raises:
            KeyError: there is no such word, or a detail is missing; a bug of ours.
        """
        shown = {name: _shown(name, value, language) for name, value in self.details.items()}
        return WORDS[self.word].in_words(language).format_map(shown)


def say(what: str | Observed, /, **details: object) -> Observed:
    """An observation, by its word and details; one that is made already stays as it is.

    Details are texts that no language changes, numbers, or observations.
    """
    return Observed(what, details) if isinstance(what, str) else what


def _shown(name: str, value: object, language: Language) -> str:
    if isinstance(value, Observed):
        return value.in_words(language)
    if isinstance(value, tuple):
        return ", ".join(_shown(name, one, language) for one in value)
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",") if language == "de" else str(value)
    return words_in(str(value), language) if name == FIELDS else str(value)


@dataclass(frozen=True)
class Finding:
    """What a proof found out about one assumption."""

    id: str
    verdict: Verdict
    observed: Observed | None = None

    @property
    def assumption(self) -> Assumption:
        """What it is about."""
        return BY_ID[self.id]

    @property
    def needs_a_person(self) -> bool:
        """Whether it turned out otherwise and the package cannot cope with that by itself."""
        return self.verdict == "otherwise" and bool(self.assumption.to_do)

    def told(self, language: Language = "en") -> str:
        """What was observed, in words; empty where nothing was."""
        return self.observed.in_words(language) if self.observed else ""


def complete(findings: Iterable[Finding], *, why_not: Observed | None = None) -> list[Finding]:
    """One finding for each assumption, in the order of the table.

    What nobody looked at was not tried; `why_not` says why, where it could have been. Of several
    findings about one assumption the first that says otherwise counts, else the first.
    """
    of: dict[str, Finding] = {}
    for finding in findings:
        known = of.get(finding.id)
        if known is None or _weight(finding) > _weight(known):
            of[finding.id] = finding
    return [
        of.get(one.id) or Finding(one.id, "not tried", _why_not(one, why_not))
        for one in ASSUMPTIONS
    ]


def _weight(finding: Finding) -> int:
    return ("not tried", "proven", "otherwise").index(finding.verdict)


def _why_not(one: Assumption, why_not: Observed | None) -> Observed | None:
    return say("harmful") if one.way == "none" else why_not or say("not_looked")
