"""One Cobot space: memberships as API 1 shows them, invoices as API 2 shows them."""

import hashlib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]

ALL_SCOPES = frozenset(
    "read_user read_spaces read_memberships write_memberships read_teams read_contacts "
    "read_invoices read_accounting_codes read_cost_centers read_activities "
    "write_activities read_urls".split()
)


def an_id(*parts: object) -> str:
    """A stable id of 32 hexadecimal characters, as Cobot's look."""
    return hashlib.md5("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def cents(amount: Decimal) -> Decimal:
    """Two decimals, half up."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


class CobotSpace:
    """The state of one space, and what people do to it."""

    def __init__(self, subdomain: str, *, name: str = "", country: str = "DE") -> None:
        self.subdomain = subdomain
        self.id = an_id("space", subdomain)
        self.name = name or subdomain
        self.country = country
        self.members: dict[str, Json] = {}
        self.teams: dict[str, Json] = {}
        self.contacts: dict[str, Json] = {}
        self.invoices: dict[str, Json] = {}
        self.archived: set[str] = set()
        self.codes: list[Json] = []
        self.activities: list[Json] = []
        self._made = 0

    # --- members

    def sign_up(
        self,
        name: str | None,
        *,
        member_id: str | None = None,
        email: str | None = "",
        phone: str | None = None,
        number: str | None = None,
        confirmed: str | None = None,
        company: str | None = None,
        address: Json | None = None,
        team_id: str | None = None,
    ) -> str:
        """A new membership; returns its id.

        `confirmed` is a date or `None`, `address` has the keys of API 1.
        """
        self._made += 1
        id_ = member_id or an_id(self.subdomain, "member", self._made)
        shown = {
            **dict.fromkeys(("address", "post_code", "city", "state", "full_address", "country")),
            "name": name,
            "company": company,
            **(address or {"full_address": "Musterweg 1\n20095 Hamburg", "country": "Germany"}),
        }
        self.members[id_] = {
            "id": id_,
            "name": name or company,
            "email": f"{id_[:6]}@example.com" if email == "" else email,
            "phone": phone,
            "user": None,
            "address": shown,
            "billing_emails": [],
            "charge_taxes": True,
            "customer_number": number if number is not None else str(100 + self._made),
            "plan": {"name": "Flex", "price_per_cycle": "100.0"},
            "confirmed_at": v1_moment(confirmed),
            "starts_at": (confirmed or "2026-01-01").replace("-", "/"),
            "canceled_to": None,
            "team_id": team_id,
        }
        return id_

    def confirm(self, member_id: str, day: str) -> None:
        """An admin approves the sign-up on a day (`2026-01-05`)."""
        self.members[member_id]["confirmed_at"] = v1_moment(day)

    def cancel(self, member_id: str, day: str) -> None:
        """The membership ends on a day; it stays listed."""
        self.members[member_id]["canceled_to"] = day.replace("-", "/")

    def delete_member(self, member_id: str) -> None:
        """The membership is gone, its invoices stay."""
        del self.members[member_id]

    def add_team(self, name: str, *, number: str, address: Json | None = None) -> str:
        """A team that is invoiced as one debtor; returns its id."""
        self._made += 1
        id_ = an_id(self.subdomain, "team", self._made)
        blank = dict.fromkeys(
            ("name", "company", "fullAddress", "street", "postCode", "city", "state", "countryCode")
        )
        self.teams[id_] = {
            "name": name,
            "billingAddress": {**blank, **(address or {"company": name, "countryCode": "DE"})},
            "billingEmails": [f"{id_[:6]}@example.org"],
            "taxId": None,
            "customerNumber": number,
            "photo": None,
        }
        return id_

    def add_contact(self, name: str) -> str:
        """An external contact (drop-in, event); returns its id."""
        self._made += 1
        id_ = an_id(self.subdomain, "contact", self._made)
        self.contacts[id_] = {
            "email": f"{id_[:6]}@example.org",
            "phone": None,
            "address": {"name": name, "company": None, "fullAddress": "Probegasse 3"},
            "photo": None,
        }
        return id_

    # --- invoices

    def add_invoice(
        self,
        day: str,
        lines: list[Json],
        *,
        debtor: tuple[str, str] | None = None,
        number: str | None = None,
        invoice_id: str | None = None,
        recipient: Json | None = None,
        total: Json | None = None,
        currency: str = "EUR",
        **changes: Any,
    ) -> str:
        """An issued invoice; returns its id.

        `lines` are made by `line`, `debtor` is (`memberships`, id) and so on, `total` replaces
        the computed one, `changes` are attributes of API 2.
        """
        self._made += 1
        id_ = invoice_id or an_id(self.subdomain, "invoice", self._made)
        prices = [line["totalAmount"] for line in lines]
        for price in prices:
            price["currency"] = currency
        attributes = {
            "number": number or f"{self.subdomain[:2].upper()}-2026-{self._made:04}",
            "invoiceDate": day,
            "dueDate": day,
            "remindAt": day,
            "paidDate": None,
            "paidStatus": "unpaid",
            "sentStatus": "sent",
            "reminderStatus": "notSent",
            "sentRemindersCount": 0,
            "eInvoicingReady": False,
            "canUpdate": True,
            "customerNumber": self._number_of(debtor),
            "senderTaxId": "DE123456788",
            "taxId": None,
            "taxIdName": "USt-IdNr.",
            "recipientAddress": {**self._recipient_of(debtor), **(recipient or {})},
            "senderAddress": {"company": self.name, "countryCode": self.country},
            "billingEmails": [],
            "items": lines,
            "totalAmount": total or sum_of(prices, currency),
            "paidAmount": "0.0",
            **changes,
        }
        self.invoices[id_] = {"id": id_, "attributes": attributes, "debtor": debtor}
        return id_

    def edit_invoice(self, invoice_id: str, **changes: Any) -> None:
        """An admin edits attributes; no time stamp tells."""
        attributes = self.invoices[invoice_id]["attributes"]
        attributes.update(changes)
        if "items" in changes and "totalAmount" not in changes:
            prices = [line["totalAmount"] for line in attributes["items"]]
            attributes["totalAmount"] = sum_of(prices, prices[0]["currency"])

    def correct_invoice(self, invoice_id: str, day: str) -> str:
        """A correction invoice: the items of the original, negative, under its own number."""
        original = self.invoices[invoice_id]
        items = [negated(line) for line in original["attributes"]["items"]]
        made = self.add_invoice(day, items, debtor=original["debtor"])
        self.invoices[made]["corrects"] = invoice_id
        return made

    def delete_invoice(self, invoice_id: str) -> None:
        """Gone for good; leaves a gap in the numbers."""
        del self.invoices[invoice_id]

    def _number_of(self, debtor: tuple[str, str] | None) -> str | None:
        if debtor is None or debtor[0] == "contacts":
            return None
        if debtor[0] == "teams":
            return str(self.teams[debtor[1]]["customerNumber"])
        return self.members.get(debtor[1], {}).get("customer_number")

    def _recipient_of(self, debtor: tuple[str, str] | None) -> Json:
        blank = dict.fromkeys(
            ("name", "company", "street", "postCode", "city", "state", "countryCode")
        )
        if debtor and debtor[0] == "teams":
            return {**blank, "fullAddress": "", **self.teams[debtor[1]]["billingAddress"]}
        if debtor and debtor[0] == "contacts":
            return {**blank, **self.contacts[debtor[1]]["address"], "countryCode": "DE"}
        address = self.members.get(debtor[1], {}).get("address", {}) if debtor else {}
        country = {"Germany": "DE", "Deutschland": "DE"}.get(
            str(address.get("country")), address.get("country")
        )
        return {
            **blank,
            "name": address.get("name"),
            "company": address.get("company"),
            "fullAddress": address.get("full_address") or "",
            "countryCode": country,
        }


def line(
    net: str,
    rate: str = "19",
    *,
    code: str | None = "4400",
    description: str = "Flex Desk",
    gross: str | None = None,
    paid: bool = False,
) -> Json:
    """One invoice line over its net total; `gross` only where it should not fit."""
    tax = cents(Decimal(net) * Decimal(rate) / 100)
    total = Decimal(gross) if gross is not None else Decimal(net) + tax
    price = {
        "net": net,
        "gross": str(total),
        "currency": "EUR",
        "taxes": (
            [{"name": "USt.", "rate": f"{rate}.0", "amount": str(total - Decimal(net))}]
            if Decimal(rate)
            else []
        ),
    }
    return {
        "description": description,
        "quantity": "1.0",
        "paid": paid,
        "accountingCode": code,
        "costCenter": None,
        "revenueAccount": None,
        "amount": dict(price),
        "totalAmount": price,
    }


def negated(item: Json) -> Json:
    """The same line with the other sign."""
    price = item["totalAmount"]
    turned = {
        **price,
        "net": str(-Decimal(price["net"])),
        "gross": str(-Decimal(price["gross"])),
        "taxes": [{**tax, "amount": str(-Decimal(tax["amount"]))} for tax in price["taxes"]],
    }
    return {**item, "amount": dict(turned), "totalAmount": turned}


def sum_of(prices: list[Json], currency: str) -> Json:
    """The total over lines."""
    net = sum((Decimal(price["net"]) for price in prices), Decimal(0))
    gross = sum((Decimal(price["gross"]) for price in prices), Decimal(0))
    return {"net": str(net), "gross": str(gross), "currency": currency, "taxes": []}


def v1_moment(day: str | None) -> str | None:
    """A date as API 1 writes a moment: `2026/01/05 09:00:00 +0000`."""
    if day is None or " " in day:
        return day
    date.fromisoformat(day)
    return f"{day.replace('-', '/')} 09:00:00 +0000"
