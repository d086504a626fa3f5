"""Notifications looked after from the shell."""

import json

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.cli import webhooks
from safelight.cli.main import build_parser
from safelight.kernel.errors import NotFound
from safelight.webhooks import receivers, store, triggers
from safelight.webhooks.announce import announce
from safelight.webhooks.model import State, UriType

URL = "https://a.example/hook"


@pytest.fixture
async def cloud(session, now):
    return await clouds.create(session, "acme", folder_mode=FolderMode.DYNAMIC, now=now)


@pytest.fixture
def tell(session, capsys):
    """Do a command with `--json`, and give what it said."""

    async def tell(verb, *words):
        await verb(None, session, build_parser().parse_args(["webhooks", *words, "--json"]))
        return json.loads(capsys.readouterr().out)

    return tell


async def test_what_was_told_is_listed_and_sent_again(session, cloud, tell, now, jobs):
    for fact in ("one", "two"):
        await announce(session, cloud.id, [URL], "upload", b"{}", fact=fact, now=now)
    listed = await tell(webhooks.list_deliveries, "deliveries", "acme", "--limit", "1")
    (delivery,) = listed
    assert (delivery["event_type"], delivery["state"], delivery["url"]) == ("upload", "waiting", URL)
    shown = await tell(webhooks.show_delivery, "show", "acme", delivery["id"])
    assert shown == {**delivery, "body": "{}"}
    await store.note_try(session, cloud.id, delivery["id"], tries=4, status=500, state=State.GIVEN_UP)
    (given_up,) = await tell(webhooks.list_deliveries, "deliveries", "acme", "--state", "given_up")
    assert (given_up["id"], given_up["tries"], given_up["status"]) == (delivery["id"], 4, 500)
    assert await tell(webhooks.send_again, "redeliver", "acme", delivery["id"]) == {
        "id": delivery["id"],
        "state": "waiting",
    }
    assert [name for name, _ in await jobs(session)].count("send_webhook") == 1


async def test_who_does_not_answer_is_listed_and_resumed(session, cloud, tell, now, jobs):
    await receivers.note_given_up(session, cloud.id, URL, most=1, now=now)
    (failing,) = await tell(webhooks.list_receivers, "receivers", "acme")
    assert (failing["given_up"], failing["paused_at"], failing["url"]) == (1, "2026-01-02T03:04:05Z", URL)
    assert (await tell(webhooks.resume_receiver, "resume", "acme", failing["id"]))["resumed"] is True
    assert await tell(webhooks.list_receivers, "receivers", "acme") == []
    assert [name for name, _ in await jobs(session)].count("let_go_webhooks") == 1


async def test_who_is_told_of_what(session, cloud, tell, now):
    await triggers.add(session, cloud.id, URL, UriType.WEBHOOK, "all", most=1, now=now)
    (trigger,) = await tell(webhooks.list_triggers, "triggers", "acme")
    assert (trigger["event_type"], trigger["uri"]) == ("all", URL)


async def test_an_unknown_cloud_is_told(tell):
    with pytest.raises(NotFound, match="There is no cloud `nobody`"):
        await tell(webhooks.list_triggers, "triggers", "nobody")
