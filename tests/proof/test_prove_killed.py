"""A process that runs the proof is killed by the system, at points all over its requests."""

import multiprocessing
import os
import sys
from collections.abc import Callable

import pytest

from cobot_sevdesk.proof.prove import prove
from support.proofs import a_trial, a_world, prove_when_told, state_of
from support.spaces import SpaceFiles

Spaces = Callable[..., SpaceFiles]

POINTS = 12
KILLED = -9


def kill_at(space: SpaceFiles, number: int, kind: str) -> None:
    """A process of its own that proves, killed before or after the request of this number acts."""
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe()
    (member_id, *_) = space.cobot.members
    process = context.Process(
        target=prove_when_told, args=(there, space.slug, space.folder, member_id, dict(os.environ))
    )
    process.start()
    world = space.box.world
    world.requests.clear()
    world.faults.add(kind, number=number, pid=process.pid)
    here.send("go")
    process.join(300)
    assert process.exitcode == KILLED, number


@pytest.mark.timeout(900)
def test_what_a_killed_process_left_is_gone_after_the_next_proof(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The processes are forks of one that has imported everything.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    multiprocessing.get_context("forkserver").set_forkserver_preload(["support.proofs"])
    space = spaces()
    a_world(space)
    before = state_of(space)
    (member_id, *_) = space.cobot.members
    space.box.world.requests.clear()
    assert prove(a_trial(space.slug, space.folder, member_id=member_id)).left == ()
    writes = [seen.number for seen in space.box.world.requests if seen.method != "GET"]
    left_something = 0
    for place in range(POINTS):
        number = writes[place * len(writes) // POINTS]
        kill_at(space, number, "kill_after" if place % 2 else "kill_before")
        left_something += state_of(space) != before
        assert prove(a_trial(space.slug, space.folder)).left == (), number
        assert state_of(space) == before, number
    assert left_something > POINTS // 2
