"""`make up` starts beside nothing that is there: it names what is in the way."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools.up import PORTS, RUNNING, alone, find_taken, running_url

ROOT = Path(__file__).resolve().parents[1]


def test_a_taken_port_is_named_by_its_variable() -> None:
    with socket.socket() as other, socket.socket() as free:
        other.bind(("127.0.0.1", 0))
        other.listen()
        free.bind(("127.0.0.1", 0))
        taken, open_one = other.getsockname()[1], free.getsockname()[1]
        free.close()
        assert find_taken({"AIRFLOW_PORT": open_one, "COBOT_PORT": taken}) == ["COBOT_PORT"]
        assert find_taken({"AIRFLOW_PORT": open_one, "COBOT_PORT": open_one}) == ["COBOT_PORT"]
        assert find_taken({"AIRFLOW_PORT": 99_999_999}) == ["AIRFLOW_PORT"]


def test_nothing_is_touched_while_an_instance_runs(tmp_path: Path) -> None:
    home, lock = tmp_path / "home", tmp_path / "lock"
    home.mkdir()
    with alone(home, lock) as first:
        assert first
        (home / RUNNING).write_text(json.dumps({"url": "http://127.0.0.1:8080"}))
        with alone(home, lock) as second:
            assert not second
            assert running_url(home) == "http://127.0.0.1:8080"
        assert (home / RUNNING).exists()
    with alone(home, lock) as again:
        assert again


def make_up(**variables: str) -> subprocess.CompletedProcess[str]:
    """What `make up` runs, where something is in its way."""
    return subprocess.run(
        [sys.executable, "-m", "tools.up"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "include", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(60)
def test_make_up_ends_with_one_sentence_where_a_port_is_no_number() -> None:
    done = make_up(AIRFLOW_PORT="eighty")
    assert done.returncode == 1
    assert done.stdout == "AIRFLOW_PORT=eighty: a port is a number, such as 8080.\n"
    assert done.stderr == ""


@pytest.mark.timeout(60)
def test_make_up_ends_with_one_sentence_where_its_port_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = make_up(COBOT_PORT=str(port := other.getsockname()[1]))
    assert done.returncode == 1
    assert f"Port {port} is taken; COBOT_PORT=... names another." in done.stdout or (
        "It runs already" in done.stdout
    )
    assert "Traceback" not in done.stderr
    assert set(PORTS) == {"AIRFLOW_PORT", "COBOT_PORT", "SEVDESK_PORT"}
