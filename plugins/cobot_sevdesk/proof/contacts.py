"""What a proof finds out with a contact: its number, its twin, when lists and reads show it."""

import json

from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.clients.sevdesk.payloads import ACTIVE, CUSTOMER
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.cleanup import note_deleted, remove
from cobot_sevdesk.proof.lists import read_order
from cobot_sevdesk.proof.member import choose_member, note_of
from cobot_sevdesk.proof.trial import MARK, Json, NotPossibleError, Trial
from cobot_sevdesk.sync.account import settle_seconds_for

NAME = "COBOT-PROOF, may be deleted"
TWIN = "A second COBOT-PROOF, may be deleted"
"""Before the first in the alphabet, so that a list by name is none by age."""


def make_contact(trial: Trial) -> None:
    """The marked contact. Its description holds how the chosen member was before."""
    member = trial.seen["member"] = choose_member(trial)
    trial.note_of_member = note_of(trial, member) if member else {}
    description = description_of(trial.note_of_member)
    reply = trial.sevdesk.write("POST", CONTACTS, _payload(NAME, description))
    trial.contact = reply.first
    if not reply.is_success or not trial.contact.get("id"):
        raise NotPossibleError(say("contact_refused", status=reply.status))
    number = trial.contact.get("customerNumber")
    shown = trial.sevdesk.read(f"{CONTACTS}/{trial.contact['id']}").first
    is_there = bool(shown.get("id"))
    trial.note("S-22", holds=is_there, observed=say("at_once" if is_there else "not_at_once"))
    if not is_there:
        shown = _read_later(trial, str(trial.contact["id"]))
    is_numbered = bool(number) and shown.get("customerNumber", number) == number
    trial.note("S-30", holds=is_numbered, observed=say("numbered" if is_numbered else "no_number"))
    trial.seen["note_is_kept"] = shown.get("description") == description


def description_of(note: Json) -> str:
    """What stands on the contact: the mark, and how the member was before."""
    return f"{MARK} {json.dumps(note)}" if note else MARK


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
        raise NotPossibleError(say("contact_without_number"))
    reply = trial.sevdesk.write("POST", CONTACTS, _payload(TWIN, MARK) | {"customerNumber": number})
    if not reply.is_success:
        trial.note("S-31", holds=False, observed=say("refused", status=reply.status))
        return
    trial.twin_id = str(reply.first.get("id"))
    given = reply.first.get("customerNumber")
    twin = _read_later(trial, trial.twin_id)
    if not twin:
        trial.skip("S-31", say("cannot_be_read"))
    elif not given == twin.get("customerNumber") == number:
        trial.note("S-31", holds=False, observed=say("another_number"))
    elif _read_later(trial, first).get("customerNumber") != number:
        trial.note("S-31", holds=False, observed=say("first_lost_number"))
    else:
        trial.note("S-31", holds=True, observed=say("accepted"))
    read_order(trial, CONTACTS, {"depth": 1})
    note_deleted(trial, "S-32", remove(trial, f"{CONTACTS}/{trial.twin_id}", CONTACTS))


def judge_lags(trial: Trial) -> None:
    """What the delays of all lists mean: S-20 whether there is any, S-25 whether it is too long.

    A list that is asked again may have lagged for as long as one question takes.
    """
    if not trial.lags:
        raise NotPossibleError(say("nothing_made"))
    enough = float(trial.account.full_wait)
    if None in trial.lags:
        told = say("never", seconds=f"{trial.longest_lag:.0f}")
        trial.note("S-20", holds=False, observed=told)
        trial.note("S-25", holds=False, observed=told)
        return
    told = say("after", seconds=round(trial.lag, 1)) if trial.lag else say("at_once")
    trial.note("S-20", holds=trial.lag == 0, observed=told)
    word = "lag_enough" if trial.lag <= enough else "lag_set"
    needed = settle_seconds_for(trial.lag)
    waits = say(word, lag=told, enough=round(enough, 1), needed=needed)
    trial.note("S-25", holds=trial.lag <= enough, observed=waits)


def _read_later(trial: Trial, id_: str) -> Json:
    """A contact by its id, once it can be read; empty where it never can."""
    found: Json = {}

    def is_there() -> bool:
        nonlocal found
        found = trial.sevdesk.read(f"{CONTACTS}/{id_}").first
        return bool(found.get("id"))

    return found if is_there() or trial.wait_for(is_there, trial.longest_read) is not None else {}


def _payload(name: str, description: str) -> Json:
    return {
        "name": name,
        "category": {"id": CUSTOMER, "objectName": "Category"},
        "status": ACTIVE,
        "description": description,
    }


def _contact_id(trial: Trial) -> str:
    if not trial.contact.get("id"):
        raise NotPossibleError(say("no_contact"))
    return str(trial.contact["id"])
