"""Why an invoice has no voucher, as the two services and the space file show it.

The package decides; this only looks, so that nobody at the page has to wonder. It knows the odd
cases of the sample spaces and of the buttons. The letter in Airflow says everything.
"""

import hashlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.chart import RATES
from sandbox.cobot_space import CobotSpace
from sandbox.tenant import Tenant
from sandbox.tour.words import Words
from sandbox.wire import BERLIN

Json = dict[str, Any]
_EU = frozenset(
    "AT BE BG CY CZ DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


@dataclass(frozen=True)
class Why:
    """One reason; `values` fill its words, and the button that repairs it."""

    words: Words
    values: Mapping[str, str] = field(default_factory=dict)
    repair: str = ""
    is_settled: bool = False
    """Whether it needs no voucher: nobody has to do anything."""


NOTHING = Why(
    Words(
        "Nothing is in the way. The next run over its date books it.",
        "Es steht nichts im Weg. Der nächste Lauf über ihr Datum bucht sie.",
    )
)
_IGNORED = Words(
    "The space file ignores it: {reason}. It needs no voucher.",
    "Die Space-Datei nimmt sie aus: {reason}. Sie braucht keinen Beleg.",
)
_EARLY = Words(
    "It is dated before the go-live of the space, {start}. It needs no voucher.",
    "Sie liegt vor dem Start des Space am {start}. Sie braucht keinen Beleg.",
)
_FUTURE = Words(
    "It is dated in the future. It is booked when its date has come.",
    "Ihr Datum liegt in der Zukunft. Sie wird gebucht, wenn es so weit ist.",
)
_ZERO = Words(
    "Its total is zero. It needs no voucher.",
    "Ihre Summe ist null. Sie braucht keinen Beleg.",
)
_BY_HAND = Words(
    "Somebody made voucher {voucher} for it by hand. It is left alone.",
    "Jemand hat Beleg {voucher} für sie von Hand angelegt. Er bleibt, wie er ist.",
)
_OTHER = Words(
    "Voucher {voucher} of somebody else carries its number, but date or gross differ. A person decides.",
    "Der fremde Beleg {voucher} trägt ihre Nummer, aber Datum oder Betrag weichen ab. Ein Mensch entscheidet.",
)
_ISSUED_ANEW = Words(
    "Voucher {voucher} stands under its number, for an invoice that was deleted. A person decides.",
    "Unter ihrer Nummer steht Beleg {voucher}, für eine gelöschte Rechnung. Ein Mensch entscheidet.",
)
_CURRENCY = Words(
    "It is in {currency}. The space file books EUR only: book it by hand, then name it there.",
    "Sie lautet auf {currency}. Laut Space-Datei wird nur in EUR gebucht: Buchen Sie sie von Hand, und nennen Sie sie dort.",
)
_CANCELED = Words(
    "Cobot calls it canceled. A person decides, and names it in the space file.",
    "Laut Cobot ist sie storniert. Ein Mensch entscheidet und nennt sie in der Space-Datei.",
)
_DAMAGED = Words(
    "Its PDF is damaged: sevDesk cannot read it.",
    "Ihr PDF ist beschädigt: sevDesk kann es nicht lesen.",
)
_NO_CODE = Words(
    "A line has no accounting code, so its booking account is not known.",
    "Eine Zeile hat keinen Buchungscode. Darum ist ihr Buchungskonto unbekannt.",
)
_NO_ACCOUNT = Words(
    "sevDesk has no booking account for the accounting code {code}.",
    "In sevDesk gibt es kein Buchungskonto zum Buchungscode {code}.",
)
_SEVERAL = Words(
    "The accounting code {code} fits several booking accounts.",
    "Zum Buchungscode {code} passen mehrere Buchungskonten.",
)
_NOT_ALLOWED = Words(
    "Booking account {account} takes no revenue at {rate} %.",
    "Das Buchungskonto {account} erlaubt keinen Erlös mit {rate} %.",
)
_TWO_RULES = Words(
    "Lines with and without tax need two tax rules. A voucher has one.",
    "Zeilen mit und ohne Steuer brauchen zwei Steuerregeln. Ein Beleg hat eine.",
)
_NO_COUNTRY = Words(
    "A line has no tax, and the country of the recipient is not known.",
    "Eine Zeile ist ohne Steuer, und das Land des Empfängers ist unbekannt.",
)
_IN_EU = Words(
    "A line has no tax, and the recipient lives in another EU state ({country}). No tax rule fits a private customer there.",
    "Eine Zeile ist ohne Steuer, und der Empfänger lebt in einem anderen EU-Staat ({country}). Für Privatkunden dort passt keine Steuerregel.",
)
_NO_RULE = Words(
    "A line has no tax, and the space file names no tax rule for such a recipient ({country}).",
    "Eine Zeile ist ohne Steuer, und die Space-Datei nennt für solche Empfänger ({country}) keine Steuerregel.",
)


def key_of(source: str) -> str:
    """The key that ties an object of sevDesk to its source in Cobot."""
    return b32encode(hashlib.sha256(source.encode()).digest()).decode()[:10]


def why_none(
    invoice: Json, space: CobotSpace, tenant: Tenant, rules: Json, *, today: date
) -> list[Why]:
    """Every reason why an invoice has no voucher; at least one."""
    attributes = invoice["attributes"]
    if settled := _settled(attributes, tenant, rules, today):
        return [settled]
    found = [
        *_of_invoice(invoice, space, tenant, rules),
        *_of_lines(attributes, tenant, rules),
        *_of_recipient(attributes, rules),
    ]
    return list({(why.words, *why.values.values()): why for why in found}.values()) or [NOTHING]


def today_in_berlin() -> date:
    """Today's date in the zone of the sample spaces."""
    return datetime.now(BERLIN).date()


def _settled(attributes: Json, tenant: Tenant, rules: Json, today: date) -> Why | None:
    """Why nobody has to do anything."""
    number, day = attributes["number"], str(attributes["invoiceDate"])
    for named in rules.get("ignore_invoices") or []:
        if str(named.get("number")) == number:
            values = {"reason": str(named.get("reason"))}
            return Why(_IGNORED, values, is_settled=True)
    start = str(rules.get("sync_from") or "")
    if start and day < start:
        return Why(_EARLY, {"start": start}, is_settled=True)
    if day > str(today):
        return Why(_FUTURE, is_settled=True)
    if Decimal(attributes["totalAmount"]["gross"]) == 0:
        return Why(_ZERO, is_settled=True)
    for voucher in _by_others(number, tenant):
        same_day = (voucher["voucherDate"] or "")[:10] == day
        same_sum = Decimal(voucher["sumGross"]) == Decimal(attributes["totalAmount"]["gross"])
        if same_day and same_sum:
            return Why(_BY_HAND, {"voucher": voucher["id"]}, is_settled=True)
    return None


def _by_others(number: str, tenant: Tenant) -> Iterator[Json]:
    """The vouchers without a key of ours that carry a number."""
    for voucher in tenant.tables["Voucher"].values():
        description = voucher["description"] or ""
        if number in description.split() and "[COBOT:" not in description:
            yield voucher


def _of_invoice(invoice: Json, space: CobotSpace, tenant: Tenant, rules: Json) -> Iterator[Why]:
    attributes = invoice["attributes"]
    number, currency = attributes["number"], attributes["totalAmount"]["currency"]
    for voucher in _by_others(number, tenant):
        yield Why(_OTHER, {"voucher": voucher["id"]})
    for voucher in tenant.tables["Voucher"].values():
        if (voucher["description"] or "").startswith(f"{number} [COBOT:"):
            yield Why(_ISSUED_ANEW, {"voucher": voucher["id"]})
    is_booked = (rules.get("vouchers") or {}).get("foreign_currency") == "booked"
    if currency != "EUR" and not is_booked:
        yield Why(_CURRENCY, {"currency": currency, "number": number}, "ignore_invoice")
    if attributes.get("paidStatus") == "canceled":
        yield Why(_CANCELED, {"number": number}, "ignore_invoice")
    if invoice["id"] in space.damaged:
        yield Why(_DAMAGED)


def _of_lines(attributes: Json, tenant: Tenant, rules: Json) -> Iterator[Why]:
    mapped = rules.get("accounts") or {}
    for item in attributes["items"]:
        code = (item["accountingCode"] or "").strip()
        if not code:
            yield Why(_NO_CODE, {"invoice": attributes["number"]}, "give_code")
            continue
        wanted = str(mapped.get(code, code))
        accounts = [a for a in tenant.chart if a["accountNumber"] == wanted]
        accounts = accounts or [a for a in tenant.chart if a["accountName"] == wanted]
        if not accounts:
            yield Why(_NO_ACCOUNT, {"code": code, "name": wanted}, "make_account")
        elif len(accounts) > 1:
            yield Why(_SEVERAL, {"code": code})
        elif not _allows(accounts[0], _rate_of(item)):
            rate = f"{_rate_of(item).normalize():f}"
            yield Why(_NOT_ALLOWED, {"account": accounts[0]["accountNumber"], "rate": rate})


def _rate_of(item: Json) -> Decimal:
    return sum((Decimal(tax["rate"]) for tax in item["totalAmount"]["taxes"]), Decimal(0))


def _allows(account: Json, rate: Decimal) -> bool:
    names = {name for rule in account["allowedTaxRules"] for name in rule["taxRates"]}
    return "REVENUE" in account["allowedReceiptTypes"] and rate in {RATES[name] for name in names}


def _of_recipient(attributes: Json, rules: Json) -> Iterator[Why]:
    """What stands against lines without tax; who receives them decides their tax rule."""
    rates = {_rate_of(item) for item in attributes["items"]}
    if Decimal(0) not in rates:
        return
    if len(rates) > 1:
        yield Why(_TWO_RULES)
    country = attributes["recipientAddress"].get("countryCode")
    values = {"invoice": attributes["number"], "country": str(country)}
    named = (rules.get("tax") or {}).get("zero_rate") or {}
    if not country:
        yield Why(_NO_COUNTRY, values, "set_country")
    elif country in _EU:
        yield Why(_IN_EU, values, "set_country")
    elif named.get("domestic" if country == "DE" else "third_country") is None:
        yield Why(_NO_RULE, values)
