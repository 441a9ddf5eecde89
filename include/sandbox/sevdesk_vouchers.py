"""sevDesk's endpoints for vouchers and their documents."""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import Request

from sandbox.switches import Switches
from sandbox.tenant import Tenant
from sandbox.voucher_rules import RefusedError
from sandbox.wire import now, shown
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.sevdesk_api import Answer, Route

Json = dict[str, Any]
PageOf = Callable[[str, Request, list[Json], Switches], Json]


class VoucherEndpoints:
    """Vouchers: lists, reading, saving, states, documents."""

    def __init__(self, world: World, page_of: PageOf) -> None:
        self._switches = world.switches
        self._page_of = page_of

    def routes(self) -> list["Route"]:
        """Everything that is answered here."""
        return [
            ("POST", "/Voucher/Factory/uploadTempFile", self.upload, 201),
            ("POST", "/Voucher/Factory/saveVoucher", self.save_voucher, 201),
            ("GET", "/Voucher", self.vouchers, 200),
            ("GET", "/Voucher/{id}", self.one_voucher, 200),
            ("DELETE", "/Voucher/{id}", self.delete_voucher, 200),
            ("PUT", "/Voucher/{id}/resetToDraft", self.reset_to("50"), 200),
            ("PUT", "/Voucher/{id}/resetToOpen", self.reset_to("100"), 200),
            ("PUT", "/Voucher/{id}/enshrine", self.enshrine, 200),
            ("GET", "/Voucher/{id}/downloadDocument", self.download, 200),
        ]

    def vouchers(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        """The list, also of the vouchers that have a tag."""
        rows = tenant.listed("Voucher")
        if tag := request.query_params.get("tags[0][id]"):
            relations = tenant.listed("TagRelation")
            tied = {tie["object"]["id"] for tie in relations if tie["tag"]["id"] == tag}
            rows = [row for row in rows if row["id"] in tied]
        rows = [self._as_shown(row) for row in rows]
        return self._page_of("Voucher", request, rows, self._switches)

    def one_voucher(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        """One voucher, as a list of one."""
        row = self._as_shown(tenant.read("Voucher", request.path_params["id"]), by_id=True)
        return {"objects": [shown(row, self._switches)]}

    def _as_shown(self, row: Json, *, by_id: bool = False) -> Json:
        """A voucher with or without its document, as the switches say."""
        where = self._switches.documents_shown
        hides = where == "nowhere" or (where == "singly" and not by_id)
        return {**row, "document": None} if hides else row

    def save_voucher(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        """A new voucher, or a draft that changes."""
        if tenant.version != "2.0":
            raise RefusedError(422, "taxRule needs bookkeeping system 2.0")
        saved = tenant.save_voucher(body)
        if self._switches.documents_shown != "everywhere":
            saved["voucher"].pop("document", None)
        return {"objects": saved}

    def upload(self, tenant: Tenant, _request: Request, body: Json) -> Json:
        """A document for a voucher that is saved later."""
        part = body.get("file")
        if part is None:
            raise RefusedError(500, "Error while trying to read the file")
        return {"objects": tenant.upload(*part)}

    def delete_voucher(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        """A draft goes."""
        tenant.delete_voucher(request.path_params["id"])
        return {"objects": [None]}

    def reset_to(self, status: str) -> "Answer":
        """A voucher becomes a draft, or open, again."""

        def answer(tenant: Tenant, request: Request, _body: Json) -> Json:
            return {
                "objects": shown(tenant.reset(request.path_params["id"], status), self._switches)
            }

        return answer

    def enshrine(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        """A voucher is locked for good."""
        tenant.change(request.path_params["id"], enshrined=now())
        return {"objects": None}

    def download(self, tenant: Tenant, request: Request, _body: Json) -> Json:
        """The document of a voucher."""
        document = tenant.get("Voucher", request.path_params["id"])["document"]
        if not document:
            raise RefusedError(404, "no document")
        row = tenant.get("Document", document["id"])
        content = base64.b64encode(tenant.files[row["filename"]]).decode()
        name = f"{row['filename']}.{row['extension']}"
        return {"objects": {"filename": name, "content": content, "base64encoded": True}}
