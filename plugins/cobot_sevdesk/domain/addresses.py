"""Postal addresses: parts where Cobot has them, else read from the one text it has.

What cannot be split goes into the street as a whole: nothing is lost, nothing is invented.
"""

import re
from dataclasses import dataclass

from cobot_sevdesk.domain.countries import find_country_code
from cobot_sevdesk.domain.invoice import Address

_CODE_THEN_CITY = re.compile(
    r"^(?:[A-Z]{1,3}[- ])?(?P<code>\d{4} ?[A-Z]{2}(?=[ ,])|\d{3} \d{2}|\d{2}-\d{3}|\d{4,6})"
    r"[ ,]+(?P<city>[^\d,]{2,})$"
)
_CITY_THEN_CODE = re.compile(
    r"^(?P<city>[^\d,]{2,}?),? +(?P<code>\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$"
)


@dataclass(frozen=True)
class PostalAddress:
    """An address as a contact needs it; `country` is an ISO code, `None` if unknown."""

    street: str = ""
    post_code: str = ""
    city: str = ""
    country: str | None = None


def to_postal_address(address: Address) -> PostalAddress:
    """The parts of an address; its blob is read only where Cobot gives no parts."""
    country = find_country_code(address.country)
    if address.street or address.post_code or address.city:
        return PostalAddress(
            street=address.street or "",
            post_code=address.post_code or "",
            city=address.city or "",
            country=country or country_in_blob(address.full_address),
        )
    return _from_blob(address, country)


def recipient_country(address: Address) -> str | None:
    """The ISO code of the country of an address, `None` if missing or not understood.

    A country that is named but not understood stays unknown: the blob is only asked where
    Cobot names none.
    """
    if address.country:
        return find_country_code(address.country)
    return country_in_blob(address.full_address)


def country_in_blob(blob: str | None) -> str | None:
    """The country that the last line of a free-text address names, if it names one."""
    lines = _lines(blob)
    if not lines:
        return None
    last = lines[-1]
    # One or two letters alone ("A", "BE") may as well be a state or an initial.
    return find_country_code(last) if len(last) > 2 else None


def _from_blob(address: Address, country: str | None) -> PostalAddress:
    lines = _lines(address.full_address)
    if lines and (named := country_in_blob(address.full_address)):
        country, lines = country or named, lines[:-1]
    spoken_for = {name.casefold() for name in (address.name, address.company) if name}
    lines = [line for line in lines if line.casefold() not in spoken_for]
    for index in range(len(lines) - 1, -1, -1):
        match = _CODE_THEN_CITY.match(lines[index]) or _CITY_THEN_CODE.match(lines[index])
        if match:
            rest = lines[:index] + lines[index + 1 :]
            return PostalAddress(", ".join(rest), match["code"], match["city"].strip(" ,"), country)
    return PostalAddress(street=", ".join(lines), country=country)


def _lines(blob: str | None) -> list[str]:
    parts = re.split(r"[\r\n]+", blob or "")
    if len([part for part in parts if part.strip()]) == 1:
        parts = parts[0].split(",") if parts[0].strip() else re.split(",", "".join(parts))
    return [" ".join(part.split()).strip(" ,") for part in parts if part.strip(" ,")]
