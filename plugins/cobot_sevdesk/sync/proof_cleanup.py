"""Removing what a proof made, whichever proof it was: this one, or one that was interrupted."""

import json
import logging
from dataclasses import dataclass, field

from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.clients.sevdesk.vouchers import TAGS, VOUCHERS
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.sync.proof_member import restore
from cobot_sevdesk.sync.proof_trial import MARK, TAG, Json, Trial

log = logging.getLogger(__name__)


@dataclass
class Removed:
    """How much was removed, and what a person has to remove: kind and id of each."""

    count: int = 0
    left: list[str] = field(default_factory=list)


def clean_up(trial: Trial) -> Removed:
    """Give a changed member back what it had, then remove every marked tag, draft and contact.

    What this proof made is known by its id too: lists may not show it yet. A contact stays for as
    long as its member cannot be given back what it had.
    """
    if trial.is_uncertain:
        trial.account.sleep(trial.account.full_wait)
    removed = Removed()
    contacts = _marked_contacts(trial)
    restored = {id_ for id_, note in contacts.items() if _restored(trial, id_, note)}
    removed.left += [
        f"Cobot: the member that sevDesk {CONTACTS}/{id_} describes"
        for id_ in contacts
        if id_ not in restored
    ]
    for id_ in _marked_tags(trial):
        _delete(trial, f"{TAGS}/{id_}", removed)
    for id_, status in _marked_vouchers(trial).items():
        if status != DRAFT:
            trial.sevdesk.write("PUT", f"{VOUCHERS}/{id_}/resetToDraft", {})
        is_gone = _delete(trial, f"{VOUCHERS}/{id_}", removed)
        trial.note("S-43", holds=is_gone, observed="deleted" if is_gone else "not deleted")
    for id_ in sorted(restored):
        is_gone = _delete(trial, f"{CONTACTS}/{id_}", removed)
        trial.note("S-32", holds=is_gone, observed="deleted" if is_gone else "not deleted")
    return removed


def _marked_tags(trial: Trial) -> set[str]:
    rows = trial.sevdesk.read(TAGS, {"name": TAG, "limit": 1000}).listed
    return trial.tags | {str(one["id"]) for one in rows if one.get("name") == TAG}


def _marked_vouchers(trial: Trial) -> dict[str, int | None]:
    """Id -> status."""
    found: dict[str, int | None] = {str(one["id"]): DRAFT for one in trial.vouchers}
    for voucher in trial.account.sevdesk.vouchers.iter():
        if voucher.id in found or MARK in voucher.description:
            found[voucher.id] = voucher.status
    return found


def _marked_contacts(trial: Trial) -> dict[str, str]:
    """Id -> what stands behind the mark: how a member was before."""
    found = {}
    for contact in trial.account.sevdesk.contacts.iter():
        if MARK in (contact.description or ""):
            found[contact.id] = (contact.description or "").partition(MARK)[2].strip()
    if id_ := trial.contact.get("id"):
        found[str(id_)] = json.dumps(trial.note_of_member)
    return found


def _restored(trial: Trial, contact_id: str, text: str) -> bool:
    """Whether the member that a marked contact tells of is as it was before."""
    if not text:
        return True
    try:
        note: Json = json.loads(text)
        if not note:
            return True
        number = trial.account.sevdesk.contacts.get(contact_id).customer_number
        return restore(trial, note, number or "")
    except (ValueError, LookupError, TypeError):
        return False


def _delete(trial: Trial, path: str, removed: Removed) -> bool:
    """Delete one object; whether it is gone, since a refusal may also mean that it was gone."""
    reply = trial.sevdesk.write("DELETE", path)
    is_gone = reply.is_success or not trial.sevdesk.read(path).first.get("id")
    if is_gone:
        removed.count += 1
    else:
        log.warning("sevDesk: %s could not be removed: HTTP %s", path, reply.status)
        removed.left.append(f"sevDesk: {path}")
    return is_gone
