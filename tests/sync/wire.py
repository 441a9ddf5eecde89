"""What both fakes share: a clock, the calls by name, and the failures to come.

`fail` makes the next calls of a name fail, before or after they took effect.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from cobot_sevdesk.errors import (
    CobotSevdeskError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
)


def lost(service: str = "sevDesk") -> OutcomeUnknownError:
    """A write that got no answer."""
    return OutcomeUnknownError(Request(service, "POST", "/Voucher"))


def away(service: str = "sevDesk", status: int | None = 503) -> RemoteUnavailableError:
    """A service that cannot be reached."""
    return RemoteUnavailableError(Request(service, "GET", "/Voucher"), status=status)


def refused(path: str = "/Voucher", said: str = "no", status: int = 422) -> RemoteRejectedError:
    """A request that was understood and refused."""
    return RemoteRejectedError(Request("sevDesk", "POST", path), status=status, said=said)


@dataclass
class Clock:
    """Seconds since the world began; sleeping is the only thing that takes time."""

    now: int = 1_000_000
    slept: list[int] = field(default_factory=list)

    def sleep(self, seconds: Any) -> None:
        """Wait."""
        self.slept.append(int(seconds))
        self.now += int(seconds)


@dataclass
class Wire:
    """Every call by name, in order, and the failures to come."""

    calls: list[str] = field(default_factory=list)
    failures: dict[str, list[tuple[CobotSevdeskError, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def fail(self, name: str, *errors: CobotSevdeskError, after: bool = False) -> None:
        """Let the next calls of this name fail, one for each error; `after` they took effect."""
        self.failures[name] += [(error, after) for error in errors]

    def call(self, name: str, effect: Any = lambda: None) -> Any:
        """One request."""
        self.calls.append(name)
        waiting = self.failures[name]
        error, after = waiting.pop(0) if waiting else (None, True)
        if error is not None and not after:
            raise error
        answer = effect()
        if error is not None:
            raise error
        return answer

    def count(self, *names: str) -> int:
        """How often these were called."""
        return sum(self.calls.count(name) for name in names)
