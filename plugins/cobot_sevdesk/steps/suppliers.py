"""The contact that a voucher is linked to: sevDesk calls it supplier, on the revenue side too."""

from collections.abc import Collection, Iterable
from threading import Lock

from cobot_sevdesk.domain.contact import AddressBook, Contact, recipient_names
from cobot_sevdesk.domain.invoice import Debtor, Invoice
from cobot_sevdesk.domain.member import debtor_key
from cobot_sevdesk.domain.outcome import MembersFound, MembersSynced
from cobot_sevdesk.domain.problems import Reason
from cobot_sevdesk.errors import NotFoundRemotelyError
from cobot_sevdesk.steps.members import doubled, get_to_know
from cobot_sevdesk.steps.space import Space


class HoldError(Exception):
    """This invoice cannot go on now, for this reason; the others do."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.code)


class Suppliers:
    """All contacts of the account, read once, and what this run made of the members."""

    def __init__(self, space: Space, synced: MembersSynced, *, dry_run: bool) -> None:
        self._space = space
        self._contacts = space.sevdesk.contacts
        self._synced = synced
        self._dry_run = dry_run
        self._book = AddressBook(self._contacts.iter())
        self._lock = Lock()

    def strangers(self, invoices: Iterable[Invoice]) -> set[Debtor]:
        """Who should have a contact, owes one of these invoices and is not known to have one."""
        kinds = {"memberships", *(["teams"] if self._space.rules.contacts_for_teams else [])}
        debtors = {one.debtor for one in invoices if one.debtor is not None}
        return {one for one in debtors if one.kind in kinds and not self._knows(one)}

    def introduce(self, strangers: Collection[Debtor]) -> MembersFound:
        """Look for contacts that people made for them; returns who should get one of ours."""
        if not strangers:
            return MembersFound()
        made, wanted = get_to_know(self._space, strangers, self._book)
        self.take_in(MembersSynced(contacts=made))
        return wanted

    def take_in(self, more: MembersSynced) -> None:
        """What else became of members."""
        self._synced = self._synced.plus(more)

    def find(self, invoice: Invoice) -> str | None:
        """The contact of the debtor: by our key, else made by hand and agreeing; else none.

        One at a time: several invoices of one debtor ask at once.
        """
        with self._lock:
            return self._find(invoice)

    def _knows(self, debtor: Debtor) -> bool:
        key = debtor_key(debtor) or ""
        return bool(
            self._book.of_key(key) or key in self._synced.contacts or key in self._synced.failed
        )

    def _find(self, invoice: Invoice) -> str | None:
        key = debtor_key(invoice.debtor)
        own = self._book.of_key(key) if key else []
        if len(own) == 1:
            return own[0].id
        if key and key in self._synced.failed:
            raise HoldError(self._synced.failed[key])
        if own:
            raise HoldError(doubled(invoice.debtor.id if invoice.debtor else "", own))
        if key and key in self._synced.contacts:
            # Made in this run and not in the list yet, or deleted since: its id tells.
            contact_id = self._synced.contacts[key]
            return contact_id if self._book.find(contact_id) else self._confirm(contact_id)
        agreeing = self._book.made_by_hand(
            invoice.customer_number,
            recipient_names(invoice.recipient),
            lambda contact: self._has_email(contact, invoice),
        )
        return agreeing[0].id if len(agreeing) == 1 else None

    def _confirm(self, contact_id: str) -> str | None:
        if self._dry_run:
            return contact_id
        try:
            contact = self._contacts.get(contact_id)
        except NotFoundRemotelyError:
            return None
        self._book.add(contact)
        return contact.id

    def _has_email(self, contact: Contact, invoice: Invoice) -> bool:
        return any(self._contacts.has_email(contact.id, email) for email in invoice.emails)
