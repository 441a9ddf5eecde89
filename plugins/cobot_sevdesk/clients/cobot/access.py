"""What a token opens: which space a subdomain means, and whether the token is dead.

API 2 names spaces by id, people name them by subdomain. Cobot may answer a dead token and a missing
permission both with a 403: its own Reminders app takes a 403 for a dead token. What Cobot answers
today is assumption C-06. A token may also die in the middle of a run.
"""

from collections.abc import Iterator
from threading import Lock
from typing import Any

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.pace import endpoint
from cobot_sevdesk.clients.transport import Query, Transport
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    ConnectionConfigError,
    CredentialsError,
    RemoteRejectedError,
    RemoteUnavailableError,
    SpaceNotVisibleError,
    UnreadableAnswerError,
)

ADMIN_OF: Query = {"include": "adminOf"}
"""What the owner of the token administers (scope `read_user`)."""
NOBODY = "0" * 32
"""A membership that does not exist."""


class SpaceId:
    """The id of one space: stated in the space file, or looked up."""

    def __init__(
        self,
        api2: Transport,
        api1: Transport,
        www: Transport | None,
        subdomain: str,
        *,
        stated: str | None,
    ) -> None:
        self._api2 = api2
        self._api1 = api1
        self._by_subdomain = [www, api1] if www else [api1]
        self._subdomain = subdomain
        self._stated = stated
        self._looked_up: str | None = None

    def get(self) -> str:
        """The id, looked up once where it is not stated.

        Raises:
            SpaceNotVisibleError: no source knows it with this token.
            CredentialsError: the token is good for nothing.
            RemoteUnavailableError: a source that may know it is away.
        """
        return self._stated or self._look_up()

    def check_stated(self) -> None:
        """See whether an id stated in the space file is that of the subdomain.

        Invoices are read by the id, members by the subdomain: they would be those of two spaces.

        Raises:
            SpaceNotVisibleError: it is another space's, or nobody knows the subdomain.
        """
        if self._stated is not None and self._look_up() != self._stated:
            raise SpaceNotVisibleError(self._subdomain)

    def _look_up(self) -> str:
        """The id by what the token's owner administers, else by the subdomain.

        The second way is for tokens without the scope `read_user`. Two addresses know spaces by
        subdomain. That of Cobot itself is documented and asks for no token. That of the space is
        assumption C-09.
        """
        if self._looked_up is None:
            self._looked_up = self._among_own() or self._by_name()
        return self._looked_up

    def _among_own(self) -> str | None:
        try:
            for subdomain, id_, _ in _spaces_in(self._api2.read_json("/user", ADMIN_OF)):
                if subdomain == self._subdomain:
                    return id_
        except (RemoteRejectedError, UnreadableAnswerError) as error:
            _stop_at_bad_token(error)
        return None

    def _by_name(self) -> str:
        failed: CobotSevdeskError | None = None
        for source in self._by_subdomain:
            try:
                space = Fields(source.read_json(f"/spaces/{self._subdomain}"))
                if space.optional_text("subdomain") in {None, self._subdomain} and space.id:
                    return space.id
            except (RemoteRejectedError, UnreadableAnswerError) as error:
                if source is self._api1:  # the other one was asked without token
                    _stop_at_bad_token(error)
            except (RemoteUnavailableError, ConnectionConfigError) as error:
                failed = error  # the other one may know
        raise failed or SpaceNotVisibleError(self._subdomain)


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


def _stop_at_bad_token(error: CobotSevdeskError) -> None:
    if isinstance(error, CredentialsError) and error.is_bad_token:
        raise error


def find_spaces(api2: Transport) -> dict[str, str]:
    """Subdomain -> name of every space that the owner of the token administers."""
    body = api2.read_json("/user", ADMIN_OF)
    return {subdomain: name for subdomain, _, name in _spaces_in(body)}


def _spaces_in(body: Any) -> Iterator[tuple[str, str, str]]:
    """Subdomain, id and name of every space in an answer that has them."""
    for space in Fields(body).optional_objects("included"):
        shown = space.optional_object("attributes")
        if space.id and shown and (subdomain := shown.optional_text("subdomain")):
            yield subdomain, space.id, shown.optional_text("name") or subdomain
