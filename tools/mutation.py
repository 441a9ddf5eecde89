"""`make mutation`: change the code a little, thousands of times; does a test notice each change?

    make mutation                                    domain, clients and sync; takes long
    make mutation MODULES="domain.money clients.*"   some modules

Prints the score, and each change that was not noticed. `make check` notices changes as well: those
that mypy refuses are counted apart, and no test is run for them. Lines of the technical log stay as
they are, since nothing is promised of their words. mutmut wants the package in a folder `src`, so
it works on a copy of the project in .mutation/, where `mutmut browse` shows each change. A second
run goes on where the first one ended.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import ROOT

COPY = ROOT / ".mutation"
LAYERS = ("domain", "clients", "sync")
BESIDE = ("plugins", "dags", "docs", "examples", "include", "tools")
"""Folders that tests read."""
TYPES = """[tool.mypy]
warn_unused_ignores = false
warn_return_any = false
disable_error_code = ["no-redef"]
"""
"""mutmut's own code beside ours is not as strict."""
BY_TYPES = "caught by type check"
LOG_LINES = [r"\b_?log\.(debug|info|warning|error|log)\("]
FAST = "not airflow and not scheduler and not exhaustive"


def main(*modules: str) -> int:
    """Run, and print what came of it."""
    take_copy()
    patterns = [f"cobot_sevdesk.{name}*" for name in modules or LAYERS]
    found = [pattern for pattern in patterns if any(files(pattern))]
    path = f"{Path(mutmut()).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": "", "PATH": path}
    if subprocess.run([mutmut(), "run", *found], cwd=COPY, env=environment, check=False).returncode:
        return 1
    told = subprocess.run(
        [mutmut(), "results"], cwd=COPY, env=environment, check=True, capture_output=True, text=True
    )
    subprocess.run([mutmut(), "export-cicd-stats"], cwd=COPY, check=True, capture_output=True)
    counts = json.loads((COPY / "mutants" / "mutmut-cicd-stats.json").read_text("utf-8"))
    by_tests = counts["killed"] + counts["timeout"]
    tried = by_tests + counts["survived"] + counts["no_tests"]
    by_types = sum(line.endswith(BY_TYPES) for line in told.stdout.splitlines())
    quiet = ("not checked", BY_TYPES)
    left = [one.strip() for one in told.stdout.splitlines() if not one.endswith(quiet)]
    print(
        "",
        *left,
        f"mypy noticed {by_types} changes",
        f"tests noticed {by_tests} of {tried} others: {100 * by_tests / tried:.1f} %",
        f"together {100 * (by_types + by_tests) / (by_types + tried):.1f} %",
        sep="\n",
    )
    return 0


def take_copy() -> None:
    """The files of the project as they are now, with the package in src/ as well."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for old in (*BESIDE, "src", "tests"):
        shutil.rmtree(COPY / old, ignore_errors=True)
    for old in (*BESIDE, "tests"):
        shutil.rmtree(COPY / "mutants" / old, ignore_errors=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)
    shutil.copytree(COPY / "plugins", COPY / "src")
    # What was tried before stays, but for modules that are no more.
    for tried in (COPY / "mutants" / "src").rglob("*.py*"):
        module = COPY / tried.relative_to(COPY / "mutants").with_suffix("").with_suffix(".py")
        if not module.exists():
            tried.unlink()
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    settings = settings.replace('path = ["plugins"', 'path = ["src"')
    settings = settings.replace("[tool.mypy]\n", TYPES)
    (COPY / "pyproject.toml").write_text(settings + of_mutmut(), "utf-8")


def of_mutmut() -> str:
    """What mutmut has to know, as a part of pyproject.toml."""
    tests = [*(f"tests/{name}" for name in LAYERS), "tests/test_words.py"]
    wanted = {
        "source_paths": ["src"],
        "only_mutate": [f"src/cobot_sevdesk/{name}/*" for name in LAYERS],
        "also_copy": list(BESIDE),
        # The same examples each time: a change is not noticed by chance.
        "pytest_add_cli_args": ["-p", "no:randomly", "--hypothesis-profile=ci", "-m", FAST],
        "pytest_add_cli_args_test_selection": tests,
        "type_check_command": ["mypy", "--output=json", "src/cobot_sevdesk"],
        "do_not_mutate_patterns": LOG_LINES,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in wanted.items()]
    return "\n".join(["\n[tool.mutmut]", *lines, ""])


def files(pattern: str) -> list[Path]:
    """The modules that a pattern of mutmut reaches."""
    return list((COPY / "src").glob(f"{pattern.replace('.', '/')}"))


def mutmut() -> str:
    """The program beside the Python that runs this."""
    return str(Path(sys.executable).with_name("mutmut"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
