"""`make mutation`: change the code a little, thousands of times; does a test notice each change?

    make mutation                                    domain, clients and sync; takes long
    make mutation MODULES="domain.money clients.*"   some modules

Prints the score, and each change that was not noticed. `make check` notices changes as well: those
that mypy refuses are counted apart, and no test is run for them. Lines of the technical log stay as
they are, since nothing is promised of their words. mutmut wants the package in a folder `src`, so
it works on a copy of the project in .mutation/whole/, where `mutmut browse` shows each change. A
second run over everything goes on where the first one ended. Some modules are tried anew each time,
in .mutation/part/: mypy needs seconds for their changes, and minutes for all.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from tools import ROOT

PACKAGE = ROOT / "plugins" / "cobot_sevdesk"
WHOLE, PART = ROOT / ".mutation" / "whole", ROOT / ".mutation" / "part"
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
    copy = PART if modules else WHOLE
    if modules:
        shutil.rmtree(copy, ignore_errors=True)
    wanted = sorted({path for name in modules or LAYERS for path in files(name)})
    if not wanted:
        print(f"There is no module {' or '.join(modules)}, such as domain.money or clients.*")
        return 1
    take_copy(copy, wanted)
    path = f"{Path(mutmut()).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": "", "PATH": path}
    if subprocess.run([mutmut(), "run"], cwd=copy, env=environment, check=False).returncode:
        return 1
    told = subprocess.run(
        [mutmut(), "results"], cwd=copy, env=environment, check=True, capture_output=True, text=True
    )
    subprocess.run([mutmut(), "export-cicd-stats"], cwd=copy, check=True, capture_output=True)
    counts = json.loads((copy / "mutants" / "mutmut-cicd-stats.json").read_text("utf-8"))
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


def take_copy(copy: Path, wanted: Sequence[str]) -> None:
    """The files of the project as they are now, with the package in src/ as well."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for old in (*BESIDE, "src", "tests"):
        shutil.rmtree(copy / old, ignore_errors=True)
    for old in (*BESIDE, "tests"):
        shutil.rmtree(copy / "mutants" / old, ignore_errors=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    shutil.copytree(copy / "plugins", copy / "src")
    # What was tried before stays, but for modules that are no more.
    for tried in (copy / "mutants" / "src").rglob("*.py*"):
        module = copy / tried.relative_to(copy / "mutants").with_suffix("").with_suffix(".py")
        if not module.exists():
            tried.unlink()
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    settings = settings.replace('path = ["plugins"', 'path = ["src"')
    settings = settings.replace("[tool.mypy]\n", TYPES)
    (copy / "pyproject.toml").write_text(settings + of_mutmut(wanted), "utf-8")


def of_mutmut(wanted: Sequence[str]) -> str:
    """What mutmut has to know, as a part of pyproject.toml."""
    tests = [*(f"tests/{name}" for name in LAYERS), "tests/test_words.py"]
    settings = {
        "source_paths": ["src"],
        "only_mutate": list(wanted),
        "also_copy": list(BESIDE),
        # The same examples each time: a change is not noticed by chance.
        "pytest_add_cli_args": ["-p", "no:randomly", "--hypothesis-profile=ci", "-m", FAST],
        "pytest_add_cli_args_test_selection": tests,
        "type_check_command": ["mypy", "--output=json", "src/cobot_sevdesk"],
        "do_not_mutate_patterns": LOG_LINES,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    return "\n".join(["\n[tool.mutmut]", *lines, ""])


def files(name: str) -> list[str]:
    """The files of a module, a layer, or a pattern of them, as `src/…` in the copy."""
    paths = (one.relative_to(ROOT / "plugins") for one in PACKAGE.rglob("*.py"))
    dotted = {f"src/{path}": ".".join(path.with_suffix("").parts[1:]) for path in paths}
    return [path for path, module in dotted.items() if fnmatch(f"{module}.", f"{name}.*")]


def mutmut() -> str:
    """The program beside the Python that runs this."""
    return str(Path(sys.executable).with_name("mutmut"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
