"""An error budget: after a few refusals of one kind the rest is not even sent.

sevDesk names no request limit, but blocks tokens that produce many errors.
https://landing.sevdesk.de/service-support-center-technik-api-faq
"""

import re
from collections import Counter
from threading import Lock

from cobot_sevdesk.domain.reason import Reason
from cobot_sevdesk.errors import RemoteRejectedError

MOST_REFUSALS_OF_A_KIND = 3


class ErrorBudget:
    """Counts refusals by kind: same path, status and message, whatever numbers it names."""

    def __init__(self) -> None:
        self._refusals: Counter[str] = Counter()
        self._spent_on: RemoteRejectedError | None = None
        self._lock = Lock()

    def note(self, error: RemoteRejectedError) -> None:
        """Count a refusal."""
        kind = re.sub(r"\d+", "#", f"{error.request.path} {error.status} {error.detail}")
        with self._lock:
            self._refusals[kind] += 1
            if self._refusals[kind] >= MOST_REFUSALS_OF_A_KIND:
                self._spent_on = error

    @property
    def spent_on(self) -> RemoteRejectedError | None:
        """The refusal that used up the budget; `None` while some is left."""
        return self._spent_on


def refusal(error: RemoteRejectedError) -> Reason:
    """Why an invoice waits whose write was refused."""
    return Reason("CS-303", {"why": f"{error.detail or 'no explanation'} (HTTP {error.status})"})
