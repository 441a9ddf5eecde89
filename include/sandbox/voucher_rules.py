"""What sevDesk checks before it saves a voucher: account, tax rule and rate must fit."""

from decimal import Decimal
from typing import Any, Protocol

from sandbox.chart import RATES

Json = dict[str, Any]


class RefusedError(Exception):
    """sevDesk answers with an error."""

    def __init__(self, status: int, message: str, code: int | None = None) -> None:
        self.status, self.message, self.code = status, message, code
        super().__init__(message)


class Ledger(Protocol):
    """What a check must know of the account."""

    @property
    def chart(self) -> list[Json]:
        """The booking accounts that vouchers may use."""

    def get(self, kind: str, id_: object) -> Json:
        """An object by id; refuses where there is none."""


def validate(voucher: Json, positions: list[Json], tenant: "Ledger") -> None:
    """Check a voucher with its positions, as strictly as documented.

    Raises:
        RefusedError: 422, with sevDesk's kind of message.
    """
    _validate_kind(voucher)
    for name in ("voucherDate", "description", "currency"):
        if not voucher.get(name):
            raise RefusedError(422, f"{name} is required")
    if voucher.get("supplier"):
        tenant.get("Contact", voucher["supplier"]["id"])
    elif not voucher.get("supplierName"):
        raise RefusedError(422, "supplier or supplierName is required")
    if voucher.get("costCentre"):
        tenant.get("CostCentre", voucher["costCentre"]["id"])
    if len({bool(position.get("net")) for position in positions}) > 1:
        raise RefusedError(422, "all positions must be net or gross")
    rule = int((voucher.get("taxRule") or {}).get("id") or 0)
    if not rule:
        raise RefusedError(422, "a valid tax rule is required")
    for position in positions:
        _validate_position(position, rule, voucher["creditDebit"], tenant.chart)


def _validate_kind(voucher: Json) -> None:
    if voucher.get("objectName") != "Voucher" or voucher.get("mapAll") is not True:
        raise RefusedError(422, "voucher needs objectName and mapAll")
    if voucher.get("creditDebit") not in {"C", "D"}:
        raise RefusedError(422, "creditDebit must be C or D")
    if voucher.get("voucherType") not in {"VOU", "RV"}:
        raise RefusedError(422, "voucherType must be VOU or RV")
    if str(voucher.get("status")) not in {"50", "100"}:
        raise RefusedError(422, "status must be 50 or 100")


def _validate_position(position: Json, rule: int, side: str, chart: list[Json]) -> None:
    if position.get("objectName") != "VoucherPos" or position.get("mapAll") is not True:
        raise RefusedError(422, "position needs objectName and mapAll")
    wanted = int((position.get("accountDatev") or {}).get("id") or 0)
    account = next((a for a in chart if a["accountDatevId"] == wanted), None)
    if account is None:
        raise RefusedError(422, "accountDatev is not bookable")
    if ("REVENUE" if side == "D" else "EXPENSE") not in account["allowedReceiptTypes"]:
        raise RefusedError(422, "account does not allow this receipt type")
    rules = {entry["id"]: entry for entry in account["allowedTaxRules"]}
    if rule not in rules:
        allowed = ", ".join(f"TaxRule(id={id_})" for id_ in rules)
        raise RefusedError(422, f"Tax rule not allowed. Allowed tax rules: {allowed}")
    rate = Decimal(str(position.get("taxRate")))
    if rate not in {Decimal(RATES[name]) for name in rules[rule]["taxRates"]}:
        raise RefusedError(422, "tax rate not allowed for account and tax rule")
    if position.get("sumNet" if position.get("net") else "sumGross") is None:
        raise RefusedError(422, "the sum that counts is required")
