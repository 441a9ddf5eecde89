"""Look first: what stands in sevDesk decides what an invoice still needs."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from builders import a_booked_voucher, a_line, an_invoice
from cobot_sevdesk.domain.numbers import carries_number
from cobot_sevdesk.domain.planning import BookedElsewhere, Conflict, Create, Keep, Ledger, plan


def test_nothing_there_means_create() -> None:
    assert plan(an_invoice(), Ledger()) == Create()


def test_our_voucher_is_kept() -> None:
    voucher = a_booked_voucher(an_invoice())
    assert plan(an_invoice(), Ledger([voucher])) == Keep((voucher,))


def test_another_spaces_voucher_with_the_same_number_is_not_ours() -> None:
    theirs = a_booked_voucher(an_invoice(id="other"))
    assert plan(an_invoice(id="inv-1"), Ledger([theirs])) == Create()


def test_two_vouchers_with_our_key_are_a_conflict() -> None:
    ledger = Ledger(
        [a_booked_voucher(an_invoice(), id="9"), a_booked_voucher(an_invoice(), id="10")]
    )
    step = plan(an_invoice(), ledger)
    assert isinstance(step, Conflict)
    assert step.reason.code == "CS-302"
    assert step.reason.details["vouchers"] == "9, 10"


def test_one_voucher_read_twice_is_no_conflict() -> None:
    voucher = a_booked_voucher(an_invoice())
    assert isinstance(plan(an_invoice(), Ledger([voucher, voucher])), Keep)


def test_a_hand_made_voucher_that_agrees_counts_as_booked() -> None:
    by_hand = a_booked_voucher(an_invoice(), description="Rechnung CW-2026-1")
    assert plan(an_invoice(), Ledger([by_hand])) == BookedElsewhere(by_hand)


def test_a_hand_made_voucher_that_disagrees_is_a_conflict() -> None:
    for change in ({"gross": Decimal("1.00")}, {"date": date(2026, 1, 6)}, {"gross": None}):
        by_hand = a_booked_voucher(an_invoice(), description="CW-2026-1", **change)
        step = plan(an_invoice(), Ledger([by_hand]))
        assert isinstance(step, Conflict)
        assert step.reason.code == "CS-301"


def test_a_longer_number_is_somebody_elses() -> None:
    other = a_booked_voucher(an_invoice(), description="CW-2026-10")
    assert plan(an_invoice(), Ledger([other])) == Create()


def test_what_was_edited_later_is_told_and_kept() -> None:
    voucher = a_booked_voucher(an_invoice())
    edited = an_invoice(a_line("200.00"), number="CW-2026-9", date=date(2026, 1, 7))
    step = plan(edited, Ledger([voucher]))
    assert isinstance(step, Keep)
    assert step.drift == ("number", "date 2026-01-05 -> 2026-01-07", "gross 119.00 -> 238.00")


@given(st.lists(st.integers(1, 50), unique=True, max_size=20))
def test_a_second_plan_creates_nothing(numbers: list[int]) -> None:
    invoices = [an_invoice(id=f"inv-{n}", number=f"CW-2026-{n}") for n in numbers]
    ledger = Ledger()
    for invoice in invoices:
        assert plan(invoice, ledger) == Create()
        ledger.add(a_booked_voucher(invoice, id=str(len(invoice.id) * 1000 + int(invoice.id[4:]))))
    assert all(
        plan(invoice, ledger) == Keep((ledger.of_key(k)[0],))
        for invoice in invoices
        for k in [next(iter(a_booked_voucher(invoice).keys))]
    )


@given(
    st.lists(st.text("A1-/ ß_.", max_size=8), max_size=12),
    st.text("A1-/ß_.", min_size=1, max_size=4),
)
def test_a_number_is_found_among_many_vouchers_as_in_each_of_them(
    descriptions: list[str], number: str
) -> None:
    vouchers = [
        a_booked_voucher(an_invoice(), id=str(id_), description=description)
        for id_, description in enumerate(descriptions)
    ]
    wanted = [one for one in vouchers if carries_number(one.description, number)]
    assert Ledger(vouchers).of_number(number) == wanted
