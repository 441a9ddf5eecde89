"""Where people find what a letter names; best effort, since a letter must come without it too."""

from cobot_sevdesk.domain.letters import Links
from cobot_sevdesk.errors import CobotSevdeskError
from cobot_sevdesk.sync.account import Account

VOUCHER_PAGE = "/ex/detail/id/{id}"
CONTACT_PAGE = "/crm/detail/id/{id}"
"""Not documented by sevDesk; several public projects link to vouchers and contacts like this."""


def find_links(account: Account) -> Links:
    """Addresses of pages in Cobot's admin area and in sevDesk.

    Cobot is asked for its own (scope `read_urls`); without an answer only members are linked.
    """
    try:
        pages = account.cobot.get_page_addresses()
    except CobotSevdeskError:
        pages = {}
    member = f"https://{account.subdomain}.cobot.me/admin/memberships/{{id}}"
    return Links(
        invoice=pages.get("admin:invoice", ""),
        member=pages.get("admin:membership", member),
        voucher=account.sevdesk.site + VOUCHER_PAGE,
        contact=account.sevdesk.site + CONTACT_PAGE,
    )
