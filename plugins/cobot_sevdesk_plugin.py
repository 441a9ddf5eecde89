"""The overview, where the package is copied into the plugins folder instead of installed.

The installed package brings it by its entry point. Where both are there, this file leaves it to
that: a plugin that comes twice is an import error on Airflow's first page.
"""

from importlib.metadata import entry_points

if not entry_points(group="airflow.plugins", name="cobot_sevdesk"):
    from cobot_sevdesk.plugin import CobotSevdeskPlugin

    __all__ = ["CobotSevdeskPlugin"]
