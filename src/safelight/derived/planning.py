"""Transformation text -> Plan, with the named transformations of its cloud looked up."""

from safelight.derived import named
from safelight.ports.database import Session
from safelight.transform.named import names_needed
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.spec import Vocabulary


async def plan_of(session: Session, cloud_id: str, text: str, vocabulary: Vocabulary) -> Plan:
    """Raises TransformError. The parser is pure: it says which names it lacks, and is asked again with them."""
    known: dict[str, str | None] = {}
    while needed := names_needed(text, known):
        found = await named.definitions(session, cloud_id, needed)
        known |= {name: found[name].transformation if name in found else None for name in needed}
    return parse(text, vocabulary, known.get)
