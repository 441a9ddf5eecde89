"""Everything that exists in the sandbox: spaces in Cobot, accounts in sevDesk, and who may what."""

import threading
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.around import Around
from sandbox.chart import ChartKind
from sandbox.cobot_space import ALL_SCOPES, CobotSpace
from sandbox.faults import Faults, Seen
from sandbox.switches import Switches
from sandbox.tenant import Tenant

Json = dict[str, Any]


@dataclass
class World:
    """Both services' state; `lock` guards all of it."""

    switches: Switches = field(default_factory=Switches)
    spaces: dict[str, CobotSpace] = field(default_factory=dict)
    tokens: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    """Cobot token -> (subdomains, scopes)."""
    users: dict[str, str] = field(default_factory=dict)
    """Cobot token -> its user, whose tokens share the rate limits; missing: a user of its own."""
    tenants: dict[str, Tenant] = field(default_factory=dict)
    """sevDesk token -> account; several tokens may share one."""
    pairs: dict[str, str] = field(default_factory=dict)
    """Subdomain -> sevDesk token, for the page that shows both sides."""
    revoked: set[str] = field(default_factory=set)
    """Tokens of both services that are refused."""
    around: Around = field(default_factory=Around)
    faults: Faults = field(default_factory=Faults)
    requests: list[Seen] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add_space(
        self,
        subdomain: str,
        *,
        token: str,
        sevdesk_token: str | None = None,
        scopes: frozenset[str] = ALL_SCOPES,
        name: str = "",
        user: str = "",
    ) -> CobotSpace:
        """A space and an admin's token for it; tokens of one user share the rate limits."""
        self.spaces[subdomain] = CobotSpace(subdomain, name=name)
        known = self.tokens.get(token, (frozenset(), scopes))[0]
        self.tokens[token] = (known | {subdomain}, scopes)
        if user:
            self.users[token] = user
        if sevdesk_token:
            self.pairs[subdomain] = sevdesk_token
        return self.spaces[subdomain]

    def add_tenant(
        self,
        token: str,
        *,
        chart: ChartKind = "skr04",
        version: str = "2.0",
        cost_centres: tuple[str, ...] = ("100",),
        first_customer_number: int = 1001,
    ) -> Tenant:
        """A sevDesk account and its token."""
        self.tenants[token] = Tenant(
            token,
            self.switches,
            chart=chart,
            version=version,
            cost_centres=cost_centres,
            first_customer_number=first_customer_number,
        )
        return self.tenants[token]

    def tokens_of(self, subdomain: str, service: str) -> set[str]:
        """The tokens that open a space in `cobot`, or the account beside it in `sevdesk`."""
        if service == "sevdesk":
            return {self.pairs[subdomain]}
        return {token for token, (names, _) in self.tokens.items() if subdomain in names}

    def clear(self) -> None:
        """Empty the world; the switches go back to their defaults."""
        self.switches.__init__()  # type: ignore[misc]  # the servers hold this very object
        own = (self.spaces, self.tokens, self.users, self.tenants, self.pairs, self.revoked)
        for part in own:
            part.clear()
        self.requests.clear()
        self.faults.clear()

    def ledger(self) -> Json:
        """Everything as JSON, for tests and the page."""
        return {
            "spaces": {name: _space_ledger(space) for name, space in self.spaces.items()},
            "tenants": {token: tenant_ledger(tenant) for token, tenant in self.tenants.items()},
            "pairs": dict(self.pairs),
        }


def _space_ledger(space: CobotSpace) -> Json:
    return {
        "id": space.id,
        "members": list(space.members.values()),
        "teams": space.teams,
        "invoices": list(space.invoices.values()),
    }


def tenant_ledger(tenant: Tenant) -> Json:
    """One sevDesk account: contacts with their parts, vouchers with positions, tags, document."""
    tables = tenant.tables
    return {
        "contacts": [
            {
                **contact,
                "addresses": _of(tables["ContactAddress"], "contact", contact["id"]),
                "ways": _of(tables["CommunicationWay"], "contact", contact["id"]),
            }
            for contact in tables["Contact"].values()
        ],
        "vouchers": [
            {
                **voucher,
                "positions": _of(tables["VoucherPos"], "voucher", voucher["id"]),
                "tags": tenant.tags_of(voucher["id"]),
                "file": _file(tenant, voucher),
            }
            for voucher in tables["Voucher"].values()
        ],
        "gross": str(
            sum((Decimal(v.get("sumGross") or 0) for v in tables["Voucher"].values()), Decimal(0))
        ),
    }


def _of(table: dict[str, Json], owner: str, id_: str) -> list[Json]:
    return [row for row in table.values() if row[owner]["id"] == id_]


def _file(tenant: Tenant, voucher: Json) -> Json | None:
    document = voucher.get("document")
    return tenant.tables["Document"].get(document["id"]) if document else None
