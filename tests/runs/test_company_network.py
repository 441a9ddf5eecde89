"""A whole run from a company's network: every request through its proxy, TLS by its own CA."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.cobot_space import line
from support.network import Network
from support.spaces import SpaceFiles
from tools.dag_runs import RunResult

Spaces = Callable[..., SpaceFiles]
RunDag = Callable[..., RunResult]

pytestmark = pytest.mark.airflow


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """A company's network."""
    with ExitStack() as opened:
        yield Network(tmp_path, opened)


def move_behind_tls(
    network: Network, monkeypatch: pytest.MonkeyPatch, kind: str, **extra: object
) -> str:
    """Let one of the space's connections lead to the sandbox by TLS; returns host and port."""
    name = f"AIRFLOW_CONN_{kind.upper()}_ELBE-HUB"
    connection = json.loads(os.environ[name])
    fields = connection["extra"] if kind == "cobot" else connection
    url = network.over_tls(fields["api2_base_url" if kind == "cobot" else "host"])
    if kind == "cobot":
        fields |= {"api2_base_url": url, "v1_base_url": f"{url}/elbe-hub/api"}
        fields["www_base_url"] = url  # never asked: the space id is found without
    else:
        fields["host"] = url
    connection["extra"] |= extra
    monkeypatch.setenv(name, json.dumps(connection))
    return url.removeprefix("https://").partition("/")[0]


def test_a_run_books_all_through_the_proxy_of_its_connections(
    spaces: Spaces, run_dag: RunDag, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Members, lists, documents, uploads and writes: nothing goes past it."""
    space = spaces()
    member = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02")
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", member))
    proxy = network.proxy(login="ada:dove-4711")
    way = {
        "proxies": f"http://ada:dove-4711@{proxy.address}",
        "verify": network.ca_file,
        "timeout": 30,
    }
    targets = [move_behind_tls(network, monkeypatch, kind, **way) for kind in ("cobot", "sevdesk")]

    assert run_dag().succeeded

    (voucher,) = space.vouchers
    assert voucher["document"] is not None
    assert len(space.contacts) == 1
    assert set(proxy.seen) == {("CONNECT", target) for target in targets}


@pytest.mark.parametrize("kind", ["cobot", "sevdesk"])
def test_a_ca_that_is_not_named_is_one_problem_that_says_so(
    spaces: Spaces,
    run_dag: RunDag,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    space = spaces(language="de")
    space.cobot.add_invoice("2026-01-05", [line("10.00")])
    move_behind_tls(network, monkeypatch, kind)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)

    assert run_dag().codes == ["CS-115"]
    assert space.vouchers == []

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", network.ca_file)
    assert run_dag().succeeded
    assert len(space.vouchers) == 1
