"""The invoice's PDF on its way to become the voucher's document."""

from dataclasses import replace

from cobot_sevdesk.domain.invoice import Invoice
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.domain.voucher import BookedVoucher
from cobot_sevdesk.errors import NotFoundRemotelyError, UnreadableAnswerError
from cobot_sevdesk.steps.space import Space
from cobot_sevdesk.steps.suppliers import HoldError


def upload(space: Space, invoice: Invoice) -> str:
    """Bring the PDF from Cobot to sevDesk; returns the name by which a voucher refers to it.

    Raises:
        HoldError: Cobot has no PDF that can be used.
    """
    try:
        pdf = space.cobot.get_pdf(invoice.id)
    except (UnreadableAnswerError, NotFoundRemotelyError) as error:
        raise HoldError(Reason("CS-225", {"invoice": invoice.number, "why": str(error)})) from None
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in invoice.number)
    with pdf:
        return space.sevdesk.vouchers.upload_pdf(pdf, f"{name}.pdf")


def attach(space: Space, invoice: Invoice, voucher: BookedVoucher) -> BookedVoucher:
    """Give a voucher that stands the document it lacks; returns what stands now.

    Raises:
        HoldError: it is paid or locked; or there is no PDF.
    """
    if space.sevdesk.vouchers.shows_document(voucher.id):
        return replace(voucher, has_document=True)
    if voucher.is_paid_or_locked:
        raise HoldError(Reason("CS-305", {"invoice": invoice.number, "voucher": voucher.id}))
    # A draft may be an open voucher that an earlier try had to reset for the same purpose.
    status = space.rules.status if voucher.status == DRAFT else voucher.status
    space.sevdesk.vouchers.attach_pdf(voucher, upload(space, invoice), status=status)
    return replace(voucher, has_document=True)
