"""How an invoice or a member is known again: by our key, by a number in a text, by its content.

sevDesk offers neither idempotency keys nor external ids. So the identity stands in the one free
text that a list shows: the description of the voucher or contact. The key is made from the source
id alone, not from the run, the date or the try. So every later run finds it.

What people booked carries no key, but the invoice's number among other words. And what of a booked
invoice may still be edited in Cobot is remembered as digests.
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256

from cobot_sevdesk.domain.invoice import Invoice, Line
from cobot_sevdesk.domain.money import plain

KEY_LENGTH = 10
_MARKED_KEY = re.compile(rf"\[COBOT:([A-Z2-7]{{{KEY_LENGTH}}})\]")
SPLIT_RULES = (1, 2, 3, 4, 5, 11, 17, 18, 19, 20, 21, 22)
"""sevDesk's tax rules of the revenue side; a split invoice has at most one voucher for each.
Source: sevDesk API document, "tax rules"."""

_SIGN = r"[^\W_]"
"""A letter or a digit of any script."""
WORD = re.compile(f"{_SIGN}+")
"""A run of letters and digits."""

_PARTS = ("lines", "recipient")
_LENGTH = 5


def invoice_key(invoice_id: str) -> str:
    """The 10 characters that identify the voucher of a Cobot invoice."""
    return short_digest(f"invoice:{invoice_id}", KEY_LENGTH)


def part_key(invoice_id: str, tax_rule: int) -> str:
    """The key of one of several vouchers of a split invoice: the lines under this tax rule."""
    return short_digest(f"invoice:{invoice_id}:{tax_rule}", KEY_LENGTH)


def invoice_keys(invoice_id: str) -> tuple[str, ...]:
    """Every key that a voucher of this invoice may carry: the whole first, then its parts."""
    return (invoice_key(invoice_id), *(part_key(invoice_id, rule) for rule in SPLIT_RULES))


def membership_key(membership_id: str) -> str:
    """The 10 characters that identify the contact of a Cobot membership."""
    return short_digest(f"membership:{membership_id}", KEY_LENGTH)


def team_key(team_id: str) -> str:
    """The 10 characters that identify the contact of a Cobot team."""
    return short_digest(f"team:{team_id}", KEY_LENGTH)


def marker(key: str) -> str:
    """The text that carries a key inside a description."""
    return f"[COBOT:{key}]"


def without_marker(description: str) -> str:
    """A description as it is without our key: of a voucher that nobody edited, its number."""
    return _MARKED_KEY.sub("", description).strip()


def keys_in(description: str | None) -> frozenset[str]:
    """Every key that a description carries; compared for equality, never by likeness."""
    return frozenset(_MARKED_KEY.findall(description or ""))


def short_digest(source: str, length: int) -> str:
    """The first characters of the Base32 (RFC 4648) of a text's SHA-256."""
    return b32encode(sha256(source.encode()).digest()).decode()[:length]


def carries_number(description: str | None, number: str) -> bool:
    """Whether a text holds this invoice number as a whole, in capitals or not.

    `CW-1` stands in "Invoice cw-1, May", "Re.CW-1" and "CW-1/CW-2", but neither in "CW-10", "XCW-1"
    nor "CW-1-2".
    """
    text = description or ""
    if not words_in(number):
        return False
    found = re.finditer(re.escape(number), text, re.IGNORECASE)
    return any(
        _begins_anew(text[: one.start()], number) and _ends_there(text[one.end() :], number)
        for one in found
    )


def words_in(text: str | None) -> frozenset[str]:
    """The runs of letters and digits, in small letters; a text with a number holds the number's."""
    return frozenset(word.casefold() for word in WORD.findall(text or ""))


def _begins_anew(before: str, number: str) -> bool:
    """Whether what stands before an invoice number is no part of it."""
    if re.search(rf"{_SIGN}\Z", before):
        return False
    if not re.search(rf"{_SIGN}[-/._]\Z", before):
        return True
    if re.search(r"(?<![^\W_])[^\W\d_]+\.\Z", before) and number[0].isalpha():
        return True  # an abbreviation: "Re.CW-1"
    stem = re.escape(_stem(number))
    return bool(stem and re.search(rf"(?<!{_SIGN}){stem}{_SIGN}+/\Z", before, re.IGNORECASE))


def _ends_there(after: str, number: str) -> bool:
    """Whether what stands behind an invoice number is no part of it."""
    if re.match(_SIGN, after):
        return False
    stem = _stem(number).casefold()
    is_list = bool(stem) and after[1:].casefold().startswith(stem)
    return not re.match(rf"[-/._]{_SIGN}", after) or (after[0] == "/" and is_list)


def _stem(number: str) -> str:
    """What invoice numbers of one kind begin with: `CW-2026-` of `CW-2026-7`."""
    return re.sub(rf"{_SIGN}+\Z", "", number)


def is_bare(number: str) -> bool:
    """Whether an invoice number has no letter: such a number stands in many texts."""
    return not any(sign.isalpha() for sign in number)


def content_of(invoice: Invoice) -> str:
    """Digests of lines, recipient, and number with date, such as `4F2KQ.7TZ3A.QW3RT`.

    Amounts stand in the voucher, so they can be compared any time. Which lines an invoice had, and
    whom it was for, cannot be told from sevDesk's list of vouchers. Number and date are digested
    all the same: of a voucher that is half done it must be known who changed them.
    """
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
        yield plain(amount)
    yield ""


def _digest(texts: Iterable[str | None]) -> str:
    return short_digest("\n".join(text or "" for text in texts), _LENGTH)
