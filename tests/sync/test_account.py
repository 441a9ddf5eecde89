"""How long a space waits, and the entry of the catalogue for each error that stops it."""

import pytest

from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.errors import (
    CobotSevdeskError,
    ConnectionConfigError,
    LockFileError,
    UnreadableAnswerError,
)
from cobot_sevdesk.sync.account import (
    SETTLE_PAUSES,
    ReasonedError,
    answer_of,
    reason_of,
    settle_seconds_for,
)
from sync.wire import away
from sync.world import World


@pytest.mark.parametrize(("lag", "seconds"), [(0, 1), (13.9, 2), (14, 2), (14.1, 3), (70, 6)])
def test_the_three_looks_together_wait_longer_than_lists_lag(lag: float, seconds: int) -> None:
    assert settle_seconds_for(lag) == seconds
    assert World().account.waiting_at_least(seconds).full_wait > lag


@pytest.mark.parametrize(
    ("seconds", "pauses"), [(2, SETTLE_PAUSES), (3, SETTLE_PAUSES), (4, (4, 12, 40))]
)
def test_an_account_gets_more_patient_and_never_less(seconds: int, pauses: tuple[int, ...]) -> None:
    account = World().account
    patient = account.waiting_at_least(seconds)
    assert (patient.settle_pauses, patient.rules) == (pauses, account.rules)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (away("Cobot"), Reason("CS-306", {"service": "Cobot", "answer": "HTTP 503"})),
        (away(status=None), Reason("CS-306", {"service": "sevDesk", "answer": "no_answer"})),
        (
            LockFileError("/locks/x", "no_folder", "denied"),
            Reason("CS-312", {"path": "/locks/x", "why": "no_folder", "said": "denied"}),
        ),
        (
            ConnectionConfigError("c", "said", word="no_host", details={"host": "h"}),
            Reason("CS-115", {"connection": "c", "why": "no_host", "host": "h"}),
        ),
        (ReasonedError(Reason("CS-113", {"version": "1"})), Reason("CS-113", {"version": "1"})),
    ],
)
def test_each_error_that_stops_a_space_has_its_entry_and_details(
    error: CobotSevdeskError, reason: Reason
) -> None:
    assert reason_of(error, World().account) == reason


def test_an_answer_that_cannot_be_read_is_told_by_its_field() -> None:
    assert answer_of(UnreadableAnswerError("id", "a text")) == "id: expected a text"


def test_an_error_with_a_reason_names_code_and_details_in_a_log() -> None:
    error = ReasonedError(Reason("CS-113", {"version": "1"}))
    assert str(error) == "CS-113 {'version': '1'}"
