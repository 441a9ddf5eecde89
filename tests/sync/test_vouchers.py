"""Vouchers, written piece by piece: exactly one complete voucher, whatever gets lost."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.identity import marker, membership_key
from cobot_sevdesk.domain.invoice import Debtor, Line
from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteRejectedError,
    Request,
    UnreadableAnswerError,
)
from cobot_sevdesk.sync import runs
from cobot_sevdesk.sync.account import Circumstances
from cobot_sevdesk.sync.vouchers import RefusalBudget
from support.builders import a_booked_voucher, a_line, an_invoice
from sync.wire import away, lost, refused
from sync.world import JANUARY, LAST_TRY, NOTHING_KNOWN, World, codes, row_of, states

WRITES = ("upload", "save", "reset", "attach", "tag")
MOST_AT_ONCE = 4


def is_whole(world: World, count: int = 1, *, contact_id: str | None = None) -> None:
    """Exactly so many vouchers, each with document, status, contact and tags."""
    vouchers = world.sevdesk.vouchers
    assert len(vouchers.there) == count
    for id_, voucher in vouchers.there.items():
        assert (voucher.has_document, voucher.status) == (True, 100)
        assert voucher.contact_id == contact_id
        assert vouchers.tags_of(id_) == (["Import"] if contact_id else ["Mismatch", "Import"])


def add_linked(world: World, *lines: Line) -> None:
    """An invoice whose debtor has the contact 600."""
    description = marker(membership_key("mem-1"))
    world.sevdesk.contacts.put(Contact("600", "K600", "Firma", description=description))
    world.add_invoice(1, *lines, debtor=Debtor("memberships", "mem-1"))


def test_a_new_invoice_is_written_with_one_request_for_each_write() -> None:
    world = World()
    world.add_invoice()
    assert states(world.run()) == {"CW-2026-1": "booked"}
    is_whole(world)
    written = [name for name in world.wire.calls if name in WRITES]
    assert written == ["upload", "save", "tag", "tag"]


def test_what_stands_with_import_is_never_written_to_again() -> None:
    world = World()
    invoice = world.add_invoice()
    world.put_half_done(invoice, "Import", has_document=False, status=50)
    assert states(world.run()) == {}
    assert world.wire.count(*WRITES) == 0


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ["save", "tag"])
def test_a_lost_answer_is_looked_for_and_books_once(name: str, *, after: bool) -> None:
    world = World()
    world.add_invoice()
    world.wire.fail(name, lost(), after=after)
    assert states(world.run()) == {"CW-2026-1": "booked"}
    is_whole(world)
    assert world.wire.count("save") == (2 if name == "save" and not after else 1)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ["reset", "attach"])
def test_a_lost_answer_while_a_document_is_attached_ends_whole(name: str, *, after: bool) -> None:
    world = World()
    world.put_half_done(world.add_invoice(), has_document=False)
    world.wire.fail(name, lost(), after=after)
    assert states(world.run()) == {"CW-2026-1": "booked"}
    is_whole(world)
    assert world.wire.count("save") == 0


def test_an_upload_that_got_no_answer_is_no_voucher() -> None:
    world = World()
    world.add_invoice()
    world.wire.fail("upload", away())
    assert states(world.run()) == {"CW-2026-1": "booked"}
    is_whole(world)


@pytest.mark.parametrize("lag", [2, 11, 41])
def test_three_looks_find_what_is_listed_late(lag: int) -> None:
    world = World(lag=lag)
    world.add_invoice()
    world.wire.fail("save", lost(), after=True)
    assert states(world.run()) == {"CW-2026-1": "booked"}
    is_whole(world)
    assert world.wire.count("save") == 1


def test_what_is_still_not_there_after_three_looks_is_written_once_more_only() -> None:
    world = World()
    world.add_invoice()
    world.wire.fail("save", lost(), lost(), lost())
    with pytest.raises(OutcomeUnknownError):
        world.run()
    assert world.clock.slept == [3, 9, 30]
    assert world.wire.count("save") == 2
    assert world.sevdesk.vouchers.there == {}


def test_on_the_last_try_an_unknown_outcome_is_a_problem() -> None:
    world = World(task=LAST_TRY)
    world.add_invoices(2)
    world.wire.fail("save", lost(), lost(), lost(), lost(), lost())
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "held", "CW-2026-2": "held"}
    assert codes(pushed) == ["CS-306"]
    assert pushed.applied.stops == ()


# --- a service that is away, or refuses


@pytest.mark.parametrize(
    ("error", "answers", "asked"),
    [(lost, False, 3), (away, False, 2), (lost, True, 6), (away, True, 6)],
)
def test_a_service_that_is_away_is_asked_little(
    error: Callable[[], CobotSevdeskError], asked: int, *, answers: bool
) -> None:
    world = World(task=LAST_TRY)
    world.add_invoices(9)
    world.wire.fail("save", *(error() for _ in range(9)))
    if not answers:
        version = world.sevdesk.settings.get_bookkeeping_version
        # It answered before the first write.
        world.sevdesk.settings.get_bookkeeping_version = _once(version)
    pushed = world.push()
    assert world.wire.count("save") == asked
    assert set(states(pushed).values()) == {"held"}
    assert codes(pushed) == ["CS-306"]


def _once(answer: Callable[[], str]) -> Callable[[], str]:
    answers = iter([answer])

    def ask() -> str:
        for one in answers:
            return one()
        raise away()

    return ask


def test_one_at_a_time_until_the_first_success_and_after_a_failure() -> None:
    world = World(at_once=MOST_AT_ONCE)
    world.add_invoices(12)
    world.wire.fail("save", refused(said="first"), refused(said="second"))
    assert sorted(states(world.run()).values()) == ["booked"] * 10 + ["held"] * 2
    # One at a time means: nothing was saved between the refused ones and the first success.
    names = [name for name in world.wire.calls if name in {"save", "tag"}]
    assert names[:5] == ["save", "save", "save", "tag", "tag"]


def test_after_the_first_so_many_run_together_as_the_space_allows() -> None:
    world = World(at_once=MOST_AT_ONCE)
    world.add_invoices(1 + MOST_AT_ONCE)
    fine, first = world.cobot.get_pdf, iter([True])
    meeting = threading.Barrier(MOST_AT_ONCE)

    def get_pdf(invoice_id: str) -> Any:
        if not next(first, False):
            meeting.wait(timeout=10)
        return fine(invoice_id)

    world.cobot.get_pdf = get_pdf  # type: ignore[method-assign]
    assert set(states(world.push()).values()) == {"booked"}


def test_what_was_booked_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.add_pair(1)
    world.add_invoice(2)
    caplog.set_level("INFO", "cobot_sevdesk.sync.vouchers")
    pushed = world.run()
    ids = {row.invoice.number: row.vouchers[0] for row in pushed.applied.rows}
    assert sorted(caplog.messages) == [
        f"CW-2026-1  119.00 EUR  voucher {ids['CW-2026-1']}",
        f"CW-2026-2  119.00 EUR  voucher {ids['CW-2026-2']}  Mismatch",
    ]


def test_a_success_forgets_the_refusals_of_its_own_group_only() -> None:
    budget = RefusalBudget()
    for group in ("one", "other"):
        for number in range(3):
            budget.note(refused(said=f"No. {number}"), group)
    budget.note_success("one")
    assert budget.spent_on("one") is None
    assert budget.spent_on("other") is not None


@pytest.mark.parametrize(
    "refusals",
    [
        [refused(said="closed"), refused(said="locked"), refused(said="gone")],
        [refused("/Voucher"), refused("/Tag"), refused("/Contact")],
        [refused(status=400), refused(status=409), refused(status=422)],
    ],
    ids=["words", "paths", "statuses"],
)
def test_three_refusals_of_different_kinds_spare_nothing(
    refusals: list[RemoteRejectedError],
) -> None:
    budget = RefusalBudget()
    for one in refusals:
        budget.note(one)
    assert budget.spent_on() is None
    budget.note(refusals[0])
    budget.note(refusals[0])
    assert budget.spent_on() is refusals[0]


def test_three_refusals_of_a_kind_spare_the_rest_of_their_group() -> None:
    world = World()
    world.add_invoices(8)
    world.wire.fail("save", *(refused(said=f"Period {n} is closed") for n in range(8)))
    pushed = world.push()
    assert world.wire.count("save") == 3
    assert codes(pushed) == ["CS-303"]
    assert list(states(pushed).values()) == ["held"] * 8


AT_19, AT_7, AT_0 = a_line(), a_line("50.00", "7", code="4200"), a_line("50.00", "0", code="4200")


@pytest.mark.parametrize(
    ("line", "other", "day", "asked"),
    [
        (AT_19, AT_19, date(2026, 1, 31), 3),
        (AT_19, a_line("0.50"), date(2026, 1, 5), 3),
        (AT_19, a_line(code="4200"), date(2026, 1, 5), 6),
        (AT_19, a_line("-50.00"), date(2026, 1, 5), 6),
        (AT_7, AT_0, date(2026, 1, 5), 6),
    ],
    ids=["another day", "small amount", "account", "sign", "tax rule"],
)
def test_a_group_is_the_month_the_rule_the_accounts_and_the_sign(
    line: Line, other: Line, day: date, asked: int
) -> None:
    world = World(rules={"zero_rate": {"domestic": 4}})
    for number in range(1, 7):
        is_first = number < 4
        world.add_invoice(
            number, line if is_first else other, date=date(2026, 1, 5) if is_first else day
        )
    world.wire.fail("save", *(refused() for _ in range(6)))
    world.push()
    assert world.wire.count("save") == asked


def test_another_month_is_another_group() -> None:
    world = World(rules={"sync_from": date(2025, 1, 1)})
    for number in range(1, 7):
        world.add_invoice(number, date=date(2026, 1, 5) if number < 4 else date(2025, 12, 5))
    world.wire.fail("save", *(refused() for _ in range(6)))
    world.push(window=Window(date(2025, 1, 1), date(2026, 2, 1)))
    assert world.wire.count("save") == 6


def test_a_success_gives_the_group_its_budget_back() -> None:
    world = World()
    world.add_invoices(6)
    fine = world.sevdesk.vouchers.create
    turns = iter([refused(), refused(), None, refused(), refused(), None])

    def create(*args: Any, **named: Any) -> Any:
        error = next(turns)
        if error:
            raise error
        return fine(*args, **named)

    world.sevdesk.vouchers.create = create  # type: ignore[method-assign]
    assert sorted(states(world.push()).values()) == ["booked"] * 2 + ["held"] * 4


def test_refusals_of_what_is_half_done_spare_the_rest_too() -> None:
    world = World()
    for invoice in world.add_invoices(8):
        world.put_half_done(invoice, has_document=True)
    world.wire.fail("tag", *(refused("/Tag/Factory/create") for _ in range(16)))
    pushed = world.push()
    assert world.wire.count("tag") == 3
    assert codes(pushed) == ["CS-303"]


def test_each_run_and_try_begins_with_another_invoice() -> None:
    first = set()
    for try_number in range(1, 9):
        world = World(task=Circumstances("scheduled__2026-01-31", try_number))
        world.add_invoices(8)
        world.wire.fail("save", *(refused() for _ in range(8)))
        pushed = world.push()
        tried = [row.invoice.number for row in pushed.applied.rows]
        first.add(tried[0])
        assert sorted(tried) == [f"CW-2026-{n}" for n in range(1, 9)]
    assert len(first) > 2


def test_a_bad_token_stops_the_space_at_once() -> None:
    world = World()
    world.add_invoices(5)
    world.wire.fail("save", CredentialsError(Request("sevDesk", "POST", "/Voucher"), status=401))
    pushed = world.push()
    assert world.wire.count("save") == 1
    assert codes(pushed) == ["CS-111"]
    assert set(states(pushed).values()) == {"held"}
    (stop,) = pushed.applied.stops
    assert stop.everything


def test_a_refusal_of_one_invoice_holds_up_no_other() -> None:
    world = World()
    world.add_invoices(3)
    world.wire.fail("save", refused())
    pushed = world.push()
    assert sorted(states(pushed).values()) == ["booked", "booked", "held"]
    (problem,) = pushed.problems
    assert problem.code == "CS-303"
    assert problem.count == 1
    assert problem.reason.details == {"answer": "POST /Voucher, HTTP 422"}


# --- the safety stop


@pytest.mark.parametrize(("most", "stopped"), [(3, True), (4, False)])
def test_more_new_vouchers_than_the_safety_stop_are_none_at_all(
    most: int, *, stopped: bool
) -> None:
    world = World(rules={"most_new": most})
    world.add_invoices(4)
    pushed = world.push()
    assert codes(pushed) == (["CS-307"] if stopped else [])
    assert len(world.sevdesk.vouchers.there) == (0 if stopped else 4)
    assert set(states(pushed).values()) == {"held" if stopped else "booked"}
    if stopped:
        (stop,) = pushed.applied.stops
        assert stop.reason.details == {"count": "4", "most": "3"}


def test_what_is_done_or_gone_by_now_is_told_so_beside_the_safety_stop() -> None:
    world = World(rules={"most_new": 1})
    invoices = world.add_invoices(4)
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).unfinished
    world.put_half_done(invoices[0], "Import")
    world.cobot.invoices.remove(invoices[1])
    pushed = runs.push(world.account, rows, MembersApplied(), dry_run=False)
    assert [row.state for row in pushed.applied.rows] == ["kept", "skipped", "held", "held"]


def test_a_dry_run_says_that_the_safety_stop_would_come() -> None:
    world = World(rules={"most_new": 3})
    world.add_invoices(4)
    assert codes(world.push(dry_run=True)) == ["CS-307"]


# --- what sevDesk saved must be what was meant


SAVED_OTHERWISE: list[tuple[str, dict[str, Any]]] = [
    ("gross", {"gross": Decimal("119.01")}),
    ("net", {"net": Decimal("99.00")}),
    ("date", {"date": date(2026, 1, 6)}),
    ("delivery_date", {"delivery_date": date(2026, 1, 6)}),
    ("deadline", {"deadline": date(2026, 1, 6)}),
    ("tax_rule", {"tax_rule": "4"}),
    ("cost_centre", {"cost_centre_id": "78"}),
    ("contact", {"contact_id": "1"}),
    ("status", {"status": 50}),
    ("currency", {"currency": "CHF"}),
    ("recipient", {"supplier_name": "Diverse"}),
]


@pytest.mark.parametrize(("field", "saved"), SAVED_OTHERWISE)
@pytest.mark.parametrize("answered", [True, False], ids=["answer", "list"])
def test_what_was_saved_otherwise_stops_the_space(
    field: str, saved: dict[str, Any], *, answered: bool
) -> None:
    world = World()
    world.add_invoices(3)
    world.sevdesk.vouchers.saves = saved
    if not answered:
        world.wire.fail("save", lost(), lost(), lost(), after=True)
    pushed = world.push()
    assert codes(pushed) == ["CS-304"]
    (stop,) = pushed.applied.stops
    assert stop.everything
    assert stop.reason.details["fields"] == field
    assert set(states(pushed).values()) == {"held"}
    assert all("Import" not in tags for tags in world.sevdesk.vouchers.tags.values())
    if answered:
        assert len(world.sevdesk.vouchers.there) == 1


@pytest.mark.parametrize("answered", [True, False], ids=["answer", "list"])
@pytest.mark.parametrize("saved", [{}, {"contact_id": None}])
def test_a_voucher_keeps_the_contact_that_was_meant_or_stops_the_space(
    saved: dict[str, Any], *, answered: bool
) -> None:
    world = World()
    add_linked(world)
    world.sevdesk.vouchers.saves = saved
    if not answered:
        world.wire.fail("save", lost(), after=True)
    assert codes(world.push()) == ["CS-304"] * len(saved)
    if not saved:
        is_whole(world, contact_id="600")


@pytest.mark.parametrize("saved", [{"description": "CW-2026-1"}, {"is_expense": True}])
def test_what_lists_would_not_show_as_ours_stops_the_space_at_once(saved: dict[str, Any]) -> None:
    """The next run would not find it, and book again."""
    world = World()
    world.add_invoices(2)
    world.sevdesk.vouchers.saves = saved
    assert codes(world.push()) == ["CS-304"]
    assert len(world.sevdesk.vouchers.there) == 1


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("answered", [True, False], ids=["answer", "list"])
def test_other_positions_than_meant_stop_the_space(which: int, *, answered: bool) -> None:
    world = World()
    world.add_invoice(1, a_line(), a_line("20.00", "7", code="4300"))
    fine = world.sevdesk.vouchers.create

    def create(*args: Any, **named: Any) -> Any:
        saved = fine(*args, **named)
        others = list(saved.positions or ())
        others[which] = replace(others[which], account_id="id-4200")
        world.sevdesk.vouchers.positions[saved.voucher.id] = tuple(others)
        if not answered:
            raise lost()
        return replace(saved, positions=tuple(others))

    world.sevdesk.vouchers.create = create  # type: ignore[method-assign]
    (stop,) = world.push().applied.stops
    assert (stop.code, stop.reason.details["fields"]) == ("CS-304", "positions")


def test_an_answer_that_leaves_fields_out_is_no_difference() -> None:
    world = World()
    add_linked(world)
    fine = world.sevdesk.vouchers.create

    def create(*args: Any, **named: Any) -> Any:
        saved = fine(*args, **named)
        short = replace(saved.voucher, gross=Decimal("1.00"), status=50, contact_id=None)
        return replace(saved, voucher=short)

    world.sevdesk.vouchers.create = create  # type: ignore[method-assign]
    assert states(world.push()) == {"CW-2026-1": "booked"}
    is_whole(world, contact_id="600")


def test_what_was_edited_before_its_voucher_was_saved_is_no_later_edit() -> None:
    """Though the save got no answer, and another task had seen the invoice before the edit."""
    world = World()
    invoice = world.add_invoice()
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).unfinished
    world.cobot.invoices[0] = replace(invoice, lines=(a_line(description="Meeting"),))
    world.wire.fail("save", lost(), after=True)
    row = row_of(runs.push(world.account, rows, MembersApplied(), dry_run=False))
    assert (row.state, row.remarks) == ("booked", ())


def test_the_next_run_stays_stopped_until_somebody_looked() -> None:
    world = World()
    world.add_invoices(3)
    world.sevdesk.vouchers.saves = {"date": date(2026, 1, 6)}
    world.push()
    world.sevdesk.vouchers.saves = {}
    for _ in range(2):
        pushed = world.run()
        assert codes(pushed) == ["CS-304"]
        assert len(world.sevdesk.vouchers.there) == 1
    (id_,) = world.sevdesk.vouchers.there
    world.sevdesk.vouchers.create_tag(id_, "Import")  # a person compared it
    assert sorted(states(world.run()).values()) == ["booked", "booked"]
    assert len(world.sevdesk.vouchers.there) == 3


# --- documents


@pytest.mark.parametrize("status", [50, 100])
def test_the_status_is_restored_after_a_document_is_attached(status: int) -> None:
    world = World()
    world.put_half_done(world.add_invoice(), has_document=False, status=status)
    assert states(world.push()) == {"CW-2026-1": "booked"}
    is_whole(world)
    assert world.wire.count("reset") == (0 if status == 50 else 1)


def test_a_document_that_the_list_leaves_out_is_not_asked_for_again() -> None:
    world = World()
    world.put_half_done(world.add_invoice(), has_document=True)
    shown = world.sevdesk.vouchers.iter
    world.sevdesk.vouchers.iter = lambda window=None: (  # type: ignore[method-assign]
        replace(one, has_document=False) for one in shown(window)
    )
    assert states(world.push()) == {"CW-2026-1": "booked"}
    assert world.wire.count("upload", "attach", "reset") == 0
    assert states(world.push()) == {}


@pytest.mark.parametrize("paid", [True, False])
def test_a_paid_or_locked_voucher_gets_no_document(*, paid: bool) -> None:
    world = World()
    id_ = world.put_half_done(world.add_invoice(), has_document=False, is_paid_or_locked=paid)
    pushed = world.push()
    assert codes(pushed) == (["CS-305"] if paid else [])
    assert world.wire.count("reset", "attach") == (0 if paid else 2)
    if paid:
        (problem,) = pushed.problems
        assert problem.reason.details == {"invoice": "CW-2026-1", "voucher": id_}


def test_a_document_has_the_number_of_its_invoice_in_its_name() -> None:
    world = World()
    world.cobot.invoices = [an_invoice(number="CW 2026/1-ä", debtor=None)]
    world.push()
    assert world.sevdesk.vouchers.uploaded == ["CW_2026_1-ä.pdf"]


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        ("pdf", UnreadableAnswerError("body", "a PDF"), "CS-225"),
        ("pdf", NotFoundRemotelyError(Request("Cobot", "GET", "/x"), status=404), "CS-225"),
        ("pdf", RemoteRejectedError(Request("Cobot", "GET", "/x"), status=406), "CS-225"),
        ("upload", refused("/Voucher/Factory/uploadTempFile", status=500), "CS-227"),
    ],
)
def test_a_pdf_that_cannot_be_used_holds_up_its_invoice_alone(
    call: str, error: CobotSevdeskError, code: str
) -> None:
    world = World()
    world.add_invoices(3)
    world.wire.fail(call, error)
    pushed = world.push()
    assert sorted(states(pushed).values()) == ["booked", "booked", "held"]
    (problem,) = pushed.problems
    assert problem.code == code
    answer = {"answer": "POST /Voucher/Factory/uploadTempFile, HTTP 500"}
    details = {"invoice": problem.invoices[0].number} | (answer if code == "CS-227" else {})
    assert problem.reason.details == details


@pytest.mark.parametrize(
    ("bad", "uploads", "booked"), [(9, 30, 21), (30, 10, 0)], ids=["some", "all"]
)
def test_documents_that_are_refused_one_after_the_other_are_not_sent_on_and_on(
    bad: int, uploads: int, booked: int
) -> None:
    world = World()
    world.add_invoices(30)
    answers = [refused("/Voucher/Factory/uploadTempFile", f"No. {n}", 500) for n in range(bad)]
    world.wire.fail("upload", *answers)
    pushed = world.push()
    assert world.wire.count("upload") == world.wire.count("pdf") == uploads
    assert list(states(pushed).values()).count("booked") == booked
    assert codes(pushed) == (["CS-227"] if booked else ["CS-227", "CS-303"])


def test_an_open_voucher_stays_open_where_new_ones_are_drafts() -> None:
    world = World(rules={"status": 50})
    world.put_half_done(world.add_invoice(), has_document=False, status=100)
    world.push()
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert (voucher.has_document, voucher.status) == (True, 100)


def test_without_attach_pdf_nothing_is_uploaded_or_attached() -> None:
    world = World(rules={"attach_pdf": False})
    world.add_invoice(1)
    world.put_half_done(world.add_invoice(2), has_document=False)
    assert states(world.push()) == {"CW-2026-1": "booked", "CW-2026-2": "booked"}
    assert world.wire.count("pdf", "upload", "attach", "reset") == 0


# --- split invoices


def test_the_missing_part_of_a_split_invoice_is_made_and_no_other() -> None:
    rules = {"zero_rate": {"domestic": 4}, "split_vouchers": True}
    world = World(rules=rules)
    add_linked(world, a_line(), a_line("50.00", "0", code="4200"))
    fine = world.sevdesk.vouchers.create
    turns = iter([None, lost()])

    def create(*args: Any, **named: Any) -> Any:
        if error := next(turns, None):
            raise error
        return fine(*args, **named)

    world.sevdesk.vouchers.create = create  # type: ignore[method-assign]
    pushed = world.push()
    assert states(pushed) == {"CW-2026-1": "booked"}
    is_whole(world, count=2, contact_id="600")
    assert sorted(str(one.gross) for one in world.sevdesk.vouchers.there.values()) == [
        "119.00",
        "50.00",
    ]
    assert set(row_of(pushed).vouchers) == set(world.sevdesk.vouchers.there)


def test_a_voucher_of_another_key_is_never_touched() -> None:
    world = World()
    world.add_invoice(1)
    stranger = a_booked_voucher(world.add_invoice(2), id="7", description="Miete", status=50)
    world.sevdesk.vouchers.put(stranger)
    world.push()
    assert world.sevdesk.vouchers.there["7"] == stranger
    assert world.sevdesk.vouchers.tags_of("7") == []
