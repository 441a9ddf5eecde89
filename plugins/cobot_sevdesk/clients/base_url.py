"""Where a service may be: https anywhere, plain http on this machine only; never elsewhere."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

_HOST = re.compile(r"[\w.:-]+")
"""Letters of any script, since hosts may have German names; colons are those of IPv6."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


def find_fault(url: str) -> str | None:
    """What is wrong with a base URL, as a word of the catalogue; `None` where nothing is.

    It must be https, or plain http for this machine: else the token would travel unencrypted.
    """
    parts = _split(url.strip())
    host = parts.hostname if parts else None
    if parts is None or host is None or parts.scheme not in _DEFAULT_PORTS:
        return "connection.address"
    if not _HOST.fullmatch(host) or any(c.isspace() for c in parts.path):
        return "connection.odd_address"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "connection.address_with_login"
    if parts.scheme == "http" and not _is_loopback(host):
        return "connection.plain_http"
    return None


def is_plain_http(url: str) -> bool:
    """Whether an address is without encryption."""
    return url.strip().startswith("http:")


def is_loopback_url(url: str) -> bool:
    """Whether an address is on this machine."""
    parts = _split(url)
    return _is_loopback((parts.hostname if parts else None) or "")


def find_redirect(asked: str, location: str) -> str | None:
    """Where a redirect leads; `None` where it leaves scheme, host or port of what was asked."""
    try:
        target = urljoin(asked, location)
    except ValueError:
        return None
    return target if _place(target) == _place(asked) else None


def new_base_url(asked: str, location: str, path: str) -> str:
    """The base URL that a redirect to another host suggests; only scheme and host at the least.

    No query and no user: a redirect may repeat a token there.
    """
    try:
        parts = _split(urljoin(asked, location))
    except ValueError:
        parts = None
    if parts is None or not parts.hostname:
        return "an address that cannot be read"
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else ""
    target = parts.path.rstrip("/")
    kept = target.removesuffix(path) if target.endswith(path) else ""
    return f"{parts.scheme}://{parts.hostname}{port}{kept}"


def _place(url: str) -> tuple[str, str | None, int | None] | None:
    parts = _split(url)
    if parts is None:
        return None
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _split(url: str) -> SplitResult | None:
    """The parts of a URL, `None` where it has none: a broken IPv6 address, a port in words."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  it is checked when it is read
    except ValueError:
        return None
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
