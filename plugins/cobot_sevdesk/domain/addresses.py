"""Postal addresses: parts where Cobot has them, else read from the one text it has.

A text is split only where its country is known and its last line has the form that this country
gives it. Everything else goes into the street as a whole: nothing is lost, nothing is invented.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cobot_sevdesk.domain.countries import find_country_code
from cobot_sevdesk.domain.invoice import Address


@dataclass(frozen=True)
class PostalAddress:
    """An address as a contact needs it; `country` is an ISO code, `None` if unknown."""

    street: str = ""
    post_code: str = ""
    city: str = ""
    country: str | None = None


# Forms of post codes: Universal Postal Union, postal addressing systems of its members.
# https://www.upu.int/en/postal-solutions/programmes-services/addressing-solutions
_BEFORE_THE_CITY: Mapping[str, str] = {
    **dict.fromkeys("DE FR IT ES MC SM VA FI EE HR RS BA ME XK TR UA MX".split(), r"\d{5}"),
    **dict.fromkeys("AT CH LI BE LU DK NO HU SI BG CY MK".split(), r"\d{4}"),
    "NL": r"\d{4} ?[A-Z]{2}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    **dict.fromkeys(("CZ", "SK", "SE", "GR"), r"\d{3} ?\d{2}"),
    "LT": r"(?:LT-)?\d{5}",
    "RO": r"\d{6}",
    "IS": r"\d{3}",
    "JP": r"\d{3}-\d{4}",
}
"""The post code in a line such as `20095 Hamburg`, by country."""
_PLATES = {"DE": "D", "AT": "A", "BE": "B", "LU": "L", "FR": "F", "IT": "I", "ES": "E", "LI": "FL"}
"""What stands before the post code in some countries, as in `D-20095`, beside the ISO code."""

_BEHIND_THE_CITY: Mapping[str, str] = {
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "IE": r"(?:[A-Z]\d{2}|D6W) ?[A-Z\d]{4}",
    "US": r"\d{5}(?:-\d{4})?",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "AU": r"\d{4}",
    "NZ": r"\d{4}",
    "LV": r"LV-\d{4}",
    "JP": r"\d{3}-\d{4}",
    "SG": r"\d{6}",
}
"""The post code in a line such as `London SW1A 1AA`, by country."""
_ON_A_LINE_OF_ITS_OWN = frozenset({"GB", "IE"})
_WITH_STATE = frozenset({"US", "CA", "AU"})
"""Where the state belongs to the address: it stays with the city, as in `Springfield, IL`."""
_STATE = r"(?-i:[A-Z]{2,3})"
_DISTRICTS = {
    **dict.fromkeys(("CZ", "SK", "IE"), r"(?: \d{1,2}W?)?"),
    "FR": r"(?: CEDEX(?: \d{1,2})?)?",
}
"""Digits that a city may end with, as in `Praha 1` and `Dublin 2`."""
_STREET_WORDS = frozenset(
    "street road rd avenue ave boulevard blvd drive lane highway court square terrace broadway "
    "ln pkwy hwy mews parade suite floor unit apartment apt building box rue quai via viale corso "
    "piazza calle plaza avenida rua strasse straße str weg platz allee gasse".split()
)
"""A line with one of these is a street with its number, no post code with its city."""
_STREET_ENDINGS = frozenset("st dr ct pl cir sq ter crescent close".split())
"""Words that end a street, and stand elsewhere in cities ("St. Louis", "Crescent City")."""


def to_postal_address(address: Address) -> PostalAddress:
    """The parts of an address; its blob is read where Cobot gives no street."""
    country = recipient_country(address)
    blob = _from_blob(address, country)
    agrees = address.post_code in {None, blob.post_code} and address.city in {None, blob.city}
    if not address.street and agrees:
        return replace(blob, country=country)
    city = address.city or ""
    if country in _WITH_STATE:
        city = ", ".join(filter(None, (address.city, address.state)))
    street = address.street or ", ".join(_lines(address.full_address))
    return PostalAddress(street, address.post_code or "", city, country)


def recipient_country(address: Address) -> str | None:
    """The ISO code of the country of an address, `None` if missing or not understood.

    A country that is named but not understood stays unknown: the blob is only asked where
    Cobot names none.
    """
    if address.country:
        return find_country_code(address.country)
    return country_in_blob(address.full_address)


def country_in_blob(blob: str | None) -> str | None:
    """The country that the last line of a free-text address names, if it names one.

    Alone, behind the last comma, or before the post code as in `D-20095 Hamburg`.
    """
    last = ["", *_lines(blob)][-1]
    name = last.rpartition(",")[2].strip()
    # One or two letters alone ("A", "BE") may as well be a state or an initial.
    named = find_country_code(name) if len(name) > 2 else None
    return named or _named_before_post_code(name)


def _named_before_post_code(line: str) -> str | None:
    for country in _BEFORE_THE_CITY:
        if re.match(rf"(?:{_prefixes(country)})-", line) and _code_then_city(line, country):
            return country
    return None


def _from_blob(address: Address, country: str | None) -> PostalAddress:
    lines = _lines(address.full_address)
    if len(lines) == 1:
        lines = _pieces(lines[0], country)
    if country and lines:
        before, _, last = lines[-1].rpartition(",")
        if find_country_code(last) == country:
            lines[-1] = before.strip(" ,")
    spoken_for = {name.casefold() for name in (address.name, address.company) if name}
    lines = [line for line in lines if line and line.casefold() not in spoken_for]
    split = _split(lines, country) if lines and country else None
    return split or PostalAddress(street=", ".join(lines))


def _lines(blob: str | None) -> list[str]:
    lines = (" ".join(line.split()).strip(" ,") for line in re.split(r"[\r\n]+", blob or ""))
    return [line for line in lines if line]


def _pieces(line: str, country: str | None) -> list[str]:
    """An address in one line as lines; `Springfield, IL 62704` is one of them."""
    pieces = [piece.strip() for piece in line.split(",") if piece.strip()]
    if country in _WITH_STATE:
        is_state = re.compile(rf"{_STATE} {_BEHIND_THE_CITY[country]}")
        for index in range(len(pieces) - 1, 0, -1):
            if is_state.fullmatch(pieces[index]):
                pieces[index - 1 : index + 1] = [", ".join(pieces[index - 1 : index + 1])]
    return pieces


def _split(lines: list[str], country: str) -> PostalAddress | None:
    """The address whose last line holds post code and city; `None` where it does not."""
    *street, last = lines
    if match := _code_then_city(last, country) or _city_then_code(last, country):
        return PostalAddress(", ".join(street), match["code"], match["city"].strip(" ,-"))
    if country not in _ON_A_LINE_OF_ITS_OWN:
        return None
    if not re.fullmatch(_BEHIND_THE_CITY[country], last, re.IGNORECASE):
        return None
    # With more lines it may be the county, not the city, that stands before the post code.
    is_city = re.fullmatch(_city(country), street[-1], re.IGNORECASE) if street else None
    if len(street) == 2 and is_city and not _is_street(street[1]):
        return PostalAddress(street[0], last, street[1])
    return PostalAddress(", ".join(street), last)


def _code_then_city(line: str, country: str) -> re.Match[str] | None:
    if not (code := _BEFORE_THE_CITY.get(country)):
        return None
    pattern = rf"(?:(?:{_prefixes(country)})[- ] ?)?(?P<code>{code}) +(?P<city>{_city(country)})"
    return _unless_a_street(re.fullmatch(pattern, line, re.IGNORECASE))


def _city_then_code(line: str, country: str) -> re.Match[str] | None:
    if not (code := _BEHIND_THE_CITY.get(country)):
        return None
    state = rf",? {_STATE}" if country in _WITH_STATE else ""
    pattern = rf"(?P<city>(?P<town>{_city(country)}){state})[ ,-]+(?P<code>{code})"
    return _unless_a_street(re.fullmatch(pattern, line, re.IGNORECASE))


def _unless_a_street(match: re.Match[str] | None) -> re.Match[str] | None:
    if match is None or _is_street(match.groupdict().get("town") or match["city"]):
        return None
    return match


def _is_street(text: str) -> bool:
    words = re.findall(r"\w+", text.casefold())
    return bool(_STREET_WORDS.intersection(words) or _STREET_ENDINGS.intersection(words[-1:]))


def _city(country: str) -> str:
    """The form of a city's name: no digits but those of a district."""
    return r"[^\d,;]{2,}" + _DISTRICTS.get(country, "")


def _prefixes(country: str) -> str:
    return f"{country}|{_PLATES[country]}" if country in _PLATES else country
