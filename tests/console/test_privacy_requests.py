"""Asking about one's data by a page: without a cookie, the same for everybody; on the account page without a letter."""

import re
from html import unescape

import httpx
import pytest
from sqlalchemy import text

from safelight.console.pages.privacy_requests import PrivacyRequestPages
from safelight.console.pages.requests import RequestPages
from safelight.web.app import build
from safelight.web.metrics import Metrics
from tests.console.conftest import BASE_URL, House
from tests.privacy import asking

WORDS = {"kind": "access", "email": "olivia@firm.example", "region": "", "about": "", "text": "", "website": ""}


@pytest.fixture
async def pages(house: House) -> House:
    requests = asking.tend_with(house.database, house.clock).requests
    door = house.door
    routes = [*PrivacyRequestPages(door, requests).routes(), *RequestPages(door, requests).routes()]
    house.app = build([*routes, *house.routes], metrics=Metrics())
    house.client = httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url=BASE_URL)
    return house


async def letters_of(house: House) -> list[tuple[str, str]]:
    async with house.database.transaction() as session:
        return [(name, to) for name, to, _ in await asking.letters(session)]


async def key_of(house: House) -> str:
    async with house.database.transaction() as session:
        return (await asking.letters(session))[-1][2]["link"].partition("key=")[2]


async def test_the_form_needs_no_cookie_and_tells_a_stranger_nothing(pages: House):
    shown = await pages.client.get("/privacy/request")
    assert (shown.status_code, shown.headers.get("set-cookie")) == (200, None)
    assert "<script" not in shown.text.replace("<script src", "")
    told: set[tuple[int, str]] = set()
    for email in ("olivia@firm.example", "nobody@elsewhere.example"):
        sent = await pages.client.post("/privacy/request", data={**WORDS, "email": email})
        page = await pages.client.get(sent.headers["location"])
        told.add((page.status_code, re.sub(r"SL-2026-\d+", "CASE", page.text)))
        assert (sent.status_code, sent.headers.get("set-cookie")) == (303, None)
    assert len(told) == 1
    assert [name for name, _ in await letters_of(pages)] == ["request_confirm"] * 2


async def test_the_link_of_the_letter_does_nothing_until_its_button_is_pressed(pages: House):
    await pages.client.post("/privacy/request", data=WORDS)
    key = await key_of(pages)
    shown = await pages.client.get("/privacy/request/case", params={"key": key})
    assert "Yes, it is mine" in unescape(shown.text)
    assert (shown.headers["cache-control"], shown.headers["referrer-policy"]) == ("no-store", "no-referrer")
    pressed = await pages.client.post("/privacy/request/case", data={"key": key, "act": "prove"})
    assert pressed.status_code == 303
    page = unescape((await pages.client.get(pressed.headers["location"])).text)
    assert "is being carried out" in page
    assert "/account/data" in page
    wrong = await pages.client.get("/privacy/request/case", params={"key": "x" * 43})
    assert wrong.status_code == 410


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"email": "no address"}, "This is no e-mail address."),
        ({"kind": "everything"}, "Choose what you want."),
        ({"region": "moon"}, "Choose one of these."),
        ({"website": "https://spam.example"}, "Leave this field empty, please"),
        ({"text": "4111 1111 1111 1111"}, "number of a payment card"),
        ({"text": "x" * 10_001}, "10000 letters at most"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_written(
    pages: House, words: dict[str, str], said: str
):
    sent = await pages.client.post("/privacy/request", data={**WORDS, **words})
    assert sent.status_code in (400, 422)
    assert said in unescape(sent.text)
    assert await letters_of(pages) == []


async def test_who_has_an_account_asks_there_and_takes_it_back(pages: House):
    await pages.sign_in()
    asked = await pages.send("/account/requests", kind="restriction", text="Please stop.")
    assert asked.headers["location"] == "/account/requests?done=request-asked"
    page = unescape((await pages.client.get("/account/requests")).text)
    assert "SL-2026-000001" in page
    assert "somebody is looking at it" in page
    found = re.search(r'action="(/account/requests/\w+/withdraw)"', page)
    assert found
    await pages.send(found[1], page="/account/requests")
    assert "taken back" in unescape((await pages.client.get("/account/requests")).text)
    again = await pages.send(found[1], page="/account/requests")
    assert again.status_code == 409
    async with pages.database.transaction() as session:
        await session.execute(text("UPDATE privacy_requests SET user_id = 'somebody'"))
    assert (await pages.send(found[1], page="/account/requests")).status_code == 404


@pytest.mark.parametrize("language", ["en", "de", "en-XA"])
async def test_its_pages_speak_every_language_and_hold_nothing_inline(pages: House, language: str):
    pages.client.headers["Accept-Language"] = language
    await pages.client.post("/privacy/request", data={**WORDS, "kind": "question"})
    key = await key_of(pages)
    await pages.sign_in()
    for path in ("/privacy/request", "/privacy/request/sent", f"/privacy/request/case?key={key}", "/account/requests"):
        page = (await pages.client.get(path)).text
        assert page.count("<h1") == 1, path
        assert not re.search(r"\sstyle=|\son\w+=|<style", page), path
        assert f'lang="{language}"' in page
        for label in re.findall(r'<label for="([^"]+)"', page):
            assert page.count(f'id="{label}"') == 1, (path, label)
