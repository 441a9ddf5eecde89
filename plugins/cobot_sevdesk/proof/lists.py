"""What a proof finds out about lists: their order, their filters, how long a page may be."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cobot_sevdesk.clients.sevdesk.vouchers import POSITIONS, VOUCHERS
from cobot_sevdesk.clients.transport import Query
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.drafts import all_drafts, first_draft, second_draft
from cobot_sevdesk.proof.trial import Json, NotPossibleError, Trial, all_of

BERLIN = ZoneInfo("Europe/Berlin")
"""Where sevDesk's calendar is kept."""
ASKED = 3
"""How often a list is asked for its order: two objects are in order by chance half of the time."""
IN_THE_PAST = timedelta(days=3650)


def wait_for_vouchers(trial: Trial) -> None:
    """How long the list of vouchers lags behind."""
    ids = {one["id"] for one in all_drafts(trial)}
    days = [one["day"] for one in trial.vouchers]
    window = Window(min(days), max(days) + DAY)
    find = trial.account.sevdesk.vouchers.find_listed
    lag = trial.wait_for(lambda: find(ids, window) == ids)
    trial.lags.append(lag)
    trial.seen["are_listed"] = lag is not None


def read_orders(trial: Trial) -> None:
    """The order of vouchers and positions.

    Read when they were made, after the older one was changed, and after the younger one got a later
    date, a larger sum and another name. What is in the order of age by chance is not each time.
    """
    for path in (VOUCHERS, POSITIONS):
        read_order(trial, path)
    orders: set[str] = trial.seen.get("orders", set())
    if not orders:
        raise NotPossibleError(say("lists_too_short"))
    order = min(orders) if len(orders) == 1 else "no_order"
    trial.note("S-01", holds=order == "ascending", observed=say(order))


def read_order(trial: Trial, path: str, query: Query | None = None) -> None:
    """Note the order of one list for which none was asked."""
    orders: set[str] = trial.seen.setdefault("orders", set())
    for _ in range(ASKED):
        rows = trial.sevdesk.read(path, {**(query or {}), "limit": 1000}).listed
        ids = [int(one["id"]) for one in rows]
        if len(ids) > 1:
            is_up, is_down = ids == sorted(ids), ids == sorted(ids, reverse=True)
            orders.add("ascending" if is_up else "descending" if is_down else "no_order")


def read_dates(trial: Trial) -> None:
    """Whether the date filter does what it says.

    The first draft is asked for by its day; the second one is a day older, and neither is of ten
    years ago.
    """
    first = first_draft(trial)
    _check_listed(trial)
    listed = _between(trial, first["day"], first["day"])
    others = {one["id"] for one in trial.vouchers[1:]} & listed
    others |= {first["id"]} & _between(trial, first["day"] - IN_THE_PAST, first["day"] - 2 * DAY)
    is_found = first["id"] in listed
    told = say(
        "dates",
        that=say("found" if is_found else "missing"),
        others=say("listed_too" if others else "left_out"),
    )
    trial.note("S-24", holds=is_found and not others, observed=told)


def ask_for_changes(trial: Trial) -> None:
    """What lists do with `updateAfter`: asked for since the second draft was made."""
    id_ = second_draft(trial)["id"]
    _check_listed(trial)
    if not trial.seen.get("change_is_listed"):
        raise NotPossibleError(say("not_listed"))
    shown = trial.sevdesk.read(f"{VOUCHERS}/{id_}").first
    made, changed = _moment(shown.get("create")), _moment(shown.get("update"))
    since_ever = _ids(trial, {"updateAfter": made - 3600})
    since_later = _ids(trial, {"updateAfter": changed + 24 * 3600})
    if id_ not in since_ever:
        told = "nothing_listed"
    elif id_ in since_later:
        told = "ignored"
    elif changed - made < 2:
        raise NotPossibleError(say("one_second"))
    else:
        is_listed = id_ in _ids(trial, {"updateAfter": changed - 1})
        told = "understood" if is_listed else "create_after"
    trial.note("S-23", holds=told == "understood", observed=say(told))


def _check_listed(trial: Trial) -> None:
    """Whether a filter can be told at all.

    Raises:
        NotPossibleError: the list does not show the drafts, whatever it is asked for.
    """
    if not trial.seen.get("are_listed"):
        raise NotPossibleError(say("not_listed"))


def _ids(trial: Trial, query: Json) -> set[str]:
    return {str(one.get("id")) for one in all_of(trial, VOUCHERS, query)}


def _between(trial: Trial, start: date, end: date) -> set[str]:
    """Vouchers of these days, both inclusive."""

    def midnight(day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=BERLIN).timestamp())

    return _ids(trial, {"startDate": midnight(start), "endDate": midnight(end)})


def _moment(text: object) -> int:
    return int(datetime.fromisoformat(str(text)).timestamp())
