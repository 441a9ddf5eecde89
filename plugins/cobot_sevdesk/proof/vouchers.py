"""What a proof finds out by making, reading and changing two draft vouchers."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.sevdesk.vouchers import VOUCHERS
from cobot_sevdesk.domain.money import to_cents
from cobot_sevdesk.domain.rules import DRAFT, OPEN
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Voucher, differences
from cobot_sevdesk.domain.window import DAY
from cobot_sevdesk.proof import drafts
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.lists import check_listed, lag_in_words
from cobot_sevdesk.proof.probe import Json, Reply
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
    day = drafts.day_of_first(trial)
    body = drafts.body_of(trial, drafts.voucher_over(trial, drafts.GROSS, day), drafts.FIRST)
    del body["voucherPosSave"][0]["sumNet"]
    reply = drafts.save_new(trial, body, day)
    if not drafts.rate_of(trial):
        raise NotPossibleError("no_rate")
    gross = drafts.gross_in(reply)
    word = "honoured" if gross == drafts.GROSS else "read_as_net"
    trial.note("S-40", word, holds=word == "honoured", gross=gross, meant=drafts.GROSS)


def read_first(trial: Trial) -> None:
    """Whether it can be read by its id, and how it shows what is not set."""
    found = read_at_once(trial, f"{VOUCHERS}/{drafts.first(trial)['id']}")
    if not found.get("id"):
        raise NotPossibleError("cannot_be_read")
    unset = found.get("costCentre", "left out")
    form = "left_out" if unset == "left out" else "null" if unset is None else "empty_list"
    trial.note("S-05", form, holds=form == "left_out")


def make_second(trial: Trial) -> None:
    """A negative draft, sent as every booking is; a positive one where sevDesk refuses that."""
    day = drafts.day_of_first(trial) - DAY
    meant = _second(trial, -drafts.GROSS)
    try:
        reply = drafts.save_new(trial, drafts.body_of(trial, meant, drafts.SECOND), day)
    except NotPossibleError as error:
        meant = _second(trial, drafts.GROSS)
        reply = drafts.save_new(trial, drafts.body_of(trial, meant, drafts.SECOND), day)
        # Only now it is sure that the sign was the reason.
        told = say("refused", **error.why.details)
        trial.note("S-42", "draft_told", holds=False, told=told)
    else:
        trial.seen["negative_draft"] = True
    _compare(trial, meant, reply)


def _second(trial: Trial, gross: Decimal) -> Voucher:
    meant = drafts.voucher_over(trial, gross, drafts.day_of_first(trial) - DAY)
    centre = trial.seen.get("cost_centre")
    return replace(meant, cost_centre_id=str(centre)) if centre else meant


def _compare(trial: Trial, meant: Voucher, reply: Reply) -> None:
    """Whether the answer says what was sent, and whether that is what is stored."""
    saved = parsing.to_saved_voucher(Fields(reply.first))
    if wrong := _wrong(trial, meant, saved.voucher, saved.positions):
        trial.note("S-41", "differs", holds=False, fields=wrong)
        return
    id_ = drafts.second(trial)["id"]
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
    fields = set(
        differences(meant, found, contact_id=drafts.contact_id(trial), positions=positions)
    )
    fields.discard("description")  # that of a proof has no key
    if found.description != drafts.description_of(drafts.SECOND):
        fields.add("description")
    if found.net is not None and found.net != meant.sums.net:
        fields.add("net")
    return " ".join(sorted(fields))


# --- changing the second


def contradict(trial: Trial) -> None:
    """Sums that contradict each other: which one counts, and when lists show the change."""
    trial.account.sleep(Decimal(str(trial.pause)))
    rate = drafts.rate_of(trial)
    _note_flag(trial, drafts.sums(100, 60), Decimal(60), otherwise="net_counts")
    by_net = to_cents(Decimal(200) * (1 + rate / 100))
    gross = _note_flag(trial, drafts.sums(200, 70, in_net=True), by_net, otherwise="gross_counts")
    id_ = drafts.second(trial)["id"]

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
    gross = drafts.gross_in(accepted(drafts.change(trial, sent)))
    if drafts.rate_of(trial):
        holds = gross == meant
        trial.note("S-40", "honoured" if holds else otherwise, holds=holds)
    return gross


def try_zero(trial: Trial) -> None:
    """A sum of zero."""
    reply = drafts.try_change(trial, drafts.sums(0, 0))
    trial.note("S-48", answer_of(reply), holds=reply.is_success)


def try_rule_21(trial: Trial) -> None:
    """Tax rule 21, where the guidance lists it."""
    if not any(RULE_21 in one.rates for one in drafts.chart_of(trial).accounts):
        trial.note("S-09", "not_in_guidance", holds=True)
        return
    reply = drafts.change(trial, drafts.agreeing(trial, "50", rule=RULE_21), rule=RULE_21)
    trial.note("S-09", "rule_listed", holds=False, then=answer_of(reply))


# --- making it open


def open_negative(trial: Trial) -> None:
    """An open voucher with a negative sum; it is a draft again at once."""
    if not trial.seen.get("negative_draft"):
        return  # told already, or there is no second draft
    if trial.account.rules.status == DRAFT:
        trial.note("S-42", "draft_told", holds=True, told=say("accepted"))
        return
    reply = drafts.try_change(trial, drafts.agreeing(trial, "-59.50"), status=OPEN)
    trial.note("S-42", "draft_and_open", holds=reply.is_success, told=answer_of(reply))
    if reply.is_success:
        drafts.reset(trial)
