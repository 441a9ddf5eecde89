"""The two draft vouchers of a proof: what they are made of, saving and changing them.

The second is a day older than the first, until it is changed; then it is a day younger.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import payloads
from cobot_sevdesk.clients.sevdesk.vouchers import SAVE, VOUCHERS
from cobot_sevdesk.domain.chart import BookingAccount, Chart
from cobot_sevdesk.domain.money import net_of, to_cents
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.domain.voucher import Position, Voucher
from cobot_sevdesk.domain.window import DAY
from cobot_sevdesk.errors import UnreadableAnswerError
from cobot_sevdesk.proof.probe import Json, Reply
from cobot_sevdesk.proof.trial import MARK, NotPossibleError, Trial, accepted

GROSS = Decimal("119.00")
FIRST, SECOND, CHANGED = "gross", "both", "second, changed"
"""What the drafts are called; the changed one is the last in the alphabet."""
BOOKABLE, SMALL_BUSINESS = 1, 11
"""Tax rules: taxable turnover; small business (§19 UStG)."""


def description_of(what: str) -> str:
    """What stands on a draft: the mark first, so that nothing cut off at the end can lose it."""
    return f"{MARK} draft [{what}]"


def made(trial: Trial) -> list[Json]:
    """The drafts that were made: id, id of the position, day.

    Raises:
        NotPossibleError: there is none.
    """
    if not trial.vouchers:
        raise NotPossibleError("no_draft")
    return trial.vouchers


def first(trial: Trial) -> Json:
    """The older of both drafts."""
    return made(trial)[0]


def second(trial: Trial) -> Json:
    """The younger of both drafts.

    Raises:
        NotPossibleError: there is none.
    """
    if len(made(trial)) < 2:
        raise NotPossibleError("no_second")
    return trial.vouchers[1]


def chart_of(trial: Trial) -> Chart:
    """The booking accounts."""
    if "chart" not in trial.seen:
        trial.seen["chart"] = trial.account.sevdesk.settings.get_chart()
    chart: Chart = trial.seen["chart"]
    return chart


def account_and_rate(trial: Trial, rule: int | None = None) -> tuple[BookingAccount, Decimal]:
    """An account that allows a tax rule, with its highest rate.

    Without a rule it is that of most vouchers: 1, or 11 for a small business.

    Raises:
        NotPossibleError: no account allows it.
    """
    rule = rule or _rule(trial)
    fitting = [one for one in chart_of(trial).accounts if one.rates.get(rule) and one.for_revenue]
    if not fitting:
        raise NotPossibleError("no_account", rule=rule)
    best = max(fitting, key=lambda one: max(one.rates[rule]))
    return best, max(best.rates[rule])


def rate_of(trial: Trial, rule: int | None = None) -> Decimal:
    """The rate of such an account, in percent."""
    return account_and_rate(trial, rule)[1]


def voucher_over(trial: Trial, gross: Decimal, day: date, rule: int | None = None) -> Voucher:
    """A voucher with one position, as the domain makes them."""
    account, rate = account_and_rate(trial, rule)
    return Voucher(
        key="",
        number="",
        date=day,
        deadline=day + timedelta(days=14),
        tax_rule=rule or _rule(trial),
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
    voucher = _voucher_in(reply)
    if not reply.is_success or not voucher.get("id"):
        raise NotPossibleError("draft_refused", status=reply.status)
    positions = reply.first.get("voucherPos") or [{}]
    position = positions[0] if isinstance(positions, list) else positions
    trial.vouchers.append({"id": str(voucher["id"]), "position": position.get("id"), "day": day})
    return reply


def change(
    trial: Trial,
    sent: Json,
    *,
    rule: int | None = None,
    status: int = DRAFT,
    filename: str | None = None,
    more_positions: int = 0,
) -> Reply:
    """Save the second draft again, with these sums: of today, and under another name."""
    draft = second(trial)
    draft["day"] = trial.account.today
    meant = replace(voucher_over(trial, GROSS, draft["day"], rule), status=status)
    body = body_of(trial, meant, CHANGED) | {"filename": filename}
    body["voucher"]["id"] = int(draft["id"])
    position = body["voucherPosSave"][0] | sent
    more = [dict(position) for _ in range(more_positions)]
    body["voucherPosSave"] = [position | {"id": int(draft["position"])}, *more]
    return trial.sevdesk.write("POST", SAVE, body)


def try_change(
    trial: Trial, sent: Json, *, status: int = DRAFT, filename: str | None = None
) -> Reply:
    """Change the second draft in a way that sevDesk may refuse, after a plain change.

    Raises:
        NotPossibleError: the plain change is refused as well, so a refusal would tell nothing.
    """
    accepted(change(trial, agreeing(trial, "59.50")), "no_change")
    return change(trial, sent, status=status, filename=filename)


def sums(net: Decimal | int, gross: Decimal | int, *, in_net: bool = False) -> Json:
    """Sums of a position, whether they agree or not."""
    return {"net": in_net, "sumNet": Decimal(net), "sumGross": Decimal(gross)}


def agreeing(trial: Trial, gross: str, rule: int | None = None) -> Json:
    """Sums of a position that agree at the rate of the drafts, or of a tax rule."""
    return sums(net_of(Decimal(gross), rate_of(trial, rule)), Decimal(gross))


def reset(trial: Trial) -> None:
    """The second draft, which was open, is a draft again.

    Raises:
        NotPossibleError: sevDesk refuses.
    """
    path = f"{VOUCHERS}/{second(trial)['id']}/resetToDraft"
    accepted(trial.sevdesk.write("PUT", path, {}), "no_reset")


def gross_in(reply: Reply) -> Decimal:
    """The gross of the voucher in an answer of `saveVoucher`, in cents.

    Raises:
        NotPossibleError: it shows none that can be read.
    """
    try:
        found = Fields(_voucher_in(reply)).optional_amount("sumGross")
    except UnreadableAnswerError:
        found = None
    if found is None:
        raise NotPossibleError("no_sums")
    return to_cents(found)


def day_of_first(trial: Trial) -> date:
    """The date of the first draft: yesterday."""
    return trial.account.today - DAY


def _rule(trial: Trial) -> int:
    is_small = trial.account.rules.is_small_business(trial.account.today)
    return SMALL_BUSINESS if is_small else BOOKABLE


def _voucher_in(reply: Reply) -> Json:
    return dict(reply.first.get("voucher") or reply.first)
