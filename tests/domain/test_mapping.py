"""An invoice becomes a voucher that equals it, or is held back with every reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobot_sevdesk.domain.decisions import Books, Create, Decision, Hold, Skip, decide, edits_of
from cobot_sevdesk.domain.identity import invoice_key
from cobot_sevdesk.domain.invoice import (
    Address,
    Invoice,
    Line,
    Sums,
    Tax,
    UnreadableInvoice,
    sums_by_rate,
)
from cobot_sevdesk.domain.mapping import Setup
from cobot_sevdesk.domain.money import CENT, gross_of, net_of, to_cents
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import ALWAYS, Period, SpaceRules
from cobot_sevdesk.domain.voucher import Voucher, position_sums
from support.builders import a_booked_voucher, a_line, a_setup, a_space, an_account, an_invoice
from support.told import codes_of

TODAY = date(2026, 6, 30)


def verdict_on(
    invoice: Invoice | UnreadableInvoice,
    *,
    space: SpaceRules | None = None,
    setup: Setup | None = None,
) -> Decision:
    return decide(invoice, Books(setup=setup or a_setup()), space or a_space(), today=TODAY)


def booked(verdict: Decision) -> Voucher:
    assert isinstance(verdict, Create), verdict
    (voucher,) = verdict.vouchers
    return voucher


def codes(verdict: Decision) -> list[str]:
    assert isinstance(verdict, Hold), verdict
    return codes_of(verdict.reasons)


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


def eu_private(problem: str, quoted: str) -> Reason:
    """Why a line without tax waits whose recipient in the EU has no good VAT id."""
    details = {"recipient": "eu_private", "tax_id_problem": problem, "tax_id": quoted}
    return Reason("CS-212", details)


@pytest.mark.parametrize(
    ("country", "tax_id", "reason"),
    [
        ("DE", None, Reason("CS-212", {"recipient": "domestic"})),
        ("FR", "FR40303265045", Reason("CS-212", {"recipient": "eu_business"})),
        ("FR", None, eu_private("missing", "")),
        ("FR", "FR0000000000", eu_private("malformed", "FR0000000000")),
        ("FR", "DE136695976", eu_private("other_state", "DE136695976")),
        ("CH", None, Reason("CS-212", {"recipient": "third_country"})),
        (None, None, Reason("CS-213")),
        ("Atlantis", None, Reason("CS-213")),
    ],
)
def test_lines_without_tax_are_refused_where_nothing_is_configured(
    country: str | None, tax_id: str | None, reason: Reason
) -> None:
    invoice = an_invoice(
        a_line("50", "0", code="4200"), recipient=Address(country=country), tax_id=tax_id
    )
    assert verdict_on(invoice) == Hold((reason,))


def test_a_private_customer_in_the_eu_is_refused_whatever_is_configured() -> None:
    space = a_space(zero_rate={"domestic": 4, "eu_business": 3, "third_country": 17})
    invoice = an_invoice(a_line("50", "0", code="4200"), recipient=Address(country="FR"))
    assert codes(verdict_on(invoice, space=space)) == ["CS-212"]


def test_lines_that_need_two_rules_hold_the_invoice_back() -> None:
    invoice = an_invoice(a_line(), a_line("50", "0", code="4200"))
    assert codes(verdict_on(invoice, space=a_space(zero_rate={"domestic": 4}))) == ["CS-211"]


def test_a_small_business_books_under_rule_11_and_never_with_tax() -> None:
    space = a_space(small_business=ALWAYS)
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
    assert isinstance(verdict_on(invoice, space=space), Skip)


@pytest.mark.parametrize("status", ["unpaid", "paid", "pending", "writtenOff", ""])
def test_the_paid_status_does_not_matter_unless_canceled(status: str) -> None:
    assert isinstance(verdict_on(an_invoice(paid_status=status)), Create)


def test_a_canceled_invoice_is_held_back() -> None:
    assert codes(verdict_on(an_invoice(paid_status="canceled"))) == ["CS-222"]


def test_an_unreadable_invoice_is_held_back() -> None:
    unreadable = UnreadableInvoice("x", "CW-9", "attributes.items", "a list")
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
    decision = verdict_on(an_invoice(a_line(), gross=Decimal("119.05")))
    assert decision == Hold((Reason("CS-223", {"invoice": "CW-2026-1", "by": "0.05"}),))


@pytest.mark.parametrize(
    ("quantity", "net", "tax", "gross"),
    [
        (10, "33.30", "6.30", "39.60"),  # 3.33 and 0.63 each
        (-10, "-33.30", "-6.30", "-39.60"),
        (10, "33.30", "6.30", "39.70"),  # 3.333, 0.63 and 3.97 each, each rounded
        (40, "200.00", "38.00", "238.40"),
        (2, "10.00", "1.90", "11.92"),
        (7, "100.00", "18.97", "118.97"),  # 2.71 each; the gross was added up
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
    assert voucher.moved == 0
    there = a_booked_voucher(invoice, net=voucher.sums.net)
    assert edits_of(invoice, [there], Books()) == ()


@pytest.mark.parametrize(
    ("quantity", "net", "tax", "gross"),
    [
        (1, "10.00", "1.90", "10.00"),
        (1000, "10.00", "1.90", "10.00"),
        (100, "100.00", "19.90", "119.90"),  # 0.199 each is no rounded tax of 1.00
        (1000, "1000.00", "180.00", "1180.00"),  # a cent less each than 19 %
        (100, "100.00", "19.00", "121.00"),
        (7, "100.00", "19.03", "119.03"),  # neither 14.2857 nor 2.7186 each was rounded
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


def test_tax_at_a_rate_of_zero_comes_of_no_price() -> None:
    line = replace(a_line("100.00", "0", gross="101.00"), taxes=(Tax(Decimal(0), Decimal(1)),))
    assert replace(line, quantity=Decimal(100)).rounding == CENT


def test_a_line_of_no_units_has_no_price_of_one() -> None:
    assert replace(a_line(), quantity=Decimal(0)).rounding == CENT


def test_every_reason_is_told_where_the_amounts_contradict_each_other() -> None:
    invoice = an_invoice(a_line("100.00", "7", gross="110.00"), paid_status="canceled")
    assert codes(verdict_on(invoice)) == ["CS-222", "CS-223", "CS-204"]


SPLIT = a_space(zero_rate={"domestic": 4}, split_vouchers=True)
EXEMPT = a_line("50.00", "0", code="4200")


def test_a_part_that_comes_to_nothing_is_not_split_off() -> None:
    invoice = an_invoice(a_line(), EXEMPT, a_line("-50.00", "0", code="4200"))
    reason = Reason("CS-211", {"rules": "1 + 4"})
    assert verdict_on(invoice, space=SPLIT) == Hold((reason,))


def test_a_cent_too_much_is_told_of_one_part_only() -> None:
    verdict = verdict_on(an_invoice(a_line(), EXEMPT, gross=Decimal("169.01")), space=SPLIT)
    assert isinstance(verdict, Create)
    assert [voucher.off_by for voucher in verdict.vouchers] == [CENT, 0]


def test_a_free_line_takes_no_cent_that_another_lacks() -> None:
    invoice = an_invoice(a_line(), a_line("0.00"), gross=Decimal("119.02"))
    assert codes(verdict_on(invoice)) == ["CS-223"]


@pytest.mark.parametrize(
    ("lines", "net", "gross", "taxes", "amounts"),
    [
        # The larger line gives the cent.
        ("5.004/5.955 23.332/27.765", "28.34", "33.72", "5.38", "5.96 27.76"),
        # The gross of all lines, less the tax below them
        ("19.897/23.677 9.769/11.625", "29.66", "35.30", "5.64", "23.67 11.63"),
        # No tax below: the net of all lines, and the tax up to their gross, booked in net mode
        (
            "12.596/14.989 27.244/32.420 4.534/5.395",
            *("44.37", "52.80", None),
            "12.60 27.24 4.53",
        ),
        # Lines that were rounded before they were added up
        ("23.258/27.677 17.606/20.951", "40.87", "48.63", None, "27.68 20.95"),
    ],
    ids=["a cent", "from gross", "from net", "rounded first"],
)
def test_net_and_gross_are_met_however_cobot_added_them_up(
    lines: str, net: str, gross: str, taxes: str | None, amounts: str
) -> None:
    pairs = [pair.split("/") for pair in lines.split()]
    made = [a_line(one, gross=whole) for one, whole in pairs]
    below = (Tax(Decimal(19), Decimal(taxes)),) if taxes else ()
    invoice = an_invoice(*made, net=Decimal(net), gross=Decimal(gross), taxes=below)
    voucher = booked(verdict_on(invoice))
    assert (voucher.sums.net, voucher.sums.gross) == (Decimal(net), Decimal(gross))
    assert voucher.off_by == 0
    assert " ".join(str(position.amount) for position in voucher.positions) == amounts


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
    if not isinstance(verdict, Create):
        return
    (voucher,) = verdict.vouchers
    assert voucher.sums.gross == to_cents(invoice.gross)
    counted = [line for line in items if line.net or line.gross]
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
@settings(max_examples=20_000)
@given(st.lists(lines(), min_size=1, max_size=60), st.integers(-3, 3))
def test_twenty_thousand_vouchers_equal_their_invoices(items: list[Line], off: int) -> None:
    check_that_it_equals(items, off)


def check_that_it_equals(items: list[Line], off: int) -> None:
    gross = to_cents(sum((line.gross for line in items), Decimal(0))) + Decimal(off) / 100
    invoice = an_invoice(*items, gross=gross)
    verdict = verdict_on(invoice, space=ANY_RATE, setup=THREE_ACCOUNTS)
    if not isinstance(verdict, Create):
        return
    (voucher,) = verdict.vouchers
    assert voucher.sums.gross == gross
    counted = [line for line in items if line.net or line.gross]
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


@pytest.mark.parametrize(
    ("day", "rule"),
    [("2026-01-01", 4), ("2026-01-02", 11), ("2026-06-28", 11), ("2026-06-29", 4)],
)
def test_the_invoice_date_decides_whether_it_was_a_small_business(day: str, rule: int) -> None:
    """Whenever it is booked: held until July or backfilled, an invoice of June stays one."""
    period = Period(date(2026, 1, 2), date(2026, 6, 28))
    space = a_space(small_business=period, zero_rate={"domestic": 4})
    invoice = an_invoice(a_line("50", "0", code="4200"), date=date.fromisoformat(day))
    late = decide(invoice, Books(setup=a_setup()), space, today=date(2026, 12, 31))
    assert booked(late).tax_rule == rule


@pytest.mark.parametrize(
    ("corrected", "rate", "rule"),
    [
        ("2026-06-28", "0", 11),
        ("2026-06-29", "0", 4),
        ("2026-01-01", "19", 1),
        ("2026-01-02", "19", "CS-214"),
        (None, "0", 4),
    ],
)
def test_a_correction_is_taxed_as_the_invoice_that_it_corrects(
    corrected: str | None, rate: str, rule: object
) -> None:
    space = a_space(
        small_business=Period(date(2026, 1, 2), date(2026, 6, 28)), zero_rate={"domestic": 4}
    )
    invoice = an_invoice(
        a_line("-50", rate, code="4200"),
        date=date(2026, 7, 3),
        corrects="inv-0",
        corrects_date=date.fromisoformat(corrected) if corrected else None,
    )
    found = decide(invoice, Books(setup=a_setup()), space, today=date(2026, 7, 31))
    assert (codes(found)[0] if isinstance(rule, str) else booked(found).tax_rule) == rule


def test_tax_is_refused_on_the_days_of_a_small_business_only() -> None:
    space = a_space(small_business=Period(until=date(2026, 1, 5)))
    assert codes(verdict_on(an_invoice(), space=space)) == ["CS-214"]
    later = an_invoice(date=date(2026, 1, 6))
    assert booked(verdict_on(later, space=space)).tax_rule == 1


FREE = a_space(zero_rate={"domestic": 4, "eu_business": 3, "third_country": 17})


@pytest.mark.parametrize(
    ("country", "tax_id", "problem", "quote"),
    [
        ("FR", None, "missing", ""),
        ("FR", "  ", "missing", ""),
        ("FR", "143/816/08154", "malformed", "143/816/08154"),
        ("FR", "UID: 12", "malformed", "UID 12"),
        ("FR", "on request", "malformed", ""),
        ("FR", "FR1 \u202e<b>" + "9" * 40, "malformed", "FR1 b 99999999999999"),
        ("FR", "UID: ATU13585627", "other_state", "ATU13585627"),
        ("FR", "GB980780684", "other_state", "GB980780684"),
        ("MC", None, "missing", ""),
    ],
)
def test_what_is_wrong_with_a_vat_id_is_told_and_quoted(
    country: str, tax_id: str | None, problem: str, quote: str
) -> None:
    line = a_line("50", "0", code="4200")
    invoice = an_invoice(line, recipient=Address(country=country), tax_id=tax_id)
    verdict = verdict_on(invoice, space=FREE)
    assert isinstance(verdict, Hold)
    (reason,) = verdict.reasons
    assert (reason.code, reason.details) == (
        "CS-212",
        {"recipient": "eu_private", "tax_id_problem": problem, "tax_id": quote},
    )


@pytest.mark.parametrize(
    ("country", "tax_id"),
    [
        ("AT", "UID: ATU13585627"),
        ("AT", "ATU 135 856 27"),
        ("GR", "EL123456789"),
        ("MC", "FR 40 303 265 045"),
    ],
)
def test_a_vat_id_may_have_a_label_and_blanks(country: str, tax_id: str) -> None:
    setup = a_setup(an_account("4200", rates={3: {0}}))
    line = a_line("50", "0", code="4200")
    invoice = an_invoice(line, recipient=Address(country=country), tax_id=tax_id)
    assert booked(verdict_on(invoice, space=FREE, setup=setup)).tax_rule == 3


@pytest.mark.parametrize("country", ["GB", "XK", "Northern Ireland", "CH"])
def test_a_third_country_needs_no_vat_id(country: str) -> None:
    line = a_line("50", "0", code="4200")
    invoice = an_invoice(line, recipient=Address(country=country), tax_id="XI980780684")
    assert booked(verdict_on(invoice, space=FREE)).tax_rule == 17


def a_tiny_line(net: str, rate: str = "0", code: str = "4200") -> Line:
    """A line whose amounts nobody has rounded."""
    amount = Decimal(net)
    taxes = (Tax(Decimal(rate), amount * Decimal(rate) / 100),) if Decimal(rate) else ()
    return Line("Paper", amount, amount + sum(tax.amount for tax in taxes), taxes, code)


@pytest.mark.parametrize(
    "tiny",
    [
        a_tiny_line("0.004"),
        a_tiny_line("-0.004"),
        a_tiny_line("0.0004"),
        a_tiny_line("0.004", "19", "4400"),
        # No account of the chart has this rate, or both this rule and this rate.
        a_tiny_line("0.004", "0.5", "4400"),
        a_tiny_line("0.004", "7", "4400"),
        a_tiny_line("-0.004", "16", "4400"),
    ],
)
def test_a_line_that_rounds_to_nothing_holds_nothing_back(tiny: Line) -> None:
    invoice = an_invoice(a_line("16.81", gross="20.00"), tiny, gross=Decimal("20.00"))
    voucher = booked(verdict_on(replace(invoice, net=to_cents(invoice.net))))
    assert [position.amount for position in voucher.positions] == [Decimal("20.00")]
    assert voucher.sums.gross == Decimal("20.00")


def test_many_lines_below_a_cent_add_up() -> None:
    tiny = [a_tiny_line("0.004", "19", "4400")] * 5
    total = {"net": Decimal("16.83"), "gross": Decimal("20.02")}
    voucher = booked(verdict_on(an_invoice(a_line("16.81", gross="20.00"), *tiny, **total)))
    assert voucher.sums.gross == Decimal("20.02")
    assert all(position.amount for position in voucher.positions)


def test_a_line_of_less_than_a_cent_that_rounds_up_is_one() -> None:
    """It is a cent of another tax rule, and says so."""
    invoice = an_invoice(a_line(), a_tiny_line("0.006"), gross=Decimal("119.01"))
    assert codes(verdict_on(invoice)) == ["CS-212"]


@pytest.mark.parametrize(("other_code", "moved"), [("4401", "0.01"), ("4400", "0")])
def test_a_cent_that_moves_between_accounts_is_told(other_code: str, moved: str) -> None:
    """Twice 2.60 net: 0.49 of tax for each line, 0.99 for both, so one line takes a cent."""
    taxes = (Tax(Decimal(19), Decimal("0.99")),)
    whole = {"net": Decimal("5.20"), "gross": Decimal("6.19"), "taxes": taxes}
    setup = a_setup(an_account("4400"), an_account("4401"))
    lines = (a_line("2.60"), a_line("2.60", code=other_code))
    voucher = booked(verdict_on(an_invoice(*lines, **whole), setup=setup))
    assert voucher.sums == Sums(Decimal("5.20"), Decimal("0.99"), Decimal("6.19"))
    assert sorted(p.amount for p in voucher.positions) == [Decimal("2.59"), Decimal("2.61")]
    assert voucher.moved == Decimal(moved)


@given(st.lists(lines(), min_size=1, max_size=20), st.integers(-2, 2))
def test_where_nothing_moved_no_account_both_gains_and_loses(items: list[Line], off: int) -> None:
    invoice = an_invoice(
        *items, gross=to_cents(sum((line.gross for line in items), Decimal(0))) + off * CENT
    )
    verdict = verdict_on(invoice, space=ANY_RATE, setup=THREE_ACCOUNTS)
    if not isinstance(verdict, Create) or verdict.vouchers[0].moved:
        return
    (voucher,) = verdict.vouchers
    changes = []
    for code in ("4400", "4300", "4200"):
        wanted = sum((line.net for line in items if line.code == code), Decimal(0))
        mine = [p for p in voucher.positions if p.account_number == code]
        got = sum((position_sums(p, in_net=voucher.in_net).net for p in mine), Decimal(0))
        changes.append(got - to_cents(wanted))
    assert min(changes) >= 0 or max(changes) <= 0
