"""Airflow's REST API, as the UI uses it."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

STARTS_IN = 120
RUN_ENDS_IN = 300
ANSWERS_IN = 120
"""Seconds; a busy machine takes long."""


class AirflowApi:
    """One API server on this machine."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._token = ""

    def log_in(self, user: str, password: str) -> None:
        """Get a token for the calls that follow."""
        body = {"username": user, "password": password}
        self._token = self._send("POST", "/auth/token", body)["access_token"]

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call of Airflow's REST API below `/api/v2`, as the UI makes it."""
        return self._send(method, f"/api/v2{path}", body)

    def trigger(self, dag_id: str, **conf: Any) -> str:
        """Trigger a DAG as soon as it is known; returns the run id."""
        deadline = time.monotonic() + STARTS_IN
        while True:
            try:
                body = {"logical_date": None, "conf": conf}
                return str(self.call("POST", f"/dags/{dag_id}/dagRuns", body)["dag_run_id"])
            except urllib.error.HTTPError as error:
                error.close()
                if error.code != 404 or time.monotonic() > deadline:
                    raise
            time.sleep(1)

    def add_connection(self, id_: str, fields: dict[str, Any]) -> None:
        """Make a connection; one of that id is replaced."""
        body = {**fields, "connection_id": id_}
        if "extra" in body:
            body["extra"] = json.dumps(body["extra"])
        try:
            self.call("POST", "/connections", body)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 409:
                raise
            self.call("PATCH", f"/connections/{id_}", body)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(  # noqa: S310  loopback
            f"{self.url}{path}", content, headers, method=method
        )
        with urllib.request.urlopen(request, timeout=ANSWERS_IN) as answer:  # noqa: S310  loopback
            return json.load(answer)


def finished(
    airflow: AirflowApi, dag_id: str, run_id: str, *, was: str = "", within: int = RUN_ENDS_IN
) -> str:
    """The state of a run once it has ended; `was` is the one it ends before it starts again.

    Raises:
        TimeoutError: it does not end.
    """
    deadline, state = time.monotonic() + within, ""
    while time.monotonic() < deadline:
        state = str(airflow.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"])
        if state in {"success", "failed"} and state != was:
            return state
        time.sleep(0.5)
    raise TimeoutError(f"{dag_id} {run_id} did not end, it is {state}")
