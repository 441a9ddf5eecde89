"""Cobot's side: a membership, and the team that may owe invoices instead of one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from cobot_sevdesk.domain.identity import membership_key, team_key
from cobot_sevdesk.domain.invoice import Address, Debtor


@dataclass(frozen=True, slots=True)
class Member:
    """Who may get a contact in sevDesk: a membership, or a team where the space wants that."""

    id: str
    name: str | None
    email: str | None = None
    phone: str | None = None
    address: Address = field(default_factory=Address)
    tax_id: str | None = None
    customer_number: str | None = None
    confirmed_at: datetime | None = None
    is_team: bool = False

    @property
    def called(self) -> str:
        """How problems name it."""
        return self.id

    @property
    def key(self) -> str:
        """The key that its sevDesk contact carries."""
        return team_key(self.id) if self.is_team else membership_key(self.id)


WITHOUT_ID = "(no id)"
"""How a member is called that shows no id; a digest of it follows."""


@dataclass(frozen=True, slots=True)
class UnreadableMember:
    """A membership that cannot be understood; reported, never lost.

    `id` is `None` where it has none that could be asked for. `digest` then tells it from others.
    `field` of the answer should have been `expected`, in a word of the catalogue.
    """

    id: str | None
    field: str
    expected: str
    digest: str = ""
    is_team: ClassVar[bool] = False

    @property
    def key(self) -> str | None:
        """The key that its sevDesk contact would carry; `None` without id."""
        return membership_key(self.id) if self.id else None

    @property
    def called(self) -> str:
        """How problems name it: by its id, else by what `read_members` finds in the list again."""
        return self.id or f"{WITHOUT_ID} {self.digest}".strip()


AnyMember = Member | UnreadableMember


def debtor_key(debtor: Debtor | None) -> str | None:
    """The key that the contact of an invoice's debtor would carry; external contacts have none."""
    if debtor is None or debtor.kind == "contacts":
        return None
    return team_key(debtor.id) if debtor.kind == "teams" else membership_key(debtor.id)
