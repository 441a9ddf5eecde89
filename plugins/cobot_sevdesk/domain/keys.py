"""The key that ties a Cobot invoice or membership to what it became in sevDesk.

sevDesk offers neither idempotency keys nor external ids. So the identity stands in the one free
text that a list shows: the description of the voucher or contact. It is made from the source id
alone, not from the run, the date or the try. So every later run finds it.
"""

import re
from base64 import b32encode
from hashlib import sha256

KEY_LENGTH = 10
_MARKED_KEY = re.compile(rf"\[COBOT:([A-Z2-7]{{{KEY_LENGTH}}})\]")


def invoice_key(invoice_id: str) -> str:
    """The 10 characters that identify the voucher of a Cobot invoice."""
    return _key(f"invoice:{invoice_id}")


SPLIT_RULES = (1, 2, 3, 4, 5, 11, 17, 18, 19, 20, 21, 22)
"""sevDesk's tax rules of the revenue side; a split invoice has at most one voucher for each.
Source: sevDesk API document, "tax rules"."""


def part_key(invoice_id: str, tax_rule: int) -> str:
    """The key of one of several vouchers of a split invoice: the lines under this tax rule."""
    return _key(f"invoice:{invoice_id}:{tax_rule}")


def invoice_keys(invoice_id: str) -> tuple[str, ...]:
    """Every key that a voucher of this invoice may carry: the whole first, then its parts."""
    return (invoice_key(invoice_id), *(part_key(invoice_id, rule) for rule in SPLIT_RULES))


def membership_key(membership_id: str) -> str:
    """The 10 characters that identify the contact of a Cobot membership."""
    return _key(f"membership:{membership_id}")


def team_key(team_id: str) -> str:
    """The 10 characters that identify the contact of a Cobot team."""
    return _key(f"team:{team_id}")


def marker(key: str) -> str:
    """The text that carries a key inside a description."""
    return f"[COBOT:{key}]"


def without_marker(description: str) -> str:
    """A description as it is without our key: of a voucher that nobody edited, its number."""
    return _MARKED_KEY.sub("", description).strip()


def keys_in(description: str | None) -> frozenset[str]:
    """Every key that a description carries; compared for equality, never by likeness."""
    return frozenset(_MARKED_KEY.findall(description or ""))


def _key(source: str) -> str:
    return short_digest(source, KEY_LENGTH)


def short_digest(source: str, length: int) -> str:
    """The first characters of the Base32 (RFC 4648) of a text's SHA-256."""
    return b32encode(sha256(source.encode()).digest()).decode()[:length]
