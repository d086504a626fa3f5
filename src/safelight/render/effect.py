"""Effect: @effect turns a function's signature and docstring into the EffectSpec that parser and manual read."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from safelight.kernel.errors import Invalid
from safelight.render.bleed import bled
from safelight.render.decode import Picture
from safelight.render.image import Image, join, split
from safelight.render.sight import BLIND, Eyes
from safelight.transform import plan as p
from safelight.transform.plan import Area, Color, Place, Stop, Value
from safelight.transform.spec import EffectSpec, Param, Range, Vocabulary

Percent = Annotated[float, Range(0, 100, "%")]
Signed = Annotated[float, Range(-100, 100, "%")]

# Parameters that are words of their own beside the effect, and no items of it.
_QUALIFIERS = frozenset({"color", "place", "eyes"})

Function = Callable[..., Image]
Whole = Callable[..., Picture]


F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Lengths:
    """How many numbers an item that is a list of them may have."""

    counts: tuple[int, ...] = ()


_KINDS: dict[Any, Literal["number", "color", "flag", "numbers", "stops", "text", "texts", "areas"]] = {
    float: "number",
    bool: "flag",
    Color: "color",
    tuple[float, ...]: "numbers",
    tuple[Stop, ...]: "stops",
    str: "text",
    tuple[str, ...]: "texts",
    tuple[Area, ...]: "areas",
}


@dataclass(frozen=True)
class _Entry:
    spec: EffectSpec
    function: Function | Whole
    is_whole: bool
    sees_alpha: bool
    reads_twice: bool
    has_eyes: bool


_entries: dict[str, _Entry] = {}


def effect(
    *,
    example: str,
    sees_alpha: bool = False,
    reads_twice: bool = False,
    takes: tuple[Literal["x", "y", "w", "h", "g"], ...] = (),
    changes_size: bool = False,
    opens: bool = False,
    is_whole: bool = False,
    sees: tuple[str, ...] = (),
    needs: str = "",
) -> Callable[[F], F]:
    """Make a function an effect of the language under its own name.

    The first parameter is the picture: 8-bit sRGB without alpha, which is kept and put back by itself. An effect that
    needs alpha says `sees_alpha`, gets the whole and gives back the whole. A parameter `color` is `co_`; all others
    are positional items, each with a type that says its bounds, and a default. An effect that measures the picture
    before it changes it says `reads_twice`, so that what was done before is not done twice.

    An effect that `takes` some of x, y, w and h gets them, where they are given, as `place`. One that gives back a
    picture of another size says `changes_size`; one that may make an opaque picture transparent somewhere, `opens`.

    One that `is_whole` gets the Picture with all its frames, and gives one back. What it cannot do without, and what
    not every installation has, it `needs`.

    An effect that must know what is in the picture has a parameter `eyes`, which tells it (render/sight), and `sees`
    names the kinds of Region that it always asks for.
    """

    def register(function: F) -> F:
        spec = replace(_spec_of(function, example), takes=takes, changes_size=changes_size, opens=opens)
        spec = replace(spec, sees=sees, needs=needs)
        if spec.name in _entries:
            raise ValueError(f"Two effects are named {spec.name}.")
        has_eyes = "eyes" in inspect.signature(function).parameters
        _entries[spec.name] = _Entry(spec, function, is_whole, sees_alpha, reads_twice, has_eyes)
        return function

    return register


def vocabulary() -> Vocabulary:
    """Every effect of the folder `effects`, by name."""
    return _vocabulary()


@cache
def _vocabulary() -> Vocabulary:
    _load()
    return MappingProxyType({name: entry.spec for name, entry in sorted(_entries.items())})


def carried_out(picture: Picture, asked: p.Effect, eyes: Eyes = BLIND) -> Picture:
    """Apply an effect to every frame, or to the picture as a whole."""
    entry = _entry(asked.name)
    if entry.is_whole:
        return cast(Whole, entry.function)(picture, *asked.args, **_named(entry, asked, eyes))
    return picture.map(lambda frame: carry_out(frame, asked, eyes))


def carry_out(image: Image, asked: p.Effect, eyes: Eyes = BLIND) -> Image:
    """Apply an effect to an 8-bit sRGB picture; alpha survives."""
    entry = _entry(asked.name)
    if entry.is_whole:
        return carried_out(Picture((image,)), asked, eyes).frames[0]
    function = cast(Function, entry.function)
    image = image.copy_memory() if entry.reads_twice else image
    named = _named(entry, asked, eyes)
    if entry.sees_alpha:
        return function(image, *asked.args, **named)
    colors, alpha = split(image)
    if alpha is not None:
        # Blurs and measures would meet colours that nobody sees.
        alpha = alpha.copy_memory()
        colors = bled(colors.copy_memory(), alpha)
    return join(function(colors, *asked.args, **named), alpha)


def _entry(name: str) -> _Entry:
    _load()
    entry = _entries.get(name)
    if entry is None:
        raise Invalid(f"Unsupported effect {name}")
    return entry


def _named(entry: _Entry, asked: p.Effect, eyes: Eyes) -> dict[str, Color | Place | Eyes]:
    named: dict[str, Color | Place | Eyes] = {"eyes": eyes} if entry.has_eyes else {}
    if entry.spec.takes_color and asked.color is not None:
        named["color"] = asked.color
    if asked.place is not None:
        named["place"] = asked.place
    return named


@cache
def _load() -> None:
    """By name, for the files of that folder import this one."""
    importlib.import_module("safelight.render.effects")


def _spec_of(function: Callable[..., Any], example: str) -> EffectSpec:
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    summary, _, description = (inspect.getdoc(function) or "").partition("\n")
    return EffectSpec(
        name=function.__name__,
        params=tuple(
            _param(parameter, hints[parameter.name]) for parameter in parameters if parameter.name not in _QUALIFIERS
        ),
        summary=summary,
        description=description.strip(),
        example=example,
        takes_color=any(parameter.name == "color" for parameter in parameters),
    )


def _param(parameter: inspect.Parameter, hint: Any) -> Param:
    default: Value | None = None if parameter.default is inspect.Parameter.empty else parameter.default
    name = parameter.name.rstrip("_")  # `color_` is an item named color
    plain = _without_none(hint)
    bounds: Range | None = None
    lengths = Lengths()
    if get_origin(plain) is Annotated:
        plain, *extras = get_args(plain)
        bounds = next((extra for extra in extras if isinstance(extra, Range)), None)
        lengths = next((extra for extra in extras if isinstance(extra, Lengths)), lengths)
    if get_origin(plain) is Literal:
        return Param(name, "word", default, choices=get_args(plain))
    kind = _KINDS.get(plain)
    if kind is None or (kind in {"number", "numbers"} and bounds is None):
        raise TypeError(f"An effect cannot take {parameter.name}: {hint}; numbers need a Range.")
    return Param(name, kind, default, range=bounds, lengths=lengths.counts)


def _without_none(hint: Any) -> Any:
    """`X | None` means that X may be left out."""
    if get_origin(hint) in {Union, UnionType}:
        return next(item for item in get_args(hint) if item is not NoneType)
    return hint
