"""Counting requests, without knowing who wants the numbers."""

from typing import Protocol


class RequestCounter(Protocol):
    """Is told of every request of a client."""

    def sent(self, service: str) -> None:
        """A request goes out."""

    def repeated(self, service: str) -> None:
        """A request has to be sent again."""

    def waited(self, service: str, seconds: float) -> None:
        """A request was held back for so long, to stay within the service's limit."""


class _CountsNothing:
    """The counter of clients whose requests nobody counts."""

    def sent(self, service: str) -> None:
        """Nothing."""

    def repeated(self, service: str) -> None:
        """Nothing."""

    def waited(self, service: str, seconds: float) -> None:
        """Nothing."""


NO_COUNTER: RequestCounter = _CountsNothing()
