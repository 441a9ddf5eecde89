"""The image, the compose files and what looks through an image."""

import io
import json
import runpy
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.image.__main__ import main
from tools.image.contents import read_image
from tools.image.stand_ins import BASES, base_image

PROJECT = Path(__file__).resolve().parents[1]
COMPOSE = [PROJECT / "compose.yaml", PROJECT / "compose.celery.yaml"]
SECRET = "a-secret-of-the-compose-files"
MODULE = "opt/airflow/plugins/cobot_sevdesk/errors.py"


def services() -> dict[str, dict[str, Any]]:
    """Every service, each with what both files say about it."""
    found: dict[str, dict[str, Any]] = {}
    for file in COMPOSE:
        for name, service in yaml.safe_load(file.read_text("utf-8"))["services"].items():
            found[name] = found.get(name, {}) | service
    return found


def commands() -> dict[str, str]:
    """Settings whose value is what a command prints, as a container gets them."""
    found = {}
    for file in COMPOSE:
        for service in yaml.safe_load(file.read_text("utf-8"))["services"].values():
            for name, value in service.get("environment", {}).items():
                if name.endswith("_CMD"):
                    found[name] = value.replace("$$", "$")
    return found


def saved(folder: Path, layers: list[dict[str, bytes]], **config: Any) -> Path:
    """An image in the format in which Docker and Podman save one."""

    def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))

    path = folder / "image.tar"
    with tarfile.open(path, "w") as archive:
        names = []
        for number, files in enumerate(layers):
            packed = io.BytesIO()
            with tarfile.open(fileobj=packed, mode="w") as layer:
                for name, content in files.items():
                    add(layer, name, content)
            names.append(f"{number}.tar")
            add(archive, names[-1], packed.getvalue())
        history = [{"created_by": "/bin/sh -c #(nop) COPY  x"} for _ in layers]
        settings = {"config": config, "history": [*history, {"empty_layer": True}]}
        add(archive, "settings.json", json.dumps(settings).encode())
        manifest = [{"Config": "settings.json", "Layers": names}]
        add(archive, "manifest.json", json.dumps(manifest).encode())
    return path


@pytest.mark.parametrize("name", sorted(commands()))
def test_a_setting_from_a_command_ends_without_a_line_break(name: str, tmp_path: Path) -> None:
    # Airflow takes what is printed as it is: "airflow" and a line break is another database.
    for secret in ("postgres_password", "redis_password", "fernet_key", "api_secret_key"):
        (tmp_path / secret).write_text(SECRET)
    (tmp_path / "jwt_secret").write_text(SECRET)
    command = commands()[name].replace("/run/secrets", str(tmp_path))
    printed = subprocess.run(command, shell=True, check=True, capture_output=True).stdout  # noqa: S602
    assert SECRET.encode() in printed
    assert printed == printed.strip()


def test_the_commands_are_those_of_both_files() -> None:
    assert len(commands()) == 6


def test_the_image_is_built_once_and_all_processes_run_that_one() -> None:
    airflow = yaml.safe_load(COMPOSE[0].read_text("utf-8"))["services"]
    images = {name: service["image"] for name, service in airflow.items() if name != "postgres"}
    assert set(images.values()) == {"cobot-sevdesk"}
    assert [name for name, service in services().items() if "build" in service] == ["migrate"]
    waiting = {name for name in images if "migrate" in airflow[name].get("depends_on", {})}
    assert waiting == set(images) - {"migrate"}


def test_the_database_is_well_only_once_it_answers_on_the_network() -> None:
    # On its socket a server answers that only makes the database, and ends again.
    assert "--host=localhost" in services()["postgres"]["healthcheck"]["test"]


def test_every_image_that_is_not_built_has_a_stand_in() -> None:
    names = [service["image"] for service in services().values() if "image" in service]
    taken = {name.partition(":")[0] for name in names} - {"cobot-sevdesk"}
    assert taken == {"postgres", "redis"}
    assert all((BASES / name / "Dockerfile").is_file() for name in taken)
    assert base_image(PROJECT / "Dockerfile").startswith("apache/airflow:3.")


def test_an_image_of_our_files_alone_is_fine(tmp_path: Path) -> None:
    archive = saved(
        tmp_path,
        [{"etc/passwd": b"root"}, {MODULE: b"text", "usr/lib/airflow/secrets/x.py": b""}],
        User="50000:0",
        Healthcheck={"Test": ["CMD", "true"]},
    )
    image = read_image(archive, base_layers=1, secrets=[SECRET])
    assert not image.findings
    assert (len(image.base), len(image.ours), image.size) == (1, 1, 8)
    assert (image.user, image.has_health_check) == ("50000:0", True)
    assert image.ours[0].step == "COPY x"


@pytest.mark.parametrize(
    "path",
    [
        "opt/airflow/include/sandbox/server.py",
        "opt/airflow/plugins/cobot_sevdesk/.env",
        "opt/airflow/dags/.netrc",
        "opt/airflow/secrets/fernet_key",
        "opt/airflow/tests/conftest.py",
        "opt/airflow/airflow.cfg",
        "opt/airflow/simple_auth_manager_passwords.json.generated",
        "tmp/package/.git/config",
    ],
)
def test_what_must_not_be_in_an_image_is_found_even_where_a_later_layer_hides_it(
    path: str, tmp_path: Path
) -> None:
    hidden = f"{Path(path).parent}/.wh.{Path(path).name}"
    archive = saved(tmp_path, [{}, {path: b""}, {hidden: b""}])
    image = read_image(archive, base_layers=1, secrets=[SECRET])
    assert image.findings == [f"{path} is in the image"]


def test_a_secret_is_found_in_a_file_and_in_the_settings(tmp_path: Path) -> None:
    archive = saved(tmp_path, [{MODULE: f"x={SECRET}".encode()}], Env=[f"TOKEN={SECRET}"])
    image = read_image(archive, base_layers=0, secrets=[SECRET])
    assert image.findings == [
        f"{MODULE} holds a secret",
        "a secret stands in the image's settings",
    ]


def test_a_private_key_of_ours_is_found(tmp_path: Path) -> None:
    key = b"-----BEGIN RSA PRIVATE KEY-----"
    archive = saved(tmp_path, [{"opt/airflow/dags/key.pem": key, "usr/lib/test.pem": key}])
    image = read_image(archive, base_layers=0, secrets=[])
    assert image.findings == ["opt/airflow/dags/key.pem holds a private key"]


@pytest.mark.parametrize("is_installed", [True, False])
def test_the_overview_comes_once_from_the_installed_package_or_from_the_plugins_folder(
    is_installed: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not is_installed:
        monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    found = runpy.run_path(str(PROJECT / "plugins" / "cobot_sevdesk_plugin.py"))
    assert ("CobotSevdeskPlugin" in found) is not is_installed


def test_what_one_service_takes_over_from_another_and_changes_is_no_list() -> None:
    # Docker replaces the list of a health check, podman-compose joins both.
    by_file = [yaml.safe_load(file.read_text("utf-8"))["services"] for file in COMPOSE]
    for service in by_file[1].values():
        other = service.get("extends", {}).get("service")
        if other is not None:
            tests = [one["healthcheck"]["test"] for one in (by_file[0][other], service)]
            assert [type(test) for test in tests] == [str, str]


def test_where_nothing_can_be_run_it_says_why_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.image.engine.os.geteuid", lambda: 0)
    monkeypatch.setattr("tools.image.engine.shutil.which", lambda _: None)
    assert main("uv", "2026-09-20") == 0
    assert capsys.readouterr().out.startswith("Skipped: missing here: podman, runc, mmdebstrap")
    monkeypatch.setattr("tools.image.engine.os.geteuid", lambda: 1000)
    assert main("uv", "2026-09-20") == 0
    assert "run it as root" in capsys.readouterr().out
