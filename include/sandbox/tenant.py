"""One sevDesk account: contacts, vouchers, documents, tags, as sevDesk's own JSON."""

import hashlib
import time
import zlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.chart import ChartKind, accounts_of
from sandbox.switches import Switches
from sandbox.voucher_rules import RefusedError, validate
from sandbox.wire import BERLIN, berlin, plain, shown, two

Json = dict[str, Any]
UNKNOWN_COUNTRY = "1337"
COUNTRIES = {
    "de": "1",
    "ch": "2",
    "at": "3",
    "be": "6",
    "dk": "8",
    "gb": "9",
    "fr": "11",
    "it": "14",
}


EXCHANGE_RATE = Decimal("1.07")
"""EUR for one unit of any other currency, on every day."""


class Tenant:
    """The state of one account, and what the API and people do to it."""

    def __init__(
        self,
        token: str,
        switches: Switches,
        *,
        chart: ChartKind = "skr04",
        version: str = "2.0",
        cost_centres: tuple[str, ...] = ("100",),
        first_customer_number: int = 1001,
    ) -> None:
        self.token = token
        self.switches = switches
        self.version = version
        self.chart = accounts_of(chart)
        self.next_customer_number = first_customer_number
        self.client = {"id": str(zlib.crc32(token.encode())), "objectName": "SevClient"}
        """What every object names as its account; it stays when the token changes."""
        self._last_id = 1000
        self.tables: dict[str, dict[str, Json]] = {
            name: {}
            for name in (
                *("Contact", "ContactAddress", "CommunicationWay", "Voucher", "VoucherPos"),
                *("Tag", "TagRelation", "CostCentre", "Document"),
            )
        }
        self.files: dict[str, bytes] = {}
        self.hidden_until: dict[str, float] = {}
        for number in cost_centres:
            self.insert("CostCentre", {"number": number, "name": f"Kostenstelle {number}"})

    def insert(self, kind: str, fields: Json) -> Json:
        """A new object with the next id and sevDesk's own fields."""
        self._last_id += 1
        now = _now()
        own = {"id": str(self._last_id), "objectName": kind, "create": now, "update": now}
        row = {**own, "sevClient": self.client, **fields}
        self.tables[kind][row["id"]] = row
        if self.switches.list_lag_seconds:
            self.hidden_until[row["id"]] = time.monotonic() + self.switches.list_lag_seconds
        return row

    def get(self, kind: str, id_: str) -> Json:
        """An object by id; by-id reads never lag."""
        row = self.tables[kind].get(str(id_))
        if row is None:
            message = f"No Model_{kind} with the id {id_} was found"
            if self.switches.not_found_status == 400:
                message = f"{kind} not found"
            raise RefusedError(self.switches.not_found_status, message, 151)
        return row

    def listed(self, kind: str) -> list[Json]:
        """The objects that lists show by now."""
        now = time.monotonic()
        return [
            row for row in self.tables[kind].values() if self.hidden_until.get(row["id"], 0) <= now
        ]

    # --- contacts

    def create_contact(self, fields: Json) -> Json:
        """`POST /Contact`: only the category is required, the number is assigned."""
        category = fields.get("category")
        if not isinstance(category, dict) or not category.get("id"):
            raise RefusedError(422, "category is required")
        number = fields.get("customerNumber")
        if not number:
            number = self.take_customer_number()
        elif self.switches.duplicate_customer_number == "refuse" and self._has_number(number):
            raise RefusedError(422, "customerNumber already exists")
        names = dict.fromkeys(("name", "surename", "familyname", "description", "vatNumber"))
        return self.insert(
            "Contact",
            {
                **names,
                "status": "100",
                **fields,
                "customerNumber": str(number),
                "category": _reference(category),
            },
        )

    def take_customer_number(self) -> str:
        """The next free number, numeric maximum plus one."""
        while self._has_number(str(self.next_customer_number)):
            self.next_customer_number += 1
        return str(self.next_customer_number)

    def _has_number(self, number: str) -> bool:
        return any(c.get("customerNumber") == number for c in self.tables["Contact"].values())

    def create_part(self, kind: str, fields: Json, required: tuple[str, ...]) -> Json:
        """An address or communication way of a contact."""
        for name in required:
            if not fields.get(name):
                raise RefusedError(422, f"{name} is required")
        contact = self.get("Contact", fields["contact"]["id"])
        references = {
            name: _reference(value) for name, value in fields.items() if isinstance(value, dict)
        }
        plain = {
            name: str(int(value)) if isinstance(value, bool) else value
            for name, value in fields.items()
        }
        return self.insert(kind, {**plain, **references, "contact": _reference(contact)})

    # --- vouchers

    def save_voucher(self, body: Json) -> Json:
        """`saveVoucher`: create, or update a draft; validates as strictly as documented."""
        voucher, positions = body.get("voucher") or {}, body.get("voucherPosSave") or []
        validate(voucher, positions, self)
        old = None
        if voucher.get("id"):
            old = self.get("Voucher", voucher["id"])
            if old["status"] != "50":
                raise RefusedError(400, "voucher is no draft, use resetToDraft first", 90400)
        document = self._document_for(body.get("filename"))
        row = old or self.insert("Voucher", {})
        row.update(self._voucher_fields(voucher), update=_now())
        if document:
            row["document"] = _reference(document)
        saved = [self._save_position(row, position) for position in positions]
        for name in ("sumNet", "sumGross", "sumTax"):
            total = sum((Decimal(p[name]) for p in saved), Decimal(0))
            if row["currency"] != "EUR":
                row[f"{name}ForeignCurrency"] = plain(total)
                total = two(total * EXCHANGE_RATE)
            row[name] = plain(total)
        answer = {"voucher": shown(row), "voucherPos": [shown(p) for p in saved]}
        return {**answer, **({"document": shown(document)} if document else {}), "vatdrop": ""}

    def _voucher_fields(self, voucher: Json) -> Json:
        fields: Json = {
            "voucherDate": berlin(voucher["voucherDate"]),
            "deliveryDate": berlin(voucher.get("deliveryDate")),
            "paymentDeadline": berlin(voucher.get("paymentDeadline")),
            "description": voucher["description"],
            "status": str(voucher["status"]),
            "creditDebit": voucher["creditDebit"],
            "voucherType": voucher["voucherType"],
            "currency": voucher["currency"],
            "supplierName": voucher.get("supplierName"),
            "taxType": None,
            "paidAmount": 0,
            "enshrined": None,
        }
        for name in ("supplier", "taxRule", "costCentre"):
            fields[name] = _reference(voucher[name]) if voucher.get(name) else None
        return fields

    def _save_position(self, voucher: Json, position: Json) -> Json:
        rate = Decimal(str(position["taxRate"])) / 100
        if position.get("net"):
            net = two(Decimal(str(position["sumNet"])))
            tax = two(net * rate)
            gross = net + tax
        else:
            gross = two(Decimal(str(position["sumGross"])))
            net = two(gross / (1 + rate))
            tax = gross - net
        fields = {
            "voucher": _reference(voucher),
            "accountDatev": _reference(position["accountDatev"]),
            "taxRate": plain(Decimal(str(position["taxRate"]))),
            "net": "1" if position.get("net") else "0",
            "isAsset": "0",
            "comment": position.get("comment"),
            "sumNet": plain(net),
            "sumTax": plain(tax),
            "sumGross": plain(gross),
        }
        if position.get("id"):
            row = self.get("VoucherPos", position["id"])
            row.update(fields)
            return row
        return self.insert("VoucherPos", fields)

    def upload(self, content: bytes, name: str, kind: str) -> Json:
        """`uploadTempFile`: nothing is booked by it."""
        if not name.lower().endswith(".pdf") or kind != "application/pdf" or not content:
            raise RefusedError(500, "read error")
        filename = f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}.pdf"
        self.files[filename] = content
        return {
            "pages": 1,
            "mimeType": "image/jpg",
            "originMimeType": kind,
            "filename": filename,
            "contentHash": hashlib.sha256(content).hexdigest(),
            "content": [],
        }

    def _document_for(self, filename: str | None) -> Json | None:
        if not filename:
            return None
        content = self.files.get(filename)
        if content is None:
            if self.switches.unknown_file == "ignore":
                return None
            raise RefusedError(422, "file not found")
        digest = hashlib.sha256(content).hexdigest()
        fields = {"filename": filename, "extension": "pdf", "filesize": str(len(content))}
        return self.insert("Document", {**fields, "contentHash": digest})

    def reset(self, voucher_id: str, status: str) -> Json:
        """Back to draft (50) or open (100)."""
        row = self.get("Voucher", voucher_id)
        if row.get("enshrined"):
            raise RefusedError(422, "voucher is enshrined")
        return self.change(voucher_id, status=status)

    def change(self, voucher_id: str, **fields: Any) -> Json:
        """What somebody changes of a voucher; sevDesk notes when."""
        row = self.get("Voucher", voucher_id)
        row.update(fields, update=_now())
        return row

    def delete_voucher(self, voucher_id: str) -> None:
        """Only drafts may be deleted."""
        if self.get("Voucher", voucher_id)["status"] != "50":
            raise RefusedError(409, "only drafts can be deleted", 159)
        del self.tables["Voucher"][voucher_id]

    # --- tags

    def tag(self, name: str, target: Json) -> Json:
        """`Tag/Factory/create`: the tag if it is new, and its relation."""
        row = self.get("Voucher", target["id"])
        tags = [tag for tag in self.tables["Tag"].values() if tag["name"] == name]
        if not tags or not self.switches.tag_names_are_unique:
            tags = [self.insert("Tag", {"name": name})]
        if self.switches.repeated_tag == "nothing":
            for relation in self.tables["TagRelation"].values():
                if (relation["object"]["id"], relation["tag"]["id"]) == (row["id"], tags[0]["id"]):
                    return relation
        return self.insert("TagRelation", {"tag": _reference(tags[0]), "object": _reference(row)})

    def tags_of(self, voucher_id: str) -> list[str]:
        """The names of a voucher's tags, each as often as it is tied."""
        return sorted(
            self.tables["Tag"][relation["tag"]["id"]]["name"]
            for relation in self.tables["TagRelation"].values()
            if relation["object"]["id"] == voucher_id
        )


def _now() -> str:
    return datetime.now(BERLIN).isoformat(timespec="seconds")


def _reference(row: Json) -> Json:
    return {"id": str(row["id"]), "objectName": row["objectName"]}
