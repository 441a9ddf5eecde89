"""Which addresses may get the token, and how one that has moved is shown."""

import pytest

from cobot_sevdesk.clients.base_url import (
    find_fault,
    find_redirect,
    is_loopback_url,
    is_plain_http,
    new_base_url,
)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://api.cobot.me", None),
        (" https://my.sevdesk.de/api/v1/ ", None),
        ("https://my.sevdesk.de:8443/api", None),
        ("https://bücher.example", None),
        ("http://localhost:8080", None),
        ("http://127.9.9.9", None),
        ("http://[::1]:8080", None),
        ("HTTP://LOCALHOST", None),
        ("", "connection.address"),
        ("https://", "connection.address"),
        ("api.cobot.me", "connection.address"),
        ("ftp://localhost", "connection.address"),
        ("https://[broken", "connection.address"),
        ("https://api.cobot.me:port", "connection.address"),
        ("https://api cobot.me", "connection.odd_address"),
        ("https://api.cobot.me/v 1", "connection.odd_address"),
        ("https://ada@api.cobot.me", "connection.address_with_login"),
        ("https://:dove@api.cobot.me", "connection.address_with_login"),
        ("https://api.cobot.me?a=1", "connection.address_with_login"),
        ("https://api.cobot.me#a", "connection.address_with_login"),
        ("http://api.cobot.me", "connection.plain_http"),
        ("http://localhost.example", "connection.plain_http"),
        ("http://128.0.0.1", "connection.plain_http"),
    ],
)
def test_the_token_goes_over_https_or_stays_on_this_machine(url: str, fault: str | None) -> None:
    assert find_fault(url) == fault


def test_an_address_is_plain_http_or_on_this_machine() -> None:
    urls = ("http://localhost", " http://proxy.example", "https://127.0.0.1", "[broken", "")
    assert [is_plain_http(url) for url in urls] == [True, True, False, False, False]
    assert [is_loopback_url(url) for url in urls] == [True, False, True, False, False]


ASKED = "https://api.example/v2/invoices?page=1"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/v2/invoices/", "https://api.example/v2/invoices/"),
        ("https://api.example:443/x", "https://api.example:443/x"),
        ("https://API.example/x", "https://API.example/x"),
        ("?page=2", "https://api.example/v2/invoices?page=2"),
        ("https://api.example:8443/x", None),
        ("http://api.example/x", None),
        ("//other.example/x", None),
        ("https://[broken", None),
        ("https://api.example:port/x", None),
    ],
)
def test_a_redirect_stays_with_scheme_host_and_port(location: str, target: str | None) -> None:
    assert find_redirect(ASKED, location) == target


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://new.example/v2/invoices", "https://new.example/v2"),
        ("https://new.example/v3/invoices/", "https://new.example/v3"),
        ("https://new.example/invoices", "https://new.example"),
        ("https://new.example/login/X", "https://new.example"),
        ("https://new.example/X", "https://new.example"),
        ("https://new.example/v2/invoicesX", "https://new.example"),
        ("https://new.example", "https://new.example"),
        ("https://new.example:443/v2/invoices", "https://new.example/v2"),
        ("https://new.example:80/v2/invoices", "https://new.example:80/v2"),
        ("http://new.example:80/v2/invoices", "http://new.example/v2"),
        ("http://new.example:8080/v2/invoices", "http://new.example:8080/v2"),
        ("http:///v2/invoices", "an address that cannot be read"),
        ("https://[broken", "an address that cannot be read"),
        ("https://new.example:port/v2", "an address that cannot be read"),
        # A redirect may repeat a token.
        ("https://ada:5e7de@new.example/v2/invoices?token=5e7de#5e7de", "https://new.example/v2"),
        ("https://new.example/5e7de", "https://new.example"),
    ],
)
def test_where_a_service_has_moved_is_told_without_tokens(location: str, shown: str) -> None:
    assert new_base_url(ASKED, location, "/invoices") == shown
