"""Invoices are read afresh by the page, and no further than to the last one that is wanted."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

from builders import an_invoice
from cobot_sevdesk.domain.invoice import Invoice
from cobot_sevdesk.domain.problems import held
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.steps.reading import ONE_BY_ONE, read_again
from cobot_sevdesk.steps.space import Space

WANTED = [an_invoice(id=f"inv-{n}") for n in range(ONE_BY_ONE + 1)]
OTHER = an_invoice(id="other")


def space(listed: list[Invoice], singly: dict[str, Invoice], read: list[str]) -> Space:
    """As much of a space as reading needs; `read` gathers what was asked of Cobot."""

    def iter_invoices(window: Window) -> Iterator[Invoice]:
        assert an_invoice().date in window
        for invoice in listed:
            read.append(invoice.id)
            yield invoice

    def find_invoice(invoice_id: str) -> Invoice | None:
        read.append(f"single {invoice_id}")
        return singly.get(invoice_id)

    cobot = SimpleNamespace(iter_invoices=iter_invoices, find_invoice=find_invoice)
    return cast("Space", SimpleNamespace(cobot=cobot))


def test_nothing_is_read_after_the_last_wanted_one() -> None:
    read: list[str] = []
    here = space([OTHER, *WANTED, OTHER], {}, read)
    assert list(read_again(here, [held(one) for one in WANTED])) == [one.id for one in WANTED]
    assert read == ["other", *(one.id for one in WANTED)]


def test_what_the_list_leaves_out_is_asked_for_by_its_id() -> None:
    """It may have got another date; only what cannot be had so either was deleted."""
    read: list[str] = []
    moved, deleted, *there = WANTED
    here = space([*there, OTHER], {moved.id: moved}, read)
    assert set(read_again(here, [held(one) for one in WANTED])) == {
        one.id for one in (moved, *there)
    }
    asked = [f"single {moved.id}", f"single {deleted.id}"]
    assert read == [*(one.id for one in there), "other", *asked]
