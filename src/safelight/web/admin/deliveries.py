"""Deliveries and receivers of notifications: what was sent, send it again, and who does not answer."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.errors import Invalid
from safelight.kernel.rights import Act
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.webhooks import deliveries, receivers
from safelight.webhooks.model import State
from safelight.wire import params, webhook


@dataclass(frozen=True)
class Deliveries:
    """The log of what was told, and of those who did not hear it. Calls of our own."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/webhooks/deliveries", self.list, needs=Act.WEBHOOKS),
            route("GET", "/webhooks/deliveries/{delivery}", self.show, needs=Act.WEBHOOKS),
            route("POST", "/webhooks/deliveries/{delivery}/redeliver", self.redeliver, needs=Act.WEBHOOKS),
            route("GET", "/webhooks/receivers", self.receivers, needs=Act.WEBHOOKS),
            route("POST", "/webhooks/receivers/{receiver}/resume", self.resume, needs=Act.WEBHOOKS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        """Notifications of the last 30 days, the newest first."""
        async with self.door.database.transaction() as session:
            page = await deliveries.list(
                session,
                call.cloud.id,
                state=_state(call),
                max_results=words.max_results(call.params),
                cursor=params.text(call.params, "next_cursor"),
            )
        answer: dict[str, Any] = {"deliveries": [webhook.delivery_json(delivery) for delivery in page.items]}
        return answer | ({"next_cursor": page.next_cursor} if page.next_cursor else {})

    async def show(self, call: Call) -> dict[str, Any]:
        """One notification with what it tells."""
        async with self.door.database.transaction() as session:
            delivery = await deliveries.get(session, call.cloud.id, call.path["delivery"])
        return webhook.delivery_json(delivery, with_payload=True)

    async def redeliver(self, call: Call) -> dict[str, Any]:
        """Send the same bytes once more, to a receiver that is paused as well."""
        async with self.door.database.transaction() as session:
            delivery = await deliveries.redeliver(session, call.cloud.id, call.path["delivery"])
        return webhook.delivery_json(delivery)

    async def receivers(self, call: Call) -> dict[str, Any]:
        """Addresses that do not answer; those with `paused_at` are left in peace until they are resumed."""
        async with self.door.database.transaction() as session:
            found = await receivers.list_all(session, call.cloud.id)
        return {"receivers": [webhook.receiver_json(receiver) for receiver in found]}

    async def resume(self, call: Call) -> dict[str, Any]:
        """A receiver is mended: send what was held for it, and all that comes."""
        async with self.door.database.transaction() as session:
            await receivers.resume(session, call.cloud.id, call.path["receiver"])
        return {"message": "resumed"}


def _state(call: Call) -> State | None:
    value = params.text(call.params, "state")
    try:
        return None if value is None else State(value)
    except ValueError as error:
        raise Invalid(f"Invalid state {value}: must be one of {', '.join(State)}") from error
