"""What saveVoucher may save otherwise than it was sent: one small change for each choice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.wire import berlin, plain, reference

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

Json = dict[str, Any]
Change = Callable[["Tenant", Json, list[Json]], object]


def _later(name: str) -> Change:
    def change(_tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
        """Eleven days later, or some day where none was sent."""
        day = voucher[name] or voucher["voucherDate"]
        moved = datetime.fromisoformat(day) + timedelta(days=11)
        voucher[name] = berlin(moved.date())

    return change


def _tax_rule(_tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    other = "17" if voucher["taxRule"]["id"] != "17" else "4"
    voucher["taxRule"] = {"id": other, "objectName": "TaxRule"}


def _cost_centre(tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    """Another one where there is one, else none."""
    voucher["costCentre"] = _another(tenant, "CostCentre", voucher.get("costCentre"))


def _contact(tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    """Another one where there is one, else a name only."""
    voucher["supplier"] = _another(tenant, "Contact", voucher.get("supplier"))
    if voucher["supplier"] is None:
        voucher["supplierName"] = "Diverse"


def _status(_tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    voucher["status"] = "100" if voucher["status"] == "50" else "50"


def _account(tenant: "Tenant", _voucher: Json, positions: list[Json]) -> None:
    kept = positions[0]["accountDatev"]["id"]
    other = next(str(a["accountDatevId"]) for a in tenant.chart if str(a["accountDatevId"]) != kept)
    positions[0]["accountDatev"] = {"id": other, "objectName": "AccountDatev"}


def _rate(_tenant: "Tenant", _voucher: Json, positions: list[Json]) -> None:
    positions[0]["taxRate"] = "7" if positions[0]["taxRate"] != "7" else "19"


def _sum(_tenant: "Tenant", voucher: Json, positions: list[Json]) -> None:
    """One unit of its currency more, without tax."""
    for row in (voucher, positions[0]):
        for name in ("sumNet", "sumGross"):
            names = [name, f"{name}Accounting"]
            if voucher["currency"] != "EUR":
                names.append(f"{name}ForeignCurrency")
            row |= {each: plain(Decimal(row[each]) + 1) for each in names}


def _description(_tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    """Cut off before the key."""
    voucher["description"] = voucher["description"].partition(" [")[0]


def _recipient(_tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    """A name where none was sent as well."""
    voucher["supplierName"] = "Diverse"


def _currency(_tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    voucher["currency"] = "CHF" if voucher["currency"] == "EUR" else "EUR"


def _side(_tenant: "Tenant", voucher: Json, _positions: list[Json]) -> None:
    voucher["creditDebit"] = "C"


OTHERWISE: dict[str, Change] = {
    "date": _later("voucherDate"),
    "delivery_date": _later("deliveryDate"),
    "due_date": _later("paymentDeadline"),
    "tax_rule": _tax_rule,
    "cost_centre": _cost_centre,
    "contact": _contact,
    "status": _status,
    "account": _account,
    "rate": _rate,
    "sum": _sum,
    "description": _description,
    "recipient": _recipient,
    "currency": _currency,
    "side": _side,
}
"""Choice of the switch `saves_otherwise` -> what it changes of a saved voucher."""


def _another(tenant: "Tenant", kind: str, current: Json | None) -> Json | None:
    kept = (current or {}).get("id")
    others = [row for row in tenant.tables[kind].values() if row["id"] != kept]
    return reference(others[0]) if others else None
