"""The overview for who copies the package into the plugins folder instead of installing it.

Where both are there, Airflow takes the first one of that name only.
"""

from cobot_sevdesk.plugin import CobotSevdeskPlugin

__all__ = ["CobotSevdeskPlugin"]
