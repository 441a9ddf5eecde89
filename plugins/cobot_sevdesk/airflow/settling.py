"""How long the runs of a space wait for sevDesk's lists: what a proof measured counts at once.

The measured time is kept as an Airflow variable, where people see and may delete it. It only ever
makes runs wait longer than the connection says. Where it is lost, they wait as the connection says.
"""

import logging

from airflow.sdk import Variable

from cobot_sevdesk.proof.prove import Proof
from cobot_sevdesk.sync.account import Account, settle_seconds_for

log = logging.getLogger(__name__)


def variable_of(slug: str) -> str:
    """The name of the variable that holds the measured `settle_seconds` of a space."""
    return f"cobot_sevdesk_settle_seconds_{slug}"


def keep_lag(slug: str, proof: Proof, account: Account) -> int | None:
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


def patient(account: Account, slug: str) -> Account:
    """The account, waiting at least as long as a proof found necessary."""
    found = str(Variable.get(variable_of(slug), default=None) or "")
    if not found:
        return account
    if not found.isdecimal():
        log.warning("Airflow variable %s: expected whole seconds", variable_of(slug))
        return account
    return account.waiting_at_least(int(found))
