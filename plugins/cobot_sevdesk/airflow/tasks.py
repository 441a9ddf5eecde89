"""The tasks of a space: take what earlier tasks left, call one step, leave what it returns.

What was decided where: `sync/runs.py` holds the steps, `domain/decisions.py` what becomes of an
invoice.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

from airflow.sdk import get_current_context

from cobot_sevdesk.airflow import history, metrics, notifications, xcom
from cobot_sevdesk.airflow.connections import open_account, patient
from cobot_sevdesk.airflow.failures import fail
from cobot_sevdesk.airflow.outcome import (
    ATTENTION,
    EXTRACT_INVOICES,
    EXTRACT_MEMBERS,
    LINKS,
    PUSH,
    PUSHED,
    REPAIRED,
    SYNC,
    VALIDATE,
    Repaired,
    checked_before_push,
    members_before_push,
    outcome_of_run,
    task_states,
)
from cobot_sevdesk.airflow.request import RunRequest, read_request
from cobot_sevdesk.airflow.texts import TEXTS
from cobot_sevdesk.airflow.versions import DownstreamTasksSkipped, runs_on_one_machine
from cobot_sevdesk.config import SpaceConfig, load_space_config
from cobot_sevdesk.domain.letters import Links
from cobot_sevdesk.domain.plan import Applied, MembersApplied, problems_of
from cobot_sevdesk.domain.problems import Problem, Problems, stopping
from cobot_sevdesk.errors import ConnectionConfigError
from cobot_sevdesk.sync import lock, runs
from cobot_sevdesk.sync.account import Account, Circumstances, connection_reason
from cobot_sevdesk.sync.members import MembersFound
from cobot_sevdesk.sync.notices import find_links
from cobot_sevdesk.sync.report import in_words, make_report
from cobot_sevdesk.sync.runs import InvoicesFound, Pushed

log = logging.getLogger(__name__)

ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})


@dataclass(frozen=True)
class SpaceTasks:
    """The tasks of one space; `folder` holds the space files."""

    slug: str
    folder: Path

    def extract_members(self) -> Any:  # noqa: ANN401  JSON
        """Confirmed members who have no contact yet or another number in Cobot."""
        task = self._begin()
        if account := task.find_account():
            days = task.request.members_window
            found = runs.find_members(account, task.request.confirmed, days)
        else:
            found = MembersFound(problems=task.stops)
        return self._hand_on(found, to=SYNC)

    def extract_invoices(self) -> Any:  # noqa: ANN401  JSON
        """The invoices of the window that sevDesk does not hold yet."""
        task = self._begin()
        history.leave_scheduled_run(task.request)
        if account := task.find_account():
            found = runs.find_invoices(account, task.request.window, history.known_contents())
        else:
            found = InvoicesFound(stops=task.stops)
        return self._hand_on(found, to=VALIDATE)

    def sync_members(self) -> Any:  # noqa: ANN401  JSON
        """Exactly one sevDesk contact for each; its number stands in Cobot."""
        task = self._begin()
        found = xcom.get_left(MembersFound, EXTRACT_MEMBERS)
        if any(problem.everything for problem in found.problems):
            applied = MembersApplied(problems=found.problems)
        else:
            account = task.get_account()
            _warn_of_several_machines()
            applied = runs.sync_members(account, found, dry_run=task.request.dry_run)
            task.count_members(applied)
        _tell_if_cleared_alone(task.config, applied.problems)
        return xcom.dump(applied)

    def validate_booking_codes(self) -> Any:  # noqa: ANN401  JSON
        """Which invoices can be booked; for the others every reason, before anything is written."""
        task = self._begin()
        found = xcom.get_left(InvoicesFound, EXTRACT_INVOICES)
        if found.stops:
            checked = Applied(found.unfinished, found.stops)
        else:
            checked = runs.check_invoices(task.get_account(), found.unfinished)
        problems = (*checked.stops, *problems_of(checked.rows))
        _tell_if_cleared_alone(task.config, problems)
        return xcom.dump(checked)

    def push_vouchers(self) -> list[Any]:
        """Exactly one complete voucher for each bookable invoice; returns one entry per problem."""
        task = self._begin()
        checked, known = checked_before_push(), members_before_push()
        unusable = [one for one in (*checked.stops, *known.problems) if one.code == "CS-115"]
        if checked.stops or unusable:
            pushed = Pushed(checked, known)
        else:
            account = task.get_account()
            _warn_of_several_machines()
            began = monotonic()
            pushed = runs.push(account, checked.rows, known, dry_run=task.request.dry_run)
            task.count_vouchers(pushed.applied, seconds=monotonic() - began)
            if pushed.problems:
                xcom.leave(LINKS, find_links(account))
        xcom.leave(PUSHED, pushed)
        _tell_if_cleared_alone(task.config, pushed.problems)
        return [{"problem": xcom.dump(one)} for one in Problems(pushed.problems).tasks()]

    def needs_attention(self, problem: dict[str, Any]) -> dict[str, Any]:
        """One red task for each problem; cleared, it tries again just what the problem held up."""
        context: Any = get_current_context()
        shown = xcom.load(Problem, problem)
        task = self._begin()
        context["label"] = shown.label(task.config.language)
        if context["ti"].try_number == 1:
            _fail([shown], task.config)
        request = task.request
        pushed = runs.retry(
            task.get_account(),
            shown,
            request.confirmed,
            request.window,
            history.known_contents(),
            dry_run=request.dry_run,
        )
        xcom.leave(REPAIRED, Repaired(context["ti"].map_index, shown, pushed))
        task.count_members(pushed.members)
        task.count_vouchers(pushed.applied)
        left = Problems(pushed.problems).tasks()
        if left or request.dry_run:
            _fail(left or [shown], task.config)
        log.info("%s", TEXTS[task.config.language].solved.format(label=context["label"]))
        return {"problem": problem}

    def report(self) -> dict[str, Any]:
        """The totals of the run; logged, and returned for whoever adds up runs."""
        task = self._begin()
        outcome = outcome_of_run(task.request, task.config.language)
        report = make_report(outcome)
        log.info("%s", in_words(report, task.config.language))
        history.leave_contents(outcome.rows)
        xcom.leave(history.ROWS, list(outcome.rows))
        if not task.request.dry_run:
            still_open = history.open_problems(outcome, task.request.today)
            history.leave_open_problems(still_open)
            history.leave_numbers(outcome.rows)
            problems = [one.problem for one in still_open]
            metrics.held_back(self.slug, problems)
            if task.request.is_scheduled:
                metrics.gauge(self.slug, "overdue", 0)
                notifications.tell_changes(
                    get_current_context(),
                    task.config,
                    problems,
                    links=_links(),
                    open_account=task.find_account,
                )
        return report.to_json()

    def _begin(self) -> "_Task":
        """The space file as it is now, and what the run asks for, checked first."""
        config = load_space_config(self.slug, self.folder)
        context: Any = get_current_context()
        return _Task(config, self.folder, read_request(context, config, history.green_until))

    def _hand_on(self, found: MembersFound | InvoicesFound, *, to: str) -> Any:  # noqa: ANN401  JSON
        """What was found, for the next task; that one is skipped where there is nothing to do.

        Most runs find nothing new, and a task that does nothing costs a process all the same.
        """
        _tell_if_cleared_alone(load_space_config(self.slug, self.folder), found.problems)
        if found.leaves_work:
            return xcom.dump(found)
        # Airflow stores no return value of a task that skips others; the report reads it.
        xcom.leave(xcom.RETURN_VALUE, found)
        raise DownstreamTasksSkipped(tasks=[to])


@dataclass
class _Task:
    """One task at work: the space file, what the run asks for, and the way to both services."""

    config: SpaceConfig
    folder: Path
    request: RunRequest
    stops: tuple[Problem, ...] = ()
    """Why the services cannot be spoken to."""

    def get_account(self) -> Account:
        """The space with both its clients.

        Raises:
            ConnectionConfigError: a connection cannot be used.
        """
        context: Any = get_current_context()
        ti = context["ti"]
        account = open_account(
            self.config,
            self.folder,
            today=self.request.today,
            most_new=self.request.most_new,
            task=Circumstances(context["run_id"], ti.try_number, ti.try_number > ti.max_tries),
        )
        return patient(account, self.config.slug)

    def find_account(self) -> Account | None:
        """The same; `None`, with `stops` set, where a connection cannot be used."""
        try:
            return self.get_account()
        except ConnectionConfigError as error:
            self.stops = (stopping(connection_reason(error)),)
            return None

    def count_members(self, applied: MembersApplied) -> None:
        """Tell Airflow's metrics of contacts and numbers."""
        if not self.request.dry_run:
            metrics.synced(self.config.slug, applied)

    def count_vouchers(self, applied: Applied, *, seconds: float | None = None) -> None:
        """Tell Airflow's metrics of vouchers, and how long they took."""
        if not self.request.dry_run:
            metrics.booked(self.config.slug, applied)
            if seconds is not None:
                metrics.timing(self.config.slug, "push", seconds)


def _warn_of_several_machines() -> None:
    """Tasks on several machines take turns only where they share the folder of the locks."""
    if not runs_on_one_machine() and not lock.is_shared():
        log.warning(
            "The executor may use several machines: let them share a folder, and name it in %s",
            lock.FOLDER_VARIABLE,
        )


def _tell_if_cleared_alone(config: SpaceConfig, problems: Sequence[Problem]) -> None:
    """Be red where no red task will come: somebody cleared this task without what follows it.

    Raises:
        ToldFailure: there are problems, and the run has ended before.
    """
    ti: Any = get_current_context()["ti"]
    if not problems or ti.try_number == 1 or _is_waited_for(ti.task_id):
        return
    found = Problems(problems).tasks()
    label = found[0].label(config.language)
    _fail(found, config, label=TEXTS[config.language].cleared_alone.format(label=label))


def _is_waited_for(task_id: str) -> bool:
    """Whether what makes the red tasks is still to come, as after *Only failed* it may be."""
    states = task_states()
    follow = [name for name in states if name == PUSH or name.startswith(ATTENTION)]
    return any(states[name] not in ENDED for name in follow if name != task_id)


def _links() -> Links:
    return xcom.find_left(Links, PUSH, LINKS) or Links()


def _fail(problems: Sequence[Problem], config: SpaceConfig, *, label: str = "") -> NoReturn:
    """Be red under the label of the first problem; the letters come last in the log."""
    language = config.language
    fail(problems, language, label=label or problems[0].label(language), links=_links())
