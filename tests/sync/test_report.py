"""The report of a run, the preflight and the reconciliation: the same three steps, told."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from cobot_sevdesk.clients.sevdesk.payloads import voucher_payload
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.catalogue.report_lines import ENGLISH_REPORT, GERMAN_REPORT
from cobot_sevdesk.domain.chart import AccountingCode
from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.identity import invoice_key, marker
from cobot_sevdesk.domain.invoice import UnreadableInvoice
from cobot_sevdesk.domain.mapping import to_vouchers
from cobot_sevdesk.domain.plan import MembersApplied, Row, State
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason, Remark, stopping
from cobot_sevdesk.domain.reconciliation import Finding
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CredentialsError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)
from cobot_sevdesk.sync.preflight import Ahead, look_ahead
from cobot_sevdesk.sync.reconcile import Evidence, Reconciled, reconcile_window
from cobot_sevdesk.sync.report import Outcome, Report, in_words, make_report
from support.builders import a_line, a_setup, an_invoice
from sync.wire import away
from sync.world import JANUARY, World

FEBRUARY = Window(date(2026, 2, 1), date(2026, 3, 1))


def row(number: int, state: State, gross: str = "119.00", **changes: Any) -> Row:
    ref = {"date": date(2026, 1, 5), "currency": "EUR"} | changes.pop("ref", {})
    return Row(
        InvoiceRef(f"inv-{number}", f"R-{number}", gross=Decimal(gross), **ref), state, **changes
    )


def report_of(*rows: Row, **more: Any) -> Report:
    fields = {"dry_run": False, "members": MembersApplied(), "problems": (), **more}
    return make_report(Outcome(JANUARY, rows=rows, **fields))


def test_every_state_is_counted_once() -> None:
    states: tuple[State, ...] = ("open", "held", "booked", "kept", "by_hand", "skipped")
    report = report_of(*(row(number, state) for number, state in enumerate(states)))
    assert report.invoices_found == 6
    parts = (report.held_back, report.booked, report.already_booked, report.skipped)
    assert parts == (2, 1, 2, 1)


def test_currencies_never_share_a_sum() -> None:
    report = report_of(
        row(1, "booked"),
        row(2, "booked", "100.00", ref={"currency": "CHF"}, off_by=Decimal("0.01")),
        row(3, "held", "50.00", ref={"currency": "CHF"}),
        problems=[
            Problem(Reason("CS-201"), invoices=(row(3, "held", ref={"currency": "CHF"}).invoice,))
        ],
    )
    assert (report.gross_booked, report.gross_held_back) == ("119.00", "0.00")
    assert report.foreign_currency == {"R-2": "100.00 CHF"}
    assert report.off_by_cents == {"R-2": "0.01 CHF"}
    assert "R-2: 0.01 CHF\n" in in_words(report, "en")
    assert report.last_30_days == {
        "vouchers": 2,
        "gross": "119.00",
        "other_currencies": {"CHF": "100.00"},
    }
    (told,) = report.problems
    assert (told["gross"], told["amounts"], told["count"]) == ("0.00", "119.00 CHF", 1)


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        (["10.004"] * 5, "50.00"),
        (["10.005"] * 5, "50.05"),
        (["-10.005", "10.004", "10.004"], "9.99"),
        (["0.005", "-0.005"], "0.00"),
        (["-0.004"] * 9, "0.00"),
    ],
)
def test_sums_are_those_of_rounded_totals(amounts: list[str], total: str) -> None:
    rows = [row(number, "booked", amount) for number, amount in enumerate(amounts)]
    assert report_of(*rows).gross_booked == total
    held = [row(number, "held", amount) for number, amount in enumerate(amounts)]
    assert report_of(*held).gross_held_back == total


def test_the_last_thirty_days_are_those_of_the_window() -> None:
    days = (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 31))
    rows = [row(n, "kept", ref={"date": day}) for n, day in enumerate(days)]
    assert report_of(*rows).last_30_days["vouchers"] == 2


def test_what_is_worth_telling_is_listed_in_the_language_of_the_space() -> None:
    report = report_of(
        row(1, "kept", remarks=(Remark("edit.lines"),)),
        row(2, "skipped", remarks=(Remark("skip.zero"),)),
        row(3, "by_hand", remarks=(Remark("by_hand", {"voucher": "7"}),)),
        row(4, "booked", mismatch=True, off_by=Decimal("0.01"), moved=Decimal("0.02")),
        gone=[("R-9", Remark("edit.gone"))],
        language="de",
    )
    assert [one["number"] for one in report.edited_later] == ["R-1", "R-9"]
    assert report.edited_later[0]["why"] == "Zeilen geändert"
    assert report.skipped_invoices == [{"number": "R-2", "why": "Summe null"}]
    assert report.booked_by_hand == [{"number": "R-3", "why": "von Hand gebucht als Beleg 7"}]
    assert (report.mismatches, report.mismatched_invoices) == (1, ["R-4"])
    assert (report.off_by_cents, report.moved_cents) == ({"R-4": "0.01"}, {"R-4": "0.02"})
    told = in_words(report, "de").splitlines()
    for line in (
        "später geändert: R-1: Zeilen geändert",
        "ohne Kontakt gebucht (Mismatch): R-4",
        "zwischen Konten verschoben: R-4: 0,02 EUR",
        "  gebucht                1        119,00 EUR",
    ):
        assert line in told


def full_report(language: Language) -> Report:
    """A report that has something in each of its lists."""
    held = row(3, "held", "50.00").invoice
    return report_of(
        row(1, "booked", "1190.00"),
        row(2, "booked", mismatch=True, off_by=Decimal("0.01"), moved=Decimal("-0.02")),
        row(3, "held", "50.00"),
        row(4, "skipped", remarks=(Remark("skip.zero"),)),
        row(6, "kept", remarks=(Remark("edit.lines"), Remark("edit.recipient"))),
        row(5, "by_hand", remarks=(Remark("by_hand", {"voucher": "7"}),)),
        row(7, "booked", "10.00", ref={"currency": "CHF"}),
        dry_run=True,
        members=MembersApplied(
            created=("mem-1", "mem-2"),
            numbered=("mem-1",),
            unknown_countries=("mem-3",),
            odd_tax_ids=("mem-4",),
        ),
        problems=[
            Problem(Reason("CS-201"), invoices=(held,)),
            Problem(Reason("CS-405"), members=("mem-1",)),
        ],
        failed_tasks=["push"],
        language=language,
    )


def test_a_report_has_every_figure_and_every_list() -> None:
    assert full_report("en").to_json() == {
        "from_date": "2026-01-01",
        "to_date": "2026-01-31",
        "dry_run": True,
        "invoices_found": 7,
        "already_booked": 2,
        "booked": 3,
        "held_back": 1,
        "skipped": 1,
        "mismatches": 1,
        "contacts_created": 2,
        "numbers_written": 1,
        "gross_booked": "1309.00",
        "gross_held_back": "50.00",
        "problems": [
            {
                "code": "CS-201",
                "label": "CS-201 Lines without accounting code",
                "count": 1,
                "gross": "50.00",
                "amounts": "50.00 EUR",
            },
            {
                "code": "CS-405",
                "label": "CS-405 Cobot lost other fields when a customer number was written",
                "count": 1,
                "gross": "0.00",
                "amounts": "",
            },
        ],
        "new_invoices": ["R-1", "R-2", "R-7"],
        "known_invoices": ["R-5", "R-6"],
        "edited_later": [{"number": "R-6", "why": "lines changed; recipient changed"}],
        "skipped_invoices": [{"number": "R-4", "why": "total of zero"}],
        "booked_by_hand": [{"number": "R-5", "why": "booked by hand as voucher 7"}],
        "mismatched_invoices": ["R-2"],
        "off_by_cents": {"R-2": "0.01"},
        "moved_cents": {"R-2": "-0.02"},
        "foreign_currency": {"R-7": "10.00 CHF"},
        "last_30_days": {
            "vouchers": 5,
            "gross": "1547.00",
            "other_currencies": {"CHF": "10.00"},
        },
        "members_without_known_country": ["mem-3"],
        "members_with_odd_tax_id": ["mem-4"],
        "failed_tasks": ["push"],
    }


IN_WORDS: dict[Language, str] = {
    "en": """\
2026-01-01 to 2026-01-31
DRY RUN: nothing was written
invoices found           7
  already booked         2
  booked                 3       1309.00 EUR
  held back              1         50.00 EUR
  skipped                1
mismatches               1
contacts created         2
numbers written          1
problem: CS-201 Lines without accounting code (1, 50.00 EUR)
problem: CS-405 Cobot lost other fields when a customer number was written (1)
failed task: push
would be booked: R-1
would be booked: R-2
would be booked: R-7
is booked: R-5
is booked: R-6
booked without contact (Mismatch): R-2
member with an unknown country: mem-3
member whose tax id was not sent: mem-4
edited later: R-6: lines changed; recipient changed
skipped: R-4: total of zero
booked by hand: R-5: booked by hand as voucher 7
net and tax differ: R-2: 0.01 EUR
moved between accounts: R-2: -0.02 EUR
in another currency: R-7: 10.00 CHF""",
    "de": """\
01.01.2026 bis 31.01.2026
PROBELAUF: Nichts wurde geschrieben
Rechnungen gefunden      7
  schon gebucht          2
  gebucht                3      1.309,00 EUR
  zurückgehalten         1         50,00 EUR
  nicht zu buchen        1
ohne Kontakt             1
Kontakte angelegt        2
Nummern in Cobot         1
Problem: CS-201 Zeilen ohne Buchungscode (1, 50,00 EUR)
Problem: CS-405 Cobot hat beim Schreiben einer Kundennummer andere Felder verloren (1)
gescheiterte Aufgabe: push
würde gebucht: R-1
würde gebucht: R-2
würde gebucht: R-7
ist gebucht: R-5
ist gebucht: R-6
ohne Kontakt gebucht (Mismatch): R-2
Mitglied mit unbekanntem Land: mem-3
Mitglied, dessen Steuernummer nicht gesendet wurde: mem-4
später geändert: R-6: Zeilen geändert; Empfänger geändert
nicht zu buchen: R-4: Summe null
von Hand gebucht: R-5: von Hand gebucht als Beleg 7
Netto und Steuer weichen ab: R-2: 0,01 EUR
zwischen Konten verschoben: R-2: -0,02 EUR
in anderer Währung: R-7: 10,00 CHF""",
}


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_report_in_words_has_a_line_for_each_figure_and_each_thing_worth_telling(
    language: Language,
) -> None:
    assert in_words(full_report(language), language) == IN_WORDS[language]


def test_sums_of_several_currencies_are_written_in_the_language_of_the_report() -> None:
    report = full_report("de")
    first = {**report.problems[0], "amounts": "50.00 EUR, 1200.00 CHF"}
    told = in_words(replace(report, problems=[first]), "de")
    assert "(1, 50,00 EUR, 1.200,00 CHF)" in told


def test_only_a_dry_run_lists_what_it_would_book() -> None:
    report = report_of(row(1, "booked"), row(2, "kept"))
    assert (report.new_invoices, report.known_invoices) == ([], [])
    assert in_words(report, "en").splitlines()[1] == f"{'invoices found':<20}{2:>6}"


def test_every_line_of_a_report_is_there_in_both_languages() -> None:
    assert set(ENGLISH_REPORT) == set(GERMAN_REPORT)
    for name, line in ENGLISH_REPORT.items():
        assert re.findall(r"{\w+}", line) == re.findall(r"{\w+}", GERMAN_REPORT[name]), name


# --- preflight


def test_a_preflight_tells_what_the_next_run_would_do_and_writes_nothing() -> None:
    world = World()
    world.add_pair(1)
    world.add_invoice(2, a_line(code="Podcast"))
    ahead = look_ahead(world.account, JANUARY, JANUARY, language="en")
    assert ahead.report is not None
    assert (ahead.report.booked, ahead.report.held_back, ahead.report.mismatches) == (1, 1, 0)
    assert [problem.code for problem in ahead.problems] == ["CS-202"]
    assert world.sevdesk.vouchers.there == {}
    assert world.sevdesk.contacts.there == {}


def test_a_preflight_looks_at_the_codes_of_the_space_though_no_invoice_has_them() -> None:
    world = World()
    world.cobot.codes = [AccountingCode("4400"), AccountingCode("Podcast")]
    ahead = look_ahead(world.account, JANUARY, JANUARY, language="en")
    assert [problem.code for problem in ahead.problems] == ["CS-202"]
    assert ahead.codes_checked == 2
    world.cobot.codes, world.wire.calls = None, []
    ahead = look_ahead(world.account, JANUARY, JANUARY, language="en")
    assert (ahead.problems, ahead.codes_checked) == ((), None)
    assert world.wire.count("chart") == 0


def test_a_preflight_tells_what_stands_and_what_is_gone_in_the_wanted_language() -> None:
    world = World()
    world.add_invoice(1)
    world.add_invoice(2)
    world.run()
    world.cobot.invoices.pop()
    world.add_invoice(3, a_line("0.00"))
    world.add_invoice(4)
    ahead = look_ahead(world.account, JANUARY, JANUARY, language="de")
    assert ahead.report is not None
    assert ahead.report.dry_run
    assert (ahead.report.known_invoices, ahead.report.new_invoices) == (
        ["CW-2026-1"],
        ["CW-2026-4"],
    )
    assert [one["number"] for one in ahead.report.edited_later] == ["CW-2026-2"]
    assert ahead.report.skipped_invoices == [{"number": "CW-2026-3", "why": "Summe null"}]


def test_a_preflight_stops_at_what_would_stop_everything() -> None:
    world = World()
    world.cobot.get_missing_scopes = lambda: ("read_teams", "read_urls")  # type: ignore[method-assign]
    ahead = look_ahead(world.account, JANUARY, JANUARY, language="en")
    (problem,) = ahead.problems
    assert (problem.code, problem.everything, ahead.report) == ("CS-105", True, None)
    assert problem.reason.details == {"connection": "cobot", "scopes": "read_teams, read_urls"}
    world = World()
    world.sevdesk.version = "1.0"
    ahead = look_ahead(world.account, JANUARY, JANUARY, language="en")
    assert ahead == Ahead(None, (stopping(Reason("CS-113", {"version": "1.0"})),))
    world = World()
    world.wire.fail("version", CredentialsError(Request("sevDesk", "GET", "/x"), status=401))
    ahead = look_ahead(world.account, JANUARY, JANUARY, language="en")
    assert [problem.code for problem in ahead.problems] == ["CS-111"]


# --- reconciliation


def test_a_reconciliation_of_february_names_what_nobody_booked_in_january() -> None:
    world = World()
    world.add_invoice(1)
    world.run()
    world.add_invoice(2, date=date(2026, 1, 20))
    found = reconcile_window(world.account, FEBRUARY)
    assert isinstance(found, Reconciled)
    assert [(one.kind, one.number) for one in found.outcome.findings] == [("missing", "CW-2026-2")]
    assert (found.outcome.agrees, found.outcome.invoices, found.evidence) == (False, 0, ())


def test_what_a_run_booked_is_reconciled_with_evidence() -> None:
    world = World()
    _, invoice = world.add_pair()
    world.run()
    found = reconcile_window(world.account, JANUARY, with_pdfs=True)
    assert isinstance(found, Reconciled)
    assert found.outcome.findings == []
    (evidence,) = found.evidence
    assert evidence == Evidence(
        number="CW-2026-1",
        date="2026-01-05",
        gross="119.00 EUR",
        cobot_id="inv-1",
        keys=invoice_key("inv-1"),
        voucher_ids="900",
        payload_hash=evidence.payload_hash,
        pdf_hash=sha256(b"inv-1").hexdigest(),
    )
    # Of what would be sent, as sorted JSON with amounts as text. It stays as long as that does.
    meant = to_vouchers(invoice, space=world.account.rules, setup=a_setup())
    assert isinstance(meant, tuple)
    sent = [voucher_payload(one, contact_id=None, filename=None) for one in meant]
    form: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    told = json.dumps(sent, default=str, **form)
    assert evidence.payload_hash == sha256(told.encode()).hexdigest()
    world.cobot.members.clear()
    assert evidences(world)[0].payload_hash == evidence.payload_hash
    world.cobot.invoices[0] = an_invoice(a_line("200.00"), id="inv-1", debtor=None)
    assert evidences(world)[0].payload_hash != evidence.payload_hash


def test_a_pdf_is_read_only_where_it_is_wanted_and_there_is_a_voucher() -> None:
    world = World()
    world.add_invoice(1)
    world.run()
    world.add_invoice(2)
    asked = world.wire.count("pdf")
    assert [one.pdf_hash for one in evidences(world)] == ["", ""]
    assert world.wire.count("pdf") == asked
    assert [len(one.pdf_hash) for one in evidences(world, with_pdfs=True)] == [64, 0]
    assert world.wire.count("pdf") == asked + 1


def test_a_pdf_that_cobot_does_not_have_leaves_its_hash_out() -> None:
    world = World()
    world.add_invoice(1)
    world.run()
    world.wire.fail("pdf", UnreadableAnswerError("pdf", "a PDF"))
    assert [one.pdf_hash for one in evidences(world, with_pdfs=True)] == [""]


def test_an_invoice_that_cannot_be_read_or_needs_no_voucher_has_its_evidence_too() -> None:
    world = World()
    world.cobot.invoices.append(UnreadableInvoice(None, "CW-2026-1", "total", "an amount"))
    zero = world.add_invoice(2, a_line("0.00"))
    unreadable, skipped = evidences(world, with_pdfs=True)
    assert unreadable == Evidence("CW-2026-1", "", "", "", "", "", "", "")
    assert (skipped.cobot_id, skipped.payload_hash, skipped.pdf_hash) == (zero.id, "", "")


def test_both_vouchers_of_a_split_invoice_are_its_evidence() -> None:
    world = World(rules={"zero_rate": {"domestic": 4}, "split_vouchers": True})
    world.add_invoice(1, a_line(), a_line("50.00", "0", code="4200"))
    world.run()
    (evidence,) = evidences(world)
    vouchers = world.sevdesk.vouchers.there
    assert evidence.voucher_ids.split(" ") == sorted(vouchers)
    keys = sorted(key for voucher in vouchers.values() for key in voucher.keys)
    assert evidence.keys.split(" ") == keys
    assert len(vouchers) == len(keys) == 2


def test_a_reconciliation_names_vouchers_whose_invoice_is_gone() -> None:
    world = World()
    world.add_invoice(1)
    world.run()
    world.cobot.invoices.clear()
    found = reconcile_window(world.account, JANUARY)
    assert isinstance(found, Reconciled)
    assert [(one.kind, one.number) for one in found.outcome.findings] == [
        ("extra", f"CW-2026-1 {marker(invoice_key('inv-1'))}")
    ]


def test_a_reconciliation_names_whose_contact_a_voucher_without_any_may_be_for() -> None:
    world = World()
    world.add_invoice(1)
    world.run()
    world.sevdesk.contacts.put(Contact("600", "17", "Ada Beispiel"))
    found = reconcile_window(world.account, JANUARY)
    assert isinstance(found, Reconciled)
    assert found.outcome.findings == [
        Finding(
            "mismatch",
            "CW-2026-1",
            (Remark("finding.likely_contacts", {"numbers": "17"}),),
            ("900",),
        )
    ]


def evidences(world: World, **wanted: bool) -> tuple[Evidence, ...]:
    found = reconcile_window(world.account, JANUARY, **wanted)
    assert isinstance(found, Reconciled)
    return found.evidence


def test_a_reconciliation_that_cannot_read_says_why() -> None:
    world = World()
    world.wire.fail("list invoices", CredentialsError(Request("Cobot", "GET", "/x"), status=401))
    found = reconcile_window(world.account, JANUARY)
    assert isinstance(found, Problem)
    assert found.code == "CS-101"
    world.wire.fail("list invoices", away("Cobot"))
    with pytest.raises(RemoteUnavailableError):
        reconcile_window(world.account, JANUARY)
