"""`b_` -> Background: a colour, what the picture's own colours decide, a blurred copy, or what a provider paints."""

import re
from typing import Literal

from safelight.transform import items, percent, values
from safelight.transform.colors import color_of, color_text
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    TRANSPARENT,
    Background,
    BackgroundMode,
    BlurredBackground,
    Color,
    GeneratedBackground,
    GradientBackground,
    PaletteBackground,
)

PALETTE_MAX = 20
"""Most colours of one palette."""
PROMPT_CHARS_MAX = 1000
SEED_MAX = 999_999_999_999
BRIGHTNESS_MIN, BRIGHTNESS_MAX = -300, 100

_MODE = re.compile(r"(border|predominant)(_gradient)?(_contrast)?")
_COUNTS: dict[str, Literal[2, 4]] = {"2": 2, "4": 4}
_DIRECTIONS: dict[str, Literal["horizontal", "vertical", "diagonal_desc", "diagonal_asc"]] = {
    "horizontal": "horizontal",
    "vertical": "vertical",
    "diagonal_desc": "diagonal_desc",
    "diagonal_asc": "diagonal_asc",
}


def background_of(word: Word | None) -> Background | None:
    """None also for `none`: what is transparent stays so."""
    if word is None or word.value == "none":
        return None
    first, *others = word.value.split(":")
    if first == "auto":
        return _auto(word, others)
    if first == "blurred":
        return _blurred(word, others)
    if first.split(";")[0] == "gen_fill":
        return _generated(word)
    color = values.color(word)
    return None if color == TRANSPARENT else color


def background_text(background: Background) -> str:
    """The canonical value."""
    match background:
        case Color():
            return color_text(background)
        case BackgroundMode():
            return f"auto:{background}"
        case BlurredBackground(intensity, brightness):
            return f"blurred:{values.number_text(intensity)}:{values.number_text(brightness)}"
        case PaletteBackground(of, palette):
            return f"auto:{of}:{_palette_text(palette)}"
        case GradientBackground(of, colors, direction, palette):
            edge, _, contrast = of.partition("_")
            mode = f"{edge}_gradient_{contrast}" if contrast else f"{edge}_gradient"
            text = f"auto:{mode}:{colors}:{direction}"
            return f"{text}:{_palette_text(palette)}" if palette else text
        case GeneratedBackground(prompt, seed, ignores_foreground):
            named = ["ignore-foreground_true"] if ignores_foreground else []
            named += [f"prompt_{percent.escaped_twice(prompt)}"] if prompt else []
            named += [f"seed_{seed}"] if seed is not None else []
            return f"gen_fill:{';'.join(named)}" if named else "gen_fill"


# --- from the picture's own colours -------------------------------------------------------------------------------


def _auto(word: Word, others: list[str]) -> Background:
    """Mode, number of colours, direction and palette; each may be left out, and SDKs do not agree on the order."""
    mode, count, direction = "", "", ""
    palette: tuple[Color, ...] = ()
    for item in others:
        if _MODE.fullmatch(item) and not mode:
            mode = item
        elif item in _COUNTS and not count:
            count = item
        elif item in _DIRECTIONS and not direction:
            direction = item
        elif item.startswith("palette_") and not palette:
            palette = _palette(word, item.removeprefix("palette_").split("_"))
        else:
            values.refuse_expression(word, item)
            raise word.invalid()
    written = _MODE.fullmatch(mode or "border")
    assert written
    of = BackgroundMode(written[1] + (written[3] or ""))
    if written[2]:
        return GradientBackground(of, _COUNTS[count or "2"], _DIRECTIONS[direction or "horizontal"], palette)
    if count or direction:
        raise word.fault(f"Only a gradient has a number of colours or a direction: {word.value}")
    return PaletteBackground(of, palette) if palette else of


def _palette(word: Word, names: list[str]) -> tuple[Color, ...]:
    if len(names) > PALETTE_MAX:
        raise word.fault(f"A palette may have {PALETTE_MAX} colors.")
    colors: list[Color] = []
    for name in names:
        color = color_of(name, allows_bare_hex=True)
        if color is None:
            raise word.fault(f"Invalid color in transformation: {name}")
        colors.append(color)
    return tuple(colors)


def _palette_text(palette: tuple[Color, ...]) -> str:
    return "_".join(["palette", *(color_text(color).removeprefix("rgb:") for color in palette)])


# --- the others ---------------------------------------------------------------------------------------------------


def _blurred(word: Word, others: list[str]) -> BlurredBackground:
    if len(others) > 2:
        raise word.invalid()
    intensity = values.number(word, 1, 2000, text=others[0], name="intensity") if others else 100
    brightness = values.number(word, -values.PX_MAX, values.PX_MAX, text=others[1]) if len(others) == 2 else 0
    # SDKs and their pages show brightnesses far beyond the bound, so these are brought back to it.
    brightness = min(max(brightness, BRIGHTNESS_MIN), BRIGHTNESS_MAX)
    return BlurredBackground(intensity, brightness)


def _generated(word: Word) -> GeneratedBackground:
    _, *others = items.of(word)
    prompt, seed, ignores_foreground = "", None, False
    for item in others:
        name, _, text = item.partition("_")
        match name:
            case "prompt":
                prompt = items.text(word, text, PROMPT_CHARS_MAX)
            case "seed":
                seed = values.whole(word, 0, SEED_MAX, text=text, name="seed")
            case "ignore-foreground":
                ignores_foreground = items.flag(word, text)
            case _:
                raise word.fault(f"Invalid background in transformation: {percent.decoded_twice(item)}")
    return GeneratedBackground(prompt, seed, ignores_foreground)
