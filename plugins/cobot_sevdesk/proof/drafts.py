"""The two draft vouchers of a proof: what they are made of, saving and changing them.

The second is a day older than the first, until it is changed; then it is a day younger.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.probe import Reply
from cobot_sevdesk.clients.sevdesk import payloads
from cobot_sevdesk.clients.sevdesk.vouchers import SAVE, VOUCHERS
from cobot_sevdesk.domain.chart import BookingAccount
from cobot_sevdesk.domain.money import ZERO, net_of, to_cents
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.domain.voucher import Position, Voucher
from cobot_sevdesk.domain.window import DAY
from cobot_sevdesk.errors import UnreadableAnswerError
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.trial import MARK, Json, NotPossibleError, Trial

GROSS = Decimal("119.00")
FIRST, SECOND, CHANGED = "gross", "both", "second, changed"
"""What the drafts are called; the changed one is the last in the alphabet."""
BOOKABLE, SMALL_BUSINESS = 1, 11
"""Tax rules: taxable turnover; small business (§19 UStG)."""


def description_of(what: str) -> str:
    """What stands on a draft: the mark first, so that nothing cut off at the end can lose it."""
    return f"{MARK} draft [{what}]"


def all_drafts(trial: Trial) -> list[Json]:
    """The drafts that were made: id, id of the position, day.

    Raises:
        NotPossibleError: there is none.
    """
    if not trial.vouchers:
        raise NotPossibleError(say("no_draft"))
    return trial.vouchers


def first_draft(trial: Trial) -> Json:
    """The older of both drafts."""
    return all_drafts(trial)[0]


def second_draft(trial: Trial) -> Json:
    """The younger of both drafts.

    Raises:
        NotPossibleError: there is none.
    """
    if len(all_drafts(trial)) < 2:
        raise NotPossibleError(say("no_second"))
    return trial.vouchers[1]


def account_and_rate(trial: Trial) -> tuple[BookingAccount, Decimal]:
    """An account of tax rule 1 with its highest rate; rule 11 for a small business.

    Raises:
        NotPossibleError: no account allows it.
    """
    if "chart" not in trial.seen:
        trial.seen["chart"] = trial.account.sevdesk.settings.get_chart()
    rule = _rule(trial)
    fitting = [
        one for one in trial.seen["chart"].accounts if one.rates.get(rule) and one.for_revenue
    ]
    if not fitting:
        raise NotPossibleError(say("no_account", rule=rule))
    best = max(fitting, key=lambda one: max(one.rates[rule]))
    return best, max(best.rates[rule])


def voucher_over(trial: Trial, gross: Decimal, day: date) -> Voucher:
    """A voucher with one position, as the domain makes them."""
    account, rate = account_and_rate(trial)
    return Voucher(
        key="",
        number="",
        date=day,
        deadline=day + timedelta(days=14),
        tax_rule=_rule(trial),
        in_net=False,
        positions=(Position(account.id, account.number, rate, gross, "COBOT-PROOF"),),
        status=DRAFT,
        recipient_name="COBOT-PROOF",
    )


def body_of(trial: Trial, meant: Voucher, what: str) -> Json:
    """What is sent to save it."""
    body = payloads.voucher_payload(meant, contact_id=contact_id(trial), filename=None)
    body["voucher"]["description"] = description_of(what)
    return body


def contact_id(trial: Trial) -> str | None:
    """The contact that drafts name, where there is one."""
    return str(trial.contact["id"]) if trial.contact.get("id") else None


def save_new(trial: Trial, body: Json, day: date) -> Reply:
    """Save a draft and keep its ids.

    Raises:
        NotPossibleError: it is refused.
    """
    reply = trial.sevdesk.write("POST", SAVE, body)
    keep(trial, reply, day)
    return reply


def keep(trial: Trial, reply: Reply, day: date) -> None:
    """Keep the ids of a draft that was saved.

    Raises:
        NotPossibleError: it was refused.
    """
    voucher = shown_voucher(reply)
    positions = reply.first.get("voucherPos") or []
    position = (positions if isinstance(positions, list) else [positions])[:1]
    if not reply.is_success or not voucher.get("id"):
        raise NotPossibleError(say("draft_refused", status=reply.status))
    made = {"id": str(voucher["id"]), "position": (position or [{}])[0].get("id"), "day": day}
    trial.vouchers.append(made)


def shown_voucher(reply: Reply) -> Json:
    """The voucher in an answer of `saveVoucher`."""
    return dict(reply.first.get("voucher") or reply.first)


def change(
    trial: Trial,
    sums: Json,
    *,
    account: BookingAccount | None = None,
    rule: int | None = None,
    status: int = DRAFT,
    filename: str | None = None,
    more_positions: int = 0,
) -> Reply:
    """Save the second draft again, with these sums: of today, and under another name."""
    meant = voucher_over(trial, GROSS, trial.account.today)
    if account is not None:
        rate = min(account.rates[rule or BOOKABLE], default=ZERO)
        position = replace(
            meant.positions[0], account_id=account.id, account_number=account.number, rate=rate
        )
        meant = replace(meant, positions=(position,))
    body = body_of(trial, replace(meant, status=status), CHANGED) | {"filename": filename}
    draft, (position_sent,) = second_draft(trial), body["voucherPosSave"]
    body["voucher"]["id"] = int(draft["id"])
    if rule:
        body["voucher"]["taxRule"]["id"] = str(rule)
    position_sent |= sums
    body["voucherPosSave"] = [
        position_sent | {"id": int(draft["position"])},
        *(dict(position_sent) for _ in range(more_positions)),
    ]
    draft["day"] = trial.account.today
    return trial.sevdesk.write("POST", SAVE, body)


def contradicting(net: str, gross: str, *, in_net: bool) -> Json:
    """Sums of a position, whether they agree or not."""
    return {"net": in_net, "sumNet": Decimal(net), "sumGross": Decimal(gross)}


def agreeing(trial: Trial, gross: str) -> Json:
    """Sums of a position that agree at the rate of the drafts."""
    rate = account_and_rate(trial)[1]
    return contradicting(str(net_of(Decimal(gross), rate)), gross, in_net=False)


def make_draft_again(trial: Trial) -> None:
    """The second draft, which was open, is a draft again.

    Raises:
        NotPossibleError: sevDesk refuses.
    """
    path = f"{VOUCHERS}/{second_draft(trial)['id']}/resetToDraft"
    reply = trial.sevdesk.write("PUT", path, {})
    if not reply.is_success:
        raise NotPossibleError(say("no_reset", status=reply.status))


def check_can_be_changed(trial: Trial) -> None:
    """Whether a refusal of a change tells anything.

    Raises:
        NotPossibleError: plain changes are refused as well.
    """
    reply = change(trial, agreeing(trial, "59.50"))
    if not reply.is_success:
        raise NotPossibleError(say("no_change", status=reply.status))


def sum_of(voucher: Json, name: str) -> Decimal | None:
    """A sum that a voucher shows, in cents; `None` where it shows none that can be read."""
    try:
        found = Fields(voucher).optional_amount(name)
    except UnreadableAnswerError:
        return None
    return to_cents(found) if found is not None else None


def day_of_first(trial: Trial) -> date:
    """The date of the first draft: yesterday."""
    return trial.account.today - DAY


def _rule(trial: Trial) -> int:
    is_small = trial.account.rules.is_small_business(trial.account.today)
    return SMALL_BUSINESS if is_small else BOOKABLE
