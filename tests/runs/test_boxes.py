"""What a cleared box does: it never turns green over something that still stands."""

from collections.abc import Callable
from datetime import date

import pytest

from cobot_sevdesk.airflow import xcom
from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.config import load_space_config
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Problems, Reason
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.sync.account import Circumstances
from cobot_sevdesk.sync.runs import KnownContents, retry
from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]
DAY = "2026-01-10"

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


def box_of(result: RunResult, code: str) -> Problem:
    """The problem that the box of a run was given."""
    boxes = result.xcoms["push_vouchers[-1].return_value"]
    problems = [xcom.load(Problem, box["problem"]) for box in boxes]
    return next(problem for problem in problems if problem.code == code)


def left_after_clearing(space: SpaceFiles, box: Problem) -> list[str]:
    """The codes of what a cleared box still finds; green where there are none."""
    config = load_space_config(space.slug, space.folder)
    task = Circumstances(try_number=2, last_try=True)
    account = open_account(config, space.folder, today=date(2026, 1, 11), task=task)
    window = Window(date(2026, 1, 1), date(2026, 1, 11))
    done = retry(account, box, window, window, KnownContents(), dry_run=False)
    return [problem.code for problem in done.problems]


@pytest.mark.parametrize("kind", ["memberships", "teams"])
def test_the_invoice_of_a_debtor_without_contact_waits_whichever_box_is_cleared_first(
    spaces: Spaces, run_dag: RunDag, kind: str
) -> None:
    space = spaces(contacts_for_teams=True)
    if kind == "teams":
        debtor = space.cobot.add_team("Team Blau", number="77")
    else:
        debtor = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    lines = [line("10.00", code="Flex")]
    space.cobot.add_invoice("2026-01-05", lines, debtor=(kind, debtor))
    space.box.world.faults.add(
        "status_before", method="POST", path="/Contact$", status=422, times=9
    )
    result = run_dag(day=DAY)
    assert sorted(result.codes) == ["CS-202", "CS-401"]

    space.write(contacts_for_teams=True, accounts={"Flex": "4400"})
    assert left_after_clearing(space, box_of(result, "CS-202")) == ["CS-401"]
    assert space.vouchers == []
    space.box.world.faults.clear()
    assert left_after_clearing(space, box_of(result, "CS-202")) == []
    assert [voucher["tags"] for voucher in space.vouchers] == [["Import"]]


def test_the_box_of_a_team_without_address_stays_until_it_has_one(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(contacts_for_teams=True)
    team = space.cobot.add_team("Team Blau", number="77")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("teams", team))
    space.box.world.faults.add(
        "status_before", method="POST", path="/ContactAddress", status=422, times=99
    )
    box = box_of(run_dag(day=DAY), "CS-406")
    assert left_after_clearing(space, box) == ["CS-406"]
    space.box.world.faults.clear()
    assert left_after_clearing(space, box) == []
    assert space.contacts[0]["addresses"]


def test_the_box_of_a_team_that_cannot_be_read_books_nothing(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(contacts_for_teams=True)
    team = space.cobot.add_team("Team Blau", number="77")
    space.cobot.teams[team]["billingEmails"] = "no list"
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("teams", team))
    box = box_of(run_dag(day=DAY), "CS-404")
    assert left_after_clearing(space, box) == ["CS-404"]
    assert space.vouchers == []


def test_the_last_of_many_boxes_sees_differences_too(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    id_ = space.cobot.add_invoice("2026-01-05", [line("10.00")])
    assert run_dag(day=DAY).succeeded
    (voucher,) = space.sevdesk.tables["Voucher"].values()
    voucher["sumGross"] = "12.00"
    space.sevdesk.tables["TagRelation"].clear()
    details = {"invoice": "x", "voucher": voucher["id"], "fields": "gross"}
    difference = Problem(
        Reason("CS-304", details), invoices=(InvoiceRef(id_, "x", date(2026, 1, 5)),)
    )
    many = (Problem(Reason("CS-202", {"code": str(n), "target": str(n)})) for n in range(1000))
    last = Problems([*many, difference]).tasks()[-1]
    assert last.rest == (difference,)
    assert left_after_clearing(space, last) == ["CS-304"]
    voucher["sumGross"] = "11.90"
    assert left_after_clearing(space, last) == []


def test_an_invoice_that_cannot_be_read_can_be_left_alone_by_name(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    half = {"net": "1.00", "currency": "EUR"}
    space.cobot.add_invoice("2026-01-05", [line("1.00")], number="X-1", total=half)
    assert run_dag(day=DAY).codes == ["CS-224"]
    space.write(ignore_invoices=[{"number": "X-1", "reason": "booked by hand"}])
    result = run_dag(day=DAY)
    assert result.succeeded
    assert [one["number"] for one in result.report["skipped_invoices"]] == ["X-1"]
