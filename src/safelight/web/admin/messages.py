"""Messages: fetch the notifications of a channel or a batch, and acknowledge them."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.errors import Invalid
from safelight.kernel.rights import Act
from safelight.settings import WebhookSettings
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.webhooks import messages
from safelight.webhooks.fetch import Ask, FetchMessages, stays
from safelight.webhooks.signing import key_for
from safelight.wire import params, webhook

PREFIX = "/v2/notifications/{cloud}"
MESSAGES_DEFAULT = 10
MESSAGES_MAX = 100
WAIT_SECONDS_DEFAULT = 20
WAIT_SECONDS_MAX = 60
HIDDEN_SECONDS_DEFAULT = 30
HIDDEN_SECONDS_MAX = 600


@dataclass(frozen=True)
class Messages:
    """The calls of receivers that nobody can reach from outside."""

    door: AdminDoor
    fetch: FetchMessages
    settings: WebhookSettings

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route("GET", "/messages", self.claim, needs=Act.WEBHOOKS, prefix=PREFIX),
            self.door.route("POST", "/messages/ack", self.acknowledge, needs=Act.WEBHOOKS, prefix=PREFIX),
        ]

    async def claim(self, call: Call) -> dict[str, Any]:
        """Take messages in hand; waits for them where there are none."""
        found = await self.fetch(_ask(call), call.is_gone or stays)
        if not found:
            return {"messages": []}
        async with self.door.database.transaction() as session:
            key = key_for(await self.door.auth.keys.enabled(session, call.cloud.id))
        if key is None:
            raise Invalid("There is no enabled API key that could sign")
        timestamp = int(self.door.clock.now().timestamp())
        algorithm = self.settings.signature_algorithm
        return {"messages": [webhook.message_json(each, timestamp, key, algorithm=algorithm) for each in found]}

    async def acknowledge(self, call: Call) -> dict[str, Any]:
        """Strike messages out. A receipt is good until its message is taken in hand again."""
        receipts = words.required_names(call.params, "receipt_handles", MESSAGES_MAX)
        async with self.door.database.transaction() as session:
            done = {each: await messages.acknowledge(session, call.cloud.id, each) for each in receipts}
        return {
            "results": [
                {"receipt_handle": each, "status": "acked" if is_done else "not_found"}
                for each, is_done in done.items()
            ]
        }


def _ask(call: Call) -> Ask:
    channel, batch_id = params.text(call.params, "channel"), params.text(call.params, "batch_id")
    if (channel is None) == (batch_id is None):
        raise Invalid("Exactly one of channel or batch_id is required")
    return Ask(
        call.cloud.id,
        channel,
        batch_id,
        most=_number(call, "max_messages", 1, MESSAGES_MAX, MESSAGES_DEFAULT),
        wait_seconds=_number(call, "wait_seconds", 0, WAIT_SECONDS_MAX, WAIT_SECONDS_DEFAULT),
        hidden_seconds=_number(call, "visibility_timeout", 1, HIDDEN_SECONDS_MAX, HIDDEN_SECONDS_DEFAULT),
    )


def _number(call: Call, name: str, low: int, high: int, default: int) -> int:
    found = params.number(call.params, name, low=low, high=high)
    return default if found is None else found
