"""An invoice becomes a voucher that equals it, or is held back with every reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_booked_voucher, a_line, a_setup, a_space, an_account, an_invoice
from cobot_sevdesk.domain.invoice import (
    Address,
    Invoice,
    Line,
    Sums,
    Tax,
    UnreadableInvoice,
    sums_by_rate,
)
from cobot_sevdesk.domain.keys import invoice_key
from cobot_sevdesk.domain.mapping import Bookable, Held, Setup, Skipped, Verdict, judge
from cobot_sevdesk.domain.money import CENT, gross_of, net_of, to_cents
from cobot_sevdesk.domain.planning import drift_of
from cobot_sevdesk.domain.rules import SpaceRules
from cobot_sevdesk.domain.voucher import Voucher, position_sums

TODAY = date(2026, 6, 30)


def verdict_on(
    invoice: Invoice | UnreadableInvoice,
    *,
    space: SpaceRules | None = None,
    setup: Setup | None = None,
) -> Verdict:
    return judge(invoice, space=space or a_space(), setup=setup or a_setup(), today=TODAY)


def booked(verdict: Verdict) -> Voucher:
    assert isinstance(verdict, Bookable), verdict
    (voucher,) = verdict.vouchers
    return voucher


def codes(verdict: Verdict) -> list[str]:
    assert isinstance(verdict, Held), verdict
    return [reason.code for reason in verdict.reasons]


def test_an_ordinary_invoice_becomes_a_voucher() -> None:
    voucher = booked(
        verdict_on(
            an_invoice(a_line("100.00", "19"), a_line("10.00", "7", code="4300")),
            space=a_space(due_in_days=14),
            setup=replace(a_setup(), cost_centre_id="77"),
        )
    )
    assert voucher.description == f"CW-2026-1 [COBOT:{invoice_key('inv-1')}]"
    assert (voucher.date, voucher.deadline) == (date(2026, 1, 5), date(2026, 1, 19))
    assert (voucher.tax_rule, voucher.status, voucher.cost_centre_id) == (1, 100, "77")
    assert voucher.sums == Sums(Decimal("110.00"), Decimal("19.70"), Decimal("129.70"))
    assert [p.account_number for p in voucher.positions] == ["4400", "4300"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_line(code=None), "CS-201"),
        (a_line(code="  "), "CS-201"),
        (a_line(code="FlexPlan"), "CS-202"),
        (a_line("100", "7", code="4400"), "CS-204"),
        (a_line("100", "16", code="4200"), "CS-204"),
        (a_line(gross="120.00"), "CS-223"),
    ],
)
def test_a_line_that_cannot_be_booked_holds_the_invoice_back(line: Line, reason: str) -> None:
    assert reason in codes(verdict_on(an_invoice(a_line(), line)))


def test_every_reason_is_told_at_once() -> None:
    invoice = an_invoice(a_line(code=None), a_line(code="X"), currency="CHF")
    assert set(codes(verdict_on(invoice))) == {"CS-201", "CS-202", "CS-221"}


@pytest.mark.parametrize(
    ("accounts", "code", "number"),
    [
        ({}, "4400", "4400"),
        ({}, "Konto 4400", "4400"),
        ({"Flex": "4400"}, "Flex", "4400"),
        ({"Flex": "Konto 4400"}, "Flex", "4400"),
        ({"4300": "4400"}, "4300", "4400"),
    ],
)
def test_a_code_is_a_number_else_a_name_else_mapped(
    accounts: dict[str, str], code: str, number: str
) -> None:
    voucher = booked(verdict_on(an_invoice(a_line(code=code)), space=a_space(accounts=accounts)))
    assert voucher.positions[0].account_number == number


def test_two_accounts_of_one_name_are_ambiguous() -> None:
    setup = a_setup(an_account("4400", name="Erlöse"), an_account("4401", name="Erlöse"))
    assert codes(verdict_on(an_invoice(a_line(code="Erlöse")), setup=setup)) == ["CS-203"]


def test_an_expense_account_is_refused() -> None:
    setup = a_setup(an_account(for_revenue=False))
    assert codes(verdict_on(an_invoice(), setup=setup)) == ["CS-205"]


@pytest.mark.parametrize(
    ("country", "tax_id", "rule"),
    [
        ("DE", None, 4),
        ("CH", None, 17),
        ("FR", "FR40303265045", 3),
        # Of the right form, though its digits do not add up.
        ("FR", "fr 00 000000000", 3),
        ("IT", "IT12345678901", 3),
        ("GR", "GR123456789", 3),
    ],
)
def test_lines_without_tax_take_the_rule_of_their_recipient(
    country: str, tax_id: str | None, rule: int
) -> None:
    space = a_space(zero_rate={"domestic": 4, "eu_business": 3, "third_country": 17})
    setup = a_setup(an_account("4200", rates={3: {0}, 4: {0}, 17: {0}}))
    invoice = an_invoice(
        a_line("50", "0", code="4200"), recipient=Address(country=country), tax_id=tax_id
    )
    assert booked(verdict_on(invoice, space=space, setup=setup)).tax_rule == rule


@pytest.mark.parametrize(
    ("country", "tax_id", "reason"),
    [
        ("DE", None, "CS-212"),
        ("FR", None, "CS-212"),
        ("FR", "FR0000000000", "CS-212"),
        ("FR", "DE136695976", "CS-212"),
        ("CH", None, "CS-212"),
        (None, None, "CS-213"),
        ("Atlantis", None, "CS-213"),
    ],
)
def test_lines_without_tax_are_refused_where_nothing_is_configured(
    country: str | None, tax_id: str | None, reason: str
) -> None:
    invoice = an_invoice(
        a_line("50", "0", code="4200"), recipient=Address(country=country), tax_id=tax_id
    )
    assert codes(verdict_on(invoice)) == [reason]


def test_a_private_customer_in_the_eu_is_refused_whatever_is_configured() -> None:
    space = a_space(zero_rate={"domestic": 4, "eu_business": 3, "third_country": 17})
    invoice = an_invoice(a_line("50", "0", code="4200"), recipient=Address(country="FR"))
    assert codes(verdict_on(invoice, space=space)) == ["CS-212"]


def test_lines_that_need_two_rules_hold_the_invoice_back() -> None:
    invoice = an_invoice(a_line(), a_line("50", "0", code="4200"))
    assert codes(verdict_on(invoice, space=a_space(zero_rate={"domestic": 4}))) == ["CS-211"]


def test_a_small_business_books_under_rule_11_and_never_with_tax() -> None:
    space = a_space(small_business=True)
    free = an_invoice(a_line("50", "0", code="4200"))
    assert booked(verdict_on(free, space=space)).tax_rule == 11
    assert codes(verdict_on(an_invoice(), space=space)) == ["CS-214"]


def test_a_line_with_two_taxes_is_refused() -> None:
    line = replace(a_line(), taxes=(Tax(Decimal(19), Decimal(19)), Tax(Decimal(1), Decimal(0))))
    assert "CS-215" in codes(verdict_on(an_invoice(line)))


def test_a_free_line_needs_a_code_but_gets_no_position() -> None:
    assert len(booked(verdict_on(an_invoice(a_line(), a_line("0", "0")))).positions) == 1
    assert codes(verdict_on(an_invoice(a_line(), a_line("0", "0", code=None)))) == ["CS-201"]


def test_a_correction_keeps_its_negative_amounts() -> None:
    voucher = booked(verdict_on(an_invoice(a_line("-100.00", "19"))))
    assert voucher.sums == Sums(Decimal("-100.00"), Decimal("-19.00"), Decimal("-119.00"))


@pytest.mark.parametrize(
    ("invoice", "space"),
    [
        (an_invoice(a_line("100"), a_line("-100")), a_space()),
        (an_invoice(date=date(2025, 12, 31)), a_space()),
        (an_invoice(date=date(2026, 7, 1)), a_space()),
        (an_invoice(), a_space(ignored={"CW-2026-1": "by hand"})),
    ],
    ids=["zero", "before go-live", "future", "ignored"],
)
def test_some_invoices_need_no_voucher(invoice: Invoice, space: SpaceRules) -> None:
    assert isinstance(verdict_on(invoice, space=space), Skipped)


@pytest.mark.parametrize("status", ["unpaid", "paid", "pending", "writtenOff", ""])
def test_the_paid_status_does_not_matter_unless_canceled(status: str) -> None:
    assert isinstance(verdict_on(an_invoice(paid_status=status)), Bookable)


def test_a_canceled_invoice_is_held_back() -> None:
    assert codes(verdict_on(an_invoice(paid_status="canceled"))) == ["CS-222"]


def test_an_unreadable_invoice_is_held_back() -> None:
    unreadable = UnreadableInvoice("x", "CW-9", "attributes.items: expected a list")
    assert codes(verdict_on(unreadable)) == ["CS-224"]


def test_a_cent_between_lines_and_total_goes_to_the_largest_line() -> None:
    invoice = an_invoice(a_line("10.00"), a_line("90.00"), gross=Decimal("119.01"))
    voucher = booked(verdict_on(invoice))
    assert [p.amount for p in voucher.positions] == [Decimal("11.90"), Decimal("107.11")]
    assert voucher.sums.gross == Decimal("119.01")


def test_a_total_without_lines_is_held_back() -> None:
    invoice = replace(an_invoice(), lines=())
    assert codes(verdict_on(invoice)) == ["CS-223"]


def test_more_than_a_cent_for_each_line_is_held_back() -> None:
    assert codes(verdict_on(an_invoice(a_line(), gross=Decimal("119.05")))) == ["CS-223"]


@pytest.mark.parametrize(
    ("quantity", "net", "tax", "gross"),
    [
        (10, "33.30", "6.30", "39.60"),  # 3.33 and 0.63 each
        (-10, "-33.30", "-6.30", "-39.60"),
        (10, "33.30", "6.30", "39.70"),  # 3.333, 0.63 and 3.97 each, each rounded
        (40, "200.00", "38.00", "238.40"),
    ],
)
def test_a_line_that_was_rounded_per_unit_is_booked_with_its_gross(
    quantity: int, net: str, tax: str, gross: str
) -> None:
    line = replace(
        a_line(net, gross=gross),
        taxes=(Tax(Decimal(19), Decimal(tax)),),
        quantity=Decimal(quantity),
    )
    invoice = an_invoice(line)
    voucher = booked(verdict_on(invoice))
    assert voucher.sums.gross == Decimal(gross)
    assert voucher.off_by
    there = a_booked_voucher(invoice, net=voucher.sums.net)
    assert drift_of(invoice, [there]) == ()


@pytest.mark.parametrize(
    ("quantity", "net", "tax", "gross"),
    [
        (1, "10.00", "1.90", "10.00"),
        (1000, "10.00", "1.90", "10.00"),
        (100, "100.00", "19.90", "119.90"),  # 0.199 each is no rounded tax of 1.00
        (1000, "1000.00", "180.00", "1180.00"),  # a cent less each than 19 %
        (100, "100.00", "19.00", "121.00"),
    ],
)
def test_tax_that_no_rounding_explains_is_held_back(
    quantity: int, net: str, tax: str, gross: str
) -> None:
    taxes = (Tax(Decimal(19), Decimal(tax)),)
    line = replace(a_line(net, gross=gross), taxes=taxes, quantity=Decimal(quantity))
    assert codes(verdict_on(an_invoice(line))) == ["CS-223"]


def test_without_tax_nothing_is_rounded_per_unit() -> None:
    assert replace(a_line("100.00", "0", gross="101.00"), quantity=Decimal(100)).rounding == CENT


THREE_ACCOUNTS = a_setup(
    an_account("4400"), an_account("4300", rates={1: {7}}), an_account("4200", rates={1: {0}})
)
ANY_RATE = a_space(zero_rate={"domestic": 1})
cents = st.integers(-500_000, 500_000).map(lambda value: Decimal(value) / 100)
rates = st.sampled_from([Decimal(0), Decimal(7), Decimal(19)])


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line priced net or gross, its other amount rounded or not."""
    amount, rate = draw(cents), draw(rates)
    if draw(st.booleans()):
        net = amount
        exact = net * (1 + rate / 100)
        gross = exact if draw(st.booleans()) else gross_of(net, rate)
    else:
        gross = amount
        net = net_of(gross, rate)
    taxes = (Tax(rate, gross - net),) if rate else ()
    return Line("Desk", net, gross, taxes, {0: "4200", 7: "4300", 19: "4400"}[int(rate)])


def added_up(items: list[Line], way: str) -> Invoice:
    """An invoice as programs add it up: line by line, or each rate's tax of its net or gross."""
    taxes = {}
    nets = {}
    for rate, own in sums_by_rate(tuple(items)).items():
        if way == "lines":
            of_rate = [line for line in items if line.rate == rate]
            nets[rate] = sum((to_cents(line.net) for line in of_rate), Decimal(0))
            taxes[rate] = sum((to_cents(line.gross) for line in of_rate), Decimal(0)) - nets[rate]
        elif way == "net":
            nets[rate] = to_cents(own.net)
            taxes[rate] = to_cents(nets[rate] * rate / 100)
        else:
            nets[rate] = net_of(to_cents(own.gross), rate)
            taxes[rate] = to_cents(own.gross) - nets[rate]
    net = sum(nets.values(), Decimal(0))
    stated = tuple(Tax(rate, amount) for rate, amount in taxes.items() if rate)
    return an_invoice(*items, net=net, gross=net + sum(taxes.values(), Decimal(0)), taxes=stated)


@given(st.lists(lines(), min_size=1, max_size=30), st.sampled_from(["lines", "net", "gross"]))
def test_tax_for_each_rate_is_the_one_below_the_invoice_or_the_difference_is_listed(
    items: list[Line], way: str
) -> None:
    invoice = added_up(items, way)
    verdict = verdict_on(invoice, space=ANY_RATE, setup=THREE_ACCOUNTS)
    if not isinstance(verdict, Bookable):
        return
    (voucher,) = verdict.vouchers
    assert voucher.sums.gross == to_cents(invoice.gross)
    counted = [line for line in items if not line.is_nothing]
    for line, position in zip(counted, voucher.positions, strict=True):
        meant = line.net if voucher.in_net else line.gross
        assert abs(position.amount - to_cents(meant)) <= Decimal("0.01")
    if voucher.off_by:
        return
    for tax in invoice.taxes:
        mine = [p for p in voucher.positions if p.rate == tax.rate]
        assert sum((position_sums(p, in_net=voucher.in_net).tax for p in mine), Decimal(0)) == (
            tax.amount
        )
    assert voucher.sums.net == invoice.net


def test_a_cent_of_tax_below_the_invoice_is_kept_by_moving_a_cent_of_a_line() -> None:
    """Three times 0.55 net: 0.10 of tax for each line, but 0.31 for their sum."""
    taxes = (Tax(Decimal(19), Decimal("0.31")),)
    whole = {"net": Decimal("1.65"), "gross": Decimal("1.96"), "taxes": taxes}
    voucher = booked(verdict_on(an_invoice(*[a_line("0.55")] * 3, **whole)))
    assert [p.amount for p in voucher.positions] == [Decimal(a) for a in ("0.66", "0.65", "0.65")]
    assert (voucher.sums.net, voucher.sums.tax) == (Decimal("1.65"), Decimal("0.31"))
    assert voucher.off_by == 0


def test_a_cent_of_tax_that_cannot_be_kept_is_listed() -> None:
    """Three times 0.33 net and 0.19 of tax: whichever line takes the cent, its net grows."""
    taxes = (Tax(Decimal(19), Decimal("0.19")),)
    whole = {"net": Decimal("0.99"), "gross": Decimal("1.18"), "taxes": taxes}
    voucher = booked(verdict_on(an_invoice(*[a_line("0.33")] * 3, **whole)))
    assert voucher.sums.gross == Decimal("1.18")
    assert voucher.off_by == Decimal("0.01")


@given(st.lists(lines(), min_size=1, max_size=60), st.integers(-3, 3))
def test_a_booked_voucher_equals_its_invoice(items: list[Line], off: int) -> None:
    check_that_it_equals(items, off)


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
@settings(max_examples=20_000, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=60), st.integers(-3, 3))
def test_twenty_thousand_vouchers_equal_their_invoices(items: list[Line], off: int) -> None:
    check_that_it_equals(items, off)


def check_that_it_equals(items: list[Line], off: int) -> None:
    gross = to_cents(sum((line.gross for line in items), Decimal(0))) + Decimal(off) / 100
    invoice = an_invoice(*items, gross=gross)
    verdict = verdict_on(invoice, space=ANY_RATE, setup=THREE_ACCOUNTS)
    if not isinstance(verdict, Bookable):
        return
    (voucher,) = verdict.vouchers
    assert voucher.sums.gross == gross
    counted = [line for line in items if not line.is_nothing]
    for rate in {line.rate for line in counted}:
        mine = [line for line in counted if line.rate == rate]
        wanted = to_cents(sum((line.net for line in mine), Decimal(0)))
        got = sum(
            (
                position_sums(p, in_net=voucher.in_net).net
                for p in voucher.positions
                if p.rate == rate
            ),
            Decimal(0),
        )
        assert abs(got - wanted) <= Decimal("0.01") * len(counted)
        if not voucher.off_by:
            assert got == wanted
