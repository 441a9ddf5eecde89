"""`make test-matrix`: DAGs, main job, a real scheduler and the UI on each supported Airflow.

Each version has environments of its own, on Airflow's packages as they were a few days after its
release: older Airflows do not run with newer libraries (3.2 with a newer Starlette, for one).

| session | what this package itself depends on |
| --- | --- |
| `3.1.8`, … | as old as the rest |
| `3.1.8-newest`, … | the newest there is |
| `lowest` | the oldest allowed, on the oldest Airflow; runs the tests without Airflow, too |

Hours in all, since 3.1 and 3.2 build their API anew for each task of a test. One session:
`make test-matrix AIRFLOW=3.1.8`.
"""

import re
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
PACKAGES_OF = {
    "3.1.8": "2026-03-15",
    "3.2.2": "2026-06-02",
    "3.3.2": "2026-09-20",
    "3.4.0b2": "2026-11-10",
}
"""Airflow -> the day after whose packages none is taken."""
PARTS = {"3.4.0b2": ("apache-airflow-core==3.4.0b2", "apache-airflow-task-sdk==1.4.0b2")}
"""A version before its release: its parts must be named, else no such version is taken."""
TODAY = "2099-01-01"
"""A day after which no package was published."""
ON_ALL_CORES = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadgroup")
LOWEST, NEWEST = "lowest", "-newest"
SESSIONS = [*PACKAGES_OF, *(f"{version}{NEWEST}" for version in PACKAGES_OF), LOWEST]
RUNS = ("main_job", "real_scheduler", "overview", "browser")
TESTS = ("tests/dags", *(f"tests/runs/test_{name}.py" for name in RUNS))

WITHOUT_AIRFLOW = ("tests/domain", "tests/clients", "tests/config")

nox.options.default_venv_backend = "uv"


@nox.session(python="3.11")
@nox.parametrize("airflow", SESSIONS, ids=SESSIONS)
def matrix(session: nox.Session, airflow: str) -> None:
    """The tests with this Airflow."""
    project = nox.project.load_toml(ROOT / "pyproject.toml")
    needed = project["project"]["dependencies"]
    version = next(iter(PACKAGES_OF)) if airflow == LOWEST else airflow.removesuffix(NEWEST)
    how = ["--exclude-newer", PACKAGES_OF[version]]
    if airflow.endswith(NEWEST):
        how += [f"--exclude-newer-package={name}={TODAY}" for name in own(needed)]
    resolution = "lowest-direct" if airflow == LOWEST else "highest"
    exactly = (f"apache-airflow=={version}", *PARTS.get(version, ()))
    session.install(*how, "--resolution", resolution, *exactly, *needed)
    of_tests = nox.project.dependency_groups(project, "test")
    session.install(*how, *exactly, *of_tests, "apache-airflow-providers-smtp")
    session.install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    # Each version has deprecations of its own: warnings are shown, not errors.
    options = ("-q", "-W", "default", "-m", "not exhaustive", "-o", "timeout=600")
    tests = (*WITHOUT_AIRFLOW, *TESTS) if airflow == LOWEST else TESTS
    session.run("python", "-m", "pytest", *options, *ON_ALL_CORES, *(session.posargs or tests))


def own(needed: list[str]) -> list[str]:
    """The names of what the package itself depends on, Airflow and its providers apart."""
    names = [re.split(r"[<>=!~;\[ ]", one, maxsplit=1)[0] for one in needed]
    return [name for name in names if not name.startswith("apache-airflow")]
