"""Rules between fields of structured metadata: list, make, change and delete them."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import metadata_fields, metadata_rule_rows
from safelight.assets.metadata_rules import Rule, checked_condition, checked_name, checked_result
from safelight.kernel.errors import Invalid
from safelight.kernel.ids import random_name
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import metadata, params

_STATES = {"active": True, "inactive": False}


@dataclass(frozen=True)
class MetadataRules:
    """The calls about rules."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/metadata_rules", self.list, needs=Act.READ, is_narrowed=True),
            route("POST", "/metadata_rules", self.create, needs=Act.METADATA),
            route("PUT", "/metadata_rules/{rule}", self.update, needs=Act.METADATA),
            route("DELETE", "/metadata_rules/{rule}", self.delete, needs=Act.METADATA),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            found = await metadata_rule_rows.list_rules(session, call.cloud.id)
        return {"metadata_rules": [metadata.rule_json(rule) for rule in found]}

    async def create(self, call: Call) -> dict[str, Any]:
        said = call.params
        rule_id = params.text(said, "external_id") or random_name()
        if not metadata.FIELD_ID.fullmatch(rule_id):
            raise Invalid(f"external_id {rule_id[:100]} is invalid")
        for name in ("condition", "result"):
            words.required(said, name)
        rule = Rule(rule_id, words.required(said, "metadata_field_id"), words.required(said, "name"), {}, {})
        async with self.door.database.transaction() as session:
            rule = await _said(session, call, rule)
            return metadata.rule_json(await metadata_rule_rows.create(session, call.cloud.id, rule, now=call.now))

    async def update(self, call: Call) -> dict[str, Any]:
        """What is not said stays as it is."""
        async with self.door.database.transaction() as session:
            old = await metadata_rule_rows.get(session, call.cloud.id, call.path["rule"])
            rule = await _said(session, call, old)
            await metadata_rule_rows.change(session, call.cloud.id, rule)
        return metadata.rule_json(rule)

    async def delete(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            await metadata_rule_rows.delete(session, call.cloud.id, call.path["rule"])
        return {"success": True}


async def _said(session: Session, call: Call, rule: Rule) -> Rule:
    """The rule with what the call says of it. Raises Invalid."""
    said = call.params
    fields = {field.id: field for field in await metadata_fields.list(session, call.cloud.id)}
    field_id = params.text(said, "metadata_field_id") or rule.field_id
    if field_id not in fields:
        raise Invalid(f"metadata_field_id is invalid: metadata field {field_id[:100]} doesn't exist")
    condition, result = metadata.as_json(said, "condition"), metadata.as_json(said, "result")
    state = params.text(said, "state")
    if state is not None and state not in _STATES:
        raise Invalid(f"Invalid value {state[:50]} for parameter state: must be active or inactive")
    return replace(
        rule,
        field_id=field_id,
        name=checked_name(params.text(said, "name") or rule.name),
        condition=rule.condition if condition is None else checked_condition(condition, fields),
        # What the rule does must be possible for its field, which may be another now.
        result=checked_result(rule.result if result is None else result, fields[field_id]),
        is_active=rule.is_active if state is None else _STATES[state],
    )
