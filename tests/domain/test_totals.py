"""Control totals: what both sides come to, and which invoices a difference comes from."""

from dataclasses import replace
from decimal import Decimal

from cobot_sevdesk.domain.invoice import Sums
from cobot_sevdesk.domain.totals import Group, Total, Totals
from cobot_sevdesk.domain.voucher import BookedPosition
from support.builders import a_booked_voucher, a_line, a_setup, an_account, an_invoice

CHART = a_setup(
    an_account(),
    an_account("4401", name="Miete", account_id="a"),
    an_account("4402", name="Miete", account_id="b"),
).chart


def sums(net: str, tax: str, gross: str) -> Sums:
    return Sums(Decimal(net), Decimal(tax), Decimal(gross))


def group(account: str, month: str = "2026-01", currency: str = "EUR") -> Group:
    return Group(month, account, Decimal(19), currency)


def a_position(account_id: str | None, net: str, gross: str) -> BookedPosition:
    return BookedPosition("900", account_id, Decimal(19), Decimal(net), Decimal(gross))


def test_an_invoice_that_cannot_be_booked_counts_by_its_lines() -> None:
    totals = Totals()
    codes = ("4400", " Podcast ", "Podcast", "Miete", None)
    totals.add_cobot(an_invoice(*(a_line(code=code) for code in codes)), (), CHART)
    once, twice = sums("100.00", "19.00", "119.00"), sums("200.00", "38.00", "238.00")
    due, due_twice = {"CW-2026-1": Decimal("-119.00")}, {"CW-2026-1": Decimal("-238.00")}
    assert totals.rows() == [
        (group("4400"), Total(once, cobot_count=1, by_invoice=due)),
        # No account has the code, or several have it, or there is no code.
        (group("?"), Total(once, cobot_count=1, by_invoice=due)),
        (group("? Miete"), Total(once, cobot_count=1, by_invoice=due)),
        (group("? Podcast"), Total(twice, cobot_count=2, by_invoice=due_twice)),
    ]


def test_a_voucher_counts_by_its_positions() -> None:
    totals = Totals()
    positions = [a_position("id-4400", "100.00", "119.00"), a_position("id-4400", "10.00", "11.90")]
    voucher = a_booked_voucher(an_invoice())
    totals.add_sevdesk(voucher, positions, CHART, number="R-1")
    without_day = replace(voucher, date=None, currency="CHF")
    totals.add_sevdesk(without_day, [a_position(None, "1.00", "1.19")], CHART, number="R-2")
    whole, francs = sums("110.00", "20.90", "130.90"), sums("1.00", "0.19", "1.19")
    of_one, of_other = {"R-1": Decimal("130.90")}, {"R-2": Decimal("1.19")}
    assert totals.rows() == [
        (group("4400"), Total(sevdesk=whole, sevdesk_count=2, by_invoice=of_one)),
        (
            group("Id None", "?", "CHF"),
            Total(sevdesk=francs, sevdesk_count=1, by_invoice=of_other),
        ),
    ]


def test_a_difference_is_told_with_the_invoices_that_it_comes_from() -> None:
    totals = Totals()
    for number, net, gross in (("R-1", "90.00", "107.10"), ("R-2", "100.00", "119.00")):
        invoice = an_invoice(number=number)
        totals.add_cobot(invoice, (), CHART)
        positions = [a_position("id-4400", net, gross)]
        totals.add_sevdesk(a_booked_voucher(invoice), positions, CHART, number=number)
    ((_, total),) = totals.rows()
    assert totals.difference_of(group("4400")) == Decimal("-11.90")
    assert total.causes == {"R-1": Decimal("-11.90")}


def test_the_whole_of_a_currency_is_the_sum_of_its_groups() -> None:
    totals = Totals()
    for code in ("4400", "Podcast"):
        totals.add_cobot(an_invoice(a_line(code=code)), (), CHART)
        positions = [a_position(f"id-{code}", "100.00", "119.00")]
        totals.add_sevdesk(a_booked_voucher(an_invoice()), positions, CHART, number="CW-2026-1")
    both = sums("200.00", "38.00", "238.00")
    assert totals.overall() == Total(both, both, cobot_count=2, sevdesk_count=2)
    assert totals.overall("CHF") == Total()
