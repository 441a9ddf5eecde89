"""What is sent for each kind of invoice, as files; a change shows in the diff.

`GOLDEN=write make test-unit` writes them anew.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import TypeAdapter, ValidationError
from sevdesk.models.voucher import Voucher as VoucherModel
from sevdesk.models.voucherpos import VoucherPos as PositionModel

from cobot_sevdesk.clients.sevdesk.payloads import voucher_payload
from cobot_sevdesk.domain.decisions import Books, Create, Decision, Hold, Skip, decide
from support.builders import a_setup, an_account
from support.kinds import KINDS

FOLDER = Path(__file__).parent / "golden"
TODAY = date(2028, 12, 31)
SETUP = a_setup(
    an_account(account_id="3650"),
    an_account("4300", rates={1: {7}}, account_id="3648"),
    an_account("4200", rates={1: {0, 7, 19}, 4: {0}, 11: {0}, 17: {0}}, account_id="3640"),
    an_account("4336", rates={21: {0}}, account_id="3601"),
    cost_centre_id="77",
)

# Known defects of the official document: fields that it requires although they do not belong there.
OF_VOUCHERS = {"taxType"}
"""Bookkeeping system 1.0 only: `taxRule` replaces it, as its own description says."""
OF_POSITIONS = {"accountingType", "sumNet", "voucher"}
"""1.0 only (`accountDatev` replaces it); regarded in net mode only; set by the server."""


def outcome(kind: str) -> Any:
    """What becomes of the example, as plain JSON."""
    decision = decision_on(kind)
    if isinstance(decision, Skip):
        return {"skipped": {decision.why.word: dict(decision.why.details)}}
    if isinstance(decision, Hold):
        return {"held_back": [{r.code: dict(r.details)} for r in decision.reasons]}
    assert isinstance(decision, Create)
    payloads = [
        voucher_payload(one, contact_id="500", filename="a.pdf") for one in decision.vouchers
    ]
    return {"sent": json.loads(msgspec.json.Encoder(decimal_format="number").encode(payloads))}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_invoice_is_sent_as_its_golden_file_says(kind: str) -> None:
    path = FOLDER / f"{kind}.json"
    told = json.dumps(outcome(kind), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(told, "utf-8")
    assert path.read_text("utf-8") == told


def test_there_is_no_golden_file_too_many() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_payloads_fit_the_official_models(kind: str) -> None:
    for sent in outcome(kind).get("sent", []):
        assert missing_in(VoucherModel, sent["voucher"]) <= OF_VOUCHERS
        for position in sent["voucherPosSave"]:
            assert missing_in(PositionModel, position) <= OF_POSITIONS


def missing_in(model: type, payload: Any) -> set[str]:
    """The fields that the official model misses; any other complaint fails the test."""
    complaints: list[Any] = []
    try:
        TypeAdapter(model).validate_python(payload)
    except ValidationError as error:
        complaints += error.errors()
    assert {complaint["type"] for complaint in complaints} <= {"missing"}, complaints
    return {str(complaint["loc"][0]) for complaint in complaints}


def test_every_kind_that_can_be_booked_is_among_them() -> None:
    sent = [kind for kind in KINDS if isinstance(decision_on(kind), Create)]
    assert len(sent) >= 18


def decision_on(kind: str) -> Decision:
    """What is decided about the example, where nothing is booked yet."""
    invoice, space = KINDS[kind]
    return decide(invoice, Books(setup=SETUP), space, today=TODAY)
