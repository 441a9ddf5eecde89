"""Client-side pacing: no more requests a minute than the service allows, for each endpoint.

Cobot allows 60 requests a minute for each endpoint, and 6 for the membership list. sevDesk names no
number and asks for few errors.
"""

from collections.abc import Mapping
from threading import Lock
from time import monotonic

from pyrate_limiter import Duration, Limiter, Rate


class Pace:
    """Waits before a request where its endpoint has had its share; all threads share one."""

    def __init__(self, per_minute: int | None, special: Mapping[str, int] | None = None) -> None:
        self._per_minute = per_minute
        self._special = dict(special or {})
        self._limiters: dict[str, Limiter] = {}
        self._lock = Lock()

    def wait(self, endpoint: str) -> float:
        """Return when a request to this endpoint (`GET /invoices/{}`) may be sent.

        Returns the seconds that took.
        """
        if self._per_minute is None:
            return 0
        began = monotonic()
        with self._lock:
            if endpoint not in self._limiters:
                rate = self._special.get(endpoint, self._per_minute)
                self._limiters[endpoint] = Limiter(Rate(rate, Duration.MINUTE))
        self._limiters[endpoint].try_acquire(endpoint)
        return monotonic() - began


NO_PACE = Pace(None)
