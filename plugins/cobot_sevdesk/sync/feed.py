"""Messages in Cobot's activity feed, where the space's admins look anyway; only if switched on.

Cobot's own sevDesk add-on reports customer numbers there (https://helpcenter.cobot.me, article
7966104). A message that is lost is not sent again: the books are right without it.
"""

import logging
from collections.abc import Sequence

from cobot_sevdesk.domain.catalogue import text_of
from cobot_sevdesk.domain.problems import Problem
from cobot_sevdesk.errors import CobotSevdeskError
from cobot_sevdesk.sync.account import Account

log = logging.getLogger(__name__)

MOST_SOURCES = 50
"""Objects that one message is tied to."""

_NUMBER = {
    "en": "Customer number {number} taken over from sevDesk.",
    "de": "Kundennummer {number} aus sevDesk übernommen.",
}


def tell_number(account: Account, member_id: str, number: str) -> None:
    """Say that a member's customer number was overwritten."""
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
