"""Removing what a proof made, whichever proof it was: this one, or one that was interrupted."""

import json
import logging
from dataclasses import dataclass, field

from cobot_sevdesk.clients.probe import Reply
from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.clients.sevdesk.vouchers import TAGS, VOUCHERS
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.proof.assumptions import Observed, say
from cobot_sevdesk.proof.member import lost_of, restore
from cobot_sevdesk.proof.tags import is_ours
from cobot_sevdesk.proof.trial import MARK, Json, Trial, all_of

STATUSES = frozenset({"50", "100", "150", "750", "1000"})
"""Draft, open, overdue or transferred, paid in part, paid (sevDesk API document, vouchers)."""

log = logging.getLogger(__name__)


@dataclass
class Removed:
    """How much was removed, and what a person has to remove."""

    count: int = 0
    left: list[Observed] = field(default_factory=list)

    def take(self, path: str, gone: "Gone") -> None:
        """Count one object, or name it."""
        if gone.is_gone or gone.is_hidden:
            self.count += 1
        else:
            log.warning("sevDesk: %s could not be removed: HTTP %s", path, gone.reply.status)
            self.left.append(say("left_in_sevdesk", path=path))


@dataclass(frozen=True)
class Gone:
    """What became of a deletion; what `is_hidden` is still there, with a status of its own."""

    reply: Reply
    is_gone: bool
    is_hidden: bool = False


def clean_up(trial: Trial) -> Removed:
    """Give a changed member back what it had, then remove every marked tag, draft and contact.

    What this proof made is known by its id too: lists may not show it yet. A contact stays for as
    long as its member cannot be given back what it had.
    """
    if trial.is_uncertain:
        trial.account.sleep(trial.account.full_wait)
    removed = Removed()
    contacts = _marked_contacts(trial)
    restored = {id_ for id_, note in contacts.items() if _restored(trial, id_, note, removed)}
    for id_ in sorted(_marked_tags(trial)):
        path = f"{TAGS}/{id_}"
        removed.take(path, remove(trial, path, TAGS))
    for id_ in sorted(_marked_vouchers(trial)):
        path = f"{VOUCHERS}/{id_}"
        shown = trial.sevdesk.read(path).first
        if _is_hidden(VOUCHERS, shown):
            continue
        if str(shown.get("status", DRAFT)) != str(DRAFT):
            trial.sevdesk.write("PUT", f"{path}/resetToDraft", {})
        gone = remove(trial, path, VOUCHERS)
        removed.take(path, gone)
        note_deleted(trial, "S-43", gone)
    for id_ in sorted(restored):
        path = f"{CONTACTS}/{id_}"
        gone = remove(trial, path, CONTACTS)
        removed.take(path, gone)
        note_deleted(trial, "S-32", gone)
    return removed


def remove(trial: Trial, path: str, kind: str) -> Gone:
    """Delete one object; it is gone where neither its id nor its list shows it any more.

    A refusal may also mean that it was gone. A success may mean that it is only hidden, or that
    sevDesk shows it for a while.
    """
    reply = trial.sevdesk.write("DELETE", path)
    id_ = path.rpartition("/")[2]

    def is_gone() -> bool:
        return not trial.sevdesk.read(path).first.get("id") or not _lists(trial, kind, id_)

    shown = trial.sevdesk.read(path).first
    if not reply.is_success or not shown.get("id"):
        return Gone(reply, not shown.get("id"))
    if _is_hidden(kind, shown):
        return Gone(reply, is_gone=False, is_hidden=True)
    longest = max(trial.longest_read, 2 * trial.lag)
    return Gone(reply, is_gone() or trial.wait_for(is_gone, longest) is not None)


def note_deleted(trial: Trial, id_: str, gone: Gone) -> None:
    """What a deletion says about an assumption."""
    told = say("deleted")
    if not gone.is_gone:
        still_there = say("still_listed", status=gone.reply.status)
        told = still_there if gone.reply.is_success else say("not_deleted")
    trial.note(id_, holds=gone.is_gone, observed=told)


def _is_hidden(kind: str, shown: Json) -> bool:
    """Whether a voucher has a status that none of the living has."""
    return kind == VOUCHERS and str(shown.get("status", DRAFT)) not in STATUSES


def _lists(trial: Trial, kind: str, id_: str) -> bool:
    query = {"depth": 1} if kind == CONTACTS else {}
    return any(str(one.get("id")) == id_ for one in all_of(trial, kind, query))


def _marked_tags(trial: Trial) -> set[str]:
    return trial.tags | {str(one["id"]) for one in all_of(trial, TAGS) if is_ours(one)}


def _marked_vouchers(trial: Trial) -> set[str]:
    own = {str(one["id"]) for one in trial.vouchers}
    # Of both sides: what was sent as revenue may have been saved as an expense.
    rows = all_of(trial, VOUCHERS)
    return own | {str(one["id"]) for one in rows if MARK in str(one.get("description"))}


def _marked_contacts(trial: Trial) -> dict[str, str]:
    """Id -> what stands behind the mark: how a member was before."""
    found = {trial.twin_id: ""} if trial.twin_id else {}
    for contact in trial.account.sevdesk.contacts.iter():
        if MARK in (contact.description or ""):
            found[contact.id] = (contact.description or "").partition(MARK)[2].strip()
    if id_ := trial.contact.get("id"):
        found[str(id_)] = json.dumps(trial.note_of_member)
    return found


def _restored(trial: Trial, contact_id: str, text: str, removed: Removed) -> bool:
    """Whether the member that a marked contact tells of has its number back, and all that can be.

    Fields that were lost for good are named.
    """
    try:
        note: Json = json.loads(text) if text else {}
        if not note:
            return True
        number = trial.account.sevdesk.contacts.get(contact_id).customer_number
        is_done = restore(trial, note, number or "")
    except (ValueError, LookupError, TypeError):
        is_done, note = False, {}
    lost = lost_of(trial, note) if is_done else []
    if lost:
        names = ", ".join(lost)
        removed.left.append(say("left_fields", member=note["member"], names=names))
    if not is_done:
        removed.left.append(say("left_member", path=f"{CONTACTS}/{contact_id}"))
    return is_done
