"""Match: the regular expressions of a field, held against what is written.

The database does it: there a pattern can be stopped, and one that somebody made to take for ever mostly cannot be.
"""

from collections.abc import Sequence

from sqlalchemy import func, literal, select

from safelight.assets.metadata import Field, patterns
from safelight.assets.model import MetadataValue
from safelight.kernel.errors import Busy, Invalid
from safelight.ports.database import Session

MATCH_MILLISECONDS_MAX = 500
"""What the patterns of one field may take."""
_TIMEOUT = "statement_timeout"


async def check_default(session: Session, field: Field) -> None:
    """Raises Invalid for a pattern that cannot be read, or a default that does not match."""
    if not await matches(session, field, field.default):
        raise Invalid("default_value is invalid: it does not match the regex of the validation")


async def check_value(session: Session, field: Field, value: MetadataValue) -> None:
    if not await matches(session, field, value):
        raise Invalid(f"Value of metadata field {field.id} is invalid: it does not match the regex of the field")


async def matches(session: Session, field: Field, value: MetadataValue | None) -> bool:
    """Nothing matches everything. Raises Invalid for a pattern that cannot be used."""
    found = patterns(field)
    if not found:
        return True
    try:
        async with session.savepoint():
            return await _matched(session, value if isinstance(value, str) else "", found) or value is None
    except Busy as error:
        raise Invalid(f"validation is invalid: a regex of {field.id} takes too long") from error
    except Invalid as error:
        raise Invalid(f"validation is invalid: a regex of {field.id} cannot be read") from error


async def _matched(session: Session, text: str, regexes: Sequence[str]) -> bool:
    before = await session.fetch_one(select(func.current_setting(_TIMEOUT).label("timeout")))
    await session.fetch(select(func.set_config(_TIMEOUT, f"{MATCH_MILLISECONDS_MAX}ms", True)))
    tests = [literal(text).op("~")(regex).label(f"match_{number}") for number, regex in enumerate(regexes)]
    row = await session.fetch_one(select(*tests))
    await session.fetch(select(func.set_config(_TIMEOUT, before["timeout"] if before else "0", True)))
    return row is not None and all(row.values())
