"""Which space a subdomain means: API 2 names spaces by id, people name them by subdomain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import CredentialsError, NotFoundRemotelyError, UnreadableAnswerError


class SpaceNotVisibleError(Exception):
    """The owner of the token is no admin of the wanted space."""


class SpaceId:
    """The id of one space: stated in the space file, found by an earlier run, or looked up."""

    def __init__(
        self,
        api2: Transport,
        api1: Transport,
        subdomain: str,
        *,
        stated: str | None,
        recalled: str | None,
    ) -> None:
        self._api2 = api2
        self._api1 = api1
        self._subdomain = subdomain
        self._stated = stated
        self._known = stated or recalled
        self._is_recalled = stated is None and recalled is not None
        self.looked_up: str | None = None
        """The id where it was looked up here."""

    def get(self) -> str:
        """The id, looked up once where it is not known.

        Raises:
            SpaceNotVisibleError: the token belongs to no admin of that space.
        """
        if self._known is None:
            self._known = self.looked_up = self._look_up()
        return self._known

    def confirm(self) -> bool:
        """Whether an id that an earlier run found is still that of the space; from now on it is.

        A subdomain may come to mean another space.
        """
        if not self._is_recalled:
            return True
        recalled, self._known, self._is_recalled = self._known, None, False
        return self.get() == recalled

    def check_stated(self) -> None:
        """See whether an id stated in the space file is that of the subdomain.

        Invoices are read by the id, members by the subdomain: they would be those of two spaces.

        Raises:
            SpaceNotVisibleError: it is another space's.
        """
        if self._stated is not None and self._look_up() != self._stated:
            raise SpaceNotVisibleError(self._subdomain)

    def _look_up(self) -> str:
        try:
            for space in _spaces_in(self._api2.read_json("/user", {"include": "adminOf"})):
                if space.subdomain == self._subdomain:
                    return space.id
        except (NotFoundRemotelyError, CredentialsError, UnreadableAnswerError) as error:
            if isinstance(error, CredentialsError) and error.status == 401:
                raise
        return self._look_up_in_api1()

    def _look_up_in_api1(self) -> str:
        """The second way, for tokens without the scope `read_user`."""
        try:
            return Fields(self._api1.read_json(f"/spaces/{self._subdomain}")).text("id")
        except (NotFoundRemotelyError, CredentialsError, UnreadableAnswerError):
            raise SpaceNotVisibleError(self._subdomain) from None


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
        if shown and (subdomain := shown.optional_text("subdomain")):
            yield _Space(space.text("id"), subdomain, shown.optional_text("name") or subdomain)
