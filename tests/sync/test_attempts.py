"""Several pieces at once: each once, bounded, and gently with a service that does not answer."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from cobot_sevdesk.sync.apply import attempts

PIECES = list(range(24))


class Worker:
    """Works a moment on each piece; remembers how many did so together, and in which order."""

    def __init__(self, outcome: Callable[[int], bool] = lambda _: True) -> None:
        self._outcome = outcome
        self._lock = threading.Lock()
        self.now = 0
        self.most = 0
        self.begun: list[int] = []
        self.together: dict[int, int] = {}

    def __call__(self, piece: int) -> tuple[int, bool]:
        with self._lock:
            self.now += 1
            self.begun.append(piece)
            self.together[piece] = self.now
            self.most = max(self.most, self.now)
        time.sleep(0.03)
        try:
            return piece, self._outcome(piece)
        finally:
            with self._lock:
                self.now -= 1


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_every_piece_is_done_once_and_never_too_many_together(at_once: int) -> None:
    worker = Worker()
    ended = [piece for piece, _ in attempts(PIECES, worker, at_once=at_once)]
    assert sorted(ended) == sorted(worker.begun) == PIECES
    assert min(at_once, 2) <= worker.most <= at_once
    assert worker.together[0] == 1


def test_all_that_may_run_together_do() -> None:
    many = 40
    meeting = threading.Barrier(many)

    def meet(piece: int) -> tuple[int, bool]:
        if piece:
            meeting.wait(timeout=10)
        return piece, True

    ended = dict(attempts(range(many + 1), meet, at_once=many))
    assert ended == {piece: piece for piece in range(many + 1)}


def test_a_slow_piece_holds_up_no_other() -> None:
    others_ended = threading.Event()

    def wait_for_the_last(piece: int) -> tuple[bool, bool]:
        if piece == 5:
            others_ended.set()
        return piece != 1 or others_ended.wait(timeout=10), True

    ended = attempts(range(6), wait_for_the_last, at_once=2)
    assert dict(ended) == dict.fromkeys(range(6), True)


def test_what_never_goes_well_is_tried_one_at_a_time() -> None:
    worker = Worker(lambda _: False)
    assert len(list(attempts(PIECES, worker, at_once=4))) == len(PIECES)
    assert worker.most == 1


def test_after_a_failure_it_is_one_at_a_time_until_one_goes_well() -> None:
    def fails_for_a_while(piece: int) -> bool:
        if 8 <= piece <= 19:
            raise OSError
        return True

    worker = Worker(fails_for_a_while)
    ended = attempts(PIECES, worker, at_once=4)
    errors = {piece for piece, outcome in ended if isinstance(outcome, OSError)}
    assert errors == set(range(8, 20))
    assert worker.most == 4
    # By then whatever was under way when the first one failed has ended.
    assert all(worker.together[piece] == 1 for piece in range(16, 20))
    assert max(worker.together[piece] for piece in (21, 22, 23)) > 1


def test_one_piece_that_fails_holds_up_no_other() -> None:
    worker = Worker(lambda piece: 1 // (piece - 5) < 99)
    found = dict(attempts(PIECES, worker, at_once=3))
    assert isinstance(found.pop(5), ZeroDivisionError)
    assert list(found) == list(found.values())
    assert len(found) == len(PIECES) - 1


@pytest.mark.parametrize("at_once", [1, 4])
def test_what_is_under_way_when_the_pieces_end_is_waited_for(at_once: int) -> None:
    worker, halted = Worker(), False

    def until_halted() -> Iterator[int]:
        for piece in PIECES:
            if halted:
                return
            yield piece

    ended = []
    for piece, outcome in attempts(until_halted(), worker, at_once=at_once):
        ended.append(piece)
        assert outcome == piece
        halted = halted or len(ended) == 3
    assert sorted(ended) == sorted(worker.begun)
    assert len(ended) <= 3 + at_once
    assert worker.now == 0
