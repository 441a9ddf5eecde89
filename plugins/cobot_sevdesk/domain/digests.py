"""What of a booked invoice a person may still change in Cobot, as digests short enough to remember.

Number, date and amounts stand in the voucher, so they can be compared any time. Which lines an
invoice had, and whom it was for, cannot be told from sevDesk's list of vouchers. Number and date
are digested all the same: of a voucher that is half done it must be known who changed them.
"""

from collections.abc import Iterable
from decimal import Decimal

from cobot_sevdesk.domain.invoice import Invoice, Line
from cobot_sevdesk.domain.keys import short_digest

_PARTS = ("lines", "recipient")
_LENGTH = 5


def content_of(invoice: Invoice) -> str:
    """Digests of lines, recipient, and number with date, such as `4F2KQ.7TZ3A.QW3RT`."""
    to = invoice.recipient
    recipient = (
        *(to.name, to.company, to.full_address, to.street, to.post_code, to.city, to.state),
        *(to.country, invoice.tax_id, invoice.debtor.id if invoice.debtor else None),
    )
    lines = [text for line in invoice.lines for text in _texts(line)]
    rest = (invoice.number, invoice.date.isoformat())
    return f"{_digest(lines)}.{_digest(recipient)}.{_digest(rest)}"


def changed_parts(before: str, now: str) -> tuple[str, ...]:
    """Which of `lines` and `recipient` differ; none where nothing is known from before."""
    pairs = zip(_PARTS, before.split("."), now.split("."), strict=False)
    return tuple(name for name, old, new in pairs if old and old != new)


def _texts(line: Line) -> Iterable[str]:
    yield line.description
    yield line.code or ""
    for amount in (line.net, line.gross, *(tax.rate for tax in line.taxes)):
        yield _plain(amount)
    yield ""


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _digest(texts: Iterable[str | None]) -> str:
    return short_digest("\n".join(text or "" for text in texts), _LENGTH)
