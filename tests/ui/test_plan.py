"""What goes and what stays, as its person sees it: with a hold on it, in both languages, on a phone and on a desk.

One story in the order of this file, on an installation of its own: from the hold to the end of the account.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.installation import Installation
from tests.ui.conftest import Watch, axe, home
from tests.ui.people import PASSWORD, sign_in

OLIVIA = "olivia@held.example"
LOOKS = (("en", 390, "light"), ("de", 1280, "light"), ("de", 390, "dark"), ("en", 1280, "dark"))
TITLE = {"en": "What goes, and what stays", "de": "Was geht und was bleibt"}
GROUND = {"en": "the order of a court", "de": "die Anordnung eines Gerichts"}
WHO = ("--owner", "Carol", "--basis", "12 O 34/26")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    environment = {"SAFELIGHT_TEST_CLOCK": "1"}
    installation = Installation(tmp_path_factory.mktemp("held"), environment=environment)
    environment["SAFELIGHT_PUBLIC_URL"] = home(installation)
    installation.start()
    assert installation.run("clock", "set", "2026-12-01T12:00:00Z").returncode == 0
    yield installation
    assert installation.stop() == 0


@pytest.fixture(scope="module")
def owner(site: Installation) -> str:
    """Who set the installation up."""
    link = str(told(site, "setup-link")["link"])
    with httpx.Client(base_url=site.base, follow_redirects=True, timeout=60) as client:
        form = client.get(link.replace(home(site), ""))
        words = {"name": "Olivia", "company": "Firm", "email": OLIVIA, "password": PASSWORD, "cloud": "demo"}
        made = client.post(str(form.url), data={**dict(_hidden(form.text)), **words})
        assert made.status_code == 200, made.text
    return OLIVIA


@pytest.fixture(scope="module")
def hold(site: Installation, owner: str) -> str:
    words = ("--ground", "court_order", "--scope", owner, "--fields", "user-email,session")
    return str(told(site, "privacy", "hold", "add", *words, *WHO)["id"])


def _hidden(html: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r'<input type="hidden"[^>]*>', html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            yield name[1], value[1] if value else ""


def told(site: Installation, *words: str) -> Any:
    done = site.run(*words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def refused(site: Installation, *words: str) -> str:
    with pytest.raises(subprocess.CalledProcessError) as error:
        site.run(*words)
    return str(error.value.stderr)


def looked_at(page: Page, name: str, folder: Path) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize(("language", "width", "looks"), LOOKS)
def test_its_person_sees_what_is_held_and_until_when(
    site: Installation, browser: Browser, owner: str, hold: str, tmp_path: Path, language: str, width: int, looks: Any
):
    size = {"width": width, "height": 900}
    context = browser.new_context(
        base_url=home(site), viewport=size, color_scheme=looks, locale="en", reduced_motion="reduce"
    )
    page, watch = context.new_page(), Watch(home(site))
    watch.over(page)
    sign_in(page, owner)
    assert context.request.patch("/account/v1/me", form={"language": language}).status == 200
    page.goto("/account/leave")
    page.locator("a[href='/account/plan']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE[language])
    expect(page.locator("main")).to_contain_text(GROUND[language])
    expect(page.locator("main")).not_to_contain_text("12 O 34/26")
    looked_at(page, f"plan-{language}-{width}-{looks}", tmp_path)
    assert watch.seen == []
    context.close()


def test_what_is_gagged_is_not_told_until_the_gag_ends(site: Installation, browser: Browser, owner: str, hold: str):
    words = ("--ground", "investigation", "--scope", owner, "--fields", "user-name", *WHO)
    until = "2026-12-31T00:00:00Z"
    gagged = told(site, "privacy", "hold", "add", *words, "--gag-until", until)
    assert (gagged["gagged"], gagged["kept"]) == (True, 1)
    context = browser.new_context(base_url=home(site))
    page = context.new_page()
    sign_in(page, owner)
    page.goto("/account/plan")
    expect(page.locator("main")).to_contain_text(GROUND["en"])
    expect(page.locator("main")).not_to_contain_text("investigation")
    mine = context.request.get("/account/v1/holds").json()["holds"]
    assert [each["ground"] for each in mine] == ["court_order"]
    plan = context.request.get("/account/v1/plan").json()["plan"]
    assert {each["ground"] for each in plan if each["context"] == "holds"} == {
        "Under a hold, court order (GDPR 17(3)(e))"
    }
    everything = told(site, "privacy", "erase", owner, "--plan")
    assert {each["sheet"] for each in everything if each["context"] == "holds"} == {"user_sessions", "users"}
    assert len([each for each in everything if each["context"] == "holds"]) == 3
    over_api(context)
    context.close()


def over_api(context: BrowserContext) -> None:
    """Whoever runs the installation does the same over HTTP."""
    found = context.request.get("/privacy/v1/holds").json()["holds"]
    assert sorted(each["ground"] for each in found) == ["court_order", "investigation"]
    words = {"ground": "dispute", "scope": f"user:{context_user(context)}", "fields": "message", "owner": "Carol"}
    wrong = context.request.post("/privacy/v1/holds", form={**words, "basis": "x", "password": "wrong"})
    assert wrong.status == 401
    sent = {**words, "basis": "x", "password": PASSWORD}
    for name, value in (("ground", "a whim"), ("days", "0"), ("fields", "shoe size"), ("gag_until", "soon")):
        answer = context.request.post("/privacy/v1/holds", form={**sent, name: value})
        assert answer.status in (400, 422), (name, answer.text())
    made = context.request.post("/privacy/v1/holds", form={**sent, "days": "30"})
    assert made.status == 201, made.text()
    one = f"/privacy/v1/holds/{made.json()['id']}"
    longer = context.request.post(f"{one}/review", form={"days": "60", "password": PASSWORD})
    assert longer.json()["review_at"] > made.json()["review_at"]
    ended = context.request.delete(one, form={"password": PASSWORD})
    assert (ended.status, ended.json()["end"]) == (200, "released"), ended.text()


def context_user(context: BrowserContext) -> str:
    return str(context.request.get("/account/v1/me").json()["id"])


def test_a_case_reads_what_was_held_and_its_end_lets_it_go(site: Installation, owner: str, tmp_path: Path):
    case = told(site, "privacy", "case", "open", "fraud", "--about", owner, "--basis", "cards", "--owner", "Carol")[
        "id"
    ]
    words = ("--ground", "dispute", "--scope", owner, "--fields", "users.name", "--case", case, *WHO)
    kept = told(site, "privacy", "hold", "add", *words)
    assert "no case" in refused(site, "privacy", "case", "read", "no-such-case", "users")
    read = site.run("privacy", "case", "read", case, "users")
    assert json.loads(read.stdout)["email"] == owner
    written = told(site, "privacy", "case", "held", case, kept["id"], str(tmp_path / "held"))
    assert (written["records"], written["files"]) == (1, 0)
    assert '"Olivia"' in (tmp_path / "held" / "records.jsonl").read_text()
    assert told(site, "privacy", "case", "list")[0]["id"] == case
    closed = told(site, "privacy", "case", "close", case, "--outcome", "paid back")
    assert closed["outcome"] == "paid back"
    assert "closed" in refused(site, "privacy", "case", "read", case, "users")
    [found] = [each for each in told(site, "privacy", "hold", "list", "--all") if each["id"] == kept["id"]]
    assert found["end"] == "case_closed"


def test_what_is_held_outlives_the_account_and_nothing_else_does(
    site: Installation, owner: str, hold: str, tmp_path: Path
):
    erased = site.run("privacy", "erase", owner, "--yes", "--json", "--receipt", str(tmp_path / "receipt.json"))
    assert erased.returncode == 0, erased.stdout + erased.stderr
    kept = {each["sheet"]: each["ground"] for each in json.loads(erased.stdout)["kept"]}
    assert kept["users"] == "Under a hold, court order (GDPR 17(3)(e))"
    receipt = (tmp_path / "receipt.json").read_text()
    assert "court order" in receipt
    assert "investigation" not in receipt
    assert site.run("receipt", "verify", str(tmp_path / "receipt.json")).returncode == 0
    [found] = [each for each in told(site, "privacy", "hold", "list") if each["id"] == hold]
    assert found["kept"] >= 2
    told(site, "privacy", "hold", "release", hold)
    [over] = [each for each in told(site, "privacy", "hold", "list", "--all") if each["id"] == hold]
    assert (over["kept"], over["end"], over["dropped_at"] is not None) == (0, "released", True)
    assert told(site, "privacy", "figures") == []
