"""People who may read some DAGs only: Airflow's simple auth manager knows no such ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

READER = SimpleAuthManagerUser(username="rita", role="viewer")


class ReadsSomeDags(SimpleAuthManager):
    """Lets everybody read these DAGs, and no other."""

    readable: ClassVar[set[str]] = set()

    def get_authorized_dag_ids(self, **_: Any) -> set[str]:
        """The DAGs that may be read."""
        return self.readable


@contextmanager
def overview_of(*dag_ids: str) -> Iterator[TestClient]:
    """The overview's addresses, for somebody who may read these DAGs."""
    from cobot_sevdesk.airflow.overview.app import app

    ReadsSomeDags.readable = set(dag_ids)
    app.dependency_overrides[get_user] = lambda: READER
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides.clear()
