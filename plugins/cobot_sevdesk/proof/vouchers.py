"""What a proof finds out by making, reading and changing two draft vouchers."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.probe import Reply
from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.sevdesk.vouchers import VOUCHERS
from cobot_sevdesk.domain.money import to_cents
from cobot_sevdesk.domain.rules import DRAFT, OPEN
from cobot_sevdesk.domain.verification import differences
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Voucher
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
    chart_of,
    check_can_be_changed,
    contact_id,
    day_of_first,
    description_of,
    first_draft,
    make_draft_again,
    save_new,
    second_draft,
    shown_voucher,
    sum_of,
    sums,
    voucher_over,
)
from cobot_sevdesk.proof.lists import check_listed, lag_in_words
from cobot_sevdesk.proof.recording import Json
from cobot_sevdesk.proof.trial import (
    NotPossibleError,
    Trial,
    accepted,
    answer_of,
    read_at_once,
    read_later,
)

RULE_21 = 21


# --- making them


def make_first(trial: Trial) -> None:
    """A draft whose position states its gross sum alone, and whether it is read as gross."""
    day = day_of_first(trial)
    body = body_of(trial, voucher_over(trial, GROSS, day), FIRST)
    del body["voucherPosSave"][0]["sumNet"]
    reply = save_new(trial, body, day)
    if not account_and_rate(trial)[1]:
        raise NotPossibleError("no_rate")
    gross = sum_of(shown_voucher(reply), "sumGross")
    if gross is None:
        raise NotPossibleError("no_sums")
    told = say("honoured") if gross == GROSS else say("read_as_net", gross=gross, meant=GROSS)
    trial.note("S-40", told, holds=gross == GROSS)


def read_first(trial: Trial) -> None:
    """Whether it can be read by its id, and how it shows what is not set."""
    found = read_at_once(trial, f"{VOUCHERS}/{first_draft(trial)['id']}")
    if not found.get("id"):
        raise NotPossibleError("cannot_be_read")
    unset = found.get("costCentre", "left out")
    form = "left_out" if unset == "left out" else "null" if unset is None else "empty_list"
    trial.note("S-05", form, holds=form == "left_out")


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
        trial.note("S-42", "draft_told", holds=False, told=told)
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
    if wrong := _wrong(trial, meant, saved.voucher, saved.positions):
        trial.note("S-41", "differs", holds=False, fields=wrong)
        return
    id_ = second_draft(trial)["id"]
    if not read_later(trial, f"{VOUCHERS}/{id_}"):
        raise NotPossibleError("cannot_be_read")
    wrong = _wrong(trial, meant, trial.account.sevdesk.vouchers.get(id_))
    trial.note("S-41", "differs_stored" if wrong else "as_sent", holds=not wrong, fields=wrong)


def _wrong(
    trial: Trial,
    meant: Voucher,
    found: BookedVoucher,
    positions: Sequence[BookedPosition] | None = None,
) -> str:
    """The fields that differ, in one text; to the cent, since a proof has no old vouchers."""
    fields = set(differences(meant, found, contact_id=contact_id(trial), positions=positions))
    fields.discard("description")  # that of a proof has no key
    if found.description != description_of(SECOND):
        fields.add("description")
    if found.net is not None and found.net != meant.sums.net:
        fields.add("net")
    return " ".join(sorted(fields))


# --- changing the second


def contradict(trial: Trial) -> None:
    """Sums that contradict each other: which one counts, and when lists show the change."""
    trial.account.sleep(Decimal(str(trial.pause)))
    rate = account_and_rate(trial)[1]
    _note_flag(trial, sums(100, 60), Decimal(60), otherwise="net_counts")
    by_net = to_cents(Decimal(200) * (1 + rate / 100))
    gross = _note_flag(trial, sums(200, 70, in_net=True), by_net, otherwise="gross_counts")
    id_ = second_draft(trial)["id"]

    def shows_change() -> bool:
        rows = trial.account.sevdesk.vouchers.iter()
        return any(one.id == id_ and one.gross == gross for one in rows)

    lag = trial.wait_for(shows_change)
    trial.seen["change_is_listed"] = lag is not None
    check_listed(trial)
    trial.lags += [] if lag is None else [lag]
    trial.note("S-21", lag_in_words(trial, lag), holds=lag == 0)


def _note_flag(trial: Trial, sent: Json, meant: Decimal, *, otherwise: str) -> Decimal:
    """Which of two sums counted; returns the gross that was saved.

    Raises:
        NotPossibleError: sevDesk refuses, or shows no sum.
    """
    reply = accepted(change(trial, sent))
    gross = sum_of(shown_voucher(reply), "sumGross")
    if gross is None:
        raise NotPossibleError("no_sums")
    if account_and_rate(trial)[1]:
        holds = gross == meant
        trial.note("S-40", "honoured" if holds else otherwise, holds=holds)
    return gross


def try_zero(trial: Trial) -> None:
    """A sum of zero."""
    check_can_be_changed(trial)
    reply = change(trial, sums(0, 0))
    trial.note("S-48", answer_of(reply), holds=reply.is_success)


def try_rule_21(trial: Trial) -> None:
    """Tax rule 21, where the guidance lists it."""
    if not any(one.rates.get(RULE_21) for one in chart_of(trial).accounts):
        trial.note("S-09", "not_in_guidance", holds=True)
        return
    reply = change(trial, agreeing(trial, "50", rule=RULE_21), rule=RULE_21)
    trial.note("S-09", "rule_listed", holds=False, then=answer_of(reply))


# --- making it open


def open_negative(trial: Trial) -> None:
    """An open voucher with a negative sum; it is a draft again at once."""
    if not trial.seen.get("negative_draft"):
        return  # told already, or there is no second draft
    if trial.account.rules.status == DRAFT:
        trial.note("S-42", "draft_told", holds=True, told=say("accepted"))
        return
    check_can_be_changed(trial)
    reply = change(trial, agreeing(trial, "-59.50"), status=OPEN)
    trial.note("S-42", "draft_and_open", holds=reply.is_success, told=answer_of(reply))
    if reply.is_success:
        make_draft_again(trial)
