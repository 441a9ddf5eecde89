"""What stands in sevDesk, found by key, number or name: by equality, never by likeness."""

from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.identity import (
    carries_number,
    invoice_key,
    marker,
    membership_key,
    part_key,
)
from cobot_sevdesk.domain.ledger import AddressBook, Ledger
from support.builders import a_booked_voucher, an_invoice


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
    assert Ledger(vouchers).of_others(number) == wanted


def test_what_carries_a_key_is_ours_and_nobody_elses() -> None:
    ours = a_booked_voucher(an_invoice())
    ledger = Ledger([ours])
    assert ledger.of_invoice("inv-1") == [ours]
    assert ledger.of_others("CW-2026-1") == []
    assert ledger.ours_of_other_invoices("inv-1", "CW-2026-1") == []
    assert ledger.ours_of_other_invoices("inv-2", "CW-2026-1") == [ours]


def test_a_number_inside_a_key_is_no_number() -> None:
    key = invoice_key("inv-1")
    ledger = Ledger([a_booked_voucher(an_invoice())])
    assert ledger.ours_of_other_invoices("inv-2", key) == []


def test_a_later_reading_replaces_an_earlier_one() -> None:
    ledger = Ledger([a_booked_voucher(an_invoice())])
    renamed = a_booked_voucher(an_invoice(), description="Miete")
    ledger.add(renamed)
    assert len(ledger) == 1
    assert ledger.of_invoice("inv-1") == []
    assert ledger.of_others("CW-2026-1") == []
    assert ledger.of_others("Miete") == [renamed]


def test_the_oldest_comes_first_by_number_not_by_text() -> None:
    ledger = Ledger([a_booked_voucher(an_invoice(), id=id_) for id_ in ("10", "9", "100")])
    assert [one.id for one in ledger.of_invoice("inv-1")] == ["9", "10", "100"]


def test_doubled_is_a_key_twice_or_the_whole_beside_a_part() -> None:
    whole = a_booked_voucher(an_invoice(), id="1")
    parts = [
        a_booked_voucher(
            an_invoice(), id=str(10 + rule), description=marker(part_key("inv-1", rule))
        )
        for rule in (1, 4)
    ]
    assert not Ledger([whole]).is_doubled("inv-1")
    assert not Ledger(parts).is_doubled("inv-1")
    assert Ledger([whole, parts[0]]).is_doubled("inv-1")
    assert Ledger([whole, a_booked_voucher(an_invoice(), id="2")]).is_doubled("inv-1")
    assert not Ledger([whole]).is_doubled(None)


def test_contacts_are_found_by_exactly_their_number() -> None:
    book = AddressBook([Contact("1", "17"), Contact("2", "170"), Contact("3", None)])
    assert [one.id for one in book.of_number("17")] == ["1"]
    assert book.of_number(None) == []


def test_a_contact_with_a_key_is_nobodys_by_hand() -> None:
    ours = Contact("1", "17", "Ada", description=marker(membership_key("mem-1")))
    book = AddressBook([ours])
    assert book.made_by_hand("17", ["Ada"], lambda _: True) == []
    assert book.of_key(membership_key("mem-1")) == [ours]
    assert book.of_key(None) == []


def test_who_agrees_in_name_comes_before_who_agrees_in_email() -> None:
    named, mailed = Contact("1", "17", "Ada"), Contact("2", "17", "Firma")
    book = AddressBook([named, mailed])
    assert book.made_by_hand("17", ["ÁDA"], lambda one: one == mailed) == [named]
    assert book.made_by_hand("17", ["Bert"], lambda one: one == mailed) == [mailed]
    assert book.made_by_hand("18", ["Ada"], lambda _: True) == []
