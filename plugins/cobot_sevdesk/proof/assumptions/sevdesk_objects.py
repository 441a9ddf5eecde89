"""What is assumed about what is made in sevDesk: contacts, tags, vouchers."""

from cobot_sevdesk.proof.assumptions.assumption import Texts
from cobot_sevdesk.proof.assumptions.sevdesk_answers import of_sevdesk

CONTACTS_AND_TAGS = (
    of_sevdesk(
        "S-30",
        Texts(
            "A new contact without number gets sevDesk's next one.",
            "Ein neuer Kontakt ohne Nummer bekommt die nächste von sevDesk.",
        ),
        *("recorded", "writing"),
        Texts(
            "The next free number is asked for and set.",
            "Die nächste freie Nummer wird abgefragt und gesetzt.",
        ),
        "contacts_are_numbered",
    ),
    of_sevdesk(
        "S-31",
        Texts(
            "Two contacts may have the same customer number.",
            "Zwei Kontakte dürfen dieselbe Kundennummer haben.",
        ),
        *("guessed", "writing"),
        Texts(
            "Nothing depends on it: numbers are sevDesk's own, and several contacts are asked "
            "about.",
            "Davon hängt nichts ab: Nummern vergibt sevDesk, und bei mehreren Kontakten wird "
            "nachgefragt.",
        ),
        "duplicate_customer_number",
    ),
    of_sevdesk(
        "S-32",
        Texts(
            "A contact that no voucher names can be deleted.",
            "Ein Kontakt, den kein Beleg nennt, lässt sich löschen.",
        ),
        *("vendor", "writing"),
        Texts(
            "Only the proof deletes contacts; it lists what it could not remove.",
            "Nur die Probe löscht Kontakte; sie führt auf, was sich nicht entfernen ließ.",
        ),
        to_do="set.delete_by_hand",
    ),
    of_sevdesk(
        "S-33",
        Texts(
            "The tag factory reuses a tag of the same name.",
            "Ein Tag mit demselben Namen wird wiederverwendet.",
        ),
        *("guessed", "writing"),
        Texts(
            "Tags are compared by name, so several tags of one name count as one.",
            "Tags werden nach dem Namen verglichen; mehrere mit einem Namen gelten als eines.",
        ),
        *("tag_names_are_unique", "tags_can_be_made"),
    ),
    of_sevdesk(
        "S-34",
        Texts(
            "Tagging twice ties a second time.",
            "Wird ein Tag zweimal vergeben, gibt es zwei Verknüpfungen.",
        ),
        *("guessed", "writing"),
        Texts(
            "A tie more or less makes no difference: tags are read as a set.",
            "Eine Verknüpfung mehr oder weniger ändert nichts: Tags werden als Menge gelesen.",
        ),
        "repeated_tag",
    ),
    of_sevdesk(
        "S-35",
        Texts(
            "The tag factory answers inside `objects`.",
            "Wird ein Tag vergeben, steht die Antwort unter `objects`.",
        ),
        *("guessed", "writing"),
        Texts("Both forms are read.", "Beide Formen werden gelesen."),
        "tag_answer_has_envelope",
    ),
)

VOUCHERS = (
    of_sevdesk(
        "S-40",
        Texts(
            "`net` of a position decides which of its sums counts; `sumGross` alone is enough.",
            "`net` einer Position entscheidet, welche Summe zählt; `sumGross` allein genügt.",
        ),
        *("vendor", "writing"),
        Texts(
            "Both sums are sent and agree, so that either counts the same.",
            "Beide Summen werden gesendet und passen zusammen, sodass jede dasselbe ergibt.",
        ),
        "net_flag",
    ),
    of_sevdesk(
        "S-41",
        Texts(
            "saveVoucher saves what it is sent, and says so in its answer.",
            "saveVoucher speichert, was gesendet wird, und sagt es in der Antwort.",
        ),
        *("vendor", "writing"),
        Texts(
            "Every answer is compared; the first voucher that differs stops the space.",
            "Jede Antwort wird verglichen; der erste abweichende Beleg hält den Space an.",
        ),
        *("saves_otherwise", "says_what_was_sent", "vouchers_can_be_changed"),
        to_do="set.do_not_start",
    ),
    of_sevdesk(
        "S-42",
        Texts(
            "A voucher may have a negative sum, as a draft and when it is open.",
            "Ein Beleg darf eine negative Summe haben, als Entwurf und wenn er offen ist.",
        ),
        *("guessed", "writing"),
        Texts(
            "sevDesk's refusal holds the correction back as a problem.",
            "Lehnt sevDesk ab, wird die Korrektur als Problem zurückgehalten.",
        ),
        "negative_vouchers",
        to_do="set.corrections",
    ),
    of_sevdesk(
        "S-43",
        Texts(
            "A draft can be deleted, though that is undocumented.",
            "Ein Entwurf lässt sich löschen, obwohl das nicht dokumentiert ist.",
        ),
        *("recorded", "writing"),
        Texts(
            "Only the proof deletes drafts; it lists what it could not remove.",
            "Nur die Probe löscht Entwürfe; sie führt auf, was sich nicht entfernen ließ.",
        ),
        *("drafts_can_be_deleted", "deleting_hides_only"),
        to_do="set.delete_by_hand",
    ),
    of_sevdesk(
        "S-44",
        Texts(
            "saveVoucher refuses the name of a file that was never uploaded.",
            "saveVoucher lehnt den Namen einer Datei ab, die nie hochgeladen wurde.",
        ),
        *("guessed", "writing"),
        Texts(
            "Every voucher is checked for its document; a missing one is attached later.",
            "Jeder Beleg wird auf sein Dokument geprüft; ein fehlendes wird später angehängt.",
        ),
        "unknown_file",
    ),
    of_sevdesk(
        "S-45",
        Texts(
            "A PDF that cannot be read is refused by the upload.",
            "Eine PDF-Datei, die sich nicht lesen lässt, wird schon beim Hochladen abgelehnt.",
        ),
        *("recorded", "writing"),
        Texts(
            "A refusal by saveVoucher is understood as well (CS-227).",
            "Auch eine Ablehnung durch saveVoucher wird verstanden (CS-227).",
        ),
        "unreadable_file",
    ),
    of_sevdesk(
        "S-46",
        Texts(
            "A voucher shows its document in lists, in answers and when read by its id.",
            "Ein Beleg zeigt sein Dokument in Listen, in Antworten und wenn er einzeln gelesen "
            "wird.",
        ),
        *("recorded", "writing"),
        Texts(
            "A voucher that shows none in a list is read by its id before one is attached.",
            "Ein Beleg, der in einer Liste keines zeigt, wird einzeln gelesen, bevor eines "
            "angehängt wird.",
        ),
        "documents_shown",
    ),
    of_sevdesk(
        "S-47",
        Texts(
            "Attaching a document changes neither status nor sums, of a draft and of an open "
            "voucher.",
            "Ein angehängtes Dokument ändert weder Status noch Summen, weder beim Entwurf noch "
            "beim offenen Beleg.",
        ),
        *("guessed", "writing"),
        Texts(
            "Status and sums are sent again with the document, and compared.",
            "Status und Summen werden mit dem Dokument noch einmal gesendet und verglichen.",
        ),
        "attaching_resets",
        to_do="set.do_not_start",
    ),
    of_sevdesk(
        "S-48",
        Texts(
            "A voucher may have a sum of zero.",
            "Ein Beleg darf die Summe null haben.",
        ),
        *("guessed", "writing"),
        Texts(
            "Nothing depends on it: invoices over zero are skipped.",
            "Davon hängt nichts ab: Rechnungen über null werden übersprungen.",
        ),
        "zero_vouchers",
    ),
    of_sevdesk(
        "S-49",
        Texts(
            "An uploaded file stays usable for some minutes.",
            "Eine hochgeladene Datei bleibt einige Minuten verwendbar.",
        ),
        *("guessed", "none"),
        Texts(
            "A voucher whose file is gone gets its document by a new upload.",
            "Ein Beleg, dessen Datei weg ist, bekommt sein Dokument durch erneutes Hochladen.",
        ),
    ),
)

OF_OBJECTS = (*CONTACTS_AND_TAGS, *VOUCHERS)
