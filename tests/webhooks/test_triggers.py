"""Triggers: what may be wished for, by how many, and who hears of what."""

from datetime import timedelta

import pytest

from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.webhooks import triggers
from safelight.webhooks.model import UriType

CLOUD, URL = "cloud-one", "https://a.example/hook"


async def add(session, now, uri=URL, topic="upload", uri_type=UriType.WEBHOOK, cloud=CLOUD, most=3):
    return await triggers.add(session, cloud, uri, uri_type, topic, most=most, now=now)


@pytest.mark.parametrize(
    ("uri", "uri_type", "is_possible"),
    [
        (URL, UriType.WEBHOOK, True),
        ("http://a.example:8080/x?y=z", UriType.WEBHOOK, True),
        ("ftp://a.example/", UriType.WEBHOOK, False),
        ("https:///hook", UriType.WEBHOOK, False),
        ("https://a.example:0/", UriType.WEBHOOK, False),
        ("https://a.example/with space", UriType.WEBHOOK, False),
        ("https://a.example/" + "x" * 2048, UriType.WEBHOOK, False),
        ("poll://main", UriType.WEBHOOK, False),
        ("poll://main", UriType.POLL, True),
        ("poll://*", UriType.POLL, True),
        ("poll://", UriType.POLL, False),
        ("poll://a/b", UriType.POLL, False),
        (URL, UriType.POLL, False),
    ],
)
def test_an_address_fits_to_how_it_is_told(uri, uri_type, is_possible):
    if is_possible:
        assert triggers.checked_uri(uri, uri_type) == uri
    else:
        with pytest.raises(Invalid, match="Invalid uri"):
            triggers.checked_uri(uri, uri_type)


async def test_a_topic_tells_those_who_listen_to_it_and_those_who_listen_to_all(session, now):
    await add(session, now)
    await add(session, now + timedelta(seconds=1), uri="https://b.example/", topic="all")
    await add(session, now, uri="https://c.example/", topic="delete")
    await add(session, now, uri="https://d.example/", cloud="another")
    assert await triggers.listeners(session, CLOUD, ["upload", "delete", "move"]) == {
        "upload": [URL, "https://b.example/"],
        "delete": ["https://c.example/", "https://b.example/"],
        "move": ["https://b.example/"],
    }


async def test_a_wish_is_there_once_and_there_are_only_so_many(session, now):
    await add(session, now)
    with pytest.raises(Conflict, match="already exists"):
        await add(session, now)
    await add(session, now, topic="delete")
    for number in range(2):
        await add(session, now, uri=f"https://b.example/{number}")
    with pytest.raises(Invalid, match="maximum is 3"):
        await add(session, now, uri="https://b.example/more")
    with pytest.raises(Invalid, match="Invalid event_type upload_done"):
        await add(session, now, topic="upload_done")


async def test_a_trigger_is_changed_and_deleted_by_its_cloud_only(session, now):
    trigger = await add(session, now)
    later = now + timedelta(hours=1)
    await triggers.change(session, CLOUD, trigger.id, "https://b.example/", later)
    changed = await triggers.find(session, CLOUD, trigger.id)
    assert (changed.uri, changed.created_at, changed.updated_at) == ("https://b.example/", now, later)
    with pytest.raises(Invalid, match="Invalid uri"):
        await triggers.change(session, CLOUD, trigger.id, "poll://main", later)
    for verb in (triggers.find, triggers.remove):
        with pytest.raises(NotFound, match=f"Trigger {trigger.id} not found"):
            await verb(session, "another", trigger.id)
    await triggers.remove(session, CLOUD, trigger.id)
    assert await triggers.list(session, CLOUD) == []
