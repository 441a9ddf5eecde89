"""Questions whose refusal is an answer too: what a proof asks a service.

The clients take a refusal for an error. A proof wants to know how a service refuses.
"""

from dataclasses import dataclass
from typing import Any

from cobot_sevdesk.clients.bodies import Upload
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.errors import RemoteError

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What a service answered; the body of a refusal is left out, its words stand in `said`."""

    status: int
    body: Any = None
    said: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the service did what it was asked."""
        return 200 <= self.status < 300

    @property
    def content(self) -> Any:
        """What sevDesk's envelope holds; the body itself where there is none."""
        return self.body.get("objects", self.body) if isinstance(self.body, dict) else self.body

    @property
    def listed(self) -> list[Json]:
        """The objects of a list, those that are none left out."""
        found = self.content if isinstance(self.content, list) else [self.content]
        return [one for one in found if isinstance(one, dict)]

    @property
    def first(self) -> Json:
        """The only object; empty where there is none."""
        return next(iter(self.listed), {})


class Probe:
    """Asks one service, and takes any answer for one."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    def read(self, path: str, query: Query | None = None) -> Reply:
        """Read.

        Raises:
            RemoteUnavailableError: there was no answer.
        """
        try:
            return Reply(200, self._http.read_json(path, query))
        except RemoteError as error:
            return _refusal(error)

    def write(
        self, method: str, path: str, payload: Any = None, *, upload: Upload | None = None
    ) -> Reply:
        """Write, once. A refusal inside a success is one.

        Raises:
            OutcomeUnknownError, RemoteUnavailableError: there was no answer.
        """
        try:
            answer = self._http.write(method, path, payload=payload, upload=upload)
            body = answer.json() if answer.body.strip() else None
        except RemoteError as error:
            return _refusal(error)
        except ValueError:
            return Reply(answer.status)
        said = body.get("error") if isinstance(body, dict) else None
        return Reply(422 if said else answer.status, body, str(said or ""))


def _refusal(error: RemoteError) -> Reply:
    if error.status is None:
        raise error
    return Reply(error.status, None, error.said)
