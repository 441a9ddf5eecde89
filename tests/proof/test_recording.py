"""A recording holds shapes and types, and nothing that stood in an answer."""

import json
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from cobot_sevdesk.errors import Request
from cobot_sevdesk.proof.recording import HARMLESS, Exchange, harmless, recording_of
from tools.sample_from_recording import main

FIELDS = (
    "id",
    "name",
    "description",
    "email",
    "status",
    "objectName",
    "sumGross",
    "customerNumber",
)
NAMES = ("Ada Beispiel", "Müller & Söhne GmbH", "O'Neill", "Voucher Ada", "张伟", "C. Dash")
ADDRESSES = ("Musterweg 1\n20095 Hamburg", "Am Speicher 5", "12 rue Zola, Paris")
EMAILS = ("ada@example.com", "a.b+c@büro.example", "Ada <ada@example.com>")
TOKENS = ("5e7de5c0ffee5e7de5c0ffee5e7de5c0", "Bearer abcDEF123", "eyJhbGciOi.J9.abc")
planted = st.one_of(
    st.sampled_from(NAMES + ADDRESSES + EMAILS + TOKENS),
    st.text(min_size=4, max_size=30),
    st.from_regex(r"[+]?[0-9]{5,14}", fullmatch=True),
    st.integers(10_000, 10**12),
    st.from_regex(r"2[0-9]{3}-[01][0-9]-[0-3][0-9]", fullmatch=True),
)


def around(secret: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """JSON in which the secret stands somewhere."""
    return st.recursive(
        secret,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3),
            st.dictionaries(st.sampled_from(FIELDS), inner, min_size=1, max_size=3),
        ),
        max_leaves=4,
    )


@given(st.data(), planted)
def test_nothing_that_was_planted_survives(data: st.DataObject, secret: str | int) -> None:
    text = str(secret)
    assume(text not in HARMLESS and text.strip("7") and text not in "Mustertext")
    assume(text not in json.dumps(harmless({"a": "2026-01-01", "b": "a@b", "c": "x://y"})))
    body = data.draw(around(st.just(secret)))
    path = data.draw(st.sampled_from(["/Voucher/{}", "/spaces/{}/invoices", "/invoices/{}.pdf"]))
    asked = path.format(text.replace("/", "")) if "/" not in text else path
    exchange = Exchange(Request("sevDesk", "GET", asked), 200, json.dumps(body).encode())
    (kept,) = recording_of([exchange])
    assert text not in _all_texts(kept["body"])
    assume(text not in "sevDesk GET Voucher spaces invoices pdf")
    assert text not in kept["path"]


def _all_texts(value: Any) -> str:
    """The values, without the names of fields."""
    if isinstance(value, dict):
        return "\n".join(map(_all_texts, value.values()))
    return "\n".join(map(_all_texts, value)) if isinstance(value, list) else str(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(FIELDS), inner),
    )
)
def test_types_and_shapes_are_kept_and_a_second_time_changes_nothing(body: Any) -> None:
    once = harmless(body)
    assert _shape(once) == _shape(body)
    assert harmless(once) == once


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    return [_shape(one) for one in value] if isinstance(value, list) else type(value)


def test_flags_kinds_and_forms_of_dates_stay_readable() -> None:
    shown = {
        "objectName": "Voucher",
        "status": "50",
        "voucherDate": "2026-11-05T00:00:00+01:00",
        "confirmed_at": "2010/01/01 12:00:00 +0000",
        "customerNumber": "1044",
        "sumGross": "119.00",
        "supplier": None,
    }
    assert harmless(shown) == {
        "objectName": "Voucher",
        "status": "50",
        "voucherDate": "2026-01-01T00:00:00+01:00",
        "confirmed_at": "2026/01/01 00:00:00 +0000",
        "customerNumber": "7777",
        "sumGross": "7.5",
        "supplier": None,
    }


def test_a_recording_becomes_samples(tmp_path: Path) -> None:
    exchanges = [
        Exchange(Request("sevDesk", "GET", "/Voucher/4711"), 200, b'{"objects": [{"id": "4711"}]}'),
        Exchange(Request("sevDesk", "GET", "/Voucher/4712"), 200, b'{"objects": []}'),
        Exchange(Request("Cobot", "PUT", "/memberships/abc123"), 204, b""),
    ]
    file = tmp_path / "recording.json"
    file.write_text(json.dumps(recording_of(exchanges)), "utf-8")
    assert main([str(file)], tmp_path / "samples") == 0
    written = {
        str(path.relative_to(tmp_path / "samples")): json.loads(path.read_text("utf-8"))
        for path in (tmp_path / "samples").rglob("*.json")
    }
    assert written == {
        "sevdesk/recorded_get_voucher_200.json": {"objects": [{"id": "7777"}]},
        "cobot/recorded_put_memberships_204.json": None,
    }
    assert main([], tmp_path) == 2
