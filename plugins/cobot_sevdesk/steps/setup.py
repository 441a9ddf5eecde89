"""Whether sevDesk is ready for this space; looked at before anything is written."""

from cobot_sevdesk.domain.chart import Chart
from cobot_sevdesk.domain.mapping import Setup
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.steps.space import Space


def check_account(space: Space) -> str | Reason | None:
    """The id of the space's cost centre (`None` where it has none), or why nothing may be written.

    Only bookkeeping system 2.0 takes vouchers as they are sent here (sevDesk API document,
    system update 2.0).
    """
    version = space.sevdesk.account.get_bookkeeping_version()
    if version.split(".", 1)[0] == "1":
        return Reason("CS-113", {"version": version})
    number = space.rules.cost_centre
    if number is None:
        return None
    found = space.sevdesk.account.find_cost_centres(number)
    if len(found) != 1:
        return Reason("CS-114", {"number": number, "found": str(len(found))})
    return found[0]


def check_setup(space: Space) -> Setup | Reason:
    """The account's charts and cost centre, or why nothing may be written."""
    cost_centre_id = check_account(space)
    if isinstance(cost_centre_id, Reason):
        return cost_centre_id
    chart: Chart = space.sevdesk.account.get_chart()
    return Setup(chart, cost_centre_id)
