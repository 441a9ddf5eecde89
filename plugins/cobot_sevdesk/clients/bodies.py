"""Bodies of answers, read a piece at a time within limits of time and size."""

import time
from collections.abc import Iterator

import requests

PIECE = 64 * 1024
"""Bytes."""
LONGEST = 120.0
"""Seconds in which a body has to arrive. The timeout of a read only says how long nothing may
come. A body that trickles would hold the space's lock without end. A large PDF takes seconds."""
MOST_OF_DOCUMENT = 20 * 1024 * 1024
"""Bytes. sevDesk names no limit for uploads; a public client stops at 20 MB as well."""
MOST_OF_JSON = 200 * 1024 * 1024
"""Bytes. The largest lists known, 1000 vouchers or all members, have a few megabytes."""
MOST_OF_ERROR = 64 * 1024
"""Bytes. The explanation of a refusal stands at its beginning."""


class TooLateError(Exception):
    """The body did not arrive in time."""


class TooLargeError(Exception):
    """The body is larger than allowed."""


def iter_pieces(response: requests.Response, *, until: float, at_most: int) -> Iterator[bytes]:
    """What has arrived, each time some has; `until` is a moment of `time.monotonic`.

    Raises:
        TooLateError: it does not end in time, by at most one timeout of a read.
        TooLargeError: more came than `at_most` bytes.
    """
    size = 0
    while piece := response.raw.read1(PIECE, decode_content=True):
        size += len(piece)
        if size > at_most:
            raise TooLargeError
        if time.monotonic() > until:
            raise TooLateError
        yield piece


def start_of(response: requests.Response, *, until: float) -> bytes:
    """The beginning of a body; the rest is left unread."""
    start = b""
    for piece in iter_pieces(response, until=until, at_most=MOST_OF_ERROR * 2):
        start += piece
        if len(start) >= MOST_OF_ERROR:
            break
    return start
