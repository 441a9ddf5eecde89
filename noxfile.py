"""`make test-matrix`: DAGs, main job, a real scheduler and the UI on each supported Airflow.

Each version has an environment of its own, with packages as they were a few days after its
release: older Airflows do not run with newer libraries (3.2 with a newer Starlette, for one).
`lowest` is the oldest Airflow with the lowest version of each dependency that pyproject.toml
allows, and runs the tests without Airflow too. An hour in all, since 3.1 and 3.2 build their API
anew for each task of a test; `make test-matrix AIRFLOW=3.1.8` takes one.
"""

from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
PACKAGES_OF = {"3.1.8": "2026-03-15", "3.2.2": "2026-06-02", "3.3.2": "2026-09-20"}
"""Airflow -> the day after whose packages none is taken."""
ON_ALL_CORES = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadgroup")
LOWEST = "lowest"
RUNS = ("main_job", "real_scheduler", "overview", "browser")
TESTS = ("tests/dags", *(f"tests/runs/test_{name}.py" for name in RUNS))

WITHOUT_AIRFLOW = ("tests/domain", "tests/clients", "tests/config")

nox.options.default_venv_backend = "uv"


@nox.session(python="3.11")
@nox.parametrize("airflow", [*PACKAGES_OF, LOWEST], ids=[*PACKAGES_OF, LOWEST])
def matrix(session: nox.Session, airflow: str) -> None:
    """The tests with this Airflow."""
    version = next(iter(PACKAGES_OF)) if airflow == LOWEST else airflow
    resolution = "lowest-direct" if airflow == LOWEST else "highest"
    as_of = ("--exclude-newer", PACKAGES_OF[version])
    project = nox.project.load_toml(ROOT / "pyproject.toml")
    needed = [f"apache-airflow=={version}", *project["project"]["dependencies"]]
    session.install(*as_of, "--resolution", resolution, *needed)
    of_tests = nox.project.dependency_groups(project, "test")
    session.install(*as_of, *of_tests, "apache-airflow-providers-smtp")
    session.install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    # Each version has deprecations of its own: warnings are shown, not errors.
    options = ("-q", "-W", "default", "-m", "not exhaustive", "-o", "timeout=600")
    tests = (*WITHOUT_AIRFLOW, *TESTS) if airflow == LOWEST else TESTS
    session.run("python", "-m", "pytest", *options, *ON_ALL_CORES, *(session.posargs or tests))
