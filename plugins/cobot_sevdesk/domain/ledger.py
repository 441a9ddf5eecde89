"""What stands in sevDesk: its revenue vouchers and its contacts, found by our key or by number."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from cobot_sevdesk.domain.contact import Contact, fold_name
from cobot_sevdesk.domain.identity import (
    carries_number,
    invoice_keys,
    is_bare,
    without_marker,
    words_in,
)
from cobot_sevdesk.domain.voucher import BookedVoucher

CLOSE = 0.85
"""How alike two names are that may be one name with a typing error (difflib's ratio)."""


class Ledger:
    """The revenue vouchers of a sevDesk account.

    Vouchers that carry a key of ours are ours. All others were made by people or programs.
    """

    def __init__(self, vouchers: Iterable[BookedVoucher] = ()) -> None:
        self._by_id: dict[str, BookedVoucher] = {}
        self._of_key: dict[str, set[str]] = defaultdict(set)
        # An account holds tens of thousands of vouchers; each new invoice asks for a few.
        self._of_word: dict[str, set[str]] = defaultdict(set)
        for voucher in vouchers:
            self.add(voucher)

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, voucher_id: str) -> bool:
        return voucher_id in self._by_id

    def add(self, voucher: BookedVoucher) -> None:
        """Take in a voucher; a later reading of the same voucher replaces the earlier one."""
        self._by_id[voucher.id] = voucher
        for key in voucher.keys:
            self._of_key[key].add(voucher.id)
        for word in words_in(without_marker(voucher.description)):
            self._of_word[word].add(voucher.id)

    @property
    def ours(self) -> Mapping[str, list[BookedVoucher]]:
        """Our vouchers by key, oldest first."""
        return {key: found for key in self._of_key if (found := self.of_key(key))}

    def of_key(self, key: str) -> list[BookedVoucher]:
        """The vouchers with this key, oldest first; more than one is a conflict."""
        found = (self._by_id[id_] for id_ in self._of_key.get(key, ()))
        return sorted((one for one in found if key in one.keys), key=_by_age)

    def of_invoice(self, invoice_id: str | None) -> list[BookedVoucher]:
        """Our vouchers of this invoice: the whole one, or its parts."""
        keys = invoice_keys(invoice_id) if invoice_id else ()
        return [voucher for key in keys for voucher in self.of_key(key)]

    def is_doubled(self, invoice_id: str | None) -> bool:
        """Whether a key stands on two vouchers, or the whole invoice beside its parts."""
        keys = invoice_keys(invoice_id) if invoice_id else ()
        counts = [len(self.of_key(key)) for key in keys]
        return bool(counts) and (max(counts) > 1 or (counts[0] == 1 and sum(counts) > 1))

    def of_others(self, number: str) -> list[BookedVoucher]:
        """The vouchers without any key of ours whose text carries this invoice number."""
        return [voucher for voucher in self._with_number(number) if not voucher.keys]

    def ours_of_other_invoices(self, invoice_id: str, number: str) -> list[BookedVoucher]:
        """Our vouchers that carry this number, but the key of another invoice."""
        own = set(invoice_keys(invoice_id))
        found = [one for one in self._with_number(number) if one.keys and not one.keys & own]
        if is_bare(number):
            return [one for one in found if without_marker(one.description) == number]
        return found

    def _with_number(self, number: str) -> list[BookedVoucher]:
        words = words_in(number)
        ids = min((self._of_word.get(word, set()) for word in words), key=len, default=set())
        found = [self._by_id[id_] for id_ in ids]
        return sorted(
            (one for one in found if carries_number(without_marker(one.description), number)),
            key=_by_age,
        )


class AddressBook:
    """The contacts of a sevDesk account."""

    def __init__(self, contacts: Iterable[Contact] = ()) -> None:
        self._by_id: dict[str, Contact] = {}
        self._of_key: dict[str, set[str]] = defaultdict(set)
        self._of_number: dict[str, set[str]] = defaultdict(set)
        for contact in contacts:
            self.add(contact)

    def __contains__(self, contact_id: str) -> bool:
        return contact_id in self._by_id

    def add(self, contact: Contact) -> None:
        """Take in a contact; a later reading replaces the earlier one."""
        self._by_id[contact.id] = contact
        for key in contact.keys:
            self._of_key[key].add(contact.id)
        if contact.customer_number:
            self._of_number[contact.customer_number].add(contact.id)

    def find(self, contact_id: str | None) -> Contact | None:
        """The contact with this sevDesk id."""
        return self._by_id.get(contact_id or "")

    def of_key(self, key: str | None) -> list[Contact]:
        """The contacts that carry this key; more than one is a conflict."""
        found = (self._by_id[id_] for id_ in sorted(self._of_key.get(key or "", ())))
        return [contact for contact in found if key in contact.keys]

    def of_number(self, number: str | None) -> list[Contact]:
        """The contacts with exactly this customer number."""
        found = (self._by_id[id_] for id_ in sorted(self._of_number.get(number or "", ())))
        return [contact for contact in found if contact.customer_number == number]

    def of_names(self, names: Iterable[str | None]) -> list[Contact]:
        """The contacts with one of these names; a guess for people, never for the books."""
        wanted = folded(names)
        return [contact for contact in self._by_id.values() if wanted & contact.spoken_names]

    def similar(self, names: Iterable[str | None], number: str | None) -> list[Contact]:
        """The contacts that come close by name or customer number; a guess for people only.

        A name may differ by some letters. The number alone is enough where it is the same; but for
        a digit it needs a word of the name as well, since numbers ascend.
        """
        wanted = folded(names)
        words = {word for name in wanted for word in name.split()}
        return [
            contact
            for contact in self._by_id.values()
            if (number and contact.customer_number == number)
            or any(get_close_matches(n, contact.spoken_names, cutoff=CLOSE) for n in wanted)
            or (
                _differ_by_a_digit(number, contact.customer_number)
                and any(words & set(name.split()) for name in contact.spoken_names)
            )
        ]

    def by_hand_with_number(self, number: str | None) -> list[Contact]:
        """The contacts without our key that have this customer number."""
        return [contact for contact in self.of_number(number) if not contact.keys]

    def made_by_hand(
        self,
        number: str | None,
        names: Iterable[str | None],
        has_email: Callable[[Contact], bool] = lambda _: False,
    ) -> list[Contact]:
        """Contacts without our key whose number and name (or e-mail) agree.

        The number alone proves nothing: Cobot counts its own numbers from 1 as well.
        """
        wanted = folded(names)
        candidates = self.by_hand_with_number(number)
        agreeing = [contact for contact in candidates if wanted & contact.spoken_names]
        return agreeing or [contact for contact in candidates if has_email(contact)]


def folded(names: Iterable[str | None]) -> set[str]:
    """Names as they compare; empty ones are left out."""
    return {plain for name in names if (plain := fold_name(name))}


def _differ_by_a_digit(one: str | None, other: str | None) -> bool:
    if one is None or other is None or len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _by_age(voucher: BookedVoucher) -> tuple[int, str]:
    """sevDesk's ids ascend; they come as text."""
    return (len(voucher.id), voucher.id)
