"""The tasks of the preflight DAG: which spaces, and one check for each."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from airflow.sdk import get_current_context

from cobot_sevdesk.airflow import metrics
from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.airflow.failures import ToldFailure, wrong_input
from cobot_sevdesk.airflow.overdue import find_overdue
from cobot_sevdesk.airflow.proof import look_at_assumptions, prove_by_writing, wish_of
from cobot_sevdesk.airflow.request import next_request
from cobot_sevdesk.airflow.settling import patient
from cobot_sevdesk.airflow.texts import TEXTS
from cobot_sevdesk.config import BrokenConfig, SpaceConfig, load_space_configs
from cobot_sevdesk.domain.letters import NO_LINKS, Links, letter
from cobot_sevdesk.domain.problems import Problem, stopping
from cobot_sevdesk.errors import ConfigError, ConnectionConfigError
from cobot_sevdesk.sync.account import connection_reason
from cobot_sevdesk.sync.links import find_links
from cobot_sevdesk.sync.preflight import look_ahead
from cobot_sevdesk.sync.report import in_words

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PreflightTasks:
    """The tasks of the preflight; `folder` holds the space files."""

    folder: Path

    def list_spaces(self) -> list[dict[str, str]]:
        """The spaces to check, by slug: those typed in, else all.

        Raises:
            ConfigError: a space that there is no file for.
        """
        context: Any = get_current_context()
        known = [space.slug for space in load_space_configs(self.folder)]
        chosen = context["params"].get("spaces") or known
        to_prove = context["params"].get("prove_writing")
        unknown = sorted({*chosen, *([to_prove] if to_prove else [])} - set(known))
        if unknown:
            raise ConfigError([f"spaces: no file for {', '.join(unknown)}"])
        if to_prove:
            chosen = [to_prove]
        return [{"slug": slug} for slug in sorted(chosen)]

    def check_space(self, slug: str) -> dict[str, Any]:
        """What the next run of the space would report; red where anything stands in its way."""
        context: Any = get_current_context()
        context["space"] = slug
        config = next(space for space in load_space_configs(self.folder) if space.slug == slug)
        if isinstance(config, BrokenConfig):
            problems = config.problems
            raise ToldFailure("\n".join(problems), [wrong_input(problems, "en")])
        now = datetime.now(UTC)
        request, late = next_request(config, now), _look_whether_overdue(context["ti"], config, now)
        try:
            account = patient(open_account(config, self.folder, today=request.today), slug)
        except ConnectionConfigError as error:
            _fail((*late, stopping(connection_reason(error))), config)
        wish = wish_of(context["params"], slug)
        proven = prove_by_writing(account, config, wish, context) if wish else []
        ahead = look_ahead(account, request.confirmed, request.window, language=config.language)
        texts = TEXTS[config.language]
        if ahead.report:
            told = in_words(ahead.report, config.language)
            log.info("%s", texts.next_run.format(report=told))
            checked = "–" if ahead.codes_checked is None else ahead.codes_checked
            log.info("%s", texts.codes_checked.format(count=checked))
            if not wish:
                look_at_assumptions(account, config, context)
        if found := (*late, *proven, *ahead.problems):
            _fail(found, config, find_links(account))
        log.info("%s", texts.all_fine.format(space=slug))
        return ahead.report.to_json() if ahead.report else {}


def _look_whether_overdue(ti: Any, config: SpaceConfig, now: datetime) -> tuple[Problem, ...]:  # noqa: ANN401
    """The problem of a space that is overdue, if it is; tells Airflow's metrics of it."""
    problem = find_overdue(ti, config, now)
    metrics.gauge(config.slug, "overdue", int(problem is not None))
    return (problem,) if problem else ()


def _fail(problems: Sequence[Problem], config: SpaceConfig, links: Links = NO_LINKS) -> NoReturn:
    """Be red under the labels of the problems; their letters come last in the log."""
    language = config.language
    letters = [letter(problem, language=language, links=links) for problem in problems]
    labels = "; ".join(problem.label(language) for problem in problems)
    raise ToldFailure(labels[:1000], letters) from None
