"""From one writer to the next: lists that lag double nothing, whoever writes next."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.domain.problems import Problem, Reason, ref_of
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    CredentialsError,
    OutcomeUnknownError,
    Request,
)
from cobot_sevdesk.sync import runs
from cobot_sevdesk.sync.account import Circumstances
from cobot_sevdesk.sync.listed import Written
from cobot_sevdesk.sync.lock import Left, _write, lock_path, sole_writer
from sync.wire import away, lost, refused
from sync.world import (
    JANUARY,
    LAST_TRY,
    NOTHING_KNOWN,
    World,
    codes,
    kill_a_writer,
    row_of,
    states,
)

FULL_WAIT = 42


def book_twice(world: World) -> None:
    """Two runs over one invoice of one member, one right behind the other."""
    world.add_pair()
    assert states(world.run()) == {"CW-2026-1": "booked"}
    world.run()
    assert len(world.sevdesk.contacts.there) == 1
    assert len(world.sevdesk.vouchers.there) == 1
    assert world.wire.count("way", "address", "number") == 3


@pytest.mark.parametrize("of", ["vouchers", "contacts"])
@pytest.mark.parametrize(
    ("lag", "parts_lag", "pauses"),
    [(0, 0, []), (2, 0, [3]), (18, 0, [3, 9, 30]), (0, 2, [3]), (2, -2, [3])],
)
def test_a_writer_ends_only_when_the_lists_show_what_it_made(
    of: str, lag: int, parts_lag: int, pauses: list[int]
) -> None:
    world = World(lag=lag)
    getattr(world.sevdesk, of).parts_lag = parts_lag
    if of == "vouchers":
        world.add_invoice()
        world.run()
        # Lists are long: the days of what was made are enough.
        assert world.sevdesk.vouchers.days[-1] == Window(date(2026, 1, 5), date(2026, 1, 6))
    else:
        world.add_member()
        found = runs.find_members(world.account, JANUARY, None)
        runs.sync_members(world.account, found, dry_run=False)
    assert world.wire.count("save", "contact") == 1
    # The next one has nothing to wait for.
    with sole_writer(world.account) as written:
        assert not written
    assert world.clock.slept == pauses


def test_a_contact_that_no_list_shows_yet_is_linked_by_the_next_writer() -> None:
    world = World(lag=600)
    world.add_pair()
    found = runs.find_members(world.account, JANUARY, None)
    runs.sync_members(world.account, found, dry_run=False)
    world.wire.calls.clear()
    assert not row_of(world.push()).mismatch
    assert world.wire.count("get member", "contact") == 0


@pytest.mark.parametrize("lag", [0, 2, 18, 41, 60, 600])
@pytest.mark.parametrize("of", ["all", "vouchers", "contacts"])
def test_the_next_run_doubles_nothing_however_long_lists_lag(lag: int, of: str) -> None:
    world = World(lag=lag if of == "all" else 0)
    if of != "all":
        getattr(world.sevdesk, of).lag = lag
    book_twice(world)


def test_what_is_not_listed_by_then_is_read_singly_by_the_next_writer() -> None:
    world = World(lag=60)
    world.add_invoice()
    world.run()
    assert world.clock.slept == [3, 9, 30]
    world.wire.calls.clear()
    assert states(world.run()) == {"CW-2026-1": "kept"}
    assert world.wire.count("get voucher") == 1
    assert world.wire.count("save", "tag") == 0


def test_a_second_red_task_for_the_same_invoice_books_nothing() -> None:
    world = World(lag=60)
    _, invoice = world.add_pair()
    problem = Problem(Reason("CS-202", {"code": "X"}), invoices=(ref_of(invoice),))
    for _ in range(2):
        pushed = runs.retry(world.account, problem, JANUARY, JANUARY, NOTHING_KNOWN, dry_run=False)
        assert pushed.problems == ()
    assert len(world.sevdesk.vouchers.there) == 1
    assert len(world.sevdesk.contacts.there) == 1


def test_an_unlisted_voucher_that_was_deleted_since_is_made_anew() -> None:
    world = World(lag=60)
    world.add_invoice()
    world.run()
    world.sevdesk.vouchers.there.clear()
    assert states(world.run()) == {"CW-2026-1": "booked"}


@pytest.mark.parametrize(("hours", "known"), [(0, True), (0.9, True), (1, False)])
def test_what_no_list_shows_is_forgotten_after_an_hour(hours: float, *, known: bool) -> None:
    world = World(lag=60)
    world.add_invoice()
    world.run()
    world.sevdesk.vouchers.there.clear()
    world.clock.slept.clear()
    world.clock.now += int(hours * 3600)
    with sole_writer(world.account) as written:
        assert bool(written) == known
    assert world.clock.slept == []  # whoever wrote it has waited for it


def test_a_writer_waits_for_what_it_made_itself_beside_what_no_list_shows() -> None:
    world = World(lag=60)
    world.add_invoice()
    world.run()
    world.sevdesk.vouchers.there.clear()
    world.sevdesk.vouchers.lag = 2
    world.clock.slept.clear()
    world.add_invoice(2)
    world.push()
    assert world.clock.slept == [3]
    with sole_writer(world.account) as written:
        assert written.voucher_ids == ["900"]


def test_the_hour_counts_from_the_first_writer_not_from_the_last() -> None:
    world = World(lag=60)
    world.add_invoice()
    world.run()
    world.sevdesk.vouchers.there.clear()
    for known in (True, True, False):
        world.clock.now += 25 * 60
        with sole_writer(world.account) as written:
            assert bool(written) == known


def test_what_a_killed_writer_sent_is_waited_for_in_full() -> None:
    world = World(lag=40)
    invoice = world.add_invoice()
    kill_a_writer()
    saved = world.put_half_done(invoice, "Import")
    assert states(world.run()) == {"CW-2026-1": "kept"}
    assert world.clock.slept == [FULL_WAIT]
    assert list(world.sevdesk.vouchers.there) == [saved]


def test_a_killed_writer_forgets_nothing_of_what_its_predecessor_left() -> None:
    world = World(lag=600)
    book_twice(world)
    kill_a_writer()
    world.run()
    assert len(world.sevdesk.vouchers.there) == 1
    assert len(world.sevdesk.contacts.there) == 1


@pytest.mark.parametrize(
    ("later", "pauses"),
    [(0, [FULL_WAIT]), (12, [FULL_WAIT - 12]), (FULL_WAIT - 1, [1]), (FULL_WAIT, [])],
)
def test_a_write_without_answer_is_waited_for_by_the_next_writer_for_what_is_left(
    later: int, pauses: list[int]
) -> None:
    world = World()
    world.add_invoice()
    world.wire.fail("save", lost(), lost())
    with pytest.raises(OutcomeUnknownError):
        world.run()
    world.clock.slept.clear()
    world.clock.now += later
    assert states(world.run()) == {"CW-2026-1": "booked"}
    assert world.clock.slept == pauses


def test_a_clock_that_goes_slow_on_another_machine_makes_nobody_wait_longer() -> None:
    world = World()
    with pytest.raises(ZeroDivisionError), sole_writer(world.account):
        raise ZeroDivisionError
    world.clock.now -= 600
    with sole_writer(world.account):
        pass
    assert world.clock.slept == [FULL_WAIT]


@pytest.mark.parametrize("name", ["save", "contact"])
def test_an_unknown_outcome_of_the_last_try_is_waited_for_as_well(name: str) -> None:
    """The task ends with a red task and no exception; its last write may still show up."""
    world = World(lag=20, task=LAST_TRY)
    world.add_pair()
    world.wire.fail(name, lost())
    world.wire.fail(name, lost(), after=True)
    # The push of the same run is the next writer after the one that makes contacts.
    assert states(world.run()) == {"CW-2026-1": "held" if name == "save" else "booked"}
    world.task = Circumstances("another run")
    world.run()
    made = world.sevdesk.vouchers if name == "save" else world.sevdesk.contacts
    assert len(made.there) == 1
    assert world.wire.count(name) == 2


def test_an_unknown_contact_beside_a_booked_invoice_is_waited_for_as_well() -> None:
    world = World(task=LAST_TRY)
    world.sevdesk.contacts.lag = 20
    world.add_pair()
    world.cobot.unlisted = {"mem-1"}
    world.add_invoice(2)
    world.wire.fail("contact", lost())
    world.wire.fail("contact", lost(), after=True)
    assert states(world.run()) == {"CW-2026-1": "held", "CW-2026-2": "booked"}
    world.run()
    assert len(world.sevdesk.contacts.there) == 1


def test_an_unknown_outcome_beside_a_bad_token_is_waited_for_as_well() -> None:
    world = World(lag=20)
    world.add_invoices(2)
    world.wire.fail("save", lost(), after=True)
    denied = CredentialsError(Request("sevDesk", "POST", "/Voucher"), status=401)
    world.wire.fail("save", denied)
    assert set(states(world.run()).values()) == {"held"}
    world.run()
    assert len(world.sevdesk.vouchers.there) == 2


@pytest.mark.parametrize("lag", [20, 60, 600])
def test_a_voucher_that_was_saved_but_refused_its_tag_is_doubled_by_nobody(lag: int) -> None:
    world = World(lag=lag)
    world.add_invoice()
    world.wire.fail("tag", refused("/Tag/Factory/create"))
    assert codes(world.run()) == ["CS-303"]
    assert states(world.run()) == {"CW-2026-1": "booked"}
    assert len(world.sevdesk.vouchers.there) == 1


@pytest.mark.parametrize("lag", [20, 60, 600])
@pytest.mark.parametrize("name", ["save", "tag"])
def test_a_lost_answer_is_no_reason_to_save_again_however_long_lists_lag(
    name: str, lag: int
) -> None:
    """Of a save the id is not known: it is found where lists lag no longer than is waited for."""
    world = World(lag=lag)
    world.add_invoice()
    world.wire.fail(name, lost(), after=True)
    assert states(world.run()) == {"CW-2026-1": "booked"}
    world.run()
    is_unknown = name == "save" and lag > FULL_WAIT
    assert len(world.sevdesk.vouchers.there) == (2 if is_unknown else 1)


@pytest.mark.parametrize("lag", [20, 60, 600])
def test_what_was_saved_otherwise_stops_the_next_run_however_long_lists_lag(lag: int) -> None:
    world = World(lag=lag)
    world.add_invoice()
    world.sevdesk.vouchers.saves = {"date": date(2026, 1, 6)}
    for _ in range(3):
        assert codes(world.run()) == ["CS-304"]
        world.sevdesk.vouchers.saves = {}
    assert len(world.sevdesk.vouchers.there) == 1


@pytest.mark.parametrize("lag", [20, 60, 600])
@pytest.mark.parametrize("name", ["way", "address"])
@pytest.mark.parametrize("error", [refused("/Part"), lost()], ids=["refused", "lost"])
def test_a_contact_that_was_made_without_a_part_is_doubled_by_nobody(
    name: str, lag: int, error: CobotSevdeskError
) -> None:
    world = World(lag=lag)
    world.add_member()
    world.wire.fail(name, error)
    for _ in range(2):
        found = runs.find_members(world.account, JANUARY, None)
        runs.sync_members(world.account, found, dry_run=False)
    assert len(world.sevdesk.contacts.there) == 1


def test_a_first_try_waits_for_nobody_and_a_second_on_a_new_machine_does() -> None:
    for try_number, pauses in ((1, []), (2, [FULL_WAIT])):
        world = World(task=Circumstances("r", try_number))
        with sole_writer(world.account):
            pass
        assert world.clock.slept == pauses
        lock_path("elbe-hub").unlink()


def test_an_error_of_the_task_leaves_what_it_made() -> None:
    world = World(lag=60)
    world.add_invoices(2)
    writer = sole_writer(world.account)
    writer.__enter__().vouchers["900"] = date(2026, 1, 5)
    assert writer.__exit__(RuntimeError, RuntimeError(), None) is False
    world.clock.now += FULL_WAIT
    with sole_writer(world.account) as written:
        assert list(written.vouchers) == ["900"]


def test_lists_that_cannot_be_read_at_the_end_fail_nothing() -> None:
    world = World()
    world.add_invoice()
    rows = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).rows
    fine = world.sevdesk.vouchers.iter
    asked: Any = iter([fine])
    world.sevdesk.vouchers.iter = lambda window=None: next(asked, _away)(window)  # type: ignore[method-assign]
    pushed = runs.push(world.account, rows, MembersApplied(), dry_run=False)
    assert states(pushed) == {"CW-2026-1": "booked"}
    assert world.clock.slept == [3, 9, 30]
    world.sevdesk.vouchers.iter = fine  # type: ignore[method-assign]
    with sole_writer(world.account) as written:
        assert list(written.vouchers) == ["900"]


def _away(_: object) -> Any:
    raise away()


@pytest.mark.parametrize(
    "text", ["{", "[]", '"x"', '{"state": "done"}', '{"state": 1, "ended": "x"}', "\x00" * 9]
)
def test_a_foreign_text_counts_as_a_writer_that_was_killed(text: str, locks: Path) -> None:
    world = World()
    lock_path("elbe-hub").write_text(text)
    with sole_writer(world.account) as written:
        assert not written
    assert world.clock.slept == [FULL_WAIT]
    with sole_writer(world.account):
        pass
    assert world.clock.slept == [FULL_WAIT]
    assert len(list(locks.glob("*.lock"))) == 1


@pytest.mark.parametrize(
    "odd",
    [
        b"\xff\xfe\x00\xff",
        b" \n",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"state": "done", "ended": Infinity, "noted": {}, "vouchers": {}, "contacts": []}',
        (
            b'{"state": "done", "ended": 1, "noted": {}, "vouchers": {"7": "9999-12-31"}, '
            b'"contacts": []}'
        ),
    ],
    ids="bytes blank null empty deep endless late".split(),
)
def test_bytes_that_are_no_text_count_as_a_writer_that_was_killed(odd: bytes) -> None:
    world = World()
    lock_path("elbe-hub").write_bytes(odd)
    with sole_writer(world.account):
        pass
    assert world.clock.slept == [FULL_WAIT]


def test_what_a_writer_leaves_is_read_as_it_was_written(locks: Path) -> None:
    days = {"1": date(2026, 1, 5), "2": date(2026, 1, 6)}
    unlisted = Written(days, {"5", "6"}, {"3"}, {"7"})
    path = lock_path("elbe-hub")
    handle = os.open(path, os.O_CREAT | os.O_RDWR)
    _write(handle, Left("done", 7, unlisted), World().account.clock())
    os.close(handle)
    assert path.parent == locks
    with sole_writer(World().account) as written:
        assert written == unlisted
