"""Chain -> components and layers: each layer beside what stands between its opening and its closing component."""

from dataclasses import dataclass

from safelight.transform.chain import APPLY, Chain, Component
from safelight.transform.lexer import Word


@dataclass(frozen=True)
class Opened:
    """A layer. `closing` None: it is self-contained, and all parts of `opening` are its own."""

    opening: Component
    inside: tuple["Item", ...] = ()
    closing: Component | None = None


Item = Component | Opened


def layer_word(component: Component) -> Word | None:
    """The word that opens a layer, if the component has one."""
    found = [word for code in ("l", "u") if (word := component.word(code))]
    if len(found) > 1:
        raise found[1].fault("A component opens one layer.")
    return found[0] if found else None


def applying(component: Component) -> Word | None:
    """The flag that closes a layer, if the component has it."""
    return next((word for word in component.all("fl") if APPLY in Component((word,)).flags()), None)


def paired(chain: Chain) -> tuple[Item, ...]:
    """An `fl_layer_apply` closes the newest layer that is open; what is left open at the end is self-contained."""
    openings: list[Component] = []
    frames: list[list[Item]] = [[]]
    for component in chain:
        closes = applying(component)
        if layer_word(component):
            if closes:  # opens and closes itself
                frames[-1].append(Opened(component))
            else:
                openings.append(component)
                frames.append([])
        elif closes:
            if not openings:
                raise closes.fault("`fl_layer_apply` without a layer that is open: one begins with `l_` or `u_`.")
            inside = tuple(frames.pop())
            frames[-1].append(Opened(openings.pop(), inside, component))
        else:
            frames[-1].append(component)
    items = frames[0]
    for opening, frame in zip(openings, frames[1:], strict=True):
        items += [Opened(opening), *frame]
    return tuple(items)
