"""Plan -> one canonical text, so that two ways to say one thing share one derived file."""

import hashlib
from dataclasses import replace

from safelight.transform import flags, layers, motion, script, writing
from safelight.transform.backgrounds import background_text
from safelight.transform.colors import color_text
from safelight.transform.effects import effect_text
from safelight.transform.errors import TransformError
from safelight.transform.gravity import gravity_text
from safelight.transform.lexer import lex
from safelight.transform.plan import (
    AutoWidth,
    Blend,
    Border,
    Color,
    Effect,
    Flatten,
    Flip,
    Handing,
    ImageLayer,
    Initial,
    Layer,
    Length,
    Lut,
    MovingLayer,
    OfBase,
    OfRegion,
    Opacity,
    Place,
    Plan,
    Px,
    Ratio,
    Resize,
    Rotate,
    Round,
    Step,
    TextLayer,
    Trim,
)
from safelight.transform.values import number_text

ENGINE_VERSION = 1
"""Raised whenever a renderer makes other pictures of the same plan: all keys change, old files are made anew."""

# A component that asks for nothing: the picture is opened and written, and no more.
_NOTHING = "c_scale"


def canon(plan: Plan) -> str:
    """The canonical text: `parse(canon(plan)) == plan`. One step a component, then one with the delivery words."""
    if plan.script:
        return "/".join(script.texts(plan.script.nodes))
    components = [component for step in plan.steps for component in _components(step)]
    own, beside = motion.components(plan.video)
    components += own
    words = [*writing.source_words(plan.source), *writing.encode_words(plan.encode), *beside]
    words += writing.handing_words(plan.handing)
    named = flags.source_flags(plan.source) + flags.encode_flags(plan.encode) + flags.handing_flags(plan.handing)
    named += ["getinfo"] if plan.wants_info else []
    words += _flag_words(named)
    if words:
        components.append(",".join(sorted(words)))
    if not components and not plan.is_empty:
        return _NOTHING
    return "/".join(components)


def derived_key(plan: Plan, parts: str = "") -> str:
    """40 hex digits for what a settled plan makes: how it is handed out is no part of it.

    `parts` tells the versions of the other files that the plan refers to; empty where there are none.
    """
    facts = [f"parts {parts}"] if parts else []
    facts += [f"seen {plan.seen!r}"] if plan.seen else []
    text = "\n".join([f"{ENGINE_VERSION}:{canon(replace(plan, handing=Handing()))}", *facts])
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def normal(text: str) -> str:
    """The same components with their parts in the order of the SDKs: conditions, variables as written, then sorted.

    This is what the APIs show as `transformation`. A text that is no transformation is given back as it is.
    """
    try:
        components = lex(text)
    except TransformError:
        return text
    return "/".join(",".join(word.raw for word in sorted(words, key=script.rank)) for words in components)


def _components(step: Step) -> list[str]:
    if isinstance(step, Lut):
        return [f"l_{layers.value_of(step)}", "fl_layer_apply"]
    if not isinstance(step, Layer):
        return [",".join(sorted(_words(step)))]
    inside = [component for each in step.steps for component in _components(each)]
    alone, words = motion.components(step.video)
    return [",".join(sorted(_opening_words(step))), *inside, *alone, ",".join(sorted(words + _closing_words(step)))]


def _opening_words(layer: Layer) -> list[str]:
    source = layer.source
    words = [f"{'u' if layer.is_under else 'l'}_{layers.value_of(source)}"]
    match source:
        case ImageLayer():
            words += writing.source_words(source.source)
            return words + _flag_words(flags.source_flags(source.source))
        case TextLayer():
            words += [f"b_{color_text(source.background)}"] if source.background else []
            words += _words(source.border) if source.border else []
            words += [f"co_{color_text(source.color)}"] if source.color != Color(0, 0, 0) else []
            words += ["c_fit", f"w_{source.width}"] if source.width is not None else []
            words += [f"h_{source.height}"] if source.height is not None else []
            said = [] if source.is_trimmed else ["text_no_trim"]
            said += ["text_disallow_overflow"] if source.must_fit else []
            return words + _flag_words(said)
        case MovingLayer():
            words += [f"b_{color_text(source.background)}"] if source.background else []
            return words + ([f"co_{color_text(source.color)}"] if source.color else [])


def _closing_words(layer: Layer) -> list[str]:
    said = ["layer_apply"]
    said += ["no_overflow"] if layer.keeps_canvas else []
    said += ["region_relative"] if layer.is_for_each_region else []
    said += ["tiled"] if layer.is_tiled else []
    words = [f"g_{gravity_text(layer.gravity)}"] if layer.gravity else []
    words += [f"{code}_{_length_text(at)}" for code, at in (("x", layer.x), ("y", layer.y)) if at is not None]
    if layer.blend is Blend.CUTTER:
        said.append("cutter")
    elif layer.blend is not Blend.OVER:
        items = ["preserve_color"] if layer.keeps_color else []
        items += [number_text(layer.strength)] if layer.strength is not None else []
        words.append(":".join([f"e_{layer.blend}", *items]))
    return words + _flag_words(said)


def _flag_words(said: list[str]) -> list[str]:
    return ["fl_" + ".".join(sorted(said))] if said else []


def _words(step: Resize | Rotate | Effect | Round | Border | Opacity | Flatten | Trim) -> list[str]:
    match step:
        case Resize():
            return _resize_words(step)
        case Rotate(turns):
            return ["a_" + ".".join(turn if isinstance(turn, Flip) else number_text(turn) for turn in turns)]
        case Effect(color=color, place=place):
            words = [f"e_{effect_text(step)}"]
            words += [f"co_{color_text(color)}"] if color else []
            return words + _place_words(place) if place else words
        case Round(radii):
            return ["r_" + (":".join(map(number_text, _corners(radii))) if radii else "max")]
        case Border(width, color):
            return [f"bo_{width}px_solid_{color_text(color)}"]
        case Opacity(percent):
            return [f"o_{number_text(percent)}"]
        case Flatten(background):
            return [f"b_{background_text(background)}"]
        case Trim(tolerance, color):
            text = f"e_trim:{number_text(tolerance)}"
            return [f"{text}:{color_text(color)}" if color else text]


def _resize_words(resize: Resize) -> list[str]:
    words = [f"c_{resize.fit}"]
    if resize.turn:
        words.append(f"a_{resize.turn}")
    if resize.aspect is not None:
        words.append(f"ar_{number_text(resize.aspect)}")
    if resize.background is not None:
        words.append(f"b_{background_text(resize.background)}")
    if resize.waits_for_dpr:
        words.append("dpr_auto")
    named = ["ignore_aspect_ratio"] if resize.keeps_other_side else []
    sides = (resize.width, resize.height)
    named += ["region_relative"] if any(isinstance(side, OfRegion) for side in sides) else []
    named += ["relative"] if any(isinstance(side, OfBase) for side in sides) else []
    words += _flag_words(named)
    if resize.gravity is not None:
        words.append(f"g_{gravity_text(resize.gravity)}")
    if resize.zoom != 1:
        words.append(f"z_{number_text(resize.zoom)}")
    lengths = {"h": resize.height, "w": resize.width, "x": resize.x, "y": resize.y}
    return words + [f"{code}_{_length_text(length)}" for code, length in lengths.items() if length is not None]


def _place_words(place: Place) -> list[str]:
    lengths = {"h": place.height, "w": place.width, "x": place.x, "y": place.y}
    words = [f"{code}_{_length_text(length)}" for code, length in lengths.items() if length is not None]
    return [f"g_{gravity_text(place.gravity)}", *words] if place.gravity else words


def _length_text(length: Length | AutoWidth) -> str:
    match length:
        case Px(value):
            return str(value)
        case Ratio(value) | OfBase(value) | OfRegion(value):
            text = number_text(value)
            return text if "." in text else f"{text}.0"  # the dot makes it a ratio
        case Initial(axis):
            return f"i{axis}"
        case AutoWidth():
            return _auto_width_text(length)


def _auto_width_text(auto: AutoWidth) -> str:
    if auto.low is not None and auto.high is not None and auto.step != AutoWidth.step:
        return f"auto:{auto.low}:{auto.high}:{auto.step}"
    has_bounds = auto.low is not None and auto.high is not None
    text = f"auto:breakpoints_{auto.low}_{auto.high}" if has_bounds else f"auto:{auto.step}"
    text = "auto:breakpoints" if auto.lists_json and not has_bounds else text
    if (auto.bytes_step, auto.widths_max) != (AutoWidth.bytes_step, AutoWidth.widths_max):
        text += f"_{auto.bytes_step // 1000}_{auto.widths_max}"
    text = text if auto.fallback is None else f"{text}:{auto.fallback}"
    return f"{text}:json" if auto.lists_json else text


def _corners(radii: tuple[float, float, float, float]) -> tuple[float, ...]:
    return radii[:1] if len(set(radii)) == 1 else radii
