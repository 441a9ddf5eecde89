"""`make test-image`: build the Dockerfile and run both compose files as they are, with Podman.

Base images are made here, both services are simulated, each container is killed once. Exit status 0
if everything holds, and where no container can be run, which is said.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox import demo
from tools import ROOT
from tools.image.compose import Compose
from tools.image.contents import count_layers, read_image
from tools.image.engine import CommandError, Engine, own_engine, why_not
from tools.image.front import make_certificate
from tools.image.stack import Checks, NotAsMeantError, try_stack
from tools.image.stand_ins import DEBIAN, make_debian, make_stand_ins
from tools.make_secrets import write_all
from tools.production import free_port
from tools.up_production import take_sample_spaces

LEFT_OUT = (
    ".git",
    ".venv",
    ".tools",
    ".airflow",
    ".*_cache",
    "__pycache__",
    "secrets",
    "*.egg-info",
)
DECOY = "decoy-token-that-must-not-leave-this-folder"
IMAGE = "cobot-sevdesk"


def main(uv: str, released: str) -> int:
    """Build, look in, run, kill, compare; returns the exit status.

    `uv` is the program, `released` the day up to which packages count, as in the lock.
    """
    reason = why_not()
    if reason:
        print(f"Skipped: {reason}")
        return 0
    try:
        with own_engine() as engine:
            return _try_all(engine, Path(uv).absolute(), released)
    except (CommandError, NotAsMeantError) as error:
        print(f"FAILED: {error}")
        return 1
    except KeyboardInterrupt:
        print("\nEnded; everything that was made is removed.")
        return 130


def _try_all(engine: Engine, uv: Path, released: str) -> int:
    checks = Checks()
    certificate = make_certificate(engine.home)
    make_debian(engine, certificate)
    try:
        engine.run("run", "--rm", DEBIAN, "true")
    except CommandError as error:
        print(f"Skipped: Podman runs no container here. {error}")
        return 0
    project = _project(engine.home)
    names = make_stand_ins(engine, project, uv, released)
    checks.step(f"stand-ins on {engine.driver}: {', '.join(names)}")
    one_machine = Compose(engine, project, ["compose.yaml"], free_port())
    one_machine.build()
    checks.step("the image is built")
    _look_in(engine, project, names[0], checks)
    try_stack(one_machine, certificate, checks)
    files = ["compose.yaml", "compose.celery.yaml"]
    try_stack(Compose(engine, project, files, free_port()), certificate, checks)
    checks.step("everything holds")
    return 0


def _project(home: Path) -> Path:
    """A copy of this folder, with new secrets, and with what must stay outside of the image."""
    project = home / "project"
    shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*LEFT_OUT))
    write_all(project / "secrets")
    take_sample_spaces(project / "include" / "space_configs")
    for name in (".env", "include/.env", "plugins/cobot_sevdesk/.env", "dags/.netrc"):
        (project / name).write_text(f"TOKEN={DECOY}\n")
    return project


def _look_in(engine: Engine, project: Path, base: str, checks: Checks) -> None:
    """Sizes, and nothing in the image that must not be."""
    secrets = [file.read_text() for file in (project / "secrets").iterdir()]
    tokens = [demo.ELBE_COBOT, demo.ISAR_COBOT, demo.ELBE_SEVDESK, demo.ISAR_SEVDESK]
    with TemporaryDirectory(dir=engine.home) as name:
        saved = [Path(name) / "base.tar", Path(name) / "image.tar"]
        for tag, archive in zip((base, IMAGE), saved, strict=True):
            engine.run("save", "--format=docker-archive", f"--output={archive}", tag)
        image = read_image(
            saved[1], base_layers=count_layers(saved[0]), secrets=[*secrets, *tokens, DECOY]
        )
    ours = sum(layer.size for layer in image.ours)
    checks.step(f"image {_mb(image.size)}, {_mb(ours)} of it ours in {len(image.ours)} layers")
    for layer in image.ours:
        print(f"{_mb(layer.size):>16} {layer.files:>6} files  {layer.step[:100]}")
    checks.hold(not image.findings, f"no secret and no sandbox in it {image.findings or ''}")
    checks.hold(image.user == "50000:0", "it runs as 50000 in the group root")
    checks.hold(image.has_health_check, "it has a health check of its own")


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
