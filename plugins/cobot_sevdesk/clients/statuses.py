"""What an HTTP status means for the caller; the only place that decides it."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from cobot_sevdesk.errors import (
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
)

TOO_MANY = 429
_LONGEST_DETAIL = 200
_EMAIL = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")
_ID = re.compile(r"^(?=.*\d)[\w-]+$")


def raise_for_status(request: Request, response: requests.Response, *, secret: str) -> None:
    """Raise the error that says what to do next; return where the status is a success.

    Raises:
        RemoteUnavailableError: 429; 5xx and 408 after a read.
        OutcomeUnknownError: 5xx and 408 after a write: it may have taken effect.
        CredentialsError: 401, 403.
        NotFoundRemotelyError: 404.
        RemoteRejectedError: other 4xx; a redirect after a write.
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    detail = find_detail(response, secret=secret)
    request_id = response.headers.get("X-Request-Id")
    if status == TOO_MANY:
        raise RemoteUnavailableError(
            request,
            status=status,
            request_id=request_id,
            retry_after=to_seconds(response.headers.get("Retry-After")),
        )
    if status >= 500 or status == 408:
        error = RemoteUnavailableError if request.method == "GET" else OutcomeUnknownError
        raise error(request, status=status, request_id=request_id)
    refusal = {401: CredentialsError, 403: CredentialsError, 404: NotFoundRemotelyError}
    raise refusal.get(status, RemoteRejectedError)(
        request, status=status, detail=detail, request_id=request_id
    )


def find_detail(response: requests.Response, *, secret: str) -> str:
    """The service's own short explanation, without token and e-mail addresses; else empty."""
    try:
        body = response.json()
    except ValueError:
        return ""
    return clean_detail(_message_in(body), secret=secret)


def clean_detail(text: str, *, secret: str = "") -> str:
    """A foreign message, fit to be shown: one line, short, no token, no e-mail address."""
    if secret:
        text = text.replace(secret, "***")
    return _EMAIL.sub("…", " ".join(text.split()))[:_LONGEST_DETAIL]


def to_seconds(retry_after: str | None, *, now: datetime | None = None) -> int | None:
    """`Retry-After` in seconds, given as a number or as a date; `None` if missing or unreadable.

    Source: RFC 9110, section 10.2.3.
    """
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return int(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
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
