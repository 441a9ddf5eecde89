"""Each switch of the sandbox in each of its positions, seen from outside."""

import time
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args, get_origin

import pytest
import requests

from sandbox.cobot_space import CobotSpace, line
from sandbox.otherwise import OTHERWISE
from sandbox.saving import EXCHANGE_RATE
from sandbox.server import SandboxServer
from sandbox.switches import SavedOtherwise, Switches
from sandbox.tenant import Tenant
from support.spaces import SEVDESK_TOKEN

SLUG, TOKEN = "nordkap", "token-of-nordkap"
DAY = "2026-03-01"
Json = dict[str, Any]


class Desk:
    """Both services over HTTP."""

    def __init__(self, box: SandboxServer) -> None:
        self.box = box
        self.cobot: CobotSpace = box.world.add_space(SLUG, token=TOKEN, sevdesk_token=SEVDESK_TOKEN)
        self.tenant: Tenant = box.world.add_tenant(SEVDESK_TOKEN, cost_centres=("100", "200"))

    def switch(self, **positions: Any) -> None:
        """Set switches."""
        for name, value in positions.items():
            setattr(self.box.world.switches, name, value)

    def ask(self, path: str, method: str = "GET", **more: Any) -> requests.Response:
        """Ask Cobot; API 1 where the path begins with the subdomain."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "*/*"}
        url = f"{self.box.cobot_url}{path}"
        return requests.request(method, url, headers=headers, timeout=10, **more)

    def sev(self, path: str, method: str = "GET", **more: Any) -> requests.Response:
        """Ask sevDesk."""
        url = f"{self.box.sevdesk_url}{path}"
        headers = {"Authorization": SEVDESK_TOKEN}
        return requests.request(method, url, headers=headers, timeout=10, **more)

    def objects(self, path: str) -> list[Json]:
        """The objects of a list of sevDesk."""
        found: list[Json] = self.sev(path).json()["objects"]
        return found

    def invoice(self, day: str = DAY, **how: Any) -> str:
        """An invoice."""
        return self.cobot.add_invoice(day, [line("100.00")], **how)

    def invoices(self, query: str = "") -> Json:
        """A page of invoices."""
        found: Json = self.ask(f"/spaces/{self.cobot.id}/invoices?{query}").json()
        return found

    def member(self, **how: Any) -> str:
        """A confirmed member."""
        return self.cobot.sign_up("Ada Muster", confirmed="2026-02-03", **how)

    def update(self, member: str, number: str, method: str = "PUT") -> requests.Response:
        """Write a member's number."""
        path = f"/{SLUG}/api/memberships/{member}"
        return self.ask(path, method, json={"customer_number": number})

    def contact(self, **how: Any) -> requests.Response:
        """Make a contact."""
        body = {"category": {"id": 3, "objectName": "Category"}, "name": "A", **how}
        return self.sev("/Contact", "POST", json=body)

    def upload(self, content: bytes = b"%PDF-1.4 %%EOF") -> requests.Response:
        """Upload a document."""
        parts = {"file": ("x.pdf", content, "application/pdf")}
        return self.sev("/Voucher/Factory/uploadTempFile", "POST", files=parts)

    def save(self, *, position: Json | None = None, **changes: Any) -> requests.Response:
        """Save a voucher."""
        file = changes.pop("filename", None)
        first = {
            "objectName": "VoucherPos",
            "mapAll": True,
            "taxRate": 19,
            "net": False,
            "accountDatev": {"id": 5192, "objectName": "AccountDatev"},
            "sumGross": 119,
            **(position or {}),
        }
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
            "supplierName": "Gast",
            "taxRule": {"id": "1", "objectName": "TaxRule"},
            **changes,
        }
        body = {"voucher": voucher, "voucherPosSave": [first], "filename": file}
        return self.sev("/Voucher/Factory/saveVoucher", "POST", json=body)

    def saved(self, **how: Any) -> Json:
        """A voucher that is saved, as the answer shows it."""
        answer = self.save(**how)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()["objects"]["voucher"]
        return found

    def tag(self, voucher: str, name: str = "Import") -> Json:
        """Tag a voucher."""
        body = {"name": name, "object": {"id": voucher, "objectName": "Voucher"}}
        found: Json = self.sev("/Tag/Factory/create", "POST", json=body).json()
        return found


@pytest.fixture
def desk(box: SandboxServer) -> Desk:
    """An empty space beside an empty account."""
    return Desk(box)


# --- both services


def latency(desk: Desk, position: Any) -> None:
    started = time.monotonic()
    desk.ask("/health")
    assert (time.monotonic() - started >= 0.2) is (position > 0)


def key_order(desk: Desk, position: Any) -> None:
    orders = {tuple(desk.invoices()["data"][0]["attributes"]) for _ in range(5) if desk.invoice()}
    assert (len(orders) > 1) is (position == "shuffled")
    first = next(iter(desk.objects("/CostCentre")[0]))
    assert (first == "id") is (position == "recorded") or position == "shuffled"


def null_entries(desk: Desk, position: Any) -> None:
    desk.invoice()
    desk.member()
    lists = (
        desk.invoices()["data"],
        desk.ask(f"/{SLUG}/api/memberships").json(),
        desk.objects("/CostCentre"),
        desk.objects("/ReceiptGuidance/forRevenue"),
        desk.objects("/StaticCountry"),
    )
    assert {sum(entry is None for entry in one) for one in lists} == {position}


# --- Cobot


def invoice_order(desk: Desk, position: Any) -> None:
    days = [f"2026-03-{number:02}" for number in range(1, 10)]
    for day in (*days[5:], *days[:5]):
        desk.invoice(day)
    shown = [one["attributes"]["invoiceDate"] for one in desk.invoices()["data"]]
    orders = {"oldest": days, "newest": days[::-1]}
    assert sorted(shown) == days
    assert [name for name, order in orders.items() if order == shown] == (
        [] if position == "shuffled" else [position]
    )


def invoice_dates(desk: Desk, position: Any) -> None:
    desk.invoice()
    found = desk.invoices(f"filter[from]={DAY}&filter[to]={DAY}")["data"]
    assert len(found) == (position != "exclusive")
    assert len(desk.invoices("filter[from]=2026-05-01")["data"]) == (position == "ignored")


def invoices_without_id(desk: Desk, position: Any) -> None:
    desk.invoice()
    assert ("id" in desk.invoices()["data"][0]) is (position == 0)


def doubled_invoice_numbers(desk: Desk, position: Any) -> None:
    desk.invoice()
    desk.invoice()
    numbers = {one["attributes"]["number"] for one in desk.invoices()["data"]}
    assert len(numbers) == (1 if position else 2)


def links(desk: Desk, position: Any) -> None:
    shown = desk.invoices().get("links", {}).get("self", "")
    start = {"absolute": f"{desk.box.cobot_url}/", "relative": "/", "absent": ""}[position]
    assert shown.partition("spaces")[0] == start


def cobot_page_cap(desk: Desk, position: Any) -> None:
    for _ in range(3):
        desk.invoice()
    page = desk.invoices("page[size]=200")
    assert len(page["data"]) == min(3, position)
    assert page["meta"]["totalPages"] == (1 if position > 3 else 2)


def bad_token_status(desk: Desk, position: Any) -> None:
    answer = requests.get(
        f"{desk.box.cobot_url}/user", headers={"Authorization": "Bearer dead"}, timeout=10
    )
    assert answer.status_code == position


def custom_domain(desk: Desk, position: Any) -> None:
    port = desk.box.cobot_url.rpartition(":")[2]
    desk.switch(custom_domain=f"localhost:{port}" if position else "")
    for method in ("GET", "PUT"):
        answer = desk.ask(
            f"/{SLUG}/api/memberships/{desk.member()}", method, json={}, allow_redirects=False
        )
        assert answer.status_code == (301 if position else 200)
    if position:
        target = answer.headers["Location"]
        assert target.startswith(f"http://localhost:{port}/{SLUG}/api/memberships/")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert requests.get(target, headers=headers, timeout=10).status_code == 200
    assert desk.ask("/user", allow_redirects=False).status_code == 200


def user_is_readable(desk: Desk, position: Any) -> None:
    assert ("included" in desk.ask("/user?include=adminOf").json()) is position
    assert "included" not in desk.ask("/user").json()


def subdomain_knows_space(desk: Desk, position: Any) -> None:
    assert desk.ask(f"/{SLUG}/api/spaces/{SLUG}").ok is position
    for path in ("/www/api/spaces/", "/api/spaces/"):
        assert desk.ask(f"{path}{SLUG}").json()["id"] == desk.cobot.id


def member_update_method(desk: Desk, position: Any) -> None:
    ada = desk.member()
    for method in ("PUT", "PATCH"):
        assert desk.update(ada, "1044", method).ok is (method == position)


def member_update_wipes(desk: Desk, position: Any) -> None:
    ada = desk.member(phone="0431")
    desk.update(ada, "1044")
    after = desk.ask(f"/{SLUG}/api/memberships/{ada}").json()
    assert after["customer_number"] == "1044"
    for value in (after["phone"], after["email"], after["address"]["full_address"]):
        assert (value is None) is position


def member_update_does_nothing(desk: Desk, position: Any) -> None:
    ada = desk.member()
    assert desk.update(ada, "1044").ok
    shown = desk.ask(f"/{SLUG}/api/memberships/{ada}").json()["customer_number"]
    assert (shown == "1044") is not position


def member_update_answer(desk: Desk, position: Any) -> None:
    answer = desk.update(desk.member(), "1044")
    assert answer.status_code == (200 if position == "member" else 204)
    assert bool(answer.content) is (position == "member")


def unique_customer_numbers(desk: Desk, position: Any) -> None:
    desk.member(number="7")
    assert desk.update(desk.member(), "7").status_code == (422 if position else 200)


def customer_number_form(desk: Desk, position: Any) -> None:
    ada = desk.member()
    assert desk.update(ada, "1044").ok
    assert desk.update(ada, "K-1044").ok is (position == "any")


def lists_ended_members(desk: Desk, position: Any) -> None:
    desk.cobot.cancel(desk.member(), "2026-02-28")
    assert len(desk.ask(f"/{SLUG}/api/memberships?all=true").json()) == position


def debtor_relation(desk: Desk, position: Any) -> None:
    desk.invoice(debtor=("memberships", desk.member()))
    relations = desk.invoices()["data"][0]["relationships"]
    assert ("debitor" in relations) is (position != "deprecated")
    assert ("membership" in relations) is (position != "debitor")


def rate_limits(desk: Desk, position: Any) -> None:
    answers = [desk.ask(f"/{SLUG}/api/memberships") for _ in range(7)]
    assert (answers[-1].status_code == 429) is position
    assert ("Retry-After" in answers[-1].headers) is position


def rate_window(desk: Desk, position: Any) -> None:
    desk.switch(rate_limits=True)
    answers = [desk.ask(f"/{SLUG}/api/memberships") for _ in range(7)]
    assert int(answers[-1].headers["Retry-After"]) <= position + 1


def test_tokens_of_one_user_share_the_limits(desk: Desk) -> None:
    desk.switch(rate_limits=True)
    for name, user in (("a", "one"), ("b", "one"), ("c", "")):
        desk.box.world.add_space(name, token=f"token-{name}", user=user)

    def status(name: str) -> int:
        token = {"Authorization": f"Bearer token-{name}"}
        url = f"{desk.box.v1_url(name)}/memberships"
        return requests.get(url, headers=token, timeout=5).status_code

    assert [status(name) for name in "ababab"] == [200] * 6
    assert [status(name) for name in "abc"] == [429, 429, 200]


def smallest_pdf(desk: Desk, position: Any) -> None:
    size = len(desk.ask(f"/invoices/{desk.invoice()}.pdf").content)
    assert size >= position
    assert position or size < 2000


def pdf_bytes_per_second(desk: Desk, position: Any) -> None:
    started = time.monotonic()
    document = desk.ask(f"/invoices/{desk.invoice()}.pdf").content
    assert document.startswith(b"%PDF-")
    assert b"%%EOF" in document
    assert (time.monotonic() - started >= 0.2) is (position > 0)


def v1_error(desk: Desk, position: Any) -> None:
    body = desk.ask(f"/{SLUG}/api/memberships/none").json()
    shapes = {
        "errors": {"errors": {"base": "not found"}},
        "texts": {"errors": ["not found"]},
        "bare": {"base": "not found"},
        "error": {"error": "not found"},
    }
    assert body == shapes[position]


def customer_number_on_invoice(desk: Desk, position: Any) -> None:
    ada = desk.member(number="7")
    desk.invoice(debtor=("memberships", ada))
    desk.update(ada, "1044")
    shown = desk.invoices()["data"][0]["attributes"]["customerNumber"]
    assert shown == ("7" if position == "frozen" else "1044")


# --- lists of sevDesk


def list_order(desk: Desk, position: Any) -> None:
    made = [
        str(desk.saved(description=f"V-{9 - number}", voucherDate=f"0{day}.03.2026")["id"])
        for number, day in enumerate((3, 4, 1, 2, 5, 6, 9, 8, 7))
    ]
    desk.tenant.change(made[4], update="2099-01-01T00:00:00+01:00")
    shown = [voucher["id"] for voucher in desk.objects("/Voucher")]
    by_date = [made[place] for place in (2, 3, 0, 1, 4, 5, 8, 7, 6)]
    by_change = [*made[:4], *made[5:], made[4]]
    orders = {"ascending": made, "date": by_date, "changed": by_change}
    orders |= dict.fromkeys(("descending", "name"), made[::-1])
    fitting = [name for name, order in orders.items() if order == shown]
    assert (position in fitting) is (position != "shuffled")
    asked = [v["description"] for v in desk.objects("/Voucher?orderByVoucherNumber=DESC")]
    assert asked == sorted(asked, reverse=True)


def sevdesk_page_cap(desk: Desk, position: Any) -> None:
    for _ in range(3):
        desk.saved()
    page = desk.sev("/Voucher?limit=1000&countAll=true").json()
    assert (len(page["objects"]), page["total"]) == (min(3, position), "3")


def limit_above_cap(desk: Desk, position: Any) -> None:
    desk.switch(sevdesk_page_cap=2)
    assert desk.sev("/Voucher?limit=3").status_code == (200 if position == "shortened" else 400)
    assert desk.sev("/Voucher?limit=2").ok
    assert desk.sev("/Voucher?limit=1001").status_code == 400


LISTS = ("/Voucher", "/VoucherPos", "/Contact?depth=1", "/Tag", "/TagRelation")


def all_made(desk: Desk) -> Json:
    """A tagged voucher beside a contact with its parts."""
    contact = desk.contact().json()["objects"]["id"]
    owner = {"id": contact, "objectName": "Contact"}
    key = {"id": 2, "objectName": "CommunicationWayKey"}
    way = {"contact": owner, "type": "EMAIL", "value": "a@b.example", "key": key}
    place = {"country": {"id": 1, "objectName": "StaticCountry"}, "contact": owner}
    place["category"] = {"id": 47, "objectName": "Category"}
    assert desk.sev("/CommunicationWay", "POST", json=way).ok
    assert desk.sev("/ContactAddress", "POST", json=place).ok
    voucher = desk.saved()
    desk.tag(voucher["id"])
    return voucher


def list_lag_seconds(desk: Desk, position: Any) -> None:
    voucher = all_made(desk)
    for path in (*LISTS, "/CommunicationWay", "/ContactAddress"):
        assert bool(desk.objects(path)) is (position == 0), path
    assert desk.sev(f"/Voucher/{voucher['id']}").ok


def lists_flap(desk: Desk, position: Any) -> None:
    desk.switch(list_lag_seconds=60)
    desk.saved()
    counts = [len(desk.objects("/Voucher")) for _ in range(4)]
    assert sorted(counts) == ([0, 0, 1, 1] if position else [0] * 4)


def changes_lag(desk: Desk, position: Any) -> None:
    first, second = desk.saved(status=50), desk.saved(status=50)
    desk.switch(list_lag_seconds=60)
    desk.tenant.change(first["id"], description="edited")
    desk.sev(f"/Voucher/{second['id']}", "DELETE")
    shown = [voucher["description"] for voucher in desk.objects("/Voucher")]
    assert shown == ([first["description"]] * 2 if position else ["edited"])


def reads_lag(desk: Desk, position: Any) -> None:
    desk.switch(list_lag_seconds=60)
    voucher, contact = desk.saved(), desk.contact().json()["objects"]["id"]
    for path in (f"/Voucher/{voucher['id']}", f"/Contact/{contact}"):
        assert desk.sev(path).status_code == (404 if position else 200)


def update_filter(desk: Desk, position: Any) -> None:
    old, untouched = desk.saved()["id"], desk.saved()["id"]
    desk.contact()
    past = "2026-01-01T09:00:00+01:00"
    for id_ in (old, untouched):
        desk.tenant.tables["Voucher"][id_].update(create=past, update=past)
    desk.tenant.change(old, description="edited")
    new, since = desk.saved()["id"], int(time.time()) - 3600
    expected = {
        "understood": [old, new],
        "ignored": [old, untouched, new],
        "empty": [],
        "made": [new],
    }[position]
    assert [row["id"] for row in desk.objects(f"/Voucher?updateAfter={since}")] == expected
    assert len(desk.objects(f"/Contact?updateAfter={since}")) == (position != "empty")
    assert [row["id"] for row in desk.objects(f"/Voucher?createAfter={since}")] == [new]
    assert [row["id"] for row in desk.objects(f"/Voucher?createBefore={since}")] == [old, untouched]


def count_all(desk: Desk, position: Any) -> None:
    assert ("total" in desk.sev("/Voucher?countAll=true").json()) is position


def count_of_page(desk: Desk, position: Any) -> None:
    for _ in range(3):
        desk.saved()
    page = desk.sev("/Voucher?limit=2&countAll=true").json()
    assert page["total"] == ("2" if position else "3")


def date_filter(desk: Desk, position: Any) -> None:
    days = ("28.02.2026", "01.03.2026", "02.03.2026", "05.03.2026")
    made = {str(desk.saved(voucherDate=day)["id"]): day[:2] for day in days}
    first, last = (berlin_midnight(day) for day in ("2026-03-01", "2026-03-02"))
    shown = [made[row["id"]] for row in desk.objects(f"/Voucher?startDate={first}&endDate={last}")]
    assert (
        shown
        == {
            "understood": ["01", "02"],
            "ignored": ["28", "01", "02", "05"],
            "exclusive": ["01"],
            "a_day_off": ["28", "01", "02"],
        }[position]
    )


def berlin_midnight(day: str) -> int:
    """When a day begins in Berlin, in unix seconds."""
    return int(datetime.fromisoformat(f"{day}T00:00:00+01:00").timestamp())


def sevdesk_bad_token_status(desk: Desk, position: Any) -> None:
    answer = requests.get(
        f"{desk.box.sevdesk_url}/Voucher", headers={"Authorization": "dead"}, timeout=10
    )
    assert answer.status_code == position


def embeds(desk: Desk, position: Any) -> None:
    desk.tag(desk.saved()["id"])
    assert ("name" in desk.objects("/TagRelation?embed=tag")[0]["tag"]) is position


def null_references(desk: Desk, position: Any) -> None:
    desk.saved()
    for shown in (desk.objects("/Voucher")[0], desk.saved()):
        assert ("supplier" in shown) is (position != "absent")
        assert shown.get("costCentre") == ([] if position == "list" else None)


def not_found_status(desk: Desk, position: Any) -> None:
    assert desk.sev("/Voucher/99").status_code == position


# --- what an account in sevDesk offers


def countries_path_exists(desk: Desk, position: Any) -> None:
    assert desk.sev("/StaticCountry").ok is position


def chart_entry_without_number(desk: Desk, position: Any) -> None:
    numbers = [one["accountNumber"] for one in desk.objects("/ReceiptGuidance/forRevenue")]
    assert (None in numbers) is position


def tax_rule_21(desk: Desk, position: Any) -> None:
    chart = desk.objects("/ReceiptGuidance/forRevenue")
    rules = {rule["id"] for account in chart for rule in account["allowedTaxRules"]}
    assert (21 in rules) is (position != "absent")
    account = {"id": 3649, "objectName": "AccountDatev"}
    answer = desk.save(
        taxRule={"id": 21, "objectName": "TaxRule"},
        position={"accountDatev": account, "taxRate": 0},
    )
    assert answer.ok is (position == "accepted")


# --- contacts and tags


def contacts_are_numbered(desk: Desk, position: Any) -> None:
    assert bool(desk.contact().json()["objects"].get("customerNumber")) is position


def duplicate_customer_number(desk: Desk, position: Any) -> None:
    answers = [desk.contact(customerNumber="7").status_code for _ in range(2)]
    assert answers == [201, 422 if position == "refuse" else 201]
    numbers = [one.get("customerNumber") for one in desk.objects("/Contact")]
    assert [number == "7" for number in numbers] == {
        "accept": [True, True],
        "refuse": [True],
        "renumber": [True, False],
        "move": [False, True],
    }[position]


def tags_can_be_made(desk: Desk, position: Any) -> None:
    assert (desk.tag(desk.saved()["id"]).get("error") is None) is position


def tag_names_are_unique(desk: Desk, position: Any) -> None:
    for _ in range(2):
        desk.tag(desk.saved()["id"])
    assert len(desk.objects("/Tag?name=Import")) == (1 if position else 2)


def repeated_tag(desk: Desk, position: Any) -> None:
    voucher = desk.saved()["id"]
    answers = [desk.tag(voucher) for _ in range(2)]
    assert ("error" in answers[1]) is (position == "refused")
    assert len(desk.objects("/TagRelation")) == (2 if position == "second" else 1)


def tag_answer_has_envelope(desk: Desk, position: Any) -> None:
    assert ("objects" in desk.tag(desk.saved()["id"])) is position


# --- vouchers


def net_flag(desk: Desk, position: Any) -> None:
    def gross(**position: Any) -> str:
        return str(desk.saved(position=position)["sumGross"])

    both = {"sumNet": 100, "sumGross": 119}
    assert gross(net=False, **both) == gross(net=True, **both) == "119"
    assert gross(net=False, sumNet=50, sumGross=119) == (
        "59.5" if position in {"net_first", "net_where_sent"} else "119"
    )
    assert gross(net=True, sumNet=100, sumGross=60) == (
        "60" if position == "gross_first" else "119"
    )
    assert gross(net=False, sumGross=119) == ("141.61" if position == "net_first" else "119")


def saves_otherwise(desk: Desk, position: Any) -> None:
    contact = {"id": desk.contact().json()["objects"]["id"], "objectName": "Contact"}
    centre = {"id": next(iter(desk.tenant.tables["CostCentre"])), "objectName": "CostCentre"}
    sent: Json = {"supplier": contact, "supplierName": None, "costCentre": centre}
    desk.switch(saves_otherwise="")
    meant = desk.save(**sent).json()["objects"]
    desk.switch(saves_otherwise=position)
    got = desk.save(**sent).json()["objects"]
    differs = {
        name
        for kind in ("voucher", "voucherPos")
        for name, value in _one(meant[kind]).items()
        if _one(got[kind]).get(name) != value and name not in {"id", "create", "update", "voucher"}
    }
    sums = {"sumNet", "sumGross", "sumNetAccounting", "sumGrossAccounting"}
    assert (
        differs
        == {
            "": set(),
            "date": {"voucherDate"},
            "delivery_date": {"deliveryDate"},
            "due_date": {"paymentDeadline"},
            "tax_rule": {"taxRule"},
            "cost_centre": {"costCentre"},
            "contact": {"supplier", "supplierName"},
            "status": {"status"},
            "account": {"accountDatev"},
            "rate": {"taxRate"},
            "sum": sums,
            "description": {"description"},
            "recipient": {"supplierName"},
            "currency": {"currency"},
            "side": {"creditDebit"},
        }[position]
    )
    # Lists and reads say the same as the answer.
    id_ = got["voucher"]["id"]
    for shown in (desk.objects("/Voucher")[-1], desk.objects(f"/Voucher/{id_}")[0]):
        assert {name: got["voucher"][name] for name in shown} == shown


def _one(found: Any) -> Json:
    only: Json = found[0] if isinstance(found, list) else found
    return only


def negative_vouchers(desk: Desk, position: Any) -> None:
    negative = {"sumGross": -119}
    assert desk.save(position=negative).ok is (position == "accepted")
    assert desk.save(position=negative, status=50).ok is (position != "refused")
    assert desk.save().ok


def says_what_was_sent(desk: Desk, position: Any) -> None:
    desk.switch(saves_otherwise="sum")
    said = desk.saved()
    assert said["sumGross"] == ("119" if position else "120")
    assert desk.objects("/Voucher")[0]["sumGross"] == "120"


def zero_vouchers(desk: Desk, position: Any) -> None:
    assert desk.save(position={"sumGross": 0}).ok is position


def vouchers_can_be_changed(desk: Desk, position: Any) -> None:
    draft = desk.saved(status=50)["id"]
    own = {"id": desk.objects("/VoucherPos")[0]["id"]}
    assert desk.save(id=draft, status=50, position=own).ok is position


def deleting_hides_only(desk: Desk, position: Any) -> None:
    draft = desk.saved(status=50)["id"]
    assert desk.sev(f"/Voucher/{draft}", "DELETE").ok
    assert [one["status"] for one in desk.objects("/Voucher")] == (["0"] if position else [])


def attaching_resets(desk: Desk, position: Any) -> None:
    name = desk.upload().json()["objects"]["filename"]
    assert desk.saved(filename=name)["status"] == ("50" if position else "100")


def drafts_can_be_deleted(desk: Desk, position: Any) -> None:
    draft, open_ = desk.saved(status=50)["id"], desk.saved()["id"]
    assert desk.sev(f"/Voucher/{draft}", "DELETE").status_code == (200 if position else 404)
    assert len(desk.objects("/VoucherPos")) == (1 if position else 2)
    answer = desk.sev(f"/Voucher/{open_}", "DELETE")
    assert answer.status_code == (409 if position else 404)
    assert not position or answer.json()["error"]["code"] == 159


def unknown_file(desk: Desk, position: Any) -> None:
    answer = desk.save(filename="never-uploaded.pdf")
    assert answer.status_code == (201 if position == "ignore" else 422)


def unreadable_file(desk: Desk, position: Any) -> None:
    invoice = desk.invoice()
    desk.cobot.damage_pdf(invoice)
    uploaded = desk.upload(desk.ask(f"/invoices/{invoice}.pdf").content)
    assert uploaded.status_code == (500 if position == "upload" else 201)
    if position == "upload":
        assert uploaded.json()["error"]["message"] == "Error while trying to read the file"
        return
    saved = desk.save(filename=uploaded.json()["objects"]["filename"])
    assert saved.status_code == (500 if position == "save" else 201)
    assert len(desk.objects("/Voucher")) == (position == "accepted")


def documents_shown(desk: Desk, position: Any) -> None:
    name = desk.upload().json()["objects"]["filename"]
    saved = desk.saved(filename=name)
    (listed,), (read,) = desk.objects("/Voucher"), desk.objects(f"/Voucher/{saved['id']}")
    shown = ["document" in one for one in (saved, listed, read)]
    assert shown == [position == "everywhere", position == "everywhere", position != "nowhere"]


Check = Callable[[Desk, Any], None]
CHECKS: dict[str, tuple[Check, tuple[Any, ...]]] = {
    # Switches without a closed choice: the positions that are tried.
    "latency_seconds": (latency, (0, 0.2)),
    "null_entries": (null_entries, (0, 1, 2)),
    "invoices_without_id": (invoices_without_id, (0, 1)),
    "cobot_page_cap": (cobot_page_cap, (200, 2)),
    "bad_token_status": (bad_token_status, (401, 403)),
    "custom_domain": (custom_domain, ("", "localhost")),
    "member_update_method": (member_update_method, ("PUT", "PATCH")),
    "rate_window": (rate_window, (60, 3)),
    "smallest_pdf": (smallest_pdf, (0, 5000)),
    "pdf_bytes_per_second": (pdf_bytes_per_second, (0, 2000)),
    "sevdesk_page_cap": (sevdesk_page_cap, (1000, 2)),
    "list_lag_seconds": (list_lag_seconds, (0, 60)),
    "not_found_status": (not_found_status, (404, 400)),
    "sevdesk_bad_token_status": (sevdesk_bad_token_status, (401, 403)),
}
OF_CHOICES: tuple[Check, ...] = (
    *(key_order, invoice_order, invoice_dates, links, user_is_readable, subdomain_knows_space),
    *(member_update_wipes, member_update_answer, unique_customer_numbers, customer_number_form),
    *(lists_ended_members, debtor_relation, rate_limits, v1_error, customer_number_on_invoice),
    *(list_order, limit_above_cap, changes_lag, reads_lag, update_filter, count_all, embeds),
    *(null_references, countries_path_exists, chart_entry_without_number, tax_rule_21),
    *(duplicate_customer_number, tag_names_are_unique, repeated_tag, tag_answer_has_envelope),
    *(net_flag, saves_otherwise, negative_vouchers, drafts_can_be_deleted, unknown_file),
    *(unreadable_file, documents_shown, doubled_invoice_numbers, member_update_does_nothing),
    *(lists_flap, count_of_page, date_filter, contacts_are_numbered, tags_can_be_made),
    *(says_what_was_sent, zero_vouchers, vouchers_can_be_changed, deleting_hides_only),
    *(attaching_resets,),
)


def every_position() -> list[Any]:
    """Each switch in each position."""
    kinds = {one.name: one.type for one in fields(Switches)}
    checks = {**CHECKS}
    for check in OF_CHOICES:
        kind = kinds[check.__name__]
        choices = get_args(kind) if get_origin(kind) is not None else (True, False)
        checks[check.__name__] = check, choices
    assert checks.keys() == kinds.keys()
    return [
        pytest.param(check, name, position, id=f"{name}={position}")
        for name, (check, positions) in checks.items()
        for position in positions
    ]


@pytest.mark.parametrize(("check", "name", "position"), every_position())
def test_each_switch_does_what_it_says(desk: Desk, check: Check, name: str, position: Any) -> None:
    desk.switch(**{name: position})
    check(desk, position)


def test_there_is_a_change_for_each_choice_of_saving_otherwise() -> None:
    assert {"", *OTHERWISE} == set(get_args(SavedOtherwise))


def test_what_is_saved_otherwise_stands_also_where_the_answer_is_lost(desk: Desk) -> None:
    desk.switch(saves_otherwise="date")
    desk.box.world.faults.add("drop_after", path="saveVoucher")
    with pytest.raises(requests.ConnectionError):
        desk.save()
    assert desk.objects("/Voucher")[0]["voucherDate"].startswith("2026-03-12")


def test_foreign_currency_is_shown_in_euros_with_the_sent_sums_beside(desk: Desk) -> None:
    sent: Json = {"currency": "CHF", "propertyForeignCurrencyDeadline": "01.03.2026"}
    voucher = desk.saved(position={"sumGross": "142.80"}, **sent)
    (position,) = desk.objects("/VoucherPos")
    assert str(EXCHANGE_RATE) == "1.07"
    for shown in (voucher, position):
        assert (shown["sumGross"], shown["sumGrossForeignCurrency"]) == ("152.8", "142.8")
        assert (shown["sumNet"], shown["sumNetForeignCurrency"]) == ("128.4", "120")
    assert desk.save(currency="CHF").status_code == 422


def test_a_chart_has_hundreds_of_accounts_and_few_names(desk: Desk) -> None:
    chart = desk.objects("/ReceiptGuidance/forAllAccounts")
    names = [account["accountName"] for account in chart]
    assert len(chart) > 400
    assert len(set(names)) < len(chart) / 2
    by_number = {account["accountNumber"]: account for account in chart}
    assert len(by_number) == len(chart)
    for number in ("4200", "4300", "4336", "4338", "4400", "4401", "4110", "4862"):
        assert by_number[number]["allowedReceiptTypes"] == ["REVENUE"]
    assert by_number["6855"]["allowedReceiptTypes"] == ["EXPENSE"]
    revenue = desk.objects("/ReceiptGuidance/forRevenue")
    assert all("REVENUE" in account["allowedReceiptTypes"] for account in revenue)


def test_great_britain_stands_three_times_under_other_names(desk: Desk) -> None:
    rows = desk.objects("/StaticCountry?limit=1000")
    assert len(rows) > 250
    assert {row["id"]: row["nameEn"] for row in rows if row["code"] == "gb"} == {
        "9": "Great Britain",
        "74": "England",
        "77": "United Kingdom",
    }
    assert len(desk.objects("/StaticCountry?code=gb")) == 3
    assert len(desk.objects("/StaticCountry")) == 100


def test_filters_are_understood_as_documented(desk: Desk) -> None:
    first = desk.saved(description="A-1", voucherDate="05.01.2026")
    desk.saved(description="B-1", status=50, supplierName="Anders")
    contact = desk.contact(customerNumber="7").json()["objects"]
    tied = desk.saved(supplier={"id": contact["id"], "objectName": "Contact"}, description="C-1")
    tag = desk.tag(tied["id"])["objects"]["tag"]["id"]

    def found(query: str) -> list[str]:
        return [row["description"] for row in desk.objects(f"/Voucher?{query}")]

    assert found("status=50") == found("supplierName=Ander") == ["B-1"]
    assert found("descriptionLike=-1&year=2026&month=1") == ["A-1"]
    assert found(f"contact[id]={contact['id']}&contact[objectName]=Contact") == ["C-1"]
    assert found(f"contact[id]={contact['id']}") == ["A-1", "B-1", "C-1"]
    assert found(f"tags[0][id]={tag}&tags[0][objectName]=Tag") == ["C-1"]
    assert found("nonsense=1") == ["A-1", "B-1", "C-1"]
    assert [row["id"] for row in desk.objects("/Contact?customerNumber=7")] == [contact["id"]]
    assert desk.objects("/Contact?customerNumber=8") == []
    assert first["id"] < tied["id"]


def test_contacts_and_tags_can_be_deleted_as_documented(desk: Desk) -> None:
    all_made(desk)
    (contact,) = desk.objects("/Contact?depth=1")
    assert desk.sev(f"/Contact/{contact['id']}", "DELETE").status_code == 200
    for path in ("/Contact?depth=1", "/ContactAddress", "/CommunicationWay"):
        assert desk.objects(path) == []
    (tag,) = desk.objects("/Tag")
    assert desk.sev(f"/Tag/{tag['id']}", "DELETE").status_code == 200
    assert desk.objects("/TagRelation") == []
    assert desk.sev(f"/Tag/{tag['id']}", "DELETE").status_code == 404


def test_a_re_sent_position_can_be_deleted(desk: Desk) -> None:
    answer = desk.save(status=50).json()["objects"]
    gone = [{"id": answer["voucherPos"][0]["id"], "objectName": "VoucherPos"}]
    voucher = {
        **{name: answer["voucher"][name] for name in ("id", "objectName", "description", "status")},
        "mapAll": True,
        "creditDebit": "D",
        "voucherType": "VOU",
        "currency": "EUR",
        "voucherDate": "01.03.2026",
        "supplierName": "Gast",
        "taxRule": {"id": "1", "objectName": "TaxRule"},
    }
    body = {"voucher": voucher, "voucherPosSave": None, "voucherPosDelete": gone}
    assert desk.sev("/Voucher/Factory/saveVoucher", "POST", json=body).status_code == 201
    assert desk.objects("/VoucherPos") == []
    assert desk.objects("/Voucher")[0]["sumGross"] == "0"


def test_communication_ways_may_be_web_sites_and_fax_numbers(desk: Desk) -> None:
    contact = desk.contact().json()["objects"]["id"]
    way = {
        "contact": {"id": contact, "objectName": "Contact"},
        "value": "x",
        "key": {"id": 3, "objectName": "CommunicationWayKey"},
    }
    statuses = {
        kind: desk.sev("/CommunicationWay", "POST", json={**way, "type": kind}).status_code
        for kind in ("EMAIL", "PHONE", "MOBILE", "WEB", "FAX", "PIGEON")
    }
    assert statuses == {**dict.fromkeys(statuses, 201), "PIGEON": 422}
    assert [row["value"] for row in desk.objects("/CommunicationWay?type=FAX")] == ["x"]


@pytest.mark.parametrize("reference", [{"id": 3}, {"objectName": "Contact"}, {}])
def test_a_reference_without_id_or_kind_is_refused(desk: Desk, reference: Json) -> None:
    assert desk.contact(parent=reference).status_code == 422
    assert desk.save(costCentre={"id": 1, **reference}).status_code in {404, 422}
    assert desk.objects("/Contact?depth=1") == desk.objects("/Voucher") == []
