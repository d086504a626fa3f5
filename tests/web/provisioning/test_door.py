"""Who may manage an account: whoever has a key of it, and nobody else; errors have a code, answers a budget."""

import base64

import pytest

from safelight.accounts.provisioning_keys import ProvisioningKeys
from tests.web.provisioning.conftest import KEY, REQUESTS_PER_HOUR

WRONG = "Invalid provisioning_api_key, provisioning_api_secret or account_id"
ACCOUNTS = "http://api.test/v1_1/provisioning/accounts"


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "You must supply credentials"),
        ({"Authorization": "Bearer slt_1"}, "You must supply credentials"),
        ({"Authorization": "Basic !"}, "Invalid credentials"),
        ({"Authorization": f"Basic {base64.b64encode(b'1234').decode()}"}, "Invalid credentials"),
        ({"Authorization": f"Basic {base64.b64encode(b'1234:other').decode()}"}, WRONG),
        ({"Authorization": f"Basic {base64.b64encode(b'4321:s3cret').decode()}"}, WRONG),
        ({"Authorization": f"Basic {base64.b64encode(b'1234%00:s3cret').decode()}"}, WRONG),
    ],
)
async def test_without_a_key_nothing_is_told(owner, headers, message):
    answer = await owner.client.get("users", headers=headers, auth=None)
    assert (answer.status_code, answer.json()["error"]["message"]) == (401, message)
    assert answer.headers["X-Cld-Error"] == message


async def test_the_key_of_one_account_does_not_open_another(owner):
    for handle in ("other", "a" * 300, "%00", "ä"):
        answer = await owner.client.get(f"{ACCOUNTS}/{handle}/users")
        assert (answer.status_code, answer.json()["error"]["message"]) == (401, WRONG)
    assert (await owner.client.get(f"{ACCOUNTS}/FIRM/users")).status_code == 200


async def test_base64_may_be_that_of_urls(owner):
    sent = base64.urlsafe_b64encode(":".join(KEY).encode()).decode().rstrip("=")
    headers = {"Authorization": f"Basic {sent}"}
    assert (await owner.client.get("users", headers=headers, auth=None)).status_code == 200


async def test_a_key_that_is_disabled_opens_nothing_and_one_that_is_used_knows_when(owner):
    keys = ProvisioningKeys(owner.door.keys.store)
    await owner.ask("GET", "users")
    async with owner.door.database.transaction() as session:
        used = await keys.find(session, owner.account.id, KEY[0])
        assert used.last_used_at == owner.door.clock.now()
        await keys.disable(session, owner.account.id, KEY[0])
    assert (await owner.refused("GET", "users")) == (401, WRONG)


async def test_calls_are_counted_and_what_is_too_much_is_refused(owner):
    answer = await owner.client.get("users")
    assert answer.headers["X-FeatureRateLimit-Limit"] == str(REQUESTS_PER_HOUR)
    assert answer.headers["X-FeatureRateLimit-Remaining"] == str(REQUESTS_PER_HOUR - 1)
    for _ in range(REQUESTS_PER_HOUR - 1):
        await owner.client.get("users/none")
    status, message = await owner.refused("GET", "users")
    assert status == 420
    assert message.startswith("Rate Limit Exceeded")


async def test_nobody_registers_by_himself(owner):
    for path in ("agents/accounts", "clouds"):
        answer = await owner.client.post(f"http://api.test/v1_1/provisioning/{path}", json={"email": "a@b.example"})
        assert answer.status_code == 403
        assert "ask the owner" in answer.json()["error"]["message"]


async def test_errors_of_the_body_are_told_in_the_same_way(owner):
    answer = await owner.client.post("users", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
