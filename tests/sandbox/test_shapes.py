"""Every answer of the sandbox beside the sample of the same call: keys, types, nulls.

Each case brings the sandbox into the situation of its sample and asks over HTTP. What differs is
listed by its path, so that a missing field names itself.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.cobot_api import cobot_routes
from sandbox.cobot_space import CobotSpace, line
from sandbox.server import SandboxServer
from sandbox.sevdesk_api import PREFIX, sevdesk_routes
from sandbox.tenant import Tenant
from support.spaces import SEVDESK_TOKEN

SAMPLES = Path(__file__).parents[1] / "clients" / "samples"
SLUG, TOKEN = "nordkap", "token-of-nordkap"
CUSTOMER = {"id": 3, "objectName": "Category"}
DAY = "2026-03-01"
PDF = b"%PDF-1.4 one page %%EOF"

FORMS = {
    "moment of sevDesk": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"),
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "moment of API 1": re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \+0000"),
    "day of API 1": re.compile(r"\d{4}/\d\d/\d\d"),
}


@dataclass
class Stage:
    """Both sides, empty but for what a case puts there, and how to ask them."""

    box: SandboxServer
    cobot: CobotSpace
    sevdesk: Tenant

    def api2(self, path: str, token: str = TOKEN) -> requests.Response:
        """Ask API 2."""
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.api+json"}
        return requests.get(f"{self.box.cobot_url}{path}", headers=headers, timeout=10)

    def api1(self, path: str, method: str = "GET", body: Any = None) -> requests.Response:
        """Ask API 1."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{self.box.v1_url(SLUG)}{path}"
        return requests.request(method, url, headers=headers, json=body, timeout=10)

    def sev(
        self, path: str, method: str = "GET", body: Any = None, **more: Any
    ) -> requests.Response:
        """Ask sevDesk."""
        headers = {"Authorization": SEVDESK_TOKEN, **more.pop("headers", {})}
        url = f"{self.box.sevdesk_url}{path}"
        return requests.request(method, url, headers=headers, json=body, timeout=10, **more)

    def switch(self, **switches: Any) -> None:
        """Set switches."""
        for name, value in switches.items():
            setattr(self.box.world.switches, name, value)

    # --- what stands in sevDesk

    def organisation(self, **fields: Any) -> str:
        """A contact that a program made."""
        names = {"name": "GmbH", "vatNumber": "DE1", "description": "[COBOT:AAAABBBB22]"}
        made = {"category": CUSTOMER, "status": 1000, **names, **fields}
        return str(self.sev("/Contact", "POST", made).json()["objects"]["id"])

    def person(self, **fields: Any) -> str:
        """The same for a person."""
        return self.organisation(
            name=None, vatNumber=None, surename="Frieda", familyname="Muster", **fields
        )

    def way(self, contact: str, kind: str, *, main: bool = True) -> requests.Response:
        """A communication way of a contact."""
        key = {"id": 2, "objectName": "CommunicationWayKey"}
        owner = {"id": contact, "objectName": "Contact"}
        sent = {"contact": owner, "type": kind, "value": "x", "key": key, "main": main}
        return self.sev("/CommunicationWay", "POST", sent)

    def address(self, contact: str) -> requests.Response:
        """An address of a contact."""
        sent = {
            "contact": {"id": contact, "objectName": "Contact"},
            "street": "Weg 1",
            "zip": "24103",
            "city": "Kiel",
            "country": {"id": 1, "objectName": "StaticCountry"},
            "category": {"id": 47, "objectName": "Category"},
        }
        return self.sev("/ContactAddress", "POST", sent)

    def upload(self, content: bytes = PDF) -> requests.Response:
        """Upload a document."""
        parts = {"file": ("x.pdf", content, "application/pdf")}
        return self.sev("/Voucher/Factory/uploadTempFile", "POST", files=parts)

    def save(self, **changes: Any) -> requests.Response:
        """Save a voucher; `whole` gives it contact, cost centre and document."""
        return self.sev("/Voucher/Factory/saveVoucher", "POST", self.sent(**changes))

    def saved(self, **changes: Any) -> str:
        """The id of a voucher that is saved."""
        return str(self.save(**changes).json()["objects"]["voucher"]["id"])

    def sent(self, *, whole: bool = False, second: bool = False, **changes: Any) -> Any:
        """What is sent to save a voucher."""
        file = changes.pop("filename", None)
        position = changes.pop("position", {})
        known: dict[str, Any] = {"supplierName": "Gast"}
        if whole:
            contact = {"id": self.organisation(), "objectName": "Contact"}
            centre = {
                "id": next(iter(self.sevdesk.tables["CostCentre"])),
                "objectName": "CostCentre",
            }
            known = {"supplier": contact, "costCentre": centre}
            file = self.upload().json()["objects"]["filename"]
        voucher = {
            "objectName": "Voucher",
            "mapAll": True,
            "voucherDate": "01.03.2026",
            "deliveryDate": "01.03.2026",
            "paymentDeadline": "15.03.2026",
            "description": "NK-1 [COBOT:EEEEFFFF44]",
            "status": 100,
            "creditDebit": "D",
            "voucherType": "VOU",
            "currency": "EUR",
            "taxRule": {"id": "1", "objectName": "T"},
            **known,
            **changes,
        }
        first = a_position(**position)
        more = [a_position(5186, 7)] if second else []
        return {"voucher": voucher, "voucherPosSave": [first, *more], "filename": file}

    def old_voucher(self) -> str:
        """A voucher of bookkeeping system 1.0."""
        made = self.sevdesk.save_old_voucher("Rechnung 2023/77", "50", net="42.02", day=DAY)
        return str(made["id"])

    def tagged(self, *names: str) -> str:
        """A voucher with tags."""
        voucher = self.saved()
        for name in names:
            self.tag(voucher, name)
        return voucher

    def tag(self, voucher: str, name: str = "Import") -> requests.Response:
        """Tag a voucher."""
        target = {"id": voucher, "objectName": "Voucher"}
        return self.sev("/Tag/Factory/create", "POST", {"name": name, "object": target})

    # --- what stands in Cobot

    def member(self, **how: Any) -> str:
        """A confirmed member."""
        return self.cobot.sign_up("Ada Muster", **{"confirmed": "2026-02-03", **how})

    def invoice(self, *lines: Any, **how: Any) -> str:
        """An invoice of a member, unless another debtor is named."""
        debtor = how.pop("debtor", None) or ("memberships", self.member())
        return self.cobot.add_invoice(DAY, list(lines) or [line("100.00")], debtor=debtor, **how)

    def of_space(self, kind: str) -> requests.Response:
        """A list of API 2, of one day where it needs dates."""
        span = f"filter[from]={DAY}&filter[to]={DAY}"
        return self.api2(f"/spaces/{self.cobot.id}/{kind}?{span}")

    def invoices(self) -> requests.Response:
        """The first page of invoices."""
        return self.api2(f"/spaces/{self.cobot.id}/invoices?page[size]=1")


def a_position(account: int = 5192, rate: int = 19, **changes: Any) -> Any:
    """A position that is sent."""
    return {
        "objectName": "VoucherPos",
        "mapAll": True,
        "taxRate": rate,
        "net": False,
        "accountDatev": {"id": account, "objectName": "AccountDatev"},
        "sumGross": 119,
        "comment": "Flex Desk",
        "isAsset": False,
        **changes,
    }


@dataclass(frozen=True)
class Case:
    """The call as `METHOD path`, and how its answer comes about."""

    call: str
    answer: Callable[[Stage], requests.Response]
    switches: dict[str, Any] = field(default_factory=dict)
    status: int = 200


def after(
    happens: Callable[[Stage], object], ask: Callable[[Stage], requests.Response]
) -> Callable[[Stage], requests.Response]:
    """What is answered after something happened."""

    def answer(stage: Stage) -> requests.Response:
        happens(stage)
        return ask(stage)

    return answer


def _update(stage: Stage) -> requests.Response:
    """A draft that gets its document."""
    first = stage.save(status=50).json()["objects"]
    body = stage.sent(whole=True, id=first["voucher"]["id"], status=100)
    body["voucherPosSave"][0]["id"] = first["voucherPos"][0]["id"]
    return stage.sev("/Voucher/Factory/saveVoucher", "POST", body)


def _paid(stage: Stage, **changes: Any) -> requests.Response:
    stage.sevdesk.change(stage.saved(), **changes)
    return stage.sev("/Voucher")


def _contact_in_use(stage: Stage) -> requests.Response:
    contact = stage.organisation()
    stage.save(supplierName=None, supplier={"id": contact, "objectName": "Contact"})
    return stage.sev(f"/Contact/{contact}", "DELETE")


def _ways(stage: Stage, *kinds: str) -> requests.Response:
    contact = stage.organisation()
    for kind in kinds:
        stage.way(contact, kind)
    return stage.sev("/CommunicationWay")


def _of_voucher(stage: Stage, rest: str, method: str, **how: Any) -> requests.Response:
    return stage.sev(f"/Voucher/{stage.saved(**how)}{rest}", method)


def _of_tag(stage: Stage, method: str, body: Any = None) -> requests.Response:
    stage.tagged("Import")
    (tag,) = stage.sevdesk.tables["Tag"]
    return stage.sev(f"/Tag/{tag}", method, body)


def _guidance(name: str, *numbers: str) -> Callable[[Stage], requests.Response]:
    """The guidance, reduced to the accounts of its sample."""

    def ask(stage: Stage) -> requests.Response:
        answer = stage.sev(f"/ReceiptGuidance/{name}")
        return only(answer, lambda account: account["accountNumber"] in (*numbers, None))

    return ask


def _countries(stage: Stage) -> requests.Response:
    answer = stage.sev("/StaticCountry?limit=1000&countAll=true")
    return only(answer, lambda row: row["id"] in {"1", "9", "74", "77", "67", "1337"})


def only(answer: requests.Response, wanted: Callable[[Any], bool]) -> requests.Response:
    """The answer with those of its objects only that the sample has as well."""
    body = answer.json()
    body["objects"] = [row for row in body["objects"] if wanted(row)]
    answer._content = json.dumps(body).encode()
    return answer


def _saves_foreign(stage: Stage) -> str:
    return stage.saved(currency="CHF", propertyForeignCurrencyDeadline="01.03.2026")


def _vouchers(stage: Stage) -> requests.Response:
    return stage.sev("/Voucher")


SEVDESK: dict[str, Case] = {
    "bookkeeping_version": Case(
        "GET /Tools/bookkeepingSystemVersion", lambda s: s.sev("/Tools/bookkeepingSystemVersion")
    ),
    "guidance_for_revenue": Case(
        "GET /ReceiptGuidance/forRevenue", _guidance("forRevenue", "1370", "4200", "4400", "4401")
    ),
    "guidance_without_number": Case(
        "GET /ReceiptGuidance/forRevenue",
        _guidance("forRevenue", "4400"),
        {"chart_entry_without_number": True},
    ),
    "guidance_for_all_accounts": Case(
        "GET /ReceiptGuidance/forAllAccounts", _guidance("forAllAccounts", "1370", "4400", "6855")
    ),
    "guidance_for_expense": Case(
        "GET /ReceiptGuidance/forExpense", _guidance("forExpense", "1370", "6855")
    ),
    "guidance_for_tax_rule": Case(
        "GET /ReceiptGuidance/forTaxRule",
        _guidance("forTaxRule?taxRule=USTPFL_UMS_EINN", "4200", "4400"),
    ),
    "guidance_for_account_number": Case(
        "GET /ReceiptGuidance/forAccountNumber",
        lambda s: s.sev("/ReceiptGuidance/forAccountNumber?accountNumber=4400"),
    ),
    "guidance_unknown_account": Case(
        "GET /ReceiptGuidance/forAccountNumber",
        lambda s: s.sev("/ReceiptGuidance/forAccountNumber?accountNumber=9999"),
        status=422,
    ),
    "countries": Case("GET /StaticCountry", _countries),
    "cost_centre_list": Case("GET /CostCentre", lambda s: s.sev("/CostCentre")),
    "cost_centre_create": Case(
        "POST /CostCentre",
        lambda s: s.sev("/CostCentre", "POST", {"name": "Etage 3", "number": "300"}),
        status=201,
    ),
    "next_customer_number": Case(
        "GET /Contact/Factory/getNextCustomerNumber",
        lambda s: s.sev("/Contact/Factory/getNextCustomerNumber"),
    ),
    "contact_list_organisation": Case(
        "GET /Contact", after(lambda s: s.organisation(), lambda s: s.sev("/Contact?depth=1"))
    ),
    "contact_list_person": Case(
        "GET /Contact", after(lambda s: s.person(), lambda s: s.sev("/Contact?depth=1"))
    ),
    "contact_list_parent": Case(
        "GET /Contact",
        after(
            lambda s: s.person(parent={"id": "7", "objectName": "Contact"}),
            lambda s: s.sev("/Contact?depth=1"),
        ),
    ),
    "contact_list_by_hand": Case(
        "GET /Contact",
        after(
            lambda s: s.sevdesk.create_contact({"name": "Von Hand", "category": CUSTOMER}),
            lambda s: s.sev("/Contact"),
        ),
    ),
    "contact_by_id": Case("GET /Contact/{id}", lambda s: s.sev(f"/Contact/{s.organisation()}")),
    "contact_not_found": Case("GET /Contact/{id}", lambda s: s.sev("/Contact/99"), status=404),
    "contact_not_found_400": Case(
        "GET /Contact/{id}", lambda s: s.sev("/Contact/99"), {"not_found_status": 400}, 400
    ),
    "contact_create_organisation": Case(
        "POST /Contact",
        lambda s: s.sev(
            "/Contact",
            "POST",
            {
                "category": CUSTOMER,
                "status": 1000,
                "name": "A",
                "description": "x",
                "vatNumber": "y",
            },
        ),
        status=201,
    ),
    "contact_create_person": Case(
        "POST /Contact",
        lambda s: s.sev(
            "/Contact",
            "POST",
            {"category": CUSTOMER, "surename": "A", "familyname": "B", "description": "x"},
        ),
        status=201,
    ),
    "contact_update": Case(
        "PUT /Contact/{id}",
        lambda s: s.sev(f"/Contact/{s.organisation()}", "PUT", {"customerNumber": 1050}),
    ),
    "contact_delete": Case(
        "DELETE /Contact/{id}", lambda s: s.sev(f"/Contact/{s.organisation()}", "DELETE")
    ),
    "contact_in_use": Case("DELETE /Contact/{id}", _contact_in_use, status=409),
    "contact_address_list": Case(
        "GET /ContactAddress",
        after(lambda s: s.address(s.organisation()), lambda s: s.sev("/ContactAddress")),
    ),
    "contact_address_create": Case(
        "POST /ContactAddress", lambda s: s.address(s.organisation()), status=201
    ),
    "communication_way_list": Case(
        "GET /CommunicationWay", lambda s: _ways(s, "EMAIL", "PHONE", "WEB", "FAX")
    ),
    "communication_way_list_web_and_fax": Case(
        "GET /CommunicationWay", lambda s: _ways(s, "WEB", "FAX")
    ),
    "communication_way_create": Case(
        "POST /CommunicationWay", lambda s: s.way(s.organisation(), "EMAIL"), status=201
    ),
    "upload": Case("POST /Voucher/Factory/uploadTempFile", lambda s: s.upload(), status=201),
    "upload_unreadable": Case(
        "POST /Voucher/Factory/uploadTempFile", lambda s: s.upload(b"%PDF-1.4 cut"), status=500
    ),
    "save_voucher_draft": Case(
        "POST /Voucher/Factory/saveVoucher", lambda s: s.save(status=50), status=201
    ),
    "save_voucher_open": Case(
        "POST /Voucher/Factory/saveVoucher", lambda s: s.save(whole=True), status=201
    ),
    "save_voucher_update": Case("POST /Voucher/Factory/saveVoucher", _update, status=201),
    "save_voucher_other_date": Case(
        "POST /Voucher/Factory/saveVoucher",
        lambda s: s.save(),
        {"saves_otherwise": "date"},
        status=201,
    ),
    "save_voucher_refused": Case(
        "POST /Voucher/Factory/saveVoucher",
        lambda s: s.save(taxRule={"id": 4, "objectName": "TaxRule"}),
        status=422,
    ),
    "save_voucher_negative": Case(
        "POST /Voucher/Factory/saveVoucher",
        lambda s: s.save(position={"sumGross": -119}),
        {"negative_vouchers": "refused"},
        status=422,
    ),
    "save_voucher_no_draft": Case(
        "POST /Voucher/Factory/saveVoucher", lambda s: s.save(id=s.saved()), status=400
    ),
    "save_voucher_unreadable_file": Case(
        "POST /Voucher/Factory/saveVoucher",
        lambda s: s.save(filename=s.upload(b"%PDF-1.4 cut").json()["objects"]["filename"]),
        {"unreadable_file": "save"},
        status=500,
    ),
    "voucher_list_by_name": Case("GET /Voucher", after(Stage.saved, _vouchers)),
    "voucher_list_by_contact": Case(
        "GET /Voucher", after(lambda s: s.saved(whole=True), _vouchers)
    ),
    "voucher_list_foreign_currency": Case("GET /Voucher", after(_saves_foreign, _vouchers)),
    "voucher_list_old_system": Case("GET /Voucher", after(Stage.old_voucher, _vouchers)),
    "voucher_list_paid_in_part": Case(
        "GET /Voucher", lambda s: _paid(s, status="750", paidAmount=50.5)
    ),
    "voucher_list_overpaid": Case(
        "GET /Voucher",
        lambda s: _paid(
            s, status="1000", sumGross="120", paidAmount=120, payDate="2026-03-21T12:00:00+01:00"
        ),
    ),
    "voucher_list_counted": Case(
        "GET /Voucher", after(Stage.saved, lambda s: s.sev("/Voucher?limit=1&countAll=true"))
    ),
    "voucher_list_null_references": Case(
        "GET /Voucher",
        after(Stage.saved, _vouchers),
        {"null_references": "null"},
    ),
    "voucher_list_empty_references": Case(
        "GET /Voucher",
        after(Stage.saved, _vouchers),
        {"null_references": "list"},
    ),
    "voucher_list_null_entry": Case(
        "GET /Voucher", after(Stage.saved, _vouchers), {"null_entries": 1}
    ),
    "voucher_by_id": Case("GET /Voucher/{id}", lambda s: _of_voucher(s, "", "GET", whole=True)),
    "voucher_not_found": Case("GET /Voucher/{id}", lambda s: s.sev("/Voucher/99"), status=404),
    "voucher_pos_list": Case(
        "GET /VoucherPos", after(lambda s: s.saved(second=True), lambda s: s.sev("/VoucherPos"))
    ),
    "voucher_pos_list_old_system": Case(
        "GET /VoucherPos", after(Stage.old_voucher, lambda s: s.sev("/VoucherPos"))
    ),
    "voucher_pos_list_foreign_currency": Case(
        "GET /VoucherPos", after(_saves_foreign, lambda s: s.sev("/VoucherPos"))
    ),
    "voucher_reset_to_draft": Case(
        "PUT /Voucher/{id}/resetToDraft",
        lambda s: without_cost_centre(_of_voucher(s, "/resetToDraft", "PUT", whole=True)),
    ),
    "voucher_reset_to_open": Case(
        "PUT /Voucher/{id}/resetToOpen",
        lambda s: without_cost_centre(_of_voucher(s, "/resetToOpen", "PUT", whole=True)),
    ),
    "voucher_enshrine": Case(
        "PUT /Voucher/{id}/enshrine", lambda s: _of_voucher(s, "/enshrine", "PUT")
    ),
    "voucher_download": Case(
        "GET /Voucher/{id}/downloadDocument",
        lambda s: _of_voucher(s, "/downloadDocument", "GET", whole=True),
    ),
    "voucher_delete": Case(
        "DELETE /Voucher/{id}", lambda s: _of_voucher(s, "", "DELETE", status=50)
    ),
    "voucher_delete_no_draft": Case(
        "DELETE /Voucher/{id}", lambda s: _of_voucher(s, "", "DELETE"), status=409
    ),
    "tag_list": Case(
        "GET /Tag", after(lambda s: s.tagged("Import", "Mismatch"), lambda s: s.sev("/Tag"))
    ),
    "tag_by_id": Case("GET /Tag/{id}", lambda s: _of_tag(s, "GET")),
    "tag_update": Case("PUT /Tag/{id}", lambda s: _of_tag(s, "PUT", {"name": "Importiert"})),
    "tag_delete": Case("DELETE /Tag/{id}", lambda s: _of_tag(s, "DELETE")),
    "tag_create": Case("POST /Tag/Factory/create", lambda s: s.tag(s.saved())),
    "tag_create_bare": Case(
        "POST /Tag/Factory/create",
        lambda s: s.tag(s.saved()),
        {"tag_answer_has_envelope": False},
    ),
    "tag_relation_list": Case(
        "GET /TagRelation",
        after(lambda s: s.tagged("Import", "Mismatch"), lambda s: s.sev("/TagRelation")),
    ),
    "tag_relation_list_embedded": Case(
        "GET /TagRelation",
        after(lambda s: s.tagged("Import"), lambda s: s.sev("/TagRelation?embed=tag")),
    ),
    "bad_token": Case(
        "GET /Voucher",
        lambda s: s.sev("/Voucher", headers={"Authorization": "wrong"}),
        status=401,
    ),
    "limit_too_large": Case("GET /Voucher", lambda s: s.sev("/Voucher?limit=1001"), status=400),
}


def without_cost_centre(answer: requests.Response) -> requests.Response:
    """The answer without the one reference that its sample has not."""
    body = answer.json()
    del body["objects"]["costCentre"]
    answer._content = json.dumps(body).encode()
    return answer


def _own(kind: str, make: Callable[[Stage], str]) -> Callable[[Stage], requests.Response]:
    return lambda s: s.api2(f"/{kind}/{make(s)}")


def _three_members(stage: Stage) -> requests.Response:
    stage.member()
    stage.cobot.sign_up("Noch Nicht", confirmed=None)
    parts = {"full_address": "Weg 1", "address": "Weg 1", "post_code": "1", "city": "Kiel"}
    third = stage.member(
        email=None, phone="0431", team_id="team-1", address={**parts, "country": "DE"}
    )
    stage.cobot.cancel(third, "2026-05-31")
    return stage.api1("/memberships?all=true")


def _every_field(stage: Stage) -> requests.Response:
    item = line("100.00", paid=True)
    item |= {"costCenter": {"name": "R", "number": "2"}, "revenueAccount": item["costCenter"]}
    item["revenueAccount"] = {"name": "R", "number": "4000"}
    recipient = {"company": "A", "street": "W", "postCode": "1", "city": "K", "state": "S"}
    made = stage.invoice(
        item,
        recipient=recipient,
        paidDate=DAY,
        invoiceText="Danke",
        notes="bar",
        billingEmails=["a@b.example"],
        lastReminderSentAt="2026-03-16T00:00:00Z",
        chargeAt="2026-03-01T11:00:00Z",
    )
    return stage.api2(f"/invoices/{made}")


def _correction(stage: Stage) -> str:
    return stage.cobot.correct_invoice(stage.invoice(), "2026-03-02")


def _team(stage: Stage) -> str:
    parts = {"fullAddress": "Ring 1", "street": "Ring 1", "postCode": "1010", "city": "Wien"}
    address = {**parts, "company": "Team Donau", "countryCode": "AT"}
    return stage.cobot.add_team("Donau", number="t-77", tax_id="ATU13585627", address=address)


def _team_invoice(stage: Stage) -> str:
    free = line("50.00", "0", code="4336")
    team = stage.cobot.add_team("Donau", number="t-77", address={"company": "Donau"})
    parts = {"street": "Ring 1", "postCode": "1010", "city": "Wien", "countryCode": "AT"}
    return stage.invoice(
        free, debtor=("teams", team), taxId="ATU13585627", recipient={"name": None, **parts}
    )


def _number_taken(stage: Stage) -> requests.Response:
    stage.member(number="7")
    return stage.api1(f"/memberships/{stage.member()}", "PUT", {"customer_number": "7"})


def _posted(stage: Stage) -> requests.Response:
    return stage.api1("/activities", "POST", {"text": "x", "level": "WARN", "channels": ["admin"]})


DEBITOR = {"debtor_relation": "debitor"}
INVOICE, MEMBER1 = "GET /invoices/{id}", "GET /{sub}/api/memberships/{id}"
INVOICES, MEMBERS1 = "GET /spaces/{id}/invoices", "GET /{sub}/api/memberships"
UPDATE = "PUT /{sub}/api/memberships/{id}"

COBOT: dict[str, Case] = {
    "user_with_spaces": Case("GET /user", lambda s: s.api2("/user?include=adminOf")),
    "user_without_included": Case("GET /user", lambda s: s.api2("/user")),
    "space": Case("GET /spaces/{id}", lambda s: s.api2(f"/spaces/{s.cobot.id}")),
    "urls": Case("GET /spaces/{id}/urls", lambda s: s.api2(f"/spaces/{s.cobot.id}/urls")),
    "space_v1": Case("GET /{sub}/api/spaces/{name}", lambda s: s.api1(f"/spaces/{SLUG}")),
    "space_v1_not_found": Case(
        "GET /{sub}/api/spaces/{name}",
        lambda s: s.api1(f"/spaces/{SLUG}"),
        {"subdomain_knows_space": False},
        404,
    ),
    "invoice_list_one_page": Case(INVOICES, after(Stage.invoice, Stage.invoices), DEBITOR),
    "invoice_list_first_page": Case(
        INVOICES, after(lambda s: (s.invoice(), s.invoice()), Stage.invoices), DEBITOR
    ),
    "invoice_list_without_links": Case(
        INVOICES, after(Stage.invoice, Stage.invoices), {**DEBITOR, "links": "absent"}
    ),
    "invoice_list_without_id": Case(
        INVOICES, after(Stage.invoice, Stage.invoices), {**DEBITOR, "invoices_without_id": 1}
    ),
    "invoice_list_null_entry": Case(
        INVOICES, after(Stage.invoice, Stage.invoices), {**DEBITOR, "null_entries": 1}
    ),
    "invoice_debitor": Case(INVOICE, _own("invoices", lambda s: s.invoice()), DEBITOR),
    "invoice_debitor_and_membership": Case(INVOICE, _own("invoices", lambda s: s.invoice())),
    "invoice_deprecated_relation": Case(
        INVOICE, _own("invoices", lambda s: s.invoice()), {"debtor_relation": "deprecated"}
    ),
    "invoice_two_rates": Case(
        INVOICE,
        _own("invoices", lambda s: s.invoice(line("100.00"), line("20.00", "7"))),
        DEBITOR,
    ),
    "invoice_team": Case(INVOICE, _own("invoices", _team_invoice), DEBITOR),
    "invoice_contact": Case(
        INVOICE,
        _own("invoices", lambda s: s.invoice(debtor=("contacts", s.cobot.add_contact("Gast")))),
        DEBITOR,
    ),
    "invoice_free_form": Case(
        INVOICE,
        _own(
            "invoices",
            lambda s: s.cobot.add_invoice(
                DAY,
                [line("100.00")],
                recipient={"name": "Ada", "countryCode": "DE", "fullAddress": "Weg 1"},
            ),
        ),
    ),
    "invoice_correction": Case(INVOICE, _own("invoices", _correction), DEBITOR),
    "invoice_every_field": Case(INVOICE, _every_field, DEBITOR),
    "invoice_not_found": Case(INVOICE, lambda s: s.api2("/invoices/none"), status=404),
    "space_not_found": Case(INVOICES, lambda s: s.api2("/spaces/none/invoices"), status=404),
    "bad_token": Case(
        INVOICES,
        lambda s: s.api2(f"/spaces/{s.cobot.id}/invoices", token="wrong"),
        {"bad_token_status": 403},
        403,
    ),
    "scope_missing": Case(
        INVOICES, lambda s: s.api2(f"/spaces/{s.cobot.id}/invoices", token="narrow"), status=403
    ),
    "rate_limit": Case(
        "GET /user",
        lambda s: [s.api2("/user") for _ in range(61)][-1],
        {"rate_limits": True},
        429,
    ),
    "filters_missing": Case(
        "GET /spaces/{id}/teams", lambda s: s.api2(f"/spaces/{s.cobot.id}/teams"), status=422
    ),
    "team": Case("GET /teams/{id}", _own("teams", _team)),
    "team_list": Case(
        "GET /spaces/{id}/teams",
        after(_team, lambda s: s.of_space("teams")),
    ),
    "contact": Case("GET /contacts/{id}", _own("contacts", lambda s: s.cobot.add_contact("Gast"))),
    "contact_list": Case(
        "GET /spaces/{id}/contacts",
        after(lambda s: s.cobot.add_contact("Gast"), lambda s: s.of_space("contacts")),
    ),
    "cost_centers": Case(
        "GET /spaces/{id}/cost_centers", lambda s: s.api2(f"/spaces/{s.cobot.id}/cost_centers")
    ),
    "membership_api2": Case("GET /memberships/{id}", _own("memberships", lambda s: s.member())),
    "membership_api2_list": Case(
        "GET /spaces/{id}/memberships",
        after(
            lambda s: s.cobot.cancel(s.member(team_id="team-1"), "2026-06-30"),
            lambda s: s.of_space("memberships"),
        ),
    ),
    "membership_list": Case(MEMBERS1, _three_members),
    "membership_null_entry": Case(
        MEMBERS1, after(lambda s: s.member(), lambda s: s.api1("/memberships")), {"null_entries": 1}
    ),
    "membership": Case(MEMBER1, lambda s: s.api1(f"/memberships/{s.member()}")),
    "membership_structured_address": Case(
        MEMBER1,
        lambda s: s.api1(
            "/memberships/"
            + s.member(
                company="Muster GmbH",
                address={
                    "full_address": "Weg 1",
                    "address": "Weg 1",
                    "post_code": "1",
                    "city": "Kiel",
                    "country": "DE",
                },
            )
        ),
    ),
    "membership_not_found": Case(MEMBER1, lambda s: s.api1("/memberships/none"), status=404),
    "membership_update": Case(
        UPDATE, lambda s: s.api1(f"/memberships/{s.member()}", "PUT", {"customer_number": "1044"})
    ),
    "membership_wiped": Case(
        UPDATE,
        lambda s: s.api1(f"/memberships/{s.member()}", "PUT", {"customer_number": "1044"}),
        {"member_update_wipes": True},
    ),
    **{
        name: Case(UPDATE, _number_taken, {"unique_customer_numbers": True, "v1_error": shape}, 422)
        for name, shape in (
            ("error_v1_texts", "texts"),
            ("error_v1_bare", "bare"),
            ("error_v1_one", "error"),
        )
    },
    "accounting_codes": Case(
        "GET /{sub}/api/accounting_codes", lambda s: s.api1("/accounting_codes")
    ),
    "activity_create": Case("POST /{sub}/api/activities", _posted, status=201),
    "activity_list": Case(
        "GET /{sub}/api/activities", after(_posted, lambda s: s.api1("/activities"))
    ),
}

CASES = {
    **{f"sevdesk/{name}": case for name, case in SEVDESK.items()},
    **{f"cobot/{name}": case for name, case in COBOT.items()},
}

OF_OTHERS = {
    "sevdesk": "bookkeeping_version_old voucher_list_paid voucher_list_expense error_in_200 "
    "error_old_form voucher_list_old_system_few_fields voucher_pos_list_old_system_few_fields",
    "cobot": "invoice_few_fields membership_few_fields membership_of_the_documents "
    "invoice_list_last_page error_with_pointer",
}
"""Samples of situations that the sandbox does not bring about."""

WITHOUT_SAMPLE = frozenset(
    {
        "GET /health",  # no body
        "GET /invoices/{id}.pdf",  # no JSON
        "GET /api/spaces/{name}",  # as below a subdomain
        "PATCH /{sub}/api/memberships/{id}",  # as with PUT
        "POST /{sub}/api/memberships/{id}",
        "DELETE /ContactAddress/{id}",  # as of contacts
        "DELETE /CommunicationWay/{id}",
        "DELETE /CostCentre/{id}",
        "DELETE /TagRelation/{id}",
    }
)


@pytest.fixture
def stage(box: SandboxServer) -> Stage:
    """An empty space beside an empty account."""
    cobot = box.world.add_space(SLUG, token=TOKEN, sevdesk_token=SEVDESK_TOKEN, name="Nordkap")
    box.world.tokens["narrow"] = frozenset({SLUG}), frozenset()
    cobot.codes = [{"name": "4400", "tax_rate": None}, {"name": "Raum", "tax_rate": "19.0"}]
    cobot.cost_centers = [{"name": "Räume", "number": "200"}]
    return Stage(box, cobot, box.world.add_tenant(SEVDESK_TOKEN, cost_centres=("100", "200")))


def differences(found: Any, sample: Any, path: str = "") -> Iterator[str]:
    """Where an answer has other keys, types or nulls than its sample."""
    if isinstance(found, dict) and isinstance(sample, dict):
        for name in sorted(found.keys() - sample.keys()):
            yield f"{path}.{name}: not in the sample"
        for name, wanted in sample.items():
            if name in found:
                yield from differences(found[name], wanted, f"{path}.{name}")
            else:
                yield f"{path}.{name}: missing"
    elif isinstance(found, list) and isinstance(sample, list):
        if len(found) != len(sample):
            yield f"{path}: {len(found)} entries, {len(sample)} in the sample"
        for number, (one, wanted) in enumerate(zip(found, sample, strict=False)):
            yield from differences(one, wanted, f"{path}[{number}]")
    elif kind_of(found) != kind_of(sample):
        yield f"{path}: {found!r} is {kind_of(found)}, in the sample {kind_of(sample)}"


def kind_of(value: Any) -> str:
    """The type of a JSON value; of a text whether it is a date, and written how."""
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        fitting = (name for name, form in FORMS.items() if form.fullmatch(value))
        return next(fitting, "text")
    return type(value).__name__


@pytest.mark.parametrize("name", CASES)
def test_the_sandbox_answers_in_the_shape_of_the_sample(stage: Stage, name: str) -> None:
    case = CASES[name]
    stage.switch(**case.switches)
    answer = case.answer(stage)
    assert answer.status_code == case.status, answer.text
    sample = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    assert list(differences(answer.json(), sample)) == []


def test_every_sample_is_compared() -> None:
    every = {f"{path.parent.name}/{path.stem}" for path in SAMPLES.glob("*/*.json")}
    others = {f"{service}/{name}" for service, all_ in OF_OTHERS.items() for name in all_.split()}
    assert every == CASES.keys() | others
    assert not CASES.keys() & others


def test_every_call_of_the_sandbox_has_a_sample(box: SandboxServer) -> None:
    routes = [*cobot_routes(box.world), *sevdesk_routes(box.world)]
    calls = {f"{method} {path}" for method, path, *_ in routes}
    assert {case.call for case in CASES.values()} == calls - WITHOUT_SAMPLE
    assert PREFIX not in calls


@pytest.mark.parametrize(
    ("found", "sample", "says"),
    [
        ({}, {"a": 1}, [".a: missing"]),
        ({"a": 1}, {}, [".a: not in the sample"]),
        ({"a": "1"}, {"a": 1}, [".a: '1' is text, in the sample number"]),
        ({"a": [{"b": None}]}, {"a": [{"b": "x"}]}, None),
        ("2026-03-01", "2026-03-01T00:00:00+01:00", None),
        ([], [1], [": 0 entries, 1 in the sample"]),
    ],
)
def test_differences_are_seen(found: Any, sample: Any, says: list[str] | None) -> None:
    seen = list(differences(found, sample))
    assert seen == says if says is not None else len(seen) == 1
