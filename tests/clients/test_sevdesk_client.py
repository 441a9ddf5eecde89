"""What sevDesk's answers mean, and what is sent to it."""

import json
import logging
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import requests
import responses

from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.addresses import PostalAddress
from cobot_sevdesk.domain.contact import NewContact
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Position, Voucher
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    ConfigError,
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    Reach,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
    UnreadableAnswerError,
)

URL = "http://127.0.0.1:9"
UPLOAD = f"{URL}/Voucher/Factory/uploadTempFile"
SAVE = f"{URL}/Voucher/Factory/saveVoucher"
JANUARY = Window(date(2026, 1, 1), date(2026, 2, 1))


@pytest.fixture
def client() -> SevdeskClient:
    transport = Transport(
        "sevDesk", URL, authorization="5e7de", secret="5e7de", sleep=lambda _: None
    )
    return SevdeskClient(transport)


def a_voucher(id_: Any = "7", **more: Any) -> dict[str, Any]:
    return {"id": id_, "creditDebit": "D", "description": "R-1 [COBOT:AAAAAAAAAA]", **more}


def a_list(*objects: Any) -> dict[str, Any]:
    return {"objects": list(objects), "total": str(len(objects))}


def an_error(message: str) -> dict[str, Any]:
    return {"objects": None, "error": {"message": message, "code": None}}


# --- uploads


def upload(client: SevdeskClient) -> str:
    return client.vouchers.upload_pdf(BytesIO(b"%PDF-1.4"), "CW-1.pdf")


@responses.activate
@pytest.mark.parametrize(
    "message", ["Can't read file", "Error while trying to read the file", "Wrong MIME type"]
)
def test_a_document_that_sevdesk_read_and_cannot_use_is_refused(
    client: SevdeskClient, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    responses.post(UPLOAD, json=an_error(message), status=500)
    with pytest.raises(RemoteRejectedError) as caught:
        upload(client)
    error = caught.value
    assert (error.reach, error.status) == (Reach.OBJECT, 500)
    assert str(error).startswith("sevDesk POST /Voucher/Factory/uploadTempFile was refused")
    assert error.said == message
    assert message not in str(error)
    assert message in caplog.text
    assert len(responses.calls) == 2


@responses.activate
@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_refused_document_is_refused_at_once(client: SevdeskClient, status: int) -> None:
    responses.post(UPLOAD, json=an_error("no"), status=status)
    with pytest.raises(RemoteRejectedError) as caught:
        upload(client)
    assert caught.value.status == status
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    "answers",
    [
        [{"body": requests.ConnectionError()}] * 2,
        [{"status": 500, "body": "<html>"}] * 2,
        [{"status": 500, "body": "Internal Server Error"}] * 2,
        [{"status": 502, "json": an_error("bad gateway")}] * 2,
        [{"status": 503, "json": an_error("maintenance")}] * 2,
        [{"status": 500, "json": an_error("no")}, {"body": requests.ConnectionError()}],
        [{"body": requests.ReadTimeout()}, {"status": 500, "json": an_error("no")}],
        [{"status": 201, "json": {"objects": None}}] * 2,
        [{"status": 201, "json": {"objects": {"filename": None}}}] * 2,
        [{"status": 201, "body": "<html>"}] * 2,
    ],
)
def test_two_uploads_without_a_usable_answer_say_what_was_sent(
    client: SevdeskClient, answers: list[Any]
) -> None:
    for answer in answers:
        responses.post(UPLOAD, **answer)
    with pytest.raises(RemoteUnavailableError) as caught:
        upload(client)
    assert str(caught.value).startswith(
        "sevDesk POST /Voucher/Factory/uploadTempFile is unavailable"
    )
    assert "no usable answer to two uploads" in str(caught.value)
    assert len(responses.calls) == 2


@responses.activate
def test_of_two_uploads_the_last_says_what_was_wrong(client: SevdeskClient) -> None:
    responses.post(UPLOAD, status=503, json=an_error("maintenance"))
    responses.post(UPLOAD, status=201, json={"objects": {"filename": None}})
    with pytest.raises(RemoteUnavailableError) as caught:
        upload(client)
    assert str(caught.value) == (
        "sevDesk POST /Voucher/Factory/uploadTempFile is unavailable, "
        "no usable answer to two uploads, objects.filename: expected a text"
    )


@responses.activate
def test_the_second_upload_may_go_through(client: SevdeskClient) -> None:
    responses.post(UPLOAD, json=an_error("busy"), status=500)
    responses.post(UPLOAD, json={"objects": {"filename": "a.pdf"}}, status=201)
    assert upload(client) == "a.pdf"


# --- errors inside a 200


@responses.activate
@pytest.mark.parametrize("answer", [None, [], {}, " ", {"number": "1001"}, [1001]])
def test_a_number_that_sevdesk_does_not_name_is_not_written(
    client: SevdeskClient, answer: Any
) -> None:
    for shown in ({"objects": answer}, [answer]):
        responses.upsert(responses.GET, f"{URL}/Contact/Factory/getNextCustomerNumber", json=shown)
        with pytest.raises(RemoteUnavailableError, match=r"Number .*, no number$"):
            client.contacts.assign_customer_number("5")


@responses.activate
def test_an_error_inside_a_200_may_pass_where_something_is_read(client: SevdeskClient) -> None:
    for path in ("Contact/Factory/getNextCustomerNumber", "Voucher/7", "CostCentre"):
        responses.get(f"{URL}/{path}", json=an_error("locked"))
    for read in (
        lambda: client.contacts.assign_customer_number("5"),
        lambda: client.vouchers.get("7"),
        lambda: client.settings.find_cost_centres("100"),
    ):
        with pytest.raises(RemoteUnavailableError) as caught:
            read()
        assert (caught.value.status, caught.value.said) == (200, "locked")
    assert len(responses.calls) == 3 * 3


@responses.activate
def test_an_error_inside_a_200_is_not_quoted(
    client: SevdeskClient, caplog: pytest.LogCaptureFixture
) -> None:
    said = "Kontakt Ada, Musterweg 1, ada@example.com, 5e7de"
    responses.put(f"{URL}/Contact/5", json=an_error(said))
    responses.get(f"{URL}/Contact/Factory/getNextCustomerNumber", json={"objects": "1001"})
    with pytest.raises(RemoteRejectedError) as caught:
        client.contacts.assign_customer_number("5")
    assert "Musterweg" not in str(caught.value)
    assert caught.value.said == "Kontakt Ada, Musterweg 1, …, ***"
    assert [one.levelno for one in caplog.records if "Musterweg" in one.message] == [
        logging.WARNING
    ]
    assert "5e7de" not in caplog.text


@responses.activate
@pytest.mark.parametrize("status", [200, 400, 422])
def test_a_refused_list_reaches_the_whole_space(client: SevdeskClient, status: int) -> None:
    for path in ("Voucher", "Contact", "CostCentre", "ReceiptGuidance/forRevenue", "TagRelation"):
        responses.get(f"{URL}/{path}", json=an_error("no"), status=status)
    reads: list[Callable[[], object]] = [
        lambda: list(client.vouchers.iter()),
        lambda: list(client.contacts.iter()),
        lambda: client.settings.find_cost_centres("100"),
        client.settings.get_chart,
        lambda: client.vouchers.get_tags(frozenset({"Import"})),
    ]
    for read in reads:
        with pytest.raises(RemoteError) as caught:
            read()
        assert caught.value.reach is (Reach.LATER if status == 200 else Reach.SPACE)


@responses.activate
@pytest.mark.parametrize("status", [401, 403])
def test_a_401_and_a_403_reach_the_whole_space(client: SevdeskClient, status: int) -> None:
    responses.get(f"{URL}/Voucher/7", status=status)
    with pytest.raises(CredentialsError) as caught:
        client.vouchers.get("7")
    assert caught.value.reach is Reach.SPACE
    assert caught.value.is_bad_token is (status == 401)


@responses.activate
def test_a_list_that_does_not_exist_is_another_server(client: SevdeskClient) -> None:
    responses.get(f"{URL}/Voucher", status=404)
    with pytest.raises(ConfigError):
        list(client.vouchers.iter())


# --- single objects


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [
        {"objects": [a_voucher("8")]},
        {"objects": a_voucher("8")},
        {"objects": [a_voucher(None)]},
        {"objects": [None]},
        {"objects": "7"},
        {"id": "8"},
    ],
)
def test_an_answer_about_another_voucher_is_unreadable(client: SevdeskClient, answer: Any) -> None:
    responses.get(f"{URL}/Voucher/7", json=answer)
    for read in (
        client.vouchers.get,
        client.vouchers.shows_document,
        client.vouchers.get_positions,
    ):
        with pytest.raises(UnreadableAnswerError) as caught:
            read("7")
        assert caught.value.reach is Reach.OBJECT


@responses.activate
def test_a_contact_is_the_one_asked_for(client: SevdeskClient) -> None:
    responses.get(f"{URL}/Contact/5", json={"objects": [{"id": 5, "customerNumber": 1001}]})
    assert client.contacts.get("5").customer_number == "1001"
    responses.get(f"{URL}/Contact/6", json={"objects": [{"id": 5}]})
    with pytest.raises(UnreadableAnswerError):
        client.contacts.get("6")


@responses.activate
def test_nothing_is_nothing_not_something_odd(client: SevdeskClient) -> None:
    answers: list[Any] = [{"objects": []}, {"objects": None}]
    for answer in answers:
        responses.get(f"{URL}/Voucher/7", json=answer)
        with pytest.raises(NotFoundRemotelyError):
            client.vouchers.get("7")


# --- what others made


@responses.activate
@pytest.mark.parametrize(
    "odd",
    [
        {"description": {"text": "R-2"}},
        {"description": 7},
        {"sumGross": "many"},
        {"status": "open"},
        {"status": []},
        {"voucherDate": []},
        {"voucherDate": {"day": 1}},
        {"supplier": []},
        {"supplier": "5"},
        {"supplier": {"id": []}},
        {"document": []},
        {"document": {}},
        {"taxRule": [], "costCentre": []},
        {"currency": []},
        {"currency": 978},
        {"creditDebit": None},
        {"creditDebit": ["D"]},
        {"paidAmount": "1.2.3"},
        {"enshrined": []},
    ],
)
def test_an_odd_voucher_of_others_does_not_stop_the_list(client: SevdeskClient, odd: Any) -> None:
    responses.get(f"{URL}/Voucher", json=a_list(a_voucher("6", **odd), a_voucher()))
    assert [found.id for found in client.vouchers.iter()] == ["6", "7"]


@responses.activate
def test_a_key_is_found_even_in_an_odd_description(client: SevdeskClient) -> None:
    responses.get(f"{URL}/Voucher", json=a_list(a_voucher(description=["x [COBOT:AAAAAAAAAA]"])))
    (found,) = client.vouchers.iter()
    assert found.keys == {"AAAAAAAAAA"}


@responses.activate
def test_an_empty_reference_is_none(client: SevdeskClient) -> None:
    odd = a_voucher(supplier=[], document=[], costCentre=[], taxRule=[], paymentDeadline=[])
    responses.get(f"{URL}/Voucher", json=a_list(odd))
    (found,) = client.vouchers.iter()
    assert found == BookedVoucher("7", "R-1 [COBOT:AAAAAAAAAA]", None, None)


@responses.activate
@pytest.mark.parametrize("nameless", [{}, None, a_voucher(None), a_voucher({"a": 1})])
def test_a_voucher_or_contact_without_id_is_not_passed_over(
    client: SevdeskClient, nameless: Any
) -> None:
    responses.get(f"{URL}/Voucher", json=a_list(a_voucher(), nameless))
    responses.get(f"{URL}/Contact", json=a_list({"id": "5"}, nameless))
    for read in (client.vouchers.iter, client.contacts.iter):
        with pytest.raises(RemoteUnavailableError):
            list(read())


@responses.activate
def test_expenses_are_left_out(client: SevdeskClient) -> None:
    listed = a_list(
        a_voucher("6", creditDebit="C"), a_voucher("7"), a_voucher("8", creditDebit="c")
    )
    responses.get(f"{URL}/Voucher", json=listed)
    assert [found.id for found in client.vouchers.iter()] == ["7"]


@responses.activate
def test_an_odd_contact_of_others_does_not_stop_the_list(client: SevdeskClient) -> None:
    odd = {"id": "5", "name": ["x"], "customerNumber": Decimal, "description": [], "status": []}
    odd["customerNumber"] = {"a": 1}
    responses.get(f"{URL}/Contact", json=a_list(odd, {"id": "6", "customerNumber": "1001"}))
    assert [found.id for found in client.contacts.iter()] == ["5", "6"]


@responses.activate
def test_odd_parts_of_the_other_lists_are_left_out(
    client: SevdeskClient, caplog: pytest.LogCaptureFixture
) -> None:
    contact = {"contact": {"id": "5"}}
    ways = [None, {"id": "1", "contact": "5"}, {"id": "2", "type": [], **contact}]
    ways += [{"id": "3", "type": "EMAIL", "value": [], **contact}]
    responses.get(f"{URL}/CommunicationWay", json=a_list(*ways))
    responses.get(f"{URL}/ContactAddress", json=a_list({"contact": []}, {"id": "1", **contact}))
    responses.get(f"{URL}/StaticCountry", json=a_list({"code": "DE"}, {"id": "77", "code": "XK"}))
    responses.get(f"{URL}/CostCentre", json=a_list({"number": "100"}, {"id": 4, "number": 100}))
    relation = {"tag": {"id": "1", "name": "Import"}}
    voucher = {"id": "7", "objectName": "Voucher"}
    relations = [{"id": "1", "tag": 5, "object": 6}, {"id": "2", **relation, "object": voucher}]
    responses.get(f"{URL}/TagRelation", json=a_list(*relations))
    positions = [{"id": "1", "voucher": []}, {"id": "2", "voucher": voucher, "sumGross": "1.5"}]
    responses.get(f"{URL}/VoucherPos", json=a_list(*positions))
    parts = client.contacts.get_parts()
    assert "5" in parts.addresses
    assert parts.ways == {"5": {"EMAIL"}}
    assert client.contacts.country_id("xk") == "77"
    assert client.contacts.country_id("de") == "1"
    known = [client.contacts.knows_country(code) for code in ("XK", "DE", "QQ", None)]
    assert known == [True, True, False, False]
    assert client.settings.find_cost_centres("100") == ["4"]
    assert client.vouchers.get_tags(frozenset({"Import"})) == {"7": {"Import"}}
    assert [found.gross for found in client.vouchers.iter_positions()] == [Decimal("1.50")]
    assert "is left out" in caplog.text


@responses.activate
@pytest.mark.parametrize(
    "odd",
    [
        None,
        {},
        {"accountDatevId": 1, "accountName": "without number"},
        {"accountDatevId": 1, "accountNumber": None},
        {"accountDatevId": 1, "accountNumber": "4400", "allowedTaxRules": [{"id": "one"}]},
        {"accountDatevId": 1, "accountNumber": "4400", "allowedTaxRules": "all"},
    ],
)
def test_one_odd_account_does_not_take_the_chart_with_it(
    client: SevdeskClient, odd: Any, caplog: pytest.LogCaptureFixture
) -> None:
    good = {
        "accountDatevId": 3650,
        "accountNumber": "4400",
        "allowedTaxRules": [{"id": 1, "taxRates": ["NINETEEN"]}],
    }
    path = f"{URL}/ReceiptGuidance/forRevenue"
    responses.get(path, json={"objects": [odd, good]})
    assert [account.id for account in client.settings.get_chart().accounts] == ["3650"]
    assert "is left out" in caplog.text
    responses.replace(responses.GET, path, json={"objects": [odd]})
    with pytest.raises(RemoteUnavailableError):
        client.settings.get_chart()


# --- ways


@responses.activate
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("EMAIL", {"EMAIL"}),
        ("email", {"EMAIL"}),
        ("PHONE", {"PHONE"}),
        ("MOBILE", {"PHONE"}),
        ("WEB", set()),
        ("FAX", set()),
        ("PAGER", set()),
        (None, set()),
    ],
)
def test_only_e_mails_are_e_mails(
    client: SevdeskClient, kind: str | None, expected: set[str]
) -> None:
    way = {"id": "1", "type": kind, "value": "Ada@Example.com", "contact": {"id": "5"}}
    responses.get(f"{URL}/CommunicationWay", json=a_list(way))
    emails = {"ada@example.com"} if expected == {"EMAIL"} else set()
    assert client.contacts.get_emails("5") == emails
    responses.get(f"{URL}/ContactAddress", json=a_list())
    assert client.contacts.get_parts().ways == ({"5": expected} if expected else {})


# --- what is listed


@responses.activate
def test_which_ids_a_list_shows_now(client: SevdeskClient) -> None:
    responses.get(f"{URL}/Voucher", json=a_list(a_voucher("6"), a_voucher(None), a_voucher("7")))
    responses.get(f"{URL}/Contact", json=a_list({"id": "5"}))
    assert client.vouchers.find_listed(["7", "9"], JANUARY) == {"7"}
    assert client.contacts.find_listed({"5", "6"}) == {"5"}
    query = responses.calls[0].request.params  # type: ignore[attr-defined]
    assert "startDate" in query
    assert "endDate" in query


@responses.activate
def test_what_was_made_last_is_looked_for_first(client: SevdeskClient) -> None:
    def page(request: Any) -> tuple[int, dict[str, str], str]:
        first = int(request.params["offset"])
        shown = [{"id": str(number)} for number in range(first, min(first + 1000, 2500))]
        return 200, {}, json.dumps({"objects": shown, "total": "2500"})

    for path in ("Voucher", "Contact"):
        responses.add_callback(responses.GET, f"{URL}/{path}", page)
    assert client.vouchers.find_listed(["2499"], JANUARY) == {"2499"}
    assert client.contacts.find_listed(["2499"]) == {"2499"}
    asked = [call.request.params["offset"] for call in responses.calls]  # type: ignore[attr-defined]
    assert asked == ["0", "2000", "0", "2000"]


@responses.activate
def test_no_id_needs_no_request(client: SevdeskClient) -> None:
    assert client.vouchers.find_listed([], JANUARY) == set()
    assert client.contacts.find_listed([]) == set()


# --- saving

WANTED = Voucher(
    key="AAAAAAAAAA",
    number="CW-1",
    date=date(2026, 1, 5),
    deadline=date(2026, 1, 19),
    tax_rule=1,
    in_net=False,
    positions=(Position("3650", "4400", Decimal(19), Decimal("119.00"), "Flex Desk"),),
    status=100,
    recipient_name="Probe GmbH",
    cost_centre_id="77",
)
SHOWN = {
    "id": "7",
    "description": WANTED.description,
    "voucherDate": "2026-01-05T00:00:00+01:00",
    "deliveryDate": "2026-01-06T00:00:00+01:00",
    "paymentDeadline": "2026-01-19T00:00:00+01:00",
    "supplier": {"id": "5", "objectName": "Contact"},
    "supplierName": "Probe GmbH",
    "taxRule": {"id": "1", "objectName": "TaxRule"},
    "costCentre": {"id": "77", "objectName": "CostCentre"},
    "status": "100",
    "currency": "EUR",
    "sumNet": "100",
    "sumGross": "119",
    "creditDebit": "D",
}
POSITION = {
    "id": "9",
    "voucher": {"id": "7", "objectName": "Voucher"},
    "accountDatev": {"id": "3650", "objectName": "AccountDatev"},
    "taxRate": "19",
    "net": "0",
    "sumNet": "100",
    "sumGross": "119",
    "comment": "Flex Desk",
}


def saved(client: SevdeskClient, answer: Any) -> Any:
    responses.post(SAVE, json={"objects": answer}, status=201)
    return client.vouchers.create(WANTED, contact_id="5", filename="a.pdf")


@responses.activate
def test_everything_that_was_saved_can_be_compared(client: SevdeskClient) -> None:
    found = saved(client, {"voucher": SHOWN, "voucherPos": [POSITION]})
    assert found.voucher == BookedVoucher(
        id="7",
        description=WANTED.description,
        date=date(2026, 1, 5),
        gross=Decimal(119),
        net=Decimal(100),
        status=100,
        contact_id="5",
        supplier_name="Probe GmbH",
        delivery_date=date(2026, 1, 6),
        deadline=date(2026, 1, 19),
        tax_rule="1",
        cost_centre_id="77",
        currency="EUR",
    )
    assert found.positions == (
        BookedPosition("7", "3650", Decimal(19), Decimal(100), Decimal(119)),
    )


@responses.activate
@pytest.mark.parametrize(
    "positions", [[], None, "?", [None], [{}], [{**POSITION, "sumNet": None}], [{"sumNet": "x"}]]
)
def test_positions_that_are_not_shown_are_none(client: SevdeskClient, positions: Any) -> None:
    found = saved(client, {"voucher": SHOWN, "voucherPos": positions})
    assert found.voucher.id == "7"
    assert found.positions is None


@responses.activate
def test_an_answer_may_be_the_voucher_itself_or_a_list_of_one(client: SevdeskClient) -> None:
    assert saved(client, SHOWN).voucher.id == "7"
    assert saved(client, [{"voucher": SHOWN, "voucherPos": POSITION}]).positions is not None


@responses.activate
@pytest.mark.parametrize("answer", [None, [], {}, True, "7", {"voucher": {}}, {"voucher": []}])
def test_an_answer_without_a_voucher_or_contact_is_uncertain(
    client: SevdeskClient, answer: Any
) -> None:
    with pytest.raises(OutcomeUnknownError) as of_voucher:
        saved(client, answer)
    responses.post(f"{URL}/Contact", json={"objects": answer}, status=201)
    nowhere = PostalAddress("", "", "", None)
    with pytest.raises(OutcomeUnknownError) as of_contact:
        client.contacts.create(NewContact("AAAAAAAAAA", None, "Ada", "Muster", nowhere, None))
    assert [str(caught.value) for caught in (of_voucher, of_contact)] == [
        f"sevDesk POST {path} has an unknown outcome, unreadable answer"
        for path in ("/Voucher/Factory/saveVoucher", "/Contact")
    ]


@responses.activate
def test_sums_of_a_foreign_voucher_are_its_own(client: SevdeskClient) -> None:
    own = {"sumNetForeignCurrency": "95", "sumGrossForeignCurrency": "113.05"}
    foreign, position = {**SHOWN, "currency": "CHF", **own}, {**POSITION, **own}
    expected = BookedPosition("7", "3650", Decimal(19), Decimal(95), Decimal("113.05"))
    found = saved(client, {"voucher": foreign, "voucherPos": [position]})
    assert (found.voucher.net, found.voucher.gross) == (Decimal(95), Decimal("113.05"))
    assert found.positions == (expected,)
    responses.get(f"{URL}/Voucher/7", json={"objects": [foreign]})
    responses.get(f"{URL}/VoucherPos", json=a_list(position))
    assert client.vouchers.get_positions("7") == [expected]


WHOLE, IN_PART = True, False


@responses.activate
@pytest.mark.parametrize(
    ("voucher", "sums", "expected"),
    [
        ({}, ["119"], WHOLE),
        ({}, ["100", "19"], WHOLE),
        ({}, ["100"], IN_PART),
        ({}, [], IN_PART),
        ({"sumGross": "0"}, [], IN_PART),
        # A cent for each position is how sevDesk may round.
        ({}, ["118.99"], WHOLE),
        ({}, ["119.02"], IN_PART),
        ({}, ["100", "19.02"], WHOLE),
        ({}, ["100", "18.97"], IN_PART),
        # What cannot be added up is taken for whole, if anything is there.
        ({"sumGross": None}, ["100"], WHOLE),
        ({"sumGross": None}, [], IN_PART),
        ({}, ["100", None], WHOLE),
        ({"currency": "CHF"}, ["100"], WHOLE),
        ({"currency": "CHF"}, [], IN_PART),
        ({"currency": None}, ["100"], IN_PART),
        ({"currency": []}, ["100"], IN_PART),
        ({"currency": {}}, ["119"], WHOLE),
    ],
)
def test_positions_are_whole_where_they_make_the_total(
    client: SevdeskClient, voucher: dict[str, Any], sums: list[str | None], *, expected: bool
) -> None:
    positions = [{**POSITION, "id": str(n), "sumGross": sum_} for n, sum_ in enumerate(sums)]
    responses.get(f"{URL}/Voucher/7", json={"objects": [{**SHOWN, **voucher}]})
    others = {**POSITION, "id": "99", "voucher": {"id": "8", "objectName": "Voucher"}}
    responses.get(f"{URL}/VoucherPos", json=a_list(*positions, others))
    if expected is WHOLE:
        assert len(client.vouchers.get_positions("7")) == len(sums)
        return
    with pytest.raises(RemoteUnavailableError, match="not all positions of voucher 7"):
        client.vouchers.get_positions("7")


@responses.activate
def test_both_sums_are_sent_with_a_new_voucher(client: SevdeskClient) -> None:
    saved(client, {"voucher": SHOWN})
    (position,) = sent()["voucherPosSave"]
    assert (position["net"], position["sumNet"], position["sumGross"]) == (False, 100.0, 119.0)


@responses.activate
@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({}, (False, 100.0, 119.0)),
        ({"net": "1"}, (True, 100.0, 119.0)),
        ({"sumNet": None}, (False, 100.0, 119.0)),
        ({"net": "1", "sumGross": None}, (True, 100.0, 119.0)),
        ({"sumNet": "99.99999999999"}, (False, 100.0, 119.0)),
    ],
)
def test_both_sums_are_sent_back_with_a_document(
    client: SevdeskClient, shown: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    draft: dict[str, Any] = {**SHOWN, "status": "50", "supplier": []}
    if shown.get("sumGross", "") is None:
        draft["sumGross"] = None
    responses.get(f"{URL}/Voucher/7", json={"objects": [draft]})
    responses.get(f"{URL}/VoucherPos", json=a_list({**POSITION, **shown}))
    responses.post(SAVE, json={"objects": {"voucher": SHOWN}}, status=201)
    found = client.vouchers.get("7")
    client.vouchers.attach_pdf(found, "a.pdf", status=100)
    (position,) = sent()["voucherPosSave"]
    assert (position["net"], position["sumNet"], position["sumGross"]) == expected
    assert sent()["voucher"]["supplier"] is None


@responses.activate
def test_a_foreign_voucher_gets_its_own_sums_back(client: SevdeskClient) -> None:
    draft = {**SHOWN, "status": "50", "currency": "CHF", "sumGrossForeignCurrency": "113.05"}
    own = {"sumNetForeignCurrency": "95", "sumGrossForeignCurrency": "113.05"}
    responses.get(f"{URL}/Voucher/7", json={"objects": [draft]})
    responses.get(f"{URL}/VoucherPos", json=a_list({**POSITION, **own}))
    responses.post(SAVE, json={"objects": {"voucher": SHOWN}}, status=201)
    client.vouchers.attach_pdf(client.vouchers.get("7"), "a.pdf", status=100)
    (position,) = sent()["voucherPosSave"]
    assert (position["sumNet"], position["sumGross"]) == (95.0, 113.05)


@responses.activate
@pytest.mark.parametrize(
    ("odd", "named"),
    [
        ({"taxRate": []}, "objects.taxRate: expected an amount"),
        ({"net": "1", "sumNet": None}, "sumNet: expected an amount"),
        ({"net": "0", "sumGross": None}, "sumGross: expected an amount"),
    ],
)
def test_an_open_voucher_stays_as_it_is_where_a_position_cannot_be_read(
    client: SevdeskClient, odd: dict[str, Any], named: str
) -> None:
    responses.get(f"{URL}/Voucher/7", json={"objects": [SHOWN]})
    responses.get(f"{URL}/VoucherPos", json=a_list({**POSITION, **odd}))
    with pytest.raises(RemoteUnavailableError, match=f"unreadable answer: {named}$"):
        client.vouchers.attach_pdf(client.vouchers.get("7"), "a.pdf", status=100)
    assert {call.request.method for call in responses.calls} == {"GET"}


def sent() -> Any:
    """What was saved last."""
    (body,) = [call.request.body for call in responses.calls if call.request.url == SAVE]
    return json.loads(body or "")
