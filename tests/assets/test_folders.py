"""Folders: they come with uploads, stay without assets, move with all that is in them."""

from datetime import timedelta

import pytest

from safelight.assets import catalogue, folders
from safelight.assets.model import AssetRef, Listing
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"


async def add(session, new, now, name, folder):
    return (await catalogue.add(session, new(name, folder=folder), may_overwrite=True, now=now)).asset


async def paths(session, parent=""):
    return [folder.path for folder in (await folders.list(session, CLOUD, parent, 100, None)).items]


async def test_a_folder_and_those_around_it_come_with_an_asset_and_stay_without_it(session, new, now):
    asset = await add(session, new, now, "cat", "a/b/c")
    await catalogue.delete(session, asset, now)
    assert (await paths(session), await paths(session, "a"), await paths(session, "a/b")) == (["a"], ["a/b"], ["a/b/c"])
    assert await paths(session, "a/b/c") == []


async def test_a_folder_comes_with_a_change_and_with_a_new_name(session, new, now):
    asset = await add(session, new, now, "cat", "")
    await catalogue.update(session, asset, folder="by/change", now=now)
    await catalogue.rename(session, asset, "dog", folder="by/name", now=now)
    assert await paths(session, "by") == ["by/change", "by/name"]


async def test_making_a_folder_twice_in_any_letters_gives_the_first(session, now):
    first = await folders.create(session, CLOUD, "Cats/Old", now)
    again = await folders.create(session, CLOUD, "cats/OLD", now + timedelta(days=1))
    assert (again, first.name, first.path) == (first, "Old", "Cats/Old")


@pytest.mark.parametrize("path", ["Übung/ÄRGER", "ÓÁ", "Ж/Щ", "İ", "ẞ"])
async def test_a_folder_may_have_capitals_of_any_alphabet(session, new, now, path):
    first = await folders.create(session, CLOUD, path, now)
    assert await folders.create(session, CLOUD, path, now) == first
    asset = await add(session, new, now, "cat", path)
    page = await catalogue.list(session, CLOUD, Listing(folder=path))
    assert [found.id for found in page.items] == [asset.id]
    await folders.move(session, CLOUD, path, "to/Ö", now)
    assert await paths(session, "to") == ["to/Ö"]


async def test_a_folder_of_another_cloud_is_none_of_ours(session, now):
    await folders.create(session, "cloud-two", "theirs", now)
    assert await paths(session) == []
    with pytest.raises(NotFound, match="Can't find folder with path theirs"):
        await folders.list(session, CLOUD, "theirs", 10, None)


async def test_a_list_is_cut_and_counted(session, now):
    for name in ("a", "b", "c", "b/x"):
        await folders.create(session, CLOUD, name, now)
    first = await folders.list(session, CLOUD, "", 2, None)
    second = await folders.list(session, CLOUD, "", 2, first.next_cursor)
    assert ([one.path for one in first.items], first.total_count) == (["a", "b"], 3)
    assert ([one.path for one in second.items], second.next_cursor) == (["c"], None)


async def test_a_folder_moves_with_folders_and_assets_and_no_other(session, new, now, jobs):
    for name, folder in (("one", "a"), ("two", "A/deep"), ("three", "ab"), ("four", "")):
        await add(session, new, now, name, folder)
    before, after = await folders.move(session, CLOUD, "a", "new/home", now)
    assert (before.path, after.path, after.id) == ("a", "new/home", before.id)
    assert (await paths(session), await paths(session, "new/home")) == (["ab", "new"], ["new/home/deep"])
    where = {}
    for name in ("one", "two", "three", "four"):
        where[name] = (await catalogue.get(session, CLOUD, AssetRef(Kind.IMAGE, Access.UPLOAD, name))).folder
    assert where == {"one": "new/home", "two": "new/home/deep", "three": "ab", "four": ""}
    assert (await jobs(session))[-1][0] == "FolderMoved"


@pytest.mark.parametrize(
    ("path", "to_path", "words"),
    [
        ("a", "a/b/c", "cannot be moved into itself"),
        ("a", "A/new", "cannot be moved into itself"),
        ("a", "b", "Folder with path b already exists"),
        ("a", "", "to_folder must not be empty"),
    ],
)
async def test_where_a_folder_cannot_move(session, now, path, to_path, words):
    await folders.create(session, CLOUD, "a/b", now)
    await folders.create(session, CLOUD, "b", now)
    with pytest.raises(Invalid, match=words):
        await folders.move(session, CLOUD, path, to_path, now)


async def test_a_folder_may_change_its_letters_alone(session, now):
    await folders.create(session, CLOUD, "cats/old", now)
    await folders.move(session, CLOUD, "cats", "Cats", now)
    assert (await paths(session), await paths(session, "cats")) == (["Cats"], ["Cats/old"])


async def test_a_folder_goes_with_those_in_it_but_not_with_assets(session, new, now):
    asset = await add(session, new, now, "cat", "a/b")
    await folders.create(session, CLOUD, "a/c", now)
    with pytest.raises(Invalid, match="Folder is not empty"):
        await folders.delete(session, CLOUD, "a", now)
    assert await folders.delete(session, CLOUD, "a/c", now) == ["a/c"]
    await catalogue.delete(session, asset, now)
    assert await folders.delete(session, CLOUD, "a", now) == ["a", "a/b"]
    with pytest.raises(NotFound):
        await folders.delete(session, CLOUD, "a", now)
