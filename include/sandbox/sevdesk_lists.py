"""What sevDesk's lists understand: paging, filters, order, embedding; all else is ignored."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.answers import with_nulls
from sandbox.switches import Switches
from sandbox.tenant import Tenant
from sandbox.voucher_rules import RefusedError
from sandbox.wire import berlin, shown

Json = dict[str, Any]
Query = Mapping[str, str]
Fits = Callable[[Json, str], bool]
LARGEST_LIMIT = 1000


def page(query: Query, rows: list[Json], switches: Switches) -> Json:
    """The envelope of one page."""
    limit = _limit(query, switches)
    offset = int(query.get("offset", "0"))
    shown_rows = [
        shown(row, switches) for row in _ordered(query, rows, switches)[offset : offset + limit]
    ]
    found: Json = {"objects": with_nulls(shown_rows, switches)}
    if query.get("countAll") == "true" and switches.count_all:
        found["total"] = str(len(shown_rows if switches.count_of_page else rows))
    return found


def _limit(query: Query, switches: Switches) -> int:
    asked = query.get("limit", "100")
    if not asked.isdecimal() or not 1 <= int(asked) <= LARGEST_LIMIT:
        raise RefusedError(400, f"limit must be between 1 and {LARGEST_LIMIT}")
    cap = switches.sevdesk_page_cap
    if int(asked) > cap and switches.limit_above_cap == "refused":
        raise RefusedError(400, f"limit must be between 1 and {cap}")
    return min(int(asked), cap)


def _ordered(query: Query, rows: list[Json], switches: Switches) -> list[Json]:
    if any(name in query for name, _ in ORDERS.values()):
        return rows
    if switches.list_order == "descending":
        return sorted(rows, key=lambda row: int(row["id"]), reverse=True)
    if switches.list_order == "shuffled":
        return random.sample(rows, len(rows))
    by = _BY.get(switches.list_order)
    return sorted(rows, key=by) if by else rows


_BY: dict[str, Callable[[Json], str]] = {
    "name": lambda row: str(row.get("description") or row.get("name") or ""),
    "date": lambda row: str(row.get("voucherDate") or ""),
    "changed": lambda row: str(row.get("update") or ""),
}
"""What an order goes by; where an object does not have it, all of a list are equal."""


def _is(name: str) -> Fits:
    return lambda row, wanted: row[name] == wanted


def _contains(name: str) -> Fits:
    return lambda row, wanted: wanted in (row[name] or "")


def _refers_to(name: str) -> Fits:
    return lambda row, wanted: (row.get(name) or {}).get("id") == wanted


def _not_before(name: str) -> Fits:
    return lambda row, wanted: (row[name] or "") >= (berlin(wanted) or "")


def _not_after(name: str) -> Fits:
    return lambda row, wanted: (row[name] or "9") <= (berlin(wanted) or "")


def _after(name: str) -> Fits:
    return lambda row, wanted: _seconds(row[name]) > int(wanted)


def _before(name: str) -> Fits:
    return lambda row, wanted: _seconds(row[name]) < int(wanted)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


_OF_CHANGES: dict[str, Fits] = {
    "createAfter": _after("create"),
    "createBefore": _before("create"),
    "updateBefore": _before("update"),
}
FILTERS: dict[str, dict[str, Fits]] = {
    "Contact": {
        "customerNumber": _is("customerNumber"),
        "name": lambda row, wanted: wanted in {row["name"], row["surename"], row["familyname"]},
        **_OF_CHANGES,
    },
    "ContactAddress": {},
    "CommunicationWay": {"type": _is("type"), "main": _is("main")},
    "Voucher": {
        "creditDebit": _is("creditDebit"),
        "descriptionLike": _contains("description"),
        "supplierName": _contains("supplierName"),
        "status": _is("status"),
        "startDate": _not_before("voucherDate"),
        "endDate": _not_after("voucherDate"),
        "year": lambda row, wanted: (row["voucherDate"] or "")[:4] == wanted,
        "month": lambda row, wanted: (row["voucherDate"] or "")[5:7] == wanted.zfill(2),
        "hasDocument": lambda row, wanted: wanted != "true" or bool(row["document"]),
        **_OF_CHANGES,
    },
    "VoucherPos": {},
    "Tag": {"name": _is("name")},
    "TagRelation": {},
    "CostCentre": {},
    "StaticCountry": {"code": _is("code")},
}
"""Kind of object -> the filters that its list understands."""

_OF_DATES: dict[str, dict[str, Fits]] = {
    "understood": {},
    "ignored": {"startDate": lambda *_: True, "endDate": lambda *_: True},
    "exclusive": {"endDate": lambda row, day: (row["voucherDate"] or "9") < (berlin(day) or "")},
    "a_day_off": {"startDate": lambda row, day: _seconds(row["voucherDate"]) >= int(day) - 86_400},
}
"""Position of the switch `date_filter` -> the filters that differ."""

REFERENCES: dict[str, dict[str, Fits]] = {
    "Contact": {"category": _refers_to("category")},
    "ContactAddress": {"contact": _refers_to("contact")},
    "CommunicationWay": {"contact": _refers_to("contact")},
    "Voucher": {"contact": _refers_to("supplier"), "costCentre": _refers_to("costCentre")},
    "VoucherPos": {"voucher": _refers_to("voucher")},
}
"""The same for references: `contact[id]` counts only together with `contact[objectName]`."""

ORDERS = {"Voucher": ("orderByVoucherNumber", "description")} | {
    "Contact": ("orderByCustomerNumber", "customerNumber")
}


def filtered(kind: str, query: Query, rows: list[Json], switches: Switches) -> list[Json]:
    """The objects that a query asks for; filters that nobody knows are ignored, as there."""
    filters = FILTERS[kind]
    if kind == "Voucher":
        filters = filters | _OF_DATES[switches.date_filter]
    for name, fits in filters.items():
        if wanted := query.get(name):
            rows = [row for row in rows if fits(row, wanted)]
    for name, fits in REFERENCES.get(kind, {}).items():
        wanted = query.get(f"{name}[id]")
        if wanted and query.get(f"{name}[objectName]"):
            rows = [row for row in rows if fits(row, wanted)]
    if (moment := query.get("updateAfter")) and kind in ORDERS:
        rows = _changed_after(moment, rows, switches)
    name, by = ORDERS.get(kind, ("", ""))
    if order := query.get(name):
        rows = sorted(rows, key=lambda row: row[by] or "", reverse=order == "DESC")
    return rows


def _changed_after(moment: str, rows: list[Json], switches: Switches) -> list[Json]:
    """What was made or changed later than this moment, in unix seconds."""
    if switches.update_filter == "ignored":
        return rows
    if switches.update_filter == "empty":
        return []
    fits = _after("create" if switches.update_filter == "made" else "update")
    return [row for row in rows if fits(row, moment)]


def embedded(query: Query, found: Json, tenant: Tenant) -> Json:
    """The page with whole objects in the place of the references that `embed` names."""
    names = query.get("embed", "").split(",") if tenant.switches.embeds else []
    for row in filter(None, found["objects"]):
        for name in names:
            reference = row.get(name) or {}
            table = tenant.tables.get(str(reference.get("objectName")), {})
            if whole := table.get(str(reference.get("id"))):
                row[name] = shown(whole, tenant.switches)
    return found
