"""The back door over HTTP: what its calls do, and that each error says what was expected."""

import logging
from typing import Any

import pytest
import requests

from sandbox.backdoor import COBOT_OPERATIONS, SEVDESK_OPERATIONS
from sandbox.cobot_space import CobotSpace
from sandbox.demo import ELBE
from sandbox.server import SandboxServer
from sandbox.tenant import Tenant

Json = dict[str, Any]


@pytest.fixture
def door(box: SandboxServer) -> Any:
    """Calls of the back door of the demo's world: method, path, body."""

    def call(method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, f"{box.page_url}{path}", json=body, timeout=10)

    assert call("POST", "/reset", {"world": "demo"}).ok
    return call


def result(answer: requests.Response) -> Any:
    """What an operation returned."""
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def test_the_page_shows_both_sides(door: Any) -> None:
    page = door("GET", "").text
    assert "Elbe Hub" in page
    assert "<th>Voucher" in page


def test_people_act_in_both_services(door: Any) -> None:
    member = result(door("POST", f"/cobot/{ELBE}/sign_up", {"name": "Neu", "confirmed": None}))
    result(door("POST", f"/cobot/{ELBE}/confirm", {"member_id": member, "day": "2026-02-01"}))
    category = {"id": 3, "objectName": "Category"}
    contact = result(
        door("POST", f"/sevdesk/{ELBE}/create_contact", {"name": "A", "category": category})
    )
    way = {
        "contact": {"id": contact["id"], "objectName": "Contact"},
        "type": "WEB",
        "value": "https://a.example",
        "key": {"id": 2, "objectName": "CommunicationWayKey"},
    }
    assert result(door("POST", f"/sevdesk/{ELBE}/create_way", way))["type"] == "WEB"
    old = {"description": "Rechnung 1", "gross": "119", "net": "100", "day": "2023-05-01"}
    voucher = result(door("POST", f"/sevdesk/{ELBE}/save_old_voucher", old))
    assert voucher["taxType"] == "default"
    ledger = door("GET", "/ledger").json()
    (booked,) = [
        one
        for tenant in ledger["tenants"].values()
        for one in tenant["vouchers"]
        if one["id"] == voucher["id"]
    ]
    assert booked["positions"][0]["accountDatev"] is None
    assert "Rechnung 1" not in door("GET", "").text
    result(door("POST", f"/sevdesk/{ELBE}/delete_contact", {"contact_id": contact["id"]}))


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        ("POST", "/reset", {"world": "moon"}, "world 'moon': expected one of demo, empty"),
        ("POST", "/reset", ["demo"], "the body: expected a JSON object"),
        (
            "PATCH",
            "/switches",
            {"lag": 1},
            "lag: no such switch; expected one of attaching_resets, bad_token_status,",
        ),
        (
            "PATCH",
            "/switches",
            {"list_order": "up"},
            "list_order: 'up' does not fit; expected one of 'ascending', 'descending', 'shuffled'",
        ),
        ("PATCH", "/switches", {"embeds": 1}, "embeds: 1 does not fit; expected true or false"),
        ("PATCH", "/switches", {"null_entries": "1"}, "expected a whole number"),
        ("PATCH", "/switches", {"null_entries": True}, "expected a whole number"),
        ("PATCH", "/switches", {"list_lag_seconds": None}, "expected a number"),
        ("PATCH", "/switches", {"custom_domain": 1}, "expected a text"),
        ("POST", "/faults", {"kind": "boom"}, "kind 'boom': expected one of drop_before,"),
        ("POST", "/faults", {}, "kind '': expected one of drop_before,"),
        ("POST", "/faults", {"kind": "lag", "pth": "x"}, "pth: no such option; expected one of"),
        ("POST", "/cobot/moon/sign_up", {}, "space 'moon': expected one of elbe-hub, isar-loft"),
        ("POST", f"/cobot/{ELBE}/vanish", {}, "operation 'vanish': expected one of add_contact,"),
        ("POST", f"/cobot/{ELBE}/sign_up", {}, "'name'; expected name, member_id (optional)"),
        ("POST", f"/cobot/{ELBE}/sign_up", {"nam": "A"}, "expected name, member_id (optional)"),
        ("POST", f"/cobot/{ELBE}/add_contact", {"nam": "A"}, "expected name"),
        (
            "POST",
            f"/cobot/{ELBE}/confirm",
            {"member_id": "none", "day": "2026-01-01"},
            "'none': no such thing",
        ),
        (
            "POST",
            f"/cobot/{ELBE}/sign_up",
            {"name": "A", "confirmed": "tomorrow"},
            "confirmed: Invalid isoformat string: 'tomorrow'; expected a date such as 2026-01-05",
        ),
        ("POST", "/sevdesk/moon/tag", {}, "space 'moon': expected one of elbe-hub, isar-loft"),
        ("POST", f"/sevdesk/{ELBE}/tag", {"name": "x"}, "expected name, target"),
        ("POST", f"/sevdesk/{ELBE}/create_contact", {"name": "A"}, "category is required"),
        ("POST", f"/sevdesk/{ELBE}/delete_voucher", {"voucher_id": "9"}, "with the id 9"),
        ("POST", f"/sevdesk/{ELBE}/make_account", {"name": ""}, "expected a text such as Podcast"),
        ("GET", f"/document/{ELBE}/9", None, "No Model_Voucher with the id 9 was found"),
        (
            "POST",
            "/faults",
            {"kind": "hang", "seconds": "x"},
            "seconds: 'x' does not fit; expected a number",
        ),
        (
            "POST",
            "/faults",
            {"kind": "hang", "times": 1.5},
            "times: 1.5 does not fit; expected a wh",
        ),
        ("POST", "/faults", {"kind": "hang", "path": "("}, "expected a regular expression"),
        (
            "POST",
            "/faults",
            {"kind": "hang", "service": "datev"},
            "service 'datev': expected one of cobot, sevdesk",
        ),
        (
            "POST",
            f"/cobot/{ELBE}/send_invoice",
            {"net": "much", "day": "2026-01-01"},
            "an amount such as 120.00 is expected; net, day",
        ),
        (
            "POST",
            f"/cobot/{ELBE}/send_invoice",
            {"net": "1.00", "day": "01.02.2026"},
            "expected a date such as 2026-01-05",
        ),
        (
            "POST",
            f"/cobot/{ELBE}/send_invoice",
            {"net": "1.00", "day": "2026-01-01", "member_id": "x"},
            "'x': no such thing",
        ),
        ("POST", f"/cobot/{ELBE}/set_net", {"invoice_id": "EL-9", "net": "1"}, "'EL-9': no such"),
        (
            "POST",
            f"/cobot/{ELBE}/set_country",
            {"invoice_id": "x", "country": "Frankreich"},
            "country 'Frankreich': expected two letters such as DE",
        ),
        ("POST", f"/tokens/{ELBE}/datev/renew", {}, "service 'datev': expected one of cobot, sev"),
        ("POST", f"/tokens/{ELBE}/cobot/lose", {}, "change 'lose': expected one of renew, revoke"),
        ("POST", "/spaces", {}, "slug None: expected small letters, digits, hyphens"),
        ("POST", "/spaces", {"slug": "../x"}, "slug '../x': expected small letters"),
        ("POST", "/spaces", {"slug": ELBE}, "expected a new one; there are elbe-hub, isar-loft"),
        (
            "POST",
            f"/space_files/{ELBE}/ignore",
            {"number": "1", "reason": "x"},
            "elbe-hub.yaml: expected a space file of `make up`, there is none",
        ),
    ],
)
def test_errors_say_what_was_expected(
    door: Any, method: str, path: str, body: Any, says: str
) -> None:
    answer = door(method, path, body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/ledgers"), ("POST", "/ledger"), ("PUT", "/faults")]
)
def test_a_call_that_is_none_names_those_that_are(door: Any, method: str, path: str) -> None:
    answer = door(method, path)
    assert answer.status_code == 404
    told = answer.json()["error"]
    assert told.startswith(f"{method} /_sandbox{path}: no such call; expected one of ")
    assert "POST /_sandbox/tokens/{subdomain}/{service}/{change}" in told


def test_a_voucher_without_a_document_says_so(door: Any, box: SandboxServer) -> None:
    (tenant,) = [one for one in box.world.tenants.values() if one.tables["Voucher"]]
    (voucher,) = tenant.tables["Voucher"]
    answer = door("GET", f"/document/{ELBE}/{voucher}")
    assert answer.json() == {"error": f"voucher {voucher}: it has no document"}


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_leaves_no_error_of_the_server_itself(
    door: Any, box: SandboxServer, kind: str
) -> None:
    """`make up` shows what the server says; a lost answer is wanted."""
    told: list[logging.LogRecord] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record)

    kept = Kept()
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(kept)
    try:
        assert door("POST", "/faults", {"kind": kind}).ok
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{box.cobot_url}/health", timeout=10)
        assert door("GET", "/requests").json()[-1]["fault"] == kind
    finally:
        logger.removeHandler(kept)
    assert told == []


def test_one_wrong_switch_leaves_all_as_they_were(door: Any) -> None:
    before = door("GET", "/switches").json()
    assert not door("PATCH", "/switches", {"embeds": False, "list_order": "up"}).ok
    assert door("GET", "/switches").json() == before
    assert door("PATCH", "/switches", {"embeds": False}).json()["embeds"] is False


def test_every_operation_is_a_method() -> None:
    assert all(callable(getattr(CobotSpace, name)) for name in COBOT_OPERATIONS)
    assert all(callable(getattr(Tenant, name)) for name in SEVDESK_OPERATIONS)
