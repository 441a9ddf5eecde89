"""What earlier runs saw whole: stamps of single objects, forgotten with them."""

from cobot_sevdesk.domain.identity import stamp
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
