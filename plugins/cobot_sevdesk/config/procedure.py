"""The procedure documentation of a space, in German: what is booked how, and what proves it.

For the tax adviser's files. The GoBD ask for a description that fits what is really done. It has
four parts: general, user, technical and operating documentation. Source: BMF letter of 28 November
2019, IV A 4 - S 0316/19/10003 :001, section 10.1, marginal numbers 151 to 155.

What this package cannot know is a numbered list at the end. Paragraphs of law without a source mean
the German text in force on the day `LAW_AS_OF`. An adviser has to confirm them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import yaml

from cobot_sevdesk.config.document import (
    Block,
    Bullets,
    Document,
    Paragraph,
    Picture,
    Section,
    Table,
)
from cobot_sevdesk.config.models import SpaceConfig
from cobot_sevdesk.config.versions import Change, config_version
from cobot_sevdesk.domain.language import day_in
from cobot_sevdesk.domain.rules import ALWAYS, Period

LAW_AS_OF = date(2026, 1, 1)

RECIPIENTS = {
    "domestic": "Inland",
    "eu_business": "Unternehmen in einem anderen EU-Staat, USt-IdNr. von richtiger Form",
    "third_country": "Drittland",
}

RULES = {
    1: "Steuerpflichtige Umsätze, § 1 Abs. 1 Nr. 1 UStG",
    2: "Ausfuhren, § 4 Nr. 1 Buchst. a und § 6 UStG",
    3: "Innergemeinschaftliche Lieferungen, § 4 Nr. 1 Buchst. b und § 6a UStG",
    4: "Steuerfreie Umsätze, § 4 UStG",
    5: "Steuerschuldnerschaft des Leistungsempfängers, § 13b UStG",
    11: "Kleinunternehmer, § 19 UStG",
    17: "Nicht im Inland steuerbare Leistungen, § 3a UStG",
    21: "Leistungen an Unternehmen in anderen EU-Staaten, § 3a Abs. 2 und § 18b UStG",
    22: "Nicht steuerbare Einnahmen",
}
"""sevDesk's tax rules of the revenue side. Source: sevDesk API document, "tax rules"; 22 as seen in
accounts."""

DATA_FLOW = """\
Cobot                 cobot_sevdesk (Airflow)               sevDesk
─────                 ───────────────────────               ───────
Mitglieder ────────►  extract_members
                            │
                      sync_members ──────────────────────►  Kontakt
Kundennummer ◄──────────────┼─────────────────────────────  Kundennummer

Rechnungen, PDF ───►  extract_invoices
                            │
                      validate_booking_codes ◄────────────  Buchungskonten,
                            │                               Steuerregeln,
                            │                               Kostenstelle
                      push_vouchers ─────────────────────►  Beleg, Dokument,
                            │                               Schlagwort
                      needs_attention ──► rote Aufgabe ──►  (Support)
                            │
                      report ──► Bericht je Lauf

Rechnungen ────────►  Abstimmung (monatlich) ◄────────────  Belege, Positionen
                            │
                      Seite zum Drucken, drei Tabellen"""


@dataclass(frozen=True)
class About:
    """What the document says about itself.

    `changes` are those of the space file; `None` where no git knows it.
    """

    version: str
    made: date
    file: str
    changes: Sequence[Change] | None = None


def procedure(config: SpaceConfig, about: About) -> Document:
    """The document."""
    return Document(
        f"Verfahrensdokumentation: Rechnungen von Cobot nach sevDesk, Space {config.slug}",
        (
            _cover(config, about),
            *_general(config),
            *_user(config),
            *_tax(config),
            *_technical(),
            *_operation(config),
            _control(config),
            _roles(config),
            _retention(),
            _personal_data(config),
            _to_add(),
            _history(about),
            _as_configured(config),
        ),
    )


def _cover(config: SpaceConfig, about: About) -> Section:
    rows = (
        ("Space", config.slug),
        ("Programm", f"cobot_sevdesk, Version {about.version}"),
        ("Erstellt am", day_in(about.made, "de")),
        ("Space-Datei", f"`{about.file}`"),
        ("Prüfsumme der Konfiguration", f"`{config_version(config)}`"),
        ("Rechtsstand", f"{day_in(LAW_AS_OF, 'de')}, von der Steuerberatung zu bestätigen"),
    )
    return Section(
        "Zu diesem Dokument",
        (
            Table(("Angabe", "Wert"), rows),
            Paragraph(
                "Das Dokument entsteht aus der Konfiguration. Nach jeder Änderung der Space-Datei "
                "oder des Programms wird es neu erzeugt. Jede Fassung wird mit Datum aufbewahrt. "
                "Die Prüfsumme steht auch auf jedem Bericht der Abstimmung."
            ),
            Paragraph(
                "Grundlage sind die GoBD, BMF-Schreiben vom 28.11.2019, Rz. 151 bis 155. Die "
                "Kapitel 1, 2, 4 und 5 sind die vier Teile, die Rz. 153 nennt. Kapitel 6 "
                "beschreibt das interne Kontrollsystem (Rz. 100 bis 102)."
            ),
        ),
    )


def _general(config: SpaceConfig) -> tuple[Section, ...]:
    members_from = config.members_from or config.sync_from
    teams = "auch einen" if config.contacts_for_teams else "keinen"
    return (
        Section(
            "1 Allgemeine Beschreibung",
            (
                Paragraph(
                    f"Der Space stellt seine Rechnungen in Cobot (`{config.cobot.subdomain}`) aus. "
                    "Die Bücher führt er in sevDesk. Das Programm überträgt jede Rechnung genau "
                    "einmal als Einnahmebeleg. Dazu legt es zu bestätigten Mitgliedern Kontakte "
                    "an."
                ),
                Paragraph(
                    f"Übertragen werden Rechnungen mit Datum ab {day_in(config.sync_from, 'de')}. "
                    "Ältere Rechnungen sind nicht Teil dieses Verfahrens. Zahlungen, "
                    "Eingangsrechnungen und Umsatzsteuer-Voranmeldungen gehören nicht dazu."
                ),
                Paragraph(
                    f"Einen Kontakt bekommt, wer ab {day_in(members_from, 'de')} als Mitglied "
                    f"bestätigt wurde. Teams bekommen {teams}."
                ),
                Paragraph(
                    "Cobot ist das Vorsystem: Dort entstehen Rechnung, Nummer und PDF. sevDesk ist "
                    "das Buchführungssystem. Das Programm führt keine eigenen Bücher. Es "
                    "entscheidet nach festen Regeln und ändert nie, was schon gebucht ist."
                ),
            ),
        ),
        Section("1.1 Datenfluss", (Picture(DATA_FLOW),), level=3),
    )


def _user(config: SpaceConfig) -> tuple[Section, ...]:
    return (
        Section(
            "2 Anwenderdokumentation",
            (
                Bullets(
                    (
                        "Rechnungen werden wie bisher in Cobot ausgestellt. Jede Zeile trägt einen "
                        "Buchungscode.",
                        "Ein Lauf überträgt, was in sevDesk noch fehlt. Er meldet im Bericht jede "
                        "Rechnung seines Zeitraums.",
                        "Was sich nicht buchen lässt, wird zurückgehalten. Es erscheint als rote "
                        "Aufgabe mit Ursache, Abhilfe, Rechnungen und Beträgen.",
                        "Nach der Abhilfe startet der Support die rote Aufgabe neu. Sie liest "
                        "beide Seiten neu und bucht, was sie aufhielt.",
                    ),
                    numbered=True,
                ),
                Paragraph(
                    "Die Anleitungen für Support, Betrieb, Datenteam, Space-Manager und "
                    "Steuerberatung liegen dem Programm bei (`docs/rollen`). Die Kennungen aller "
                    "Probleme mit ihrer Abhilfe stehen in `docs/probleme.md`."
                ),
            ),
        ),
        Section("2.1 Was aus einer Rechnung wird", (_voucher_table(config),), level=3),
        Section("2.2 Was nicht gebucht wird", (_exceptions(config),), level=3),
        Section(
            "2.3 Spätere Änderungen",
            (
                Paragraph(
                    "Ein gebuchter Beleg wird vom Programm nie geändert oder gelöscht. Nur was ein "
                    "Abbruch halb fertig ließ, wird vollendet. Ändert oder löscht jemand die "
                    "Rechnung später in Cobot, nennt der Bericht die Änderung. Ein Mensch "
                    "berichtigt dann sevDesk, oder eine Korrekturrechnung folgt. Eine "
                    "Korrekturrechnung nennt im Text der Position die Rechnung, die sie korrigiert."
                ),
            ),
            level=3,
        ),
    )


def _voucher_table(config: SpaceConfig) -> Table:
    vouchers = config.vouchers
    status = "offen (100)" if vouchers.status == "open" else "Entwurf (50)"
    mapped = "; ".join(f"{code} → {to}" for code, to in config.accounts.items())
    numbers = "" if config.cobot.write_numbers else "nicht "
    return Table(
        ("Angabe des Belegs", "Herkunft"),
        (
            ("Beschreibung", "`<Rechnungsnummer> [COBOT:<Schlüssel>]`"),
            ("Belegdatum, Lieferdatum", "Rechnungsdatum"),
            ("Fälligkeit", f"{vouchers.due_in_days} Tage nach dem Rechnungsdatum"),
            ("Position", "eine je Rechnungszeile, mit deren Text"),
            (
                "Buchungskonto",
                "der Buchungscode der Zeile ist dessen Nummer oder genauer Name"
                + (f"; abweichend {mapped}" if mapped else ""),
            ),
            ("Steuerregel, Steuersatz", "siehe Kapitel 3"),
            (
                "Beträge",
                "Brutto wie auf der Rechnung, auf den Cent. Netto und Steuer je Satz ebenso, bis "
                "auf einen Cent je Zeile, wo beides nicht zugleich geht; der Bericht nennt das.",
            ),
            ("Kostenstelle", vouchers.cost_centre or "keine"),
            ("Kontakt", "der Kontakt des Rechnungsempfängers; fehlt er, nur dessen Name"),
            ("Dokument", "PDF der Rechnung aus Cobot" if vouchers.attach_pdf else "keines"),
            ("Status", status),
            ("Schlagwort", "`Import`; ohne Kontakt auch `Mismatch`"),
            (
                "Kundennummer",
                f"vergibt sevDesk; sie wird {numbers}nach Cobot geschrieben",
            ),
        ),
    )


def _exceptions(config: SpaceConfig) -> Table:
    vouchers = config.vouchers
    corrections = (
        "gebucht, mit negativen Positionen"
        if vouchers.corrections == "booked"
        else "zurückgehalten"
    )
    foreign = (
        "gebucht; sevDesk rechnet mit dem Kurs des Rechnungsdatums um"
        if vouchers.foreign_currency == "booked"
        else "zurückgehalten"
    )
    split = "zwei Belege, zusammen gleich der Rechnung" if config.tax.split_vouchers else None
    rows = [
        ("Zeile ohne Buchungscode, oder kein eindeutiges Buchungskonto", "zurückgehalten"),
        ("Buchungskonto, Steuerregel und Steuersatz passen nicht zusammen", "zurückgehalten"),
        ("Zeilen, die zwei Steuerregeln brauchen", split or "zurückgehalten"),
        ("Korrekturrechnung, Gutschrift", corrections),
        ("Andere Währung als EUR", foreign),
        ("In Cobot storniert", "zurückgehalten; ein Mensch entscheidet"),
        ("Summe null", "nicht gebucht, im Bericht genannt"),
        ("Rechnungsdatum in der Zukunft", "wartet auf seinen Tag"),
        (
            "Ein von Hand gebuchter Beleg mit dieser Nummer",
            "gilt als gebucht, wenn Datum, Brutto und Empfänger gleich sind; sonst zurückgehalten",
        ),
        (
            f"Mehr als {vouchers.max_new_per_run} neue Belege in einem Lauf",
            "Sicherheitsstopp: nichts wird gebucht",
        ),
        *(
            (f"Rechnung {one.number}", f"ausgenommen: {one.reason}")
            for one in config.ignore_invoices
        ),
        *(
            (f"Beleg {one.id} in sevDesk", f"keine Buchung einer unserer Rechnungen: {one.reason}")
            for one in config.ignore_vouchers
        ),
    ]
    return Table(("Fall", "Was geschieht"), tuple(rows))


def _tax(config: SpaceConfig) -> tuple[Section, ...]:
    return (
        Section(
            "3 Steuerliche Regeln",
            (
                Table(("Rechnungszeile", "Steuerregel in sevDesk"), tuple(_tax_rows(config))),
                Paragraph(
                    "Was die Tabelle nicht zuordnet, wird zurückgehalten. Das Programm rät nie. "
                    "Vor dem Buchen fragt es sevDesk, ob das Buchungskonto diese Steuerregel mit "
                    "diesem Steuersatz erlaubt. Steuer auf der Rechnung eines Kleinunternehmers "
                    "wird zurückgehalten, weil sie geschuldet wäre (§ 14c UStG)."
                ),
            ),
        ),
        Section(
            "3.1 Von der Steuerberatung zu entscheiden",
            (
                Bullets(
                    (
                        "Ist die Überlassung von Arbeitsplätzen eine Leistung im Zusammenhang mit "
                        "einem Grundstück? Dann liegt der Ort im Inland (§ 3a Abs. 3 Nr. 1 UStG).",
                        "Sind Vermietungen steuerfrei (§ 4 Nr. 12 UStG), oder wurde auf die "
                        "Befreiung verzichtet (§ 9 UStG)?",
                        "Gehören Leistungen an Unternehmen in anderen EU-Staaten in die "
                        "Zusammenfassende Meldung (§ 18a UStG)?",
                        "Weicht der Leistungszeitraum vom Rechnungsdatum ab, sodass der Umsatz in "
                        "einen anderen Voranmeldungszeitraum gehört (§ 13 Abs. 1, § 18 UStG)?",
                        "Darf mit Tageskursen umgerechnet werden (§ 16 Abs. 6 UStG)?",
                    ),
                    numbered=True,
                ),
                Paragraph(
                    "Das Programm prüft die Form einer USt-IdNr., nicht ihre Gültigkeit. Die "
                    "qualifizierte Bestätigung (§ 18e UStG) holt das Unternehmen ein."
                ),
            ),
            level=3,
        ),
    )


def _tax_rows(config: SpaceConfig) -> list[tuple[str, str]]:
    rows = []
    period = config.tax.small_business_period
    if period:
        told = f"Alle Zeilen{_days(period)}; nur Steuersatz 0 %"
        rows.append((told, _rule(11)))
    if period != ALWAYS:
        rows.append(("Zeile mit Steuersatz über null", _rule(1)))
        for name, shown in RECIPIENTS.items():
            number = getattr(config.tax.zero_rate, name)
            told = _rule(number) if number else "nicht festgelegt, die Rechnung wartet"
            rows.append((f"Zeile ohne Steuer, Empfänger: {shown}", told))
        rows.append(
            (
                "Zeile ohne Steuer, Empfänger: Privatkunde in einem anderen EU-Staat, oder Land "
                "unbekannt",
                "keine, die Rechnung wartet",
            )
        )
    return rows


def _rule(number: int) -> str:
    return f"{number}: {RULES.get(number, 'nach der Auskunft von sevDesk')}"


def _days(period: Period) -> str:
    start = f" ab {day_in(period.start, 'de')}" if period.start else ""
    until = f" bis {day_in(period.until, 'de')}" if period.until else ""
    return f", Rechnungsdatum{start}{until}" if start or until else ""


def _technical() -> tuple[Section, ...]:
    return (
        Section(
            "4 Technische Systemdokumentation",
            (
                Table(
                    ("Bestandteil", "Aufgabe"),
                    (
                        ("Apache Airflow", "plant und startet Läufe, führt Protokoll"),
                        ("cobot_sevdesk", "liest, entscheidet, schreibt; Quelltext in Python"),
                        ("Cobot", "Schnittstellen API 2 und API 1, über HTTPS"),
                        ("sevDesk", "Schnittstelle API v1, Buchhaltungssystem 2.0, über HTTPS"),
                        ("Datenbank von Airflow", "Läufe, Ergebnisse der Aufgaben; keine Bücher"),
                        ("Space-Datei", "die Konfiguration; enthält keine Geheimnisse"),
                    ),
                ),
                Paragraph(
                    "Alle benutzten Bibliotheken stehen mit Version und Prüfsumme in `uv.lock`. "
                    "Aufbau und Entscheidungen beschreiben `docs/architecture.md` und "
                    "`docs/decisions`."
                ),
            ),
        ),
        Section(
            "4.1 Genau einmal",
            (
                Bullets(
                    (
                        "Jeder Beleg trägt einen Schlüssel aus zehn Zeichen. Er ist eine "
                        "SHA-256-Prüfsumme der Kennung der Rechnung in Cobot. Dieselbe Rechnung "
                        "ergibt immer denselben Schlüssel.",
                        "Vor jedem Schreiben liest das Programm, was in sevDesk steht. Für einen "
                        "Schlüssel, der schon da ist, wird nichts angelegt.",
                        "Jedes Schreiben wird einmal gesendet. Bleibt die Antwort aus, sieht das "
                        "Programm erst nach, bis zu dreimal mit wachsender Pause.",
                        "Je Space schreibt immer nur eine Aufgabe. Eine Sperre hält die anderen "
                        "zurück.",
                        "Das Schlagwort `Import` kommt zuletzt. Es beweist, dass der Beleg "
                        "vollständig ist.",
                    )
                ),
            ),
            level=3,
        ),
        Section(
            "4.2 Richtige Beträge",
            (
                Bullets(
                    (
                        "Gerechnet wird mit Dezimalzahlen, nie mit Gleitkommazahlen. Gerundet wird "
                        "kaufmännisch.",
                        "Nach dem Speichern vergleicht das Programm, was sevDesk gespeichert hat: "
                        "Beträge, Daten, Steuerregel, Buchungskonten, Kostenstelle, Kontakt, "
                        "Status.",
                        "Die erste Abweichung hält den Space an, bis ein Mensch nachgesehen hat.",
                    )
                ),
            ),
            level=3,
        ),
    )


def _operation(config: SpaceConfig) -> tuple[Section, ...]:
    schedule = f"`{config.schedule}` (cron)" if config.schedule else "keiner, nur von Hand"
    look_back = f"{config.vouchers.lookback_days} Tage"
    return (
        Section(
            "5 Betriebsdokumentation",
            (
                Table(
                    ("Angabe", "Wert"),
                    (
                        ("Zeitplan", schedule),
                        ("Zeitzone", config.timezone),
                        ("Rückblick geplanter Läufe", look_back),
                        ("DAG in Airflow", f"`{config.dag_id}`"),
                        ("Verbindung zu Cobot", f"`{config.cobot_connection}`"),
                        ("Verbindung zu sevDesk", f"`{config.sevdesk_connection}`"),
                    ),
                ),
                Bullets(
                    (
                        "Der Rückblick zählt ab dem Ende des letzten grünen geplanten Laufs. "
                        "Darum fällt auch nach einer Pause keine Rechnung aus dem Blick.",
                        "Läufe von Hand nennen ihren Zeitraum. Ein Probelauf liest alles und "
                        "schreibt nichts.",
                        "Alle Läufe dürfen abbrechen, sich wiederholen und sich überschneiden. "
                        "Das Ergebnis in Cobot und sevDesk bleibt dasselbe.",
                        "Die Vorprüfung `cobot_sevdesk_preflight` prüft, einmal eingeschaltet, "
                        "jede Nacht Verbindungen, Rechte, Buchungskonten und Steuerregeln. Sie "
                        "schreibt nichts.",
                        "Vor einer neuen Version sichert der Betrieb Datenbank und Schlüssel. "
                        "Danach läuft die Vorprüfung, und dieses Dokument wird neu erzeugt.",
                        "Nach einem Verlust der Datenbank von Airflow geht nichts doppelt: Was "
                        "gebucht ist, liest das Programm aus sevDesk.",
                    )
                ),
            ),
        ),
    )


def _control(config: SpaceConfig) -> Section:
    schedule = config.reconciliation.schedule
    when = f"nach Zeitplan `{schedule}` (cron), für den Vormonat" if schedule else "von Hand"
    return Section(
        "6 Internes Kontrollsystem",
        (
            Table(
                ("Risiko", "Kontrolle", "Nachweis"),
                (
                    ("Rechnung doppelt gebucht", "Schlüssel, Nachsehen, Sperre", "Abstimmung"),
                    (
                        "Rechnung nie gebucht",
                        "Rückblick; die Abstimmung sieht alle Rechnungen seit dem Start",
                        "Bericht je Lauf, Abstimmung",
                    ),
                    (
                        "Falscher Betrag, falsches Buchungskonto",
                        "Prüfung vor dem Buchen, Vergleich danach",
                        "rote Aufgabe, Abstimmung",
                    ),
                    (
                        "Falsche Steuerregel",
                        "nur festgelegte Regeln; sonst zurückgehalten",
                        "dieses Dokument, rote Aufgabe",
                    ),
                    (
                        "Massenfehler",
                        f"Sicherheitsstopp bei {config.vouchers.max_new_per_run} neuen Belegen; "
                        "Halt nach mehreren Fehlern",
                        "rote Aufgabe",
                    ),
                    (
                        "Änderung nach der Buchung",
                        "Vergleich in jedem Lauf des Zeitraums",
                        "Bericht, Abstimmung",
                    ),
                    (
                        "Lücke in den Rechnungsnummern",
                        "Prüfung je Nummernkreis",
                        "Abstimmung",
                    ),
                    (
                        "Geänderte Konfiguration",
                        "unbekannte Angaben werden abgelehnt; Prüfsumme",
                        "Kapitel 11, Kopf der Abstimmung",
                    ),
                ),
            ),
            Paragraph(
                f"Die Abstimmung `{config.reconcile_dag_id}` läuft, einmal eingeschaltet, {when}. "
                "Sie vergleicht beide "
                "Seiten je Monat, Buchungskonto und Steuersatz und nennt jede Abweichung mit "
                "Ursache. Ihr Bericht hat eine Seite zum Drucken und drei Tabellen mit Kennungen, "
                "Schlüsseln und Prüfsummen. Ein früherer Bericht wird nie überschrieben."
            ),
            Paragraph(
                "Kontrolle durch Menschen: Der Support bearbeitet rote Aufgaben. Das Unternehmen "
                "zeichnet die monatliche Abstimmung ab (Kapitel 10)."
            ),
        ),
    )


def _roles(config: SpaceConfig) -> Section:
    owner = config.owner.name if config.owner else "nicht angegeben"
    scopes = "read_user, read_spaces, read_memberships, read_teams, read_invoices"
    if config.cobot.write_numbers:
        scopes += ", write_memberships"
    if config.cobot.activity_feed:
        scopes += ", write_activities"
    return Section(
        "7 Rollen und Rechte",
        (
            Table(
                ("Rolle", "Aufgabe", "Rechte"),
                (
                    ("Space-Manager", "Rechnungen und Buchungscodes in Cobot", "Admin in Cobot"),
                    ("Support", "rote Aufgaben", "Airflow: Läufe sehen und neu starten"),
                    ("Datenteam", "Zeiträume, Probeläufe", "Airflow: Läufe starten"),
                    (
                        "Betrieb",
                        "Space-Datei, Verbindungen, neue Versionen",
                        "Airflow: Verwaltung; Server",
                    ),
                    ("Steuerberatung", "Regeln, Abstimmung", "sevDesk; Berichte lesen"),
                    ("Programm in Cobot", "lesen, Kundennummer schreiben", f"Scopes {scopes}"),
                    (
                        "Programm in sevDesk",
                        "Belege und Kontakte anlegen",
                        "API-Token eines Administrators; sevDesk kennt keine kleineren Rechte",
                    ),
                ),
            ),
            Paragraph(f"Ansprechpartner des Space laut Space-Datei: {owner}."),
            Paragraph(
                "Die Tokens stehen nur in den Verbindungen von Airflow. Sie stehen in keiner "
                "Space-Datei, keinem Protokoll und keiner Adresse."
            ),
        ),
    )


def _retention() -> Section:
    return Section(
        "8 Aufbewahrung",
        (
            Table(
                ("Unterlage", "Ort", "Frist", "Grundlage"),
                (
                    (
                        "Rechnungen (PDF), Belege",
                        "Cobot, Dokument am Beleg in sevDesk",
                        "8 Jahre",
                        "§ 147 Abs. 1 Nr. 4, Abs. 3 AO; § 14b Abs. 1 UStG; § 257 HGB",
                    ),
                    (
                        "Bücher und Aufzeichnungen",
                        "sevDesk",
                        "10 Jahre",
                        "§ 147 Abs. 1 Nr. 1, Abs. 3 AO",
                    ),
                    (
                        "Dieses Dokument in allen Fassungen, Space-Datei mit Änderungen",
                        "vom Unternehmen festzulegen",
                        "10 Jahre",
                        "§ 147 Abs. 1 Nr. 1 AO (Organisationsunterlagen); GoBD Rz. 154",
                    ),
                    (
                        "Berichte der Abstimmung",
                        "Ordner der Berichte",
                        "10 Jahre, vorsorglich",
                        "§ 147 Abs. 1 Nr. 1 AO, soweit sie zum Verständnis der Bücher nötig sind",
                    ),
                    (
                        "Protokolle und Ergebnisse in Airflow",
                        "Airflow",
                        "vom Unternehmen festzulegen, üblich 90 Tage",
                        "keine Belege; wer sie zum Nachweis braucht, legt eine Frist fest",
                    ),
                ),
            ),
            Paragraph(
                "Die Frist beginnt mit dem Schluss des Kalenderjahrs, in dem die Unterlage "
                "entstand (§ 147 Abs. 4 AO). Sie endet nicht, solange die Unterlage für Steuern "
                "von Bedeutung ist, deren Festsetzungsfrist noch läuft (§ 147 Abs. 3 AO)."
            ),
            Paragraph(
                "Die acht Jahre für Buchungsbelege gelten seit dem 01.01.2025. Quelle: Viertes "
                "Bürokratieentlastungsgesetz (BEG IV) vom 23.10.2024. Sie gelten auch für ältere "
                "Belege, deren zehn Jahre da noch nicht abgelaufen waren (Art. 97 § 19a EGAO). "
                "Die Steuerberatung bestätigt die Fristen."
            ),
        ),
    )


def _personal_data(config: SpaceConfig) -> Section:
    feed = (
        "Cobots Aktivitätsliste nennt Kundennummern und Probleme; Cobot bewahrt sie auf."
        if config.cobot.activity_feed
        else "Nach Cobots Aktivitätsliste wird nichts geschrieben."
    )
    told = (
        "Benachrichtigungen enthalten die Briefe der Probleme, ohne Namen und Adressen."
        if config.notifications
        else "Benachrichtigungen sind nicht eingerichtet."
    )
    return Section(
        "9 Löschung und personenbezogene Daten",
        (
            Bullets(
                (
                    "Namen, Adressen, E-Mail und Telefon gehen nur durch den Arbeitsspeicher. Sie "
                    "stehen in keinem Ergebnis und keinem Bericht.",
                    "Zwei Ausnahmen im Protokoll: Eine Ablehnung wird mit den Worten des Dienstes "
                    "zitiert. Und verliert Cobot Angaben eines Mitglieds (CS-405), nennt das "
                    "Protokoll sie, damit jemand sie wieder eintragen kann.",
                    "In Airflow bleiben Kennungen, Rechnungsnummern, Daten, Beträge und "
                    "Prüfsummen. Der Betrieb räumt sie regelmäßig auf.",
                    feed,
                    told,
                    "Das Programm löscht nichts in Cobot oder sevDesk. Löschungen nach der DSGVO "
                    "nimmt das Unternehmen dort selbst vor, nach Ablauf der Fristen aus "
                    "Kapitel 8.",
                    "Mit Cobot, sevDesk und dem Anbieter der Server bestehen Verträge zur "
                    "Auftragsverarbeitung (Art. 28 DSGVO); sie gehören zu Kapitel 10.",
                )
            ),
        ),
    )


def _to_add() -> Section:
    return Section(
        "10 Vom Unternehmen zu ergänzen",
        (
            Bullets(
                (
                    "Name, Anschrift und Steuernummer des Unternehmens; Geltungsbereich dieses "
                    "Dokuments.",
                    "Verantwortliche Personen für jede Rolle aus Kapitel 7, mit Vertretung.",
                    "Wer Zugang zu Airflow, Cobot, sevDesk und den Servern hat, wer ihn vergibt "
                    "und entzieht.",
                    "Wer die monatliche Abstimmung prüft und abzeichnet, bis wann, und wo die "
                    "Zeichnung liegt.",
                    "Wie schnell rote Aufgaben bearbeitet werden, und wer davon erfährt.",
                    "Bestätigung der Steuerberatung zu Kapitel 3 und Kapitel 8, mit Datum.",
                    "Ort und Schutz der Unterlagen aus Kapitel 8, Sicherung und Probe der "
                    "Rücksicherung.",
                    "Ort und Anbieter der Server, Verträge zur Auftragsverarbeitung.",
                    "Wie Rechnungsnummern in Cobot vergeben werden, und warum Lücken entstehen.",
                    "Verfahren für Zahlungen, Mahnungen, Eingangsrechnungen und das Festschreiben "
                    "in sevDesk.",
                    "Unterweisung der Beteiligten, mit Datum.",
                    "Freigabe dieser Fassung: Name, Datum, Unterschrift.",
                ),
                numbered=True,
            ),
        ),
    )


def _history(about: About) -> Section:
    head = ("Datum", "Stand", "Wer", "Was und warum")
    blocks: list[Block]
    if about.changes is None:
        blocks = [
            Paragraph(
                "Die Space-Datei liegt nicht in einer Versionsverwaltung (git). Änderungen sind "
                "hier von Hand einzutragen."
            ),
            Table(
                head, ((day_in(about.made, "de"), "", "", "diese Fassung"), *[("", "", "", "")] * 3)
            ),
        ]
    else:
        rows = tuple((one.day, one.commit, one.author, one.why) for one in about.changes)
        blocks = [
            Paragraph("Aus der Versionsverwaltung (git), die neueste Änderung zuerst."),
            Table(head, rows),
        ]
    return Section("11 Änderungen der Space-Datei", tuple(blocks))


def _as_configured(config: SpaceConfig) -> Section:
    """Everything that is in force, defaults as well; notifications may name people."""
    stated = config.model_dump(mode="json", by_alias=True, exclude={"notifications"})
    text = yaml.safe_dump(stated, allow_unicode=True, sort_keys=False).rstrip()
    return Section(
        "12 Konfiguration im Wortlaut",
        (
            Paragraph("Mit allen Voreinstellungen, ohne die Empfänger von Benachrichtigungen."),
            Picture(text),
        ),
    )
