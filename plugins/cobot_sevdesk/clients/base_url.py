"""Where a service may be: https anywhere, plain http on this machine only."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from cobot_sevdesk.errors import ConfigError


def safe_base_url(url: str) -> str:
    """The base URL without trailing slash; https, or plain http for this machine only.

    Raises:
        ConfigError: it is no usable URL, or the token would travel unencrypted.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError([f"{parts.hostname or 'host'}: not a complete https:// address"])
    if parts.username or parts.password or parts.query:
        raise ConfigError([f"{parts.hostname}: an address must hold no user, password or query"])
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ConfigError([f"{parts.hostname}: plain http is accepted for this machine only"])
    return url.strip().rstrip("/")


def is_loopback_url(url: str) -> bool:
    """Whether an address is on this machine."""
    return _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
