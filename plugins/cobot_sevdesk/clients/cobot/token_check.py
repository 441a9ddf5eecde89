"""Telling a dead token from a missing permission: Cobot may answer both with a 403.

Cobot's own Reminders app takes a 403 for a dead token; what Cobot answers today is assumption C-06.
A token may also die in the middle of a run.
"""

from threading import Lock

from cobot_sevdesk.clients.statuses import endpoint
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import CredentialsError

NOBODY = "0" * 32
"""A membership that does not exist."""


class TokenCheck:
    """Looks, when a 403 comes, whether the token is good for anything at all."""

    def __init__(self, api2: Transport, api1: Transport) -> None:
        self._api2 = api2
        self._api1 = api1
        self._judged: dict[str, bool] = {}
        """Endpoint that was denied -> whether the token was dead then."""
        self._lock = Lock()
        api2.on_denial = api1.on_denial = self.judge

    def judge(self, error: CredentialsError) -> None:
        """Note in the error whether the token is denied everything.

        Other questions are asked, once for each endpoint. Two need a scope of their own
        (`read_user`, `read_memberships`), and one was answered before. So a token that lacks one
        permission is not taken for dead.
        """
        if error.is_bad_token:
            return
        place = endpoint(error.request.path)
        with self._lock:
            if place not in self._judged:
                self._judged[place] = any(self._judged.values()) or self._is_dead()
        error.denies_everything = self._judged[place]

    def _is_dead(self) -> bool:
        answered = self._api2.answered
        return (
            self._api2.denies("/user")
            and self._api1.denies(f"/memberships/{NOBODY}")
            and (answered is None or self._api2.denies(answered))
        )
