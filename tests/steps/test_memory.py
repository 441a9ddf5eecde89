"""What earlier runs saw whole: stamps of single objects, forgotten with them."""

import pytest

from cobot_sevdesk.domain.keys import stamp
from cobot_sevdesk.steps.memory import Memory

MOMENT = "2026-01-05T10:00:00+01:00"


def test_a_stamp_tells_objects_with_one_id_of_two_accounts_apart() -> None:
    assert stamp("7", MOMENT) == stamp("7", MOMENT)
    assert stamp("7", MOMENT) != stamp("7", "2026-01-05T10:00:01+01:00")
    assert stamp("7", MOMENT) != stamp("8", MOMENT)


def test_what_has_no_moment_of_creation_is_never_known() -> None:
    memory = Memory()
    memory.note(stamp("7", None))
    assert memory.noted == {}
    assert not Memory(memory.noted).knows(stamp("7", None))


def test_only_what_is_still_listed_stays_known() -> None:
    memory = Memory({"gone": "", "listed": "as it was"})
    memory.keep(["listed", "never seen", None])
    memory.note("seen now")
    memory.note("listed", "as it is now")
    assert memory.noted == {"listed": "as it was", "seen now": ""}
    assert memory.knows("gone")
    assert not memory.knows("seen now")


@pytest.mark.parametrize(("at_most", "kept"), [(3, {"a", "b", "c"}), (2, {"c"})])
def test_a_run_that_looks_elsewhere_keeps_what_was_known_unless_it_is_too_much(
    at_most: int, kept: set[str]
) -> None:
    memory = Memory({"a": "1", "b": "2"})
    memory.note("c", "3")
    memory.keep_all(at_most=at_most)
    assert set(memory.noted) == kept
