"""PP-21: what is known of people stays right: they see it, change it, and are told when letters do not reach them."""

from safelight.mail import preferences
from safelight.mail.marks import mark_of
from tests.web.identity.conftest import EMAIL, People, sign_in


async def bounced(people: People, address: str) -> None:
    async with people.database.transaction() as session:
        mark = mark_of(people.rooms.keys.store, address)
        await preferences.note_bounce(session, mark, people.clock.now())


async def test_pp_21_an_owner_is_told_that_letters_to_their_address_came_back(preferring):
    await preferring.add()
    async with preferring.browser() as client:
        await sign_in(client)
        assert (await client.get("/account/v1/preferences")).json()["address_bounced"] is False
        await bounced(preferring, EMAIL.upper())
        assert (await client.get("/account/v1/preferences")).json()["address_bounced"] is True


async def test_pp_21_of_another_address_nothing_has_come_back_yet(preferring):
    await preferring.add()
    await bounced(preferring, EMAIL)
    async with preferring.browser() as client:
        await sign_in(client)
        await client.post("/account/v1/email", json={"email": "new@firm.example"})
        await client.post("/auth/verify", json={"token": await preferring.token("email")})
        told = (await client.get("/account/v1/preferences")).json()
        assert told["address_bounced"] is False
        assert (await client.get("/account/v1/me")).json()["email"] == "new@firm.example"
