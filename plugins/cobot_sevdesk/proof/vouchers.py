"""What a proof finds out by making, reading and changing two draft vouchers."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.probe import Reply
from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.sevdesk.vouchers import POSITIONS, VOUCHERS
from cobot_sevdesk.domain.money import ZERO, net_of, to_cents
from cobot_sevdesk.domain.rules import DRAFT, OPEN
from cobot_sevdesk.domain.verification import differences
from cobot_sevdesk.domain.voucher import Voucher
from cobot_sevdesk.domain.window import DAY
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.drafts import (
    FIRST,
    GROSS,
    SECOND,
    account_and_rate,
    agreeing,
    body_of,
    change,
    check_can_be_changed,
    contact_id,
    contradicting,
    day_of_first,
    description_of,
    first_draft,
    make_draft_again,
    save_new,
    second_draft,
    shown_voucher,
    sum_of,
    voucher_over,
)
from cobot_sevdesk.proof.trial import NotPossibleError, Trial, refused

RULE_21 = 21
MANY = 1000
"""Positions that one draft gets for a moment, so that a list fills a page."""


# --- making them


def make_first(trial: Trial) -> None:
    """A draft whose position states its gross sum alone, and whether it is read as gross."""
    day = day_of_first(trial)
    body = body_of(trial, voucher_over(trial, GROSS, day), FIRST)
    del body["voucherPosSave"][0]["sumNet"]
    reply = save_new(trial, body, day)
    if not account_and_rate(trial)[1]:
        raise NotPossibleError(say("no_rate"))
    gross = sum_of(shown_voucher(reply), "sumGross")
    if gross is None:
        raise NotPossibleError(say("no_sums"))
    told = say("honoured") if gross == GROSS else say("read_as_net", gross=gross, meant=GROSS)
    trial.note("S-40", holds=gross == GROSS, observed=told)


def read_first(trial: Trial) -> None:
    """Whether it can be read by its id, and how it shows what is not set."""
    id_ = first_draft(trial)["id"]
    found = trial.sevdesk.read(f"{VOUCHERS}/{id_}").first
    is_there = bool(found.get("id"))
    trial.note("S-22", holds=is_there, observed=say("at_once" if is_there else "not_at_once"))
    if not is_there:
        raise NotPossibleError(say("cannot_be_read"))
    unset = found.get("costCentre", "left out")
    form = "left_out" if unset == "left out" else "null" if unset is None else "empty_list"
    trial.note("S-05", holds=form == "left_out", observed=say(form))


def make_second(trial: Trial) -> None:
    """A negative draft, sent as every booking is; a positive one where sevDesk refuses that."""
    day = day_of_first(trial) - DAY
    meant = _second(trial, -GROSS)
    try:
        reply = save_new(trial, body_of(trial, meant, SECOND), day)
    except NotPossibleError as error:
        meant = _second(trial, GROSS)
        reply = save_new(trial, body_of(trial, meant, SECOND), day)
        # Only now it is sure that the sign was the reason.
        told = say("refused", **error.why.details)
        trial.note("S-42", holds=False, observed=say("draft_told", told=told))
    else:
        trial.seen["negative_draft"] = True
    _compare(trial, meant, reply)


def _second(trial: Trial, gross: Decimal) -> Voucher:
    meant = voucher_over(trial, gross, day_of_first(trial) - DAY)
    centre = trial.seen.get("cost_centre")
    return replace(meant, cost_centre_id=str(centre)) if centre else meant


def _compare(trial: Trial, meant: Voucher, reply: Reply) -> None:
    """Whether the answer says what was sent, and whether that is what is stored."""
    saved = parsing.to_saved_voucher(Fields(reply.first))
    contact = contact_id(trial)
    found = differences(meant, saved.voucher, contact_id=contact, positions=saved.positions)
    wrong = _but_the_key(found) + _not_exact(meant, saved.voucher.description, saved.voucher.net)
    if wrong:
        told = say("differs", fields=" ".join(sorted(set(wrong))))
        trial.note("S-41", holds=False, observed=told)
        return
    vouchers, id_ = trial.account.sevdesk.vouchers, second_draft(trial)["id"]

    def is_there() -> bool:
        return bool(trial.sevdesk.read(f"{VOUCHERS}/{id_}").first.get("id"))

    if not is_there() and trial.wait_for(is_there, trial.longest_read) is None:
        raise NotPossibleError(say("cannot_be_read"))
    stored = vouchers.get(id_)
    wrong = _but_the_key(differences(meant, stored, contact_id=contact))
    wrong += _not_exact(meant, stored.description, stored.net)
    told = say("differs_stored", fields=" ".join(sorted(set(wrong)))) if wrong else say("as_sent")
    trial.note("S-41", holds=not wrong, observed=told)


def _but_the_key(found: Iterable[str]) -> list[str]:
    """What differs, but for the description: that of a proof has no key."""
    return [name for name in found if name != "description"]


def _not_exact(meant: Voucher, description: str, net: Decimal | None) -> list[str]:
    wrong = ["description"] if description != description_of(SECOND) else []
    return wrong + (["net"] if net is not None and abs(net - meant.sums.net) > ZERO else [])


# --- changing the second


def contradict(trial: Trial) -> None:
    """Sums that contradict each other: which one counts, and when lists show the change."""
    trial.account.sleep(Decimal(str(trial.pause)))
    rate = account_and_rate(trial)[1]
    _note_flag(trial, contradicting("100", "60", in_net=False), Decimal(60), otherwise="net_counts")
    by_net = to_cents(Decimal(200) * (1 + rate / 100))
    gross = _note_flag(
        trial, contradicting("200", "70", in_net=True), by_net, otherwise="gross_counts"
    )
    id_ = second_draft(trial)["id"]

    def shows_change() -> bool:
        rows = trial.account.sevdesk.vouchers.iter()
        return any(one.id == id_ and one.gross == gross for one in rows)

    lag = trial.wait_for(shows_change)
    trial.seen["change_is_listed"] = lag is not None
    if not trial.seen.get("are_listed"):
        raise NotPossibleError(say("not_listed"))
    trial.lags += [] if lag is None else [lag]
    told = say("after", seconds=round(lag, 1)) if lag else say("at_once")
    if lag is None:
        told = say("never", seconds=f"{trial.longest_lag:.0f}")
    trial.note("S-21", holds=lag == 0, observed=told)


def _note_flag(trial: Trial, sums: dict[str, object], meant: Decimal, *, otherwise: str) -> Decimal:
    """Which of two sums counted; returns the gross that was saved.

    Raises:
        NotPossibleError: sevDesk refuses, or shows no sum.
    """
    reply = change(trial, sums)
    if not reply.is_success:
        raise refused(reply)
    gross = sum_of(shown_voucher(reply), "sumGross")
    if gross is None:
        raise NotPossibleError(say("no_sums"))
    if account_and_rate(trial)[1]:
        holds = gross == meant
        trial.note("S-40", holds=holds, observed=say("honoured" if holds else otherwise))
    return gross


def try_zero(trial: Trial) -> None:
    """A sum of zero."""
    check_can_be_changed(trial)
    reply = change(trial, contradicting("0", "0", in_net=False))
    told = say("accepted") if reply.is_success else say("refused", status=reply.status)
    trial.note("S-48", holds=reply.is_success, observed=told)


def try_rule_21(trial: Trial) -> None:
    """Tax rule 21, where the guidance lists it."""
    chart = trial.account.sevdesk.settings.get_chart()
    listed = [one for one in chart.accounts if RULE_21 in one.rates]
    if not listed:
        trial.note("S-09", holds=True, observed=say("not_in_guidance"))
        return
    rate = min(listed[0].rates[RULE_21], default=ZERO)
    sums = contradicting(str(net_of(Decimal(50), rate)), "50", in_net=False)
    reply = change(trial, sums, account=listed[0], rule=RULE_21)
    told = say("accepted") if reply.is_success else say("refused", status=reply.status)
    trial.note("S-09", holds=False, observed=say("rule_listed", then=told))


# --- making it open, and long


def open_negative(trial: Trial) -> None:
    """An open voucher with a negative sum; it is a draft again at once."""
    if not trial.seen.get("negative_draft"):
        return  # told already, or there is no second draft
    if trial.account.rules.status == DRAFT:
        trial.note("S-42", holds=True, observed=say("draft_told", told=say("accepted")))
        return
    check_can_be_changed(trial)
    reply = change(trial, agreeing(trial, "-59.50"), status=OPEN)
    told = say("accepted") if reply.is_success else say("refused", status=reply.status)
    trial.note("S-42", holds=reply.is_success, observed=say("draft_and_open", told=told))
    if reply.is_success:
        make_draft_again(trial)


def fill_page(trial: Trial) -> None:
    """A draft with a thousand positions, so that one list shows how long a page may be."""
    if any(one.id == "S-02" and one.verdict != "not tried" for one in trial.findings):
        return
    reply = change(trial, agreeing(trial, "1.19"), more_positions=MANY)
    if not reply.is_success:
        raise refused(reply)

    def count() -> int:
        listed = trial.sevdesk.read(POSITIONS, {"limit": MANY, "offset": 0}).listed
        return len({str(one.get("id")) for one in listed})

    if trial.wait_for(lambda: count() >= MANY, max(trial.longest_read, 2 * trial.lag)) is not None:
        trial.note("S-02", holds=True, observed=say("full_page", where=POSITIONS, count=MANY))
        return
    # Are they there, on a second page?
    shown = count()
    if trial.sevdesk.read(POSITIONS, {"limit": 1, "offset": shown}).listed:
        trial.note("S-02", holds=False, observed=say("capped", where=POSITIONS, count=shown))
        return
    raise NotPossibleError(say("too_short", count=shown))
