"""The proof as part of the preflight: its table in the log, its page, its red problems."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from cobot_sevdesk.airflow.failures import ToldFailure
from cobot_sevdesk.airflow.reports import reports_of
from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.domain.assumptions import BY_ID, Finding
from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.problems import Problem, Reason, stopping
from cobot_sevdesk.errors import CobotSevdeskError, Reach
from cobot_sevdesk.sync.account import Account, reason_of
from cobot_sevdesk.sync.proof import Proof, check_by_reading, prove
from cobot_sevdesk.sync.proof_trial import Listener, Trial
from cobot_sevdesk.sync.recording import recording_of

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
        "left": "Could not be removed. Please remove by hand:",
        "id": "Id",
        "service": "Service",
        "assumed": "Assumed",
        "verdict": "Verdict",
        "observed": "Observed",
        "follows": "What follows",
        "verdicts": {"proven": "proven", "otherwise": "otherwise", "not tried": "not tried"},
    },
    "de": {
        "title": "Probe der Annahmen",
        "nothing_written": "Durch Schreiben wurde nichts geprüft:",
        "left": "Ließ sich nicht entfernen. Bitte entfernen Sie von Hand:",
        "id": "Kennung",
        "service": "Dienst",
        "assumed": "Annahme",
        "verdict": "Ergebnis",
        "observed": "Beobachtet",
        "follows": "Was daraus folgt",
        "verdicts": {"proven": "belegt", "otherwise": "anders", "not tried": "nicht geprüft"},
    },
}


@dataclass(frozen=True)
class Wish:
    """What somebody asked the preflight for: a proof that writes, for one space."""

    member_id: str | None = None
    record: bool = False


def wish_of(params: dict[str, Any], slug: str) -> Wish | None:
    """The wish for this space; `None` where the preflight is only to read."""
    if params.get("prove_writing") != slug:
        return None
    return Wish(params.get("prove_member") or None, bool(params.get("record")))


def look_at_assumptions(account: Account, config: SpaceConfig, context: Context) -> None:
    """What reading settles, as a table in the log; nothing that fails here is a problem."""
    try:
        proof = check_by_reading(Trial(account))
    except CobotSevdeskError as error:
        log.info("The assumptions were not looked at: %s", error)
        return
    _tell(proof, config, context)


def prove_by_writing(
    account: Account, config: SpaceConfig, wish: Wish, context: Context
) -> list[Problem]:
    """Prove, write the report, and return what a person has to set or to remove.

    Raises:
        RemoteUnavailableError, OutcomeUnknownError, SpaceBusyError: try again later.
        ToldFailure: nothing could be written, so nothing is proven.
    """
    log.warning("This proof writes into sevDesk and Cobot, and removes what it made")
    listener = Listener(keeps_all=wish.record)
    try:
        proof = prove(Trial(account, listener=listener, member_id=wish.member_id))
    except CobotSevdeskError as error:
        if error.reach is Reach.LATER:
            raise
        return [stopping(reason_of(error, account))]
    _tell(proof, config, context)
    made = datetime.now(UTC).astimezone(ZoneInfo(config.timezone))
    reports = reports_of(config.slug, config.reconciliation.reports)
    folder = reports / f"proof_{made:%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, exist_ok=True)
    page = to_html(proof, slug=config.slug, made=made, language=config.language)
    (folder / "proof.html").write_bytes(page.encode())
    if wish.record:
        recording = json.dumps(recording_of(listener.kept), indent=1, ensure_ascii=False)
        (folder / "recording.json").write_bytes(recording.encode())
    log.info("Report: %s", folder)
    context["ti"].xcom_push("proof_report", str(folder))
    problems = problems_of(proof, config)
    if proof.why_not and not problems:
        told = f"{WORDS[config.language]['nothing_written']} {proof.why_not}"
        raise ToldFailure(told[:1000], [told])
    return problems


def problems_of(proof: Proof, config: SpaceConfig) -> list[Problem]:
    """One problem for each assumption that is wrong and that a person has to do something about."""
    found = [_problem(one.id, one.observed) for one in proof.findings if _is_red(one, config)]
    if proof.left:
        found = [one for one in found if one.reason.details["id"] != "S-43"]
        found.append(_problem("S-43", ", ".join(proof.left)))
    return found


def to_html(proof: Proof, *, slug: str, made: datetime, language: Language) -> str:
    """The page of a proof."""
    return _pages.get_template("proof.html.j2").render(
        language=language,
        words=WORDS[language],
        slug=slug,
        made=f"{made:%Y-%m-%d %H:%M}",
        findings=proof.findings,
        left=proof.left,
        why_not=proof.why_not,
    )


def in_words(findings: Sequence[Finding], language: Language) -> str:
    """The table for the log; what follows stands below each that turned out otherwise."""
    verdicts = WORDS[language]["verdicts"]
    lines = []
    for finding in findings:
        verdict = verdicts[finding.verdict]
        lines.append(f"{finding.id}  {verdict:<13}  {finding.assumption.assumed}")
        if finding.observed:
            lines[-1] += f"  [{finding.observed}]"
        if finding.verdict == "otherwise":
            lines.append(f"{'':21}{finding.assumption.otherwise}")
    return "\n".join(lines)


def _tell(proof: Proof, config: SpaceConfig, context: Context) -> None:
    words = WORDS[config.language]
    log.info("%s\n%s", words["title"], in_words(proof.findings, config.language))
    if proof.why_not:
        log.error("%s %s", words["nothing_written"], proof.why_not)
    for one in proof.left:
        log.error("%s %s", words["left"], one)
    table = {one.id: {"verdict": one.verdict, "observed": one.observed} for one in proof.findings}
    context["ti"].xcom_push("assumptions", table)


def _is_red(finding: Finding, config: SpaceConfig) -> bool:
    if finding.id == "S-42" and not config.rules.books_corrections:
        return False  # that is what the space file is to say
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
