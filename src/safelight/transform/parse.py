"""Text + Vocabulary -> Plan: the door of the package."""

from safelight.transform import chain, lexer, named
from safelight.transform.build import build
from safelight.transform.named import Lookup, no_names
from safelight.transform.plan import Plan
from safelight.transform.spec import Vocabulary


def parse(text: str, vocabulary: Vocabulary, named: Lookup = no_names) -> Plan:
    """The plan of the transformation part of a URL: as on the wire, components joined by "/"; may be empty.

    Raises TransformError, which points at the letters, and nothing else.
    """
    return build(chain.chain_of(_expanded(text, named)), vocabulary)


def _expanded(text: str, lookup: Lookup) -> tuple[tuple[lexer.Word, ...], ...]:
    return named.expand(lexer.lex(text), lookup)
