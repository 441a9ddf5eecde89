"""How one field of an answer is read: what it may be, and what is said where it is not."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from cobot_sevdesk.clients.json_fields import Fields, id_in, is_id, printable
from cobot_sevdesk.errors import UnreadableAnswerError

MISSING: Any = object()
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
A_TEXT, AN_AMOUNT, USUAL = "a text", "an amount", "an amount of usual size"
A_DATE, A_MOMENT = "a date", "a date and time"
OBJECT, LIST, OUR_TIME = "an object", "a list", "a year from 1900 to 2999"


def read(method: str, value: Any) -> Any:
    """What a field is read as, or what should have been there."""
    fields = Fields({} if value is MISSING else {"x": value}, "top")
    try:
        return getattr(fields, method)("x")
    except UnreadableAnswerError as error:
        return f"{error.field}: {error.expected}"


def each(method: str, values: tuple[Any, ...], expected: Any) -> list[tuple[str, Any, Any]]:
    """The same of each of these values."""
    return [(method, value, expected) for value in values]


def wrong(expected: str) -> str:
    """What is said of the field."""
    return f"top.x: {expected}"


@pytest.mark.parametrize(
    ("method", "value", "expected"),
    [
        # Texts
        ("text", " a \n b ", "a b"),
        ("text", 7, "7"),
        ("text", 0, "0"),
        ("text", "a\x00b", "a b"),
        *each("text", (MISSING, None, "", " \t ", []), wrong(A_TEXT)),
        *each("text", (True, {}, ["a"], Decimal("1.5")), wrong(A_TEXT)),
        *each("optional_text", (MISSING, None, "", " \t ", []), None),
        *each("optional_text", (False, {}, ["a"]), wrong(A_TEXT)),
        ("optional_lines", " a\nb  c ", "a\nb  c"),
        *each("optional_lines", (MISSING, None, "", " \n ", []), None),
        ("optional_lines", {}, wrong(A_TEXT)),
        # Amounts
        ("amount", Decimal("1.50"), Decimal("1.50")),
        ("amount", -3, Decimal(-3)),
        ("amount", " +119.00 ", Decimal(119)),
        ("amount", "-0.005", Decimal("-0.005")),
        ("amount", 0, Decimal(0)),
        *each("amount", (MISSING, None, []), wrong(AN_AMOUNT)),
        *each("optional_amount", (MISSING, None, []), None),
        *each(
            "optional_amount",
            ("", "1,5", "1e3", "NaN", ".5", "5.", "1 000", True, {}, ["1"], 1.5),
            wrong(AN_AMOUNT),
        ),
        ("optional_amount", 10**9 - 1, Decimal(10**9 - 1)),
        ("optional_amount", -(10**9), wrong(USUAL)),
        ("optional_amount", "1000000000", wrong(USUAL)),
        # Days and moments
        ("day", "2026-01-05", date(2026, 1, 5)),
        ("day", "2026/01/05 23:59:59 -1200", date(2026, 1, 5)),
        *each("day", ("2026-02-30", "05.01.2026", "20260105", "x2026-01-05"), wrong(A_DATE)),
        ("day", None, wrong(A_TEXT)),
        ("day", "1900-01-01", date(1900, 1, 1)),
        ("day", "2999-12-31", date(2999, 12, 31)),
        ("day", "1899-12-31", wrong(OUR_TIME)),
        ("day", "3000-01-01", wrong(OUR_TIME)),
        *each("optional_moment", (MISSING, None, "", []), None),
        ("optional_moment", "2026-01-05", NOON),
        ("optional_moment", "2026-01-05T12:00:00Z", NOON),
        ("optional_moment", "2026-01-05T13:00:00+01:00", NOON),
        ("optional_moment", "2026-01-05T12:00:00", NOON),
        ("optional_moment", "2026/01/05 12:00:00 +0000", NOON),
        ("optional_moment", "2026-01-05 13:00:00 +0100", NOON),
        ("optional_moment", "2026/01/05", NOON),
        ("optional_moment", "2026-02-30", wrong(A_DATE)),
        ("optional_moment", "soon", wrong(A_MOMENT)),
        ("optional_moment", "3000-01-01T00:00:00Z", wrong(OUR_TIME)),
        ("optional_moment", True, wrong(A_TEXT)),
        # Flags
        *each("flag", (MISSING, None, "", "0", 0, False, "false", "FALSE", []), False),
        *each("flag", ("1", 1, True, "true", "2026-01-31"), True),
        # Lists of texts
        *each("texts", (MISSING, None, [], [None, ""]), []),
        ("texts", ["a", 7, "b\x00"], ["a", "7", "b "]),
        ("texts", "a", wrong(LIST)),
        # Objects
        ("object", [], wrong(OBJECT)),
        ("object", MISSING, wrong(OBJECT)),
        *each("optional_object", (MISSING, None, []), None),
        ("optional_object", "a", wrong(OBJECT)),
        ("objects", MISSING, wrong(LIST)),
        ("objects", None, []),
        ("objects", {"id": 1}, wrong(LIST)),
        ("objects", [{}, 1], "top.x[1]: an object"),
        ("optional_objects", MISSING, []),
        ("optional_objects", "a", wrong(LIST)),
        *each("listed", (MISSING, None, []), []),
        ("listed", "a", "top.x[0]: an object"),
        ("listed", [{}, None], "top.x[1]: an object"),
        ("raw", [], []),
        ("raw", MISSING, None),
        ("has", None, True),
        ("has", MISSING, False),
    ],
)
def test_a_field_is_what_it_should_be_or_is_named(method: str, value: Any, expected: Any) -> None:
    found = read(method, value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("method", ["objects", "optional_objects", "listed"])
def test_objects_inside_say_where_they_stand(method: str) -> None:
    fields = Fields({"x": [{"y": {"z": 1}}, {"y": {}}]})
    first, second = getattr(fields, method)("x")
    assert first.object("y").text("z") == "1"
    with pytest.raises(UnreadableAnswerError, match=r"^x\[1\]\.y\.z: expected a text$"):
        second.object("y").text("z")
    (only,) = Fields({"x": {"y": 1}}).listed("x")
    assert only.text("y") == "1"


def test_an_answer_that_is_no_object_is_named() -> None:
    odds: tuple[Any, ...] = (None, [], "a", 1)
    for odd in odds:
        with pytest.raises(UnreadableAnswerError, match=r"^answer: expected an object$"):
            Fields(odd)
        with pytest.raises(UnreadableAnswerError, match=r"^objects: expected an object$"):
            Fields(odd, "objects")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"id": "7"}, "7"),
        ({"id": 7}, "7"),
        ({"id": " a-b_c~d:e@f=g+h.i "}, "a-b_c~d:e@f=g+h.i"),
        ({"id": True}, None),
        ({"id": None}, None),
        ({"id": ["7"]}, None),
        ({"id": 1.5}, None),
        ({"id": " "}, None),
        ({"id": "a/b"}, None),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_an_id_is_what_one_may_ask_for(value: Any, found: str | None) -> None:
    assert id_in(value) == found
    if isinstance(value, dict):
        assert Fields(value).id == found


def test_a_path_or_a_question_is_no_id() -> None:
    assert [is_id(text) for text in ("7", "a.b", ".a", "a?b", "a\n", "ä", "")] == [
        *(True, True),
        *(False, False, False, False, False),
    ]


def test_what_no_database_takes_becomes_a_blank() -> None:
    assert printable("a\x00b\x1fc\x7fd\ud800e\tf\ng") == "a b c d e\tf\ng"


def test_a_moment_keeps_its_zone() -> None:
    (moment,) = [Fields({"x": "2026-01-05T00:30:00+02:00"}).optional_moment("x")]
    assert moment is not None
    assert moment == datetime(2026, 1, 5, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert moment.utcoffset() == timedelta(hours=2)
