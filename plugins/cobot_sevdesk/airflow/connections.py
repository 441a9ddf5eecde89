"""From Airflow connections to clients.

Airflow's HttpHook is not used for the requests: it sends unknown connection extras as headers,
logs whole answers and loses `Retry-After` (tried on provider 6.3.0). Its connection type `http`
works all the same, since only the connection is read here, once per task. The extras that its users
know hold here by the same names (`extras.py`).
"""

import logging
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from airflow.sdk import BaseHook, Connection, Variable

from cobot_sevdesk.airflow.extras import Extra
from cobot_sevdesk.airflow.metrics import RequestMetrics
from cobot_sevdesk.airflow.versions import AirflowNotFoundException
from cobot_sevdesk.clients.base_url import is_loopback_url
from cobot_sevdesk.clients.cobot.client import API1_HEADERS, API2_HEADERS, CobotClient
from cobot_sevdesk.clients.pace import NO_COUNTER, NO_PACE, Pace, RequestCounter
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.config import SpaceConfig, load_space_configs
from cobot_sevdesk.domain.problems import connection_error
from cobot_sevdesk.errors import ConnectionConfigError
from cobot_sevdesk.sync.account import LOOKS, SETTLE_PAUSES, Account, Circumstances, Seconds

log = logging.getLogger(__name__)

COBOT_API2 = "https://api.cobot.me"
COBOT_WWW = "https://www.cobot.me/api"
SEVDESK_API = "https://my.sevdesk.de/api/v1"
COBOT_PER_MINUTE = 60
COBOT_SPECIAL = {"GET /memberships": 6}
SEVDESK_PER_MINUTE = 240
AT_ONCE, MOST_AT_ONCE = 4, 16
"""Invoices that are booked, or pages of one list that are read, at the same time."""
LONGEST_SETTLING = 3600
"""Seconds; who waits longer for a lost answer holds up all else that day."""
IPV6 = 6
UPDATE_METHODS = ("PUT", "PATCH", "POST")
COBOT_EXTRAS = (
    "api2_base_url",
    "v1_base_url",
    "www_base_url",
    "membership_update_method",
    "requests_per_minute",
)
SEVDESK_EXTRAS = ("requests_per_minute", "concurrency", "settle_seconds")


def open_account(
    config: SpaceConfig,
    folder: Path,
    *,
    today: date,
    most_new: int | None = None,
    task: Circumstances = Circumstances(),  # noqa: B008  frozen
) -> Account:
    """The space with both its clients, ready to work; nothing is requested yet.

    `folder` holds the space files, `most_new` overrides the safety stop of the space file.

    Raises:
        ConnectionConfigError: a connection is missing, or a field of it is wrong.
    """
    cobot = find_connection(config.cobot_connection)
    sevdesk = find_connection(config.sevdesk_connection)
    extra = Extra(sevdesk, SEVDESK_EXTRAS)
    counter = RequestMetrics(config.slug)
    return Account(
        rules=config.rules if most_new is None else replace(config.rules, most_new=most_new),
        subdomain=config.cobot.subdomain,
        cobot=cobot_client(cobot, config.cobot.subdomain, config.cobot.space_id, counter),
        sevdesk=sevdesk_client(sevdesk, counter),
        today=today,
        sleep=lambda seconds: time.sleep(int(seconds * 1000) / 1000),
        clock=lambda: int(time.time()),
        cobot_connection=config.cobot_connection,
        sevdesk_connection=config.sevdesk_connection,
        settle_pauses=_settle_pauses(extra),
        at_once=_at_once(extra),
        neighbours=cache(lambda: _neighbours(config, folder, sevdesk)),
        task=task,
    )


def patient(account: Account, slug: str) -> Account:
    """The account, waiting for lists at least as long as a proof found necessary.

    The measured time is kept as an Airflow variable, where people see and may delete it. It only
    ever makes runs wait longer than the connection says.
    """
    found = str(Variable.get(variable_of(slug), default=None) or "")
    if not found:
        return account
    if not found.isdecimal():
        log.warning("Airflow variable %s: expected whole seconds", variable_of(slug))
        return account
    return account.waiting_at_least(int(found))


def variable_of(slug: str) -> str:
    """The name of the variable that holds the measured `settle_seconds` of a space."""
    return f"cobot_sevdesk_settle_seconds_{slug}"


def find_connection(connection_id: str) -> Connection:
    """The Airflow connection, once it can be used.

    Raises:
        ConnectionConfigError: it is missing or cannot be read, or its token is missing.
    """
    try:
        connection = BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        raise connection_error(connection_id, "connection.missing") from None
    except ValueError:  # its text holds parts of the URI, maybe of the token
        raise connection_error(connection_id, "connection.unreadable") from None
    if not connection.password:
        raise connection_error(connection_id, "connection.no_token")
    return connection


def cobot_client(
    connection: Connection,
    subdomain: str,
    space_id: str | None = None,
    counter: RequestCounter = NO_COUNTER,
) -> CobotClient:
    """A client of one space.

    Raises:
        ConnectionConfigError: a field of the connection is wrong.
    """
    extra = Extra(connection, COBOT_EXTRAS)
    api1_url = extra.text("v1_base_url") or f"https://{subdomain}.cobot.me/api"
    api1 = _cobot_transport(connection, extra, "v1_base_url", api1_url, counter)
    www_url = extra.text("www_base_url")
    if www_url is None and not is_loopback_url(api1_url):
        www_url = COBOT_WWW
    # Cobot's own address of API 1 is asked without token; not where Cobot is simulated here.
    www = www_url and Transport(
        "Cobot",
        www_url,
        authorization=None,
        connection=connection.conn_id,
        address_field="www_base_url",
        headers=API1_HEADERS,
        route=extra.route,
        counter=counter,
    )
    return CobotClient(
        cobot_api2(connection, counter),
        api1,
        www=www or None,
        subdomain=subdomain,
        space_id=space_id,
        update_method=extra.choice("membership_update_method", UPDATE_METHODS),
    )


def cobot_api2(connection: Connection, counter: RequestCounter = NO_COUNTER) -> Transport:
    """The way to Cobot's API 2, which is the same for all spaces.

    Raises:
        ConnectionConfigError: a field of the connection is wrong.
    """
    extra = Extra(connection, COBOT_EXTRAS)
    url = extra.text("api2_base_url") or COBOT_API2
    return _cobot_transport(connection, extra, "api2_base_url", url, counter)


def _cobot_transport(
    connection: Connection, extra: Extra, field: str, url: str, counter: RequestCounter
) -> Transport:
    token = connection.password or ""
    return Transport(
        "Cobot",
        url,
        authorization=f"Bearer {token}",
        secret=token,
        connection=connection.conn_id,
        address_field=field,
        headers=API2_HEADERS if field == "api2_base_url" else API1_HEADERS,
        pace=_pace(extra, url, COBOT_PER_MINUTE, COBOT_SPECIAL),
        route=extra.route,
        counter=counter,
    )


def sevdesk_client(connection: Connection, counter: RequestCounter = NO_COUNTER) -> SevdeskClient:
    """A client of one sevDesk account.

    Raises:
        ConnectionConfigError: a field of the connection is wrong.
    """
    extra = Extra(connection, SEVDESK_EXTRAS)
    token = connection.password or ""
    url = base_url(connection) or SEVDESK_API
    transport = Transport(
        "sevDesk",
        url,
        authorization=token,
        secret=token,
        connection=connection.conn_id,
        headers={"Accept": "application/json"},
        pace=_pace(extra, url, SEVDESK_PER_MINUTE),
        route=extra.route,
        counter=counter,
    )
    return SevdeskClient(transport, at_once=_at_once(extra))


def base_url(connection: Connection) -> str | None:
    """The address in a connection's host, `None` where it has none.

    Connections given as a URI split it: scheme into the schema (or the path into it), port apart.
    A port in the address itself wins: the form of Airflow asks for one even then.
    """
    host = (connection.host or "").strip()
    if not host:
        return None
    schema = (connection.schema or "").strip(":/ ")
    scheme = schema.lower() if schema.lower() in {"http", "https"} else ""
    if _is_ipv6(host):  # as a URI names it, but without its brackets
        host = f"[{host}]"
    if "://" not in host:
        usual = "http" if is_loopback_url(f"http://{host}") else "https"
        host = f"{scheme or usual}://{host}"
    before, _, rest = host.partition("://")
    name, slash, path = rest.partition("/")
    if connection.port and not _has_port(name):
        host = f"{before}://{name}:{connection.port}{slash}{path}"
    return f"{host.rstrip('/')}/{schema}" if schema and not scheme else host


def _is_ipv6(host: str) -> bool:
    try:
        return ip_address(host).version == IPV6
    except ValueError:
        return False


def _has_port(name: str) -> bool:
    """Whether `host:port` has one; what is no number stays, and is refused as an address."""
    return re.search(r":[^\]:]*\Z", name) is not None


def _neighbours(
    config: SpaceConfig, folder: Path, sevdesk: Connection
) -> Sequence[CobotClient | None]:
    """The Cobot clients of other spaces that book into the same sevDesk account.

    `None` stands for one whose connection cannot be used.
    """
    found: list[CobotClient | None] = []
    for other in load_space_configs(folder):
        if not isinstance(other, SpaceConfig) or other.slug == config.slug:
            continue
        if other.sevdesk_connection == config.sevdesk_connection or _is_alike(
            sevdesk, other.sevdesk_connection
        ):
            try:
                connection = find_connection(other.cobot_connection)
                found.append(cobot_client(connection, other.cobot.subdomain, other.cobot.space_id))
            except ConnectionConfigError as error:
                log.warning("A space with the same sevDesk account: %s", error)
                found.append(None)
    return found


def _is_alike(connection: Connection, connection_id: str) -> bool:
    """Whether another connection leads to the same account."""
    try:
        other = find_connection(connection_id)
    except ConnectionConfigError:
        return False
    return (base_url(other), other.password) == (base_url(connection), connection.password)


def _pace(extra: Extra, url: str, usual: int, special: Mapping[str, int] | None = None) -> Pace:
    """`requests_per_minute` of the connection (0 = no limit); none on this machine by default."""
    chosen = extra.whole_number("requests_per_minute", 0)
    if chosen is None and not is_loopback_url(url):
        chosen = usual
    return Pace(chosen, special) if chosen else NO_PACE


def _settle_pauses(extra: Extra) -> tuple[Seconds, ...]:
    """`settle_seconds` of the connection scales how long an uncertain write is waited for."""
    chosen = extra.seconds("settle_seconds", 0, LONGEST_SETTLING)
    return SETTLE_PAUSES if chosen is None else tuple(times * chosen for times in LOOKS)


def _at_once(extra: Extra) -> int:
    """`concurrency` of the sevDesk connection."""
    return extra.whole_number("concurrency", 1, MOST_AT_ONCE) or AT_ONCE
