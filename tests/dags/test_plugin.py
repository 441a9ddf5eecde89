"""How the overview comes into an Airflow: once, however the package got there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(240)]

LOOK = """
import json
from airflow import plugins_manager
plugins_manager.ensure_plugins_loaded()
# Airflow 3.1 has lists where later versions have functions.
errors = getattr(plugins_manager, "get_import_errors", lambda: plugins_manager.import_errors)()
get = getattr(plugins_manager, "_get_plugins", None)
plugins = get()[0] if get else plugins_manager.plugins
ours = [one for one in plugins if one.name == "cobot_sevdesk"]
views = [[view["destination"] for view in one.external_views] for one in ours]
apps = [[app["url_prefix"] for app in one.fastapi_apps] for one in ours]
print("FOUND", json.dumps([errors, views, apps]))
"""
NOT_INSTALLED = """
from importlib import metadata
of_all = metadata.MetadataPathFinder.find_distributions.__func__
metadata.MetadataPathFinder.find_distributions = classmethod(
    lambda cls, *given: [
        one for one in of_all(cls, *given) if one.metadata["Name"] != "cobot-sevdesk"
    ]
)
"""
"""For `sitecustomize.py`: Python does not see that the package is installed."""


def look(folder: Path, home: Path, *, installed: bool) -> Any:
    """What Airflow itself lists with this plugins folder: import errors, our views, our apps."""
    paths = [] if installed else [str(home), str(folder)]
    (home / "sitecustomize.py").write_text(NOT_INSTALLED)
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=os.environ
        | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder),
            "PYTHONPATH": os.pathsep.join(paths),
        },
        cwd=home,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.partition("FOUND ")[2].splitlines()[0])


@pytest.mark.parametrize(
    ("how", "installed"),
    [
        ("clone", True),
        ("image", True),
        ("only installed", True),
        ("copied", False),
        ("copied without hidden files", False),
    ],
)
def test_airflow_lists_the_overview_once_and_no_import_error(
    tmp_path: Path,
    how: str,
    installed: bool,  # noqa: FBT001
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if how == "clone":
        folder = PLUGINS
    elif how == "only installed":
        folder = tmp_path / "plugins"
        folder.mkdir()
    else:
        folder = tmp_path / "plugins"
        hidden = [".*"] if "hidden" in how else []
        shutil.copytree(PLUGINS, folder, ignore=shutil.ignore_patterns("__pycache__", *hidden))
    errors, views, apps = look(folder, home, installed=installed)
    if "hidden" not in how:  # else Airflow reads each file of the package as a plugin, too
        assert errors == {}
    assert (views, apps) == ([["nav", "dag"]], [["/cobot-sevdesk"]])
