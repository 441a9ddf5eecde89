"""Whether sevDesk holds an invoice already: by all its vouchers, or by those that changed since.

Dates are edited and invoices are booked by hand, so only a look at all revenue vouchers shows
that there is none. To read them all for each new invoice would cost more with every year. So who
has looked at all leaves a mark, and the next look reads what was made or changed since, as long as
sevDesk's own count says that the others are as many as they were. Within a run that is enough; for
a later run the look also leaves what those others may tie to an invoice (`signs.py`), and where
that is in question, all are read again.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from cobot_sevdesk.clients.sevdesk.vouchers import Vouchers
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.outcome import Look, LookMark
from cobot_sevdesk.domain.signs import may_hold, pack, signs_of, signs_on
from cobot_sevdesk.domain.voucher import BookedVoucher
from cobot_sevdesk.domain.window import DAY

log = logging.getLogger(__name__)

LAG_SECONDS = 60
"""Slack before the last change seen: one made so long before it may not have been listed yet, since
nobody documents whether lists lag behind writes. One that comes later still changes the count."""
FEW = 2000
"""Where it saves no more than so many, all are read again: that takes no more requests."""
WORTH_A_NEW_LOOK = 500
"""Where fewer changed since, the look of the earlier run serves the next one just as well."""
LASTS = 7 * DAY
"""How long runs go on from one reading of all vouchers."""
LONGEST = 200_000
"""Characters of signs that are left to later runs, of some 50,000 vouchers. What Airflow stores for
a task must stay below the 256 kB that MySQL sorts by default (measured)."""
MOST_TOUCHED = 500
"""Edited vouchers that are left to later looks by their ids; of more, nothing is left."""


@dataclass(frozen=True)
class Looked:
    """The vouchers that a look has read, and what the next looks may go on from."""

    vouchers: list[BookedVoucher]
    mark: LookMark | None
    """For the next look of this run; none where it would save nothing."""
    look: Look | None
    """For later runs; none where that of an earlier one still serves them."""


def look_for(
    invoices: Sequence[Invoice | UnreadableInvoice],
    vouchers: Vouchers,
    *,
    earlier: Look | None,
    today: date,
) -> Looked:
    """Every voucher that may be of one of these invoices, among others.

    All revenue vouchers, or those changed since an `earlier` look that shows none of the invoices.
    """
    began = time.monotonic()
    base = earlier if earlier and _serves(earlier, invoices, today) else None
    if earlier and base is None:
        log.info("Reading all vouchers: the look of %s does not tell enough", earlier.read_on)
    found, others = _read(vouchers, base.mark if base else None)
    if base and others is not None and _account_of(found) != base.account:
        found, others = list(vouchers.iter()), None
    if others is None:
        base = None
    # What changes behind a reading while it goes on is seen by the next one.
    slack = LAG_SECONDS + ceil(time.monotonic() - began)
    mark = _mark(found, others or 0, slack=slack, base=base)
    return Looked(found, mark, _look(found, mark, base, today))


def read_since(vouchers: Vouchers, mark: LookMark | None) -> list[BookedVoucher]:
    """What was made or changed since the mark; all vouchers where that may not be everything."""
    return _read(vouchers, mark)[0]


def _read(vouchers: Vouchers, mark: LookMark | None) -> tuple[list[BookedVoucher], int | None]:
    """What was made or changed since the mark, and how many others there are; else all, and `None`.

    sevDesk ignores filters that it does not understand, and nobody has measured this one: it is
    believed only where the vouchers that it leaves out are exactly as many as they must be.
    """
    if mark is None:
        return list(vouchers.iter()), None
    total = vouchers.count()
    found = list(vouchers.iter_changed_since(mark.since))
    if len(found) == total:
        return found, None
    recent = [voucher for voucher in found if _is_recent(voucher, mark)]
    others = mark.older - sum(_was_older(voucher, mark) for voucher in recent)
    if total is not None and total - len(recent) == others:
        return recent, others
    log.info("Vouchers came or went since the earlier look: reading all again")
    return list(vouchers.iter()), None


def _serves(look: Look, invoices: Sequence[Invoice | UnreadableInvoice], today: date) -> bool:
    """Whether none of these invoices can be among the vouchers of the look, unless edited since."""
    if not look.read_on <= today <= look.read_on + LASTS:
        return False
    wanted: set[str] = set()
    for invoice in invoices:
        signs = signs_of(invoice.id, invoice.number) if isinstance(invoice, Invoice) else None
        if signs is None:
            return False
        wanted |= signs
    return not may_hold(look.signs, wanted)


def _mark(
    found: Sequence[BookedVoucher], others: int, *, slack: int, base: Look | None
) -> LookMark | None:
    times = [
        (made, changed)
        for one in found
        if (made := one.made_at) is not None and (changed := one.changed_at) is not None
    ]
    if not times or len(times) < len(found):
        return None
    since = _since(times, slack)
    if base:
        # Of the others nobody knows more than that they did not change since then.
        since = max(since, base.mark.since)
    older = others + sum(changed < since for _, changed in times)
    touched = tuple(
        one.id for one, (made, changed) in zip(found, times, strict=True) if made < since <= changed
    )
    worth = older > FEW and len(touched) <= MOST_TOUCHED
    return LookMark(since, older, touched) if worth else None


def _since(times: Sequence[tuple[int, int]], slack: int) -> int:
    """From when on the next look reads, given when each voucher was made and changed."""
    # A moment to come, of a clock that goes wrong, would hide what changes until then.
    since = min(max(changed for _, changed in times), int(time.time())) - slack
    # One that was edited has to be shown by the next look: a filter for what was made since would
    # not, and so does not add up.
    edits = [changed for made, changed in times if made < min(since, changed - LAG_SECONDS)]
    return min(since, max(edits, default=since))


def _look(
    found: Sequence[BookedVoucher], mark: LookMark | None, base: Look | None, today: date
) -> Look | None:
    account = _account_of(found)
    if mark is None or account is None or (base and len(found) < WORTH_A_NEW_LOOK):
        return None
    signs = pack(
        (sign for one in found for sign in signs_on(one.description)), base.signs if base else ""
    )
    read_on = base.read_on if base else today
    return Look(mark, account, signs, read_on) if len(signs) <= LONGEST else None


def _account_of(found: Sequence[BookedVoucher]) -> str | None:
    """The one account in which all of them stand, if sevDesk tells."""
    accounts = {voucher.sev_client for voucher in found}
    return accounts.pop() if len(accounts) == 1 else None


def _is_recent(voucher: BookedVoucher, mark: LookMark) -> bool:
    return voucher.changed_at is None or voucher.changed_at >= mark.since


def _was_older(voucher: BookedVoucher, mark: LookMark) -> bool:
    """Whether a voucher that changed since is one of those that had not."""
    is_older = voucher.made_at is not None and voucher.made_at < mark.since
    return is_older and voucher.id not in mark.touched
