"""Words -> Chain: components in order, each with one word for a code, and what moves between components moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from safelight.transform.lexer import Word

APPLY = "layer_apply"
"""The flag that closes a layer."""

# A component with one of these changes the size, so a device pixel ratio beside them is its own.
_SIZING = ("w", "h", "ar", "c")


@dataclass(frozen=True)
class Component:
    """The words between two slashes. The order in which they were written has no meaning."""

    words: tuple[Word, ...]
    relative_to: Literal["base", "region"] | None = None
    """In a layer: what its sizes with a dot are multiples of; None: of the layer itself."""

    def word(self, code: str) -> Word | None:
        """The word of a code; said twice, the last one counts."""
        return next((word for word in reversed(self.words) if word.code == code), None)

    def all(self, code: str) -> tuple[Word, ...]:
        """All words of a code, for those that add up (flags)."""
        return tuple(word for word in self.words if word.code == code)

    def without(self, *codes: str) -> "Component":
        """The same with the words of these codes left out."""
        return replace(self, words=tuple(word for word in self.words if word.code not in codes)) if codes else self

    def has(self, *codes: str) -> bool:
        return any(word.code in codes for word in self.words)

    def flags(self) -> list[str]:
        """The flags, with what stands behind their `:`."""
        return [flag for word in self.all("fl") for flag in flags_in(word.value)]


Chain = tuple[Component, ...]


def flags_in(value: str) -> list[str]:
    """`a.b:(c.d)` is two flags: a dot between brackets is none between flags."""
    flags, depth = [""], 0
    for letter in value:
        depth = max(0, depth + (letter == "(") - (letter == ")"))
        if letter == "." and not depth:
            flags.append("")
        else:
            flags[-1] += letter
    return flags


def chain_of(components: Sequence[tuple[Word, ...]]) -> Chain:
    """Components in order. A `dpr_` without a size beside it goes to the closest resize before it."""
    chain: list[Component] = []
    for words in components:
        add(Component(words), chain)
    return tuple(chain)


def add(component: Component, chain: list[Component]) -> int:
    """Put a component at the end of a chain; says from where on the chain is another than before."""
    changed = len(chain)
    if component.has("dpr") and not component.has(*_SIZING):
        changed = _fold(component.all("dpr"), chain)
        component = component.without("dpr")
    chain.append(component)
    return changed


def _fold(ratios: tuple[Word, ...], chain: list[Component]) -> int:
    depth = 0  # inside layers that are closed again before the ratio
    for index in reversed(range(len(chain))):
        component = chain[index]
        if component.has("l", "u"):
            depth = max(0, depth - 1)
        elif APPLY in component.flags():
            depth += 1
        elif depth == 0 and component.has("w", "h"):
            chain[index] = Component(component.words + ratios)
            return index
    return len(chain)
