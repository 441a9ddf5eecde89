"""compose.yaml is understood whole: what this machine cannot translate is an error."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tools.compose_here import Place, read_processes, translated

ROOT = Path(__file__).resolve().parents[1]
PLACE = Place(Path("/h"), Path("/h/secrets"), Path("/h/socket"), "http://127.0.0.1:4711")


def test_every_airflow_process_of_the_file_is_there_with_its_command() -> None:
    found = {one.name: one.arguments for one in read_processes([ROOT / "compose.yaml"], PLACE)}
    assert found == {
        "migrate": ["db", "migrate"],
        "api-server": ["api-server"],
        "scheduler": ["scheduler"],
        "dag-processor": ["dag-processor"],
        "triggerer": ["triggerer"],
    }
    assert next(iter(found)) == "migrate"


def test_every_process_that_runs_for_good_has_a_health_check() -> None:
    found = {one.name: one.health_check for one in read_processes([ROOT / "compose.yaml"], PLACE)}
    assert found.pop("migrate") == []
    assert found.pop("api-server")[-1] == "http://127.0.0.1:4711/api/v2/monitor/health"
    assert all(check[:3] == ["airflow", "jobs", "check"] for check in found.values())


def test_the_environment_is_the_files_with_this_machines_places() -> None:
    for process in read_processes([ROOT / "compose.yaml"], PLACE):
        environment = process.environment
        assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
        assert environment["AIRFLOW__CORE__FERNET_KEY_CMD"] == "cat /h/secrets/fernet_key"
        assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD"] == (
            "sh -c 'printf %s \"postgresql+psycopg2://airflow:"
            "$(cat /h/secrets/postgres_password)@/airflow?host=/h/socket\"'"
        )
        execution = environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
        assert execution == "http://127.0.0.1:4711/execution/"
        assert environment["COBOT_SEVDESK_SPACE_CONFIGS"] == "/h/include/space_configs"


def test_with_celery_there_are_workers_and_all_know_broker_and_locks() -> None:
    files = [ROOT / "compose.yaml", ROOT / "compose.celery.yaml"]
    place = replace(PLACE, redis="127.0.0.1:4712")
    found = {one.name: one for one in read_processes(files, place)}
    assert found["worker"].arguments == ["celery", "worker"]
    for process in found.values():
        environment = process.environment
        assert environment["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
        assert environment["AIRFLOW__CELERY__BROKER_URL_CMD"].endswith("@127.0.0.1:4712/0\"'")
        assert environment["COBOT_SEVDESK_LOCKS"] == "/h/locks"
        assert environment["AIRFLOW__CORE__FERNET_KEY_CMD"] == "cat /h/secrets/fernet_key"


def test_no_more_tasks_are_queued_than_run_at_once() -> None:
    # LocalExecutor before Airflow 3.4 takes more, until the scheduler gets stuck.
    for process in read_processes([ROOT / "compose.yaml"], PLACE):
        core = process.environment
        at_once = core["AIRFLOW__CORE__PARALLELISM"]
        assert core["AIRFLOW__CORE__DEFAULT_POOL_TASK_SLOT_COUNT"] == at_once
    for name in ("helm-values.yaml", "helm-values.celery.yaml"):
        core = yaml.safe_load((ROOT / "deploy" / name).read_text("utf-8"))["config"]["core"]
        assert core["default_pool_task_slot_count"] == core["parallelism"]


@pytest.mark.parametrize(
    "unknown",
    ["redis://:x@redis:6379/0", "/opt/other/path", "http://elsewhere:80", "${NO_DEFAULT}"],
)
def test_what_only_a_container_knows_is_an_error(unknown: str) -> None:
    with pytest.raises(ValueError, match=r"container|no value"):
        translated(unknown, PLACE)
