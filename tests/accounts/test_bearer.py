"""Bearer tokens: told once, found by their digest, over in time, gone with their key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from safelight.accounts import bearer
from safelight.accounts.bearer import HOURS_MAX, SCOPES, TOKENS_MAX, UPLOAD
from safelight.accounts.keys import LAST_USE_SECONDS, Keys
from safelight.accounts.store import bearer_tokens
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.errors import Invalid, NotFound

CLOUD = "cloud-one"
FOREVER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
async def key(session, now):
    return await Keys(MemoryKeys()).issue(session, CLOUD, name="web", now=now, api_key="1234")


async def test_a_token_is_found_by_its_letters_alone(session, key, now):
    token, letters = await bearer.issue(session, key, name="ci", now=now)
    assert (token.scopes, token.expires_at - now) == (SCOPES, timedelta(hours=24))
    assert await bearer.find(session, CLOUD, letters.reveal(), now) == (token, "1234")
    for wrong in ("", "slt_", letters.reveal()[:-1], letters.reveal() + "a", "slt_" + "a" * 300, "slt_\0\ud800"):
        assert await bearer.find(session, CLOUD, wrong, now) is None
    assert await bearer.find(session, "cloud-two", letters.reveal(), now) is None
    row = await session.fetch_one(select(bearer_tokens))
    assert letters.reveal() not in str(dict(row)), "what lies there opens nothing"
    assert letters.reveal() not in repr(token)


async def test_a_token_is_over_at_its_moment_and_cleared_by_the_next(session, key, now):
    _, letters = await bearer.issue(session, key, hours=1, now=now)
    end = now + timedelta(hours=1)
    assert await bearer.find(session, CLOUD, letters.reveal(), end - timedelta(seconds=1)) is not None
    assert await bearer.find(session, CLOUD, letters.reveal(), end) is None
    assert len(await bearer.list_all(session, CLOUD)) == 1
    token, _ = await bearer.issue(session, key, now=end)
    assert [one.id for one in await bearer.list_all(session, CLOUD)] == [token.id]


@pytest.mark.parametrize(
    "words",
    [
        {"scopes": ()},
        {"scopes": ("root",)},
        {"hours": 0},
        {"hours": HOURS_MAX + 1},
        {"name": "x" * 256},
        {"name": "\n"},
    ],
)
async def test_what_cannot_be_is_refused(session, key, now, words):
    with pytest.raises(Invalid):
        await bearer.issue(session, key, now=now, **words)


async def test_a_cloud_has_so_many_tokens(session, key, now):
    row = {"cloud_id": CLOUD, "key_id": key.id, "name": "", "scopes": [], "created_at": now, "expires_at": FOREVER}
    rows = [{**row, "id": f"{number}", "digest": b"%d" % number} for number in range(TOKENS_MAX)]
    await session.execute(insert(bearer_tokens), rows)
    with pytest.raises(Invalid, match="revoke some first"):
        await bearer.issue(session, key, now=now)
    await bearer.revoke(session, CLOUD, "0")
    await bearer.issue(session, key, now=now)


async def test_a_disabled_key_gets_none(session, key, now):
    with pytest.raises(Invalid, match="is disabled"):
        await bearer.issue(session, replace(key, is_enabled=False), now=now)


async def test_a_token_is_revoked_once(session, key, now):
    token, letters = await bearer.issue(session, key, scopes=[UPLOAD], now=now)
    await bearer.revoke(session, CLOUD, token.id)
    assert await bearer.find(session, CLOUD, letters.reveal(), now) is None
    with pytest.raises(NotFound):
        await bearer.revoke(session, CLOUD, token.id)


async def test_use_is_noted_once_in_a_while(session, key, now):
    token, letters = await bearer.issue(session, key, now=now)

    async def used_at(moment):
        found = await bearer.find(session, CLOUD, letters.reveal(), now)
        assert found is not None
        await bearer.note_use(session, found[0], moment)
        (listed,) = await bearer.list_all(session, CLOUD)
        return listed.last_used_at

    assert token.last_used_at is None
    assert await used_at(now) == now
    assert await used_at(now + timedelta(seconds=LAST_USE_SECONDS - 1)) == now
    later = now + timedelta(seconds=LAST_USE_SECONDS)
    assert await used_at(later) == later
