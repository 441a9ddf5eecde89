"""How the overview comes into an Airflow: installed, copied into the plugins folder, or both."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(120)]


def plugins_of(folder: Path, home: Path) -> list[dict[str, Any]]:
    """What `airflow plugins` lists with this plugins folder."""
    done = subprocess.run(
        [Path(sys.executable).with_name("airflow"), "plugins", "--output", "json"],
        env=os.environ | {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    # Airflow may log lines before it.
    listed: list[dict[str, Any]] = json.loads(done.stdout[done.stdout.index("[{") :])
    return [plugin for plugin in listed if plugin["name"] == "cobot_sevdesk"]


@pytest.mark.parametrize("copied_too", [False, True])
def test_the_installed_package_brings_the_overview_once(tmp_path: Path, copied_too: bool) -> None:  # noqa: FBT001
    (plugin,) = plugins_of(PLUGINS if copied_too else tmp_path, tmp_path)
    assert [view["destination"] for view in plugin["external_views"]] == ["nav", "dag"]
    assert [app["url_prefix"] for app in plugin["fastapi_apps"]] == ["/cobot-sevdesk"]
