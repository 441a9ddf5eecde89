"""Looking ahead: is everything ready for a space, and what would its next run do?

Nothing is written. It is the next run itself, as a dry run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.mapping import Setup, what_stands_against
from cobot_sevdesk.domain.plan import latest
from cobot_sevdesk.domain.problems import Problem, Problems, Reason, stopping
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import CobotSevdeskError, Reach
from cobot_sevdesk.sync.account import Account, reason_of
from cobot_sevdesk.sync.gather import check_sevdesk, read_setup
from cobot_sevdesk.sync.report import Outcome, Report, make_report
from cobot_sevdesk.sync.runs import KnownContents, find_invoices, find_members, go_through


@dataclass(frozen=True)
class Ahead:
    """What the next run would report, and what stands in its way.

    `codes_checked` counts the accounting codes of the space's settings; `None` where the token may
    not read them. `report` is `None` where nothing could be read.
    """

    report: Report | None
    problems: tuple[Problem, ...]
    codes_checked: int | None = None


def look_ahead(account: Account, confirmed: Window, window: Window, *, language: Language) -> Ahead:
    """Check connections, scopes, sevDesk's account, then go through the next run without writing.

    Raises:
        RemoteUnavailableError: a service is away.
    """
    problem = _check(account)
    if problem is not None:
        return Ahead(None, (problem,))
    members = find_members(account, confirmed, None)
    found = find_invoices(account, window, KnownContents())
    ahead = go_through(account, members, found.rows, dry_run=True)
    codes = account.cobot.find_accounting_codes()
    problems = tuple(Problems((*found.stops, *ahead.problems, *_of_codes(account, codes or ()))))
    report = make_report(
        Outcome(
            window=window,
            dry_run=True,
            rows=list(latest(found.rows, ahead.applied.rows).values()),
            members=ahead.members,
            problems=problems,
            gone=found.gone,
            language=language,
        )
    )
    return Ahead(report, problems, None if codes is None else len(codes))


def _of_codes(account: Account, codes: Sequence[AccountingCode]) -> list[Problem]:
    """What would hold back the first invoice with one of these codes."""
    setup = read_setup(account) if codes else None
    if not isinstance(setup, Setup):
        return []
    found = (
        what_stands_against(one, chart=setup.chart, space=account.rules, today=account.today)
        for one in codes
    )
    return [Problem(reason) for reason in found if reason is not None]


def _check(account: Account) -> Problem | None:
    """What would stop everything; looked at even where no invoice waits."""
    try:
        if missing := account.cobot.get_missing_scopes():
            details = {"connection": account.cobot_connection, "scopes": ", ".join(missing)}
            return stopping(Reason("CS-105", details))
        account.cobot.space.check_stated()
        reason = check_sevdesk(account)
        return stopping(reason) if isinstance(reason, Reason) else None
    except CobotSevdeskError as error:
        if error.reach is Reach.LATER:
            raise
        return stopping(reason_of(error, account))
