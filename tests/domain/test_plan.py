"""A run as values: what is planned, what it comes to, and which row of an invoice counts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain.decisions import (
    BookedByHand,
    Books,
    Create,
    Decision,
    Finish,
    Hold,
    Keep,
    Skip,
    decide,
)
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.plan import (
    DONE,
    MembersApplied,
    Plan,
    Planned,
    Row,
    State,
    all_waiting,
    booked_row,
    latest,
    problems_of,
    row_of,
)
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason, Remark, ref_of
from support.builders import a_booked_voucher, a_line, a_setup, a_space, an_invoice

VOUCHER = a_booked_voucher(an_invoice())
EDIT = Remark("edit.lines")
CODE = Reason("CS-201")
CREATE = decide(an_invoice(), Books(setup=a_setup()), a_space(), today=date(2026, 6, 30))


def planned(decision: Decision, number: int = 1, **changes: Any) -> Planned:
    return Planned(an_invoice(id=f"inv-{number}", number=f"R-{number}", **changes), decision)


@pytest.mark.parametrize(
    ("decision", "row"),
    [
        (Skip(Remark("skip.zero")), {"state": "skipped", "remarks": (Remark("skip.zero"),)}),
        (Hold((CODE,)), {"state": "held", "reasons": (CODE,)}),
        (Keep((VOUCHER,), (EDIT,)), {"state": "kept", "remarks": (EDIT,), "vouchers": ("900",)}),
        (
            Keep((VOUCHER, replace(VOUCHER, id="901", contact_id=None))),
            {"state": "kept", "vouchers": ("900", "901"), "mismatch": True},
        ),
        (
            BookedByHand(VOUCHER),
            {
                "state": "by_hand",
                "remarks": (Remark("by_hand", {"voucher": "900"}),),
                "vouchers": ("900",),
            },
        ),
        (CREATE, {"state": "open"}),
    ],
)
def test_each_decision_has_its_row(decision: Decision, row: dict[str, Any]) -> None:
    one = planned(decision)
    assert row_of(one) == Row(invoice=ref_of(one.invoice), **row)
    assert one.needs_writing is (row["state"] == "open")


def test_what_was_interrupted_keeps_the_content_with_which_it_was_saved() -> None:
    row = row_of(planned(Finish((VOUCHER,), content="AAAAA.BBBBB")))
    assert (row.state, row.invoice.content) == ("open", "AAAAA.BBBBB")
    assert row_of(planned(Finish((VOUCHER,)))).invoice.content == ""


def test_a_booked_row_tells_mismatch_and_moved_cents() -> None:
    assert isinstance(CREATE, Create)
    moved = replace(CREATE.vouchers[0], off_by=Decimal("0.01"), moved=Decimal("0.02"))
    row = booked_row(planned(replace(CREATE, vouchers=(moved,))), vouchers=[VOUCHER])
    assert (row.state, row.mismatch, row.vouchers) == ("booked", True, ("900",))
    assert (row.off_by, row.moved) == (Decimal("0.01"), Decimal("0.02"))
    linked = replace(CREATE, mismatch=False)
    assert not booked_row(planned(linked), vouchers=[VOUCHER]).mismatch


@pytest.mark.parametrize(
    ("edits", "gross", "told"),
    [
        ((), "119.00", "238.00"),
        ((EDIT,), "119.00", "119.00"),
        ((EDIT,), None, "238.00"),
    ],
)
def test_what_was_edited_in_between_counts_as_it_was_saved(
    edits: tuple[Remark, ...], gross: str | None, told: str
) -> None:
    there = replace(VOUCHER, gross=Decimal(gross) if gross else None)
    now = Planned(an_invoice(a_line("200.00")), Finish((there,), edits=edits))
    row = booked_row(now, vouchers=[there])
    assert (row.invoice.cents, row.remarks) == (Decimal(told), edits)


@pytest.mark.parametrize(("contact_id", "mismatch"), [("500", False), (None, True)])
def test_what_was_finished_has_the_content_with_which_it_was_saved(
    contact_id: str | None, *, mismatch: bool
) -> None:
    there = replace(VOUCHER, contact_id=contact_id)
    now = planned(Finish((there,), edits=(EDIT,), content="AAAAA.BBBBB"))
    ref = replace(ref_of(now.invoice), content="AAAAA.BBBBB")
    wanted = Row(ref, "booked", remarks=(EDIT,), vouchers=("900",), mismatch=mismatch)
    assert booked_row(now, vouchers=[there]) == wanted
    unknown = planned(Finish((there,), edits=(EDIT,)))
    assert booked_row(unknown, vouchers=[there]).invoice == ref_of(now.invoice)


def test_where_everything_waits_what_is_done_stays_and_all_reasons_are_told() -> None:
    stop, done = Reason("CS-101"), Row(ref(2), "booked", vouchers=("900",))
    rows = [Row(ref(1), "held", (CODE, stop)), done, Row(ref(3), "open")]
    kept = Row(ref(3), "kept")
    held = Row(ref(1), "held", (CODE, stop))
    assert all_waiting(rows, (stop,), []) == (held, done, Row(ref(3), "held", (stop,)))
    assert all_waiting(rows, (stop,), [kept]) == (held, done, kept)


# --- the plan


def test_only_what_is_new_counts_as_new() -> None:
    plan = Plan(
        (
            planned(CREATE, 1),
            planned(CREATE, 2, currency="CHF"),
            planned(CREATE, 3),
            planned(Finish((VOUCHER,)), 4),
            planned(Hold((CODE,)), 5),
        )
    )
    assert [one.invoice.number for one in plan.to_write] == ["R-1", "R-2", "R-3", "R-4"]
    assert plan.refusal(3) is None
    assert plan.refusal(2) == Reason("CS-307", {"count": "3", "most": "2"})


def test_a_dry_run_counts_as_if_it_had_written() -> None:
    plan = Plan((planned(CREATE, 1), planned(Finish((VOUCHER,)), 2), planned(Hold((CODE,)), 3)))
    assert [row.state for row in plan.rows()] == ["open", "open", "held"]
    assert [row.state for row in plan.rows_as_if_applied()] == ["booked", "booked", "held"]


def test_what_was_saved_otherwise_refuses_the_whole_plan_before_the_safety_stop() -> None:
    otherwise = Reason("CS-304", {"invoice": "R-2", "voucher": "9", "fields": "gross"})
    plan = Plan((planned(CREATE, 1), planned(Hold((CODE, otherwise)), 2)))
    assert plan.refusal(0) == otherwise
    assert Plan((planned(Hold((CODE,)), 2),)).refusal(0) is None


def test_vouchers_whose_invoice_is_gone_are_called_as_they_show_themselves() -> None:
    assert Plan(gone=(VOUCHER,)).remarks_on_gone() == (("CW-2026-1", Remark("edit.gone")),)


def test_an_unreadable_invoice_is_held_and_in_no_sum() -> None:
    unreadable = Planned(UnreadableInvoice(None, "R-1", "id", "an id"), Hold((CODE,)))
    (row,) = Plan((unreadable,)).rows()
    assert (row.invoice.key, row.invoice.cents) == ("number R-1", Decimal(0))


# --- which row counts


def ref(number: int = 1, **changes: Any) -> InvoiceRef:
    return InvoiceRef(f"inv-{number}", f"R-{number}", gross=Decimal("119.00"), **changes)


STATES: list[State] = ["open", "booked", "kept", "by_hand", "skipped", "held"]


@pytest.mark.parametrize(
    ("first", "then", "counts"),
    [
        ("open", "held", "held"),
        ("held", "open", "open"),
        ("open", "booked", "booked"),
        ("held", "kept", "kept"),
        ("booked", "held", "booked"),
        ("kept", "held", "kept"),
        ("booked", "kept", "booked"),
        ("kept", "booked", "booked"),
        ("skipped", "booked", "booked"),
        ("booked", "skipped", "skipped"),
        ("by_hand", "open", "by_hand"),
    ],
)
def test_a_later_row_counts_but_what_is_done_stays_done(
    first: State, then: State, counts: State
) -> None:
    (row,) = latest([Row(ref(), first)], [Row(ref(), then)]).values()
    assert row.state == counts


def test_what_this_run_booked_and_finds_standing_keeps_its_mismatch_and_tells_later_edits() -> None:
    before = Row(ref(), "booked", vouchers=("9",), mismatch=True, off_by=Decimal("0.01"))
    (row,) = latest([before], [Row(ref(), "kept", remarks=(EDIT,), vouchers=("9",))]).values()
    assert row == replace(before, remarks=(EDIT,))


@pytest.mark.parametrize(("together", "keys"), [(False, {"inv-1"}), (True, None)])
def test_an_invoice_that_got_its_id_since_is_the_one_that_had_none(
    *, together: bool, keys: set[str] | None
) -> None:
    """Two that are listed beside each other are two."""
    without = Row(replace(ref(), id=""), "held")
    booked = Row(replace(ref(), id="inv-1"), "booked")
    tables = [[without, booked]] if together else [[without], [booked]]
    assert set(latest(*tables)) == (keys or {without.invoice.key, "inv-1"})


@given(
    st.lists(
        st.lists(st.builds(Row, st.integers(1, 4).map(ref), st.sampled_from(STATES)), max_size=5),
        max_size=5,
    )
)
def test_every_invoice_has_one_row_and_done_is_never_undone(tables: list[list[Row]]) -> None:
    rows = latest(*tables)
    told = [row for table in tables for row in table]
    assert set(rows) == {row.invoice.key for row in told}
    for key, row in rows.items():
        was_done = any(one.state in DONE for one in told if one.invoice.key == key)
        assert (row.state in DONE) is was_done
        assert row.invoice.key == key


def test_equal_reasons_are_one_problem_and_two_reasons_are_two() -> None:
    rows = [
        Row(ref(1), "held", (CODE, Reason("CS-222"))),
        Row(ref(2), "held", (CODE,)),
        Row(ref(3), "kept"),
    ]
    assert problems_of(rows) == [
        Problem(CODE, invoices=(ref(1), ref(2))),
        Problem(Reason("CS-222"), invoices=(ref(1),)),
    ]


def test_members_of_two_steps_count_once() -> None:
    problem = Problem(Reason("CS-403"), members=("1",))
    ids, others, all_ids = ("1", "2"), ("2", "3"), ("1", "2", "3")
    one = MembersApplied({"a": "1"}, {"x": CODE}, ids, ("1",), ids, ids, (problem,))
    other = MembersApplied({"a": "2", "b": "3"}, {}, others, (), others, others, (problem,))
    contacts = {"a": "2", "b": "3"}
    assert one.plus(other) == MembersApplied(
        contacts, {"x": CODE}, all_ids, ("1",), all_ids, all_ids, (problem,)
    )


def test_an_invoice_without_gross_is_no_part_of_a_sum() -> None:
    invoice: Invoice = an_invoice()
    assert replace(ref_of(invoice), gross=None).cents == 0
