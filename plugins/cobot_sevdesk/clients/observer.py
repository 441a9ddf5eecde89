"""Counting requests, without knowing for whom."""

from typing import Protocol


class Watch(Protocol):
    """Whoever counts requests."""

    def sent(self, service: str) -> None:
        """A request goes out."""

    def repeated(self, service: str) -> None:
        """It has to be sent again."""

    def waited(self, service: str, seconds: float) -> None:
        """So long it was held back to stay within the service's limit."""


class Nobody:
    """Counts nothing."""

    def sent(self, service: str) -> None:
        """Nothing."""

    def repeated(self, service: str) -> None:
        """Nothing."""

    def waited(self, service: str, seconds: float) -> None:
        """Nothing."""


NOBODY = Nobody()
