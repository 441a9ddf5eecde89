"""Countries are understood or unknown, never guessed; addresses lose nothing."""

import pytest

from cobot_sevdesk.domain.addresses import PostalAddress, recipient_country, to_postal_address
from cobot_sevdesk.domain.countries import UnknownCountryError, to_country_code
from cobot_sevdesk.domain.invoice import Address


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("Deutschland", "DE"),
        ("Germany", "DE"),
        ("Bundesrepublik Deutschland", "DE"),
        ("  germany ", "DE"),
        ("Österreich", "AT"),
        ("Oesterreich", "AT"),
        ("USA", "US"),
        ("United States", "US"),
        ("Vereinigtes Königreich", "GB"),
        ("Tschechien", "CZ"),
        ("Czech Republic", "CZ"),
        ("Niederlande", "NL"),
        ("CHE", "CH"),
        ("Côte d’Ivoire", "CI"),
    ],
)
def test_countries_are_understood_by_name_and_code(name: str, code: str) -> None:
    assert to_country_code(name) == code


@pytest.mark.parametrize("name", ["", None, "Atlantis", "XX", "Hamburg", "12345"])
def test_an_unknown_country_is_an_error_and_never_germany(name: str | None) -> None:
    with pytest.raises(UnknownCountryError):
        to_country_code(name)


@pytest.mark.parametrize(
    ("blob", "expected"),
    [
        ("Musterweg 1\n20095 Hamburg", PostalAddress("Musterweg 1", "20095", "Hamburg")),
        (
            "Musterweg 1\n20095 Hamburg\nDeutschland",
            PostalAddress("Musterweg 1", "20095", "Hamburg", "DE"),
        ),
        (
            "Hinterhaus\nMusterweg 1\nD-20095 Hamburg\nGermany",
            PostalAddress("Hinterhaus, Musterweg 1", "20095", "Hamburg", "DE"),
        ),
        (
            "Ring 5, 1010 Wien, Österreich",
            PostalAddress("Ring 5", "1010", "Wien", "AT"),
        ),
        (
            "Damrak 1\n1012 LG Amsterdam\nNetherlands",
            PostalAddress("Damrak 1", "1012 LG", "Amsterdam", "NL"),
        ),
        (
            "1 High Street\nLondon SW1A 1AA\nUnited Kingdom",
            PostalAddress("1 High Street", "SW1A 1AA", "London", "GB"),
        ),
        ("somewhere behind the harbour", PostalAddress("somewhere behind the harbour")),
        ("", PostalAddress()),
    ],
)
def test_a_blob_is_split_where_it_can_be(blob: str, expected: PostalAddress) -> None:
    assert to_postal_address(Address(full_address=blob)) == expected


def test_the_name_in_a_blob_is_no_part_of_the_street() -> None:
    address = Address(name="Ada Beispiel", full_address="Ada Beispiel\nWeg 1\n20095 Hamburg")
    assert to_postal_address(address).street == "Weg 1"


def test_parts_win_over_the_blob() -> None:
    address = Address(street="Weg 2", city="Köln", full_address="Weg 1\n20095 Hamburg\nGermany")
    assert to_postal_address(address) == PostalAddress("Weg 2", "", "Köln", "DE")


def test_a_named_country_that_is_not_understood_stays_unknown() -> None:
    address = Address(country="Atlantis", full_address="Weg 1\n20095 Hamburg\nGermany")
    assert recipient_country(address) is None
