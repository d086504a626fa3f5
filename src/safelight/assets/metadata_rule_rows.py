"""The rules of a cloud: list, make, change and delete them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets.metadata import ID_CHARS_MAX
from safelight.assets.metadata_rules import RULES_MAX, Rule
from safelight.assets.metadata_store import R, metadata_rules, rule_of, rule_values
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.ports.database import Session


async def list_rules(session: Session, cloud_id: str) -> list[Rule]:
    """In the order in which they act."""
    rows = await session.fetch(select(metadata_rules).where(R.cloud_id == cloud_id).order_by(R.position, R.id))
    return [rule_of(row) for row in rows]


async def create(session: Session, cloud_id: str, rule: Rule, *, now: datetime) -> Rule:
    """Raises Invalid for an id that is taken."""
    there = await list_rules(session, cloud_id)
    if len(there) >= RULES_MAX:
        raise TooMuch(f"A cloud may have {RULES_MAX} metadata rules.")
    rule = replace(rule, position=max((one.position for one in there), default=0) + 1)
    added = (
        insert(metadata_rules)
        .values(cloud_id=cloud_id, id=rule.id, position=rule.position, created_at=now, **rule_values(rule))
        .on_conflict_do_nothing(index_elements=[R.cloud_id, R.id])
        .returning(R.id)
    )
    if await session.fetch_one(added) is None:
        raise Invalid(f"external id {rule.id} already exists")
    return rule


async def get(session: Session, cloud_id: str, rule_id: str) -> Rule:
    """Locked, to be changed. Raises NotFound."""
    row = await session.fetch_one(select(metadata_rules).where(_named(cloud_id, rule_id)).with_for_update())
    if row is None:
        raise _missing(rule_id)
    return rule_of(row)


async def change(session: Session, cloud_id: str, rule: Rule) -> None:
    """Write a rule that was read and locked before."""
    await session.execute(update_rows(metadata_rules).where(_named(cloud_id, rule.id)).values(**rule_values(rule)))


async def delete(session: Session, cloud_id: str, rule_id: str) -> None:
    """Raises NotFound."""
    if not await session.execute(delete_rows(metadata_rules).where(_named(cloud_id, rule_id))):
        raise _missing(rule_id)


async def forget_field(session: Session, cloud_id: str, field_id: str) -> None:
    """A field is gone, and what was said of it alone goes along; a condition that asks for it is never true again."""
    await session.execute(delete_rows(metadata_rules).where(R.cloud_id == cloud_id, R.field_id == field_id))


def _named(cloud_id: str, rule_id: str) -> ColumnElement[bool]:
    return (R.cloud_id == cloud_id) & (R.id == rule_id)


def _missing(rule_id: str) -> NotFound:
    return NotFound(f"Metadata rule {rule_id[:ID_CHARS_MAX]} doesn't exist")
