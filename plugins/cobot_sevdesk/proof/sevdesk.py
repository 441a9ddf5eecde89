"""What reading shows of sevDesk; every preflight looks at it. Nothing is written."""

from collections import Counter

from cobot_sevdesk.clients.probe import Probe, Reply
from cobot_sevdesk.clients.transport import Query
from cobot_sevdesk.proof.assumptions import say
from cobot_sevdesk.proof.cobot import note_nulls
from cobot_sevdesk.proof.trial import PAGE, Json, NotPossibleError, Trial, all_of

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
NO_ID = "999999999"
BAD_REQUEST, UNAUTHORIZED, NOT_FOUND = 400, 401, 404


class _Lists:
    """What the first pages of all lists show of paging and counting."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self.asked = 0
        self.longest = 0
        self.full = ""
        self.capped: list[object] = []
        self.totals: list[object] = []

    def look_at(self, path: str) -> None:
        """Read one page, and what follows it."""
        query: Query = {"depth": 1} if path == "/Contact" else {}
        reply = self._page(path, query)
        if reply.status == BAD_REQUEST:
            self.capped.append(say("limit_refused", where=path))
        if not reply.is_success:
            return
        self.asked += 1
        rows = reply.content if isinstance(reply.content, list) else []
        note_nulls(self._trial, path, rows)
        count = len(reply.listed)
        self.longest = max(self.longest, count)
        if count >= PAGE:
            self.full = path
        goes_on = count > 0 and self._goes_on(path, query, reply.listed)
        if goes_on and count < PAGE:
            self.capped.append(say("capped", where=path, count=count))
        self._look_at_total(path, query, reply, goes_on=goes_on)

    def _look_at_total(self, path: str, query: Query, reply: Reply, *, goes_on: bool) -> None:
        if _total(reply) is None:
            self.totals.append(say("without_total", where=path))
        elif not _fits(reply, goes_on=goes_on) and not (
            # Somebody may have made something in between.
            _fits(again := self._page(path, query), goes_on=goes_on) and again.is_success
        ):
            self.totals.append(say("wrong_total", where=path))

    def _page(self, path: str, query: Query) -> Reply:
        paging: Query = {"limit": PAGE, "offset": 0, "countAll": "true"}
        return self._trial.sevdesk.read(path, {**paging, **query})

    def _goes_on(self, path: str, query: Query, rows: list[Json]) -> bool:
        """Whether objects that were not on the page follow it; `offset` may be ignored, too."""
        reply = self._trial.sevdesk.read(path, {"limit": 1, "offset": len(rows), **query})
        shown = {str(one.get("id")) for one in rows}
        return any(str(one.get("id")) not in shown for one in reply.listed)


def read_lists(trial: Trial) -> None:
    """Every list once: its page, its total, what stands between the objects."""
    lists = _Lists(trial)
    for path in LISTS:
        lists.look_at(path)
    if lists.asked:
        told = say("list", parts=tuple(lists.totals)) if lists.totals else say("every_list")
        trial.note("S-03", holds=not lists.totals, observed=told)
    if lists.capped:
        trial.note("S-02", holds=False, observed=say("list", parts=tuple(lists.capped)))
    elif lists.full:
        told = say("full_page", where=lists.full, count=PAGE)
        trial.note("S-02", holds=True, observed=told)
    else:
        # A cap of 500 cannot be seen by a list of 250: only a full page tells.
        trial.skip("S-02", say("too_short", count=lists.longest))


def read_missing_object(trial: Trial) -> None:
    """How sevDesk says that something does not exist."""
    reply = trial.sevdesk.read(f"/Voucher/{NO_ID}")
    told = say("http", status=reply.status)
    trial.note("S-06", holds=reply.status == NOT_FOUND, observed=told)


def read_countries(trial: Trial) -> None:
    """The undocumented list."""
    reply = trial.sevdesk.read("/StaticCountry", {"limit": 1})
    holds = any(one.get("code") for one in reply.listed)
    trial.note("S-07", holds=holds, observed=say("http", status=reply.status))


def read_guidance(trial: Trial) -> None:
    """The booking accounts."""
    reply = trial.sevdesk.read("/ReceiptGuidance/forRevenue")
    rows = reply.content if isinstance(reply.content, list) else []
    if not reply.listed:
        raise NotPossibleError(say("no_guidance", status=reply.status))
    note_nulls(trial, "/ReceiptGuidance", rows)
    bare = sum(not one.get("accountNumber") for one in reply.listed)
    told = say("without_number", count=bare, all=len(reply.listed))
    trial.note("S-08", holds=not bare, observed=told)


def read_cost_centres(trial: Trial) -> None:
    """Whether their numbers are unique."""
    rows = all_of(trial, "/CostCentre")
    numbers = Counter(one.get("number") for one in rows if one.get("number"))
    trial.seen["cost_centre"] = next((one.get("id") for one in rows), None)
    if not numbers:
        raise NotPossibleError(say("no_cost_centre"))
    doubled = sum(count > 1 for count in numbers.values())
    told = say("doubled", count=doubled, all=len(numbers))
    trial.note("S-10", holds=not doubled, observed=told)


def read_with_wrong_token(trial: Trial) -> None:
    """What sevDesk answers to a token that opens nothing."""
    transport = trial.account.sevdesk.transport.with_wrong_token()
    reply = Probe(transport).read("/Tools/bookkeepingSystemVersion")
    told = say("http", status=reply.status)
    trial.note("S-11", holds=reply.status == UNAUTHORIZED, observed=told)


def _total(reply: Reply) -> int | None:
    total = reply.body.get("total") if isinstance(reply.body, dict) else None
    return int(str(total)) if total is not None else None


def _fits(reply: Reply, *, goes_on: bool) -> bool:
    """Whether a total agrees with what was seen; whether nulls count is not known."""
    total, count = _total(reply) or 0, len(reply.listed)
    if goes_on:
        return total > count
    return total in {count, len(reply.content) if isinstance(reply.content, list) else count}
