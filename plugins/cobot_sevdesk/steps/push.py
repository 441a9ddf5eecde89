"""Exactly one complete voucher for each bookable invoice."""

from contextlib import nullcontext

from cobot_sevdesk.domain.outcome import InvoicesChecked, MembersSynced, Pushed
from cobot_sevdesk.domain.problem import Problems
from cobot_sevdesk.errors import OutcomeUnknownError, RemoteUnavailableError
from cobot_sevdesk.steps.booking import Booking
from cobot_sevdesk.steps.lock import sole_writer
from cobot_sevdesk.steps.space import STOPS, Space, stop_reason


def push_vouchers(
    space: Space, checked: InvoicesChecked, synced: MembersSynced, *, dry_run: bool
) -> Pushed:
    """Book what can be booked and gather every problem of the run; in a dry run only count.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError: a service is away; the next try goes on
            where this one stopped. On the last try it becomes a problem instead.
    """
    booking = Booking(
        space=space,
        bookable=checked.bookable,
        synced=synced,
        problems=Problems((*synced.problems, *checked.problems)),
        dry_run=dry_run,
    )
    if booking.is_stopped():
        booking.hold_the_rest()
    elif checked.bookable:
        with nullcontext() if dry_run else sole_writer(space.subdomain):
            _book(booking, space)
    return booking.outcome()


def _book(booking: Booking, space: Space) -> None:
    try:
        booking.run()
    except STOPS as error:
        booking.stop(stop_reason(error, space))
    except (RemoteUnavailableError, OutcomeUnknownError) as error:
        if not space.last_try:
            raise
        booking.give_up(error)
