"""What ties vouchers to invoices, of a whole account, in a few bytes each.

A sign is a key of ours or a number that a description could be said to carry; words without a
digit, as people's names, are none. Kept are digests of four bytes: whoever asks hears "certainly
not" or "maybe", never "certainly".
"""

import re
import struct
import zlib
from base64 import b85decode, b85encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import accumulate, pairwise

from cobot_sevdesk.domain.keys import invoice_keys, keys_in
from cobot_sevdesk.domain.numbers import WORD

MOST_WORDS = 6
"""A number of more words is not looked up here."""
_PLAIN_NUMBER = re.compile(r"[A-Za-z0-9](?:[!-~]*[A-Za-z0-9])?")
"""A number without blanks that begins and ends with a word of its own."""
_DIGIT = re.compile(r"[0-9]")
_LIKE_I = str.maketrans(
    {"\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": "i", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Regular expressions hold them equal to `i`, `casefold` does not (no others in all of Unicode)."""


def signs_on(description: str) -> set[str]:
    """What a voucher's description may tie it to; as `Ledger` finds it, or more."""
    return set(keys_in(description)) or set(_numbers_in(description))


def signs_of(invoice_id: str, number: str) -> set[str] | None:
    """What a voucher of this invoice would carry; `None` where signs cannot answer for it."""
    is_plain = _PLAIN_NUMBER.fullmatch(number) and _DIGIT.search(number)
    if not is_plain or len(WORD.findall(number)) > MOST_WORDS:
        return None
    return {*invoice_keys(invoice_id), _folded(number)}


def pack(signs: Iterable[str], packed: str = "") -> str:
    """Signs as text, together with those packed before."""
    digests = sorted({*map(_digest, signs), *_unpacked(packed)})
    steps = [after - before for before, after in pairwise((0, *digests))]
    return b85encode(zlib.compress(struct.pack(f"<{len(steps)}I", *steps), 9)).decode()


def may_hold(packed: str, signs: Iterable[str]) -> bool:
    """Whether any of these signs may be among those packed, or what is packed cannot be read."""
    try:
        return not set(_unpacked(packed)).isdisjoint(map(_digest, signs))
    except (ValueError, struct.error, zlib.error):
        return True


def _unpacked(packed: str) -> Iterator[int]:
    steps = zlib.decompress(b85decode(packed)) if packed else b""
    return accumulate(struct.unpack(f"<{len(steps) // 4}I", steps))


def _numbers_in(description: str) -> Iterator[str]:
    """Every run of words that `carries_number` may take for a whole number, and few others."""
    for chunk in description.split():
        words = list(WORD.finditer(chunk))
        between = [chunk[one.end() : two.start()] for one, two in pairwise(words)]
        joints = ["", *between, ""]
        for first in range(len(words)):
            for last in range(first, min(first + MOST_WORDS, len(words))):
                number = chunk[words[first].start() : words[last].end()]
                is_whole = _may_stand_alone(
                    number, joints[first], joints[last + 1], has_stem=last > first
                )
                if is_whole and _DIGIT.search(number):
                    yield _folded(number)


def _may_stand_alone(number: str, before: str, after: str, *, has_stem: bool) -> bool:
    """Whether what joins it to its neighbours leaves it a number: `CW-1` in `Re.CW-1/CW-2`."""
    starts = before not in {"-", "_", "."} or (before == "." and number[0].isalpha())
    ends = after not in {"-", "_", "."}
    return starts and ends and (has_stem or "/" not in {before, after})


def _folded(number: str) -> str:
    return number.translate(_LIKE_I).casefold()


def _digest(sign: str) -> int:
    return int.from_bytes(sha256(sign.encode()).digest()[:4])
