"""Whether sevDesk holds an invoice already: by all its vouchers, or by those that changed since.

Dates are edited and invoices are booked by hand, so only a look at all revenue vouchers shows
that there is none. To look twice in each run would cost more with every year. So who has looked
at all leaves a mark, and the next look of the run reads what was made or changed since, as long as
sevDesk's own count says that the others are as many as they were.
"""

import logging
from collections.abc import Sequence

from cobot_sevdesk.clients.sevdesk_vouchers import Vouchers
from cobot_sevdesk.domain.outcome import LookMark
from cobot_sevdesk.domain.voucher import BookedVoucher

log = logging.getLogger(__name__)

LAG_SECONDS = 60
"""Slack before the last change seen: one made so long before it may not have been listed yet, since
nobody documents whether lists lag behind writes. One that comes later still changes the count."""
FEW = 2000
"""Where it saves no more than so many, all are read again: that takes no more requests."""


def read_all(vouchers: Vouchers) -> tuple[list[BookedVoucher], LookMark | None]:
    """Every revenue voucher, and the mark for `read_since`; none where it would save nothing."""
    found = list(vouchers.iter())
    return found, _mark(found)


def read_since(vouchers: Vouchers, mark: LookMark | None) -> list[BookedVoucher]:
    """What was made or changed since the mark; all vouchers where that may not be everything.

    sevDesk ignores filters that it does not understand, and nobody has measured this one: it is
    believed only where the vouchers that it leaves out are exactly as many as there were.
    """
    if mark is None:
        return list(vouchers.iter())
    total = vouchers.count()
    found = list(vouchers.iter_changed_since(mark.since))
    recent = [voucher for voucher in found if _is_recent(voucher, mark)]
    if total is not None and total - len(recent) == mark.older:
        return recent
    if len(found) == total:
        return found
    log.info("Vouchers changed or went since the first look: reading all again")
    return list(vouchers.iter())


def _mark(vouchers: Sequence[BookedVoucher]) -> LookMark | None:
    moments = [voucher.changed_at for voucher in vouchers]
    known = [moment for moment in moments if moment is not None]
    if not known or len(known) < len(moments):
        return None
    since = max(known) - LAG_SECONDS
    older = sum(moment < since for moment in known)
    return LookMark(since, older) if older > FEW else None


def _is_recent(voucher: BookedVoucher, mark: LookMark) -> bool:
    return voucher.changed_at is None or voucher.changed_at >= mark.since
