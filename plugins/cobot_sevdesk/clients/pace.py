"""How many requests go out: no more a minute than a service allows, and counted.

Cobot allows 60 requests a minute for each endpoint, and 6 for the membership list. sevDesk names no
number and asks for few errors.
"""

import re
from collections.abc import Mapping
from threading import Lock
from time import monotonic

from pyrate_limiter import Duration, Limiter, Rate

_ID = re.compile(r"^(?=.*\d)[\w-]+$")


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


class RequestCounter:
    """Is told of every request of a client; this one counts nothing."""

    def sent(self, service: str) -> None:
        """A request goes out."""

    def repeated(self, service: str) -> None:
        """A request has to be sent again."""

    def waited(self, service: str, seconds: float) -> None:
        """A request was held back for so long, to stay within the service's limit."""


NO_COUNTER = RequestCounter()


def endpoint(path: str) -> str:
    """The path with ids replaced, as rate limits count it: `/invoices/{}`, `/invoices/{}.pdf`."""
    return "/".join(_without_id(part) for part in path.split("/"))


def _without_id(part: str) -> str:
    name, dot, ending = part.partition(".")
    return f"{{}}{dot}{ending}" if _ID.match(name) else part
