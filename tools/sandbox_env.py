"""The environment in which Airflow meets the sandbox: paths, quiet settings, connections."""

import json
import os
from pathlib import Path
from typing import Any

from tools import ROOT

SPACES = ("elbe-hub", "isar-loft")
SPACE_FILES = ROOT / "include" / "sandbox" / "spaces"
"""The sandbox's own copies of the shipped space files: whoever removes those still has a demo."""


def airflow_environment(home: Path) -> dict[str, str]:
    """Settings for an Airflow of its own in `home`, over this project's folders."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        # Each sandbox has the same ids: what was left of another one says nothing of it.
        "COBOT_SEVDESK_LOCKS": str(home),
        "COBOT_SEVDESK_SPACE_CONFIGS": str(SPACE_FILES),
    }


def connections(cobot_url: str, sevdesk_url: str) -> dict[str, str]:
    """The two connections of each sample space, as environment variables.

    Their tokens are the sandbox's own and open nothing else.
    """
    from sandbox import demo

    tokens = {
        demo.ELBE: (demo.ELBE_COBOT, demo.ELBE_SEVDESK),
        demo.ISAR: (demo.ISAR_COBOT, demo.ISAR_SEVDESK),
    }
    return {
        f"AIRFLOW_CONN_{id_.upper()}": json.dumps(fields)
        for slug, (cobot, sevdesk) in tokens.items()
        for id_, fields in connections_of(slug, cobot, sevdesk, (cobot_url, sevdesk_url)).items()
    }


def connections_of(
    slug: str, cobot: str, sevdesk: str, urls: tuple[str, str]
) -> dict[str, dict[str, Any]]:
    """The two connections of one space by their ids; from its tokens and both services' URLs."""
    extra = {"api2_base_url": urls[0], "v1_base_url": f"{urls[0]}/{slug}/api"}
    return {
        f"cobot_{slug}": {"conn_type": "cobot", "password": cobot, "extra": extra},
        f"sevdesk_{slug}": {"conn_type": "sevdesk", "password": sevdesk, "host": urls[1]},
    }


def enter(variables: dict[str, str]) -> None:
    """Set variables for this process; before Airflow is imported."""
    os.environ.update(variables)
