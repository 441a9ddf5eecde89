"""sevDesk's country ids, for accounts where their list is not to be had.

Source: list of a live account, 2026-07-29; the list's path is assumption S-07.
"""

UNKNOWN_COUNTRY = "1337"

KNOWN_COUNTRIES = {
    code.lower(): str(id_)
    for code, id_ in {
        "DE": 1,
        "CH": 2,
        "AT": 3,
        "BE": 6,
        "BG": 7,
        "DK": 8,
        "GB": 9,
        "FI": 10,
        "FR": 11,
        "GR": 12,
        "IE": 13,
        "IT": 14,
        "LV": 16,
        "LU": 17,
        "NL": 18,
        "NO": 19,
        "PL": 21,
        "PT": 22,
        "RO": 23,
        "RU": 24,
        "SE": 25,
        "SK": 27,
        "SI": 28,
        "ES": 29,
        "CZ": 30,
        "HU": 31,
        "TR": 34,
        "IL": 36,
        "MT": 37,
        "AU": 38,
        "JP": 40,
        "LI": 42,
        "MC": 43,
        "AE": 44,
        "HR": 48,
        "NZ": 50,
        "IS": 51,
        "CN": 60,
        "UA": 66,
        "BR": 73,
        "LT": 1346,
        "US": 1353,
        "IN": 1375,
        "EE": 1390,
        "CA": 1423,
        "RS": 1425,
        "CY": 1490,
    }.items()
}
