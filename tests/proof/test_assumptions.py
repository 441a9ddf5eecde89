"""The table of assumptions is whole: page, switches, words, proofs and comments fit to it."""

import re
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from cobot_sevdesk.domain.catalogue.english import ENGLISH_WORDS
from cobot_sevdesk.domain.catalogue.german import GERMAN_WORDS
from cobot_sevdesk.domain.identity import keys_in
from cobot_sevdesk.domain.language import Language
from cobot_sevdesk.domain.ledger import Ledger
from cobot_sevdesk.domain.voucher import BookedVoucher
from cobot_sevdesk.proof.assumptions import (
    ASSUMPTIONS,
    BY_ID,
    WORDS,
    Finding,
    complete,
    parse_table,
    say,
)
from cobot_sevdesk.proof.drafts import CHANGED, FIRST, SECOND, description_of
from cobot_sevdesk.proof.prove import LAST, READING, WRITING
from cobot_sevdesk.proof.trial import MARK
from sandbox import switches
from tools.assumptions_page import PAGES, page

PACKAGE = Path(__file__).resolve().parents[2] / "plugins" / "cobot_sevdesk"
TABLE = PACKAGE / "proof" / "assumptions.yaml"
SAID = re.compile(
    r"""\b(?:say|NotPossibleError)\(\s*"(\w+)"
    |\.(?:note|skip)\(\s*"[BCS]-\d\d",\s*"(\w+)"
    |\baccepted\(.*,\s"(\w+)"\)$""",
    re.VERBOSE | re.MULTILINE,
)
"""The forms in which a step says a word."""
A_TABLE = """
assumptions:
  - id: C-01
    assumed: {en: "This.", de: "Dies."}
    source: guessed
    way: reading
    otherwise: {en: "That.", de: "Das."}
observed:
  http: {en: "HTTP {status}", de: "HTTP {status}"}
"""


@pytest.mark.parametrize("language", get_args(Language))
def test_the_page_is_current(language: Language) -> None:
    assert PAGES[language].read_text("utf-8") == page(language), "run: make pages"


def test_ids_are_unique_and_no_cell_breaks_the_table() -> None:
    assert len(BY_ID) == len(ASSUMPTIONS)
    for one in ASSUMPTIONS:
        assert re.fullmatch(r"[BCS]-\d\d", one.id)
        assert "|" not in "".join(one.assumed + one.otherwise)


@pytest.mark.parametrize(
    ("stands", "instead"),
    [
        ("id: C-01", "id: D-01"),
        ("id: C-01", "id: C-1"),
        ("source: guessed", "source: heard"),
        ("source: guessed", ""),
        ("way: reading", "way: listening"),
        ("way: reading", "ways: reading"),
        ("way: reading", "way: reading\n    switch: [links]"),
        ("way: reading", "way: reading\n    switches: links"),
        ("way: reading", "way: reading\n    to_do: 7"),
        (', de: "Dies."', ""),
        ('"Dies."', '""'),
        ('"Dies."', '"Dies.", fr: "Ceci."'),
        ('"Dies."', "7"),
        ("assumptions:", "assumed:"),
        ("observed:", "words:"),
        ("http:", "null:"),
        (', de: "HTTP {status}"', ""),
    ],
)
def test_a_field_that_is_wrong_or_missing_is_an_error(stands: str, instead: str) -> None:
    assert parse_table(A_TABLE).assumptions[0].service == "Cobot"
    assert stands in A_TABLE
    with pytest.raises(ValueError, match="validation error"):
        parse_table(A_TABLE.replace(stands, instead))


def test_no_name_stands_twice() -> None:
    nodes: list[Any] = [yaml.compose(TABLE.read_text("utf-8"))]
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            names = [name.value for name, _ in node.value]
            assert len(set(names)) == len(names), names
            nodes += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value
    assert len(nodes) > 1000


def test_every_text_is_there_in_both_languages() -> None:
    for texts in chain.from_iterable((one.assumed, one.otherwise) for one in ASSUMPTIONS):
        assert texts.en
        assert texts.de
        assert texts.en != texts.de


def test_observations_have_the_same_details_in_both_languages() -> None:
    for word, texts in WORDS.items():
        names = [set(re.findall(r"\{(\w+)\}", text)) for text in texts]
        assert names[0] == names[1], word


def test_every_word_that_a_step_says_exists() -> None:
    sources = PACKAGE.glob("proof/*.py")
    text = "".join(path.read_text("utf-8") for path in sources)
    said = {next(filter(None, found)) for found in SAID.findall(text)}
    assert len(said) > 80
    assert said <= WORDS.keys()
    # The others are chosen by a condition: their names stand somewhere as a text.
    assert [word for word in WORDS if f'"{word}"' not in text] == []


def test_an_observation_is_told_in_the_readers_language() -> None:
    lag = say("after", seconds=2.5)
    told = say("lag_enough", lag=lag, enough=42.0)
    assert told.in_words("en") == "after 2.5 s; 42.0 s are waited for"
    assert told.in_words("de") == "nach 2,5 s; gewartet werden 42,0 s"
    parts = say("list", parts=(say("singly"), say("in_lists")))
    assert parts.in_words("de") == "einzeln, in Listen"
    assert say("differs", fields="date tax_rule").in_words("de") == "Datum, Steuerregel"


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
            Finding("S-22", "not tried", say("no_draft")),
            Finding("S-22", "otherwise", say("not_at_once")),
            Finding("S-22", "proven", say("at_once")),
        ],
        why_not=say("only_writing"),
    )
    table = {one.id: one for one in found}
    assert list(table) == [one.id for one in ASSUMPTIONS]
    assert table["S-22"].told() == "not at once"
    assert table["S-23"] == Finding("S-23", "not tried", say("only_writing"))


def test_what_a_proof_makes_is_never_taken_for_a_booking() -> None:
    for text in (MARK, *map(description_of, (FIRST, SECOND, CHANGED))):
        assert text.startswith(MARK)
        assert keys_in(text) == frozenset()
    draft = BookedVoucher("9", description_of(FIRST), None, None)
    for number in ("1", "2026-1", "CW-2026-1"):
        assert Ledger([draft]).of_others(number) == []
