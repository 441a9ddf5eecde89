"""What reading shows of both services; every preflight looks at it. Nothing is written.

The lists of sevDesk are in `lists`.
"""

import json
from collections import Counter
from collections.abc import Iterable

from cobot_sevdesk.clients.cobot.access import NOBODY
from cobot_sevdesk.errors import ConnectionConfigError, UnreadableAnswerError
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.probe import Json, Probe
from cobot_sevdesk.proof.trial import NotPossibleError, Trial, all_of, note_nulls, order_of

PAGE = 200
MOST_PAGES = 10
"""Pages of invoices that are looked through."""
LONG_AGO = "2005-01-01"
"""Before Cobot had any invoice."""
LONGEST_PDF = 120
"""Seconds."""
NO_ID = "999999999"
UNAUTHORIZED, NOT_FOUND = 401, 404


# --- Cobot


def read_invoice_pages(trial: Trial) -> None:
    """What the invoices since go-live show, the first pages of them."""
    page = trial.seen["page"] = _page(trial)
    entries = list(page["data"])
    for number in range(2, min(_pages_of(page), MOST_PAGES) + 1):
        entries += _page(trial, number=number)["data"]
    note_nulls(trial, "/invoices", entries)
    rows = trial.seen["invoices"] = _objects(entries)
    if not rows:
        raise NotPossibleError("no_invoice")
    nameless = sum(not one.get("id") for one in rows)
    trial.note("C-03", "without_id", holds=not nameless, count=nameless, all=len(rows))
    _note_links(trial, page)
    _note_debtors(trial, rows)
    _note_numbers(trial, rows)


def read_page_length(trial: Trial) -> None:
    """How long a page is, where there are enough invoices: since go-live, else since ever."""
    page = trial.seen["page"]
    if _pages_of(page) < 2:
        page = _page(trial, start=LONG_AGO)
    if _pages_of(page) < 2:
        raise NotPossibleError("one_page")
    count = len(page["data"])
    trial.note("C-05", "entries", holds=count >= PAGE, count=count)


def read_invoice_order(trial: Trial) -> None:
    """The order of the invoices; asked three times, since chance may look like an order."""
    orders = set()
    for page in (trial.seen["page"], _page(trial), _page(trial)):
        days = [_day_of(one) for one in _objects(page["data"])]
        if len(set(days)) < 2:
            raise NotPossibleError("one_date")
        orders.add(order_of(days, up="oldest", down="newest"))
    order = orders.pop() if len(orders) == 1 else "no_order"
    trial.note("C-01", order, holds=order == "newest")


def read_invoice_dates(trial: Trial) -> None:
    """Whether a span of one day holds the invoices of that day, and no others."""
    known = Counter(_day_of(one) for one in trial.seen["invoices"])
    day = min(filter(None, known), default="")
    if not day:
        raise NotPossibleError("no_date")
    rows = _objects(_page(trial, start=day, end=day)["data"])
    found = Counter(_day_of(one) for one in rows)
    told = "exclusive" if found[day] < min(known[day], PAGE) else "inclusive"
    if found.keys() - {day, ""}:
        told = "others_too"
    trial.note("C-02", told, holds=told == "inclusive")


def read_pdf(trial: Trial) -> None:
    """One document."""
    ids = [str(one["id"]) for one in trial.seen["invoices"] if one.get("id")]
    if not ids:
        raise NotPossibleError("no_invoice")
    began = trial.now()
    try:
        with trial.account.cobot.get_pdf(ids[0]) as pdf:
            size = len(pdf.read())
    except UnreadableAnswerError as error:
        if error.field == "PDF":
            raise  # no document at all
        trial.note("C-13", "too_large", holds=False)
        return
    seconds = trial.now() - began
    told = say("pdf", size=max(size // 1024, 1), seconds=round(seconds, 1))
    trial.note("C-13", told, holds=seconds <= LONGEST_PDF)


def read_user(trial: Trial) -> None:
    """The spaces of the token's owner."""
    reply = trial.cobot2.read("/user", {"include": "adminOf"})
    included = reply.body.get("included") if isinstance(reply.body, dict) else None
    rows = _objects(included or ())
    shown = any(one.get("type") == "spaces" for one in rows)
    trial.note("C-08", "shown" if shown else "no_spaces", holds=shown, status=reply.status)


def read_members(trial: Trial) -> None:
    """All memberships, as later steps need them."""
    try:
        reply = trial.cobot1.read("/memberships", {"all": "true"})
    except ConnectionConfigError as error:
        if error.word != "connection.moved":
            raise
        trial.note("C-07", "redirected", holds=False)
        return
    if not isinstance(reply.body, list):
        raise NotPossibleError("no_list", status=reply.status)
    trial.note("C-07", "answers", holds=True)
    note_nulls(trial, "/memberships", reply.body)
    trial.seen["members"] = _objects(reply.body)


def read_ended_members(trial: Trial) -> None:
    """Whether members that have ended are listed; else one is looked for among the debtors."""
    members = trial.seen.get("members", [])
    if any(_has_ended(trial, one) for one in members):
        trial.note("C-10", "listed", holds=True)
        return
    listed = {one.get("id") for one in members}
    debtors = {debtor_of(one) for one in trial.seen.get("invoices", [])}
    for id_ in sorted(filter(None, debtors - listed))[:5]:
        found = trial.cobot1.read(f"/memberships/{id_}").body
        if isinstance(found, dict) and _has_ended(trial, found):
            trial.note("C-10", "ended_missing", holds=False)
            return
    raise NotPossibleError("none_ended")


def read_space_by_name(trial: Trial) -> None:
    """The address of the space that nobody has documented."""
    reply = trial.cobot1.read(f"/spaces/{trial.account.subdomain}")
    found = reply.body.get("id") if isinstance(reply.body, dict) else None
    is_same = str(found) == trial.account.cobot.space.get()
    word = "another_space" if reply.is_success and not is_same else "http"
    trial.note("C-09", word, holds=reply.is_success and is_same, status=reply.status)


def read_api1_error(trial: Trial) -> None:
    """How API 1 says that something does not exist."""
    trial.cobot1.read(f"/memberships/{NOBODY}")
    last = trial.listener.last
    try:
        shape = _shape(json.loads(last.body) if last else None)
    except ValueError:
        shape = "no_json"
    trial.note("C-14", shape, holds=shape == "errors_by_field")


def read_cobot_with_wrong_token(trial: Trial) -> None:
    """What Cobot answers to a token that opens nothing."""
    reply = Probe(trial.account.cobot.api2.with_wrong_token()).read("/user")
    trial.note("C-06", "http", holds=reply.status == UNAUTHORIZED, status=reply.status)


# --- sevDesk


def read_missing_object(trial: Trial) -> None:
    """How sevDesk says that something does not exist."""
    reply = trial.sevdesk.read(f"/Voucher/{NO_ID}")
    trial.note("S-06", "http", holds=reply.status == NOT_FOUND, status=reply.status)


def read_countries(trial: Trial) -> None:
    """The undocumented list."""
    reply = trial.sevdesk.read("/StaticCountry", {"limit": 1})
    holds = any(one.get("code") for one in reply.listed)
    trial.note("S-07", "http", holds=holds, status=reply.status)


def read_guidance(trial: Trial) -> None:
    """The booking accounts."""
    reply = trial.sevdesk.read("/ReceiptGuidance/forRevenue")
    rows = reply.content if isinstance(reply.content, list) else []
    if not reply.listed:
        raise NotPossibleError("no_guidance", status=reply.status)
    note_nulls(trial, "/ReceiptGuidance", rows)
    bare = sum(not one.get("accountNumber") for one in reply.listed)
    trial.note("S-08", "without_number", holds=not bare, count=bare, all=len(reply.listed))


def read_cost_centres(trial: Trial) -> None:
    """Whether their numbers are unique."""
    rows = all_of(trial, "/CostCentre")
    trial.seen["cost_centre"] = next((one.get("id") for one in rows), None)
    if not any(one.get("number") for one in rows):
        raise NotPossibleError("no_cost_centre")
    _note_doubled(trial, "S-10", rows)


def read_sevdesk_with_wrong_token(trial: Trial) -> None:
    """What sevDesk answers to a token that opens nothing."""
    transport = trial.account.sevdesk.transport.with_wrong_token()
    reply = Probe(transport).read("/Tools/bookkeepingSystemVersion")
    trial.note("S-11", "http", holds=reply.status == UNAUTHORIZED, status=reply.status)


# --- what the steps share


def debtor_of(invoice: Json) -> str | None:
    """The membership that an invoice names."""
    relations = invoice.get("relationships") or {}
    for name in ("debitor", "membership"):
        found = (relations.get(name) or {}).get("data") or {}
        if found.get("type") == "memberships":
            return str(found.get("id"))
    return None


def _page(trial: Trial, *, start: str = "", end: str = "", number: int = 1) -> Json:
    """A page of invoices: of those since go-live, unless other dates are given."""
    account = trial.account
    query: dict[str, str | int] = {
        "filter[from]": start or min(account.rules.sync_from, account.today).isoformat(),
        "filter[to]": end or account.today.isoformat(),
        "page[size]": PAGE,
    }
    if number > 1:
        query["page[number]"] = number
    reply = trial.cobot2.read(f"/spaces/{account.cobot.space.get()}/invoices", query)
    if not isinstance(reply.body, dict) or not isinstance(reply.body.get("data"), list):
        raise NotPossibleError("no_list", status=reply.status)
    return reply.body


def _pages_of(page: Json) -> int:
    return int((page.get("meta") or {}).get("totalPages") or 1)


def _note_links(trial: Trial, page: Json) -> None:
    links = [str(one) for one in (page.get("links") or {}).values() if one]
    form = "absolute" if all("://" in one for one in links) else "relative"
    trial.note("C-04", form if links else "no_links", holds=bool(links) and form == "absolute")


def _note_debtors(trial: Trial, rows: list[Json]) -> None:
    named = set()
    for row in rows:
        relations = row.get("relationships") or {}
        today = "debitor" in relations
        older = any(name in relations for name in ("membership", "team", "contact"))
        if today or older:
            named.add("both_names" if today and older else "debitor" if today else "older_name")
    if named:
        told = say("list", parts=tuple(map(say, sorted(named))))
        trial.note("C-11", told, holds="older_name" not in named)
    else:
        trial.skip("C-11", "no_debtor")


def _note_numbers(trial: Trial, rows: list[Json]) -> None:
    shown = [row.get("attributes") or {} for row in rows]
    _note_doubled(trial, "C-15", shown)
    canceled = sum(one.get("paidStatus") == "canceled" for one in shown)
    trial.note("C-16", "count_of", holds=not canceled, count=canceled, all=len(rows))


def _note_doubled(trial: Trial, id_: str, rows: Iterable[Json]) -> None:
    """Whether numbers are unique."""
    numbers = Counter(one.get("number") for one in rows if one.get("number"))
    doubled = sum(count > 1 for count in numbers.values())
    trial.note(id_, "doubled", holds=not doubled, count=doubled, all=len(numbers))


def _objects(rows: Iterable[object]) -> list[Json]:
    return [one for one in rows if isinstance(one, dict)]


def _shape(body: object) -> str:
    """The word for the shape of an error."""
    match body:
        case {"errors": dict()}:
            return "errors_by_field"
        case {"errors": list()}:
            return "texts"
        case {"error": _}:
            return "one_text"
        case dict():
            return "bare"
        case _:
            return "no_json"


def _day_of(invoice: Json) -> str:
    return str((invoice.get("attributes") or {}).get("invoiceDate") or "")[:10]


def _has_ended(trial: Trial, member: Json) -> bool:
    """Whether the last day of a membership lies behind; one that is cancelled may still run."""
    last = str(member.get("canceled_to") or "").replace("/", "-")[:10]
    return bool(last) and last < trial.account.today.isoformat()
