"""`make release`: build wheel and sdist into dist/, and try them before anybody else does.

What is built must pass `twine check` and `check-wheel-contents`, and work in an Airflow that knows
nothing of this project. `dist/notes.md` holds the version's part of CHANGELOG.md.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cobot_sevdesk
from tools import ROOT

DIST = ROOT / "dist"
UV = str(ROOT / ".tools" / "bin" / "uv")
CHECKS = ROOT / ".tools" / "release" / "bin"
DAG_FILE = '''"""Airflow DAGs of cobot_sevdesk."""
from cobot_sevdesk.dags import all_dags
globals().update(all_dags())
'''
"""As docs/roles/operator.md says it."""


def main(tag: str = "") -> int:
    """Build, check and install; a tag that is given must name the version."""
    version = cobot_sevdesk.__version__
    if tag and tag != f"v{version}":
        raise SystemExit(f"the tag is {tag}, cobot_sevdesk.__version__ is {version}")
    shutil.rmtree(DIST, ignore_errors=True)
    run(UV, "build", "--quiet", "--out-dir", str(DIST))
    (wheel,), (sdist,) = DIST.glob("*.whl"), DIST.glob("*.tar.gz")
    run(str(CHECKS / "twine"), "check", "--strict", str(wheel), str(sdist))
    run(str(CHECKS / "check-wheel-contents"), str(wheel))
    (DIST / "notes.md").write_text(notes(version), "utf-8")
    with tempfile.TemporaryDirectory(prefix="cobot-sevdesk-release-") as name:
        try_out(wheel, Path(name))
    print(f"{wheel.name} and {sdist.name} are in {DIST.name}/")
    return 0


def notes(version: str) -> str:
    """What CHANGELOG.md says of a version.

    Raises:
        SystemExit: nothing.
    """
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.search(
        rf"^## {re.escape(version)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE
    )
    if not found:
        raise SystemExit(f"CHANGELOG.md has no heading {version}")
    return found[1].strip() + "\n"


def try_out(wheel: Path, folder: Path) -> None:
    """Install the wheel beside an Airflow that is there already, and let that show what it sees.

    Raises:
        SystemExit: Airflow changed, or does not see the package, or cannot import its DAGs.
    """
    python = str(folder / "venv" / "bin" / "python")
    run(UV, "venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
    locked = ["--constraints", str(folder / "constraints.txt")]
    pins = re.findall(r"^[\w.-]+==[^\\]+", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    (folder / "constraints.txt").write_text("\n".join(pins))
    install = (UV, "pip", "install", "--quiet", "--python", python)
    run(*install, *locked, "apache-airflow")
    before = packages(python)
    run(*install, str(wheel))
    if changed := sorted(before - packages(python)):
        raise SystemExit(f"installing the wheel changed what Airflow brought: {changed}")
    home = folder / "home"
    (home / "dags").mkdir(parents=True)
    (home / "dags" / "cobot_sevdesk.py").write_text(DAG_FILE)
    (home / "include" / "space_configs").mkdir(parents=True)
    shutil.copy(ROOT / "examples" / "minimal.yaml", home / "include" / "space_configs")
    environment = {
        "PATH": f"{folder}/venv/bin{os.pathsep}{os.environ['PATH']}",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    airflow = str(folder / "venv" / "bin" / "airflow")
    run(airflow, "db", "migrate", environment=environment)
    run(airflow, "dags", "reserialize", environment=environment)
    expect("cobot-sevdesk", airflow, "providers", "list", environment=environment)
    expect("cobot_sevdesk", airflow, "plugins", environment=environment)
    expect("cobot_sevdesk_minimal", airflow, "dags", "list", environment=environment)
    wrong = json_of(airflow, "dags", "list-import-errors", environment=environment)
    if wrong:
        raise SystemExit(f"Airflow cannot import a DAG file: {wrong}")


def packages(python: str) -> set[str]:
    """What is installed, each with its version."""
    return set(run(UV, "pip", "freeze", "--python", python).splitlines())


def expect(name: str, *command: str, environment: dict[str, str]) -> None:
    """One row of what a command lists must hold this name.

    Raises:
        SystemExit: none does.
    """
    if not any(name in json.dumps(row) for row in json_of(*command, environment=environment)):
        raise SystemExit(f"{name} is missing in: airflow {' '.join(command[1:])}")


def json_of(*command: str, environment: dict[str, str]) -> Sequence[object]:
    """What an `airflow` command lists."""
    told = run(*command, "--output", "json", environment=environment)
    # Warnings stand before it.
    found = re.search(r"^\[.*\]$", told, re.DOTALL | re.MULTILINE)
    rows: list[object] = json.loads(found[0]) if found else []
    return rows


def run(*command: str, environment: dict[str, str] | None = None) -> str:
    """Run a command to its end; returns what it printed.

    Raises:
        SystemExit: it failed; what it printed is shown.
    """
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    print("ok  " + " ".join(Path(part).name for part in command[:4]), flush=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
