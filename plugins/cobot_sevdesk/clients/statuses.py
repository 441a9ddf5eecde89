"""What an HTTP status means for the caller; the only place that decides it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from cobot_sevdesk.clients.json_fields import printable
from cobot_sevdesk.errors import (
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
)

TOO_MANY = 429
_LONGEST_SAYING = 200
_EMAIL = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")
_ID = re.compile(r"^(?=.*\d)[\w-]+$")


@dataclass(frozen=True)
class Refusal:
    """An answer without success: its status, its headers and the beginning of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def to_error(request: Request, refusal: Refusal) -> RemoteError:
    """The error that says what to do next.

    - `RemoteUnavailableError`: 429; 5xx and 408 after a read.
    - `OutcomeUnknownError`: 5xx and 408 after a write: it may have taken effect.
    - `CredentialsError`: 401, 403.
    - `NotFoundRemotelyError`: 404.
    - `RemoteRejectedError`: other 4xx; a redirect that is not followed.

    What the service says itself stands in `said`, as it came.
    """
    status = refusal.status
    said = find_said(refusal.body, plain=status < 500)
    request_id = refusal.headers.get("X-Request-Id")
    if status == TOO_MANY:
        return RemoteUnavailableError(
            request,
            status=status,
            said=said,
            request_id=request_id,
            retry_after=to_seconds(refusal.headers.get("Retry-After")),
        )
    kinds: dict[int, type[RemoteError]] = {
        401: CredentialsError,
        403: CredentialsError,
        404: NotFoundRemotelyError,
    }
    kind = kinds.get(status, RemoteRejectedError)
    if status >= 500 or status == 408:
        kind = RemoteUnavailableError if request.method == "GET" else OutcomeUnknownError
    return kind(request, status=status, said=said, request_id=request_id)


def senseless(request: Request, detail: str) -> RemoteUnavailableError:
    """The error for an answer that makes no sense; it may make sense later."""
    return RemoteUnavailableError(request, detail=detail)


def find_said(body: bytes, *, plain: bool = False) -> str:
    """The service's own explanation: the text that its JSON holds; else empty.

    With `plain` also a plain text. One beside a 5xx is mostly the word of some gateway.
    """
    text = body.decode("utf-8", errors="replace").strip()
    try:
        return _message_in(json.loads(text))
    except (ValueError, RecursionError):
        return text if plain and not text.startswith("<") else ""


def clean(said: str, *, secret: str = "") -> str:
    """A foreign text fit for the task log: one line, short, no token, no e-mail address."""
    if secret:
        said = said.replace(secret, "***")
    # Looking for addresses in a long text without any takes time with the square of its length.
    start = " ".join(printable(said).split())[: 5 * _LONGEST_SAYING]
    return _EMAIL.sub("…", start)[:_LONGEST_SAYING]


def to_seconds(retry_after: str | None, *, now: datetime | None = None) -> int | None:
    """`Retry-After` in seconds, given as a number or as a date; `None` if missing or unreadable.

    Source: RFC 9110, section 10.2.3.
    """
    if not retry_after:
        return None
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return int(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0, int((moment - (now or datetime.now(UTC))).total_seconds()))


def endpoint(path: str) -> str:
    """The path with ids replaced, as rate limits count it: `/invoices/{}`, `/invoices/{}.pdf`."""
    return "/".join(_without_id(part) for part in path.split("/"))


def _without_id(part: str) -> str:
    name, dot, ending = part.partition(".")
    return f"{{}}{dot}{ending}" if _ID.match(name) else part


def _message_in(body: Any) -> str:
    """Both services word errors in many shapes; take the first text that looks like one."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, (_message_in(part) for part in body[:3])))
    if not isinstance(body, dict):
        return ""
    for name in ("error", "errors", "message", "detail", "title", "base"):
        if body.get(name):
            return _message_in(body[name])
    return "; ".join(f"{k} {v}" for k, v in list(body.items())[:3] if isinstance(v, str))
