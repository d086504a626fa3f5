"""Transformation text -> Plan, with the named transformations of its cloud looked up."""

from safelight.derived import named
from safelight.ports.database import Session
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.spec import Vocabulary

NAMES_DEPTH_MAX = 10


async def plan_of(session: Session, cloud_id: str, text: str, vocabulary: Vocabulary) -> Plan:
    """Raises TransformError. The parser is pure: it says which names it lacks, and is asked again with them."""
    known: dict[str, str] = {}
    for _ in range(NAMES_DEPTH_MAX):
        asked: set[str] = set()

        def look(name: str, known: dict[str, str] = known, asked: set[str] = asked) -> str | None:
            asked.add(name)
            return known.get(name)

        try:
            return parse(text, vocabulary, look)
        except TransformError:
            found = await named.definitions(session, cloud_id, asked - known.keys())
            if not found:
                raise
            known |= {name: definition.transformation for name, definition in found.items()}
    return parse(text, vocabulary, known.get)
