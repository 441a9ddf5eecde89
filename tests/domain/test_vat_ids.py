"""Only well-formed VAT ids are VAT ids, with whatever label people write before them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain.contact import to_contact
from cobot_sevdesk.domain.tax import LONGEST_VAT_ID, find_vat_id, quoted, state_of
from support.builders import a_member


@pytest.mark.parametrize(
    ("text", "vat_id"),
    [
        ("ATU13585627", "ATU13585627"),
        ("UID: ATU13585627", "ATU13585627"),
        ("ATU 135 856 27", "ATU13585627"),
        ("VAT ATU 135 856 27", "ATU13585627"),
        ("ATU13585627 (UID)", "ATU13585627"),
        ("USt-IdNr.: DE136695976", "DE136695976"),
        ("USt-IdNr.DE136695976", "DE136695976"),
        ("DE-136.695.976", "DE136695976"),
        ("de136695976", "DE136695976"),
        ("ust-idnr.: de 136 695 976", "DE136695976"),
        ("Umsatzsteuer-Identifikationsnummer: DE 136695976", "DE136695976"),
        ("VAT-ID:DE136695976", "DE136695976"),
        ("uid atu 13585627", "ATU13585627"),
        ("UID-Nr. ATU13585627, FN 123456a", "ATU13585627"),
        ("A T U 1 3 5 8 5 6 2 7", "ATU13585627"),
        ("\u00a0DE\u2011136695976\u00a0", "DE136695976"),
        ("DE１３６６９５９７６", "DE136695976"),
        ("DE136695976 / Steuernr. 143/816/08154", "DE136695976"),
        ("P.IVA IT 00743110157", "IT00743110157"),
        ("N° TVA: LU 150 274 42", "LU15027442"),
        ("NL 8566 25 403 B 01", "NL856625403B01"),
        ("ES-B58378431", "ESB58378431"),
        ("IE 6388047V", "IE6388047V"),
        ("EL123456789", "EL123456789"),
        ("GR 123456789", "EL123456789"),
        ("PL 526-000-12-46", "PL5260001246"),
        ("DE811569869, St.-Nr. 12/345/67890", "DE811569869"),
        # Of the right form, though their digits do not add up.
        ("FR 00 000000000", "FR00000000000"),
        ("IT12345678901", "IT12345678901"),
        # Those of others are VAT ids as well; they count for no tax rule.
        ("GB 980 7806 84", "GB980780684"),
        ("XI980780684", "XI980780684"),
        ("CHE-107.787.577 MWST", "CHE107787577MWST"),
    ],
)
def test_a_vat_id_is_found_whatever_stands_around_it(text: str, vat_id: str) -> None:
    assert find_vat_id(text) == vat_id
    contact = to_contact(a_member(tax_id=text))
    assert (contact.vat_id, contact.odd_tax_id) == (vat_id, False)


@pytest.mark.parametrize(
    "text",
    [
        "143/816/08154",
        "DE 143/816/08154",
        "27/123/45678 DE",
        "5133081508159",
        "NO 123456789 MVA",
        "EU123456789",
        "12 345 678 901",
        "IdNr. 12 345 678 901",
        "DE12345678",
        "DE 136 695 976 12",
        "DE136695976 99",
        "FR0000000000",
        "U13585627",
        "VATDE136695976",
        "DE136695976 2026",
        "\u0410\u0422U13585627",  # the first two letters are Cyrillic
        "DEADBEEF",
        "ATU13585627 DE136695976",
        "ATU13585627 or DE136695976",
        "CHE-107.787.577",
        "on request",
        "x" * 5000,
        "1 " * 5000,
    ],
)
def test_what_is_none_or_not_plain_stays_out_and_is_told(text: str) -> None:
    assert find_vat_id(text) is None
    contact = to_contact(a_member(tax_id=text))
    assert (contact.vat_id, contact.odd_tax_id) == (None, True)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_tax_id_is_nothing_to_tell(text: str | None) -> None:
    contact = to_contact(a_member(tax_id=text))
    assert (contact.vat_id, contact.odd_tax_id) == (None, False)


def test_greece_writes_el() -> None:
    assert (state_of("EL123456789"), state_of("ATU13585627")) == ("GR", "AT")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("143/816/08154", "143/816/08154"),
        ("USt-IdNr.: DE12345678", "DE12345678"),
        ("Ada Beispiel, de 123", "de 123"),
        ("Ada Beispiel, che123", "che123"),
        ("DE1234\u202e<script>", "DE1234 script"),
        ("9" * 50, "9" * 20),
        ("Ada Beispiel", ""),
        (None, ""),
    ],
)
def test_a_quote_is_short_plain_and_no_name(text: str | None, quote: str) -> None:
    assert quoted(text) == quote


@given(st.text(max_size=2 * LONGEST_VAT_ID))
def test_no_text_breaks_it(text: str) -> None:
    found = find_vat_id(text)
    assert found is None or find_vat_id(found) == found
    assert len(quoted(text)) <= 20
    assert quoted(text).isascii()
