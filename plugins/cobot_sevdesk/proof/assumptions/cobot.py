"""What is assumed about Cobot."""

from cobot_sevdesk.proof.assumptions.assumption import Assumption, Source, Texts, Way


def _cobot(
    id_: str,
    assumed: Texts,
    source: Source,
    way: Way,
    otherwise: Texts,
    *switches: str,
    to_do: str = "",
) -> Assumption:
    return Assumption(id_, "Cobot", assumed, source, way, otherwise, switches, to_do)


_NUMBER_REFUSED = Texts(
    "A number that Cobot refuses is told as a problem of this member.",
    "Eine Nummer, die Cobot ablehnt, wird als Problem dieses Mitglieds gemeldet.",
)

BY_READING = (
    _cobot(
        "C-01",
        Texts(
            "Invoice lists begin with the newest invoice.",
            "Listen von Rechnungen beginnen mit der neuesten.",
        ),
        *("guessed", "reading"),
        Texts(
            "Nothing depends on it: lists are read to their end, twice where they moved.",
            "Davon hängt nichts ab: Listen werden bis zum Ende gelesen, und zweimal, wenn sie sich "
            "dabei geändert haben.",
        ),
        "invoice_order",
    ),
    _cobot(
        "C-02",
        Texts(
            "The bounds of the date filter of invoices belong to the span.",
            "Die Grenzen des Datumsfilters für Rechnungen gehören zum Zeitraum.",
        ),
        *("guessed", "reading"),
        Texts(
            "A day more is asked for on both sides, and the dates are compared again here.",
            "Auf beiden Seiten wird ein Tag mehr abgefragt, und die Daten werden hier noch einmal "
            "verglichen.",
        ),
        "invoice_dates",
    ),
    _cobot(
        "C-03",
        Texts(
            "Every invoice in a list has its id.",
            "Jede Rechnung in einer Liste hat ihre Id.",
        ),
        *("vendor", "reading"),
        Texts(
            "An invoice without id is held back by its number.",
            "Eine Rechnung ohne Id wird unter ihrer Nummer zurückgehalten.",
        ),
        "invoices_without_id",
    ),
    _cobot(
        "C-04",
        Texts(
            "Links between pages are absolute addresses.",
            "Verweise zwischen Seiten sind vollständige Adressen.",
        ),
        *("vendor", "reading"),
        Texts(
            "Nothing depends on it: pages are asked for by their number.",
            "Davon hängt nichts ab: Seiten werden nach ihrer Nummer abgefragt.",
        ),
        "links",
    ),
    _cobot(
        "C-05",
        Texts(
            "A page holds up to 200 entries. (Tried only where more than 200 invoices stand in "
            "Cobot: an invoice made for it could not be removed.)",
            "Eine Seite enthält bis zu 200 Einträge. (Geprüft nur, wenn in Cobot mehr als 200 "
            "Rechnungen stehen: Eine Rechnung zur Probe ließe sich nicht entfernen.)",
        ),
        *("vendor", "reading"),
        Texts(
            "Shorter pages are read on until the stated number of pages.",
            "Kürzere Seiten werden bis zur genannten Seitenzahl weitergelesen.",
        ),
        "cobot_page_cap",
    ),
    _cobot(
        "C-06",
        Texts(
            "A dead token is answered with 401.",
            "Ein ungültiges Token wird mit 401 beantwortet.",
        ),
        *("guessed", "writing"),
        Texts(
            "A 403 for other questions as well counts as a dead token too.",
            "Auch ein 403 auf andere Fragen gilt als ungültiges Token.",
        ),
        "bad_token_status",
    ),
    _cobot(
        "C-07",
        Texts(
            "API 1 answers below the subdomain, also where the space has a domain of its own.",
            "API 1 antwortet unter der Subdomain, auch wenn der Space eine eigene Domain hat.",
        ),
        *("recorded", "reading"),
        Texts(
            "A redirect to another host is refused; the connection has to name the new address.",
            "Einer Weiterleitung zu einem anderen Rechner wird nicht gefolgt; die Verbindung muss "
            "die neue Adresse nennen.",
        ),
        "custom_domain",
        to_do="set.v1_base_url",
    ),
    _cobot(
        "C-08",
        Texts(
            "`/user` shows the spaces of the token's owner.",
            "`/user` zeigt die Spaces, zu denen das Token gehört.",
        ),
        *("vendor", "reading"),
        Texts(
            "The space is found by its subdomain instead.",
            "Der Space wird stattdessen über seine Subdomain gefunden.",
        ),
        "user_is_readable",
    ),
    _cobot(
        "C-09",
        Texts(
            "`<subdomain>.cobot.me/api/spaces/<subdomain>` answers as the address below www does.",
            "`<subdomain>.cobot.me/api/spaces/<subdomain>` antwortet wie die Adresse unter www.",
        ),
        *("guessed", "reading"),
        Texts(
            "The address below www is asked first.",
            "Die Adresse unter www wird zuerst gefragt.",
        ),
        "subdomain_knows_space",
    ),
    _cobot(
        "C-10",
        Texts(
            "The list of members shows those whose membership has ended, with `all=true`.",
            "Die Liste der Mitglieder zeigt mit `all=true` auch die, deren Mitgliedschaft beendet "
            "ist.",
        ),
        *("vendor", "reading"),
        Texts(
            "Members that the list lacks are read singly where an invoice names them.",
            "Mitglieder, die in der Liste fehlen, werden einzeln gelesen, wenn eine Rechnung sie "
            "nennt.",
        ),
        "lists_ended_members",
    ),
    _cobot(
        "C-11",
        Texts(
            "An invoice names its debtor under `debitor`.",
            "Eine Rechnung nennt unter `debitor`, wer sie schuldet.",
        ),
        *("vendor", "reading"),
        Texts(
            "The older names `membership` and `team` are read too.",
            "Die älteren Namen `membership` und `team` werden auch gelesen.",
        ),
        "debtor_relation",
    ),
    _cobot(
        "C-12",
        Texts(
            "At most 60 requests a minute for each endpoint and 6 for the list of members; "
            "a 429 says when to go on.",
            "Je Endpunkt höchstens 60 Anfragen in der Minute, 6 für die Liste der Mitglieder; "
            "ein 429 sagt, wann es weitergeht.",
        ),
        *("vendor", "none"),
        Texts(
            "Requests keep below these limits; without `Retry-After` the waits grow by themselves.",
            "Anfragen bleiben unter diesen Grenzen; ohne `Retry-After` werden die Pausen von "
            "selbst länger.",
        ),
        *("rate_limits", "rate_window"),
    ),
    _cobot(
        "C-13",
        Texts(
            "A PDF has less than 20 MB and arrives within two minutes.",
            "Eine PDF-Datei ist kleiner als 20 MB und kommt innerhalb von zwei Minuten an.",
        ),
        *("guessed", "reading"),
        Texts(
            "The invoice is held back (CS-225), or tried again later.",
            "Die Rechnung wird zurückgehalten (CS-225) oder später noch einmal versucht.",
        ),
        *("smallest_pdf", "pdf_bytes_per_second"),
    ),
    _cobot(
        "C-14",
        Texts(
            "Errors of API 1 come as `errors` with a text for each field.",
            "Fehler von API 1 kommen als `errors` mit einem Text je Feld.",
        ),
        *("guessed", "reading"),
        Texts(
            "Every shape that was ever seen is read.",
            "Jede Form, die je gesehen wurde, wird gelesen.",
        ),
        "v1_error",
    ),
    _cobot(
        "C-15",
        Texts(
            "No two invoices have the same number.",
            "Keine zwei Rechnungen haben dieselbe Nummer.",
        ),
        *("guessed", "reading"),
        Texts(
            "Vouchers are told apart by the invoice's id; a doubled number is asked about.",
            "Belege werden nach der Id der Rechnung unterschieden; bei einer doppelten Nummer wird "
            "nachgefragt.",
        ),
        "doubled_invoice_numbers",
    ),
    _cobot(
        "C-16",
        Texts(
            "No invoice has the paid status `canceled`.",
            "Keine Rechnung hat den Zahlungsstatus `canceled`.",
        ),
        *("guessed", "reading"),
        Texts(
            "Such an invoice is held back until a person decides (CS-222).",
            "Eine solche Rechnung wird zurückgehalten, bis jemand entscheidet (CS-222).",
        ),
    ),
)

BY_WRITING = (
    _cobot(
        "C-20",
        Texts(
            "A membership is updated with PUT.",
            "Eine Mitgliedschaft wird mit PUT geändert.",
        ),
        *("guessed", "writing"),
        Texts(
            "Where Cobot does not know the method, the next one of PUT, PATCH and POST is used. An "
            "update that changes nothing is tried by each run again.",
            "Kennt Cobot die Methode nicht, wird die nächste von PUT, PATCH und POST verwendet. "
            "Eine Änderung ohne Wirkung versucht jeder Lauf noch einmal.",
        ),
        *("member_update_method", "member_update_does_nothing"),
    ),
    _cobot(
        "C-21",
        Texts(
            "An update keeps the fields that it leaves out.",
            "Eine Änderung lässt Felder stehen, die sie nicht nennt.",
        ),
        *("guessed", "writing"),
        Texts(
            "The member is read again after each update; the first loss stops the space (CS-405).",
            "Das Mitglied wird nach jeder Änderung noch einmal gelesen; der erste Verlust hält den "
            "Space an (CS-405).",
        ),
        "member_update_wipes",
        to_do="set.write_numbers",
    ),
    _cobot(
        "C-22",
        Texts(
            "An update answers with the membership.",
            "Auf eine Änderung antwortet Cobot mit der Mitgliedschaft.",
        ),
        *("guessed", "writing"),
        Texts(
            "Nothing depends on it: the member is read again.",
            "Davon hängt nichts ab: Das Mitglied wird noch einmal gelesen.",
        ),
        "member_update_answer",
    ),
    _cobot(
        "C-23",
        Texts(
            "Two members may have the same customer number.",
            "Zwei Mitglieder dürfen dieselbe Kundennummer haben.",
        ),
        *("guessed", "writing"),
        _NUMBER_REFUSED,
        "unique_customer_numbers",
    ),
    _cobot(
        "C-24",
        Texts(
            "A customer number may hold letters.",
            "Eine Kundennummer darf Buchstaben enthalten.",
        ),
        *("guessed", "writing"),
        _NUMBER_REFUSED,
        "customer_number_form",
    ),
    _cobot(
        "C-25",
        Texts(
            "An invoice keeps the customer number that its member had when it was made.",
            "Eine Rechnung behält die Kundennummer, die das Mitglied bei ihrer Erstellung hatte.",
        ),
        *("guessed", "writing"),
        Texts(
            "Contacts are found by the membership first; the number on an invoice comes last.",
            "Kontakte werden zuerst über die Mitgliedschaft gefunden; die Nummer auf der Rechnung "
            "kommt zuletzt.",
        ),
        "customer_number_on_invoice",
    ),
)

OF_COBOT = (*BY_READING, *BY_WRITING)
