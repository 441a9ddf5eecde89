"""Telling a dead token from a missing permission: Cobot may answer both with a 403.

Cobot's own Reminders app takes a 403 for a dead token; what Cobot answers today is assumption C-06.
"""

from threading import Lock

from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import CredentialsError

NOBODY = "0" * 32
"""A membership that does not exist."""


class TokenCheck:
    """Looks, when a 403 comes, whether the token is good for anything at all."""

    def __init__(self, api2: Transport, api1: Transport) -> None:
        self._api2 = api2
        self._api1 = api1
        self._is_dead: bool | None = None
        self._lock = Lock()
        api2.on_denial = api1.on_denial = self.judge

    def judge(self, error: CredentialsError) -> None:
        """Note in the error whether the token is denied everything.

        Two other questions are asked, once. Each needs a scope of its own (`read_user`,
        `read_memberships`). So a token that lacks one permission is not taken for dead.
        """
        with self._lock:
            if self._is_dead is None:
                if self._api2.has_succeeded or self._api1.has_succeeded:
                    return
                self._is_dead = self._api2.denies("/user") and self._api1.denies(
                    f"/memberships/{NOBODY}"
                )
        error.denies_everything = self._is_dead
