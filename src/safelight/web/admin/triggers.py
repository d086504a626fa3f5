"""Triggers: list, make, change, delete and try standing wishes to be told."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.rights import Act
from safelight.settings import WebhookSettings
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.webhooks import triggers
from safelight.wire import params, webhook


@dataclass(frozen=True)
class Triggers:
    """The calls about triggers."""

    door: AdminDoor
    settings: WebhookSettings

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/triggers", self.list, needs=Act.WEBHOOKS),
            route("POST", "/triggers", self.create, needs=Act.WEBHOOKS),
            route("PUT", "/triggers/{trigger}", self.update, needs=Act.WEBHOOKS),
            route("DELETE", "/triggers/{trigger}", self.delete, needs=Act.WEBHOOKS),
            route("POST", "/triggers/{trigger}/test", self.try_out, needs=Act.WEBHOOKS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        """All triggers, or those of one event type."""
        async with self.door.database.transaction() as session:
            found = await triggers.list(session, call.cloud.id, params.text(call.params, "event_type"))
        return {"triggers": [webhook.trigger_json(trigger) for trigger in found], "total": len(found)}

    async def create(self, call: Call) -> dict[str, Any]:
        """Tell an address from now on whenever something of a type happens."""
        uri, topic = words.required(call.params, "uri"), words.required(call.params, "event_type")
        webhook.check_trigger(call.params)
        async with self.door.database.transaction() as session:
            trigger = await triggers.add(
                session,
                call.cloud.id,
                uri,
                webhook.uri_type(call.params),
                topic,
                most=self.settings.triggers_max,
                now=call.now,
            )
        return webhook.trigger_json(trigger)

    async def update(self, call: Call) -> dict[str, Any]:
        """Tell another address."""
        new_uri = words.required(call.params, "new_uri")
        async with self.door.database.transaction() as session:
            await triggers.change(session, call.cloud.id, call.path["trigger"], new_uri, call.now)
        return {"message": "updated"}

    async def delete(self, call: Call) -> dict[str, Any]:
        """Tell that address no more."""
        async with self.door.database.transaction() as session:
            await triggers.remove(session, call.cloud.id, call.path["trigger"])
        return {"message": "deleted"}

    async def try_out(self, call: Call) -> dict[str, Any]:
        """Would a trigger tell of this? Nothing is sent. There are no filters here: it would."""
        webhook.sample(call.params)
        async with self.door.database.transaction() as session:
            trigger = await triggers.find(session, call.cloud.id, call.path["trigger"])
        return {"trigger_id": trigger.id, "filter_present": False, "filter_result": True}
