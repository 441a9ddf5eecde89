"""One Cobot space: memberships as API 1 shows them, invoices as API 2 shows them."""

import hashlib
from copy import deepcopy
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.cobot_shapes import ADDRESS1, ADDRESS2, INVOICE, MEMBERSHIP, PLAN, SENDER

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
        self.damaged: set[str] = set()
        """Invoices whose PDF nobody can read."""
        self.codes: list[Json] = []
        self.cost_centers: list[Json] = []
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
        given = address or {"full_address": "Musterweg 1\n20095 Hamburg", "country": "Germany"}
        email = f"{id_[:6]}@example.com" if email == "" else email
        self.members[id_] = {
            **deepcopy(MEMBERSHIP),
            "id": id_,
            "name": name or company,
            "email": email,
            "phone": phone,
            "user": {"id": an_id("user", id_), "email": email} if email else None,
            "picture": f"https://pictures.example.org/{id_}.jpg",
            "address": {**_address1(given), "name": name, "company": company},
            "customer_number": number if number is not None else str(100 + self._made),
            "plan": deepcopy(PLAN),
            "team_id": team_id,
        }
        if confirmed:
            self.confirm(id_, confirmed)
            self.members[id_]["payment_method"] = {"name": "Bar", "automated": False}
        else:
            self.members[id_]["requested_starts_at"] = "2026/01/01"
        return id_

    def confirm(self, member_id: str, day: str) -> None:
        """An admin approves the sign-up on a day (`2026-01-05`)."""
        moment = v1_moment(day) or ""
        member = self.members[member_id]
        member.update(confirmed_at=moment, joined_at=moment[:10], next_invoice_at=moment[:10])
        member.pop("requested_starts_at", None)

    def cancel(self, member_id: str, day: str) -> None:
        """The membership ends on a day; it stays listed."""
        self.members[member_id]["canceled_to"] = day.replace("-", "/")

    def delete_member(self, member_id: str) -> None:
        """The membership is gone, its invoices stay."""
        del self.members[member_id]

    def add_team(
        self, name: str, *, number: str, address: Json | None = None, tax_id: str | None = None
    ) -> str:
        """A team that is invoiced as one debtor; returns its id."""
        self._made += 1
        id_ = an_id(self.subdomain, "team", self._made)
        self.teams[id_] = {
            "name": name,
            "billingAddress": {
                **ADDRESS2,
                "name": "",
                **(address or {"company": name, "countryCode": "DE"}),
            },
            "billingEmails": [f"{id_[:6]}@example.org"],
            "photo": None,
            "taxId": tax_id,
            "customerNumber": number,
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
        for price in (prices := [line["totalAmount"] for line in lines]):
            price["currency"] = currency
        total = total or sum_of(prices, currency)
        attributes = {
            **deepcopy(INVOICE),
            "invoiceDate": day,
            "dueDate": day,
            "remindAt": day,
            "number": number or f"{self.subdomain[:2].upper()}-2026-{self._made:04}",
            "customerNumber": self._number_of(debtor),
            "recipientAddress": {**self._recipient_of(debtor), **(recipient or {})},
            "senderAddress": {**SENDER, "company": self.name, "countryCode": self.country},
            "items": lines,
            "totalAmount": total,
            **changes,
        }
        if attributes["payableAmount"] is None:
            attributes["payableAmount"] = payable(lines, total)
        self.invoices[id_] = {"id": id_, "attributes": attributes, "debtor": debtor}
        return id_

    def edit_invoice(self, invoice_id: str, **changes: Any) -> None:
        """An admin edits attributes; no time stamp tells."""
        attributes = self.invoices[invoice_id]["attributes"]
        attributes.update(changes)
        if "items" in changes and "totalAmount" not in changes:
            prices = [line["totalAmount"] for line in attributes["items"]]
            attributes["totalAmount"] = sum_of(prices, prices[0]["currency"])
            attributes["payableAmount"] = payable(attributes["items"], attributes["totalAmount"])

    def send_invoice(
        self, net: str, *, day: str, code: str | None = "4400", member_id: str | None = None
    ) -> str:
        """A plain invoice with one line at 19 %; returns its id."""
        debtor = ("memberships", member_id) if member_id else None
        if member_id and member_id not in self.members:
            raise KeyError(member_id)
        return self.add_invoice(a_day("day", day), [line(net, code=code)], debtor=debtor)

    def set_code(self, invoice_id: str, code: str) -> None:
        """An admin gives a code to the lines without one."""
        for item in self.invoices[invoice_id]["attributes"]["items"]:
            item["accountingCode"] = item["accountingCode"] or code

    def set_country(self, invoice_id: str, country: str) -> None:
        """An admin corrects the country of the recipient: two letters."""
        if not isinstance(country, str) or not (len(country) == 2 and country.isalpha()):
            raise ValueError(f"country {country!r}: expected two letters such as DE")
        recipient = self.invoices[invoice_id]["attributes"]["recipientAddress"]
        recipient["countryCode"] = country.upper()

    def set_net(self, invoice_id: str, net: str) -> None:
        """An admin changes what the first line costs; its rate stays."""
        items = list(self.invoices[invoice_id]["attributes"]["items"])
        rate = next((tax["rate"] for tax in items[0]["totalAmount"]["taxes"]), "0")
        price = line(net, rate.removesuffix(".0"))["totalAmount"]
        items[0] = {**items[0], "amount": dict(price), "totalAmount": price}
        self.edit_invoice(invoice_id, items=items)

    def correct_invoice(self, invoice_id: str, day: str) -> str:
        """A correction invoice: the items of the original, negative, under its own number."""
        original = self.invoices[invoice_id]
        items = [negated(line) for line in original["attributes"]["items"]]
        made = self.add_invoice(a_day("day", day), items, debtor=original["debtor"])
        self.invoices[made]["corrects"] = invoice_id
        return made

    def damage_pdf(self, invoice_id: str) -> None:
        """Its PDF breaks off in the middle: nobody can read it."""
        if invoice_id not in self.invoices:
            raise KeyError(invoice_id)
        self.damaged.add(invoice_id)

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
        if debtor and debtor[0] == "teams":
            return {**ADDRESS2, **self.teams[debtor[1]]["billingAddress"]}
        if debtor and debtor[0] == "contacts":
            return {**ADDRESS2, **self.contacts[debtor[1]]["address"], "countryCode": "DE"}
        address = self.members.get(debtor[1], {}).get("address", {}) if debtor else {}
        country = {"Germany": "DE", "Deutschland": "DE"}.get(
            str(address.get("country")), address.get("country")
        )
        return {
            **ADDRESS2,
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


def _address1(given: Json) -> Json:
    """An address of API 1; the parts that came later only where one of them is given."""
    later = ("address", "post_code", "city", "state")
    names = (*ADDRESS1, *later) if any(name in given for name in later) else ADDRESS1
    return {**dict.fromkeys(names), **given}


def payable(lines: list[Json], total: Json) -> str:
    """What is left to pay: the total without the lines that were paid before."""
    paid = [Decimal(one["totalAmount"]["gross"]) for one in lines if one["paid"]]
    return str(Decimal(total.get("gross", "0")) - sum(paid, Decimal(0)))


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
    """The total over lines; it states the taxes of all lines by their rates."""
    net = sum((Decimal(price["net"]) for price in prices), Decimal(0))
    gross = sum((Decimal(price["gross"]) for price in prices), Decimal(0))
    taxes: dict[tuple[str, str], Decimal] = {}
    for tax in (tax for price in prices for tax in price["taxes"]):
        kind = tax["name"], tax["rate"]
        taxes[kind] = taxes.get(kind, Decimal(0)) + Decimal(tax["amount"])
    stated = [{"name": n, "rate": r, "amount": str(amount)} for (n, r), amount in taxes.items()]
    return {"net": str(net), "gross": str(gross), "currency": currency, "taxes": stated}


def v1_moment(day: str | None) -> str | None:
    """A date as API 1 writes a moment: `2026/01/05 09:00:00 +0000`."""
    if day is None or " " in day:
        return day
    return f"{a_day('confirmed', day).replace('-', '/')} 09:00:00 +0000"


def a_day(what: str, day: str) -> str:
    """A date as it was given.

    Raises:
        ValueError: it is none; says what one looks like.
    """
    try:
        date.fromisoformat(day)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what}: {error}; expected a date such as 2026-01-05") from None
    return day
