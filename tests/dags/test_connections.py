"""What *Test connection* says, and what the provider offers."""

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow import __version__ as airflow_version
from airflow.sdk import Connection

from cobot_sevdesk.airflow.connections import AT_ONCE, base_url, open_account, sevdesk_client
from cobot_sevdesk.airflow.extras import Extra
from cobot_sevdesk.airflow.hooks import CobotHook, SevdeskHook
from cobot_sevdesk.clients.session import Route
from cobot_sevdesk.config import load_space_config
from cobot_sevdesk.errors import ConnectionConfigError, Reach, SpaceNotVisibleError
from cobot_sevdesk.provider import get_provider_info
from cobot_sevdesk.sync.account import LOOKS, Account
from sandbox.server import SandboxServer
from support.spaces import COBOT_TOKEN, SEVDESK_TOKEN, SpaceFiles

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
    of_route = {"proxies", "verify", "cert", "timeout"}
    assert of_route < fields.keys()
    assert set(SevdeskHook.get_connection_form_widgets()) == {
        "requests_per_minute",
        "concurrency",
        *of_route,
    }
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
    assert sum(1 for _ in sevdesk_client(connection).vouchers.iter()) == 8000
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
        ({"host": "http://127.0.0.1:8702", "port": 443}, "http://127.0.0.1:8702"),
        ({"host": "127.0.0.1:8702/api", "port": 443}, "http://127.0.0.1:8702/api"),
        ({"host": "https://my.sevdesk.de:443/api", "port": 80}, "https://my.sevdesk.de:443/api"),
        ({"host": "https://my.sevdesk.de/a:1/b", "port": 443}, "https://my.sevdesk.de:443/a:1/b"),
        ({"host": "http://[::1]:8080", "port": 443}, "http://[::1]:8080"),
        ({"host": "http://[::1]", "port": 443}, "http://[::1]:443"),
        ({"host": "::1", "port": 8080}, "http://[::1]:8080"),
        ({"host": "2001:db8::1", "port": 8443, "schema": "https"}, "https://[2001:db8::1]:8443"),
        ({"host": "[::1]", "port": 8080, "schema": "api"}, "http://[::1]:8080/api"),
        ({"host": "my.sevdesk.de", "schema": "HTTPS"}, "https://my.sevdesk.de"),
        ({"host": "my.sevdesk.de", "schema": "https://"}, "https://my.sevdesk.de"),
        ({"host": "127.0.0.1", "port": 0}, "http://127.0.0.1"),
        ({"host": " my.sevdesk.de/api/v1/ ", "port": 443}, "https://my.sevdesk.de:443/api/v1/"),
        ({}, None),
    ],
)
def test_an_address_may_come_in_parts(fields: dict[str, Any], expected: str | None) -> None:
    """Without a scheme it is https, and http on this machine."""
    assert base_url(Connection(conn_id="any", **fields)) == expected


# --- wrong fields

COBOT_FIELDS: dict[str, list[Any]] = {
    "requests_per_minute": ["sixty", -1, 1.5, True, [], {}, "1e3", "٣"],
    "membership_update_method": ["DELETE", 5, [], "PUT /x"],
    "api2_base_url": ["api.cobot.me", "http://api.cobot.me", 5, ["x"], "https://[x", "https://x:y"],
    "v1_base_url": ["elbe-hub", "https://user:pw@x.cobot.me/api", {}, "ftp://x"],
    "www_base_url": ["www", "https://www.cobot.me/api?token=1", 7],
}
SEVDESK_FIELDS: dict[str, list[Any]] = {
    "requests_per_minute": ["sixty", -5, "NaN"],
    "concurrency": ["four", 0, 17, 2.5, False],
    "settle_seconds": ["three", -1, "NaN", "Infinity", True, "1e9", 10**6, [1]],
}
ROUTE_FIELDS: dict[str, list[Any]] = {
    "proxies": ["ftp://proxy", "http://proxy:port", {"gopher": "http://proxy"}, {"http": 3128}, 7],
    "proxy": [[], "http://", {"https": ""}],
    "verify": [False, "false", 0, 7, "/no/such/file.pem", ["a.pem"]],
    "verify_ssl": [False, {}],
    "cert": [5, ["one.pem"], ["one.pem", 2], {}, "/no/such/file.pem", " "],
    "timeout": [0, 601, "long", True, -1, [1, 2]],
    "trust_env": ["perhaps", 2, []],
    "verifi": [True],
    "X-Header": ["of the HttpHook"],
    "proxies ": ["http://proxy"],
}
WRONG = [
    *(("cobot", name, value) for name, values in COBOT_FIELDS.items() for value in values),
    *(("sevdesk", name, value) for name, values in SEVDESK_FIELDS.items() for value in values),
    *(
        (kind, name, value)
        for kind in ("cobot", "sevdesk")
        for name, values in ROUTE_FIELDS.items()
        for value in values
    ),
    ("cobot", "concurrency", 2),
    ("sevdesk", "v1_base_url", "https://elbe-hub.cobot.me/api"),
]


@pytest.mark.parametrize(("kind", "name", "value"), WRONG)
def test_a_wrong_field_is_named_when_the_space_is_opened(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, value: Any
) -> None:
    spaces()
    change(monkeypatch, kind, lambda connection: connection["extra"].update({name: value}))
    told = problem_of_opening(f"{kind}_elbe-hub")
    assert told.startswith(f"{name}: ")


@pytest.mark.parametrize("kind", ["cobot", "sevdesk"])
@pytest.mark.parametrize("extra", ["[1]", "{", "null", "7", '"text"'])
def test_an_extra_field_that_is_no_object_is_named(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch, kind: str, extra: str
) -> None:
    spaces()
    change(monkeypatch, kind, lambda connection: connection.update(extra=extra))
    # Airflow 3.1 does not hand over such a connection at all.
    is_old = airflow_version.startswith("3.1")
    wanted = "It does not exist, or Airflow cannot read it." if is_old else "extra: "
    assert problem_of_opening(f"{kind}_elbe-hub").startswith(wanted)


@pytest.mark.parametrize("host", ["http://my.sevdesk.de", "https://[x", "https://a b", "ftp://x"])
def test_a_wrong_address_is_named(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    spaces()
    change(monkeypatch, "sevdesk", lambda connection: connection.update(host=host))
    assert problem_of_opening("sevdesk_elbe-hub").startswith("host: ")


@pytest.mark.parametrize("kind", ["cobot", "sevdesk"])
@pytest.mark.parametrize("odd", ["€", "ä", " ", "\n", "\x00"])
def test_an_odd_token_is_named_and_never_repeated(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch, kind: str, odd: str
) -> None:
    spaces()
    token = f"5e7de5c0{odd}ffee"
    change(monkeypatch, kind, lambda connection: connection.update(password=token))
    told = problem_of_opening(f"{kind}_elbe-hub")
    assert told.startswith("password: ")
    assert "5e7de5c0" not in told


def test_a_connection_that_cannot_be_read_says_nothing_of_its_token(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaces()
    for broken in ('{"password": "5e7de5c0ffee", ', "http://:x@host:5e7de5c0ffee"):
        monkeypatch.setenv("AIRFLOW_CONN_COBOT_ELBE-HUB", broken)
        assert "5e7de5c0" not in problem_of_opening("cobot_elbe-hub")


def test_right_fields_are_taken_in_any_spelling(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaces()
    cobot = {"requests_per_minute": "60", "membership_update_method": "patch", "www_base_url": ""}
    sevdesk = {"requests_per_minute": 0, "concurrency": "2", "settle_seconds": 0.5}
    change(monkeypatch, "cobot", lambda connection: connection["extra"].update(cobot))
    change(monkeypatch, "sevdesk", lambda connection: connection["extra"].update(sevdesk))
    space = opened()
    assert space.at_once == 2
    assert space.settle_pauses[0] == Decimal("0.5") * LOOKS[0]


@pytest.mark.parametrize("kind", ["cobot", "sevdesk", "http"])
def test_what_forms_and_the_http_hook_leave_is_no_error(
    spaces: Spaces, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Fields that nobody filled in, those of other types too, and what steers the hook itself."""
    spaces()
    extra = {
        **dict.fromkeys(("cert", "verify", "proxies", "timeout", "api2", "concurrency"), None),
        **dict.fromkeys(("v1_base_url", "of_another_type"), ""),
        "stream": False,
        "check_response": True,
        "allow_redirects": True,
        "max_redirects": 3,
    }
    for one in ("cobot", "sevdesk"):
        change(monkeypatch, one, lambda connection: connection.update(extra=extra, conn_type=kind))
    assert opened().at_once == AT_ONCE


PROXY, OTHER = "http://proxy.example.org:3128", "http://other.example.org:8080"


@pytest.mark.parametrize("name", ["proxies", "proxy"])
@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (PROXY, {"http": PROXY, "https": PROXY, "all": PROXY}),
        ("proxy.example.org:3128", {"http": PROXY, "https": PROXY, "all": PROXY}),
        ({"https": PROXY}, {"https": PROXY}),
        ({"all": PROXY, "https": OTHER}, {"http": PROXY, "https": OTHER, "all": PROXY}),
        ({"https://api.cobot.me": PROXY}, {"https://api.cobot.me": PROXY}),
        (json.dumps({"https": PROXY}), {"https": PROXY}),
    ],
)
def test_a_proxy_comes_in_the_ways_of_the_http_hook(
    name: str, stated: Any, expected: dict[str, str]
) -> None:
    assert route_of({name: stated}).proxies == expected


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, Route()),
        ({"verify": True, "verify_ssl": "/ca.pem"}, Route()),
        ({"verify": "True"}, Route()),
        ({"verify": "/ca.pem"}, Route(verify="/ca.pem")),
        ({"verify_ssl": "/ca.pem"}, Route(verify="/ca.pem")),
        ({"cert": "/both.pem"}, Route(cert="/both.pem")),
        ({"cert": ["/cert.pem", "/key.pem"]}, Route(cert=("/cert.pem", "/key.pem"))),
        ({"cert": '["/cert.pem", "/key.pem"]'}, Route(cert=("/cert.pem", "/key.pem"))),
        ({"timeout": 30}, Route(timeout=30)),
        ({"timeout": "2.5"}, Route(timeout=2.5)),
        ({"trust_env": False}, Route(trust_env=False)),
        ({"trust_env": "false"}, Route(trust_env=False)),
        ({"trust_env": "true"}, Route()),
    ],
)
def test_the_extras_of_the_http_type_mean_the_same(extra: dict[str, Any], expected: Route) -> None:
    """As text, too: so forms and URIs hold them."""
    assert route_of(extra) == expected


def route_of(extra: dict[str, Any]) -> Route:
    """How requests travel by this field *Extra*; no file is looked at."""
    return Extra(Connection(conn_id="cobot_elbe-hub", extra=json.dumps(extra)), ()).route


def test_a_simulated_cobot_is_not_asked_for_elsewhere(spaces: Spaces) -> None:
    space = spaces()
    for path in ("/user$", "/spaces/elbe-hub$"):
        space.box.world.faults.add("status_before", status=404, path=path, times=9)
    with pytest.raises(SpaceNotVisibleError):  # and no attempt to leave this machine
        opened().cobot.space.get()


def opened() -> Account:
    """The space of the file, ready to work."""
    folder = Path(os.environ["COBOT_SEVDESK_SPACE_CONFIGS"])
    return open_account(load_space_config("elbe-hub", folder), folder, today=date(2026, 1, 5))


def change(
    monkeypatch: pytest.MonkeyPatch, kind: str, edit: Callable[[dict[str, Any]], object]
) -> None:
    """Edit one of the space's two connections."""
    name = f"AIRFLOW_CONN_{kind.upper()}_ELBE-HUB"
    connection = json.loads(os.environ[name])
    edit(connection)
    monkeypatch.setenv(name, json.dumps(connection))


def problem_of_opening(connection: str) -> str:
    """What is wrong with this connection, when the space is opened; nothing is sent."""
    with pytest.raises(ConnectionConfigError) as caught:
        opened()
    assert caught.value.connection == connection
    assert caught.value.reach is Reach.SPACE
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)
