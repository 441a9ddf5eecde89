"""What a proof finds out about tags: one tag on both drafts, on the first one twice."""

from decimal import Decimal

from cobot_sevdesk.clients.probe import Reply
from cobot_sevdesk.clients.sevdesk import payloads
from cobot_sevdesk.clients.sevdesk.vouchers import TAG_RELATIONS, TAGS
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.drafts import first_draft, second_draft
from cobot_sevdesk.proof.trial import TAG, Json, NotPossibleError, Trial, all_of

CREATE_TAG = "/Tag/Factory/create"


def tag_both(trial: Trial) -> None:
    """Tag both drafts, then the first one again."""
    first, second = first_draft(trial)["id"], second_draft(trial)["id"]
    for id_ in (first, second):
        reply = _tag(trial, id_)
        if not reply.is_success:
            raise NotPossibleError(say("tag_refused", status=reply.status))
    is_wrapped = isinstance(reply.body, dict) and "objects" in reply.body
    trial.note(
        "S-35", holds=is_wrapped, observed=say("in_objects" if is_wrapped else "bare_answer")
    )
    again = _tag(trial, first)
    lag = trial.wait_for(lambda: {first, second} <= {one for one, _ in _ties(trial)})
    if lag is None:
        raise NotPossibleError(say("tags_not_listed"))
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
        trial.note("S-33", holds=count == 1, observed=told)
    else:
        trial.skip("S-33", say("tags_not_listed"))


def _note_ties(trial: Trial, first: str, again: Reply) -> None:
    ties = _ties(trial)
    count = sum(id_ == first for id_, _ in ties)
    told = say("ties", count=count) if again.is_success else say("refused", status=again.status)
    trial.note("S-34", holds=again.is_success and count > 1, observed=told)
    is_embedded = any(name for _, name in ties)
    trial.note("S-04", holds=is_embedded, observed=say("understood" if is_embedded else "ignored"))


def _ties(trial: Trial) -> list[tuple[str, str | None]]:
    """The vouchers of all tag relations, each with the name of its tag where that is embedded."""
    own = {one["id"] for one in trial.vouchers}
    pairs = [
        (str((row.get("object") or {}).get("id")), (row.get("tag") or {}).get("name"))
        for row in all_of(trial, TAG_RELATIONS, {"embed": "tag"})
    ]
    return [pair for pair in pairs if pair[0] in own]
