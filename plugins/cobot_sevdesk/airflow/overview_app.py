"""The overview page as a web application, behind Airflow's own login.

Every address below needs a user who may read DAGs, and shows only the DAGs that this user may read.
"""

from importlib.resources import files
from typing import Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import (
    GetUserDep,
    requires_access_dag,
)
from airflow.utils.session import create_session
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from cobot_sevdesk.airflow.overview import find_spaces

app = FastAPI(
    title="cobot_sevdesk",
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
    dependencies=[Depends(requires_access_dag(method="GET"))],
)


@app.get("/", response_class=HTMLResponse)
def page() -> str:
    """The page; it asks for its content itself."""
    return files("cobot_sevdesk").joinpath("templates", "overview.html").read_text("utf-8")


@app.get("/spaces")
def spaces(user: GetUserDep) -> list[dict[str, Any]]:
    """Every space that this user may see."""
    readable = get_auth_manager().get_authorized_dag_ids(user=user, method="GET")
    with create_session() as session:
        return find_spaces(session, readable)
