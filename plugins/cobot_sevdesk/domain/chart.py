"""The booking accounts of a sevDesk account, and which of them an accounting code means.

Numbers and names belong to the tenant's chart of accounts. Only sevDesk's guidance knows them
(`ReceiptGuidance`), so nothing about accounts is written down in this package. Names are not
unique in real charts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cobot_sevdesk.domain.money import plain
from cobot_sevdesk.domain.problems import Reason


@dataclass(frozen=True)
class BookingAccount:
    """One bookable account: `rates` holds, for each allowed tax rule, its rates in percent."""

    id: str
    number: str
    name: str
    rates: Mapping[int, frozenset[Decimal]]
    for_revenue: bool = True


class Chart:
    """All booking accounts of a tenant, found by number or exact name."""

    def __init__(self, accounts: Iterable[BookingAccount]) -> None:
        self.accounts = tuple(accounts)
        self._numbers = {account.id: account.number for account in self.accounts}

    @property
    def kind(self) -> str | None:
        """`SKR04` or `SKR03`, told by where each keeps turnover at 19 %; else `None`."""
        numbers = set(self._numbers.values())
        return "SKR04" if "4400" in numbers else "SKR03" if "8400" in numbers else None

    def number_of(self, account_id: str | None) -> str:
        """The number of an account; accounts that are not bookable any more show their id."""
        return self._numbers.get(account_id or "", f"Id {account_id}")

    def find_all(self, number_or_name: str) -> tuple[BookingAccount, ...]:
        """The accounts with this number, or else with exactly this name."""
        wanted = number_or_name.strip()
        by_number = tuple(account for account in self.accounts if account.number == wanted)
        return by_number or tuple(a for a in self.accounts if a.name == wanted)


def to_account(
    code: str | None, *, chart: Chart, mapped: Mapping[str, str]
) -> BookingAccount | Reason:
    """The one booking account that an accounting code means, or why there is none.

    An entry under `accounts:` decides, since somebody wrote it on purpose. Else the code is the
    account's number, else its exact name.
    """
    code = (code or "").strip()
    if not code:
        return Reason("CS-201")
    target = mapped.get(code, code)
    found = chart.find_all(target)
    if not found:
        return Reason("CS-202", {"code": code, "target": target})
    if len(found) > 1:
        numbers = ", ".join(sorted({account.number for account in found}))
        return Reason("CS-203", {"code": code, "accounts": numbers})
    return found[0]


def misfit(account: BookingAccount, *, tax_rule: int, rate: Decimal) -> Reason | None:
    """Why sevDesk would refuse this account under this tax rule and rate; `None` if it fits."""
    if not account.for_revenue:
        return Reason("CS-205", {"account": account.number})
    allowed = account.rates.get(tax_rule)
    if allowed is None or rate.normalize() not in {known.normalize() for known in allowed}:
        return Reason(
            "CS-204",
            {"account": account.number, "rule": str(tax_rule), "rate": plain(rate)},
        )
    return None


@dataclass(frozen=True)
class AccountingCode:
    """A code as Cobot's settings have it; `rate` in percent where the code fixes one."""

    name: str
    rate: Decimal | None = None
