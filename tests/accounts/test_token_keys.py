"""Keys that sign tokens for delivery: made, brought along, known by a digest, sealed."""

import pytest
from sqlalchemy import select

from safelight.accounts import token_keys as rooms
from safelight.accounts.store import token_keys
from safelight.accounts.token_keys import KEYS_MAX, TokenKeys, check_key, id_of
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.errors import Conflict, Invalid, NotFound

CLOUD = "cloud-one"
HEX = "00112233ff990011"


@pytest.fixture
def keys():
    return TokenKeys(MemoryKeys())


async def test_a_key_is_made_up_listed_and_dropped(session, keys, now):
    made = await keys.add(session, CLOUD, now=now)
    assert len(bytes.fromhex(made.key.reveal())) == rooms.KEY_BYTES
    assert await keys.list(session, CLOUD) == [made]
    assert await keys.list(session, "cloud-two") == []
    await keys.drop(session, CLOUD, made.id)
    assert await keys.list(session, CLOUD) == []
    with pytest.raises(NotFound):
        await keys.drop(session, CLOUD, made.id)


async def test_a_key_from_elsewhere_is_taken_once(session, keys, now):
    brought = await keys.add(session, CLOUD, now=now, key=f" {HEX.upper()} ")
    assert (brought.key.reveal(), brought.id) == (HEX, id_of(HEX))
    with pytest.raises(Conflict):
        await keys.add(session, CLOUD, now=now, key=HEX)
    await keys.add(session, "cloud-two", now=now, key=HEX)


def test_the_key_of_the_manuals_is_taken():
    assert check_key("00112233FF99") == "00112233ff99"


async def test_it_does_not_lie_open(session, keys, now):
    await keys.add(session, CLOUD, now=now, key=HEX)
    row = await session.fetch_one(select(token_keys))
    assert HEX.encode() not in bytes(row["sealed_key"])
    assert HEX not in repr(await keys.list(session, CLOUD))


async def test_a_cloud_has_so_many(session, keys, now):
    for _ in range(KEYS_MAX):
        await keys.add(session, CLOUD, now=now)
    with pytest.raises(Invalid, match="drop one first"):
        await keys.add(session, CLOUD, now=now)


@pytest.mark.parametrize(
    "key", ["", "0011223344", "0" * 15, "0" * 17, "g" * 16, "0" * 258, "٠" * 16, "00 11 22 33 44 55 66 77"]
)
def test_what_is_no_key_is_refused(key):
    with pytest.raises(Invalid):
        check_key(key)
