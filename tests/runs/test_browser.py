"""The Airflow UI in a real browser, as a support person uses it."""

import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from cobot_sevdesk.plugin import CobotSevdeskPlugin
from sandbox.cobot_space import CobotSpace, line
from sandbox.server import SandboxServer
from support.spaces import LIVE_TOKEN
from tools.airflow_api import finished
from tools.stack import PASSWORD, USER, AirflowStack

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SLUG = "browser"
DAG = f"cobot_sevdesk_{SLUG}"
IN_PICTURES = "elbe-hub"
PICTURES = os.environ.get("COBOT_SEVDESK_PICTURES")
"""The folder that the pictures of the docs are written to."""
PATIENCE = 60_000
"""Milliseconds; a task takes a few seconds from click to end."""

pytestmark = [
    pytest.mark.scheduler,
    pytest.mark.xdist_group("airflow"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian: apt install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        expect.set_options(timeout=PATIENCE)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def page(airflow: AirflowStack, browser: Browser) -> Page:
    """A page of it, logged in to Airflow."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.set_default_timeout(PATIENCE)
    opened.goto(airflow.url)
    opened.fill("input[name=username]", USER)
    opened.fill("input[name=password]", PASSWORD)
    opened.keyboard.press("Enter")
    # Airflow 3.4 has more such links on its home page.
    expect(opened.get_by_role("link", name="Dags").first).to_be_visible()
    return opened


def add_connection(page: Page, url: str, *, kind: str, token: str, port: str) -> None:
    id_ = f"{kind.lower()}_{SLUG}"
    page.goto(f"{url}/connections")
    page.get_by_role("button", name="Add Connection").click()
    page.fill("input[name=connection_id]", id_)
    page.get_by_role("combobox").last.fill(kind)
    page.keyboard.press("Enter")
    page.fill("input[name=password]", token)
    page.fill("input[name=port]", port)


def save_and_test(page: Page, id_: str) -> None:
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text=id_)
    expect(row).to_be_visible()
    with page.expect_response("**/connections/test") as answered:
        row.get_by_role("button", name="Test Connection").click()
    answer = answered.value.json()
    assert answer.get("status"), answer


def test_a_space_goes_live_in_the_ui(
    live: SandboxServer, airflow: AirflowStack, page: Page
) -> None:
    """Connections by the form, tested; a run with dates; a red box, its letter, repair, green."""
    space = live.world.spaces[SLUG]
    wrong = space.add_invoice("2026-01-05", [line("10.00", code="Podcast")], number="B-1")
    space.add_invoice("2026-01-06", [line("20.00")], number="B-2")

    add_connection(page, airflow.url, kind="Cobot", token=f"cobot-{SLUG}", port="443")
    address = page.locator("input[name=element_v1_base_url]")
    folded = page.get_by_role("button", name="Extra Fields", exact=True)
    expect(address.or_(folded).first).to_be_visible()
    if folded.count():  # Airflow 3.4 shows the fields at once
        folded.click()
    address.fill(live.v1_url(SLUG))
    page.fill("input[name=element_api2_base_url]", live.cobot_url)
    save_and_test(page, f"cobot_{SLUG}")
    expect(page.get_by_text(f"Admin of {SLUG}")).to_be_visible()
    port = str(urlsplit(live.sevdesk_url).port)
    add_connection(page, airflow.url, kind="sevDesk", token=f"{LIVE_TOKEN}-{SLUG}", port=port)
    page.fill("input[name=host]", live.sevdesk_url)
    save_and_test(page, f"sevdesk_{SLUG}")
    expect(page.get_by_text("Bookkeeping system 2.0, SKR04")).to_be_visible()

    run_id = trigger_in_january(page, airflow)
    page.goto(f"{airflow.url}/dags/{DAG}/runs/{run_id}/tasks/needs_attention/mapped/0")
    # The letter is the last thing in the log, in no group that is folded away.
    letter = page.get_by_text("CS-202: No booking account for accounting code Podcast")
    expect(letter.first).to_be_visible()
    expect(page.get_by_text("B-1  2026-01-05").first).to_be_visible()

    space.edit_invoice(wrong, items=[line("10.00")])
    page.get_by_role("button", name="Clear").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    assert finished(airflow, DAG, run_id, was="failed") == "success"
    assert len(live.world.tenants[f"{LIVE_TOKEN}-{SLUG}"].tables["Voucher"]) == 2

    page.goto(f"{airflow.url}/plugin/cobot-sevdesk")
    overview = page.frame_locator("iframe")
    row = overview.get_by_role("row").filter(has_text=SLUG)
    expect(row.get_by_text("green").first).to_be_visible()
    expect(row.get_by_text("CS-202")).to_have_count(0)

    # Where is invoice B-1? Booked, by the run that was cleared.
    overview.get_by_label("Find an invoice").fill("b-1")
    page.keyboard.press("Enter")
    fate = overview.get_by_role("row").filter(has_text="B-1")
    expect(fate.get_by_text("booked")).to_be_visible()
    expect(fate.get_by_role("link", name="voucher")).to_be_visible()
    row.get_by_role("link", name=SLUG, exact=True).click()
    expect(page).to_have_url(f"{airflow.url}/dags/{DAG}")
    papers_open_from_the_overview(page, airflow)


def papers_open_from_the_overview(page: Page, airflow: AirflowStack) -> None:
    """A report and the procedure documentation open in windows of their own."""
    dag_id = f"cobot_sevdesk_reconcile_{SLUG}"
    run_id = airflow.trigger(dag_id, from_date="2026-01-01", to_date="2026-01-31")
    assert finished(airflow, dag_id, run_id) == "success"
    page.goto(f"{airflow.url}/plugin/cobot-sevdesk")
    overview = page.frame_locator("iframe")
    overview.get_by_role("button", name=f"Reconciliation of {SLUG}").click()
    report = overview.get_by_role("row").filter(has_text="31 Jan 2026")
    with page.context.expect_page() as opened:
        report.get_by_role("link", name="Page to print").click()
    expect(opened.value.get_by_text("Beide Seiten stimmen überein.")).to_be_visible()
    opened.value.close()
    with page.expect_download() as saved:
        report.get_by_role("link", name="totals").click()
    assert saved.value.suggested_filename.endswith("_summen.csv")
    overview.get_by_role("button", name=f"Invoices of {SLUG}").click()
    with page.expect_download() as saved:
        overview.get_by_role("link", name="CSV", exact=True).click()
    assert saved.value.suggested_filename == f"invoices-{SLUG}.csv"
    with page.context.expect_page() as opened:
        overview.get_by_role("link", name=f"Procedure documentation of {SLUG}").click()
    expect(opened.value.get_by_role("heading", name=f"Space {SLUG}")).to_be_visible()
    opened.value.close()


def trigger_in_january(page: Page, airflow: AirflowStack) -> str:
    """Trigger with dates, as the form offers them; returns the run's id."""
    page.goto(f"{airflow.url}/dags/{DAG}")
    page.get_by_role("button", name="Trigger").first.click()
    page.fill("input[name=element_from_date]", "2026-01-01")
    page.fill("input[name=element_to_date]", "2026-01-31")
    with page.expect_response("**/dagRuns") as answered:
        page.get_by_role("dialog").get_by_role("button", name="Trigger").last.click()
    run_id = str(answered.value.json()["dag_run_id"])
    assert finished(airflow, DAG, run_id) == "failed"
    return run_id


@pytest.mark.skipif(PICTURES is None, reason="COBOT_SEVDESK_PICTURES names no folder")
def test_the_pictures_of_the_docs_are_taken(
    live: SandboxServer, airflow: AirflowStack, page: Page
) -> None:
    """The overview, the red tasks of a run, and the *Clear* button, as the role pages show them."""
    add_invoices_of_a_month(live.world.spaces[IN_PICTURES])
    run_id = airflow.trigger(f"cobot_sevdesk_{IN_PICTURES}")
    assert finished(airflow, f"cobot_sevdesk_{IN_PICTURES}", run_id) == "failed"
    take_pictures(page, airflow.url, run_id, Path(PICTURES or ""))


def take_pictures(page: Page, url: str, run_id: str, folder: Path) -> None:
    """Look at each page as a support person comes by it, and write what is seen."""
    page.set_viewport_size({"width": 1400, "height": 430})
    page.goto(f"{url}/plugin/cobot-sevdesk")
    overview = page.frame_locator("iframe")
    overview.get_by_label("Show spaces").fill(IN_PICTURES)
    expect(overview.get_by_role("link", name="CS-202")).to_be_visible()
    page.screenshot(path=folder / "overview.png")

    red = f"{url}/dags/cobot_sevdesk_{IN_PICTURES}/runs/{run_id}/tasks/needs_attention"
    page.set_viewport_size({"width": 1280, "height": 620})
    page.goto(f"{red}/mapped")
    expect(page.get_by_role("link", name="CS-221").first).to_be_visible()
    page.screenshot(path=folder / "grid.png")

    page.goto(f"{red}/mapped/0")
    expect(page.get_by_text("What to do:").first).to_be_visible()
    clear = page.get_by_role("button", name="Clear").first
    clear.hover()
    expect(page.get_by_role("tooltip").first).to_be_visible()
    # Not the log below: it names folders of this machine.
    page.screenshot(path=folder / "clear.png", clip={"x": 0, "y": 0, "width": 1280, "height": 345})
    clear.click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="Confirm")
    expect(confirm).to_be_enabled()
    page.screenshot(
        path=folder / "confirm.png", clip={"x": 180, "y": 50, "width": 920, "height": 490}
    )
    page.keyboard.press("Escape")


def add_invoices_of_a_month(space: CobotSpace) -> None:
    """Twenty invoices that can be booked, and some for each of three problems."""
    today = date.today()  # noqa: DTZ011  the browser's
    ada = space.sign_up("Ada Beispiel", confirmed=(today - timedelta(days=40)).isoformat())
    for number in range(1, 27):
        day = today - timedelta(days=27 - number)
        lines = [line("119.00")]
        if number % 9 == 0:
            lines = [line("60.00", code="Podcast")]
        elif number == 10:
            lines = [line("45.00", code=None)]
        more: dict[str, Any] = {"currency": "CHF"} if number == 20 else {}
        number_ = f"EL-2026-{number:04}"
        space.add_invoice(
            day.isoformat(), lines, number=number_, debtor=("memberships", ada), **more
        )


REPORT = "2026-10-01_2026-10-31_20261103-063000"
LONG_NAME = "a-space-with-" + "a-very-long-name-" * 6
PROBLEM: dict[str, Any] = {
    "label": "CS-202 No booking account for accounting code Podcast",
    "count": 37,
    "amounts": "4403.00 EUR, 142.80 CHF",
    "since": "2026-11-09",
    "path": "dags/x/runs/y/tasks/needs_attention/mapped/0",
}
SPACES: list[dict[str, Any]] = [
    {"slug": "elbe-hub", "state": "failed", "problems": [PROBLEM] * 26, "reconcile_path": "dags/r"},
    {"slug": LONG_NAME, "state": "failed", "file_problems": ["x.yaml: schedul: unknown key"]},
    {"slug": "havel", "state": "failed", "overdue_since": "2026-11-24T04:16:00+00:00"},
    {"slug": "isar", "state": "success", "paused": True, "paused_since": "2026-11-20T10:00:00Z"},
    {"slug": "new", "state": None},
]
INVOICE: dict[str, Any] = {
    "slug": "elbe-hub",
    "number": "EL-2026-0021",
    "date": "2026-11-05",
    "gross": "119.00",
    "currency": "EUR",
    "state": "held",
    "why": PROBLEM["label"],
    "since": "2026-11-06T04:16:00+00:00",
    "run_path": "dags/x/runs/y",
    "red_path": PROBLEM["path"],
    "vouchers": [],
}


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-GB"), ("dark", "de-DE")])
def test_the_overview_can_be_read_on_any_screen(
    browser: Browser, tmp_path: Path, width: int, scheme: Any, locale: str
) -> None:
    """Long names and 26 problems fit; everything is reached by keyboard; errors are none."""
    overview = files("cobot_sevdesk").joinpath("templates", "overview.html").read_text("utf-8")
    shown = [{"dag_id": one["slug"], "dag_path": "dags/x", "problems": []} | one for one in SPACES]
    answers: dict[str, Any] = {
        "/o/spaces": shown,
        "/o/invoices": {"invoices": [INVOICE], "known_since": None},
        "/o/spaces/elbe-hub/reports": {
            "reports": [
                {
                    "name": REPORT,
                    "start": "2026-10-01",
                    "last": "2026-10-31",
                    "made": "2026-11-03T06:30:00",
                }
            ]
        },
    }

    def answer(route: Route) -> None:
        found = answers.get(urlsplit(route.request.url).path)
        kind, body = ("text/html", overview) if found is None else ("application/json", "")
        route.fulfill(content_type=kind, body=body or json.dumps(found))

    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale
    )
    context.route("**/*", answer)
    page = context.new_page()
    wrong: list[object] = []
    page.on("pageerror", lambda error: wrong.append(error))  # noqa: PLW0108  no builtin may be
    page.goto("http://127.0.0.1/o/")
    expect(page.locator("#rows tr")).to_have_count(len(SPACES))
    red, reconcile = (
        ("red", "Reconciliation of") if locale == "en-GB" else ("rot", "Abstimmung von")
    )
    expect(page.locator("#rows tr").first.get_by_text(red, exact=True)).to_be_visible()
    problems = page.locator("#rows tr").first.get_by_role("link", name="CS-202")
    expect(problems).to_have_count(5)
    page.locator("summary").press("Enter")
    expect(problems).to_have_count(26)

    page.get_by_role("button", name=f"{reconcile} elbe-hub").press("Enter")
    expect(page.locator("#papers-title")).to_be_focused()
    paper = page.locator("#papers-rows").get_by_role("link").first
    expect(paper).to_have_attribute("href", f"spaces/elbe-hub/reports/{REPORT}/abstimmung.html")

    page.locator("#number").focus()
    page.keyboard.type("0021")
    page.keyboard.press("Enter")
    expect(page.locator("#found-title")).to_be_focused()
    task = page.get_by_role("link", name="red task" if locale == "en-GB" else "rote Aufgabe")
    expect(task).to_have_attribute("href", f"../{PROBLEM['path']}")
    unnamed = "[...document.querySelectorAll('input, select')].filter(e => !e.labels.length).length"
    assert page.evaluate(unnamed) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / f"overview-{width}-{scheme}.png", full_page=True)
    assert wrong == []
    context.close()


def test_the_overview_leads_to_dags_from_airflows_frame_below_any_path(browser: Browser) -> None:
    """Airflow's page as it is in 3.3.2: a base, and a frame that may not leave for another page."""
    frame = (
        '<iframe sandbox="allow-scripts allow-same-origin allow-forms allow-downloads" src="{}">'
    )
    nav = CobotSevdeskPlugin.external_views[0]
    overview = files("cobot_sevdesk").joinpath("templates", "overview.html").read_text("utf-8")
    row = {"dag_id": DAG, "slug": SLUG, "state": "success", "problems": []}
    row["dag_path"] = f"dags/{DAG}"
    pages = {
        "/airflow/": ("text/html", '<base href="/airflow/">' + frame.format(nav["href"])),
        "/airflow/cobot-sevdesk/": ("text/html", overview),
        "/airflow/cobot-sevdesk/spaces": ("application/json", json.dumps([row])),
        "/airflow/cobot-sevdesk/slow-files": ("application/json", "[]"),
        f"/airflow/dags/{DAG}": ("text/html", "The DAG"),
    }

    def answer(route: Route) -> None:
        kind, body = pages[urlsplit(route.request.url).path]
        route.fulfill(content_type=kind, body=body)

    context = browser.new_context()
    context.route("**/*", answer)
    page = context.new_page()
    page.goto("http://127.0.0.1/airflow/")
    link = page.frame_locator("iframe").get_by_role("link", name=SLUG, exact=True)
    with context.expect_page() as opened:
        link.click(modifiers=["Control"])
    expect(opened.value).to_have_url(f"http://127.0.0.1/airflow/dags/{DAG}")
    link.click()
    expect(page).to_have_url(f"http://127.0.0.1/airflow/dags/{DAG}")
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "spaces",
        "invoices?number=B-1",
        "spaces/x/invoices",
        "spaces/x/invoices.csv",
        "spaces/x/reports",
        "spaces/x/reports/2026-10-01_2026-10-31_20261103-063000/abstimmung.html",
        "spaces/x/procedure.html",
        "docs",
    ],
)
def test_strangers_see_nothing_of_the_overview(airflow: AirflowStack, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{airflow.url}/cobot-sevdesk/{path}", timeout=90)  # noqa: S310
    refused.value.close()
    assert refused.value.code in {401, 404}
