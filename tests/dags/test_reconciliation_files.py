"""The files of a reconciliation read as German readers write, and explain what they colour."""

import csv
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cobot_sevdesk.airflow.reconciliation_files import TO_DO, About, to_files
from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.decisions import Books, Create, decide
from cobot_sevdesk.domain.invoice import Address, Invoice
from cobot_sevdesk.domain.ledger import AddressBook, Ledger
from cobot_sevdesk.domain.plan import Planned
from cobot_sevdesk.domain.reconciliation import KINDS, Both, reconcile
from cobot_sevdesk.domain.voucher import BookedPosition, BookedVoucher, Voucher, position_sums
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.sync.reconcile import Evidence, Reconciled
from support.builders import a_booked_voucher, a_line, a_setup, a_space, an_invoice

pytestmark = pytest.mark.airflow

SPACE, SETUP, TODAY = a_space(books_foreign_currency=True), a_setup(), date(2026, 3, 3)
WINDOW = Window(date(2026, 1, 1), date(2026, 2, 1))


def sample(count: int = 12) -> Reconciled:
    """A January: all agrees but a voucher by hand on another account, one that is missing, ..."""
    invoices = [an_invoice_of(number) for number in range(1, count + 1)]
    vouchers: dict[str, BookedVoucher] = {}
    positions: dict[str, list[BookedPosition]] = {}
    for number, invoice in enumerate(invoices, 1):
        decision = decide(invoice, Books(setup=SETUP), SPACE, today=TODAY)
        assert isinstance(decision, Create)
        (wanted,) = decision.vouchers
        id_ = str(81000 + number)
        vouchers[id_] = a_booked_voucher(
            invoice, id=id_, currency=invoice.currency, deadline=wanted.deadline, tax_rule="1"
        )
        positions[id_] = booked(id_, wanted)
    by_hand = vouchers["81002"]
    vouchers["81002"] = replace(
        by_hand, description="EL-2026-2", supplier_name="Ada Beispiel", contact_id=None
    )
    positions["81002"] = [replace(positions["81002"][0], account_id="id-4200")]
    del vouchers["81003"]
    vouchers["81004"] = replace(vouchers["81004"], date=date(2026, 1, 30))
    vouchers["81005"] = replace(vouchers["81005"], contact_id=None)
    books = Books(
        Ledger(vouchers.values()),
        {id_: frozenset({"Import"}) for id_ in vouchers},
        setup=SETUP,
        contacts=AddressBook([Contact("9", "10042", last_name="Beispeil", first_name="Ada")]),
    )
    planned = [Planned(one, decide(one, books, SPACE, today=TODAY)) for one in invoices]
    outcome = reconcile(Both(planned, books, SETUP, SPACE, WINDOW, positions))
    return Reconciled(outcome, tuple(evidence_of(one) for one in invoices))


def an_invoice_of(number: int) -> Invoice:
    lines = [a_line(f"{number * 1000}.37"), a_line("5.00", "7", code="4300")]
    return an_invoice(
        *lines[: 1 + number % 2],
        id=f"3f2b{number:04}-77aa-4c1e-9d00-1234567890ab",
        number=f"EL-2026-{number}",
        date=date(2026, 1, number),
        currency="CHF" if number == 9 else "EUR",
        recipient=Address(name="Ada Beispiel", country="DE"),
        debtor=None,
    )


def booked(id_: str, voucher: Voucher) -> list[BookedPosition]:
    sums = [(one, position_sums(one, in_net=voucher.in_net)) for one in voucher.positions]
    return [BookedPosition(id_, one.account_id, one.rate, s.net, s.gross) for one, s in sums]


def evidence_of(invoice: Invoice) -> Evidence:
    return Evidence(
        number=invoice.number,
        date=invoice.date.isoformat(),
        gross=f"{invoice.gross} {invoice.currency}",
        cobot_id=invoice.id,
        keys="ABCDEFGHIJ",
        voucher_ids="81001",
        payload_hash="5e" * 32,
        pdf_hash="c3" * 32,
    )


def files(count: int = 12) -> dict[str, str]:
    made = datetime(2026, 2, 3, 6, 30, tzinfo=UTC)
    return to_files(sample(count), About("elbe-hub", WINDOW, made, "0123456789ab"))


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(table.splitlines(), delimiter=";"))


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]).split())


def test_the_page_explains_each_line_that_it_colours() -> None:
    page = files()["abstimmung.html"]
    coloured = re.findall(r'class="off">(.*?)</tr>\s*(<tr class="why">)?', page, re.DOTALL)
    assert len(coloured) == 3
    assert all(why for _, why in coloured)
    told = plain(page)
    by_hand = "Von Hand oder von anderen gebucht"
    assert f"Differenz durch EL-2026-2 (2.380,44 EUR; {by_hand})" in told
    assert f"EL-2026-2 (-2.380,44 EUR; {by_hand})" in told
    assert "EL-2026-3 (-3.570,44 EUR; Fehlt in sevDesk)" in told


def test_many_causes_are_counted() -> None:
    reconciled = sample()
    for _, total in reconciled.outcome.totals.rows():
        for number in range(20):
            total.add_difference(f"Z-{number}", Decimal(1))
    made = datetime(2026, 2, 3, tzinfo=UTC)
    page = to_files(reconciled, About("x", WINDOW, made, "y"))["abstimmung.html"]
    assert "und 14 weitere" in page


def test_all_dates_and_amounts_are_german() -> None:
    for name, content in files().items():
        told = plain(content) if name.endswith("html") else content
        assert not re.search(r"\d{4}-\d{2}-\d{2}", told), name
        assert not re.search(r"\d\.\d{2}(?![\d.])", told), name


def test_the_tables_have_german_headings_and_clean_cells() -> None:
    made = files()
    proof = rows(made["nachweise.csv"])[1]
    assert proof["Rechnung"] == "EL-2026-2"
    assert proof["Datum"] == "02.01.2026"
    assert (proof["Brutto"], proof["Währung"]) == ("2.380,44", "EUR")
    assert len(proof["Prüfsumme des PDF"]) == 64
    total = rows(made["summen.csv"])[0]
    assert (total["Monat"], total["Buchungskonto"], total["Steuersatz"]) == (
        "01.2026",
        "4200",
        "19",
    )
    found = {one["Rechnung"]: one for one in rows(made["befunde.csv"])}
    assert found["EL-2026-4"]["Befund"] == "Datum 30.01.2026 statt 04.01.2026"
    assert "Trigger" in found["EL-2026-3"]["Was zu tun ist"]


def test_an_unreadable_invoice_has_empty_cells() -> None:
    reconciled = sample()
    odd = Evidence("?", "", "", "", "", "", "", "")
    made = datetime(2026, 2, 3, tzinfo=UTC)
    about = About("x", WINDOW, made, "y")
    table = to_files(replace(reconciled, evidence=(odd,)), about)["nachweise.csv"]
    assert rows(table)[0]["Brutto"] == ""


def test_a_mismatch_names_the_contact_and_what_to_do() -> None:
    told = plain(files()["abstimmung.html"])
    assert "der Kontakt mit Kundennummer 10042" in told
    assert TO_DO["mismatch"] in told


def test_every_kind_says_what_to_do() -> None:
    assert set(TO_DO) == set(KINDS)
