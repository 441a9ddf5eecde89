"""The page: the steps of the tour, then each space, then what was done. Plain HTML with forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from sandbox.faults import SERVICES
from sandbox.space_files import rules_of
from sandbox.tour.actions import ACTIONS, BY_NAME, Action, Call
from sandbox.tour.books import Books, Waiting
from sandbox.tour.buttons import Buttons
from sandbox.tour.looks import SCRIPT, STYLE
from sandbox.tour.steps import STEPS, Link, Step
from sandbox.tour.why import Why, today_in_berlin
from sandbox.tour.words import Language, Words
from sandbox.world import World

Json = dict[str, Any]
MOST_NAMED = 8
"""How many invoices of one reason are named; the table has all."""
MOST_DONE = 10


@dataclass(frozen=True)
class Done:
    """What somebody did by a button."""

    action: Action
    filled: Mapping[str, str]
    call: Call
    error: str
    """Empty where it went well."""
    back: str


class Page:
    """The page in one language; `base` is its address."""

    def __init__(self, world: World, lang: Language, base: str, done: Sequence[Done]) -> None:
        self._world, self._lang, self._done = world, lang, done
        self._buttons = Buttons(lang, base)
        folder, today = world.around.space_files, today_in_berlin()
        self._books = {
            name: Books(space, world.tenants[token], rules_of(folder, name), today=today)
            for name, space in world.spaces.items()
            if (token := world.pairs.get(name)) in world.tenants
        }

    def html(self) -> str:
        """The page as HTML, without anything from outside."""
        first = next(iter(self._books.values()), None)
        return "".join(
            [
                self._head(),
                self._tour(first) if first else "",
                *(self._space(books) for books in self._books.values()),
                self._log(),
                f"<script>{SCRIPT}</script></body></html>",
            ]
        )

    def _head(self) -> str:
        other: Language = "en" if self._lang == "de" else "de"
        name = {"en": "English", "de": "Deutsch"}[other]
        return (
            f"<!doctype html><html lang={self._lang}><head><meta charset=utf-8>"
            f"<title>{self._t(_TITLE)}</title>"
            "<meta name=viewport content='width=device-width'><link rel=icon href='data:,'>"
            f"<style>{STYLE}</style></head><body><header><h1>{self._t(_TITLE)}</h1>"
            f"<a href='?lang={other}' lang={other} hreflang={other}>{name}</a></header>"
            f"<p>{self._t(_INTRODUCTION)}</p>"
        )

    # --- the tour

    def _tour(self, books: Books) -> str:
        steps = "".join(
            self._step(f"step-{number}", step, books) for number, step in enumerate(STEPS, 1)
        )
        return f"<ol class=tour>{steps}</ol><p>{self._t(_END)}</p>"

    def _step(self, id_: str, step: Step, books: Books) -> str:
        names = self._names(books)
        forms = self._repairs(books, step.repairs, id_) if step.repairs else ""
        forms += "".join(
            self._buttons.form(BY_NAME[name], books.stage, back=id_) for name in step.actions
        )
        todo = [f"<li>{words.html(self._lang, names)}" for words in step.todo]
        if forms:
            todo.insert(1, f"<li class=forms>{forms}</li>")
        links = " · ".join(self._link(link, names) for link in step.links)
        return (
            f"<li id={id_} data-live><h3>{step.title.html(self._lang)}</h3>"
            f"<ul>{''.join(todo)}</ul><p>{links}</p>{self._answer(id_)}"
            f"<p class=seen>{step.seen.html(self._lang, names)}</p></li>"
        )

    def _repairs(self, books: Books, names: Sequence[str], back: str) -> str:
        """A button for each thing that can be repaired."""
        forms = [
            self._repair(books, why, waiting, back)
            for why, invoices in books.groups()
            if why.repair in names
            for waiting in (invoices if _is_of_one(why) else invoices[:1])
        ]
        return "".join(forms) or f"<p class=mute>✓ {self._t(_REPAIRED)}</p>"

    def _repair(self, books: Books, why: Why, waiting: Waiting, back: str) -> str:
        action = BY_NAME[why.repair]
        known = {**why.values, "invoice": waiting.name, "number": waiting.number}
        asked = {one.name for one in action.inputs} & {"invoice", "number", "name"}
        preset = {name: known[name] for name in asked}
        return self._buttons.form(action, books.stage, back=back, preset=preset)

    def _names(self, books: Books) -> Json:
        around, slug = self._world.around, books.space.subdomain
        dag = f"cobot_sevdesk_{slug}"
        run = around.runs.get(slug)
        of_dag = f"{around.airflow_url}/dags/{dag}"
        return {
            "space": books.space.name,
            "slug": slug,
            "airflow": around.airflow_url,
            "dag": dag,
            "run": f"{of_dag}/runs/{run}" if run else of_dag,
            "reconcile": f"cobot_sevdesk_reconcile_{slug}",
            "here": "/_sandbox",
        }

    def _link(self, link: Link, names: Json) -> str:
        """A link; one to Airflow is only named where none runs beside."""
        needs_airflow = link.address.startswith(("{airflow}", "{run}"))
        if needs_airflow and not self._world.around.airflow_url:
            return f"<span class=mute>{link.words.html(self._lang)} {self._t(_NO_AIRFLOW)}</span>"
        target = "" if link.address.startswith("#") else " target=_blank"
        address = escape(link.address.format_map(names))
        return f"<a href='{address}'{target}>{link.words.html(self._lang)}</a>"

    # --- a space

    def _space(self, books: Books) -> str:
        slug, lang = books.space.subdomain, self._lang
        todo = f"todo-{slug}"
        more = "".join(
            f"<h4>{self._t(head)}</h4>"
            + "".join(
                self._buttons.form(action, books.stage, back=f"more-{slug}")
                for action in ACTIONS
                if action.kind == kind
            )
            for kind, head in _KINDS.items()
        )
        is_open = " open" if self._was_last(f"more-{slug}") else ""
        return (
            f"<section><h2>{escape(books.space.name)}</h2>"
            f"<div id=books-{slug} data-live>{books.sums(lang)}{self._banners(slug)}</div>"
            f"<div id={todo} data-live>{self._answer(todo)}{self._waiting(books, todo)}</div>"
            f"<div id=more-{slug}>{self._answer(f'more-{slug}')}"
            f"<details{is_open}><summary>{self._t(_MORE)}</summary>{more}</details></div>"
            f"<div id=tables-{slug} data-live><h4>{self._t(_MEMBERS)}</h4>"
            f"{books.members_table(lang)}<h4>{self._t(_INVOICES)}</h4>"
            f"{books.invoices_table(lang)}</div></section>"
        )

    def _banners(self, slug: str) -> str:
        """What stops this space as a whole."""
        revoked = [
            _REVOKED.html(self._lang, {"service": service})
            for service in SERVICES
            if self._world.tokens_of(slug, service) & self._world.revoked
        ]
        if faults := self._world.faults.waiting:
            kinds = ", ".join(fault.kind for fault in faults)
            revoked.append(_FAULTS.html(self._lang, {"kinds": kinds}))
        return "".join(f"<p class=banner role=status>{text}</p>" for text in revoked)

    def _waiting(self, books: Books, back: str) -> str:
        head = f"<h4>{self._t(_WAITING)}</h4>"
        if not books.waiting:
            return f"{head}<p>✓ {self._t(_ALL_BOOKED)}</p>"
        return head + (
            "<ul class=why>"
            + "".join(self._reason(books, why, found, back) for why, found in books.groups())
            + "</ul>"
        )

    def _reason(self, books: Books, why: Why, found: Sequence[Waiting], back: str) -> str:
        numbers = ", ".join(escape(one.number) for one in found[:MOST_NAMED])
        if more := len(found) - MOST_NAMED:
            numbers += f" {_AND_MORE.html(self._lang, {'count': str(more)})}" if more > 0 else ""
        forms = ""
        if why.repair:
            chosen = found if _is_of_one(why) else found[:1]
            forms = "".join(self._repair(books, why, one, back) for one in chosen[:MOST_NAMED])
        settled = " class=settled" if why.is_settled else ""
        return f"<li{settled}><b>{numbers}</b><br>{why.words.html(self._lang, why.values)}{forms}"

    # --- what was done

    def _was_last(self, back: str) -> bool:
        return bool(self._done) and self._done[-1].back == back

    def _answer(self, back: str) -> str:
        """What became of the last button, where it was pressed."""
        return self._told(self._done[-1]) if self._was_last(back) else ""

    def _told(self, done: Done) -> str:
        title = done.action.title.html(self._lang)
        if done.error:
            return (
                f"<div class=error role=status>{title}: {escape(done.error)}"
                f"{self._buttons.line_of(done.call)}</div>"
            )
        then = done.action.then.html(self._lang)
        return (
            f"<div class=done role=status>✓ {title}. {then}{self._buttons.line_of(done.call)}</div>"
        )

    def _log(self) -> str:
        if not self._done:
            return ""
        last = "".join(self._told(one) for one in self._done[: -MOST_DONE - 1 : -1])
        return f"<section><h2>{self._t(_DONE)}</h2>{last}</section>"

    def _t(self, words: Words) -> str:
        return words.html(self._lang)


def _is_of_one(why: Why) -> bool:
    """Whether each invoice is repaired by itself; else one repair is enough for all."""
    return any(one.name in {"invoice", "number"} for one in BY_NAME[why.repair].inputs)


_TITLE = Words("Sandbox: a tour of ten minutes", "Sandbox: ein Rundgang von zehn Minuten")
_INTRODUCTION = Words(
    "Cobot and sevDesk are simulated on this machine; Airflow is real. Nothing here is of any real company. Each button says by which call it does its work.",
    "Cobot und sevDesk sind auf diesem Rechner simuliert, Airflow ist echt. Nichts hier gehört einer wirklichen Firma. Jeder Knopf nennt den Aufruf, mit dem er arbeitet.",
)
_END = Words(
    "Ctrl-C in the terminal of make up ends everything, and the next start forgets it. How to go on with a space of your own: docs/first-day.md.",
    "Strg-C im Terminal von make up beendet alles; der nächste Start weiß nichts mehr davon. Wie es mit einem eigenen Space weitergeht: docs/erster-tag.md.",
)
_KINDS = {
    "repair": Words("Repair", "Beheben"),
    "break": Words("Break", "Stören"),
    "grow": Words("Go on", "Weitermachen"),
}
_MORE = Words("All buttons for this space", "Alle Knöpfe für diesen Space")
_REPAIRED = Words("Nothing is left to repair here.", "Hier ist nichts mehr zu beheben.")
_NO_AIRFLOW = Words("(`make up` starts one)", "(`make up` startet eines)")
_WAITING = Words("Without a voucher, and why", "Ohne Beleg, und warum")
_ALL_BOOKED = Words("Every invoice has its voucher.", "Jede Rechnung hat ihren Beleg.")
_AND_MORE = Words("and {count} more", "und {count} weitere")
_MEMBERS = Words("Members and contacts", "Mitglieder und Kontakte")
_INVOICES = Words("Invoices and vouchers", "Rechnungen und Belege")
_DONE = Words("What you did", "Was Sie getan haben")
_REVOKED = Words(
    "The token for {service} is revoked: no run can do anything.",
    "Der Token für {service} ist widerrufen: Kein Lauf kann etwas tun.",
)
_FAULTS = Words(
    "Answers will be disturbed: {kinds}.",
    "Antworten werden gestört: {kinds}.",
)
