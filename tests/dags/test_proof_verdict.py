"""A proof that could not write is red: green would say that the assumptions hold."""

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from cobot_sevdesk.airflow import proof as proofs
from cobot_sevdesk.airflow.failures import ToldFailure
from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.assumptions import complete
from cobot_sevdesk.sync.proof import Proof

pytestmark = pytest.mark.airflow


@pytest.mark.parametrize("why_not", ["", "lists are refused"])
def test_a_proof_that_could_not_write_is_red(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, why_not: str
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
    context = {"ti": Mock()}

    def prove_it() -> Any:
        account: Any = None
        return proofs.prove_by_writing(account, config, proofs.Wish(), context)

    if not why_not:
        assert prove_it() == []
        return
    with pytest.raises(ToldFailure, match="lists are refused"):
        prove_it()
    assert list(tmp_path.rglob("proof.html"))
