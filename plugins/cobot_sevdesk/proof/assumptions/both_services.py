"""What is assumed about both services."""

from cobot_sevdesk.proof.assumptions.assumption import Assumption, Texts

OF_BOTH = (
    Assumption(
        "B-01",
        "both",
        Texts(
            "An answer comes within 60 seconds.",
            "Eine Antwort kommt innerhalb von 60 Sekunden.",
        ),
        *("guessed", "reading"),
        Texts(
            "A read is tried three times, a write is looked for before it is sent again.",
            "Lesen wird dreimal versucht. Nach Geschriebenem wird gesucht, bevor es noch einmal "
            "gesendet wird.",
        ),
        ("latency_seconds",),
    ),
    Assumption(
        "B-02",
        "both",
        Texts(
            "The order of the fields of an object means nothing.",
            "Die Reihenfolge der Felder eines Objekts bedeutet nichts.",
        ),
        *("guessed", "none"),
        Texts(
            "Fields are read by name; nothing depends on their order.",
            "Felder werden nach ihrem Namen gelesen; von der Reihenfolge hängt nichts ab.",
        ),
        ("key_order",),
    ),
    Assumption(
        "B-03",
        "both",
        Texts(
            "Lists hold objects, no nulls between them.",
            "Listen enthalten Objekte, dazwischen keine leeren Einträge (null).",
        ),
        *("guessed", "reading"),
        Texts(
            "A null in a list is left out, or makes the list count as unreadable.",
            "Ein leerer Eintrag wird ausgelassen, oder die Liste gilt als unlesbar.",
        ),
        ("null_entries",),
    ),
)
