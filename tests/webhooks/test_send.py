"""Deliveries: announced once, signed, tried again, given up."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import FolderMode
from safelight.adapters.fetcher.memory import MemoryFetcher, Page
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.errors import Conflict, NotFound
from safelight.settings import WebhookSettings
from safelight.webhooks import receivers, store
from safelight.webhooks.announce import announce
from safelight.webhooks.deliveries import redeliver
from safelight.webhooks.model import State
from safelight.webhooks.send import Send
from safelight.webhooks.signing import signature

URL, BODY = "https://a.example/hook", b'{"notification_type":"upload"}'


class Scene:
    """A cloud with two keys, and a world with one receiver."""

    def __init__(self, database, clock, cloud, key, keys) -> None:
        self.database, self.clock, self.cloud, self.key, self.keys = database, clock, cloud, key, keys
        self.fetcher = MemoryFetcher({URL: Page()})
        self.send = Send(database, self.fetcher, keys, clock, WebhookSettings(given_up_max=2))

    async def announce(self, *urls: str, fact: str = "one") -> int:
        async with self.database.transaction() as session:
            return await announce(session, self.cloud.id, urls, "upload", BODY, fact=fact, now=self.clock.now())

    async def give_up(self, jobs, fact: str) -> dict:
        """A delivery to a receiver that never answers; its payload."""
        await self.announce(URL, fact=fact)
        payload = (await due(jobs))[-1]
        for _ in range(4):
            await self.send.send_webhook(payload)
        return payload

    async def receivers(self):
        async with self.database.transaction() as session:
            return await receivers.list_all(session, self.cloud.id)

    async def redeliver(self, delivery_id: str) -> None:
        async with self.database.transaction() as session:
            await redeliver(session, self.cloud.id, delivery_id)

    async def delivery(self, delivery_id: str):
        async with self.database.transaction() as session:
            return await store.find(session, self.cloud.id, delivery_id)


@pytest.fixture
async def scene(database, clock):
    keys = Keys(MemoryKeys())
    async with database.transaction() as session:
        cloud = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=clock.now())
        key = await keys.issue(session, cloud.id, name="oldest", now=clock.now(), api_key="1", secret="abcd")
        await keys.issue(
            session, cloud.id, name="newer", now=clock.now() + timedelta(days=1), api_key="2", secret="other"
        )
    return Scene(database, clock, cloud, key, keys)


async def due(jobs, name: str = "WebhookDue") -> list[dict]:
    return [payload for job, payload in await jobs() if job == name]


async def test_each_address_hears_a_fact_once_however_often_it_is_announced(scene, jobs):
    assert await scene.announce(URL, "https://b.example/", URL) == 2
    assert await scene.announce(URL, "https://b.example/") == 0
    assert await scene.announce(URL, fact="another") == 1
    assert len(await due(jobs)) == 3


async def test_what_is_sent_is_signed_with_the_oldest_key(scene, jobs, clock):
    await scene.announce(URL)
    (payload,) = await due(jobs)
    await scene.send.send_webhook(payload)
    (posted,) = scene.fetcher.posted
    timestamp = int(clock.now().timestamp())
    assert (posted.url, posted.body) == (URL, BODY)
    assert posted.headers == {
        "Content-Type": "application/json",
        "X-Cld-Timestamp": str(timestamp),
        "X-Cld-Signature": signature(BODY, timestamp, scene.key.secret),
    }
    delivery = await scene.delivery(payload["delivery_id"])
    assert (delivery.state, delivery.tries, delivery.status) == (State.DONE, 1, 200)
    await scene.send.send_webhook(payload)
    assert len(scene.fetcher.posted) == 1, "a job that comes twice sends once"


@pytest.mark.parametrize("status", [199, 204, 299])
async def test_any_2xx_is_success(scene, jobs, status):
    scene.fetcher.pages = {URL: Page(status=status)}
    await scene.announce(URL)
    (payload,) = await due(jobs)
    await scene.send.send_webhook(payload)
    assert (await scene.delivery(payload["delivery_id"])).state is (State.DONE if status >= 200 else State.WAITING)


@pytest.mark.parametrize("page", [Page(status=500), Page(status=404), Page(status=302), None])
async def test_after_3_6_and_9_minutes_it_is_tried_again_with_the_same_body(scene, jobs, clock, page):
    scene.fetcher.pages = {URL: page} if page else {}
    await scene.announce(URL)
    (payload,) = await due(jobs)
    for tries in (1, 2, 3):
        await scene.send.send_webhook(payload)
        delivery = await scene.delivery(payload["delivery_id"])
        assert (delivery.state, delivery.tries) == (State.WAITING, tries)
        assert len(await due(jobs, "send_webhook")) == tries
        clock.advance(timedelta(minutes=3 * tries))
    await scene.send.send_webhook(payload)
    delivery = await scene.delivery(payload["delivery_id"])
    assert (delivery.state, delivery.tries) == (State.GIVEN_UP, 4)
    assert len(await due(jobs, "send_webhook")) == 3
    assert {posted.body for posted in scene.fetcher.posted} <= {BODY}


async def test_a_forbidden_address_is_given_up_at_once(scene, jobs):
    await scene.announce("http://127.0.0.1/hook")
    (payload,) = await due(jobs)
    await scene.send.send_webhook(payload)
    assert (await scene.delivery(payload["delivery_id"])).state is State.GIVEN_UP
    assert await due(jobs, "send_webhook") == []


async def test_who_is_denied_hears_nothing_and_is_given_up_at_once(scene, jobs):
    async with scene.database.transaction() as session:
        await clouds.change(session, scene.cloud.id, denied_hosts=(urlsplit(URL).hostname,))
    await scene.announce(URL)
    (payload,) = await due(jobs)
    await scene.send.send_webhook(payload)
    assert (await scene.delivery(payload["delivery_id"])).state is State.GIVEN_UP
    assert scene.fetcher.posted == []


async def test_what_is_not_there_is_no_error(scene):
    await scene.send.send_webhook({"cloud_id": scene.cloud.id, "delivery_id": "gone"})
    assert scene.fetcher.posted == []


async def test_deliveries_are_forgotten_after_their_days(scene, jobs, clock):
    await scene.announce(URL)
    (payload,) = await due(jobs)
    clock.advance(timedelta(days=29))
    await scene.send.sweep_webhooks({})
    assert await scene.delivery(payload["delivery_id"]) is not None
    clock.advance(timedelta(days=2))
    await scene.send.sweep_webhooks({})
    assert await scene.delivery(payload["delivery_id"]) is None


async def test_it_may_be_signed_with_sha256(scene, jobs, clock):
    send = Send(scene.database, scene.fetcher, scene.keys, clock, WebhookSettings(signature_algorithm="sha256"))
    await scene.announce(URL)
    (payload,) = await due(jobs)
    await send.send_webhook(payload)
    timestamp = int(clock.now().timestamp())
    expected = signature(BODY, timestamp, scene.key.secret, algorithm="sha256")
    assert (scene.fetcher.posted[0].headers["X-Cld-Signature"], len(expected)) == (expected, 64)


async def test_without_a_key_that_signs_it_is_given_up_and_may_be_sent_later(scene, jobs, clock):
    async with scene.database.transaction() as session:
        for api_key in ("1", "2"):
            await scene.keys.disable(session, scene.cloud.id, api_key, clock.now())
    await scene.announce(URL)
    (payload,) = await due(jobs)
    await scene.send.send_webhook(payload)
    assert (await scene.delivery(payload["delivery_id"])).state is State.GIVEN_UP
    assert (scene.fetcher.posted, await scene.receivers()) == ([], []), "it is not the receiver who failed"


async def test_who_keeps_failing_is_paused_reported_and_left_in_peace(scene, jobs):
    scene.fetcher.pages = {URL: Page(status=500)}
    await scene.give_up(jobs, "one")
    assert [(each.given_up, each.paused_at) for each in await scene.receivers()] == [(1, None)]
    await scene.give_up(jobs, "two")
    (receiver,) = await scene.receivers()
    assert receiver.paused_at is not None
    (told,) = await due(jobs, "ReceiverPaused")
    assert (told["url"], told["receiver_id"], told["given_up"]) == (URL, receiver.id, 2)
    posted = len(scene.fetcher.posted)
    assert await scene.announce(URL, fact="three") == 1
    assert len(await due(jobs)) == 2, "what is held waits without a job"
    async with scene.database.transaction() as session:
        page = await store.list_all(session, scene.cloud.id, state=State.HELD, max_results=10)
    assert (len(page.items), len(scene.fetcher.posted)) == (1, posted)


async def test_a_success_in_between_forgives_what_was_given_up(scene, jobs):
    scene.fetcher.pages = {URL: Page(status=500)}
    await scene.give_up(jobs, "one")
    scene.fetcher.pages = {URL: Page()}
    await scene.give_up(jobs, "two")
    assert await scene.receivers() == []


async def test_who_is_resumed_gets_what_was_held(scene, jobs):
    scene.fetcher.pages = {URL: Page(status=500)}
    for fact in ("one", "two"):
        await scene.give_up(jobs, fact)
    await scene.announce(URL, fact="held")
    scene.fetcher.pages = {URL: Page()}
    async with scene.database.transaction() as session:
        await receivers.resume(session, scene.cloud.id, receivers.id_of(URL))
        with pytest.raises(NotFound, match="is not paused"):
            await receivers.resume(session, scene.cloud.id, receivers.id_of(URL))
    (let_go,) = await due(jobs, "let_go_webhooks")
    before = len(await due(jobs, "send_webhook"))
    await scene.send.let_go_webhooks(let_go)
    (again,) = (await due(jobs, "send_webhook"))[before:]
    await scene.send.send_webhook(again)
    assert (await scene.delivery(again["delivery_id"])).state is State.DONE


async def test_what_was_given_up_is_sent_again_by_hand_even_to_who_is_paused(scene, jobs):
    scene.fetcher.pages = {URL: Page(status=500)}
    payload = await scene.give_up(jobs, "one")
    await scene.give_up(jobs, "two")
    scene.fetcher.pages = {URL: Page()}
    await scene.redeliver(payload["delivery_id"])
    with pytest.raises(Conflict, match="on its way already"):
        await scene.redeliver(payload["delivery_id"])
    by_hand = (await due(jobs, "send_webhook"))[-1]
    await scene.send.send_webhook({**by_hand, "by_hand": False})
    assert (await scene.delivery(payload["delivery_id"])).state is State.HELD
    await scene.redeliver(payload["delivery_id"])
    await scene.send.send_webhook(by_hand)
    delivery = await scene.delivery(payload["delivery_id"])
    assert (delivery.state, delivery.body) == (State.DONE, BODY)
    assert await scene.receivers() == [], "who hears is not paused any more"
    with pytest.raises(NotFound, match="Delivery none not found"):
        await scene.redeliver("none")
