"""What a proof finds out with two draft vouchers: sums, lists, tags, documents."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.pdf_files import Upload
from cobot_sevdesk.clients.probe import Reply
from cobot_sevdesk.clients.sevdesk import parsing, payloads
from cobot_sevdesk.clients.sevdesk.vouchers import (
    POSITIONS,
    SAVE,
    TAG_RELATIONS,
    TAGS,
    UPLOAD,
    VOUCHERS,
)
from cobot_sevdesk.domain.chart import BookingAccount
from cobot_sevdesk.domain.money import ZERO, net_of, to_cents
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.domain.verification import differences
from cobot_sevdesk.domain.voucher import Position, Voucher
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import UnreadableAnswerError
from cobot_sevdesk.sync.proof_contacts import note_lag
from cobot_sevdesk.sync.proof_trial import MARK, TAG, Json, NotPossibleError, Trial

BERLIN = ZoneInfo("Europe/Berlin")
"""Where sevDesk's calendar is kept."""
GROSS = Decimal("119.00")
RULE_21 = 21
ASKED = 4
"""How often a list is asked for its order: two objects are in order by chance half of the time."""
CREATE_TAG = "/Tag/Factory/create"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def description_of(what: str) -> str:
    """What stands on a draft: the mark first, so that nothing cut off at the end can lose it."""
    return f"{MARK} draft [{what}]"


# --- making them


def make_first(trial: Trial) -> None:
    """A draft whose position states its gross sum alone, and whether it is read as gross."""
    account, rate = _account(trial)
    meant = _voucher(trial, account, rate, GROSS)
    reply = _save(trial, _body(trial, meant, "gross", only="sumGross"))
    voucher = _made(trial, reply)
    if not rate:
        raise NotPossibleError("no account has a tax rate above zero")
    gross = _sum(voucher, "sumGross")
    trial.note("S-40", holds=gross == GROSS, observed=_told_of_flag(gross))


def make_second(trial: Trial) -> None:
    """A negative draft, sent as every booking is; a positive one where sevDesk refuses that."""
    account, rate = _account(trial)
    for gross in (-GROSS, GROSS):
        meant = _voucher(trial, account, rate, gross)
        if centre := trial.seen.get("cost_centre"):
            meant = replace(meant, cost_centre_id=str(centre))
        reply = _save(trial, _body(trial, meant, "both"))
        if gross < 0:
            trial.note("S-42", holds=reply.is_success, observed=f"HTTP {reply.status}")
        if reply.is_success:
            break
    voucher = _made(trial, reply)
    saved = parsing.to_saved_voucher(Fields(reply.first))
    contact_id = str(trial.contact["id"]) if trial.contact.get("id") else None
    found = differences(meant, saved.voucher, contact_id=contact_id, positions=saved.positions)
    wrong = [name for name in found if name != "description"]  # the proof has one without key
    if voucher.get("description") != description_of("both"):
        wrong.append("description")
    if saved.voucher.net is not None and abs(saved.voucher.net - meant.sums.net) > ZERO:
        wrong.append("net")
    trial.note("S-41", holds=not wrong, observed=", ".join(sorted(set(wrong))) or "as sent")


def read_first(trial: Trial) -> None:
    """Whether it can be read by its id, and how it shows what is not set."""
    first = _first(trial)
    reply = trial.sevdesk.read(f"{VOUCHERS}/{first['id']}")
    is_there = bool(reply.first.get("id"))
    trial.note("S-22", holds=is_there, observed="at once" if is_there else f"HTTP {reply.status}")
    if is_there:
        unset = reply.first.get("costCentre", "left out")
        form = unset if unset == "left out" else "null" if unset is None else "an empty list"
        trial.note("S-05", holds=form == "left out", observed=form)


def wait_for_list(trial: Trial) -> None:
    """How long the list of vouchers lags behind."""
    ids = [str(one["id"]) for one in _all(trial)]
    window = Window(trial.account.today, trial.account.today + DAY)
    find = trial.account.sevdesk.vouchers.find_listed
    note_lag(trial, trial.wait_for(lambda: find(ids, window) == set(ids)))


def read_order(trial: Trial) -> None:
    """The order of lists for which none was asked."""
    orders: set[str] = set()
    for path in (VOUCHERS, POSITIONS):
        for _ in range(ASKED):
            ids = [int(one["id"]) for one in trial.sevdesk.read(path, {"limit": 1000}).listed]
            if len(ids) > 1:
                is_up, is_down = ids == sorted(ids), ids == sorted(ids, reverse=True)
                orders.add("ascending" if is_up else "descending" if is_down else "no order")
    if not orders:
        raise NotPossibleError("the lists are too short")
    order = orders.pop() if len(orders) == 1 else "no order"
    trial.note("S-01", holds=order == "ascending", observed=order)


def read_dates(trial: Trial) -> None:
    """Whether the date filter does what it says; asked for today, then for a day long ago."""
    id_, day = str(_first(trial)["id"]), trial.account.today
    listed = _listed_between(trial, day, day)
    long_ago = _listed_between(trial, day - timedelta(days=3650), day - timedelta(days=3649))
    told = f"that day {'found' if id_ in listed else 'missing'}, "
    told += f"others {'listed too' if id_ in long_ago else 'left out'}"
    trial.note("S-24", holds=id_ in listed and id_ not in long_ago, observed=told)


# --- changing the second


def contradict(trial: Trial) -> None:
    """Sums that contradict each other: which one counts, and when lists show the change."""
    trial.account.sleep(Decimal(str(trial.pause)))
    account, rate = _account(trial)
    reply = _change(trial, account, rate, _sums("100", "60", in_net=True))
    if not reply.is_success:
        raise NotPossibleError(f"refused with HTTP {reply.status}")
    gross = _sum(reply.first.get("voucher") or {}, "sumGross")
    if rate:
        flag_counts = gross == to_cents(Decimal(100) * (1 + rate / 100))
        observed = "honoured" if flag_counts else "the gross sum counts"
        trial.note("S-40", holds=flag_counts, observed=observed)
    id_ = str(_second(trial)["id"])

    def shows_change() -> bool:
        rows = trial.account.sevdesk.vouchers.iter()
        return any(one.id == id_ and one.gross == gross for one in rows)

    lag = trial.wait_for(shows_change)
    told = "never" if lag is None else f"after {lag:.1f} s" if lag else "at once"
    trial.note("S-21", holds=lag == 0, observed=told)


def ask_for_changes(trial: Trial) -> None:
    """What lists do with `updateAfter`: asked for since the second draft was made."""
    id_ = str(_second(trial)["id"])
    shown = trial.sevdesk.read(f"{VOUCHERS}/{id_}").first
    made, changed = _moment(shown.get("create")), _moment(shown.get("update"))
    since_ever = _listed(trial, {"updateAfter": made - 3600})
    since_later = _listed(trial, {"updateAfter": changed + 24 * 3600})
    if id_ not in since_ever:
        told = "nothing is listed"
    elif id_ in since_later:
        told = "ignored"
    elif changed - made < 2:
        raise NotPossibleError("made and changed within one second")
    else:
        is_listed = id_ in _listed(trial, {"updateAfter": changed - 1})
        told = "understood" if is_listed else "taken for createAfter"
    trial.note("S-23", holds=told == "understood", observed=told)


def try_zero(trial: Trial) -> None:
    """A sum of zero."""
    account, rate = _account(trial)
    reply = _change(trial, account, rate, _sums("0", "0", in_net=False))
    trial.note("S-48", holds=reply.is_success, observed=f"HTTP {reply.status}")


def try_rule_21(trial: Trial) -> None:
    """Tax rule 21, where the guidance lists it."""
    chart = trial.account.sevdesk.settings.get_chart()
    listed = [one for one in chart.accounts if RULE_21 in one.rates]
    if not listed:
        trial.note("S-09", holds=True, observed="not listed")
        return
    rate = min(listed[0].rates[RULE_21], default=ZERO)
    reply = _change(
        trial, listed[0], rate, _sums("50", None, in_net=False, rate=rate), rule=RULE_21
    )
    told = "accepted" if reply.is_success else f"refused with HTTP {reply.status}"
    trial.note("S-09", holds=False, observed=f"listed; {told}")


# --- documents


def attach_document(trial: Trial) -> None:
    """A document for the first draft: what becomes of status and sums, and who shows it."""
    id_ = str(_first(trial)["id"])
    vouchers = trial.account.sevdesk.vouchers
    before = vouchers.get(id_)
    filename = vouchers.upload_pdf(BytesIO(PDF), "proof.pdf")
    vouchers.attach_pdf(before, filename, status=before.status)
    after = vouchers.get(id_)
    pairs = {
        "status": before.status == after.status,
        "gross": before.gross == after.gross,
        "net": before.net == after.net,
    }
    wrong = [name for name, same in pairs.items() if not same]
    trial.note("S-47", holds=not wrong, observed=", ".join(wrong) or "both stay")
    in_list = trial.wait_for(lambda: _shows_in_list(trial, id_)) if after.has_document else None
    places = {"singly": after.has_document, "in lists": in_list is not None}
    shown = [name for name, is_shown in places.items() if is_shown]
    trial.note("S-46", holds=len(shown) == len(places), observed=", ".join(shown) or "nowhere")


def try_unknown_file(trial: Trial) -> None:
    """A file name that was never uploaded."""
    reply = _change_with_file(trial, "0123456789abcdef0123456789abcdef.pdf")
    told = "ignored" if reply.is_success else f"refused with HTTP {reply.status}"
    trial.note("S-44", holds=not reply.is_success, observed=told)


def try_unreadable_file(trial: Trial) -> None:
    """A PDF that ends in the middle."""
    half = Upload("proof.pdf", BytesIO(PDF[: len(PDF) // 2]))
    uploaded = trial.sevdesk.write("POST", UPLOAD, upload=half)
    if not uploaded.is_success:
        trial.note("S-45", holds=True, observed=f"upload: HTTP {uploaded.status}")
        return
    reply = _change_with_file(trial, str(uploaded.first.get("filename")))
    told = "accepted" if reply.is_success else f"saveVoucher: HTTP {reply.status}"
    trial.note("S-45", holds=False, observed=told)


# --- tags


def tag_both(trial: Trial) -> None:
    """One tag on both drafts, on the first one twice."""
    first, second = str(_first(trial)["id"]), str(_second(trial)["id"])
    for id_ in (first, second, first):
        reply = trial.sevdesk.write("POST", CREATE_TAG, payloads.tag_payload(id_, TAG))
        if not reply.is_success:
            raise NotPossibleError(f"no tag can be made (HTTP {reply.status})")
        made = (reply.first.get("tag") or {}).get("id")
        trial.tags |= {str(made)} if made else set()
    is_wrapped = isinstance(reply.body, dict) and "objects" in reply.body
    told = "inside objects" if is_wrapped else "bare"
    trial.note("S-35", holds=is_wrapped, observed=told)
    lag = trial.wait_for(lambda: {first, second} <= {one for one, _ in _ties(trial)})
    if lag is None:
        raise NotPossibleError("the lists do not show the tags")
    if lag or trial.lag:
        trial.account.sleep(Decimal(f"{trial.lag + 0.5:.1f}"))  # the last of them came later
    tags = {
        one.get("id")
        for one in trial.sevdesk.read(TAGS, {"name": TAG, "limit": 1000}).listed
        if one.get("name") == TAG
    }
    told = "reused" if len(tags) == 1 else f"{len(tags)} of one name"
    trial.note("S-33", holds=len(tags) == 1, observed=told)
    ties = [one for one, _ in _ties(trial) if one == first]
    told = f"{len(ties)} ties after tagging twice"
    trial.note("S-34", holds=len(ties) > 1, observed=told)
    embedded = any(name for _, name in _ties(trial))
    told = "understood" if embedded else "ignored"
    trial.note("S-04", holds=embedded, observed=told)


def _ties(trial: Trial) -> list[tuple[str, str | None]]:
    """The vouchers of all tag relations, each with the name of its tag where that is embedded."""
    own = {str(one["id"]) for one in trial.vouchers}
    rows = trial.sevdesk.read(TAG_RELATIONS, {"embed": "tag", "limit": 1000}).listed
    pairs = [
        (str((row.get("object") or {}).get("id")), (row.get("tag") or {}).get("name"))
        for row in rows
    ]
    return [pair for pair in pairs if pair[0] in own]


# --- what they are made of


def _account(trial: Trial) -> tuple[BookingAccount, Decimal]:
    """An account of tax rule 1 with its highest rate; rule 11 for a small business."""
    if "chart" not in trial.seen:
        trial.seen["chart"] = trial.account.sevdesk.settings.get_chart()
    chart = trial.seen["chart"]
    rule = _rule(trial)
    fitting = [one for one in chart.accounts if one.rates.get(rule) and one.for_revenue]
    if not fitting:
        raise NotPossibleError(f"no account allows tax rule {rule}")
    best = max(fitting, key=lambda one: max(one.rates[rule]))
    return best, max(best.rates[rule])


def _rule(trial: Trial) -> int:
    return 11 if trial.account.rules.is_small_business(trial.account.today) else 1


def _voucher(trial: Trial, account: BookingAccount, rate: Decimal, gross: Decimal) -> Voucher:
    today = trial.account.today
    return Voucher(
        key="",
        number="",
        date=today,
        deadline=today + timedelta(days=14),
        tax_rule=_rule(trial),
        in_net=False,
        positions=(Position(account.id, account.number, rate, gross, "COBOT-PROOF"),),
        status=DRAFT,
        recipient_name="COBOT-PROOF",
    )


def _body(trial: Trial, meant: Voucher, what: str, *, only: str = "") -> Json:
    contact_id = str(trial.contact["id"]) if trial.contact.get("id") else None
    body = payloads.voucher_payload(meant, contact_id=contact_id, filename=None)
    body["voucher"]["description"] = description_of(what)
    for name in {"sumNet", "sumGross"} - {only} if only else ():
        del body["voucherPosSave"][0][name]
    return body


def _sums(net: str, gross: str | None, *, in_net: bool, rate: Decimal = ZERO) -> Json:
    both = gross if gross is not None else net
    sum_net = net if gross is not None else str(net_of(Decimal(net), rate))
    return {"net": in_net, "sumNet": Decimal(sum_net), "sumGross": Decimal(both)}


def _change(
    trial: Trial, account: BookingAccount, rate: Decimal, sums: Json, *, rule: int | None = None
) -> Reply:
    """Save the second draft again, with these sums."""
    body = _body(trial, _voucher(trial, account, rate, GROSS), "both")
    shown = _second(trial)
    body["voucher"]["id"] = int(shown["id"])
    body["voucherPosSave"][0] |= {"id": int(shown["position"]), **sums}
    if rule:
        body["voucher"]["taxRule"]["id"] = str(rule)
    return _save(trial, body)


def _change_with_file(trial: Trial, filename: str) -> Reply:
    account, rate = _account(trial)
    meant = _voucher(trial, account, rate, GROSS)
    body = _body(trial, meant, "both") | {"filename": filename}
    shown = _second(trial)
    body["voucher"]["id"] = int(shown["id"])
    body["voucherPosSave"][0]["id"] = int(shown["position"])
    return _save(trial, body)


def _save(trial: Trial, body: Json) -> Reply:
    return trial.sevdesk.write("POST", SAVE, body)


def _made(trial: Trial, reply: Reply) -> Json:
    """Keep a draft that was saved."""
    found = reply.first
    voucher = found.get("voucher") or found
    positions = found.get("voucherPos") or []
    position = (positions if isinstance(positions, list) else [positions])[:1]
    if not reply.is_success or not voucher.get("id"):
        raise NotPossibleError(f"no draft can be saved (HTTP {reply.status})")
    id_ = str(voucher["id"])
    trial.vouchers.append({"id": id_, "position": (position or [{}])[0].get("id")})
    return dict(voucher)


def _all(trial: Trial) -> list[Json]:
    if not trial.vouchers:
        raise NotPossibleError("there is no draft")
    return trial.vouchers


def _first(trial: Trial) -> Json:
    return _all(trial)[0]


def _second(trial: Trial) -> Json:
    if len(_all(trial)) < 2:
        raise NotPossibleError("there is no second draft")
    return trial.vouchers[1]


def _told_of_flag(gross: Decimal | None) -> str:
    if gross == GROSS:
        return "honoured"
    return f"the sum is read as net: {gross} instead of {GROSS}"


def _sum(voucher: Json, name: str) -> Decimal | None:
    try:
        found = Fields(voucher).optional_amount(name)
    except UnreadableAnswerError:
        return None
    return to_cents(found) if found is not None else None


def _moment(text: object) -> int:
    return int(datetime.fromisoformat(str(text)).timestamp())


def _listed(trial: Trial, query: Json) -> set[str]:
    reply = trial.sevdesk.read(VOUCHERS, {"limit": 1000, **query})
    return {str(one.get("id")) for one in reply.listed}


def _listed_between(trial: Trial, start: date, end: date) -> set[str]:
    """Vouchers of these days, both inclusive."""

    def midnight(day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=BERLIN).timestamp())

    return _listed(trial, {"startDate": midnight(start), "endDate": midnight(end)})


def _shows_in_list(trial: Trial, id_: str) -> bool:
    rows = trial.account.sevdesk.vouchers.iter()
    return any(one.id == id_ and one.has_document for one in rows)
