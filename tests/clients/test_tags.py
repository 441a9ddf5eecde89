"""Which vouchers carry which tags, in accounts with thousands of them."""

import pytest

from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.voucher import IMPORT_TAG, MISMATCH_TAG
from sandbox.server import SandboxServer
from sandbox.tenant import Tenant
from support.spaces import SEVDESK_TOKEN

TAGS = frozenset({IMPORT_TAG, MISMATCH_TAG})
MANY = 3500
"""Tag relations: three full pages and a half."""


@pytest.fixture
def tenant(box: SandboxServer) -> Tenant:
    """An account with many tagged vouchers, every tenth a mismatch."""
    tenant = box.world.add_tenant(SEVDESK_TOKEN)
    for number in range(MANY):
        tenant.tables["Voucher"][f"v{number}"] = {"id": f"v{number}", "objectName": "Voucher"}
        tag(tenant, f"v{number}", MISMATCH_TAG if number % 10 == 0 else IMPORT_TAG)
    return tenant


def tag(tenant: Tenant, voucher_id: str, name: str) -> None:
    """Tie a tag to a voucher."""
    tenant.tag(name, {"id": voucher_id, "objectName": "Voucher"})


@pytest.fixture
def client(box: SandboxServer, tenant: Tenant) -> SevdeskClient:
    """The account's client."""
    url, token = box.sevdesk_url, tenant.token
    return SevdeskClient(Transport("sevDesk", url, authorization=token, secret=token))


@pytest.mark.parametrize("unknown", [{}, {"list_order": "descending"}, {"embeds": False}])
def test_every_relation_counts(
    box: SandboxServer, tenant: Tenant, client: SevdeskClient, unknown: dict[str, object]
) -> None:
    for name, value in unknown.items():
        setattr(box.world.switches, name, value)
    tag(tenant, "v0", IMPORT_TAG)
    found = client.vouchers.get_tags(TAGS)
    assert len(found) == MANY
    assert found["v0"] == {IMPORT_TAG, MISMATCH_TAG}
    assert found["v1"] == {IMPORT_TAG}


def test_recent_vouchers_cost_two_requests_however_many_there_are(
    box: SandboxServer, client: SevdeskClient
) -> None:
    recent = [f"v{MANY - 1}", f"v{MANY - 2}"]
    found = client.vouchers.get_tags(TAGS, of=recent)
    assert all(found[voucher] == {IMPORT_TAG} for voucher in recent)
    assert len(box.world.requests) == 2


def test_an_untagged_voucher_is_looked_for_to_the_end(
    box: SandboxServer, client: SevdeskClient
) -> None:
    found = client.vouchers.get_tags(TAGS, of=["v10", f"v{MANY - 1}"])
    assert found["v10"] == {MISMATCH_TAG}
    assert len(box.world.requests) == 4
