"""The proof: whether Cobot and sevDesk behave as this package assumes, tried on a real account.

`check_by_reading` writes nothing; every preflight does it. `prove` writes: one marked contact (for
a moment a second one), two marked drafts, one tag, and one member's number in Cobot, changed and
changed back. It removes all of it. One that was interrupted is cleaned up by the next.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cobot_sevdesk.domain.assumptions import Finding, complete
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    CredentialsError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
)
from cobot_sevdesk.sync import proof_contacts as contacts
from cobot_sevdesk.sync import proof_member as member
from cobot_sevdesk.sync import proof_reading as reading
from cobot_sevdesk.sync import proof_vouchers as vouchers
from cobot_sevdesk.sync.lock import sole_writer
from cobot_sevdesk.sync.proof_cleanup import Removed, clean_up
from cobot_sevdesk.sync.proof_trial import NotPossibleError, Trial

log = logging.getLogger(__name__)

Step = tuple[tuple[str, ...], Callable[[Trial], None]]
"""The assumptions that a step settles, and what it does."""

READING: tuple[Step, ...] = (
    (("C-03", "C-04", "C-05", "C-11", "C-15", "C-16"), reading.read_invoice_page),
    (("C-01",), reading.read_invoice_order),
    (("C-02",), reading.read_invoice_dates),
    (("C-13",), reading.read_pdf),
    (("C-08",), reading.read_user),
    (("C-07",), reading.read_members),
    (("C-10",), reading.read_ended_members),
    (("C-09",), reading.read_space_by_name),
    (("C-14",), reading.read_api1_error),
    (("S-02", "S-03"), reading.read_lists),
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
    (("S-20", "S-25"), vouchers.wait_for_list),
    (("S-01",), vouchers.read_order),
    (("S-24",), vouchers.read_dates),
    (("S-33", "S-34", "S-35", "S-04"), vouchers.tag_both),
    (("S-46", "S-47"), vouchers.attach_document),
    (("S-40", "S-21"), vouchers.contradict),
    (("S-23",), vouchers.ask_for_changes),
    (("S-48",), vouchers.try_zero),
    (("S-09",), vouchers.try_rule_21),
    (("S-44",), vouchers.try_unknown_file),
    (("S-45",), vouchers.try_unreadable_file),
    (("C-20", "C-21", "C-22", "C-25"), member.change_number),
    (("C-23", "C-24"), member.try_other_numbers),
)
LAST: tuple[Step, ...] = (
    (("C-06",), reading.read_with_wrong_cobot_token),
    (("S-11",), reading.read_with_wrong_sevdesk_token),
)
LATER = "only a proof that writes tries it"


@dataclass(frozen=True)
class Proof:
    """One finding for each assumption; `left` names what could not be removed.

    `why_not` says why nothing was written; empty where it was.
    """

    findings: Sequence[Finding]
    left: Sequence[str] = ()
    why_not: str = ""


def check_by_reading(trial: Trial) -> Proof:
    """What reading settles. Nothing here stops a preflight: what fails was not tried."""
    with _listening(trial):
        _read(trial)
    return Proof(complete(trial.findings, why_not=LATER))


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
        except (RemoteRejectedError, RemoteUnavailableError) as error:
            _read(trial)
            if not any(one.verdict != "not tried" for one in trial.findings if one.id != "B-01"):
                raise
            why = f"nothing could be removed again, so nothing is made: {error}"
            return _result(trial, Removed(), why)
        if before.left:
            why = "what an earlier proof left has to be removed by hand first"
            return _result(trial, before, why)
        trial.findings.clear()
        try:
            _read(trial)
            _try(trial, WRITING)
        finally:
            removed = clean_up(trial)
        _try(trial, LAST)
        return _result(trial, removed, "")


def _read(trial: Trial) -> None:
    began = trial.now()
    _try(trial, READING)
    seconds = trial.now() - began
    trial.note("B-01", holds=True, observed=f"all reading took {seconds:.1f} s")


def _try(trial: Trial, steps: Sequence[Step]) -> None:
    """Every step; what one cannot settle was not tried, and why is told."""
    for ids, step in steps:
        try:
            step(trial)
        except CredentialsError:
            raise
        except (NotPossibleError, CobotSevdeskError) as error:
            why = str(error)
            trial.is_uncertain = trial.is_uncertain or isinstance(error, OutcomeUnknownError)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # An answer of a shape that nobody has seen must not keep a proof from cleaning up.
            why = f"the answer is not understood ({type(error).__name__})"
        else:
            continue
        log.info("Not tried: %s: %s", ", ".join(ids), why)
        settled = {finding.id for finding in trial.findings}
        for id_ in ids:
            if id_ not in settled:
                trial.skip(id_, why)


def _result(trial: Trial, removed: Removed, why_not: str) -> Proof:
    return Proof(complete(trial.findings, why_not=why_not), tuple(removed.left), why_not)


def _listening(trial: Trial) -> AbstractContextManager[None]:
    account = trial.account
    return trial.listener.on(account.sevdesk.transport, account.cobot.api1, account.cobot.api2)
