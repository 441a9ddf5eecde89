"""Bodies of requests and answers: JSON with exact decimals, and documents a piece at a time.

What arrives is read within limits of time and size.
"""

import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from io import BufferedIOBase, BytesIO
from typing import Any, NoReturn

import msgspec
import requests
from requests_toolbelt import MultipartEncoder

from cobot_sevdesk.errors import Request

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
IN_MEMORY = 1024 * 1024
"""Bytes of a document; nearly every invoice is smaller."""
_encoder = msgspec.json.Encoder(decimal_format="number")


class TooLateError(Exception):
    """The body did not arrive in time."""


class TooLargeError(Exception):
    """The body is larger than allowed; the text says how large that is."""

    def __init__(self, at_most: int) -> None:
        super().__init__(f"{at_most // 1024**2} MB")


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
            raise TooLargeError(at_most)
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


@dataclass(frozen=True)
class Upload:
    """A PDF to be sent as the one part of a form."""

    name: str
    file: BufferedIOBase


def received(pieces: Iterable[bytes]) -> BufferedIOBase:
    """What arrives in pieces as a file, to be read from its beginning; the caller closes it.

    What is too large for memory lies in a temporary file without a name, gone once it is closed.
    """
    with ExitStack() as opened:
        file: BufferedIOBase = BytesIO()
        for piece in pieces:
            if isinstance(file, BytesIO) and file.tell() + len(piece) > IN_MEMORY:
                file = opened.enter_context(_on_disk(file))
            file.write(piece)
        file.seek(0)
        opened.pop_all()
    return file


def _on_disk(start: BytesIO) -> BufferedIOBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    file.write(start.getvalue())
    return file


@dataclass(frozen=True)
class Answer:
    """A successful answer."""

    request: Request
    status: int
    body: bytes
    request_id: str | None = None

    def json(self) -> Any:
        """The JSON body, decimals exact.

        Raises:
            ValueError: it is no JSON (an error page, half an answer).
        """
        return json.loads(self.body, parse_float=Decimal, parse_constant=_no_constant)

    def json_or_none(self) -> Any:
        """The JSON body, `None` where it is none."""
        try:
            return self.json()
        except (ValueError, RecursionError):
            return None


def body_of(payload: Any, upload: Upload | None) -> tuple[Any, str | None]:
    """What is sent, and its content type: a form with a file, or JSON with exact amounts.

    A file is sent from its beginning, and read as it goes.
    """
    if upload is not None:
        upload.file.seek(0)
        form = MultipartEncoder({"file": (upload.name, upload.file, "application/pdf")})
        return form, str(form.content_type)
    return (None, None) if payload is None else (_encoder.encode(payload), "application/json")


def _no_constant(_: str) -> NoReturn:
    raise ValueError
