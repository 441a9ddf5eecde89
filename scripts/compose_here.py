"""The processes of compose.yaml on this machine, without Docker: same commands, same environment.

Read from the file itself, so that the file and what is tried cannot drift apart. What only exists
in containers (host names, paths) is translated; what is not known here is an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Process:
    """One service: the arguments of `airflow`, and its environment."""

    name: str
    arguments: list[str]
    environment: dict[str, str]


def read_processes(compose: Path, place: Place) -> list[Process]:
    """Every service that runs Airflow, in the order of the file; `migrate` comes first.

    Raises:
        ValueError: something stands there that this machine has no counterpart for.
    """
    services = yaml.safe_load(compose.read_text("utf-8"))["services"]
    found = [
        Process(
            name,
            _arguments(service["command"]),
            {key: translated(str(value), place) for key, value in service["environment"].items()},
        )
        for name, service in services.items()
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
        ("http://api-server:8080", place.url),
        ("http://localhost:8080", place.url),
    ):
        value = value.replace(there, here)
    _refuse_what_is_left(value, place)
    return value


def _refuse_what_is_left(value: str, place: Place) -> None:
    for known in (place.home, place.secrets, place.database_socket):
        value = value.replace(str(known), "")
    value = value.replace(place.url, "")
    if re.search(r"/opt/|/run/|@[a-z]|https?://", value):
        raise ValueError(f"{value}: only known inside a container")


def _arguments(command: Any) -> list[str]:
    return command.split() if isinstance(command, str) else [str(part) for part in command]
