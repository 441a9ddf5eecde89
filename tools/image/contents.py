"""What an image consists of: its layers, and whether anything is in it that must not be."""

import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORBIDDEN = re.compile(
    r"(^|/)(sandbox|\.git|\.env|\.venv|\.netrc|\.pypirc)(/|$)"
    r"|^opt/airflow/(.*/)?(secrets|tests)(/|$)"
    r"|(^|/)(airflow\.cfg|airflow\.db|webserver_config\.py|.*passwords\.json\.generated)$"
)
"""Paths that have no business in a layer of ours, not even in one that a later layer hides."""
KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")


@dataclass(frozen=True)
class Layer:
    """One step of a Dockerfile that changed files."""

    step: str
    size: int
    """Bytes."""
    files: int
    findings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Image:
    """An image as it was saved: our layers, those of the base, and its settings."""

    ours: list[Layer]
    base: list[Layer]
    user: str
    has_health_check: bool
    findings: list[str]

    @property
    def size(self) -> int:
        """Bytes of all layers."""
        return sum(layer.size for layer in self.base + self.ours)


def read_image(archive: Path, *, base_layers: int, secrets: list[str]) -> Image:
    """Look through an image that was saved in Docker's format.

    The first `base_layers` layers are only measured: what is in them is somebody else's choice.
    """
    with tarfile.open(archive) as saved:
        (entry,) = _json(saved, "manifest.json")
        settings = _json(saved, entry["Config"])
        steps = [one for one in settings["history"] if not one.get("empty_layer")]
        layers = [
            _layer(saved, name, step["created_by"], secrets if number >= base_layers else None)
            for number, (name, step) in enumerate(zip(entry["Layers"], steps, strict=True))
        ]
    config = settings["config"]
    said = json.dumps([config, settings["history"]])
    found = [
        *(finding for layer in layers for finding in layer.findings),
        *("a secret stands in the image's settings" for secret in secrets if secret in said),
    ]
    return Image(
        layers[base_layers:],
        layers[:base_layers],
        config.get("User", ""),
        bool(config.get("Healthcheck", {}).get("Test")),
        found,
    )


def count_layers(archive: Path) -> int:
    """How many layers a saved image has."""
    with tarfile.open(archive) as saved:
        return len(_json(saved, "manifest.json")[0]["Layers"])


def _layer(saved: tarfile.TarFile, name: str, step: str, secrets: list[str] | None) -> Layer:
    """`secrets` of `None`: measured only."""
    content = saved.extractfile(name)
    if content is None:
        raise ValueError(f"{name} is no file")
    size = files = 0
    findings: list[str] = []
    with tarfile.open(fileobj=content) as layer:
        for member in layer:
            size += member.size
            files += member.isfile()
            if secrets is not None:
                findings += _findings(layer, member, secrets)
    return Layer(_words(step), size, files, findings)


def _findings(layer: tarfile.TarFile, member: tarfile.TarInfo, secrets: list[str]) -> Iterator[str]:
    path = member.name.removeprefix("./")
    # What a layer removes is listed by a name with this beginning.
    if FORBIDDEN.search(path) and "/.wh." not in f"/{path}":
        yield f"{path} is in the image"
    content = layer.extractfile(member) if member.isfile() else None
    if content is None:
        return
    read = content.read()
    # Packages bring tests with keys of their own.
    if KEY.search(read) and path.startswith("opt/"):
        yield f"{path} holds a private key"
    for secret in secrets:
        if secret.encode() in read:
            yield f"{path} holds a secret"


def _words(step: str) -> str:
    """A step as the Dockerfile has it, in one line."""
    plain = re.sub(r"^(\|\d+ .*?)?/bin/sh -c (#\(nop\) +)?", "", step)
    return re.sub(r"\s+", " ", plain)


def _json(saved: tarfile.TarFile, name: str) -> Any:
    content = saved.extractfile(name)
    if content is None:
        raise ValueError(f"{name} is no file")
    return json.load(content)
