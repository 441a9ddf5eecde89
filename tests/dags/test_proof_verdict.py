"""A proof that could not write is red: green would say that the assumptions hold."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from cobot_sevdesk.airflow import proof as proofs
from cobot_sevdesk.airflow.failures import ToldFailure
from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.letters import letter
from cobot_sevdesk.proof.assumptions import (
    ASSUMPTIONS,
    WORDS,
    Finding,
    Observed,
    Verdict,
    complete,
    say,
)
from cobot_sevdesk.proof.prove import Proof

pytestmark = pytest.mark.airflow


@pytest.mark.parametrize("why_not", [None, say("left_before")])
def test_a_proof_that_could_not_write_is_red(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, why_not: Observed | None
) -> None:
    config = SpaceConfig.model_validate(
        {
            "slug": "elbe-hub",
            "sync_from": "2026-01-01",
            "cobot": {"subdomain": "elbe-hub"},
            "reconciliation": {"reports": f"file://{tmp_path}"},
        }
    )
    done = Proof(complete([], why_not=why_not), (), why_not)
    monkeypatch.setattr(proofs, "prove", Mock(return_value=done))
    monkeypatch.setattr(proofs, "Trial", Mock())
    context = {"ti": Mock(), "params": {"prove_member": None, "record": False}}

    def prove_it() -> Any:
        account: Any = None
        return proofs.prove_by_writing(account, config, context)

    if not why_not:
        assert prove_it() == []
        return
    with pytest.raises(ToldFailure, match="removed by hand first"):
        prove_it()
    assert list(tmp_path.rglob("proof.html"))


def a_config(**more: Any) -> SpaceConfig:
    """A space file."""
    required = {"slug": "elbe-hub", "sync_from": "2026-01-01", "cobot": {"subdomain": "elbe-hub"}}
    return SpaceConfig.model_validate({**required, **more})


def test_nothing_in_a_german_report_is_english() -> None:
    words = [word for word in WORDS if WORDS[word].en != WORDS[word].de]
    verdicts: tuple[Verdict, ...] = ("otherwise", "proven", "not tried")
    findings = [
        Finding(one.id, verdicts[place % 3], Observed(words[place % len(words)], Every()))
        for place, one in enumerate((*ASSUMPTIONS, *ASSUMPTIONS, *ASSUMPTIONS))
    ]
    proof = Proof(
        findings,
        (say("left_member", path="/Contact/7"), say("left_in_sevdesk", path="/Voucher/8")),
        say("left_before"),
    )
    page = proofs.to_html(proof, slug="elbe-hub", made=datetime.now(UTC), language="de")
    log = proofs.in_words(findings, "de")
    letters = [
        letter(one, language="de") for one in proofs.problems_of(proof, a_config(language="de"))
    ]
    english = {one.assumed.en for one in ASSUMPTIONS} | {one.otherwise.en for one in ASSUMPTIONS}
    english |= {WORDS[word].en for word in words if "{" not in WORDS[word].en}
    shown = re.sub(r"(?s)<style>.*?</style>|<[^>]+>", " ", page)
    for text in (shown, log, *letters):
        assert [one for one in english if re.search(rf"\b{re.escape(one)}\b", text)] == []
        assert not re.search(r"\b(the|not|proven|otherwise|which|with)\b", text)
    assert "belegt" in page
    assert 'lang="de"' in page


class Every(dict[str, object]):
    """Details of any name."""

    def items(self) -> Any:
        """One for each name that occurs in a text."""
        names = {name for one in WORDS.values() for name in re.findall(r"\{(\w+)\}", one.de)}
        return dict.fromkeys(names, "7").items()


@pytest.mark.parametrize(("lag", "red"), [(60.0, []), (None, ["S-25"])])
def test_a_lag_is_red_only_where_nobody_knows_how_long_it_is(
    lag: float | None, red: list[str]
) -> None:
    finding = Finding("S-25", "otherwise", say("at_once"))
    found = proofs.problems_of(Proof([finding], lag=lag), a_config())
    assert [one.reason.details["id"] for one in found] == red


def test_what_could_not_be_given_back_says_what_to_compare() -> None:
    left = (say("left_fields", member="7", names="plan"), say("left_in_sevdesk", path="/Tag/8"))
    found = {
        one.reason.details["id"]: one.reason.details
        for one in proofs.problems_of(Proof([], left), a_config())
    }
    assert found.keys() == {"C-21", "S-43"}
    assert "plan" in found["C-21"]["observed"]
    assert found["S-43"]["observed"] == "sevDesk: /Tag/8"
