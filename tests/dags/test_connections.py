"""What *Test connection* says, and what the provider offers."""

import json
import sys
import threading
from collections.abc import Callable
from importlib.metadata import entry_points
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import Connection

from cobot_sevdesk.airflow.connections import AT_ONCE, base_url, sevdesk_client
from cobot_sevdesk.airflow.hooks import CobotHook, SevdeskHook
from cobot_sevdesk.provider import get_provider_info
from sandbox.server import SandboxServer
from spaces import COBOT_TOKEN, SEVDESK_TOKEN, SpaceFiles

Spaces = Callable[..., SpaceFiles]

pytestmark = pytest.mark.airflow


def threads(name: str) -> int:
    """How many threads bear such names."""
    return sum(one.name.startswith(name) for one in threading.enumerate())


def test_airflow_finds_both_types_by_the_entry_point() -> None:
    (found,) = [
        entry
        for entry in entry_points(group="apache_airflow_provider")
        if entry.value.startswith("cobot_sevdesk.")
    ]
    types = found.load()()["connection-types"]
    assert [one["connection-type"] for one in types] == ["cobot", "sevdesk"]


def test_the_declared_classes_are_the_real_ones() -> None:
    hooks: list[Any] = [CobotHook, SevdeskHook]
    for declared, hook in zip(get_provider_info()["connection-types"], hooks, strict=True):
        assert declared["hook-class-name"] == f"{hook.__module__}.{hook.__name__}"
        assert (declared["connection-type"], declared["hook-name"]) == (
            hook.conn_type,
            hook.hook_name,
        )


def test_airflow_3_1_gets_the_same_form_from_the_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """It brings its own stand-in for wtforms; `make test-matrix` fills the real form in there."""

    def kind(name: str) -> Any:
        return lambda label, description: (name, label, description)

    stand_in = SimpleNamespace(StringField=kind("text"), IntegerField=kind("number"))
    monkeypatch.setitem(sys.modules, "wtforms", stand_in)
    fields = CobotHook.get_connection_form_widgets()
    assert fields["api2_base_url"][:2] == ("text", "Address of API 2")
    assert fields["requests_per_minute"][:2] == ("number", "Requests per minute")
    assert set(SevdeskHook.get_connection_form_widgets()) == {"requests_per_minute", "concurrency"}
    common = SevdeskHook.get_ui_field_behaviour()
    assert common["hidden_fields"] == ["schema", "login", "extra"]
    assert common["relabeling"]["password"] == "API token"


def test_a_good_token_says_whose_it_is(spaces: Spaces) -> None:
    space = spaces()
    ok, told = CobotHook("cobot_elbe-hub").test_connection()
    assert ok, told
    assert f"{space.cobot.name} (elbe-hub)" in told
    ok, told = SevdeskHook("sevdesk_elbe-hub").test_connection()
    assert ok, told
    assert "Bookkeeping system 2.0, SKR04" in told
    assert space.writes() == []


def test_a_bad_token_says_so_and_never_shows_it(spaces: Spaces) -> None:
    space = spaces()
    space.box.world.faults.add("status_before", status=401, times=9)
    for hook in (CobotHook("cobot_elbe-hub"), SevdeskHook("sevdesk_elbe-hub")):
        ok, told = hook.test_connection()
        assert not ok
        assert "token" in told
        assert COBOT_TOKEN not in told
        assert SEVDESK_TOKEN not in told


def test_missing_scopes_are_named(spaces: Spaces) -> None:
    space = spaces()
    space.box.world.faults.add("status_before", status=403, path="/teams$", times=9)
    space.box.world.faults.add("status_before", status=403, path="/memberships$", times=9)
    ok, told = CobotHook("cobot_elbe-hub").test_connection()
    assert not ok
    assert told == "The token lacks the scopes read_teams, read_memberships"


def test_the_old_bookkeeping_system_is_refused(spaces: Spaces) -> None:
    spaces().sevdesk.version = "1.0"
    ok, told = SevdeskHook("sevdesk_elbe-hub").test_connection()
    assert not ok
    assert "1.0" in told


def test_a_connection_that_is_missing_is_no_traceback() -> None:
    ok, told = CobotHook("cobot_nowhere").test_connection()
    assert not ok
    assert "does not exist" in told


@pytest.mark.parametrize(("extra", "at_once"), [({}, AT_ONCE), ({"concurrency": 2}, 2)])
def test_pages_are_read_as_many_at_once_as_the_connection_allows(
    box: SandboxServer, extra: dict[str, int], at_once: int
) -> None:
    tenant = box.world.add_tenant(SEVDESK_TOKEN)
    for number in range(8000):
        tenant.insert("Voucher", {"description": str(number), "creditDebit": "D"})
    reading: list[int] = []
    box.world.faults.add(
        "meanwhile", path="/Voucher$", skip=5, do=lambda: reading.append(threads("page"))
    )
    connection = Connection(
        conn_id="own",
        conn_type="sevdesk",
        host=box.sevdesk_url,
        password=SEVDESK_TOKEN,
        extra=json.dumps(extra),
    )
    assert sum(1 for _ in sevdesk_client("own", connection).vouchers.iter()) == 8000
    assert reading == [at_once]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"host": "localhost", "port": 8080}, "http://localhost:8080"),
        ({"host": "127.0.0.1:8080/api/v1"}, "http://127.0.0.1:8080/api/v1"),
        ({"host": "localhost", "schema": "https"}, "https://localhost"),
        ({"host": "my.sevdesk.de", "schema": "api/v1"}, "https://my.sevdesk.de/api/v1"),
        ({"host": "my.sevdesk.de", "schema": "http"}, "http://my.sevdesk.de"),
        ({"host": "https://my.sevdesk.de/api/v1"}, "https://my.sevdesk.de/api/v1"),
        ({}, None),
    ],
)
def test_an_address_may_come_in_parts(fields: dict[str, Any], expected: str | None) -> None:
    """Without a scheme it is https, and http on this machine."""
    assert base_url(Connection(conn_id="any", **fields)) == expected
