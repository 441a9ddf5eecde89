"""Which space a subdomain means: API 2 names spaces by id, people name them by subdomain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    ConnectionConfigError,
    CredentialsError,
    RemoteRejectedError,
    RemoteUnavailableError,
    SpaceNotVisibleError,
    UnreadableAnswerError,
)


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
            for space in _spaces_in(self._api2.read_json("/user", {"include": "adminOf"})):
                if space.subdomain == self._subdomain:
                    return space.id
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


def _stop_at_bad_token(error: CobotSevdeskError) -> None:
    if isinstance(error, CredentialsError) and error.is_bad_token:
        raise error


@dataclass(frozen=True)
class _Space:
    id: str
    subdomain: str
    name: str


def find_spaces(api2: Transport) -> dict[str, str]:
    """Subdomain -> name of every space that the owner of the token administers."""
    body = api2.read_json("/user", {"include": "adminOf"})
    return {space.subdomain: space.name for space in _spaces_in(body)}


def _spaces_in(body: Any) -> Iterator[_Space]:
    for space in Fields(body).optional_objects("included"):
        shown = space.optional_object("attributes")
        if space.id and shown and (subdomain := shown.optional_text("subdomain")):
            yield _Space(space.id, subdomain, shown.optional_text("name") or subdomain)
