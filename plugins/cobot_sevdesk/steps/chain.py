"""The steps of a run one after another, where no tasks stand between them: repair and preflight."""

from dataclasses import dataclass

from cobot_sevdesk.domain.outcome import (
    InvoicesChecked,
    InvoicesFound,
    MembersFound,
    MembersSynced,
    Pushed,
)
from cobot_sevdesk.steps.contacts import sync_members
from cobot_sevdesk.steps.invoices import check_invoices
from cobot_sevdesk.steps.push import push_vouchers
from cobot_sevdesk.steps.space import Space


@dataclass(frozen=True)
class Through:
    """What each step came to; `pushed.problems` holds those of all."""

    synced: MembersSynced
    checked: InvoicesChecked
    pushed: Pushed


def go_through(
    space: Space, members: MembersFound, invoices: InvoicesFound, *, dry_run: bool
) -> Through:
    """Give the members their contacts, check the invoices, book what can be booked."""
    synced = sync_members(space, members, dry_run=dry_run)
    checked = check_invoices(space, invoices)
    return Through(synced, checked, push_vouchers(space, checked, synced, dry_run=dry_run))
