"""The one loop of all writing: each piece once, and gently with a service that is away."""

import threading
import time
from collections.abc import Sequence

import pytest

from cobot_sevdesk.errors import CobotSevdeskError, ConfigError
from cobot_sevdesk.sync.apply import Result, apply
from sync.wire import away, lost
from sync.world import World

FINE, REFUSED = None, "refused"
Told = CobotSevdeskError | str | None


class Script:
    """A writer whose pieces end one after the other as it was told, then well."""

    def __init__(self, *endings: Told) -> None:
        self._endings = list(endings)
        self._lock = threading.Lock()
        self._now = 0
        self.begun: list[int] = []
        self.together: list[int] = []
        self.whole: set[int] = set()
        self.looks = 0

    def ensure(self, piece: int) -> str:
        with self._lock:
            self.begun.append(piece)
            self._now += 1
            self.together.append(self._now)
            ending = self._endings.pop(0) if self._endings else FINE
        time.sleep(0.01)
        with self._lock:
            self._now -= 1
        if isinstance(ending, CobotSevdeskError):
            raise ending
        return ending or "fine"

    def is_success(self, outcome: str) -> bool:
        return outcome == "fine"

    def look_again(self, pieces: Sequence[int]) -> tuple[list[str], list[int]]:
        self.looks += 1
        whole = [piece for piece in pieces if piece in self.whole]
        return ["found"] * len(whole), [piece for piece in pieces if piece not in self.whole]


def applied(
    script: Script, count: int = 12, *, answers: bool = True, at_once: int = 1
) -> Result[int, str]:
    """What became of the pieces; `answers` says whether the service answers another question."""
    world = World()
    if not answers:
        world.wire.fail("version", *(away() for _ in range(9)))
    return apply(list(range(count)), script, world.account, at_once=at_once)


@pytest.mark.parametrize(
    ("endings", "answers", "tried"),
    [
        ([lost(), lost(), lost()], False, 3),
        ([away(), away()], False, 2),
        ([lost(), away()], False, 2),
        ([lost()] * 6, True, 6),
        # What goes well, or is refused, is an answer: a row begins anew.
        ([lost(), FINE, lost(), lost(), FINE, lost(), lost()], False, 12),
        ([lost(), lost(), REFUSED, lost(), lost(), REFUSED, lost()], False, 12),
        ([away(), FINE, away(), FINE, away(), FINE], False, 12),
        ([lost()] * 5 + [FINE] + [lost()] * 5, True, 12),
    ],
)
def test_so_many_failures_in_a_row_stop_and_no_others(
    endings: list[Told], tried: int, *, answers: bool
) -> None:
    script = Script(*endings)
    result = applied(script, answers=answers)
    assert len(set(script.begun)) == tried
    assert len(result.untouched) == 12 - tried
    assert script.looks == (0 if tried < 12 else 3)


@pytest.mark.parametrize(
    ("service", "question"), [("Cobot", "check invoices"), ("sevDesk", "version")]
)
def test_the_service_that_failed_is_the_one_that_is_asked(service: str, question: str) -> None:
    world = World()
    world.wire.fail(question, away(service))
    result = apply([1, 2, 3], Script(away(service), away(service)), world.account)
    assert (result.unknown, result.untouched) == ([1, 2], [3])
    assert world.wire.calls == [question]


def test_nothing_runs_beside_anything_unless_it_is_allowed() -> None:
    script = Script()
    apply(list(range(6)), script, World().account)
    assert max(script.together) == 1


def test_one_at_a_time_until_the_first_success() -> None:
    script = Script(*[REFUSED] * 5)
    applied(script, at_once=4)
    assert script.together[:6] == [1] * 6
    assert max(script.together) > 1


def test_one_at_a_time_after_what_did_not_go_well() -> None:
    script = Script(*[FINE] * 4, *[REFUSED] * 12)
    applied(script, count=30, at_once=4)
    assert script.together[0] == 1
    # By then whatever was under way when the first one was refused has ended.
    assert script.together[12:16] == [1] * 4
    assert max(script.together) > 1


def test_what_is_found_by_a_look_is_not_written_again() -> None:
    script = Script(lost(), lost())
    script.whole = {0, 1}
    result = applied(script, count=3)
    assert (sorted(result.outcomes), script.begun) == (["fine", "found", "found"], [0, 1, 2])
    assert script.looks == 1


def test_what_is_not_found_is_written_once_more() -> None:
    script = Script(lost())
    result = applied(script, count=2)
    assert (script.begun, script.looks) == ([0, 1, 0], 3)
    assert (result.outcomes, result.unknown, result.lost) == (["fine", "fine"], [], None)


def test_what_gets_no_answer_again_stays_unknown() -> None:
    script = Script(lost(), FINE, lost())
    result = applied(script, count=2)
    assert (result.unknown, result.outcomes) == ([0], ["fine"])
    assert str(result.lost) == str(lost())


def test_what_concerns_the_space_stops_at_once_and_is_not_looked_for() -> None:
    stop = ConfigError(["x"])
    script = Script(FINE, lost(), stop)
    result = applied(script)
    assert result.stop is stop
    assert (result.unknown, len(result.untouched), script.looks) == ([1, 2], 9, 0)


def test_a_look_that_fails_ends_it_with_its_error() -> None:
    script = Script(lost())
    script.look_again = _raise  # type: ignore[method-assign]
    result = applied(script, count=2)
    assert (result.unknown, script.begun) == ([0], [0, 1])
    assert result.lost is not None
    assert result.lost.request.method == "GET"


def _raise(pieces: Sequence[int]) -> tuple[list[str], list[int]]:
    assert pieces
    raise away()


def test_a_fault_of_ours_is_raised() -> None:
    script = Script()
    script.is_success = _fault  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        applied(script)


def _fault(outcome: str) -> bool:
    raise ZeroDivisionError(outcome)
