"""The processes of compose.yaml on this machine, without Docker: same commands, same environment.

Read from the files themselves, so that they and what is tried cannot drift apart. What only exists
in containers (host names, paths) is translated; what is not known here is an error.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

IN_IMAGE = "/opt/airflow"
SECRETS = "/run/secrets"
_VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::-([^}]*))?\}")


@dataclass(frozen=True)
class Place:
    """Where things are on this machine instead."""

    home: Path
    secrets: Path
    database_socket: Path
    url: str
    redis: str | None = None
    """Host and port, where there is one."""


@dataclass(frozen=True)
class Process:
    """One service: the arguments of `airflow`, and its environment."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    health_check: list[str] = field(default_factory=list)
    """A command that succeeds while the service is well; empty where only a container knows."""


def read_processes(files: Sequence[Path], place: Place) -> list[Process]:
    """Every service that runs Airflow, later files on top of earlier ones; `migrate` comes first.

    Raises:
        ValueError: something stands there that this machine has no counterpart for.
    """
    found = [
        Process(
            name,
            _arguments(service["command"]),
            {key: translated(str(value), place) for key, value in service["environment"].items()},
            _health_check(service, place),
        )
        for name, service in _services(files).items()
        if "AIRFLOW__CORE__EXECUTOR" in service.get("environment", {})
    ]
    return sorted(found, key=lambda process: process.name != "migrate")


def translated(value: str, place: Place, variables: Mapping[str, str] | None = None) -> str:
    """A value as compose would give it, with this machine's paths and addresses."""

    def filled(found: re.Match[str]) -> str:
        given = (variables or {}).get(found[1], found[2])
        if given is None:
            raise ValueError(f"{found[1]}: no value, and none by default")
        return given

    value = _VARIABLE.sub(filled, value).replace("$$", "$")
    for there, here in (
        (SECRETS, str(place.secrets)),
        (IN_IMAGE, str(place.home)),
        ("@postgres/airflow", f"@/airflow?host={place.database_socket}"),
        ("@redis:6379", f"@{place.redis or 'redis'}"),
        ("http://api-server:8080", place.url),
        ("http://localhost:8080", place.url),
    ):
        value = value.replace(there, here)
    _refuse_what_is_left(value, place)
    return value


def _services(files: Sequence[Path]) -> dict[str, Any]:
    """As compose merges them: settings join, a later command replaces an earlier one."""
    services: dict[str, Any] = {}
    for file in files:
        for name, service in yaml.safe_load(file.read_text("utf-8"))["services"].items():
            base = services.get(service.get("extends", {}).get("service", name), {})
            environment = base.get("environment", {}) | service.get("environment", {})
            services[name] = base | service | {"environment": environment}
    return services


def _refuse_what_is_left(value: str, place: Place) -> None:
    for known in (place.home, place.secrets, place.database_socket, f"@{place.redis}"):
        value = value.replace(str(known), "")
    value = value.replace(place.url, "")
    if re.search(r"/opt/|/run/|@[a-z]|https?://", value):
        raise ValueError(f"{value}: only known inside a container")


def _arguments(command: Any) -> list[str]:
    return command.split() if isinstance(command, str) else [str(part) for part in command]


def _health_check(service: Any, place: Place) -> list[str]:
    test = service.get("healthcheck", {}).get("test", ["NONE"])
    kind, *command = test if isinstance(test, list) else ["CMD", *shlex.split(test)]
    return [translated(part, place) for part in command] if kind == "CMD" else []
