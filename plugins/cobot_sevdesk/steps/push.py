"""Exactly one complete voucher for each bookable invoice."""

from contextlib import nullcontext

from cobot_sevdesk.domain.outcome import InvoicesChecked, MembersSynced, Pushed
from cobot_sevdesk.domain.problems import Problems
from cobot_sevdesk.errors import OutcomeUnknownError, RemoteUnavailableError
from cobot_sevdesk.steps.booking import Booking
from cobot_sevdesk.steps.lock import sole_writer
from cobot_sevdesk.steps.space import ENDS, Space, stop_reason
from cobot_sevdesk.steps.tally import Tally


def push_vouchers(
    space: Space, checked: InvoicesChecked, synced: MembersSynced, *, dry_run: bool
) -> Pushed:
    """Book what can be booked and gather every problem of the run; in a dry run only count.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError: a service is away; the next try goes on
            where this one stopped. On the last try it becomes a problem instead.
    """
    tally = Tally(checked.bookable, Problems((*synced.problems, *checked.problems)))
    if tally.is_stopped():
        tally.hold_the_rest()
    elif checked.bookable:
        # A task that runs again may do so days after the look that left the mark.
        mark = None if space.is_repeat else checked.look_mark
        booking = Booking(space=space, tally=tally, synced=synced, dry_run=dry_run, look_mark=mark)
        with nullcontext() if dry_run else sole_writer(space):
            _book(booking)
    return tally.outcome()


def _book(booking: Booking) -> None:
    try:
        booking.run()
    except ENDS as error:
        booking.tally.stop(stop_reason(error, booking.space))
    except (RemoteUnavailableError, OutcomeUnknownError) as error:
        if not booking.space.last_try:
            raise
        booking.tally.give_up(error)
