"""Text + Vocabulary -> Plan: the door of the package."""

from safelight.transform import build, lexer, named, run, script, writing
from safelight.transform.chain import chain_of
from safelight.transform.evaluate import NeedsSource
from safelight.transform.hints import Hints
from safelight.transform.named import Lookup, no_names
from safelight.transform.plan import Handing, Plan
from safelight.transform.script import Node, Script, every_component
from safelight.transform.spec import Vocabulary


def parse(text: str, vocabulary: Vocabulary, named: Lookup = no_names) -> Plan:
    """The plan of the transformation part of a URL: as on the wire, components joined by "/"; may be empty.

    Raises TransformError, which points at the letters, and nothing else. What depends on the picture is left as a
    script, for `auto.settle`; what can be computed without it is.
    """
    nodes = _expanded(text, named)
    if not run.needs_running(nodes):
        return build.build(chain_of(every_component(nodes)), vocabulary)
    written = Script(script.in_order(nodes), vocabulary)
    run.check(written)
    if run.undefined(written):
        return Plan(handing=_handing(nodes), script=written)  # a chain before it may set what is missing
    try:
        return run.run(written, Hints(), None)
    except NeedsSource:
        return Plan(handing=_handing(nodes), script=written)


def _expanded(text: str, lookup: Lookup) -> tuple[Node, ...]:
    return named.expand(script.tree(lexer.lex(text)), lookup)


def _handing(nodes: tuple[Node, ...]) -> Handing:
    """What no condition governs: it may matter before the picture is known."""
    plan = Plan()
    for word in (word for node in nodes if isinstance(node, tuple) for word in node):
        if word.code in {"d", "fl"}:
            plan = writing.with_word(plan, word)
    return plan.handing
