"""Documents on their way from one service to the other, a piece at a time."""

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedIOBase, BytesIO

from requests_toolbelt import MultipartEncoder

IN_MEMORY = 1024 * 1024
"""Bytes; nearly every invoice is smaller."""


@dataclass(frozen=True)
class Upload:
    """A file to be sent as the one part of a form."""

    name: str
    file: BufferedIOBase
    kind: str = "application/pdf"


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


def form_of(upload: Upload) -> MultipartEncoder:
    """The body of a request that sends the file, from its beginning, reading as it goes."""
    upload.file.seek(0)
    return MultipartEncoder({"file": (upload.name, upload.file, upload.kind)})


def _on_disk(start: BytesIO) -> BufferedIOBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    file.write(start.getvalue())
    return file
