"""One message for each problem when it appears, and one when it is gone; not one for each run.

Any Airflow notifier can carry it. What was told last stands in an XCom of the report task, so that
the next scheduled run knows what is new.
"""

import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from cobot_sevdesk.airflow.texts import TEXTS
from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.letters import NO_LINKS, Links, letter
from cobot_sevdesk.domain.problems import Problem
from cobot_sevdesk.sync.account import Account
from cobot_sevdesk.sync.notices import tell_problem

log = logging.getLogger(__name__)

TOLD = "problems_told"
"""XCom key of the labels that somebody was told about."""


def tell_changes(
    context: Any,  # noqa: ANN401  Airflow's context
    config: SpaceConfig,
    problems: Sequence[Problem],
    *,
    links: Links = NO_LINKS,
    open_account: Callable[[], Account | None] | None = None,
) -> None:
    """Tell what appeared and what is solved since the last scheduled run.

    `problems` are all that are open, whichever run found them. `open_account` leads to Cobot's
    activity feed, where the space file asks for it. A notifier that fails is logged: the books are
    right without it.
    """
    if not (config.notifications or config.cobot.activity_feed):
        return
    ti = context["ti"]
    before = set(ti.xcom_pull(task_ids=ti.task_id, key=TOLD, include_prior_dates=True) or [])
    now = {problem.label(config.language): problem for problem in problems}
    appeared = {label: now[label] for label in sorted(now.keys() - before)}
    for label, problem in appeared.items():
        message = letter(problem, language=config.language, links=links)
        _send(context, config, label, message)
    for label in sorted(before - now.keys()):
        told = TEXTS[config.language].solved.format(label=label)
        _send(context, config, told, told)
    if open_account is not None and config.cobot.activity_feed and (account := open_account()):
        for problem in appeared.values():
            tell_problem(account, problem)
    ti.xcom_push(TOLD, sorted(now))


def _send(context: Any, config: SpaceConfig, title: str, message: str) -> None:  # noqa: ANN401  Airflow's context
    # Not "subject": a notifier puts its own arguments under their names on top.
    texts = {"problem_title": f"{config.slug}: {title}", "problem_letter": message}
    for one in config.notifications:
        module, _, name = one.notifier.rpartition(".")
        try:
            notifier = getattr(import_module(module), name)(**one.arguments)
            notifier({**context, **texts})
        except Exception:  # whatever a foreign notifier raises must not turn a good run red
            log.exception("%s could not be told: %s", one.notifier, title)
