"""What a proof observed, in the words of both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cobot_sevdesk.domain.catalogue import words_in
from cobot_sevdesk.domain.language import Language
from cobot_sevdesk.proof.assumptions.assumption import Texts

FIELDS = "fields"
"""The detail whose value names fields of a voucher, as words of the catalogue."""


@dataclass(frozen=True)
class Observed:
    """One observation: a word of the table below and its details; no personal data."""

    word: str
    details: Mapping[str, object] = field(default_factory=dict)

    def in_words(self, language: Language) -> str:
        """The observation for readers of this language.

        Raises:
            KeyError: there is no such word, or a detail is missing; a bug of ours.
        """
        shown = {name: _shown(name, value, language) for name, value in self.details.items()}
        return WORDS[self.word].in_words(language).format_map(shown)


def say(word: str, **details: object) -> Observed:
    """An observation. Details are texts that no language changes, numbers, or observations."""
    return Observed(word, details)


def _shown(name: str, value: object, language: Language) -> str:
    if isinstance(value, Observed):
        return value.in_words(language)
    if isinstance(value, tuple):
        return ", ".join(_shown(name, one, language) for one in value)
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",") if language == "de" else str(value)
    return words_in(str(value), language) if name == FIELDS else str(value)


WORDS: dict[str, Texts] = {
    # general
    "list": Texts("{parts}", "{parts}"),
    "http": Texts("HTTP {status}", "HTTP {status}"),
    "refused": Texts("refused with HTTP {status}", "abgelehnt mit HTTP {status}"),
    "accepted": Texts("accepted", "angenommen"),
    "ignored": Texts("ignored", "nicht beachtet"),
    "at_once": Texts("at once", "sofort"),
    "not_at_once": Texts("not at once", "nicht sofort"),
    "after": Texts("after {seconds} s", "nach {seconds} s"),
    "never": Texts("not within {seconds} s", "nicht innerhalb von {seconds} s"),
    "none": Texts("none", "keine"),
    "request_failed": Texts("{request}: HTTP {status}", "{request}: HTTP {status}"),
    "no_answer": Texts("{request}: no answer", "{request}: keine Antwort"),
    "unreadable": Texts(
        "the answer is not understood ({what})", "die Antwort wird nicht verstanden ({what})"
    ),
    "connection": Texts(
        "connection {connection}: an address is wrong, or leads to another host",
        "Verbindung {connection}: Eine Adresse ist falsch oder führt zu einem anderen Rechner",
    ),
    "failed": Texts("it failed ({what})", "es ist fehlgeschlagen ({what})"),
    "only_writing": Texts(
        "only a proof that writes tries it", "das prüft nur eine Probe durch Schreiben"
    ),
    "harmful": Texts("cannot be tried without harm", "lässt sich nicht gefahrlos prüfen"),
    "not_looked": Texts("nothing to see it by", "es gab nichts, woran es sich zeigt"),
    "cannot_remove": Texts(
        "nothing could be removed again, so nothing is made: {why}",
        "nichts ließe sich wieder entfernen, darum wird nichts angelegt: {why}",
    ),
    "left_before": Texts(
        "what an earlier proof left has to be removed by hand first",
        "was eine frühere Probe zurückließ, muss zuerst von Hand entfernt werden",
    ),
    "left_in_sevdesk": Texts("sevDesk: {path}", "sevDesk: {path}"),
    "left_member": Texts(
        "Cobot: the member that sevDesk {path} describes",
        "Cobot: das Mitglied, das in sevDesk {path} beschrieben ist",
    ),
    "left_fields": Texts(
        "Cobot: member {member}, lost for good: {names}",
        "Cobot: Mitglied {member}, endgültig verloren: {names}",
    ),
    # reading
    "took": Texts("all reading took {seconds} s", "alles Lesen dauerte {seconds} s"),
    "silent": Texts("{count} times no answer", "{count}-mal keine Antwort"),
    "nulls": Texts("{count} in {where}", "{count} in {where}"),
    "no_list": Texts("no list (HTTP {status})", "keine Liste (HTTP {status})"),
    "no_invoice": Texts("no invoice since go-live", "keine Rechnung seit dem Start"),
    "without_id": Texts("{count} of {all} without id", "{count} von {all} ohne Id"),
    "absolute": Texts("absolute", "vollständig"),
    "relative": Texts("relative", "verkürzt"),
    "no_links": Texts("none", "keine"),
    "entries": Texts("{count} entries on a page", "{count} Einträge auf einer Seite"),
    "one_page": Texts("the list has one page only", "die Liste hat nur eine Seite"),
    "debitor": Texts("debitor", "debitor"),
    "older_name": Texts("the older name", "der ältere Name"),
    "both_names": Texts("both", "beide"),
    "no_debtor": Texts("no invoice names a debtor", "keine Rechnung nennt, wer sie schuldet"),
    "doubled": Texts("{count} doubled of {all}", "{count} von {all} doppelt"),
    "count_of": Texts("{count} of {all}", "{count} von {all}"),
    "one_date": Texts("all invoices have one date", "alle Rechnungen haben ein Datum"),
    "newest": Texts("newest first", "neueste zuerst"),
    "oldest": Texts("oldest first", "älteste zuerst"),
    "no_order": Texts("no order", "keine Reihenfolge"),
    "no_date": Texts("no invoice has a date", "keine Rechnung hat ein Datum"),
    "inclusive": Texts("inclusive", "einschließlich"),
    "exclusive": Texts("exclusive", "ausschließlich"),
    "others_too": Texts("other dates are listed too", "andere Tage werden auch aufgeführt"),
    "pdf": Texts("{size} KB in {seconds} s", "{size} KB in {seconds} s"),
    "too_large": Texts("larger than 20 MB", "größer als 20 MB"),
    "shown": Texts("shown", "gezeigt"),
    "no_spaces": Texts("HTTP {status}, none", "HTTP {status}, keine"),
    "redirected": Texts("redirected to another host", "Weiterleitung zu einem anderen Rechner"),
    "answers": Texts("answers", "antwortet"),
    "listed": Texts("listed", "aufgeführt"),
    "ended_missing": Texts(
        "one that has ended is not listed", "eine beendete Mitgliedschaft wird nicht aufgeführt"
    ),
    "none_ended": Texts("no membership has ended", "keine Mitgliedschaft ist beendet"),
    "another_space": Texts("another space", "ein anderer Space"),
    "errors_by_field": Texts("errors by field", "Fehler je Feld"),
    "texts": Texts("a list of texts", "eine Liste von Texten"),
    "one_text": Texts("one text", "ein Text"),
    "bare": Texts("fields without envelope", "Felder ohne Umschlag"),
    "no_json": Texts("no JSON", "kein JSON"),
    "every_list": Texts("every list", "jede Liste"),
    "without_total": Texts("none for {where}", "keine für {where}"),
    "wrong_total": Texts("wrong for {where}", "falsch für {where}"),
    "limit_refused": Texts("{where}: refused", "{where}: abgelehnt"),
    "capped": Texts("{where}: {count} objects", "{where}: {count} Objekte"),
    "full_page": Texts(
        "{where}: {count} objects on a page", "{where}: {count} Objekte auf einer Seite"
    ),
    "too_short": Texts(
        "no list has 1000 objects; a page of {count} was whole",
        "keine Liste hat 1000 Objekte; eine Seite mit {count} war vollständig",
    ),
    "no_guidance": Texts(
        "no booking accounts (HTTP {status})", "keine Buchungskonten (HTTP {status})"
    ),
    "without_number": Texts("{count} of {all} without number", "{count} von {all} ohne Nummer"),
    "no_cost_centre": Texts("no cost centre", "keine Kostenstelle"),
    # contacts
    "no_contact": Texts("there is no contact", "es gibt keinen Kontakt"),
    "contact_refused": Texts(
        "no contact can be made (HTTP {status})",
        "es lässt sich kein Kontakt anlegen (HTTP {status})",
    ),
    "numbered": Texts("numbered", "mit Nummer"),
    "no_number": Texts("no number", "ohne Nummer"),
    "contact_without_number": Texts("the contact has no number", "der Kontakt hat keine Nummer"),
    "another_number": Texts("another number was given", "eine andere Nummer wurde vergeben"),
    "first_lost_number": Texts(
        "the first contact lost its number", "der erste Kontakt hat seine Nummer verloren"
    ),
    "cannot_be_read": Texts("it cannot be read", "es lässt sich nicht lesen"),
    "deleted": Texts("deleted", "gelöscht"),
    "not_deleted": Texts("not deleted", "nicht gelöscht"),
    "still_listed": Texts(
        "not deleted: HTTP {status}, but still there",
        "nicht gelöscht: HTTP {status}, aber noch vorhanden",
    ),
    # lags
    "lag_enough": Texts("{lag}; {enough} s are waited for", "{lag}; gewartet werden {enough} s"),
    "lag_set": Texts(
        "{lag}; {enough} s are waited for; settle_seconds {needed} is enough",
        "{lag}; gewartet werden {enough} s; settle_seconds {needed} genügt",
    ),
    "nothing_made": Texts("nothing was made", "es wurde nichts angelegt"),
    "not_listed": Texts("the lists do not show it", "die Listen zeigen es nicht"),
    # vouchers
    "no_draft": Texts("there is no draft", "es gibt keinen Entwurf"),
    "no_second": Texts("there is no second draft", "es gibt keinen zweiten Entwurf"),
    "draft_refused": Texts(
        "no draft can be saved (HTTP {status})",
        "es lässt sich kein Entwurf speichern (HTTP {status})",
    ),
    "no_rate": Texts(
        "no account has a tax rate above zero", "kein Konto hat einen Steuersatz über null"
    ),
    "no_account": Texts(
        "no account allows tax rule {rule}", "kein Konto erlaubt die Steuerregel {rule}"
    ),
    "honoured": Texts("honoured", "beachtet"),
    "read_as_net": Texts(
        "the sum is read as net: {gross} instead of {meant}",
        "die Summe gilt als netto: {gross} statt {meant}",
    ),
    "gross_counts": Texts("the gross sum counts", "die Bruttosumme zählt"),
    "net_counts": Texts("the net sum counts", "die Nettosumme zählt"),
    "as_sent": Texts("as sent", "wie gesendet"),
    "differs": Texts("{fields}", "{fields}"),
    "differs_stored": Texts(
        "the answer is right, but stored is otherwise: {fields}",
        "die Antwort stimmt, gespeichert ist etwas anderes: {fields}",
    ),
    "left_out": Texts("left out", "weggelassen"),
    "null": Texts("null", "null"),
    "empty_list": Texts("an empty list", "eine leere Liste"),
    "lists_too_short": Texts("the lists are too short", "die Listen sind zu kurz"),
    "ascending": Texts("ascending", "aufsteigend"),
    "descending": Texts("descending", "absteigend"),
    "dates": Texts("that day {that}, others {others}", "der Tag {that}, andere {others}"),
    "found": Texts("found", "gefunden"),
    "missing": Texts("missing", "fehlt"),
    "listed_too": Texts("listed too", "auch aufgeführt"),
    "no_change": Texts(
        "a draft cannot be changed (HTTP {status})",
        "ein Entwurf lässt sich nicht ändern (HTTP {status})",
    ),
    "no_sums": Texts("no sums are shown", "es werden keine Summen gezeigt"),
    "nothing_listed": Texts("nothing is listed", "nichts wird aufgeführt"),
    "one_second": Texts(
        "made and changed within one second",
        "innerhalb einer Sekunde angelegt und geändert",
    ),
    "understood": Texts("understood", "verstanden"),
    "create_after": Texts("taken for createAfter", "wirkt wie createAfter"),
    "not_in_guidance": Texts("not listed", "nicht aufgeführt"),
    "rule_listed": Texts("listed; {then}", "aufgeführt; {then}"),
    "draft_told": Texts("draft: {told}", "Entwurf: {told}"),
    "draft_and_open": Texts("draft: accepted, open: {told}", "Entwurf: angenommen, offen: {told}"),
    "no_reset": Texts(
        "an open voucher cannot be made a draft (HTTP {status})",
        "ein offener Beleg lässt sich nicht zum Entwurf machen (HTTP {status})",
    ),
    "both_stay": Texts("both stay", "beide bleiben"),
    "singly": Texts("singly", "einzeln"),
    "in_lists": Texts("in lists", "in Listen"),
    "in_answers": Texts("in answers", "in Antworten"),
    "nowhere": Texts("nowhere", "nirgends"),
    "at_upload": Texts("upload: HTTP {status}", "Hochladen: HTTP {status}"),
    "at_save": Texts("saveVoucher: HTTP {status}", "saveVoucher: HTTP {status}"),
    "no_upload": Texts("no document can be uploaded", "es lässt sich kein Dokument hochladen"),
    # tags
    "tag_refused": Texts(
        "no tag can be made (HTTP {status})", "es lässt sich kein Tag anlegen (HTTP {status})"
    ),
    "in_objects": Texts("inside objects", "unter objects"),
    "bare_answer": Texts("bare", "ohne Umschlag"),
    "tags_not_listed": Texts("the lists do not show the tags", "die Listen zeigen die Tags nicht"),
    "reused": Texts("reused", "wiederverwendet"),
    "of_one_name": Texts("{count} of one name", "{count} mit einem Namen"),
    "ties": Texts(
        "{count} ties after tagging twice", "{count} Verknüpfungen nach zweimaligem Vergeben"
    ),
    # the member
    "name_a_member": Texts(
        "no member was named: give the id of a member made for it (prove_member)",
        "kein Mitglied ist genannt: Geben Sie die Id eines eigens angelegten Mitglieds an "
        "(prove_member)",
    ),
    "no_such_member": Texts(
        "Cobot has no member with the id that was given",
        "Cobot kennt kein Mitglied mit der angegebenen Id",
    ),
    "numbers_off": Texts(
        "the space file says that no numbers are written",
        "laut Space-Datei werden keine Nummern geschrieben",
    ),
    "note_not_kept": Texts(
        "sevDesk does not keep how the member was before",
        "sevDesk bewahrt nicht auf, wie das Mitglied vorher war",
    ),
    "method": Texts("{method}, HTTP {status}", "{method}, HTTP {status}"),
    "without_effect": Texts(
        "{method}, HTTP {status}, but nothing changes",
        "{method}, HTTP {status}, aber nichts ändert sich",
    ),
    "no_update": Texts(
        "no update is accepted (HTTP {status})",
        "keine Änderung wird angenommen (HTTP {status})",
    ),
    "the_membership": Texts("the membership", "die Mitgliedschaft"),
    "nothing": Texts("nothing", "nichts"),
    "names": Texts("{names}", "{names}"),
    "all_kept": Texts("all are kept", "alle bleiben"),
    "unsafe": Texts(
        "an update is not safe for the member", "eine Änderung wäre für das Mitglied nicht sicher"
    ),
    "no_other_number": Texts(
        "no other member has a number", "kein anderes Mitglied hat eine Nummer"
    ),
    "another_stands": Texts("another number stands there", "dort steht eine andere Nummer"),
    "no_invoice_of_member": Texts("the member has no invoice", "das Mitglied hat keine Rechnung"),
    "no_telling_number": Texts(
        "the invoice shows no number that tells",
        "die Rechnung zeigt keine Nummer, an der es sich zeigt",
    ),
    "frozen": Texts("frozen", "unverändert"),
    "follows": Texts("follows the member", "folgt dem Mitglied"),
}
"""Word -> the observation in both languages."""
