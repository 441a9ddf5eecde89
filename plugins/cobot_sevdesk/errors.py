"""The errors that layers hand upwards; each says how far it reaches.

======================== ============ ==========================================================
error                    reach        what happens
======================== ============ ==========================================================
ConfigError              whole space  the space stays red until a file or parameter is corrected
ConnectionConfigError    whole space  the same for one Airflow connection
LockFileError            whole space  the lock file of the space cannot be used
SpaceNotVisibleError     whole space  the token does not open the space
WrongSpaceError          whole space  what Cobot lists belongs to another space
CredentialsError         whole space  the service refuses the token: nothing more is sent
RemoteRejectedError      this object  the service refused this request: it is not repeated
NotFoundRemotelyError    this object  the object does not exist
UnreadableAnswerError    this object  one object of an answer cannot be understood
RemoteUnavailableError   later        the service is away for now
OutcomeUnknownError      later        a write was sent without an answer: look before writing again
SpaceBusyError           later        another task writes for this space
======================== ============ ==========================================================

A refused list is no single object: `RemoteRejectedError.of_list` gives it the whole space.

Messages never hold tokens. What a service said itself stands in `said`: it may hold names and
addresses, so it goes into the task log and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import ClassVar, Self


class Reach(Enum):
    """How much of a run an error concerns."""

    OBJECT = "this object"
    SPACE = "the whole space"
    LATER = "later"


class CobotSevdeskError(Exception):
    """Root of all errors of this package."""

    reach: Reach = Reach.SPACE


class ConfigError(CobotSevdeskError):
    """A space file or a run parameter is wrong; `problems` lists everything at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ConnectionConfigError(ConfigError):
    """An Airflow connection is missing, incomplete or wrong; `connection` is its id.

    `word` is the catalogue's for what is wrong, `details` are what its text names.
    """

    def __init__(
        self,
        connection: str,
        problem: str,
        *,
        word: str = "",
        details: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.connection = connection
        self.word = word
        self.details = details
        super().__init__([problem])


class LockFileError(ConfigError):
    """The lock file of a space cannot be used; `word` is the catalogue's for the reason."""

    def __init__(self, path: str, word: str, said: str = "") -> None:
        self.path = path
        self.word = word
        self.said = said
        super().__init__([f"{path}: the lock file cannot be used ({said or word})"])


class SpaceNotVisibleError(CobotSevdeskError):
    """The token's owner is no admin of the wanted space, or the stated id is another space's."""


class WrongSpaceError(CobotSevdeskError):
    """Cobot lists invoices of another space than the one asked for; `found` is that space's id."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(f"the list holds invoices of another space ({found})")


class UnreadableAnswerError(CobotSevdeskError):
    """A field of an answer is missing or of the wrong kind; names field and expectation.

    Where the object is an invoice or a member, `expected` is a word of the catalogue.
    """

    reach = Reach.OBJECT

    def __init__(self, field: str, expected: str) -> None:
        self.field = field
        self.expected = expected
        super().__init__(f"{field}: expected {expected}")


@dataclass(frozen=True)
class Request:
    """What may be said about a request in an error or a log; no query, no token, no body."""

    service: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"


class RemoteError(CobotSevdeskError):
    """A request to Cobot or sevDesk did not do what it should.

    `detail` is in our words, `said` in the service's own. `retry_after` is how many seconds a
    rate limit asks to wait.
    """

    what: ClassVar[str] = "failed"

    def __init__(
        self,
        request: Request,
        *,
        status: int | None = None,
        detail: str = "",
        said: str = "",
        request_id: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.request = request
        self.status = status
        self.detail = detail
        self.said = said
        self.request_id = request_id
        self.retry_after = retry_after
        parts = [f"{request} {self.what}"]
        if status is not None:
            parts.append(f"HTTP {status}")
        if detail:
            parts.append(detail)
        if request_id:
            parts.append(f"request id {request_id}")
        super().__init__(", ".join(parts))


class RemoteUnavailableError(RemoteError):
    """429, 5xx on a read, no connection, a read timed out."""

    reach = Reach.LATER
    what = "is unavailable"


class OutcomeUnknownError(RemoteError):
    """A write was sent and nobody knows whether it took effect."""

    reach = Reach.LATER
    what = "has an unknown outcome"


class RemoteRejectedError(RemoteError):
    """The service understood the request and refused it (other 4xx, or an error inside a 200)."""

    reach = Reach.OBJECT
    what = "was refused"

    def of_list(self) -> Self:
        """This error, for a list: nobody knows what the list holds, so the space stops."""
        self.reach = Reach.SPACE
        return self


class NotFoundRemotelyError(RemoteRejectedError):
    """404, or sevDesk's 400 that says "not found": the object does not exist."""

    what = "found nothing"


class CredentialsError(RemoteRejectedError):
    """401 or 403: the token is wrong, revoked, or may not do this."""

    reach = Reach.SPACE
    what = "was denied"
    denies_everything = False
    """Set where a 403 came for other questions as well."""

    @property
    def is_bad_token(self) -> bool:
        """Whether the token is good for nothing; else it lacks one permission."""
        return self.status == 401 or self.denies_everything


class SpaceBusyError(CobotSevdeskError):
    """Another task writes for this space and did not finish in time."""

    reach = Reach.LATER
