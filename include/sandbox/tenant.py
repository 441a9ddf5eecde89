"""One sevDesk account: contacts, vouchers, documents, tags, as sevDesk's own JSON."""

import hashlib
import time
import zlib
from typing import Any

from sandbox.chart import ChartKind, accounts_of, new_account
from sandbox.saving import save_old_voucher, save_voucher
from sandbox.sevdesk_shapes import SHAPES
from sandbox.switches import Switches
from sandbox.voucher_rules import RefusedError
from sandbox.wire import now, reference, stored

Json = dict[str, Any]
DRAFT = "50"
DELETED = "0"
"""The status of a voucher that is only hidden (a guess: nobody has seen one)."""
WAYS = ("EMAIL", "PHONE", "MOBILE", "WEB", "FAX")


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
        self._chart = {
            rule_21: accounts_of(chart, with_rule_21=rule_21) for rule_21 in (True, False)
        }
        self._made_accounts: list[Json] = []
        self.next_customer_number = first_customer_number
        client_id = zlib.crc32(token.encode())
        self.client = {"id": str(client_id), "objectName": "SevClient"}
        """What every object names as its account; it stays when the token changes."""
        self.user = {"id": str(client_id + 1), "objectName": "SevUser"}
        self._last_id = 1000
        self._lists_read = 0
        self.tables: dict[str, dict[str, Json]] = {kind: {} for kind in SHAPES}
        self.files: dict[str, bytes] = {}
        """Documents by their file name without ending."""
        self._late: dict[str, tuple[float, Json | None]] = {}
        """Object id -> until when lists show it as it was before, or not at all."""
        self._gone: dict[str, list[tuple[float, Json]]] = {kind: [] for kind in SHAPES}
        """What was deleted, and until when lists show it still."""
        for number in cost_centres:
            self.insert("CostCentre", {"number": number, "name": f"Kostenstelle {number}"})

    @property
    def chart(self) -> list[Json]:
        """The booking accounts that vouchers may use."""
        return self._chart[self.switches.tax_rule_21 == "accepted"] + self._made_accounts

    @property
    def guidance(self) -> list[Json]:
        """The booking accounts that the guidance lists."""
        return self._chart[self.switches.tax_rule_21 != "absent"] + self._made_accounts

    def make_account(self, name: str) -> Json:
        """Somebody makes a revenue account of this name; it takes any tax rule and rate."""
        if not isinstance(name, str) or not name.strip():
            raise RefusedError(422, "name: expected a text such as Podcast")
        self._made_accounts.append(new_account(name.strip(), self.chart))
        return self._made_accounts[-1]

    # --- any kind of object

    def insert(self, kind: str, fields: Json) -> Json:
        """A new object with the next id and everything that sevDesk fills in itself."""
        self._last_id += 1
        moment = now()
        row: Json = {**SHAPES[kind], "id": str(self._last_id), "objectName": kind}
        own = {"create": moment, "update": moment, "sevClient": self.client}
        own |= {"createUser": self.user, "updateUser": self.user}
        row |= {name: value for name, value in own.items() if name in row}
        row |= fields
        self.tables[kind][row["id"]] = row
        if self.switches.list_lag_seconds:
            self._late[row["id"]] = self._until(), None
        return row

    def get(self, kind: str, id_: object) -> Json:
        """An object by its id, at once."""
        row = self.tables[kind].get(str(id_))
        if row is None:
            raise self._not_found(kind, id_)
        return row

    def read(self, kind: str, id_: str) -> Json:
        """An object by its id, as late as the switches say."""
        row = self.get(kind, id_)
        if not self.switches.reads_lag:
            return row
        listed = self._as_listed(row)
        if listed is None:
            raise self._not_found(kind, id_)
        return listed

    def _not_found(self, kind: str, id_: object) -> RefusedError:
        message = f"No Model_{kind} with the id {id_} was found"
        if self.switches.not_found_status == 400:
            message = f"{kind} not found"
        return RefusedError(self.switches.not_found_status, message, 151)

    def listed(self, kind: str) -> list[Json]:
        """The objects that lists show by now."""
        rows = list(self.tables[kind].values())
        self._lists_read += 1
        if self.switches.lists_flap and self._lists_read % 2:
            return rows
        if not self._late and not self._gone[kind]:
            return rows
        seen = [shown for row in rows if (shown := self._as_listed(row)) is not None]
        return [*seen, *(row for until, row in self._gone[kind] if until > time.monotonic())]

    def update(self, kind: str, id_: object, fields: Json) -> Json:
        """Overwrite fields of an object; sevDesk notes when."""
        row = self.get(kind, id_)
        if self.switches.changes_lag and self.switches.list_lag_seconds and self._as_listed(row):
            self._late[row["id"]] = self._until(), dict(row)
        row.update(fields)
        if "update" in row and "update" not in fields:
            row["update"] = now()
        return row

    def delete(self, kind: str, id_: str) -> None:
        """The object is gone."""
        row = self.get(kind, id_)
        if self.switches.changes_lag and self.switches.list_lag_seconds:
            self._gone[kind].append((self._until(), row))
        del self.tables[kind][row["id"]]

    def _until(self) -> float:
        return time.monotonic() + self.switches.list_lag_seconds

    def _as_listed(self, row: Json) -> Json | None:
        until, before = self._late.get(row["id"], (0, None))
        return row if until <= time.monotonic() else before

    # --- contacts

    def create_contact(self, fields: Json) -> Json:
        """`POST /Contact`: only the category is required, the number is assigned."""
        category = fields.get("category")
        if not isinstance(category, dict) or not category.get("id"):
            raise RefusedError(422, "category is required")
        number = fields.get("customerNumber")
        if not number:
            number = self.take_customer_number() if self.switches.contacts_are_numbered else ""
        elif self._has_number(str(number)):
            number = self._doubled_number(str(number))
        known = {name: value for name, value in fields.items() if name in SHAPES["Contact"]}
        own = {"status": "100", **stored(known), "customerNumber": str(number) or None}
        return self.insert("Contact", own)

    def _doubled_number(self, number: str) -> str:
        """The number of a contact that asks for one that another contact has."""
        how = self.switches.duplicate_customer_number
        if how == "refuse":
            raise RefusedError(422, "customerNumber already exists")
        if how == "move":
            for contact in self.tables["Contact"].values():
                if contact["customerNumber"] == number:
                    contact["customerNumber"] = None
        return self.take_customer_number() if how == "renumber" else number

    def take_customer_number(self) -> str:
        """The next free number, numeric maximum plus one."""
        while self._has_number(str(self.next_customer_number)):
            self.next_customer_number += 1
        return str(self.next_customer_number)

    def _has_number(self, number: str) -> bool:
        return any(c.get("customerNumber") == number for c in self.tables["Contact"].values())

    def delete_contact(self, contact_id: str) -> None:
        """A contact and what belongs to it; one that a voucher names stays."""
        vouchers = self.tables["Voucher"].values()
        living = (one for one in vouchers if one["status"] != DELETED)
        if any((one.get("supplier") or {}).get("id") == contact_id for one in living):
            raise RefusedError(409, "contact is in use")
        self.delete("Contact", contact_id)
        for kind in ("ContactAddress", "CommunicationWay"):
            for row in list(self.tables[kind].values()):
                if row["contact"]["id"] == contact_id:
                    self.delete(kind, row["id"])

    def create_address(self, fields: Json) -> Json:
        """`POST /ContactAddress`."""
        return self._create_part("ContactAddress", fields, ("contact", "country", "category"))

    def create_way(self, fields: Json) -> Json:
        """`POST /CommunicationWay`: e-mail addresses, telephones, web sites, fax numbers."""
        if fields.get("type") not in WAYS:
            raise RefusedError(422, f"type must be one of {', '.join(WAYS)}")
        return self._create_part("CommunicationWay", fields, ("contact", "value", "key"))

    def _create_part(self, kind: str, fields: Json, required: tuple[str, ...]) -> Json:
        for name in required:
            if not fields.get(name):
                raise RefusedError(422, f"{name} is required")
        self.get("Contact", fields["contact"]["id"])
        known = {name: value for name, value in fields.items() if name in SHAPES[kind]}
        return self.insert(kind, stored(known))

    # --- vouchers and documents

    def save_voucher(self, body: Json) -> Json:
        """`saveVoucher`: create, or update a draft; the answer as sevDesk gives it."""
        return save_voucher(self, body)

    def save_old_voucher(self, description: str, gross: str, *, net: str, day: str) -> Json:
        """A revenue voucher that was made under bookkeeping system 1.0."""
        return save_old_voucher(self, description, gross, net=net, day=day)

    def upload(self, content: bytes, name: str, kind: str) -> Json:
        """`uploadTempFile`: nothing is booked by it."""
        right_name = name.lower().endswith(".pdf") and kind == "application/pdf"
        readable = self.switches.unreadable_file != "upload" or is_readable(content)
        if not right_name or not content or not readable:
            raise RefusedError(500, "Error while trying to read the file")
        stem = hashlib.md5(content, usedforsecurity=False).hexdigest()
        self.files[stem] = content
        return {
            "pages": 1,
            "mimeType": "image/jpg",
            "originMimeType": kind,
            "filename": f"{stem}.pdf",
            "contentHash": hashlib.sha256(content).hexdigest(),
            "content": [],
            "isEInvoice": False,
        }

    def document_for(self, filename: str | None) -> Json | None:
        """The document that an uploaded file becomes; none where no file is named."""
        if not filename:
            return None
        stem = filename.removesuffix(".pdf")
        content = self.files.get(stem)
        if content is None:
            if self.switches.unknown_file == "ignore":
                return None
            raise RefusedError(422, "file not found")
        if self.switches.unreadable_file == "save" and not is_readable(content):
            raise RefusedError(500, "Can't read file")
        digest = hashlib.sha256(content).hexdigest()
        fields = {"filename": stem, "extension": "pdf", "filesize": str(len(content))}
        return self.insert("Document", {**fields, "contentHash": digest})

    def reset(self, voucher_id: str, status: str) -> Json:
        """Back to draft (50) or open (100)."""
        if self.get("Voucher", voucher_id).get("enshrined"):
            raise RefusedError(422, "voucher is enshrined")
        return self.change(voucher_id, status=status)

    def change(self, voucher_id: str, **fields: Any) -> Json:
        """What somebody changes of a voucher."""
        return self.update("Voucher", voucher_id, fields)

    def delete_voucher(self, voucher_id: str) -> None:
        """Only drafts may be deleted."""
        if not self.switches.drafts_can_be_deleted:
            raise RefusedError(404, "no such path")
        if self.get("Voucher", voucher_id)["status"] != DRAFT:
            raise RefusedError(409, "only drafts can be deleted", 159)
        if self.switches.deleting_hides_only:
            self.change(voucher_id, status=DELETED)
            return
        self.delete("Voucher", voucher_id)
        for position in list(self.tables["VoucherPos"].values()):
            if position["voucher"]["id"] == voucher_id:
                self.delete("VoucherPos", position["id"])

    # --- tags

    def tag(self, name: str, target: Json) -> Json:
        """`Tag/Factory/create`: the tag if it is new, and its relation."""
        row = self.get("Voucher", target["id"])
        if not self.switches.tags_can_be_made:
            raise RefusedError(422, "no tags in this tariff")
        tags = [tag for tag in self.tables["Tag"].values() if tag["name"] == name]
        if not tags or not self.switches.tag_names_are_unique:
            tags = [self.insert("Tag", {"name": name})]
        if self.switches.repeated_tag != "second":
            for relation in self.tables["TagRelation"].values():
                if (relation["object"]["id"], relation["tag"]["id"]) == (row["id"], tags[0]["id"]):
                    if self.switches.repeated_tag == "refused":
                        raise RefusedError(422, "the object has this tag")
                    return relation
        return self.insert("TagRelation", {"tag": reference(tags[0]), "object": reference(row)})

    def delete_tag(self, tag_id: str) -> None:
        """A tag, and that vouchers have it."""
        self.delete("Tag", tag_id)
        for relation in list(self.tables["TagRelation"].values()):
            if relation["tag"]["id"] == tag_id:
                self.delete("TagRelation", relation["id"])

    def tags_of(self, voucher_id: str) -> list[str]:
        """The names of a voucher's tags, each as often as it is tied."""
        return sorted(
            self.tables["Tag"][relation["tag"]["id"]]["name"]
            for relation in self.tables["TagRelation"].values()
            if relation["object"]["id"] == voucher_id
        )


def is_readable(content: bytes) -> bool:
    """Whether a document is a whole PDF."""
    return content.startswith(b"%PDF-") and b"%%EOF" in content
