"""What a proof finds out with a contact: its number, its twin, when lists and reads show it."""

import json
import math

from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.clients.sevdesk.payloads import ACTIVE, CUSTOMER
from cobot_sevdesk.sync.account import LOOKS
from cobot_sevdesk.sync.proof_member import choose_member, note_of
from cobot_sevdesk.sync.proof_trial import MARK, Json, NotPossibleError, Trial

NAME = "COBOT-PROOF, may be deleted"


def make_contact(trial: Trial) -> None:
    """The marked contact. Its description holds how the chosen member was before."""
    member = choose_member(trial)
    trial.seen["member"] = member
    trial.note_of_member = note_of(trial, member) if member else {}
    description = description_of(trial.note_of_member)
    reply = trial.sevdesk.write("POST", CONTACTS, _payload(description))
    trial.contact = reply.first
    if not reply.is_success or not trial.contact.get("id"):
        raise NotPossibleError(f"no contact can be made (HTTP {reply.status})")
    number = trial.contact.get("customerNumber")
    trial.note("S-30", holds=bool(number), observed="numbered" if number else "no number")
    shown = trial.sevdesk.read(f"{CONTACTS}/{trial.contact['id']}")
    _note_read(trial, is_there=bool(shown.first.get("id")))
    trial.seen["note_is_kept"] = shown.first.get("description") == description


def description_of(note: Json) -> str:
    """What stands on the contact: the mark, and how the member was before."""
    return f"{MARK} {json.dumps(note)}" if note else MARK


def wait_for_contact(trial: Trial) -> None:
    """How long the list of contacts lags behind."""
    id_ = _contact_id(trial)
    note_lag(trial, trial.wait_for(lambda: bool(trial.account.sevdesk.contacts.find_listed([id_]))))


def make_twin(trial: Trial) -> None:
    """A second contact with the same customer number, gone again at once."""
    _contact_id(trial)
    number = trial.contact.get("customerNumber")
    if not number:
        raise NotPossibleError("the contact has no number")
    reply = trial.sevdesk.write("POST", CONTACTS, {**_payload(MARK), "customerNumber": number})
    if not reply.is_success:
        trial.note("S-31", holds=False, observed=f"refused with HTTP {reply.status}")
        return
    given = reply.first.get("customerNumber")
    observed = "accepted" if given == number else "another number was given"
    trial.note("S-31", holds=given == number, observed=observed)
    gone = trial.sevdesk.write("DELETE", f"{CONTACTS}/{reply.first.get('id')}")
    trial.note("S-32", holds=gone.is_success, observed=f"HTTP {gone.status}")


def note_lag(trial: Trial, lag: float | None) -> None:
    """What the delay of a list means: for S-20 whether there is any, for S-25 whether it is long.

    A list that is asked again may have lagged for as long as one question takes.
    """
    enough = float(trial.account.full_wait)
    if lag is None:
        told = f"not shown within {trial.longest_lag:.0f} s"
        trial.lag = trial.longest_lag
        trial.note("S-20", holds=False, observed=told)
        trial.note("S-25", holds=False, observed=told)
        raise NotPossibleError(told)
    trial.lag = max(trial.lag, lag)
    told = "at once" if lag == 0 else f"after {lag:.1f} s"
    trial.note("S-20", holds=lag == 0, observed=told)
    waits = f"{told}; {enough:g} s are waited for"
    if lag > enough:
        waits += f"; settle_seconds {math.ceil(lag / sum(LOOKS)) + 1} is enough"
    trial.note("S-25", holds=lag <= enough, observed=waits)


def _note_read(trial: Trial, *, is_there: bool) -> None:
    trial.note("S-22", holds=is_there, observed="at once" if is_there else "not at once")


def _payload(description: str) -> Json:
    return {
        "name": NAME,
        "category": {"id": CUSTOMER, "objectName": "Category"},
        "status": ACTIVE,
        "description": description,
    }


def _contact_id(trial: Trial) -> str:
    if not trial.contact.get("id"):
        raise NotPossibleError("there is no contact")
    return str(trial.contact["id"])
