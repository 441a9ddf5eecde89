"""Telling people outside of Airflow: addresses for letters, and messages in Cobot's activity feed.

Both are best effort. A letter must come without its links, too. A message comes only where the
space wants it. One that is lost is not sent again: the books are right without it.
"""

import logging
from collections.abc import Sequence

from cobot_sevdesk.domain.catalogue import text_of
from cobot_sevdesk.domain.letters import Links
from cobot_sevdesk.domain.problems import Problem
from cobot_sevdesk.errors import CobotSevdeskError
from cobot_sevdesk.sync.account import Account

log = logging.getLogger(__name__)

VOUCHER_PAGE = "/ex/detail/id/{id}"
CONTACT_PAGE = "/crm/detail/id/{id}"
"""Not documented by sevDesk; several public projects link to vouchers and contacts like this."""
MOST_SOURCES = 50
"""Objects that one message is tied to."""

_NUMBER = {
    "en": "Customer number {number} taken over from sevDesk.",
    "de": "Kundennummer {number} aus sevDesk übernommen.",
}


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


def tell_number(account: Account, member_id: str, number: str) -> None:
    """Say that a member's customer number was overwritten.

    Cobot's own sevDesk add-on does so, too (https://helpcenter.cobot.me, article 7966104).
    """
    text = _NUMBER[account.rules.language].format(number=number)
    _post(account, text, level="", sources=[member_id])


def tell_problem(account: Account, problem: Problem) -> None:
    """Say that something is held back, and what to do."""
    told = text_of(problem.code, problem.reason.details, account.rules.language)
    sources = [*(ref.id for ref in problem.invoices if ref.id), *problem.members]
    _post(account, f"sevDesk: {told.title}. {told.remedy}", level="WARN", sources=sources)


def _post(account: Account, text: str, *, level: str, sources: Sequence[str]) -> None:
    if not account.rules.activity_feed:
        return
    try:
        account.cobot.post_activity(text, level=level, source_ids=sources[:MOST_SOURCES])
    except CobotSevdeskError as error:
        log.warning("Not in Cobot's activity feed: %s (%s)", text, error)
