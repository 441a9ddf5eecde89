"""Whether sevDesk holds an invoice already: by all its vouchers, or by those that are new since.

Dates are edited and invoices are booked by hand, so only a look at all revenue vouchers shows
that there is none. To look twice in each run would cost more with every year. So who has read all
of them leaves a mark, and the next look of the run reads what was made since, as long as sevDesk's
own count says that nothing else came or went.
"""

import logging
from collections.abc import Sequence

from cobot_sevdesk.clients.sevdesk_vouchers import Vouchers
from cobot_sevdesk.domain.outcome import AllRead
from cobot_sevdesk.domain.voucher import BookedVoucher

log = logging.getLogger(__name__)

LAG_SECONDS = 60
"""Vouchers that the list did not show yet may have been made so long before its youngest: whether
lists lag behind writes is not documented. One that comes later still changes the count."""
FEW = 2000
"""Where it saves no more than so many, all are read again: that takes no more requests."""


def read_all(vouchers: Vouchers) -> tuple[list[BookedVoucher], AllRead | None]:
    """Every revenue voucher, and the mark for `read_since`; none where it would save nothing."""
    found = list(vouchers.iter())
    return found, _mark(found)


def read_since(vouchers: Vouchers, mark: AllRead | None) -> list[BookedVoucher]:
    """What was made since all were read; all of them wherever that is not beyond doubt.

    sevDesk ignores filters that it does not understand, and nobody has measured this one: it is
    believed only where the vouchers that it leaves out are exactly as many as there were.
    """
    if mark is None:
        return list(vouchers.iter())
    total = vouchers.count()
    recent = [one for one in vouchers.iter_made_since(mark.since) if _is_since(one, mark.since)]
    if total is None or total - len(recent) != mark.older:
        log.info("Vouchers came or went meanwhile, or sevDesk cannot tell: reading all again")
        return list(vouchers.iter())
    return recent


def _mark(vouchers: Sequence[BookedVoucher]) -> AllRead | None:
    moments = [one.made_at for one in vouchers]
    known = [moment for moment in moments if moment is not None]
    if not known or len(known) < len(moments):
        return None
    since = max(known) - LAG_SECONDS
    older = sum(moment < since for moment in known)
    return AllRead(since, older) if older > FEW else None


def _is_since(voucher: BookedVoucher, since: int) -> bool:
    return voucher.made_at is None or voucher.made_at >= since
