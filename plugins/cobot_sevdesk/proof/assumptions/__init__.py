"""What this package assumes about Cobot and sevDesk, and what it does where that is wrong.

Neither vendor documents all that matters here. Each assumption has an id, so that code, simulated
services, reports and people mean the same one. `docs/assumptions.md` is made from this table, and
`docs/annahmen.md` for readers of German.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cobot_sevdesk.domain.language import Language
from cobot_sevdesk.proof.assumptions.assumption import Assumption
from cobot_sevdesk.proof.assumptions.both_services import OF_BOTH
from cobot_sevdesk.proof.assumptions.cobot import OF_COBOT
from cobot_sevdesk.proof.assumptions.observed import Observed, say
from cobot_sevdesk.proof.assumptions.sevdesk_answers import OF_ANSWERS
from cobot_sevdesk.proof.assumptions.sevdesk_objects import OF_OBJECTS

__all__ = [
    "ASSUMPTIONS",
    "BY_ID",
    "Assumption",
    "Finding",
    "Observed",
    "Verdict",
    "complete",
    "say",
]

Verdict = Literal["proven", "otherwise", "not tried"]

ASSUMPTIONS: tuple[Assumption, ...] = (*OF_BOTH, *OF_COBOT, *OF_ANSWERS, *OF_OBJECTS)
BY_ID = {one.id: one for one in ASSUMPTIONS}


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
