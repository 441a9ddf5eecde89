"""The proof as part of the preflight: its table in the log, its page, its red problems."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import Variable
from jinja2 import Environment, PackageLoader, StrictUndefined

from cobot_sevdesk.airflow.connections import variable_of
from cobot_sevdesk.airflow.failures import ToldFailure
from cobot_sevdesk.airflow.reconciliation_files import reports_of
from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.problems import Problem, Reason, stopping
from cobot_sevdesk.errors import CobotSevdeskError, Reach
from cobot_sevdesk.proof.assumptions import BY_ID, Finding, Observed
from cobot_sevdesk.proof.prove import Proof, check_by_reading, prove
from cobot_sevdesk.proof.recording import Listener, recording_of
from cobot_sevdesk.proof.trial import Trial
from cobot_sevdesk.sync.account import Account, reason_of, settle_seconds_for

log = logging.getLogger(__name__)

Context = Mapping[str, Any]
"""What Airflow gives to a task."""

_pages = Environment(
    loader=PackageLoader("cobot_sevdesk"), autoescape=True, undefined=StrictUndefined
)
WORDS: dict[Language, dict[str, Any]] = {
    "en": {
        "title": "Proof of the assumptions",
        "nothing_written": "Nothing was tried by writing:",
        "report": "Report",
        "writes": "This proof writes into sevDesk and Cobot, and removes what it made",
        "waits": "From now on every run of this space waits %d s for a lost answer at first",
        "left": "Could not be removed. Please remove by hand:",
        "id": "Id",
        "service": "Service",
        "assumed": "Assumed",
        "verdict": "Verdict",
        "observed": "Observed",
        "follows": "What follows",
        "space": "Space",
        "services": {"both": "both", "Cobot": "Cobot", "sevDesk": "sevDesk"},
        "verdicts": {"proven": "proven", "otherwise": "otherwise", "not tried": "not tried"},
    },
    "de": {
        "title": "Probe der Annahmen",
        "nothing_written": "Durch Schreiben wurde nichts geprüft:",
        "writes": "Diese Probe schreibt in sevDesk und Cobot und entfernt, was sie angelegt hat",
        "report": "Bericht",
        "waits": "Ab jetzt wartet jeder Lauf dieses Space zuerst %d s auf eine verlorene Antwort",
        "left": "Ließ sich nicht entfernen. Bitte entfernen Sie von Hand:",
        "id": "Kennung",
        "service": "Dienst",
        "assumed": "Annahme",
        "verdict": "Ergebnis",
        "observed": "Beobachtet",
        "follows": "Was daraus folgt",
        "space": "Space",
        "services": {"both": "beide", "Cobot": "Cobot", "sevDesk": "sevDesk"},
        "verdicts": {"proven": "belegt", "otherwise": "anders", "not tried": "nicht geprüft"},
    },
}


def look_at_assumptions(account: Account, config: SpaceConfig, context: Context) -> None:
    """What reading settles, as a table in the log; nothing that fails here is a problem."""
    try:
        proof = check_by_reading(Trial(account))
    except CobotSevdeskError as error:
        log.info("The assumptions were not looked at: %s", error)
        return
    _tell(proof, config, context)


def prove_by_writing(account: Account, config: SpaceConfig, context: Context) -> list[Problem]:
    """Prove, write the report, and return what a person has to set or to remove.

    Where the parameters of the run name no member, none is touched.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError, SpaceBusyError: try again later.
        ToldFailure: nothing could be written, so nothing is proven.
    """
    log.warning(WORDS[config.language]["writes"])
    params = context["params"]
    member_id, keeps_all = params.get("prove_member") or None, bool(params.get("record"))
    listener = Listener(keeps_all=keeps_all)
    try:
        proof = prove(Trial(account, listener=listener, member_id=member_id))
    except CobotSevdeskError as error:
        if error.reach is Reach.LATER:
            raise
        return [stopping(reason_of(error, account))]
    _tell(proof, config, context)
    _leave_report(proof, config, listener if keeps_all else None, context)
    if waits := _keep_lag(config.slug, proof, account):
        log.warning(WORDS[config.language]["waits"], waits)
    problems = problems_of(proof, config)
    if proof.why_not and not problems:
        why = proof.why_not.in_words(config.language)
        told = f"{WORDS[config.language]['nothing_written']} {why}"
        raise ToldFailure(told[:1000], [told])
    return problems


def _keep_lag(slug: str, proof: Proof, account: Account) -> int | None:
    """Keep what a proof measured, where the account would not wait long enough.

    Returns the seconds of the first pause from now on; `None` where nothing changes.
    """
    if proof.lag is None or proof.lag <= account.full_wait:
        return None
    seconds = settle_seconds_for(proof.lag)
    Variable.set(
        variable_of(slug),
        str(seconds),
        description="Seconds; measured by a proof (docs/first-day.md)",
    )
    return seconds


def _leave_report(
    proof: Proof, config: SpaceConfig, listener: Listener | None, context: Context
) -> None:
    """The page, and what the listener heard where there is one, in a folder of their own."""
    made = datetime.now(UTC).astimezone(ZoneInfo(config.timezone))
    reports = reports_of(config.slug, config.reconciliation.reports)
    folder = reports / f"proof_{made:%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, exist_ok=True)
    page = to_html(proof, slug=config.slug, made=made, language=config.language)
    (folder / "proof.html").write_bytes(page.encode())
    if listener:
        recording = json.dumps(recording_of(listener.kept), indent=1, ensure_ascii=False)
        (folder / "recording.json").write_bytes(recording.encode())
    log.info("%s: %s", WORDS[config.language]["report"], folder)
    context["ti"].xcom_push("proof_report", str(folder))


def problems_of(proof: Proof, config: SpaceConfig) -> list[Problem]:
    """One problem for each assumption that is wrong and that a person has to do something about."""
    observed = {
        one.id: one.told(config.language) for one in proof.findings if _is_red(one, proof, config)
    }
    for id_, left in _left(proof).items():
        observed[id_] = ", ".join(one.in_words(config.language) for one in left)
    return [_problem(id_, told) for id_, told in observed.items()]


def _left(proof: Proof) -> dict[str, list[Observed]]:
    """What could not be removed or given back, by the assumption that says what to do then."""
    found: dict[str, list[Observed]] = {}
    for one in proof.left:
        found.setdefault("S-43" if one.word == "left_in_sevdesk" else "C-21", []).append(one)
    return found


def to_html(proof: Proof, *, slug: str, made: datetime, language: Language) -> str:
    """The page of a proof."""
    return _pages.get_template("proof.html.j2").render(
        language=language,
        words=WORDS[language],
        slug=slug,
        made=f"{made:%Y-%m-%d %H:%M}",
        findings=proof.findings,
        left=[one.in_words(language) for one in proof.left],
        why_not=proof.why_not.in_words(language) if proof.why_not else "",
    )


def in_words(findings: Sequence[Finding], language: Language) -> str:
    """The table for the log; what follows stands below each that turned out otherwise."""
    verdicts = WORDS[language]["verdicts"]
    lines = []
    for finding in findings:
        verdict = verdicts[finding.verdict]
        assumed = finding.assumption.assumed.in_words(language)
        lines.append(f"{finding.id}  {verdict:<13}  {assumed}")
        if told := finding.told(language):
            lines[-1] += f"  [{told}]"
        if finding.verdict == "otherwise":
            lines.append(f"{'':21}{finding.assumption.otherwise.in_words(language)}")
    return "\n".join(lines)


def _tell(proof: Proof, config: SpaceConfig, context: Context) -> None:
    words = WORDS[config.language]
    log.info("%s\n%s", words["title"], in_words(proof.findings, config.language))
    if proof.why_not:
        why = proof.why_not.in_words(config.language)
        log.error("%s %s", words["nothing_written"], why)
    for one in proof.left:
        log.error("%s %s", words["left"], one.in_words(config.language))
    table = {one.id: {"verdict": one.verdict, "observed": one.told()} for one in proof.findings}
    context["ti"].xcom_push("assumptions", table)


def _is_red(finding: Finding, proof: Proof, config: SpaceConfig) -> bool:
    if finding.id == "S-42" and not config.rules.books_corrections:
        return False  # that is what the space file is to say
    if finding.id == "S-25" and proof.lag is not None:
        return False  # every later run waits as long as it takes
    return finding.needs_a_person


def _problem(id_: str, observed: str) -> Problem:
    assumption = BY_ID[id_]
    details = {
        "id": id_,
        "service": assumption.service,
        "assumed": f"assumed.{id_}",
        "observed": observed,
        "to_do": assumption.to_do,
    }
    return stopping(Reason("CS-120", details))
