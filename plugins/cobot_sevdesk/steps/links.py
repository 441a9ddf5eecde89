"""Where people find what a letter names; best effort, since a letter must come without it too."""

from cobot_sevdesk.domain.letters import Links
from cobot_sevdesk.errors import CobotSevdeskError
from cobot_sevdesk.steps.space import STOPS, Space

VOUCHER_PAGE = "/ex/detail/id/{id}"
CONTACT_PAGE = "/crm/detail/id/{id}"
"""Not documented by sevDesk; several public projects link to vouchers and contacts like this."""


def find_links(space: Space) -> Links:
    """Addresses of pages in Cobot's admin area and in sevDesk.

    Cobot is asked for its own (scope `read_urls`); without an answer only members are linked.
    """
    try:
        pages = space.cobot.get_page_addresses()
    except (CobotSevdeskError, *STOPS):
        pages = {}
    member = f"https://{space.subdomain}.cobot.me/admin/memberships/{{id}}"
    return Links(
        invoice=pages.get("admin:invoice", ""),
        member=pages.get("admin:membership", member),
        voucher=space.sevdesk.site + VOUCHER_PAGE,
        contact=space.sevdesk.site + CONTACT_PAGE,
    )
