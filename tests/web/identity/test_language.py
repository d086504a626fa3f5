"""In which language somebody is written to: the one that they came with, until they choose another."""

import pytest
from sqlalchemy import select

from safelight.identity.idle import WatchAccounts
from safelight.identity.letters import Letters
from safelight.kernel.languages import language_of
from safelight.mail.store import letters
from safelight.people.model import UserRole
from tests.web.identity.conftest import BASE, EMAIL, PASSWORD, QUICK, sign_in

FOUR = {"name": "Ann", "company": "Firm", "email": EMAIL, "password": PASSWORD}
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}


async def written(people) -> list[tuple[str, str]]:
    """Template and language of each letter, the oldest first."""
    async with people.database.transaction() as session:
        rows = await session.fetch(select(letters).order_by(letters.c.created_at, letters.c.id))
    return [(row["template"], row["language"]) for row in rows]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,en;q=0.5", "de"), ("en-GB,de", "en"), ("fr,de", "de"), ("", "en"), ("fr", "en"), ("den", "en")],
)
def test_a_browser_gets_the_first_language_that_we_have(accepted: str, language: str):
    assert language_of(accepted) == language


async def test_who_registers_in_german_is_written_to_in_german_whatever_asks_for_it(people):
    async with people.browser() as client:
        await client.post("/auth/register", json=FOUR, headers=GERMAN)
        # The link was opened by a program that says nothing of languages.
        await client.post("/auth/verify", json={"token": await people.token("verify")})
        await sign_in(client)
        assert (await client.get("/account/v1/me")).json()["language"] == "de"
        await client.post("/auth/reset", json={"email": EMAIL}, headers={"Accept-Language": "en"})
        people.later(days=400)
        await WatchAccounts(people.database, people.clock, Letters(BASE), QUICK).watch_accounts({})
    told = await written(people)
    assert {name for name, _ in told} >= {"verify", "reset", "review"}
    assert {language for _, language in told} == {"de"}


async def test_who_accepts_an_invitation_brings_a_language_and_may_change_it(people):
    await people.add()
    async with people.browser() as client:
        user = await people.add("bob@firm.example", UserRole.ADMIN)
        await sign_in(client, email=user.email)
        assert (await client.get("/account/v1/me")).json()["language"] is None
        assert (await client.patch("/account/v1/me", json={"language": "de"})).json()["language"] == "de"
        bad = await client.patch("/account/v1/me", json={"language": "fr"})
        assert (bad.status_code, bad.json()["error"]["field"]) == (422, "language")
        await client.post("/account/v1/email", json={"email": "new@firm.example", "password": PASSWORD})
    assert await written(people) == [("email", "de")]
