"""API keys: sealed at rest, refused once disabled, the oldest first."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from safelight.accounts.keys import LAST_USE_SECONDS, Keys
from safelight.accounts.store import api_keys
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.errors import Conflict, Internal, Invalid, NotFound

CLOUD = "cloud-one"


@pytest.fixture
def keys():
    return Keys(MemoryKeys())


async def test_a_key_is_made_up_and_found_again(session, keys, now):
    made = await keys.issue(session, CLOUD, name="web", now=now)
    assert made.api_key.isdecimal()
    assert len(made.api_key) == 15
    assert len(made.secret.reveal()) == 27
    assert await keys.find(session, CLOUD, made.api_key) == made
    assert await keys.find(session, "cloud-two", made.api_key) is None


async def test_a_given_key_is_kept_as_given(session, keys, now):
    made = await keys.issue(session, CLOUD, name="web", now=now, api_key="key", secret="s3cret")
    assert (made.api_key, made.secret.reveal()) == ("key", "s3cret")
    with pytest.raises(Conflict):
        await keys.issue(session, CLOUD, name="again", now=now, api_key="key")
    await keys.issue(session, "cloud-two", name="elsewhere", now=now, api_key="key")


@pytest.mark.parametrize("words", [{"api_key": "a:b"}, {"api_key": "a b"}, {"secret": "ü"}, {"secret": "x" * 201}])
async def test_a_key_that_credentials_could_not_carry_is_refused(session, keys, now, words):
    with pytest.raises(Invalid):
        await keys.issue(session, CLOUD, name="web", now=now, **words)


async def test_the_secret_does_not_lie_open(session, keys, now):
    await keys.issue(session, CLOUD, name="web", now=now, secret="s3cret-s3cret")
    row = await session.fetch_one(select(api_keys))
    assert b"s3cret" not in bytes(row["sealed_secret"])
    assert "s3cret" not in repr(await keys.list(session, CLOUD))


async def test_a_secret_opens_only_for_its_own_key(session, keys, now):
    await keys.issue(session, CLOUD, name="web", now=now, api_key="key")
    with pytest.raises(Internal):
        await Keys(MemoryKeys()).find(session, CLOUD, "key")


async def test_keys_whose_master_key_was_lost_are_mended_by_rotation(session, keys, now):
    for name in ("one", "two"):
        await keys.issue(session, CLOUD, name=name, now=now, api_key=name)
    after = Keys(MemoryKeys())
    await after.disable(session, CLOUD, "two", now)
    rotated = await after.rotate(session, CLOUD, "one", now)
    assert await after.enabled(session, CLOUD) == [rotated]


async def test_the_oldest_enabled_key_comes_first_and_keeps_its_place(session, keys, now):
    for number in (2, 0, 1):
        await keys.issue(session, CLOUD, name="k", now=now + timedelta(seconds=number), api_key=f"k{number}")
    assert [key.api_key for key in await keys.list(session, CLOUD)] == ["k0", "k1", "k2"]
    before = await keys.find(session, CLOUD, "k0")
    after = await keys.rotate(session, CLOUD, "k0", now + timedelta(days=1))
    assert after.secret != before.secret
    assert [key.api_key for key in await keys.enabled(session, CLOUD)] == ["k0", "k1", "k2"]
    await keys.disable(session, CLOUD, "k0", now)
    await keys.disable(session, CLOUD, "k0", now)
    assert [key.api_key for key in await keys.enabled(session, CLOUD)] == ["k1", "k2"]
    assert (await keys.find(session, CLOUD, "k0")).is_enabled is False


async def test_what_is_not_there_cannot_be_changed(session, keys, now):
    with pytest.raises(NotFound):
        await keys.rotate(session, CLOUD, "nobody", now)
    with pytest.raises(NotFound):
        await keys.disable(session, CLOUD, "nobody", now)


async def test_a_key_is_renamed_ended_and_lives_again(session, keys, now):
    made = await keys.issue(session, CLOUD, name="web", now=now, api_key="key")
    assert (await keys.change(session, CLOUD, "key", now=now, name="site")).name == "site"
    ended = await keys.change(session, CLOUD, "key", now=now, is_enabled=False)
    assert (ended.is_enabled, ended.name, await keys.enabled(session, CLOUD)) == (False, "site", [])
    again = await keys.change(session, CLOUD, "key", now=now, is_enabled=True)
    assert (again.is_enabled, again.secret.reveal()) == (True, made.secret.reveal())
    with pytest.raises(Invalid):
        await keys.change(session, CLOUD, "key", now=now, name="x" * 256)


async def test_a_key_is_deleted_once(session, keys, now):
    await keys.issue(session, CLOUD, name="web", now=now, api_key="key")
    await keys.delete(session, CLOUD, "key", now)
    assert await keys.find(session, CLOUD, "key") is None
    with pytest.raises(NotFound):
        await keys.delete(session, CLOUD, "key", now)


async def test_use_is_noted_once_in_a_while(session, keys, now):
    await keys.issue(session, CLOUD, name="web", now=now, api_key="key")

    async def used_at(moment):
        await keys.note_use(session, await keys.find(session, CLOUD, "key"), moment)
        return (await keys.find(session, CLOUD, "key")).last_used_at

    assert await used_at(now) == now
    assert await used_at(now + timedelta(seconds=LAST_USE_SECONDS - 1)) == now
    later = now + timedelta(seconds=LAST_USE_SECONDS)
    assert await used_at(later) == later
