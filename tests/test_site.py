"""The documentation site, as it is built, and in a browser."""

import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tools.check_links import links, markdown_files
from tools.check_site import Site

PROJECT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PAIRS: dict[str, str] = runpy.run_path(str(PROJECT / "docs" / "site" / "conf.py"))["PAIRS"]

pytestmark = [pytest.mark.xdist_group("site"), pytest.mark.timeout(600)]
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "-c", "docs/site"]
    done = subprocess.run(
        [*build, "-d", folder / "doctrees", ".", folder / "html"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        expect.set_options(timeout=30_000)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def test_the_built_site_has_no_bad_link_and_fetches_nothing_from_elsewhere(site: Path) -> None:
    assert list(Site(site).problems()) == []


def test_every_markdown_file_of_the_docs_is_a_page(site: Path) -> None:
    for path in markdown_files(PROJECT / "docs"):
        assert (site / path.relative_to(PROJECT)).with_suffix(".html").is_file(), path


def test_every_german_page_is_one_of_a_pair(site: Path) -> None:
    pages = Site(site).pages
    german = {path for path, found in pages.items() if found.language == "de"} - {
        site / "suche.html"
    }
    assert german == {site / f"{name}.html" for name in PAIRS.values()}
    written = {path for path in pages if "rollen" in path.parts}
    assert written < german


@pytest.mark.parametrize(("english", "german"), PAIRS.items())
def test_both_pages_of_a_pair_link_each_other(site: Path, english: str, german: str) -> None:
    for here, there in ((english, german), (german, english)):
        file = PROJECT / f"{here}.md"
        found = {(file.parent / target).resolve() for _, target in links(file.read_text("utf-8"))}
        assert PROJECT / f"{there}.md" in found, "the Markdown itself, for readers on a code host"
        others = Site(site).pages[site / f"{here}.html"].others
        assert len(others) == 1


HEAD = "<html lang='en'><h1 id='top'>x</h1>"
CASES = [
    ("<a href='b.html#part'>x</a>", None),
    ("<a href='https://example.com/x'>x</a>", None),
    ("<a href='#top'>x</a><a href='#'>x</a>", None),
    ("<img src='data:image/png;base64,AA=='>", None),
    ("<a href='c.html'>x</a>", "does not exist"),
    ("<a href='../b.html'>x</a>", "does not exist"),
    ("<a href='b.html#gone'>x</a>", "no such anchor"),
    ("<img src='https://example.com/x.png'>", "comes from another host"),
    ("<script src='//example.com/x.js'></script>", "comes from another host"),
    ("<link rel='stylesheet' href='https://example.com/x.css'>", "comes from another host"),
    ("<link rel='alternate' hreflang='de' href='b.html'>", "does not lead back"),
    ("<link rel='alternate' hreflang='en' href='b.html'>", "is not in the language en"),
]


@pytest.mark.parametrize(("text", "wrong"), CASES)
def test_what_is_wrong_with_a_page_is_found(tmp_path: Path, text: str, wrong: str | None) -> None:
    (tmp_path / "a.html").write_text(HEAD + text, "utf-8")
    (tmp_path / "b.html").write_text("<html lang='de'><p id='part'>", "utf-8")
    found = list(Site(tmp_path).problems())
    assert [one.rpartition(": ")[2] for one in found] == ([wrong] if wrong else [])


def test_a_style_sheet_that_fetches_from_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("@import 'https://example.com/x.css'; p { }", "utf-8")
    (tmp_path / "b.css").write_text("p { background: url(//example.com/x.png) }", "utf-8")
    (tmp_path / "c.css").write_text("p { background: url(x.png), url(data:a) }", "utf-8")
    assert len(list(Site(tmp_path).problems())) == 2


SEARCHES = [
    ("README", "lost answer", "Search Results", "How a write is made safe"),
    ("README", "invoices", "Search Results", "Every problem, and what to do"),
    ("docs/liesmich", "Kundennummern", "Suchergebnisse", "Der erste Tag"),
    ("docs/rollen/support", "Übersichten", "Suchergebnisse", "Betrieb: einrichten"),
]


@in_a_browser
@pytest.mark.parametrize("search", SEARCHES, ids=lambda one: one[1])
def test_the_search_finds_pages_in_both_languages(
    page: Page, address: str, search: tuple[str, str, str, str]
) -> None:
    start, wanted, heading, found = search
    page.goto(f"{address}/{start}.html")
    page.fill("input[name=q]", wanted)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("#search-results").get_by_role("link", name=found).first).to_be_visible()


@in_a_browser
@pytest.mark.parametrize(
    ("start", "title"), [("README", "CS-202 No booking"), ("docs/liesmich", "CS-202 Kein Buchungs")]
)
def test_the_first_thing_found_for_a_code_is_its_remedy_in_the_readers_language(
    page: Page, address: str, start: str, title: str
) -> None:
    page.goto(f"{address}/{start}.html")
    page.fill("input[name=q]", "cs-202")
    page.keyboard.press("Enter")
    first = page.locator("#search-results li").first
    expect(first).to_contain_text("CS-202")
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", name=title)).to_be_in_viewport()


@in_a_browser
def test_the_other_language_is_one_click_away(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.get_by_role("link", name="Deutsch", exact=True).click()
    expect(page).to_have_url(f"{address}/docs/liesmich.html")
    expect(page.locator("nav, .sidebar-tree").get_by_text("Rollen", exact=True)).to_be_visible()
    page.get_by_role("link", name="English", exact=True).click()
    expect(page).to_have_url(f"{address}/README.html")


@in_a_browser
def test_no_page_is_wider_than_its_window_or_asks_another_host(
    site: Path, page: Page, address: str
) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for path in Site(site).pages.keys() - {site / "index.html"}:  # that one only leads on
        page.goto(f"{address}/{path.relative_to(site)}")
        for width in (375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert {url for url in asked if not url.startswith((address, "data:"))} == set()
