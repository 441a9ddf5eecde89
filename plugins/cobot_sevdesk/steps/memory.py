"""What earlier runs saw whole, so that a run without anything to do need not look again.

A memory that is lost, older or of another account makes a run ask more, never book less: it
holds stamps of single vouchers and contacts, each of which tells one object from every other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Memory:
    """`recalled` are the stamps that an earlier run noted; `noted` those of this one."""

    recalled: frozenset[str] = frozenset()
    noted: set[str] = field(default_factory=set)

    def knows(self, stamp: str | None) -> bool:
        """Whether an earlier run saw it whole."""
        return stamp in self.recalled

    def note(self, stamp: str | None) -> None:
        """It was seen whole."""
        if stamp is not None:
            self.noted.add(stamp)

    def keep(self, stamps: Iterable[str | None]) -> None:
        """Those of them that were known stay known; all else is forgotten."""
        self.noted |= self.recalled.intersection(stamps)
