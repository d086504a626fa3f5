"""What may be done with data is chosen with one click each way, proved by a file, and shown with who received any."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest

from safelight.accounts.keys import Keys
from safelight.boot import choosing
from safelight.console.pages.choices import ChoicePages
from safelight.console.pages.disclosures import DisclosurePages
from safelight.privacy import verify
from safelight.privacy.disclosing import Leaving
from safelight.privacy.policy import Recipient, RecipientRole
from safelight.settings import Settings
from safelight.web.app import build
from safelight.web.metrics import Metrics
from tests.console.conftest import BASE_URL, House

PATH = "/account/choices"
OTHER = Recipient("partner", "Partner Ltd", RecipientRole.INDEPENDENT, ("product.study",), (), (), "AT")
PARTNER = replace(OTHER, clause="PP-26")
FORM = re.compile(r'<form method="post" action="/account/choices">(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'name="(kind|purpose|wanted)" value="([^"]*)"')


@pytest.fixture
def rooms(house: House) -> SimpleNamespace:
    return SimpleNamespace(
        settings=Settings(), base_url=BASE_URL, clock=house.clock, keys=Keys(house.store), database=house.database
    )


@pytest.fixture
async def pages(house: House, rooms: SimpleNamespace) -> House:
    made = choosing.choices_of(rooms)
    policy = replace(made.policy, recipients={"partner": PARTNER})
    door = house.door
    routes = [
        *ChoicePages(door, replace(made, policy=policy)).routes(),
        *DisclosurePages(door, choosing.disclosures_of(rooms)).routes(),
    ]
    house.app = build([*routes, *house.routes], metrics=Metrics())
    house.client = httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url=BASE_URL)
    await house.sign_in()
    return house


async def offered(pages: House, language: str = "en") -> list[dict[str, str]]:
    """The forms of the page, each with one button."""
    page = await pages.client.get(PATH, headers={"accept-language": language})
    assert page.status_code == 200
    forms = FORM.findall(page.text)
    assert all(form.count("<button") == 1 for form in forms)
    return [dict(FIELD.findall(form)) for form in forms]


async def test_to_refuse_and_to_take_it_back_are_one_click_each(pages: House):
    before = await offered(pages)
    assert [(each["kind"], each["purpose"], each["wanted"]) for each in before] == [
        ("disclosure", "", "no"),
        ("disclosure", "partner", "no"),
        ("analytics", "", "no"),
    ]
    for turn in ("no", "yes", "no"):
        form = (await offered(pages))[2]
        assert form["wanted"] == turn
        assert (await pages.send(PATH, **form)).headers["location"] == f"{PATH}?done=chosen"
    await pages.send(PATH, **(await offered(pages))[0])
    assert [each["wanted"] for each in await offered(pages)] == ["yes", "yes", "yes"]
    # Who is allowed by name after all were refused gets it.
    await pages.send(PATH, **(await offered(pages))[1])
    assert [each["wanted"] for each in await offered(pages)] == ["yes", "no", "yes"]


async def test_who_gets_nothing_without_a_yes_is_shown_so_and_a_yes_is_one_click(pages: House, rooms: SimpleNamespace):
    made = choosing.choices_of(rooms)
    without = replace(made, policy=replace(made.policy, recipients={OTHER.name: OTHER}))
    pages.app = build([*ChoicePages(pages.door, without).routes(), *pages.routes], metrics=Metrics())
    pages.client = httpx.AsyncClient(transport=httpx.ASGITransport(pages.app), base_url=BASE_URL)
    await pages.sign_in()
    for turn in ("yes", "no", "yes"):
        form = (await offered(pages))[1]
        assert (form["purpose"], form["wanted"]) == (OTHER.name, turn)
        await pages.send(PATH, **form)


async def test_the_receipt_of_a_choice_is_a_file_that_is_verified_without_us(pages: House):
    await pages.send(PATH, **(await offered(pages))[0])
    page = await pages.client.get(PATH)
    [path] = re.findall(r'href="(/account/choices/\w+\.json)"', page.text)
    file = await pages.client.get(path)
    assert "attachment" in file.headers["content-disposition"]
    receipt = json.loads(file.content)
    assert any("claims: optout" in line for line in verify.verify(receipt, receipt["key"]))
    assert (await pages.client.get(f"/account/choices/{'0' * 32}.json")).status_code == 404


@pytest.mark.parametrize(
    "words",
    [{"kind": "letters", "wanted": "no"}, {"kind": "x", "wanted": "no"}, {"kind": "analytics", "wanted": "x"}, {}],
)
async def test_a_form_of_somebody_else_changes_nothing(pages: House, words: dict[str, str]):
    assert (await pages.send(PATH, **words)).status_code == 400
    assert [each["wanted"] for each in await offered(pages)] == ["no", "no", "no"]


async def test_it_is_there_in_german(pages: House):
    page = await pages.client.get(PATH, headers={"accept-language": "de"})
    for words in ("Wahlmöglichkeiten", "Daten über mich dürfen an Partner Ltd weitergegeben werden."):
        assert words in page.text


async def test_who_received_something_is_shown_and_nobody_where_nobody_did(pages: House, rooms: SimpleNamespace):
    page = await pages.client.get("/account/disclosures")
    assert "Nobody outside of this installation received anything about you." in page.text
    assert "In 2025 nothing about you was passed on" in page.text
    async with pages.database.transaction() as session:
        leaving = Leaving("mx.elsewhere.example", ("user-email",), "mail.service", user_id=pages.owner.id)
        await choosing.disclose_of(rooms)(session, leaving)
    page = await pages.client.get("/account/disclosures", headers={"accept-language": "de"})
    assert "mx.elsewhere.example" in page.text
    assert "E-Mail-Adressen von Menschen" in page.text
