"""What people read of a DAG in Airflow, in both languages: page, trigger form, one error."""

from dataclasses import dataclass

from cobot_sevdesk.domain.catalogue import Language


@dataclass(frozen=True)
class Texts:
    """Pages as Markdown with `{subdomain}` and `{owner}`; of a form's fields, title and help.

    `cleared_alone` and `solved` have the `{label}` of a problem, `differences` a `{count}` and the
    `{folder}` of the report, `file_wrong` and `request_wrong` the `{problems}`, one on each line.
    `next_run` stands above the `{report}` of a dry run, `codes_checked` has the `{count}`,
    `all_fine` the `{space}`.
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
    solved: str
    differences: str
    file_wrong: str
    request_wrong: str
    next_run: str
    codes_checked: str
    all_fine: str


TEXTS: dict[Language, Texts] = {
    "en": Texts(
        sync="""
### Cobot `{subdomain}` to sevDesk

Members confirmed in Cobot become sevDesk contacts, invoices become vouchers, each exactly once.

**A red task below `needs_attention`?** Open its log. It says what is wrong, which invoices wait,
and what to do where. Do that, then *Clear* the task. Clearing is always safe. Never use
*Mark success*: it books nothing.

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
            "First invoice date. Empty: as a scheduled run. In a backfill: leave it empty.",
        ),
        to_date=(
            "To date",
            "Last invoice date, inclusive. Empty: until today. In a backfill: leave it empty.",
        ),
        dry_run=(
            "Dry run",
            "Only look and report what would be done. Nothing is written anywhere.",
        ),
        max_new_per_run=(
            "Most new vouchers",
            "Safety stop for each run. Empty: as the space file says.",
        ),
        pdf_hashes=(
            "Hashes of PDFs",
            "Read every PDF from Cobot once more; takes about a second for each invoice.",
        ),
        cleared_alone="Clear this task again, with *Downstream* ticked: {label}",
        solved="Solved: {label}",
        differences="{count} differences; report: {folder}",
        file_wrong="""The space file cannot be used

What to do: Correct what is named below in the space file. Then clear this task.

{problems}""",
        request_wrong="""This run cannot do what it was asked for

What to do: Start a new run with *Trigger*, and with the parameters as named below. Do not clear
this one: it keeps its parameters. Nothing was read or written.

{problems}""",
        next_run="The next run would do this:\n{report}",
        codes_checked="Accounting codes that were checked: {count}",
        all_fine="{space}: nothing stands in the way of the next run",
    ),
    "de": Texts(
        sync="""
### Cobot `{subdomain}` nach sevDesk

In Cobot bestätigte Mitglieder werden Kontakte in sevDesk. Rechnungen werden Belege, jede genau
einmal.

**Eine rote Aufgabe unter `needs_attention`?** Öffnen Sie ihr Log. Es nennt die Ursache, die
Rechnungen, die warten, und was wo zu tun ist. Tun Sie das. Starten Sie die Aufgabe dann neu
(*Clear*). Neu starten schadet nie. Benutzen Sie nie *Mark success*: Das bucht nichts.

**Übersprungen?** Für diese Aufgabe gab es nichts zu tun.

**Von Hand:** *Trigger*, mit *Von* und *Bis* (beide Tage einschließlich). *Probelauf* sieht nur
nach und schreibt nichts.
{owner}""",
        reconcile="""
### Cobot `{subdomain}` neben sevDesk

Vergleicht beide Seiten für den Vormonat oder für den Zeitraum, den Sie eingeben. Geschrieben wird
nirgends. Grün: Beide Seiten stimmen überein. Rot: Das Log nennt die Abweichungen, der Bericht
(HTML, CSV) alles dazu.
{owner}""",
        owner="\n**Ansprechpartner:** {name}\n",
        from_date=(
            "Von",
            "Erstes Rechnungsdatum. Leer: wie ein geplanter Lauf. Bei Backfill: leer lassen.",
        ),
        to_date=(
            "Bis",
            "Letztes Rechnungsdatum, einschließlich. Leer: bis heute. Bei Backfill: leer lassen.",
        ),
        dry_run=(
            "Probelauf",
            "Nur nachsehen und berichten, was geschähe. Geschrieben wird nirgends.",
        ),
        max_new_per_run=(
            "Höchstzahl neuer Belege",
            "Sicherheitsstopp für diesen Lauf. Leer: wie in der Space-Datei.",
        ),
        pdf_hashes=(
            "Prüfsummen der PDFs",
            "Jedes PDF noch einmal aus Cobot lesen. Das dauert je Rechnung etwa eine Sekunde.",
        ),
        cleared_alone="Starten Sie diese Aufgabe neu (Clear), mit Haken bei *Downstream*: {label}",
        solved="Erledigt: {label}",
        differences="{count} Abweichungen; Bericht: {folder}",
        file_wrong="""Die Space-Datei kann nicht verwendet werden

Was zu tun ist: Berichtigen Sie in der Space-Datei, was unten steht. Starten Sie diese Aufgabe
dann neu (*Clear*).

{problems}""",
        request_wrong="""Dieser Lauf kann nicht tun, was verlangt wurde

Was zu tun ist: Starten Sie mit *Trigger* einen neuen Lauf, mit Parametern wie unten genannt. Dieser
hier behält seine Parameter, *Clear* hilft ihm nicht. Nichts wurde gelesen oder geschrieben.

{problems}""",
        next_run="Das täte der nächste Lauf:\n{report}",
        codes_checked="Geprüfte Buchungscodes: {count}",
        all_fine="{space}: Dem nächsten Lauf steht nichts im Weg",
    ),
}
