"""Take-over: what somebody else asked for, began or was sent opens nothing once its person has changed the locks."""

import pytest
from sqlalchemy import update

from safelight.identity import recovery
from safelight.identity.store import totps
from tests.web.identity.conftest import EMAIL, PASSWORD, sign_in

THIEF = "thief@evil.example"
ANOTHER = "harbor lentil quartz"


@pytest.mark.parametrize("how", ["by letter", "signed in"])
async def test_another_address_that_a_thief_asked_for_ends_with_the_password(people, how):
    await people.add()
    async with people.browser() as thief, people.browser() as owner:
        await sign_in(thief)
        await thief.post("/account/v1/email", json={"email": THIEF})
        taken = await people.token("email")
        if how == "by letter":
            await owner.post("/auth/reset", json={"email": EMAIL})
            changed = {"token": await people.token("reset"), "password": ANOTHER}
            assert (await owner.post("/auth/reset/confirm", json=changed)).status_code == 200
        else:
            await sign_in(owner)
            changed = await owner.post("/account/v1/password", json={"new_password": ANOTHER})
            assert changed.status_code == 200
        assert (await thief.post("/auth/verify", json={"token": taken})).status_code == 410
        await sign_in(owner, email=EMAIL, password=ANOTHER)


async def test_a_link_to_a_new_password_ends_with_the_address_it_was_sent_to(people):
    await people.add()
    async with people.browser() as thief, people.browser() as owner:
        await thief.post("/auth/reset", json={"email": EMAIL})
        stolen = await people.token("reset")
        await sign_in(owner)
        await owner.post("/account/v1/email", json={"email": "new@firm.example"})
        await owner.post("/auth/verify", json={"token": await people.token("email")})
        answer = await thief.post("/auth/reset/confirm", json={"token": stolen, "password": ANOTHER})
        assert answer.status_code == 410
        await sign_in(owner, email="new@firm.example")


async def test_who_is_half_way_in_stays_outside_once_the_password_is_another(people):
    ann = await people.add()
    async with people.browser() as owner, people.browser() as thief:
        await sign_in(owner)
        await owner.post("/account/v1/totp")
        async with people.database.transaction() as session:
            codes = [code.reveal() for code in await recovery.renew(session, ann, people.clock.now())]
            await session.execute(update(totps).values(confirmed_at=people.clock.now()))
        half = await thief.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert half.status_code == 401
        await owner.post("/account/v1/password", json={"new_password": ANOTHER})
        late = await thief.post("/auth/login", json={"ticket": half.json()["ticket"], "code": codes[0]})
    assert late.status_code == 410
