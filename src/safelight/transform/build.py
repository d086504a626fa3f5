"""Chain + Vocabulary -> Plan: every step in its place, also those of layers, and what is said of the whole."""

from dataclasses import replace

from safelight.transform import placing, writing
from safelight.transform.chain import Chain, Component
from safelight.transform.placing import Level
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


def build(chain: Chain, vocabulary: Vocabulary) -> Plan:
    """The plan of a chain whose names were expanded."""
    building = _Building(vocabulary, Plan(is_empty=not chain))
    level = building.level(paired(chain), 0)
    return replace(building.plan, steps=level.steps, source=level.source, video=level.video)


def check(component: Component, vocabulary: Vocabulary) -> None:
    """Raises TransformError for what is wrong with a component wherever it stands."""
    closes = None if layer_word(component) else applying(component)
    if closes:
        opening = Component((replace(closes, code="l", value="x", raw="l_x"),))
        _Building(vocabulary, Plan()).level((Opened(opening, (), component),), 0)
    else:
        build((component,), vocabulary)


def layer_step(opened: Opened, vocabulary: Vocabulary) -> Step:
    """One layer as a step, by itself."""
    return _Building(vocabulary, Plan()).level((opened,), 0).steps[0]


class _Building:
    """One walk over a chain, with what it has found so far; `plan` holds what is said of the whole."""

    def __init__(self, vocabulary: Vocabulary, plan: Plan) -> None:
        self.vocabulary = vocabulary
        self.plan = plan
        self.steps = 0
        self.layers = 0

    def level(self, items: tuple[Item, ...], depth: int) -> Level:
        """What a chain, or a layer in it, says of its own file."""
        level = Level((), Source(), None)
        for item in items:
            if isinstance(item, Opened):
                level = replace(level, steps=level.steps + self._layer(item, depth))
            else:
                steps = self._counted(item, steps_of(item, self.vocabulary))
                level = self._said(item, replace(level, steps=level.steps + steps))
        return level

    def _counted(self, component: Component, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        self.steps += len(steps)
        if self.steps > STEPS_MAX:
            raise component.words[0].fault(f"A transformation may have {STEPS_MAX} steps.")
        return steps

    def _said(self, component: Component, level: Level) -> Level:
        """Take what the words of a component say of the whole, and add what they say of the file of this level."""
        plan = replace(self.plan, source=level.source, video=level.video)
        for word in component.words:
            plan = writing.with_word(plan, word)
        self.plan = plan
        source = replace(plan.source, ignores_orientation=True) if ignores_orientation(component) else plan.source
        return replace(level, source=source, video=plan.video)

    def _layer(self, opened: Opened, depth: int) -> tuple[Step, ...]:
        word = layer_word(opened.opening)
        assert word
        self.layers += 1
        if self.layers > LAYERS_MAX:
            raise word.fault(f"A transformation may have {LAYERS_MAX} layers.")
        if depth >= LAYERS_DEPTH_MAX:
            raise word.fault(f"Layers may stand {LAYERS_DEPTH_MAX} deep inside each other.")
        parts = placing.parts_of(opened, word)
        level = self.level(parts.items, depth + 1)
        return self._counted(opened.opening, placing.laid(parts, word, level))
