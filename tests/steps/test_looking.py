"""Looks after the first one: what is new since, or everything where that is in doubt."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builders import an_invoice
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.sevdesk.vouchers import Vouchers
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.keys import SPLIT_RULES, marker, part_key
from cobot_sevdesk.domain.outcome import Look, LookMark
from cobot_sevdesk.domain.window import DAY
from cobot_sevdesk.steps import looking
from cobot_sevdesk.steps.looking import FEW, LAG_SECONDS, LASTS, Looked, look_for, read_since
from sandbox.server import SandboxServer
from sandbox.tenant import Tenant
from spaces import SEVDESK_TOKEN

OLD = FEW + 3
PAGES = OLD // 1000 + 1
LONG_AGO = int(time.time()) - 30 * LAG_SECONDS
TODAY = date(2026, 1, 31)


@pytest.fixture
def tenant(box: SandboxServer) -> Tenant:
    """An account with as many old vouchers as are worth a mark, and one of this moment."""
    tenant = box.world.add_tenant(SEVDESK_TOKEN)
    for number in range(OLD - 1):
        insert(tenant, f"old {number}", changed=LONG_AGO)
    insert(tenant, "the last old one", changed=LONG_AGO + 5 * LAG_SECONDS)
    insert(tenant, "young")
    return tenant


@pytest.fixture
def vouchers(box: SandboxServer, tenant: Tenant) -> Vouchers:
    """The account's vouchers, as the client reads them."""
    url, token = box.sevdesk_url, tenant.token
    return SevdeskClient(Transport("sevDesk", url, authorization=token, secret=token)).vouchers


def insert(tenant: Tenant, description: str, **moment: Any) -> None:
    """A voucher; `changed` is the unix second of its last change, or what stands there instead."""
    fields = {"description": description, "creditDebit": "D", "voucherDate": "2026-01-02"}
    if "changed" in moment:
        changed = moment["changed"]
        zone = ZoneInfo("Europe/Berlin")
        fields["update"] = datetime.fromtimestamp(changed, zone).isoformat() if changed else changed
        fields["create"] = fields["update"]
    tenant.insert("Voucher", fields)


def look_at_all(vouchers: Vouchers) -> Looked:
    """What a first look of a first run finds and leaves."""
    return look_for([an_invoice()], vouchers, earlier=None, today=TODAY)


def mark_of(vouchers: Vouchers) -> LookMark:
    """The mark of a first look that is worth one."""
    looked = look_at_all(vouchers)
    assert len(looked.vouchers) == OLD + 1
    assert looked.mark is not None
    assert looked.mark.older == OLD
    return looked.mark


def look_of(vouchers: Vouchers) -> Look:
    """What a first run leaves to the next ones."""
    look = look_at_all(vouchers).look
    assert look is not None
    return look


def oldest(tenant: Tenant) -> str:
    """The id of a voucher of long ago."""
    return str(next(iter(tenant.tables["Voucher"])))


def descriptions(vouchers: Vouchers, mark: LookMark | None) -> set[str]:
    """What a second look shows."""
    return {voucher.description for voucher in read_since(vouchers, mark)}


def test_the_second_look_is_two_requests_however_old_the_account(
    box: SandboxServer, tenant: Tenant, vouchers: Vouchers
) -> None:
    mark = mark_of(vouchers)
    insert(tenant, "since")
    box.world.requests.clear()
    assert descriptions(vouchers, mark) == {"young", "since"}
    assert len(box.world.requests) == 2


def test_an_old_voucher_that_is_edited_is_read_once_more(
    box: SandboxServer, tenant: Tenant, vouchers: Vouchers
) -> None:
    mark = mark_of(vouchers)
    for number in range(2):
        tenant.change(oldest(tenant), description=f"edited {number}")
        box.world.requests.clear()
        assert descriptions(vouchers, mark) == {"young", f"edited {number}"}
        assert len(box.world.requests) == 2


def test_one_that_was_edited_just_before_the_look_may_be_edited_again(
    tenant: Tenant, vouchers: Vouchers
) -> None:
    tenant.change(oldest(tenant), description="edited")
    looked = look_at_all(vouchers)
    assert looked.mark is not None
    assert looked.mark.touched == (oldest(tenant),)
    tenant.change(oldest(tenant), description="edited again")
    assert descriptions(vouchers, looked.mark) == {"young", "edited again"}


def appears_late(tenant: Tenant) -> None:
    """One that was made long ago and was not listed yet."""
    insert(tenant, "late", changed=LONG_AGO)


def disappears(tenant: Tenant) -> None:
    """An old one is deleted, as people may."""
    del tenant.tables["Voucher"][oldest(tenant)]


def is_edited_and_comes(tenant: Tenant) -> None:
    """Somebody edits an old one, while another one is listed late."""
    tenant.change(oldest(tenant), description="edited")
    insert(tenant, "late", changed=LONG_AGO)


CAME_OR_WENT = (appears_late, disappears, is_edited_and_comes)


@pytest.mark.parametrize("act", CAME_OR_WENT)
def test_old_vouchers_that_come_or_go_make_it_read_all(
    tenant: Tenant, vouchers: Vouchers, act: Callable[[Tenant], None]
) -> None:
    mark = mark_of(vouchers)
    act(tenant)
    assert len(read_since(vouchers, mark)) == len(tenant.tables["Voucher"])


@pytest.mark.parametrize("unknown", [{"update_filter": "empty"}, {"count_all": False}])
def test_a_filter_or_count_that_cannot_be_trusted_makes_it_read_all(
    box: SandboxServer, tenant: Tenant, vouchers: Vouchers, unknown: dict[str, object]
) -> None:
    for name, value in unknown.items():
        setattr(box.world.switches, name, value)
    mark = mark_of(vouchers)
    insert(tenant, "since")
    assert len(read_since(vouchers, mark)) == OLD + 2


def test_a_filter_that_is_ignored_costs_requests_and_nothing_else(
    box: SandboxServer, tenant: Tenant, vouchers: Vouchers
) -> None:
    box.world.switches.update_filter = "ignored"
    mark = mark_of(vouchers)
    insert(tenant, "since")
    box.world.requests.clear()
    assert len(read_since(vouchers, mark)) == OLD + 2
    assert len(box.world.requests) == 1 + PAGES


@pytest.mark.parametrize("moment", [None, ""])
def test_vouchers_without_a_moment_of_change_leave_no_mark(
    tenant: Tenant, vouchers: Vouchers, moment: str | None
) -> None:
    insert(tenant, "timeless", changed=moment)
    assert look_at_all(vouchers).mark is None


def test_a_small_account_is_read_as_a_whole(box: SandboxServer, tenant: Tenant) -> None:
    tenant.tables["Voucher"].clear()
    insert(tenant, "only one")
    url, token = box.sevdesk_url, tenant.token
    vouchers = SevdeskClient(Transport("sevDesk", url, authorization=token, secret=token)).vouchers
    looked = look_at_all(vouchers)
    assert (len(looked.vouchers), looked.mark, looked.look) == (1, None, None)
    assert descriptions(vouchers, looked.mark) == {"only one"}


def test_a_later_run_reads_what_changed_since(
    box: SandboxServer, tenant: Tenant, vouchers: Vouchers
) -> None:
    look = look_of(vouchers)
    insert(tenant, "since")
    tenant.change(oldest(tenant), description="edited")
    box.world.requests.clear()
    looked = look_for([an_invoice()], vouchers, earlier=look, today=TODAY + LASTS)
    assert {one.description for one in looked.vouchers} == {"young", "since", "edited"}
    assert len(box.world.requests) == 2
    assert looked.look is None  # the earlier one serves as well
    assert looked.mark is not None
    assert len(read_since(vouchers, looked.mark)) == len(looked.vouchers)


def test_each_run_goes_on_from_the_one_before(
    monkeypatch: pytest.MonkeyPatch, box: SandboxServer, tenant: Tenant, vouchers: Vouchers
) -> None:
    monkeypatch.setattr(looking, "WORTH_A_NEW_LOOK", 2)
    look = look_of(vouchers)
    young, last = LONG_AGO + 10 * LAG_SECONDS, LONG_AGO + 20 * LAG_SECONDS
    tenant.tables["Voucher"].popitem()
    insert(tenant, "young Y-1", changed=young)
    insert(tenant, "last", changed=last)
    look = replace(look, mark=LookMark(young, OLD))
    next_day = look_for([an_invoice()], vouchers, earlier=look, today=TODAY + DAY).look
    assert next_day is not None
    assert (next_day.mark.older, next_day.read_on) == (OLD + 1, TODAY)
    box.world.requests.clear()
    looked = look_for([an_invoice()], vouchers, earlier=next_day, today=TODAY + DAY)
    assert [one.description for one in looked.vouchers] == ["last"]
    assert len(box.world.requests) == 2
    for number in ("7", "Y-1"):  # of "old 7", seen by the first run, and of the second
        wanted = [an_invoice(number=number)]
        everything = look_for(wanted, vouchers, earlier=next_day, today=TODAY).vouchers
        assert len(everything) == OLD + 2


def test_a_mark_reaches_no_further_back_than_what_the_run_began_from(
    monkeypatch: pytest.MonkeyPatch, box: SandboxServer, tenant: Tenant, vouchers: Vouchers
) -> None:
    insert(tenant, "a while ago", changed=int(time.time()) - 100)
    look = look_of(vouchers)
    clock = iter([0.0, 500.0])
    monkeypatch.setattr(
        looking, "time", SimpleNamespace(monotonic=lambda: next(clock), time=time.time)
    )
    mark = look_for([an_invoice()], vouchers, earlier=look, today=TODAY).mark
    box.world.requests.clear()
    assert descriptions(vouchers, mark) == {"young"}
    assert len(box.world.requests) == 2


KEYED = f"N-1 {marker(part_key('inv-1', SPLIT_RULES[0]))}"


@pytest.mark.parametrize(
    ("standing", "invoice"),
    [
        ("Re.CW-2026-1/CW-2026-2", an_invoice(id="another")),
        (KEYED, an_invoice()),
        ("nothing of it", an_invoice(number="CW 7")),
        ("nothing of it", UnreadableInvoice("inv-1", "CW-2026-1", "its total")),
    ],
)
def test_an_invoice_that_may_be_among_the_old_ones_makes_it_read_all(
    tenant: Tenant, vouchers: Vouchers, standing: str, invoice: Invoice | UnreadableInvoice
) -> None:
    tenant.tables["Voucher"][oldest(tenant)]["description"] = standing
    look = look_of(vouchers)
    looked = look_for([invoice], vouchers, earlier=look, today=TODAY)
    assert len(looked.vouchers) == OLD + 1
    assert looked.look is not None


def stands_in_another_account(tenant: Tenant) -> None:
    """The token was exchanged for that of an account with as many vouchers."""
    for voucher in tenant.tables["Voucher"].values():
        voucher["sevClient"] = {"id": "another", "objectName": "SevClient"}


def has_lost_what_was_new(tenant: Tenant) -> None:
    """What had changed last is deleted: nothing tells whose the others are."""
    tenant.tables["Voucher"].popitem()


@pytest.mark.parametrize("act", [*CAME_OR_WENT, stands_in_another_account, has_lost_what_was_new])
def test_a_later_run_reads_all_again_of_an_account_that_is_not_as_it_was(
    tenant: Tenant, vouchers: Vouchers, act: Callable[[Tenant], None]
) -> None:
    look = look_of(vouchers)
    act(tenant)
    next_day = TODAY + DAY
    looked = look_for([an_invoice()], vouchers, earlier=look, today=next_day)
    assert len(looked.vouchers) == len(tenant.tables["Voucher"])
    assert looked.look is not None
    assert looked.look.read_on == next_day


@pytest.mark.parametrize("today", [TODAY - DAY, TODAY + LASTS + DAY])
def test_a_look_serves_for_a_week(vouchers: Vouchers, today: date) -> None:
    looked = look_for([an_invoice()], vouchers, earlier=look_of(vouchers), today=today)
    assert len(looked.vouchers) == OLD + 1


def test_what_changes_behind_a_long_reading_is_seen_by_the_next_one(
    monkeypatch: pytest.MonkeyPatch, tenant: Tenant, vouchers: Vouchers
) -> None:
    """A reading of many pages may take longer than lists may lag."""
    clock = iter([0.0, 500.0])
    monkeypatch.setattr(
        looking, "time", SimpleNamespace(monotonic=lambda: next(clock), time=time.time)
    )
    insert(tenant, "behind it", changed=int(time.time()) - 400)
    looked = look_at_all(vouchers)
    assert looked.mark is not None
    assert descriptions(vouchers, looked.mark) == {"young", "behind it"}


@pytest.mark.parametrize("limit", ["LONGEST", "MOST_TOUCHED"])
def test_a_look_that_would_be_too_large_is_not_left(
    monkeypatch: pytest.MonkeyPatch, tenant: Tenant, vouchers: Vouchers, limit: str
) -> None:
    tenant.change(oldest(tenant), description="edited")
    monkeypatch.setattr(looking, limit, 0)
    assert look_at_all(vouchers).look is None


@pytest.mark.parametrize(("filter_", "count"), [("understood", 3), ("made", OLD + 2)])
def test_a_filter_for_what_was_made_since_shows_itself_by_what_was_edited(
    box: SandboxServer, tenant: Tenant, vouchers: Vouchers, filter_: Any, count: int
) -> None:
    """Each look has to show the last edit before it; what was edited since would be missed too."""
    insert(tenant, "scan", changed=LONG_AGO)
    scan = list(tenant.tables["Voucher"])[-1]
    moment = LONG_AGO + 10 * LAG_SECONDS
    edited = datetime.fromtimestamp(moment, ZoneInfo("Europe/Berlin")).isoformat()
    tenant.tables["Voucher"][oldest(tenant)]["update"] = edited
    look = look_of(vouchers)
    assert look.mark.touched == (oldest(tenant),)
    tenant.change(scan, description="CW-2026-1")
    box.world.switches.update_filter = filter_
    found = look_for([an_invoice()], vouchers, earlier=look, today=TODAY).vouchers
    assert len(found) == count
    assert "CW-2026-1" in {one.description for one in found}


def test_a_moment_to_come_hides_nothing(tenant: Tenant, vouchers: Vouchers) -> None:
    insert(tenant, "of a wrong clock", changed=int(time.time()) + 86_400)
    look = look_of(vouchers)
    tenant.change(oldest(tenant), description="CW-2026-1")
    looked = look_for([an_invoice()], vouchers, earlier=look, today=TODAY)
    assert "CW-2026-1" in {one.description for one in looked.vouchers}


def test_an_edit_that_any_filter_would_show_proves_none(
    monkeypatch: pytest.MonkeyPatch, tenant: Tenant, vouchers: Vouchers
) -> None:
    """It was made after the moment from which the next look reads, since this one took so long."""
    insert(tenant, "made and edited", changed=int(time.time()) - 200)
    tenant.change(list(tenant.tables["Voucher"])[-1], description="edited")
    clock = iter([0.0, 500.0])
    fake = SimpleNamespace(monotonic=lambda: next(clock), time=time.time)
    monkeypatch.setattr(looking, "time", fake)
    early = LONG_AGO + 10 * LAG_SECONDS
    moment = datetime.fromtimestamp(early, ZoneInfo("Europe/Berlin")).isoformat()
    tenant.tables["Voucher"][oldest(tenant)]["update"] = moment
    assert look_of(vouchers).mark.touched == (oldest(tenant),)
