"""The procedure documentation of a space, from its configuration: what is booked how, in German.

For the tax adviser's files: GoBD (BMF letter of 28 November 2019), section 10.1, asks for a
description of the procedure that fits what is really done. Where it ends, people go on writing.
"""

from cobot_sevdesk.config.models import SpaceConfig

RECIPIENTS = {
    "domestic": "Inland",
    "eu_business": "Unternehmen in der EU mit gültig geformter USt-IdNr.",
    "third_country": "Drittland",
}


def procedure(config: SpaceConfig) -> str:
    """The document as Markdown."""
    parts = [
        f"# Verfahrensdokumentation: Rechnungen von Cobot nach sevDesk, Space {config.slug}",
        "Erzeugt aus der Konfiguration; bei jeder Änderung neu erzeugen und mit Datum aufbewahren.",
        _what(config),
        _tax(config),
        _exceptions(config),
        _control(config),
        "## Zu ergänzen\n\nVerantwortliche, Zugriffsrechte, Aufbewahrung der Berichte, Schulung.",
    ]
    return "\n\n".join(parts) + "\n"


def _what(config: SpaceConfig) -> str:
    vouchers = config.vouchers
    status = "offen (100)" if vouchers.status == "open" else "Entwurf (50)"
    when = f"nach Zeitplan `{config.schedule}`" if config.schedule else "nur von Hand"
    rows = [
        f"Quelle: Cobot-Space `{config.cobot.subdomain}`; Ziel: sevDesk, Verbindung "
        f"`{config.sevdesk_connection}`.",
        f"Zeitraum: Rechnungen ab {config.sync_from:%d.%m.%Y}; Läufe {when}, Zeitzone "
        f"{config.timezone}; jeder Lauf sieht {vouchers.lookback_days} Tage zurück.",
        "Jede Rechnung wird genau ein Einnahmebeleg; Beschreibung `<Nummer> [COBOT:<Schlüssel>]`; "
        "der Schlüssel folgt aus der Cobot-Id und verhindert doppelte Buchung.",
        f"Beleg- und Lieferdatum = Rechnungsdatum; fällig {vouchers.due_in_days} Tage später; "
        f"Status {status}.",
        f"Kostenstelle: {vouchers.cost_centre or 'keine'}. PDF der Rechnung am Beleg: "
        f"{'ja' if vouchers.attach_pdf else 'nein'}.",
        "Konto: Buchungscode der Zeile"
        + (
            "; abweichend " + ", ".join(f"{code} → {to}" for code, to in config.accounts.items())
            if config.accounts
            else ""
        )
        + ".",
        "Brutto des Belegs = Brutto der Rechnung, auf den Cent.",
    ]
    return "## Was gebucht wird\n\n" + "\n".join(f"- {row}" for row in rows)


def _tax(config: SpaceConfig) -> str:
    if config.tax.small_business:
        rows = ["Kleinunternehmer (§19 UStG): Steuerregel 11, nur 0 %; ausgewiesene Steuer wartet."]
    else:
        rows = ["Satz über null: Steuerregel 1 (§1 Abs. 1 Nr. 1 UStG)."]
        for name, shown in RECIPIENTS.items():
            rule = getattr(config.tax.zero_rate, name)
            told = f"Steuerregel {rule}" if rule else "nicht festgelegt, die Rechnung wartet"
            rows.append(f"Zeile ohne Steuer, Empfänger {shown}: {told}.")
    split = "werden zwei Belege" if config.tax.split_vouchers else "warten"
    rows.append(f"Rechnungen, deren Zeilen zwei Steuerregeln brauchen, {split}.")
    return "## Steuer\n\n" + "\n".join(f"- {row}" for row in rows)


def _exceptions(config: SpaceConfig) -> str:
    vouchers = config.vouchers
    corrections = "gebucht, mit negativen Positionen" if vouchers.corrections == "booked" else None
    foreign = "zum Kurs des Rechnungstags" if vouchers.foreign_currency == "booked" else None
    rows = [
        f"Korrekturen: {corrections or 'warten'}. Fremdwährung: {foreign or 'wartet'}.",
        "Summe null: nicht gebucht, aufgeführt.",
        "Künftiges Datum: erst an seinem Tag. Vor dem Start: nie angesehen.",
        f"Mehr als {vouchers.max_new_per_run} neue Belege in einem Lauf: Sicherheitsstopp.",
        "Was wartet, ist als rote Aufgabe mit Grund und Abhilfe sichtbar, bis es behoben ist.",
        "Spätere Änderungen in Cobot werden nicht gesendet, sondern berichtet.",
        *(f"Ausgenommen: {one.number} ({one.reason})." for one in config.ignore_invoices),
    ]
    return "## Ausnahmen\n\n" + "\n".join(f"- {row}" for row in rows)


def _control(config: SpaceConfig) -> str:
    schedule = config.reconciliation.schedule
    when = f"nach Zeitplan `{schedule}`" if schedule else "von Hand"
    return (
        "## Kontrolle\n\n"
        f"- Abstimmung `{config.reconcile_dag_id}` {when}: Summen je Monat, Konto und Satz beider "
        "Seiten, jede Abweichung, Lücken; Bericht mit Ids, Schlüsseln und Prüfsummen."
    )
