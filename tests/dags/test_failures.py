"""Whatever turns a task red, its log ends with a letter: what is wrong, and what to do."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from cobot_sevdesk.airflow.failures import ToldFailure, letters_of, write_letters
from cobot_sevdesk.airflow.versions import AirflowFailException
from cobot_sevdesk.errors import (
    ConfigError,
    ConnectionConfigError,
    LockFileError,
    RemoteUnavailableError,
    Request,
    SpaceBusyError,
)

pytestmark = pytest.mark.airflow

AWAY = RemoteUnavailableError(Request("Cobot", "GET", "/spaces"), status=503)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ToldFailure("CS-202 No account", ["CS-202: the letter"]), "CS-202: the letter"),
        (ConfigError(["dryrun: unknown parameter"]), "Start a new run"),
        (ConfigError(["elbe.yaml: schedul: unknown key"]), "Correct what is named below"),
        (ConnectionConfigError("cobot_elbe", "no token"), "CS-115"),
        (LockFileError("/locks/elbe.lock", "lock.link"), "CS-312"),
        (SpaceBusyError("busy"), "CS-311"),
        (AWAY, "CS-306"),
        (RuntimeError("a bug"), "CS-309"),
    ],
)
def test_every_failure_has_a_letter(error: Exception, told: str) -> None:
    (letter,) = letters_of(error, "push_vouchers", "en")
    assert told in letter
    assert letters_of(error, "push_vouchers", "de")


def test_before_airflow_3_3_the_letter_is_that_of_the_cause() -> None:
    error = AirflowFailException("ConfigError: dryrun")
    error.__cause__ = ConfigError(["dryrun: unknown parameter"])
    assert "dryrun: unknown parameter" in letters_of(error, "report", "en")[0]
    assert letters_of(AirflowFailException("3 differences"), "reconcile", "en") == []


def test_the_letter_comes_out_of_the_group_that_airflow_folds_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    context: Any = {"exception": ToldFailure("label", ["the letter"])}
    with caplog.at_level(logging.INFO):
        write_letters({**context, "ti": SimpleNamespace(task_id="report")})
    assert [one.message for one in caplog.records] == ["::endgroup::", "the letter"]


def test_every_task_writes_its_letter_last(tmp_path: Any, monkeypatch: Any) -> None:
    from cobot_sevdesk.dags import all_dags

    text = "sync_from: 2026-01-01\nlanguage: de\ncobot: {subdomain: elbe}\n"
    (tmp_path / "elbe.yaml").write_text(text)
    (tmp_path / "broken.yaml").write_text("sync_from: soon\n")
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(tmp_path))
    for dag in all_dags().values():
        for task in dag.tasks:
            given = getattr(task, "partial_kwargs", None) or vars(task)
            callbacks = given["on_failure_callback"]
            (one,) = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
            assert one.func is write_letters
            is_german = dag.dag_id.endswith("elbe")
            assert one.keywords == {"language": "de" if is_german else "en"}
