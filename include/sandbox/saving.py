"""What saveVoucher does: check, compute the sums, store, answer."""

from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.otherwise import OTHERWISE
from sandbox.voucher_rules import RefusedError, validate
from sandbox.wire import berlin, now, plain, reference, shown, stored, two

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

Json = dict[str, Any]
SUMS = ("sumNet", "sumTax", "sumGross")
EXCHANGE_RATE = Decimal("1.07")
"""EUR for one unit of any other currency, on every day."""
NEGATIVE = 7100
"""sevDesk's code for a negative sum (measured on invoices)."""


def save_voucher(tenant: "Tenant", body: Json) -> Json:
    """Create a voucher, or update a draft: the answer of `saveVoucher`.

    Raises:
        RefusedError: as strictly as documented.
    """
    voucher, positions = body.get("voucher") or {}, body.get("voucherPosSave") or []
    validate(voucher, positions, tenant)
    if voucher.get("id") and not tenant.switches.vouchers_can_be_changed:
        raise RefusedError(422, "a voucher cannot be changed")
    old = _draft(tenant, voucher["id"]) if voucher.get("id") else None
    _check_currency(voucher, old)
    sums = [_sums(position, tenant.switches.net_flag) for position in positions]
    _check_sign(tenant, voucher, sums)
    document = tenant.document_for(body.get("filename"))

    row = old or tenant.insert("Voucher", {})
    fields = _voucher_fields(voucher)
    if document:
        fields["document"] = reference(document)
    tenant.update("Voucher", row["id"], fields)
    for position in _listed(body.get("voucherPosDelete")):
        tenant.delete("VoucherPos", position["id"])
    saved = [
        _save_position(tenant, row, position, own)
        for position, own in zip(positions, sums, strict=True)
    ]
    row.update(in_euros(_total(sums), row["currency"]))
    if document and tenant.switches.attaching_resets:
        row["status"] = "50"
    change = OTHERWISE.get(tenant.switches.saves_otherwise, _as_sent)
    if tenant.switches.says_what_was_sent:
        answer = deepcopy(_answer(tenant, row, saved, document, is_new=old is None))
        change(tenant, row, saved)
        return answer
    change(tenant, row, saved)
    return _answer(tenant, row, saved, document, is_new=old is None)


def _as_sent(*_: object) -> None:
    """Nothing is saved otherwise."""


def save_old_voucher(tenant: "Tenant", description: str, gross: str, *, net: str, day: str) -> Json:
    """A revenue voucher made under bookkeeping system 1.0, with its one position.

    It has a tax type in the place of a tax rule, and its position no account of today.
    """
    voucher = tenant.insert(
        "Voucher",
        {
            "description": description,
            "voucherDate": berlin(day),
            "supplierName": "Altkunde",
            "status": "1000",
            "creditDebit": "D",
            "voucherType": "VOU",
            "currency": "EUR",
            "taxType": "default",
            "payDate": berlin(day),
            "paidAmount": float(gross),
        },
    )
    own = Decimal(net), Decimal(gross) - Decimal(net), Decimal(gross)
    voucher.update(in_euros(dict(zip(SUMS, own, strict=True)), "EUR"))
    tenant.insert(
        "VoucherPos",
        {
            "voucher": reference(voucher),
            "accountDatev": None,
            "estimatedAccountingType": None,
            "accountingType": {"id": "26", "objectName": "AccountingType"},
            "taxRate": "19",
            "net": net,
            "sum": gross,
            "sumNet": net,
            "sumGross": gross,
            "sumTax": plain(own[1]),
        },
    )
    return voucher


def in_euros(sums: dict[str, Decimal], currency: str) -> Json:
    """The sums as an object shows them: in EUR, those of a foreign currency beside them."""
    is_foreign = currency != "EUR"
    shown_sums: Json = {}
    for name, amount in sums.items():
        euros = two(amount * EXCHANGE_RATE) if is_foreign else amount
        shown_sums[name] = shown_sums[f"{name}Accounting"] = plain(euros)
        shown_sums[f"{name}ForeignCurrency"] = plain(amount) if is_foreign else "0"
    return shown_sums


def _draft(tenant: "Tenant", voucher_id: object) -> Json:
    found = tenant.get("Voucher", voucher_id)
    if found["status"] != "50":
        raise RefusedError(400, "voucher is no draft, use resetToDraft first", 90400)
    return found


def _check_currency(voucher: Json, old: Json | None) -> None:
    names = ("propertyForeignCurrencyDeadline", "propertyExchangeRate")
    known = {**(old or {}), **voucher}
    if voucher["currency"] != "EUR" and not any(known.get(name) for name in names):
        raise RefusedError(422, "propertyForeignCurrencyDeadline is required")


def _check_sign(tenant: "Tenant", voucher: Json, sums: list[dict[str, Decimal]]) -> None:
    allowed = tenant.switches.negative_vouchers
    is_draft = str(voucher["status"]) == "50"
    if not tenant.switches.zero_vouchers and _total(sums)["sumGross"] == 0:
        raise RefusedError(422, "the sum must not be zero", NEGATIVE)
    if allowed == "accepted" or (allowed == "drafts_only" and is_draft):
        return
    if _total(sums)["sumGross"] < 0:
        raise RefusedError(422, "the sum must not be negative", NEGATIVE)


def _sums(position: Json, net_flag: str) -> dict[str, Decimal]:
    """Net, tax and gross of a position; which of the sent sums counts depends on `net`."""
    rate = Decimal(str(position["taxRate"])) / 100
    sent_net, sent_gross = position.get("sumNet"), position.get("sumGross")
    counts_gross = {
        "honoured": not position.get("net"),
        "gross_first": sent_gross is not None,
        "net_first": False,
        "net_where_sent": sent_net is None,
    }[net_flag]
    if counts_gross:
        gross = two(Decimal(str(sent_gross)))
        net = two(gross / (1 + rate))
        return {"sumNet": net, "sumTax": gross - net, "sumGross": gross}
    net = two(Decimal(str(sent_gross if sent_net is None else sent_net)))
    tax = two(net * rate)
    return {"sumNet": net, "sumTax": tax, "sumGross": net + tax}


def _total(sums: list[dict[str, Decimal]]) -> dict[str, Decimal]:
    return {name: sum((one[name] for one in sums), Decimal(0)) for name in SUMS}


def _voucher_fields(voucher: Json) -> Json:
    fields: Json = {
        "voucherDate": berlin(voucher["voucherDate"]),
        "supplier": None,
        "supplierName": voucher.get("supplierName"),
        "description": voucher["description"],
        "costCentre": None,
        "status": str(voucher["status"]),
        "currency": voucher["currency"],
        "creditDebit": voucher["creditDebit"],
        "voucherType": voucher["voucherType"],
        "paymentDeadline": berlin(voucher.get("paymentDeadline")),
        "deliveryDate": berlin(voucher.get("deliveryDate")),
        "deliveryDateUntil": berlin(voucher.get("deliveryDateUntil")),
        "update": now(),
    }
    for name in ("supplier", "taxRule", "costCentre"):
        fields[name] = reference(voucher[name]) if voucher.get(name) else None
    if deadline := voucher.get("propertyForeignCurrencyDeadline"):
        fields["propertyForeignCurrencyDeadline"] = berlin(deadline)
    return fields


def _save_position(
    tenant: "Tenant", voucher: Json, position: Json, sums: dict[str, Decimal]
) -> Json:
    sent: Json = {name: position[name] for name in ("isAsset", "comment") if name in position}
    fields = {
        **stored(sent),
        "voucher": reference(voucher),
        "accountDatev": reference(position["accountDatev"]),
        "taxRate": plain(Decimal(str(position["taxRate"]))),
        "net": "1" if position.get("net") else "0",
        **in_euros(sums, voucher["currency"]),
    }
    if position.get("id"):
        return tenant.update("VoucherPos", position["id"], fields)
    return tenant.insert("VoucherPos", fields)


def _answer(
    tenant: "Tenant", row: Json, saved: list[Json], document: Json | None, *, is_new: bool
) -> Json:
    # Recorded: a field of its own beside the voucher's, another one after an update.
    beside = "propertyCreationOrigin" if is_new else "propertyIsBookkeepingV1"
    voucher = {**shown(row, tenant.switches), beside: None}
    positions = [shown(position, tenant.switches) for position in saved]
    answer: Json = {"voucher": voucher, "voucherPos": positions}
    if document:
        answer["document"] = shown(document, tenant.switches)
    return {**answer, "vatdrop": "not relevant"}


def _listed(value: Any) -> list[Json]:
    """One object, several or none, as a list."""
    return value if isinstance(value, list) else [value] if value else []
