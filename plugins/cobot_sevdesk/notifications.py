"""One message for each problem when it appears, and one when it is gone; not one for each run.

Any Airflow notifier can carry it. What was told last stands in an XCom of the report task, so that
the next scheduled run knows what is new.
"""

import logging
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.problem import Problem, letter

log = logging.getLogger(__name__)

TOLD = "problems_told"
"""XCom key of the labels that somebody was told about."""
GONE = {"en": "Solved", "de": "Erledigt"}


def tell_changes(context: Any, config: SpaceConfig, problems: Sequence[Problem]) -> None:  # noqa: ANN401  Airflow's context
    """Tell what appeared and what is gone since the last scheduled run.

    A notifier that fails is logged: the books are right without it.
    """
    ti = context["ti"]
    before = set(ti.xcom_pull(task_ids=ti.task_id, key=TOLD, include_prior_dates=True) or [])
    now = {problem.label(config.language): problem for problem in problems}
    for label in sorted(now.keys() - before):
        _send(
            context,
            config,
            label,
            letter(now[label], language=config.language, subdomain=config.cobot.subdomain),
        )
    for label in sorted(before - now.keys()):
        told = f"{GONE[config.language]}: {label}"
        _send(context, config, told, told)
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
