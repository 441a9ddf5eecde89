"""What a proof finds out about sevDesk's lists: pages, totals, order, filters, delays."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cobot_sevdesk.clients.sevdesk.contacts import CONTACTS
from cobot_sevdesk.clients.sevdesk.vouchers import POSITIONS, TAG_RELATIONS, TAGS, VOUCHERS
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.proof import drafts
from cobot_sevdesk.proof.assumptions import Observed, say
from cobot_sevdesk.proof.probe import Json, Reply
from cobot_sevdesk.proof.trial import (
    PAGE,
    NotPossibleError,
    Trial,
    accepted,
    all_of,
    list_query,
    note_nulls,
    order_of,
)
from cobot_sevdesk.sync.account import settle_seconds_for

LISTS = (
    *(VOUCHERS, POSITIONS, CONTACTS, "/ContactAddress", "/CommunicationWay", "/CostCentre"),
    *(TAGS, TAG_RELATIONS, "/StaticCountry"),
)
BAD_REQUEST = 400
BERLIN = ZoneInfo("Europe/Berlin")
"""Where sevDesk's calendar is kept."""
ASKED = 3
"""How often a list is asked for its order: two objects are in order by chance half of the time."""
IN_THE_PAST = timedelta(days=3650)


# --- pages and totals


class _Page(NamedTuple):
    """The first page of a list, and whether objects that are not on it follow."""

    path: str
    reply: Reply
    goes_on: bool


def read_lists(trial: Trial) -> None:
    """Every list once: its page, its total, what stands between the objects."""
    pages = [_look_at(trial, path) for path in LISTS]
    read = [page for page in pages if page.reply.is_success]
    if read:
        wrong = tuple(filter(None, (_wrong_total(trial, page) for page in read)))
        told = say("list", parts=wrong) if wrong else say("every_list")
        trial.note("S-03", told, holds=not wrong)
    capped = [
        *(say("limit_refused", where=one.path) for one in pages if one.reply.status == BAD_REQUEST),
        *(
            say("capped", where=one.path, count=len(one.reply.listed))
            for one in read
            if one.goes_on and len(one.reply.listed) < PAGE
        ),
    ]
    longest = max(read, key=lambda one: len(one.reply.listed), default=None)
    count = len(longest.reply.listed) if longest else 0
    if capped:
        trial.note("S-02", "list", holds=False, parts=tuple(capped))
    elif longest and count >= PAGE:
        trial.note("S-02", "full_page", holds=True, where=longest.path, count=PAGE)
    else:
        # A cap of 500 cannot be seen by a list of 250: only a full page tells.
        trial.skip("S-02", "too_short", count=count)


def fill_page(trial: Trial) -> None:
    """A draft with a thousand positions, so that one list shows how long a page may be."""
    if any(one.id == "S-02" and one.verdict != "not tried" for one in trial.findings):
        return
    accepted(drafts.change(trial, drafts.agreeing(trial, "1.19"), more_positions=PAGE))

    def count() -> int:
        listed = trial.sevdesk.read(POSITIONS, {"limit": PAGE, "offset": 0}).listed
        return len({str(one.get("id")) for one in listed})

    if trial.comes_true(lambda: count() >= PAGE, max(trial.longest_read, 2 * trial.lag)):
        trial.note("S-02", "full_page", holds=True, where=POSITIONS, count=PAGE)
        return
    # Are they there, on a second page?
    shown = count()
    if trial.sevdesk.read(POSITIONS, {"limit": 1, "offset": shown}).listed:
        trial.note("S-02", "capped", holds=False, where=POSITIONS, count=shown)
        return
    raise NotPossibleError("too_short", count=shown)


def _look_at(trial: Trial, path: str) -> _Page:
    """Read one page, and what follows it; `offset` may be ignored, too."""
    reply = _first_page(trial, path)
    if not reply.is_success:
        return _Page(path, reply, goes_on=False)
    note_nulls(trial, path, _entries(reply))
    shown = {str(one.get("id")) for one in reply.listed}
    query = list_query(path, limit=1, offset=len(reply.listed))
    following = trial.sevdesk.read(path, query).listed if shown else []
    return _Page(path, reply, any(str(one.get("id")) not in shown for one in following))


def _first_page(trial: Trial, path: str) -> Reply:
    return trial.sevdesk.read(path, list_query(path, limit=PAGE, offset=0, countAll="true"))


def _entries(reply: Reply) -> list[object]:
    return reply.content if isinstance(reply.content, list) else []


def _wrong_total(trial: Trial, page: _Page) -> Observed | None:
    """What is wrong with the total of a list, if anything is."""
    if _total(page.reply) is None:
        return say("without_total", where=page.path)
    if _fits(page.reply, goes_on=page.goes_on):
        return None
    again = _first_page(trial, page.path)  # somebody may have made something in between
    is_right = again.is_success and _fits(again, goes_on=page.goes_on)
    return None if is_right else say("wrong_total", where=page.path)


def _total(reply: Reply) -> int | None:
    total = reply.body.get("total") if isinstance(reply.body, dict) else None
    return int(str(total)) if total is not None else None


def _fits(reply: Reply, *, goes_on: bool) -> bool:
    """Whether a total agrees with what was seen; whether nulls count is not known."""
    total, count = _total(reply) or 0, len(reply.listed)
    return total > count if goes_on else total in {count, len(_entries(reply)) or count}


# --- delays


def wait_for_vouchers(trial: Trial) -> None:
    """How long the list of vouchers lags behind."""
    ids = {one["id"] for one in drafts.made(trial)}
    days = [one["day"] for one in trial.vouchers]
    window = Window(min(days), max(days) + DAY)
    find = trial.account.sevdesk.vouchers.find_listed
    lag = trial.wait_for(lambda: find(ids, window) == ids)
    trial.lags.append(lag)
    trial.seen["are_listed"] = lag is not None


def judge_lags(trial: Trial) -> None:
    """What the delays of all lists mean: S-20 whether there is any, S-25 whether it is too long.

    A list that is asked again may have lagged for as long as one question takes.
    """
    if not trial.lags:
        raise NotPossibleError("nothing_made")
    enough = float(trial.account.full_wait)
    lag = None if None in trial.lags else trial.lag
    told = lag_in_words(trial, lag)
    trial.note("S-20", told, holds=lag == 0)
    if lag is None:
        trial.note("S-25", told, holds=False)
        return
    word = "lag_enough" if lag <= enough else "lag_set"
    waits = say(word, lag=told, enough=round(enough, 1), needed=settle_seconds_for(lag))
    trial.note("S-25", waits, holds=lag <= enough)


def lag_in_words(trial: Trial, lag: float | None) -> Observed:
    """When a list showed what was made or changed; `None`: it never did."""
    if lag is None:
        return say("never", seconds=f"{trial.longest_lag:.0f}")
    return say("after", seconds=round(lag, 1)) if lag else say("at_once")


def check_listed(trial: Trial) -> None:
    """Whether lists can tell anything.

    Raises:
        NotPossibleError: they do not show the drafts, whatever they are asked for.
    """
    if not trial.seen.get("are_listed"):
        raise NotPossibleError("not_listed")


# --- order and filters


def read_orders(trial: Trial) -> None:
    """The order of vouchers and positions.

    Read when they were made, after the older one was changed, and after the younger one got a later
    date, a larger sum and another name. What is in the order of age by chance is not each time.
    """
    for path in (VOUCHERS, POSITIONS):
        read_order(trial, path)
    orders: set[str] = trial.seen.get("orders", set())
    if not orders:
        raise NotPossibleError("lists_too_short")
    order = min(orders) if len(orders) == 1 else "no_order"
    trial.note("S-01", order, holds=order == "ascending")


def read_order(trial: Trial, path: str) -> None:
    """Note the order of one list for which none was asked."""
    orders: set[str] = trial.seen.setdefault("orders", set())
    for _ in range(ASKED):
        rows = trial.sevdesk.read(path, list_query(path, limit=PAGE)).listed
        ids = [int(one["id"]) for one in rows]
        if len(ids) > 1:
            orders.add(order_of(ids, up="ascending", down="descending"))


def read_dates(trial: Trial) -> None:
    """Whether the date filter does what it says.

    The first draft is asked for by its day; the second one is a day older, and neither is of ten
    years ago.
    """
    first = drafts.first(trial)
    check_listed(trial)
    listed = _between(trial, first["day"], first["day"])
    others = {one["id"] for one in trial.vouchers[1:]} & listed
    others |= {first["id"]} & _between(trial, first["day"] - IN_THE_PAST, first["day"] - 2 * DAY)
    is_found = first["id"] in listed
    that = say("found" if is_found else "missing")
    told = say("dates", that=that, others=say("listed_too" if others else "left_out"))
    trial.note("S-24", told, holds=is_found and not others)


def ask_for_changes(trial: Trial) -> None:
    """What lists do with `updateAfter`: asked for since the second draft was made."""
    id_ = drafts.second(trial)["id"]
    check_listed(trial)
    if not trial.seen.get("change_is_listed"):
        raise NotPossibleError("not_listed")
    shown = trial.sevdesk.read(f"{VOUCHERS}/{id_}").first
    made, changed = _moment(shown.get("create")), _moment(shown.get("update"))
    since_ever = _ids(trial, {"updateAfter": made - 3600})
    since_later = _ids(trial, {"updateAfter": changed + 24 * 3600})
    if id_ not in since_ever:
        told = "nothing_listed"
    elif id_ in since_later:
        told = "ignored"
    elif changed - made < 2:
        raise NotPossibleError("one_second")
    else:
        is_listed = id_ in _ids(trial, {"updateAfter": changed - 1})
        told = "understood" if is_listed else "create_after"
    trial.note("S-23", told, holds=told == "understood")


def _ids(trial: Trial, query: Json) -> set[str]:
    return {str(one.get("id")) for one in all_of(trial, VOUCHERS, query)}


def _between(trial: Trial, start: date, end: date) -> set[str]:
    """Vouchers of these days, both inclusive."""

    def midnight(day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=BERLIN).timestamp())

    return _ids(trial, {"startDate": midnight(start), "endDate": midnight(end)})


def _moment(text: object) -> int:
    return int(datetime.fromisoformat(str(text)).timestamp())
