"""What `make up` does in the running Airflow where the page of the sandbox adds a space."""

import pytest

from tools.sandbox_env import connections_of
from tools.stack import AirflowStack

pytestmark = [
    pytest.mark.scheduler,
    pytest.mark.xdist_group("airflow"),
    pytest.mark.timeout(600),
]


def test_connections_of_a_new_space_arrive_and_may_be_made_again(airflow: AirflowStack) -> None:
    urls = "http://127.0.0.1:1", "http://127.0.0.1:2/api/v1"
    for sevdesk in ("first", "second"):
        made = connections_of("havel-haus", "cobot-token", sevdesk, urls)
        for id_, fields in made.items():
            airflow.add_connection(id_, fields)
    found = airflow.call("GET", "/connections/sevdesk_havel-haus")
    assert (found["conn_type"], found["host"]) == ("sevdesk", urls[1])
    extra = airflow.call("GET", "/connections/cobot_havel-haus")["extra"]
    assert '"v1_base_url": "http://127.0.0.1:1/havel-haus/api"' in extra
