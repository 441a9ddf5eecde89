"""The assumptions that reading settles; every preflight looks at them. Nothing is written."""

import json
from collections import Counter
from typing import Any

from cobot_sevdesk.clients.cobot.token_check import NOBODY
from cobot_sevdesk.clients.probe import Probe
from cobot_sevdesk.clients.transport import Query
from cobot_sevdesk.errors import ConnectionConfigError
from cobot_sevdesk.sync.proof_trial import Json, NotPossibleError, Trial

LISTS = (
    "/Voucher",
    "/VoucherPos",
    "/Contact",
    "/ContactAddress",
    "/CommunicationWay",
    "/CostCentre",
    "/Tag",
    "/TagRelation",
    "/StaticCountry",
)
DEFAULT_LIMIT = 100
"""Objects on a page of sevDesk where no limit is asked for."""
PAGE, COBOT_PAGE = 1000, 200
NO_ID = "999999999"
BAD_REQUEST, UNAUTHORIZED, NOT_FOUND = 400, 401, 404


# --- Cobot


def invoice_page(trial: Trial, **more: str | int) -> Json:
    """The first page of the invoices since go-live; `more` replaces parts of the query."""
    account = trial.account
    first = min(account.rules.sync_from, account.today).isoformat()
    query: dict[str, str | int] = {
        "filter[from]": more.pop("start", first),
        "filter[to]": more.pop("end", account.today.isoformat()),
        "page[size]": COBOT_PAGE,
    }
    reply = trial.cobot2.read(f"/spaces/{account.cobot.space.get()}/invoices", query)
    if not isinstance(reply.body, dict) or not isinstance(reply.body.get("data"), list):
        raise NotPossibleError(f"no list of invoices (HTTP {reply.status})")
    return reply.body


def read_invoice_page(trial: Trial) -> None:
    """What one page of invoices shows."""
    page = trial.seen["invoices"] = invoice_page(trial)
    rows = [one for one in page["data"] if isinstance(one, dict)]
    _note_nulls(trial, "invoices", page["data"])
    if not rows:
        raise NotPossibleError("no invoice since go-live")
    nameless = sum("id" not in one for one in rows)
    trial.note("C-03", holds=not nameless, observed=f"{nameless} of {len(rows)} without id")
    link = (page.get("links") or {}).get("self")
    form = "none" if not link else "absolute" if "://" in str(link) else "relative"
    trial.note("C-04", holds=form == "absolute", observed=form)
    pages = int((page.get("meta") or {}).get("totalPages") or 1)
    if pages > 1:
        holds = len(page["data"]) >= COBOT_PAGE
        trial.note("C-05", holds=holds, observed=f"{len(page['data'])} entries on a page")
    else:
        trial.skip("C-05", "the list has one page only")
    _note_debtors(trial, rows)
    _note_numbers(trial, rows)


def _note_debtors(trial: Trial, rows: list[Json]) -> None:
    named: Counter[str] = Counter()
    for row in rows:
        relations = row.get("relationships") or {}
        today = "debitor" in relations
        older = any(name in relations for name in ("membership", "team", "contact"))
        if today or older:
            named["both" if today and older else "debitor" if today else "the older name"] += 1
    if named:
        holds = "the older name" not in named
        trial.note("C-11", holds=holds, observed=", ".join(sorted(named)))
    else:
        trial.skip("C-11", "no invoice names a debtor")


def _note_numbers(trial: Trial, rows: list[Json]) -> None:
    shown = [row.get("attributes") or {} for row in rows]
    numbers = Counter(one.get("number") for one in shown if one.get("number"))
    doubled = sum(count > 1 for count in numbers.values())
    trial.note("C-15", holds=not doubled, observed=f"{doubled} doubled of {len(numbers)}")
    canceled = sum(one.get("paidStatus") == "canceled" for one in shown)
    trial.note("C-16", holds=not canceled, observed=f"{canceled} of {len(rows)}")


def read_invoice_order(trial: Trial) -> None:
    """The order of the invoices; asked three times, since chance may look like an order."""
    pages = [trial.seen["invoices"], invoice_page(trial), invoice_page(trial)]
    orders = set()
    for page in pages:
        days = [_day_of(one) for one in page["data"] if isinstance(one, dict)]
        if len(set(days)) < 2:
            raise NotPossibleError("all invoices have one date")
        is_newest, is_oldest = days == sorted(days, reverse=True), days == sorted(days)
        orders.add("newest first" if is_newest else "oldest first" if is_oldest else "no order")
    order = orders.pop() if len(orders) == 1 else "no order"
    trial.note("C-01", holds=order == "newest first", observed=order)


def read_invoice_dates(trial: Trial) -> None:
    """Whether a span of one day holds the invoices of that day."""
    days = sorted(_day_of(one) for one in trial.seen["invoices"]["data"] if isinstance(one, dict))
    if not days or not days[0]:
        raise NotPossibleError("no invoice has a date")
    found = invoice_page(trial, start=days[0], end=days[0])["data"]
    trial.note("C-02", holds=bool(found), observed="inclusive" if found else "exclusive")


def read_pdf(trial: Trial) -> None:
    """One document."""
    ids = [str(one["id"]) for one in trial.seen["invoices"]["data"] if one and one.get("id")]
    if not ids:
        raise NotPossibleError("no invoice since go-live")
    began = trial.now()
    with trial.account.cobot.get_pdf(ids[0]) as pdf:
        size = len(pdf.read())
    seconds = trial.now() - began
    trial.note("C-13", holds=True, observed=f"{max(size // 1024, 1)} KB in {seconds:.1f} s")


def read_user(trial: Trial) -> None:
    """The spaces of the token's owner."""
    reply = trial.cobot2.read("/user", {"include": "adminOf"})
    shown = isinstance(reply.body, dict) and bool(reply.body.get("included"))
    trial.note("C-08", holds=shown, observed="shown" if shown else f"HTTP {reply.status}, none")


def read_members(trial: Trial) -> None:
    """All memberships, as later steps need them."""
    try:
        reply = trial.cobot1.read("/memberships", {"all": "true"})
    except ConnectionConfigError as error:
        if error.word != "connection.moved":
            raise
        trial.note("C-07", holds=False, observed="redirected to another host")
        return
    if not isinstance(reply.body, list):
        raise NotPossibleError(f"no list of members (HTTP {reply.status})")
    trial.note("C-07", holds=True, observed="answers")
    _note_nulls(trial, "memberships", reply.body)
    trial.seen["members"] = [one for one in reply.body if isinstance(one, dict)]


def read_ended_members(trial: Trial) -> None:
    """Whether members that have ended are listed; else one is looked for among the debtors."""
    members = trial.seen.get("members", [])
    if any(one.get("canceled_to") for one in members):
        trial.note("C-10", holds=True, observed="listed")
        return
    listed = {one.get("id") for one in members}
    debtors = {debtor_of(one) for one in trial.seen.get("invoices", {}).get("data", []) if one}
    for id_ in sorted(filter(None, debtors - listed))[:5]:
        found = trial.cobot1.read(f"/memberships/{id_}").body
        if isinstance(found, dict) and found.get("canceled_to"):
            trial.note("C-10", holds=False, observed="one that has ended is not listed")
            return
    raise NotPossibleError("no membership has ended")


def read_space_by_name(trial: Trial) -> None:
    """The address of the space that nobody has documented."""
    reply = trial.cobot1.read(f"/spaces/{trial.account.subdomain}")
    trial.note("C-09", holds=reply.is_success, observed=f"HTTP {reply.status}")


def read_api1_error(trial: Trial) -> None:
    """How API 1 says that something does not exist."""
    trial.cobot1.read(f"/memberships/{NOBODY}")
    last = trial.listener.last
    try:
        body = json.loads(last.body) if last else None
    except ValueError:
        body = None
    inner = body.get("errors") if isinstance(body, dict) else None
    shape = (
        *(["errors by field"] if isinstance(inner, dict) else []),
        *(["a list of texts"] if isinstance(inner, list) else []),
        *(["one text"] if isinstance(body, dict) and "error" in body else []),
        "fields without envelope" if isinstance(body, dict) else "no JSON",
    )[0]
    trial.note("C-14", holds=shape == "errors by field", observed=shape)


def read_with_wrong_cobot_token(trial: Trial) -> None:
    """What Cobot answers to a token that opens nothing."""
    reply = Probe(trial.account.cobot.api2.with_wrong_token()).read("/user")
    trial.note("C-06", holds=reply.status == UNAUTHORIZED, observed=f"HTTP {reply.status}")


def read_with_wrong_sevdesk_token(trial: Trial) -> None:
    """What sevDesk answers to a token that opens nothing."""
    transport = trial.account.sevdesk.transport.with_wrong_token()
    reply = Probe(transport).read("/Tools/bookkeepingSystemVersion")
    trial.note("S-11", holds=reply.status == UNAUTHORIZED, observed=f"HTTP {reply.status}")


# --- sevDesk


def read_lists(trial: Trial) -> None:
    """Every list once: its page, its total, what stands between the objects."""
    longest, capped, without_total, asked = 0, [], [], 0
    for path in LISTS:
        depth = {"depth": 1} if path == "/Contact" else {}
        reply = trial.sevdesk.read(path, {"limit": PAGE, "offset": 0, "countAll": "true", **depth})
        if not reply.is_success:
            if reply.status == BAD_REQUEST:
                capped.append(f"{path}: refused")
            continue
        asked += 1
        rows = reply.content if isinstance(reply.content, list) else []
        _note_nulls(trial, path, rows)
        total = reply.body.get("total") if isinstance(reply.body, dict) else None
        if total is None:
            without_total.append(path)
        count = len(reply.listed)
        longest = max(longest, count)
        if 0 < count < PAGE and _goes_on(trial, path, count, total, depth):
            capped.append(f"{path}: {count} objects")
    if asked:
        told = ", ".join(without_total) or "every list"
        trial.note("S-03", holds=not without_total, observed=told)
    if capped:
        trial.note("S-02", holds=False, observed=", ".join(capped))
    elif longest > DEFAULT_LIMIT:
        trial.note("S-02", holds=True, observed=f"up to {longest} objects on a page")
    else:
        trial.skip("S-02", f"no list has more than {DEFAULT_LIMIT} objects")


def _goes_on(trial: Trial, path: str, count: int, total: object, depth: Query) -> bool:
    """Whether more objects follow a page that held so many."""
    if total is not None:
        return int(str(total)) > count
    return bool(trial.sevdesk.read(path, {"limit": 1, "offset": count, **depth}).listed)


def read_missing_object(trial: Trial) -> None:
    """How sevDesk says that something does not exist."""
    reply = trial.sevdesk.read(f"/Voucher/{NO_ID}")
    trial.note("S-06", holds=reply.status == NOT_FOUND, observed=f"HTTP {reply.status}")


def read_countries(trial: Trial) -> None:
    """The undocumented list."""
    reply = trial.sevdesk.read("/StaticCountry", {"limit": 1})
    trial.note("S-07", holds=bool(reply.listed), observed=f"HTTP {reply.status}")


def read_guidance(trial: Trial) -> None:
    """The booking accounts."""
    reply = trial.sevdesk.read("/ReceiptGuidance/forRevenue")
    rows = reply.content if isinstance(reply.content, list) else []
    if not reply.listed:
        raise NotPossibleError(f"no guidance (HTTP {reply.status})")
    _note_nulls(trial, "guidance", rows)
    trial.seen["guidance"] = reply.listed
    bare = sum(not one.get("accountNumber") for one in reply.listed)
    observed = f"{bare} of {len(reply.listed)} without number"
    trial.note("S-08", holds=not bare, observed=observed)


def read_cost_centres(trial: Trial) -> None:
    """Whether their numbers are unique."""
    reply = trial.sevdesk.read("/CostCentre", {"limit": 100})
    numbers = Counter(one.get("number") for one in reply.listed if one.get("number"))
    trial.seen["cost_centre"] = next((one.get("id") for one in reply.listed), None)
    if not numbers:
        raise NotPossibleError("no cost centre")
    doubled = sum(count > 1 for count in numbers.values())
    trial.note("S-10", holds=not doubled, observed=f"{doubled} doubled of {len(numbers)}")


def _note_nulls(trial: Trial, where: str, rows: list[Any]) -> None:
    nulls = sum(one is None for one in rows)
    trial.note("B-03", holds=not nulls, observed=f"{nulls} in {where}" if nulls else "none")


def _day_of(invoice: Json) -> str:
    return str((invoice.get("attributes") or {}).get("invoiceDate") or "")[:10]


def debtor_of(invoice: Json) -> str | None:
    """The membership that an invoice names."""
    relations = invoice.get("relationships") or {}
    for name in ("debitor", "membership"):
        found = (relations.get(name) or {}).get("data") or {}
        if found.get("type") == "memberships":
            return str(found.get("id"))
    return None
