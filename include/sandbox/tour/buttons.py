"""Buttons: an action of the table as a form, with the line for `curl` that does the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Any

from sandbox.cobot_space import CobotSpace
from sandbox.faults import SERVICES
from sandbox.tenant import Tenant
from sandbox.tour.actions import Action, Call, Input, call_of
from sandbox.tour.why import today_in_berlin
from sandbox.tour.words import Language, Words

Json = dict[str, Any]
MOST_CHOICES = 40
_SAME = Words("the call that does the same", "der Aufruf, der dasselbe tut")
_NOBODY = Words("(nothing to choose from yet)", "(noch nichts zur Auswahl)")


@dataclass(frozen=True)
class Choice:
    """One of some choices: what is sent, and what a person reads."""

    value: str
    shown: str


@dataclass(frozen=True)
class Stage:
    """A space as the buttons see it."""

    space: CobotSpace
    tenant: Tenant
    rules: Json
    booked: Sequence[Choice]
    waiting: Sequence[Choice]

    def choices(self, kind: str) -> Sequence[Choice]:
        """What may be chosen for an input of this kind."""
        if kind == "members":
            members = self.space.members.items()
            return [Choice(id_, m["name"]) for id_, m in members if m["confirmed_at"]][::-1]
        if kind == "services":
            return [Choice(name, name) for name in SERVICES]
        return (self.booked if kind == "booked" else self.waiting)[:MOST_CHOICES]

    def usual(self, text: str) -> str:
        """What stands in a field at first."""
        yesterday = today_in_berlin() - timedelta(days=1)
        return text.format_map({"yesterday": str(yesterday), "code": self._code()})

    def _code(self) -> str:
        """An accounting code that the space has an account for."""
        numbers = {account["accountNumber"] for account in self.tenant.chart}
        return "4400" if "4400" in numbers else next(iter(self.rules.get("accounts") or {}), "")


class Buttons:
    """Makes the forms of one page, in one language."""

    def __init__(self, lang: Language, base: str) -> None:
        self._lang, self._base = lang, base

    def form(
        self, action: Action, stage: Stage, *, back: str, preset: Mapping[str, str] | None = None
    ) -> str:
        """An action as a form; what is preset is shown, and cannot be changed.

        `back` names the part of the page to which the answer leads.
        """
        preset = preset or {}
        values, fields, is_ready = {"space": stage.space.subdomain}, "", True
        for wanted in action.inputs:
            if wanted.name in preset:
                values[wanted.name] = preset[wanted.name]
                fields += self._fixed(wanted, preset[wanted.name])
                continue
            choices = stage.choices(wanted.choices) if wanted.choices else ()
            is_ready = is_ready and bool(choices or not wanted.choices)
            values[wanted.name] = first = _first(wanted, choices, stage)
            fields += self._field(wanted, choices, first)
        hidden = {"space": stage.space.subdomain, "back": back, "lang": self._lang}
        return (
            f"<form method=post action='/_sandbox/do/{action.name}'>"
            + "".join(_hidden(name, value) for name, value in hidden.items())
            + fields
            + f"<button{'' if is_ready else ' disabled'}>{action.title.html(self._lang)}</button>"
            + ("" if is_ready else f"<span class=mute>{_NOBODY.html(self._lang)}</span>")
            + self._curl(action, values)
            + "</form>"
        )

    def _curl(self, action: Action, values: Mapping[str, str]) -> str:
        """The line for a shell; its template lets the script put in what is typed."""
        now = call_of(action, values).curl(self._base)
        names = {name: f"{{{name}}}" for name in values}
        template = call_of(action, names).curl(self._base)
        return (
            f"<details><summary>{_SAME.html(self._lang)}</summary>"
            f'<code data-curl="{escape(template)}">{escape(now)}</code></details>'
        )

    def line_of(self, call: Call) -> str:
        """A call that was made."""
        return f"<code>{escape(call.curl(self._base))}</code>"

    def _fixed(self, wanted: Input, value: str) -> str:
        label = wanted.label.html(self._lang)
        return f"{_hidden(wanted.name, value)}<span>{label} <b>{escape(value)}</b></span>"

    def _field(self, wanted: Input, choices: Sequence[Choice], first: str) -> str:
        label = wanted.label.html(self._lang)
        if not wanted.choices:
            short = " class=short" if len(first) < 8 else ""
            field = f"<input name={wanted.name} value='{escape(first)}'{short}>"
            return f"<label>{label} {field}</label>"
        options = "".join(
            f"<option value='{escape(one.value)}'{' selected' if one.value == first else ''}>"
            f"{escape(one.shown)}</option>"
            for one in choices
        )
        return f"<label>{label} <select name={wanted.name}>{options}</select></label>"


def _first(wanted: Input, choices: Sequence[Choice], stage: Stage) -> str:
    if not wanted.choices:
        return stage.usual(wanted.usual)
    return choices[min(wanted.nth, len(choices) - 1)].value if choices else ""


def _hidden(name: str, value: str) -> str:
    return f"<input type=hidden name={name} value='{escape(value)}'>"
