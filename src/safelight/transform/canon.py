"""Plan -> one canonical text, so that two ways to say one thing share one derived file."""

import hashlib
from dataclasses import replace

from safelight.transform import script, writing
from safelight.transform.backgrounds import background_text
from safelight.transform.colors import color_text
from safelight.transform.effects import effect_text
from safelight.transform.errors import TransformError
from safelight.transform.gravity import gravity_text
from safelight.transform.lexer import lex
from safelight.transform.plan import (
    AutoWidth,
    Border,
    Effect,
    Flatten,
    Flip,
    Handing,
    Initial,
    Length,
    Opacity,
    Place,
    Plan,
    Px,
    Ratio,
    Resize,
    Rotate,
    Round,
    Step,
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
    components = [",".join(sorted(_words(step))) for step in plan.steps]
    words = writing.source_words(plan.source) + writing.encode_words(plan.encode) + writing.handing_words(plan.handing)
    flags = writing.encode_flags(plan.encode) + writing.handing_flags(plan.handing)
    if flags:
        words.append("fl_" + ".".join(sorted(flags)))
    if words:
        components.append(",".join(sorted(words)))
    if not components and not plan.is_empty:
        return _NOTHING
    return "/".join(components)


def derived_key(plan: Plan, parts: str = "") -> str:
    """40 hex digits for what a settled plan makes: how it is handed out is no part of it.

    `parts` tells the versions of the other files that the plan refers to; empty where there are none.
    """
    text = f"{ENGINE_VERSION}:{parts}:{canon(replace(plan, handing=Handing()))}"
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


def _words(step: Step) -> list[str]:
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
    if resize.keeps_other_side:
        words.append("fl_ignore_aspect_ratio")
    if resize.gravity is not None:
        words.append(f"g_{gravity_text(resize.gravity)}")
    lengths = {"h": resize.height, "w": resize.width, "x": resize.x, "y": resize.y}
    return words + [f"{code}_{_length_text(length)}" for code, length in lengths.items() if length is not None]


def _place_words(place: Place) -> list[str]:
    lengths = {"h": place.height, "w": place.width, "x": place.x, "y": place.y}
    return [f"{code}_{_length_text(length)}" for code, length in lengths.items() if length is not None]


def _length_text(length: Length | AutoWidth) -> str:
    match length:
        case Px(value):
            return str(value)
        case Ratio(value):
            text = number_text(value)
            return text if "." in text else f"{text}.0"  # the dot makes it a ratio
        case Initial(axis):
            return f"i{axis}"
        case AutoWidth(step, fallback, low, high):
            return _auto_width_text(step, fallback, low, high)


def _auto_width_text(step: int, fallback: int | None, low: int | None, high: int | None) -> str:
    if low is not None and high is not None and step != AutoWidth.step:
        return f"auto:{low}:{high}:{step}"
    text = f"auto:breakpoints_{low}_{high}" if low is not None and high is not None else f"auto:{step}"
    return text if fallback is None else f"{text}:{fallback}"


def _corners(radii: tuple[float, float, float, float]) -> tuple[float, ...]:
    return radii[:1] if len(set(radii)) == 1 else radii
