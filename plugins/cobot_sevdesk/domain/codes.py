"""The accounting codes of a space, looked at before any invoice carries them."""

from dataclasses import dataclass
from decimal import Decimal

from cobot_sevdesk.domain.chart import BookingAccount, Chart, misfit, to_account
from cobot_sevdesk.domain.reason import Reason
from cobot_sevdesk.domain.space import SpaceRules
from cobot_sevdesk.domain.tax import SMALL_BUSINESS, TAXED


@dataclass(frozen=True)
class AccountingCode:
    """A code as Cobot's settings have it; `rate` in percent where the code fixes one."""

    name: str
    rate: Decimal | None = None


def what_stands_against(code: AccountingCode, *, chart: Chart, space: SpaceRules) -> Reason | None:
    """Why lines with this code could not be booked; `None` where they could.

    A rate of zero needs a tax rule that depends on the recipient: invoices tell that.
    """
    account = to_account(code.name, chart=chart, mapped=space.accounts)
    if not isinstance(account, BookingAccount):
        return account
    if code.rate:
        rule = SMALL_BUSINESS if space.small_business else TAXED
        return misfit(account, tax_rule=rule, rate=code.rate)
    return None if account.for_revenue else Reason("CS-205", {"account": account.number})
