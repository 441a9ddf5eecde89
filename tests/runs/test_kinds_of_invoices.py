"""What a space may want otherwise: split, foreign currency, corrections, the safety stop."""

from collections.abc import Callable

import pytest

from cobot_sevdesk.domain.identity import marker, part_key
from sandbox.cobot_space import line
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

SPLIT = {"split_vouchers": True, "zero_rate": {"domestic": 4}}

pytestmark = pytest.mark.airflow


def mixed(space: SpaceFiles) -> str:
    """An invoice with a taxed line and one without tax: 119.00 + 50.00 EUR."""
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    lines = [line("100.00"), line("50.00", "0", code="4200")]
    return space.cobot.add_invoice("2026-01-05", lines, debtor=("memberships", ada))


def test_an_invoice_that_needs_two_tax_rules_becomes_two_vouchers(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(tax=SPLIT)
    id_ = mixed(space)

    assert run_dag().succeeded
    again = run_dag()

    assert (again.report["already_booked"], again.report["booked"]) == (1, 0)
    taxed, free = sorted(space.vouchers, key=lambda voucher: voucher["taxRule"]["id"])
    assert (taxed["taxRule"]["id"], taxed["sumGross"]) == ("1", "119")
    assert (free["taxRule"]["id"], free["sumGross"]) == ("4", "50")
    assert taxed["description"].endswith(marker(part_key(id_, 1)))
    assert free["description"].endswith(marker(part_key(id_, 4)))
    assert all(v["tags"] == ["Import"] and v["document"] for v in space.vouchers)


@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_split_invoice_that_was_half_saved_is_completed(
    spaces: Spaces, run_dag: RunDag, kind: str, skip: int
) -> None:
    space = spaces(tax=SPLIT)
    mixed(space)
    space.box.world.faults.add(kind, path="saveVoucher", skip=skip)

    assert run_dag().succeeded

    assert sorted(voucher["sumGross"] for voucher in space.vouchers) == ["119", "50"]
    assert all(voucher["tags"] == ["Import"] for voucher in space.vouchers)


def test_switching_the_split_off_doubles_nothing(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces(tax=SPLIT)
    mixed(space)
    assert run_dag().succeeded
    space.write()

    result = run_dag()

    assert result.succeeded
    assert result.report["already_booked"] == 1
    assert len(space.vouchers) == 2


def test_without_the_option_two_tax_rules_hold_the_invoice_back(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(tax={"zero_rate": {"domestic": 4}})
    mixed(space)
    assert run_dag().codes == ["CS-211"]
    assert space.vouchers == []


def test_foreign_currency_is_converted_by_sevdesk_where_the_space_wants_it(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces()
    space.cobot.add_invoice("2026-01-05", [line("100.00")], currency="CHF", number="F-1")
    waiting = run_dag()
    assert (waiting.codes, waiting.report["gross_held_back"]) == (["CS-221"], "0.00")
    assert waiting.report["problems"][0]["amounts"] == "119.00 CHF"
    space.write(vouchers={"foreign_currency": "booked"})

    result = run_dag()

    assert result.succeeded
    assert result.report["foreign_currency"] == {"F-1": "119.00 CHF"}
    assert result.report["gross_booked"] == "0.00"
    (voucher,) = space.vouchers
    assert (voucher["currency"], voucher["sumGrossForeignCurrency"]) == ("CHF", "119")
    again = run_dag()
    assert again.report["edited_later"] == []
    assert again.report["booked"] == 0


def test_a_correction_names_the_invoice_that_it_corrects(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces(language="de")
    original = space.cobot.add_invoice("2026-01-05", [line("100.00")], number="R-1")
    space.cobot.correct_invoice(original, "2026-01-08")

    assert run_dag().succeeded

    correction = next(v for v in space.vouchers if v["sumGross"].startswith("-"))
    assert correction["sumGross"] == "-119"
    assert correction["positions"][0]["comment"].startswith("Korrektur zu R-1: ")


def test_corrections_can_be_held_back(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces(vouchers={"corrections": "held_back"})
    original = space.cobot.add_invoice("2026-01-05", [line("100.00")])
    space.cobot.correct_invoice(original, "2026-01-08")

    result = run_dag()

    assert result.codes == ["CS-226"]
    assert len(space.vouchers) == 1


def test_the_safety_stop_books_nothing_until_somebody_says_so(
    spaces: Spaces, run_dag: RunDag
) -> None:
    space = spaces(vouchers={"max_new_per_run": 2})
    for _ in range(3):
        space.cobot.add_invoice("2026-01-05", [line("10.00")])

    result = run_dag()
    assert result.codes == ["CS-307"]
    assert result.report["held_back"] == 3
    assert space.vouchers == []

    assert run_dag(max_new_per_run=3).succeeded
    assert len(space.vouchers) == 3


def test_phone_numbers_reach_the_contact(spaces: Spaces, run_dag: RunDag) -> None:
    space = spaces()
    space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", phone="+49 40 5550100")

    assert run_dag().succeeded

    (contact,) = space.contacts
    ways = {way["type"]: way["value"] for way in contact["ways"]}
    assert ways["PHONE"] == "+49 40 5550100"
    space.box.world.requests.clear()
    assert run_dag().succeeded
    assert space.writes() == []
