"""Plan -> References: the other files that a plan needs, and their styles put in their places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from safelight.transform.plan import (
    Color,
    ImageLayer,
    Layer,
    Lut,
    MovingLayer,
    Plan,
    Step,
    StyleReference,
    TextLayer,
    TextStyle,
)
from safelight.transform.reference import Reference

BLACK = Color(0, 0, 0)


def references(plan: Plan) -> tuple[Reference, ...]:
    """Pictures of layers (nested ones, too), fonts, tables, stored styles and profiles: each once, in order of use.

    A plan with a script has none that are known: it is to be settled before.
    """
    profile = (plan.encode.icc,) if plan.encode.icc else ()
    return tuple(dict.fromkeys((*_of_steps(plan.steps), *profile)))


@dataclass(frozen=True)
class Borrowed:
    """How a text looks that has the style of a stored one. A colour that it says itself goes before."""

    style: TextStyle
    color: Color = BLACK
    background: Color | None = None


def with_styles(plan: Plan, styles: Mapping[Reference, TextStyle | Borrowed]) -> Plan:
    """The plan with the stored styles of these pictures written out, wherever a text uses them."""
    return replace(plan, steps=tuple(_styled(step, styles) for step in plan.steps))


def _of_steps(steps: tuple[Step, ...]) -> Iterator[Reference]:
    for step in steps:
        match step:
            case Lut(table):
                yield table
            case Layer(source):
                yield from _of_source(source)
                yield from _of_steps(step.steps)
            case _:
                pass


def _of_source(source: ImageLayer | TextLayer | MovingLayer) -> Iterator[Reference]:
    match source:
        case ImageLayer(picture):
            yield picture
        case TextLayer(style=style):
            yield from _of_style(style)
        case MovingLayer(file=file, style=style):
            yield file
            yield from _of_style(style)


def _of_style(style: TextStyle | StyleReference | None) -> Iterator[Reference]:
    match style:
        case TextStyle(font_file=file) if file:
            yield file
        case StyleReference(picture):
            yield picture
        case _:
            pass


def _styled(step: Step, styles: Mapping[Reference, TextStyle | Borrowed]) -> Step:
    if not isinstance(step, Layer):
        return step
    source = step.source
    if isinstance(source, TextLayer | MovingLayer) and isinstance(source.style, StyleReference):
        source = _dressed(source, styles.get(source.style.picture))
    return replace(step, source=source, steps=tuple(_styled(each, styles) for each in step.steps))


def _dressed(source: TextLayer | MovingLayer, borrowed: TextStyle | Borrowed | None) -> TextLayer | MovingLayer:
    match borrowed:
        case None:
            return source
        case TextStyle():
            return replace(source, style=borrowed)
        case Borrowed(style, color, background):
            # Black is what a text has that says no colour; who wants it over another says so in the stored text.
            own = source.color not in (None, BLACK)
            return replace(
                source,
                style=style,
                color=source.color if own else color,
                background=source.background or background,
            )
