"""Thin tasks: decode what was handed over, call one step, encode what it returns."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any, NoReturn, TypeVar

from airflow.sdk import get_current_context

from cobot_sevdesk.airflow import metrics, notifications
from cobot_sevdesk.airflow import xcom as handoff
from cobot_sevdesk.airflow.connections import UnusableConnectionError, accounts_of, open_space
from cobot_sevdesk.airflow.recall import MOST_STAMPS, leave, recall, recall_look
from cobot_sevdesk.airflow.request import RunRequest, read_request
from cobot_sevdesk.airflow.texts import TEXTS
from cobot_sevdesk.airflow.versions import AirflowFailException, DownstreamTasksSkipped
from cobot_sevdesk.config import SpaceConfig, load_space_config
from cobot_sevdesk.domain.letters import Links, letter
from cobot_sevdesk.domain.outcome import (
    InvoicesChecked,
    InvoicesFound,
    MembersFound,
    MembersSynced,
    Pushed,
)
from cobot_sevdesk.domain.problems import Problem, Problems, Reason
from cobot_sevdesk.errors import OutcomeUnknownError, RemoteUnavailableError
from cobot_sevdesk.steps import contacts, invoices, members, push, repair, report
from cobot_sevdesk.steps.links import find_links
from cobot_sevdesk.steps.space import Space, connection_reason, stopped

log = logging.getLogger(__name__)

OUTCOME = "outcome"
"""XCom key of what `push_vouchers` did; its return value is the arguments of each box."""
REPORT = "report"
PUSH = "push_vouchers"
BOXES = "needs_attention"
ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
LINKS = "links"
"""XCom key of the addresses that letters link to."""

Found = TypeVar("Found", MembersFound, InvoicesFound)
Left = TypeVar("Left")


def extract_members(slug: str) -> dict[str, Any]:
    """Confirmed members who have no contact yet or another number in Cobot."""
    seeing = ("extract_members", "sync_members")
    found = _extract(slug, MembersFound, members.find_members, seeing)
    return _hand_on(slug, found, to="sync_members")


def extract_invoices(slug: str) -> dict[str, Any]:
    """The invoices of the window that sevDesk does not hold yet."""
    seeing = ("extract_invoices", PUSH)
    found = _extract(slug, InvoicesFound, invoices.find_invoices, seeing)
    return _hand_on(slug, found, to="validate_booking_codes")


def sync_members(slug: str, found: dict[str, Any]) -> dict[str, Any]:
    """Exactly one sevDesk contact for each; its number stands in Cobot."""
    request, open_ = _begin(slug)
    handed = handoff.load(MembersFound, found)
    if any(problem.everything for problem in handed.problems):
        return handoff.dump(MembersSynced(problems=handed.problems))
    space = open_()
    synced = contacts.sync_members(space, handed, dry_run=request.dry_run)
    leave(space)
    if not request.dry_run:
        metrics.synced(slug, synced)
    _tell_if_cleared_alone(slug, synced.problems)
    return handoff.dump(synced)


def validate_booking_codes(slug: str, found: dict[str, Any]) -> dict[str, Any]:
    """Which invoices can be booked; for the others every reason, before any voucher is written."""
    _, open_ = _begin(slug)
    handed = handoff.load(InvoicesFound, found)
    if any(problem.everything for problem in handed.problems):
        return handoff.dump(InvoicesChecked(problems=handed.problems))
    checked = invoices.check_invoices(open_(), handed)
    _tell_if_cleared_alone(slug, checked.problems)
    return handoff.dump(checked)


def push_vouchers(slug: str, checked: dict[str, Any], synced: dict[str, Any]) -> list[Any]:
    """Exactly one complete voucher for each bookable invoice; returns what the boxes are told."""
    request, open_ = _begin(slug)
    # What a task left that is skipped now is of a time before the run was cleared.
    bookable = handoff.load(InvoicesChecked, checked if _invoices_found().leaves_work else None)
    known = handoff.load(MembersSynced, synced if _members_found().leaves_work else None)
    problems = (*bookable.problems, *known.problems)
    if any(problem.code == "CS-115" for problem in problems):
        # Without a connection there is no client to open; the problem says which.
        pushed = Pushed(problems=tuple(Problems(problems)))
    else:
        space = open_()
        began = monotonic()
        pushed = push.push_vouchers(space, bookable, known, dry_run=request.dry_run)
        leave(space)
        if not request.dry_run:
            metrics.timing(slug, "push", monotonic() - began)
            metrics.booked(slug, pushed)
        if pushed.problems:
            get_current_context()["ti"].xcom_push(LINKS, handoff.dump(find_links(space)))
    get_current_context()["ti"].xcom_push(OUTCOME, handoff.dump(replace(pushed, problems=())))
    _tell_if_cleared_alone(slug, pushed.problems)
    return [{"problem": handoff.dump(box)} for box in Problems(pushed.problems).boxes()]


def needs_attention(slug: str, problem: dict[str, Any]) -> dict[str, Any]:
    """One red box for each problem; cleared, it tries again just what the problem held up."""
    context: Any = get_current_context()
    shown = handoff.load(Problem, problem)
    config = load_space_config(slug)
    context["label"] = shown.label(config.language)
    if context["ti"].try_number == 1:
        _write_letter(shown, config)
    request, open_ = _begin(slug)
    repaired = repair.retry(open_(), shown, request.window, dry_run=request.dry_run)
    if not request.dry_run:
        metrics.synced(slug, repaired.synced)
        metrics.booked(slug, repaired.pushed)
    left = Problems((*repaired.synced.problems, *repaired.pushed.problems)).boxes()
    if left or request.dry_run:
        for one in left or [shown]:
            _log_letter(one, config)
        raise AirflowFailException((left or [shown])[0].label(config.language))
    log.info("Solved: %s", context["label"])
    return {"problem": problem, "pushed": handoff.dump(repaired.pushed)}


def report_run(slug: str) -> dict[str, Any]:
    """The totals of the run; logged, and returned for whoever adds up runs."""
    request, open_ = _begin(slug)
    config = load_space_config(slug)
    found, of_members = _invoices_found(), _members_found()
    # Airflow keeps what a task left before it was skipped.
    was_checked, was_synced = found.leaves_work, of_members.leaves_work
    was_pushed = was_checked or was_synced
    solved = _pulled_all(BOXES) if was_pushed else []
    gone = [one["problem"] for one in solved]
    shown = [box["problem"] for box in _pulled(PUSH) or []] if was_pushed else []
    boxes = [one for one in shown if one not in gone]
    totals = report.totals(
        report.RunOutcome(
            window=request.window,
            dry_run=request.dry_run,
            found=found,
            synced=_left(MembersSynced, "sync_members", ran=was_synced),
            checked=_left(InvoicesChecked, "validate_booking_codes", ran=was_checked),
            pushed=_left(Pushed, PUSH, OUTCOME, ran=was_pushed),
            problems=tuple(handoff.load(Problem, box) for box in boxes),
            repaired=tuple(handoff.load(Pushed, one["pushed"]) for one in solved),
            language=config.language,
        )
    )
    log.info("%s", report.in_words(totals))
    if not request.dry_run:
        metrics.held_back(slug, totals)
    if not request.dry_run and request.is_scheduled:
        left = [handoff.load(Problem, box) for box in boxes]
        notifications.tell_changes(
            get_current_context(), config, left, links=_links(), open_space=open_
        )
    return totals


def _begin(slug: str) -> tuple[RunRequest, Callable[..., Space]]:
    """What the run asks for, checked first, and a way to open the space."""
    context: Any = get_current_context()
    config = load_space_config(slug)
    request = read_request(context, config)
    ti = context["ti"]
    return request, lambda **recalled: open_space(
        config,
        **recalled,
        today=request.today,
        most_new=request.most_new,
        last_try=ti.try_number > ti.max_tries,
        try_number=ti.try_number,
        run_id=context["run_id"],
    )


def _extract(
    slug: str,
    kind: type[Found],
    find: Callable[[Space, Any], Found],
    seeing: tuple[str, str],
) -> Found:
    """Run a reading step; what stops the whole space becomes a problem, not a crash.

    `seeing` are the tasks whose memory it takes over: its own, and that of the one that writes.
    """
    request, open_ = _begin(slug)
    try:
        accounts = accounts_of(load_space_config(slug))
        reader, writer = (recall(task_id, accounts) for task_id in seeing)
        recalled_id = reader.id_on(request.today)
        memory = reader.memory(writer, partial(recall_look, seeing[0], accounts))
        space = open_(memory=memory, recalled_space_id=recalled_id)
    except UnusableConnectionError as error:
        return kind(problems=(stopped(connection_reason(error.connection, error)),))
    try:
        found = find(space, request.window)
    except (RemoteUnavailableError, OutcomeUnknownError) as error:
        if not space.last_try:
            raise
        found = kind(problems=(stopped(Reason("CS-306", {"service": error.request.service})),))
    if not request.is_scheduled or any(problem.everything for problem in found.problems):
        space.memory.keep_all(at_most=MOST_STAMPS)
    leave(space, reader)
    return found


def _hand_on(slug: str, found: Found, *, to: str) -> dict[str, Any]:
    """What was found, for the next task; that one is skipped where there is nothing for it to do.

    Most runs find nothing new, and a task that does nothing costs a process all the same.
    """
    handed = handoff.dump(found)
    _tell_if_cleared_alone(slug, found.problems)
    if found.leaves_work:
        return handed
    # Airflow stores no return value of a task that skips others; the report reads it.
    get_current_context()["ti"].xcom_push("return_value", handed)
    raise DownstreamTasksSkipped(tasks=[to])


def _tell_if_cleared_alone(slug: str, problems: Sequence[Problem]) -> None:
    """Be red where no box will be: somebody cleared this task without what follows it.

    Raises:
        AirflowFailException: there are problems, and the run has ended before.
    """
    ti: Any = get_current_context()["ti"]
    if not problems or ti.try_number == 1 or _is_waited_for(ti):
        return
    config = load_space_config(slug)
    boxes = Problems(problems).boxes()
    for box in boxes:
        _log_letter(box, config)
    label = boxes[0].label(config.language)
    raise AirflowFailException(TEXTS[config.language].cleared_alone.format(label=label))


def _is_waited_for(ti: Any) -> bool:  # noqa: ANN401  Airflow's
    """Whether what makes the boxes is still to come, as after *Only failed* it may be."""
    follow = [task_id for task_id in (PUSH, BOXES) if task_id != ti.task_id]
    found = ti.get_task_states(dag_id=ti.dag_id, task_ids=follow, run_ids=[ti.run_id])
    return not ENDED.issuperset(found.get(ti.run_id, {}).values())


def _log_letter(problem: Problem, config: SpaceConfig) -> None:
    log.error("%s", letter(problem, language=config.language, links=_links()))


def _links() -> Links:
    return handoff.load(Links, _pulled(PUSH, LINKS))


def _write_letter(problem: Problem, config: SpaceConfig) -> NoReturn:
    _log_letter(problem, config)
    raise AirflowFailException(problem.label(config.language))


def _invoices_found() -> InvoicesFound:
    return handoff.load(InvoicesFound, _pulled("extract_invoices"))


def _members_found() -> MembersFound:
    return handoff.load(MembersFound, _pulled("extract_members"))


def _left(kind: type[Left], task_id: str, key: str = "return_value", *, ran: bool) -> Left:
    return handoff.load(kind, _pulled(task_id, key) if ran else None)


def _pulled(task_id: str, key: str = "return_value") -> Any:  # noqa: ANN401  JSON
    return get_current_context()["ti"].xcom_pull(task_ids=task_id, key=key)


def _pulled_all(task_id: str) -> Sequence[Any]:
    """What the mapped instances returned that went through; the red ones return nothing."""
    return [one for one in get_current_context()["ti"].xcom_pull(task_ids=[task_id]) or [] if one]
