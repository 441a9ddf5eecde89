"""The compose files as they are, run by podman-compose; a project of our own name."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import yaml

from tools.image.engine import PROJECT, CommandError, Engine, run

HEALTHY, COMPLETED = "service_healthy", "service_completed_successfully"
STARTS_WITHIN = 1200
BETWEEN_LOOKS = 3
"""Seconds: until a service is well or has done its work, and from one look to the next."""


class Compose:
    """Some services of one project; each container may be killed."""

    def __init__(self, engine: Engine, project: Path, files: list[str], port: int) -> None:
        self._engine = engine
        self._name = PROJECT
        self._command = ["podman-compose", "--project-name", self._name]
        for file in files:
            self._command += ["--file", str(project / file)]
        self._environment = engine.environment | {"AIRFLOW_PORT": str(port)}
        self._services: dict[str, Any] = yaml.safe_load(self._call("config"))["services"]
        """As podman-compose merged and filled them."""
        self.url = f"http://127.0.0.1:{port}"

    @property
    def network_address(self) -> str:
        """The address by which containers reach this machine."""
        found = json.loads(self._engine.run("network", "inspect", f"{self._name}_default"))
        # Podman writes its answer in two ways, by its version.
        subnets = found[0].get("subnets") or found[0]["plugins"][0]["ipam"]["ranges"][0]
        return str(subnets[0]["gateway"])

    def has(self, service: str) -> bool:
        """Whether the files have such a service."""
        return service in self._services

    def build(self) -> None:
        """Build what is to be built."""
        self._call("build")

    def start(self, **scale: int) -> None:
        """Start all services, each once those it depends on are as far as the files say.

        One by one, since Podman before 4.6 cannot wait for a health check itself.
        """
        for name in self._in_order():
            for other, condition in self._services[name].get("depends_on", {}).items():
                self._wait_for(other, condition["condition"])
            count = ["--scale", f"{name}={scale[name]}"] if name in scale else []
            self._call("up", "--detach", "--no-deps", "--no-build", *count, name)

    def stop(self, *, with_volumes: bool) -> None:
        """End and remove the containers; their volumes only where asked for."""
        self._call("down", *(["--volumes"] if with_volumes else []))

    def containers(self, service: str | None = None) -> list[str]:
        """Names of the containers that run for good, all or those of one service."""
        return [
            container
            for name in self._in_order()
            if service in {None, name}
            for container in self._of(name)
            if self._seen(container, ".HostConfig.RestartPolicy.Name") not in {"", "no"}
        ]

    def wait_until_well(self) -> list[str]:
        """Return once every health check of the files is green; returns whose.

        Raises:
            CommandError: one stays red.
        """
        checked = [
            container
            for name, service in self._services.items()
            if "healthcheck" in service
            for container in self._of(name)
        ]
        for container in checked:
            self._wait_for_health(container)
        return checked

    def crash(self, container: str) -> None:
        """Kill a container's first process; returns once the restart policy brought it back.

        Raises:
            CommandError: it stays down.
        """
        before = self._pid(container)
        os.kill(before, signal.SIGKILL)
        deadline = time.monotonic() + STARTS_WITHIN
        while self._pid(container) in {0, before}:
            if time.monotonic() > deadline:
                raise CommandError(f"{container} did not come back after it was killed")
            time.sleep(0.5)

    def inside(self, service: str, *command: str) -> str:
        """What a command prints in the first container of a service."""
        return self._engine.run("exec", self.containers(service)[0], *command)

    def log(self, container: str) -> str:
        """What a container wrote so far."""
        command = ["sh", "-c", 'exec podman logs "$0" 2>&1', container]
        return run(command, self._environment, within=60)

    def _in_order(self) -> list[str]:
        """Every service after those that it depends on."""
        order: list[str] = []

        def add(name: str) -> None:
            for other in self._services[name].get("depends_on", {}):
                add(other)
            if name not in order:
                order.append(name)

        for name in self._services:
            add(name)
        return order

    def _wait_for(self, service: str, condition: str) -> None:
        for container in self._of(service):
            if condition == HEALTHY:
                self._wait_for_health(container)
            elif condition == COMPLETED:
                status = self._engine.run("wait", container, within=STARTS_WITHIN).strip()
                if status != "0":
                    raise CommandError(f"{container} ended with {status}:\n{self.log(container)}")
            else:
                raise CommandError(f"{service}: {condition} is not known here")

    def _wait_for_health(self, container: str) -> None:
        # Asked by us: without systemd Podman has nothing that asks again and again.
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._engine.succeeds("healthcheck", "run", container):
            if time.monotonic() > deadline:
                raise CommandError(f"{container} stays unwell:\n{self.log(container)[-3000:]}")
            time.sleep(BETWEEN_LOOKS)

    def _of(self, service: str) -> list[str]:
        labels = {"project": self._name, "service": service}
        wanted = [
            f"--filter=label=com.docker.compose.{key}={value}" for key, value in labels.items()
        ]
        found = self._engine.run("ps", "--all", "--format={{.Names}}", *wanted)
        return sorted(found.split())

    def _pid(self, container: str) -> int:
        return int(self._seen(container, ".State.Pid"))

    def _seen(self, container: str, field: str) -> str:
        return self._engine.run("inspect", f"--format={{{{{field}}}}}", container).strip()

    def _call(self, *arguments: str) -> str:
        return run([*self._command, *arguments], self._environment, within=1800)
