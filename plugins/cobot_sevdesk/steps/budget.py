"""An error budget: after a few refusals of one kind what is like them is not even sent.

sevDesk names no request limit, but blocks tokens that produce many errors.
https://landing.sevdesk.de/service-support-center-technik-api-faq
"""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from threading import Lock

from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.voucher import Voucher
from cobot_sevdesk.errors import RemoteRejectedError, UnreadableAnswerError

MOST_REFUSALS_OF_A_KIND = 3
MOST_REFUSALS_OF_MEMBERS = 10
"""More, since what is refused of a member (an e-mail) says nothing about the next one."""


class ErrorBudget:
    """Counts refusals in a row by kind: same path, status and message, whatever numbers it names.

    Apart for each group of pieces: a closed month or an account that refuses must not hold up
    the vouchers of others.
    """

    def __init__(self, most: int = MOST_REFUSALS_OF_A_KIND) -> None:
        self._most = most
        self._refusals: dict[Hashable, Counter[str]] = {}
        self._spent_on: dict[Hashable, RemoteRejectedError] = {}
        self._lock = Lock()

    def note(self, error: RemoteRejectedError, group: Hashable = None) -> None:
        """Count a refusal."""
        kind = re.sub(r"\d+", "#", f"{error.request.path} {error.status} {error.detail}")
        with self._lock:
            refusals = self._refusals.setdefault(group, Counter())
            refusals[kind] += 1
            if refusals[kind] >= self._most:
                self._spent_on[group] = error

    def note_success(self, group: Hashable = None) -> None:
        """One of the group went through: what was refused before was about single ones."""
        with self._lock:
            self._refusals.pop(group, None)
            self._spent_on.pop(group, None)

    def allow_one(self, group: Hashable = None) -> None:
        """One more of the group may be sent; if it is refused alike, the budget is spent again."""
        with self._lock:
            self._spent_on.pop(group, None)

    def spent_on(self, group: Hashable = None) -> RemoteRejectedError | None:
        """The refusal that used up the budget of a group; `None` while some is left."""
        return self._spent_on.get(group)


def group_of(vouchers: Sequence[Voucher]) -> Hashable:
    """What sevDesk may refuse alike: the month, the tax rule, the accounts, the sign."""
    return frozenset(
        (
            voucher.date.replace(day=1),
            voucher.tax_rule,
            voucher.sums.gross < 0,
            frozenset(position.account_id for position in voucher.positions),
        )
        for voucher in vouchers
    )


def refusal(error: RemoteRejectedError) -> Reason:
    """Why an invoice waits whose write was refused."""
    return Reason("CS-303", {"why": f"{error.detail or 'no explanation'} (HTTP {error.status})"})


def why(error: RemoteRejectedError | UnreadableAnswerError) -> str:
    """What the service says of it."""
    if isinstance(error, UnreadableAnswerError):
        return str(error)
    return error.detail or f"HTTP {error.status}"
