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

from cobot_sevdesk import __version__
from cobot_sevdesk.airflow.overview.files import find_file, list_reports
from cobot_sevdesk.airflow.overview.invoices import find_invoices, list_invoices, to_csv
from cobot_sevdesk.airflow.overview.spaces import find_dags, find_slow_files, find_spaces
from cobot_sevdesk.airflow.reconciliation_files import CONTENT_TYPES, PAGE
from cobot_sevdesk.config import DAG_PREFIX
from cobot_sevdesk.config.procedure import Procedure, procedure_of
from cobot_sevdesk.errors import ConfigError

app = FastAPI(
    title="cobot_sevdesk",
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
    dependencies=[Depends(requires_access_dag(method="GET"))],
)

SAFE = {
    # No script, no other address, no frame elsewhere: whatever a file holds, it is only shown.
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
"""Headers of every file that people open or save."""


@app.get("/", response_class=HTMLResponse)
def page() -> str:
    """The page; it asks for its content itself."""
    return files("cobot_sevdesk").joinpath("templates", "overview.html").read_text("utf-8")


@app.get("/spaces")
def spaces(user: GetUserDep) -> list[dict[str, Any]]:
    """Every space that this user may see."""
    with create_session() as session:
        return find_spaces(session, _readable(user))


@app.get("/slow-files")
def slow_files(user: GetUserDep) -> list[dict[str, Any]]:
    """DAG files that come near the time that Airflow has for one."""
    with create_session() as session:
        return find_slow_files(session, _readable(user))


@app.get("/invoices")
def invoices(user: GetUserDep, number: str) -> dict[str, Any]:
    """Every invoice whose number holds a text, of the spaces that this user may see."""
    with create_session() as session:
        return find_invoices(session, list(find_dags(session, _readable(user))), number[:200])


@app.get("/spaces/{slug}/invoices")
def invoices_of(user: GetUserDep, slug: str) -> dict[str, Any]:
    """Every invoice of a space of the last 60 days."""
    dag_id = _dag_id_of(user, slug)
    with create_session() as session:
        return list_invoices(session, dag_id)


@app.get("/spaces/{slug}/invoices.csv")
def invoices_as_csv(user: GetUserDep, slug: str, state: str | None = None) -> Response:
    """The same as a table for a spreadsheet: all, or those in one state."""
    found = invoices_of(user, slug)["invoices"]
    content = to_csv([one for one in found if state in {None, one["state"]}]).encode("utf-8-sig")
    return _file(content, "text/csv; charset=utf-8", save_as=f"invoices-{slug}.csv")


@app.get("/spaces/{slug}/reports")
def reports_of_space(user: GetUserDep, slug: str) -> dict[str, Any]:
    """The reports of reconciliations of a space."""
    _dag_id_of(user, slug)
    return list_reports(slug)


@app.get("/spaces/{slug}/reports/{report}/{name}")
def report_file(user: GetUserDep, slug: str, report: str, name: str) -> Response:
    """The page of a report, or one of its tables."""
    _dag_id_of(user, slug)
    content = find_file(slug, report, name)
    if content is None:
        raise HTTPException(404)
    save_as = None if name == PAGE else f"{slug}_{report}_{name}"
    return _file(content, CONTENT_TYPES[name], save_as=save_as)


@app.get("/spaces/{slug}/procedure.html")
def procedure_page(user: GetUserDep, slug: str) -> Response:
    """The procedure documentation of a space as a page to print, in German."""
    content = _procedure(user, slug).to_html().encode()
    return _file(content, "text/html; charset=utf-8")


@app.get("/spaces/{slug}/procedure.md")
def procedure_as_markdown(user: GetUserDep, slug: str) -> Response:
    """The same as Markdown."""
    content = _procedure(user, slug).to_markdown().encode()
    name = f"verfahrensdokumentation-{slug}.md"
    return _file(content, "text/markdown; charset=utf-8", save_as=name)


def _procedure(user: Any, slug: str) -> Procedure:  # noqa: ANN401  Airflow's
    _dag_id_of(user, slug)
    try:
        return procedure_of(slug, version=__version__)
    except ConfigError as error:
        raise HTTPException(404, str(error)) from None


def _dag_id_of(user: Any, slug: str) -> str:  # noqa: ANN401  Airflow's
    """The DAG of a space that this user may read; of another one there is nothing to be found.

    Raises:
        HTTPException: 404, also where there is such a space.
    """
    dag_id = f"{DAG_PREFIX}{slug}"
    with create_session() as session:
        if dag_id not in find_dags(session, _readable(user)):
            raise HTTPException(404)
    return dag_id


def _file(content: bytes, content_type: str, *, save_as: str | None = None) -> Response:
    """A file to look at, or to save under a name."""
    where = f'attachment; filename="{save_as}"' if save_as else "inline"
    return Response(content, media_type=content_type, headers=SAFE | {"Content-Disposition": where})


def _readable(user: Any) -> set[str]:  # noqa: ANN401  Airflow's
    return get_auth_manager().get_authorized_dag_ids(user=user, method="GET")
