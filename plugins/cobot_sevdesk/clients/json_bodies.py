"""Bodies as they are sent and as they come: JSON with exact decimals, and forms with a file."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from cobot_sevdesk.clients.pdf_files import Upload, form_of
from cobot_sevdesk.errors import Request

_encoder = msgspec.json.Encoder(decimal_format="number")


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
    """What is sent, and its content type: a form with a file, or JSON with exact amounts."""
    if upload is not None:
        form = form_of(upload)
        return form, str(form.content_type)
    return (None, None) if payload is None else (_encoder.encode(payload), "application/json")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
