"""What both services answered, fit to be given away: shapes and types stay, values do not.

Only what is on a list of harmless words stays as it came. Everything else is replaced, wherever it
stands, since any text may hold a name and any number may be somebody's.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import Request
from cobot_sevdesk.proof.probe import Json

# Flags, states and kinds of both services, then what an object is.
HARMLESS = frozenset(
    """
    0 1 true false 50 100 150 750 1000 EUR C D VOU EMAIL PHONE MOBILE WEB FAX REVENUE EXPENSE
    ZERO SEVEN NINETEEN default paid unpaid pending canceled writtenOff 2.0 1.0

    Voucher VoucherPos Contact ContactAddress CommunicationWay Category CommunicationWayKey Tag
    TagRelation CostCentre StaticCountry TaxRule AccountDatev SevClient SevUser Document invoices
    memberships teams contacts spaces users accountingCodes
    """.split()
) | {""}
PATH_WORDS = frozenset(
    """
    spaces invoices memberships teams user urls accounting_codes Voucher VoucherPos Contact
    ContactAddress CommunicationWay CostCentre Tag TagRelation StaticCountry Factory create
    saveVoucher uploadTempFile resetToDraft getNextCustomerNumber ReceiptGuidance forRevenue Tools
    bookkeepingSystemVersion
    """.split()
)
SMALL_NUMBERS = frozenset({0, 1, 50, 100, 1000})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_:-]{0,40}")
_FORMS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"), "2026-01-01T00:00:00+01:00"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "2026-01-01T00:00:00Z"),
    (re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [+-]\d{4}"), "2026/01/01 00:00:00 +0000"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "2026-01-01"),
    (re.compile(r"\d{4}/\d\d/\d\d"), "2026/01/01"),
    (re.compile(r"[^@\s]+@[^@\s]+"), "somebody@example.org"),
    (re.compile(r"[a-z]+://\S*"), "https://example.org/path"),
)
"""Forms that a reader of an answer depends on, and what stands in their place."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they came: full of personal data."""

    request: Request
    status: int
    body: bytes


class Listener:
    """Hears every answer of both services; keeps them all where a recording is wanted."""

    def __init__(self, *, keeps_all: bool = False) -> None:
        self._keeps_all = keeps_all
        self.kept: list[Exchange] = []
        self.last: Exchange | None = None

    def __call__(self, request: Request, status: int, body: bytes) -> None:
        """Take in one answer."""
        self.last = Exchange(request, status, body)
        if self._keeps_all:
            self.kept.append(self.last)

    @contextmanager
    def on(self, *transports: Transport) -> Iterator[None]:
        """Listen for as long as the block runs."""
        for transport in transports:
            transport.on_answer = self
        try:
            yield
        finally:
            for transport in transports:
                transport.on_answer = None


def recording_of(exchanges: Iterable[Exchange]) -> list[Json]:
    """Every answer without personal data: service, method, endpoint, status, body."""
    return [
        {
            "service": exchange.request.service,
            "method": exchange.request.method,
            "path": harmless_path(exchange.request.path),
            "status": exchange.status,
            "body": _body(exchange.body),
        }
        for exchange in exchanges
    ]


def harmless(value: Any) -> Any:
    """A JSON value of the same shape in which nothing of what stood there can be read."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {
            _field(name, place): harmless(one) for place, (name, one) in enumerate(value.items())
        }
    if isinstance(value, list):
        return [harmless(one) for one in value]
    if isinstance(value, int):
        return value if value in SMALL_NUMBERS else 7
    return 7.5 if isinstance(value, float) else _text(str(value))


def harmless_path(path: str) -> str:
    """The path with `{}` in the place of everything that is no word of either API."""
    return "/".join(map(_segment, path.split("/")))


def _segment(segment: str) -> str:
    name, dot, ending = segment.partition(".")
    if segment in PATH_WORDS or not segment:
        return segment
    return f"{{}}.{ending}" if dot and ending == "pdf" and name else "{}"


def _field(name: str, place: int) -> str:
    """The name of a field; one that does not look like a name is replaced."""
    return name if _NAME.fullmatch(name) else f"field_{place}"


def _text(text: str) -> str:
    if text in HARMLESS:
        return text
    for form, instead in _FORMS:
        if form.fullmatch(text):
            return instead
    if re.fullmatch(r"-?\d+", text):
        return "7" * len(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return "7.5"
    return "Mustertext"


def _body(body: bytes) -> Any:
    try:
        return harmless(json.loads(body))
    except (ValueError, RecursionError):
        return None if not body else "no JSON"
