"""Chain + Vocabulary -> Plan: every step in its place, also those of layers, and what is said of the whole."""

from dataclasses import replace

from safelight.transform import codes, placing, writing
from safelight.transform.chain import Chain, Component
from safelight.transform.lexer import Word
from safelight.transform.plan import Plan, Source, Step
from safelight.transform.spec import Vocabulary
from safelight.transform.stack import Item, Opened, applying, layer_word, paired
from safelight.transform.steps import ignores_orientation, steps_of

STEPS_MAX = 200
"""Most steps of one plan, those of its layers included."""
LAYERS_MAX = 50
"""Most layers of one plan."""
LAYERS_DEPTH_MAX = 5
"""How deep layers may stand inside each other."""

_DELIVERY = frozenset({"f", "q", "cs", "dl", "d", "fl"})
_OPENING = frozenset({"dn", "pg"})
"""What says which part of a file is opened; beside a layer, it is the layer's file."""


def build(chain: Chain, vocabulary: Vocabulary) -> Plan:
    """The plan of a chain whose names were expanded."""
    building = _Building(vocabulary, Plan(is_empty=not chain))
    steps, source = building.level(paired(chain), 0)
    return replace(building.plan, steps=steps, source=source)


def check(component: Component, vocabulary: Vocabulary) -> None:
    """Raises TransformError for what is wrong with a component wherever it stands."""
    closes = None if layer_word(component) else applying(component)
    if closes:
        opening = Component((replace(closes, code="l", value="x", raw="l_x"),))
        _Building(vocabulary, Plan()).level((Opened(opening, (), component),), 0)
    else:
        build((component,), vocabulary)


def refuse_later(words: tuple[Word, ...]) -> None:
    """Raises TransformError for a word of the language that this release has not."""
    for word in words:
        if word.code in codes.LATER:
            raise word.fault(f"{codes.LATER[word.code]} (`{word.code}_`) is not available in this release.")


class _Building:
    """One walk over a chain, with what it has found so far; `plan` holds what is said of the whole."""

    def __init__(self, vocabulary: Vocabulary, plan: Plan) -> None:
        self.vocabulary = vocabulary
        self.plan = plan
        self.steps = 0
        self.layers = 0

    def level(self, items: tuple[Item, ...], depth: int) -> tuple[tuple[Step, ...], Source]:
        """The steps of a chain, or of a layer in it, and which part of its file is opened."""
        found: list[Step] = []
        source = Source()
        for item in items:
            if isinstance(item, Opened):
                found += self._layer(item, depth)
            else:
                found += self._counted(item, steps_of(item, self.vocabulary))
                source = self._said(item, source)
        return tuple(found), source

    def _counted(self, component: Component, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        self.steps += len(steps)
        if self.steps > STEPS_MAX:
            raise component.words[0].fault(f"A transformation may have {STEPS_MAX} steps.")
        return steps

    def _said(self, component: Component, source: Source) -> Source:
        """Take what a component says of the whole, and add what it says of the file that is opened."""
        for word in component.words:
            if word.code in _DELIVERY:
                self.plan = writing.with_word(self.plan, word)
            elif word.code in _OPENING:
                source = writing.with_word(Plan(source=source), word).source
        return replace(source, ignores_orientation=True) if ignores_orientation(component) else source

    def _layer(self, opened: Opened, depth: int) -> tuple[Step, ...]:
        word = layer_word(opened.opening)
        assert word
        self.layers += 1
        if self.layers > LAYERS_MAX:
            raise word.fault(f"A transformation may have {LAYERS_MAX} layers.")
        if depth >= LAYERS_DEPTH_MAX:
            raise word.fault(f"Layers may stand {LAYERS_DEPTH_MAX} deep inside each other.")
        parts = placing.parts_of(opened, word)
        steps, source = self.level(parts.items, depth + 1)
        return self._counted(opened.opening, placing.laid(parts, word, steps, source))
