"""Text: a TextLayer -> a picture of its letters, 8-bit sRGB with alpha."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render import fonts, text_font, text_outline, text_words, typeset
from safelight.render.image import Image
from safelight.render.typeset import Ink, Setting
from safelight.settings import RenderSettings
from safelight.transform.arguments import Color
from safelight.transform.plan import Layer, Plan, Step, TextLayer, TextStyle

SIZE_MAX = 3000
"""Largest letters, px."""
SPACING_MAX = 3000
"""Most px between letters or lines, either way."""
STROKE_MAX = 200
"""Widest outline of letters, px."""
PIXELS_MAX = 25_000_000
"""Largest picture of letters."""
WORKING_PIXELS_MAX = 16_000_000
"""Largest picture of letters while it is drawn larger than asked for."""
TURNS_MAX = 40
"""Most changes between lines from left to right and lines from right to left, where they are aligned to one side."""
TRIES_MAX = 40
"""Most layouts that are tried to fit a text into a height."""
MISSING_MAX = 8
"""Most fonts that are told to be missing."""
_SIZE_OF_TRIAL = 8

# Letters stand on whole pixels, which shows in small ones as uneven spaces: those are drawn larger and made small.
_FACTORS = ((48, 4), (160, 2))


@dataclass(frozen=True)
class _Task:
    """A text, and how it is set."""

    text: str
    layer: TextLayer
    style: TextStyle
    setting: Setting

    def times(self, factor: float) -> "_Task":
        spaced = replace(self.style, letter_spacing=self.style.letter_spacing * factor)
        return replace(self, style=spaced, setting=self.setting.times(factor))


def drawn(layer: TextLayer, font: bytes | None, settings: RenderSettings) -> Image:
    """The letters in their box. `font`: the bytes of the style's font file, if it names one.

    Raises Invalid for a font that is not there or is broken, TooMuch for what is too large.
    """
    style = layer.style
    if not isinstance(style, TextStyle):
        # Plans of stored files have their styles written in; this one was rendered without a store to look them up.
        raise Invalid(f"Unknown text style {style.picture.name}.")
    _check(layer, style)
    task = _Task(text_words.cleaned(layer.text), layer, style, _setting(layer, style, font, settings))
    if layer.height is not None:
        task = _fitted(task, layer.height)
    factor = _factor(task, settings)
    return _boxed(layer, style, _letters(task, factor))


def missing(plan: Plan) -> tuple[str, ...]:
    """The families that a plan asks for and that are not there, each once and at most some."""
    styles = (layer.style for layer in _texts(plan.steps) if isinstance(layer.style, TextStyle))
    named = dict.fromkeys(
        fonts.named(style.font)[: fonts.FAMILY_CHARS_MAX] for style in styles if style.font_file is None
    )
    return tuple(itertools.islice((name for name in named if not fonts.is_known(name)), MISSING_MAX))


def _texts(steps: tuple[Step, ...]) -> Iterator[TextLayer]:
    for step in steps:
        if isinstance(step, Layer):
            if isinstance(step.source, TextLayer):
                yield step.source
            yield from _texts(step.steps)


def _check(layer: TextLayer, style: TextStyle) -> None:
    for what, found, most in (
        ("size", style.size, SIZE_MAX),
        ("letter spacing", abs(style.letter_spacing), SPACING_MAX),
        ("line spacing", abs(style.line_spacing), SPACING_MAX),
        ("border", layer.border.width if layer.border else 0, STROKE_MAX if style.is_stroked else SIZE_MAX),
    ):
        if not found <= most:
            raise TooMuch(f"The {what} of text may be {most} px. Got {found:g}.")


def _setting(layer: TextLayer, style: TextStyle, font: bytes | None, settings: RenderSettings) -> Setting:
    if font is None:
        family, file = fonts.chosen(style.font, settings), None
    else:
        opened = text_font.opened(font)
        family, file = opened.family, opened.path
        if not fonts.is_known(family, file):
            raise Invalid(text_font.BROKEN)
    return Setting(
        font=family,
        size=max(style.size, 1),
        weight=style.weight,
        is_italic=style.is_italic,
        is_justified=style.align == "justify",
        width=layer.width,
        spacing=style.line_spacing,
        file=file,
    )


# --- how large, and how much of it ------------------------------------------------------------------------------


def _estimate(task: _Task) -> tuple[float, float]:
    """About how wide and high the letters will be: the same layout at the size of a trial."""
    factor = min(1, _SIZE_OF_TRIAL / task.setting.size)
    found = _set(task.times(factor))
    return (0, 0) if found is None else (found.image.width / factor, found.image.height / factor)


def _factor(task: _Task, settings: RenderSettings) -> int:
    """How many times larger the letters are drawn than they will be. Raises TooMuch past a limit."""
    width, height = _estimate(task)
    side_max = min(settings.side_max, typeset.SIDE_MAX)
    pixels_max = min(settings.output_pixels_max, PIXELS_MAX)
    if max(width, height) > side_max or width * height > pixels_max:
        raise TooMuch(
            f"The text would be about {width:.0f}x{height:.0f} px. It may be {side_max} px wide and high, and have "
            f"{pixels_max / 1e6:g} megapixels: make it smaller, or break it with `w_`,`c_fit`."
        )
    wanted = next((factor for most, factor in _FACTORS if task.setting.size <= most), 1)
    if task.style.is_stroked:
        wanted = max(wanted, 2)
    room = math.sqrt(WORKING_PIXELS_MAX / max(1, width * height))
    return max(1, min(wanted, int(room), int(typeset.SIDE_MAX / max(1, width, height))))


def _fitted(task: _Task, height: int) -> _Task:
    """As much of the text as fits, then an ellipsis; never less than the ellipsis."""
    small = min(1, _SIZE_OF_TRIAL / task.setting.size)
    # A rough search among small letters first: long texts are then never drawn as large as they are.
    rough = _longest(task.times(small), height * small, 0, len(task.text))
    few, many = int(rough * 0.7), min(len(task.text), int(rough * 1.3) + 20)
    if not _fits(_shortened(task, few), height):
        few, many = 0, few
    return _shortened(task, _longest(task, height, few, many))


def _longest(task: _Task, height: float, few: int, many: int) -> int:
    """The largest number of characters that fits; `few` is taken to fit."""
    if _fits(_shortened(task, many), height):
        return many
    for _ in range(TRIES_MAX):
        if many - few <= 1:
            break
        middle = (few + many) // 2
        few, many = (middle, many) if _fits(_shortened(task, middle), height) else (few, middle)
    return few


def _shortened(task: _Task, length: int) -> _Task:
    return task if length >= len(task.text) else replace(task, text=text_words.cut(task.text, length))


def _fits(task: _Task, height: float) -> bool:
    if not task.layer.is_trimmed:
        return _lines_height(task) <= height
    found = _set(task)
    return found is None or found.image.height <= height


# --- letters ----------------------------------------------------------------------------------------------------


def _markup(task: _Task) -> str:
    """The text as Pango reads it."""
    color = task.layer.color
    attributes = [f'foreground="#{color.r:02x}{color.g:02x}{color.b:02x}"']
    if task.style.letter_spacing:
        attributes.append(f'letter_spacing="{round(task.style.letter_spacing * 1024)}"')
    match task.style.decoration:
        case "underline":
            attributes.append('underline="single"')
        case "strikethrough":
            attributes.append('strikethrough="true"')
        case "none":
            pass
    return f"<span {' '.join(attributes)}>{typeset.escaped(task.text)}</span>"


def _set(task: _Task) -> Ink | None:
    """The letters, each line where its alignment wants it."""
    align = task.style.align
    if align not in {"left", "right"}:
        way = {"center": "centre", "end": "high"}.get(align, "low")
        return typeset.ink(_markup(task), replace(task.setting, align=way))
    # Low and high follow the direction of a line, left and right do not: then each line is taken from the picture in
    # which it lies right.
    ways = {False: "low", True: "high"} if align == "left" else {False: "high", True: "low"}
    lines = task.text.split("\n")
    runs = [(is_leftward, len(list(run))) for is_leftward, run in itertools.groupby(map(text_words.is_leftward, lines))]
    if len(runs) > TURNS_MAX:
        raise TooMuch(f"The lines of a text may change their direction {TURNS_MAX} times.")
    found = {
        way: typeset.ink(_markup(task), replace(task.setting, align=ways[way])) for way in {way for way, _ in runs}
    }
    if len(runs) == 1:
        return found[runs[0][0]]
    ends = itertools.accumulate(count for _, count in runs[:-1])
    borders = [_lines_height(replace(task, text="\n".join(lines[:end]))) for end in ends]
    return _joined([(found[way], bottom) for (way, _), bottom in zip(runs, [*borders, None], strict=True)])


def _joined(bands: list[tuple[Ink | None, int | None]]) -> Ink | None:
    """One picture of bands from top to bottom, each as far as its `bottom`; None: to the end."""
    inks = [ink for ink, _ in bands if ink is not None]
    if not inks:
        return None
    left, top = min(ink.left for ink in inks), min(ink.top for ink in inks)
    width, end = max(ink.right for ink in inks) - left, max(ink.bottom for ink in inks)
    image, start = Image.black(width, end - top, bands=4).copy(interpretation="srgb"), top
    for ink, bottom in bands:
        stop = end if bottom is None else min(bottom, end)
        if ink is not None and stop > start:
            whole = ink.image.embed(ink.left - left, ink.top - top, width, end - top)
            image = image.insert(whole.crop(0, start - top, width, stop - start), 0, start - top)
        start = max(start, stop)
    return Ink(image, left, top)


def _lines_height(task: _Task) -> int:
    """Of all line boxes together: how much lower a ruler ends after them than alone."""
    size = task.setting.size
    setting = replace(task.setting, is_justified=False, align="low")
    alone = typeset.ink(fonts.ruler(size), setting)
    after = typeset.ink(f"{_markup(task)}\n{fonts.ruler(size)}", setting)
    if alone is None or after is None:
        return round(size)
    return after.bottom - alone.bottom - round(setting.spacing)


def _letters(task: _Task, factor: int) -> Image:
    """RGBA of the size asked for: to the edges of the ink, or of the lines."""
    large = task.times(factor)
    found = _set(large)
    left, top = (0, 0) if found is None else (math.floor(found.left / factor), math.floor(found.top / factor))
    right, bottom = (1, 1) if found is None else (math.ceil(found.right / factor), math.ceil(found.bottom / factor))
    if not task.layer.is_trimmed:
        side = round(task.setting.size / 16)
        left, right = left - side, right + side
        top, bottom = min(top, 0), max(bottom, round(_lines_height(large) / factor))
    around = text_outline.reach(task.layer.border) if task.style.is_stroked else 0
    left, top, right, bottom = left - around, top - around, right + around, bottom + around
    size = (max(1, right - left) * factor, max(1, bottom - top) * factor)
    if found is None:
        image = Image.black(*size, bands=4).copy(interpretation="srgb")
    else:
        image = found.image.embed(found.left - left * factor, found.top - top * factor, *size)
    opacity = task.layer.color.a / 255
    if task.style.is_stroked and task.layer.border is not None:
        image = text_outline.outlined(image, task.layer.border, factor, opacity)
    elif opacity < 1:
        image = image[0:3].bandjoin((image[3] * opacity).rint().cast("uchar")).copy(interpretation="srgb")
    if factor > 1:
        image = image.premultiply().shrink(factor, factor).unpremultiply().rint().cast("uchar")
    if task.style.antialias == "none":
        image = image[0:3].bandjoin((image[3] >= 128).ifthenelse(255, 0).cast("uchar"))
    if task.layer.is_trimmed:
        image = _trimmed(image)
    return image.copy(interpretation="srgb", xoffset=0, yoffset=0).copy_memory()


def _trimmed(image: Image) -> Image:
    """To the edges of the ink; one clear pixel where there is none."""
    if image[3].max() == 0:
        return image.crop(0, 0, 1, 1)
    return image.crop(*image[3].find_trim(threshold=0.5, background=[0], line_art=True))


def _boxed(layer: TextLayer, style: TextStyle, letters: Image) -> Image:
    """What lies behind the letters, and the border around the box."""
    image = letters
    if layer.background is not None:
        image = _plain(image.width, image.height, layer.background).composite(image, "over")
    if layer.border is not None and not style.is_stroked:
        width = layer.border.width
        frame = _plain(image.width + 2 * width, image.height + 2 * width, layer.border.color)
        image = frame.insert(image, width, width)
    return image.rint().cast("uchar").copy(interpretation="srgb")


def _plain(width: int, height: int, color: Color) -> Image:
    dark = Image.black(width, height, bands=4)
    return dark.linear([1] * 4, [color.r, color.g, color.b, color.a]).cast("uchar").copy(interpretation="srgb")
