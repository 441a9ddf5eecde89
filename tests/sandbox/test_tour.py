"""The page of the sandbox: each button does what it says, and so does the line beside it."""

import re
import shlex
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from cobot_sevdesk.config import load_space_config
from sandbox.around import SAMPLES, Around
from sandbox.cobot_space import line
from sandbox.demo import ELBE, ELBE_COBOT, ELBE_SEVDESK, ISAR
from sandbox.server import SandboxServer
from sandbox.tour.actions import ACTIONS, BY_NAME, Action
from sandbox.tour.books import Books
from sandbox.tour.steps import STEPS
from sandbox.tour.why import NOTHING, key_of, today_in_berlin
from sandbox.tour.words import LANGUAGES, Language
from sandbox.world import World

Json = dict[str, Any]


@pytest.fixture
def demo(box: SandboxServer, tmp_path: Path) -> Iterator[SandboxServer]:
    """The demo's world, with a folder of space files that may be written."""
    assert requests.post(f"{box.page_url}/reset", json={"world": "demo"}, timeout=10).ok
    for file in SAMPLES.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    box.world.around = Around(space_files=tmp_path, may_write=True)
    yield box
    box.world.around = Around()


HIDDEN = re.compile(r"<(style|script|code)[ >].*?</\1>", re.DOTALL)
"""What may hold curly brackets."""


class Forms(HTMLParser):
    """The forms of a page, as a browser would send them: address and fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], str]] = []
        self._select = self._curl = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given["action"], {}, ""))
        elif tag == "input":
            self.found[-1][1][given["name"]] = given["value"]
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.found[-1][1][self._select] = given["value"]
        elif tag == "code" and "data-curl" in given:
            self._curl = "open"

    def handle_data(self, data: str) -> None:
        if self._curl:
            action, fields, _ = self.found[-1]
            self.found[-1] = (action, fields, data)
            self._curl = ""


def page_of(box: SandboxServer, lang: str = "en") -> str:
    """The page."""
    return requests.get(box.page_url, params={"lang": lang}, timeout=10).text


def form_of(box: SandboxServer, name: str) -> tuple[dict[str, str], str]:
    """The first form of an action for Elbe Hub: its fields, its line for a shell."""
    wanted = f"/_sandbox/do/{name}"
    return next(
        (fields, curl)
        for action, fields, curl in Forms(page_of(box)).found
        if action == wanted and fields["space"] == ELBE
    )


def by_button(box: SandboxServer, name: str) -> None:
    """Press a button as the page has it, without any script."""
    fields, _ = form_of(box, name)
    url = box.page_url.removesuffix("/_sandbox") + f"/_sandbox/do/{name}"
    answer = requests.post(url, data=fields, timeout=10, allow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"#{fields['back']}")
    assert "class=error" not in page_of(box)


def by_curl(box: SandboxServer, name: str) -> None:
    """Make the call that the line beside the button names."""
    _, line = form_of(box, name)
    words = shlex.split(line)
    assert words[:3] == ["curl", "-s", "-X"]
    method, url, *rest = words[3:]
    body = rest[1] if rest else ""
    assert rest[:1] in ([], ["-d"])
    answer = requests.request(method, url, data=body.encode(), timeout=10)
    assert answer.ok, answer.text


def book_all(world: World) -> None:
    """Vouchers of ours for the invoices of Elbe Hub that nothing is in the way of."""
    tenant, books = world.tenants[ELBE_SEVDESK], books_of(world)
    for id_, waiting in books.waiting.items():
        if waiting.why == (NOTHING,):
            description = f"{waiting.number} [COBOT:{key_of(f'invoice:{id_}')}]"
            tenant.insert("Voucher", {"description": description, "sumGross": "1", "status": "100"})


def books_of(world: World, slug: str = ELBE) -> Books:
    """Both sides of a space."""
    rules = yaml.safe_load((world.around.space_files / f"{slug}.yaml").read_text("utf-8"))
    tenant = world.tenants[world.pairs[slug]]
    return Books(world.spaces[slug], tenant, rules, today=today_in_berlin())


# --- what each button changes: prepared so, looked at so, then this comes of it


def attributes(world: World) -> list[Json]:
    return [row["attributes"] for row in world.spaces[ELBE].invoices.values()]


def without_code(world: World) -> int:
    return sum(not item["accountingCode"] for a in attributes(world) for item in a["items"])


def has_account(world: World) -> bool:
    return "Podcast" in {a["accountName"] for a in world.tenants[ELBE_SEVDESK].chart}


def french(world: World) -> int:
    return sum(a["recipientAddress"]["countryCode"] == "FR" for a in attributes(world))


def ignored(world: World) -> list[Json]:
    rules = yaml.safe_load((world.around.space_files / f"{ELBE}.yaml").read_text("utf-8"))
    return list(rules.get("ignore_invoices", []))


def in_swiss_francs(world: World) -> list[Json]:
    return [
        {"number": a["number"], "reason": "booked by hand"}
        for a in attributes(world)
        if a["totalAmount"]["currency"] == "CHF"
    ]


def at_99(world: World) -> int:
    return sum(a["items"][0]["totalAmount"]["net"] == "99.00" for a in attributes(world))


def corrections(world: World) -> int:
    return sum("corrects" in row for row in world.spaces[ELBE].invoices.values())


def waiting_faults(world: World) -> list[tuple[str, str | None]]:
    return [(fault.kind, fault.path) for fault in world.faults.waiting]


def last_member(world: World) -> tuple[str, bool]:
    member = list(world.spaces[ELBE].members.values())[-1]
    return member["name"], bool(member["confirmed_at"])


def last_invoice(world: World) -> tuple[str, str | None, str]:
    last = attributes(world)[-1]
    line = last["items"][0]
    return last["invoiceDate"], line["accountingCode"], line["totalAmount"]["net"]


def new_space(world: World) -> tuple[bool, bool]:
    file = world.around.space_files / "havel-haus.yaml"
    return "havel-haus" in world.spaces, file.exists()


YESTERDAY = str(today_in_berlin() - timedelta(days=1))
EFFECTS: dict[str, tuple[Callable[[World], object], Callable[[World], Any], Any]] = {
    "give_code": (book_all, without_code, 0),
    "make_account": (book_all, has_account, True),
    "set_country": (book_all, french, 0),
    "ignore_invoice": (book_all, lambda w: ignored(w) == in_swiss_francs(w), True),
    "renew_token": (lambda w: w.revoked.add(ELBE_COBOT), lambda w: w.revoked, set()),
    "clear_faults": (lambda w: w.faults.add("hang"), waiting_faults, []),
    "change_net": (book_all, at_99, 1),
    "delete_invoice": (book_all, lambda w: len(attributes(w)), 235),
    "correct_invoice": (book_all, corrections, 2),
    "revoke_token": (book_all, lambda w: set(w.revoked), {ELBE_COBOT}),
    "lose_next_answer": (book_all, waiting_faults, [("drop_after", "saveVoucher")]),
    "sign_up": (book_all, last_member, ("Nora Neu", True)),
    "send_invoice": (book_all, last_invoice, (YESTERDAY, "4400", "120.00")),
    "add_space": (book_all, new_space, (True, True)),
}


@pytest.mark.parametrize("press", [by_button, by_curl])
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_each_button_and_its_line_do_what_they_say(
    demo: SandboxServer, action: Action, press: Callable[[SandboxServer, str], None]
) -> None:
    prepare, look, after = EFFECTS[action.name]
    with demo.world.lock:
        prepare(demo.world)
        before = deepcopy(look(demo.world))
    press(demo, action.name)
    with demo.world.lock:
        assert look(demo.world) == after
        assert before != after


def test_every_reason_to_wait_names_its_button(demo: SandboxServer) -> None:
    """Each repair takes its reason away; in the end nobody has to do anything."""
    pressed = []
    for _ in range(10):
        book_all(demo.world)
        repairs = [why.repair for why, _ in books_of(demo.world).groups() if why.repair]
        if not repairs:
            break
        pressed.append(repairs[0])
        by_button(demo, repairs[0])
    assert sorted(pressed) == ["give_code", "ignore_invoice", "make_account", "set_country"]
    left = books_of(demo.world).waiting.values()
    assert left
    assert all(one.is_settled for one in left)


def test_a_revoked_token_opens_nothing_until_it_is_renewed(demo: SandboxServer) -> None:
    def statuses() -> list[int]:
        cobot = {"Authorization": f"Bearer {ELBE_COBOT}"}
        sevdesk = {"Authorization": ELBE_SEVDESK}
        return [
            requests.get(f"{demo.cobot_url}/user", headers=cobot, timeout=10).status_code,
            requests.get(f"{demo.sevdesk_url}/Contact", headers=sevdesk, timeout=10).status_code,
        ]

    for service, expected in (("cobot", [401, 200]), ("sevdesk", [200, 401])):
        for change, seen in (("revoke", expected), ("renew", [200, 200])):
            url = f"{demo.page_url}/tokens/{ELBE}/{service}/{change}"
            assert requests.post(url, timeout=10).ok
            assert statuses() == seen
        page = page_of(demo)
        assert "is revoked" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_in_both_languages(demo: SandboxServer, lang: Language) -> None:
    page = page_of(demo, lang)
    titles = [step.title.html(lang) for step in STEPS]
    assert all(f"<h3>{title}</h3>" in page for title in titles)
    assert f"<html lang={lang}>" in page
    assert "{" not in HIDDEN.sub("", page)
    assert {form[0].rpartition("/")[2] for form in Forms(page).found} == set(BY_NAME)


def test_what_people_type_is_shown_and_never_run(demo: SandboxServer) -> None:
    bad = "<script>alert(1)</script>'\"&"
    with demo.world.lock:
        space = demo.world.spaces[ELBE]
        member = space.sign_up(bad, confirmed="2026-01-01")
        space.send_invoice("1.00", day="2026-01-02", code=bad, member_id=member)
    page = page_of(demo)
    assert "<script>alert" not in page
    assert escape(bad) in page


def test_an_error_is_told_where_the_button_is(demo: SandboxServer) -> None:
    fields, _ = form_of(demo, "sign_up")
    fields |= {"day": "tomorrow", "back": "step-6"}
    url = f"{demo.page_url}/do/sign_up"
    told = requests.post(url, data=fields, timeout=10).text
    assert "expected a date such as 2026-01-05" in told
    assert told.index("class=error") > told.index("id=step-6")
    wrong = requests.post(f"{demo.page_url}/do/vanish", data={}, timeout=10)
    assert wrong.status_code == 400
    assert "action 'vanish': expected one of add_space," in wrong.json()["error"]
    lacking = requests.post(url, data={"space": ELBE}, timeout=10)
    assert "name is missing; expected space, name, day" in lacking.json()["error"]


def test_a_space_that_is_added_gets_its_connections(demo: SandboxServer, tmp_path: Path) -> None:
    told = []
    demo.world.around = Around(
        "http://127.0.0.1:1",
        space_files=tmp_path,
        may_write=True,
        connect=lambda *a: told.append(a),
    )
    by_button(demo, "add_space")
    assert [one[0] for one in told] == ["havel-haus"]
    cobot, sevdesk = told[0][1:]
    assert demo.world.tokens[cobot][0] == {"havel-haus"}
    assert demo.world.pairs["havel-haus"] == sevdesk
    assert load_space_config("havel-haus", folder=tmp_path).cobot.subdomain == "havel-haus"


def test_a_space_whose_connections_fail_is_not_added(demo: SandboxServer) -> None:
    def connect(*_: str) -> None:
        raise TimeoutError("timed out")

    demo.world.around.connect = connect
    refused = requests.post(f"{demo.page_url}/spaces", json={"slug": "neu"}, timeout=10)
    assert refused.status_code == 400
    assert "Airflow did not take the connections: timed out" in refused.json()["error"]
    assert "neu" not in demo.world.spaces
    assert not (demo.world.around.space_files / "neu.yaml").exists()


def test_alone_the_sandbox_names_airflow_and_writes_no_file(demo: SandboxServer) -> None:
    demo.world.around.may_write = False
    assert "`make up` starts one" in page_of(demo)
    files = demo.world.around.space_files
    before = {file.name: file.read_bytes() for file in files.iterdir()}
    url = f"{demo.page_url}/space_files/{ELBE}/ignore"
    refused = requests.post(url, json={"number": "1", "reason": "x"}, timeout=10)
    assert refused.status_code == 400
    assert requests.post(f"{demo.page_url}/spaces", json={"slug": "neu"}, timeout=10).ok
    assert {file.name: file.read_bytes() for file in files.iterdir()} == before
    assert not Around().may_write


def test_links_lead_to_the_run_of_airflow(demo: SandboxServer, tmp_path: Path) -> None:
    runs = {ELBE: "manual__1"}
    demo.world.around = Around("http://127.0.0.1:8080", runs, tmp_path, may_write=True)
    page = page_of(demo)
    assert "href='http://127.0.0.1:8080/dags/cobot_sevdesk_elbe-hub/runs/manual__1'" in page
    assert "`make up` starts one" not in page


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"invoiceDate": "2025-12-31"}, "before the go-live"),
        ({"invoiceDate": "2999-01-01"}, "in the future"),
        ({"paidStatus": "canceled"}, "calls it canceled"),
        ({"items": [line("1.00", "0", code="4000")], "recipientAddress": {}}, "country of the rec"),
        ({"items": [line("1.00", "0"), line("2.00")]}, "need two tax rules"),
        ({"items": [line("1.00", code="Umsatzerlöse")]}, "fits several"),
        ({"items": [line("1.00", "7")]}, "4400 takes no revenue at 7 %"),
        ({"number": "EL-BY-HAND"}, "but date or gross differ"),
    ],
)
def test_other_reasons_are_told_as_well(demo: SandboxServer, change: Json, says: str) -> None:
    with demo.world.lock:
        space = demo.world.spaces[ELBE]
        id_ = space.send_invoice("120.00", day=YESTERDAY)
        space.edit_invoice(id_, **change)
        told = [why.words.text("en", why.values) for why in books_of(demo.world).waiting[id_].why]
    assert any(says in one for one in told), told


def test_a_number_stands_for_its_invoice_where_it_is_the_only_one(demo: SandboxServer) -> None:
    space = demo.world.spaces[ISAR]
    (row,) = [
        r
        for r in space.invoices.values()
        if r["attributes"]["items"][0]["accountingCode"] == "Locker"
    ]
    number = row["attributes"]["number"]
    url = f"{demo.page_url}/cobot/{ISAR}/set_net"
    assert requests.post(url, json={"invoice_id": number, "net": "50.00"}, timeout=10).ok
    assert row["attributes"]["totalAmount"]["gross"] == "59.50"
    space.send_invoice("1.00", day=YESTERDAY)
    space.edit_invoice(list(space.invoices)[-1], number=number)
    refused = requests.post(url, json={"invoice_id": number, "net": "50.00"}, timeout=10)
    assert f"2 invoices have the number {number}; expected an id" in refused.json()["error"]
