"""An account with the vouchers of many years: what others do between the looks, in and after a run.

Many vouchers are twenty here, and a page of a list holds ten.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from cobot_sevdesk.clients.sevdesk import pages as sevdesk_wire
from cobot_sevdesk.clients.transport import TRIES
from cobot_sevdesk.steps import looking
from dag_runs import RunResult
from sandbox.cobot_space import line
from sandbox.tenant import Json
from spaces import SpaceFiles

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

DAY = "2026-01-10"
LONG_AGO = "2021-03-04T10:00:00+01:00"
OLD_MOMENTS = {"create": LONG_AGO, "update": LONG_AGO}
FEW = 20
PAGE = 10
OLD = 24
ALL_PAGES = 3
"""With the old vouchers and one of today."""

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _no_earlier_runs(airflow_db: None) -> None:  # noqa: ARG001  its effect is what counts
    """What other tests left of this DAG's looks counts for nothing here."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    with create_session() as session:
        session.execute(delete(XComModel))


@pytest.fixture
def space(spaces: Spaces, monkeypatch: pytest.MonkeyPatch) -> SpaceFiles:
    """A space with four new invoices, in an account with more vouchers than are read twice."""
    monkeypatch.setattr(looking, "FEW", FEW)
    monkeypatch.setattr(sevdesk_wire, "PAGE_SIZE", PAGE)
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    for number in range(1, 5):
        lines = [line(f"{number}0.00")]
        space.cobot.add_invoice(
            "2026-01-05", lines, debtor=("memberships", ada), number=f"N-{number}"
        )
    for number in range(OLD):
        by_hand(space, f"Rechnung 2021/{number}", **OLD_MOMENTS)
    by_hand(space, "Rechnung 2021/0815")
    return space


def by_hand(space: SpaceFiles, description: str, **fields: str) -> Json:
    """A voucher that somebody types in, dated years ago."""
    common = {"creditDebit": "D", "voucherDate": LONG_AGO, "status": "100", "sumGross": "99"}
    return space.sevdesk.insert("Voucher", {**common, "description": description, **fields})


def during(path: str, space: SpaceFiles, act: Callable[[], object]) -> None:
    """Let it happen right after the first request to this path."""
    space.box.world.faults.add("meanwhile", path=path, do=act)


CHECK = "ReceiptGuidance"
"""What the check of the invoices reads first, after the look at all vouchers."""
CONTACTS = "ContactAddress"
"""What the member's new contact is given, between the check and the push."""


def invoice(space: SpaceFiles, number: str) -> Json:
    """The attributes of one invoice in Cobot."""
    found = (one["attributes"] for one in space.cobot.invoices.values())
    return next(attributes for attributes in found if attributes["number"] == number)


def ours(space: SpaceFiles) -> Counter[str]:
    """How often each invoice number stands in a description, beside those of years ago."""
    texts = [one["description"] for one in space.vouchers]
    return Counter(text.split(" [")[0] for text in texts if "2021/" not in text)


def lists_read(space: SpaceFiles) -> int:
    """Requests for lists of vouchers."""
    return sum(one.path.endswith("/Voucher") for one in space.box.world.requests)


def test_the_vouchers_of_years_are_read_once_in_a_run(space: SpaceFiles, run_dag: RunDag) -> None:
    assert run_dag(day=DAY).report["booked"] == 4
    assert ours(space) == Counter({"N-1": 1, "N-2": 1, "N-3": 1, "N-4": 1})
    # Those of the window, all of them, their number, those changed since.
    assert lists_read(space) == 1 + ALL_PAGES + 1 + 1


def test_who_types_in_an_invoice_meanwhile_is_asked_not_doubled(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    during(CHECK, space, lambda: by_hand(space, "Rechnung N-2"))
    report = run_dag(day=DAY).report
    assert (report["booked"], report["held_back"]) == (3, 1)
    assert [problem["code"] for problem in report["problems"]] == ["CS-301"]
    assert ours(space)["N-2"] == 0


def test_a_scan_that_is_filled_in_meanwhile_is_seen(space: SpaceFiles, run_dag: RunDag) -> None:
    scan = by_hand(space, "", update=LONG_AGO, status="50")
    during(CHECK, space, lambda: space.sevdesk.change(scan["id"], description="N-2"))
    report = run_dag(day=DAY).report
    assert (report["booked"], report["held_back"]) == (3, 1)


def test_what_slips_over_a_page_border_while_another_is_deleted_is_seen(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    table = space.sevdesk.tables["Voucher"]
    first, *others = table.values()
    others[PAGE - 1]["description"] = "Rechnung N-2"  # the first of the next page
    # The first list is of the window; the second begins with the page that loses one.
    space.box.world.faults.add(
        "meanwhile", path="/Voucher$", skip=1, do=lambda: table.pop(first["id"])
    )
    report = run_dag(day=DAY).report
    assert (report["booked"], report["held_back"]) == (3, 1)


@pytest.mark.parametrize("when", [CHECK, CONTACTS])
def test_an_invoice_that_gets_another_number_meanwhile_is_looked_for_by_that(
    space: SpaceFiles, run_dag: RunDag, when: str
) -> None:
    by_hand(space, "Rechnung N-99", update=LONG_AGO)
    third = invoice(space, "N-3")
    during(when, space, lambda: third.update(number="N-99"))
    report = run_dag(day=DAY).report
    assert (report["booked"], report["held_back"]) == (3, 1)
    assert ours(space)["N-99"] == 0


def test_an_invoice_that_can_be_read_only_later_is_looked_for_then(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    by_hand(space, "Rechnung N-3", update=LONG_AGO)
    third = invoice(space, "N-3")
    total, third["totalAmount"] = third["totalAmount"], None
    during(CHECK, space, lambda: third.update(totalAmount=total))
    report = run_dag(day=DAY).report
    assert (report["booked"], report["held_back"]) == (3, 1)
    assert ours(space)["N-3"] == 0


def test_a_voucher_that_an_old_run_left_half_done_is_finished(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    space.box.world.faults.add("status_before", path="Tag/Factory", status=422)
    assert run_dag(day=DAY).report["booked"] == 3
    for voucher in space.sevdesk.tables["Voucher"].values():
        voucher["update"] = LONG_AGO
    by_hand(space, "Rechnung 2021/0816")
    # A new one makes the run look at all vouchers, and so leave a mark.
    space.cobot.add_invoice("2026-01-06", [line("50.00")], number="N-5")
    assert run_dag(day=DAY).succeeded
    assert ours(space) == Counter(f"N-{number}" for number in range(1, 6))
    assert all("Import" in one["tags"] for one in space.vouchers if "[COBOT" in one["description"])


def test_a_push_that_starts_again_trusts_no_mark(space: SpaceFiles, run_dag: RunDag) -> None:
    # The check reads it first, then the push, until its first try gives up.
    space.box.world.faults.add("status_before", path=CHECK, status=503, skip=1, times=TRIES)
    assert run_dag(day=DAY).report["booked"] == 4
    assert lists_read(space) == 1 + ALL_PAGES + ALL_PAGES


def test_answers_that_are_lost_make_no_second_voucher(space: SpaceFiles, run_dag: RunDag) -> None:
    space.box.world.faults.add("drop_after", path="saveVoucher", times=2)
    space.box.world.faults.add("drop_before", path="Tag/Factory", times=2)
    run_dag(day=DAY)
    run_dag(day=DAY)
    assert ours(space) == Counter({"N-1": 1, "N-2": 1, "N-3": 1, "N-4": 1})
    assert all(
        one["tags"] == ["Import"] for one in space.vouchers if "[COBOT" in one["description"]
    )


def add_invoice(space: SpaceFiles, number: str) -> None:
    """One more of those days, of nobody who is known."""
    space.cobot.add_invoice("2026-01-06", [line("50.00")], number=number)


def test_the_next_run_reads_what_changed_since(space: SpaceFiles, run_dag: RunDag) -> None:
    run_dag(day=DAY)
    add_invoice(space, "N-5")
    space.box.world.requests.clear()
    assert run_dag(day=DAY).report["booked"] == 1
    # Those of the window; how many there are and those changed since, before check and push.
    assert lists_read(space) == 1 + 2 + 2
    assert ours(space) == Counter(f"N-{number}" for number in range(1, 6))


def test_a_voucher_that_was_moved_to_another_year_is_found_by_its_key(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    run_dag(day=DAY)
    for voucher in space.sevdesk.tables["Voucher"].values():
        voucher.update(OLD_MOMENTS)
    moved = next(one for one in space.vouchers if one["description"].startswith("N-2 "))
    space.sevdesk.tables["Voucher"][moved["id"]]["voucherDate"] = LONG_AGO
    by_hand(space, "Rechnung 2021/0816")
    for number in ("N-5", "N-6"):
        add_invoice(space, number)
        assert run_dag(day=DAY).report["booked"] == 1
    assert ours(space) == Counter(f"N-{number}" for number in range(1, 7))


def test_what_was_typed_in_long_ago_is_found_by_its_number(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    by_hand(space, "Rechnung n-5, Mai", **OLD_MOMENTS)
    run_dag(day=DAY)
    add_invoice(space, "N-5")
    assert run_dag(day=DAY).codes == ["CS-301"]
    assert ours(space)["N-5"] == 0


def test_what_is_typed_into_an_old_voucher_between_two_runs_is_found(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    old = by_hand(space, "scan", **OLD_MOMENTS)
    run_dag(day=DAY)
    space.sevdesk.change(old["id"], description="N-5")
    add_invoice(space, "N-5")
    space.box.world.requests.clear()
    assert run_dag(day=DAY).codes == ["CS-301"]
    assert lists_read(space) == 1 + 2


def test_a_run_that_is_cut_off_after_its_look_is_gone_on_with(
    space: SpaceFiles, run_dag: RunDag
) -> None:
    """The look is older than what that run booked; the lists show it as changed since."""
    space.box.world.faults.add("drop_after", path="saveVoucher")
    space.box.world.faults.add("drop_before", path="/Voucher$", skip=1 + ALL_PAGES + 2, times=60)
    run_dag(day=DAY)
    space.box.world.faults.clear()
    add_invoice(space, "N-5")
    assert run_dag(day=DAY).succeeded
    assert ours(space) == Counter(f"N-{number}" for number in range(1, 6))
