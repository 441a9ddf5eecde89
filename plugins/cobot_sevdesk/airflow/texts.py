"""What people read of a DAG in Airflow, in both languages: page, trigger form, one error."""

from dataclasses import dataclass

from cobot_sevdesk.domain.catalogue import Language


@dataclass(frozen=True)
class Texts:
    """Pages as Markdown with `{subdomain}` and `{owner}`; of a form's fields, title and help.

    `cleared_alone` has the `{label}` of a problem.
    """

    sync: str
    reconcile: str
    owner: str
    from_date: tuple[str, str]
    to_date: tuple[str, str]
    dry_run: tuple[str, str]
    max_new_per_run: tuple[str, str]
    pdf_hashes: tuple[str, str]
    cleared_alone: str


TEXTS: dict[Language, Texts] = {
    "en": Texts(
        sync="""
### Cobot `{subdomain}` to sevDesk

Members confirmed in Cobot become sevDesk contacts, invoices become vouchers, each exactly once.

**A red box below `needs_attention`?** Open its log: it says what is wrong, which invoices wait,
and what to do where. Do that, then *Clear* the box. Clearing is safe, anything, any time.

**Skipped?** There was nothing for that task to do.

**By hand:** *Trigger*, with *From date* and *To date* (both inclusive), *Dry run* to only look.
{owner}""",
        reconcile="""
### Cobot `{subdomain}` against sevDesk

Compares both sides for the month before, or for the dates typed in, and writes nothing to either.
Green: both agree. Red: the log lists what does not; the report (HTML, CSV) has the details.
{owner}""",
        owner="\n**Who to ask:** {name}\n",
        from_date=(
            "From date",
            "First invoice date to look at. Empty: like the last scheduled run.",
        ),
        to_date=("To date", "Last invoice date to look at, inclusive. Empty: until today."),
        dry_run=(
            "Dry run",
            "Only look and report what would be done; nothing is written anywhere.",
        ),
        max_new_per_run=(
            "Most new vouchers",
            "Safety stop for this run; empty: as the space file says.",
        ),
        pdf_hashes=(
            "Hashes of PDFs",
            "Read every PDF from Cobot once more; takes about a second for each invoice.",
        ),
        cleared_alone="Clear this task again, with *Downstream* ticked, for a box of: {label}",
    ),
    "de": Texts(
        sync="""
### Cobot `{subdomain}` nach sevDesk

In Cobot bestätigte Mitglieder werden sevDesk-Kontakte, Rechnungen werden Belege, je genau einmal.

**Ein rotes Kästchen unter `needs_attention`?** Sein Log sagt, was nicht stimmt, welche Rechnungen
warten und was wo zu tun ist. Das tun, dann das Kästchen mit *Clear* neu starten. Clear schadet nie.

**Übersprungen?** Für diese Aufgabe gab es nichts zu tun.

**Von Hand:** *Trigger*, mit *Von* und *Bis* (beide einschließlich), mit *Probelauf* nur ansehen.
{owner}""",
        reconcile="""
### Cobot `{subdomain}` neben sevDesk

Vergleicht beide Seiten für den Vormonat oder für die eingetippten Tage und schreibt nirgends.
Grün: beide stimmen überein. Rot: das Log nennt die Unterschiede, der Bericht (HTML, CSV) alles.
{owner}""",
        owner="\n**Ansprechpartner:** {name}\n",
        from_date=(
            "Von",
            "Erstes Rechnungsdatum. Leer: wie der letzte geplante Lauf.",
        ),
        to_date=("Bis", "Letztes Rechnungsdatum, einschließlich. Leer: bis heute."),
        dry_run=(
            "Probelauf",
            "Nur ansehen und berichten, was geschehen würde; nirgends wird geschrieben.",
        ),
        max_new_per_run=(
            "Höchstzahl neuer Belege",
            "Sicherheitsstopp für diesen Lauf; leer: wie in der Datei des Space.",
        ),
        pdf_hashes=(
            "Prüfsummen der PDFs",
            "Jedes PDF noch einmal aus Cobot lesen; dauert je Rechnung etwa eine Sekunde.",
        ),
        cleared_alone="Noch einmal mit *Downstream* neu starten, für ein Kästchen zu: {label}",
    ),
}
