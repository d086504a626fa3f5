"""A real browser for the pages: one for all tests, a context each, and nothing unclean goes unseen.

Every test that uses `page` shows also that no request left our origin, that the policy was not offended, and that no
script failed. `axe(page)` looks for what keeps people out.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from tests.installation import Installation

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
AXE = Path(__file__).parents[1] / "node" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")
"""All that the dark looks can make worse: they are the same page in other colours."""
LOCAL = ("data:", "blob:")
WAIT_MS = 10_000


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Of the package and not of the session: while it lives, no test of this process can await anything."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = next((path for path in BROWSERS if Path(path).exists()), None)
    assert path, "Chromium is missing: tests/setup.sh installs it"
    browser = playwright.chromium.launch(executable_path=path, args=["--disable-background-networking"])
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation for all tests of this folder, with a cloud and a key, and with time in our hands."""
    environment = {"SAFELIGHT_TEST_CLOCK": "1", "SAFELIGHT_REGISTRATION": "open"}
    installation = Installation(tmp_path_factory.mktemp("ui"), environment=environment)
    # By its name: browsers make passkeys for no bare address.
    environment["SAFELIGHT_PUBLIC_URL"] = home(installation)
    installation.start()
    yield installation
    assert installation.stop() == 0


def home(site: Installation) -> str:
    """Where people open it."""
    return f"http://localhost:{site.port}"


class Watch:
    """Whatever a page did that it should not have done."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.seen: list[str] = []

    def over(self, page: Page) -> None:
        page.on("request", lambda request: self._look(request.url))
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("console", self._hear)
        page.set_default_timeout(WAIT_MS)

    def _look(self, url: str) -> None:
        if not url.startswith((self.base, *LOCAL)):
            self.seen.append(f"left our origin: {url}")

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx is told as an error of the console; those are answers, and looked at by the tests.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.seen.append(f"console: {message.text}")


@pytest.fixture
def contexts(browser: Browser, site: Installation) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers of other people, or of the same person on another device: `contexts(color_scheme="dark")`."""
    opened: list[BrowserContext] = []
    watch = Watch(home(site))

    def another(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=home(site), **{"locale": "en-GB", "reduced_motion": "reduce", **options})
        context.on("page", watch.over)
        opened.append(context)
        return context

    yield another
    for context in opened:
        context.close()
    assert not watch.seen, "\n".join(watch.seen)


@pytest.fixture
def page(contexts: Callable[..., BrowserContext]) -> Page:
    return contexts().new_page()


def axe(page: Page) -> None:
    """Nothing at level AA keeps anybody out; in light and in dark."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    for scheme, asked in (("light", {"type": "tag", "values": WCAG}), ("dark", {"type": "rule", "values": COLOURS})):
        # Pages of these browsers move nothing: no colour is looked at while it still fades.
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("asked => axe.run(document, {runOnly: asked})", asked)
        assert not found["violations"], f"{page.url} in {scheme}:\n{json.dumps(_told(found['violations']), indent=1)}"
    page.emulate_media(color_scheme="light")


def _told(violations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"rule": one["id"], "says": one["help"], "at": [node["html"][:200] for node in one["nodes"]]}
        for one in violations
    ]
