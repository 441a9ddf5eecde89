"""Both sides side by side: everything planted is found, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.decisions import Books, decide
from cobot_sevdesk.domain.identity import marker, membership_key
from cobot_sevdesk.domain.invoice import Debtor, Invoice, UnreadableInvoice
from cobot_sevdesk.domain.ledger import AddressBook, Ledger
from cobot_sevdesk.domain.mapping import to_vouchers
from cobot_sevdesk.domain.plan import Planned
from cobot_sevdesk.domain.problems import Reason, Remark
from cobot_sevdesk.domain.reconciliation import Both, Finding, Reconciliation, gaps_in, reconcile
from cobot_sevdesk.domain.totals import Group
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, position_sums
from cobot_sevdesk.domain.window import Window
from support.builders import a_booked_voucher, a_line, a_setup, a_space, an_invoice

TODAY = date(2026, 12, 31)
MANY = 150
SPACE = a_space(due_in_days=7)
SETUP = a_setup(cost_centre_id="77")


class Ledgers:
    """Two sides in which everything agrees, to be spoiled."""

    def __init__(self, count: int = 30) -> None:
        self.invoices: list[Invoice | UnreadableInvoice] = []
        self.vouchers: dict[str, BookedVoucher] = {}
        self.positions: dict[str, list[BookedPosition]] = {}
        self.tags: dict[str, frozenset[str]] = {}
        self.gone: list[BookedVoucher] = []
        self.window = Window(date(2026, 1, 1), date(2026, 3, 1))
        self.rules = SPACE
        self.others: list[Contact] = []
        """Contacts beside those of the debtors."""
        for number in range(1, count + 1):
            self.add(an_invoice_of(number), str(999 + number))

    def add(self, invoice: Invoice, id_: str) -> None:
        """An invoice that is booked as it should be."""
        self.invoices.append(invoice)
        self.book(invoice, id_)

    def book(self, invoice: Invoice, id_: str) -> None:
        outcome = to_vouchers(invoice, space=self.rules, setup=SETUP)
        assert isinstance(outcome, tuple), outcome
        (wanted,) = outcome
        self.vouchers[id_] = a_booked_voucher(
            invoice,
            id=id_,
            deadline=wanted.deadline,
            cost_centre_id="77",
            tax_rule=str(wanted.tax_rule),
            contact_id=f"c-{invoice.debtor.id}" if invoice.debtor else None,
            currency=invoice.currency,
        )
        self.tags[id_] = frozenset({"Import"})
        self.positions[id_] = []
        for position in wanted.positions:
            sums = position_sums(position, in_net=wanted.in_net)
            booked = BookedPosition(id_, position.account_id, position.rate, sums.net, sums.gross)
            self.positions[id_].append(booked)

    def change(self, id_: str, **changes: object) -> None:
        self.vouchers[id_] = replace(self.vouchers[id_], **changes)  # type: ignore[arg-type]

    def reconcile(self) -> Reconciliation:
        debtors = {
            one.debtor.id for one in self.invoices if isinstance(one, Invoice) and one.debtor
        }
        contacts = [
            Contact(f"c-{id_}", f"K-{id_}", "A", description=marker(membership_key(id_)))
            for id_ in debtors
        ]
        ledger = Ledger(self.vouchers.values())
        books = Books(
            ledger,
            self.tags,
            setup=SETUP,
            contacts=AddressBook([*contacts, *self.others]),
            still_in_cobot=frozenset(self.vouchers) - {one.id for one in self.gone},
        )
        planned = [
            Planned(one, decide(one, books, self.rules, today=TODAY)) for one in self.invoices
        ]
        return reconcile(
            Both(planned, books, SETUP, self.rules, self.window, self.positions, self.gone)
        )


def an_invoice_of(number: int) -> Invoice:
    lines = (a_line(f"{number % 90 + 10}.37"), *[a_line("5.00", "7", code="4300")] * 2)
    day = date(2026, 1, 1) + timedelta(days=number % 59)
    return an_invoice(
        *lines[: 1 + number % 3],
        id=f"inv-{number}",
        number=f"CW-{number}",
        date=day,
        debtor=Debtor("memberships", f"mem-{number % 40}"),
    )


def errors(books: Ledgers) -> list[Finding]:
    return [finding for finding in books.reconcile().findings if finding.is_error]


def words(finding: Finding) -> str:
    return finding.in_words("de")


def test_books_that_agree_are_green_and_add_up() -> None:
    outcome = Ledgers(60).reconcile()
    assert outcome.findings == []
    assert outcome.agrees
    assert outcome.invoices == 60
    overall = outcome.totals.overall()
    assert overall.cobot == overall.sevdesk
    assert overall.difference == 0
    assert overall.cobot_count == overall.sevdesk_count == 120
    assert {group.month for group, _ in outcome.totals.rows()} == {"2026-01", "2026-02"}


def spoil(books: Ledgers) -> dict[str, str]:
    """Twelve errors; returns the finding each must lead to, by invoice number."""
    del books.vouchers["1001"]
    third = books.invoices[2]
    assert isinstance(third, Invoice)
    books.book(third, "5003")
    gone = a_booked_voucher(an_invoice(id="gone", number="CW-X"), id="5004")
    books.gone.append(gone)
    books.change("1004", description=books.vouchers["1004"].description.replace("CW-5", "CW-5b"))
    books.change("1005", date=date(2026, 3, 3))
    books.change("1006", deadline=date(2026, 3, 3))
    books.change("1007", contact_id="c-somebody")
    books.change("1008", gross=Decimal("1.00"))
    books.positions["1008"] = [replace(books.positions["1008"][0], gross=Decimal("1.00"))]
    books.positions["1009"] = [replace(books.positions["1009"][0], account_id="id-4200")]
    books.change("1010", cost_centre_id="78")
    books.tags["1011"] = frozenset({"Mismatch"})
    books.tags["1012"] = frozenset()
    return {
        "CW-2": "missing",
        "CW-3": "doubled",
        gone.description: "extra",
        "CW-5": "differs",
        "CW-6": "differs",
        "CW-7": "differs",
        "CW-8": "differs",
        "CW-9": "differs",
        "CW-10": "differs",
        "CW-11": "differs",
        "CW-12": "unfinished",
        "CW-13": "unfinished",
    }


@pytest.mark.parametrize("count", [30, MANY])
def test_each_of_twelve_planted_errors_is_found_and_nothing_else(count: int) -> None:
    books = Ledgers(count)
    wanted = spoil(books)
    assert {finding.number: finding.kind for finding in errors(books)} == wanted
    assert len(errors(books)) == 12


def test_a_difference_says_what_is_there_and_what_should_be() -> None:
    books = Ledgers()
    spoil(books)
    accounts = (
        "Buchungskonto 4200 zu 19 %: 24,24 statt 0,00 EUR",
        "Buchungskonto 4300 zu 7 %: 0,00 statt 5,35 EUR",
        "Buchungskonto 4400 zu 19 %: 0,00 statt 24,24 EUR",
    )
    gone = "an diesem Tag nicht mehr in Cobot: gelöscht oder auf einen anderen Tag verlegt"
    assert {one.number: (words(one), *one.voucher_ids) for one in errors(books)} == {
        "CW-2": ("25,42 EUR vom 03.01.2026: nie gebucht oder in sevDesk gelöscht",),
        "CW-3": ("CS-302 sevDesk enthält CW-3 mehrfach", "1002", "5003"),
        "CW-5": (f"Nummer {books.vouchers['1004'].description} statt CW-5", "1004"),
        "CW-6": ("Datum 03.03.2026 statt 07.01.2026", "1005"),
        "CW-7": ("Fälligkeit 03.03.2026 statt 15.01.2026", "1006"),
        "CW-8": ("Kontakt c-somebody statt c-mem-8", "1007"),
        "CW-9": ("Buchungskonto 4400 zu 19 %: 1,00 statt 23,05 EUR", "1008"),
        "CW-10": ("; ".join(accounts), "1009"),
        "CW-11": ("Kostenstelle 78 statt 77", "1010"),
        "CW-12": ("ohne Schlagwort Import", "1011"),
        "CW-13": ("ohne Schlagwort Import", "1012"),
        books.gone[0].description: (gone, "5004"),
    }


def test_another_tax_rule_than_would_be_used_today_differs() -> None:
    books = Ledgers(3)
    books.change("1000", tax_rule="4")
    (finding,) = errors(books)
    assert words(finding) == "Steuerregel 4 statt 1"


def test_every_part_of_a_split_invoice_is_compared() -> None:
    books = Ledgers(0)
    split = an_invoice(a_line(), a_line("50.00", "0", code="4200"), number="CW-1")
    books.rules = replace(SPACE, split_vouchers=True, zero_rate={"domestic": 4})
    books.invoices.append(split)
    parts = to_vouchers(split, space=books.rules, setup=SETUP)
    assert isinstance(parts, tuple)
    for id_, part in zip(("1", "2"), parts, strict=True):
        books.vouchers[id_] = a_booked_voucher(
            split,
            id=id_,
            description=part.description,
            deadline=part.deadline if id_ == "2" else date(2026, 3, 3),
            cost_centre_id="77",
            contact_id="c-mem-1",
            tax_rule="11" if id_ == "2" else "17",
        )
        books.tags[id_] = frozenset({"Import"})
        books.positions[id_] = [
            BookedPosition(id_, one.account_id, one.rate, sums.net, sums.gross)
            for one in part.positions
            for sums in [position_sums(one, in_net=part.in_net)]
        ]
    (finding,) = errors(books)
    assert words(finding) == "Fälligkeit 03.03.2026 statt 12.01.2026; Steuerregel 11, 17 statt 1, 4"
    assert finding.voucher_ids == ("1", "2")


def test_what_is_held_back_is_red_with_its_reason() -> None:
    books = Ledgers(3)
    books.invoices.append(an_invoice(a_line(code="Podcast"), id="x", number="CW-4"))
    (finding,) = errors(books)
    assert (finding.kind, finding.number) == ("held_back", "CW-4")
    assert finding.what[0] == Reason("CS-202", {"code": "Podcast", "target": "Podcast"})
    assert books.reconcile().totals.overall().difference == Decimal("-119.00")


def test_what_a_person_must_compare_differs() -> None:
    books = Ledgers(3)
    by_hand = a_booked_voucher(an_invoice(), id="77", description="CW-4", gross=Decimal("1.00"))
    books.vouchers["77"] = by_hand
    books.invoices.append(an_invoice(id="x", number="CW-4"))
    (finding,) = errors(books)
    assert (finding.kind, finding.number) == ("differs", "CW-4")
    assert "CS-301" in words(finding)


def test_what_was_interrupted_and_saved_otherwise_differs() -> None:
    books = Ledgers(3)
    books.tags["1000"] = frozenset()
    books.change("1000", gross=Decimal("1.00"))
    (finding,) = errors(books)
    assert (finding.kind, finding.number, finding.voucher_ids) == ("differs", "CW-1", ("1000",))
    assert "CS-304" in words(finding)


def test_a_number_that_was_issued_anew_differs() -> None:
    books = Ledgers(3)
    before = a_booked_voucher(an_invoice(id="before", number="CW-4"), id="77")
    books.vouchers["77"] = before
    books.gone.append(before)
    books.invoices.append(an_invoice(id="x", number="CW-4"))
    assert [(one.kind, one.number) for one in errors(books)] == [
        ("differs", "CW-4"),
        ("extra", before.description),
    ]


def test_a_mismatch_names_the_likely_contact_and_is_not_red() -> None:
    books = Ledgers(3)
    books.change("1000", contact_id=None)
    outcome = books.reconcile()
    assert outcome.agrees
    likely = Remark("finding.likely_contacts", {"numbers": "K-mem-1"})
    assert outcome.findings == [Finding("mismatch", "CW-1", (likely,), ("1000",))]


ADA = Contact("1", "10", first_name="Ada", last_name="Beispiel")
FOUR_OF_HER_NAME = [
    ADA,
    replace(ADA, id="2", customer_number=None),
    replace(ADA, id="3", customer_number="30"),
    replace(ADA, id="4", customer_number="40"),
]
STRANGER = Contact("8", "18", "Fremd")


@pytest.mark.parametrize(
    ("contacts", "told"),
    [
        (FOUR_OF_HER_NAME, Remark("finding.likely_contacts", {"numbers": "10, Id 2, 30"})),
        (
            [Contact("7", "17", "Ganz Anders"), STRANGER],
            Remark("finding.similar_contacts", {"numbers": "17"}),
        ),
        ([STRANGER], Remark("finding.no_contact")),
    ],
    ids=["by name", "by number", "none"],
)
def test_a_mismatch_without_our_contact_names_those_that_come_close(
    contacts: list[Contact], told: Remark
) -> None:
    books = Ledgers(0)
    books.others = contacts
    books.add(an_invoice(debtor=None, customer_number="17"), "1")
    assert [one.what for one in books.reconcile().findings] == [(told,)]


@pytest.mark.parametrize("attach", [True, False])
def test_a_document_that_is_missing_is_told_and_is_not_red(*, attach: bool) -> None:
    """Whether an interruption or a person took it away cannot be told."""
    books = Ledgers(3)
    books.rules = replace(SPACE, attach_pdf=attach)
    books.change("1000", has_document=False)
    outcome = books.reconcile()
    assert outcome.agrees
    told = Finding("no_document", "CW-1", (Remark("finding.no_document"),), ("1000",))
    assert outcome.findings == ([told] if attach else [])


def test_booked_by_hand_counts_and_is_told_with_its_accounts() -> None:
    books = Ledgers(3)
    invoice = an_invoice(id="x", number="CW-4", debtor=None)
    books.add(invoice, "77")
    books.change("77", description="CW-4", supplier_name="Ada Beispiel")
    books.positions["77"] = [replace(books.positions["77"][0], account_id="id-4200")]
    outcome = books.reconcile()
    assert outcome.agrees
    (finding,) = outcome.findings
    assert (finding.kind, finding.voucher_ids) == ("booked_by_hand", ("77",))
    assert words(finding) == (
        "von Hand gebucht als Beleg 77; Buchungskonto 4200 zu 19 %: 119,00 statt 0,00 EUR; "
        "Buchungskonto 4400 zu 19 %: 0,00 statt 119,00 EUR"
    )
    assert outcome.totals.overall().difference == 0


def test_what_is_booked_by_hand_is_not_compared_where_it_has_no_account_here() -> None:
    books = Ledgers(3)
    invoice = an_invoice(a_line(code="Podcast"), id="x", number="CW-4", debtor=None)
    books.invoices.append(invoice)
    books.vouchers["77"] = a_booked_voucher(
        invoice, id="77", description="CW-4", contact_id=None, supplier_name="Ada Beispiel"
    )
    amounts = (Decimal(19), Decimal("100.00"), Decimal("119.00"))
    books.positions["77"] = [BookedPosition("77", "id-4200", *amounts)]
    (finding,) = books.reconcile().findings
    assert words(finding) == "von Hand gebucht als Beleg 77"


def test_what_is_ignored_is_told_with_the_vouchers_that_stand() -> None:
    books = Ledgers(3)
    books.rules = replace(SPACE, ignored={"CW-2": "Test"})
    told = Finding("skipped", "CW-2", (Remark("skip.ignored", {"reason": "Test"}),), ("1001",))
    assert books.reconcile().findings == [told]


def test_an_unreadable_invoice_is_told_whether_it_stands_or_not() -> None:
    books = Ledgers(2)
    books.invoices[0] = UnreadableInvoice("inv-1", "CW-1", "attributes.items", "a list")
    books.invoices.append(UnreadableInvoice(None, "CW-3", "id", "an id"))
    assert [(one.number, one.kind, one.voucher_ids) for one in errors(books)] == [
        ("CW-1", "differs", ("1000",)),
        ("CW-3", "held_back", ()),
    ]


# --- everything since go-live


FREE = an_invoice(a_line("0.00", "0"))


@pytest.mark.parametrize(
    ("kind", "invoice", "voucher"),
    [
        ("missing", an_invoice(), None),
        ("held_back", an_invoice(a_line(code=None)), None),
        ("unfinished", an_invoice(), {"tags": frozenset()}),
        (None, an_invoice(), {}),
        (None, FREE, None),
        (None, an_invoice(), {"deadline": date(2026, 3, 3)}),
    ],
    ids=["missing", "held back", "unfinished", "booked", "skipped", "booked, edited"],
)
def test_outside_of_the_window_only_what_is_not_booked_is_named(
    kind: str | None, invoice: Invoice, voucher: dict[str, Any] | None
) -> None:
    books = Ledgers(0)
    books.window = Window(date(2026, 2, 1), date(2026, 3, 1))
    books.invoices.append(replace(FREE, id="free", number="CW-99", date=date(2026, 2, 5)))
    outside = replace(invoice, id="x", number="CW-100")
    if voucher is None:
        books.invoices.append(outside)
    else:
        changes = {"tags": frozenset({"Import"}), **voucher}
        books.add(outside, "1100")
        books.tags["1100"] = changes.pop("tags")
        books.change("1100", **changes)
    outcome = books.reconcile()
    assert [one.kind for one in outcome.findings] == ["skipped", *([kind] if kind else [])]
    assert outcome.agrees is (kind is None)
    assert (outcome.invoices, outcome.totals.rows()) == (1, [])


# --- currencies


def test_currencies_never_share_a_sum() -> None:
    books = Ledgers(0)
    books.rules = replace(SPACE, books_foreign_currency=True)
    books.add(an_invoice(id="eur", number="CW-1", debtor=None), "1")
    books.add(an_invoice(id="chf", number="CW-2", currency="CHF", debtor=None), "2")
    # sevDesk states the positions as it converted them.
    converted = replace(books.positions["2"][0], net=Decimal("105.00"), gross=Decimal("124.95"))
    books.positions["2"] = [converted]
    outcome = books.reconcile()
    assert [one.kind for one in outcome.findings] == ["mismatch", "mismatch"]
    euros, francs = outcome.totals.overall(), outcome.totals.overall("CHF")
    assert (euros.cobot.gross, euros.sevdesk.gross) == (Decimal("119.00"), Decimal("119.00"))
    assert (francs.cobot.gross, francs.sevdesk.gross) == (Decimal("119.00"), Decimal("124.95"))
    assert outcome.totals.currencies() == ["EUR", "CHF"]
    groups = [group for group, _ in outcome.totals.rows()]
    assert groups == [Group("2026-01", "4400", Decimal(19), one) for one in ("EUR", "CHF")]
    assert [outcome.totals.difference_of(group) for group in groups] == [0, 0]


@pytest.mark.parametrize(
    ("gross", "there"), [(Decimal("118.00"), "118,00"), (Decimal(0), "0,00"), (None, "0,00")]
)
def test_another_sum_in_another_currency_differs(gross: Decimal | None, there: str) -> None:
    books = Ledgers(0)
    books.rules = replace(SPACE, books_foreign_currency=True)
    books.add(an_invoice(id="chf", number="CW-2", currency="CHF"), "2")
    books.change("2", gross=gross)
    (finding,) = errors(books)
    assert words(finding) == f"Brutto {there} statt 119,00"


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        (["R-1", "R-2", "R-3"], []),
        (["R-1", "R-3"], ["R-2"]),
        (["R-001", "R-005", "S-9"], ["R-002 – R-004"]),
        (["2026/9", "2026/12"], ["2026/10 – 2026/11"]),
        (["frei", "A-1"], []),
    ],
)
def test_gaps_are_found_for_each_prefix(numbers: list[str], gaps: list[str]) -> None:
    found = gaps_in(numbers)
    assert [finding.number for finding in found] == gaps
    assert {words(finding) for finding in found} <= {"in Cobot nicht (mehr) vorhanden"}
