"""Booking accounts as sevDesk's guidance shows them, for three kinds of tenants.

Numbers belong to the chart of accounts, `accountDatevId` is the same in all of them. As in real
charts, accounts stand in runs of one name, so a name alone says little. Revenue ids and numbers of
SKR04 are recorded ones; most expense accounts only fill the list.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

Json = dict[str, Any]
ChartKind = Literal["skr04", "skr03", "small_business"]

_NINETEEN, _SEVEN, _ZERO = "NINETEEN", "SEVEN", "ZERO"
_ALL = [_ZERO, _SEVEN, _NINETEEN]
RATES = {_ZERO: 0, _SEVEN: 7, _NINETEEN: 19}
"""The names of tax rates in percent."""

RULES = {
    1: ("USTPFL_UMS_EINN", "Umsatzsteuerpflichtige Umsätze"),
    2: ("AUSFUHREN", "Ausfuhren"),
    3: ("INNERGEM_LIEF", "Innergemeinschaftliche Lieferungen"),
    4: ("STFREIE_UMS_P4", "Steuerfreie Umsätze nach § 4 UStG"),
    5: ("REV_CHARGE_13B_1", "Reverse Charge nach § 13b UStG"),
    8: ("INNERGEM_ERWERB", "Innergemeinschaftliche Erwerbe"),
    9: ("VORST_ABZUGSF_AUFW", "Vorsteuerabziehbare Aufwendungen"),
    11: ("KLEINUNTERNEHMER_P19", "Steuer nicht erhoben nach § 19 UStG"),
    12: ("REV_CHARGE_13B_MIT_VORST_ABZUG_0", "Reverse Charge"),
    16: ("NICHT_STEUERBAR_EXPENSE", ""),
    17: ("NICHT_IM_INLAND_STEUERBAR", "Nicht im Inland steuerbare Leistung"),
    21: ("REV_CHARGE_13B_1_USTG", "Reverse Charge für Leistungen in andere EU-Länder"),
    22: ("NICHT_STEUERBAR_REVENUE", "z. B. durchlaufende Posten"),
}
"""Code name and description of each tax rule that an account here allows."""

Allowed = dict[int, list[str]]
_GENERIC: Allowed = {1: _ALL, **{rule: [_ZERO] for rule in (2, 3, 4, 5, 17)}}
_AT_19: Allowed = {1: [_NINETEEN]}
_AT_7: Allowed = {1: [_SEVEN]}

_REVENUE: list[tuple[int, int, int, int, str, Allowed]] = [
    # First id, first number in SKR04 and in SKR03, how many, name, tax rules.
    (3510, 4000, 8000, 100, "Umsatzerlöse", _GENERIC),
    (3610, 4100, 8100, 5, "Steuerfreie Umsätze § 4 Nr. 8 ff. UStG", {4: [_ZERO]}),
    (3616, 4110, 8110, 1, "Sonstige steuerfreie Umsätze Inland", {4: [_ZERO]}),
    (3617, 4120, 8120, 1, "Steuerfreie Erlöse Drittland", {2: [_ZERO], 17: [_ZERO]}),
    (3618, 4125, 8125, 1, "Steuerfreie EU-Erlöse", {3: [_ZERO]}),
    (3631, 4200, 8200, 1, "Erlöse", _GENERIC),
    (5186, 4300, 8300, 1, "Erlöse 7 % USt", _AT_7),
    (6113, 4301, 8301, 9, "Erlöse 7 % USt", _AT_7),
    (3649, 4336, 8336, 1, "Erlöse aus sonstigen Leistungen im anderen EU-Land", {3: [_ZERO]}),
    (3650, 4337, 8337, 1, "Erlöse aus Leistungen nach § 13b UStG", {5: [_ZERO]}),
    (3651, 4338, 8338, 1, "Nicht steuerbare Umsätze Drittland", {17: [_ZERO]}),
    (5192, 4400, 8400, 1, "Erlöse 19 % USt", _AT_19),
    (6122, 4401, 8401, 9, "Erlöse 19 % USt", _AT_19),
    (5194, 4410, 8410, 1, "Erlöse 19 % USt", _AT_19),
    (3675, 4560, 8510, 1, "Provisionsumsätze", _GENERIC),
    (5199, 4569, 8519, 1, "Provisionsumsätze 19 % USt", _AT_19),
    (3712, 4700, 8700, 1, "Erlösschmälerungen", _GENERIC),
    (5227, 4710, 8710, 1, "Erlösschmälerungen 7 % USt", _AT_7),
    (5229, 4720, 8720, 1, "Erlösschmälerungen 19 % USt", _AT_19),
    (3725, 4730, 8730, 1, "Gewährte Skonti", _GENERIC),
    (3726, 4731, 8731, 1, "Gewährte Skonti 7 % USt", _AT_7),
    (3729, 4736, 8736, 1, "Gewährte Skonti 19 % USt", _AT_19),
    (3742, 4770, 8770, 1, "Gewährte Rabatte", _GENERIC),
    (5243, 4780, 8780, 1, "Gewährte Rabatte 7 % USt", _AT_7),
    (5245, 4790, 8790, 1, "Gewährte Rabatte 19 % USt", _AT_19),
    (3753, 4830, 8625, 1, "Sonstige betriebliche Erträge", _GENERIC),
    (3757, 4835, 8630, 1, "Sonstige betriebliche regelmäßige Erträge", _GENERIC),
    (5247, 4836, 8640, 1, "Sonstige betriebliche regelmäßige Erträge 19 % USt", _AT_19),
    (3761, 4839, 8650, 1, "Sonstige Erträge unregelmäßig", _GENERIC),
    (3778, 4860, 8860, 1, "Grundstückserträge", _GENERIC),
    (5251, 4862, 8862, 1, "Erlöse aus Vermietung und Verpachtung 19 %", _AT_19),
]

_EXPENSE: list[tuple[int, int, int, str]] = [
    # First number in SKR04 and in SKR03, how many, name.
    (5000, 3000, 10, "Aufwendungen für Roh-, Hilfs- und Betriebsstoffe"),
    (5200, 3200, 10, "Wareneingang"),
    (5300, 3300, 10, "Wareneingang 7 % Vorsteuer"),
    (5400, 3400, 10, "Wareneingang 19 % Vorsteuer"),
    (5700, 3700, 5, "Nachlässe"),
    (5730, 3730, 5, "Erhaltene Skonti"),
    (5800, 3800, 10, "Bezugsnebenkosten"),
    (5900, 3100, 10, "Fremdleistungen"),
    (6130, 4140, 5, "Freiwillige soziale Aufwendungen"),
    (6300, 4900, 5, "Sonstige betriebliche Aufwendungen"),
    (6305, 4200, 5, "Raumkosten"),
    (6310, 4210, 5, "Miete"),
    (6315, 4220, 5, "Pacht"),
    (6320, 4230, 5, "Heizung"),
    (6325, 4240, 5, "Gas, Strom, Wasser"),
    (6330, 4250, 5, "Reinigung"),
    (6335, 4260, 5, "Instandhaltung betrieblicher Räume"),
    (6340, 4270, 5, "Abgaben für Grundbesitz"),
    (6345, 4280, 5, "Sonstige Raumkosten"),
    (6350, 2350, 5, "Sonstige Grundstücksaufwendungen"),
    (6400, 4360, 5, "Versicherungen"),
    (6420, 4380, 5, "Beiträge"),
    (6430, 4390, 5, "Sonstige Abgaben"),
    (6460, 4800, 5, "Reparaturen an technischen Anlagen"),
    (6470, 4805, 5, "Reparaturen an Geschäftsausstattung"),
    (6495, 4815, 3, "Wartungskosten für Hard- und Software"),
    (6498, 4810, 2, "Mietleasing beweglicher Güter"),
    (6500, 4500, 5, "Fahrzeugkosten"),
    (6520, 4520, 5, "Kfz-Versicherungen"),
    (6530, 4530, 5, "Laufende Kfz-Betriebskosten"),
    (6540, 4540, 5, "Kfz-Reparaturen"),
    (6600, 4600, 10, "Werbekosten"),
    (6610, 4630, 5, "Geschenke"),
    (6640, 4650, 3, "Bewirtungskosten"),
    (6643, 4653, 2, "Aufmerksamkeiten"),
    (6650, 4660, 5, "Reisekosten Arbeitnehmer"),
    (6670, 4670, 5, "Reisekosten Unternehmer"),
    (6740, 4730, 5, "Ausgangsfrachten"),
    (6770, 4760, 5, "Verkaufsprovisionen"),
    (6800, 4910, 5, "Porto"),
    (6805, 4920, 5, "Telefon"),
    (6810, 4925, 5, "Telefax und Internetkosten"),
    (6815, 4930, 5, "Bürobedarf"),
    (6820, 4940, 1, "Zeitschriften, Bücher"),
    (6821, 4945, 4, "Fortbildungskosten"),
    (6825, 4950, 2, "Rechts- und Beratungskosten"),
    (6827, 4957, 3, "Abschluss- und Prüfungskosten"),
    (6830, 4955, 2, "Buchführungskosten"),
    (6835, 4960, 5, "Mieten für Einrichtungen"),
    (6845, 4985, 5, "Werkzeuge und Kleingeräte"),
    (6850, 4980, 5, "Sonstiger Betriebsbedarf"),
    (135, 27, 3, "EDV-Software"),
    (650, 410, 10, "Büroeinrichtung"),
    (670, 480, 5, "Geringwertige Wirtschaftsgüter"),
    (690, 490, 10, "Sonstige Betriebs- und Geschäftsausstattung"),
]
_FIRST_INVENTED = 20001
_FIRST_MADE = 40000
_BUYING: Allowed = {9: _ALL, 12: [_ZERO]}

_SINGLE: list[tuple[int, int, int, str, Allowed, list[str]]] = [
    # Id, number in SKR04 and in SKR03, name, tax rules, receipt types.
    (2578, 1370, 1590, "Durchlaufende Posten", {16: [_ZERO], 22: [_ZERO]}, ["REVENUE", "EXPENSE"]),
    (2571, 1350, 1525, "Kautionen", {16: [_ZERO]}, ["EXPENSE"]),
    (4120, 6110, 4130, "Gesetzliche soziale Aufwendungen", {9: [_ZERO]}, ["EXPENSE"]),
    (4285, 6855, 4970, "Nebenkosten des Geldverkehrs", {9: _ALL}, ["EXPENSE"]),
]
_DESCRIBED = {
    2578: "Geld, das nur weitergegeben wird",
    2571: "Kautionen, die der Betrieb stellt",
    4285: "Kosten von Bank und Karte",
}
"""Account id -> the description that a few accounts have."""
_FOR_RULE_21 = 3649
"""The account under which a recorded guidance lists tax rule 21."""


@cache
def _accounts(kind: ChartKind) -> tuple[tuple[int, str, str, Allowed, list[str]], ...]:
    def number(skr04: int, skr03: int) -> str:
        return f"{skr03 if kind == 'skr03' else skr04:04}"

    def every() -> Iterator[tuple[int, str, str, Allowed, list[str]]]:
        for id_, skr04, skr03, count, name, rules in _REVENUE:
            allowed = {11: [_ZERO]} if kind == "small_business" else rules
            for step in range(count):
                where = number(skr04 + step, skr03 + step)
                yield id_ + step, where, name, allowed, ["REVENUE"]
        invented = _FIRST_INVENTED
        for skr04, skr03, count, name in _EXPENSE:
            for step in range(count):
                where = number(skr04 + step, skr03 + step)
                yield invented, where, name, _BUYING, ["EXPENSE"]
                invented += 1
        for id_, skr04, skr03, name, allowed, receipts in _SINGLE:
            yield id_, number(skr04, skr03), name, allowed, receipts

    return tuple(sorted(every(), key=lambda account: account[1]))


def accounts_of(kind: ChartKind, *, with_rule_21: bool = False) -> list[Json]:
    """The guidance entries of a tenant; a small business may use rule 11 at 0 % only."""
    entries = []
    for id_, number, name, allowed, receipts in _accounts(kind):
        more = {21: [_ZERO]} if with_rule_21 and id_ == _FOR_RULE_21 else {}
        entries.append(_entry(id_, number, name, {**allowed, **more}, receipts))
    return entries


def new_account(name: str, taken: list[Json]) -> Json:
    """A revenue account that somebody makes, under the next free number of its kind."""
    numbers = {account["accountNumber"] for account in taken}
    first = 8900 if "8400" in numbers else 4900
    number = next(str(n) for n in range(first, first + 1000) if str(n) not in numbers)
    return _entry(_FIRST_MADE + int(number), number, name, _GENERIC, ["REVENUE"])


def account_without_number() -> Json:
    """A guidance entry whose number is null."""
    return {
        **_entry(29999, "", "Konto ohne Nummer", _AT_19, ["REVENUE"]),
        "accountNumber": None,
    }


def _entry(id_: int, number: str, name: str, allowed: Allowed, receipts: list[str]) -> Json:
    rules = [
        {"name": RULES[rule][0], "id": rule, "description": RULES[rule][1], "taxRates": rates}
        for rule, rates in allowed.items()
    ]
    return {
        "accountDatevId": id_,
        "accountNumber": number,
        "accountName": name,
        "description": _DESCRIBED.get(id_),
        "allowedTaxRules": rules,
        "allowedReceiptTypes": receipts,
    }
