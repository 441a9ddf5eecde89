"""What the steps of a run hand on and what the report adds up; no personal data in any of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cobot_sevdesk.domain.keys import membership_key, team_key
from cobot_sevdesk.domain.money import CURRENCY, ZERO
from cobot_sevdesk.domain.problems import HeldInvoice, Problem, Reason


@dataclass(frozen=True)
class Listed:
    """An invoice that is only mentioned, with the reason."""

    id: str
    number: str
    why: str


@dataclass(frozen=True)
class BookedInvoice:
    """An invoice whose voucher this run made or finished (or would, in a dry run)."""

    id: str
    number: str
    gross: Decimal
    voucher_id: str = ""
    mismatch: bool = False
    off_by: Decimal = ZERO
    currency: str = CURRENCY
    date: dt.date | None = None


@dataclass(frozen=True)
class Recent:
    """What sevDesk holds of the last thirty days of a window; `gross` in EUR."""

    vouchers: int = 0
    gross: Decimal = ZERO


@dataclass(frozen=True)
class MembersFound:
    """Members and teams whose contact or number is missing or differs."""

    members: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> dict[str, Reason]:
        """Who cannot get a contact for one of these problems, by the key of the member."""
        return {
            key(id_): problem.reason
            for problem in self.problems
            for id_ in problem.members
            for key in (membership_key, team_key)
        }

    @property
    def leaves_work(self) -> bool:
        """Whether the next task has anything to do, or to tell."""
        return bool(self.members or self.teams or self.problems)


@dataclass(frozen=True)
class MembersSynced:
    """Contacts by the key of their member; `failed` are keys whose contact does not exist."""

    contacts: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, Reason] = field(default_factory=dict)
    created: int = 0
    numbers_written: int = 0
    unknown_countries: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def plus(self, more: "MembersSynced") -> "MembersSynced":
        """Both together."""
        return MembersSynced(
            contacts={**self.contacts, **more.contacts},
            failed={**self.failed, **more.failed},
            created=self.created + more.created,
            numbers_written=self.numbers_written + more.numbers_written,
            unknown_countries=(*self.unknown_countries, *more.unknown_countries),
            problems=(*self.problems, *more.problems),
        )


@dataclass(frozen=True)
class LookMark:
    """Left by a look at all revenue vouchers: `older` of them had not changed since `since`.

    `since` is in unix seconds, by sevDesk's clock; `touched` are the ids of those that had, though
    they were made before.
    """

    since: int
    older: int
    touched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """What a run leaves to the next ones of a look at all revenue vouchers of an account."""

    mark: LookMark
    account: str
    """sevDesk's own id of it."""
    signs: str
    """Those of all these vouchers, packed: see `signs.py`."""
    read_on: dt.date
    """When all of them were read, one by one; the space's day."""


@dataclass(frozen=True)
class InvoicesFound:
    """The invoices of a window, sorted by what sevDesk holds of them."""

    found: int = 0
    wanted: tuple[HeldInvoice, ...] = ()
    already_booked: tuple[str, ...] = ()
    booked_elsewhere: tuple[Listed, ...] = ()
    skipped: tuple[Listed, ...] = ()
    edited_later: tuple[Listed, ...] = ()
    problems: tuple[Problem, ...] = ()
    recent: Recent = field(default_factory=Recent)
    look_mark: LookMark | None = None
    """Only where sevDesk held nothing at all of what is wanted."""

    @property
    def leaves_work(self) -> bool:
        """Whether the next task has anything to do, or to tell."""
        return bool(self.wanted or self.problems)


@dataclass(frozen=True)
class InvoicesChecked:
    """Which invoices can be booked; for the others, every reason."""

    bookable: tuple[HeldInvoice, ...] = ()
    skipped: tuple[Listed, ...] = ()
    problems: tuple[Problem, ...] = ()
    look_mark: LookMark | None = None


@dataclass(frozen=True)
class Pushed:
    """What became of the bookable invoices, and of members who got their contact on the way."""

    booked: tuple[BookedInvoice, ...] = ()
    already_booked: tuple[str, ...] = ()
    skipped: tuple[Listed, ...] = ()
    edited_later: tuple[Listed, ...] = ()
    synced: MembersSynced = field(default_factory=MembersSynced)
    problems: tuple[Problem, ...] = ()
