"""What Cobot's answers mean: odd ones, missing ones, those of another space, dead tokens."""

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.clients.cobot.access import find_spaces
from cobot_sevdesk.clients.cobot.client import CobotClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.invoice import (
    Address,
    Debtor,
    Invoice,
    Line,
    Tax,
    UnreadableInvoice,
)
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CredentialsError,
    Reach,
    RemoteRejectedError,
    RemoteUnavailableError,
    SpaceNotVisibleError,
    UnreadableAnswerError,
    WrongSpaceError,
)

API2, API1, WWW = "http://127.0.0.1:9/2", "http://127.0.0.1:9/1", "http://127.0.0.1:9/www"
JANUARY = Window(date(2026, 1, 1), date(2026, 2, 1))
INVOICES = f"{API2}/spaces/s1/invoices"
TOKEN = "5e7de5c0ffee"


def a_client(*, space_id: str | None = "s1", www: bool = False) -> CobotClient:
    def transport(url: str, authorization: str | None = f"Bearer {TOKEN}") -> Transport:
        return Transport(
            "Cobot", url, authorization=authorization, secret=TOKEN, sleep=lambda _: None
        )

    return CobotClient(
        transport(API2),
        transport(API1),
        www=transport(WWW, None) if www else None,
        subdomain="elbe-hub",
        space_id=space_id,
    )


def an_invoice(id_: Any = "i1", *, space: str | None = "s1", **attributes: Any) -> dict[str, Any]:
    price = {"net": "100.0", "gross": "119.0", "currency": "EUR", "taxes": []}
    shown = {"number": "CW-1", "invoiceDate": "2026-01-05", "totalAmount": price, "items": []}
    relations = {"space": {"data": {"type": "spaces", "id": space}}} if space else {}
    return {
        "id": id_,
        "type": "invoices",
        "attributes": {**shown, **attributes},
        "relationships": relations,
    }


def a_page(*resources: Any) -> dict[str, Any]:
    return {"data": list(resources), "links": {"next": None}}


def a_membership(id_: Any = "m1", **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": "Ada Beispiel", "confirmed_at": "2026/01/02 12:00:00 +0000", **more}


# --- one invoice, member or team

ODD_ANSWERS: dict[str, Any] = {
    "no id": {"data": {"type": "invoices", "attributes": {"number": "CW-1"}}},
    "null id": {"data": an_invoice(None)},
    "another id": {"data": an_invoice("i2")},
    "id of a path": {"data": an_invoice("../i1")},
    "another type": {"data": {**an_invoice(), "type": "memberships"}},
    "empty object": {},
    "empty data": {"data": {}},
    "no data": {"data": None},
    "list": [an_invoice()],
    "list in data": {"data": [an_invoice()]},
    "empty list": [],
    "null": None,
    "true": True,
    "text": "i1",
    "number": 1,
}


@responses.activate
@pytest.mark.parametrize("odd", ODD_ANSWERS)
def test_an_odd_answer_is_an_unreadable_invoice_of_the_id_asked_for(odd: str) -> None:
    responses.get(f"{API2}/invoices/i1", body=json.dumps(ODD_ANSWERS[odd]))
    found = a_client().find_invoice("i1")
    assert isinstance(found, UnreadableInvoice)
    assert found.id == "i1"
    assert found.number in {"CW-1", "i1"}
    is_object = isinstance(ODD_ANSWERS[odd], dict)
    why = ("id", "the id that was asked for") if is_object else ("answer", "an object")
    if odd == "another type":
        why = ("type", "the type that was asked for")
    assert (found.field, found.expected) == why


@responses.activate
@pytest.mark.parametrize("body", ["", " ", "<html>Log in</html>", '{"data": ', "NaN"])
@pytest.mark.parametrize("kind", ["invoice", "member", "team"])
def test_a_success_without_json_is_unreadable_too(body: str, kind: str) -> None:
    responses.get(f"{API2}/invoices/x1", body=body)
    responses.get(f"{API1}/memberships/x1", body=body)
    responses.get(f"{API2}/teams/x1", body=body)
    client = a_client()
    found: Any = {
        "invoice": client.find_invoice,
        "member": client.find_member,
        "team": client.find_team,
    }[kind]("x1")
    assert isinstance(found, UnreadableInvoice | UnreadableMember)
    assert (found.id, found.field, found.expected) == ("x1", "answer", "JSON")


@responses.activate
def test_a_service_that_is_away_is_no_unreadable_invoice() -> None:
    responses.get(f"{API2}/invoices/i1", status=503)
    with pytest.raises(RemoteUnavailableError):
        a_client().find_invoice("i1")


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [{}, [], None, "m1", {"id": "m2"}, {"id": None}, {"name": "Ada"}, [a_membership()]],
)
def test_an_odd_answer_is_an_unreadable_member_of_the_id_asked_for(answer: Any) -> None:
    responses.get(f"{API1}/memberships/m1", json=answer)
    responses.get(f"{API2}/teams/m1", json=answer)
    for found in (a_client().find_member("m1"), a_client().find_team("m1")):
        assert isinstance(found, UnreadableMember)
        assert found.id == "m1"


@responses.activate
def test_the_right_answer_is_read_with_or_without_its_envelope() -> None:
    responses.get(f"{API2}/invoices/i1", json={"data": an_invoice()})
    responses.get(f"{API2}/invoices/i2", json=an_invoice("i2"))
    responses.get(f"{API1}/memberships/m1", json=a_membership())
    client = a_client()
    assert isinstance(client.find_invoice("i1"), Invoice)
    assert isinstance(client.find_invoice("i2"), Invoice)
    assert isinstance(client.find_member("m1"), Member)


@responses.activate
@pytest.mark.parametrize(
    "id_", ["?", "", " ", ".", "..", "../x", "a/b", "a?b", "a#b", "a%2f", "a b"]
)
def test_what_is_no_id_is_never_asked_for(id_: str) -> None:
    client = a_client()
    for found in (client.find_invoice(id_), client.find_member(id_), client.find_team(id_)):
        assert isinstance(found, UnreadableInvoice | UnreadableMember)
        assert found.id is None
    assert len(responses.calls) == 0


@responses.activate
def test_a_404_about_the_object_means_that_it_is_gone() -> None:
    responses.get(INVOICES, json=a_page())
    responses.get(f"{API1}/memberships", json=[])
    for path in (f"{API2}/invoices/i1", f"{API2}/teams/i1", f"{API1}/memberships/i1"):
        responses.get(path, status=404)
    client = a_client()
    assert client.find_invoice("i1") is None
    assert client.find_team("i1") is None
    assert client.find_member("i1") is None
    before = len(responses.calls)
    assert client.find_invoice("i1") is None
    assert len(responses.calls) == before + 1  # the lists are looked at once


@responses.activate
def test_a_404_proves_nothing_where_even_the_list_is_missing() -> None:
    responses.get(f"{API2}/invoices/i1", status=404)
    responses.get(f"{API1}/memberships/m1", status=404)
    responses.get(INVOICES, status=404)
    responses.get(f"{API1}/memberships", status=404)
    responses.get(f"{API2}/teams/t1", status=404)
    client = a_client()
    for find, id_ in (
        (client.find_invoice, "i1"),
        (client.find_team, "t1"),
        (client.find_member, "m1"),
    ):
        with pytest.raises(SpaceNotVisibleError, match=r"^elbe-hub$"):
            find(id_)


IN_PARTS = {
    "name": "Ada Beispiel",
    "company": "Probe GmbH",
    "fullAddress": "Musterweg 1\n20095 Hamburg",
    "street": "Musterweg 1",
    "postCode": "20095",
    "city": "Hamburg",
    "state": "HH",
    "countryCode": "DE",
}
ADDRESS = Address(
    name="Ada Beispiel",
    company="Probe GmbH",
    full_address="Musterweg 1\n20095 Hamburg",
    street="Musterweg 1",
    post_code="20095",
    city="Hamburg",
    state="HH",
    country="DE",
)


def an_item(**more: Any) -> dict[str, Any]:
    taxes = [{"rate": "19.0", "amount": "19.0"}]
    price = {"net": "100.0", "gross": "119.0", "currency": "eur", "taxes": taxes}
    return {"description": "Desk", "accountingCode": "4400", "totalAmount": price, **more}


@responses.activate
def test_every_field_of_an_invoice_is_read() -> None:
    taxes = [{"rate": "19.0", "amount": "19.0"}]
    shown = an_invoice(
        totalAmount={"net": "300.0", "gross": "357.0", "currency": "eur", "taxes": taxes},
        items=[an_item(quantity="2.5"), an_item(quantity="many"), an_item(quantity=0)],
        recipientAddress=IN_PARTS,
        billingEmails=["ada@example.com", ""],
        taxId="DE123456788",
        customerNumber=1001,
        paidStatus="paid",
    )
    shown["relationships"] |= {
        "debitor": {"data": {"type": "teams", "id": "t1"}},
        "membership": {"data": {"type": "memberships", "id": "m1"}},
        "correctedInvoice": {"data": {"type": "invoices", "id": "i0"}},
    }
    responses.get(f"{API2}/invoices/i1", json={"data": shown})
    tax = Tax(Decimal(19), Decimal(19))
    line = Line("Desk", Decimal(100), Decimal(119), (tax,), "4400", Decimal("2.5"))
    assert a_client().find_invoice("i1") == Invoice(
        id="i1",
        number="CW-1",
        date=date(2026, 1, 5),
        currency="EUR",
        net=Decimal(300),
        gross=Decimal(357),
        lines=(line, replace(line, quantity=Decimal(1)), replace(line, quantity=Decimal(1))),
        taxes=(tax,),
        recipient=ADDRESS,
        emails=("ada@example.com",),
        tax_id="DE123456788",
        customer_number="1001",
        debtor=Debtor("teams", "t1"),
        paid_status="paid",
        corrects="i0",
    )


@responses.activate
def test_an_invoice_shows_little_at_the_least() -> None:
    price = {"net": "1", "gross": "1", "currency": "EUR"}
    lean = an_invoice(totalAmount=price, items=[{"totalAmount": {**price, "taxes": []}}])
    odd = copy.deepcopy(lean)
    odd["attributes"]["items"][0]["totalAmount"]["currency"] = "CHF"
    responses.get(INVOICES, json=a_page({**lean, "relationships": None}, {**odd, "id": "i2"}))
    first, second = a_client().iter_invoices(JANUARY)
    one = Decimal(1)
    line = Line("", one, one)
    assert first == Invoice(
        "i1", "CW-1", date(2026, 1, 5), "EUR", one, one, (line,), paid_status=""
    )
    assert second == UnreadableInvoice(
        "i2", "CW-1", "items.totalAmount.currency", "the currency of the total"
    )


@responses.activate
@pytest.mark.parametrize(
    ("relations", "debtor"),
    [
        ({"debitor": {"data": {"type": "contacts", "id": "c1"}}}, Debtor("contacts", "c1")),
        ({"membership": {"data": {"type": "x", "id": "m1"}}}, Debtor("memberships", "m1")),
        ({"team": {"data": {"id": "t1"}}}, Debtor("teams", "t1")),
        ({"contact": {"data": {"id": "c1"}}}, Debtor("contacts", "c1")),
        (
            {"debitor": {"data": {"type": "robots", "id": "r1"}}, "team": {"data": {"id": "t1"}}},
            Debtor("teams", "t1"),
        ),
        ({"debitor": {"data": None}, "membership": None}, None),
    ],
)
def test_who_owes_an_invoice_is_named_in_one_of_two_ways(
    relations: Any, debtor: Debtor | None
) -> None:
    shown = {**an_invoice(), "relationships": relations}
    responses.get(f"{API2}/invoices/i1", json={"data": shown})
    found = a_client().find_invoice("i1")
    assert isinstance(found, Invoice)
    assert found.debtor == debtor


@responses.activate
def test_every_field_of_a_member_and_a_team_is_read() -> None:
    parts = {
        "name": "Ada Beispiel",
        "company": "Probe GmbH",
        "full_address": "Musterweg 1\n20095 Hamburg",
        "address": "Musterweg 1",
        "post_code": "20095",
        "city": "Hamburg",
        "state": "HH",
        "country": "DE",
    }
    own = {"phone": "040", "customer_number": 17, "billing_emails": ["b@example.com"]}
    shown = a_membership(address=parts, email="ada@example.com", **own)
    responses.get(f"{API1}/memberships/m1", json=shown)
    responses.get(f"{API1}/memberships/m2", json={"id": "m2", **own})
    attributes = {
        "name": "Team Probe",
        "billingEmails": ["t@example.com", "u@example.com"],
        "billingAddress": IN_PARTS,
        "taxId": "DE123456788",
        "customerNumber": "t-1",
    }
    for id_, what in (("t1", attributes), ("t2", {})):
        team = {"id": id_, "type": "teams", "attributes": what}
        responses.get(f"{API2}/teams/{id_}", json={"data": team})
    responses.get(f"{API2}/teams/t3", json={"data": {"id": "t3", "type": "contacts"}})
    client = a_client()
    ada = Member(
        id="m1",
        name="Ada Beispiel",
        email="ada@example.com",
        phone="040",
        address=ADDRESS,
        customer_number="17",
        confirmed_at=datetime(2026, 1, 2, 12, tzinfo=UTC),
    )
    assert client.find_member("m1") == ada
    assert client.find_member("m2") == Member(
        "m2", None, email="b@example.com", phone="040", customer_number="17"
    )
    assert client.find_team("t1") == Member(
        id="t1",
        name="Team Probe",
        email="t@example.com",
        address=ADDRESS,
        tax_id="DE123456788",
        customer_number="t-1",
        is_team=True,
    )
    assert client.find_team("t2") == Member("t2", None, is_team=True)
    assert client.find_team("t3") == UnreadableMember("t3", "type", "the type that was asked for")


# --- lists


@responses.activate
def test_entries_without_id_stay_in_the_list_without_a_name_for_it() -> None:
    odd = [an_invoice(None), an_invoice(""), {"type": "invoices"}, None, an_invoice({"a": 1})]
    responses.get(INVOICES, json=a_page(*odd, an_invoice()))
    found = list(a_client().iter_invoices(JANUARY))
    unreadable = [one for one in found if isinstance(one, UnreadableInvoice)]
    assert [one.id for one in unreadable] == [None] * 5
    assert [one.number for one in unreadable][:2] == ["CW-1", "CW-1"]
    assert all(one.number.startswith("(no number, no id) ") for one in unreadable[2:4])
    assert len({one.number for one in unreadable[2:4]}) == 2  # each has a name of its own
    assert len(found) == 6
    assert "?" not in "".join(one.number for one in found)


@responses.activate
@pytest.mark.parametrize("odd", [None, "inv-9", 7, [], {}, {"id": ""}, {"id": None}, {"id": "a/b"}])
def test_what_has_no_name_has_the_same_one_wherever_it_stands_in_a_list(odd: Any) -> None:
    names = []
    for listed in ([odd, an_invoice()], [an_invoice("i2"), an_invoice(), odd]):
        responses.upsert(responses.GET, INVOICES, json=a_page(*listed))
        found = list(a_client().iter_invoices(JANUARY))
        names += [one.number for one in found if isinstance(one, UnreadableInvoice)]
    assert len(names) == 2
    assert len(set(names)) == 1


@responses.activate
def test_an_id_that_is_a_number_is_an_id() -> None:
    responses.get(INVOICES, json=a_page(an_invoice(17)))
    (found,) = a_client().iter_invoices(JANUARY)
    assert (found.id, isinstance(found, UnreadableInvoice)) == ("17", False)


@responses.activate
def test_members_without_id_stay_in_the_list() -> None:
    odd = [a_membership(None), {}, None, a_membership(" ")]
    responses.get(f"{API1}/memberships", json=[*odd, a_membership(), a_membership()])
    found = list(a_client().iter_members())
    assert [one.id for one in found] == [None, None, None, None, "m1"]
    assert all(isinstance(one, UnreadableMember) for one in found[:4])
    assert all(one.called.startswith("(no id) ") for one in found[:4])
    assert len({one.called for one in found}) == 5


@responses.activate
@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59Z", "9999/12/31 23:59:59 -1200", "0001-01-01", "3000-01-01"]
)
def test_a_moment_that_no_time_zone_can_show_makes_one_member_unreadable(moment: str) -> None:
    odd = a_membership("m9", confirmed_at=moment)
    responses.get(f"{API1}/memberships", json=[odd, a_membership()])
    first, second = a_client().iter_members()
    assert isinstance(first, UnreadableMember)
    assert first.id == "m9"
    assert first.field == "confirmed_at"
    assert isinstance(second, Member)


@responses.activate
def test_an_empty_list_where_cobot_means_null_is_null() -> None:
    odd = a_membership(address=[], phone=[], email=[], billing_emails=[])
    responses.get(f"{API1}/memberships", json=[odd])
    (found,) = a_client().iter_members()
    assert isinstance(found, Member)
    assert found.address == Address()
    assert found.phone is None


@responses.activate
def test_an_invoice_of_another_space_stops_the_list() -> None:
    responses.get(INVOICES, json=a_page(an_invoice("i1"), an_invoice("i2", space="s2")))
    with pytest.raises(WrongSpaceError) as caught:
        list(a_client().iter_invoices(JANUARY))
    assert caught.value.found == "s2"
    assert caught.value.reach is Reach.SPACE


@responses.activate
@pytest.mark.parametrize("odd", ["not readable", "outside of the window"])
def test_any_invoice_of_another_space_tells(odd: str) -> None:
    foreign = an_invoice("i2", space="s2", invoiceDate="2025-12-31")
    if odd == "not readable":
        foreign["attributes"] = None
    responses.get(INVOICES, json=a_page(foreign))
    with pytest.raises(WrongSpaceError):
        list(a_client().iter_invoices(JANUARY))


@responses.activate
@pytest.mark.parametrize("relations", [None, [], {}, {"space": None}, {"space": {"data": None}}])
def test_an_invoice_that_names_no_space_is_that_of_the_one_asked_for(relations: Any) -> None:
    responses.get(INVOICES, json=a_page({**an_invoice(), "relationships": relations}))
    (found,) = a_client().iter_invoices(JANUARY)
    assert isinstance(found, Invoice)


@responses.activate
@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refused_list_reaches_the_whole_space(status: int) -> None:
    responses.get(INVOICES, status=status)
    responses.get(f"{API1}/memberships", status=status)
    responses.get(f"{API2}/spaces/s1/urls", status=status)
    responses.get(f"{API1}/accounting_codes", status=status)
    client = a_client()
    for read in (
        lambda: list(client.iter_invoices(JANUARY)),
        client.check_invoices,
        lambda: list(client.iter_members()),
        client.get_page_addresses,
        client.find_accounting_codes,
    ):
        with pytest.raises(RemoteRejectedError) as caught:
            read()
        assert caught.value.reach is Reach.SPACE


@responses.activate
def test_a_refused_object_is_that_object_alone() -> None:
    responses.get(f"{API2}/invoices/i1", status=422)
    with pytest.raises(RemoteRejectedError) as caught:
        a_client().find_invoice("i1")
    assert caught.value.reach is Reach.OBJECT


@responses.activate
def test_odd_codes_and_pages_are_left_out_alone() -> None:
    page = {"attributes": {"identifier": "admin:invoice", "urlTemplate": "https://x/{invoiceId}"}}
    odd: list[Any] = [None, {"attributes": 1}, {"attributes": {"identifier": "admin:plan"}}]
    responses.get(f"{API2}/spaces/s1/urls", json={"data": [*odd, page]})
    codes = [None, {"name": ["x"]}, {"name": ""}, {"name": "FlexPlan", "tax_rate": "19.0"}]
    responses.get(f"{API1}/accounting_codes", json=codes)
    client = a_client()
    assert client.get_page_addresses() == {"admin:invoice": "https://x/{id}"}
    assert client.find_accounting_codes() == [AccountingCode("FlexPlan", Decimal(19))]


@responses.activate
@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://x/invoices/{id}", "https://x/invoices/{id}"),
        ("https://x/{id}/parts/{part}", "https://x/{id}/parts/"),
        ("https://x/{id}{?tab,page}", "https://x/{id}"),
        ("https://x{/path*}/{id}{#part}", "https://x/{id}"),
        ("https://x/invoices", "https://x/invoices"),
    ],
)
def test_the_first_variable_of_a_page_is_the_id(template: str, address: str) -> None:
    page = {"attributes": {"identifier": "a", "urlTemplate": template}}
    responses.get(f"{API2}/spaces/s1/urls", json={"data": [page]})
    assert a_client().get_page_addresses() == {"a": address}


@responses.activate
@pytest.mark.parametrize("odd", [[], True, "x", {}, {"data": None}, {"data": {}}, {"data": "x"}])
def test_an_answer_without_pages_has_none(odd: Any) -> None:
    responses.get(f"{API2}/spaces/s1/urls", json=odd)
    assert a_client().get_page_addresses() == {}


@responses.activate
@pytest.mark.parametrize("odd", [{}, True, "x", {"data": []}])
def test_an_answer_that_should_be_a_list_may_come_later(odd: Any) -> None:
    responses.get(f"{API1}/accounting_codes", json=odd)
    responses.get(f"{API1}/memberships", json=odd)
    client = a_client()
    for read, path in (
        (client.find_accounting_codes, "/accounting_codes"),
        (lambda: list(client.iter_members()), "/memberships"),
    ):
        with pytest.raises(RemoteUnavailableError) as caught:
            read()
        assert str(caught.value) == f"Cobot GET {path} is unavailable, the answer is no list"


@responses.activate
@pytest.mark.parametrize("status", [403, 404])
def test_codes_that_the_token_may_not_read_are_unknown(status: int) -> None:
    responses.get(f"{API1}/accounting_codes", status=status)
    responses.get(f"{API2}/user", json={})
    assert a_client().find_accounting_codes() is None


@responses.activate
@pytest.mark.parametrize("missing", [(), ("invoices",), ("teams", "memberships")])
def test_each_scope_that_a_token_lacks_is_named(missing: tuple[str, ...]) -> None:
    responses.get(f"{API2}/user", json={})
    for url in (INVOICES, f"{API2}/spaces/s1/teams", f"{API1}/memberships"):
        is_missing = url.rpartition("/")[2] in missing
        responses.get(url, status=403 if is_missing else 200, json=[])
    assert a_client().get_missing_scopes() == tuple(f"read_{name}" for name in missing)


@responses.activate
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b" " * 2000 + b"%PDF-1.4", b"x%PDF-1.4", b"%pdf-1.4"]
)
def test_what_does_not_begin_like_a_pdf_is_none(body: bytes) -> None:
    responses.get(f"{API2}/invoices/i1.pdf", body=body)
    with pytest.raises(UnreadableAnswerError) as caught:
        a_client().get_pdf("i1")
    assert str(caught.value) == "PDF: expected a document that begins with %PDF-"


# --- the space


def a_user(*spaces: tuple[str, str]) -> dict[str, Any]:
    shown = [{"id": id_, "attributes": {"subdomain": subdomain}} for id_, subdomain in spaces]
    return {"data": {"id": "u1"}, "included": shown}


@responses.activate
def test_the_id_is_that_of_the_owners_space() -> None:
    odd: Any = {"included": [{"id": None, "attributes": {"subdomain": "elbe-hub"}}]}
    user = a_user(("s0", "other"), ("s1", "elbe-hub"))
    odd["included"] += user["included"]
    responses.get(f"{API2}/user", json=odd)
    assert a_client(space_id=None).space.get() == "s1"
    transport = Transport("Cobot", API2, authorization="t", secret="t")
    assert set(find_spaces(transport)) == {"other", "elbe-hub"}


@responses.activate
@pytest.mark.parametrize(
    "user", [{"status": 403}, {"status": 404}, {"json": {"data": {}}}, {"json": []}]
)
def test_cobots_own_address_knows_it_without_a_token(user: Any) -> None:
    responses.get(f"{API2}/user", **user)
    responses.get(f"{API1}/memberships/{'0' * 32}", status=404)
    responses.get(f"{WWW}/spaces/elbe-hub", json={"id": "s1", "subdomain": "elbe-hub"})
    client = a_client(space_id=None, www=True)
    assert client.space.get() == client.space.get() == "s1"
    (asked,) = [call for call in responses.calls if str(call.request.url).startswith(WWW)]
    assert "Authorization" not in asked.request.headers


@responses.activate
@pytest.mark.parametrize(
    "www",
    [
        {"status": 404},
        {"status": 503},
        {"status": 401},
        {"json": {}},
        {"json": {"id": "s2", "subdomain": "other"}},
        {"status": 302, "headers": {"Location": "https://elsewhere.example.com/x"}},
        {"body": "<html>"},
    ],
)
def test_the_address_of_the_space_is_asked_last(www: Any) -> None:
    responses.get(f"{API2}/user", json={})
    responses.get(f"{WWW}/spaces/elbe-hub", **www)
    responses.get(f"{API1}/spaces/elbe-hub", json={"id": "s1"})
    assert a_client(space_id=None, www=True).space.get() == "s1"


@responses.activate
def test_a_source_that_is_away_is_no_proof_that_the_space_is_invisible() -> None:
    responses.get(f"{API2}/user", json={})
    responses.get(f"{WWW}/spaces/elbe-hub", status=503)
    responses.get(f"{API1}/spaces/elbe-hub", status=404)
    with pytest.raises(RemoteUnavailableError):
        a_client(space_id=None, www=True).space.get()


@responses.activate
def test_a_space_that_nobody_knows_is_not_visible() -> None:
    responses.get(f"{API2}/user", json=a_user(("s0", "other")))
    responses.get(f"{API1}/spaces/elbe-hub", status=404)
    with pytest.raises(SpaceNotVisibleError, match=r"^elbe-hub$"):
        a_client(space_id=None).space.get()


@responses.activate
def test_a_stated_id_is_compared_with_the_one_looked_up() -> None:
    responses.get(f"{API2}/user", json=a_user(("s1", "elbe-hub")))
    a_client(space_id="s1").space.check_stated()
    a_client(space_id=None).space.check_stated()
    with pytest.raises(SpaceNotVisibleError, match=r"^elbe-hub$"):
        a_client(space_id="s2").space.check_stated()


# --- tokens


@responses.activate
@pytest.mark.parametrize("status", [401, 403])
def test_a_dead_token_is_one_for_401_and_for_403(status: int) -> None:
    responses.get(INVOICES, status=status)
    responses.get(f"{API1}/memberships", status=status)
    responses.get(f"{API1}/accounting_codes", status=status)
    responses.get(f"{API2}/user", status=status)
    responses.get(f"{API1}/memberships/{'0' * 32}", status=status)
    client = a_client()
    for read in (
        client.check_invoices,
        lambda: list(client.iter_members()),
        client.get_missing_scopes,
        client.find_accounting_codes,
    ):
        with pytest.raises(CredentialsError) as caught:
            read()
        assert caught.value.is_bad_token
    with pytest.raises(CredentialsError):
        a_client(space_id=None).space.get()
    asked = [call.request.url for call in responses.calls if "/user" in str(call.request.url)]
    assert len(asked) <= 3  # once for each client, and the look-up itself


@responses.activate
@pytest.mark.parametrize("works", ["user", "members"])
def test_a_403_on_one_thing_is_a_missing_permission(works: str) -> None:
    responses.get(INVOICES, status=403)
    responses.get(f"{API2}/user", status=200 if works == "user" else 403, json={})
    status = 404 if works == "members" else 403
    responses.get(f"{API1}/memberships/{'0' * 32}", status=status)
    with pytest.raises(CredentialsError) as caught:
        a_client().check_invoices()
    assert not caught.value.is_bad_token
    assert caught.value.reach is Reach.SPACE


@responses.activate
@pytest.mark.parametrize("dies", [False, True])
def test_a_token_that_worked_may_die_in_the_middle_of_a_run(*, dies: bool) -> None:
    """With all scopes but that of invoices, 403 is a missing permission; a dead one opens none."""
    responses.get(INVOICES, json=a_page())
    responses.get(INVOICES, json={}, status=403 if dies else 200)
    for path in (f"{API2}/user", f"{API1}/memberships", f"{API1}/memberships/{'0' * 32}"):
        responses.get(path, status=403)
    client = a_client()
    client.check_invoices()
    for _ in range(2):
        with pytest.raises(CredentialsError) as caught:
            list(client.iter_members())
        assert caught.value.is_bad_token is dies
    asked = [str(call.request.url) for call in responses.calls]
    assert sum("/user" in url for url in asked) == 1


@responses.activate
def test_a_service_that_is_away_does_not_make_a_token_bad() -> None:
    responses.get(INVOICES, status=403)
    responses.get(f"{API2}/user", status=503)
    with pytest.raises(CredentialsError) as caught:
        a_client().check_invoices()
    assert not caught.value.is_bad_token


# --- writing a number


@responses.activate
def test_what_else_an_update_changed_comes_back_before_and_after() -> None:
    address = {"company": "Probe GmbH", "city": "Hamburg"}
    before = a_membership(email="ada@example.com", phone="040", address=address)
    responses.get(f"{API1}/memberships/m1", json=before)
    responses.put(f"{API1}/memberships/m1", json={})
    after = a_membership(customer_number="1001", phone=None, address={"company": "Probe GmbH"})
    responses.get(f"{API1}/memberships/m1", json=after)
    client = a_client()
    member = client.find_member("m1")
    assert isinstance(member, Member)
    assert dict(client.write_customer_number(member, "1001")) == {
        "email": ("ada@example.com", ""),
        "phone": ("040", ""),
        "address.city": ("Hamburg", ""),
    }


@responses.activate
def test_nothing_else_changed_is_an_empty_answer() -> None:
    responses.get(f"{API1}/memberships/m1", json=a_membership())
    responses.put(f"{API1}/memberships/m1", body="")
    responses.get(f"{API1}/memberships/m1", json=a_membership(customer_number=1001))
    client = a_client()
    member = client.find_member("m1")
    assert isinstance(member, Member)
    assert not client.write_customer_number(member, "1001")


@responses.activate
@pytest.mark.parametrize("after", [a_membership(), a_membership("m2", customer_number="1001"), {}])
def test_a_number_that_is_not_there_afterwards_was_not_written(after: Any) -> None:
    responses.put(f"{API1}/memberships/m1", json={})
    responses.get(f"{API1}/memberships/m1", json=after)
    with pytest.raises(UnreadableAnswerError) as caught:
        a_client().write_customer_number(Member("m1", "Ada"), "1001")
    assert str(caught.value) == "customer_number: expected 1001 after writing it"


@responses.activate
def test_a_method_that_cobot_does_not_know_is_followed_by_the_next_one() -> None:
    url = f"{API1}/memberships/m1"
    responses.get(url, json=a_membership(customer_number="1001"))
    responses.put(url, status=405)
    responses.patch(url, status=404)
    responses.post(url, json={})
    client = a_client()
    for _ in range(2):
        client.write_customer_number(Member("m1", "Ada"), "1001")
    asked = [str(call.request.method) for call in responses.calls]
    assert asked == ["PUT", "PATCH", "POST", "GET", "POST", "GET"]


@responses.activate
def test_where_no_method_helps_the_answer_to_the_first_one_counts() -> None:
    url = f"{API1}/memberships/m1"
    for method in ("PUT", "PATCH", "POST"):
        responses.add(method, url, status=405 if method == "PUT" else 404)
    with pytest.raises(RemoteRejectedError) as caught:
        a_client().write_customer_number(Member("m1", "Ada"), "1001")
    assert str(caught.value) == "Cobot PUT /memberships/m1 was refused, HTTP 405"


@responses.activate
@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refused_number_is_not_tried_by_another_method(status: int) -> None:
    responses.put(f"{API1}/memberships/m1", status=status)
    with pytest.raises(RemoteRejectedError):
        a_client().write_customer_number(Member("m1", "Ada"), "1001")
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    "answer", [{"json": {}}, {"status": 404}, {"status": 422}, {"status": 503}]
)
def test_whether_one_may_write_needs_no_membership(answer: Any) -> None:
    responses.put(f"{API1}/memberships/{'0' * 32}", **answer)
    a_client().check_writing()
    assert len(responses.calls) == 1


# --- whatever comes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "data", "attributes", "relationships", "number"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(answer=JSON)
def test_no_answer_makes_an_invoice_disappear(answer: Any) -> None:
    with responses.RequestsMock() as answers:
        answers.get(f"{API2}/invoices/i1", json=answer)
        found = a_client().find_invoice("i1")
    assert isinstance(found, Invoice | UnreadableInvoice)
    assert found.id == "i1"


@given(entries=st.lists(JSON, max_size=5))
def test_no_entry_is_lost_from_a_list_of_members(entries: list[Any]) -> None:
    with responses.RequestsMock() as answers:
        answers.get(f"{API1}/memberships", json=entries)
        found = list(a_client().iter_members())
    nameless = sum(one.id is None for one in found)
    assert nameless + len({one.id for one in found if one.id is not None}) == len(found)
    assert len(found) <= len(entries)
