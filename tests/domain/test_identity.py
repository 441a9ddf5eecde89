"""The key in a description, and invoice numbers as a whole."""

import base64
import hashlib
from dataclasses import replace

import pytest

from cobot_sevdesk.domain.identity import (
    carries_number,
    content_of,
    invoice_key,
    keys_in,
    marker,
    membership_key,
)
from cobot_sevdesk.domain.invoice import Address
from support.builders import a_line, an_invoice


def test_the_key_is_the_start_of_the_base32_of_the_sha256() -> None:
    digest = hashlib.sha256(b"invoice:14c12f62").digest()
    assert invoice_key("14c12f62") == base64.b32encode(digest).decode()[:10]


def test_an_invoice_and_a_membership_with_one_id_have_different_keys() -> None:
    assert invoice_key("x") != membership_key("x")


def test_a_marked_description_gives_its_key_back() -> None:
    assert keys_in(f"CW-1 {marker(invoice_key('x'))}") == {invoice_key("x")}


@pytest.mark.parametrize(
    "text", ["", None, "COBOT:ABCDEFGHIJ", "[COBOT:abcdefghij]", "[COBOT:ABC]"]
)
def test_what_is_not_exactly_a_marker_is_no_key(text: str | None) -> None:
    assert keys_in(text) == frozenset()


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("CW-2026-1", True),
        ("Rechnung CW-2026-1, Mai", True),
        ("Rechnung (CW-2026-1).", True),
        ("CW-2026-10", False),
        ("XCW-2026-1", False),
        ("CW-2026-1-2", False),
        ("2025/CW-2026-1", False),
        ("CW-2026-1a", False),
        ("Straße CW-2026-1ß", False),
        ("", False),
        ("rechnung cw-2026-1", True),
        ("Re.CW-2026-1", True),
        ("7.CW-2026-1", False),
        ("CW-2026-1/CW-2026-2", True),
        ("CW-2026-0/CW-2026-1", True),
        ("cw-2026-0/CW-2026-1", True),
        ("CW-2026-0/CW-2026-1/CW-2026-2", True),
        ("CW-2026-1/2", False),
        ("CW-2026-10/CW-2026-11", False),
        ("CW-2026-10 CW-2026-1", True),
        ("Rechnung\nCW-2026-1", True),
        ("Miete Mai\nCW-2026-1\nDanke", True),
        ("CW-2026-1\n", True),
        ("X-\nCW-2026-1", True),
    ],
)
def test_a_number_counts_only_as_a_whole(description: str, *, found: bool) -> None:
    assert carries_number(description, "CW-2026-1") is found


@pytest.mark.parametrize(
    ("description", "found"),
    [("7", True), ("Miete 7", True), ("17", False), ("2026-7", False), ("7/8", False)],
)
def test_a_number_of_digits_only_is_no_part_of_another(description: str, *, found: bool) -> None:
    assert carries_number(description, "7") is found


def test_an_empty_number_stands_nowhere() -> None:
    assert not carries_number("anything", "")


def test_a_number_may_have_no_digit_and_any_letters() -> None:
    assert carries_number("Beleg ölmühle, Mai", "ölmühle")
    assert not carries_number("Beleg ölmühlen", "ölmühle")


def test_what_an_earlier_release_remembers_of_an_invoice_still_compares() -> None:
    lines = (a_line(), a_line("5.50", "7", code=None, description="Café"))
    to = Address(name="Ada Beispiel", city="Hamburg")
    invoice = an_invoice(*lines, tax_id="DE123", recipient=to)
    assert content_of(invoice) == "KWIAE.GWNTI.6C5NU"
    assert content_of(replace(invoice, debtor=None)) == "KWIAE.UTPSU.6C5NU"
