"""One space on the page: what waits and why, and Cobot's side beside sevDesk's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from sandbox.cobot_space import CobotSpace
from sandbox.tenant import Tenant
from sandbox.tour.buttons import Choice, Stage
from sandbox.tour.why import Why, key_of, why_none
from sandbox.tour.words import Language, Words
from sandbox.world import tenant_ledger

Json = dict[str, Any]
_MARKER = re.compile(r"\[COBOT:([A-Z2-7]{10})\]")


@dataclass(frozen=True)
class Waiting:
    """An invoice without a voucher of ours."""

    name: str
    """Its number, or its id where another one has that number."""
    number: str
    why: tuple[Why, ...]

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to do anything."""
        return all(one.is_settled for one in self.why)


class Books:
    """Both sides of a space, read once for one page."""

    def __init__(self, space: CobotSpace, tenant: Tenant, rules: Json, *, today: date) -> None:
        self.space, self.tenant = space, tenant
        self._ledger = tenant_ledger(tenant)
        self._vouchers = {key: v for v in self._ledger["vouchers"] for key in keys_in(v)}
        self._contacts = {key: c for c in self._ledger["contacts"] for key in keys_in(c)}
        self.invoices = sorted(
            space.invoices.values(),
            key=lambda i: (str(i["attributes"]["invoiceDate"]), str(i["attributes"]["number"])),
        )
        self.waiting = {
            invoice["id"]: Waiting(
                self._name(invoice),
                str(invoice["attributes"]["number"]),
                tuple(why_none(invoice, space, tenant, rules, today=today)),
            )
            for invoice in self.invoices
            if self.voucher_of(invoice) is None
        }
        self.stage = Stage(space, tenant, rules, self._choices(), self._choices(waiting=True))

    def voucher_of(self, invoice: Json) -> Json | None:
        """Our voucher of an invoice."""
        return self._vouchers.get(key_of(f"invoice:{invoice['id']}"))

    def contact_of(self, member: Json) -> Json | None:
        """Our contact of a member."""
        return self._contacts.get(key_of(f"membership:{member['id']}"))

    def groups(self) -> list[tuple[Why, list[Waiting]]]:
        """Every reason once, with the invoices that wait for it; those to do something first."""
        found: dict[tuple[object, ...], tuple[Why, list[Waiting]]] = {}
        for waiting in self.waiting.values():
            for why in waiting.why:
                own = {"invoice", "number"}
                told = (why.words, *(v for k, v in why.values.items() if k not in own))
                found.setdefault(told, (why, []))[1].append(waiting)
        return sorted(found.values(), key=lambda group: (group[0].is_settled, not group[0].repair))

    def sums(self, lang: Language) -> str:
        """How many and how much on each side."""
        totals = [i["attributes"]["totalAmount"] for i in self.invoices]
        gross = sum((Decimal(t["gross"]) for t in totals if t["currency"] == "EUR"), Decimal(0))
        ours = [v for v in self._ledger["vouchers"] if keys_in(v)]
        booked = sum((Decimal(v["sumGross"]) for v in ours), Decimal(0))
        invoices, vouchers, others = _INVOICES, _VOUCHERS, _BY_OTHERS
        count = len(self._ledger["vouchers"]) - len(ours)
        return (
            f"<div class=sums><div>Cobot<b>{len(totals)} {invoices.html(lang)}</b>"
            f"{amount(gross, lang)} EUR</div><div>sevDesk<b>{len(ours)} {vouchers.html(lang)}</b>"
            f"{amount(booked, lang)} EUR</div>"
            f"<div>{others.html(lang)}<b>{count}</b>{_LEFT_ALONE.html(lang)}</div></div>"
        )

    def members_table(self, lang: Language) -> str:
        """Members beside contacts."""
        rows = "".join(self._member_row(member, lang) for member in self.space.members.values())
        return _table(_MEMBER_HEADS, rows, lang)

    def invoices_table(self, lang: Language) -> str:
        """Invoices beside vouchers."""
        by_id = {contact["id"]: contact for contact in self._ledger["contacts"]}
        rows = "".join(self._invoice_row(invoice, by_id, lang) for invoice in self.invoices)
        return _table(_INVOICE_HEADS, rows, lang)

    def _name(self, invoice: Json) -> str:
        number = str(invoice["attributes"]["number"])
        same = [i for i in self.invoices if i["attributes"]["number"] == number]
        return number if len(same) == 1 else str(invoice["id"])

    def _choices(self, *, waiting: bool = False) -> list[Choice]:
        """The invoices with a voucher of ours, or those without; the newest first."""
        chosen = [i for i in reversed(self.invoices) if (i["id"] in self.waiting) == waiting]
        if waiting:
            chosen.sort(key=lambda invoice: self.waiting[invoice["id"]].is_settled)
        return [
            Choice(
                self._name(invoice),
                "{number} · {invoiceDate}".format_map(invoice["attributes"])
                + f" · {invoice['attributes']['totalAmount']['gross']}",
            )
            for invoice in chosen
        ]

    def _member_row(self, member: Json, lang: Language) -> str:
        contact = self.contact_of(member)
        name = member["address"]["company"] or member["name"] or ""
        confirmed = day(member["confirmed_at"], lang) or _NOT_YET.html(lang)
        left = f"<td>{escape(name)}<td>{confirmed}<td>{escape(member['customer_number'] or '')}"
        if contact is None:
            none = _NO_CONTACT.html(lang)
            return f"<tr id={member['id']}>{left}<td class='gap none' colspan=3>{none}</tr>"
        person = f"{contact['surename'] or ''} {contact['familyname'] or ''}".strip()
        address = contact["addresses"][0] if contact["addresses"] else {}
        place = f"{address.get('zip') or ''} {address.get('city') or ''}"
        return (
            f"<tr id={member['id']}>{left}"
            f"<td class=gap id=contact-{contact['id']}>{escape(contact['name'] or person)}"
            f"<td>{escape(contact['customerNumber'])}<td>{escape(place)}</tr>"
        )

    def _invoice_row(self, invoice: Json, contacts: Mapping[str, Json], lang: Language) -> str:
        attributes = invoice["attributes"]
        recipient = attributes["recipientAddress"]
        name = recipient.get("company") or recipient.get("name") or ""
        total = attributes["totalAmount"]
        currency = "" if total["currency"] == "EUR" else f" {escape(total['currency'])}"
        left = (
            f"<td>{escape(str(attributes['number']))}<td>{day(attributes['invoiceDate'], lang)}"
            f"<td>{escape(name)}<td class=n>{amount(Decimal(total['gross']), lang)}{currency}"
        )
        voucher = self.voucher_of(invoice)
        if voucher is None:
            why = " ".join(w.words.html(lang, w.values) for w in self.waiting[invoice["id"]].why)
            none = f"{_NO_VOUCHER.html(lang)} {why}"
            return f"<tr id={invoice['id']}>{left}<td class='gap none' colspan=7>{none}</tr>"
        chips = "".join(
            f"<span class='chip {escape(tag)}'>{escape(tag)}</span>" for tag in voucher["tags"]
        )
        contact = contacts.get((voucher.get("supplier") or {}).get("id", ""))
        who = contact["customerNumber"] if contact else f"({voucher['supplierName']})"
        status = {"50": _DRAFT, "100": _OPEN}.get(voucher["status"])
        return (
            f"<tr id={invoice['id']}>{left}<td class=gap id=voucher-{voucher['id']}>"
            f"{voucher['id']} {status.html(lang) if status else escape(voucher['status'])}"
            f"<td>{chips}<td>{escape(str(who))}<td>{self._accounts(voucher)}"
            f"<td>{self._cost_centre(voucher)}<td>{day(voucher['paymentDeadline'], lang)}"
            f"<td>{self._pdf(voucher)}</tr>"
        )

    def _accounts(self, voucher: Json) -> str:
        numbers = {str(a["accountDatevId"]): a["accountNumber"] for a in self.tenant.chart}
        return ", ".join(
            f"{numbers.get(str((p['accountDatev'] or {}).get('id')))} {p['taxRate']} %"
            for p in voucher["positions"]
        )

    def _cost_centre(self, voucher: Json) -> str:
        centre = voucher.get("costCentre")
        found = self.tenant.tables["CostCentre"][centre["id"]]["number"] if centre else ""
        return escape(str(found))

    def _pdf(self, voucher: Json) -> str:
        if not voucher.get("document"):
            return ""
        return f"<a href='/_sandbox/document/{self.space.subdomain}/{voucher['id']}'>PDF</a>"


def keys_in(row: Json) -> list[str]:
    """Our keys in the description of an object of sevDesk."""
    return _MARKER.findall(row.get("description") or "")


def day(moment: str | None, lang: Language) -> str:
    """The date of a moment as readers of a language write it; empty where there is none."""
    text = (moment or "")[:10].replace("/", "-")
    parts = text.split("-")
    return escape(".".join(reversed(parts)) if lang == "de" and len(parts) == 3 else text)


def amount(value: Decimal, lang: Language) -> str:
    """An amount as readers of a language write it."""
    text = f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "de" else text


def _table(heads: tuple[Words, ...], rows: str, lang: Language) -> str:
    cells = "".join(
        f"<th{' class=n' if head is _GROSS else ''}>{head.html(lang)}" for head in heads
    )
    return f"<div class=wide tabindex=0><table><tr>{cells}</tr>{rows}</table></div>"


_GROSS = Words("Gross", "Brutto")
_MEMBER_HEADS = (
    Words("Member", "Mitglied"),
    Words("Confirmed", "Bestätigt"),
    Words("Number in Cobot", "Nummer in Cobot"),
    Words("Contact", "Kontakt"),
    Words("Number in sevDesk", "Nummer in sevDesk"),
    Words("Address", "Anschrift"),
)
_INVOICE_HEADS = (
    Words("Invoice", "Rechnung"),
    Words("Date", "Datum"),
    Words("Recipient", "Empfänger"),
    _GROSS,
    Words("Voucher", "Beleg"),
    Words("Tags", "Tags"),
    Words("Contact", "Kontakt"),
    Words("Accounts", "Konten"),
    Words("Cost centre", "Kostenstelle"),
    Words("Due", "Fällig"),
    Words("PDF", "PDF"),
)
_INVOICES = Words("invoices", "Rechnungen")
_VOUCHERS = Words("vouchers", "Belege")
_BY_OTHERS = Words("made by others", "von anderen angelegt")
_LEFT_ALONE = Words("left alone", "bleiben, wie sie sind")
_NOT_YET = Words("not yet", "noch nicht")
_NO_CONTACT = Words("no contact of ours", "kein Kontakt von uns")
_NO_VOUCHER = Words("no voucher.", "kein Beleg.")
_DRAFT = Words("draft", "Entwurf")
_OPEN = Words("open", "offen")
