"""What is public, and the notice before uploads, in a real browser: read, chosen, and open to everybody."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.installation import Installation
from tests.pictures import encoded
from tests.ui.conftest import axe, home
from tests.ui.people import PASSWORD, sign_in

Contexts = Callable[..., BrowserContext]
VERA = "vera@firm.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """With a cloud and two files, and an owner."""
    environment: dict[str, str] = {}
    installation = Installation(tmp_path_factory.mktemp("exposed"), environment=environment)
    environment["SAFELIGHT_PUBLIC_URL"] = home(installation)
    installation.start()
    for name in ("beach", "portrait"):
        installation.upload(encoded(Image.new("RGB", (64, 48), "red"), "PNG"), public_id=name)
    yield installation
    assert installation.stop() == 0


@pytest.fixture(scope="module")
def vera(site: Installation) -> str:
    link = str(json.loads(site.run("setup-link", "--json").stdout)["link"])
    token = parse_qs(urlsplit(link).query)["token"][0]
    words = {"token": token, "name": "Vera", "company": "Firm", "email": VERA, "password": PASSWORD}
    made = httpx.post(f"{site.base}/auth/setup", json=words, timeout=60)
    assert made.status_code == 200, made.text
    return VERA


def test_the_notice_is_there_for_everybody(page: Page, contexts: Contexts):
    page.goto("/privacy/upload-notice")
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you upload")
    axe(page)
    german = contexts(locale="de-DE", viewport={"width": 390, "height": 800}).new_page()
    german.goto("/privacy/upload-notice")
    expect(german.get_by_role("heading", level=1)).to_have_text("Bevor Sie hochladen")
    axe(german)


def test_what_is_public_is_read_and_chosen(page: Page, vera: str):
    sign_in(page, vera)
    page.goto("/account/public")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is public")
    expect(page.get_by_role("link", name="beach")).to_be_visible()
    axe(page)
    page.get_by_label("Only who has a signed address").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing here is public.")).to_be_visible()
    axe(page)
    page.get_by_label("Everybody who knows the address").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="beach")).to_be_visible()


def test_the_notice_stands_beside_the_code_until_it_was_read(page: Page, vera: str, site: Installation):
    sign_in(page, vera)
    page.goto(f"/console/{site.cloud}")
    expect(page.locator("#upload-notice")).to_contain_text("Files may tell more")
    axe(page)
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_role("button", name="I have read this")).to_have_count(0)
    expect(page.locator("#upload-notice")).to_contain_text("Files may tell more")


def test_it_is_whole_on_a_narrow_screen_in_german(contexts: Contexts, vera: str):
    page = contexts(viewport={"width": 390, "height": 800}).new_page()
    sign_in(page, vera)
    page.goto("/account")
    page.locator("select[name=language]").select_option("de")
    page.get_by_role("button", name="Save").first.click()
    page.goto("/account/public")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was öffentlich ist")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)
