"""Every field of an answer missing, null, of the wrong kind, negative, huge, or in odd Unicode.

Whatever comes: an object that can be worked with, or one that says which field is wrong. Never an
exception, since one odd invoice must not hold up the others.
"""

import contextlib
import copy
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses

from cobot_sevdesk.airflow import xcom as handoff
from cobot_sevdesk.clients.cobot import parsing as cobot_parsing
from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing as sevdesk_parsing
from cobot_sevdesk.clients.sevdesk.envelope import SevdeskWire
from cobot_sevdesk.clients.sevdesk.payloads import voucher_payload
from cobot_sevdesk.clients.statuses import clean
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.contact import Contact, to_contact
from cobot_sevdesk.domain.decisions import Books, Create, Hold, Skip, decide
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.letters import letter
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.money import to_cents
from cobot_sevdesk.domain.problems import Problem, ref_of
from cobot_sevdesk.domain.voucher import BookedVoucher
from cobot_sevdesk.errors import NotFoundRemotelyError, RemoteRejectedError, UnreadableAnswerError
from sandbox.cobot_space import line
from sandbox.server import SandboxServer
from support.builders import a_setup, a_space

MISSING = object()
ODD: dict[str, Any] = {
    "missing": MISSING,
    "null": None,
    "empty": "",
    "blank": " \t ",
    "zero": 0,
    "negative": -1,
    "decimal": Decimal("-0.005"),
    "huge": 10**40,
    "true": True,
    "list": [],
    "list of null": [None],
    "object": {},
    "long": "x" * 100_000,
    "unicode": "\u202e\U0001f600\u0000\ud800 \u00a0",
    "not a number": "NaN",
    "infinite": "1e999",
    "date": "2026-02-30",
    "first day": "0001-01-01T00:00:00+01:00",
    "last day": "9999-12-31T23:59:59-12:00",
    "markup": "<script>alert(1)</script>{{ 7 * 7 }}",
}
TODAY = date(2026, 12, 31)


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every field of a JSON value is."""
    if here:
        yield here
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, (*here, name))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*here, 0))


def spoiled(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy in which one field is odd."""
    changed = copy.deepcopy(value)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    if odd is MISSING:
        del inner[path[-1]]
    else:
        inner[path[-1]] = odd
    return changed


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    """An invoice, a membership and a team as the sandbox shows them."""
    with SandboxServer() as box:
        box.world.add_tenant("5e" * 16)
        space = box.world.add_space("elbe-hub", token="t-elbe", sevdesk_token="5e" * 16)
        ada = space.sign_up("Ada Beispiel", confirmed="2026-01-02", phone="+49 40 5550100")
        team = space.add_team("Team Probe", number="t-1")
        id_ = space.add_invoice("2026-01-05", [line("100.00")], debtor=("memberships", ada))
        headers = {"Authorization": "Bearer t-elbe", "Accept": "application/vnd.api+json"}

        def get(url: str) -> Any:
            return requests.get(url, headers=headers, timeout=10).json(parse_float=Decimal)

        return {
            "invoice": get(f"{box.cobot_url}/invoices/{id_}")["data"],
            "team": get(f"{box.cobot_url}/teams/{team}")["data"],
            "member": get(f"{box.v1_url('elbe-hub')}/memberships/{ada}"),
        }


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_invoice_is_booked_right_or_held_back(raw: dict[str, Any], odd: str) -> None:
    for path in paths(raw["invoice"]):
        invoice = cobot_parsing.to_invoice(spoiled(raw["invoice"], path, ODD[odd]))
        assert isinstance(invoice, Invoice | UnreadableInvoice), path
        decision = decide(invoice, Books(setup=a_setup()), a_space(), today=TODAY)
        if isinstance(decision, Create):
            (voucher,) = decision.vouchers
            assert isinstance(invoice, Invoice)
            assert voucher.sums.gross == to_cents(invoice.gross), path
            payload = voucher_payload(voucher, contact_id=None, filename=None)
            assert payload["voucher"]["supplierName"], path
        elif isinstance(decision, Hold):
            problem = Problem(decision.reasons[0], invoices=(ref_of(invoice),))
            assert letter(problem)
            handed = handoff.dump(problem)
            assert handoff.load(Problem, json.loads(json.dumps(handed))) == problem
        else:
            assert isinstance(decision, Skip)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_member_becomes_a_contact_or_says_what_is_odd(raw: dict[str, Any], odd: str) -> None:
    for kind, read in (("member", cobot_parsing.to_member), ("team", cobot_parsing.to_team)):
        for path in paths(raw[kind]):
            member = read(spoiled(raw[kind], path, ODD[odd]))
            assert isinstance(member, Member | UnreadableMember), path
            if isinstance(member, Member):
                contact = to_contact(member)
                assert contact.company or contact.last_name, path


VOUCHER = {
    "id": "7",
    "objectName": "Voucher",
    "creditDebit": "D",
    "description": "R-1 [COBOT:AAAAAAAAAA]",
    "voucherDate": "2026-01-05T00:00:00+01:00",
    "paymentDeadline": "2026-01-05T00:00:00+01:00",
    "status": "100",
    "currency": "EUR",
    "sumNet": "100",
    "sumGross": "119",
    "paidAmount": 0,
    "enshrined": None,
    "supplier": {"id": "5", "objectName": "Contact"},
    "document": {"id": "6", "objectName": "Document"},
    "taxRule": {"id": "1", "objectName": "TaxRule"},
}


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("sumGross", Decimal("79.32000000000001"), "gross", Decimal("79.32")),
        ("sumNet", Decimal("66.6599999999999"), "net", Decimal("66.66")),
        *(("enshrined", no, "is_paid_or_locked", False) for no in (None, "", "0", 0, False)),
        ("enshrined", "2026-01-31T00:00:00+01:00", "is_paid_or_locked", True),
        ("voucherDate", "2026-01-05T00:00:00+01:00", "date", date(2026, 1, 5)),
        ("voucherDate", "2026-01-05", "date", date(2026, 1, 5)),
        ("voucherDate", "05.01.2026", "date", date(2026, 1, 5)),
        ("voucherDate", "05.01.2026 23:59", "date", date(2026, 1, 5)),
        ("voucherDate", "1767567600", "date", date(2026, 1, 5)),  # midnight in Berlin
        ("voucherDate", "9999-12-31", "date", None),
        ("voucherDate", "0001-01-01T00:00:00+01:00", "date", None),
        ("voucherDate", "0000-00-00", "date", None),
        ("voucherDate", "253402300799", "date", None),
        ("deliveryDate", "31.12.9999", "delivery_date", None),
        ("paymentDeadline", [], "deadline", None),
    ],
)
def test_a_voucher_means_the_same_however_sevdesk_writes_it(
    field: str, value: Any, attribute: str, expected: Any
) -> None:
    sevdesk_parsing.to_day.cache_clear()
    voucher = sevdesk_parsing.to_booked_voucher(Fields({**VOUCHER, field: value}))
    assert getattr(voucher, attribute) == expected


@responses.activate
@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (404, "whatever", NotFoundRemotelyError),
        (400, "Voucher not found", NotFoundRemotelyError),
        (400, "No Model_Voucher with the id 7 was found", NotFoundRemotelyError),
        (400, "No tax rule given", RemoteRejectedError),
    ],
)
def test_a_voucher_that_is_gone_is_told_from_a_refusal(
    status: int, message: str, expected: type[Exception]
) -> None:
    url = "http://127.0.0.1:9"
    body = {"objects": None, "error": {"message": message}}
    responses.get(f"{url}/Voucher/7", json=body, status=status)
    wire = SevdeskWire(Transport("sevDesk", url, authorization="5e7de", secret="5e7de"))
    with pytest.raises(expected) as caught:
        wire.single("/Voucher/7")
    assert type(caught.value) is expected


@responses.activate
@pytest.mark.parametrize("body", ["null", "true", '{"objects": null}', '{"objects": true}'])
def test_a_write_may_be_answered_without_any_object(body: str) -> None:
    url = "http://127.0.0.1:9"
    responses.put(f"{url}/Contact/7", body=body)
    wire = SevdeskWire(Transport("sevDesk", url, authorization="5e7de", secret="5e7de"))
    assert wire.write("PUT", "/Contact/7", payload={}) == []


CONTACT = {
    "id": "5",
    "objectName": "Contact",
    "customerNumber": "1001",
    "name": None,
    "surename": "Ada",
    "familyname": "Beispiel",
    "description": "[COBOT:AAAAAAAAAA]",
    "create": "2026-01-05T00:00:00+01:00",
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_fields_of_sevdesk_are_understood_or_named(odd: str) -> None:
    readers: tuple[tuple[Any, Any], ...] = (
        (VOUCHER, sevdesk_parsing.to_booked_voucher),
        (CONTACT, sevdesk_parsing.to_contact),
    )
    for value, read in readers:
        for path in paths(value):
            found: object = None
            with contextlib.suppress(UnreadableAnswerError):
                found = read(Fields(spoiled(value, path, ODD[odd])))
            assert found is None or isinstance(found, BookedVoucher | Contact), path


def test_what_a_service_says_holds_nothing_that_a_log_does_not_take() -> None:
    said = clean("half a \ud800 character,\x00 a bell \x07 and\nlines", secret="")
    assert said == "half a character, a bell and lines"
    said.encode()
