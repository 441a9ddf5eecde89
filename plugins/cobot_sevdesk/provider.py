"""What Airflow must know to offer the connection types `cobot` and `sevdesk`.

Needs the package to be installed (an entry point of `pyproject.toml`); from a plain `plugins/`
folder connections of type HTTP do the same. Nothing heavy is imported here: Airflow reads it
everywhere.
"""

from typing import Any

PORT = "443: without it Airflow's Test button refuses"
"""Airflow 3.3.2: the button sends 0 for an empty port, and the server then says that the port
differs from the stored one."""
PER_MINUTE = {
    "label": "Requests per minute",
    "description": "0 = no limit. Empty: what the service allows.",
    "schema": {"type": ["integer", "null"], "minimum": 0},
}
AT_ONCE = {
    "label": "Invoices at once",
    "description": "How many are booked at the same time, 1 to 16. Empty: 4.",
    "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 16},
}


def _text(label: str, description: str) -> dict[str, Any]:
    return {
        "label": label,
        "description": description,
        "schema": {"type": ["string", "null"]},
    }


ROUTE = {
    "proxies": _text("Proxy", "Its address. Empty: HTTPS_PROXY of the environment."),
    "verify": _text(
        "CA file", "Path of your own CA's certificate. Empty: REQUESTS_CA_BUNDLE, else the usual."
    ),
    "cert": _text("Client certificate", "Path of a PEM file with certificate and key."),
    "timeout": {
        "label": "Timeout",
        "description": "Seconds to wait for a connection and for the next bytes. Empty: 10 and 60.",
        "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 600},
    },
}
"""How requests travel, by the names of Airflow's HTTP type."""

COBOT: dict[str, Any] = {
    "connection-type": "cobot",
    "hook-name": "Cobot",
    "hook-class-name": "cobot_sevdesk.airflow.hooks.CobotHook",
    "ui-field-behaviour": {
        "hidden-fields": ["host", "schema", "login", "extra"],
        "relabeling": {"password": "Access token"},
        "placeholders": {
            "password": "of an admin, from dev.cobot.me, OAuth2 clients",
            "port": PORT,
        },
    },
    "conn-fields": {
        "v1_base_url": _text(
            "Address of API 1", "Only for custom domains: https://<subdomain>.cobot.me/api"
        ),
        "api2_base_url": _text("Address of API 2", "Empty: https://api.cobot.me"),
        "requests_per_minute": PER_MINUTE,
        **ROUTE,
    },
}

SEVDESK: dict[str, Any] = {
    "connection-type": "sevdesk",
    "hook-name": "sevDesk",
    "hook-class-name": "cobot_sevdesk.airflow.hooks.SevdeskHook",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "login", "extra"],
        "relabeling": {"password": "API token", "host": "Address"},
        "placeholders": {
            "password": "of an administrator, from Settings > Users",
            "host": "empty: https://my.sevdesk.de/api/v1",
            "port": PORT,
        },
    },
    "conn-fields": {"requests_per_minute": PER_MINUTE, "concurrency": AT_ONCE, **ROUTE},
}


def get_provider_info() -> dict[str, Any]:
    """The provider as Airflow's provider manager reads it."""
    return {
        "package-name": "cobot-sevdesk",
        "name": "Cobot and sevDesk",
        "description": "Keeps Cobot (coworking spaces) and sevDesk (bookkeeping) in step.",
        "connection-types": [COBOT, SEVDESK],
    }
