"""What sevDesk's lists understand: paging, a few filters, embedding; all else is ignored."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.switches import Switches
from sandbox.tenant import Tenant
from sandbox.voucher_rules import RefusedError
from sandbox.wire import shown

Json = dict[str, Any]
Query = Mapping[str, str]


def page(query: Query, rows: list[Json], switches: Switches) -> Json:
    """The envelope of one page."""
    limit = query.get("limit", "100")
    if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
        raise RefusedError(400, "limit must be between 1 and 1000")
    offset = int(query.get("offset", "0"))
    if switches.list_order == "descending":
        rows = sorted(rows, key=lambda row: int(row["id"]), reverse=True)
    if switches.list_order == "shuffled":
        rows = random.sample(rows, len(rows))
    found: Json = {"objects": [shown(row) for row in rows[offset : offset + int(limit)]]}
    if query.get("countAll") == "true" and switches.count_all:
        found["total"] = str(len(rows))
    return found


def filtered(query: Query, rows: list[Json]) -> list[Json]:
    """The filters sevDesk knows for parts; all others are silently ignored, as there."""
    for name in ("contact", "voucher"):
        wanted = query.get(f"{name}[id]")
        if wanted and query.get(f"{name}[objectName]"):
            rows = [row for row in rows if row.get(name, {}).get("id") == wanted]
    if (wanted := query.get("name")) and rows and rows[0]["objectName"] == "Tag":
        rows = [row for row in rows if row["name"] == wanted]
    return rows


def changed_after(moment: int, rows: list[Json], switches: Switches) -> list[Json]:
    """What was made or changed later than this moment, in unix seconds."""
    if switches.update_filter == "ignored":
        return rows
    if switches.update_filter == "empty":
        return []
    name = "create" if switches.update_filter == "made" else "update"
    return [row for row in rows if datetime.fromisoformat(row[name]).timestamp() > moment]


def embedded(query: Query, found: Json, tenant: Tenant) -> Json:
    """The page with whole objects in the place of the references that `embed` names."""
    names = query.get("embed", "").split(",") if tenant.switches.embeds else []
    for row in found["objects"]:
        for name in names:
            reference = row.get(name) or {}
            table = tenant.tables.get(str(reference.get("objectName")), {})
            if whole := table.get(str(reference.get("id"))):
                row[name] = shown(whole)
    return found
