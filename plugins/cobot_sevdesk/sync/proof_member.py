"""What a proof finds out with one member in Cobot: their number is changed and changed back.

How the member was before stands in the description of the marked contact, in sevDesk: so a proof
that was interrupted can be undone by the next one, on whatever machine.
"""

from typing import Any

from cobot_sevdesk.clients.cobot.client import UNKNOWN_METHOD, UPDATE_METHODS
from cobot_sevdesk.clients.probe import Reply
from cobot_sevdesk.sync.proof_reading import debtor_of
from cobot_sevdesk.sync.proof_trial import Json, NotPossibleError, Trial

RESTORED = ("name", "email", "phone", "billing_emails", "address", "tax_id")
"""Fields of a membership that an update may wipe and that an update can give back."""
NUMBER = "customer_number"


def choose_member(trial: Trial) -> Json | None:
    """The member that was named; else one with an invoice, ended or unconfirmed ones first.

    `None` where the space file says that no numbers are written to Cobot, or there is no member.
    """
    if not trial.account.rules.writes_numbers:
        return None
    members: list[Json] = [one for one in trial.seen.get("members", []) if one.get("id")]
    if trial.member_id:
        return next((one for one in members if one["id"] == trial.member_id), None)
    invoiced = {debtor_of(one) for one in trial.seen.get("invoices", {}).get("data", []) if one}

    def suits(member: Json) -> tuple[bool, bool, bool]:
        is_idle = bool(member.get("canceled_to")) or not member.get("confirmed_at")
        return member["id"] in invoiced, is_idle, bool(member.get("email"))

    return max(members, key=suits, default=None)


def note_of(trial: Trial, member: Json) -> Json:
    """What has to be known to undo the changes: the member before, and the number of another."""
    others = (one.get(NUMBER) for one in trial.seen.get("members", []) if one is not member)
    taken = next(
        (str(number) for number in others if number and number != member.get(NUMBER)), None
    )
    before = {name: member[name] for name in (NUMBER, *RESTORED) if name in member}
    return {"member": member["id"], "before": before, "taken": taken}


def change_number(trial: Trial) -> None:
    """The first update, as a sync would send it, and what it does besides."""
    member, number = _member(trial), str(trial.contact.get("customerNumber") or "")
    if not number:
        raise NotPossibleError("the contact has no number")
    method, reply = _first_update(trial, member["id"], number)
    trial.note("C-20", holds=method == "PUT", observed=f"{method}, HTTP {reply.status}")
    if not reply.is_success:
        raise NotPossibleError(f"no update is accepted (HTTP {reply.status})")
    trial.seen["method"] = method
    answer = (
        "the membership" if isinstance(reply.body, dict) and reply.body.get("id") else "nothing"
    )
    trial.note("C-22", holds=answer == "the membership", observed=answer)
    after = _read(trial, member["id"])
    lost = sorted(
        name for name, value in member.items() if name != NUMBER and after.get(name) != value
    )
    trial.seen["wipes"] = bool(lost)
    trial.note("C-21", holds=not lost, observed=", ".join(lost) or "all are kept")
    _note_number_on_invoice(trial, member, number)


def try_other_numbers(trial: Trial) -> None:
    """A number with letters, then the number of another member."""
    member = _member(trial)
    if "method" not in trial.seen or trial.seen["wipes"]:
        raise NotPossibleError("an update is not safe for the member")
    odd = odd_number(trial.contact)
    _note_accepted(trial, "C-24", member["id"], odd)
    taken = note_of(trial, member)["taken"]
    if taken is None:
        raise NotPossibleError("no other member has a number")
    _note_accepted(trial, "C-23", member["id"], taken)


def restore(trial: Trial, note: Json, number: str) -> bool:
    """Give the member back what it had; whether all of it stands there now.

    A number that none of our tries wrote was written by a person since: then nothing is touched.
    """
    now = trial.cobot1.read(f"/memberships/{note['member']}")
    if now.status in UNKNOWN_METHOD:
        return True  # the member was deleted
    before, there = note["before"], now.body if isinstance(now.body, dict) else {}
    if there.get(NUMBER) not in {number, f"K-{number}", note["taken"]} - {None, ""}:
        return True
    payload = {NUMBER: before.get(NUMBER)}
    if any(there.get(name) != before[name] for name in RESTORED if name in before):
        payload |= {name: before[name] for name in RESTORED if name in before}
    methods = dict.fromkeys((trial.seen.get("method", "PUT"), *UPDATE_METHODS))
    for method in methods:
        reply = trial.cobot1.write(method, f"/memberships/{note['member']}", payload)
        if reply.status not in UNKNOWN_METHOD:
            break
    after = _read(trial, note["member"])
    return all((after.get(name) or None) == (value or None) for name, value in before.items())


def odd_number(contact: Json) -> str:
    """A customer number that is not made of digits."""
    return f"K-{contact.get('customerNumber')}"


def _first_update(trial: Trial, id_: str, number: str) -> tuple[str, Reply]:
    """The first method that Cobot knows, with its answer."""
    refused: list[tuple[str, Reply]] = []
    for method in UPDATE_METHODS:
        reply = trial.cobot1.write(method, f"/memberships/{id_}", {NUMBER: number})
        if reply.status not in UNKNOWN_METHOD:
            return method, reply
        refused.append((method, reply))
    return refused[0]


def _note_accepted(trial: Trial, assumption: str, id_: str, number: str) -> None:
    reply = trial.cobot1.write(trial.seen["method"], f"/memberships/{id_}", {NUMBER: number})
    stands = reply.is_success and str(_read(trial, id_).get(NUMBER)) == number
    observed = "accepted" if stands else f"refused with HTTP {reply.status}"
    if reply.is_success and not stands:
        observed = "another number stands there"
    trial.note(assumption, holds=stands, observed=observed)


def _note_number_on_invoice(trial: Trial, member: Json, number: str) -> None:
    rows: list[Json] = [one for one in trial.seen.get("invoices", {}).get("data", []) if one]
    own = next((one for one in rows if one.get("id") and debtor_of(one) == member["id"]), None)
    if own is None:
        trial.skip("C-25", "the member has no invoice")
        return
    body: Any = trial.cobot2.read(f"/invoices/{own['id']}").body
    now = ((body or {}).get("data") or {}).get("attributes", {}).get("customerNumber")
    was = (own.get("attributes") or {}).get("customerNumber")
    if was == number or now not in {was, number}:
        trial.skip("C-25", "the invoice shows no number that tells")
        return
    trial.note("C-25", holds=now == was, observed="frozen" if now == was else "follows the member")


def _member(trial: Trial) -> Json:
    member: Json | None = trial.seen.get("member")
    if member is None:
        raise NotPossibleError("no member to try it with")
    if not trial.seen.get("note_is_kept"):
        raise NotPossibleError("sevDesk does not keep how the member was before")
    return member


def _read(trial: Trial, id_: str) -> Json:
    body = trial.cobot1.read(f"/memberships/{id_}").body
    return body if isinstance(body, dict) else {}
