"""The signs of an account: whatever the ledger would find, they never call absent."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builders import a_booked_voucher, an_invoice
from cobot_sevdesk.domain.keys import SPLIT_RULES, invoice_key, marker, part_key
from cobot_sevdesk.domain.numbers import carries_number
from cobot_sevdesk.domain.planning import Create, Ledger, plan
from cobot_sevdesk.domain.signs import MOST_WORDS, may_hold, pack, signs_of, signs_on

WORDS = st.sampled_from(
    ["CW", "cw", "Re", "2026", "1", "10", "ß", "ss", "K", "k", "inv", "ınv", "İNV"]
)
JOINTS = st.sampled_from(["", "-", "-", "/", ".", "_", " ", "#", ", "])
TEXTS = st.lists(st.tuples(WORDS, JOINTS), max_size=9).map(
    lambda parts: "".join(text for pair in parts for text in pair)
)


@given(TEXTS, TEXTS, st.integers(0, 9), st.integers(0, 9))
@example("Re.CW-1/CW-2, Mai", "cw-2", 0, 0)
@example("Re.CW-1", "cw-1", 0, 0)
@example("Beleg ınv-7", "INV-7", 0, 0)
def test_a_number_that_the_ledger_finds_is_never_called_absent(
    description: str, number: str, first: int, length: int
) -> None:
    """The number is a text of its own, or a piece of the description in other letters."""
    piece = description[first : first + length].swapcase()
    by_hand = a_booked_voucher(an_invoice(), description=description)
    for one in (number, piece):
        signs = signs_of("inv-1", one)
        is_found = not isinstance(plan(an_invoice(number=one), Ledger([by_hand])), Create)
        # Among others a ledger finds by one word of a number what another word would not.
        if is_found or carries_number(description, one):
            assert signs is None or may_hold(pack(signs_on(description)), signs)


def test_our_vouchers_are_found_by_their_keys_whole_or_in_parts() -> None:
    whole = a_booked_voucher(an_invoice()).description
    parts = [f"N {marker(part_key(an_invoice().id, rule))}" for rule in SPLIT_RULES]
    for description in (whole, *parts):
        packed = pack(signs_on(description))
        assert may_hold(packed, signs_of(an_invoice().id, "another-1") or ())
        assert not may_hold(packed, signs_of("another", an_invoice().number) or ())


@pytest.mark.parametrize(
    "number", ["", "#7", "CW", "7 8", "7-", "Ö-7", "-".join("7" * (MOST_WORDS + 1))]
)
def test_signs_answer_only_for_plain_numbers(number: str) -> None:
    assert signs_of("inv-1", number) is None


def test_what_joins_a_part_to_its_number_keeps_it_from_being_a_sign() -> None:
    assert signs_on("Rechnung CW-2026-7, 2021/12") == {"cw-2026-7", "2021/12"}


@given(st.lists(st.sets(st.text("abc", max_size=4)), min_size=1, max_size=4))
def test_packed_signs_add_up(parts: list[set[str]]) -> None:
    packed = ""
    for part in parts:
        packed = pack(part, packed)
    assert all(may_hold(packed, {sign}) for part in parts for sign in part)
    assert packed == pack(set().union(*parts))
    assert not may_hold(packed, {"another"})


def test_an_account_of_thirty_thousand_vouchers_fits_into_what_airflow_stores() -> None:
    texts = (f"CW-{n} {marker(invoice_key(str(n)))}" for n in range(30_000))
    packed = pack(sign for text in texts for sign in signs_on(text))
    assert len(packed) < 120_000
    new = [signs_of(f"new {n}", f"N-{n}") or set() for n in range(500)]
    assert not may_hold(packed, set().union(*new))


@pytest.mark.parametrize("damaged", ["not packed", "c-jL1", "\N{SNOWMAN}"])
def test_what_cannot_be_read_may_hold_anything(damaged: str) -> None:
    assert may_hold(damaged, {"any"})
