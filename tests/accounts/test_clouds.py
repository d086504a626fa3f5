"""Clouds are created once, found by name while they are open, and never change hands."""

import asyncio
from dataclasses import replace

import pytest

from safelight.accounts import clouds
from safelight.accounts.events import CHANGED
from safelight.accounts.model import FolderMode
from safelight.kernel.errors import Conflict, Invalid, NotFound


async def created(session, now, name="acme", **words):
    return await clouds.create(session, name, folder_mode=FolderMode.DYNAMIC, now=now, **words)


async def test_a_cloud_is_found_by_its_name_and_its_id(session, now):
    cloud = await created(session, now, is_strict=True)
    assert await clouds.find(session, "acme") == cloud
    assert await clouds.find_by_id(session, cloud.id) == cloud
    assert (cloud.is_strict, cloud.folder_mode, cloud.created_at) == (True, FolderMode.DYNAMIC, now)
    assert await clouds.find(session, "ACME") is None


@pytest.mark.parametrize("name", ["", "a b", "-a", "_a", "ümlaut", "a/b", "a" * 64, "v1_1", "Image", "v12", "healthz"])
async def test_a_name_that_urls_could_not_carry_is_refused(session, now, name):
    with pytest.raises(Invalid):
        await created(session, now, name)


@pytest.mark.parametrize("name", ["a", "my_cloud-2", "Acme", "0xff", "a" * 63])
async def test_other_names_are_taken(session, now, name):
    assert (await created(session, now, name)).name == name


async def test_a_closed_cloud_is_unknown_and_its_name_stays_taken(session, now):
    cloud = await created(session, now)
    await clouds.close(session, "acme", now)
    assert await clouds.find(session, "acme") is None
    assert await clouds.find_by_id(session, cloud.id) is None
    assert await clouds.list(session) == []
    with pytest.raises(NotFound):
        await clouds.close(session, "acme", now)
    with pytest.raises(Conflict):
        await created(session, now)


async def test_only_what_is_given_changes(session, now):
    cloud = await created(session, now)
    changed = await clouds.change(session, cloud.id, is_strict=True, fetch_hosts=("*.example.org",))
    assert (changed.is_strict, changed.fetch_hosts, changed.folder_mode) == (
        True,
        ("*.example.org",),
        FolderMode.DYNAMIC,
    )
    changed = await clouds.change(session, cloud.id, folder_mode=FolderMode.FIXED)
    assert (changed.is_strict, changed.fetch_hosts, changed.folder_mode) == (True, ("*.example.org",), FolderMode.FIXED)
    assert (await clouds.change(session, cloud.id, fetch_hosts=None)).fetch_hosts is None
    assert [one.name for one in await clouds.list(session)] == ["acme"]
    with pytest.raises(NotFound):
        await clouds.change(session, "nobody")


@pytest.mark.parametrize(
    ("words", "becomes"),
    [
        ({"fetch_hosts": ("A.example.", "*.b.example", "a.example")}, {"fetch_hosts": ("a.example", "*.b.example")}),
        ({"denied_hosts": ("A.example", "*.b.example")}, {"denied_hosts": ("a.example", "*.b.example")}),
        ({"referrers": ("none", "a.example")}, {"referrers": ("none", "a.example")}),
        ({"strict_referrers": ("a.example",)}, {"strict_referrers": ("a.example",)}),
        ({"restricted_types": ("fetch", "pdf")}, {"restricted_types": ("fetch", "pdf")}),
        ({"token_name": "ticket-1_A"}, {"token_name": "ticket-1_A"}),
    ],
)
async def test_who_may_see_what_is_set_and_set_back(session, now, words, becomes):
    cloud = await created(session, now)
    changed = await clouds.change(session, cloud.id, **words)
    assert changed == replace(cloud, **becomes)
    assert await clouds.find(session, "acme") == changed
    nothing = {
        "fetch_hosts": None,
        "denied_hosts": (),
        "referrers": None,
        "strict_referrers": (),
        "restricted_types": ("list",),
    }
    assert await clouds.change(session, cloud.id, **nothing, token_name=cloud.token_name) == cloud


@pytest.mark.parametrize(
    "words",
    [
        *({"fetch_hosts": (host,)} for host in ("", "a b", "*", "*.", "a.*.b", "http://a", "a/b", "a:80", "x" * 300)),
        {"referrers": tuple(f"h{number}.example" for number in range(clouds.LIST_MAX + 1))},
        {"restricted_types": ("everything",)},
        *({"token_name": name} for name in ("", "a=b", "a;b", "a b", "ü", "x" * 65)),
    ],
)
async def test_what_no_host_type_or_cookie_is_called_is_refused(session, now, words):
    cloud = await created(session, now)
    with pytest.raises(Invalid):
        await clouds.change(session, cloud.id, **words)


async def test_of_two_that_take_a_name_at_once_one_gets_it(database, now):
    async def take():
        async with database.transaction() as session:
            return await created(session, now)

    outcomes = await asyncio.gather(*(take() for _ in range(4)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Cloud", "Conflict", "Conflict", "Conflict"]


async def test_a_change_is_called_out_to_all_processes(database, now):
    async with database.transaction() as session:
        cloud = await created(session, now)
    heard = database.listen(CHANGED)
    first = asyncio.ensure_future(anext(heard))
    try:
        for _ in range(50):
            async with database.transaction() as session:
                await clouds.change(session, cloud.id, is_strict=True)
            done, _ = await asyncio.wait({first}, timeout=0.2)
            if done:
                break
        assert first.result() in {None, f"{cloud.id}/"}
    finally:
        first.cancel()
        await heard.aclose()
