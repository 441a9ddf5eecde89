"""Booking accounts as sevDesk's guidance shows them, for three kinds of tenants.

Numbers belong to the chart of accounts, `accountDatevId` is the same in all of them.
"""

from typing import Any, Literal

ChartKind = Literal["skr04", "skr03", "small_business"]

_NINETEEN, _SEVEN, _ZERO = "NINETEEN", "SEVEN", "ZERO"
_ALL = [_ZERO, _SEVEN, _NINETEEN]
_RULES = {
    1: "USTPFL_UMS_EINN",
    2: "AUSFUHREN",
    3: "INNERGEM_LIEF",
    4: "STFREIE_UMS_P4",
    5: "REV_CHARGE_13B_1",
    11: "KLEINUNTERNEHMER_P19",
    17: "NICHT_IM_INLAND_STEUERBAR",
}
_GENERIC = {1: _ALL, 2: [_ZERO], 3: [_ZERO], 4: [_ZERO], 5: [_ZERO], 17: [_ZERO]}

_ACCOUNTS: list[tuple[int, str, str, str, dict[int, list[str]]]] = [
    (3510, "4000", "8000", "Umsatzerlöse", _GENERIC),
    (3616, "4110", "8110", "Sonstige steuerfreie Umsätze Inland", {4: [_ZERO]}),
    (3617, "4120", "8120", "Steuerfreie Erlöse Drittland", {2: [_ZERO], 17: [_ZERO]}),
    (3618, "4125", "8125", "Steuerfreie EU-Erlöse", {3: [_ZERO]}),
    (3631, "4200", "8200", "Erlöse", _GENERIC),
    (3649, "4336", "8336", "Erlöse aus sonstigen Leistungen im anderen EU-Land", {3: [_ZERO]}),
    (3651, "4338", "8338", "Nicht steuerbare Umsätze Drittland", {17: [_ZERO]}),
    (5186, "4300", "8300", "Erlöse 7 % USt", {1: [_SEVEN]}),
    (5192, "4400", "8400", "Erlöse 19 % USt", {1: [_NINETEEN]}),
    (6122, "4401", "8401", "Erlöse 19 % USt Besprechungsräume", {1: [_NINETEEN]}),
    (3753, "4830", "8625", "Sonstige betriebliche Erträge", _GENERIC),
    (5251, "4862", "8862", "Erlöse aus Vermietung und Verpachtung 19 %", {1: [_NINETEEN]}),
]


def accounts_of(kind: ChartKind) -> list[dict[str, Any]]:
    """The guidance entries of a tenant; a small business may use rule 11 at 0 % only."""
    entries = []
    for id_, skr04, skr03, name, rules in _ACCOUNTS:
        allowed = {11: [_ZERO]} if kind == "small_business" else rules
        entries.append(
            {
                "accountDatevId": id_,
                "accountNumber": skr03 if kind == "skr03" else skr04,
                "accountName": name,
                "description": None,
                "allowedTaxRules": [
                    {"id": rule, "name": _RULES[rule], "description": "", "taxRates": rates}
                    for rule, rates in allowed.items()
                ],
                "allowedReceiptTypes": ["REVENUE"],
            }
        )
    entries.append(
        {
            "accountDatevId": 4285,
            "accountNumber": "4970" if kind == "skr03" else "6855",
            "accountName": "Nebenkosten des Geldverkehrs",
            "description": None,
            "allowedTaxRules": [
                {"id": 9, "name": "VORST_ABZUGSF_AUFW", "description": "", "taxRates": _ALL}
            ],
            "allowedReceiptTypes": ["EXPENSE"],
        }
    )
    return entries


RATES = {_ZERO: 0, _SEVEN: 7, _NINETEEN: 19}
"""The names of tax rates in percent."""
