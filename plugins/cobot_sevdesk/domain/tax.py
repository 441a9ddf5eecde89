"""Which sevDesk tax rule a line needs; one function per case, each with its source.

A voucher has exactly one tax rule, so all lines of an invoice must agree, or it is split.
What is not configured is refused: a wrong rule is a wrong VAT return.
Rule numbers: sevDesk API document, "tax rules" (revenue side).

VAT ids are read as people write them: with labels, blanks, dots, or another number in their place.
Well-formed means: the form of its state. Check digits are not asked. Whether an id was valid on the
day of the turnover, only the state knows (VIES, §18e UStG).
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from stdnum.ch import vat as swiss
from stdnum.eu import vat as european
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.gb import vat as british

from cobot_sevdesk.domain.addresses import recipient_country
from cobot_sevdesk.domain.countries import DOMESTIC, EU_MEMBERS
from cobot_sevdesk.domain.identity import SPLIT_RULES
from cobot_sevdesk.domain.invoice import Invoice, Line
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import Recipient, SpaceRules

TAXED = 1
"""Taxable turnover, §1 (1) no. 1 UStG. https://www.gesetze-im-internet.de/ustg_1980/__1.html"""
SMALL_BUSINESS = 11
"""No tax is charged, §19 UStG. https://www.gesetze-im-internet.de/ustg_1980/__19.html"""

_VAT_TERRITORY = {"MC": "FR"}
"""Monaco counts as France, §1 (2a) UStG. https://www.gesetze-im-internet.de/ustg_1980/__1.html"""

LONGEST_VAT_ID = 200
"""Characters of a text in which a VAT id is looked for."""
QUOTED_OF_VAT_ID = 20
"""Characters of a text that are repeated to people."""
_FORMS = {
    **dict.fromkeys((*EU_MEMBERS, "EL"), european),
    # XI: a trader in Northern Ireland, for goods only.
    **dict.fromkeys(("GB", "XI"), british),
    "CH": swiss,
}
"""What knows the VAT ids that begin with these letters; Greece writes EL."""


def to_tax_rules(invoice: Invoice, *, space: SpaceRules) -> tuple[int, ...] | list[Reason]:
    """The tax rule of each line, all the same unless the space splits; or every reason why not.

    Lines that round to nothing say nothing about tax, unless there are no others: they take the
    rule of their neighbours.
    """
    counting = [line for line in invoice.lines if not line.rounds_to_nothing]
    counting = counting or list(invoice.lines)
    outcomes = {id(line): _of_line(line, invoice, space) for line in counting}
    reasons = [outcome for outcome in outcomes.values() if isinstance(outcome, Reason)]
    if reasons:
        return list(dict.fromkeys(reasons))
    rules = sorted({outcome for outcome in outcomes.values() if isinstance(outcome, int)})
    may_split = space.split_vouchers and set(rules) <= set(SPLIT_RULES)
    if not rules or (len(rules) > 1 and not may_split):
        return [Reason("CS-211", {"rules": " + ".join(str(rule) for rule in rules)})]
    of_lines = [outcomes.get(id(line), rules[0]) for line in invoice.lines]
    return tuple(rule for rule in of_lines if isinstance(rule, int))


def recipient_kind(invoice: Invoice) -> Recipient | Reason:
    """Who receives the invoice, as the tax rules without tax distinguish them."""
    country = recipient_country(invoice.recipient)
    if country is None:
        return Reason("CS-213")
    country = _VAT_TERRITORY.get(country, country)
    if country == DOMESTIC:
        return "domestic"
    if country not in EU_MEMBERS:
        return "third_country"
    if problem := _tax_id_problem(invoice.tax_id, country):
        return Reason("CS-212", {"recipient": "eu_private", **problem})
    return "eu_business"


def _tax_id_problem(text: str | None, country: str) -> Mapping[str, str]:
    """What is wrong with the VAT id of a recipient in that EU state; empty if it is fine.

    `tax_id_problem` is `missing`, `malformed` or `other_state`; `tax_id` quotes what is there.
    """
    if not (text or "").strip():
        return {"tax_id_problem": "missing", "tax_id": ""}
    vat_id = find_vat_id(text)
    if vat_id is None:
        return {"tax_id_problem": "malformed", "tax_id": quoted(text)}
    if state_of(vat_id) != country:
        return {"tax_id_problem": "other_state", "tax_id": quoted(vat_id)}
    return {}


def _of_line(line: Line, invoice: Invoice, space: SpaceRules) -> int | Reason:
    if len(line.taxes) > 1:
        return Reason("CS-215")
    # What corrects an invoice is taxed as that one was (UStAE 19.5, change of taxation).
    if space.is_small_business(invoice.corrects_date or invoice.date):
        return _of_small_business(line)
    if line.rate > 0:
        return TAXED
    return _without_tax(invoice, space)


def _of_small_business(line: Line) -> int | Reason:
    """A small business must not state tax (§19 (1) UStG); what is stated is owed (§14c UStG)."""
    if line.rate != Decimal(0):
        return Reason("CS-214")
    return SMALL_BUSINESS


def _without_tax(invoice: Invoice, space: SpaceRules) -> int | Reason:
    """Lines without tax: the tax adviser names the rule for each kind of recipient."""
    kind = recipient_kind(invoice)
    if isinstance(kind, Reason):
        return kind
    rule = space.zero_rate.get(kind)
    return rule if rule is not None else Reason("CS-212", {"recipient": kind})


def find_vat_id(text: str | None) -> str | None:
    """The one well-formed VAT id in a text, without blanks and in capitals, such as `ATU13585627`.

    Of an EU state, or of the United Kingdom or Switzerland, whose ids count for no tax rule. Words
    around it ("UID:", "USt-IdNr.") do not matter; digits right beside it do, since they may belong
    to it. `None` where there is none, or more than one.
    """
    words = re.findall("[A-Z0-9]+", _latin(text)[:LONGEST_VAT_ID].upper())
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
    return begun[0].strip()[:QUOTED_OF_VAT_ID].strip() if begun else ""


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
