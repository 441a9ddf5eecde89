"""What a proof finds out with one member in Cobot: their number is changed and changed back.

Only a member that was named is touched. How the member was before stands in the description of the
marked contact, in sevDesk: so a proof that was interrupted can be undone by the next one, on
whatever machine.
"""

import re
from typing import Any

from cobot_sevdesk.clients.cobot.client import UNKNOWN_METHOD, UPDATE_METHODS
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.probe import Json, Reply
from cobot_sevdesk.proof.reading import debtor_of
from cobot_sevdesk.proof.trial import NotPossibleError, Trial, accepted, answer_of

NUMBER = "customer_number"
NOT_OURS_TO_GIVE = frozenset(
    {"id", "plan", "upcoming_plan", "payment_method", "user", "picture", "team_id", "canceled_to"}
)
"""Fields of a membership that Cobot makes itself; like those named `…_at` no update gives them."""
NOTHING: tuple[object, ...] = (None, "", [], {})


def choose_member(trial: Trial) -> Json | None:
    """The member that was named, as Cobot shows them now; `None` where no member is touched."""
    if not trial.account.rules.writes_numbers:
        why = "numbers_off"
    elif not trial.member_id:
        why = "name_a_member"
    elif str((found := _read(trial, trial.member_id)).get("id")) != trial.member_id:
        why = "no_such_member"
    else:
        return found
    trial.seen["no_member"] = why
    return None


def note_of(trial: Trial, member: Json) -> Json:
    """What has to be known to undo the changes: the member before, and the number of another."""
    others = [one for one in trial.seen.get("members", []) if one.get("id") != member["id"]]
    numbers = filter(None, (one.get(NUMBER) for one in others))
    taken = next((str(one) for one in numbers if one != member.get(NUMBER)), None)
    before = {
        name: value
        for name, value in member.items()
        if name == NUMBER or (_can_be_given(name) and not _is_nothing(value))
    }
    return {"member": member["id"], "before": before, "taken": taken}


def change_number(trial: Trial) -> None:
    """The first update, as a sync would send it, and what it does besides."""
    member, number = _member(trial), str(trial.contact.get("customerNumber") or "")
    if not number:
        raise NotPossibleError("contact_without_number")
    method, reply = _update(trial, member["id"], {NUMBER: number})
    trial.seen["updated"] = reply.status not in UNKNOWN_METHOD
    accepted(reply, "no_update")
    if not _stands(trial, member["id"], number):
        told = say("without_effect", method=method, status=reply.status)
        trial.note("C-20", told, holds=False)
        raise NotPossibleError(told)
    trial.note("C-20", "method", holds=method == "PUT", method=method, status=reply.status)
    trial.seen["method"] = method
    shown = reply.body if isinstance(reply.body, dict) else {}
    is_shown = shown.get("id") == member["id"]
    trial.note("C-22", "the_membership" if is_shown else "nothing", holds=is_shown)
    lost = _lost(member, _read(trial, member["id"]))
    trial.seen["wipes"] = bool(lost)
    trial.note("C-21", "names" if lost else "all_kept", holds=not lost, names=", ".join(lost))
    _note_number_on_invoice(trial, member, number)


def try_other_numbers(trial: Trial) -> None:
    """A number with letters, then the number of another member."""
    member = _member(trial)
    if trial.seen.get("wipes", True):
        raise NotPossibleError("unsafe")
    _note_accepted(trial, "C-24", member["id"], odd_number(trial.contact.get("customerNumber")))
    taken = trial.note_of_member["taken"]
    if taken is None:
        raise NotPossibleError("no_other_number")
    _note_accepted(trial, "C-23", member["id"], taken)


def restore(trial: Trial, note: Json, number: str) -> bool:
    """Give the member back what it had; whether its number stands there now.

    `number` is that of the proof's contact. A number that none of our tries wrote was written by a
    person since: then nothing is touched.
    """
    now = trial.cobot1.read(f"/memberships/{note['member']}")
    if now.status in UNKNOWN_METHOD:
        return True  # the member was deleted
    before, there = note["before"], now.body if isinstance(now.body, dict) else {}
    has_old = _has_old_number(there, note)
    if not _is_ours(there.get(NUMBER), number, note) or (has_old and not trial.seen.get("updated")):
        return True
    gone = any(there.get(name) != value for name, value in before.items() if name != NUMBER)
    if has_old and not gone:
        return True
    # What wipes fields that it is not told wipes them each time: then all are told.
    payload = before if gone else {NUMBER: before.get(NUMBER)}
    _update(trial, note["member"], payload)
    return _stands(trial, note["member"], before.get(NUMBER) or None)


def lost_of(trial: Trial, note: Json) -> list[str]:
    """What the member had before our tries and has no more: names of fields."""
    if not note or not _has_old_number(now := _read(trial, note["member"]), note):
        return []
    known: Json = trial.seen.get("member") or {}
    return _lost(known if known.get("id") == note["member"] else note["before"], now)


def odd_number(number: object) -> str:
    """A customer number that is not made of digits."""
    return f"K-{number}"


def _is_ours(there: object, number: str, note: Json) -> bool:
    """Whether a number was written by a proof, whatever form Cobot gave it; or is the old one."""
    if not there:
        return not note["before"].get(NUMBER)
    ours = {number, odd_number(number), note["taken"], note["before"].get(NUMBER)} - {None, ""}
    return _bare(there) in set(map(_bare, ours))


def _has_old_number(now: Json, note: Json) -> bool:
    return (now.get(NUMBER) or None) == (note["before"].get(NUMBER) or None)


def _bare(number: object) -> str:
    """Digits only, without zeros in front; the whole text where there are none."""
    digits = re.sub(r"\D", "", str(number)).lstrip("0")
    return digits or str(number).casefold()


def _lost(before: Json, after: Json) -> list[str]:
    """Fields that had a value and now have none, or another one; moments may move."""
    return sorted(
        name
        for name, value in before.items()
        if name != NUMBER
        and not _is_nothing(value)
        and after.get(name) != value
        and (not name.endswith("_at") or _is_nothing(after.get(name)))
    )


def _can_be_given(name: str) -> bool:
    return name not in NOT_OURS_TO_GIVE and not name.endswith("_at")


def _is_nothing(value: object) -> bool:
    return value in NOTHING and not isinstance(value, bool | int)


def _update(trial: Trial, id_: str, payload: Json) -> tuple[str, Reply]:
    """Update the member by the first method that Cobot knows; that method, with its answer."""
    refused: list[tuple[str, Reply]] = []
    for method in dict.fromkeys((trial.seen.get("method", UPDATE_METHODS[0]), *UPDATE_METHODS)):
        reply = trial.cobot1.write(method, f"/memberships/{id_}", payload)
        if reply.status not in UNKNOWN_METHOD:
            return method, reply
        refused.append((method, reply))
    return refused[0]


def _note_accepted(trial: Trial, assumption: str, id_: str, number: str) -> None:
    _, reply = _update(trial, id_, {NUMBER: number})
    stands = reply.is_success and _stands(trial, id_, number)
    told = say("another_stands") if reply.is_success and not stands else answer_of(reply)
    trial.note(assumption, told, holds=stands)


def _note_number_on_invoice(trial: Trial, member: Json, number: str) -> None:
    rows: list[Json] = trial.seen.get("invoices", [])
    own = next((one for one in rows if one.get("id") and debtor_of(one) == member["id"]), None)
    if own is None:
        trial.skip("C-25", "no_invoice_of_member")
        return
    body: Any = trial.cobot2.read(f"/invoices/{own['id']}").body
    now = ((body or {}).get("data") or {}).get("attributes", {}).get("customerNumber")
    was = (own.get("attributes") or {}).get("customerNumber")
    if not was or was == number or now not in {was, number}:
        trial.skip("C-25", "no_telling_number")
        return
    trial.note("C-25", "frozen" if now == was else "follows", holds=now == was)


def _member(trial: Trial) -> Json:
    member: Json | None = trial.seen.get("member")
    if member is None:
        raise NotPossibleError(trial.seen.get("no_member", "no_contact"))
    if not trial.seen.get("note_is_kept"):
        raise NotPossibleError("note_not_kept")
    return member


def _stands(trial: Trial, id_: str, number: str | None) -> bool:
    """Whether Cobot shows this number, at once or a little later."""

    def is_there() -> bool:
        shown = _read(trial, id_).get(NUMBER)
        return (str(shown) if shown else None) == number

    return trial.comes_true(is_there)


def _read(trial: Trial, id_: str) -> Json:
    body = trial.cobot1.read(f"/memberships/{id_}").body
    return body if isinstance(body, dict) else {}
