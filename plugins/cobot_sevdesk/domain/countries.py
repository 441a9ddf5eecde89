"""Country names and codes to ISO 3166-1 alpha-2: "Deutschland", "Germany", "DE" -> "DE".

What is not understood stays unknown, never a default: a wrong country is a wrong tax rule.
Names come from Babel (Unicode CLDR) and pycountry (ISO 3166-1), in the languages below.
"""

import gettext
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

import pycountry
from babel import Locale

EU_MEMBERS = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
"""Member states of the European Union (27). https://european-union.europa.eu/principles-countries-history"""

DOMESTIC = "DE"
"""sevDesk's tax rules are those of the German VAT act (UStG), so domestic means Germany."""

_LANGUAGES = (
    "en de fr it es nl pl pt cs da sv nb fi hu ro hr el sk sl bg tr uk ru sr sq et lv lt is "
    "ja zh ko"
).split()
"""The usual ones first: a name is looked for in one after the other (20 ms each to read)."""
KOSOVO = "XK"
"""No ISO code but one for free use, as the EU and Babel use it; a third country."""

SHORTEST_NAME = 4
"""Latin letters, as in Chad; what is shorter is a code, or no country."""

_OTHER_NAMES = {
    "brd": "DE",
    "d": "DE",
    "ger": "DE",
    "a": "AT",
    "holland": "NL",
    # The whole United Kingdom is a third country for services: the protocol on Northern Ireland,
    # and VAT ids that begin with XI, are about goods only.
    # https://taxation-customs.ec.europa.eu/vat-and-northern-ireland_en
    "northern ireland": "GB",
    "nordirland": "GB",
    "england": "GB",
    "scotland": "GB",
    "schottland": "GB",
    "wales": "GB",
    "britain": "GB",
    "great britain": "GB",
    "grossbritannien": "GB",
    "grosbritannien": "GB",
    "united kingdom of great britain": "GB",
    "great britain and northern ireland": "GB",
    "angleterre": "GB",
    "inglaterra": "GB",
    "inghilterra": "GB",
    "irlande du nord": "GB",
    "vereinigtes konigreich von grossbritannien": "GB",
    "uk": "GB",
    "us": "US",
    "republic of ireland": "IE",
    "republik irland": "IE",
    "irish republic": "IE",
    "southern ireland": "IE",
    "eire": "IE",
    "el": "GR",
    "hellas": "GR",
    "czech": "CZ",
    "tschechei": "CZ",
    "turkey": "TR",
    "republika e kosoves": KOSOVO,
    "confederation suisse": "CH",
    "frg": "DE",
    "eeuu": "US",
    "fyrom": "MK",
    "weissrussland": "BY",
    "moldawien": "MD",
    "macedonia": "MK",
    "mazedonien": "MK",
    "makedonien": "MK",
    "bosnien": "BA",
    "bosnien herzegowina": "BA",
    "holy see": "VA",
    "heiliger stuhl": "VA",
    "uae": "AE",
    "vae": "AE",
    "emirates": "AE",
    "pr china": "CN",
    "prc": "CN",
    "vr china": "CN",
    "republic of china": "TW",
    "republik china": "TW",
    "hong kong sar": "HK",
    "s korea": "KR",
    "birma": "MM",
    "swasiland": "SZ",
    "east timor": "TL",
    "palastina": "PS",
    "ivory coast": "CI",
    "palestine": "PS",
}
_FORM_OF_STATE = re.compile(
    "^(republic|republik|republique|republica|repubblica|republika|kingdom|konigreich|royaume"
    "|reino|regno|state|staat|principality|furstentum|principaute|grand duchy|grossherzogtum"
    "|grand duche) ((of the|of|de la|de|du|des|della|di) )?"
)
"""What stands before a name in its long form, such as "Grand-Duché de Luxembourg"."""
_AMBIGUOUS = frozenset({"georgia", "congo", "kongo", "korea", "america"})
"""Several countries, or a state of the USA as well: which one is meant is not to be told."""


def find_country_code(text: str | None) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given by name or code; `XK` for Kosovo.

    `None` where nothing was given, or it is not understood. Several names beside each other ("DE -
    Germany") count where they all mean one country.
    """
    text = text or ""
    if re.search(r"\d", text):
        return None  # the usual last line is a postcode and a town: no language has to be read
    first, *rest = re.split("[,(]", text.rstrip(" )"), maxsplit=1)
    return (
        _code_of(text)
        or _code_of(" ".join((*rest, first)))  # Ireland, Republic of; Korea (South)
        or _common_code(re.split(r"[/|,;()\[\]–—-]", text))
        or _common_code(text.split())
    )


def _common_code(names: Iterable[str]) -> str | None:
    """The country that every one of the names means; `None` where one means none or another."""
    codes = {_code_of(name) for name in names if _plain(name)}
    return codes.pop() if len(codes) == 1 else None


def _code_of(name: str) -> str | None:
    wanted = _plain(name)
    if wanted in _AMBIGUOUS:
        return None
    if code := _OTHER_NAMES.get(wanted) or _iso_codes().get(wanted):
        return code
    if wanted.isascii() and len(wanted) < SHORTEST_NAME:
        return None
    found = (_codes_in(language).get(wanted) for language in _LANGUAGES)
    if code := next(filter(None, found), None):
        return code
    short = _FORM_OF_STATE.sub("", wanted)
    return _code_of(short) if short != wanted else None


@cache
def _iso_codes() -> Mapping[str, str]:
    """Codes of two and of three letters."""
    codes = {country.alpha_2.lower(): country.alpha_2 for country in pycountry.countries}
    codes |= {country.alpha_3.lower(): country.alpha_2 for country in pycountry.countries}
    return codes | {KOSOVO.lower(): KOSOVO, "xkx": KOSOVO}


@cache
def _codes_in(language: str) -> Mapping[str, str]:
    """The codes of all countries by their names in a language, short ones and full ones."""
    # pycountry has English names, and translates them.
    translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            if name := getattr(country, attribute, None):
                codes |= dict.fromkeys(_ways_to_write(translated.gettext(name)), country.alpha_2)
    ours = {*codes.values(), KOSOVO}
    for code, name in Locale(language).territories.items():
        if code in ours:
            codes |= dict.fromkeys(_ways_to_write(name), code)
    return codes


def _ways_to_write(name: str) -> set[str]:
    """A name, also with the umlauts that a keyboard lacks, and without its inversion.

    "Österreich" is "Oesterreich" as well, "Korea, Republic of" is "Republic of Korea".
    """
    names = {name}
    if ", " in name:
        first, _, rest = name.partition(", ")
        names.add(f"{rest} {first}")
    names |= {re.sub("[äöüÄÖÜ]", lambda letter: _UMLAUTS[letter[0].lower()], one) for one in names}
    return {_plain(one) for one in names}


_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}


def _plain(text: str) -> str:
    """Small letters without accents, dots, hyphens, articles and what surrounds a name."""
    letters = text.casefold()
    if not letters.isascii():
        folded = unicodedata.normalize("NFKD", letters)
        letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = re.sub("[-‐‑–—]", " ", _IGNORED.sub("", letters)).split()
    plain = _SINGLE_LETTERS.sub("", " ".join(words))
    return plain.strip(" ,;:()[]/*").removeprefix("the ")


_IGNORED = re.compile("[.'’`]")
_SINGLE_LETTERS = re.compile(r"(?<=\b\w) (?=\w\b)")
"""The blanks in "U. K."."""
