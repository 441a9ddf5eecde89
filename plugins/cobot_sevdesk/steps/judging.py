"""What should become of invoices, as they are in Cobot now: for the check, and for the push."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cobot_sevdesk.domain.invoice import Invoice, UnreadableInvoice
from cobot_sevdesk.domain.mapping import Held, Setup, Skipped, judge
from cobot_sevdesk.domain.outcome import Listed
from cobot_sevdesk.domain.problems import HeldInvoice, Reason
from cobot_sevdesk.domain.voucher import Voucher
from cobot_sevdesk.steps.reading import read_again
from cobot_sevdesk.steps.space import Space


@dataclass(frozen=True)
class Judged:
    """What each invoice should become, or why not now, or why not at all."""

    bookable: list[tuple[Invoice, tuple[Voucher, ...]]] = field(default_factory=list)
    held: list[tuple[Invoice | UnreadableInvoice, tuple[Reason, ...]]] = field(default_factory=list)
    skipped: list[Listed] = field(default_factory=list)
    is_renumbered: bool = False
    """Whether an invoice had another number before: nobody has looked for this one."""


def judge_afresh(space: Space, wanted: Sequence[HeldInvoice], setup: Setup) -> Judged:
    """Read the invoices again and judge them: they may have changed since they were found."""
    now = read_again(space, wanted)
    before = {one.id: one.number for one in wanted}
    judged = Judged(is_renumbered=any(one.number != before[id_] for id_, one in now.items()))
    for one in wanted:
        invoice = now.get(one.id)
        if invoice is None:
            judged.skipped.append(Listed(one.id, one.number, "deleted in Cobot"))
            continue
        verdict = judge(invoice, space=space.rules, setup=setup, today=space.today)
        if isinstance(verdict, Held):
            judged.held.append((invoice, verdict.reasons))
        elif isinstance(verdict, Skipped):
            judged.skipped.append(Listed(one.id, one.number, verdict.why))
        elif isinstance(invoice, Invoice):
            judged.bookable.append((invoice, verdict.vouchers))
    return judged
