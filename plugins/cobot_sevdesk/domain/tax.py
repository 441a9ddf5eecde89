"""Which sevDesk tax rule a line needs; one function per case, each with its source.

A voucher has exactly one tax rule, so all lines of an invoice must agree. What is not
configured is refused: a wrong rule is a wrong VAT return.
Rule numbers: sevDesk API document, "tax rules" (revenue side).
"""

from decimal import Decimal

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from cobot_sevdesk.domain.addresses import recipient_country
from cobot_sevdesk.domain.countries import DOMESTIC, EU_MEMBERS
from cobot_sevdesk.domain.invoice import Invoice, Line
from cobot_sevdesk.domain.reason import Reason
from cobot_sevdesk.domain.space import Recipient, SpaceRules

TAXED = 1
"""Taxable turnover, §1 (1) no. 1 UStG. https://www.gesetze-im-internet.de/ustg_1980/__1.html"""
SMALL_BUSINESS = 11
"""No tax is charged, §19 UStG. https://www.gesetze-im-internet.de/ustg_1980/__19.html"""


def to_tax_rule(invoice: Invoice, *, space: SpaceRules) -> int | list[Reason]:
    """The one tax rule of the invoice, or every reason why there is none."""
    outcomes = [_of_line(line, invoice, space) for line in _lines_that_count(invoice)]
    reasons = [outcome for outcome in outcomes if isinstance(outcome, Reason)]
    if reasons:
        return list(dict.fromkeys(reasons))
    rules = sorted({outcome for outcome in outcomes if isinstance(outcome, int)})
    if len(rules) != 1:
        return [Reason("CS-211", {"rules": " + ".join(str(rule) for rule in rules)})]
    return rules[0]


def recipient_kind(invoice: Invoice) -> Recipient | Reason:
    """Who receives the invoice, as the tax rules without tax distinguish them."""
    country = recipient_country(invoice.recipient)
    if country is None:
        return Reason("CS-213")
    if country == DOMESTIC:
        return "domestic"
    if country not in EU_MEMBERS:
        return "third_country"
    if is_eu_vat_id(invoice.tax_id, country):
        return "eu_business"
    return Reason("CS-212", {"recipient": "eu_private"})


def is_eu_vat_id(text: str | None, country: str) -> bool:
    """Whether this is a well-formed VAT id of that EU state (checked offline, digits included)."""
    try:
        compact = vat.validate(text or "")
    except ValidationError:
        return False
    return str(compact[:2]) == ("EL" if country == "GR" else country)


def _lines_that_count(invoice: Invoice) -> list[Line]:
    """Lines without any amount say nothing about tax, unless there are no others."""
    return [line for line in invoice.lines if not line.is_nothing] or list(invoice.lines)


def _of_line(line: Line, invoice: Invoice, space: SpaceRules) -> int | Reason:
    if len(line.taxes) > 1:
        return Reason("CS-215")
    if space.small_business:
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
