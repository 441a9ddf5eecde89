"""What a proof finds out about what is attached to vouchers: tags and documents."""

import json
from decimal import Decimal
from io import BytesIO

from cobot_sevdesk.clients.bodies import Upload
from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing, payloads
from cobot_sevdesk.clients.sevdesk.vouchers import TAG_RELATIONS, TAGS, UPLOAD
from cobot_sevdesk.domain.rules import DRAFT, OPEN
from cobot_sevdesk.errors import UnreadableAnswerError
from cobot_sevdesk.proof import drafts
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.lists import check_listed
from cobot_sevdesk.proof.probe import Json, Reply
from cobot_sevdesk.proof.trial import TAG, NotPossibleError, Trial, accepted, all_of, answer_of

CREATE_TAG = "/Tag/Factory/create"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
NEVER_UPLOADED = "0123456789abcdef0123456789abcdef.pdf"


# --- tags: one on both drafts, on the first one twice


def tag_both(trial: Trial) -> None:
    """Tag both drafts, then the first one again."""
    first, second = drafts.first(trial)["id"], drafts.second(trial)["id"]
    for id_ in (first, second):
        reply = accepted(_tag(trial, id_), "tag_refused")
    is_wrapped = isinstance(reply.body, dict) and "objects" in reply.body
    trial.note("S-35", "in_objects" if is_wrapped else "bare_answer", holds=is_wrapped)
    again = _tag(trial, first)
    lag = trial.wait_for(lambda: {first, second} <= {one for one, _ in _ties(trial)})
    if lag is None:
        raise NotPossibleError("tags_not_listed")
    trial.lags.append(lag)
    if trial.lag:
        trial.account.sleep(Decimal(f"{trial.lag + 0.5:.1f}"))  # the last of them came later
    _note_tags(trial)
    _note_ties(trial, first, again)


def is_ours(tag: Json) -> bool:
    """Whether it is the tag of a proof, however a service writes names."""
    return str(tag.get("name") or "").strip().casefold() == TAG.casefold()


def _tag(trial: Trial, voucher_id: str) -> Reply:
    reply = trial.sevdesk.write("POST", CREATE_TAG, payloads.tag_payload(voucher_id, TAG))
    made = reply.first.get("tag") or {}
    if made.get("id"):
        trial.tags.add(str(made["id"]))
    return reply


def _note_tags(trial: Trial) -> None:
    count = sum(is_ours(one) for one in all_of(trial, TAGS))
    if count:
        told = say("reused") if count == 1 else say("of_one_name", count=count)
        trial.note("S-33", told, holds=count == 1)
    else:
        trial.skip("S-33", "tags_not_listed")


def _note_ties(trial: Trial, first: str, again: Reply) -> None:
    ties = _ties(trial)
    count = sum(id_ == first for id_, _ in ties)
    told = say("ties", count=count) if again.is_success else answer_of(again)
    trial.note("S-34", told, holds=again.is_success and count > 1)
    is_embedded = any(name for _, name in ties)
    trial.note("S-04", "understood" if is_embedded else "ignored", holds=is_embedded)


def _ties(trial: Trial) -> list[tuple[str, str | None]]:
    """The vouchers of all tag relations, each with the name of its tag where that is embedded."""
    own = {one["id"] for one in trial.vouchers}
    pairs = [
        (str((row.get("object") or {}).get("id")), (row.get("tag") or {}).get("name"))
        for row in all_of(trial, TAG_RELATIONS, {"embed": "tag"})
    ]
    return [pair for pair in pairs if pair[0] in own]


# --- documents


def attach_document(trial: Trial) -> None:
    """A document for the first draft: what becomes of status and sums, and who shows it."""
    id_ = drafts.first(trial)["id"]
    trial.account.sleep(Decimal(str(trial.pause)))  # sevDesk's clock counts seconds
    vouchers = trial.account.sevdesk.vouchers
    before = vouchers.get(id_)
    filename = vouchers.upload_pdf(BytesIO(PDF), "proof.pdf")
    trial.seen["filename"] = filename
    vouchers.attach_pdf(before, filename, status=before.status)
    in_answer = _answer_shows_document(trial)
    after = vouchers.get(id_)
    names = ("status", "gross", "net")
    if wrong := [one for one in names if getattr(before, one) != getattr(after, one)]:
        trial.note("S-47", "differs", holds=False, fields=" ".join(wrong))
    trial.seen["attached_to_draft"] = not wrong
    shown = ["singly"] if after.has_document else []
    if after.has_document:
        check_listed(trial)
        in_list = trial.wait_for(lambda: _list_shows_document(trial, id_))
        shown += ["in_lists"] if in_list is not None else []
    shown += ["in_answers"] if in_answer else []
    told = say("list", parts=tuple(map(say, shown or ["nowhere"])))
    trial.note("S-46", told, holds=len(shown) == 3)


def open_with_document(trial: Trial) -> None:
    """A document given to a draft that becomes open with it, as every booking is finished."""
    if not trial.seen.get("attached_to_draft"):
        raise NotPossibleError("no_upload")
    if trial.account.rules.status == DRAFT:
        trial.note("S-47", "both_stay", holds=True)
        return
    filename = trial.account.sevdesk.vouchers.upload_pdf(BytesIO(PDF), "proof.pdf")
    plain = accepted(drafts.try_change(trial, drafts.agreeing(trial, "35.70"), status=OPEN))
    drafts.reset(trial)
    gross = drafts.gross_in(plain)
    accepted(drafts.change(trial, drafts.agreeing(trial, "35.70"), status=OPEN, filename=filename))
    after = trial.account.sevdesk.vouchers.get(drafts.second(trial)["id"])
    wrong = [] if after.status in {None, OPEN} else ["status"]
    wrong += [] if after.gross == gross else ["gross"]
    told = say("differs", fields=" ".join(wrong)) if wrong else say("both_stay")
    trial.note("S-47", told, holds=not wrong)
    if after.status != DRAFT:
        drafts.reset(trial)


def try_unknown_file(trial: Trial) -> None:
    """A file name that was never uploaded."""
    reply = drafts.try_change(trial, drafts.agreeing(trial, "59.50"), filename=NEVER_UPLOADED)
    told = say("ignored") if reply.is_success else answer_of(reply)
    trial.note("S-44", told, holds=not reply.is_success)


def try_unreadable_file(trial: Trial) -> None:
    """A PDF that ends in the middle."""
    if not trial.seen.get("filename"):
        raise NotPossibleError("no_upload")
    half = Upload("proof.pdf", BytesIO(PDF[: len(PDF) // 2]))
    uploaded = trial.sevdesk.write("POST", UPLOAD, upload=half)
    if not uploaded.is_success:
        trial.note("S-45", "at_upload", holds=True, status=uploaded.status)
        return
    filename = str(uploaded.first.get("filename"))
    reply = drafts.try_change(trial, drafts.agreeing(trial, "59.50"), filename=filename)
    told = say("accepted") if reply.is_success else say("at_save", status=reply.status)
    trial.note("S-45", told, holds=False)


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
