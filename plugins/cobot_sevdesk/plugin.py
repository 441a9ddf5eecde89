"""The overview of all spaces in the Airflow UI: a page in the navigation, a tab on each DAG.

The installed package brings it by its entry point. Airflow loads plugins in every process, each
task's too, so nothing heavy is imported here.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from airflow.plugins_manager import AirflowPlugin


async def overview(
    scope: Any,
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """The web application, imported when somebody looks at it first."""
    from cobot_sevdesk.airflow.overview.app import app

    await app(scope, receive, send)


def _view(destination: str, href: str, route: str) -> dict[str, str]:
    return {
        "name": "Cobot → sevDesk",
        "href": href,
        "destination": destination,
        "category": "browse",
        "url_route": route,
    }


class CobotSevdeskPlugin(AirflowPlugin):
    """What Airflow shows of it: an entry under Browse, and a tab on each DAG."""

    name = "cobot_sevdesk"
    # Lists as Airflow's base class declares them. No leading slash: Airflow may live below a path
    # (AIRFLOW__API__BASE_URL), and its page resolves these against its own base.
    fastapi_apps = [  # noqa: RUF012
        {"app": overview, "url_prefix": "/cobot-sevdesk", "name": "Cobot and sevDesk"}
    ]
    external_views = [  # noqa: RUF012
        _view("nav", "cobot-sevdesk/", "cobot-sevdesk"),
        _view("dag", "cobot-sevdesk/?dag={DAG_ID}", "cobot-sevdesk-space"),
    ]
