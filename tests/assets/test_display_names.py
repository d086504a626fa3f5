"""A display name of its own, for who asks for one."""

import asyncio
import re

import pytest

from safelight.assets import catalogue
from safelight.kernel.media import Kind


@pytest.mark.parametrize(
    ("words", "display_name"),
    [
        ({}, r"Tom_[a-z0-9]{6}"),
        ({"folder": "PETS"}, r"Tom_[a-z0-9]{6}"),
        ({"kind": Kind.RAW}, r"Tom_[a-z0-9]{6}"),
        ({"folder": "pets/cats"}, "Tom"),
        ({"display_name": "tom"}, "tom"),
        ({"cloud_id": "cloud-two"}, "Tom"),
        ({"is_display_name_unique": False}, "Tom"),
    ],
)
async def test_a_taken_name_gets_some_letters_more(session, new, now, words, display_name):
    tom = {"folder": "pets", "display_name": "Tom", "is_display_name_unique": True}
    first = await catalogue.add(session, new("first", **tom), may_overwrite=True, now=now)
    second = await catalogue.add(session, new("second", **{**tom, **words}), may_overwrite=True, now=now)
    assert first.asset.display_name == "Tom"
    assert re.fullmatch(display_name, second.asset.display_name)


async def test_an_asset_does_not_stand_in_its_own_way(session, new, now):
    for _ in range(2):
        added = await catalogue.add(session, new("cat", is_display_name_unique=True), may_overwrite=True, now=now)
        assert added.asset.display_name == "cat"
    asset = await catalogue.update(session, added.asset, is_display_name_unique=True, now=now)
    assert asset.display_name == "cat"


async def test_an_update_asks_where_the_asset_will_stand(session, new, now):
    for folder in ("here", "there"):
        added = await catalogue.add(
            session, new(folder, folder=folder, display_name="x" * 255), may_overwrite=True, now=now
        )
    here = await catalogue.find_by_id(session, "cloud-one", added.asset.id)
    moved = await catalogue.update(session, here, folder="here", is_display_name_unique=True, now=now)
    assert re.fullmatch(r"x{248}_[a-z0-9]{6}", moved.display_name)
    renamed = await catalogue.update(session, moved, display_name="y", is_display_name_unique=True, now=now)
    assert renamed.display_name == "y"


async def test_of_many_at_once_one_gets_the_name(database, new, now):
    async def add(name):
        async with database.transaction() as session:
            wanted = new(name, display_name="Tom", is_display_name_unique=True)
            return (await catalogue.add(session, wanted, may_overwrite=True, now=now)).asset.display_name

    names = await asyncio.gather(*(add(f"n{number}") for number in range(5)))
    assert len(set(names)) == 5
    assert names.count("Tom") == 1
