"""Removing what a proof made, whichever proof it was: this one, or one that was interrupted."""

import json
import logging

from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.clients.sevdesk.vouchers import TAGS, VOUCHERS
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.proof.assumptions import Observed, say
from cobot_sevdesk.proof.attachments import is_ours
from cobot_sevdesk.proof.member import lost_of, restore
from cobot_sevdesk.proof.probe import Json
from cobot_sevdesk.proof.trial import MARK, Trial, all_of

STATUSES = frozenset({"50", "100", "150", "750", "1000"})
"""Draft, open, overdue or transferred, paid in part, paid (sevDesk API document, vouchers)."""
SHOWS_DELETING = {CONTACTS: "S-32", VOUCHERS: "S-43"}
"""The assumption that deleting such an object tells about."""

log = logging.getLogger(__name__)


def clean_up(trial: Trial) -> list[Observed]:
    """Give a changed member back what it had, then remove every marked tag, draft and contact.

    What this proof made is known by its id too: lists may not show it yet. A contact stays for as
    long as its member cannot be given back what it had. Returns what a person has to remove.
    """
    if trial.is_uncertain:
        trial.account.sleep(trial.account.full_wait)
    left: list[Observed] = []
    contacts = _marked_contacts(trial)
    restored = {id_ for id_, note in contacts.items() if _give_back(trial, id_, note, left)}
    for id_ in sorted(_marked_tags(trial)):
        left += remove(trial, TAGS, id_)
    for id_ in sorted(_marked_vouchers(trial)):
        shown = trial.sevdesk.read(f"{VOUCHERS}/{id_}").first
        if _is_hidden(VOUCHERS, shown):
            continue
        if str(shown.get("status", DRAFT)) != str(DRAFT):
            trial.sevdesk.write("PUT", f"{VOUCHERS}/{id_}/resetToDraft", {})
        left += remove(trial, VOUCHERS, id_)
    for id_ in sorted(restored):
        left += remove(trial, CONTACTS, id_)
    return left


def remove(trial: Trial, kind: str, id_: str) -> list[Observed]:
    """Delete one object; it is gone where neither its id nor its list shows it any more.

    A refusal may also mean that it was gone. A success may mean that it is only hidden, or that
    sevDesk shows it for a while. Returns the object where a person has to remove it.
    """
    path = f"{kind}/{id_}"
    reply = trial.sevdesk.write("DELETE", path)
    shown = trial.sevdesk.read(path).first
    is_hidden = reply.is_success and _is_hidden(kind, shown)

    def is_gone() -> bool:
        return not trial.sevdesk.read(path).first.get("id") or not _lists(trial, kind, id_)

    is_away = not shown.get("id")
    if not is_away and reply.is_success and not is_hidden:
        is_away = trial.comes_true(is_gone, max(trial.longest_read, 2 * trial.lag))
    if assumption := SHOWS_DELETING.get(kind):
        still_there = "still_listed" if reply.is_success else "not_deleted"
        told = say("deleted" if is_away else still_there, status=reply.status)
        trial.note(assumption, told, holds=is_away)
    if is_away or is_hidden:
        return []
    log.warning("sevDesk: %s could not be removed: HTTP %s", path, reply.status)
    return [say("left_in_sevdesk", path=path)]


def _is_hidden(kind: str, shown: Json) -> bool:
    """Whether a voucher has a status that none of the living has."""
    return kind == VOUCHERS and str(shown.get("status", DRAFT)) not in STATUSES


def _lists(trial: Trial, kind: str, id_: str) -> bool:
    return any(str(one.get("id")) == id_ for one in all_of(trial, kind))


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


def _give_back(trial: Trial, contact_id: str, text: str, left: list[Observed]) -> bool:
    """Whether the member that a marked contact tells of has its number back, and all that can be.

    What a person has to do is added to what is left, fields that were lost for good among it.
    """
    try:
        note: Json = json.loads(text) if text else {}
        if not note:
            return True
        number = trial.account.sevdesk.contacts.get(contact_id).customer_number
        is_done = restore(trial, note, number or "")
    except (ValueError, LookupError, TypeError):
        is_done, note = False, {}
    if not is_done:
        left.append(say("left_member", path=f"{CONTACTS}/{contact_id}"))
    elif lost := lost_of(trial, note):
        left.append(say("left_fields", member=note["member"], names=", ".join(lost)))
    return is_done
