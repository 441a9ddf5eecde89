"""VAT ids as people write them: with labels, blanks, dots, or another number in their place.

Well-formed means: the form of its state. Check digits are not asked. Whether an id was valid on the
day of the turnover, only the state knows (VIES, §18e UStG).
"""

import re
import unicodedata

from stdnum.ch import vat as swiss
from stdnum.eu import vat as european
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.gb import vat as british

from cobot_sevdesk.domain.countries import EU_MEMBERS

LONGEST = 200
"""Characters of a text in which an id is looked for."""
QUOTED = 20
"""Characters of a text that are repeated to people."""
_FORMS = {
    **dict.fromkeys((*EU_MEMBERS, "EL"), european),
    # XI: a trader in Northern Ireland, for goods only.
    **dict.fromkeys(("GB", "XI"), british),
    "CH": swiss,
}
"""What knows the ids that begin with these letters; Greece writes EL."""


def find_vat_id(text: str | None) -> str | None:
    """The one well-formed VAT id in a text, without blanks and in capitals, such as `ATU13585627`.

    Of an EU state, or of the United Kingdom or Switzerland, whose ids count for no tax rule. Words
    around it ("UID:", "USt-IdNr.") do not matter; digits right beside it do, since they may belong
    to it. `None` where there is none, or more than one.
    """
    words = re.findall("[A-Z0-9]+", _latin(text)[:LONGEST].upper())
    found = {
        "".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
        if _has_form("".join(words[first:last]))
        and not any(map(_has_digit, words[max(first - 1, 0) : first] + words[last : last + 1]))
    }
    if len(found) != 1:
        return None
    vat_id = found.pop()
    return f"EL{vat_id[2:]}" if vat_id.startswith("GR") else vat_id  # people write GR as well


def state_of(vat_id: str) -> str:
    """The ISO code of the state of a VAT id as `find_vat_id` gives it; `XI` stays."""
    return "GR" if vat_id.startswith("EL") else vat_id[:2]


def quoted(text: str | None) -> str:
    """What was written instead of a VAT id, short and without odd characters; empty without digits.

    A text without digits is no number that was mistyped; it may as well be a name.
    """
    plain = " ".join(re.sub(r"[^A-Za-z0-9/.\- ]", " ", _latin(text)).split())
    begun = re.search(r"(?:\b[A-Za-z]{1,3}[ .-])?\b[A-Za-z]*\d.*", plain)
    return begun[0].strip()[:QUOTED].strip() if begun else ""


def _latin(text: str | None) -> str:
    """The text with the digits of a Latin keyboard, whatever width they were typed in."""
    return unicodedata.normalize("NFKC", text or "")


def _has_form(compact: str) -> bool:
    form = _FORMS.get(compact[:2])
    if form is None:
        return False
    try:
        form.validate(compact)
    except (InvalidChecksum, InvalidComponent):
        pass  # its digits add up to nothing, or name no tax office: of the right form all the same
    except ValidationError:
        return False
    return True


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)
