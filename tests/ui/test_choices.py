"""Somebody chooses what may be done with data about them, in a browser, and proves it; one story, in this order."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.installation import Installation
from tests.ui.conftest import axe, home
from tests.ui.people import PASSWORD, sign_in

Contexts = Callable[..., BrowserContext]

OLIVIA = "olivia@firm.example"
POLICY = """
controller: {name: Firm, contact: privacy@firm.example, authority: BfDI}
recipients:
  partner: {title: Partner Ltd, role: independent, purposes: [product.study], entities: [user-email],
    hosts: [partner.example], country: US, clause: PP-32, flows_down: true}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("choosing")
    (folder / "policy.yaml").write_text(POLICY)
    environment = {"SAFELIGHT_PRIVACY_POLICY": str(folder / "policy.yaml")}
    installation = Installation(folder, environment=environment)
    environment["SAFELIGHT_PUBLIC_URL"] = home(installation)
    installation.start()
    yield installation
    assert installation.stop() == 0


def test_one_button_refuses_and_its_receipt_is_verified(page: Page, site: Installation, tmp_path: Path):
    link = str(json.loads(site.run("setup-link", "--json").stdout)["link"])
    page.goto(link.replace("127.0.0.1", "localhost"))
    page.get_by_label("Your name").fill("Olivia")
    page.get_by_label("Company").fill("Firm")
    page.get_by_label("E-mail").fill(OLIVIA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready")
    page.goto("/account/choices")
    axe(page)
    study = page.locator("section").filter(has=page.get_by_role("heading", name="Study of use"))
    study.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("It holds from now on.")).to_be_visible()
    expect(study.get_by_text("not allowed")).to_be_visible()
    axe(page)
    with page.expect_download() as told:
        page.get_by_role("link", name="Receipt").click()
    receipt = tmp_path / "receipt.json"
    told.value.save_as(receipt)
    assert site.run("receipt", "verify", str(receipt)).returncode == 0
    study.get_by_role("button", name="Allow").click()
    expect(study.get_by_text("allowed", exact=True)).to_be_visible()


def test_what_a_browser_asks_stands_for_the_person_and_a_name_may_be_allowed_after(contexts: Contexts):
    page = contexts(extra_http_headers={"Sec-GPC": "1"}).new_page()
    sign_in(page, OLIVIA)
    page.goto("/account/choices")
    expect(page.get_by_text("Opt-out preference signal honored")).to_be_visible()
    partner = page.locator("section").filter(has=page.get_by_role("heading", name="Third parties: Partner Ltd"))
    expect(partner.get_by_text("not allowed")).to_be_visible()
    partner.get_by_role("button", name="Allow").click()
    expect(partner.get_by_text("allowed", exact=True)).to_be_visible()
    page.goto("/account")
    page.locator("select[name=language]").select_option("de")
    page.get_by_role("button", name="Save", exact=True).click()
    for path, heading in (("choices", "Wahlmöglichkeiten"), ("disclosures", "Wer es erhalten hat")):
        page.goto(f"/account/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        axe(page)


def test_whoever_runs_it_sees_the_recipient_and_stops_it(site: Installation):
    [row] = json.loads(site.run("privacy", "recipients", "--json").stdout)
    assert (row["name"], row["state"]) == ("partner", "active")
    [row] = json.loads(site.run("privacy", "recipients", "--off", "partner", "--why", "a breach", "--json").stdout)
    assert (row["state"], row["off_why"]) == ("off", "a breach")
    told = site.run("privacy", "disclosures", OLIVIA, "--year", "2025")
    assert "nothing about you" in told.stdout
