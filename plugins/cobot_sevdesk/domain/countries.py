"""Country names and codes to ISO 3166-1 alpha-2: "Deutschland", "Germany", "DE" -> "DE".

What is not understood is an error, never a default: a wrong country is a wrong tax rule.
Names come from Babel (Unicode CLDR) in German and English and from pycountry (ISO 3166-1).
"""

import unicodedata
from collections.abc import Mapping
from functools import cache

import pycountry
from babel import Locale

EU_MEMBERS = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
"""Member states of the European Union (27). https://european-union.europa.eu/principles-countries-history"""

DOMESTIC = "DE"
"""sevDesk's tax rules are those of the German VAT act (UStG), so domestic means Germany."""

_OTHER_NAMES = {
    "bundesrepublik deutschland": "DE",
    "brd": "DE",
    "federal republic of germany": "DE",
    "allemagne": "DE",
    "d": "DE",
    "ger": "DE",
    "oesterreich": "AT",
    "a": "AT",
    "holland": "NL",
    "england": "GB",
    "scotland": "GB",
    "schottland": "GB",
    "wales": "GB",
    "great britain": "GB",
    "grossbritannien": "GB",
    "grosbritannien": "GB",
    "uk": "GB",
    "u.k.": "GB",
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "vereinigte staaten von amerika": "US",
    "tschechische republik": "CZ",
    "czech republic": "CZ",
    "el": "GR",
    "ch": "CH",
    "schweizerische eidgenossenschaft": "CH",
    "russland": "RU",
    "russia": "RU",
    "turkey": "TR",
    "tuerkei": "TR",
    "suedkorea": "KR",
    "south korea": "KR",
    "daenemark": "DK",
    "rumaenien": "RO",
}


class UnknownCountryError(ValueError):
    """The text names no country that is known."""


def to_country_code(text: str | None) -> str:
    """The ISO 3166-1 alpha-2 code of a country given by name or code.

    Raises:
        UnknownCountryError: nothing was given, or it is not understood.
    """
    wanted = _plain(text or "")
    code = _codes_by_name().get(wanted) if wanted else None
    if code is None:
        raise UnknownCountryError(text)
    return code


def find_country_code(text: str | None) -> str | None:
    """Like `to_country_code`, `None` where the country is missing or not understood."""
    try:
        return to_country_code(text)
    except UnknownCountryError:
        return None


@cache
def _codes_by_name() -> Mapping[str, str]:
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            if name := getattr(country, attribute, None):
                codes[_plain(name)] = country.alpha_2
    known = {country.alpha_2 for country in pycountry.countries}
    for language in ("en", "de"):
        for code, name in Locale(language).territories.items():
            if code in known:
                codes[_plain(name)] = code
    return codes | {_plain(name): code for name, code in _OTHER_NAMES.items()}


def _plain(text: str) -> str:
    """Lower case, without accents, double spaces and surrounding punctuation."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(letters.split()).strip(" ,;()")
