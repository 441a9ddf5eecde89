"""The main job, whole: members to contacts, invoices to vouchers, through Airflow."""

import contextlib
import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import pytest
import requests

from cobot_sevdesk.domain.identity import invoice_key, marker, membership_key
from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

try:
    from airflow.sdk.exceptions import ParamValidationError
except ImportError:  # Airflow 3.1
    from airflow.exceptions import ParamValidationError

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

pytestmark = pytest.mark.airflow


def test_a_member_and_an_invoice_arrive_complete(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces(vouchers={"due_in_days": 14, "cost_centre": "100"})
    ada = space.cobot.sign_up("Ada von Beispiel", confirmed="2026-01-02", number="7")
    lines = [line("100.00"), line("10.00", "7", code="4300")]
    invoice = space.cobot.add_invoice("2026-01-05", lines, debtor=("memberships", ada))

    result = run_dag()

    assert result.succeeded
    (contact,) = space.contacts
    assert contact["description"] == marker(membership_key(ada))
    assert (contact["surename"], contact["familyname"]) == ("Ada", "von Beispiel")
    assert contact["category"]["id"] == "3"
    assert [way["value"] for way in contact["ways"]] == [space.cobot.members[ada]["email"]]
    assert contact["addresses"][0]["zip"] == "20095"
    assert contact["addresses"][0]["country"]["id"] == "1"
    assert space.cobot.members[ada]["customer_number"] == contact["customerNumber"] == "1001"
    (voucher,) = space.vouchers
    assert voucher["description"].endswith(marker(invoice_key(invoice)))
    assert voucher["supplier"]["id"] == contact["id"]
    assert (voucher["creditDebit"], voucher["status"]) == ("D", "100")
    assert voucher["voucherDate"] == voucher["deliveryDate"] == "2026-01-05T00:00:00+01:00"
    assert voucher["paymentDeadline"] == "2026-01-19T00:00:00+01:00"
    assert (voucher["sumNet"], voucher["sumGross"]) == ("110", "129.7")
    assert voucher["tags"] == ["Import"]
    assert voucher["file"]["extension"] == "pdf"
    assert space.sevdesk.tables["CostCentre"][voucher["costCentre"]["id"]]["number"] == "100"
    report = result.report
    assert (report["invoices_found"], report["booked"]) == (1, 1)
    assert (report["contacts_created"], report["numbers_written"]) == (1, 1)
    assert report["gross_booked"] == "129.70"
    assert report["problems"] == []


def test_a_second_run_writes_nothing(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("100.00")], debtor=("memberships", ada))
    space.cobot.add_invoice("2026-01-05", [line("20.00")], recipient={"name": "Fremd"})
    assert run_dag().succeeded
    space.box.world.requests.clear()

    again = run_dag()

    assert again.succeeded
    assert space.writes() == []
    assert (again.report["already_booked"], again.report["booked"]) == (2, 0)


def asked(space: SpaceFiles) -> list[str]:
    """What was requested since the last look, in alphabetical order."""
    seen = sorted(one.path.rsplit("/", 1)[1] for one in space.box.world.requests)
    space.box.world.requests.clear()
    return seen


IDLE = ["TagRelation", "Voucher", "invoices", "user"]
"""What is read of invoices where nothing is new."""
IDLE_MEMBERS = ["Contact", "memberships"]
PARTS = ["CommunicationWay", "ContactAddress"]
"""Read where a contact of ours stands."""


def test_a_run_without_anything_new_asks_eight_times(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("100.00")], debtor=("memberships", ada))
    space.cobot.add_invoice("2026-01-05", [line("20.00")], recipient={"name": "Fremd"})
    assert run_dag().succeeded
    asked(space)

    for _ in range(2):
        again = run_dag()
        assert again.succeeded
        assert again.boxes == []
        assert asked(space) == sorted([*IDLE, *IDLE_MEMBERS, *PARTS])


@pytest.mark.parametrize(
    ("arrives", "skipped"),
    [
        ("nothing", {"sync_members", "validate_booking_codes", "push_vouchers"}),
        ("member", {"validate_booking_codes"}),
        ("invoice", {"sync_members"}),
        ("both", set()),
        ("unreadable member", {"validate_booking_codes"}),
        ("odd code", {"sync_members"}),
    ],
)
def test_no_process_starts_for_a_task_with_nothing_to_do(
    spaces: Spaces, run_dag: RunDag, arrives: str, skipped: set[str]
) -> None:
    space = spaces()
    if arrives in {"member", "both"}:
        space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    if arrives in {"invoice", "both"}:
        space.cobot.add_invoice("2026-01-05", [line("20.00")])
    if arrives == "unreadable member":
        space.cobot.members[space.cobot.sign_up("Ada")]["confirmed_at"] = "some day"
    if arrives == "odd code":
        space.cobot.add_invoice("2026-01-05", [line("20.00", code="Podcast")])
    needs_attention = arrives in {"unreadable member", "odd code"}

    result = run_dag()

    states = {task: state for (task, _), state in result.tasks.items()}
    boxes = set() if needs_attention else {"needs_attention"}
    assert {task for task, state in states.items() if state == "skipped"} == skipped | boxes
    assert result.succeeded is not needs_attention
    assert result.report["contacts_created"] == len(space.contacts)
    assert len(space.contacts) == (arrives in {"member", "both"})
    assert len(space.vouchers) == (arrives in {"invoice", "both"})


def test_tags_and_addresses_that_are_missing_are_written_whoever_wrote_the_rest(
    spaces: Spaces, run_dag: RunDag
) -> None:
    """As after a push of another Airflow that was killed."""
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    assert run_dag().succeeded
    for table in ("TagRelation", "ContactAddress"):
        space.sevdesk.tables[table].clear()

    assert run_dag().report["booked"] == 1

    assert space.vouchers[0]["tags"] == ["Import"]
    assert len(space.contacts[0]["addresses"]) == 1
    asked(space)
    assert run_dag().succeeded
    assert asked(space) == sorted([*IDLE, *IDLE_MEMBERS, *PARTS])


def test_a_whole_voucher_stays_as_it_is_whatever_the_space_file_asks_for_later(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(vouchers={"attach_pdf": False})
    space.cobot.add_invoice("2026-01-05", [line("10.00")])
    assert run_dag().succeeded
    space.write()
    asked(space)

    again = run_dag()

    assert (again.report["booked"], again.report["already_booked"]) == (0, 1)
    assert asked(space) == sorted([*IDLE, *IDLE_MEMBERS])
    assert space.vouchers[0]["file"] is None


def test_paid_vouchers_that_carry_import_are_never_touched(spaces: Spaces, run_dag: RunDag) -> None:
    """After `airflow db clean`, in a new Airflow, with documents switched on later."""
    space = spaces(vouchers={"attach_pdf": False})
    for _ in range(3):
        space.cobot.add_invoice("2026-01-05", [line("10.00")])
    assert run_dag().succeeded
    for voucher in space.sevdesk.tables["Voucher"].values():
        voucher["status"] = "1000"
    space.write(vouchers={"due_in_days": 14})
    space.box.world.requests.clear()

    again = run_dag()

    assert again.succeeded
    assert again.report["already_booked"] == 3
    assert space.writes() == []


def test_a_document_that_a_person_removed_stays_removed(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("10.00")])
    assert run_dag().succeeded
    for voucher in space.sevdesk.tables["Voucher"].values():
        voucher["document"] = None
    space.box.world.requests.clear()

    assert run_dag().report["already_booked"] == 1

    assert space.writes() == []


def test_a_document_that_sevdesk_ignored_is_attached_before_the_tags(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("10.00")])
    space.box.world.switches.unknown_file = "ignore"
    space.box.world.faults.add("meanwhile", path="uploadTempFile", do=space.sevdesk.files.clear)

    assert run_dag().succeeded

    (voucher,) = space.vouchers
    assert voucher["file"]["extension"] == "pdf"
    assert (voucher["status"], voucher["tags"]) == ("100", ["Import", "Mismatch"])


@pytest.mark.parametrize(("shown", "sent"), [("singly", 1), ("nowhere", 2)])
def test_documents_that_lists_do_not_show_are_not_attached_for_ever(
    spaces: Spaces, run_dag: RunDag, shown: Literal["singly", "nowhere"], sent: int
) -> None:
    space = spaces()
    space.box.world.switches.documents_shown = shown
    space.cobot.add_invoice("2026-01-05", [line("10.00")])

    for _ in range(3):
        asked(space)
        assert run_dag().succeeded

    assert asked(space) == sorted([*IDLE, *IDLE_MEMBERS])
    assert len(space.sevdesk.tables["Document"]) == sent
    (voucher,) = space.vouchers
    assert (voucher["status"], voucher["tags"]) == ("100", ["Import", "Mismatch"])


def test_a_document_is_attached_to_a_voucher_with_all_its_positions_only(
    spaces: Spaces, run_dag: RunDag
) -> None:
    """sevDesk takes the total from the positions that are sent, and its lists may lag."""
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("10.00"), line("20.00")])
    space.box.world.switches.unknown_file = "ignore"
    space.box.world.faults.add("meanwhile", path="uploadTempFile", do=space.sevdesk.files.clear)
    positions = space.sevdesk.tables["VoucherPos"]
    whole: dict[str, Any] = {}

    def hide_one() -> None:
        whole.update(positions)
        positions.pop(next(iter(whole)))

    for path, act in (
        (r"/Voucher/\d+$", hide_one),
        ("/VoucherPos$", lambda: positions.update(whole)),
    ):
        space.box.world.faults.add("meanwhile", method="GET", path=path, skip=1, do=act)

    result = run_dag()

    assert result.succeeded
    assert result.report["edited_later"] == []
    (voucher,) = space.vouchers
    assert voucher["file"]["extension"] == "pdf"
    assert (voucher["sumGross"], len(voucher["positions"])) == ("35.7", 2)


def test_a_tag_that_was_refused_is_written_by_the_next_run_between_whole_vouchers(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("10.00")], recipient={"name": "Fremd"})
    assert run_dag().succeeded
    space.cobot.add_invoice("2026-01-06", [line("20.00")], recipient={"name": "Fremd"})
    space.box.world.faults.add("status_before", path="Tag/Factory", skip=1, status=422)
    assert run_dag().codes == ["CS-303"]
    assert [voucher["tags"] for voucher in space.vouchers][1:] == [["Mismatch"]]

    assert run_dag().succeeded

    assert [voucher["tags"] for voucher in space.vouchers] == [["Import", "Mismatch"]] * 2


def test_a_subdomain_that_now_means_another_space_is_noticed_before_anything_is_booked(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    old = space.cobot
    old.add_invoice("2026-01-05", [line("100.00")])
    assert run_dag().succeeded
    world = space.box.world
    token, (subdomains, scopes) = next(iter(world.tokens.items()))
    old.subdomain = "old-name"
    world.spaces[old.subdomain] = world.spaces.pop(space.slug)
    world.tokens[token] = (subdomains | {old.subdomain}, scopes)
    new = world.add_space(space.slug, token=token)
    new.id = f"another-{old.id}"
    old.add_invoice("2026-01-06", [line("1.00")], number="OLD-2")
    new.add_invoice("2026-01-07", [line("2.00")], number="NEW-1", invoice_id="new-1")

    result = run_dag()

    assert result.report["booked"] == 1
    assert [v["description"].split()[0] for v in space.vouchers][1:] == ["NEW-1"]


@pytest.mark.parametrize("left", ["members", "nothing"])
def test_a_subdomain_that_now_means_another_space_is_noticed_by_what_is_gone(
    spaces: Spaces, run_dag: RunDag, left: str
) -> None:
    """The space of before is closed to the token, or empty."""
    space = spaces(contacts_for_teams=True)
    space.cobot.add_invoice("2026-01-05", [line("100.00")])
    assert run_dag().succeeded
    world = space.box.world
    old = world.spaces.pop(space.slug)
    if left == "nothing":
        old.invoices.clear()
        old.subdomain = "old-name"
        world.spaces[old.subdomain] = old
        token, (subdomains, scopes) = next(iter(world.tokens.items()))
        world.tokens[token] = (subdomains | {old.subdomain}, scopes)
    new = world.add_space(space.slug, token=next(iter(world.tokens)))
    new.id = f"another-{old.id}"
    new.add_invoice("2026-01-07", [line("2.00")], number="NEW-1", invoice_id="new-1")

    result = run_dag()

    assert result.codes == []
    assert [v["description"].split()[0] for v in space.vouchers][1:] == ["NEW-1"]


def test_a_subdomain_of_another_space_in_the_file_is_looked_up_anew(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    assert run_dag().succeeded
    world = space.box.world
    other = world.add_space("other", token=next(iter(world.tokens)))
    other.add_invoice("2026-01-05", [line("10.00")])
    space.write(cobot={"subdomain": "other"})

    assert run_dag().report["booked"] == 1


def test_debtors_get_contacts_where_the_member_list_hides_those_that_ended(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(members_from="2025-01-01")
    space.box.world.switches.lists_ended_members = False
    eva = space.cobot.sign_up("Eva Ende", confirmed="2025-03-02")
    space.cobot.cancel(eva, "2026-01-04")
    space.cobot.add_invoice("2026-01-05", [line("100.00")], debtor=("memberships", eva))
    assert run_dag().report["contacts_created"] == 1
    assert space.vouchers[0]["tags"] == ["Import"]


def test_an_invoice_without_contact_is_a_mismatch_and_green(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("20.00")], recipient={"company": "Fremde AG"})
    result = run_dag()
    assert result.succeeded
    assert space.vouchers[0]["tags"] == ["Import", "Mismatch"]
    assert space.vouchers[0]["supplierName"] == "Fremde AG"
    assert result.report["mismatches"] == 1


def test_texts_with_braces_are_texts_and_no_templates(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    code = "{{ 7 * 7 }} {% raw"
    space.cobot.add_invoice("2026-01-05", [line("10.00", code=code)])
    result = run_dag()
    (problem,) = result.report["problems"]
    assert code in problem["label"]
    assert result.boxes == ["failed"]
    space.write(accounts={code: "4400"})
    assert run_dag().succeeded


def test_a_broken_file_is_one_red_task_that_says_what_is_wrong(
    spaces: Spaces, run_dag: RunDag, capfd: pytest.CaptureFixture[str]
) -> None:
    # A DAG id that no other test runs: Airflow 3.1 keeps the DAG of an id in the process.
    space = spaces("broken")
    space.write(schedul="{{ 1 / 0 }}", timezone="{{ x }}")
    result = run_dag("broken")
    assert result.tasks == {("space_file_is_wrong", -1): "failed"}
    told = "".join(capfd.readouterr())
    assert "schedul: unknown key" in told
    assert "found '{{ x }}'" in told
    assert space.box.world.requests == []


def test_one_missing_account_is_one_red_box_for_all_its_invoices(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    for _ in range(3):
        space.cobot.add_invoice("2026-01-05", [line("10.00", code="Podcast")])
    space.cobot.add_invoice("2026-01-05", [line("20.00", code=None)])
    space.cobot.add_invoice("2026-01-05", [line("30.00")])

    result = run_dag()

    assert result.state == "failed"
    assert result.boxes == ["failed", "failed"]
    assert result.tasks["report", -1] == "success"
    assert [(p["code"], p["count"]) for p in result.report["problems"]] == [
        ("CS-201", 1),
        ("CS-202", 3),
    ]
    assert (result.report["booked"], result.report["held_back"]) == (1, 4)
    assert result.report["gross_held_back"] == "59.50"
    assert len(space.vouchers) == 1


def test_the_next_run_books_what_was_held_back_once_it_can(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("10.00", code="Podcast")])
    assert not run_dag().succeeded
    space.write(accounts={"Podcast": "4400"})
    result = run_dag(day="2026-01-20")
    assert result.succeeded
    assert len(space.vouchers) == 1


def test_a_dry_run_reads_everything_and_writes_nothing(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    wanted = space.cobot.add_invoice("2026-01-05", [line("9.00")], debtor=("memberships", ada))
    space.cobot.add_invoice("2026-01-05", [line("10.00", code="Podcast")])

    result = run_dag(dry_run=True)

    assert space.writes() == []
    report = result.report
    assert report["dry_run"] is True
    assert (report["booked"], report["held_back"], report["mismatches"]) == (1, 1, 0)
    assert (report["contacts_created"], report["numbers_written"]) == (1, 1)
    assert report["new_invoices"] == [space.cobot.invoices[wanted]["attributes"]["number"]]
    assert report["known_invoices"] == []
    assert result.state == "failed"


@pytest.mark.parametrize(
    "conf",
    [
        {"dryrun": True},
        {"to_date": "2026-01-31"},
        {"from_date": "31.01.2026"},
        {"from_date": "2026-02-01", "to_date": "2026-01-01"},
        {"dry_run": "yes"},
    ],
    ids=str,
)
def test_wrong_parameters_are_refused_before_anything_is_read(
    spaces: Spaces, run_dag: RunDag, conf: dict[str, Any]
) -> None:
    space = spaces()
    # Airflow's own check of types comes first.
    with contextlib.suppress(ParamValidationError, ValueError):
        assert run_dag(**conf).state == "failed"
    assert space.box.world.requests == []


def test_the_window_is_that_of_the_parameters(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    for day in ("2025-12-31", "2026-01-01", "2026-01-05", "2026-01-06"):
        space.cobot.add_invoice(day, [line("10.00")])
    result = run_dag(from_date="2025-12-01", to_date="2026-01-05")
    assert (result.report["from_date"], result.report["to_date"]) == ("2026-01-01", "2026-01-05")
    assert result.report["invoices_found"] == 2


def test_a_run_by_hand_looks_like_the_last_scheduled_one(spaces: Spaces, run_dag: RunDag) -> None:
    spaces(vouchers={"lookback_days": 3})
    result = run_dag(day="2026-01-10")
    assert (result.report["from_date"], result.report["to_date"]) == ("2026-01-06", "2026-01-10")


@pytest.mark.parametrize(
    ("breaking", "code"),
    [
        (lambda s: s.box.world.tokens.clear(), "CS-101"),
        (lambda s: s.box.world.tenants.clear(), "CS-111"),
        (lambda s: setattr(s.sevdesk, "version", "1.0"), "CS-113"),
        (lambda s: s.write(vouchers={"cost_centre": "999"}), "CS-114"),
        (lambda s: s.write(sevdesk={"connection": "nowhere"}), "CS-115"),
    ],
    ids=["cobot token", "sevdesk token", "bookkeeping 1.0", "cost centre", "connection"],
)
def test_a_broken_set_up_is_one_problem_and_nothing_is_written(
    spaces: Spaces, run_dag: RunDag, breaking: Callable[[SpaceFiles], None], code: str
) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    for _ in range(3):
        space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    breaking(space)
    result = run_dag()
    assert result.codes == [code]
    assert result.boxes == ["failed"]
    assert space.writes() == []


@pytest.mark.parametrize("scope", ["read_invoices", "read_memberships", "write_memberships"])
def test_a_missing_scope_stops_the_space(spaces: Spaces, run_dag: RunDag, scope: str) -> None:
    space = spaces()
    token, (subdomains, scopes) = next(iter(space.box.world.tokens.items()))
    space.box.world.tokens[token] = (subdomains, scopes - {scope})
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    result = run_dag()
    assert result.codes == ["CS-102"]
    assert (space.contacts, space.vouchers) == ([], [])


@pytest.mark.parametrize(("service", "code"), [("sevdesk", "CS-115"), ("cobot", "CS-103")])
def test_an_address_without_the_api_is_a_red_box(
    spaces: Spaces, run_dag: RunDag, service: str, code: str
) -> None:
    space = spaces()
    space.box.world.faults.add("status_before", service=service, status=404, times=99)
    result = run_dag()
    assert result.codes == [code]
    assert result.boxes == ["failed"]


def test_what_others_made_is_left_alone(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    category = {"id": 3, "objectName": "Category"}
    space.sevdesk.create_contact({"name": "Fremd", "category": category, "customerNumber": "7"})
    hand_made = space.sevdesk.create_contact(
        {"familyname": "Muster", "surename": "Bert", "category": category, "customerNumber": "8"}
    )
    before = [dict(contact) for contact in space.sevdesk.tables["Contact"].values()]
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="7")
    bert = space.cobot.sign_up("Bert Muster", confirmed="2026-01-02", number="8")
    for member in (ada, bert):
        space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", member))

    assert run_dag().succeeded

    assert [dict(c) for c in space.sevdesk.tables["Contact"].values()][:2] == before
    assert len(space.contacts) == 3
    assert space.cobot.members[bert]["customer_number"] == "8"
    suppliers = {v["supplier"]["id"] for v in space.vouchers}
    assert hand_made["id"] in suppliers
    assert all(v["tags"] == ["Import"] for v in space.vouchers)


def test_every_voucher_carries_the_pdf_of_its_own_invoice(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    for amount in range(1, 9):
        space.cobot.add_invoice("2026-01-05", [line(f"{amount}.00")])
    assert run_dag().succeeded
    for voucher in space.vouchers:
        number = voucher["description"].split()[0]
        pdf = space.sevdesk.files[voucher["file"]["filename"]]
        assert f"Rechnung {number})".encode() in pdf
        others = {v["description"].split()[0] for v in space.vouchers} - {number}
        assert not any(other.encode() in pdf for other in others)


def test_letters_link_to_pages_that_exist(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    held = space.cobot.add_invoice("2026-01-05", [line("10.00", code="Podcast")])
    xcoms = run_dag().xcoms
    links = xcoms["push_vouchers[-1].links"]
    invoice_page, anchor = links["invoice"].replace("{id}", held).split("#")
    page = requests.get(invoice_page, timeout=10).text
    assert f"id={anchor}" in page
    space.write(accounts={"Podcast": "4400"})
    assert run_dag().succeeded
    (voucher,) = space.vouchers
    found = requests.get(links["voucher"].replace("{id}", voucher["id"]), timeout=10)
    assert found.status_code == 200
    assert f"id=voucher-{voucher['id']}" in found.text


@pytest.mark.parametrize("lost", ["read_urls", "read_user"])
def test_letters_come_without_links_too(spaces: Spaces, run_dag: RunDag, lost: str) -> None:
    space = spaces()
    token, (subdomains, scopes) = next(iter(space.box.world.tokens.items()))
    space.box.world.tokens[token] = (subdomains, scopes - {lost})
    space.cobot.add_invoice("2026-01-05", [line("10.00", code="Podcast")])
    assert run_dag().codes == ["CS-202"]


def test_cobots_activity_feed_tells_numbers_where_it_is_wanted(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(cobot={"subdomain": "elbe-hub", "activity_feed": True})
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="7")
    space.box.world.faults.add("status_before", path="/activities")
    assert run_dag().succeeded
    assert space.cobot.activities == []
    bea = space.cobot.sign_up("Bea Beispiel", confirmed="2026-01-02", number="8")
    assert run_dag().succeeded
    assert [told["source_ids"] for told in space.cobot.activities] == [[bea]]
    assert "1002" in space.cobot.activities[0]["text"]
    assert space.cobot.members[ada]["customer_number"] == "1001"
    assert len(space.contacts) == 2


def test_sums_are_those_of_the_invoices(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces(tax={"zero_rate": {"domestic": 4}})
    nets = ["0.01", "33.33", "99.99", "1234.56", "-20.00"]
    for net in nets:
        space.cobot.add_invoice("2026-01-05", [line(net), line("7.77", "7", code="4300")])
    assert run_dag().succeeded
    cobot = sum(
        Decimal(i["attributes"]["totalAmount"]["gross"]) for i in space.cobot.invoices.values()
    )
    assert sum(Decimal(v["sumGross"]) for v in space.vouchers) == cobot


def test_later_edits_and_deletions_are_listed_and_nothing_is_sent(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    edited = space.cobot.add_invoice("2026-01-05", [line("10.00")])
    moved = space.cobot.add_invoice("2026-01-05", [line("15.00")])
    deleted = space.cobot.add_invoice("2026-01-05", [line("20.00")])
    assert run_dag().succeeded
    space.cobot.edit_invoice(edited, items=[line("11.00")])
    space.cobot.edit_invoice(moved, invoiceDate="2026-01-08")
    space.cobot.delete_invoice(deleted)
    space.box.world.requests.clear()

    result = run_dag()

    assert result.succeeded
    assert space.writes() == []
    numbers = {space.cobot.invoices[id_]["attributes"]["number"] for id_ in (edited, moved)}
    told = {one["number"] for one in result.report["edited_later"]}
    assert told == {*numbers, "EL-2026-0003"}


def test_later_edits_that_no_sum_shows_are_listed_as_long_as_they_stand(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    recoded, renamed, cancelled, paid, emptied = (
        space.cobot.add_invoice("2026-01-05", [line("10.00")], number=f"A-{number}")
        for number in range(1, 6)
    )
    assert run_dag().succeeded
    space.cobot.edit_invoice(recoded, items=[line("10.00", code="4401")])
    address = space.cobot.invoices[renamed]["attributes"]["recipientAddress"]
    space.cobot.edit_invoice(renamed, recipientAddress={**address, "company": "Neue AG"})
    space.cobot.edit_invoice(cancelled, paidStatus="canceled")
    space.cobot.edit_invoice(paid, paidStatus="paid")
    space.cobot.edit_invoice(emptied, items=[line("0.00")])

    for _ in range(2):
        report = run_dag().report
        assert (report["already_booked"], report["skipped"]) == (5, 0)
        assert {one["number"]: one["why"] for one in report["edited_later"]} == {
            "A-1": "lines changed",
            "A-2": "recipient changed",
            "A-3": "canceled",
            "A-5": "total of zero",
        }


def test_two_invoices_of_one_number_count_as_two(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    for _ in range(2):
        space.cobot.add_invoice("2026-01-05", [line("10.00")], number="TWICE")
        space.cobot.add_invoice("2026-01-05", [line("0.00")], number="NOTHING")
    first, second = run_dag().report, run_dag().report
    assert (first["invoices_found"], first["booked"], first["skipped"]) == (4, 2, 2)
    assert (second["invoices_found"], second["already_booked"], second["skipped"]) == (4, 2, 2)


def test_no_personal_data_and_no_token_is_handed_over_or_logged(
    spaces: Spaces, run_dag: RunDag, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    space = spaces()
    ada = space.cobot.sign_up("Ada Geheimname", confirmed="2026-01-02", email="geheim@example.com")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    space.cobot.add_invoice("2026-01-05", [line("10.00", code="X")], debtor=("memberships", ada))
    xcoms = str(run_dag().xcoms)
    printed = "".join(capfd.readouterr())
    assert "held" in printed or caplog.text
    told = f"{xcoms} {caplog.text} {printed}"
    for secret in ("Geheimname", "geheim@", "20095", "Musterweg", "cobot-token", "5e7de5c0"):
        assert secret not in told
