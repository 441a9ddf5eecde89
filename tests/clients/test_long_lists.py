"""Lists of many pages, several of which are read at the same time."""

import threading
from typing import Any

import pytest

from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.errors import CredentialsError, RemoteUnavailableError
from sandbox import sevdesk_api, sevdesk_lists
from sandbox.server import SandboxServer
from sandbox.tenant import Tenant
from support.spaces import SEVDESK_TOKEN

MANY = 5500
PAGES = 6


@pytest.fixture
def tenant(box: SandboxServer) -> Tenant:
    """An account with many vouchers."""
    tenant = box.world.add_tenant(SEVDESK_TOKEN)
    for number in range(MANY):
        tenant.insert("Voucher", {"description": f"V-{number}", "creditDebit": "D"})
    return tenant


@pytest.fixture
def client(box: SandboxServer, tenant: Tenant) -> SevdeskClient:
    """Its client, which reads four pages at once."""
    return client_of(box, tenant, at_once=4)


def client_of(box: SandboxServer, tenant: Tenant, *, at_once: int) -> SevdeskClient:
    """A client that waits for nothing."""
    url, token = box.sevdesk_url, tenant.token
    transport = Transport("sevDesk", url, authorization=token, secret=token, sleep=lambda _: None)
    return SevdeskClient(transport, at_once=at_once)


@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_every_voucher_comes_once(box: SandboxServer, client: SevdeskClient, order: str) -> None:
    box.world.switches.list_order = order  # type: ignore[assignment]
    found = [voucher.description for voucher in client.vouchers.iter()]
    assert len(found) == len(set(found)) == MANY
    if order == "ascending":
        assert found == [f"V-{number}" for number in range(MANY)]
        assert len(box.world.requests) == PAGES


def test_a_page_that_cannot_be_had_ends_the_reading(
    box: SandboxServer, client: SevdeskClient
) -> None:
    box.world.faults.add("status_before", path="/Voucher$", skip=2, times=1000, status=500)
    with pytest.raises(RemoteUnavailableError):
        list(client.vouchers.iter())
    assert not threads_of_pages()


def test_a_token_that_is_revoked_meanwhile_is_used_for_few_more_pages(
    box: SandboxServer, client: SevdeskClient
) -> None:
    box.world.faults.add("status_before", path="/Voucher$", skip=1, times=1000, status=401)
    with pytest.raises(CredentialsError):
        list(client.vouchers.iter())
    # The first page, four at once, and one that waits for the next free place.
    assert len(box.world.requests) <= 1 + 4 + 1


@pytest.mark.parametrize("cap", [100, 500, 999])
@pytest.mark.parametrize("counts", [True, False])
def test_pages_shorter_than_asked_for_are_read_on(
    box: SandboxServer,
    client: SevdeskClient,
    monkeypatch: pytest.MonkeyPatch,
    *,
    cap: int,
    counts: bool,
) -> None:
    real = sevdesk_lists.page

    def capped(query: Any, *more: Any) -> Any:
        return real({**query, "limit": str(min(cap, int(query["limit"])))}, *more)

    monkeypatch.setattr(sevdesk_api, "page", capped)
    box.world.switches.count_all = counts
    assert len({voucher.id for voucher in client.vouchers.iter()}) == MANY


@pytest.mark.parametrize("pages_before", [0, 2])
def test_what_slips_over_a_page_border_is_seen_with_the_next_walk(
    box: SandboxServer, tenant: Tenant, pages_before: int
) -> None:
    """One goes from a page that was read; sevDesk then counts one less, as was seen."""
    table = tenant.tables["Voucher"]
    first = next(iter(table))
    box.world.faults.add(
        "meanwhile", path="/Voucher$", skip=pages_before, do=lambda: table.pop(first)
    )
    client = client_of(box, tenant, at_once=1)
    found = {voucher.description for voucher in client.vouchers.iter()}
    assert found >= {f"V-{number}" for number in range(1, MANY)}


def test_who_stops_reading_leaves_no_thread_behind(client: SevdeskClient) -> None:
    reading = client.vouchers.iter()
    for _ in range(1001):
        next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert not threads_of_pages()


def threads_of_pages() -> list[str]:
    """What still reads."""
    return [one.name for one in threading.enumerate() if one.name.startswith("page")]
