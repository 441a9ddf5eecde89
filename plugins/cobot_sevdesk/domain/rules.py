"""What the decisions must know about a space; made from its YAML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cobot_sevdesk.domain.catalogue import Language

Recipient = Literal["domestic", "eu_business", "third_country"]

DRAFT, OPEN = 50, 100
"""Voucher status numbers of sevDesk (API document, voucher status)."""


@dataclass(frozen=True)
class Period:
    """Days from `start` to `until`, both inclusive; a side that is missing is open."""

    start: date | None = None
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.start or date.min) <= day <= (self.until or date.max)


ALWAYS = Period()


@dataclass(frozen=True)
class SpaceRules:
    """The rules of one space. Dates are calendar dates of `zone`, days are calendar days."""

    slug: str
    sync_from: date
    members_from: date
    zone: str = "Europe/Berlin"
    lookback_days: int = 60
    due_in_days: int = 0
    cost_centre: str | None = None
    status: int = OPEN
    attach_pdf: bool = True
    contacts_for_teams: bool = False
    writes_numbers: bool = True
    """Whether sevDesk's customer numbers are written to Cobot."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    small_business: Period | None = None
    """The invoice dates under §19 UStG."""
    zero_rate: Mapping[Recipient, int] = field(default_factory=dict)
    split_vouchers: bool = False
    """Whether an invoice whose lines need two tax rules becomes two vouchers."""
    books_corrections: bool = True
    books_foreign_currency: bool = False
    most_new: int = 10_000
    """More new vouchers than this in one run are held back: it may be a mistake."""
    language: Language = "en"
    activity_feed: bool = False
    """Whether Cobot's activity feed tells of customer numbers and problems."""
    ignored: Mapping[str, str] = field(default_factory=dict)
    """Invoice number -> the reason it is left alone."""
    ignored_vouchers: frozenset[str] = frozenset()
    """sevDesk ids of vouchers that carry an invoice number but are about something else."""

    def is_small_business(self, day: date) -> bool:
        """Whether invoices of this date are those of a small business (§19 UStG)."""
        return self.small_business is not None and day in self.small_business
