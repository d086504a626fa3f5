"""The list of what happened is narrowed by kind and days and goes on page by page; letters tell what became of them."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from safelight.activity import partitions, store
from safelight.kernel.ids import new_id
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.mail.template import OURS
from tests.console.conftest import House

PATH = "/account/activity"


async def visits(house: House, *asked: tuple[int, str, str]) -> None:
    """Days ago, method and route of requests that the owner made."""
    now = house.clock.now()
    rows = [
        {"id": new_id(), "at": now - timedelta(days=ago, seconds=number), "user_id": house.owner.id, "cloud_id": ""}
        | {"method": method, "route": route, "status": 200, "requests": 1, "bytes_sent": 1, "key_id": ""}
        | {"network": "", "country": "DE", "agent": "Firefox"}
        for number, (ago, method, route) in enumerate(asked)
    ]
    async with house.database.transaction() as session:
        await partitions.ensure(session, {row["at"].date() for row in rows})
        await session.execute(insert(store.traffic).values(rows))


@pytest.mark.parametrize(
    ("asked", "seen", "unseen"),
    [
        ("", {"/one", "/two", "/three"}, set[str]()),
        ("kind=seen", {"/one", "/three"}, {"/two"}),
        ("kind=changed", {"/two"}, {"/one", "/three"}),
        ("from={1}", {"/one", "/two"}, {"/three"}),
        ("to={1}", {"/two", "/three"}, {"/one"}),
        ("from={1}&to={1}", {"/two"}, {"/one", "/three"}),
        ("kind=made-up&from=&to=", {"/one", "/two", "/three"}, set[str]()),
        ("to=9999-12-31", {"/one", "/two", "/three"}, set[str]()),
    ],
)
async def test_the_list_is_narrowed(house: House, asked: str, seen: set[str], unseen: set[str]):
    await visits(house, (0, "GET", "/one"), (1, "POST", "/two"), (2, "GET", "/three"))
    await house.sign_in()
    day = (house.clock.now() - timedelta(days=1)).date().isoformat()
    page = (await house.client.get(f"{PATH}?{asked.replace('{1}', day)}")).text
    assert all(f" {route}<" in page for route in seen)
    assert not any(f" {route}<" in page for route in unseen)


async def test_what_is_no_day_is_told_beside_its_field(house: House):
    await house.sign_in()
    answer = await house.client.get(f"{PATH}?from=yesterday")
    assert answer.status_code == 400
    assert '<a href="#from">Write days as' in answer.text


async def test_older_lines_come_on_the_next_page_with_the_same_narrowing(house: House):
    await visits(house, *((1, "GET", f"/page-{number:02}") for number in range(60)))
    await house.sign_in()
    first = (await house.client.get(f"{PATH}?kind=seen")).text
    more = first.partition("cursor=")[2].partition('"')[0]
    second = (await house.client.get(f"{PATH}?show=mine&kind=seen&cursor={more}")).text
    assert "/page-00<" in first
    assert "/page-55<" not in first
    assert "/page-55<" in second
    assert "/page-00<" not in second
    assert "To the newest" in second


async def test_letters_are_told_by_what_they_were_about_and_what_became_of_them(house: House):
    await house.sign_in()
    assert "No letters yet" in (await house.client.get("/account/letters")).text
    facts = dict.fromkeys(OURS.find("reset", "en").facts, "https://canary.example")
    letter = Letter("reset", LetterClass.SERVICE, house.owner.email, facts=facts, user_id=house.owner.id)
    async with house.database.transaction() as session:
        await send.post(session, letter, now=house.clock.now())
    page = (await house.client.get("/account/letters")).text
    assert "A link for a new password" in page
    assert "on its way" in page
    assert "canary" not in page
