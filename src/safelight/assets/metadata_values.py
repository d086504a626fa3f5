"""Write: what is said in the fields of assets -> what stands there afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from safelight.assets import metadata_fields, metadata_rules
from safelight.assets.listing import Within
from safelight.assets.metadata import Field, Said, new_entries, value_in
from safelight.assets.metadata_patterns import check_value
from safelight.assets.metadata_rule_rows import list_rules
from safelight.assets.metadata_rules import Rule, Values
from safelight.assets.model import MetadataValue
from safelight.assets.notes import Edit, apply, named
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Session


@dataclass(frozen=True)
class Writing:
    """What shall stand in fields, checked; `onto` says what an asset has then."""

    fields: Mapping[str, Field] = field(default_factory=dict[str, Field])
    rules: Sequence[Rule] = ()
    said: Mapping[str, MetadataValue | None] = field(default_factory=dict[str, MetadataValue | None])
    """None: what stands there goes."""
    clears_invalid: bool = False

    def for_new(self) -> dict[str, MetadataValue]:
        """Of an asset that is new: what was said, and else the defaults."""
        given = {field.id: field.given for field in self.fields.values() if field.given is not None}
        return self._ruled({**given, **self._kept(given)})

    def onto(self, before: Values) -> dict[str, MetadataValue]:
        """Raises Invalid for what the rules between fields do not allow."""
        there = dict(before)
        if self.clears_invalid:
            there = {name: value for name, value in before.items() if self._fits(name, value)}
        for name, value in self.said.items():
            if value is None:
                there.pop(name, None)
        return self._ruled({**there, **self._kept(there)})

    def _kept(self, there: Values) -> dict[str, MetadataValue]:
        for name, value in self.said.items():
            if value is None and self.fields[name].is_mandatory:
                raise Invalid(f"Metadata field {name} is mandatory")
        return {name: value for name, value in self.said.items() if value is not None}

    def _fits(self, name: str, value: MetadataValue) -> bool:
        known = self.fields.get(name)
        if known is None:
            return False
        try:
            return value_in(known, value if isinstance(value, list) else str(value)) == value
        except Invalid:
            return False

    def _ruled(self, values: dict[str, MetadataValue]) -> dict[str, MetadataValue]:
        found = metadata_rules.applied(self.rules, self.fields, values)
        for name, state in metadata_rules.states(self.rules, found).items():
            value = found.get(name)
            if value is None:
                if state.is_mandatory and state.is_open:
                    raise Invalid(f"Metadata field {name} is mandatory, by a rule")
                continue
            items = value if isinstance(value, list) else [str(value)]
            if state.is_open and (state.active is None or state.active.issuperset(items)):
                continue
            if name in self.said:
                raise Invalid(f"Value of metadata field {name} is invalid: a rule does not allow it")
            if self.clears_invalid:
                del found[name]
        return found


async def prepare(
    session: Session, cloud_id: str, said: Mapping[str, Said], *, clears_invalid: bool = False
) -> Writing:
    """Raises Invalid for fields that are not there and values that cannot stand in theirs."""
    fields = {field.id: field for field in await metadata_fields.list(session, cloud_id)}
    values: dict[str, MetadataValue | None] = {}
    for name, value in said.items():
        if name not in fields:
            raise Invalid(f"Metadata field {name[:100]} doesn't exist")
        if new_entries(fields[name], value):
            fields[name] = await _grown(session, cloud_id, name, value)
        values[name] = None if value is None else await _checked(session, fields[name], value)
    rules = await list_rules(session, cloud_id) if fields else ()
    return Writing(fields, rules, values, clears_invalid)


async def write(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    writing: Writing,
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> list[str]:
    """The same in many assets; the names of those that are there."""
    edit = Edit("metadata", lambda asset: writing.onto(asset.metadata))
    return await apply(session, named(cloud_id, kind, access, names, within), edit, now, notification_url)


async def _checked(session: Session, field: Field, said: str | Sequence[str]) -> MetadataValue:
    value = value_in(field, said)
    await check_value(session, field, value)
    return value


async def _grown(session: Session, cloud_id: str, name: str, said: Said) -> Field:
    """The field with what was written as entries of its list. Locked: two uploads may bring the same."""
    field = await metadata_fields.get(session, cloud_id, name, locks=True)
    grown = metadata_fields.with_entries(field, [(one, one) for one in new_entries(field, said)])
    return await metadata_fields.change(session, cloud_id, grown)
