"""A space under test: its file, its two sides in the sandbox, and what a test asks of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cobot_sevdesk.domain.identity import marker, membership_key
from sandbox.cobot_space import CobotSpace
from sandbox.server import SandboxServer
from sandbox.tenant import Tenant
from sandbox.world import tenant_ledger

COBOT_TOKEN = "cobot-token-for-tests"
LIVE_TOKEN = "5e7de5c0ffee"
"""The start of the tokens of spaces that a real scheduler runs."""
SEVDESK_TOKEN = "5e7de5c0ffee5e7de5c0ffee5e7de5c0"


@dataclass
class SpaceFiles:
    """One space with everything a test may want to look at or break."""

    slug: str
    folder: Path
    cobot: CobotSpace
    sevdesk: Tenant
    box: SandboxServer

    def write(self, **config: object) -> None:
        """Write the space file; keys given here join the required ones."""
        content = {
            "sync_from": "2026-01-01",
            "cobot": {"subdomain": self.slug},
            **config,
        }
        text = yaml.safe_dump(content)
        (self.folder / f"{self.slug}.yaml").write_text(text, "utf-8")

    def renew(self) -> None:
        """Both sides empty again, under the same tokens."""
        world = self.box.world
        world.clear()
        token = f"{COBOT_TOKEN}-{self.slug}"
        self.cobot = world.add_space(self.slug, token=token, sevdesk_token=self.sevdesk.token)
        self.sevdesk = world.add_tenant(self.sevdesk.token)

    @property
    def vouchers(self) -> list[dict[str, Any]]:
        """sevDesk's vouchers, with positions, tags and file."""
        found: list[dict[str, Any]] = tenant_ledger(self.sevdesk)["vouchers"]
        return found

    @property
    def contacts(self) -> list[dict[str, Any]]:
        """sevDesk's contacts, with addresses and communication ways."""
        found: list[dict[str, Any]] = tenant_ledger(self.sevdesk)["contacts"]
        return found

    def writes(self) -> list[str]:
        """Every write in the request log, as `METHOD path`."""
        return [
            f"{seen.method} {seen.path}" for seen in self.box.world.requests if seen.method != "GET"
        ]

    def state(self) -> Any:
        """What both sides hold, without ids, times and the numbers that sevDesk happened to
        assign: two equal states are equal books."""
        numbers = {contact["id"]: contact["customerNumber"] for contact in self.contacts}
        owners = {c["description"]: c["customerNumber"] for c in self.contacts}
        return (
            sorted(
                (id_, owners.get(marker(membership_key(id_))) == member["customer_number"])
                for id_, member in self.cobot.members.items()
            ),
            sorted(
                (
                    contact["description"] or "",
                    contact["name"] or contact["familyname"],
                    len(contact["addresses"]),
                    sorted(way["value"] for way in contact["ways"]),
                )
                for contact in self.contacts
            ),
            sorted(
                (
                    voucher["description"],
                    voucher["sumGross"],
                    voucher["status"],
                    voucher["paymentDeadline"],
                    (voucher.get("supplier") or {}).get("id") in numbers,
                    voucher.get("document") is not None,
                    tuple(voucher["tags"]),
                    len(voucher["positions"]),
                )
                for voucher in self.vouchers
            ),
        )
