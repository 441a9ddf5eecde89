"""What is assumed about sevDesk: its answers and its lists."""

from cobot_sevdesk.proof.assumptions.assumption import Assumption, Source, Texts, Way


def of_sevdesk(
    id_: str,
    assumed: Texts,
    source: Source,
    way: Way,
    otherwise: Texts,
    *switches: str,
    to_do: str = "",
) -> Assumption:
    """An assumption about sevDesk."""
    return Assumption(id_, "sevDesk", assumed, source, way, otherwise, switches, to_do)


_WAITS_FOR_LISTS = Texts(
    "A writer waits until the lists show its work, and leaves the rest to the next one by id.",
    "Wer schreibt, wartet, bis die Listen es zeigen, und hinterlässt den Rest dem Nächsten mit "
    "seinen Ids.",
)

ANSWERS = (
    of_sevdesk(
        "S-01",
        Texts(
            "Lists come in the order in which things were made, where no order is asked for.",
            "Listen folgen der Reihenfolge, in der etwas angelegt wurde, wenn keine verlangt ist.",
        ),
        *("guessed", "writing"),
        Texts(
            "Nothing depends on it: a list is read until as many were seen as sevDesk counts.",
            "Davon hängt nichts ab: Eine Liste wird gelesen, bis so viele gesehen wurden, wie "
            "sevDesk zählt.",
        ),
        "list_order",
    ),
    of_sevdesk(
        "S-02",
        Texts(
            "A page holds up to 1,000 objects, on every list. (Tried with a list that has that "
            "many; else one draft gets 1,000 positions for a moment.)",
            "Eine Seite enthält bis zu 1.000 Objekte, in jeder Liste. (Geprüft mit einer Liste, "
            "die so lang ist; sonst bekommt ein Entwurf kurz 1.000 Positionen.)",
        ),
        *("vendor", "writing"),
        Texts(
            "A shorter page is read on; a refused limit stops the space (CS-308).",
            "Nach einer kürzeren Seite wird weitergelesen; eine abgelehnte Länge hält den Space an "
            "(CS-308).",
        ),
        *("sevdesk_page_cap", "limit_above_cap"),
    ),
    of_sevdesk(
        "S-03",
        Texts(
            "`countAll` tells how many objects a list has.",
            "`countAll` sagt, wie viele Objekte eine Liste hat.",
        ),
        *("vendor", "reading"),
        Texts(
            "Pages are read until one is empty.",
            "Es wird weitergelesen, bis eine Seite leer ist.",
        ),
        *("count_all", "count_of_page"),
    ),
    of_sevdesk(
        "S-04",
        Texts(
            "The list of tag relations understands `embed=tag`.",
            "Die Liste der vergebenen Tags versteht `embed=tag`.",
        ),
        *("guessed", "writing"),
        Texts(
            "The names of the tags are read from the list of tags.",
            "Die Namen der Tags werden aus der Liste der Tags gelesen.",
        ),
        "embeds",
    ),
    of_sevdesk(
        "S-05",
        Texts(
            "A reference that is not set is left out.",
            "Ein Verweis, der nicht gesetzt ist, wird weggelassen.",
        ),
        *("recorded", "writing"),
        Texts(
            "Null and an empty list count as not set too.",
            "Null und eine leere Liste gelten auch als nicht gesetzt.",
        ),
        "null_references",
    ),
    of_sevdesk(
        "S-06",
        Texts(
            "An id that does not exist is answered with 404.",
            "Eine Id, die es nicht gibt, wird mit 404 beantwortet.",
        ),
        *("recorded", "reading"),
        Texts(
            "A 400 that says so counts as well.",
            "Auch ein 400, das es sagt, zählt.",
        ),
        "not_found_status",
    ),
    of_sevdesk(
        "S-07",
        Texts(
            "The list of countries is there, though undocumented.",
            "Die Liste der Länder gibt es, obwohl sie nicht dokumentiert ist.",
        ),
        *("recorded", "reading"),
        Texts(
            "Known ids of countries are used.",
            "Bekannte Ids der Länder werden verwendet.",
        ),
        "countries_path_exists",
    ),
    of_sevdesk(
        "S-08",
        Texts(
            "Every account of the guidance has a number.",
            "Jedes Buchungskonto, das sevDesk vorschlägt, hat eine Nummer.",
        ),
        *("vendor", "reading"),
        Texts(
            "An account without number is left out.",
            "Ein Konto ohne Nummer wird ausgelassen.",
        ),
        "chart_entry_without_number",
    ),
    of_sevdesk(
        "S-09",
        Texts(
            "The guidance does not offer tax rule 21, and vouchers may not have it.",
            "sevDesk schlägt die Steuerregel 21 nicht vor, und Belege dürfen sie nicht haben.",
        ),
        *("guessed", "writing"),
        Texts(
            "A rule is used where the space file names it; sevDesk's refusal holds the invoice "
            "back.",
            "Eine Regel wird verwendet, wenn die Space-Datei sie nennt; lehnt sevDesk sie ab, wird "
            "die Rechnung zurückgehalten.",
        ),
        "tax_rule_21",
    ),
    of_sevdesk(
        "S-10",
        Texts(
            "No two cost centres have the same number.",
            "Keine zwei Kostenstellen haben dieselbe Nummer.",
        ),
        *("guessed", "reading"),
        Texts(
            "A doubled number stops the space that uses it (CS-114).",
            "Eine doppelte Nummer hält den Space an, der sie verwendet (CS-114).",
        ),
    ),
    of_sevdesk(
        "S-11",
        Texts(
            "A wrong token is answered with 401.",
            "Ein falsches Token wird mit 401 beantwortet.",
        ),
        *("vendor", "writing"),
        Texts(
            "A 403 is told as a missing permission (CS-112) instead.",
            "Ein 403 wird stattdessen als fehlende Berechtigung gemeldet (CS-112).",
        ),
        "sevdesk_bad_token_status",
    ),
)

LISTS = (
    of_sevdesk(
        "S-20",
        Texts(
            "Lists show at once what was made.",
            "Listen zeigen sofort, was angelegt wurde.",
        ),
        *("guessed", "writing"),
        _WAITS_FOR_LISTS,
        *("list_lag_seconds", "lists_flap"),
    ),
    of_sevdesk(
        "S-21",
        Texts("Lists show changes at once.", "Listen zeigen Änderungen sofort."),
        *("guessed", "writing"),
        _WAITS_FOR_LISTS,
        "changes_lag",
    ),
    of_sevdesk(
        "S-22",
        Texts(
            "What was made can be read by its id at once.",
            "Was angelegt wurde, lässt sich sofort unter seiner Id lesen.",
        ),
        *("guessed", "writing"),
        Texts(
            "A voucher that is not there yet is looked for again after the waiting time.",
            "Nach einem Beleg, der noch nicht da ist, wird nach der Wartezeit noch einmal gesucht.",
        ),
        "reads_lag",
    ),
    of_sevdesk(
        "S-23",
        Texts(
            "`updateAfter` leaves out what was not changed since.",
            "`updateAfter` lässt aus, was seither nicht geändert wurde.",
        ),
        *("vendor", "writing"),
        Texts(
            "Nothing depends on it: the filter is not used.",
            "Davon hängt nichts ab: Der Filter wird nicht verwendet.",
        ),
        "update_filter",
    ),
    of_sevdesk(
        "S-24",
        Texts(
            "`startDate` and `endDate` leave out vouchers of other dates, not those of these "
            "dates.",
            "`startDate` und `endDate` lassen Belege anderer Tage aus, nicht die dieser Tage.",
        ),
        *("vendor", "writing"),
        Texts(
            "Two days more are asked for; where an invoice seems new, all vouchers are read.",
            "Es werden zwei Tage mehr abgefragt; scheint eine Rechnung neu, werden alle Belege "
            "gelesen.",
        ),
        "date_filter",
    ),
    of_sevdesk(
        "S-25",
        Texts(
            "Lists show what was made within the time for which a write without answer is waited "
            "for.",
            "Listen zeigen Neues in der Zeit, die nach einer Anfrage ohne Antwort gewartet wird.",
        ),
        *("guessed", "writing"),
        Texts(
            "The measured time is kept (Airflow variable), and every later run of the space waits "
            "longer. What no list shows at all must be looked into first.",
            "Die gemessene Zeit wird behalten (Airflow-Variable), und jeder spätere Lauf des Space "
            "wartet länger. Was gar keine Liste zeigt, muss zuerst geklärt werden.",
        ),
        to_do="set.settle_seconds",
    ),
)

OF_ANSWERS = (*ANSWERS, *LISTS)
