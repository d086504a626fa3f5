"""Structured metadata: the fields, the entries of their lists, and their order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import metadata_fields, metadata_rule_rows, metadata_spread
from safelight.assets.metadata import Entry, Field
from safelight.assets.model import Order
from safelight.kernel.errors import Invalid
from safelight.kernel.rights import Act
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import metadata, params

TERM_RESULTS_DEFAULT = 50
TERM_RESULTS_MAX = 100
IDS_MAX = 3000


@dataclass(frozen=True)
class Metadata:
    """The calls about fields."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        """Fixed words stand before the patterns that would swallow them."""
        route, source = self.door.route, "/metadata_fields/{field}/datasource"
        return [
            route("GET", "/metadata_fields", self.list, needs=Act.READ, is_narrowed=True),
            route("POST", "/metadata_fields", self.create, needs=Act.METADATA),
            route("PUT", "/metadata_fields/order", self.order, needs=Act.METADATA),
            route("GET", "/metadata_fields/datasource/search", self.search_all, needs=Act.READ, is_narrowed=True),
            route("POST", "/metadata_fields/datasource/search", self.search_all, needs=Act.READ, is_narrowed=True),
            route("GET", "/metadata_fields/{field}", self.show, needs=Act.READ, is_narrowed=True),
            route("PUT", "/metadata_fields/{field}", self.update, needs=Act.METADATA),
            route("DELETE", "/metadata_fields/{field}", self.delete, needs=Act.METADATA),
            route("PUT", "/metadata_fields/{field}/reorder", self.move, needs=Act.METADATA),
            route("PUT", source, self.update_entries, needs=Act.METADATA),
            route("DELETE", source, self.delete_entries, needs=Act.METADATA),
            route("POST", "/metadata_fields/{field}/datasource_restore", self.restore_entries, needs=Act.METADATA),
            route("POST", source + "/order", self.order_entries, needs=Act.METADATA),
            route("GET", source + "/search", self.search, needs=Act.READ, is_narrowed=True),
            route("POST", source + "/search", self.search, needs=Act.READ, is_narrowed=True),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            return _listed(await metadata_fields.list(session, call.cloud.id))

    async def show(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            return metadata.field_json(await metadata_fields.get(session, call.cloud.id, call.path["field"]))

    async def create(self, call: Call) -> dict[str, Any]:
        """A default is given to all assets that are there."""
        field = metadata.new_field(call.params)
        async with self.door.database.transaction() as session:
            field = await metadata_fields.create(session, call.cloud.id, field, now=call.now)
            await metadata_spread.begin(session, call.cloud.id, field.id)
        return metadata.field_json(field)

    async def update(self, call: Call) -> dict[str, Any]:
        """What is not said stays as it is, and so do type and id: SDKs send them along and expect no error.

        Another default is given to all assets that have no value.
        """
        async with self.door.database.transaction() as session:
            old = await metadata_fields.get(session, call.cloud.id, call.path["field"], locks=True)
            field = metadata.changed_field(old, call.params, call.emptied)
            await metadata_fields.change(session, call.cloud.id, field)
            if field.given != old.given:
                await metadata_spread.begin(session, call.cloud.id, field.id)
        return metadata.field_json(field)

    async def delete(self, call: Call) -> dict[str, Any]:
        """Its values go, from all assets; its id is not given to another."""
        cloud_id, field_id = call.cloud.id, call.path["field"]
        async with self.door.database.transaction() as session:
            await metadata_fields.delete(session, cloud_id, field_id, now=call.now)
            await metadata_rule_rows.forget_field(session, cloud_id, field_id)
            await metadata_spread.begin(session, cloud_id, field_id)
        return {"message": "ok"}

    async def order(self, call: Call) -> dict[str, Any]:
        by, direction = words.required(call.params, "order_by"), words.direction(call.params) or Order.ASCENDING
        async with self.door.database.transaction() as session:
            return _listed(await metadata_fields.order(session, call.cloud.id, by, direction))

    async def move(self, call: Call) -> dict[str, Any]:
        position = params.number(call.params, "position", low=0, high=metadata_fields.FIELDS_MAX)
        if position is None:
            raise Invalid("Missing required parameter - position")
        async with self.door.database.transaction() as session:
            return _listed(await metadata_fields.move(session, call.cloud.id, call.path["field"], position))

    async def update_entries(self, call: Call) -> dict[str, Any]:
        said = metadata.entries(call.params)
        return await self._rewrite(call, lambda field: metadata_fields.with_entries(field, said))

    async def delete_entries(self, call: Call) -> dict[str, Any]:
        """They can be chosen no more; where one was chosen it stays."""
        ids = words.required_names(call.params, "external_ids", IDS_MAX)
        return await self._rewrite(call, lambda field: metadata_fields.with_state(field, ids, is_active=False))

    async def restore_entries(self, call: Call) -> dict[str, Any]:
        ids = words.required_names(call.params, "external_ids", IDS_MAX)
        return await self._rewrite(call, lambda field: metadata_fields.with_state(field, ids, is_active=True))

    async def order_entries(self, call: Call) -> dict[str, Any]:
        by = params.text(call.params, "order_by") or "value"
        if by != "value":
            raise Invalid(f"Invalid value {by[:50]} for parameter order_by: must be value")
        direction = words.direction(call.params) or Order.ASCENDING
        return await self._rewrite(call, lambda field: metadata_fields.with_sorted_entries(field, direction))

    async def search(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            field = await metadata_fields.get(session, call.cloud.id, call.path["field"])
        return metadata.datasource_json([entry for _, entry in _matching(call, [field])])

    async def search_all(self, call: Call) -> dict[str, Any]:
        """In the lists of all fields."""
        async with self.door.database.transaction() as session:
            fields = await metadata_fields.list(session, call.cloud.id)
        return metadata.found_json(_matching(call, fields))

    async def _rewrite(self, call: Call, rewrite: Callable[[Field], Field]) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            field = rewrite(await metadata_fields.get(session, call.cloud.id, call.path["field"], locks=True))
            await metadata_fields.change(session, call.cloud.id, field)
        return metadata.datasource_json(field.active)


def _listed(fields: list[Field]) -> dict[str, Any]:
    return {"metadata_fields": [metadata.field_json(field) for field in fields]}


def _matching(call: Call, fields: list[Field]) -> list[tuple[Field, Entry]]:
    most = params.number(call.params, "max_results", low=1, high=1_000_000) or TERM_RESULTS_DEFAULT
    term, is_exact = params.text(call.params, "term") or "", params.flag(call.params, "exact_match")
    found = [(field, entry) for field in fields for entry in metadata_fields.matching(field, term, is_exact=is_exact)]
    return found[: min(most, TERM_RESULTS_MAX)]
