"""What an assumption is: a sentence about one of the services, and what happens if it is wrong."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from cobot_sevdesk.domain.language import Language

Service = Literal["Cobot", "sevDesk", "both"]
Source = Literal["vendor", "recorded", "guessed"]
"""`vendor`: its documents or code. `recorded`: others saw it. `guessed`: nobody told."""
Way = Literal["reading", "writing", "none"]
"""How an assumption is proven: by every preflight, by a proof that writes, or not at all."""


class Texts(NamedTuple):
    """The same in both languages."""

    en: str
    de: str

    def in_words(self, language: Language) -> str:
        """The text for readers of this language."""
        return self.de if language == "de" else self.en


@dataclass(frozen=True)
class Assumption:
    """One assumption.

    `otherwise` says what the package does where it is wrong. `switches` are those of the simulated
    services that play it. `to_do` is a word of the catalogue where a person has to set something;
    empty where the package copes by itself.
    """

    id: str
    service: Service
    assumed: Texts
    source: Source
    way: Way
    otherwise: Texts
    switches: tuple[str, ...] = ()
    to_do: str = ""
