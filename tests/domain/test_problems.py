"""Problems, gathered into red tasks, and what they hold up."""

from datetime import date
from decimal import Decimal

from cobot_sevdesk.domain.identity import content_of
from cobot_sevdesk.domain.invoice import UnreadableInvoice
from cobot_sevdesk.domain.problems import (
    MOST_PROBLEMS,
    InvoiceRef,
    Problem,
    Problems,
    Reason,
    gross_by_currency,
    ref_of,
)
from support.builders import an_invoice

CODE = Reason("CS-201")
ONE, TWO = (InvoiceRef(id_, f"R-{id_}", gross=Decimal("1.00")) for id_ in "12")


def test_what_equal_reasons_hold_up_is_joined_and_counts_once() -> None:
    problems = Problems([Problem(CODE, (ONE,), ("1",)), Problem(CODE, (ONE, TWO), ("1", "2"))])
    assert list(problems) == [Problem(CODE, (ONE, TWO), ("1", "2"))]


def test_what_stops_everything_does_so_whichever_comes_first() -> None:
    part, whole = Problem(CODE, (ONE,)), Problem(CODE, everything=True)
    assert list(Problems([part, whole])) == list(Problems([whole, part]))
    assert list(Problems([part, whole])) == [Problem(CODE, (ONE,), everything=True)]


def test_set_up_comes_first_then_what_holds_up_most() -> None:
    few, many = Problem(Reason("CS-222"), (ONE,)), Problem(Reason("CS-222", {"x": "1"}), (ONE, TWO))
    setup = Problem(Reason("CS-101"))
    assert Problems([few, many, setup]).tasks() == [setup, many, few]


def test_the_last_task_holds_up_all_that_found_no_task_of_its_own() -> None:
    shown = [Problem(Reason("CS-101", {"n": str(n)})) for n in range(MOST_PROBLEMS)]
    rest = (
        Problem(Reason("CS-222"), (ONE, TWO), ("1", "2"), everything=True),
        Problem(Reason("CS-223"), (TWO,), ("2", "3")),
    )
    last = Problem(Reason("CS-900", {"count": "2"}), (ONE, TWO), ("1", "2", "3"), True, rest)
    tasks = Problems([*rest, *shown]).tasks()
    assert (len(tasks), tasks[-1]) == (MOST_PROBLEMS + 1, last)


def test_sums_of_currencies_are_told_in_their_order_with_euros_first() -> None:
    refs = [
        InvoiceRef(code, code, gross=Decimal(gross), currency=code)
        for code, gross in (("USD", "1"), ("CHF", "9"), ("EUR", "5"))
    ]
    assert list(gross_by_currency(refs)) == ["EUR", "CHF", "USD"]


def test_of_an_invoice_travels_what_tells_it_and_its_sum_but_nobodys_name() -> None:
    invoice = an_invoice()
    gross, content = Decimal("119.00"), content_of(invoice)
    told = InvoiceRef("inv-1", "CW-2026-1", date(2026, 1, 5), gross, "EUR", content)
    assert ref_of(invoice) == told
    unreadable = UnreadableInvoice(None, "CW-3", "id", "an id")
    assert ref_of(unreadable) == InvoiceRef("", "CW-3")
