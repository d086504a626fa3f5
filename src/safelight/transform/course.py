"""Course: the components of a chain so far, and the size at the place that they lead to, also inside a layer."""

from dataclasses import dataclass, replace

from safelight.transform import build, layer_sizes, limits
from safelight.transform.chain import Component, add
from safelight.transform.geometry import Size
from safelight.transform.hints import Hints, settled_step
from safelight.transform.plan import Layer, Step
from safelight.transform.script import Branch, Node, Words
from safelight.transform.spec import Vocabulary
from safelight.transform.stack import Item, Opened, applying, layer_word
from safelight.transform.steps import steps_of


@dataclass(frozen=True)
class _Frame:
    """A level of the stack: the size of its picture, and what opened it and was done to it, if it is a layer."""

    size: Size | None
    opening: Component | None = None
    items: tuple[Item, ...] = ()


class Course:
    """`chain` grows by `add`; what `size` finds out is kept until a component before is another."""

    def __init__(self, nodes: tuple[Node, ...], vocabulary: Vocabulary, hints: Hints) -> None:
        self.chain: list[Component] = []
        self.vocabulary = vocabulary
        self.hints = hints
        self.closed = closed_openings(nodes)
        self.opens: list[bool] = []
        self.stacks: list[tuple[_Frame, ...]] = []

    def add(self, component: Component, written: Words) -> None:
        """Put a component at the end; `written` are its words as they stand in the script."""
        del self.stacks[add(component, self.chain) :]
        self.opens.append(id(written) in self.closed)

    def size(self, initial: Size) -> Size | None:
        """The size here; None where the content, or the file of a layer, decides it."""
        for at in range(len(self.stacks), len(self.chain)):
            stack = self.stacks[-1] if self.stacks else (_Frame(initial),)
            self.stacks.append(self._after(stack, self.chain[at], initial, opens=self.opens[at]))
        return self.stacks[-1][-1].size if self.stacks else initial

    def _after(
        self, stack: tuple[_Frame, ...], component: Component, initial: Size, *, opens: bool
    ) -> tuple[_Frame, ...]:
        *below, top = stack
        if layer_word(component):
            if opens:
                layer = self._layer(Opened(component))
                return (*stack, _Frame(limits.own_size(layer, top.size, initial) if layer else None, component))
            return (*below, self._laid(top, Opened(component), initial))
        if applying(component) and top.opening and below:
            closed = Opened(top.opening, top.items, component)
            return (*below[:-1], self._laid(below[-1], closed, initial))
        size = top.size
        for step in self._steps(component, is_in_layer=bool(below)):
            size = limits.size_after(layer_sizes.based(step, below[-1].size) if below else step, size, initial)
        return (*below, replace(top, size=size, items=(*top.items, component) if below else ()))

    def _laid(self, below: _Frame, opened: Opened, initial: Size) -> _Frame:
        layer = self._layer(opened)
        size = limits.size_after(layer, below.size, initial) if layer else below.size
        # A layer that might reach over the edge is taken to lie inside, as nearly all do.
        return replace(below, size=size or below.size, items=(*below.items, opened) if below.opening else ())

    def _layer(self, opened: Opened) -> Layer | None:
        step = build.layer_step(opened, self.vocabulary)
        settled = settled_step(step, self.hints)
        return settled if isinstance(settled, Layer) else None

    def _steps(self, component: Component, *, is_in_layer: bool) -> tuple[Step, ...]:
        if is_in_layer and "relative" in component.flags():
            component = replace(component, relative_to="base")
        return tuple(settled_step(step, self.hints) for step in steps_of(component, self.vocabulary))


def closed_openings(nodes: tuple[Node, ...]) -> frozenset[int]:
    """The components (by `id`) that open a layer which a later one closes, whatever branch that is in."""
    closed: set[int] = set()
    _walk(nodes, (), closed)
    return frozenset(closed)


_Open = tuple[frozenset[int], ...]


def _walk(nodes: tuple[Node, ...], open: _Open, closed: set[int]) -> _Open:
    for node in nodes:
        if isinstance(node, Branch):
            one, other = _walk(node.then, open, closed), _walk(node.otherwise, open, closed)
            open = (
                tuple(a | b for a, b in zip(one, other, strict=True))
                if len(one) == len(other)
                else max(one, other, key=len)
            )
            continue
        component = Component(node)
        if component.has("l", "u"):
            open = open if applying(component) else (*open, frozenset({id(node)}))
        elif applying(component) and open:
            closed |= open[-1]
            open = open[:-1]
    return open
