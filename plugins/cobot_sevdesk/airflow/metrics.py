"""What Airflow's own metrics (StatsD, OpenTelemetry) tell of this package; see docs/metrics.md.

Every metric comes twice: under its plain name with the tag `space`, for services that know tags,
and as `cobot_sevdesk.<slug>.<name>` for those that do not. Nothing is sent unless Airflow is told
to (`[metrics]`).
"""

from collections.abc import Iterable

from cobot_sevdesk.airflow.versions import Stats
from cobot_sevdesk.clients.pace import RequestCounter
from cobot_sevdesk.domain.money import CURRENCY, ZERO
from cobot_sevdesk.domain.plan import Applied, MembersApplied
from cobot_sevdesk.domain.problems import Problem, gross_by_currency

PREFIX = "cobot_sevdesk"
COUNTERS = (
    *("vouchers_created", "mismatches", "gross_booked_cents", "gross_corrected_cents"),
    *("contacts_created", "numbers_written"),
    *("requests_cobot", "requests_sevdesk", "repeats_cobot", "repeats_sevdesk"),
)
GAUGES = ("invoices_held_back", "gross_held_back_cents", "problems", "overdue")
TIMERS = ("push", "wait_cobot", "wait_sevdesk")


def count(slug: str, name: str, by: int = 1) -> None:
    """Add to one of `COUNTERS`; amounts in cents of EUR. OpenTelemetry knows no negative counts."""
    if by > 0:
        Stats.incr(f"{PREFIX}.{name}", by, tags={"space": slug})
        Stats.incr(f"{PREFIX}.{slug}.{name}", by)


def gauge(slug: str, name: str, value: int) -> None:
    """Set one of `GAUGES`."""
    Stats.gauge(f"{PREFIX}.{name}", value, tags={"space": slug})
    Stats.gauge(f"{PREFIX}.{slug}.{name}", value)


def timing(slug: str, name: str, seconds: float) -> None:
    """Tell one of `TIMERS`; StatsD wants milliseconds."""
    Stats.timing(f"{PREFIX}.{name}", seconds * 1000, tags={"space": slug})
    Stats.timing(f"{PREFIX}.{slug}.{name}", seconds * 1000)


def booked(slug: str, applied: Applied) -> None:
    """Tell of the vouchers of a push, or of a cleared red task."""
    rows = [row for row in applied.rows if row.state == "booked"]
    cents = [int(r.invoice.cents * 100) for r in rows if r.invoice.currency == CURRENCY]
    count(slug, "vouchers_created", len(rows))
    count(slug, "mismatches", sum(row.mismatch for row in rows))
    count(slug, "gross_booked_cents", sum(one for one in cents if one > 0))
    count(slug, "gross_corrected_cents", -sum(one for one in cents if one < 0))


def synced(slug: str, members: MembersApplied) -> None:
    """Tell of contacts and customer numbers."""
    count(slug, "contacts_created", len(members.created))
    count(slug, "numbers_written", len(members.numbered))


def held_back(slug: str, problems: Iterable[Problem]) -> None:
    """Tell what still waits for a person, whichever run found it."""
    found = list(problems)
    waiting = {ref.key: ref for problem in found for ref in problem.invoices}
    euros = gross_by_currency(waiting.values()).get(CURRENCY, ZERO)
    gauge(slug, "invoices_held_back", len(waiting))
    gauge(slug, "gross_held_back_cents", int(euros * 100))
    gauge(slug, "problems", len(found))


class RequestMetrics(RequestCounter):
    """Tells of the requests of one space, as they are sent."""

    def __init__(self, slug: str) -> None:
        self._slug = slug

    def sent(self, service: str) -> None:
        """One request."""
        count(self._slug, f"requests_{service.lower()}")

    def repeated(self, service: str) -> None:
        """One request that has to be sent again."""
        count(self._slug, f"repeats_{service.lower()}")

    def waited(self, service: str, seconds: float) -> None:
        """So long nothing was sent, to stay within the service's limit."""
        timing(self._slug, f"wait_{service.lower()}", seconds)
