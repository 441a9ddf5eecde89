"""What became of booked invoices in Cobot: not in its list any more, or with other lines."""

from collections import Counter
from collections.abc import Iterable, Sequence

from cobot_sevdesk.domain.contact import AddressBook
from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.keys import invoice_keys, without_marker
from cobot_sevdesk.domain.member import UnreadableMember
from cobot_sevdesk.domain.outcome import Listed
from cobot_sevdesk.domain.planning import Ledger
from cobot_sevdesk.domain.voucher import BookedVoucher, Voucher
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.steps.space import Space


def gone_from_cobot(
    space: Space,
    invoices: Iterable[Invoice | UnreadableInvoice],
    ledger: Ledger,
    window: Window,
) -> list[Listed]:
    """What `find_orphans` finds, for the report."""
    why = "no longer in Cobot on this date: deleted, or given another date"
    orphans = find_orphans(space, invoices, ledger, window)
    return [Listed("", without_marker(voucher.description), why) for voucher in orphans]


def find_orphans(
    space: Space,
    invoices: Iterable[Invoice | UnreadableInvoice],
    ledger: Ledger,
    window: Window,
) -> list[BookedVoucher]:
    """Our vouchers dated in the window whose invoice is not in Cobot's list of it.

    A key does not say which space it belongs to. Where several spaces book into one sevDesk
    account, only vouchers linked to a contact of this space's members are told.
    """
    known = {key for invoice in invoices for key in invoice_keys(invoice.id)}
    orphans = [
        own[0]
        for key, own in ledger.keyed.items()
        if key not in known and own[0].date is not None and own[0].date in window
    ]
    if orphans and space.shares_sevdesk():
        orphans = _of_own_members(space, orphans)
    return orphans


def changed_lines(
    space: Space, wanted: Sequence[Voucher], standing: Sequence[BookedVoucher]
) -> tuple[str, ...]:
    """Whether vouchers stand on other accounts or rates than their invoice asks for now, in words.

    Two requests for each; only for those that a crash left half done.
    """
    booked = Counter(
        (position.account_id, position.rate)
        for voucher in standing
        for position in space.sevdesk.vouchers.get_positions(voucher.id)
    )
    if any(account is None for account, _ in booked):
        return ()  # sevDesk does not tell
    meant = Counter((one.account_id, one.rate) for voucher in wanted for one in voucher.positions)
    return () if booked == meant else ("lines changed",)


def _of_own_members(space: Space, vouchers: list[BookedVoucher]) -> list[BookedVoucher]:
    book = AddressBook(space.sevdesk.contacts.iter())
    keys = {m.key for m in space.cobot.iter_members() if not isinstance(m, UnreadableMember)}
    own = []
    for voucher in vouchers:
        contact = book.find(voucher.contact_id)
        if contact is not None and contact.keys & keys:
            own.append(voucher)
    return own
