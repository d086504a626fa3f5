"""Triggers, messages, deliveries and receivers over HTTP."""

import base64
import json

import pytest

from safelight.adapters.fetcher.memory import MemoryFetcher, Page
from safelight.settings import WebhookSettings
from safelight.web.admin import notifying
from safelight.webhooks.announce import announce
from safelight.webhooks.send import Send
from safelight.webhooks.signing import signature

URL, BODY = "https://a.example/hook", '{"notification_type":"upload","public_id":"tür"}'.encode()
V2 = "http://api.test/v2/notifications/demo"
SETTINGS = WebhookSettings(triggers_max=2, given_up_max=1)


@pytest.fixture
async def client(api):
    async with api.client(notifying.routes(api.door, SETTINGS)) as client:
        yield client


@pytest.fixture
def tell(api):
    async def tell(url=URL, fact="one", batch_id=None):
        async with api.database.transaction() as session:
            now = api.clock.now()
            await announce(session, api.cloud.id, [url], "upload", BODY, fact=fact, now=now, batch_id=batch_id)

    return tell


async def send_due(api, jobs, status=200):
    """Everything that is due, as the worker does it, to a receiver that answers so; how often it was asked."""
    fetcher = MemoryFetcher({URL: Page(status=status)})
    send = Send(api.database, fetcher, api.keys, api.clock, SETTINGS)
    for name, payload in await jobs():
        if name in {"WebhookDue", "send_webhook"}:
            await send.send_webhook(payload)
    return len(fetcher.posted)


async def test_a_trigger_is_made_listed_changed_tried_and_deleted(api, client):
    made = (await client.post("triggers", json={"uri": URL, "event_type": "upload"})).json()
    stamp = "2026-01-02T03:04:05Z"
    assert made == {
        "id": made["id"],
        "product_environment_id": api.cloud.id,
        "uri_type": "webhook",
        "uri": URL,
        "event_type": "upload",
        "created_at": stamp,
        "updated_at": stamp,
    }
    polled = (await client.post("triggers", data={"uri": "poll://main", "event_type": "all"})).json()
    assert polled["uri_type"] == "poll"
    assert (await client.get("triggers")).json() == {"triggers": [made, polled], "total": 2}
    assert (await client.get("triggers?event_type=upload")).json() == {"triggers": [made], "total": 1}
    changed = await client.put(f"triggers/{made['id']}", json={"new_uri": "https://b.example/"})
    assert changed.json() == {"message": "updated"}
    tried = await client.post(f"triggers/{made['id']}/test", json={"sample_data": {"public_id": "a"}})
    assert tried.json() == {"trigger_id": made["id"], "filter_present": False, "filter_result": True}
    assert (await client.delete(f"triggers/{made['id']}")).json() == {"message": "deleted"}
    assert (await client.get("triggers?event_type=upload")).json() == {"triggers": [], "total": 0}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "triggers", {"event_type": "upload"}, 400, "Missing required parameter - uri"),
        ("POST", "triggers", {"uri": URL}, 400, "Missing required parameter - event_type"),
        ("POST", "triggers", {"uri": URL, "event_type": "x"}, 400, "Invalid event_type x"),
        ("POST", "triggers", {"uri": "a", "event_type": "upload"}, 400, "Invalid uri a: must be an http(s) address"),
        (
            "POST",
            "triggers",
            {"uri": URL, "event_type": "upload", "uri_type": "flow"},
            400,
            "Invalid uri_type flow: must be webhook or poll",
        ),
        (
            "POST",
            "triggers",
            {"uri": URL, "event_type": "upload", "filter": "a == 1"},
            400,
            "filter is not available: every notification of a trigger is sent whole",
        ),
        (
            "POST",
            "triggers",
            {"uri": URL, "event_type": "upload", "auth_scheme": "eddsa_v2"},
            400,
            "Invalid auth_scheme eddsa_v2: must be default or legacy_hmac",
        ),
        ("PUT", "triggers/none", {"new_uri": URL}, 404, "Trigger none not found"),
        ("PUT", "triggers/none", {}, 400, "Missing required parameter - new_uri"),
        ("DELETE", "triggers/none", None, 404, "Trigger none not found"),
        ("POST", "triggers/none/test", None, 404, "Trigger none not found"),
        ("POST", "triggers/none/test", {"sample_data": "[1]"}, 400, "Invalid sample_data: must be a JSON object"),
        ("GET", "webhooks/deliveries?state=lost", None, 400, None),
        ("GET", "webhooks/deliveries?next_cursor=lost", None, 400, "Invalid next_cursor"),
        ("GET", "webhooks/deliveries/none", None, 404, "Delivery none not found"),
        ("POST", "webhooks/deliveries/none/redeliver", None, 404, "Delivery none not found"),
        ("POST", "webhooks/receivers/none/resume", None, 404, "Receiver none is not paused"),
        ("GET", f"{V2}/messages", None, 400, "Exactly one of channel or batch_id is required"),
        ("GET", f"{V2}/messages?channel=a&batch_id=b", None, 400, "Exactly one of channel or batch_id is required"),
        ("GET", f"{V2}/messages?channel=a&wait_seconds=61", None, 400, None),
        ("GET", f"{V2}/messages?channel=a&max_messages=0", None, 400, None),
        ("GET", f"{V2}/messages?channel=a&visibility_timeout=601", None, 400, None),
        ("POST", f"{V2}/messages/ack", {}, 400, "Missing required parameter - receipt_handles"),
        (
            "POST",
            f"{V2}/messages/ack",
            {"receipt_handles": [str(number) for number in range(101)]},
            400,
            "Too many receipt_handles: 101. Maximum is 100.",
        ),
    ],
)
async def test_what_cannot_be_is_refused_in_clear_words(client, method, path, body, status, message):
    answer = await client.request(method, path, json=body)
    told = answer.json()["error"]["message"]
    assert (answer.status_code, told) == (status, message or told)


async def test_there_are_only_so_many_triggers_of_a_type_and_each_once(client):
    for number in range(2):
        body = {"uri": f"https://a.example/{number}", "event_type": "upload"}
        assert (await client.post("triggers", json=body)).status_code == 200
    assert (await client.post("triggers", json=body)).status_code == 409
    answer = await client.post("triggers", json={"uri": URL, "event_type": "upload"})
    assert answer.json()["error"]["message"] == "Too many triggers for upload: maximum is 2. Delete one first."


async def test_messages_are_fetched_with_a_signature_of_their_exact_bytes_and_acknowledged(api, client, tell):
    await tell("poll://main")
    await tell("poll://*", batch_id="b1")
    (message,) = (await client.get(f"{V2}/messages?channel=main&wait_seconds=0")).json()["messages"]
    raw = base64.urlsafe_b64decode(message["signed_payload"] + "==")
    timestamp = int(api.clock.now().timestamp())
    assert (raw, message["payload"], message["timestamp"]) == (BODY, json.loads(BODY), str(timestamp))
    assert message["signature"] == signature(BODY, timestamp, api.key.secret)
    (of_batch,) = (await client.get(f"{V2}/messages?batch_id=b1&wait_seconds=0")).json()["messages"]
    assert of_batch["batch_id"] == "b1"
    assert (await client.get(f"{V2}/messages?channel=main&wait_seconds=0")).json() == {"messages": []}
    acked = await client.post(f"{V2}/messages/ack", json={"receipt_handles": [message["receipt_handle"], "none"]})
    assert acked.json() == {
        "results": [
            {"receipt_handle": message["receipt_handle"], "status": "acked"},
            {"receipt_handle": "none", "status": "not_found"},
        ]
    }


async def test_messages_are_given_to_who_proves_that_they_are_his(api, tell):
    await tell("poll://main")
    async with api.client(notifying.routes(api.door, SETTINGS), auth=None) as stranger:
        assert (await stranger.get(f"{V2}/messages?channel=main")).status_code == 401
        assert (await stranger.get("webhooks/deliveries")).status_code == 401


async def test_the_log_of_deliveries_tells_what_was_sent_page_by_page(api, client, tell, jobs):
    for fact in "abc":
        await tell(fact=fact)
    assert await send_due(api, jobs) == 3
    first = (await client.get("webhooks/deliveries?max_results=2")).json()
    rest = (await client.get("webhooks/deliveries", params={"next_cursor": first["next_cursor"]})).json()
    assert (len(first["deliveries"]), len(rest["deliveries"]), "next_cursor" in rest) == (2, 1, False)
    (delivery,) = rest["deliveries"]
    assert delivery == {
        "id": delivery["id"],
        "url": URL,
        "event_type": "upload",
        "state": "done",
        "tries": 1,
        "status": 200,
        "created_at": "2026-01-02T03:04:05Z",
    }
    shown = (await client.get(f"webhooks/deliveries/{delivery['id']}")).json()
    assert shown == {**delivery, "payload": json.loads(BODY)}
    assert (await client.get("webhooks/deliveries?state=held")).json() == {"deliveries": []}


async def test_who_does_not_answer_is_listed_and_hears_again_when_it_is_resumed(api, client, tell, jobs):
    await tell()
    for _ in range(4):
        await send_due(api, jobs, status=500)
    (receiver,) = (await client.get("webhooks/receivers")).json()["receivers"]
    assert (receiver["url"], receiver["given_up"], receiver["paused_at"]) == (URL, 1, "2026-01-02T03:04:05Z")
    await tell(fact="two")
    (held,) = (await client.get("webhooks/deliveries?state=held")).json()["deliveries"]
    assert (await client.post(f"webhooks/receivers/{receiver['id']}/resume")).json() == {"message": "resumed"}
    assert (await client.get("webhooks/receivers")).json() == {"receivers": []}
    (given_up,) = (await client.get("webhooks/deliveries?state=given_up")).json()["deliveries"]
    again = await client.post(f"webhooks/deliveries/{given_up['id']}/redeliver")
    assert (again.status_code, again.json()["id"]) == (200, given_up["id"])
    assert await send_due(api, jobs) == 1
    assert (await client.get(f"webhooks/deliveries/{given_up['id']}")).json()["state"] == "done"
    assert held["id"] != given_up["id"]
