"""Runs that meet: the same one twice at once, two spaces in one sevDesk account, moving lists."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import count as counter
from pathlib import Path

import pytest

from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.config import load_space_config
from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.sync.account import Account, Circumstances
from cobot_sevdesk.sync.runs import (
    KnownContents,
    check_invoices,
    find_invoices,
    find_members,
    push,
    sync_members,
)
from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-01-10"
RUNS = counter()

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


def fill(space: SpaceFiles, *, invoices: int = 6) -> None:
    """Two members and some invoices, numbered the same in every space."""
    debtors = [space.cobot.sign_up(f"Person {n}", confirmed="2026-01-02") for n in (1, 2)]
    for count in range(invoices):
        space.cobot.add_invoice(
            f"2026-01-{count + 2:02}",
            [line(f"{count + 1}0.00")],
            debtor=("memberships", debtors[count % 2]),
            number=f"N-{count + 1}",
        )


def start(home: Path, day: str) -> subprocess.Popen[bytes]:
    """A run in a process of its own, with an Airflow of its own, as on another terminal."""
    home.mkdir()
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "plugins", ROOT / "include"))),
    }
    script = str(Path(__file__).with_name("one_run.py"))
    return subprocess.Popen(
        [sys.executable, script, day],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_the_same_run_twice_at_once_books_once(
    spaces: Spaces, run_dag: RunDag, tmp_path: Path
) -> None:
    space = spaces()
    fill(space)
    assert run_dag(day=DAY).succeeded
    wanted = space.state()
    space.renew()
    fill(space)

    both = [start(tmp_path / name, DAY) for name in ("one", "two")]

    assert [process.wait(timeout=240) for process in both] == [0, 0]
    assert space.state() == wanted


def test_two_spaces_share_an_account_and_their_numbers(spaces: Spaces, run_dag: RunDag) -> None:
    north, south = spaces("north"), spaces("south")
    assert north.sevdesk is south.sevdesk
    for space in (north, south):
        fill(space, invoices=2)

    assert run_dag("north").succeeded
    assert run_dag("south").succeeded
    for slug in ("north", "south"):
        report = run_dag(slug).report
        assert (report["booked"], report["edited_later"]) == (0, [])

    assert len(north.vouchers) == 4
    assert len(north.contacts) == 4
    numbers = sorted(voucher["description"].split(" [")[0] for voucher in north.vouchers)
    assert numbers == ["N-1", "N-1", "N-2", "N-2"]
    assert len({voucher["description"] for voucher in north.vouchers}) == 4


def test_a_member_of_two_spaces_gets_a_contact_for_each_membership(
    spaces: Spaces, run_dag: RunDag
) -> None:
    north, south = spaces("north"), spaces("south")
    for space in (north, south):
        id_ = f"{space.slug}-ada"
        space.cobot.sign_up(
            "Ada Beispiel", confirmed="2026-01-02", email="ada@example.com", member_id=id_
        )
        space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", id_))

    assert run_dag("north").succeeded
    assert run_dag("south").succeeded
    assert run_dag("north").succeeded

    assert len(north.contacts) == 2
    assert len({contact["customerNumber"] for contact in north.contacts}) == 2
    assert [voucher["tags"] for voucher in north.vouchers] == [["Import"], ["Import"]]
    assert len({voucher["supplier"]["id"] for voucher in north.vouchers}) == 2


@pytest.mark.parametrize(
    "switches",
    [
        {"invoice_order": "shuffled", "list_order": "shuffled", "links": "relative"},
        {"list_order": "descending", "links": "absent", "count_all": False, "embeds": False},
        {"list_lag_seconds": 0.5, "not_found_status": 400},
        {"repeated_tag": "nothing", "tag_names_are_unique": False, "countries_path_exists": False},
        {"debtor_relation": "deprecated", "v1_error": "bare", "tag_answer_has_envelope": False},
        {"duplicate_customer_number": "refuse", "customer_number_on_invoice": "follows"},
    ],
)
def test_whatever_is_unknown_about_the_services_the_books_are_the_same(
    spaces: Spaces, run_dag: RunDag, switches: dict[str, object]
) -> None:
    space = spaces()
    fill(space)
    assert run_dag(day=DAY).succeeded
    wanted = space.state()
    space.renew()
    fill(space)
    for name, value in switches.items():
        setattr(space.box.world.switches, name, value)

    assert run_dag(day=DAY).succeeded
    assert run_dag(day=DAY).report["booked"] == 0

    assert space.state() == wanted


def test_an_invoice_issued_while_pages_are_read_is_not_lost(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(vouchers={"attach_pdf": False})
    for count in range(201):
        space.cobot.add_invoice("2026-01-05", [line("1.00")], number=f"M-{count}")
    # Newest first: what comes in on top pushes one invoice over to the next page.
    space.box.world.faults.add(
        "meanwhile",
        service="cobot",
        path="/invoices$",
        times=3,
        do=lambda: space.cobot.add_invoice("2026-01-05", [line("2.00")]),
    )
    assert run_dag(day=DAY).succeeded
    assert run_dag(day=DAY).succeeded
    assert len(space.vouchers) == 204


def test_a_voucher_that_changes_while_we_work_is_not_doubled(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    fill(space, invoices=2)

    def bank_automation() -> None:
        for voucher in space.sevdesk.tables["Voucher"].values():
            voucher["status"] = "1000"

    space.box.world.faults.add("meanwhile", path="saveVoucher", times=2, do=bank_automation)
    assert run_dag(day=DAY).succeeded
    assert run_dag(day=DAY).report["booked"] == 0
    assert len(space.vouchers) == 2


def opened(files: SpaceFiles) -> Account:
    """The space as a task of a run opens it."""
    config = load_space_config(files.slug, files.folder)
    task = Circumstances(run_id=str(next(RUNS)))
    return open_account(config, files.folder, today=date(2026, 1, 11), task=task)


@pytest.fixture
def lagging(spaces: Spaces, monkeypatch: pytest.MonkeyPatch) -> SpaceFiles:
    """A space whose sevDesk lists what was written a second later; that is waited for longer."""
    space = spaces()
    name = f"AIRFLOW_CONN_SEVDESK_{space.slug.upper()}"
    connection = json.loads(os.environ[name])
    connection["extra"]["settle_seconds"] = "2"
    monkeypatch.setenv(name, json.dumps(connection))
    space.box.world.switches.list_lag_seconds = 1
    return space


def test_a_push_right_after_that_of_another_run_sees_what_it_wrote(lagging: SpaceFiles) -> None:
    """Both had looked before either wrote; the lock lets one in after the other."""
    fill(lagging, invoices=3)
    window = Window(date(2026, 1, 1), date(2026, 1, 11))
    checked = []
    for _ in range(2):
        account = opened(lagging)
        found = find_invoices(account, window, KnownContents())
        checked.append(check_invoices(account, found.rows))
    for one in checked:
        push(opened(lagging), one.rows, MembersApplied(), dry_run=False)
    assert Counter(one["description"] for one in lagging.vouchers).most_common(1)[0][1] == 1


def test_members_of_two_runs_right_after_each_other_get_one_contact(lagging: SpaceFiles) -> None:
    lagging.cobot.sign_up("Ada Beispiel", confirmed="2026-01-05")
    window = Window(date(2026, 1, 1), date(2026, 1, 11))
    found = [find_members(opened(lagging), window, None) for _ in range(2)]
    for one in found:
        sync_members(opened(lagging), one, dry_run=False)
    assert len(lagging.contacts) == 1


def test_a_member_who_joins_while_the_lists_are_read_gets_a_contact_before_the_voucher(
    spaces: Spaces,
) -> None:
    files = spaces()
    account = opened(files)
    window = Window(date(2026, 1, 1), date(2026, 1, 11))
    members = find_members(account, window, None)
    ada = files.cobot.sign_up("Ada Beispiel", confirmed="2026-01-05")
    files.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    checked = check_invoices(account, find_invoices(account, window, KnownContents()).rows)
    synced = sync_members(account, members, dry_run=False)
    pushed = push(account, checked.rows, synced, dry_run=False)
    assert [row.state for row in pushed.applied.rows] == ["booked"]
    assert [voucher["tags"] for voucher in files.vouchers] == [["Import"]]
    assert len(files.contacts) == 1


def test_a_deletion_that_pulls_an_invoice_over_a_page_border_hides_none(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(vouchers={"attach_pdf": False})
    space.box.world.switches.invoice_order = "oldest"
    ids = [space.cobot.add_invoice("2026-01-05", [line("1.00")]) for _ in range(205)]
    space.box.world.faults.add(
        "meanwhile",
        service="cobot",
        path="/invoices$",
        do=lambda: space.cobot.delete_invoice(ids[0]),
    )
    assert run_dag(day=DAY).report["booked"] == 204


def test_a_save_that_is_listed_long_after_its_answer_was_lost_is_not_sent_again(
    spaces: Spaces, run_dag: RunDag
) -> None:
    """Later than the first two looks, half a second after it; the third comes a second later."""
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("10.00")])
    space.box.world.switches.list_lag_seconds = 1
    space.box.world.faults.add("drop_after", path="saveVoucher")
    assert run_dag(day=DAY).report["booked"] == 1
    assert len(space.vouchers) == 1
