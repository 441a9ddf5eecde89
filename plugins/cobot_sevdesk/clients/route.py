"""How requests travel to a service: through which proxy, by whose certificates, for how long."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
"""Seconds; peers wait as long for uploads and downloads."""
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The first that is set names whose certificates count, where the connection does not."""


@dataclass(frozen=True)
class Route:
    """What the extras of a connection say about the way, by the names that `requests` has.

    `proxies` maps `http`, `https` or `all` (each with `://host`, too) to a proxy's address, and may
    hold its password. `verify` is the path of the certificates of those who may sign; `None` means
    the usual ones. `cert` is the path of our own certificate, or of it and its key. `timeout` is in
    seconds: connecting, then the next bytes. With `trust_env`, `HTTPS_PROXY`, `NO_PROXY` and
    `REQUESTS_CA_BUNDLE` hold for what the connection leaves open.
    """

    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    verify: str | None = None
    cert: str | tuple[str, str] | None = None
    timeout: float | None = None
    trust_env: bool = True

    @property
    def timeouts(self) -> tuple[float, float]:
        """Seconds to wait for a connection, and for the next bytes."""
        if self.timeout is None:
            return (CONNECT_TIMEOUT, READ_TIMEOUT)
        return (self.timeout, self.timeout)

    def find_fault(self) -> tuple[str, str] | None:
        """A file that cannot be used: the catalogue's word for it, and the field that names it.

        Without this, `requests` would fail at the first request, with an error of its own.
        """
        for name, path in self._certificate_authorities():
            if word := _fault_of_ca(path):
                return word, name
        if self.cert is not None and (word := _fault_of_cert(self.cert)):
            return word, "cert"
        return None

    def _certificate_authorities(self) -> list[tuple[str, str]]:
        if self.verify is not None:
            return [("verify", self.verify)]
        named = [(name, os.environ.get(name, "")) for name in CA_VARIABLES if self.trust_env]
        return [(name, path) for name, path in named if path][:1]


DIRECT = Route()


def _fault_of_ca(path: str) -> str | None:
    is_folder = Path(path).is_dir()
    try:
        ssl.create_default_context(
            cafile=None if is_folder else path, capath=path if is_folder else None
        )
    except ssl.SSLError:
        return "connection.no_pem"
    except (OSError, ValueError):
        return "connection.no_file"
    return None


def _fault_of_cert(cert: str | tuple[str, str]) -> str | None:
    certificate, key = (cert, None) if isinstance(cert, str) else cert
    try:
        # A key with a password would ask for it at the terminal.
        ssl.create_default_context().load_cert_chain(certificate, key, password="")
    except ssl.SSLError:
        return "connection.no_pem"
    except (OSError, ValueError):
        return "connection.no_file"
    return None
