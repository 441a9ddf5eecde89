"""What a proof finds out about the documents of vouchers."""

import json
from decimal import Decimal
from io import BytesIO

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.pdf_files import Upload
from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.sevdesk.vouchers import UPLOAD
from cobot_sevdesk.domain.rules import DRAFT, OPEN
from cobot_sevdesk.domain.voucher import BookedVoucher
from cobot_sevdesk.errors import UnreadableAnswerError
from cobot_sevdesk.proof.assumptions import Observed, say
from cobot_sevdesk.proof.drafts import (
    agreeing,
    change,
    check_can_be_changed,
    first_draft,
    make_draft_again,
    second_draft,
    shown_voucher,
    sum_of,
)
from cobot_sevdesk.proof.trial import NotPossibleError, Trial, refused

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
NEVER_UPLOADED = "0123456789abcdef0123456789abcdef.pdf"


def attach_document(trial: Trial) -> None:
    """A document for the first draft: what becomes of status and sums, and who shows it."""
    id_ = first_draft(trial)["id"]
    trial.account.sleep(Decimal(str(trial.pause)))  # sevDesk's clock counts seconds
    vouchers = trial.account.sevdesk.vouchers
    before = vouchers.get(id_)
    filename = vouchers.upload_pdf(BytesIO(PDF), "proof.pdf")
    trial.seen["filename"] = filename
    vouchers.attach_pdf(before, filename, status=before.status)
    in_answer = _answer_shows_document(trial)
    after = vouchers.get(id_)
    wrong = _moved(before, after)
    if wrong:
        trial.note("S-47", holds=False, observed=say("differs", fields=" ".join(wrong)))
    trial.seen["attached_to_draft"] = not wrong
    is_listed = trial.seen.get("are_listed") and after.has_document
    in_list = trial.wait_for(lambda: _list_shows_document(trial, id_)) if is_listed else None
    places = {"singly": after.has_document, "in_lists": in_list is not None}
    places["in_answers"] = in_answer
    if after.has_document and not trial.seen.get("are_listed"):
        raise NotPossibleError(say("not_listed"))
    shown: tuple[Observed, ...] = tuple(say(name) for name, is_shown in places.items() if is_shown)
    told = say("list", parts=shown or (say("nowhere"),))
    trial.note("S-46", holds=len(shown) == len(places), observed=told)


def open_with_document(trial: Trial) -> None:
    """A document given to a draft that becomes open with it, as every booking is finished."""
    if not trial.seen.get("attached_to_draft"):
        raise NotPossibleError(say("no_upload"))
    if trial.account.rules.status == DRAFT:
        trial.note("S-47", holds=True, observed=say("both_stay"))
        return
    check_can_be_changed(trial)
    filename = trial.account.sevdesk.vouchers.upload_pdf(BytesIO(PDF), "proof.pdf")
    plain = change(trial, agreeing(trial, "35.70"), status=OPEN)
    if not plain.is_success:
        raise refused(plain)
    make_draft_again(trial)
    reply = change(trial, agreeing(trial, "35.70"), status=OPEN, filename=filename)
    if not reply.is_success:
        raise refused(reply)
    after = trial.account.sevdesk.vouchers.get(second_draft(trial)["id"])
    wrong = [] if after.status in {None, OPEN} else ["status"]
    wrong += [] if after.gross == sum_of(shown_voucher(plain), "sumGross") else ["gross"]
    told = say("differs", fields=" ".join(wrong)) if wrong else say("both_stay")
    trial.note("S-47", holds=not wrong, observed=told)
    if after.status != DRAFT:
        make_draft_again(trial)


def try_unknown_file(trial: Trial) -> None:
    """A file name that was never uploaded."""
    check_can_be_changed(trial)
    reply = change(trial, agreeing(trial, "59.50"), filename=NEVER_UPLOADED)
    told = say("ignored") if reply.is_success else say("refused", status=reply.status)
    trial.note("S-44", holds=not reply.is_success, observed=told)


def try_unreadable_file(trial: Trial) -> None:
    """A PDF that ends in the middle."""
    if not trial.seen.get("filename"):
        raise NotPossibleError(say("no_upload"))
    half = Upload("proof.pdf", BytesIO(PDF[: len(PDF) // 2]))
    uploaded = trial.sevdesk.write("POST", UPLOAD, upload=half)
    if not uploaded.is_success:
        trial.note("S-45", holds=True, observed=say("at_upload", status=uploaded.status))
        return
    check_can_be_changed(trial)
    filename = str(uploaded.first.get("filename"))
    reply = change(trial, agreeing(trial, "59.50"), filename=filename)
    told = say("accepted") if reply.is_success else say("at_save", status=reply.status)
    trial.note("S-45", holds=False, observed=told)


def _moved(before: BookedVoucher, after: BookedVoucher) -> list[str]:
    pairs = {
        "status": before.status == after.status,
        "gross": before.gross == after.gross,
        "net": before.net == after.net,
    }
    return [name for name, same in pairs.items() if not same]


def _answer_shows_document(trial: Trial) -> bool:
    """Whether the voucher in the last answer, that of the save, refers to its document."""
    last = trial.listener.last
    try:
        found = json.loads(last.body)["objects"] if last else {}
        found = found[0] if isinstance(found, list) else found
        return parsing.shows_document(Fields(found.get("voucher") or found))
    except (ValueError, LookupError, TypeError, AttributeError, UnreadableAnswerError):
        return False


def _list_shows_document(trial: Trial, id_: str) -> bool:
    rows = trial.account.sevdesk.vouchers.iter()
    return any(one.id == id_ and one.has_document for one in rows)
