"""Whether sevDesk's lists show what was written: they may lag behind writes by some seconds."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

from cobot_sevdesk.domain.voucher import IMPORT_TAG, MISMATCH_TAG
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import RemoteRejectedError, RemoteUnavailableError
from cobot_sevdesk.sync.account import Account

log = logging.getLogger(__name__)

TAGS = frozenset({IMPORT_TAG, MISMATCH_TAG})


@dataclass
class Written:
    """What a writer completed: ids of vouchers with their dates, ids of contacts.

    Several threads add to it. The half done ones were made, but not completed. `has_unknown`
    says that some write got no answer to the end.
    """

    vouchers: dict[str, date] = field(default_factory=dict)
    contacts: set[str] = field(default_factory=set)
    half_done_vouchers: set[str] = field(default_factory=set)
    half_done_contacts: set[str] = field(default_factory=set)
    has_unknown: bool = False

    def __bool__(self) -> bool:
        return bool(self.names)

    @property
    def names(self) -> frozenset[str]:
        """What is in it, as `voucher 900` and `contact 500`."""
        return frozenset(
            (
                *(f"voucher {id_}" for id_ in self.voucher_ids),
                *(f"contact {id_}" for id_ in self.contact_ids),
            )
        )

    @property
    def voucher_ids(self) -> list[str]:
        """Every voucher, complete or not."""
        return sorted({*self.vouchers, *self.half_done_vouchers})

    @property
    def contact_ids(self) -> list[str]:
        """Every contact, complete or not."""
        return sorted(self.contacts | self.half_done_contacts)

    @property
    def half_done(self) -> frozenset[str]:
        """What was made, but not completed, named as `names` does."""
        begun = replace(self, vouchers={}, contacts=set())
        return begun.names

    def add_voucher(self, id_: str, day: date) -> None:
        """Note a complete voucher."""
        self.vouchers[id_] = day
        self.half_done_vouchers.discard(id_)

    def add_contact(self, id_: str) -> None:
        """Note a contact that has all its parts."""
        self.contacts.add(id_)
        self.half_done_contacts.discard(id_)

    def only(self, names: Collection[str]) -> "Written":
        """The part of it that has these names."""
        return Written(
            {id_: day for id_, day in self.vouchers.items() if f"voucher {id_}" in names},
            {id_ for id_ in self.contacts if f"contact {id_}" in names},
            {id_ for id_ in self.half_done_vouchers if f"voucher {id_}" in names},
            {id_ for id_ in self.half_done_contacts if f"contact {id_}" in names},
        )


def wait_until_listed(written: Written, account: Account) -> Written:
    """Wait until the lists show what was completed, no longer than for a write without answer.

    Returns what they do not show by then, and what is half done.
    """
    left = written
    for pause in (*account.settle_pauses, None):
        if not left:
            break
        try:
            left = _not_listed(left, account)
        except (RemoteUnavailableError, RemoteRejectedError) as error:
            log.info("Not known whether all is listed: %s", error)
        if not left or pause is None:
            break
        log.info("sevDesk's lists lag behind: looking again in %g s", pause)
        account.sleep(pause)
    return written.only(left.names | written.half_done)


def _not_listed(written: Written, account: Account) -> Written:
    return Written(_vouchers_not_listed(written, account), _contacts_not_listed(written, account))


def _vouchers_not_listed(written: Written, account: Account) -> dict[str, date]:
    """Vouchers that the list of their days leaves out, or whose `Import` is in no relation."""
    if not written.vouchers:
        return {}
    days = written.vouchers.values()
    window = Window(min(days), max(days) + DAY)
    listed = {voucher.id for voucher in account.sevdesk.vouchers.iter(window)}
    tags = account.sevdesk.vouchers.get_tags(TAGS, of=written.vouchers)
    return {
        id_: day
        for id_, day in written.vouchers.items()
        if id_ not in listed or IMPORT_TAG not in tags.get(id_, ())
    }


def _contacts_not_listed(written: Written, account: Account) -> set[str]:
    if not written.contacts:
        return set()
    contacts = account.sevdesk.contacts
    listed = {contact.id for contact in contacts.iter()}
    with_address = contacts.get_parts().addresses
    return {id_ for id_ in written.contacts if id_ not in listed or id_ not in with_address}
