"""What a proof finds out with a contact: its number, its twin, when it is shown."""

import json

from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.clients.sevdesk.payloads import ACTIVE, CUSTOMER
from cobot_sevdesk.proof.cleanup import remove
from cobot_sevdesk.proof.lists import read_order
from cobot_sevdesk.proof.member import choose_member, note_of
from cobot_sevdesk.proof.probe import Json
from cobot_sevdesk.proof.trial import MARK, NotPossibleError, Trial, read_at_once, read_later

NAME = "COBOT-PROOF, may be deleted"
TWIN = "A second COBOT-PROOF, may be deleted"
"""Before the first in the alphabet, so that a list by name is none by age."""


def make_contact(trial: Trial) -> None:
    """The marked contact. Its description holds how the chosen member was before."""
    member = trial.seen["member"] = choose_member(trial)
    trial.note_of_member = note_of(trial, member) if member else {}
    description = f"{MARK} {json.dumps(trial.note_of_member)}" if member else MARK
    reply = trial.sevdesk.write("POST", CONTACTS, _payload(NAME, description))
    trial.contact = reply.first
    if not reply.is_success or not trial.contact.get("id"):
        raise NotPossibleError("contact_refused", status=reply.status)
    number = trial.contact.get("customerNumber")
    path = f"{CONTACTS}/{trial.contact['id']}"
    shown = read_at_once(trial, path)
    shown = shown if shown.get("id") else read_later(trial, path)
    is_numbered = bool(number) and shown.get("customerNumber", number) == number
    trial.note("S-30", "numbered" if is_numbered else "no_number", holds=is_numbered)
    trial.seen["note_is_kept"] = shown.get("description") == description


def wait_for_contact(trial: Trial) -> None:
    """How long the list of contacts lags behind."""
    id_ = _contact_id(trial)
    contacts = trial.account.sevdesk.contacts
    trial.lags.append(trial.wait_for(lambda: bool(contacts.find_listed([id_]))))


def make_twin(trial: Trial) -> None:
    """A second contact with the same customer number, gone again at once."""
    first = _contact_id(trial)
    number = trial.contact.get("customerNumber")
    if not number:
        raise NotPossibleError("contact_without_number")
    reply = trial.sevdesk.write("POST", CONTACTS, _payload(TWIN, MARK) | {"customerNumber": number})
    if not reply.is_success:
        trial.note("S-31", "refused", holds=False, status=reply.status)
        return
    trial.twin_id = str(reply.first.get("id"))
    given = reply.first.get("customerNumber")
    twin = read_later(trial, f"{CONTACTS}/{trial.twin_id}")
    if not twin:
        trial.skip("S-31", "cannot_be_read")
    elif not given == twin.get("customerNumber") == number:
        trial.note("S-31", "another_number", holds=False)
    elif read_later(trial, f"{CONTACTS}/{first}").get("customerNumber") != number:
        trial.note("S-31", "first_lost_number", holds=False)
    else:
        trial.note("S-31", "accepted", holds=True)
    read_order(trial, CONTACTS)
    remove(trial, CONTACTS, trial.twin_id)


def _payload(name: str, description: str) -> Json:
    return {
        "name": name,
        "category": {"id": CUSTOMER, "objectName": "Category"},
        "status": ACTIVE,
        "description": description,
    }


def _contact_id(trial: Trial) -> str:
    if not trial.contact.get("id"):
        raise NotPossibleError("no_contact")
    return str(trial.contact["id"])
