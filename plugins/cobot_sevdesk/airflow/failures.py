"""The letter of a red task, as the last thing in its log: Airflow shows the end of a log first.

Airflow writes a traceback when a task fails; `write_letters` is called after that.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from cobot_sevdesk.airflow.texts import TEXTS
from cobot_sevdesk.airflow.versions import AirflowFailException
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.letters import NO_LINKS, Links, letter
from cobot_sevdesk.domain.problems import Problem, Reason, stopping
from cobot_sevdesk.errors import (
    ConfigError,
    ConnectionConfigError,
    LockFileError,
    RemoteUnavailableError,
    SpaceBusyError,
)
from cobot_sevdesk.sync.account import connection_reason, lock_reason

log = logging.getLogger(__name__)

_OF_FILE = re.compile(r"\S+\.ya?ml\b")


class ToldFailure(AirflowFailException):  # type: ignore[misc]  # from whichever Airflow is there
    """The task is red for a reason that its letters tell; it is not tried again."""

    def __init__(self, label: str, letters: Sequence[str] = ()) -> None:
        super().__init__(label)
        self.letters = tuple(letters)


def fail(
    problems: Sequence[Problem], language: Language, *, label: str = "", links: Links = NO_LINKS
) -> NoReturn:
    """Be red under a label, else under those of the problems; their letters come last in the log.

    Raises:
        ToldFailure: always.
    """
    letters = [letter(problem, language=language, links=links) for problem in problems]
    labels = label or "; ".join(problem.label(language) for problem in problems)
    raise ToldFailure(labels[:1000], letters) from None


def write_letters(context: Mapping[str, Any], language: Language = "en") -> None:
    """Write what a person has to know about the failure, after Airflow's traceback.

    A callback of Airflow (`on_failure_callback`).
    """
    error = context.get("exception")
    letters = letters_of(error, str(context["ti"].task_id), language)
    # What Airflow writes after a task stands in a group that is folded away: this ends it.
    log.info("::endgroup::")
    for one in letters:
        log.error("%s", one)


def letters_of(  # noqa: PLR0911  one line for each kind of error
    error: object, task_id: str, language: Language
) -> Sequence[str]:
    """The letters of an error; of one that nobody foresaw, which task to look at."""
    if isinstance(error, ToldFailure):
        return error.letters
    cause = error.__cause__ if isinstance(error, AirflowFailException) else error
    if cause is None and error is not None:
        return []  # its message is all there is to say
    if isinstance(cause, ConnectionConfigError):
        return [letter(stopping(connection_reason(cause)), language=language)]
    if isinstance(cause, LockFileError):
        return [letter(stopping(lock_reason(cause)), language=language)]
    if isinstance(cause, ConfigError):
        return [_wrong_input(cause.problems, language)]
    if isinstance(cause, SpaceBusyError):
        return [letter(stopping(Reason("CS-311")), language=language)]
    if isinstance(cause, RemoteUnavailableError):
        answer = f"HTTP {cause.status}" if cause.status else "no_answer"
        details = {"service": cause.request.service, "answer": answer}
        return [letter(stopping(Reason("CS-306", details)), language=language)]
    return [letter(stopping(Reason("CS-309", {"tasks": task_id})), language=language)]


def _wrong_input(problems: Sequence[str], language: Language) -> str:
    """The letter for a space file, or for parameters of a run, that cannot be used."""
    texts = TEXTS[language]
    of_file = any(_OF_FILE.match(problem) for problem in problems)
    listed = "\n".join(f"  {problem}" for problem in problems)
    return (texts.file_wrong if of_file else texts.request_wrong).format(problems=listed)
