"""What becomes of an invoice: the interface's table "Held back, skipped, or booked", row by row.

Each row: the invoice, what stands or is known beside it, and what is decided.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.decisions import (
    BookedByHand,
    Books,
    Create,
    Decision,
    Finish,
    Hold,
    Keep,
    Skip,
    decide,
)
from cobot_sevdesk.domain.identity import content_of, invoice_key, marker, membership_key, part_key
from cobot_sevdesk.domain.invoice import Address, Debtor, Invoice, UnreadableInvoice
from cobot_sevdesk.domain.ledger import AddressBook, Ledger
from cobot_sevdesk.domain.mapping import to_vouchers
from cobot_sevdesk.domain.problems import Reason, Remark
from cobot_sevdesk.domain.rules import ALWAYS, SpaceRules
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Voucher
from support.builders import a_booked_voucher, a_line, a_setup, a_space, an_account, an_invoice
from support.told import codes_of, words_of

TODAY = date(2026, 6, 30)
FREE = {"domestic": 4}
IMPORT, BOTH = frozenset({"Import"}), frozenset({"Import", "Mismatch"})
SPLIT = a_space(zero_rate=FREE, split_vouchers=True)
TWO_RULES = (a_line(), a_line("50.00", "0", code="4200"))
SETUP = a_setup()
EU = Address(name="Ada Beispiel", country="AT")


def told(decision: Decision) -> str:
    """A decision as the tables write it: its name, and what it says."""
    match decision:
        case Skip(why):
            return " ".join(["skip", *(word.removeprefix("skip.") for word in words_of([why]))])
        case Hold(reasons):
            return " ".join(["hold", *codes_of(reasons)])
        case Create(vouchers=vouchers, mismatch=mismatch):
            return f"create {len(vouchers)}{' mismatch' if mismatch else ''}"
        case Finish():
            what = [f"{len(decision.missing)} missing"] if decision.missing else []
            what += ["document"] if decision.undocumented else []
            what += [tag for tags in decision.tags.values() for tag in tags]
            what += words_of(decision.edits)
            return " ".join(["finish", *what])
        case Keep(_, edits):
            return " ".join(["keep", *words_of(edits)])
        case BookedByHand(voucher):
            return f"by hand {voucher.id}"


def verdict(
    invoice: Invoice | UnreadableInvoice, rules: SpaceRules | None = None, **books: Any
) -> str:
    """What is decided, in short."""
    known = Books(**{"setup": SETUP, **books})
    return told(decide(invoice, known, rules or a_space(), today=TODAY))


def unreadable(number: str = "CW-2026-1", id_: str | None = "inv-1") -> UnreadableInvoice:
    return UnreadableInvoice(id_, number, "attributes.items", "a list")


# --- nothing stands: skipped, held back, or booked


NOTHING_STANDS: list[tuple[str, Invoice | UnreadableInvoice, SpaceRules, str]] = [
    ("an ordinary one", an_invoice(), a_space(), "create 1 mismatch"),
    ("without debtor", an_invoice(debtor=None), a_space(), "create 1 mismatch"),
    # a line without code; a code without, or with several, booking accounts; no fit
    ("a line without code", an_invoice(a_line(code=None)), a_space(), "hold CS-201"),
    ("a blank code", an_invoice(a_line(code="  ")), a_space(), "hold CS-201"),
    ("a code without account", an_invoice(a_line(code="Podcast")), a_space(), "hold CS-202"),
    (
        "accounts: is wrong",
        an_invoice(a_line(code="Flex")),
        a_space(accounts={"Flex": "9"}),
        "hold CS-202",
    ),
    ("another rate", an_invoice(a_line(rate="7")), a_space(), "hold CS-204"),
    (
        "several taxes",
        an_invoice(replace(a_line(), taxes=a_line().taxes * 2)),
        a_space(),
        "hold CS-215",
    ),
    ("no lines", replace(an_invoice(), lines=()), a_space(), "hold CS-223"),
    # tax rules
    ("two tax rules", an_invoice(*TWO_RULES), a_space(zero_rate=FREE), "hold CS-211"),
    ("two tax rules, split", an_invoice(*TWO_RULES), SPLIT, "create 2 mismatch"),
    ("zero rate not named", an_invoice(TWO_RULES[1]), a_space(), "hold CS-212"),
    ("zero rate named", an_invoice(TWO_RULES[1]), a_space(zero_rate=FREE), "create 1 mismatch"),
    (
        "private in the EU",
        an_invoice(TWO_RULES[1], recipient=EU),
        a_space(zero_rate={"eu_business": 21, "domestic": 4, "third_country": 17}),
        "hold CS-212",
    ),
    (
        "unknown country",
        an_invoice(TWO_RULES[1], recipient=Address(name="Ada", country="Absurdistan")),
        a_space(zero_rate=FREE),
        "hold CS-213",
    ),
    ("small business with tax", an_invoice(), a_space(small_business=ALWAYS), "hold CS-214"),
    # currency, canceled, contradicting
    ("foreign currency", an_invoice(currency="CHF"), a_space(), "hold CS-221"),
    ("unknown currency", an_invoice(currency="???"), a_space(), "hold CS-221"),
    (
        "foreign currency, booked",
        an_invoice(currency="CHF"),
        a_space(books_foreign_currency=True),
        "create 1 mismatch",
    ),
    ("canceled", an_invoice(paid_status="canceled"), a_space(), "hold CS-222"),
    ("contradicting", an_invoice(a_line(gross="120.00")), a_space(), "hold CS-223"),
    ("unreadable", unreadable(), a_space(), "hold CS-224"),
    ("unreadable, without id", unreadable(id_=None), a_space(), "hold CS-224"),
    (
        "all reasons at once",
        an_invoice(
            a_line(code="Podcast"), a_line(code=None), currency="CHF", paid_status="canceled"
        ),
        a_space(),
        "hold CS-221 CS-222 CS-202 CS-201",
    ),
    # skipped
    ("a total of zero", an_invoice(a_line("0.00", "0")), a_space(), "skip zero"),
    ("a total of 0.004", an_invoice(a_line("0.004", "0")), a_space(), "skip zero"),
    ("named", an_invoice(), a_space(ignored={"CW-2026-1": "x"}), "skip ignored"),
    ("named, unreadable", unreadable(), a_space(ignored={"CW-2026-1": "x"}), "skip ignored"),
    ("before go-live", an_invoice(date=date(2025, 12, 31)), a_space(), "skip before_go_live"),
    ("on the day of go-live", an_invoice(date=date(2026, 1, 1)), a_space(), "create 1 mismatch"),
    ("in the future", an_invoice(date=date(2026, 7, 1)), a_space(), "skip future"),
    ("of today", an_invoice(date=TODAY), a_space(), "create 1 mismatch"),
    # booked all the same
    (
        "a correction",
        an_invoice(a_line("-100.00"), corrects="inv-0"),
        a_space(),
        "create 1 mismatch",
    ),
    (
        "a correction, held back",
        an_invoice(a_line("-100.00"), corrects="inv-0"),
        a_space(books_corrections=False),
        "hold CS-226",
    ),
    ("a credit", an_invoice(a_line("-100.00")), a_space(), "create 1 mismatch"),
    ("written off", an_invoice(paid_status="writtenOff"), a_space(), "create 1 mismatch"),
    ("paid", an_invoice(paid_status="paid"), a_space(), "create 1 mismatch"),
]


@pytest.mark.parametrize(
    ("invoice", "rules", "decided"),
    [row[1:] for row in NOTHING_STANDS],
    ids=[r[0] for r in NOTHING_STANDS],
)
def test_where_nothing_stands(
    invoice: Invoice | UnreadableInvoice, rules: SpaceRules, decided: str
) -> None:
    assert verdict(invoice, rules) == decided


@pytest.mark.parametrize(
    ("account", "decided"),
    [
        (an_account("4401", name="Konto 4400", account_id="x"), "create 1 mismatch"),
        (an_account("4400", account_id="x"), "hold CS-203"),
        (an_account("9", for_revenue=False), "create 1 mismatch"),
    ],
)
def test_several_accounts_of_one_number_hold_the_invoice(account: Any, decided: str) -> None:
    assert verdict(an_invoice(), setup=a_setup(an_account(), account)) == decided


def test_an_account_that_is_not_for_revenue_holds_the_invoice() -> None:
    assert verdict(an_invoice(), setup=a_setup(an_account(for_revenue=False))) == "hold CS-205"


def test_without_chart_nothing_is_said_of_accounts() -> None:
    assert verdict(an_invoice(a_line(code=None)), setup=None) == "create 0 mismatch"


def test_an_answer_that_cannot_be_understood_is_told_with_its_field() -> None:
    told_of = {"field": "attributes.items", "expected": "a list"}
    held = Hold((Reason("CS-224", {"invoice": "CW-2026-1", **told_of}),))
    assert decide(unreadable(), Books(), a_space(), today=TODAY) == held
    ours = a_booked_voucher(an_invoice())
    kept = Keep((ours,), (Remark("edit.unreadable", told_of),))
    assert decide(unreadable(), Books(Ledger([ours])), a_space(), today=TODAY) == kept


# --- the contact


KEY = membership_key("mem-1")
OURS = Contact("500", "K500", description=marker(KEY), last_name="Beispiel", first_name="Ada")
BY_HAND = Contact("600", "17", first_name="Ada", last_name="Beispiel")
WITH_NUMBER = an_invoice(customer_number="17", emails=("ada@example.com",))
FAILED = {KEY: Reason("CS-401", {"member": "mem-1", "answer": "HTTP 422"})}

CONTACTS: list[tuple[str, Invoice, list[Contact], dict[str, Any], str, str | None]] = [
    ("ours", an_invoice(), [OURS], {}, "create 1", "500"),
    ("none", an_invoice(), [], {}, "create 1 mismatch", None),
    ("promised by a dry run", an_invoice(), [], {"promised": frozenset({KEY})}, "create 1", None),
    (
        "promised to another",
        an_invoice(debtor=None),
        [],
        {"promised": frozenset({KEY})},
        "create 1 mismatch",
        None,
    ),
    ("failed", an_invoice(), [], {"failed": FAILED}, "hold CS-401", None),
    (
        "failed, of another",
        an_invoice(debtor=None),
        [],
        {"failed": FAILED},
        "create 1 mismatch",
        None,
    ),
    ("failed, but it stands", an_invoice(), [OURS], {"failed": FAILED}, "create 1", "500"),
    ("several of ours", an_invoice(), [OURS, replace(OURS, id="501")], {}, "hold CS-403", None),
    ("by hand, number and name", WITH_NUMBER, [BY_HAND], {}, "create 1", "600"),
    ("by hand, name alone", an_invoice(), [BY_HAND], {}, "create 1 mismatch", None),
    (
        "by hand, number alone",
        WITH_NUMBER,
        [replace(BY_HAND, first_name="B")],
        {},
        "create 1 mismatch",
        None,
    ),
    (
        "by hand, number and e-mail",
        WITH_NUMBER,
        [replace(BY_HAND, first_name="B")],
        {"emails": {"600": frozenset({"ada@example.com"})}},
        "create 1",
        "600",
    ),
    (
        "ours of somebody else",
        WITH_NUMBER,
        [replace(BY_HAND, description=marker("A" * 10))],
        {},
        "create 1 mismatch",
        None,
    ),
    (
        "two by hand",
        WITH_NUMBER,
        [BY_HAND, replace(BY_HAND, id="601")],
        {},
        "create 1 mismatch",
        None,
    ),
    (
        "of a team",
        an_invoice(debtor=Debtor("teams", "mem-1")),
        [OURS],
        {},
        "create 1 mismatch",
        None,
    ),
]


@pytest.mark.parametrize(
    ("invoice", "contacts", "more", "decided", "contact_id"),
    [row[1:] for row in CONTACTS],
    ids=[row[0] for row in CONTACTS],
)
def test_who_the_contact_is(
    invoice: Invoice,
    contacts: list[Contact],
    more: Mapping[str, Any],
    decided: str,
    contact_id: str | None,
) -> None:
    books = Books(setup=SETUP, contacts=AddressBook(contacts), **more)
    decision = decide(invoice, books, a_space(), today=TODAY)
    assert told(decision) == decided
    assert getattr(decision, "contact_id", None) == contact_id


def test_several_contacts_of_one_member_are_named() -> None:
    contacts = AddressBook([replace(OURS, id="501"), OURS])
    decision = decide(an_invoice(), Books(contacts=contacts), a_space(), today=TODAY)
    assert decision == Hold((Reason("CS-403", {"member": "mem-1", "contacts": "500, 501"}),))


# --- what somebody else booked under this number


def by_hand(text: str = "Rechnung CW-2026-1", **changes: Any) -> BookedVoucher:
    """A voucher that a person made for the invoice of 119.00 EUR to Ada Beispiel."""
    fields = {"description": text, "contact_id": None, "supplier_name": "Ada Beispiel"}
    return a_booked_voucher(an_invoice(), **{"id": "77", **fields, **changes})


BARE = an_invoice(number="3")
OTHER_DAY: dict[str, Any] = {"date": date(2026, 1, 6)}
OTHER_SUM: dict[str, Any] = {"gross": Decimal("1.00")}
OTHER_NAME: dict[str, Any] = {"supplier_name": "Bert Probe"}
OF_OTHERS: list[tuple[str, Invoice, list[BookedVoucher], dict[str, Any], str]] = [
    ("all agree", an_invoice(), [by_hand()], {}, "by hand 77"),
    ("names are folded", an_invoice(), [by_hand(supplier_name="BEISPIEL, Ada")], {}, "hold CS-301"),
    ("another date", an_invoice(), [by_hand(**OTHER_DAY)], {}, "hold CS-301"),
    ("another gross", an_invoice(), [by_hand(**OTHER_SUM)], {}, "hold CS-301"),
    ("a gross that is not shown", an_invoice(), [by_hand(gross=None)], {}, "hold CS-301"),
    ("another recipient", an_invoice(), [by_hand(**OTHER_NAME)], {}, "hold CS-301"),
    ("another currency", an_invoice(), [by_hand(currency="CHF")], {}, "hold CS-301"),
    (
        "nothing agrees",
        an_invoice(),
        [by_hand(**OTHER_DAY, **OTHER_SUM, **OTHER_NAME)],
        {},
        "hold CS-301",
    ),
    ("two agree", an_invoice(), [by_hand(), by_hand(id="78")], {}, "hold CS-301"),
    (
        "one agrees, one not",
        an_invoice(),
        [by_hand(), by_hand(id="78", **OTHER_SUM)],
        {},
        "by hand 77",
    ),
    (
        "a rival has the same",
        an_invoice(),
        [by_hand()],
        {"rivals": frozenset({"inv-1"})},
        "hold CS-301",
    ),
    (
        "a rival of others",
        an_invoice(),
        [by_hand()],
        {"rivals": frozenset({"inv-2"})},
        "by hand 77",
    ),
    ("a longer number", an_invoice(), [by_hand("CW-2026-10")], {}, "create 1 mismatch"),
    ("ignored, agreeing", an_invoice(), [by_hand()], {"ignored": {"77"}}, "create 1 mismatch"),
    (
        "ignored, one of two",
        an_invoice(),
        [by_hand(), by_hand(id="78")],
        {"ignored": {"78"}},
        "by hand 77",
    ),
    # A bare number stands in many texts.
    ("bare, all agree", BARE, [by_hand("Rechnung 3")], {}, "by hand 77"),
    (
        "bare, another customer",
        BARE,
        [by_hand("Tageskasse 3 Personen", **OTHER_NAME)],
        {},
        "hold CS-301",
    ),
    ("bare, another date", BARE, [by_hand("3", **OTHER_DAY)], {}, "hold CS-301"),
    ("bare, another gross", BARE, [by_hand("3", **OTHER_SUM)], {}, "create 1 mismatch"),
    ("bare, gross alone", BARE, [by_hand("3", **OTHER_DAY, **OTHER_NAME)], {}, "create 1 mismatch"),
    (
        "bare with dashes",
        an_invoice(number="2026-3"),
        [by_hand("Raum 2026-3", **OTHER_NAME)],
        {},
        "hold CS-301",
    ),
    ("bare, taken back", BARE, [by_hand("3", gross=Decimal("-119.00"))], {}, "create 1 mismatch"),
    ("bare, another currency", BARE, [by_hand("3", currency="CHF")], {}, "create 1 mismatch"),
    ("bare, part of a day", BARE, [by_hand("Miete 03.01.2026")], {}, "create 1 mismatch"),
    ("bare, ignored", BARE, [by_hand("3", **OTHER_NAME)], {"ignored": {"77"}}, "create 1 mismatch"),
    # The recipient by the linked contact.
    (
        "linked, ours by another name",
        an_invoice(),
        [by_hand(contact_id="500")],
        {"contacts": [replace(OURS, first_name="Bert")]},
        "by hand 77",
    ),
    (
        "linked, by name",
        an_invoice(),
        [by_hand(contact_id="600")],
        {"contacts": [BY_HAND]},
        "by hand 77",
    ),
    (
        "linked, unknown",
        an_invoice(),
        [by_hand(contact_id="9")],
        {"contacts": [OURS]},
        "hold CS-301",
    ),
    (
        "linked, by e-mail",
        WITH_NUMBER,
        [by_hand(contact_id="7")],
        {"contacts": [Contact("7", "1", "Firma")], "emails": {"7": frozenset({"ada@example.com"})}},
        "by hand 77",
    ),
    (
        "linked, somebody else",
        WITH_NUMBER,
        [by_hand(contact_id="7")],
        {"contacts": [Contact("7", "1", "Firma")], "emails": {"7": frozenset({"b@example.com"})}},
        "hold CS-301",
    ),
    # A skipped invoice needs none.
    ("zero beside one by hand", an_invoice(a_line("0.00", "0")), [by_hand()], {}, "skip zero"),
]


@pytest.mark.parametrize(
    ("invoice", "vouchers", "more", "decided"),
    [row[1:] for row in OF_OTHERS],
    ids=[r[0] for r in OF_OTHERS],
)
def test_beside_a_voucher_of_somebody_else(
    invoice: Invoice, vouchers: list[BookedVoucher], more: dict[str, Any], decided: str
) -> None:
    books = dict(more)
    rules = a_space(ignored_vouchers=frozenset(books.pop("ignored", ())))
    if "contacts" in books:
        books["contacts"] = AddressBook(books["contacts"])
    assert verdict(invoice, rules, vouchers=Ledger(vouchers), **books) == decided


def test_a_voucher_by_hand_does_not_hide_what_the_invoice_lacks() -> None:
    decided = verdict(an_invoice(a_line(code=None)), vouchers=Ledger([by_hand(**OTHER_SUM)]))
    assert decided == "hold CS-301 CS-201"


# --- our own voucher under this number, of an invoice that Cobot has no longer


BEFORE = a_booked_voucher(an_invoice(id="inv-before"), id="55")


@pytest.mark.parametrize(
    ("invoice", "voucher", "still", "decided"),
    [
        (an_invoice(), BEFORE, (), "hold CS-310"),
        (an_invoice(), BEFORE, ("55",), "create 1 mismatch"),
        (an_invoice(a_line("50.00"), date=date(2026, 1, 9)), BEFORE, (), "hold CS-310"),
        (an_invoice(number="cw-2026-1"), BEFORE, (), "hold CS-310"),
        (an_invoice(), replace(BEFORE, date=None), (), "hold CS-310"),
        (an_invoice(number="CW-2026-10"), BEFORE, (), "create 1 mismatch"),
        (BARE, replace(BEFORE, description=f"3 {marker('A' * 10)}"), (), "hold CS-310"),
        (BARE, replace(BEFORE, description=f"Nr. 3 {marker('A' * 10)}"), (), "create 1 mismatch"),
    ],
    ids=[
        "issued anew",
        "another space has it",
        "another sum and day",
        "in small letters",
        "a voucher without day",
        "another number",
        "bare",
        "bare in a text",
    ],
)
def test_issued_anew(
    invoice: Invoice, voucher: BookedVoucher, still: tuple[str, ...], decided: str
) -> None:
    ledger = Ledger([voucher])
    assert verdict(invoice, vouchers=ledger, still_in_cobot=frozenset(still)) == decided


def test_issued_anew_and_booked_by_hand_are_both_told() -> None:
    ledger = Ledger([BEFORE, by_hand(**OTHER_SUM)])
    assert verdict(an_invoice(), vouchers=ledger) == "hold CS-301 CS-310"


# --- our own voucher stands


def saved(wanted: Voucher, id_: str = "900", **changes: Any) -> BookedVoucher:
    """The voucher as sevDesk shows it after it was saved as it was meant."""
    fields: dict[str, Any] = {
        "id": id_,
        "description": wanted.description,
        "date": wanted.date,
        "gross": wanted.sums.gross,
        "net": wanted.sums.net,
        "status": wanted.status,
        "has_document": True,
        "delivery_date": wanted.date,
        "deadline": wanted.deadline,
        "tax_rule": str(wanted.tax_rule),
        "cost_centre_id": wanted.cost_centre_id,
        "currency": wanted.currency,
    }
    return BookedVoucher(**{**fields, **changes})


def wanted_of(invoice: Invoice, rules: SpaceRules | None = None) -> tuple[Voucher, ...]:
    """The vouchers that it should become."""
    outcome = to_vouchers(invoice, space=rules or a_space(), setup=SETUP)
    assert isinstance(outcome, tuple), outcome
    return outcome


def own(**changes: Any) -> BookedVoucher:
    """Our voucher of the ordinary invoice."""
    return saved(wanted_of(an_invoice())[0], **changes)


EDITED = an_invoice(a_line("200.00"))
CONTENT = {"inv-1": content_of(an_invoice())}
NOT_ATTACHING = a_space(attach_pdf=False)
LINKED = {"contact_id": "500"}

OUR_OWN: list[tuple[str, Any, BookedVoucher, dict[str, Any], str]] = [
    # With Import it is whole, whatever it lacks: nothing is written.
    ("whole", an_invoice(), own(), {"tags": BOTH}, "keep"),
    ("Import alone", an_invoice(), own(), {"tags": IMPORT}, "keep"),
    ("without document", an_invoice(), own(has_document=False), {"tags": IMPORT}, "keep"),
    ("a draft", an_invoice(), own(status=50), {"tags": IMPORT}, "keep"),
    (
        "paid, without document",
        an_invoice(),
        own(has_document=False, status=1000, is_paid_or_locked=True),
        {"tags": IMPORT},
        "keep",
    ),
    (
        "saved otherwise",
        an_invoice(),
        own(deadline=date(2027, 1, 1), tax_rule="4"),
        {"tags": IMPORT},
        "keep",
    ),
    ("not to be booked now", an_invoice(a_line(code=None)), own(), {"tags": IMPORT}, "keep"),
    # What was edited later is told.
    ("edited", EDITED, own(), {"tags": IMPORT}, "keep edit.gross"),
    ("moved", an_invoice(date=date(2026, 1, 7)), own(), {"tags": IMPORT}, "keep edit.date"),
    ("renumbered", an_invoice(number="CW-2026-9"), own(), {"tags": IMPORT}, "keep edit.number"),
    ("canceled", an_invoice(paid_status="canceled"), own(), {"tags": IMPORT}, "keep edit.canceled"),
    (
        "other net",
        an_invoice(a_line("111.00", "7", gross="119.00")),
        own(),
        {"tags": IMPORT},
        "keep edit.net",
    ),
    (
        "other lines",
        an_invoice(a_line(description="Desk")),
        own(),
        {"tags": IMPORT, "known": CONTENT},
        "keep edit.lines",
    ),
    (
        "other lines, nothing known",
        an_invoice(a_line(description="Desk")),
        own(),
        {"tags": IMPORT},
        "keep",
    ),
    (
        "other recipient",
        an_invoice(recipient=EU),
        own(),
        {"tags": IMPORT, "known": CONTENT},
        "keep edit.recipient",
    ),
    ("unreadable", unreadable(), own(), {"tags": IMPORT}, "keep edit.unreadable"),
    ("unreadable, half done", unreadable(), own(), {}, "keep edit.unreadable"),
    ("zero now", an_invoice(a_line("0.00", "0")), own(), {"tags": IMPORT}, "keep skip.zero"),
    (
        "before go-live now",
        an_invoice(date=date(2025, 1, 1)),
        own(),
        {"tags": IMPORT},
        "keep skip.before_go_live",
    ),
    (
        "ignored",
        an_invoice(),
        own(),
        {"tags": IMPORT, "rules": a_space(ignored={"CW-2026-1": "x"})},
        "skip ignored",
    ),
    (
        "ignored, half done",
        an_invoice(),
        own(),
        {"rules": a_space(ignored={"CW-2026-1": "x"})},
        "skip ignored",
    ),
    # Without Import it is finished.
    ("no tag", an_invoice(), own(), {}, "finish Mismatch Import"),
    ("no tag, linked", an_invoice(), own(**LINKED), {}, "finish Import"),
    ("Mismatch alone", an_invoice(), own(), {"tags": frozenset({"Mismatch"})}, "finish Import"),
    ("no document", an_invoice(), own(has_document=False, **LINKED), {}, "finish document Import"),
    (
        "no document, not wanted",
        an_invoice(),
        own(has_document=False, **LINKED),
        {"rules": NOT_ATTACHING},
        "finish Import",
    ),
    (
        "a draft for its document",
        an_invoice(),
        own(has_document=False, status=50, **LINKED),
        {},
        "finish document Import",
    ),
    (
        "paid meanwhile",
        an_invoice(),
        own(status=1000, is_paid_or_locked=True, **LINKED),
        {},
        "finish Import",
    ),
    # Edited in between: finished, with the edits.
    ("edited in between", EDITED, own(**LINKED), {"known": CONTENT}, "finish Import edit.gross"),
    (
        "lines edited in between",
        an_invoice(a_line(description="D")),
        own(**LINKED),
        {"known": CONTENT},
        "finish Import edit.lines",
    ),
    (
        "cannot be booked any more",
        an_invoice(a_line(code=None)),
        own(**LINKED),
        {"known": CONTENT},
        "finish Import edit.lines",
    ),
    (
        "cannot be booked any more, nothing known",
        an_invoice(a_line(code=None)),
        own(**LINKED),
        {},
        "finish Import edit.lines",
    ),
    (
        "renumbered in between",
        an_invoice(number="CW-2026-9"),
        own(**LINKED),
        {},
        "finish Import edit.number",
    ),
    # Not edited, or nobody knows: it must be what was meant.
    ("edited, nothing known", EDITED, own(**LINKED), {}, "hold CS-304"),
    (
        "gross",
        an_invoice(),
        own(gross=Decimal("119.01"), **LINKED),
        {"known": CONTENT},
        "hold CS-304",
    ),
    ("net", an_invoice(), own(net=Decimal("99.00"), **LINKED), {"known": CONTENT}, "hold CS-304"),
    ("date", an_invoice(), own(date=date(2026, 1, 6), **LINKED), {"known": CONTENT}, "hold CS-304"),
    (
        "delivery date",
        an_invoice(),
        own(delivery_date=date(2026, 1, 6), **LINKED),
        {},
        "hold CS-304",
    ),
    ("deadline", an_invoice(), own(deadline=date(2026, 1, 6), **LINKED), {}, "hold CS-304"),
    ("tax rule", an_invoice(), own(tax_rule="4", **LINKED), {}, "hold CS-304"),
    ("cost centre", an_invoice(), own(cost_centre_id="1", **LINKED), {}, "hold CS-304"),
    ("currency", an_invoice(), own(currency="CHF", **LINKED), {}, "hold CS-304"),
    ("a draft with document", an_invoice(), own(status=50, **LINKED), {}, "hold CS-304"),
    ("a cent of net", an_invoice(), own(net=Decimal("100.01"), **LINKED), {}, "finish Import"),
    (
        "sums not shown",
        an_invoice(),
        own(gross=None, net=None, tax_rule=None, **LINKED),
        {},
        "finish Import",
    ),
    (
        "nothing known of the chart",
        EDITED,
        own(**LINKED),
        {"setup": None},
        "finish Import edit.gross",
    ),
]


@pytest.mark.parametrize(
    ("invoice", "voucher", "more", "decided"),
    [row[1:] for row in OUR_OWN],
    ids=[r[0] for r in OUR_OWN],
)
def test_where_our_own_voucher_stands(
    invoice: Invoice | UnreadableInvoice, voucher: BookedVoucher, more: dict[str, Any], decided: str
) -> None:
    books: dict[str, Any] = {
        "vouchers": Ledger([voucher]),
        "tags": {voucher.id: more.get("tags", frozenset())},
        "booked_contents": more.get("known", {}),
        "planned_contents": more.get("known", {}),
        "setup": more.get("setup", SETUP),
    }
    assert verdict(invoice, more.get("rules"), **books) == decided


@pytest.mark.parametrize(
    ("invoice", "told_of"),
    [
        (EDITED, Remark("edit.gross", {"before": "119.00", "now": "238.00"})),
        (
            an_invoice(date=date(2026, 1, 7)),
            Remark("edit.date", {"before": "2026-01-05", "now": "2026-01-07"}),
        ),
        (
            an_invoice(a_line("111.00", "7", gross="119.00")),
            Remark("edit.net", {"before": "100.00", "now": "111.00"}),
        ),
    ],
)
def test_an_edit_is_told_with_what_was_before_and_what_is_now(
    invoice: Invoice, told_of: Remark
) -> None:
    ours = own(**LINKED)
    books = Books(Ledger([ours]), {"900": IMPORT}, setup=SETUP)
    assert decide(invoice, books, a_space(), today=TODAY) == Keep((ours,), (told_of,))


@pytest.mark.parametrize(
    ("contact_id", "decided"), [("500", "finish Import"), ("501", "hold CS-304")]
)
def test_what_is_half_done_must_be_linked_to_the_contact_of_its_debtor(
    contact_id: str, decided: str
) -> None:
    ledger, contacts = Ledger([own(contact_id=contact_id)]), AddressBook([OURS])
    assert verdict(an_invoice(), vouchers=ledger, contacts=contacts) == decided


def test_switching_documents_on_later_writes_to_nothing_that_carries_import() -> None:
    voucher = own(has_document=False)
    for rules in (a_space(attach_pdf=False), a_space(attach_pdf=True)):
        ledger = Ledger([voucher])
        assert verdict(an_invoice(), rules, vouchers=ledger, tags={"900": IMPORT}) == "keep"


@pytest.mark.parametrize(
    ("position", "decided"),
    [
        (
            BookedPosition("900", "id-4400", Decimal(19), Decimal(100), Decimal(119)),
            "finish Import",
        ),
        (BookedPosition("900", "id-4200", Decimal(19), Decimal(100), Decimal(119)), "hold CS-304"),
        (BookedPosition("900", "id-4400", Decimal(7), Decimal(100), Decimal(119)), "hold CS-304"),
        (BookedPosition("900", None, Decimal(7), Decimal(100), Decimal(119)), "finish Import"),
    ],
    ids=["as meant", "account", "rate", "not told"],
)
def test_positions_of_what_is_half_done_must_be_those_meant(
    position: BookedPosition, decided: str
) -> None:
    ledger = Ledger([own(contact_id="500")])
    assert verdict(an_invoice(), vouchers=ledger, positions={"900": [position]}) == decided


def test_saved_otherwise_names_the_voucher_and_every_field() -> None:
    ledger = Ledger([own(gross=Decimal("1.00"), date=date(2026, 1, 6), contact_id="500")])
    decision = decide(an_invoice(), Books(ledger, setup=SETUP), a_space(), today=TODAY)
    details = {"invoice": "CW-2026-1", "voucher": "900", "fields": "date gross"}
    assert decision == Hold((Reason("CS-304", details),))


# --- several vouchers of ours


def doubled(*ids: str) -> Ledger:
    return Ledger([own(id_=id_) for id_ in ids])


def test_two_vouchers_with_one_key_are_a_persons_matter_tagged_or_not() -> None:
    books = Books(doubled("9", "10"), {"9": IMPORT}, setup=SETUP)
    decision = decide(an_invoice(), books, a_space(), today=TODAY)
    assert decision == Hold((Reason("CS-302", {"invoice": "CW-2026-1", "vouchers": "9, 10"}),))


def test_one_voucher_read_twice_is_one() -> None:
    assert verdict(an_invoice(), vouchers=doubled("9", "9"), tags={"9": IMPORT}) == "keep"


SPLIT_INVOICE = an_invoice(*TWO_RULES)
TAXED, EXEMPT = wanted_of(SPLIT_INVOICE, SPLIT)
TAXED_THERE, EXEMPT_THERE = (
    saved(TAXED, "901", contact_id="500"),
    saved(EXEMPT, "902", contact_id="500"),
)
BARE_PART = replace(TAXED_THERE, has_document=False)
WHOLE = own(id_="903", contact_id="500")


@pytest.mark.parametrize(
    ("there", "tags", "decided"),
    [
        ([TAXED_THERE, EXEMPT_THERE], {"901": IMPORT, "902": IMPORT}, "keep"),
        ([TAXED_THERE, EXEMPT_THERE], {"901": IMPORT}, "finish Import"),
        ([TAXED_THERE, EXEMPT_THERE], {}, "finish Import Import"),
        # What carries Import is left alone, also where the other part is finished.
        (
            [replace(TAXED_THERE, has_document=False), EXEMPT_THERE],
            {"901": IMPORT},
            "finish Import",
        ),
        ([TAXED_THERE], {}, "finish 1 missing Import"),
        ([EXEMPT_THERE], {}, "finish 1 missing Import"),
        # Import comes last of all: it proves that the other part stood, and somebody took it away.
        ([TAXED_THERE], {"901": IMPORT}, "keep edit.gross"),
        ([TAXED_THERE, WHOLE], {}, "hold CS-302"),
        ([TAXED_THERE, TAXED_THERE], {"901": IMPORT}, "keep edit.gross"),
        ([replace(TAXED_THERE, gross=Decimal("1.00"))], {}, "hold CS-304"),
        ([TAXED_THERE, replace(EXEMPT_THERE, tax_rule="1")], {}, "hold CS-304"),
    ],
)
def test_parts_of_a_split_invoice(
    there: list[BookedVoucher], tags: dict[str, frozenset[str]], decided: str
) -> None:
    assert verdict(SPLIT_INVOICE, SPLIT, vouchers=Ledger(there), tags=tags) == decided


def test_the_missing_part_is_the_one_that_is_not_there() -> None:
    for there, missing in ((TAXED_THERE, EXEMPT), (EXEMPT_THERE, TAXED)):
        decision = decide(SPLIT_INVOICE, Books(Ledger([there]), setup=SETUP), SPLIT, today=TODAY)
        assert isinstance(decision, Finish)
        assert decision.missing == (missing,)


def test_parts_that_stand_of_an_invoice_that_is_whole_now_are_no_longer_meant() -> None:
    """The space does not split any more: what stands is no part of what is wanted."""
    invoice = an_invoice(a_line())
    part = saved(replace(wanted_of(invoice)[0], key=part_key("inv-1", 1)), "901")
    decision = decide(invoice, Books(Ledger([part]), setup=SETUP), a_space(), today=TODAY)
    details = {"invoice": "CW-2026-1", "voucher": "901", "fields": "positions"}
    assert decision == Hold((Reason("CS-304", details),))


# --- carried out, it is kept


def carried_out(decision: Create, contact_id: str | None) -> Books:
    """What stands after `apply` did all of it."""
    there = [
        saved(one, str(900 + index), contact_id=contact_id)
        for index, one in enumerate(decision.vouchers)
    ]
    tags = {one.id: IMPORT if contact_id else BOTH for one in there}
    return Books(Ledger(there), tags, setup=SETUP)


AMOUNTS = st.decimals("-999.99", "999.99", places=2)
LINES = st.builds(
    lambda net, kind: a_line(str(net), kind[0], code=kind[1]),
    AMOUNTS,
    st.sampled_from([("19", "4400"), ("7", "4300"), ("0", "4200"), ("19", None)]),
)
INVOICES = st.builds(
    lambda lines, number, day, status: an_invoice(
        *lines, number=number, date=day, paid_status=status
    ),
    st.lists(LINES, min_size=1, max_size=4),
    st.sampled_from(["CW-2026-1", "3", "R 7/2026"]),
    st.dates(date(2025, 12, 30), date(2026, 7, 2)),
    st.sampled_from(["unpaid", "paid", "canceled"]),
)


@given(INVOICES, st.sampled_from([None, "500"]), st.booleans())
def test_decided_again_after_it_was_carried_out_an_invoice_is_kept(
    invoice: Invoice,
    contact_id: str | None,
    split: bool,  # noqa: FBT001  hypothesis
) -> None:
    rules = a_space(zero_rate=FREE, split_vouchers=split)
    decision = decide(invoice, Books(setup=SETUP), rules, today=TODAY)
    if not isinstance(decision, Create):
        assert isinstance(decision, Skip | Hold)
        return
    assert sum(one.sums.gross for one in decision.vouchers) == invoice.gross
    books = carried_out(decision, contact_id)
    again = decide(invoice, books, rules, today=TODAY)
    assert again == Keep(tuple(books.vouchers.of_invoice(invoice.id)))


@given(INVOICES, st.booleans(), st.booleans(), st.integers(1, 2))
def test_interrupted_anywhere_it_is_finished_and_nothing_is_made_twice(
    invoice: Invoice,
    documented: bool,  # noqa: FBT001  as hypothesis calls it
    split: bool,  # noqa: FBT001
    count: int,
) -> None:
    rules = a_space(zero_rate=FREE, split_vouchers=split)
    decision = decide(invoice, Books(setup=SETUP), rules, today=TODAY)
    if not isinstance(decision, Create):
        return
    there = [
        saved(one, str(900 + index), has_document=documented)
        for index, one in enumerate(decision.vouchers[:count])
    ]
    again = decide(invoice, Books(Ledger(there), setup=SETUP), rules, today=TODAY)
    assert isinstance(again, Finish), again
    assert {*again.missing, *decision.vouchers[:count]} == set(decision.vouchers)
    assert len(again.undocumented) == (0 if documented else len(there))
    assert all(tags == ("Mismatch", "Import") for tags in again.tags.values())


def test_our_key_is_compared_for_equality() -> None:
    close = invoice_key("inv-1")[:-1] + ("A" if invoice_key("inv-1")[-1] != "A" else "B")
    ledger = Ledger([own(description=f"X {marker(close)}")])
    assert verdict(an_invoice(), vouchers=ledger) == "create 1 mismatch"
