"""Why something needs a person: a code of the catalogue and what it is about.

Two invoices with equal reasons are one problem: one missing booking account that holds up
37 invoices is repaired once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """A catalogue code with its details, such as the accounting code without an account."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.details.items()))))
