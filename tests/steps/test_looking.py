"""The second look of a run: what is new since the first, or everything where that is in doubt."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cobot_sevdesk.clients.sevdesk import SevdeskClient
from cobot_sevdesk.clients.sevdesk_vouchers import Vouchers
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.outcome import LookMark
from cobot_sevdesk.steps.looking import FEW, LAG_SECONDS, read_all, read_since
from sandbox.server import SandboxServer
from sandbox.tenant import Tenant
from spaces import SEVDESK_TOKEN

OLD = FEW + 1
PAGES = OLD // 1000 + 1
LONG_AGO = int(time.time()) - 30 * LAG_SECONDS


@pytest.fixture
def tenant(box: SandboxServer) -> Tenant:
    """An account with as many old vouchers as are worth a mark, and one of this moment."""
    tenant = box.world.add_tenant(SEVDESK_TOKEN)
    for number in range(OLD):
        insert(tenant, f"old {number}", changed=LONG_AGO)
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
    tenant.insert("Voucher", fields)


def mark_of(vouchers: Vouchers) -> LookMark:
    """The mark of a first look that is worth one."""
    found, mark = read_all(vouchers)
    assert len(found) == OLD + 1
    assert mark is not None
    assert mark.older == OLD
    return mark


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


def appears_late(tenant: Tenant) -> None:
    """One that was made long ago and was not listed yet."""
    insert(tenant, "late", changed=LONG_AGO)


def disappears(tenant: Tenant) -> None:
    """An old one is deleted, as people may."""
    table = tenant.tables["Voucher"]
    del table[next(iter(table))]


def is_edited(tenant: Tenant) -> None:
    """Somebody writes another text into an old one."""
    tenant.change(next(iter(tenant.tables["Voucher"])), description="Rechnung N-2")


@pytest.mark.parametrize("act", [appears_late, disappears, is_edited])
def test_what_happens_to_old_vouchers_makes_it_read_all(
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
    assert descriptions(vouchers, mark) == {"young", "since"}
    assert len(box.world.requests) == 1 + PAGES


@pytest.mark.parametrize("moment", [None, ""])
def test_vouchers_without_a_moment_of_change_leave_no_mark(
    tenant: Tenant, vouchers: Vouchers, moment: str | None
) -> None:
    insert(tenant, "timeless", changed=moment)
    assert read_all(vouchers)[1] is None


def test_a_small_account_is_read_as_a_whole(box: SandboxServer, tenant: Tenant) -> None:
    tenant.tables["Voucher"].clear()
    insert(tenant, "only one")
    url, token = box.sevdesk_url, tenant.token
    vouchers = SevdeskClient(Transport("sevDesk", url, authorization=token, secret=token)).vouchers
    found, mark = read_all(vouchers)
    assert (len(found), mark) == (1, None)
    assert descriptions(vouchers, mark) == {"only one"}
