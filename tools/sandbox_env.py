"""The environment in which Airflow meets the sandbox: paths, quiet settings, connections."""

import json
import os
from pathlib import Path

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
    found = {}
    for slug, (cobot, sevdesk) in tokens.items():
        extra = {"api2_base_url": cobot_url, "v1_base_url": f"{cobot_url}/{slug}/api"}
        found[f"AIRFLOW_CONN_COBOT_{slug.upper()}"] = json.dumps(
            {"conn_type": "cobot", "password": cobot, "extra": extra}
        )
        found[f"AIRFLOW_CONN_SEVDESK_{slug.upper()}"] = json.dumps(
            {"conn_type": "sevdesk", "password": sevdesk, "host": sevdesk_url}
        )
    return found


def enter(variables: dict[str, str]) -> None:
    """Set variables for this process; before Airflow is imported."""
    os.environ.update(variables)
