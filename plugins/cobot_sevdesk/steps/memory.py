"""What earlier runs saw whole, so that a run without anything to do need not look again.

A memory that is lost, older or of another account makes a run ask more, never book less: it
holds stamps of single vouchers and contacts, each of which tells one object from every other. With
the stamp of a voucher it holds what its invoice was like then, to report what was changed later.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cobot_sevdesk.domain.outcome import Look


@dataclass
class Memory:
    """`recalled` is what an earlier run noted, `noted` what this one does: stamp -> content."""

    recalled: Mapping[str, str] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)
    look: Callable[[], Look | None] = lambda: None
    """What an earlier run left of a look at all vouchers; only asked where it matters."""
    new_look: Look | None = None
    """The same, of this run."""

    def knows(self, stamp: str | None) -> bool:
        """Whether an earlier run saw it whole."""
        return stamp in self.recalled

    def content(self, stamp: str | None) -> str:
        """What an earlier run noted with it; empty where nothing."""
        return self.recalled.get(stamp or "", "")

    def note(self, stamp: str | None, content: str = "") -> None:
        """It was seen whole; what was noted with it first stays."""
        if stamp is not None:
            self.noted[stamp] = self.content(stamp) or content

    def keep_all(self, *, at_most: int) -> None:
        """All that was known stays known: this run does not look at all that earlier ones saw.

        Unless it becomes too much; then only what this run saw itself.
        """
        if len(self.recalled.keys() | self.noted.keys()) <= at_most:
            for stamp in self.recalled:
                self.note(stamp)

    def keep(self, stamps: Iterable[str | None]) -> None:
        """Those of them that were known stay known; all else is forgotten."""
        for stamp in stamps:
            if self.knows(stamp):
                self.note(stamp)
