"""From Airflow connections to clients.

Airflow's HttpHook is not used for the requests: it sends unknown connection extras as headers,
logs whole answers and loses `Retry-After` (tried on provider 6.3.0). Its connection type `http`
works all the same, since only the connection is read here, once per task.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from airflow.sdk import BaseHook, Connection

from cobot_sevdesk.airflow.metrics import RequestMetrics
from cobot_sevdesk.airflow.versions import AirflowNotFoundException
from cobot_sevdesk.clients.base_url import is_loopback_url
from cobot_sevdesk.clients.cobot.client import API1_HEADERS, API2_HEADERS, CobotClient
from cobot_sevdesk.clients.observer import NOBODY, Watch
from cobot_sevdesk.clients.pace import NO_PACE, Pace
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.config import SpaceConfig, other_sevdesk_connections
from cobot_sevdesk.domain.keys import short_digest
from cobot_sevdesk.errors import ConfigError
from cobot_sevdesk.steps.memory import Memory
from cobot_sevdesk.steps.space import LOOKS, SETTLE_PAUSES, Seconds, Space

COBOT_API2 = "https://api.cobot.me"
SEVDESK_API = "https://my.sevdesk.de/api/v1"
COBOT_PER_MINUTE = 60
COBOT_MEMBER_LIST_PER_MINUTE = 6
SEVDESK_PER_MINUTE = 240
AT_ONCE, MOST_AT_ONCE = 4, 16
"""Invoices that are booked, or pages of one list that are read, at the same time."""
ACCOUNTS_LENGTH = 16


Client = TypeVar("Client")


class UnusableConnectionError(ConfigError):
    """A connection that is missing or incomplete; `connection` names it."""

    def __init__(self, connection: str, problem: str) -> None:
        self.connection = connection
        super().__init__([problem])


def open_space(
    config: SpaceConfig,
    *,
    today: date,
    most_new: int | None = None,
    last_try: bool = False,
    try_number: int = 1,
    run_id: str = "",
    memory: Memory | None = None,
    recalled_space_id: str | None = None,
) -> Space:
    """The space with both its clients, ready to work; nothing is requested yet.

    `most_new` overrides the safety stop of the space file; `memory` and `recalled_space_id` are
    what an earlier run left.

    Raises:
        UnusableConnectionError: a connection is missing, or its address or token.
    """
    cobot = find_connection(config.cobot_connection)
    sevdesk = find_connection(config.sevdesk_connection)
    watch = RequestMetrics(config.slug)
    return Space(
        rules=config.rules if most_new is None else replace(config.rules, most_new=most_new),
        subdomain=config.cobot.subdomain,
        cobot=cobot_client(
            config.cobot_connection,
            cobot,
            subdomain=config.cobot.subdomain,
            space_id=config.cobot.space_id,
            recalled_space_id=recalled_space_id,
            watch=watch,
        ),
        sevdesk=sevdesk_client(config.sevdesk_connection, sevdesk, watch=watch),
        today=today,
        cobot_connection=config.cobot_connection,
        sevdesk_connection=config.sevdesk_connection,
        settle_pauses=_settle_pauses(sevdesk),
        at_once=_at_once(sevdesk),
        shares_sevdesk=lambda: _shares(config, sevdesk),
        last_try=last_try,
        try_number=try_number,
        run_id=run_id,
        memory=memory or Memory(),
        accounts=_digest_of(config, cobot, sevdesk),
    )


def accounts_of(config: SpaceConfig) -> str:
    """What tells where a run reads and writes from everywhere else; as `Space.accounts`.

    Raises:
        UnusableConnectionError: a connection is missing, or its token.
    """
    cobot = find_connection(config.cobot_connection)
    return _digest_of(config, cobot, find_connection(config.sevdesk_connection))


def cobot_client(
    connection_id: str,
    connection: Connection,
    *,
    subdomain: str,
    space_id: str | None,
    recalled_space_id: str | None = None,
    watch: Watch = NOBODY,
) -> CobotClient:
    """A client of one space.

    Raises:
        UnusableConnectionError: the connection's addresses cannot be used.
    """
    extra = connection.extra_dejson
    v1_url = str(extra.get("v1_base_url") or f"https://{subdomain}.cobot.me/api")
    return CobotClient(
        cobot_transport(connection_id, connection, watch=watch),
        cobot_transport(connection_id, connection, url=v1_url, headers=API1_HEADERS, watch=watch),
        subdomain=subdomain,
        space_id=space_id,
        recalled_space_id=recalled_space_id,
        update_method=str(extra.get("membership_update_method") or "PUT"),
    )


def cobot_transport(
    connection_id: str,
    connection: Connection,
    *,
    url: str | None = None,
    headers: dict[str, str] | None = None,
    watch: Watch = NOBODY,
) -> Transport:
    """The way to one of Cobot's APIs; API 2 unless told otherwise."""
    extra = connection.extra_dejson
    token = connection.password or ""
    address = url or str(extra.get("api2_base_url") or COBOT_API2)
    pace = _pace(
        extra,
        default=COBOT_PER_MINUTE,
        url=address,
        special={"GET /memberships": COBOT_MEMBER_LIST_PER_MINUTE},
    )
    return _usable(
        connection_id,
        lambda: Transport(
            "Cobot",
            address,
            authorization=f"Bearer {token}",
            secret=token,
            headers=headers or API2_HEADERS,
            pace=pace,
            watch=watch,
        ),
    )


def sevdesk_client(
    connection_id: str, connection: Connection, *, watch: Watch = NOBODY
) -> SevdeskClient:
    """A client of one sevDesk account.

    Raises:
        UnusableConnectionError: the connection's address cannot be used.
    """
    token = connection.password or ""
    url = base_url(connection) or SEVDESK_API
    pace = _pace(connection.extra_dejson, default=SEVDESK_PER_MINUTE, url=url)
    return _usable(
        connection_id,
        lambda: SevdeskClient(
            Transport(
                "sevDesk",
                url,
                authorization=token,
                secret=token,
                headers={"Accept": "application/json"},
                pace=pace,
                watch=watch,
            ),
            at_once=_at_once(connection),
        ),
    )


def base_url(connection: Connection) -> str | None:
    """The address in a connection's host, `None` where it has none.

    Connections given as a URI split it: scheme into the schema (or the path into it), port apart.
    """
    host = (connection.host or "").strip()
    if not host:
        return None
    schema = (connection.schema or "").strip("/ ")
    if "://" not in host:
        usual = "http" if is_loopback_url(f"http://{host}") else "https"
        host = f"{schema if schema in {'http', 'https'} else usual}://{host}"
    if connection.port and f":{connection.port}" not in host:
        scheme, _, rest = host.partition("://")
        name, slash, path = rest.partition("/")
        host = f"{scheme}://{name}:{connection.port}{slash}{path}"
    path = schema if schema not in {"", "http", "https"} else ""
    return f"{host.rstrip('/')}/{path}" if path else host


def find_connection(connection_id: str) -> Connection:
    """The Airflow connection, once it can be used.

    Raises:
        UnusableConnectionError: it is missing, or its token is missing or malformed.
    """
    try:
        connection = BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        raise UnusableConnectionError(connection_id, "it does not exist") from None
    if not connection.password:
        raise UnusableConnectionError(connection_id, "the field password (the token) is empty")
    if any(c.isspace() or not c.isprintable() for c in connection.password):
        raise UnusableConnectionError(connection_id, "the token holds blanks or line breaks")
    return connection


def _digest_of(config: SpaceConfig, cobot: Connection, sevdesk: Connection) -> str:
    """Sixteen characters for the servers and the subdomain.

    No token: a new one is mostly that of the same account, and stamps tell accounts apart.
    """
    extra = cobot.extra_dejson
    parts = (
        config.cobot.subdomain,
        base_url(sevdesk),
        extra.get("api2_base_url"),
        extra.get("v1_base_url"),
    )
    return short_digest("\n".join(str(part or "") for part in parts), ACCOUNTS_LENGTH)


def _shares(config: SpaceConfig, sevdesk: Connection) -> bool:
    """Whether another space books into the same account: by this connection, or by one like it."""
    others = other_sevdesk_connections(config)
    return config.sevdesk_connection in others or any(_is_alike(sevdesk, one) for one in others)


def _is_alike(connection: Connection, connection_id: str) -> bool:
    try:
        other = find_connection(connection_id)
    except UnusableConnectionError:
        return False
    return (base_url(other), other.password) == (base_url(connection), connection.password)


def _usable(connection_id: str, make: Callable[[], Client]) -> Client:
    try:
        return make()
    except ConfigError as error:
        raise UnusableConnectionError(connection_id, "; ".join(error.problems)) from None


def _pace(
    extra: dict[str, Any], *, default: int, url: str, special: dict[str, int] | None = None
) -> Pace:
    """`requests_per_minute` of the connection (0 = no limit); none on this machine by default."""
    chosen = extra.get("requests_per_minute")
    if chosen is None:
        return NO_PACE if is_loopback_url(url) else Pace(default, special)
    return Pace(int(chosen), special) if int(chosen) > 0 else NO_PACE


def _settle_pauses(connection: Connection) -> tuple[Seconds, ...]:
    """`settle_seconds` of the connection scales how long an uncertain write is waited for."""
    chosen = connection.extra_dejson.get("settle_seconds")
    if chosen is None:
        return SETTLE_PAUSES
    seconds = Decimal(str(chosen))
    return tuple(times * seconds for times in LOOKS)


def _at_once(connection: Connection) -> int:
    """`concurrency` of the sevDesk connection."""
    chosen = connection.extra_dejson.get("concurrency")
    return AT_ONCE if chosen is None else min(max(int(chosen), 1), MOST_AT_ONCE)
