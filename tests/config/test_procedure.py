"""The procedure documentation says what the configuration does, nothing else."""

import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.config.__main__ import main
from cobot_sevdesk.config.models import config_version
from cobot_sevdesk.config.procedure import About, Change, find_changes, procedure

Space = Callable[..., SpaceConfig]

ABOUT = About("1.2.3", date(2026, 11, 27), "elbe-hub.yaml")


def told_of(config: SpaceConfig, about: About = ABOUT) -> str:
    """The Markdown, with each paragraph and each entry of a list on one line."""
    return re.sub(r"\n *(?=\w)(?!\d+\. )", " ", procedure(config, about).to_markdown())


def test_it_follows_the_configuration(space: Space) -> None:
    told = told_of(
        space(
            "vouchers: {due_in_days: 14, cost_centre: 100, corrections: held_back,"
            " foreign_currency: booked, status: draft, attach_pdf: false, max_new_per_run: 50}\n"
            "accounts: {Flex: 4400}\ntax: {zero_rate: {third_country: 17}, split_vouchers: true}\n"
            "ignore_invoices: [{number: R-1, reason: von Hand}]\n"
            "ignore_vouchers: [{id: 77, reason: Kaution}]\n"
            "contacts_for_teams: true\nmembers_from: 2025-07-01\n"
            "owner: {name: Team Buchhaltung}\nreconciliation: {schedule: null}\n"
        )
    )
    for part in (
        "mit Datum ab 01.01.2026",
        "| Fälligkeit | 14 Tage nach dem Rechnungsdatum |",
        "| Kostenstelle | 100 |",
        "Flex → 4400",
        "| Dokument | keines |",
        "Entwurf (50)",
        "Empfänger: Drittland | 17: Nicht im Inland steuerbare Leistungen, § 3a UStG |",
        "Empfänger: Inland | nicht festgelegt, die Rechnung wartet |",
        "zwei Belege, zusammen gleich der Rechnung",
        "| Korrekturrechnung, Gutschrift | zurückgehalten |",
        "sevDesk rechnet mit dem Kurs des Rechnungsdatums um",
        "Mehr als 50 neue Belege",
        "| Rechnung R-1 | ausgenommen: von Hand |",
        "| Beleg 77 in sevDesk |",
        "Teams bekommen auch einen",
        "ab 01.07.2025",
        "Team Buchhaltung",
        "läuft, einmal eingeschaltet, von Hand",
    ):
        assert part in told, part


def test_it_has_the_four_parts_of_the_gobd_and_what_belongs_to_them(space: Space) -> None:
    chapters = re.findall(r"^## (.*)$", told_of(space()), re.MULTILINE)
    assert chapters == [
        "Zu diesem Dokument",
        "1 Allgemeine Beschreibung",
        "2 Anwenderdokumentation",
        "3 Steuerliche Regeln",
        "4 Technische Systemdokumentation",
        "5 Betriebsdokumentation",
        "6 Internes Kontrollsystem",
        "7 Rollen und Rechte",
        "8 Aufbewahrung",
        "9 Löschung und personenbezogene Daten",
        "10 Vom Unternehmen zu ergänzen",
        "11 Änderungen der Space-Datei",
        "12 Konfiguration im Wortlaut",
    ]


def test_it_names_version_date_and_checksum_of_the_configuration(space: Space) -> None:
    config = space()
    told = told_of(config)
    assert "Version 1.2.3" in told
    assert "27.11.2026" in told
    assert config_version(config) in told
    assert config_version(space("vouchers: {due_in_days: 3}\n")) not in told


def test_a_small_business_names_its_paragraph(space: Space) -> None:
    told = told_of(space("tax: {small_business: true}\n"))
    assert "11: Kleinunternehmer, § 19 UStG" in told
    assert "Zeile mit Steuersatz über null" not in told


def test_a_small_business_of_some_days_names_them_beside_the_other_rules(space: Space) -> None:
    told = told_of(space("tax: {small_business: {from: 2026-01-01, until: 2026-06-30}}\n"))
    assert "Alle Zeilen, Rechnungsdatum ab 01.01.2026 bis 30.06.2026" in told
    assert "Zeile mit Steuersatz über null" in told


def test_it_says_whether_numbers_are_written_to_cobot(space: Space) -> None:
    text = "sync_from: 2026-01-01\ncobot: {subdomain: elbe-hub, write_numbers: false}\n"
    assert "sie wird nach Cobot geschrieben" in told_of(space())
    without = told_of(space(text=text))
    assert "sie wird nicht nach Cobot geschrieben" in without
    assert "write_memberships" not in without


def test_a_tax_rule_without_a_name_is_told_by_its_number(space: Space) -> None:
    told = told_of(space("tax: {zero_rate: {domestic: 42}}\n"))
    assert "42: nach der Auskunft von sevDesk" in told


def test_people_who_are_notified_are_not_named(space: Space) -> None:
    told = told_of(
        space("notifications: [{notifier: a.b.C, arguments: {to: support@example.com}}]\n")
    )
    assert "support@example.com" not in told
    assert "Benachrichtigungen enthalten" in told


@pytest.mark.parametrize("word", ["Kasten", "Kästchen", "Betreiber"])
def test_it_uses_one_word_for_each_thing(space: Space, word: str) -> None:
    assert word not in told_of(space())


def test_no_sentence_is_too_long(space: Space) -> None:
    for sentence in re.split(r"(?<=[.!?:;])\s+|\n", told_of(space())):
        assert len(re.sub(r"[|─►◄│-]", " ", sentence).split()) <= 30, sentence


def test_the_page_shows_the_same_and_runs_nothing(space: Space) -> None:
    config = space("ignore_invoices: [{number: R-1, reason: <script>alert(1)</script>}]\n")
    page = procedure(config, ABOUT).to_html()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<code>Import</code>" in page
    assert page.count("<h2>") == told_of(config).count("\n## ")
    assert "@page" in page


def test_whatever_stands_in_the_file_is_text_in_its_cell(space: Space) -> None:
    config = space("ignore_invoices: [{number: R_1, reason: 'a|b *c* <i> [x](y) \n `d'}]\n")
    row = "<tr>\n<td>Rechnung R_1</td>\n<td>ausgenommen: a|b *c* &lt;i&gt; [x](y) `d</td>\n</tr>"
    assert row in procedure(config, ABOUT).to_html()


def test_the_command_prints_it_or_says_what_is_wrong(
    folder: Path,
    put: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    put("elbe-hub.yaml")
    assert main(["procedure", "elbe-hub"]) == 0
    assert "Space elbe-hub" in capsys.readouterr().out
    assert main(["procedure", "elbe-hub", "--html"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert main(["procedure", "nowhere"]) == 1
    assert "nowhere.yaml" in capsys.readouterr().err


# --- changes of the space file


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Ada Beispiel", "-c", "user.email=ada@example.com"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def test_changes_of_the_file_come_from_git(space: Space, tmp_path: Path) -> None:
    file = tmp_path / "elbe-hub.yaml"
    git(tmp_path, "init")
    for why in ("Beginn", "Ziel: 14 Tage | fällig"):
        file.write_text(why)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-m", why, "--date=2026-11-26T10:00:00")
    changes = find_changes(file)
    assert changes is not None
    assert [(one.day, one.author, one.why) for one in changes] == [
        ("26.11.2026", "Ada Beispiel", "Ziel: 14 Tage | fällig"),
        ("26.11.2026", "Ada Beispiel", "Beginn"),
    ]
    told = told_of(space(), About("1", date(2026, 11, 27), file.name, changes))
    assert "| Ada Beispiel | Ziel: 14 Tage \\| fällig |" in told
    file.write_text("anders")
    changes = find_changes(file)
    assert changes is not None
    assert changes[0] == Change("noch offen", "", "", "Änderungen, die noch nicht eingetragen sind")


def test_without_git_there_is_a_table_to_fill_in(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "elbe-hub.yaml"
    file.write_text("")
    assert find_changes(file) is None
    git(tmp_path, "init")
    assert find_changes(file) is None  # git does not know it
    monkeypatch.setenv("PATH", "")
    assert find_changes(file) is None
    assert "von Hand einzutragen" in told_of(space())
