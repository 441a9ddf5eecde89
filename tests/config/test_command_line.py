"""`python -m cobot_sevdesk.config`: what it prints, and the exit status that CI looks at."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_sevdesk.config.__main__ import json_schema, main

Put = Callable[..., Path]

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "space-config.schema.json"


def test_lint_is_content_with_good_files(
    folder: Path, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.yaml")
    put("b.yml")
    assert main(["lint", str(folder)]) == 0
    assert capsys.readouterr().out == "2 of 2 spaces are fine\n"


def test_lint_prints_every_problem_and_fails(
    folder: Path, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.yaml")
    put("b.yaml", "foo: 1\ntimezone: 5\n")
    put("c.yaml", text="")
    assert main(["lint", str(folder)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "b.yaml: timezone: expected a valid string, found 5",
        "b.yaml: foo: unknown key",
        "c.yaml: expected keys and values, such as `sync_from: 2026-01-01`",
        "1 of 3 spaces are fine",
    ]


def test_lint_looks_at_the_folder_of_the_environment(
    folder: Path, put: Put, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.yaml", text="")
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    assert main(["lint"]) == 1
    assert "0 of 1 spaces are fine" in capsys.readouterr().out


def test_lint_of_a_folder_that_does_not_exist_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(folder / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["repair"], ["lint", "a", "b"]])
def test_other_arguments_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)


def test_schema_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_the_schema_file_is_up_to_date() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema(), "run `make pages`"


def test_the_schema_refuses_unknown_keys_and_requires_what_is_required() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"sync_from", "cobot"}
    assert "slug" not in schema["properties"]
