"""One space at work: its rules, its two clients, and what the world outside gives."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from cobot_sevdesk.clients.cobot.client import CobotClient
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    ConnectionConfigError,
    CredentialsError,
    LockFileError,
    Reach,
    RemoteError,
    RemoteRejectedError,
    SpaceBusyError,
    SpaceNotVisibleError,
    UnreadableAnswerError,
    WrongSpaceError,
)

Seconds = int | Decimal

SETTLE_SECONDS = 3
LOOKS = (1, 3, 10)
"""So many times as long is waited before the first, second and third look."""
SETTLE_PAUSES: tuple[Seconds, ...] = tuple(times * SETTLE_SECONDS for times in LOOKS)
"""Seconds before each look after a write without answer. It may take effect late, and nobody has
documented whether sevDesk's lists lag behind its writes. What is still not there after the last
look, 42 seconds later, is written again."""


def settle_seconds_for(lag: float) -> int:
    """The first pause after which lists that lag by so many seconds are waited for long enough."""
    return math.ceil(lag / sum(LOOKS)) + 1


@dataclass(frozen=True)
class Circumstances:
    """What Airflow knows of the task that works for the space.

    `run_id` is Airflow's name of the run, `try_number` counts from 1, `last_try` says that Airflow
    will not try again by itself.
    """

    run_id: str = ""
    try_number: int = 1
    last_try: bool = False


class ReasonedError(CobotSevdeskError):
    """The whole space stops, for a reason that is known already."""

    reach = Reach.SPACE

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(f"{reason.code} {dict(reason.details)}")


def no_neighbours() -> Sequence[CobotClient | None]:
    """No other space books into this sevDesk account."""
    return ()


@dataclass(frozen=True)
class Account:
    """What every step works with; `today` is the date in the space's zone.

    `neighbours` opens the Cobot clients of other spaces that book into the same sevDesk account;
    `None` stands for one whose connection cannot be used.
    `sleep` waits for seconds, `clock` tells seconds since 1970.
    """

    rules: SpaceRules
    subdomain: str
    cobot: CobotClient
    sevdesk: SevdeskClient
    today: date
    sleep: Callable[[Seconds], None]
    clock: Callable[[], int]
    cobot_connection: str = "cobot"
    sevdesk_connection: str = "sevdesk"
    settle_pauses: tuple[Seconds, ...] = SETTLE_PAUSES
    at_once: int = 1
    neighbours: Callable[[], Sequence[CobotClient | None]] = no_neighbours
    task: Circumstances = Circumstances()

    @property
    def full_wait(self) -> Seconds:
        """Seconds after which a write without answer is not expected to take effect any more."""
        return sum(self.settle_pauses)

    def waiting_at_least(self, settle_seconds: int) -> "Account":
        """The same account, patient enough for a first pause of so many seconds."""
        if self.settle_pauses and self.settle_pauses[0] >= settle_seconds:
            return self
        return replace(self, settle_pauses=tuple(times * settle_seconds for times in LOOKS))


def reason_of(  # noqa: PLR0911  one line for each kind of error
    error: CobotSevdeskError, account: Account
) -> Reason:
    """The entry of the catalogue for an error that concerns the whole space, or passes later.

    Raises:
        CobotSevdeskError: the error itself, where it concerns one object only.
    """
    if isinstance(error, ReasonedError):
        return error.reason
    if isinstance(error, SpaceBusyError):
        return Reason("CS-311")
    if isinstance(error, SpaceNotVisibleError):
        return Reason("CS-103", {"subdomain": account.subdomain})
    if isinstance(error, WrongSpaceError):
        return Reason("CS-104", {"subdomain": account.subdomain, "space": error.found})
    if isinstance(error, ConnectionConfigError):
        return connection_reason(error)
    if isinstance(error, LockFileError):
        return lock_reason(error)
    if isinstance(error, CredentialsError):
        return _of_credentials(error, account)
    if isinstance(error, RemoteError) and error.reach is Reach.LATER:
        answer = f"HTTP {error.status}" if error.status else "no_answer"
        return Reason("CS-306", {"service": error.request.service, "answer": answer})
    if isinstance(error, RemoteRejectedError) and error.reach is Reach.SPACE:
        return Reason("CS-308", {"service": error.request.service, "answer": answer_of(error)})
    raise error


def reason_to_wait(error: CobotSevdeskError, account: Account) -> Reason:
    """Why everything waits, or all that is left.

    Raises:
        CobotSevdeskError: the error itself, where waiting may heal it and Airflow tries again.
    """
    if error.reach is Reach.LATER and not account.task.last_try:
        raise error
    return reason_of(error, account)


def connection_reason(error: ConnectionConfigError) -> Reason:
    """The entry of the catalogue for a connection that cannot be used."""
    details = {"connection": error.connection, "why": error.word or str(error)}
    return Reason("CS-115", {**error.details, **details})


def lock_reason(error: LockFileError) -> Reason:
    """The entry of the catalogue for a lock file that cannot be used."""
    return Reason("CS-312", {"path": error.path, "why": error.word, "said": error.said})


def answer_of(error: RemoteRejectedError | UnreadableAnswerError) -> str:
    """What is said of a refusal in a label: request and status, none of the service's words."""
    if isinstance(error, UnreadableAnswerError):
        return str(error)
    request = f"{error.request.method} {_without_ids(error.request.path)}"
    return f"{request}, HTTP {error.status}"


def _of_credentials(error: CredentialsError, account: Account) -> Reason:
    """A bad token, or a missing permission: one problem, whichever request noticed it."""
    of_cobot = error.request.service == "Cobot"
    connection = account.cobot_connection if of_cobot else account.sevdesk_connection
    codes = ("CS-101", "CS-102") if of_cobot else ("CS-111", "CS-112")
    return Reason(codes[0 if error.is_bad_token else 1], {"connection": connection})


def _without_ids(path: str) -> str:
    return "/".join("…" if any(c.isdigit() for c in part) else part for part in path.split("/"))
