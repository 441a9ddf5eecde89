"""Named kinds of invoices, one example each, for the golden files."""

from datetime import date
from decimal import Decimal
from typing import Any

from cobot_sevdesk.domain.invoice import Address, Debtor, Invoice
from cobot_sevdesk.domain.rules import ALWAYS, SpaceRules
from support.builders import a_line, a_space, an_invoice

FREE = {"domestic": 4, "eu_business": 21, "third_country": 17}
VIENNA = Address(company="Donau Probe GmbH", country="AT")
ZURICH = Address(company="Limmat Muster AG", country="Schweiz")


def _free(**changes: Any) -> Any:
    return a_line("50.00", "0", code="4200", **changes)


KINDS: dict[str, tuple[Invoice, SpaceRules]] = {
    "one_line": (an_invoice(), a_space()),
    "two_rates": (an_invoice(a_line(), a_line("20.00", "7", code="4300")), a_space()),
    "due_in_two_weeks": (an_invoice(), a_space(due_in_days=14)),
    "due_over_a_leap_day": (
        an_invoice(date=date(2028, 2, 20)),
        a_space(due_in_days=10),
    ),
    "draft": (an_invoice(), a_space(status=50)),
    "organisation": (an_invoice(recipient=Address(company="Probe GmbH", country="DE")), a_space()),
    "nameless_recipient": (an_invoice(recipient=Address(full_address="Hof 1\nDorf")), a_space()),
    "credit_line": (an_invoice(a_line("100.00"), a_line("-20.00")), a_space()),
    "correction": (
        an_invoice(a_line("-100.00"), corrects="inv-0", corrects_number="CW-2025-9"),
        a_space(language="de"),
    ),
    "correction_held_back": (
        an_invoice(a_line("-100.00"), corrects="inv-0"),
        a_space(books_corrections=False),
    ),
    "zero_total": (an_invoice(a_line("0.00", "0")), a_space()),
    "free_line_beside_others": (an_invoice(a_line(), a_line("0.00", "0")), a_space()),
    "already_paid": (an_invoice(paid_status="paid"), a_space()),
    "written_off": (an_invoice(paid_status="writtenOff"), a_space()),
    "canceled": (an_invoice(paid_status="canceled"), a_space()),
    "foreign_currency_held_back": (an_invoice(currency="CHF"), a_space()),
    "foreign_currency": (an_invoice(currency="CHF"), a_space(books_foreign_currency=True)),
    "without_debtor": (an_invoice(debtor=None), a_space()),
    "team": (an_invoice(debtor=Debtor("teams", "team-1")), a_space()),
    "back_dated": (an_invoice(date=date(2026, 1, 1)), a_space()),
    "before_go_live": (an_invoice(date=date(2025, 12, 31)), a_space()),
    "future_dated": (an_invoice(date=date(2029, 1, 1)), a_space()),
    "ignored": (an_invoice(), a_space(ignored={"CW-2026-1": "booked by hand"})),
    "tax_free_domestic": (an_invoice(_free()), a_space(zero_rate=FREE)),
    "reverse_charge": (
        an_invoice(a_line("50.00", "0", code="4336"), recipient=VIENNA, tax_id="ATU13585627"),
        a_space(zero_rate=FREE),
    ),
    "private_customer_in_the_eu": (an_invoice(_free(), recipient=VIENNA), a_space(zero_rate=FREE)),
    "third_country": (an_invoice(_free(), recipient=ZURICH), a_space(zero_rate=FREE)),
    "unknown_country": (
        an_invoice(_free(), recipient=Address(name="Ada", country="Absurdistan")),
        a_space(zero_rate=FREE),
    ),
    "small_business": (an_invoice(_free()), a_space(small_business=ALWAYS)),
    "small_business_with_tax": (an_invoice(), a_space(small_business=ALWAYS)),
    "two_tax_rules": (an_invoice(a_line(), _free()), a_space(zero_rate=FREE)),
    "two_tax_rules_split": (
        an_invoice(a_line(), _free()),
        a_space(zero_rate=FREE, split_vouchers=True),
    ),
    "no_code": (an_invoice(a_line(code=None)), a_space()),
    "unknown_code": (an_invoice(a_line(code="Podcast")), a_space()),
    "mapped_code": (an_invoice(a_line(code="Flex")), a_space(accounts={"Flex": "4400"})),
    "odd_decimals": (an_invoice(a_line("33.333", gross="39.67"), net=Decimal("33.33")), a_space()),
    "amounts_that_contradict": (an_invoice(a_line(gross="120.00")), a_space()),
    "odd_unicode": (an_invoice(a_line(description="Tisch\u202e \U0001f600 \u00df")), a_space()),
}
