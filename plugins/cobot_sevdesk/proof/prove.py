"""The proof: whether Cobot and sevDesk behave as this package assumes, tried on a real account.

`check_by_reading` writes nothing; every preflight does it. `prove` writes in sevDesk one marked
contact, for a moment a second one, a tag and two marked drafts. One of them is open for a moment.
In Cobot it changes the number of the member that was named, and changes it back. It removes all of
it. A proof that was interrupted is cleaned up by the next.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cobot_sevdesk.errors import (
    CobotSevdeskError,
    CredentialsError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
)
from cobot_sevdesk.proof import attachments, contacts, lists, member, reading, vouchers
from cobot_sevdesk.proof.assumptions import Finding, Observed, complete, say
from cobot_sevdesk.proof.cleanup import clean_up
from cobot_sevdesk.proof.trial import NotPossibleError, Trial, why_not
from cobot_sevdesk.sync.lock import sole_writer

Step = tuple[tuple[str, ...], Callable[[Trial], None]]
"""The assumptions that a step settles, and what it does."""

READING: tuple[Step, ...] = (
    (("C-03", "C-04", "C-11", "C-15", "C-16"), reading.read_invoice_pages),
    (("C-05",), reading.read_page_length),
    (("C-01",), reading.read_invoice_order),
    (("C-02",), reading.read_invoice_dates),
    (("C-13",), reading.read_pdf),
    (("C-08",), reading.read_user),
    (("C-07",), reading.read_members),
    (("C-10",), reading.read_ended_members),
    (("C-09",), reading.read_space_by_name),
    (("C-14",), reading.read_api1_error),
    (("S-02", "S-03"), lists.read_lists),
    (("S-06",), reading.read_missing_object),
    (("S-07",), reading.read_countries),
    (("S-08",), reading.read_guidance),
    (("S-10",), reading.read_cost_centres),
)
WRITING: tuple[Step, ...] = (
    (("S-30", "S-22"), contacts.make_contact),
    (("S-20", "S-25"), contacts.wait_for_contact),
    (("S-31",), contacts.make_twin),
    (("S-40",), vouchers.make_first),
    (("S-05", "S-22"), vouchers.read_first),
    (("S-42", "S-41"), vouchers.make_second),
    (("S-20", "S-25"), lists.wait_for_vouchers),
    (("S-01",), lists.read_orders),
    (("S-24",), lists.read_dates),
    (("S-33", "S-34", "S-35", "S-04"), attachments.tag_both),
    (("S-46", "S-47"), attachments.attach_document),
    (("S-01",), lists.read_orders),
    (("S-40", "S-21"), vouchers.contradict),
    (("S-01",), lists.read_orders),
    (("S-20", "S-25"), lists.judge_lags),
    (("S-23",), lists.ask_for_changes),
    (("S-48",), vouchers.try_zero),
    (("S-09",), vouchers.try_rule_21),
    (("S-44",), attachments.try_unknown_file),
    (("S-45",), attachments.try_unreadable_file),
    (("S-47",), attachments.open_with_document),
    (("S-42",), vouchers.open_negative),
    (("S-02",), lists.fill_page),
    (("C-20", "C-21", "C-22", "C-25"), member.change_number),
    (("C-23", "C-24"), member.try_other_numbers),
)
LAST: tuple[Step, ...] = (
    (("C-06",), reading.read_cobot_with_wrong_token),
    (("S-11",), reading.read_sevdesk_with_wrong_token),
)


@dataclass(frozen=True)
class Proof:
    """One finding for each assumption; `left` names what could not be removed.

    `why_not` says why nothing was written; `None` where something was. `lag` is the longest delay
    of a list in seconds; `None` where none was measured, or a list never showed what was made.
    """

    findings: Sequence[Finding]
    left: Sequence[Observed] = ()
    why_not: Observed | None = None
    lag: float | None = None


def check_by_reading(trial: Trial) -> Proof:
    """What reading settles. Nothing here stops a preflight: what fails was not tried."""
    with _listening(trial):
        _read(trial)
    return Proof(complete(trial.findings, why_not=say("only_writing")))


def prove(trial: Trial) -> Proof:
    """What reading and writing settle. It begins and ends by removing what proofs made.

    Raises:
        SpaceBusyError: another task wrote for this space all the time.
        CredentialsError: a token is not accepted.
        RemoteUnavailableError, OutcomeUnknownError: what was made may not be removed; try again.
    """
    with sole_writer(trial.account), _listening(trial):
        try:
            before = clean_up(trial)
        except CredentialsError:
            raise
        except (RemoteRejectedError, RemoteUnavailableError, NotPossibleError) as error:
            _read(trial)
            if not any(one.verdict != "not tried" for one in trial.findings if one.id != "B-01"):
                raise
            return _result(trial, [], say("cannot_remove", why=why_not(error)))
        if before:
            return _result(trial, before, say("left_before"))
        trial.findings.clear()
        try:
            _read(trial)
            _try(trial, WRITING)
        finally:
            left = clean_up(trial)
        _try(trial, LAST)
        return _result(trial, left)


def _read(trial: Trial) -> None:
    began = trial.now()
    _try(trial, READING)
    seconds = round(trial.now() - began, 1)
    told = say("silent", count=trial.silent) if trial.silent else say("took", seconds=seconds)
    trial.note("B-01", told, holds=not trial.silent)


def _try(trial: Trial, steps: Sequence[Step]) -> None:
    """Every step; what one cannot settle was not tried, and why is told."""
    for ids, step in steps:
        try:
            step(trial)
        except CredentialsError:
            raise
        except CobotSevdeskError as error:
            why = why_not(error)
            trial.is_uncertain = trial.is_uncertain or isinstance(error, OutcomeUnknownError)
            trial.silent += isinstance(error, RemoteError) and error.status is None
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            # An answer of a shape that nobody has seen must not keep a proof from cleaning up.
            why = why_not(error)
        else:
            continue
        settled = {finding.id for finding in trial.findings}
        for id_ in ids:
            if id_ not in settled:
                trial.skip(id_, why)


def _result(trial: Trial, left: Sequence[Observed], why: Observed | None = None) -> Proof:
    lag = None if None in trial.lags or not trial.lags else trial.lag
    return Proof(complete(trial.findings, why_not=why), tuple(left), why, lag)


def _listening(trial: Trial) -> AbstractContextManager[None]:
    account = trial.account
    return trial.listener.on(account.sevdesk.transport, account.cobot.api1, account.cobot.api2)
