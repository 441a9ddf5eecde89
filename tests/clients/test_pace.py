"""Pacing counts by endpoint, whatever ids stand in the path, and for all threads together."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from cobot_sevdesk.clients.pace import NO_PACE, Pace, endpoint

ID = "f919885f8025b39bbe10b84008498612"


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        (f"/invoices/{ID}", "/invoices/{}"),
        (f"/invoices/{ID}.pdf", "/invoices/{}.pdf"),
        (f"/spaces/{ID}/invoices", "/spaces/{}/invoices"),
        ("/Voucher/123/resetToDraft", "/Voucher/{}/resetToDraft"),
        ("/Voucher/Factory/saveVoucher", "/Voucher/Factory/saveVoucher"),
        ("/memberships", "/memberships"),
    ],
)
def test_an_endpoint_is_a_path_without_ids(path: str, counted: str) -> None:
    assert endpoint(path) == counted


def test_all_threads_share_the_share_of_an_endpoint() -> None:
    pace = Pace(8, {"GET /memberships": 2})
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(pace.wait, "GET /invoices/{}.pdf") for _ in range(8)]
        asked += [pool.submit(pace.wait, "GET /memberships") for _ in range(2)]
        assert all(one.result(timeout=5) < 2 for one in asked)
    assert pace._limiters.keys() == {"GET /invoices/{}.pdf", "GET /memberships"}
    assert not any(
        limiter.try_acquire(name, blocking=False) for name, limiter in pace._limiters.items()
    )


def test_without_pace_nothing_waits() -> None:
    began = time.monotonic()
    assert [NO_PACE.wait("GET /invoices") for _ in range(1000)] == [0] * 1000
    assert time.monotonic() - began < 1
