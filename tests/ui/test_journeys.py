"""The journeys of people, in a real browser: from the first owner to leaving and coming back.

One story in the order of this file: what a test leaves behind, the next one finds.
"""

import json
import re
import time
from collections.abc import Callable

import httpx
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.installation import Installation
from tests.pictures import encoded
from tests.ui.conftest import axe, home
from tests.ui.people import PASSWORD, code_of, device, letter_to, sign_in, sign_out

Contexts = Callable[..., BrowserContext]

OLIVIA = "olivia@firm.example"
ANN = "ann@other.example"


@pytest.fixture(scope="module")
def link(site: Installation) -> str:
    """The link that makes the first owner."""
    return str(json.loads(site.run("setup-link", "--json").stdout)["link"])


def test_the_first_owner_sets_everything_up_and_the_code_shown_works(page: Page, site: Installation, link: str):
    page.goto(link.replace("127.0.0.1", "localhost"))
    axe(page)
    page.get_by_label("Your name").fill("Olivia")
    page.get_by_label("Company").fill("Firm")
    page.get_by_label("E-mail").fill(OLIVIA)
    page.get_by_label("Password").fill("password123")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#password-fault")).to_contain_text("would soon be guessed")
    expect(page.get_by_label("E-mail")).to_have_value(OLIVIA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready")
    axe(page)
    shown = dict(zip(page.locator("dt").all_text_contents(), page.locator("dd").all_text_contents(), strict=True))
    sent = httpx.post(
        f"{site.api}/image/upload",
        auth=(shown["API key"], shown["API secret"]),
        files={"file": encoded(Image.new("RGB", (64, 48), "red"), "PNG")},
        data={"public_id": "first"},
        timeout=60,
    )
    assert sent.status_code == 200, sent.text
    page.get_by_role("link", name="To the console").click()
    expect(page.locator(".tiles a")).to_contain_text("first")
    axe(page)
    page.goto(link.replace("127.0.0.1", "localhost"))
    expect(page.get_by_role("heading", level=1)).to_have_text("This is gone")


def test_somebody_registers_confirms_and_signs_in(page: Page, site: Installation):
    page.goto("/auth/register")
    axe(page)
    page.get_by_label("Your name").fill("Ann")
    page.get_by_label("Company").fill("Other")
    page.get_by_label("E-mail").fill(ANN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    sign_in(page, ANN)
    expect(page.get_by_role("alert").first).to_contain_text("Confirm your e-mail address first")
    page.goto(letter_to(site, ANN, "/auth/verify"))
    axe(page)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Your address is confirmed")).to_be_visible()
    sign_in(page, ANN)
    expect(page.get_by_role("heading", level=1)).to_have_text("No cloud yet")


def speak(page: Page, language: str, save: str) -> None:
    """Pages of who is signed in are in the language of that person, whatever the browser's is."""
    page.goto("/account")
    page.locator("select[name=language]").select_option(language)
    page.get_by_role("button", name=save, exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", language)


PAGES = (
    *("/console/demo", "/console/demo/keys", "/console/demo/usage", "/console/demo/usage?meter=storage_bytes&days=7"),
    *("/admin/users", "/admin/groups", "/admin/roles", "/admin/roles/new?kind=folder"),
    *("/admin/roles/cld::role::prodenv::media_library_user", "/account", "/account/security", "/account/sessions"),
    *("/account/activity", "/account/activity?show=files", "/account/letters", "/account/leave", "/account/email"),
    *("/account/choices", "/account/disclosures"),
    *("/auth/prove", "/privacy/cookies", "/docs", "/console/nothing"),
)


@pytest.mark.parametrize(("language", "save", "back"), [("en", "Save", "Save"), ("de", "Save", "Speichern")])
def test_every_page_is_open_to_everybody_in_light_in_dark_and_on_a_small_screen(
    page: Page, language: str, save: str, back: str
):
    sign_in(page, OLIVIA)
    page.wait_for_url("**/console/demo")
    speak(page, language, save)
    people = page.context.new_page()
    people.goto("/admin/users")
    person = people.locator("td a").first.get_attribute("href") or ""
    people.goto("/console/demo/keys")
    key = people.locator("td a").first.get_attribute("href") or ""
    for path in (*PAGES, person, key):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        axe(page)
        page.set_viewport_size({"width": 320, "height": 256})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    speak(page, "en", back)


def test_the_keyboard_reaches_what_the_mouse_does(page: Page):
    page.goto("/auth/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_label("E-mail").focus()
    page.keyboard.type(OLIVIA)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/demo")
    page.locator(".top .menu summary").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your account")).to_be_hidden()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy: curl").press("Enter")
    expect(page.locator("#said")).to_have_text("Copied")
    assert "curl -u" in page.evaluate("navigator.clipboard.readText()")


def test_an_app_is_asked_for_and_a_recovery_code_helps(page: Page):
    sign_in(page, OLIVIA)
    page.goto("/account/security")
    page.get_by_role("button", name="Set up an app").click()
    axe(page)
    secret = page.locator("#secret").inner_text()
    assert page.locator("img.qr").evaluate("picture => picture.naturalWidth") > 0
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Confirm").click()
    codes = page.locator("#recovery").inner_text().split()
    assert len(codes) == 10
    sign_out(page)
    sign_in(page, OLIVIA)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more proof")
    axe(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_contain_text("This code is wrong")
    page.get_by_label("Code").fill(code_of(secret, steps_ahead=1))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/demo")
    sign_out(page)
    sign_in(page, OLIVIA)
    page.get_by_label("Code").fill(codes[0].lower())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/demo")
    page.goto("/account/security")
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_text("no longer asked for")).to_be_visible()


def test_a_passkey_is_made_and_signs_in_alone(page: Page):
    sign_in(page, OLIVIA)
    page.wait_for_url("**/console/demo")
    with device(page):
        page.goto("/account/security")
        page.get_by_label("Name of the passkey").fill("Laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.locator("#recovery")).to_be_visible()
        expect(page.get_by_role("cell", name="Laptop")).to_be_visible()
        sign_out(page)
        page.goto("/auth/sign-in?next=/account/security")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/account/security")
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("The passkey is removed")).to_be_visible()


def test_a_device_is_remembered_until_somebody_ends_it_from_elsewhere(contexts: Contexts, site: Installation):
    telephone = contexts(user_agent="Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")
    small = telephone.new_page()
    sign_in(small, OLIVIA, remember=True)
    small.wait_for_url("**/console/demo")
    kept = {cookie["name"]: cookie for cookie in telephone.cookies()}
    assert set(kept) == {"session", "remember", "csrf"}
    assert 29 * 86400 < kept["remember"]["expires"] - time.time() < 31 * 86400
    telephone.clear_cookies(name="session")  # the browser was closed
    small.goto("/console/demo")
    expect(small.get_by_role("heading", level=1)).to_have_text("demo")
    assert {cookie["name"]: cookie for cookie in telephone.cookies()}["remember"]["value"] != kept["remember"]["value"]

    large = contexts().new_page()
    sign_in(large, OLIVIA)
    large.wait_for_url("**/console/demo")
    large.goto("/account/sessions")
    large.get_by_role("row", name=re.compile("Firefox.*kept signed in")).get_by_role("button").first.click()
    expect(large.get_by_role("row", name=re.compile("Firefox.*ended from elsewhere"))).to_be_visible()
    small.goto("/account")
    expect(small).to_have_url(re.compile("/auth/sign-in"))


def test_it_works_in_a_browser_that_runs_no_scripts_and_in_german(contexts: Contexts):
    page = contexts(java_script_enabled=False, locale="de-DE").new_page()
    page.goto("/auth/sign-in")
    page.get_by_label("E-Mail").fill(OLIVIA)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(re.compile("/console/demo$"))
    speak(page, "de", "Save")
    page.goto("/console/demo/keys")
    page.get_by_label("Name").fill("Laden")
    page.get_by_role("button", name="Schlüssel anlegen").click()
    expect(page.get_by_role("heading", name="Ihr neues Geheimnis")).to_be_visible()
    page.goto("/account/sessions")
    page.get_by_role("button", name="Überall sonst abmelden").click()
    expect(page.get_by_text("Überall sonst abgemeldet.")).to_be_visible()
    speak(page, "en", "Speichern")


def test_somebody_is_invited_and_comes(page: Page, contexts: Contexts, site: Installation):
    sign_in(page, OLIVIA)
    page.goto("/admin/users")
    form = page.locator("form", has_text="Clouds")
    form.get_by_label("Name").fill("Vera")
    form.get_by_label("E-mail").fill("vera@firm.example")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("A letter with a link is on its way")).to_be_visible()
    hers = contexts().new_page()
    hers.goto(letter_to(site, "vera@firm.example", "/auth/invitation"))
    axe(hers)
    hers.get_by_label("Choose a password").fill(PASSWORD)
    hers.get_by_role("button", name="Come in").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("demo")
    hers.goto("/admin/users")
    expect(hers.get_by_role("heading", level=1)).to_have_text("You may not do that")


def test_roles_are_given_in_a_folder_and_hold_at_once(page: Page, contexts: Contexts, site: Installation):
    picture = encoded(Image.new("RGB", (64, 48), "blue"), "PNG")
    site.upload(picture, public_id="logo", asset_folder="press/2026")
    sign_in(page, OLIVIA)
    page.goto("/admin/users")
    page.get_by_role("link", name="Vera").click()
    form = page.locator("form", has=page.get_by_role("button", name="Give the role"))
    form.get_by_label("Role").select_option(label="Contributor – Viewer, and uploads into the folder.")
    form.get_by_label("Folder").fill("press/2026")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    page.get_by_role("link", name="A folder lies in one cloud").click()
    expect(form.get_by_label("Cloud")).to_be_focused()
    expect(form.get_by_label("Folder")).to_have_value("press/2026")
    axe(page)
    form.get_by_label("Cloud").select_option(label="demo")
    form.get_by_role("button").click()
    expect(page.get_by_text("The role is given")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("press/2026")
    page.get_by_text("Where it comes from").first.click()
    expect(page.get_by_role("row", name=re.compile("press.2026 Contributor given to them"))).to_be_visible()
    axe(page)


def test_a_key_is_made_for_one_folder_and_refused_elsewhere(page: Page, site: Installation):
    sign_in(page, OLIVIA)
    page.goto("/console/demo/keys")
    page.get_by_label("Name").fill("Press")
    page.get_by_label("May", exact=True).select_option(label="Contributor – Viewer, and uploads into the folder.")
    page.get_by_label("Folder").fill("press/2026")
    page.get_by_role("button", name="Make a key").click()
    secret = page.locator("#secret").inner_text()
    key = page.locator(".facts dd").first.inner_text()
    axe(page)
    for folder, status in (("press/2026", 200), ("elsewhere", 401)):
        picture = encoded(Image.new("RGB", (8, 8), "green"), "PNG")
        words = {"asset_folder": folder, "public_id": f"by-{folder.partition('/')[0]}"}
        sent = httpx.post(
            f"{site.api}/image/upload", auth=(key, secret), files={"file": picture}, data=words, timeout=60
        )
        assert sent.status_code == status, sent.text
    page.get_by_role("link", name="Press").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Press")
    assert secret not in page.content()


def test_somebody_makes_a_role_and_it_is_there_to_give(page: Page):
    sign_in(page, OLIVIA)
    page.goto("/admin/roles")
    page.get_by_role("link", name=re.compile(r"Make a role\s*: In clouds")).click()
    page.get_by_label("Name").fill("Reviewers")
    page.get_by_role("button", name="Make a role").click()
    page.get_by_role("link", name="Tick at least one").click()
    axe(page)
    page.get_by_label("review").check()
    page.get_by_role("button", name="Make a role").click()
    expect(page.get_by_text("Now give it to people")).to_be_visible()
    axe(page)
    page.goto("/admin/groups")
    page.get_by_label("Name").fill("Press team")
    page.get_by_role("button", name="Make a group").click()
    page.get_by_label("Role", exact=True).select_option(label="Reviewers")
    page.get_by_role("button", name="Give the role").click()
    expect(page.get_by_role("cell", name="Reviewers")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_light_or_dark_is_chosen_at_the_foot_and_kept(contexts: Contexts, scripts: bool):
    context = contexts(java_script_enabled=scripts, color_scheme="light")
    page = context.new_page()
    page.goto("/auth/sign-in?next=/account")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    if scripts:
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    sign_in(page, OLIVIA)
    page.wait_for_url("**/console/demo")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert {cookie["name"] for cookie in context.cookies()} == {"session", "csrf", "theme"}
    page.get_by_role("button", name="As the device").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    assert {cookie["name"] for cookie in context.cookies()} == {"session", "csrf"}


def test_a_forgotten_password_is_replaced_by_a_letter(page: Page, site: Installation):
    page.goto("/auth/reset")
    page.get_by_label("E-mail").fill(ANN)
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_text("If there is an account")).to_be_visible()
    page.goto(letter_to(site, ANN, "/auth/reset/confirm"))
    page.get_by_label("New password").fill("seven quiet lanterns")
    page.get_by_role("button", name="Set the password").click()
    sign_in(page, ANN, "seven quiet lanterns")
    expect(page.get_by_role("heading", level=1)).to_have_text("No cloud yet")


def test_an_account_stops_at_once_and_comes_back_as_it_was(page: Page, site: Installation):
    picture = f"{home(site)}/demo/image/upload/first.png"
    assert httpx.get(picture).status_code == 200
    sign_in(page, OLIVIA)
    page.goto("/account/leave")
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_text("Your account is disabled")).to_be_visible()
    page.wait_for_timeout(1000)  # every worker hears of it within a second
    assert httpx.get(picture).status_code == 410
    assert httpx.get(f"{site.api}/ping", auth=site.auth).status_code in (401, 403)
    sign_in(page, OLIVIA)
    page.get_by_role("link", name="Enable the account again").click()
    page.get_by_label("E-mail").fill(OLIVIA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Enable the account").click()
    expect(page.get_by_text("Welcome back")).to_be_visible()
    sign_in(page, OLIVIA)
    page.wait_for_url("**/console/demo")
    page.wait_for_timeout(1000)
    assert httpx.get(picture).status_code == 200
    assert httpx.get(f"{site.api}/ping", auth=site.auth).status_code == 200
