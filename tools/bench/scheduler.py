"""`make bench PART=scheduler`: what the scheduler makes of many spaces, and of years of backfill.

compose.yaml's processes on this machine, once with LocalExecutor and once with CeleryExecutor and
two workers: all daily runs of 200 spaces with new invoices, then once more with nothing new. Then
five years of one space in one `airflow backfill create`, paused and resumed on the way.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

from sandbox.cobot_space import line
from sandbox.server import SandboxServer
from tools.airflow_api import AirflowApi
from tools.bench.tables import keep, table
from tools.production import CELERY, LOCAL, Production, production

SPACES = 200
MEMBERS, INVOICES = 2, 5
"""Of each space."""
BACKFILL = "backfill"
LOOK, PUSH = "extract_invoices", "push_vouchers"
YEARS, A_MONTH = 5, 500
FIRST_YEAR = 2021
WITHIN = 3600
PAUSE = 30
"""Seconds."""
DAILY = "sync_from: {first}\ncobot: {{subdomain: {slug}}}\n"
MONTHLY = DAILY + 'schedule: "0 5 1 * *"\nvouchers: {{lookback_days: 0}}\n'


def main() -> None:
    """Measure both executors, then the backfill."""
    # Celery first: without Redis it says so at once, not after half an hour.
    found = [(name, daily(name)) for name in (CELERY, LOCAL)]
    rows = [
        [name, one["seconds"] / 60, one["vouchers"], one["idle_seconds"] / 60, one["idle_requests"]]
        for name, one in found
    ]
    heads = ("minutes with new invoices", "vouchers", "minutes with nothing new", "requests each")
    keep("executors", table((f"{SPACES} spaces", *heads), rows))
    years = backfill()
    rows = [
        [when, *(years[when][task] for task in (LOOK, PUSH))]
        for when in ("first year", "last year")
    ]
    columns = (f"{years['months']} months of {A_MONTH} invoices", LOOK, PUSH)
    keep("backfill", table(columns, rows))
    booked = f"{years['vouchers']} vouchers for {years['invoices']} invoices"
    print(f"{booked} in {years['seconds'] / 60:.1f} minutes")
    print(f"{years['runs_while_paused']} runs ended while the backfill was paused")


def daily(executor: str) -> dict[str, Any]:
    """Seconds until all daily runs are through, with new invoices and without any."""
    slugs = [f"s{number:03}" for number in range(SPACES)]
    today = datetime.now(UTC).date()
    first = today - timedelta(days=30)
    with airflow_over(slugs, DAILY, first, executor) as (box, _, api):
        for slug in slugs:
            fill(box, slug, [today - timedelta(days=day + 2) for day in range(INVOICES)])
        wait_for_dags(api, len(slugs))
        began = time.monotonic()
        api.call("PATCH", "/dags?dag_id_pattern=cobot_sevdesk_s%25", {"is_paused": False})
        wait_for_runs(api, "success", len(slugs))
        seconds = time.monotonic() - began
        booked = sum(len(t.tables["Voucher"]) for t in box.world.tenants.values())
        box.world.requests.clear()
        began = time.monotonic()
        for slug in slugs:
            api.trigger(f"cobot_sevdesk_{slug}")
        wait_for_runs(api, "success", 2 * len(slugs))
        idle_seconds = time.monotonic() - began
        requests = len(box.world.requests)
    return {
        "seconds": seconds,
        "vouchers": booked,
        "idle_seconds": idle_seconds,
        "idle_requests": requests / SPACES,
    }


def backfill() -> dict[str, Any]:
    """Seconds of each month's look and push in a backfill of five years."""
    slug, months = "years", [date(FIRST_YEAR + n // 12, n % 12 + 1, 1) for n in range(YEARS * 12)]
    dag = f"cobot_sevdesk_{slug}"
    with airflow_over([slug], MONTHLY, months[0], LOCAL) as (box, services, api):
        days = [month + timedelta(days=n % 28) for month in months for n in range(A_MONTH)]
        fill(box, slug, days)
        wait_for_dags(api, 1)
        began = time.monotonic()
        last_day = date(FIRST_YEAR + YEARS - 1, 12, 31)
        dates = ("--from-date", str(months[0]), "--to-date", str(last_day))
        services.airflow("backfill", "create", "--dag-id", dag, *dates, "--max-active-runs", "1")
        pattern = f"/dags?dag_id_pattern={dag}"
        api.call("PATCH", pattern, {"is_paused": False})
        wait_for_runs(api, "success", len(months) // 6, of="backfill__")
        before, after = pause(api, dag)
        wait_for_runs(api, "success", len(months), of="backfill__")
        seconds = time.monotonic() - began
        tasks = {task: durations(api, dag, task) for task in (LOOK, PUSH)}
        booked = len(box.world.tenants[f"token-{slug}"].tables["Voucher"])
    return {
        "months": len(months),
        "invoices": len(days),
        "vouchers": booked,
        "seconds": seconds,
        "first year": {task: mean(found[:12]) for task, found in tasks.items()},
        "last year": {task: mean(found[-12:]) for task, found in tasks.items()},
        "runs_while_paused": after - before,
    }


def pause(api: AirflowApi, dag: str) -> tuple[int, int]:
    """Pause the backfill for a while; returns how many runs had ended before and after."""
    (running,) = api.call("GET", f"/backfills?dag_id={dag}")["backfills"]
    api.call("PUT", f"/backfills/{running['id']}/pause", {})
    # The run that is on its way goes on to its end.
    time.sleep(PAUSE)
    before = count(api, "success", "backfill__")
    time.sleep(PAUSE)
    after = count(api, "success", "backfill__")
    api.call("PUT", f"/backfills/{running['id']}/unpause", {})
    return before, after


def durations(api: AirflowApi, dag: str, task: str) -> list[float]:
    """Seconds of a task in each run of the backfill, in the order of the data intervals."""
    found: list[dict[str, Any]] = []
    while True:
        path = f"/dags/{dag}/dagRuns/~/taskInstances?task_id={task}&limit=100&offset={len(found)}"
        page = api.call("GET", path)["task_instances"]
        found += page
        if not page:
            break
    ours = [one for one in found if one["dag_run_id"].startswith("backfill__")]
    return [one["duration"] for one in sorted(ours, key=lambda one: one["logical_date"])]


@contextmanager
def airflow_over(
    slugs: list[str], text: str, first: date, executor: str, *, user: str = ""
) -> Iterator[tuple[SandboxServer, Production, AirflowApi]]:
    """The whole installation over these spaces, all DAGs paused.

    With a `user` all tokens are his, and Cobot's limits are on and kept.
    """

    def write_files(folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for slug in slugs:
            (folder / f"{slug}.yaml").write_text(text.format(first=first, slug=slug))

    with (
        tempfile.TemporaryDirectory(prefix="cobot-sevdesk-scheduler-") as name,
        SandboxServer() as box,
        production(Path(name), executor, write_files) as (services, api),
    ):
        connections = {}
        for slug in slugs:
            box.world.add_tenant(f"token-{slug}")
            box.world.add_space(
                slug, token=f"cobot-{slug}", sevdesk_token=f"token-{slug}", user=user
            )
            extra = {"api2_base_url": box.cobot_url, "v1_base_url": box.v1_url(slug)}
            extra |= {"requests_per_minute": "60"} if user else {}
            cobot = {"conn_type": "cobot", "password": f"cobot-{slug}", "extra": extra}
            sevdesk = {"conn_type": "sevdesk", "password": f"token-{slug}", "host": box.sevdesk_url}
            connections[f"AIRFLOW_CONN_COBOT_{slug}"] = json.dumps(cobot)
            connections[f"AIRFLOW_CONN_SEVDESK_{slug}"] = json.dumps(sevdesk)
        services.add_connections(connections)
        box.world.switches.rate_limits = bool(user)
        yield box, services, api


def fill(box: SandboxServer, slug: str, days: list[date]) -> None:
    """Members, and an invoice for each day."""
    space = box.world.spaces[slug]
    members = [space.sign_up(f"Ada Beispiel {n}", confirmed=str(days[0])) for n in range(MEMBERS)]
    for number, day in enumerate(days):
        debtor = ("memberships", members[number % MEMBERS])
        space.add_invoice(str(day), [line("10.00")], debtor=debtor)


def wait_for_dags(api: AirflowApi, spaces: int) -> None:
    """Return once Airflow knows the DAGs of all spaces: two for each."""
    known = "/dags?dag_id_pattern=cobot_sevdesk_%25&limit=1&exclude_stale=true"
    wait_until(lambda: int(api.call("GET", known)["total_entries"]) > 2 * spaces)


def wait_for_runs(api: AirflowApi, state: str, wanted: int, of: str = "") -> None:
    """Return once so many runs have ended well.

    Raises:
        RuntimeError: one ended red.
    """

    def reached() -> bool:
        if count(api, "failed", of):
            raise RuntimeError("a run is red")
        return count(api, state, of) >= wanted

    wait_until(reached)


def count(api: AirflowApi, state: str, of: str) -> int:
    """How many runs are in a state; `of` is a part of their ids."""
    path = f"/dags/~/dagRuns?state={state}&limit=1&run_id_pattern=%25{of}%25"
    return int(api.call("GET", path)["total_entries"])


def wait_until(reached: Callable[[], bool]) -> None:
    """Return once something is so.

    Raises:
        TimeoutError: it is not so in an hour.
    """
    deadline = time.monotonic() + WITHIN
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(1)
