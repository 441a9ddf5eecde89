"""sevDesk's list of countries: about 250 rows, some codes more than once, one without any.

Ids of the countries that others recorded are theirs; all others are invented.
"""

from typing import Any

from babel import Locale

Json = dict[str, Any]
UNKNOWN_COUNTRY = "1337"

_RECORDED = (
    "de 1 ch 2 at 3 be 6 bg 7 dk 8 gb 9 fi 10 fr 11 gr 12 ie 13 it 14 lv 16 lu 17 nl 18 no 19 "
    "pl 21 pt 22 ro 23 ru 24 se 25 sk 27 si 28 es 29 cz 30 hu 31 tr 34 il 36 mt 37 au 38 jp 40 "
    "li 42 mc 43 ae 44 hr 48 nz 50 is 51 cn 60 ua 66 br 73 lt 1346 us 1353 in 1375 ee 1390 "
    "ca 1423 rs 1425 cy 1490"
).split()
_IDS = dict(zip(_RECORDED[::2], map(int, _RECORDED[1::2]), strict=True))
_FIRST_INVENTED = 2000

_BESIDE = (
    # What recorded lists hold beside the states.
    (67, "du", "Dubai", "Dubai"),
    (74, "gb", "England", "England"),
    (77, "gb", "Vereinigtes Königreich", "United Kingdom"),
    (int(UNKNOWN_COUNTRY), None, "unbekanntes Land", "Unknown"),
)
_RENAMED = {9: ("Großbritannien", "Great Britain")}


def all_countries() -> list[Json]:
    """Every row of the list, in the order of their ids."""
    german, english = Locale("de").territories, Locale("en").territories
    codes = [code for code in sorted(german) if len(code) == 2 and code.isalpha()]
    codes = [code for code in codes if code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}]
    rows = [_row(id_, code, *names) for id_, code, *names in _BESIDE]
    for number, code in enumerate(codes, start=_FIRST_INVENTED):
        id_ = _IDS.get(code.lower(), number)
        names = _RENAMED.get(id_, (german[code], english[code]))
        rows.append(_row(id_, code.lower(), *names))
    return sorted(rows, key=lambda row: int(row["id"]))


def _row(id_: int, code: str | None, german: str, english: str) -> Json:
    return {
        "id": str(id_),
        "objectName": "StaticCountry",
        "code": code,
        "name": german,
        "nameEn": english,
        "translationCode": f"COUNTRY_{(code or 'unknown').upper()}_{id_}",
        "locale": f"{code}_{code.upper()}" if code else None,
        "priority": str({1: 3, 2: 2, 3: 2}.get(id_, 0)),
    }
