"""What a status, its headers and its body mean, without any server."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cobot_sevdesk.clients.statuses import clean, find_said, to_error, to_seconds
from cobot_sevdesk.errors import OutcomeUnknownError, RemoteRejectedError, Request

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("999999999", 999_999_999),
        ("Mon, 05 Jan 2026 12:00:30 GMT", 30),
        ("Mon, 05 Jan 2026 13:00:30 +0100", 30),
        ("Mon, 05 Jan 2026 11:00:00 GMT", 0),
        # Nobody knows of which zone this is (RFC 5322, section 3.3).
        ("Mon, 05 Jan 2026 12:00:30 -0000", None),
        ("1234567890", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_how_long_to_wait_is_a_number_of_seconds_or_a_date(
    header: str | None, seconds: int | None
) -> None:
    assert to_seconds(header, now=NOON) == seconds


def test_a_date_that_is_over_means_no_waiting() -> None:
    assert to_seconds("Mon, 05 Jan 2015 11:00:00 GMT") == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "no draft", "code": 151}}', "no draft"),
        (b'{"errors": [{"title": "not valid"}]}', "not valid"),
        (b'{"errors": [{"title": "not valid", "detail": "no number"}]}', "no number"),
        (b'{"errors": {"base": ["one", "two", "three", "four"]}}', "one; two; three"),
        (b'{"errors": [null, {}, "last"]}', "last"),
        (b'{"a": "1", "b": "2", "c": "3", "d": "4"}', "a 1; b 2; c 3"),
        (b'{"a": 1, "b": "2"}', "b 2"),
        (b'"text"', "text"),
        (b'{"error": null, "message": "text"}', "text"),
        (b"null", ""),
        (b"7", ""),
        (b"{}", ""),
        (b"\xc3\x84", "\u00c4"),
        (b"\xff", "\ufffd"),
        (b" Limit ", "Limit"),
        (b" <html>", ""),
    ],
)
def test_what_a_service_says_is_found_in_each_of_its_shapes(body: bytes, said: str) -> None:
    assert find_said(body, plain=True) == said


def test_what_a_gateway_says_in_plain_words_is_not_the_services_word() -> None:
    assert find_said(b"upstream connect error", plain=False) == ""


@pytest.mark.parametrize(
    ("status", "kind", "told", "said", "wait"),
    [
        (429, "is unavailable", "HTTP 429, request id r-1", "Limit", 7),
        (422, "was refused", "HTTP 422, request id r-1", "Limit", None),
        (302, "was refused", "HTTP 302, request id r-1", "Limit", None),
        (408, "has an unknown outcome", "HTTP 408, request id r-1", "Limit", None),
        (500, "has an unknown outcome", "HTTP 500, request id r-1", "", None),
        (599, "has an unknown outcome", "HTTP 599, request id r-1", "", None),
    ],
)
def test_an_error_names_the_request_and_its_id(
    status: int, kind: str, told: str, said: str, wait: Any
) -> None:
    headers = {"X-Request-Id": "r-1", "Retry-After": "7"}
    error = to_error(Request("Cobot", "POST", "/x"), status, headers, b"Limit")
    assert str(error) == f"Cobot POST /x {kind}, {told}"
    assert (error.status, error.request_id) == (status, "r-1")
    assert (error.said, error.retry_after) == (said, wait)


def test_a_read_without_an_answer_of_use_is_no_write() -> None:
    for status in (408, 500):
        request = Request("Cobot", "GET", "/x")
        assert not isinstance(to_error(request, status, {}, b""), OutcomeUnknownError)
    assert type(to_error(request, 499, {}, b"")) is RemoteRejectedError


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no 5e7de here, 5e7de", "no *** here, ***"),
        ("write to <ada@example.com>, bert@example.com.", "write to <…>, …"),
        ("two\n  lines", "two lines"),
        ("x" * 999, "x" * 200),
        ("", ""),
    ],
)
def test_what_stands_in_the_log_is_one_short_line_without_token_or_address(
    said: str, told: str
) -> None:
    assert clean(said, secret="5e7de") == told
