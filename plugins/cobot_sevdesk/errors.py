"""The errors that layers hand upwards, sorted by what the caller must do next.

======================== ==========================================================
error                    what happens
======================== ==========================================================
ConfigError              this DAG stays red until a file or parameter is corrected
UnreadableAnswerError    one object of an answer cannot be understood: held back
RemoteUnavailableError   the service is away for now: try again later
OutcomeUnknownError      a write was sent, no answer came: look before writing again
RemoteRejectedError      the service refused this request: do not repeat it
CredentialsError         the service refuses the token: stop this space at once
SpaceBusyError           another run writes for this space: try again later
======================== ==========================================================

Exceptions that stay between two modules stand where they are raised. Messages never hold tokens,
names, addresses or whole answer bodies.
"""

from dataclasses import dataclass
from typing import ClassVar


class CobotSevdeskError(Exception):
    """Root of all errors of this package."""


class ConfigError(CobotSevdeskError):
    """A space file, a connection or a run parameter is wrong; lists all problems at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class UnreadableAnswerError(CobotSevdeskError):
    """A field of an answer is missing or of the wrong kind; names field and expectation."""

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
    """A request to Cobot or sevDesk did not do what it should."""

    what: ClassVar[str] = "failed"

    def __init__(
        self,
        request: Request,
        *,
        status: int | None = None,
        detail: str = "",
        request_id: str | None = None,
    ) -> None:
        self.request = request
        self.status = status
        self.detail = detail
        self.request_id = request_id
        parts = [f"{request} {self.what}"]
        if status is not None:
            parts.append(f"HTTP {status}")
        if detail:
            parts.append(detail)
        if request_id:
            parts.append(f"request id {request_id}")
        super().__init__(", ".join(parts))


class RemoteUnavailableError(RemoteError):
    """429, 5xx on a read, no connection, a read timed out. `retry_after` is in seconds."""

    what = "is unavailable"

    def __init__(
        self,
        request: Request,
        *,
        status: int | None = None,
        detail: str = "",
        request_id: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(request, status=status, detail=detail, request_id=request_id)
        self.retry_after = retry_after


class OutcomeUnknownError(RemoteError):
    """A write was sent and nobody knows whether it took effect."""

    what = "has an unknown outcome"


class RemoteRejectedError(RemoteError):
    """The service understood the request and refused it (other 4xx, or an error inside a 200)."""

    what = "was refused"


class NotFoundRemotelyError(RemoteRejectedError):
    """404, or sevDesk's 400 that says "not found": the object does not exist."""

    what = "found nothing"


class CredentialsError(RemoteRejectedError):
    """401 or 403: the token is wrong, revoked, or may not do this."""

    what = "was denied"


class SpaceBusyError(CobotSevdeskError):
    """Another task writes for this space and did not finish in time."""
