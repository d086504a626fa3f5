"""A second proof: digits of an app, a passkey, a code for the worst case; and one more before what is dangerous."""

import re

import pytest
from pyotp.totp import TOTP

from tests.authenticator import USER_PRESENT, Authenticator
from tests.web.identity.conftest import EMAIL, PASSWORD, sign_in

LOGIN = {"email": EMAIL, "password": PASSWORD}


async def set_up_app(people, client) -> tuple[TOTP, list[str]]:
    shown = (await client.post("/account/v1/totp")).json()
    app = TOTP(shown["secret"])
    answer = await client.post("/account/v1/totp/confirm", json={"code": app.at(people.clock.now())})
    assert answer.status_code == 200, answer.text
    return app, answer.json()["recovery_codes"]


async def set_up_passkey(client, device: Authenticator) -> dict:
    asked = (await client.post("/account/v1/passkeys/options")).json()
    words = {"ticket": asked["ticket"], "credential": device.make(asked["options"]), "name": "Laptop"}
    answer = await client.post("/account/v1/passkeys", json=words)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_app_is_asked_for_once_it_has_shown_a_code(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        shown = (await client.post("/account/v1/totp")).json()
        assert shown["uri"] == f"otpauth://totp/Safelight:ann%40firm.example?secret={shown['secret']}&issuer=Safelight"
        assert set(re.findall(r"<(\w+)", shown["svg"])) == {"svg", "g", "path"}
        assert not re.search(r"style|href|on\w+=", shown["svg"])
        await sign_in(client)
        assert (await client.post("/account/v1/totp/confirm", json={"code": "000000"})).status_code == 400
        app, codes = await set_up_app(people, client)
        assert len(set(codes)) == 10
        assert (await client.get("/account/v1/me")).json()["totp"] is True
        people.later(seconds=30)
        half = await client.post("/auth/login", json=LOGIN)
        assert (half.status_code, half.json()["error"]["code"]) == (401, "second_factor_needed")
        assert half.json()["methods"] == ["totp", "recovery_code"]
        assert not half.headers.get_list("set-cookie")
        words = {"ticket": half.json()["ticket"], "code": app.at(people.clock.now())}
        assert (await client.post("/auth/login", json=words)).status_code == 200
        assert (await client.post("/auth/login", json=words)).status_code == 410


async def test_a_code_works_once(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        app, _ = await set_up_app(people, client)
        used = app.at(people.clock.now())
        again = await client.post("/auth/login", json={**LOGIN, "code": used})
        assert (again.status_code, again.json()["error"]["code"]) == (401, "unauthorized")
        people.later(seconds=30)
        await sign_in(client, code=app.at(people.clock.now()))


async def test_codes_cannot_be_guessed_by_who_knows_the_password(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        await set_up_app(people, client)
        half = (await client.post("/auth/login", json=LOGIN)).json()
        tries = [await client.post("/auth/login", json={"ticket": half["ticket"], "code": f"{n:06}"}) for n in range(7)]
        assert [each.status_code for each in tries] == [401] * 5 + [410] * 2
        tries = [await client.post("/auth/login", json={**LOGIN, "code": f"{n:06}"}) for n in range(5)]
        assert 429 in [each.status_code for each in tries]


async def test_a_recovery_code_stands_in_for_the_app_once(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        _, codes = await set_up_app(people, client)
        assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", codes[0])
        await sign_in(client, code=codes[0].lower().replace("-", " "))
        assert (await client.get("/account/v1/me")).json()["recovery_codes"] == 9
        assert (await client.post("/auth/login", json={**LOGIN, "code": codes[0]})).status_code == 401
        fresh = (await client.post("/account/v1/recovery-codes")).json()["recovery_codes"]
        assert (await client.post("/auth/login", json={**LOGIN, "code": codes[1]})).status_code == 401
        await sign_in(client, code=fresh[1])
        assert (await client.delete("/account/v1/totp")).status_code == 200
        assert (await client.get("/account/v1/me")).json()["recovery_codes"] == 0
        await sign_in(client)


async def test_a_passkey_alone_signs_in(people):
    await people.add()
    device = Authenticator()
    async with people.browser() as client:
        await sign_in(client)
        made = await set_up_passkey(client, device)
        assert (made["passkey"]["name"], len(made["recovery_codes"])) == ("Laptop", 10)
    async with people.browser() as client:
        asked = (await client.post("/auth/passkey", json={"remember": True})).json()
        assert "allowCredentials" not in asked["options"] or not asked["options"]["allowCredentials"]
        words = {"ticket": asked["ticket"], "credential": device.sign(asked["options"])}
        answer = await client.post("/auth/login", json=words)
        assert (answer.status_code, answer.json()["user"]["email"]) == (200, EMAIL)
        assert client.cookies.get("remember")
        assert (await client.post("/auth/login", json=words)).status_code == 410
        (known,) = (await client.get("/account/v1/passkeys")).json()["passkeys"]
        assert known["last_used_at"] is not None
        assert (await client.delete(f"/account/v1/passkeys/{known['id']}")).status_code == 200
        assert (await client.delete(f"/account/v1/passkeys/{known['id']}")).status_code == 404
        asked = (await client.post("/auth/passkey")).json()
        words = {"ticket": asked["ticket"], "credential": device.sign(asked["options"])}
        assert (await client.post("/auth/login", json=words)).status_code == 401


async def test_a_passkey_is_the_second_proof_of_a_password(people):
    await people.add()
    device = Authenticator()
    async with people.browser() as client:
        await sign_in(client)
        await set_up_passkey(client, device)
        half = (await client.post("/auth/login", json=LOGIN)).json()
        assert half["methods"] == ["passkey", "recovery_code"]
        words = {"ticket": half["ticket"], "credential": device.sign(half["options"])}
        assert (await client.post("/auth/login", json=words)).status_code == 200


@pytest.mark.parametrize(
    "spoilt",
    [
        {"origin": "http://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": USER_PRESENT},
        {"credential_id": b"another"},
        {"count": -1},
        {"key": Authenticator().key},
    ],
)
async def test_what_does_not_fit_is_no_passkey(people, spoilt):
    await people.add()
    device = Authenticator(count=5)
    async with people.browser() as client:
        await sign_in(client)
        await set_up_passkey(client, device)
        asked = (await client.post("/auth/passkey")).json()
        for name, value in spoilt.items():
            setattr(device, name, value)
        words = {"ticket": asked["ticket"], "credential": device.sign(asked["options"])}
        assert (await client.post("/auth/login", json=words)).status_code == 401


@pytest.mark.parametrize("credential", ["x", "[]", {}, {"id": "x", "rawId": "x", "response": {}, "type": "public-key"}])
async def test_nonsense_is_refused_in_words(people, credential):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        asked = (await client.post("/account/v1/passkeys/options")).json()
        answer = await client.post("/account/v1/passkeys", json={"ticket": asked["ticket"], "credential": credential})
        assert answer.status_code == 400
        asked = (await client.post("/auth/passkey")).json()
        answer = await client.post("/auth/login", json={"ticket": asked["ticket"], "credential": credential})
        assert answer.status_code in {400, 401}


async def test_nobody_keeps_a_passkey_with_the_ticket_of_another(people):
    await people.add()
    await people.add("bob@firm.example")
    async with people.browser() as ann, people.browser() as bob:
        await sign_in(ann)
        await sign_in(bob, email="bob@firm.example")
        asked = (await ann.post("/account/v1/passkeys/options")).json()
        words = {"ticket": asked["ticket"], "credential": Authenticator().make(asked["options"])}
        assert (await bob.post("/account/v1/passkeys", json=words)).status_code == 410


async def test_no_passkey_is_made_for_a_bare_address(people):
    async with people.browser() as client:
        answer = await client.post("http://127.0.0.1:8000/auth/passkey")
    assert (answer.status_code, "http://localhost" in answer.json()["error"]["message"]) == (400, True)


@pytest.mark.parametrize("how", ["password", "code", "passkey", "with it"])
async def test_what_is_dangerous_needs_a_fresh_proof(people, how):
    await people.add()
    device = Authenticator()
    async with people.browser() as client:
        await sign_in(client)
        app, _ = await set_up_app(people, client)
        await set_up_passkey(client, device)
        people.later(minutes=16)
        change = {"new_password": "harbor lentil quartz"}
        refused = await client.post("/account/v1/password", json=change)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "proof_needed")
        wrong = await client.post("/account/v1/password", json={**change, "password": "wrong"})
        assert wrong.status_code == 401
        match how:
            case "password":
                assert (await client.post("/auth/prove", json={"password": "wrong"})).status_code == 401
                assert (await client.post("/auth/prove", json={"password": PASSWORD})).status_code == 200
            case "code":
                assert (await client.post("/auth/prove", json={"code": "000000"})).status_code == 401
                assert (await client.post("/auth/prove", json={"code": app.at(people.clock.now())})).status_code == 200
            case "passkey":
                asked = (await client.post("/auth/prove/passkey")).json()
                words = {"ticket": asked["ticket"], "credential": device.sign(asked["options"])}
                assert (await client.post("/auth/prove", json=words)).status_code == 200
            case _:
                change["password"] = PASSWORD
        assert (await client.post("/account/v1/password", json=change)).status_code == 200
        assert (await client.get("/account/v1/me")).status_code == 200
