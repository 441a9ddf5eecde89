"""Whether sevDesk holds what was meant: compared after each save, and before one is finished.

sevDesk says in its answer what it saved. Where the answer was lost, its list says the same but
for the positions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cobot_sevdesk.domain.contact import fold_name
from cobot_sevdesk.domain.money import CENT, CURRENCY
from cobot_sevdesk.domain.numbers import carries_number
from cobot_sevdesk.domain.rules import OPEN
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Voucher, position_sums


def differences(
    meant: Voucher,
    saved: BookedVoucher,
    *,
    contact_id: str | None,
    positions: Sequence[BookedPosition] | None = None,
) -> tuple[str, ...]:
    """Words for every field in which sevDesk holds something else; empty where all agrees.

    What sevDesk does not state (`None`) is not compared: some answers leave fields out.
    `positions` are those of this voucher, as sevDesk states them.
    """
    sums = meant.sums
    pairs: list[tuple[str, object, object]] = [
        ("gross", sums.gross, saved.gross),
        ("date", meant.date, saved.date),
        ("delivery_date", meant.date, saved.delivery_date),
        ("deadline", meant.deadline, saved.deadline),
        ("tax_rule", str(meant.tax_rule), saved.tax_rule),
        ("currency", meant.currency, saved.currency),
    ]
    found = [name for name, wanted, there in pairs if there is not None and wanted != there]
    found += ["side"] if saved.is_expense else []
    found += ["description"] if not _is_described(meant, saved) else []
    # How sevDesk rounds a net is not documented: a cent for each position is no difference.
    spare = CENT * len(meant.positions)
    found += ["net"] if saved.net is not None and abs(saved.net - sums.net) > spare else []
    # A bank may pay an open voucher at once; it is never a draft again by itself.
    is_later = saved.status is not None and saved.status > meant.status == OPEN
    found += ["status"] if saved.status not in {None, meant.status} and not is_later else []
    # A reference that is not set is left out of sevDesk's answers.
    found += ["cost_centre"] if saved.cost_centre_id != meant.cost_centre_id else []
    found += ["contact"] if saved.contact_id != contact_id else []
    found += ["recipient"] if not contact_id and not _is_named(meant, saved) else []
    if positions is not None and not _agree(meant, positions):
        found.append("positions")
    return tuple(found)


def _is_described(meant: Voucher, saved: BookedVoucher) -> bool:
    """Whether the text holds our key, by which it is found again, and the number."""
    return meant.key in saved.keys and carries_number(saved.description, meant.number)


def _is_named(meant: Voucher, saved: BookedVoucher) -> bool:
    """Whether it is for the recipient, where no contact is; sevDesk may cut a long name."""
    there = fold_name(saved.supplier_name)
    return not there or fold_name(meant.recipient_name).startswith(there)


def _agree(meant: Voucher, booked: Iterable[BookedPosition]) -> bool:
    """Whether accounts, rates and amounts are the same, in whatever order."""
    rows = list(booked)
    if any(row.account_id is None for row in rows):
        return True  # sevDesk does not tell
    wanted = Counter(
        (one.account_id, _plain(one.rate), position_sums(one, in_net=meant.in_net).gross)
        for one in meant.positions
    )
    if meant.currency != CURRENCY:
        # Positions of vouchers in another currency are stated in EUR.
        return Counter(key[:2] for key in wanted.elements()) == Counter(
            (row.account_id, _plain(row.rate)) for row in rows
        )
    return wanted == Counter((row.account_id, _plain(row.rate), row.gross) for row in rows)


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
