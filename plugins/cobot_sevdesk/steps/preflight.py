"""Looking ahead: is everything ready for a space, and what would its next run do?

Nothing is written. The whole way of a run is gone in a dry run, from the same code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.mapping import Setup, what_stands_against
from cobot_sevdesk.domain.problems import Problem, Problems, Reason
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import NotFoundRemotelyError
from cobot_sevdesk.steps.chain import go_through
from cobot_sevdesk.steps.invoices import find_invoices
from cobot_sevdesk.steps.members import find_members
from cobot_sevdesk.steps.report import RunOutcome, totals
from cobot_sevdesk.steps.setup import check_account, check_setup
from cobot_sevdesk.steps.space import ENDS, Space, stop_reason, stopped


@dataclass(frozen=True)
class Ahead:
    """What the next run would report, and what stands in its way."""

    report: Mapping[str, Any]
    problems: tuple[Problem, ...]
    codes_checked: int | None = None
    """How many accounting codes of the space's settings; `None`: the token may not read them."""


def look_ahead(space: Space, window: Window, *, language: Language) -> Ahead:
    """Check connections, scopes, sevDesk's account, then go through the next run without writing.

    Raises:
        RemoteUnavailableError: a service is away.
    """
    problem = _check(space)
    if problem is not None:
        return Ahead({}, (problem,))
    found = find_invoices(space, window)
    ahead = go_through(space, find_members(space, window), found, dry_run=True)
    codes = space.cobot.find_accounting_codes()
    problems = Problems((*ahead.pushed.problems, *_of_codes(space, codes or ())))
    outcome = RunOutcome(
        window=window,
        dry_run=True,
        found=found,
        synced=ahead.synced,
        checked=ahead.checked,
        pushed=ahead.pushed,
        problems=tuple(problems),
        language=language,
    )
    return Ahead(totals(outcome), outcome.problems, None if codes is None else len(codes))


def _of_codes(space: Space, codes: Sequence[AccountingCode]) -> list[Problem]:
    """What would hold back the first invoice with one of these codes."""
    setup = check_setup(space) if codes else None
    if not isinstance(setup, Setup):
        return []
    found = (what_stands_against(one, chart=setup.chart, space=space.rules) for one in codes)
    return [Problem(reason) for reason in found if reason is not None]


def _check(space: Space) -> Problem | None:
    """What would stop everything; looked at even where no invoice waits."""
    try:
        missing = space.cobot.get_missing_scopes()
        if missing:
            details = {"connection": space.cobot_connection, "request": ", ".join(missing)}
            return stopped(Reason("CS-102", details))
        space.cobot.space.check_stated()
        account = check_account(space)
        return stopped(account) if isinstance(account, Reason) else None
    except NotFoundRemotelyError:
        return stopped(Reason("CS-103", {"subdomain": space.subdomain}))
    except ENDS as error:
        return stopped(stop_reason(error, space))
