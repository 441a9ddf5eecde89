"""Both sides side by side: everything planted is found, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from builders import a_booked_voucher, a_line, a_setup, a_space, an_invoice
from cobot_sevdesk.domain.contact import AddressBook, Contact
from cobot_sevdesk.domain.invoice import Debtor, Invoice
from cobot_sevdesk.domain.keys import marker, membership_key
from cobot_sevdesk.domain.mapping import Bookable, judge
from cobot_sevdesk.domain.planning import Ledger
from cobot_sevdesk.domain.reconciliation import Both, Finding, Reconciliation, gaps_in, reconcile
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, position_sums

TODAY = date(2026, 12, 31)
MANY = 2000
SPACE = a_space(due_in_days=7)
SETUP = a_setup(cost_centre_id="77")


class Books:
    """A ledger in which everything agrees, to be spoiled."""

    def __init__(self, count: int = 30) -> None:
        self.invoices = [an_invoice_of(n) for n in range(1, count + 1)]
        self.vouchers: dict[str, BookedVoucher] = {}
        self.positions: dict[str, list[BookedPosition]] = {}
        self.tags: dict[str, set[str]] = {}
        self.orphans: list[BookedVoucher] = []
        for number, invoice in enumerate(self.invoices):
            self.book(invoice, str(1000 + number))

    def book(self, invoice: Invoice, id_: str) -> None:
        verdict = judge(invoice, space=SPACE, setup=SETUP, today=TODAY)
        assert isinstance(verdict, Bookable)
        (wanted,) = verdict.vouchers
        self.vouchers[id_] = a_booked_voucher(
            invoice,
            id=id_,
            deadline=wanted.deadline,
            cost_centre_id="77",
            tax_rule=str(wanted.tax_rule),
            contact_id=f"c-{invoice.debtor.id}" if invoice.debtor else None,
        )
        self.tags[id_] = {"Import"}
        self.positions[id_] = []
        for position in wanted.positions:
            sums = position_sums(position, in_net=wanted.in_net)
            booked = BookedPosition(id_, position.account_id, position.rate, sums.net, sums.gross)
            self.positions[id_].append(booked)

    def change(self, id_: str, **changes: object) -> None:
        self.vouchers[id_] = replace(self.vouchers[id_], **changes)  # type: ignore[arg-type]

    def reconcile(self) -> Reconciliation:
        judged = [(one, judge(one, space=SPACE, setup=SETUP, today=TODAY)) for one in self.invoices]
        debtors = {one.debtor.id for one in self.invoices if one.debtor}
        contacts = [
            Contact(f"c-{id_}", "1", "A", description=marker(membership_key(id_)))
            for id_ in debtors
        ]
        return reconcile(
            Both(
                judged=judged,
                ledger=Ledger(self.vouchers.values()),
                positions=self.positions,
                tags=self.tags,
                book=AddressBook(contacts),
                chart=SETUP.chart,
                orphans=self.orphans,
            )
        )


def an_invoice_of(number: int) -> Invoice:
    lines = (a_line(f"{number % 90 + 10}.37"), a_line("5.00", "7", code="4300"))
    day = date(2026, 1, 1) + timedelta(days=number % 59)
    return an_invoice(
        *lines[: 1 + number % 2],
        id=f"inv-{number}",
        number=f"CW-{number}",
        date=day,
        debtor=Debtor("memberships", f"mem-{number % 40}"),
    )


def errors(books: Books) -> list[Finding]:
    return [finding for finding in books.reconcile().findings if finding.is_error]


def test_books_that_agree_are_green_and_add_up() -> None:
    outcome = Books(60).reconcile()
    assert outcome.agrees
    assert outcome.findings == []
    overall = outcome.totals.overall()
    assert overall.cobot == overall.sevdesk
    assert overall.difference == 0
    assert {group.month for group, _ in outcome.totals.rows()} == {"2026-01", "2026-02"}


def spoil(books: Books) -> dict[str, str]:
    """Twelve errors; returns the finding each must lead to, by invoice number."""
    del books.vouchers["1001"]
    books.book(books.invoices[2], "5003")
    orphan = a_booked_voucher(an_invoice(id="gone", number="CW-X"), id="5004")
    books.orphans.append(orphan)
    books.change("1004", description=books.vouchers["1004"].description.replace("CW-5", "CW-5b"))
    books.change("1005", date=date(2026, 3, 3))
    books.change("1006", deadline=date(2026, 3, 3))
    books.change("1007", contact_id="c-somebody")
    books.change("1008", gross=Decimal("1.00"))
    books.positions["1008"] = [replace(books.positions["1008"][0], gross=Decimal("1.00"))]
    books.positions["1009"] = [replace(books.positions["1009"][0], account_id="id-4200")]
    books.change("1010", cost_centre_id="78")
    books.change("1011", has_document=False)
    books.tags["1012"] = set()
    return {
        "CW-2": "missing",
        "CW-3": "doubled",
        orphan.description: "extra",
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
    books = Books(count)
    wanted = spoil(books)
    assert {finding.number: finding.kind for finding in errors(books)} == wanted
    assert len(errors(books)) == 12


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("CW-6", "Datum 2026-03-03 statt"),
        ("CW-7", "Fälligkeit 2026-03-03 statt"),
        ("CW-8", "Kontakt c-somebody statt c-mem-8"),
        ("CW-10", "Konto 4200"),
        ("CW-11", "Kostenstelle 78 statt 77"),
    ],
)
def test_a_difference_says_what_is_there_and_what_should_be(number: str, told: str) -> None:
    books = Books()
    spoil(books)
    (finding,) = [one for one in errors(books) if one.number == number]
    assert told in finding.what


def test_what_is_held_back_is_red_with_its_reason() -> None:
    books = Books(3)
    books.invoices.append(an_invoice(a_line(code="Podcast"), id="x", number="CW-4"))
    (finding,) = errors(books)
    assert (finding.kind, finding.number) == ("held_back", "CW-4")
    assert "CS-202" in finding.what
    assert books.reconcile().totals.overall().difference == Decimal("-119.00")


def test_a_mismatch_names_the_likely_contact_and_is_not_red() -> None:
    books = Books(3)
    books.change("1000", contact_id=None)
    outcome = books.reconcile()
    assert outcome.agrees
    (finding,) = outcome.findings
    assert finding.kind == "mismatch"
    assert "c-mem-1" in finding.what


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        (["R-1", "R-2", "R-3"], []),
        (["R-1", "R-3"], ["R-2"]),
        (["R-001", "R-005", "S-9"], ["R-002 bis R-004"]),
        (["2026/9", "2026/12"], ["2026/10 bis 2026/11"]),
        (["frei", "A-1"], []),
    ],
)
def test_gaps_are_found_for_each_prefix(numbers: list[str], gaps: list[str]) -> None:
    assert [finding.number for finding in gaps_in(numbers)] == gaps
