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
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse, Response

from cobot_sevdesk.airflow.overview import find_dags, find_spaces
from cobot_sevdesk.airflow.overview_invoices import find_invoices, list_invoices, to_csv
from cobot_sevdesk.config import DAG_PREFIX

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
    with create_session() as session:
        return find_spaces(session, _readable(user))


@app.get("/invoices")
def invoices(user: GetUserDep, number: str) -> dict[str, Any]:
    """Every invoice whose number holds a text, of the spaces that this user may see."""
    with create_session() as session:
        return find_invoices(session, list(find_dags(session, _readable(user))), number[:200])


@app.get("/spaces/{slug}/invoices")
def invoices_of(user: GetUserDep, slug: str) -> dict[str, Any]:
    """Every invoice of a space of the last 60 days."""
    with create_session() as session:
        dag_id = f"{DAG_PREFIX}{slug}"
        if dag_id not in find_dags(session, _readable(user)):
            raise HTTPException(404)
        return list_invoices(session, dag_id)


@app.get("/spaces/{slug}/invoices.csv")
def invoices_as_csv(user: GetUserDep, slug: str) -> Response:
    """The same as a table for a spreadsheet."""
    content = to_csv(invoices_of(user, slug)["invoices"]).encode("utf-8-sig")
    name = f'attachment; filename="invoices-{slug}.csv"'
    return Response(content, media_type="text/csv", headers={"Content-Disposition": name})


def _readable(user: Any) -> set[str]:  # noqa: ANN401  Airflow's
    return get_auth_manager().get_authorized_dag_ids(user=user, method="GET")
