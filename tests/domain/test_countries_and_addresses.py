"""Countries are understood or unknown, never guessed; addresses lose nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain import countries
from cobot_sevdesk.domain.addresses import PostalAddress, recipient_country, to_postal_address
from cobot_sevdesk.domain.countries import find_country_code
from cobot_sevdesk.domain.invoice import Address


@pytest.fixture(scope="module", autouse=True)
def _names_are_read_anew() -> None:
    """What other tests have read of the names, they may have read in another way."""
    countries._codes_in.cache_clear()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("DE", ["DE", "de", "DEU", "D-", "D", "GER", "Deutschland", "Germany", "germany.", "BRD"]),
        ("DE", ["Bundesrepublik Deutschland", "Federal Republic of Germany", "  germany "]),
        ("DE", ["Allemagne", "Alemania", "Duitsland", "Niemcy", "ドイツ"]),
        ("DE", ["DE - Germany", "Deutschland (Germany)", "Germany, DE", "Germany/Deutschland"]),
        ("AT", ["Österreich", "Oesterreich", "Österreich / Austria", "A", "Republik Österreich"]),
        ("CH", ["Suisse", "Svizzera", "Schweiz", "CHE", "Schweizerische Eidgenossenschaft"]),
        ("CH", ["Switzerland/Schweiz/Suisse"]),
        ("IT", ["Italia", "ITALIA", "Repubblica Italiana"]),
        ("ES", ["Espana", "España", "Reino de España"]),
        ("NL", ["Niederlande", "The Netherlands", "the netherlands", "Holland", "Nederland"]),
        ("BE", ["Belgique - België - Belgien"]),
        ("CZ", ["Tschechien", "Czechia", "Czech Republic", "Ceska republika", "Česko"]),
        ("GR", ["Greece", "Hellas", "Ελλάδα", "EL"]),
        ("IE", ["Ireland", "Republic of Ireland", "Ireland, Republic of", "Éire"]),
        ("GB", ["UK", "U.K.", "England", "Wales", "Great Britain", "Vereinigtes Königreich"]),
        ("GB", ["Northern Ireland", "Northern Ireland, UK", "United Kingdom of Great Britain"]),
        ("GB", ["United Kingdom of Great Britain and Northern Ireland", "England (UK)"]),
        ("US", ["USA", "U.S.A.", "US", "United States", "United States of America"]),
        ("XK", ["Kosovo", "Kosova", "Косово", "XK"]),
        ("CI", ["Côte d’Ivoire", "Cote d'Ivoire", "Ivory Coast"]),
        ("KR", ["South Korea", "Suedkorea", "Republic of Korea", "Korea, Republic of"]),
        ("GE", ["GE", "Georgien"]),
        ("CD", ["Congo - Kinshasa", "Democratic Republic of the Congo"]),
        ("TR", ["Türkiye", "Turkey", "Tuerkei"]),
        ("JP", ["日本"]),
        # Long forms, other orders, hyphens and blanks.
        ("GB", ["U. K.", "Great Britain and Northern Ireland", "Irlande du Nord", "Angleterre"]),
        ("US", ["U S A", "Etats Unis", "États-Unis", "United States of America (the)"]),
        ("IE", ["Ireland (Republic)", "Irish Republic", "Ireland (Republic of)"]),
        ("NL", ["Netherlands (Kingdom of the)", "Kingdom of the Netherlands", "Pays-Bas"]),
        ("CH", ["Confédération suisse", "Confederazione Svizzera", "CH-Schweiz"]),
        ("XK", ["Republik Kosovo", "République du Kosovo", "Republic of Kosovo", "Kosovo*"]),
        ("LU", ["Grand-Duché de Luxembourg", "Großherzogtum Luxemburg"]),
        ("KR", ["Korea (South)", "South-Korea", "Korea (Republic of)", "S. Korea"]),
        ("CN", ["China", "P.R. China", "VR China", "People's Republic of China"]),
        ("TW", ["Taiwan", "Republic of China", "Taiwan, Province of China"]),
        ("AE", ["U.A.E.", "VAE", "Emirates", "Vereinigte Arabische Emirate"]),
        ("BY", ["Weißrussland", "Belarus"]),
        ("BA", ["Bosnien-Herzegowina", "Bosnien und Herzegowina"]),
        ("MK", ["Nordmazedonien", "Mazedonien", "Republic of North Macedonia"]),
        ("GW", ["Guinea-Bissau"]),
        ("TD", ["Chad", "Tschad"]),
        ("RU", ["Russia", "Russland", "Россия"]),
    ],
)
def test_countries_are_understood_as_people_write_them(code: str, names: list[str]) -> None:
    assert {name: find_country_code(name) for name in names} == dict.fromkeys(names, code)


UNKNOWN = (
    "Atlantis|XX|Hamburg|12345|Berlin, Germany|-|...|I|DE1|Georgia|Georgia, USA|Congo|Kongo|Korea|"
    "America|State of Georgia|Staat|Kingdom|"
    "Serbia/Kosovo|DE/AT|Austria Germany|Isle|Man|Baden-Württemberg|"
)


@pytest.mark.parametrize("name", [None, *UNKNOWN.split("|")])
def test_what_is_unknown_or_ambiguous_stays_unknown_and_is_never_germany(name: str | None) -> None:
    assert find_country_code(name) is None


@given(st.text(max_size=12))
def test_no_text_breaks_the_search_for_a_country(text: str) -> None:
    assert find_country_code(text) is None or find_country_code(text)


UNDERSTOOD = [
    ("DE", "Musterweg 1\n20095 Hamburg", ("Musterweg 1", "20095", "Hamburg")),
    ("DE", "Musterweg 1\n20095 Hamburg\nDeutschland", ("Musterweg 1", "20095", "Hamburg")),
    ("DE", "Musterweg 1, 20095 Hamburg", ("Musterweg 1", "20095", "Hamburg")),
    ("DE", "Weg 1,\n20095 Hamburg,", ("Weg 1", "20095", "Hamburg")),
    ("DE", "Hof 2\nMusterweg 1\nD-20095 Hamburg", ("Hof 2, Musterweg 1", "20095", "Hamburg")),
    ("DE", "Weg 1\n15230 Frankfurt (Oder)\nDE", ("Weg 1", "15230", "Frankfurt (Oder)")),
    ("AT", "Ring 5, 1010 Wien", ("Ring 5", "1010", "Wien")),
    ("AT", "Ring 5\nA-1010 Wien", ("Ring 5", "1010", "Wien")),
    ("CH", "Gasse 9\nCH-8001 Zürich", ("Gasse 9", "8001", "Zürich")),
    ("CH", "Rue 9\n1201 Genève", ("Rue 9", "1201", "Genève")),
    ("LI", "Weg 9\nFL-9490 Vaduz", ("Weg 9", "9490", "Vaduz")),
    ("NL", "Damrak 1\n1012 LG Amsterdam", ("Damrak 1", "1012 LG", "Amsterdam")),
    ("NL", "Damrak 1\n1012lg Amsterdam", ("Damrak 1", "1012lg", "Amsterdam")),
    ("BE", "Rue 1\nB-1000 Bruxelles", ("Rue 1", "1000", "Bruxelles")),
    ("LU", "2, Rue Muster\nL-1234 Luxembourg", ("2, Rue Muster", "1234", "Luxembourg")),
    ("FR", "12 rue Exemple\n75008 Paris", ("12 rue Exemple", "75008", "Paris")),
    ("FR", "12 rue Exemple\n75008 PARIS CEDEX 08", ("12 rue Exemple", "75008", "PARIS CEDEX 08")),
    ("IT", "Via Prova 1\n00184 Roma (RM)", ("Via Prova 1", "00184", "Roma (RM)")),
    ("ES", "Calle Prueba 1\n28001 Madrid", ("Calle Prueba 1", "28001", "Madrid")),
    ("PT", "Rua Prova 1\n1000-001 Lisboa", ("Rua Prova 1", "1000-001", "Lisboa")),
    ("PL", "ul. Próbna 1\n00-001 Warszawa", ("ul. Próbna 1", "00-001", "Warszawa")),
    ("CZ", "Zkušební 1\n110 00 Praha 1", ("Zkušební 1", "110 00", "Praha 1")),
    ("SK", "Skúšobná 1\n81101 Bratislava", ("Skúšobná 1", "81101", "Bratislava")),
    ("SE", "Provgatan 1\n111 20 Stockholm", ("Provgatan 1", "111 20", "Stockholm")),
    ("DK", "Prøvevej 1\n1050 København K", ("Prøvevej 1", "1050", "København K")),
    ("NO", "Prøveveien 1\n0150 Oslo", ("Prøveveien 1", "0150", "Oslo")),
    ("FI", "Koekatu 1\n00100 Helsinki", ("Koekatu 1", "00100", "Helsinki")),
    ("HU", "Próba utca 1\n1051 Budapest", ("Próba utca 1", "1051", "Budapest")),
    ("LT", "Bandymo 1\nLT-01001 Vilnius", ("Bandymo 1", "01001", "Vilnius")),
    ("LV", "Pruvas 1\nRīga, LV-1010", ("Pruvas 1", "LV-1010", "Rīga")),
    ("XK", "Rruga 1\n10000 Prishtina", ("Rruga 1", "10000", "Prishtina")),
    ("GB", "1 High Street\nLondon SW1A 1AA", ("1 High Street", "SW1A 1AA", "London")),
    ("GB", "1 High Street\nLondon\nSW1A 1AA", ("1 High Street", "SW1A 1AA", "London")),
    ("GB", "1 High Street, London, SW1A 1AA, UK", ("1 High Street", "SW1A 1AA", "London")),
    ("GB", "1 High Street\nLondon - SW1A 1AA", ("1 High Street", "SW1A 1AA", "London")),
    ("GB", "1 High Street\nlondon sw1a 1aa", ("1 High Street", "sw1a 1aa", "london")),
    ("GB", "High Street\nSW1A 1AA", ("High Street", "SW1A 1AA", "")),
    ("GB", "SW1A 1AA", ("", "SW1A 1AA", "")),
    ("GB", "Rose Cottage, Oxford OX1 1AA", ("Rose Cottage", "OX1 1AA", "Oxford")),
    ("GB", "Flat 2, 10 High St, London W1A1AA", ("Flat 2, 10 High St", "W1A1AA", "London")),
    (
        "NL",
        "Unit 2.01\nDamrak 1\n1012  LG  Den Haag",
        ("Unit 2.01, Damrak 1", "1012 LG", "Den Haag"),
    ),
    ("US", "1 Elm St\n# 4\nSt. Louis, MO 63101", ("1 Elm St, # 4", "63101", "St. Louis, MO")),
    (
        "US",
        "1 Elm St, Unit 4, Crescent City, CA 95531",
        ("1 Elm St, Unit 4", "95531", "Crescent City, CA"),
    ),
    ("IE", "1 Main Street\ndublin 6w\nd6w af30", ("1 Main Street", "d6w af30", "dublin 6w")),
    ("IE", "1 Main Street\nDublin 2\nD02 AF30", ("1 Main Street", "D02 AF30", "Dublin 2")),
    (
        "US",
        "2500 Main Street\nSpringfield, IL 62704",
        ("2500 Main Street", "62704", "Springfield, IL"),
    ),
    (
        "US",
        "2500 Main Street, Springfield, IL 62704",
        ("2500 Main Street", "62704", "Springfield, IL"),
    ),
    ("US", "Springfield, IL 62704", ("", "62704", "Springfield, IL")),
    (
        "US",
        "2500 Main Street, Springfield, IL 62704, USA",
        ("2500 Main Street", "62704", "Springfield, IL"),
    ),
    ("US", "1 Elm Ave\nEast St. Louis, IL 62201", ("1 Elm Ave", "62201", "East St. Louis, IL")),
    ("US", "1 Elm St\nSt. Louis MO 63101-1234\nUSA", ("1 Elm St", "63101-1234", "St. Louis MO")),
    ("CA", "1 Elm Street\nOttawa ON K1A 0B1", ("1 Elm Street", "K1A 0B1", "Ottawa ON")),
    ("AU", "1 Elm Street\nSydney NSW 2000", ("1 Elm Street", "2000", "Sydney NSW")),
    ("NZ", "1 Queen Street\nAuckland 1010", ("1 Queen Street", "1010", "Auckland")),
    ("SG", "1 Elm Road\nSingapore 018956", ("1 Elm Road", "018956", "Singapore")),
    ("JP", "1-1 Chiyoda\nTokyo 100-0001", ("1-1 Chiyoda", "100-0001", "Tokyo")),
]


@pytest.mark.parametrize(("country", "blob", "expected"), UNDERSTOOD)
def test_a_blob_is_split_in_the_form_of_its_country(
    country: str, blob: str, expected: tuple[str, str, str]
) -> None:
    found = to_postal_address(Address(full_address=blob, country=country))
    assert found == PostalAddress(*expected, country)


@pytest.mark.parametrize(
    ("blob", "expected"),
    [
        ("Weg 1\n20095 Hamburg\nGermany", PostalAddress("Weg 1", "20095", "Hamburg", "DE")),
        ("Ring 5, 1010 Wien, Österreich", PostalAddress("Ring 5", "1010", "Wien", "AT")),
        ("Ring 5\n1010 Wien, Österreich", PostalAddress("Ring 5", "1010", "Wien", "AT")),
        ("Ring 5\n1010 Wien ,, Österreich", PostalAddress("Ring 5", "1010", "Wien", "AT")),
        (
            "12 rue X\n75008 PARIS CEDEX ,, France",
            PostalAddress("12 rue X", "75008", "PARIS CEDEX", "FR"),
        ),
        (
            "1 Elm St\nSpringfield, IL 62704\nUSA",
            PostalAddress("1 Elm St", "62704", "Springfield, IL", "US"),
        ),
        # Two letters may be a state.
        ("Weg 1\n20095 Hamburg\nBE", PostalAddress("Weg 1, 20095 Hamburg, BE")),
        ("Weg 1\nD-20095 Hamburg", PostalAddress("Weg 1", "20095", "Hamburg", "DE")),
        ("Gasse 9, CH-8001 Zürich", PostalAddress("Gasse 9", "8001", "Zürich", "CH")),
        ("", PostalAddress()),
    ],
)
def test_a_blob_may_name_its_country(blob: str, expected: PostalAddress) -> None:
    assert to_postal_address(Address(full_address=blob)) == expected


@pytest.mark.parametrize(
    ("country", "blob"),
    [
        # No country is known, and each of these may be something else elsewhere.
        (None, "2500 Main Street\nSpringfield, IL 62704"),
        (None, "Springfield\n2500 Main Street"),
        (None, "Musterweg 1\n20095 Hamburg"),
        (None, "1 High Street\nLondon SW1A 1AA"),
        (None, "somewhere behind the harbour"),
        # Not the form of the country.
        ("AT", "2500 Main Street\nSpringfield, IL 62704"),
        ("AT", "Springfield\n2500 Main Street"),
        ("DE", "Weg 1\n2009 Hamburg"),
        ("DE", "Weg 1\nA-1010 Wien"),
        ("CH", "Unit 5\n2500 Broadway"),
        ("BE", "12 bureau\n1000 rue Exemple"),
        ("US", "2500 Main Street, IL 62704"),
        ("US", "Main Street, IL 62704"),
        ("US", "Somewhere\nSpringfield 62704"),
        ("US", "1 Elm St\nSpringfield, IL\n62704"),
        ("US", "1 Elm St, Springfield, IL 62704, Floor 2"),
        ("GB", "1 High Street SW1A 1AA"),
        ("GB", "High Street SW1A 1AA"),
        ("NZ", "Flat One\nQueen Street 1010"),
        ("NZ", "Flat One\nQueen St 1010"),
        ("US", "Elm Dr\nMain St, IL 62704"),
        ("US", "Unit Five\nMain Ct NY 10001"),
        ("AU", "Level Three\nElm St NSW 2000"),
        ("NL", "Damrak 1, 1012 LG, Amsterdam"),
        ("DE", "20095 Hamburg, Musterweg 1"),
        ("DE", "Weg 1\n2 0 0 9 5 Hamburg"),
        ("JP", "東京都千代田区千代田1-1\n〒100-0001"),
        ("BR", "Rua Prova 1\n01310-100 São Paulo"),
        # Another line comes last, or the country of another.
        ("DE", "Weg 1\n20095 Hamburg\nHinterhaus"),
        ("DE", "Weg 1\n20095 Hamburg\nFrance"),
    ],
)
def test_what_is_not_surely_understood_stays_whole(country: str | None, blob: str) -> None:
    found = to_postal_address(Address(full_address=blob, country=country))
    assert found == PostalAddress(street=blob.replace("\n", ", "), country=country)


def test_a_post_code_is_sure_where_the_city_is_not() -> None:
    address = Address(full_address="1 High St\nGuildford\nSurrey\nGU1 1AA", country="GB")
    assert to_postal_address(address) == PostalAddress(
        "1 High St, Guildford, Surrey", "GU1 1AA", "", "GB"
    )


@pytest.mark.parametrize("street", ["Mill Lane", "High St", "Unit Five"])
def test_a_street_before_the_post_code_is_no_city(street: str) -> None:
    address = Address(full_address=f"Rose Cottage\n{street}\nGU1 1AA", country="GB")
    found = to_postal_address(address)
    assert found == PostalAddress(f"Rose Cottage, {street}", "GU1 1AA", "", "GB")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"post_code": "20095", "city": "Hamburg"}, ("Weg 1", "20095", "Hamburg")),
        ({"city": "Hamburg"}, ("Weg 1", "20095", "Hamburg")),
        ({"city": "Altona"}, ("Weg 1, 20095 Hamburg", "", "Altona")),
        ({"street": "Weg 2"}, ("Weg 2", "", "")),
    ],
)
def test_a_street_that_is_no_part_is_taken_from_the_blob(
    parts: dict[str, str], expected: tuple[str, str, str]
) -> None:
    address = Address(**parts, full_address="Weg 1\n20095 Hamburg", country="DE")
    assert to_postal_address(address) == PostalAddress(*expected, "DE")


_words = st.sampled_from(
    "Main Street Weg Hamburg 20095 D-20095 1010 SW1A 1AA IL 62704 Wien Germany , \n \n Köln 東京 "
    "K1A 0B1 2500 12 (Oder) / - Österreich".split(" ")
)


@given(st.lists(_words, max_size=9), st.sampled_from([None, "DE", "US", "GB", "AT", "CA", "JP"]))
def test_no_word_of_an_address_is_lost_and_none_is_invented(
    words: list[str], country: str | None
) -> None:
    blob = " ".join(words)
    found = to_postal_address(Address(full_address=blob, country=country))
    kept = f"{found.street} {found.post_code} {found.city}"
    lost = set(_tokens(blob)) - set(_tokens(kept))
    assert set(_tokens(kept)) <= set(_tokens(blob))
    # The country's name, or its letter before the post code, became the country.
    assert all(find_country_code(word) == found.country for word in lost)


@pytest.mark.parametrize(("country", "blob", "_expected"), UNDERSTOOD)
def test_no_word_of_a_real_address_is_lost(country: str, blob: str, _expected: object) -> None:
    found = to_postal_address(Address(full_address=blob, country=country))
    kept = _tokens(f"{found.street} {found.post_code} {found.city}")
    lost = [word for word in _tokens(blob) if word not in kept]
    assert all(word == "FL" or find_country_code(word) == country or word in "BL" for word in lost)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_the_name_in_a_blob_is_no_part_of_the_street() -> None:
    blob = "Ada Beispiel\nWeg 1\n20095 Hamburg"
    address = Address(name="Ada Beispiel", full_address=blob, country="DE")
    assert to_postal_address(address).street == "Weg 1"


def test_parts_win_over_the_blob() -> None:
    address = Address(street="Weg 2", city="Köln", full_address="Weg 1\n20095 Hamburg\nGermany")
    assert to_postal_address(address) == PostalAddress("Weg 2", "", "Köln", "DE")


@pytest.mark.parametrize(("country", "city"), [("US", "Springfield, IL"), ("DE", "Springfield")])
def test_a_state_stays_with_the_city_where_addresses_have_one(country: str, city: str) -> None:
    address = Address(street="1 Elm St", city="Springfield", state="IL", country=country)
    assert to_postal_address(address).city == city


def test_a_named_country_that_is_not_understood_stays_unknown() -> None:
    address = Address(country="Atlantis", full_address="Weg 1\n20095 Hamburg\nGermany")
    assert recipient_country(address) is None
    assert to_postal_address(address) == PostalAddress("Weg 1, 20095 Hamburg, Germany")
