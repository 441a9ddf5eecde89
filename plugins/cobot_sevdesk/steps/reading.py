"""Reading invoices afresh: what a task was handed says which, never what is in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.problems import HeldInvoice
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import CredentialsError
from cobot_sevdesk.steps.space import Space

Read = dict[str, Invoice | UnreadableInvoice]

FORBIDDEN = 403
ONE_BY_ONE = 3
"""Up to so many invoices are read singly; more come by the page."""


def read_again(space: Space, invoices: Sequence[HeldInvoice]) -> Read:
    """The invoices as they are in Cobot now, by id; deleted ones are missing."""
    found: Read = {}
    if len(invoices) > ONE_BY_ONE:
        wanted = {invoice.id for invoice in invoices}
        for read in space.cobot.iter_invoices(_span(invoices)):
            if read.id in wanted:
                found[read.id] = read
            if len(found) == len(wanted):
                break  # what else the list holds, or a second reading of it, tells nothing here
    for invoice in invoices:
        if invoice.id not in found and (single := space.cobot.find_invoice(invoice.id)):
            found[invoice.id] = single
    return {id_: with_corrected(space, invoice, found) for id_, invoice in found.items()}


def with_corrected(
    space: Space, invoice: Invoice | UnreadableInvoice, found: Read
) -> Invoice | UnreadableInvoice:
    """A correction knows the number of the invoice it corrects; its position text names it."""
    if isinstance(invoice, UnreadableInvoice) or invoice.corrects is None:
        return invoice
    try:
        original = found.get(invoice.corrects) or space.cobot.find_invoice(invoice.corrects)
    except CredentialsError as error:
        if error.status != FORBIDDEN:
            raise
        original = None  # it may be none of this space
    return replace(invoice, corrects_number=original.number if original else None)


def _span(invoices: Sequence[HeldInvoice]) -> Window:
    days = [invoice.date for invoice in invoices if invoice.date]
    return Window(min(days), max(days) + DAY) if days else Window(date.min, date.min)
