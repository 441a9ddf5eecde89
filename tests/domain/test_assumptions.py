"""The table of assumptions is whole: page, switches, words, proofs and comments fit to it."""

import re
from pathlib import Path

from cobot_sevdesk.domain.assumptions import ASSUMPTIONS, BY_ID, Finding, complete
from cobot_sevdesk.domain.catalogue.english import ENGLISH_WORDS
from cobot_sevdesk.domain.catalogue.german import GERMAN_WORDS
from cobot_sevdesk.domain.keys import keys_in
from cobot_sevdesk.domain.ledger import Ledger
from cobot_sevdesk.domain.voucher import BookedVoucher
from cobot_sevdesk.sync.proof import LAST, READING, WRITING
from cobot_sevdesk.sync.proof_trial import MARK
from cobot_sevdesk.sync.proof_vouchers import description_of
from sandbox import switches
from tools.assumptions_page import PAGE, page

PACKAGE = Path(__file__).resolve().parents[2] / "plugins" / "cobot_sevdesk"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: make pages"


def test_ids_are_unique_and_no_cell_breaks_the_table() -> None:
    assert len(BY_ID) == len(ASSUMPTIONS)
    for one in ASSUMPTIONS:
        assert re.fullmatch(r"[BCS]-\d\d", one.id)
        assert "|" not in one.assumed + one.otherwise


def test_every_switch_of_the_sandbox_names_the_assumption_that_it_plays() -> None:
    assert switches.ASSUMPTIONS.keys() == vars(switches.Switches()).keys()
    told = {name: one.id for one in ASSUMPTIONS for name in one.switches}
    assert told == switches.ASSUMPTIONS


def test_what_a_person_has_to_do_is_said_in_both_languages() -> None:
    red = {one.id: one.to_do for one in ASSUMPTIONS if one.to_do}
    wanted = {*red.values(), *(f"assumed.{id_}" for id_ in red)}
    for words in (ENGLISH_WORDS, GERMAN_WORDS):
        assert {name for name in words if name.startswith(("set.", "assumed."))} == wanted


def test_every_assumption_that_can_be_proven_has_a_step() -> None:
    settled = {id_ for steps in (READING, WRITING, LAST) for ids, _ in steps for id_ in ids}
    # Settled on the way: nulls and time by every list, deleting by cleaning up.
    settled |= {"B-01", "B-03", "S-32", "S-43"}
    assert settled == {one.id for one in ASSUMPTIONS if one.way != "none"}


def test_every_assumption_that_code_names_is_in_the_table() -> None:
    named = {
        id_
        for path in PACKAGE.rglob("*.py")
        for id_ in re.findall(r"assumption ([BCS]-\d\d)", path.read_text("utf-8"))
    }
    assert named
    assert named <= BY_ID.keys()


def test_a_finding_that_says_otherwise_counts_more_than_one_that_does_not() -> None:
    found = complete(
        [
            Finding("S-22", "not tried", "a"),
            Finding("S-22", "otherwise", "b"),
            Finding("S-22", "proven", "c"),
        ],
        why_not="later",
    )
    table = {one.id: one for one in found}
    assert list(table) == [one.id for one in ASSUMPTIONS]
    assert table["S-22"].observed == "b"
    assert table["S-23"] == Finding("S-23", "not tried", "later")


def test_what_a_proof_makes_is_never_taken_for_a_booking() -> None:
    for text in (MARK, *map(description_of, ("gross", "both"))):
        assert text.startswith(MARK)
        assert keys_in(text) == frozenset()
    draft = BookedVoucher("9", description_of("gross"), None, None)
    for number in ("1", "2026-1", "CW-2026-1"):
        assert Ledger([draft]).of_others(number) == []
