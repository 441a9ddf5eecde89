"""Whether a text carries an invoice number: people write them among other words."""

import re

_SIGN = r"[^\W_]"
"""A letter or a digit of any script."""
WORD = re.compile(f"{_SIGN}+")
"""A run of letters and digits."""


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
