"""Everything that can be done from the page: words in both languages, and the call that does it.

One table. A button makes the call of its row, and the line for `curl` beside it is the same call.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.tour.words import Words

Json = dict[str, Any]
Kind = Literal["repair", "break", "grow"]
Choices = Literal["", "booked", "waiting", "members", "services"]


@dataclass(frozen=True)
class Input:
    """What a person may fill in: a text, or one of some choices."""

    name: str
    label: Words
    usual: str = ""
    """What stands there at first; `{yesterday}` is that date, `{code}` one that the space has."""
    choices: Choices = ""
    nth: int = 0
    """Which of the choices is chosen at first."""


@dataclass(frozen=True)
class Action:
    """One button. `{name}` in path and body stands for what was filled in, `{space}` for the space.

    A field that was left empty is sent as null.
    """

    name: str
    kind: Kind
    title: Words
    then: Words
    call: str
    """Method and path below `/_sandbox`."""
    body: Mapping[str, str]
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True)
class Call:
    """A call of the back door; `path` is below `/_sandbox`."""

    method: str
    path: str
    body: Json

    def curl(self, base: str) -> str:
        """The same call as a line for a shell; `base` is the address of the page."""
        words = ["curl", "-s", "-X", self.method, f"{base}{self.path}"]
        if self.body:
            words += ["-d", json.dumps(self.body, ensure_ascii=False)]
        return shlex.join(words)


_INVOICE = Words("Invoice", "Rechnung")
_DAY = Words("Date", "Datum")
_NET = Words("Net", "Netto")
_CODE = Words("Accounting code", "Buchungscode")
_SERVICE = Words("Service", "Dienst")
_NONE = Words("", "")
_CLEAR = Words(
    "Then *Clear* its red task in Airflow.",
    "Starten Sie dann in Airflow die rote Aufgabe neu (*Clear*).",
)
_TRIGGER = Words("Then *Trigger* the DAG.", "Starten Sie dann den DAG (*Trigger*).")
_FROM = Words(
    "Then *Trigger* the DAG with *From date* 2026-01-01.",
    "Starten Sie dann den DAG (*Trigger*) mit *From date* 2026-01-01.",
)


ACTIONS: tuple[Action, ...] = (
    # --- repair
    Action(
        "give_code",
        "repair",
        Words("Give its lines a code", "Den Zeilen einen Buchungscode geben"),
        _CLEAR,
        "POST /cobot/{space}/set_code",
        {"invoice_id": "{invoice}", "code": "{code}"},
        (Input("invoice", _INVOICE, choices="waiting"), Input("code", _CODE, "{code}")),
    ),
    Action(
        "make_account",
        "repair",
        Words("Make a booking account in sevDesk", "In sevDesk ein Buchungskonto anlegen"),
        _CLEAR,
        "POST /sevdesk/{space}/make_account",
        {"name": "{name}"},
        (Input("name", Words("Name", "Name"), "Podcast"),),
    ),
    Action(
        "set_country",
        "repair",
        Words("Correct the recipient's country", "Das Land des Empfängers berichtigen"),
        _CLEAR,
        "POST /cobot/{space}/set_country",
        {"invoice_id": "{invoice}", "country": "{country}"},
        (
            Input("invoice", _INVOICE, choices="waiting"),
            Input("country", Words("Country", "Land"), "DE"),
        ),
    ),
    Action(
        "ignore_invoice",
        "repair",
        Words("Name it in the space file", "In der Space-Datei nennen"),
        Words(
            "It writes to the space file. Wait ten seconds, then *Clear* the red task in Airflow.",
            "Das ändert die Space-Datei. Warten Sie zehn Sekunden. Starten Sie dann in Airflow die rote Aufgabe neu (*Clear*).",
        ),
        "POST /space_files/{space}/ignore",
        {"number": "{number}", "reason": "{reason}"},
        (
            Input("number", _INVOICE, choices="waiting"),
            Input("reason", Words("Reason", "Grund"), "booked by hand"),
        ),
    ),
    Action(
        "renew_token",
        "repair",
        Words("Make the token valid again", "Den Token wieder gültig machen"),
        _CLEAR,
        "POST /tokens/{space}/{service}/renew",
        {},
        (Input("service", _SERVICE, choices="services"),),
    ),
    Action(
        "clear_faults",
        "repair",
        Words("Let no answer fail any more", "Keine Antwort mehr stören"),
        _NONE,
        "DELETE /faults",
        {},
    ),
    # --- break
    Action(
        "change_net",
        "break",
        Words("Change an amount that is booked", "Einen gebuchten Betrag ändern"),
        _FROM,
        "POST /cobot/{space}/set_net",
        {"invoice_id": "{invoice}", "net": "{net}"},
        (Input("invoice", _INVOICE, choices="booked"), Input("net", _NET, "99.00")),
    ),
    Action(
        "delete_invoice",
        "break",
        Words("Delete an invoice that is booked", "Eine gebuchte Rechnung löschen"),
        _FROM,
        "POST /cobot/{space}/delete_invoice",
        {"invoice_id": "{invoice}"},
        (Input("invoice", _INVOICE, choices="booked", nth=1),),
    ),
    Action(
        "correct_invoice",
        "break",
        Words("Correct an invoice by another one", "Eine Rechnung durch eine Korrektur aufheben"),
        _FROM,
        "POST /cobot/{space}/correct_invoice",
        {"invoice_id": "{invoice}", "day": "{day}"},
        (Input("invoice", _INVOICE, choices="booked", nth=2), Input("day", _DAY, "{yesterday}")),
    ),
    Action(
        "revoke_token",
        "break",
        Words("Revoke a token", "Einen Token widerrufen"),
        _TRIGGER,
        "POST /tokens/{space}/{service}/revoke",
        {},
        (Input("service", _SERVICE, choices="services"),),
    ),
    Action(
        "lose_next_answer",
        "break",
        Words("Lose sevDesk's next answer", "Die nächste Antwort von sevDesk verlieren"),
        Words(
            "sevDesk saves the next voucher, then hangs up. It needs an invoice to book.",
            "sevDesk speichert den nächsten Beleg und legt auf. Dazu braucht es eine Rechnung.",
        ),
        "POST /faults",
        {"kind": "drop_after", "service": "sevdesk", "path": "saveVoucher"},
    ),
    # --- grow
    Action(
        "sign_up",
        "grow",
        Words("Sign up a member", "Ein Mitglied anmelden"),
        Words("Send the member an invoice.", "Stellen Sie dem Mitglied eine Rechnung."),
        "POST /cobot/{space}/sign_up",
        {"name": "{name}", "confirmed": "{day}"},
        (
            Input("name", Words("Name", "Name"), "Nora Neu"),
            Input("day", Words("Confirmed", "Bestätigt"), "{yesterday}"),
        ),
    ),
    Action(
        "send_invoice",
        "grow",
        Words("Send an invoice", "Eine Rechnung stellen"),
        _TRIGGER,
        "POST /cobot/{space}/send_invoice",
        {"member_id": "{member}", "day": "{day}", "net": "{net}", "code": "{code}"},
        (
            Input("member", Words("Member", "Mitglied"), choices="members"),
            Input("day", _DAY, "{yesterday}"),
            Input("net", _NET, "120.00"),
            Input("code", _CODE, "{code}"),
        ),
    ),
    Action(
        "add_space",
        "grow",
        Words("Add a space", "Einen Space anlegen"),
        Words(
            "Its DAG appears in Airflow within half a minute, and runs.",
            "Sein DAG erscheint binnen einer halben Minute in Airflow und läuft.",
        ),
        "POST /spaces",
        {"slug": "{slug}"},
        (Input("slug", Words("Slug", "Slug"), "havel-haus"),),
    ),
)
"""In the order of the page."""

BY_NAME = {action.name: action for action in ACTIONS}


def call_of(action: Action, values: Mapping[str, str]) -> Call:
    """The call that an action makes with what was filled in.

    Raises:
        ValueError: something is not filled in at all; says what is expected.
    """
    try:
        method, path = action.call.format_map(values).split(" ", 1)
        filled = {name: text.format_map(values) for name, text in action.body.items()}
    except KeyError as error:
        names = ", ".join(["space", *(one.name for one in action.inputs)])
        raise ValueError(f"{error.args[0]} is missing; expected {names}") from None
    return Call(method, path, {name: text or None for name, text in filled.items()})
