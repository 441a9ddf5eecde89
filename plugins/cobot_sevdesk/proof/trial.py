"""What the steps of a proof share: both services, what was made, what was found out."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    ConnectionConfigError,
    Reach,
    RemoteError,
    UnreadableAnswerError,
)
from cobot_sevdesk.proof.assumptions import Finding, Observed, Verdict, say
from cobot_sevdesk.proof.probe import Json, Probe, Reply
from cobot_sevdesk.proof.recording import Listener
from cobot_sevdesk.sync.account import Account

MARK = "[COBOT-PROOF]"
"""Stands first in the description of all that a proof makes. It is no key of ours: what carries it
is never taken for an invoice's voucher or a member's contact."""
TAG = "COBOT-PROOF"
"""The tag of a proof; the tags of the bookings stay untouched."""
LONGEST_LAG = 120.0
"""Seconds after which a list is not waited for any longer."""
LONGEST_READ = 10.0
"""Seconds after which one object is not waited for any longer."""
IN_A_ROW = 3
"""How often something has to be there before it counts: of several servers one may lag."""
PAGE = 1000
MOST_PAGES = 500


class NotPossibleError(CobotSevdeskError):
    """A step cannot be tried here; `why` says why: an observation, or its word and details."""

    reach = Reach.LATER

    def __init__(self, why: Observed | str, /, **details: object) -> None:
        self.why = say(why, **details)
        super().__init__(self.why.in_words("en"))


@dataclass
class Trial:
    """One proof at work.

    `member_id` is the member whose number may be changed; without one, no member is touched.
    `pause` is how many seconds lie between making a voucher and changing it, so that sevDesk's
    clock, which counts seconds, tells both apart.
    """

    account: Account
    listener: Listener = field(default_factory=Listener)
    member_id: str | None = None
    longest_lag: float = LONGEST_LAG
    longest_read: float = LONGEST_READ
    pause: float = 2.0
    now: Callable[[], float] = time.monotonic
    findings: list[Finding] = field(default_factory=list)
    lags: list[float | None] = field(default_factory=list)
    """Seconds after which lists showed what was made; `None` where they never did."""
    silent: int = 0
    """How often a question got no answer."""
    seen: dict[str, Any] = field(default_factory=dict)
    """Answers that several steps need, by a name."""
    contact: Json = field(default_factory=dict)
    """The contact, as sevDesk answered when it was made."""
    twin_id: str = ""
    note_of_member: Json = field(default_factory=dict)
    """How the chosen member was before; it stands in the description of the contact too."""
    vouchers: list[Json] = field(default_factory=list)
    """The two drafts: the id of each, and that of its position."""
    tags: set[str] = field(default_factory=set)
    """Ids of the tags that were made."""
    is_uncertain: bool = False
    """Whether a write got no answer, so that lists may show its effect later."""

    @property
    def lag(self) -> float:
        """Seconds after which lists showed what was made: the longest that was measured."""
        return max((one for one in self.lags if one is not None), default=0.0)

    @property
    def sevdesk(self) -> Probe:
        """Questions to sevDesk."""
        return Probe(self.account.sevdesk.transport)

    @property
    def cobot1(self) -> Probe:
        """Questions to Cobot's API 1."""
        return Probe(self.account.cobot.api1)

    @property
    def cobot2(self) -> Probe:
        """Questions to Cobot's API 2."""
        return Probe(self.account.cobot.api2)

    def note(self, id_: str, what: Observed | str, /, *, holds: bool, **details: object) -> None:
        """What was found out about an assumption: an observation, or its word and details."""
        verdict: Verdict = "proven" if holds else "otherwise"
        self.findings.append(Finding(id_, verdict, say(what, **details)))

    def skip(self, id_: str, why: Observed | str, /, **details: object) -> None:
        """An assumption that could not be tried, and why."""
        self.findings.append(Finding(id_, "not tried", say(why, **details)))

    def comes_true(self, is_so: Callable[[], bool], at_most: float | None = None) -> bool:
        """Whether something is so, at once or a little later."""
        return is_so() or self.wait_for(is_so, at_most or self.longest_read) is not None

    def wait_for(self, is_there: Callable[[], bool], at_most: float | None = None) -> float | None:
        """Ask until it is there several times in a row.

        Returns the seconds after which it stayed, at most a quarter too many; zero where no
        question missed it, `None` where it did not come within `at_most`.
        """
        longest = self.longest_lag if at_most is None else at_most
        began, since, in_a_row = self.now(), 0.0, 0
        while True:
            if is_there():
                in_a_row += 1
                if in_a_row == IN_A_ROW:
                    return since
                continue
            waited = self.now() - began
            if waited > longest:
                return None
            self.account.sleep(Decimal(f"{max(0.25, waited / 4):.2f}"))
            in_a_row, since = 0, self.now() - began


def all_of(trial: Trial, path: str, query: dict[str, str | int] | None = None) -> list[Json]:
    """Every object of one of sevDesk's lists, however short its pages are; nulls left out.

    Raises:
        NotPossibleError: the list is refused, or does not end.
    """
    found: dict[str, Json] = {}
    offset = 0
    for _ in range(MOST_PAGES):
        whole = list_query(path, limit=PAGE, offset=offset, **(query or {}))
        reply = accepted(trial.sevdesk.read(path, whole))
        new = {str(row.get("id")): row for row in reply.listed}
        if new.keys() <= found.keys():
            return list(found.values())
        found |= new
        offset += len(reply.listed)
    raise NotPossibleError("no_list", status=200)


def list_query(path: str, **query: str | int) -> dict[str, str | int]:
    """The query for one of sevDesk's lists; contacts that are persons need `depth`."""
    return {"depth": 1, **query} if path == CONTACTS else query


def read_at_once(trial: Trial, path: str) -> Json:
    """An object of sevDesk by its id, right after it was made; tells whether that works (S-22)."""
    found = trial.sevdesk.read(path).first
    is_there = bool(found.get("id"))
    trial.note("S-22", "at_once" if is_there else "not_at_once", holds=is_there)
    return found


def read_later(trial: Trial, path: str) -> Json:
    """An object of sevDesk by its id, once it can be read; empty where it never can."""
    found: Json = {}

    def is_there() -> bool:
        nonlocal found
        found = trial.sevdesk.read(path).first
        return bool(found.get("id"))

    return found if trial.comes_true(is_there) else {}


def note_nulls(trial: Trial, where: str, rows: list[object]) -> None:
    """Whether a list holds objects only; an empty one shows nothing."""
    if rows:
        nulls = sum(one is None for one in rows)
        told = say("nulls", count=nulls, where=where) if nulls else say("none")
        trial.note("B-03", told, holds=not nulls)


def order_of(values: list[Any], *, up: str, down: str) -> str:
    """The word for the order of several values: `up`, `down` or `no_order`."""
    if values == sorted(values):
        return up
    return down if values == sorted(values, reverse=True) else "no_order"


def answer_of(reply: Reply) -> Observed:
    """Whether a service did what it was asked."""
    return say("accepted") if reply.is_success else say("refused", status=reply.status)


def accepted(reply: Reply, word: str = "refused") -> Reply:
    """The answer of a service that did what it was asked.

    Raises:
        NotPossibleError: it refused; the word says what follows.
    """
    if not reply.is_success:
        raise NotPossibleError(word, status=reply.status)
    return reply


def why_not(error: Exception) -> Observed:
    """Why a step could not be tried, without a service's own words."""
    if isinstance(error, NotPossibleError):
        return error.why
    if isinstance(error, RemoteError):
        request = f"{error.request.service} {error.request.method} {error.request.path}"
        word = "no_answer" if error.status is None else "request_failed"
        return say(word, request=request, status=error.status)
    if isinstance(error, ConnectionConfigError):
        return say("connection", connection=error.connection)
    if isinstance(error, UnreadableAnswerError):
        return say("unreadable", what=error.field)
    word = "failed" if isinstance(error, CobotSevdeskError) else "unreadable"
    return say(word, what=type(error).__name__)
