"""The tasks of the preflight DAG: which spaces, and one check for each."""

import logging
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import get_current_context

from cobot_sevdesk.airflow.connections import UnusableConnectionError, open_space
from cobot_sevdesk.airflow.request import next_window
from cobot_sevdesk.airflow.versions import AirflowFailException
from cobot_sevdesk.config import BrokenConfig, SpaceConfig, load_space_configs
from cobot_sevdesk.domain.letters import NO_LINKS, Links, letter
from cobot_sevdesk.domain.problems import Problem
from cobot_sevdesk.errors import ConfigError
from cobot_sevdesk.steps.links import find_links
from cobot_sevdesk.steps.preflight import look_ahead
from cobot_sevdesk.steps.report import in_words
from cobot_sevdesk.steps.space import connection_reason, stopped

log = logging.getLogger(__name__)


def list_spaces() -> list[dict[str, str]]:
    """The spaces to check, by slug: those typed in, else all.

    Raises:
        ConfigError: a space that there is no file for.
    """
    context: Any = get_current_context()
    known = [space.slug for space in load_space_configs()]
    chosen = context["params"].get("spaces") or known
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        raise ConfigError([f"spaces: no file for {', '.join(unknown)}"])
    return [{"slug": slug} for slug in sorted(chosen)]


def check_space(slug: str) -> dict[str, Any]:
    """What the next run of the space would report; red where anything stands in its way."""
    context: Any = get_current_context()
    context["space"] = slug
    config = next(space for space in load_space_configs() if space.slug == slug)
    if isinstance(config, BrokenConfig):
        raise AirflowFailException("\n".join(config.problems))
    now = datetime.now(UTC)
    window, today = next_window(config, now)
    try:
        space = open_space(config, today=today)
    except UnusableConnectionError as error:
        problem = stopped(connection_reason(error.connection, error))
        _tell((problem,), config)
        raise AirflowFailException(problem.label(config.language)) from None
    ahead = look_ahead(space, window, language=config.language)
    if ahead.report:
        log.info("The next run would do this:\n%s", in_words(ahead.report))
    if ahead.codes_checked is None:
        log.info("Accounting codes not checked: the token lacks read_accounting_codes")
    elif ahead.report:
        log.info("%d accounting codes of the space's settings checked", ahead.codes_checked)
    if ahead.problems:
        _tell(ahead.problems, config, find_links(space))
        labels = "; ".join(problem.label(config.language) for problem in ahead.problems)
        raise AirflowFailException(labels[:1000])
    log.info("%s: safe to switch on", slug)
    return dict(ahead.report)


def _tell(problems: tuple[Problem, ...], config: SpaceConfig, links: Links = NO_LINKS) -> None:
    for problem in problems:
        log.error("%s", letter(problem, language=config.language, links=links))
