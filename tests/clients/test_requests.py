"""What each method sends, as the services get it: method, path, query, headers and body.

Names of fields and filters are those of the vendors' documents.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses

from cobot_sevdesk.clients.cobot.access import find_spaces
from cobot_sevdesk.clients.cobot.client import API1_HEADERS, API2_HEADERS, CobotClient
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.addresses import PostalAddress
from cobot_sevdesk.domain.contact import NewContact
from cobot_sevdesk.domain.member import Member
from cobot_sevdesk.domain.voucher import BookedVoucher, Position, Voucher
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import CredentialsError

JANUARY = Window(date(2026, 1, 1), date(2026, 2, 1))
NOBODY = "0" * 32
PAGE = {"limit": "1000", "offset": "0", "countAll": "true"}
DATED = {"creditDebit": "D", "startDate": "1767049200", "endDate": "1770073200"}
"""30 December and 3 February, midnight in Berlin: two days more on both sides."""
ONE_DAY = {"filter[from]": "2026-01-01", "filter[to]": "2026-01-01", "page[size]": "1"}
SAVE = "POST /Voucher/Factory/saveVoucher"


@dataclass(frozen=True)
class Sent:
    """One request; its body is its JSON, or the kind of another body."""

    what: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None


class Services:
    """Both clients, and what reaches the services; they answer by the path."""

    def __init__(self, answers: dict[str, Any], refuses: str = "") -> None:
        self.answers = answers
        self.refuses = refuses
        """What gets a 403."""
        self.sent: list[Sent] = []
        self.accepts: list[str] = []
        """What each request wants to get."""

        def transport(service: str, headers: dict[str, str] | None = None) -> Transport:
            url = "http://127.0.0.1:9"
            return Transport(service, url, authorization="t", headers=headers, sleep=lambda _: None)

        self.api2, api1 = transport("Cobot", API2_HEADERS), transport("Cobot", API1_HEADERS)
        self.cobot = CobotClient(self.api2, api1, subdomain="elbe-hub", space_id="s1")
        self.sevdesk = SevdeskClient(transport("sevDesk"))

    def ask(self, call: "Call") -> Any:
        """What a call returns."""
        with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
            for method in ("GET", "POST", "PUT", "PATCH"):
                http.add_callback(method, re.compile(".*"), self._answer)
            return call(self)

    def _answer(self, request: Any) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(request.url)
        what = f"{request.method} {parts.path}"
        kind = (request.headers.get("Content-Type") or "").partition(";")[0] or None
        body = json.loads(request.body) if kind == "application/json" else kind
        self.sent.append(Sent(what, dict(parse_qsl(parts.query)), body))
        self.accepts.append(request.headers["Accept"])
        answer = self.answers.get(parts.path, {"objects": []})
        shown = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return (403 if what == self.refuses else 200), {}, shown


Call = Callable[[Services], object]


@dataclass(frozen=True)
class Case:
    """A call, what reaches the services, and what they answer."""

    call: Call
    sent: list[Sent]
    answers: dict[str, Any] = field(default_factory=dict)


def a_contact(company: str | None = None, **more: Any) -> NewContact:
    """A contact to be made: an organisation, or a person."""
    first, last = (None, None) if company else ("Ada", "Beispiel")
    address = PostalAddress("Musterweg 1", "1010", "Wien", "AT")
    return NewContact("AAAAAAAAAA", company, first, last, address, None, **more)


def ref(id_: int | str, name: str) -> dict[str, Any]:
    """How sevDesk refers to an object."""
    return {"id": id_, "objectName": name}


MADE = {"/Contact": {"objects": {"id": "5"}}}
CONTACT = {"category": ref(3, "Category"), "status": 1000, "description": "[COBOT:AAAAAAAAAA]"}
ADDRESS = {
    "contact": ref(5, "Contact"),
    "street": "Musterweg 1",
    "zip": "1010",
    "city": "Wien",
    "country": ref(3, "StaticCountry"),
    "category": ref(47, "Category"),
}

OURS = BookedVoucher("7", "CW-1 [COBOT:AAAAAAAAAA]", None, None, status=100)
"""An open voucher that waits for its document."""
SHOWN = {
    "id": "7",
    "objectName": "Voucher",
    "voucherDate": "2026-01-05T00:00:00+01:00",
    "deliveryDate": "2026-01-06T00:00:00+01:00",
    "paymentDeadline": "2026-01-19T00:00:00+01:00",
    "supplier": ref("5", "Contact"),
    "supplierName": "Probe GmbH",
    "description": "CW-1 [COBOT:AAAAAAAAAA]",
    "status": "100",
    "taxRule": ref("1", "TaxRule"),
    "creditDebit": "D",
    "costCentre": ref("77", "CostCentre"),
    "sumNet": "100",
    "sumGross": "119",
}
POSITION = {
    "id": "9",
    "voucher": ref("7", "Voucher"),
    "accountDatev": ref("3650", "AccountDatev"),
    "taxRate": "19",
    "net": "0",
    "sumNet": "100",
    "sumGross": "119",
    "comment": "Flex Desk",
    "isAsset": "0",
}
SENT_BACK: dict[str, Any] = {
    "voucher": {
        "id": 7,
        "objectName": "Voucher",
        "mapAll": True,
        "voucherDate": "05.01.2026",
        "deliveryDate": "06.01.2026",
        "paymentDeadline": "19.01.2026",
        "supplier": ref("5", "Contact"),
        "supplierName": "Probe GmbH",
        "description": "CW-1 [COBOT:AAAAAAAAAA]",
        "status": 100,
        "taxRule": ref("1", "TaxRule"),
        "creditDebit": "D",
        "voucherType": "VOU",
        "currency": "EUR",
        "costCentre": ref("77", "CostCentre"),
    },
    "voucherPosSave": [
        {
            "id": 9,
            "objectName": "VoucherPos",
            "mapAll": True,
            "accountDatev": ref("3650", "AccountDatev"),
            "taxRate": 19,
            "net": False,
            "sumNet": 100.0,
            "sumGross": 119.0,
            "comment": "Flex Desk",
            "isAsset": False,
        }
    ],
    "voucherPosDelete": None,
    "filename": "a.pdf",
}
OF_VOUCHER = Sent("GET /VoucherPos", {"voucher[id]": "7", "voucher[objectName]": "Voucher", **PAGE})


def attached(status: int | None, sent: Any, **shown: Any) -> Case:
    """A draft gets its document and a status."""
    draft = BookedVoucher("7", OURS.description, None, None, status=50)
    return Case(
        lambda s: s.sevdesk.vouchers.attach_pdf(draft, "a.pdf", status=status),
        [Sent("GET /Voucher/7"), OF_VOUCHER, Sent(SAVE, body=sent)],
        {
            "/Voucher/7": {"objects": [{**SHOWN, "status": "50", **shown.get("voucher", {})}]},
            "/VoucherPos": {"objects": [{**POSITION, **shown.get("position", {})}], "total": "1"},
        },
    )


FOREIGN = attached(
    50,
    {
        **SENT_BACK,
        "voucher": {
            **SENT_BACK["voucher"],
            "status": 50,
            "voucherType": "RV",
            "currency": "CHF",
            "propertyForeignCurrencyDeadline": "02.01.2026",
            "supplier": None,
        },
        "voucherPosSave": [
            {
                **SENT_BACK["voucherPosSave"][0],
                "net": True,
                "sumNet": 95.0,
                "sumGross": 113.05,
                "comment": None,
                "isAsset": True,
            }
        ],
    },
    voucher={
        "voucherType": "RV",
        "currency": "CHF",
        "propertyForeignCurrencyDeadline": "2026-01-02T00:00:00+01:00",
        "supplier": [],
    },
    position={
        "net": "1",
        "sumNetForeignCurrency": "95",
        "sumGrossForeignCurrency": "113.05",
        "comment": None,
        "isAsset": "1",
    },
)

IN_NET = Voucher(
    key="AAAAAAAAAA",
    number="CW-1",
    date=date(2026, 1, 5),
    deadline=date(2026, 1, 19),
    tax_rule=1,
    in_net=True,
    positions=(Position("3650", "4400", Decimal("19.0"), Decimal(100), "Flex Desk"),),
    status=100,
    recipient_name="Probe GmbH",
)


def without_id(shown: dict[str, Any]) -> dict[str, Any]:
    """The same before it was saved."""
    return {name: value for name, value in shown.items() if name != "id"}


OF_SEVDESK = {
    "an organisation": Case(
        lambda s: s.sevdesk.contacts.create(a_contact("Probe GmbH", vat_id="ATU13585627")),
        [Sent("POST /Contact", body={"name": "Probe GmbH", **CONTACT, "vatNumber": "ATU13585627"})],
        MADE,
    ),
    "a person": Case(
        lambda s: s.sevdesk.contacts.create(a_contact()),
        [Sent("POST /Contact", body={"surename": "Ada", "familyname": "Beispiel", **CONTACT})],
        MADE,
    ),
    "a number": Case(
        lambda s: s.sevdesk.contacts.assign_customer_number("5"),
        [
            Sent("GET /Contact/Factory/getNextCustomerNumber"),
            Sent("PUT /Contact/5", body={"customerNumber": "1001"}),
        ],
        {"/Contact/Factory/getNextCustomerNumber": {"objects": 1001}},
    ),
    "an address": Case(
        lambda s: s.sevdesk.contacts.create_address(a_contact(), "5"),
        [Sent("GET /StaticCountry", PAGE), Sent("POST /ContactAddress", body=ADDRESS)],
        {"/StaticCountry": {"objects": [{"id": "3", "code": "AT"}], "total": "1"}},
    ),
    "an e-mail address": Case(
        lambda s: s.sevdesk.contacts.create_way("5", "EMAIL", "ada@example.com"),
        [
            Sent(
                "POST /CommunicationWay",
                body={
                    "contact": ref(5, "Contact"),
                    "type": "EMAIL",
                    "value": "ada@example.com",
                    "key": ref(2, "CommunicationWayKey"),
                    "main": True,
                },
            )
        ],
    ),
    "a voucher without contact and document, in net": Case(
        lambda s: s.sevdesk.vouchers.create(IN_NET, contact_id=None, filename=None),
        [
            Sent(
                SAVE,
                body={
                    "voucher": {
                        **without_id(SENT_BACK["voucher"]),
                        "supplier": None,
                        "deliveryDate": "05.01.2026",
                        "costCentre": None,
                    },
                    "voucherPosSave": [
                        {
                            **without_id(SENT_BACK["voucherPosSave"][0]),
                            "net": True,
                            "accountDatev": ref(3650, "AccountDatev"),
                        }
                    ],
                    "voucherPosDelete": None,
                    "filename": None,
                },
            )
        ],
        {"/Voucher/Factory/saveVoucher": {"objects": {"voucher": {"id": "7"}}}},
    ),
    "a document": Case(
        lambda s: s.sevdesk.vouchers.upload_pdf(BytesIO(b"%PDF-"), "a.pdf"),
        [Sent("POST /Voucher/Factory/uploadTempFile", body="multipart/form-data")],
        {"/Voucher/Factory/uploadTempFile": {"objects": {"filename": "b.pdf"}}},
    ),
    "a document for an open voucher": Case(
        lambda s: s.sevdesk.vouchers.attach_pdf(OURS, "a.pdf", status=100),
        [
            Sent("GET /Voucher/7"),
            OF_VOUCHER,
            Sent("PUT /Voucher/7/resetToDraft", body={}),
            Sent(SAVE, body=SENT_BACK),
        ],
        {
            "/Voucher/7": {"objects": [SHOWN]},
            "/VoucherPos": {"objects": [POSITION], "total": "1"},
        },
    ),
    "a document for a draft that stays one": attached(
        None, {**SENT_BACK, "voucher": {**SENT_BACK["voucher"], "status": 50}}
    ),
    "a document for a draft in foreign currency": FOREIGN,
    "a tag": Case(
        lambda s: s.sevdesk.vouchers.create_tag("7", "Import"),
        [Sent("POST /Tag/Factory/create", body={"name": "Import", "object": ref(7, "Voucher")})],
    ),
    "a tag for an id that is no number": Case(
        lambda s: s.sevdesk.vouchers.create_tag("v7", "Import"),
        [
            Sent(
                "POST /Tag/Factory/create",
                body={"name": "Import", "object": ref("v7", "Voucher")},
            )
        ],
    ),
    "reading vouchers": Case(
        lambda s: list(s.sevdesk.vouchers.iter(JANUARY)), [Sent("GET /Voucher", DATED | PAGE)]
    ),
    "reading all vouchers": Case(
        lambda s: list(s.sevdesk.vouchers.iter()),
        [Sent("GET /Voucher", {"creditDebit": "D", **PAGE})],
    ),
    "looking for vouchers": Case(
        lambda s: s.sevdesk.vouchers.find_listed(["7"], JANUARY),
        [Sent("GET /Voucher", DATED | PAGE)],
    ),
    "reading positions": Case(
        lambda s: list(s.sevdesk.vouchers.iter_positions()), [Sent("GET /VoucherPos", PAGE)]
    ),
    "reading tags": Case(
        lambda s: s.sevdesk.vouchers.get_tags(frozenset({"Import"})),
        [Sent("GET /TagRelation", {"embed": "tag", **PAGE})],
    ),
    # Without the depth the list leaves persons out.
    "reading contacts": Case(
        lambda s: list(s.sevdesk.contacts.iter()), [Sent("GET /Contact", {"depth": "1", **PAGE})]
    ),
    "looking for contacts": Case(
        lambda s: s.sevdesk.contacts.find_listed(["5"]),
        [Sent("GET /Contact", {"depth": "1", **PAGE})],
    ),
    "reading e-mail addresses": Case(
        lambda s: s.sevdesk.contacts.get_emails("5"),
        [
            Sent(
                "GET /CommunicationWay",
                {"contact[id]": "5", "contact[objectName]": "Contact", **PAGE},
            )
        ],
    ),
    "reading parts of contacts": Case(
        lambda s: s.sevdesk.contacts.get_parts(),
        [Sent("GET /CommunicationWay", PAGE), Sent("GET /ContactAddress", PAGE)],
    ),
    "reading settings": Case(
        lambda s: (
            s.sevdesk.settings.get_bookkeeping_version(),
            s.sevdesk.settings.get_chart(),
            s.sevdesk.settings.find_cost_centres("100"),
        ),
        [
            Sent("GET /Tools/bookkeepingSystemVersion"),
            Sent("GET /ReceiptGuidance/forRevenue"),
            Sent("GET /CostCentre", PAGE),
        ],
        {"/Tools/bookkeepingSystemVersion": {"objects": {"version": "2.0"}}},
    ),
}
NUMBERED = {"id": "m1", "name": "Ada", "customer_number": "1001"}
ADMIN_OF = {"include": "adminOf"}
OF_COBOT = {
    "a customer number": Case(
        lambda s: s.cobot.write_customer_number(Member("m1", "Ada"), "1001"),
        [
            Sent("PUT /memberships/m1", body={"customer_number": "1001"}),
            Sent("GET /memberships/m1"),
        ],
        {"/memberships/m1": NUMBERED},
    ),
    "a line for the activity feed": Case(
        lambda s: s.cobot.post_activity("Text", level="WARN", source_ids=("m1",)),
        [
            Sent(
                "POST /activities",
                body={
                    "text": "Text",
                    "level": "WARN",
                    "channels": ["admin"],
                    "source_ids": ["m1"],
                },
            )
        ],
    ),
    "whether one may write": Case(
        lambda s: s.cobot.check_writing(), [Sent(f"PUT /memberships/{NOBODY}", body={})]
    ),
    "reading invoices": Case(
        lambda s: list(s.cobot.iter_invoices(JANUARY)),
        [
            Sent(
                "GET /spaces/s1/invoices",
                {
                    "filter[from]": "2025-12-31",
                    "filter[to]": "2026-02-01",
                    "page[number]": "1",
                    "page[size]": "200",
                },
            )
        ],
        {"/spaces/s1/invoices": {"data": []}},
    ),
    "whether one may read invoices": Case(
        lambda s: s.cobot.check_invoices(), [Sent("GET /spaces/s1/invoices", ONE_DAY)]
    ),
    "which scopes are missing": Case(
        lambda s: s.cobot.get_missing_scopes(),
        [
            Sent("GET /spaces/s1/invoices", ONE_DAY),
            Sent("GET /spaces/s1/teams", ONE_DAY),
            Sent("GET /memberships"),
        ],
    ),
    "reading members": Case(
        lambda s: list(s.cobot.iter_members()),
        [Sent("GET /memberships", {"all": "true"})],
        {"/memberships": []},
    ),
    "finding spaces": Case(lambda s: find_spaces(s.api2), [Sent("GET /user", ADMIN_OF)]),
    "comparing the space's id": Case(
        lambda s: s.cobot.space.check_stated(),
        [Sent("GET /user", ADMIN_OF), Sent("GET /spaces/elbe-hub")],
        {"/spaces/elbe-hub": {"id": "s1"}},
    ),
}
CASES = {
    **{f"sevDesk: {name}": case for name, case in OF_SEVDESK.items()},
    **{f"Cobot: {name}": case for name, case in OF_COBOT.items()},
}
WRITES = [
    (name, sent.what)
    for name, case in CASES.items()
    for sent in case.sent
    if not sent.what.startswith("GET ")
]


@pytest.mark.parametrize("name", CASES)
def test_the_services_get_what_their_documents_ask_for(name: str) -> None:
    case = CASES[name]
    services = Services(case.answers)
    services.ask(case.call)
    assert services.sent == case.sent


@pytest.mark.parametrize(("name", "what"), WRITES)
def test_a_write_that_is_denied_is_named(name: str, what: str) -> None:
    services = Services(CASES[name].answers, refuses=what)
    with pytest.raises(CredentialsError) as caught:
        services.ask(CASES[name].call)
    service = name.partition(":")[0]
    assert str(caught.value) == f"{service} {what} was denied, HTTP 403"
    assert [one.what for one in services.sent].count(what) == 1


def test_parts_of_an_address_are_cut_where_sevdesk_would_refuse_them() -> None:
    long = PostalAddress("s" * 300, "p" * 300, "c" * 300, None)
    contact = NewContact("AAAAAAAAAA", None, "Ada", "Beispiel", long, None)
    services = Services({})
    services.ask(lambda s: s.sevdesk.contacts.create_address(contact, "5"))
    assert services.sent[-1].body == {
        **ADDRESS,
        "street": "s" * 250,
        "zip": "p" * 250,
        "city": "c" * 250,
        "country": ref(1337, "StaticCountry"),
    }


def test_a_pdf_is_asked_for_as_one_and_comes_whole() -> None:
    document = b"\n%PDF-1.4 ..."
    services = Services({"/invoices/i1.pdf": document})
    with services.ask(lambda s: s.cobot.get_pdf("i1")) as pdf:
        assert pdf.read() == document
    services.ask(lambda s: s.cobot.check_invoices())
    services.ask(lambda s: s.cobot.check_writing())
    assert services.sent[0] == Sent("GET /invoices/i1.pdf")
    assert services.accepts == [
        "application/pdf, */*;q=0.5",
        "application/vnd.api+json",
        "application/json",
    ]
