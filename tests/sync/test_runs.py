"""The steps of a run: what is read, what waits, what a cleared red task tries again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from cobot_sevdesk.clients.cobot.client import CobotClient
from cobot_sevdesk.domain.invoice import Debtor, Invoice, UnreadableInvoice
from cobot_sevdesk.domain.member import UnreadableMember
from cobot_sevdesk.domain.plan import MembersApplied, Row, held_row
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason, Remark, ref_of, stopping
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    ConnectionConfigError,
    CredentialsError,
    RemoteUnavailableError,
    Request,
    SpaceNotVisibleError,
    WrongSpaceError,
)
from cobot_sevdesk.sync import runs
from cobot_sevdesk.sync.runs import KnownContents, Pushed
from support.builders import a_booked_voucher, a_line, a_member, an_invoice
from sync.wire import away, lost, refused
from sync.world import JANUARY, LAST_TRY, NOTHING_KNOWN, TODAY, World, codes, row_of, states

MOST_REQUESTS_OF_AN_IDLE_RUN = 10
WRITES = ("upload", "save", "reset", "attach", "tag", "contact", "way", "address", "number")
LATER = Window(date(2026, 2, 1), date(2026, 3, 1))


def settled(members: int = 3) -> World:
    """A space in which all is done."""
    world = World()
    for number in range(1, members + 1):
        world.add_pair(number)
    world.run()
    world.wire.calls.clear()
    world.sevdesk.vouchers.days.clear()
    return world


def retried(world: World, problem: Problem, window: Window = JANUARY) -> Pushed:
    """What clearing a red task does."""
    return runs.retry(world.account, problem, JANUARY, window, NOTHING_KNOWN, dry_run=False)


# --- what a run costs


def test_an_idle_run_asks_little_and_writes_nothing() -> None:
    world = settled()
    pushed = world.run()
    assert (pushed.applied.rows, pushed.problems) == ((), ())
    assert len(world.wire.calls) <= MOST_REQUESTS_OF_AN_IDLE_RUN
    assert world.wire.count(*WRITES) == 0
    assert world.sevdesk.vouchers.days == [JANUARY]


def test_an_idle_run_costs_the_same_however_many_invoices_there_are() -> None:
    few, many = settled(1), settled(40)
    few.run()
    many.run()
    assert len(few.wire.calls) == len(many.wire.calls)


def test_a_new_invoice_costs_four_writes_and_lists_shared_by_all() -> None:
    costs = []
    for count in (1, 21):
        world = settled()
        for number in range(10, 10 + count):
            world.add_invoice(number, debtor=Debtor("memberships", "mem-1"))
        world.run()
        costs.append(len(world.wire.calls))
    # PDF, upload, save, one tag.
    assert costs[1] - costs[0] == 20 * 4
    # Whose contact stands is no stranger.
    assert world.wire.count("get member") == 0


def test_a_check_reads_no_contacts_and_no_positions() -> None:
    world = World()
    world.add_pair(1)
    world.put_half_done(world.add_invoice(2), "Import")
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).rows
    checked = runs.check_invoices(world.account, [replace(row, state="open") for row in rows])
    assert [row.state for row in checked.rows] == ["open", "kept"]
    assert world.wire.count("list contacts", "positions") == 0


# --- what waits


@pytest.mark.parametrize("call", ["list vouchers", "list tags"])
def test_an_outage_of_sevdesk_lists_all_invoices_as_held(call: str) -> None:
    world = World(task=LAST_TRY, rules={"ignored": {"CW-2026-3": "by hand"}})
    for invoice in world.add_invoices(3):
        world.put_half_done(invoice)
    world.wire.fail(call, away())
    found = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN)
    reason = Reason("CS-306", {"service": "sevDesk", "answer": "HTTP 503"})
    first, second, third = map(ref_of, world.cobot.invoices)
    assert found == runs.InvoicesFound(
        (
            held_row(first, reason),
            held_row(second, reason),
            Row(third, "skipped", remarks=(Remark("skip.ignored", {"reason": "by hand"}),)),
        ),
        stops=(stopping(reason),),
    )
    assert found.problems == (stopping(reason, (first, second)),)


@pytest.mark.parametrize("step", ["find_members", "find_invoices", "check", "sync", "push"])
@pytest.mark.parametrize("last_try", [False, True])
def test_what_may_heal_is_raised_until_the_last_try(step: str, *, last_try: bool) -> None:
    world = World(task=LAST_TRY) if last_try else World()
    world.add_pair()
    account = world.account
    rows = runs.find_invoices(account, JANUARY, NOTHING_KNOWN).unfinished
    members = runs.find_members(account, JANUARY, None)
    world.wire.fail("list contacts", away())
    world.wire.fail("list vouchers", away())
    steps: dict[str, Callable[[], Any]] = {
        "find_members": lambda: runs.find_members(account, JANUARY, None),
        "find_invoices": lambda: runs.find_invoices(account, JANUARY, NOTHING_KNOWN),
        "check": lambda: Pushed(runs.check_invoices(account, rows)),
        "sync": lambda: runs.sync_members(account, members, dry_run=False),
        "push": lambda: runs.push(account, rows, MembersApplied(), dry_run=False),
    }
    if not last_try:
        with pytest.raises(RemoteUnavailableError):
            steps[step]()
        return
    told = steps[step]()
    assert [problem.code for problem in told.problems] == ["CS-306"]
    assert told.problems[0].everything
    if step in {"check", "push"}:
        reason = Reason("CS-306", {"service": "sevDesk", "answer": "HTTP 503"})
        assert told.applied.rows == (held_row(rows[0].invoice, reason),)
        assert told.problems == (stopping(reason, (rows[0].invoice,)),)


ERRORS: list[tuple[str, CobotSevdeskError, str, dict[str, str]]] = [
    (
        "list invoices",
        CredentialsError(Request("Cobot", "GET", "/x"), status=401),
        "CS-101",
        {"connection": "cobot"},
    ),
    (
        "list invoices",
        CredentialsError(Request("Cobot", "GET", "/x"), status=403),
        "CS-102",
        {"connection": "cobot"},
    ),
    ("list invoices", SpaceNotVisibleError("elbe-hub"), "CS-103", {"subdomain": "elbe-hub"}),
    (
        "list invoices",
        WrongSpaceError("other"),
        "CS-104",
        {"subdomain": "elbe-hub", "space": "other"},
    ),
    (
        "list vouchers",
        CredentialsError(Request("sevDesk", "GET", "/x"), status=401),
        "CS-111",
        {"connection": "sevdesk"},
    ),
    (
        "list vouchers",
        CredentialsError(Request("sevDesk", "GET", "/x"), status=403),
        "CS-112",
        {"connection": "sevdesk"},
    ),
    (
        "list vouchers",
        ConnectionConfigError("sevdesk", "no host"),
        "CS-115",
        {"connection": "sevdesk", "why": "no host"},
    ),
    (
        "list vouchers",
        refused("/Voucher/77", status=400).of_list(),
        "CS-308",
        {"service": "sevDesk", "answer": "POST /Voucher/…, HTTP 400"},
    ),
    ("space", SpaceNotVisibleError("elbe-hub"), "CS-103", {"subdomain": "elbe-hub"}),
]


@pytest.mark.parametrize(("call", "error", "code", "details"), ERRORS)
def test_what_concerns_the_space_is_one_problem_with_its_details(
    call: str, error: CobotSevdeskError, code: str, details: dict[str, str]
) -> None:
    world = World()
    world.add_invoice()
    world.wire.fail(call, error)
    (problem,) = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).problems
    assert (problem.code, problem.everything) == (code, True)
    assert problem.reason.details == details


@pytest.mark.parametrize(
    ("cobot", "sevdesk", "expected"),
    [
        (None, 403, {"CS-112"}),
        (None, 401, {"CS-111"}),
        (403, None, {"CS-102"}),
        (403, 403, {"CS-102", "CS-112"}),
        (401, 403, {"CS-101", "CS-112"}),
    ],
)
def test_each_service_has_one_problem_whichever_requests_it_denies(
    cobot: int | None, sevdesk: int | None, expected: set[str]
) -> None:
    world = World()
    world.add_pair()
    calls = {
        "Cobot": ("list members", "list invoices") if cobot else (),
        "sevDesk": ("list contacts", "list vouchers", "version", "chart") if sevdesk else (),
    }
    for service, names in calls.items():
        status = cobot if service == "Cobot" else sevdesk
        for name in names:
            denied = CredentialsError(Request(service, "GET", f"/{name}"), status=status)
            world.wire.fail(name, *([denied] * 9))
    # One of the two lists of Cobot may be read.
    if cobot and sevdesk:
        world.wire.failures["list members"].clear()
    pushed = world.run()
    assert {problem.code for problem in pushed.problems} == expected
    assert len(pushed.problems) == len(expected)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (
            lambda world: setattr(world.sevdesk, "version", "1.0.2"),
            Reason("CS-113", {"version": "1.0.2"}),
        ),
        (
            lambda world: world.sevdesk.cost_centres.clear(),
            Reason("CS-114", {"number": "100", "found": "0"}),
        ),
        (
            lambda world: world.sevdesk.cost_centres.update({"100": ["77", "78"]}),
            Reason("CS-114", {"number": "100", "found": "2"}),
        ),
    ],
)
def test_an_account_that_is_not_ready_holds_all_and_writes_nothing(
    spoil: Callable[[World], None], reason: Reason
) -> None:
    world = World(rules={"cost_centre": "100"})
    world.add_pair()
    spoil(world)
    pushed = world.run()
    assert {problem.reason for problem in pushed.problems} == {reason}
    assert states(pushed) == {"CW-2026-1": "held"}
    assert world.wire.count(*WRITES) == 0


def test_the_one_cost_centre_of_the_space_stands_on_its_vouchers() -> None:
    world = World(rules={"cost_centre": "100"})
    world.add_invoice()
    world.run()
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.cost_centre_id == "77"


def test_a_stop_of_members_stops_the_push_as_well() -> None:
    world = World()
    world.add_invoice()
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).unfinished
    known = MembersApplied(problems=(stopping(Reason("CS-102", {"connection": "cobot"})),))
    pushed = runs.push(world.account, rows, known, dry_run=False)
    assert codes(pushed) == ["CS-102"]
    assert states(pushed) == {"CW-2026-1": "held"}
    assert pushed.members == known
    assert world.sevdesk.vouchers.there == {}


def test_what_cannot_be_booked_says_every_reason_before_anything_is_written() -> None:
    world = World()
    world.add_invoice(1, a_line(code="Podcast"), a_line(code=None), currency="CHF")
    world.add_invoice(2)
    pushed = world.run()
    assert [one.code for one in row_of(pushed, 1).reasons] == ["CS-221", "CS-202", "CS-201"]
    assert states(pushed) == {"CW-2026-1": "held", "CW-2026-2": "booked"}


def test_an_invoice_that_is_deleted_between_two_tasks_is_skipped() -> None:
    world = World()
    world.add_invoices(2)
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).unfinished
    del world.cobot.invoices[0]
    pushed = runs.push(world.account, rows, MembersApplied(), dry_run=False)
    assert states(pushed) == {"CW-2026-1": "skipped", "CW-2026-2": "booked"}
    assert row_of(pushed).remarks[0].word == "skip.deleted"


def test_a_dry_run_says_the_same_as_the_run_and_writes_nothing() -> None:
    world = World()
    world.add_pair(1)
    world.add_invoice(2, a_line(code="Podcast"))
    would = world.run(dry_run=True)
    assert world.wire.count(*WRITES) == 0
    did = world.run()
    assert states(would) == states(did) == {"CW-2026-1": "booked", "CW-2026-2": "held"}
    assert codes(would) == codes(did) == ["CS-202"]


# --- what is edited, deleted, issued anew


@pytest.mark.parametrize("known", [True, False])
def test_lines_edited_after_booking_are_told_where_an_earlier_run_knew_them(*, known: bool) -> None:
    world = World()
    invoice = world.add_invoice()
    world.run()
    world.cobot.invoices[0] = replace(invoice, lines=(a_line(description="Meeting"),))
    contents = KnownContents(booked={"inv-1": ref_of(invoice).content} if known else {})
    (row,) = runs.find_invoices(world.account, JANUARY, contents).rows
    assert (row.state, [one.word for one in row.remarks]) == ("kept", ["edit.lines"] * known)


@pytest.mark.parametrize("cleared", [True, False])
def test_a_half_done_voucher_whose_invoice_was_edited_is_finished_by_a_cleared_task_as_well(
    *, cleared: bool
) -> None:
    world = World()
    invoice = world.add_invoice()
    world.put_half_done(invoice, has_document=True)
    world.cobot.invoices[0] = replace(invoice, lines=(a_line(description="Meeting"),))
    ref = ref_of(invoice) if cleared else replace(ref_of(invoice), content="")
    pushed = retried(world, Problem(Reason("CS-303", {"answer": "x"}), invoices=(ref,)))
    row = row_of(pushed)
    assert (row.state, [one.word for one in row.remarks]) == ("booked", ["edit.lines"] * cleared)


@pytest.mark.parametrize("is_lost", [False, True])
def test_an_invoice_that_was_edited_after_its_voucher_was_saved_is_finished_with_the_edit(
    *, is_lost: bool
) -> None:
    world = World()
    if is_lost:
        world.wire.fail("tag", lost())
    invoice = world.add_invoice()
    world.put_half_done(invoice, has_document=True)
    content = ref_of(invoice).content
    world.cobot.invoices[0] = replace(an_invoice(a_line("200.00")), debtor=None)
    pushed = world.run(known=KnownContents(planned={"inv-1": content}))
    row = row_of(pushed)
    assert row.state == "booked"
    assert [one.word for one in row.remarks] == ["edit.gross"]
    assert row.invoice.cents == a_line().gross
    assert len(world.sevdesk.vouchers.there) == 1


@pytest.mark.parametrize(
    ("edited", "word"),
    [({"date": date(2026, 1, 7)}, "edit.date"), ({"number": "CW-2026-9"}, "edit.number")],
)
def test_a_half_done_voucher_whose_date_or_number_was_edited_is_finished_as_it_was_sent(
    edited: dict[str, Any], word: str
) -> None:
    world = World()
    invoice = world.add_invoice()
    world.put_half_done(invoice, has_document=True)
    world.cobot.invoices[0] = replace(invoice, **edited)
    pushed = world.run(known=KnownContents(planned={"inv-1": ref_of(invoice).content}))
    (row,) = pushed.applied.rows
    assert (row.state, [one.word for one in row.remarks]) == ("booked", [word])
    assert len(world.sevdesk.vouchers.there) == 1
    # Whether it is listed can be seen on its own day.
    assert world.sevdesk.vouchers.days[-1] == Window(date(2026, 1, 5), date(2026, 1, 6))


@pytest.mark.parametrize("known", [True, False])
def test_a_half_done_voucher_that_was_not_edited_must_be_what_was_meant(*, known: bool) -> None:
    world = World()
    invoice = world.add_invoice()
    id_ = world.put_half_done(invoice, has_document=True, date=date(2026, 1, 6))
    pushed = world.run(
        known=KnownContents(planned={"inv-1": ref_of(invoice).content} if known else {})
    )
    (stop,) = pushed.applied.stops
    assert (stop.code, stop.everything) == ("CS-304", True)
    assert stop.reason.details == {"invoice": "CW-2026-1", "voucher": id_, "fields": "date"}
    assert world.wire.count(*WRITES) == 0


def test_an_invoice_issued_anew_under_its_number_is_held_back() -> None:
    world = settled(1)
    world.cobot.invoices[0] = replace(world.cobot.invoices[0], id="inv-anew")
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "held"}
    assert codes(pushed) == ["CS-310"]
    assert len(world.sevdesk.vouchers.there) == 1


class Neighbour:
    """Another space that books into the same account."""

    def __init__(self, *invoices: Invoice, error: CobotSevdeskError | None = None) -> None:
        self.invoices, self.error = invoices, error

    def iter_invoices(self, window: Window) -> list[Invoice]:
        if self.error:
            raise self.error
        return [one for one in self.invoices if one.date in window]


@pytest.mark.parametrize(
    ("has_it", "state"), [(True, "booked"), (False, "held"), (None, "held"), ("away", "held")]
)
def test_the_same_number_in_another_space_is_no_reason_to_hold(has_it: object, state: str) -> None:
    theirs = an_invoice(id="theirs")
    neighbour: Any = {
        True: Neighbour(theirs),
        False: Neighbour(),
        None: None,
        "away": Neighbour(error=away("Cobot")),
    }[has_it]  # type: ignore[index]
    world = World(neighbours=lambda: [cast("CobotClient", one) for one in (neighbour, Neighbour())])
    world.sevdesk.vouchers.put(a_booked_voucher(theirs), "Import")
    world.add_invoice()
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": state}
    assert codes(pushed) == ([] if state == "booked" else ["CS-310"])


@pytest.mark.parametrize(
    ("rival", "state"), [("none", "by_hand"), ("here", "held"), ("there", "held"), ("?", "held")]
)
@pytest.mark.parametrize("number", ["CW-2026-1", "CW-2026-2"], ids=["same number", "both named"])
@pytest.mark.parametrize("text", ["CW-2026-1, CW-2026-2"])
def test_one_voucher_by_hand_counts_for_one_invoice_only(
    rival: str, number: str, text: str, state: str
) -> None:
    """In a run over both invoices, and where each is tried alone, as a cleared red task does."""
    twin = an_invoice(id="twin", number=number, debtor=None)
    neighbours: dict[str, Any] = {"there": Neighbour(twin), "?": None}
    world = World(neighbours=lambda: [neighbours.get(rival, Neighbour())])
    by_hand = a_booked_voucher(
        twin, description=text, contact_id=None, supplier_name="Ada Beispiel"
    )
    world.sevdesk.vouchers.put(by_hand)
    world.add_invoice()
    if rival == "here":
        world.cobot.invoices.append(twin)
    found = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN)
    assert {row.state for row in found.rows} == {state}
    assert {one.code for one in found.problems} == ({"CS-301"} if state == "held" else set())
    for row in found.rows:
        pushed = runs.push(
            world.account, [replace(row, state="open")], MembersApplied(), dry_run=False
        )
        assert [one.state for one in pushed.applied.rows] == [state]
    assert len(world.sevdesk.vouchers.there) == 1


@pytest.mark.parametrize(
    "other", [an_invoice(id="twin", number="CW-2026-2"), an_invoice(a_line("200.00"), id="twin")]
)
def test_an_invoice_that_does_not_fit_a_voucher_by_hand_is_no_rival(other: Invoice) -> None:
    """It needs date and amount, and its number in the text."""
    world = World()
    invoice = world.add_invoice()
    world.cobot.invoices.append(replace(other, debtor=None))
    world.sevdesk.vouchers.put(
        a_booked_voucher(
            invoice, description="CW-2026-1", contact_id=None, supplier_name="Ada Beispiel"
        )
    )
    found = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN)
    assert found.rows[0].state == "by_hand"


def test_vouchers_whose_invoice_is_gone_are_told_and_left_alone() -> None:
    world = settled(1)
    world.cobot.invoices.clear()
    found = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN)
    assert [(number, remark.word) for number, remark in found.gone] == [("CW-2026-1", "edit.gone")]
    assert not found.leaves_work


def test_a_voucher_dated_elsewhere_is_found_where_the_window_does_not_show_it() -> None:
    world = World()
    invoice = world.add_invoice()
    world.put_half_done(invoice, "Import", date=date(2025, 6, 1))
    assert states(world.run()) == {}
    assert world.wire.count("save") == 0


# --- a cleared red task


def test_what_stops_members_is_told_beside_what_stops_invoices() -> None:
    world = World(task=LAST_TRY)
    world.add_pair()
    world.wire.fail("list contacts", CredentialsError(Request("sevDesk", "GET", "/x"), status=403))
    world.wire.fail("list vouchers", away())
    problem = stopping(Reason("CS-306", {"service": "sevDesk", "answer": "HTTP 503"}))
    pushed = retried(world, problem)
    assert codes(pushed) == ["CS-112", "CS-306"]
    assert [stop.code for stop in pushed.applied.stops] == ["CS-306"]


def test_clearing_what_held_up_everything_tries_the_whole_window() -> None:
    world = World()
    world.add_pair(1)
    world.add_invoice(2)
    denied = CredentialsError(Request("Cobot", "GET", "/x"), status=401)
    world.wire.fail("list invoices", denied)
    (problem,) = world.run().problems
    pushed = retried(world, problem)
    assert pushed.problems == ()
    assert states(pushed) == {"CW-2026-1": "booked", "CW-2026-2": "booked"}
    # Again: what is done is told as such.
    assert states(retried(world, problem)) == {"CW-2026-1": "kept", "CW-2026-2": "kept"}


def test_clearing_what_held_up_everything_looks_at_all_debtors_of_the_window() -> None:
    world = World(rules={"members_from": date(2025, 1, 1)})
    member, _ = world.add_pair()
    world.run()
    world.change_member(
        member.id, customer_number=None, confirmed_at=datetime(2025, 7, 1, 12, tzinfo=UTC)
    )
    problem = stopping(Reason("CS-306", {"service": "sevDesk", "answer": "HTTP 503"}))
    assert retried(world, problem).members.numbered == (member.id,)


def test_clearing_tries_just_the_invoices_of_the_problem() -> None:
    world = World()
    world.add_invoice(1, a_line(code="Podcast"))
    (problem,) = world.run().problems
    world.add_invoice(2)
    assert codes(retried(world, problem)) == ["CS-202"]
    world.cobot.invoices[0] = an_invoice(debtor=None)
    assert states(retried(world, problem)) == {"CW-2026-1": "booked"}


def test_clearing_a_problem_of_a_member_makes_its_contact_and_books() -> None:
    world = World()
    world.add_pair()
    world.wire.fail("contact", refused("/Contact"))
    (problem,) = world.run().problems
    pushed = retried(world, problem)
    assert (pushed.problems, states(pushed)) == ((), {"CW-2026-1": "booked"})
    assert pushed.members.created == ("mem-1",)


def test_clearing_a_problem_of_a_team_makes_its_contact_and_books() -> None:
    world = World(rules={"contacts_for_teams": True})
    world.cobot.teams["team-1"] = a_member(id="team-1", is_team=True, confirmed_at=None)
    world.add_invoice(debtor=Debtor("teams", "team-1"))
    world.wire.fail("contact", refused("/Contact"))
    (problem,) = world.run().problems
    assert problem.members == ("team-1",)
    pushed = retried(world, problem)
    assert (pushed.problems, states(pushed)) == ((), {"CW-2026-1": "booked"})
    assert pushed.members.created == ("team-1",)


def test_clearing_a_problem_of_a_deleted_invoice_is_green() -> None:
    world = World()
    world.add_invoice(1, a_line(code="Podcast"))
    (problem,) = world.run().problems
    world.cobot.invoices.clear()
    pushed = retried(world, problem)
    assert (pushed.problems, states(pushed)) == ((), {"CW-2026-1": "skipped"})


def test_an_invoice_without_id_is_looked_for_in_the_list_and_never_called_deleted() -> None:
    world = World()
    world.cobot.invoices.append(UnreadableInvoice(None, "CW-2026-1", "id", "a text"))
    pushed = world.run()
    assert states(pushed) == {"CW-2026-1": "held"}
    (problem,) = pushed.problems
    assert (problem.code, problem.invoices[0].id) == ("CS-224", "")
    assert codes(retried(world, problem)) == ["CS-224"]
    assert world.wire.count("get invoice") == 0
    world.cobot.invoices[0] = an_invoice(debtor=None, date=TODAY)  # somebody saved it again
    pushed = retried(world, problem)
    assert (pushed.problems, len(world.sevdesk.vouchers.there)) == ((), 1)
    (row,) = pushed.applied.rows
    assert (row.invoice.id, row.state) == ("inv-1", "booked")


def test_what_has_no_id_and_is_listed_no_more_is_not_called_deleted() -> None:
    world = World()
    world.cobot.invoices.append(
        UnreadableInvoice(None, "(no number, no id) QX7", "answer", "an object")
    )
    (problem,) = world.run().problems
    world.cobot.invoices.clear()
    pushed = retried(world, problem)
    assert (pushed.problems, states(pushed)) == ((), {"(no number, no id) QX7": "skipped"})
    assert pushed.applied.rows[0].remarks[0].word == "skip.unlisted"


@pytest.mark.parametrize("listed", [True, False])
def test_a_member_without_id_is_named_and_looked_for_in_the_list(*, listed: bool) -> None:
    world = World()
    nameless = UnreadableMember(None, "id", "an id", "QX7")
    world.cobot.members["x"] = nameless
    (problem,) = world.run().problems
    assert (problem.code, problem.members) == ("CS-404", ("(no id) QX7",))
    assert problem.reason.details["member"] == "(no id) QX7"
    if not listed:
        del world.cobot.members["x"]
    assert codes(retried(world, problem)) == (["CS-404"] if listed else [])
    assert world.wire.count("get member") == 0


def test_the_space_is_checked_before_anything_is_believed() -> None:
    """The invoices of another space may all be booked: then nothing is left to do here."""
    world = settled()
    world.wire.fail("space", SpaceNotVisibleError("elbe-hub"))
    found = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN)
    assert [problem.code for problem in found.problems] == ["CS-103"]


@pytest.mark.parametrize(("try_number", "state"), [(1, "kept"), (2, "booked")])
def test_what_an_earlier_try_of_the_same_run_booked_is_booked_by_it(
    try_number: int, state: str
) -> None:
    world = World(task=replace(LAST_TRY, try_number=try_number))
    world.add_invoices(2)
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).unfinished
    runs.push(world.account, rows[:1], MembersApplied(), dry_run=False)
    pushed = runs.push(world.account, rows, MembersApplied(), dry_run=False)
    assert states(pushed) == {"CW-2026-1": state, "CW-2026-2": "booked"}


def test_an_invoice_that_cannot_be_read_now_stays_red() -> None:
    world = World()
    world.add_invoice(1, a_line(code="Podcast"))
    (problem,) = world.run().problems
    world.cobot.invoices[0] = UnreadableInvoice("inv-1", "CW-2026-1", "answer", "JSON")
    assert codes(retried(world, problem)) == ["CS-224"]


@pytest.mark.parametrize("mended", [False, True])
def test_clearing_what_was_saved_otherwise_compares_again(*, mended: bool) -> None:
    world = World()
    world.add_invoices(2)
    world.sevdesk.vouchers.saves = {"date": date(2026, 1, 6)}
    (problem,) = world.run().problems
    assert (problem.code, problem.everything) == ("CS-304", True)
    world.sevdesk.vouchers.saves = {}
    if mended:
        (id_,) = world.sevdesk.vouchers.there
        voucher = world.sevdesk.vouchers.there[id_]
        world.sevdesk.vouchers.there[id_] = replace(voucher, date=date(2026, 1, 5))
    pushed = retried(world, problem)
    assert codes(pushed) == ([] if mended else ["CS-304"])
    assert set(states(pushed).values()) == ({"booked"} if mended else {"held"})
    assert len(world.sevdesk.vouchers.there) == (2 if mended else 1)


def test_clearing_in_an_outage_keeps_the_invoices_held() -> None:
    world = World(task=LAST_TRY)
    invoice = world.add_invoice()
    problem = Problem(Reason("CS-202", {"code": "X"}), invoices=(ref_of(invoice),))
    world.wire.fail("get invoice", away("Cobot"))
    pushed = retried(world, problem)
    (stop,) = pushed.problems
    assert (stop.code, stop.everything, stop.invoices) == ("CS-306", True, (ref_of(invoice),))
    world.wire.fail("list vouchers", away())
    assert states(retried(world, problem)) == {"CW-2026-1": "held"}


def test_many_invoices_are_read_by_the_page_and_few_singly() -> None:
    world = World()
    refs = [ref_of(one) for one in world.add_invoices(9)]
    problem = Problem(Reason("CS-202", {"code": "X"}), invoices=tuple(refs))
    retried(world, problem)
    assert world.wire.count("get invoice") == 0
    assert set(world.cobot.days) == {Window(date(2026, 1, 5), date(2026, 1, 6))}
    world = World()
    refs = [ref_of(one) for one in world.add_invoices(3)]
    retried(world, Problem(Reason("CS-202", {"code": "X"}), invoices=tuple(refs)))
    assert world.wire.count("get invoice") >= 3


def test_an_invoice_that_moved_out_of_its_days_is_still_read() -> None:
    world = World()
    refs = [ref_of(one) for one in world.add_invoices(5)]
    world.cobot.invoices[0] = replace(
        cast("Invoice", world.cobot.invoices[0]), date=date(2026, 1, 20)
    )
    pushed = retried(world, Problem(Reason("CS-202", {"code": "X"}), invoices=tuple(refs)))
    assert set(states(pushed).values()) == {"booked"}
    assert len(world.sevdesk.vouchers.there) == 5


def test_a_red_task_of_rows_without_date_reads_all_since_go_live() -> None:
    world = World()
    world.add_invoices(5)
    refs = tuple(InvoiceRef(f"inv-{n}", f"CW-2026-{n}") for n in range(1, 6))
    pushed = retried(world, Problem(Reason("CS-224", {}), invoices=refs), LATER)
    assert set(states(pushed).values()) == {"booked"}


def test_nothing_to_push_asks_for_nothing() -> None:
    world = World()
    done = Row(InvoiceRef("inv-1", "CW-2026-1"), "kept")
    assert runs.push(world.account, [done], MembersApplied(), dry_run=False) == Pushed()
    assert world.wire.calls == []
