"""What people ask about their data, in a browser: a stranger by the form, an owner about a file, one on their page.

One story in the order of this file, on an installation of its own.
"""

import json
from collections.abc import Callable, Collection, Iterator

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.installation import Installation
from tests.pictures import encoded
from tests.ui.conftest import axe, home
from tests.ui.people import PASSWORD, letter_to, links_to, sign_in

Contexts = Callable[..., BrowserContext]

OLIVIA = "olivia@firm.example"
SHOWN = "shown@people.example"
STRANGER = "stranger@people.example"
CASE = "/privacy/request/case?key="
REASON = "It is a crowd in a public place."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("asking")
    (folder / "policy.yaml").write_text("controller: {name: Firm, contact: privacy@firm.example, authority: BfDI}\n")
    environment = {"SAFELIGHT_PRIVACY_POLICY": str(folder / "policy.yaml")}
    installation = Installation(folder, environment=environment)
    environment["SAFELIGHT_PUBLIC_URL"] = home(installation)
    installation.start()
    yield installation
    assert installation.stop() == 0


@pytest.fixture(scope="module")
def picture(site: Installation, browser: Browser) -> str:
    """The address of a file of Olivia's that everybody can see."""
    link = str(json.loads(site.run("setup-link", "--json").stdout)["link"])
    with browser.new_context(base_url=home(site), locale="en-GB") as context:
        page = context.new_page()
        page.goto(link.replace("127.0.0.1", "localhost"))
        page.get_by_label("Your name").fill("Olivia")
        page.get_by_label("Company").fill("Firm")
        page.get_by_label("E-mail").fill(OLIVIA)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ready")
    sent = httpx.post(
        f"{site.api}/image/upload",
        auth=site.auth,
        files={"file": encoded(Image.new("RGB", (64, 48), "red"), "PNG")},
        data={"public_id": "party"},
        timeout=60,
    )
    return str(sent.json()["secure_url"] if "https" in home(site) else sent.json()["url"])


def case_of(page: Page, site: Installation, address: str, *, but: Collection[str] = ()) -> None:
    """Follow the link of the letter, as it was made for this host."""
    page.goto(letter_to(site, address, CASE, but=but))


def test_a_stranger_asks_follows_the_letter_and_is_told(page: Page, site: Installation):
    page.goto("/privacy/request")
    axe(page)
    page.get_by_label("What do you want?").select_option("access")
    page.get_by_label("Your e-mail address").fill(STRANGER)
    page.get_by_label("In your own words").fill("All of it.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request came in")
    axe(page)
    case_of(page, site, STRANGER)
    expect(page.get_by_text("waits for you to say that it is yours")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_text("nothing is kept about you")).to_be_visible()
    axe(page)
    assert page.context.cookies() == []


def test_what_is_wrong_is_said_beside_the_field(page: Page):
    page.goto("/privacy/request")
    page.get_by_label("What do you want?").select_option("amendment")
    page.get_by_label("Your e-mail address").fill(STRANGER)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#text-fault")).to_contain_text("Say it in your own words")
    expect(page.get_by_label("Your e-mail address")).to_have_value(STRANGER)
    axe(page)


def test_who_is_shown_in_a_file_is_heard_by_its_owner(page: Page, site: Installation, contexts: Contexts, picture: str):
    page.goto("/privacy/report")
    axe(page)
    page.get_by_role("link", name="Tell us about a file").click()
    expect(page.get_by_label("What do you want?")).to_have_value("report")
    page.get_by_label("Your e-mail address").fill(SHOWN)
    page.get_by_label("Which data, or which file?").fill(picture)
    page.get_by_label("In your own words").fill("I am on the left.")
    page.get_by_role("button", name="Send").click()
    case_of(page, site, SHOWN)
    axe(page)
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_text("passed on to the owner of the file")).to_be_visible()
    owner = contexts().new_page()
    sign_in(owner, OLIVIA)
    owner.wait_for_url("**/console/**")
    owner.goto(letter_to(site, OLIVIA, "/account/reports"))
    expect(owner.get_by_role("heading", level=1)).to_have_text("Reports")
    expect(owner.get_by_text("I am on the left.")).to_be_visible()
    assert SHOWN not in owner.content()
    axe(owner)
    owner.get_by_label("Nothing changes, for the reason below").check()
    owner.get_by_label("What they read of you").fill(REASON)
    owner.get_by_role("button", name="Answer").click()
    expect(owner.get_by_text("answered: not changed")).to_be_visible()
    axe(owner)
    page.reload()
    expect(page.get_by_text(REASON)).to_be_visible()
    assert OLIVIA not in page.content()
    axe(page)
    page.get_by_label("You do not agree?").fill("It is my garden.")
    page.get_by_role("button", name="Ask to look at it again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request came in")
    listed = json.loads(site.run("privacy", "requests", "list", "--json").stdout)
    assert "appeal" in {each["kind"] for each in listed}


def test_who_is_signed_in_asks_takes_back_and_fetches(page: Page, site: Installation, picture: str):
    sign_in(page, OLIVIA)
    page.wait_for_url("**/console/**")
    page.goto("/account/requests")
    axe(page)
    page.get_by_label("What do you want?").select_option("restriction")
    page.get_by_label("In your own words").fill("Stop for a while.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("somebody is looking at it")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("taken back", exact=True)).to_be_visible()
    page.get_by_label("What do you want?").select_option("access")
    page.get_by_role("button", name="Send").click()
    row = page.get_by_role("row").filter(has_text="give me a copy")
    expect(row).to_be_visible()
    for _ in range(60):
        if row.get_by_role("link", name="Your data").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    row.get_by_role("link", name="Your data").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch").first.click()
    assert fetched.value.suggested_filename.endswith(".zip")


def test_a_copy_comes_before_everything_goes(page: Page, site: Installation, picture: str):
    """Somebody who has no account and yet left something: letters to the address."""
    page.goto("/privacy/request?kind=erasure")
    page.get_by_label("Your e-mail address").fill(OLIVIA)
    page.get_by_label("Send me a copy before you delete").check()
    before = links_to(site, OLIVIA, CASE)
    page.get_by_role("button", name="Send").click()
    case_of(page, site, OLIVIA, but=before)
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_text("somebody is looking at it")).to_be_visible()
    case = page.get_by_role("heading", level=1).inner_text().split()[-1]
    site.run("privacy", "requests", "approve", case)
    page.reload()
    expect(page.get_by_text("your copy comes first")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Take the request back").click()
    expect(page.get_by_text("taken back", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["de-DE", "en-GB"])
def test_the_pages_fit_a_small_screen_in_both_languages(contexts: Contexts, site: Installation, language: str):
    small = contexts(locale=language, viewport={"width": 390, "height": 844}).new_page()
    for path in ("/privacy/request", "/privacy/report", "/privacy/request/sent?case=SL-2026-000001"):
        small.goto(path)
        assert small.evaluate("document.documentElement.scrollWidth") <= 390, path
        axe(small)
    small.goto("/privacy/request")
    offered = small.get_by_label("Was möchten Sie?" if language == "de-DE" else "What do you want?").inner_text()
    assert ("Löschen Sie, was Sie über mich wissen" in offered) == (language == "de-DE"), offered
    small.goto(letter_to(site, SHOWN, CASE))
    assert small.evaluate("document.documentElement.scrollWidth") <= 390
    axe(small)
