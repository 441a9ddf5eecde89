"""The field *Extra* of a connection: our own keys, and those of Airflow's HTTP type.

`proxies`, `verify`, `cert`, `timeout` and `trust_env` mean what they mean to Airflow's HttpHook
(provider 6.3.0), `proxy` and `verify_ssl` are its other names for two of them. What steers the
HttpHook itself is known and has no effect: here redirects and checks have rules of their own. Any
other key is an error. The HttpHook would send it as a header.
"""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from airflow.sdk import Connection

from cobot_sevdesk.clients.session import Route
from cobot_sevdesk.domain.problems import connection_error
from cobot_sevdesk.errors import ConnectionConfigError

OF_ROUTE = ("proxies", "proxy", "verify", "verify_ssl", "cert", "timeout", "trust_env")
WITHOUT_EFFECT = ("stream", "check_response", "allow_redirects", "max_redirects")
LONGEST_TIMEOUT = 600
"""Seconds; who waits longer for a connection or the next bytes holds up all else that day."""
_PROXY_FOR = re.compile(r"(https?|all)(://[\w.-]+)?")


class Extra:
    """The optional fields of a connection; each is empty, right, or an error that names it.

    `own` are the keys of this type of connection.

    Raises:
        ConnectionConfigError: it is no JSON object, or has a key that nobody knows.
    """

    def __init__(self, connection: Connection, own: Sequence[str]) -> None:
        self._connection_id = connection.conn_id
        try:
            found = json.loads(connection.extra or "{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise connection_error(self._connection_id, "connection.extra")
        # Forms leave fields empty that nobody filled in, those of other types, too.
        self._fields: dict[str, Any] = {k: v for k, v in found.items() if v not in (None, "")}
        if unknown := sorted(self._fields.keys() - {*own, *OF_ROUTE, *WITHOUT_EFFECT}):
            raise self._wrong(unknown[0], "unknown")

    def text(self, name: str) -> str | None:
        """A text, such as an address; `None` where the field is empty."""
        value = self._fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(name, "text")
        return value.strip()

    def whole_number(self, name: str, lowest: int, highest: int | None = None) -> int | None:
        """A number without fraction, also as text; `None` where the field is empty."""
        found = self._number(name, r"-?[0-9]{1,9}", "whole_number")
        if found is not None and not lowest <= found <= (found if highest is None else highest):
            raise self._wrong(name, "at_least", lowest=str(lowest), highest=str(highest or ""))
        return None if found is None else int(found)

    def seconds(self, name: str, lowest: int, highest: int) -> Decimal | None:
        """Seconds, with a fraction or without; `None` where the field is empty."""
        found = self._number(name, r"[0-9]{1,9}(\.[0-9]{1,9})?", "seconds")
        if found is not None and not lowest <= found <= highest:
            bounds = {"lowest": str(lowest), "highest": str(highest)}
            raise self._wrong(name, "seconds_between", **bounds)
        return found

    def _number(self, name: str, pattern: str, word: str) -> Decimal | None:
        value = self._fields.get(name)
        if value is None:
            return None
        written = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(pattern, written):
            raise self._wrong(name, word)
        return Decimal(written)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of several words, in capitals; the first where the field is empty."""
        found = (self.text(name) or choices[0]).upper()
        if found not in choices:
            raise self._wrong(name, "choice", choices=", ".join(choices))
        return found

    @cached_property
    def route(self) -> Route:
        """How requests travel.

        Raises:
            ConnectionConfigError: a field of it is wrong.
        """
        timeout = self.seconds("timeout", 1, LONGEST_TIMEOUT)
        return Route(
            proxies=self._proxies(),
            verify=self._verify(),
            cert=self._cert(),
            timeout=None if timeout is None else float(timeout),
            trust_env=self._flag("trust_env") is not False,
        )

    def _proxies(self) -> dict[str, str]:
        """One address for all, or one for each scheme (or scheme and host)."""
        name = self._first_of("proxies", "proxy")
        value = self._parsed(name)
        if value is None:
            return {}
        stated = {"all": value} if isinstance(value, str) else value
        if not isinstance(stated, dict) or not all(map(_PROXY_FOR.fullmatch, stated)):
            raise self._wrong(name, "proxy")
        addresses = {key: _proxy_address(stated[key]) for key in stated}
        if not all(addresses.values()):
            raise self._wrong(name, "proxy")
        found = {key: address for key, address in addresses.items() if address}
        # Else a proxy of the environment for one of the two would go before it.
        usual = {scheme: found["all"] for scheme in ("http", "https") if "all" in found}
        return {**usual, **found}

    def _verify(self) -> str | None:
        """The path of the certificates of those who may sign, `None` for the usual ones."""
        name = self._first_of("verify", "verify_ssl")
        if self._word(name) in {"false", "0", "no"}:
            raise self._wrong(name, "unverified")
        return None if self._word(name) == "true" else self.text(name)

    def _cert(self) -> str | tuple[str, str] | None:
        value = self._parsed("cert")
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        if not isinstance(value, list) or len(value) != 2:
            raise self._wrong("cert", "cert")
        certificate, key = value
        if not isinstance(certificate, str) or not isinstance(key, str):
            raise self._wrong("cert", "cert")
        return certificate, key

    def _flag(self, name: str) -> bool | None:
        value = self._fields.get(name)
        if value is None or isinstance(value, bool):
            return value
        if self._word(name) not in {"true", "false"}:
            raise self._wrong(name, "flag")
        return self._word(name) == "true"

    def _first_of(self, name: str, other: str) -> str:
        """Which of two names of one field is filled in."""
        return name if name in self._fields or other not in self._fields else other

    def _parsed(self, name: str) -> Any:  # noqa: ANN401  JSON
        """The field; forms and URIs hold lists and objects as text."""
        value = self._fields.get(name)
        if isinstance(value, str) and value.strip()[:1] in {"{", "["}:
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value

    def _word(self, name: str) -> str:
        return str(self._fields.get(name, "")).strip().lower()

    def _wrong(self, name: str, word: str, **details: str) -> ConnectionConfigError:
        """The value is not repeated: somebody may have pasted a token into the wrong field."""
        return connection_error(self._connection_id, f"connection.{word}", field=name, **details)


def _proxy_address(stated: Any) -> str | None:  # noqa: ANN401  JSON
    """A proxy's address; without scheme it is http. `None` where it is none."""
    if not isinstance(stated, str):
        return None
    address = stated.strip() if "://" in stated else f"http://{stated.strip()}"
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  it is checked when it is read
    except ValueError:
        return None
    is_proxy = (
        parts.scheme in {"http", "https"} and parts.hostname and not re.search(r"\s", address)
    )
    return address if is_proxy else None
