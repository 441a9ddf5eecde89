"""The page of the sandbox in a real browser: readable on any screen, also without its script."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox.around import SAMPLES, Around
from sandbox.demo import ELBE, ELBE_SEVDESK
from sandbox.server import SandboxServer
from sandbox.tour.steps import STEPS

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "images"
"""`PICTURES=write` takes those of the docs anew."""

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian: apt install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def demo(box: SandboxServer, tmp_path: Path) -> Iterator[SandboxServer]:
    """The demo's world as below `make up`."""
    assert requests.post(f"{box.page_url}/reset", json={"world": "demo"}, timeout=10).ok
    files = Path(shutil.copytree(SAMPLES, tmp_path / "spaces"))
    box.world.around = Around("http://127.0.0.1:8080", {}, files, may_write=True)
    yield box
    box.world.around = Around()


def opened(browser: Browser, box: SandboxServer, **how: Any) -> Page:
    """The page; it may ask for nothing but itself."""
    page = browser.new_context(**how).new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda asked: seen.append(asked.url))
    seen: list[str] = []
    page.goto(box.page_url)
    assert all(url.startswith((box.page_url, "data:")) for url in seen)
    return page


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("taste", [("light", "en-GB"), ("dark", "de-DE")], ids=str)
def test_the_page_can_be_read_on_any_screen(
    browser: Browser, demo: SandboxServer, tmp_path: Path, width: int, taste: tuple[Any, str]
) -> None:
    scheme, locale = taste
    viewport: Any = {"width": width, "height": 900}
    page = opened(browser, demo, viewport=viewport, color_scheme=scheme, locale=locale)
    lang = locale[:2]
    for number, step in enumerate(STEPS, 1):
        title = page.locator(f"#step-{number} h3")
        expect(title).to_have_text(getattr(step.title, lang))
    page.locator("#step-4 summary").first.click()
    expect(page.locator("#step-4 code").first).to_contain_text("curl -s -X POST")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    unnamed = """[...document.querySelectorAll('input:not([type=hidden]), select')]
        .filter(e => !e.labels.length).length"""
    assert page.evaluate(unnamed) == 0
    page.screenshot(path=tmp_path / f"tour-{width}-{scheme}.png", full_page=True)
    if os.environ.get("PICTURES") == "write" and (width, lang) == (1280, "en"):
        page.screenshot(path=PICTURES / "tour.png")
    page.context.close()


@pytest.mark.parametrize("with_script", [True, False])
def test_a_button_says_beside_it_what_it_did(
    browser: Browser, demo: SandboxServer, *, with_script: bool
) -> None:
    page = opened(browser, demo, java_script_enabled=with_script, locale="en-GB")
    step = page.locator("#step-6")
    step.get_by_label("Name").fill("Ada Neu")
    step.get_by_role("button", name="Sign up a member").click()
    expect(step.get_by_role("status")).to_contain_text("Sign up a member")
    expect(page).to_have_url(f"{demo.page_url}?lang=en#step-6")
    members = demo.world.spaces[ELBE].members.values()
    assert [m["name"] for m in members][-1] == "Ada Neu"
    page.context.close()


def test_the_line_for_a_shell_follows_what_is_typed(browser: Browser, demo: SandboxServer) -> None:
    page = opened(browser, demo, locale="en-GB")
    form = page.locator("#step-6 form").filter(has_text="Sign up a member")
    form.locator("summary").click()
    form.get_by_label("Name").fill("Nils O'Hara")
    expect(form.locator("code")).to_contain_text(
        """-d '{"name": "Nils O'"'"'Hara", "confirmed": """
    )
    page.context.close()


def test_the_page_renews_what_nobody_is_busy_with(browser: Browser, demo: SandboxServer) -> None:
    page = opened(browser, demo, locale="en-GB")
    page.locator("#step-6").get_by_label("Name").fill("half a na")
    with demo.world.lock:
        demo.world.revoked.add(ELBE_SEVDESK)
    expect(page.get_by_text("The token for sevdesk is revoked")).to_be_visible(timeout=20_000)
    expect(page.locator("#step-6").get_by_label("Name")).to_have_value("half a na")
    page.context.close()
