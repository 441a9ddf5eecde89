"""Runs that meet: the same one twice at once, two spaces in one sevDesk account, moving lists."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dag_runs import RunResult
from sandbox.cobot_space import line
from spaces import SpaceFiles

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-01-10"

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
        "PYTHONPATH": os.pathsep.join(str(ROOT / f) for f in ("plugins", "include", "scripts")),
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
